"""The commands that look at a plan on a day: today, next, log."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from microplan.amendments import agenda, entry_commands, photos
from microplan.amendments import today as day_report
from microplan.amendments.filed_plans import FiledPlan
from microplan.cli import environment, many_plans, options, plan_io, terminal
from microplan.courses import notices
from microplan.errors import NothingLeftError, UsageError
from microplan.model.plan import Plan
from microplan.scheduling import schedule, surroundings

if TYPE_CHECKING:
    from microplan.amendments.copies import Standing

Form = Annotated[
    str,
    typer.Option("--format", "-f", metavar="NAME", help="text or json [text]", show_default=False),
]


def today(
    plans: options.PlanFiles = None,
    *,
    plan: options.PlanNames = None,
    format_: Form = "text",
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
) -> None:
    """Show what today holds: a session, what is late, what is paused, what is next.

    Example: `microplan today`, or just `microplan`
    """
    options.text_or_json(format_)
    day = environment.today(as_of)
    names = [*(plan or []), *(plans or [])]
    read = many_plans.read(names)
    if format_ == "json":
        from microplan.formats.today_json import today as told

        _print_day(day, [told(filed, day, _calendar(filed)) for filed in read.plans])
    else:
        _print_each_today(read, names, day, quiet=quiet)
    read.finish()


def _print_each_today(
    read: many_plans.PlansRead, names: Sequence[str], day: date, *, quiet: bool
) -> None:
    for index, filed in enumerate(read.plans):
        if read.are_several:
            terminal.print_lines(["", filed.name] if index else [filed.name])
        flag = filed.flag if names else ""
        _today(filed.scheduled.plan, day, flag, quiet=quiet)


def _print_day(day: date, plans: Sequence[dict[str, object]]) -> None:
    """Print what programs are told of a day: one shape, however many plans there are."""
    terminal.document({"date": day.isoformat(), "plans": plans})


def _calendar(filed: FiledPlan) -> "Standing | None":
    """Tell how the calendar stands that went out last of a plan; None where nothing did."""
    if not environment.has_handed_out():
        return None
    from microplan.amendments import copies
    from microplan.cli.publishing import handed_out

    plan, sessions = filed.scheduled.plan, filed.scheduled.sessions
    return copies.standing(handed_out.known(plan), plan, sessions)


def _today(plan: Plan, day: date, flag: str, *, quiet: bool) -> None:
    sessions = schedule.schedule(plan)
    around = surroundings.of(plan, sessions)
    report = day_report.report(sessions, day, around, flag, photos.ticked(around.items, plan))
    terminal.print_lines(report.lines)
    if environment.has_handed_out():
        from microplan.cli.publishing import upkeep

        terminal.print_lines(upkeep.of_today(plan, sessions, day, flag))
    if report.has_session and not quiet:
        terminal.print_lines([notices.POSTPONE_IF])


def bare() -> bool:
    """Show today of the saved plan, if one is kept."""
    if not environment.has_plan():
        return False
    _today(plan_io.read(None), environment.today(None), "", quiet=False)
    return True


def next_(  # noqa: PLR0913 - one parameter for each flag
    plans: options.PlanFiles = None,
    *,
    plan: options.PlanNames = None,
    line: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help=f"print this line instead, with {{{'} {'.join(agenda.FIELDS)}}} filled in",
            show_default=False,
        ),
    ] = None,
    exit_code: Annotated[
        bool,
        typer.Option("--exit-code", help="exit with 5 if no session is left", show_default=False),
    ] = False,
    format_: Form = "text",
    as_of: options.AsOf = None,
) -> None:
    """Print the next session in one line.

    Examples: `microplan next --line '{number}/{of} {weekday} {time}'`, or
    `microplan next plans/ --line '{days:>3} {start:%a %H:%M} {title}'`
    """
    options.text_or_json(format_)
    if line is not None and format_ == "json":
        raise UsageError("a line of one's own is text; leave out --line or --format json")
    day = environment.today(as_of)
    read = many_plans.read([*(plan or []), *(plans or [])])
    if format_ == "json":
        from microplan.formats.today_json import following

        _print_day(day, [following(filed, day) for filed in read.plans])
    else:
        several = read.are_several
        terminal.print_lines(_next(filed, day, line, several=several) for filed in read.plans)
    read.finish()
    if exit_code and all(
        agenda.first_open(filed.scheduled.sessions) is None for filed in read.plans
    ):
        raise NothingLeftError


def _next(filed: FiledPlan, day: date, line: str | None, *, several: bool) -> str:
    sessions = filed.scheduled.sessions
    if line is not None:
        return agenda.format_line(line, filed.scheduled.plan, sessions, day, filed.file)
    text = agenda.next_line(sessions, day)
    return f"{filed.name} · {text}" if several else text


def log(
    plans: options.PlanFiles = None,
    *,
    plan: options.PlanNames = None,
    format_: Form = "text",
) -> None:
    """List what was recorded, oldest first.

    Example: `microplan log`
    """
    options.text_or_json(format_)
    read = many_plans.read([*(plan or []), *(plans or [])])
    if format_ == "json":
        from microplan.formats import log_json

        terminal.document(log_json.document(read.plans))
    else:
        for index, filed in enumerate(read.plans):
            if read.are_several:
                terminal.print_lines(["", filed.name] if index else [filed.name])
            rows = entry_commands.table(filed.scheduled.plan)
            terminal.print_lines(
                [f"{n:>3}  {when}  {text}" for n, when, text in rows] or ["nothing is recorded yet"]
            )
    read.finish()
