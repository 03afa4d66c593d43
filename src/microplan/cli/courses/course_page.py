"""The pages of a course, of a care set, and of the evidence on spacing."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from microplan.cli import terminal
from microplan.courses import care_sets, library, spacing
from microplan.courses.course import Course, Fact, Variant
from microplan.courses.marks import MEANINGS, Item, Mark, Source
from microplan.wording import lines

WIDEST = 100
NO_BREAK = "\N{NO-BREAK SPACE}"
SOURCES = "What the marks mean, and every source: microplan protocols {} --sources"


def course(shown: Course, origin: str, *, sources: bool) -> Iterator[str]:
    """Yield every field of a course with its mark, and the fields that aren't stated."""
    yield shown.id
    yield from wrapped(origin)
    yield ""
    for field, fact in shown.facts.items():
        yield from _fact(field, fact, sources=sources)
    for variant in shown.variants:
        yield variant_head(shown, variant)
        for field, fact in variant.facts.items():
            yield from _fact(f"  {field}", fact, sources=sources)
    for fact in shown.readouts:
        yield from _fact("read-out", fact, sources=sources)
    for fact in shown.results:
        yield from _fact("result", fact, sources=sources)
    yield from _not_stated(library.not_stated(shown))
    yield from _at_this_depth(shown)
    yield ""
    yield from _sources(shown) if sources else [SOURCES.format(shown.id)]


def variant_head(shown: Course, variant: Variant) -> str:
    """Return the heading of a variant, with the name to give to ``--protocol``."""
    return f"variant {shown.named(variant.name)}"


def _not_stated(fields: Iterable[str]) -> Iterator[str]:
    if listed := ", ".join(fields):
        yield from wrapped(f"not stated in the source we hold: {listed}")


def _at_this_depth(shown: Course) -> Iterator[str]:
    if others := library.others_at(shown):
        listed = "; ".join(f"{name} ({pace})" for name, pace in others)
        yield from wrapped(f"other courses at this depth: {listed}")


def _fact(field: str, fact: Fact, *, sources: bool) -> Iterator[str]:
    note = f" ({fact.note})" if fact.note else ""
    text = f"{fact.value}{note} {_tag(fact.mark, fact.sources, sources=sources)}"
    yield from wrapped(f"{field:<12} {text}", indent=13)


def _tag(mark: Mark, named: Iterable[str], *, sources: bool) -> str:
    """``[V1]``, or with sources ``[V1: S48, S98]``, joined by no-break spaces."""
    listed = ", ".join(named) if sources else ""
    return (f"[{mark}: {listed}]" if listed else f"[{mark}]").replace(" ", NO_BREAK)


def _sources(shown: Course) -> Iterator[str]:
    """Yield the meaning of the marks, and the address of each source named."""
    every = [*shown.facts.values(), *shown.readouts, *shown.results]
    every += [fact for variant in shown.variants for fact in variant.facts.values()]
    named = {source for fact in every for source in fact.sources}
    yield from meanings(fact.mark for fact in every)
    yield from _addresses(named)


def care_set(name: str, *, sources: bool) -> Iterator[str]:
    """Yield the flags of a care set, the findings behind it, and the sources if asked for."""
    shown = care_sets.SETS[name]
    yield f"care {name}"
    for kind, text in shown.care:
        yield f'  --{kind} "{text}"'
    yield from wrapped(care_sets.note(name).removeprefix(f"{name}: "))
    yield ""
    yield from meanings([shown.mark])
    yield from _addresses(shown.sources) if sources else [SOURCES.format(name)]


def evidence_on_spacing(*, sources: bool) -> Iterator[str]:
    """Yield what each pooled analysis says about interval, number and depth, and what is unknown."""
    yield spacing.NAME
    yield from wrapped(spacing.ABOUT)
    for analysis in spacing.ANALYSES:
        yield ""
        yield analysis.id
        for field, item in analysis.statements():
            yield from _statement(field, item, sources=sources)
        yield from _not_stated(spacing.not_stated(analysis))
    yield ""
    for item in spacing.FOUND:
        yield from _statement("-", item, sources=sources, indent=2)
    yield ""
    yield from wrapped(spacing.LEGEND)
    yield from meanings(item.mark for item in spacing.statements())
    named = {source for item in spacing.statements() for source in item.sources}
    yield from _addresses(named) if sources else [SOURCES.format(spacing.NAME)]


def _statement(field: str, item: Item, *, sources: bool, indent: int = 13) -> Iterator[str]:
    text = f"{item.text} {_tag(item.mark, item.sources, sources=sources)}"
    yield from wrapped(f"{field:<{indent - 1}} {text}", indent=indent)


def meanings(marks: Iterable[Mark]) -> Iterator[str]:
    """Return the meaning of each mark that is used."""
    used = set(marks)
    for mark, meaning in MEANINGS.items():
        if mark in used:
            yield from wrapped(f"{mark:<4} {meaning}", indent=5)


def known_sources() -> Mapping[str, Source]:
    """Return all sources that are named anywhere, by number."""
    known = spacing.SOURCES | care_sets.SOURCES | dict(library.sources())
    return dict(sorted(known.items(), key=lambda item: int(item[0][1:])))


def _addresses(named: Container[str]) -> Iterator[str]:
    for name, source in known_sources().items():
        if name in named:
            yield from wrapped(f"{name:<4} {source.address} ({source.what})", indent=5)


def wrapped(text: str, indent: int = 0) -> list[str]:
    """Wrap a line between words, never inside an address or a mark."""
    rows = lines.wrapped(text, min(terminal.width(), WIDEST), " " * indent)
    return [row.replace(NO_BREAK, " ") for row in rows]
