"""``microplan protocols``: published courses to choose from, and one of them in full."""

import textwrap
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from microplan.cli import options, terminal
from microplan.courses import care_sets, library, notices, safety
from microplan.courses.course import Course, Fact
from microplan.errors import PlanFileError
from microplan.model.plan import Plan
from microplan.model.values import Recurrence
from microplan.rules import nearest, words
from microplan.rules.scanner import listing
from microplan.storage import files

if TYPE_CHECKING:
    from rich.table import Table

    from microplan.formats.screen import Screen

SEPARATOR, SUFFIX = ":", ".toml"
WIDEST = 100
ROOMY, WIDE = 90, 110
"""Cells from which a row has room for the length of its course, and for the design of its study."""


def list_or_show(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|FILE]",
            help="a course or a set of care to show in full",
            show_default=False,
        ),
    ] = None,
    *,
    format_: Annotated[
        str,
        typer.Option("--format", "-f", metavar="NAME", help="text or json", show_default=False),
    ] = "text",
) -> None:
    """List published courses, or show one with the mark and source of every field.

    Example: `microplan protocols dhurat-2013`
    """
    options.text_or_json(format_)
    if name in care_sets.SETS:
        _show_set(name, format_)
        return
    courses = [_course(name)] if name else [library.load(each) for each in library.ids()]
    if format_ == "json":
        told = {"protocols": [_data(course) for course in courses]}
        terminal.document(told)
    elif name:
        terminal.print_lines(_full(courses[0], origin(name)))
    else:
        _list(courses)


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
    """Read a course file, whose faults are told with its name."""
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
    taken = f"in its variant {first}" if first else "as told first"
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

COLUMNS = ("setting", "depth", "pace", "length")
SHORT = {
    "androgenetic alopecia, men": "aga-men",
    "female pattern hair loss": "aga-women",
    "androgenetic alopecia, men and women": "aga",
    "androgenetic alopecia": "aga",
    "pattern hair loss": "aga",
    "alopecia areata": "aa",
}
"""What a course was for, as a column has room for it."""


def _list(courses: list[Course]) -> None:
    """Print a row for each way of each course, and what the columns mean."""
    from microplan.formats.screen import Screen

    screen = Screen.of(terminal.canvas(no_color=False))
    terminal.out(screen.printed(_table(screen, courses), ""), text=True)
    terminal.print_lines(_below())


def _table(screen: "Screen", courses: list[Course]) -> "Table":
    """Put every way of every course into a row, its design where there is room for it."""
    is_wide = screen.canvas.width >= WIDE
    fields = COLUMNS if screen.canvas.width >= ROOMY else COLUMNS[:-1]
    heads = ["Name", "For", *map(str.capitalize, fields), "Known"]
    if is_wide:
        heads.append("Study")
    table = screen.table(*heads, space=2)
    for course in courses:
        for way in course.ways():
            stated = course.stated(way)
            condition = _cell(stated, "condition")
            cells = [f"{course.id}{SEPARATOR}{way}" if way else course.id]
            cells += [SHORT.get(condition, condition), *(_cell(stated, each) for each in fields)]
            cells.append(stated["pace"].mark)
            if is_wide:
                cells.append(_cell(stated, "design"))
            table.add_row(*map(screen.text, cells))
    return table


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


def _cell(stated: dict[str, Fact], field: str) -> str:
    """Say a field in a cell; a recurrence in the words of its interval."""
    if field not in stated:
        return "–"
    value = stated[field].value
    is_recurrence = field == "pace" and isinstance(words.every(value, field), Recurrence)
    return _cell(stated, "interval") if is_recurrence else value


# --- one set of care ------------------------------------------------------------------------


def _show_set(name: str, format_: str) -> None:
    if format_ == "json":
        terminal.document({"care": [care_sets.as_data(name)]})
    else:
        terminal.print_lines(_set(name))


def _set(name: str) -> Iterator[str]:
    """Yield the flags that a set stands for, what was found, and where."""
    each = care_sets.SETS[name]
    yield f"care {name}"
    for kind, text in each.care:
        yield f'  --{kind} "{text}"'
    yield from _wrapped(care_sets.note(name).removeprefix(f"{name}: "))
    yield ""
    yield from _meanings([each.mark])
    yield from _addresses(each.sources)


# --- one course -----------------------------------------------------------------------------


def _full(course: Course, origin: str) -> Iterator[str]:
    yield course.id
    yield from _wrapped(origin)
    yield ""
    for field, fact in course.facts.items():
        yield from _fact(field, fact)
    for variant in course.variants:
        yield f"variant {course.id}{SEPARATOR}{variant.name}"
        for field, fact in variant.facts.items():
            yield from _fact(f"  {field}", fact)
    for fact in course.readouts:
        yield from _fact("read-out", fact)
    for fact in course.results:
        yield from _fact("result", fact)
    absent = library.not_stated(course)
    if absent:
        yield from _wrapped(f"not stated in the source we hold: {', '.join(absent)}")
    others = library.others_at(course)
    if others:
        told = ", ".join(f"{name} {pace}" for name, pace in others)
        yield from _wrapped(f"other courses at this depth: {told}")
    yield ""
    yield from _sources(course)


def _fact(field: str, fact: Fact) -> Iterator[str]:
    note = f" ({fact.note})" if fact.note else ""
    text = f"{fact.value}{note} [{fact.mark}: {', '.join(fact.sources)}]"
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
