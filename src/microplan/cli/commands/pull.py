"""``microplan pull``: records in the plan what was changed in its calendar on a server.

Each amendment is written to the plan file before the server is updated, so the next push can
complete what an interruption left undone.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, time
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from msgspec import Struct

from microplan.amendments import amend, moving, recording, report
from microplan.amendments.amended import Amended, Stamp, unchanged
from microplan.amendments.report import ReportOptions
from microplan.calendars import sync
from microplan.calendars.sync import Remote, Wanted
from microplan.cli import environment, options, plan_io, terminal
from microplan.cli.commands import push
from microplan.cli.console import prompts
from microplan.cli.publishing import upkeep
from microplan.cli.server import changes as server_changes
from microplan.cli.server.changes import Change
from microplan.cli.server.options import (
    ServerOptions,
    calendar_id,
    calendar_name,
    connected,
    discreet_if_asked,
    reaching,
    wanted,
)
from microplan.cli.server.pushed import remembering
from microplan.errors import ConflictError, PlanFileError, RefusedError, UsageError
from microplan.model.plan import Plan, Session
from microplan.scheduling import schedule
from microplan.wording import phrases

if TYPE_CHECKING:
    from microplan.calendars.caldav_calendar import Calendar

ANSWERS = ("done", "skip", "back")
DELETED = "done, skip, or put it back? [Enter leaves it] > "
MEANING = (
    "done: it took place, on that day or another. skip: it didn't, and won't be made up. back: it "
    "stays as planned and goes into the calendar again."
)
MOVES = "yes records the move in the plan, and later sessions follow; no leaves it for now"
RETURNS = "yes puts it into the calendar again; no leaves it out for now"


class Outcome(Enum):
    """What happened with a change; if it is still open, what to do about it."""

    SETTLED = ""
    LEFT = "pull asks again, push --overwrite puts back what the plan says"
    REFUSED = (
        "put it on a day there that the plan allows, or push --overwrite puts it back where it was"
    )
    UNASKED = "answer at a terminal, or use move, done and skip"
    APPLIED = "pull without --apply asks about it, or use done and skip"
    STUCK = "push --overwrite ends it"


@reaching
def pull(
    *,
    apply: Annotated[bool, options.option("accept every move without asking", "--apply")] = False,
    as_of: options.AsOf = None,
    reach: ServerOptions,
) -> None:
    """Take over what you moved in a calendar on a server, and ask about what you deleted there.

    Example: microplan pull --url https://cloud.example.com/remote.php/dav --user anna

    A move is recorded as by microplan move, later sessions follow, and the calendar is updated.
    Without a terminal, and without --apply, changes are only listed.
    """
    if reach.plan == terminal.STDIO and not reach.dry_run:
        raise UsageError("pull needs a plan it can write; name a file with -p")
    plan = discreet_if_asked(plan_io.read(reach.plan), reach)
    everything = wanted(plan, reach)
    with connected(reach) as server:
        calendar = server.find(calendar_name(plan, reach), calendar_id(plan, reach))
        listing = _listed(calendar, everything)
        changes = list(server_changes.find(plan, everything, listing))
        _tell(changes, reach)
        if reach.dry_run:
            return
        today = environment.today(as_of)
        outcomes = _settle(changes, reach, today, apply=apply)
        path, flag = environment.plan_path(reach.plan), plan_io.plan_flag(reach.plan)
        upkeep.keep_files(path, plan_io.read(reach.plan), today, flag)
        waiting = {uid for uid in outcomes if outcomes[uid] is not Outcome.SETTLED}
        if calendar and outcomes.keys() - waiting:
            _put(calendar, listing, reach, outcomes.keys() - waiting, waiting)
    _refuse_open_changes([outcomes[uid] for uid in outcomes if uid in waiting])


def _listed(calendar: "Calendar | None", everything: Sequence[Wanted]) -> list[Remote]:
    """List the plan's events on the server; raise an error if there are none to compare."""
    if calendar is None:
        raise PlanFileError("the server has no calendar for this plan yet; push makes one")
    listing = calendar.listing({item.event.uid for item in everything})
    if not listing:
        raise PlanFileError("none of the plan's events are in the calendar; push adds them")
    return listing


def _refuse_open_changes(waiting: Sequence[Outcome]) -> None:
    """Exit with the code for a conflict if a change is still open, and say what to do about it."""
    if waiting:
        ways = "; ".join(dict.fromkeys(outcome.value for outcome in waiting))
        count = phrases.count(len(waiting), "change")
        are = "is" if len(waiting) == 1 else "are"
        raise ConflictError(f"{count} on the server {are} still open; {ways}")


