"""``microplan day``: who comes when, over many plans."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from msgspec.structs import replace

from microplan.amendments import bookings
from microplan.cli import environment, everyday, many_plans, options, terminal
from microplan.errors import RuleError, UsageError
from microplan.formats import Canvas
from microplan.formats.day import sheet as day_sheet
from microplan.formats.day.sheet import FORMATS, SUFFIXES, DaySheet
from microplan.storage import files

PLANS = (".toml", ".json")
"""The suffixes of plan files."""
UNBROKEN = 1_000
"""The width for a pipe or a file, wide enough that no session's line is wrapped."""


def day(  # noqa: PLR0913 - one parameter for each flag
    arguments: Annotated[
        list[str] | None,
        options.argument(
            "the day [today], and plan files or folders of them [your saved plan]",
            form="[DATE] [PLAN|DIR...]",
        ),
    ] = None,
    *,
    plan: options.PlanNames = None,
    week: Annotated[bool, options.option("show the whole week of that day", "--week")] = False,
    capacity: options.Capacity = 1,
    output: Annotated[list[str] | None, options.output(SUFFIXES)] = None,
    format_: Annotated[str, options.printed(f"{', '.join(FORMATS)} [text]")] = "text",
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
    first_weekday: options.FirstWeekday = None,
    no_color: options.NoColor = False,
) -> None:
    """List a day's sessions across many plans, by time.

    Examples: `microplan day 2026-12-15 plans/`, or `microplan day --week plans/ -o week.html`
    """
    options.one_of(format_, FORMATS)
    targets = _targets(output)
    when, names = _day_and_plans(arguments or [], environment.today(as_of))
    first, last = _week(when, first_weekday) if week else (when, when)
    read = many_plans.read([*(plan or []), *names])
    read.refuse_as_output(targets)
    sheet = DaySheet(
        first=first,
        last=last,
        bookings=tuple(bookings.bookings(read.plans, first, last)),
        capacity=capacity,
        unread=read.unread,
    )
    if not output or options.names_stdout(output):
        printed = replace(sheet, canvas=_canvas(no_color=no_color))
        terminal.out(day_sheet.render(format_, printed), text=format_ == "text")
    for path in targets:
        written = replace(sheet, canvas=FILE)
        files.write(path, day_sheet.render(SUFFIXES[path.suffix.lower()], written))
        if not quiet:
            terminal.say(f"wrote {path}")
    read.finish()


def _day_and_plans(arguments: list[str], today: date) -> tuple[date, list[str]]:
    """Separate the day from the plans: the first argument is a day if it parses as one."""
    if not arguments or arguments[0] == terminal.STDIO:
        return today, arguments
    first = arguments[0]
    try:
        return everyday.ahead(first, "the day", today), arguments[1:]
    except RuleError:
        if first.endswith((*PLANS, "/")) or files.exists(Path(first)):
            return today, arguments
        if any(map(str.isdigit, first)):
            raise
        raise UsageError(f'"{first}" is neither a day nor a plan file or folder') from None


def _week(when: date, first_weekday: str | None) -> tuple[date, date]:
    """Return the first and last day of the week that includes a day."""
    given = environment.first_weekday(first_weekday)
    begins = environment.local_weekday() if given is None else given
    first = when - timedelta(days=(when.weekday() - begins) % 7)
    return first, first + timedelta(days=6)


def _canvas(*, no_color: bool) -> Canvas:
    """Describe what stdout can show; lines aren't wrapped for a pipe."""
    canvas = terminal.canvas(no_color=no_color)
    return canvas if terminal.prints_to_terminal() else replace(canvas, width=UNBROKEN)


FILE = Canvas(width=UNBROKEN)
"""The canvas for files, which doesn't depend on the terminal."""


def _targets(given: list[str] | None) -> list[Path]:
    """Return the files to write; raise UsageError for a suffix without a format."""
    paths = [Path(name) for name in given or () if name not in options.STDOUT]
    for path in paths:
        if path.suffix.lower() not in SUFFIXES:
            raise UsageError(
                f'can\'t tell the format of "{path}" by its name. Use one of {" ".join(SUFFIXES)}.'
            )
    return paths
