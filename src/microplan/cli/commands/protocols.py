"""``microplan protocols``: published courses to choose from, and one of them in full."""

import textwrap
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from microplan.cli import course_list, options, terminal
from microplan.cli.course_list import Way
from microplan.courses import care_sets, library, notices, safety
from microplan.courses.course import Course, Fact, Variant
from microplan.errors import PlanFileError
from microplan.model.plan import Plan
from microplan.rules import nearest
from microplan.rules.scanner import listing
from microplan.storage import files

SEPARATOR, SUFFIX = ":", ".toml"
WIDEST = 100
SOURCES = "What the marks mean, and every source: microplan protocols {} --sources"


def list_or_show(  # noqa: PLR0913 - one parameter for each flag
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|FILE]",
            help="a course or a set of care to show in full",
            show_default=False,
        ),
    ] = None,
    *,
    at_home: Annotated[
        bool, typer.Option("--home", help="only courses done at home", show_default=False)
    ] = False,
    depth: Annotated[
        str,
        typer.Option(
            metavar="DEPTH", help="only courses at this needle length: 0.5mm", show_default=False
        ),
    ] = "",
    condition: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="WHOM",
            help=f"only courses for {listing(course_list.CONDITIONS)}",
            show_default=False,
        ),
    ] = "",
    sources: Annotated[
        bool,
        typer.Option("--sources", help="name the source of every field", show_default=False),
    ] = False,
    format_: Annotated[
        str,
        typer.Option("--format", "-f", metavar="NAME", help="text or json", show_default=False),
    ] = "text",
) -> None:
    """List published courses, or show one with the mark of every field.

    Examples: `microplan protocols --for aga-men --depth 1.5mm`, `microplan protocols dhurat-2013`
    """
    options.text_or_json(format_)
    if name in care_sets.SETS:
        _show_set(name, format_, sources=sources)
        return
    if name:
        _show_one(name, format_, sources=sources)
        return
    wanted = course_list.Wanted.read(depth, condition, at_home=at_home)
    ways = course_list.chosen(map(library.load, library.ids()), wanted)
    if format_ == "json":
        courses = {course.id: course for course, _ in ways}
        terminal.document({"protocols": [_data(course) for course in courses.values()]})
    else:
        _list(ways)


def _course(name: str) -> Course:
    """Find the course to show; a name that is none may be meant for a set of care."""
    try:
        return find(name)[0]
    except PlanFileError:
        if not (near := nearest.nearest(name, care_sets.SETS)):
            raise
        raise PlanFileError(
            f"there's no course or care set {name!r}. Did you mean {listing(near)}?"
        ) from None


def find(name: str) -> tuple[Course, str]:
    """Find a course by its id, or by a file of one's own, and the variant named after a colon."""
    own, colon, variant = name.rpartition(SEPARATOR)
    if not colon or name.endswith(SUFFIX):
        own, variant = name, ""
    course = _file(own) if own.endswith(SUFFIX) else library.load(own)
    course.stated(variant)  # names the variants there are, if this is none of them
    return course, variant


def _file(name: str) -> Course:
    """Read a course file; a fault names the file."""
    try:
        return library.read(files.read(Path(name)), Path(name).stem)
    except PlanFileError as error:
        said = str(error) if str(error).startswith(name) else f"{name}: {error}"
        raise PlanFileError(said, findings=error.findings) from None


def reference(name: str) -> str:
    """Name a course as a plan remembers it: by its id, also where it came from a file.

    A plan file may come from anywhere, so it never names a file that would then be opened.
    """
    if SUFFIX not in name:
        return name
    course, variant = find(name)
    return f"{course.id}{SEPARATOR}{variant}" if variant else course.id


def origin(name: str) -> str:
    """Say what a course is: a record of a trial, or whatever a person's own file states."""
    return notices.OWN_COURSE if SUFFIX in name else notices.COURSE


def variants(name: str) -> list[str]:
    """Say which variant of a course is taken where none is named, and which others there are."""
    course, variant = find(name)
    first, *others = course.ways()
    if variant or not others:
        return []
    own = name.removesuffix(SEPARATOR)
    taken = f"in its variant {first}" if first else "as first described"
    named = ", ".join(f"{own}{SEPARATOR}{other}" for other in others)
    return [f"{own} is followed {taken}; other variants: {named}"]


def departure(plan: Plan, name: str) -> list[str]:
    """Say how a plan differs from the course ``name`` it was started from, if it does."""
    course, variant = find(name)
    found = library.departures(course, variant, plan.rules)
    if not found:
        return []
    return [f"started from {name}, but yours differs: {'; '.join(found)}"]


# --- the list -------------------------------------------------------------------------------


def _list(ways: Sequence[Way]) -> None:
    """Print a row for each way of each course, and what the columns mean."""
    from microplan.formats.screen import Screen

    screen = Screen.of(terminal.canvas(no_color=False))
    table = screen.printed(course_list.table(screen, ways), "")
    terminal.page([*table, *terminal.lines(_below())])


