"""``microplan protocols``: lists published courses, or shows one in full."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from microplan.cli import options, terminal
from microplan.cli.courses import chosen, course_list, course_page
from microplan.cli.courses.course_list import Way
from microplan.courses import care_sets, library, notices, spacing
from microplan.courses.course import Course, Fact
from microplan.courses.marks import Mark
from microplan.errors import PlanFileError, UsageError
from microplan.rules import nearest
from microplan.rules.scanner import listing

OTHERS = (*care_sets.SETS, spacing.NAME)
"""Names that can be shown but aren't courses."""
NO_CHOICE = "--home, --depth and --for choose from the list. Leave out either them or the name."


def list_or_show(  # noqa: PLR0913 - one parameter for each flag
    name: Annotated[
        str | None,
        options.argument(
            "a course, a care set, or spacing (what pooled analyses say about it)",
            form="[NAME|FILE]",
        ),
    ] = None,
    *,
    at_home: Annotated[bool, options.option("only courses done at home", "--home")] = False,
    depth: Annotated[
        str, options.option("only courses at this needle length: 0.5mm", form="DEPTH")
    ] = "",
    condition: Annotated[
        str,
        options.option(f"only courses for {listing(course_list.CONDITIONS)}", "--for", form="WHOM"),
    ] = "",
    sources: Annotated[bool, options.option("name the source of every field", "--sources")] = False,
    format_: options.TextOrJson = "text",
) -> None:
    """List published courses, or show one with the mark of every field.

    `microplan protocols spacing` shows what pooled analyses say about interval, number and depth.

    Examples: `microplan protocols --for aga-men --depth 1.5mm`, `microplan protocols dhurat-2013`
    """
    options.text_or_json(format_)
    if name:
        if depth or condition or at_home:
            raise UsageError(NO_CHOICE)
        _show(name, format_, sources=sources)
        return
    if sources:
        raise UsageError("--sources is for one course. Name it: microplan protocols NAME --sources")
    wanted = course_list.Wanted.read(depth, condition, at_home=at_home)
    ways = course_list.chosen(map(library.load, library.ids()), wanted)
    if format_ == "json":
        courses = {course.id: course for course, _ in ways}
        terminal.document({"protocols": [_data(course) for course in courses.values()]})
    else:
        _list(ways)


def _course(name: str) -> Course:
    """Find the course to show; for an unknown name, also suggest care sets and the spacing page."""
    try:
        return chosen.find(name)[0]
    except PlanFileError:
        if not (near := nearest.nearest(name, OTHERS)):
            raise
        raise PlanFileError(
            f"there's no course or care set {name!r}. Did you mean {listing(near)}?"
        ) from None


# --- the list -------------------------------------------------------------------------------


def _list(ways: Sequence[Way]) -> None:
    """Print a row for each variant of each course, and what the columns mean."""
    from microplan.formats.screen import Screen

    screen = Screen.of(terminal.canvas(no_color=False))
    table = screen.printed(course_list.table(screen, ways), "")
    terminal.page([*table, *terminal.lines(_below())])


def _below() -> Iterator[str]:
    """Yield the explanation of the list, and what to run next."""
    yield from course_page.wrapped(
        "aga: androgenetic alopecia, aa: alopecia areata. Known: how the pace is known. –: not "
        "stated in the source we hold. Sorted by name, never by result."
    )
    yield from course_page.meanings(Mark)
    yield ""
    yield from course_page.wrapped(notices.COURSE)
    yield from course_page.wrapped(
        "To see one in full: microplan protocols NAME. To start a plan from one: microplan new "
        f"--protocol NAME --start DATE. Care sets, shown the same way: {', '.join(care_sets.SETS)}. What pooled "
        f"analyses say about interval, number and depth: microplan protocols {spacing.NAME}"
    )


# --- one of them ----------------------------------------------------------------------------


def _show(name: str, format_: str, *, sources: bool) -> None:
    """Show a course, a care set, or the evidence on spacing."""
    is_json = format_ == "json"
    if name == spacing.NAME and is_json:
        terminal.document(spacing.as_data(course_page.known_sources()))
    elif name == spacing.NAME:
        ids = [analysis.id for analysis in spacing.ANALYSES]
        _page(course_page.evidence_on_spacing(sources=sources), ids)
    elif name in care_sets.SETS and is_json:
        terminal.document({"care": [care_sets.as_data(name)]})
    elif name in care_sets.SETS:
        _page(course_page.care_set(name, sources=sources))
    else:
        _show_course(name, is_json=is_json, sources=sources)


def _show_course(name: str, *, is_json: bool, sources: bool) -> None:
    course = _course(name)
    if is_json:
        terminal.document({"protocols": [_data(course)]})
        return
    variants = [course_page.variant_head(course, own) for own in course.variants]
    full = course_page.course(course, chosen.origin(name), sources=sources)
    _page(full, [course.id, *variants])


def _page(shown: Iterator[str], heads: Sequence[str] = ()) -> None:
    """Print lines, through the pager if they are long; ``heads`` are the headings among them."""
    terminal.page(terminal.lines(shown, heads))


# --- as data --------------------------------------------------------------------------------


def _data(course: Course) -> dict[str, object]:
    """Return a course as plain values for JSON."""
    return {
        "id": course.id,
        "facts": {field: _fact_data(fact) for field, fact in course.facts.items()},
        "variants": [
            {
                "name": variant.name,
                "facts": {field: _fact_data(fact) for field, fact in variant.facts.items()},
            }
            for variant in course.variants
        ],
        "readouts": [_fact_data(fact) for fact in course.readouts],
        "results": [_fact_data(fact) for fact in course.results],
        "not_stated": list(library.not_stated(course)),
    }


def _fact_data(fact: Fact) -> dict[str, object]:
    record: dict[str, object] = {
        "value": fact.value,
        "mark": fact.mark.value,
        "sources": list(fact.sources),
    }
    return record | ({"note": fact.note} if fact.note else {})
