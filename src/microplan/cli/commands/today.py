"""``microplan today``: what a plan has on a day."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from microplan.amendments import photos
from microplan.amendments import today as day_report
from microplan.cli import environment, many_plans, options, plan_io, terminal
from microplan.courses import notices
from microplan.model.plan import Plan
from microplan.scheduling import schedule, surroundings
from microplan.scheduling.filed_plans import FiledPlan

if TYPE_CHECKING:
    from microplan.amendments.copies import CopyState


def today(
    plans: options.PlanFiles = None,
    *,
    plan: options.PlanNames = None,
    format_: options.TextOrJson = "text",
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
) -> None:
    """Show what's on today: a session, what is late, what is paused, what's next.

    Example: `microplan today`, or just `microplan`
    """
    options.text_or_json(format_)
    day = environment.today(as_of)
    names = [*(plan or []), *(plans or [])]
    read = many_plans.read(names)
    if format_ == "json":
        from microplan.formats import today_json

        plans_today = [today_json.today(filed, day, _calendar(filed)) for filed in read.plans]
        terminal.document({"date": day.isoformat(), "plans": plans_today})
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
        lines = _today(filed.scheduled.plan, day, flag, quiet=quiet)
        plan_io.say_if_document(filed.file, lines)


def _calendar(filed: FiledPlan) -> "CopyState | None":
    """Return the state of the plan's last calendar copy; None if there is none."""
    if not environment.has_handed_out():
        return None
    from microplan.amendments import copies
    from microplan.cli.publishing import handed_out

    plan, sessions = filed.scheduled.plan, filed.scheduled.sessions
    return copies.state(handed_out.known(plan), plan, sessions)


def _today(plan: Plan, day: date, flag: str, *, quiet: bool) -> Sequence[str]:
    """Print a plan's sessions and care on a day, and return the lines about its sessions."""
    sessions = schedule.schedule(plan)
    around = surroundings.of(plan, sessions)
    report = day_report.report(sessions, day, around, flag, photos.ticked(around.items, plan))
    terminal.print_lines(report.lines)
    if environment.has_handed_out():
        from microplan.cli.publishing import upkeep

        terminal.print_lines(upkeep.of_today(plan, sessions, day, flag))
    if report.has_session and not quiet:
        terminal.print_lines([notices.POSTPONE_IF])
    return report.lines


def bare() -> bool:
    """Show what the saved plan has today, if there is one."""
    if not environment.has_plan():
        return False
    _today(plan_io.read(None), environment.today(None), "", quiet=False)
    return True