def _tell(changes: Sequence[Change], reach: ServerOptions) -> None:
    terminal.print_lines(map(server_changes.line, changes))
    if not changes and not reach.quiet:
        terminal.say("nothing was moved in the calendar, and nothing is missing there")


# --- what becomes of it ---------------------------------------------------------------------


def _settle(
    changes: Sequence[Change], reach: ServerOptions, today: date, *, apply: bool
) -> dict[str, Outcome]:
    """Record each change that has an answer, and return the outcomes by UID."""
    path = environment.plan_path(reach.plan)
    pull = _Pull(path, today, reach.plan, asks=terminal.can_ask(), apply=apply)
    return {change.uid: pull.settle(change) for change in changes}


class _Pull(Struct, frozen=True):
    """Records changes in a plan file, as a person decides or as ``--apply`` says."""

    path: Path
    today: date
    name: str | None
    asks: bool
    apply: bool

    def settle(self, change: Change) -> Outcome:
        """Record one change, and return its outcome."""
        if change.there is None:
            return self.gone(change)
        if change.session is None or not change.is_move:
            return Outcome.STUCK
        if not (self.asks or self.apply):
            return Outcome.UNASKED
        return self.moved(change.session, change.day, change.at)

    def moved(self, session: Session, day: date | None, at: time | None) -> Outcome:
        """Record a move, unless an earlier one has already put the session there."""
        number = session.number
        where = [phrases.day(day or session.date), *([f"{at:%H:%M}"] if at else [])]
        question = f"Move session {number} to {' '.join(where)}? [Y/n] > "
        if not self.apply and not prompts.yes(question, "yes", MOVES):
            return Outcome.LEFT
        try:
            self.record(lambda plan, stamp: _moved(plan, number, day, at, stamp))
        except RefusedError as error:
            terminal.say(phrases.visible(f"session {number} can't be moved there: {error}"))
            return Outcome.REFUSED
        return Outcome.SETTLED

    def gone(self, change: Change) -> Outcome:
        """Ask about an event that was deleted on the server; deleted care can only be put back."""
        if self.apply and self.asks:
            return Outcome.APPLIED
        if not self.asks:
            return Outcome.UNASKED
        if change.session is not None:
            return self.deleted(change.session)
        question = f"{change.title}, {server_changes.moment(change.here)}: put it back? [y/N] > "
        return Outcome.SETTLED if prompts.yes(question, "no", RETURNS) else Outcome.LEFT

    def deleted(self, session: Session) -> Outcome:
        """Ask about a deleted session until an answer can be recorded."""
        while True:
            try:
                return self.answered(session)
            except (RefusedError, UsageError) as error:
                terminal.fault(error)

    def answered(self, session: Session) -> Outcome:
        """Ask once, and record the answer."""
        number = session.number
        question = f"Session {number}, {phrases.short(session.date)}: {DELETED}"
        match prompts.choice(question, ANSWERS, MEANING):
            case "done":
                on = prompts.done_on(session, self.today)
                self.record(lambda plan, stamp: recording.done(plan, number, on, self.today, stamp))
            case "skip":
                self.record(lambda plan, stamp: amend.skip(plan, number, stamp))
            case "back":
                pass
            case _:
                return Outcome.LEFT
        return Outcome.SETTLED

    def record(self, act: plan_io.Act) -> None:
        """Write an entry into the plan file, and print its effects."""
        amended = plan_io.record(self.path, act, Stamp(environment.now()))
        if amended.entries:
            how = ReportOptions(flag=plan_io.plan_flag(self.name))
            terminal.print_lines(report.lines(amended, self.today, how))


def _moved(plan: Plan, number: int, day: date | None, at: time | None, stamp: Stamp) -> Amended:
    """Move a session; if it is already on that day, change only its time."""
    to = None if moving.day_of(plan, number) == day else day
    if to is None and at is None:
        return unchanged(schedule.scheduled(plan), f"Session {number} is already there")
    return moving.move(plan, number, to, stamp, at=at)


def _put(
    calendar: "Calendar",
    listing: Sequence[Remote],
    reach: ServerOptions,
    settled: AbstractSet[str],
    waiting: AbstractSet[str],
) -> None:
    """Update the calendar to the amended plan, except for events that still need an answer.

    The plan is compared with the listing that the answers were about: an event that somebody has
    changed since then has another version, and is left alone.
    """
    plan = discreet_if_asked(plan_io.read(reach.plan), reach)
    everything = wanted(plan, reach)
    answered = [item for item in everything if item.event.uid in settled]
    others = [item for item in everything if item.event.uid not in settled | waiting]
    actions = sync.difference(answered, listing, overwrite=True)
    actions += sync.difference(others, listing)
    with remembering(plan, calendar, actions) as store:
        changed = push.carry_out(store, actions)
    push.refuse_conflicts([], changed)
