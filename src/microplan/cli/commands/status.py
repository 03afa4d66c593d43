"""The commands that look at a plan on a day: today, next, check, log."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from microplan.amendments import agenda, entry_text
from microplan.amendments import check as checking
from microplan.amendments import today as day_report
from microplan.amendments.check import Finding
from microplan.cli import environment, options, plan_io, terminal
from microplan.courses import notices
from microplan.errors import FoundError, MicroplanError, NothingLeftError, UsageError
from microplan.model.log import title_in_force
from microplan.model.plan import Plan, Session
from microplan.scheduling import care, schedule

Form = Annotated[
    str,
    typer.Option("--format", "-f", metavar="NAME", help="text or json [text]", show_default=False),
]


def today(
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
    plans = _plans(plan)
    if format_ == "json":
        from microplan.formats.today_json import today as told

        _print_day(day, [told(each, schedule.schedule(each), day) for each in plans])
        return
    flags = [plan_io.plan_flag(name) for name in plan or [""]]
    for place, (each, flag) in enumerate(zip(plans, flags, strict=True)):
        if len(plans) > 1:
            terminal.print_lines(["", title_in_force(each)] if place else [title_in_force(each)])
        _today(each, day, flag, quiet=quiet)


def _plans(names: Sequence[str] | None) -> list[Plan]:
    """Read the plans that were named, or the one that is found without."""
    return [plan_io.read(name) for name in names] if names else [plan_io.read(None)]


def _print_day(day: date, plans: Sequence[dict[str, object]]) -> None:
    """Print what programs are told of a day: one shape, however many plans there are."""
    terminal.document({"date": day.isoformat(), "plans": plans})


def _today(plan: Plan, day: date, flag: str, *, quiet: bool) -> None:
    sessions = schedule.schedule(plan)
    report = day_report.report(sessions, day, care.care(plan, sessions), flag)
    terminal.print_lines(report.lines)
    if report.has_session and not quiet:
        terminal.print_lines([notices.POSTPONE_IF])


def bare() -> bool:
    """Show today of the saved plan, if one is kept."""
    if not environment.has_plan():
        return False
    _today(plan_io.read(None), environment.today(None), "", quiet=False)
    return True


def next_(
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

    Example: `microplan next --line '{number}/{of} {weekday} {time}'`
    """
    options.text_or_json(format_)
    if line is not None and format_ == "json":
        raise UsageError("a line of one's own is text; leave out --line or --format json")
    day = environment.today(as_of)
    plans = _plans(plan)
    all_sessions = [schedule.schedule(each) for each in plans]
    pairs = list(zip(plans, all_sessions, strict=True))
    if format_ == "json":
        from microplan.formats.today_json import following

        _print_day(day, [following(each, sessions, day) for each, sessions in pairs])
    else:
        terminal.print_lines(
            _next(each, sessions, day, line, several=len(pairs) > 1) for each, sessions in pairs
        )
    if exit_code and all(agenda.first_open(sessions) is None for sessions in all_sessions):
        raise NothingLeftError


def _next(
    plan: Plan, sessions: Sequence[Session], day: date, line: str | None, *, several: bool
) -> str:
    if line is not None:
        return agenda.format_line(line, plan, sessions, day)
    told = agenda.next_line(sessions, day)
    return f"{title_in_force(plan)} · {told}" if several else told


def check(
    *,
    plan: options.PlanName = None,
    holidays: options.Holidays = None,
    busy: options.Busy = None,
    format_: Form = "text",
    as_of: options.AsOf = None,
) -> None:
    """Find what is late, missed or against the plan's rules; exit with 6 if there is anything.

    Example: `microplan check && echo all is well`
    """
    options.text_or_json(format_)
    if plan == plan_io.STDIO and busy:
        from microplan.cli import lookups

        lookups.refuse_both(plan, busy)
    day, flag = environment.today(as_of), plan_io.plan_flag(plan)
    read = plan_io.read(plan)
    scheduled = schedule.scheduled(read)
    found = checking.check(scheduled, day, flag) + _against_course(read, scheduled.sessions)
    if same := plan_io.shared_id(plan, read):
        found += (checking.Finding("shared-id", 0, same),)
    if holidays or busy:
        from microplan.cli import lookups

        shut = lookups.now(read, day, holidays or [], busy or [])
        found += checking.clashes(scheduled.sessions, shut, day, flag)
    if format_ == "json":
        rows = [{"code": f.code, "session": f.session, "text": f.text} for f in found]
        terminal.document({"findings": rows})
    else:
        terminal.print_lines(
            [f"{f'#{f.session}' if f.session else 'plan'}  {f.text}" for f in found]
            or ["nothing to fix"]
        )
    if found:
        raise FoundError


def _against_course(plan: Plan, sessions: Sequence[Session]) -> tuple[Finding, ...]:
    """Compare a plan with the course it was started from, if it was."""
    if not plan.protocol or agenda.first_open(sessions) is None:
        return ()
    from microplan.cli.commands.protocols import SUFFIX, find
    from microplan.courses import library

    if SUFFIX in plan.protocol:  # no plan file makes this one open another
        terminal.say(f"the plan is not compared with the file {plan.protocol}, which it names")
        return ()

    try:
        course, variant = find(plan.protocol)
    except MicroplanError as error:  # a file of one's own that is not here today
        terminal.say(f"the plan is not compared with its course: {error}")
        return ()
    departures = library.departures(course, variant, plan.rules)
    return checking.against_course(plan, departures, library.care(course, variant))


def log(*, plan: options.PlanName = None, format_: Form = "text") -> None:
    """List what was recorded, oldest first.

    Example: `microplan log`
    """
    options.text_or_json(format_)
    rows = entry_text.table(plan_io.read(plan))
    if format_ == "json":
        told = [{"entry": int(n), "recorded": when, "text": text} for n, when, text in rows]
        terminal.document({"log": told})
        return
    terminal.print_lines(
        [f"{n:>3}  {when}  {text}" for n, when, text in rows] or ["nothing is recorded yet"]
    )
