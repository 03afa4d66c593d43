"""``microplan pull``: take over into the plan what was changed in its calendar on a server.

An amendment is in the plan file before anything is put, so that an interruption leaves a plan that
the next push finishes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from microplan import account, amend, events, prose, relative, schedule, sync
from microplan.amend import Stamp
from microplan.cli import amending, flags, pushing, show, streams, surroundings
from microplan.cli.reaching import (
    Reach,
    calendar_id,
    calendar_name,
    connected,
    reaching,
    said,
    wanted,
)
from microplan.errors import ConflictError, PlanFileError, RefusedError, UsageError
from microplan.model import Plan, Session, Status
from microplan.sync import Moved, Remote, Wanted

if TYPE_CHECKING:
    from microplan.dav import Calendar

ANSWERS = ("held", "skip", "back")
DELETED = "held, skip, or put it back? [Enter leaves it] > "


class Change(Struct, frozen=True, kw_only=True):
    """What somebody did on the server to the event of a session, or to other events.

    ``there`` is where it stands now, None if it was deleted; ``session`` is None for care.
    """

    uid: str
    title: str
    session: Session | None
    here: sync.Moment
    there: sync.Moment | None

    @property
    def day(self) -> date | None:
        """The day to which an open session was moved; None where there is no move to record."""
        there = self.there.date() if isinstance(self.there, datetime) else self.there
        if self.session is None or self.session.status is not Status.PLANNED:
            return None
        return None if there == self.session.date else there


@reaching
def pull(
    *,
    apply: Annotated[
        bool,
        typer.Option("--apply", help="take over every move without asking", show_default=False),
    ] = False,
    as_of: flags.AsOf = None,
    reach: Reach,
) -> None:
    """Take over what was moved in the calendar, and ask about what was deleted there.

    For example: microplan pull --url https://cloud.example.com/remote.php/dav --user anna

    A move is recorded as if by microplan move, the rest follows, and the calendar is brought up to
    date. Without a terminal, and without --apply, changes are listed only.
    """
    if reach.plan == show.STDIO and not reach.dry_run:
        raise UsageError("pull needs a plan it can write; name a file with -p")
    plan = said(show.read(reach.plan), reach)
    everything = wanted(plan, reach)
    with connected(reach) as server:
        calendar = server.find(calendar_name(plan, reach), calendar_id(plan, reach))
        listing = _listed(calendar, everything)
        changes = list(_changes(plan, everything, listing))
        _tell(changes, reach)
        if reach.dry_run:
            return
        settled = _settle(changes, reach, surroundings.today(as_of), apply=apply)
        waiting = [change for change in changes if change.uid not in settled]
        if calendar and settled:
            _put(calendar, listing, reach, settled, {change.uid for change in waiting})
    _refuse_what_waits(waiting)


def _listed(calendar: Calendar | None, everything: Sequence[Wanted]) -> list[Remote]:
    """List the events of a plan; where there is none, nothing was moved and nothing is asked."""
    if calendar is None:
        raise PlanFileError("there is no calendar of the plan on the server yet; push makes it")
    listing = calendar.listing({each.event.uid for each in everything})
    if not listing:
        raise PlanFileError("none of the plan's events is in the calendar; push puts them")
    return listing


def _refuse_what_waits(waiting: Sequence[Change]) -> None:
    """End with the code of a conflict while something is open, and say what would settle it."""
    if not waiting:
        return
    is_answerable = any(change.there is None or change.day for change in waiting)
    way = "answer at a terminal, or use move, done and skip"
    if not is_answerable:
        way = "push --overwrite ends it"
    raise ConflictError(f"{prose.count(len(waiting), 'change')} on the server still open; {way}")


# --- what changed ---------------------------------------------------------------------------


def _changes(
    plan: Plan, everything: Sequence[Wanted], listing: Sequence[Remote]
) -> Iterator[Change]:
    """List what somebody moved or deleted on the server, by date."""
    sessions = {events.uid(plan, f"session/{s.number}"): s for s in schedule.schedule(plan)}
    there: dict[str, sync.Moment | None] = {
        action.event.uid: action.there
        for action in sync.difference(everything, listing)
        if isinstance(action, Moved)
    }
    there |= {each.event.uid: None for each in sync.deleted(everything, listing)}
    for event in (each.event for each in everything):
        if event.uid in there:
            yield Change(
                uid=event.uid,
                title=event.summary,
                session=sessions.get(event.uid),
                here=event.start,
                there=there[event.uid],
            )


def _tell(changes: Sequence[Change], reach: Reach) -> None:
    streams.print_lines(map(line, changes))
    if not changes and not reach.quiet:
        streams.say("nothing was moved in the calendar, and nothing is missing there")


def line(change: Change) -> str:
    """Tell one change, and what the plan can make of it."""
    where = f"{change.title}  {pushing.moment(change.here)}"
    if change.there is None:
        return f"{where}, missing there"
    return f"{where} → {pushing.moment(change.there)}{_but(change)}"


def _but(change: Change) -> str:
    """Say what of a move the plan cannot take over."""
    session, there = change.session, change.there
    if session is None:
        return "; care goes with its session, push --overwrite puts it back"
    if session.status is not Status.PLANNED:
        return f"; session {session.number} is {session.status}, push --overwrite puts it right"
    if change.day is None:
        return "; only the hour differs, and a plan has one for all: push --overwrite puts it back"
    is_same_hour = isinstance(there, datetime) and f"{there:%H:%M}" == f"{change.here:%H:%M}"
    if session.rules.at is None or is_same_hour:
        return ""
    return f"; its hour stays {session.rules.at:%H:%M}"


# --- what becomes of it ---------------------------------------------------------------------


def _settle(changes: Sequence[Change], reach: Reach, today: date, *, apply: bool) -> set[str]:
    """Record what becomes of each change, as far as there is an answer; return the UIDs of those."""
    asks = streams.can_ask() and not apply
    if not (asks or apply):
        return set()
    pull = _Pull(surroundings.plan_path(reach.plan), today, reach.plan)
    return {change.uid for change in changes if pull.settle(change, asks=asks)}


class _Pull(Struct, frozen=True):
    """The plan file that changes go to."""

    path: Path
    today: date
    name: str | None

    def settle(self, change: Change, *, asks: bool) -> bool:
        """Record what becomes of one change; False if it was left as it is."""
        try:
            if change.there is None:
                return asks and self.deleted(change)
            return change.day is not None and self.moved(change, change.day, asks=asks)
        except (RefusedError, UsageError) as error:
            streams.fault(error)
            return False

    def moved(self, change: Change, day: date, *, asks: bool) -> bool:
        """Record a move, unless the session has come to stand there by an earlier one."""
        number = _number(change)
        question = f"Move session {number} to {prose.day(day)}? [Y/n] > "
        if asks and streams.ask(question).lower() not in ("", "y", "yes"):
            return False
        self.record(lambda plan, stamp: _moved(plan, number, day, stamp))
        return True

    def deleted(self, change: Change) -> bool:
        """Ask what became of a session that is no longer there; care can only be put back."""
        session = change.session
        if session is None:
            question = f"{change.title}, {pushing.moment(change.here)}: put it back? [y/N] > "
            return streams.ask(question).lower() in ("y", "yes")
        number = session.number
        answer = streams.ask(f"Session {number}, {prose.short(session.date)}: {DELETED}").lower()
        match [name for name in ANSWERS if answer and name.startswith(answer)]:
            case ["held"]:
                said = streams.ask(f"on which day? [{session.date}] > ") or str(session.date)
                on = relative.past(said, "on", self.today)
                self.record(lambda plan, stamp: amend.done(plan, number, on, self.today, stamp))
            case ["skip"]:
                self.record(lambda plan, stamp: amend.skip(plan, number, stamp))
            case ["back"]:
                pass
            case _ if answer:
                raise UsageError(f"{answer} is no answer; held, skip or back would do")
            case _:
                return False
        return True

    def record(self, act: amending.Act) -> None:
        """Write an entry into the plan file, and tell what follows."""
        amended = amending.record(self.path, act, Stamp(surroundings.now()))
        if amended.entries:
            flag = amending.plan_flag(self.name)
            streams.print_lines(account.lines(amended, self.today, flag=flag, is_behind=False))


def _number(change: Change) -> int:
    return change.session.number if change.session else 0


def _moved(plan: Plan, number: int, day: date, stamp: Stamp) -> amend.Amended:
    if amend.day_of(plan, number) == day:
        sessions = schedule.schedule(plan)
        return amend.Amended(plan, plan, sessions, sessions)
    return amend.move(plan, number, day, stamp)


def _put(
    calendar: Calendar,
    listing: Sequence[Remote],
    reach: Reach,
    settled: AbstractSet[str],
    waiting: AbstractSet[str],
) -> None:
    """Bring the calendar up to date with the amended plan, but for what waits for an answer.

    It is the listing that was answered about which is compared: what somebody has changed since
    then has another version, and is left.
    """
    everything = wanted(said(show.read(reach.plan), reach), reach)
    answered = [each for each in everything if each.event.uid in settled]
    others = [each for each in everything if each.event.uid not in settled | waiting]
    changed = pushing.carry_out(
        calendar,
        sync.difference(answered, listing, overwrite=True) + sync.difference(others, listing),
    )
    pushing.refuse_what_was_left([], changed)
