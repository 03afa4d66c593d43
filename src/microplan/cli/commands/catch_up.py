"""``microplan catch-up``: asks about each late session: done, missed, or away."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from microplan.amendments import agenda, amend, check, recording, report
from microplan.amendments.amended import Amended, Stamp
from microplan.amendments.report import ReportOptions
from microplan.cli import environment, options, plan_io, terminal
from microplan.cli.console import prompts
from microplan.cli.publishing import upkeep
from microplan.errors import MicroplanError, UsageError
from microplan.model.plan import Plan, Session, Status
from microplan.scheduling import schedule
from microplan.storage import files
from microplan.wording import phrases

ANSWERS = ("done", "missed", "away")
ASKED = "done, missed or away? [Enter leaves it] > "
MEANING = (
    "done: it took place, on that day or another. missed: it didn't, and won't be made up. "
    "away: you were away on days that you name; sessions on them move."
)


def catch_up(*, plan: options.PlanName = None, as_of: options.AsOf = None) -> None:
    """Go through the sessions that are late or missed, and ask about each.

    Example: `microplan catch-up`
    """
    if not terminal.can_ask():
        raise UsageError("catch-up asks at a terminal; in a script use done, skip and avoid")
    if plan == terminal.STDIO:
        raise UsageError("catch-up needs a plan it can write; name a file with -p")
    path = environment.plan_path(plan)
    today = environment.today(as_of)
    plan_io.amendable(files.read(path), str(path), warns=False)
    left: set[int] = set()
    while waiting := [s for s in _waiting(plan_io.read(plan), today) if s.number not in left]:
        session = waiting[0]
        try:
            if not _settle(path, session, today, plan_io.plan_flag(plan)):
                left.add(session.number)
        except MicroplanError as error:
            terminal.fault(error)
    terminal.say(f"next: {agenda.next_line(schedule.schedule(plan_io.read(plan)), today)}")


def _waiting(plan: Plan, today: date) -> Sequence[Session]:
    """List the sessions to ask about: the missed ones, then the late ones."""
    sessions = schedule.schedule(plan)
    missed = [session for session in sessions if session.status is Status.MISSED]
    return [*missed, *agenda.late(sessions, today)]


def _settle(path: Path, session: Session, today: date, flag: str) -> bool:
    """Ask about one session and record the answer; False if the person left it open."""
    number, day = session.number, phrases.short(session.date)
    match prompts.choice(f"#{number} {day}: {ASKED}", ANSWERS, MEANING):
        case "done":
            on = prompts.done_on(session, today)
            _record(
                path,
                today,
                flag,
                lambda plan, stamp: recording.done(plan, number, on, today, stamp),
            )
        case "missed":
            _record(path, today, flag, lambda plan, stamp: amend.skip(plan, number, stamp))
        case "away":
            days = prompts.away("which days? 2026-11-20..2026-11-30 > ", today)
            _record(path, today, flag, lambda plan, stamp: amend.avoid(plan, days, stamp))
        case _:
            return False
    return True


def _record(path: Path, today: date, flag: str, act: plan_io.Act) -> None:
    amended: Amended = plan_io.record(path, act, Stamp(environment.now()))
    how = ReportOptions(flag=flag, with_next=False)
    terminal.print_lines(report.lines(amended, today, how))
    for warning in check.outgrown_lookups(amended):
        terminal.say(warning)
    terminal.print_lines(upkeep.after_change(path, amended, today, flag))