def _below() -> Iterator[str]:
    """Yield what the list means, and where to go from here."""
    yield from _wrapped(
        "aga: androgenetic alopecia, aa: alopecia areata. Known: how the pace is known. –: not "
        "stated in the source we hold. Sorted by name, never by result."
    )
    yield from _meanings(safety.Mark)
    yield ""
    yield from _wrapped(notices.COURSE)
    yield from _wrapped(
        "One in full: microplan protocols NAME. A plan from one: microplan new --protocol NAME "
        f"--start DATE. Sets of care, shown in the same way: {', '.join(care_sets.SETS)}."
    )


# --- one set of care ------------------------------------------------------------------------


def _show_set(name: str, format_: str, *, sources: bool) -> None:
    if format_ == "json":
        terminal.document({"care": [care_sets.as_data(name)]})
    else:
        terminal.print_lines(_set(name, sources=sources))


def _set(name: str, *, sources: bool) -> Iterator[str]:
    """Yield the flags that a set stands for, what was found, and where if that is asked for."""
    each = care_sets.SETS[name]
    yield f"care {name}"
    for kind, text in each.care:
        yield f'  --{kind} "{text}"'
    yield from _wrapped(care_sets.note(name).removeprefix(f"{name}: "))
    yield ""
    yield from _meanings([each.mark])
    yield from _addresses(each.sources) if sources else [SOURCES.format(name)]


# --- one course -----------------------------------------------------------------------------


def _show_one(name: str, format_: str, *, sources: bool) -> None:
    course = _course(name)
    if format_ == "json":
        terminal.document({"protocols": [_data(course)]})
        return
    heads = {course.id, *(_variant(course, each) for each in course.variants)}
    full = _full(course, origin(name), sources=sources)
    terminal.page(terminal.lines(full, heads))


def _full(course: Course, origin: str, *, sources: bool) -> Iterator[str]:
    yield course.id
    yield from _wrapped(origin)
    yield ""
    for field, fact in course.facts.items():
        yield from _fact(field, fact, sources=sources)
    for variant in course.variants:
        yield _variant(course, variant)
        for field, fact in variant.facts.items():
            yield from _fact(f"  {field}", fact, sources=sources)
    for fact in course.readouts:
        yield from _fact("read-out", fact, sources=sources)
    for fact in course.results:
        yield from _fact("result", fact, sources=sources)
    absent = library.not_stated(course)
    if absent:
        yield from _wrapped(f"not stated in the source we hold: {', '.join(absent)}")
    others = library.others_at(course)
    if others:
        told = ", ".join(f"{name} {pace}" for name, pace in others)
        yield from _wrapped(f"other courses at this depth: {told}")
    yield ""
    yield from _sources(course) if sources else [SOURCES.format(course.id)]


def _variant(course: Course, variant: Variant) -> str:
    return f"variant {course.id}{SEPARATOR}{variant.name}"


def _fact(field: str, fact: Fact, *, sources: bool) -> Iterator[str]:
    note = f" ({fact.note})" if fact.note else ""
    named = f": {', '.join(fact.sources)}" if sources else ""
    text = f"{fact.value}{note} [{fact.mark}{named}]"
    yield from _wrapped(f"{field:<12} {text}", indent=13)


def _sources(course: Course) -> Iterator[str]:
    """Yield what the marks mean, and the address of each source that is named."""
    every = [*course.facts.values(), *course.readouts, *course.results]
    every += [fact for variant in course.variants for fact in variant.facts.values()]
    named = dict.fromkeys(source for fact in every for source in fact.sources)
    yield from _meanings(fact.mark for fact in every)
    yield from _addresses(named)


def _meanings(marks: Iterable[safety.Mark]) -> Iterator[str]:
    used = set(marks)
    for mark, meaning in safety.MEANINGS.items():
        if mark in used:
            yield from _wrapped(f"{mark:<4} {meaning}", indent=5)


def _addresses(named: Container[str]) -> Iterator[str]:
    known = care_sets.SOURCES | dict(library.sources())
    for name, source in sorted(known.items(), key=lambda item: int(item[0][1:])):
        if name in named:
            yield from _wrapped(f"{name:<4} {source.address} ({source.what})", indent=5)


def _width() -> int:
    return terminal.width()


def _wrapped(text: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(
        text,
        min(_width(), WIDEST),
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


# --- as data --------------------------------------------------------------------------------


def _data(course: Course) -> dict[str, object]:
    """Tell a course as plain values."""
    return {
        "id": course.id,
        "facts": {field: _told(fact) for field, fact in course.facts.items()},
        "variants": [
            {
                "name": variant.name,
                "facts": {field: _told(fact) for field, fact in variant.facts.items()},
            }
            for variant in course.variants
        ],
        "readouts": [_told(fact) for fact in course.readouts],
        "results": [_told(fact) for fact in course.results],
        "not_stated": list(library.not_stated(course)),
    }


def _told(fact: Fact) -> dict[str, object]:
    told: dict[str, object] = {
        "value": fact.value,
        "mark": fact.mark.value,
        "sources": list(fact.sources),
    }
    return told | ({"note": fact.note} if fact.note else {})
