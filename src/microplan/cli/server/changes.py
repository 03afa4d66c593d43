"""Changes that people made to a plan's events on a server, and the lines that report them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from msgspec import Struct

from microplan.calendars import sync
from microplan.calendars.sync import Moment, MovedRemotely, Remote, Wanted
from microplan.model import ids
from microplan.model.plan import Plan, Session, Status
from microplan.scheduling import schedule
from microplan.wording import phrases


class Change(Struct, frozen=True, kw_only=True):
    """A change made on the server to the event of a session or of care.

    ``there`` is the event's current start, None if it was deleted; ``session`` is None for care.
    """

    uid: str
    title: str
    session: Session | None
    here: Moment
    there: Moment | None

    @property
    def day(self) -> date | None:
        """The day an open session was moved to; None if its day is unchanged."""
        there = self.there.date() if isinstance(self.there, datetime) else self.there
        if self.session is None or self.session.status is not Status.PLANNED:
            return None
        return None if there == self.session.date else there

    @property
    def at(self) -> time | None:
        """The time an open session was moved to; None if it has no time or its time is unchanged."""
        if self.session is None or self.session.status is not Status.PLANNED:
            return None
        if not (isinstance(self.there, datetime) and isinstance(self.here, datetime)):
            return None
        here, there = (
            start.time().replace(second=0, microsecond=0) for start in (self.here, self.there)
        )
        return None if here == there else there.replace(fold=0)

    @property
    def is_move(self) -> bool:
        """Whether this is a move that the plan can record."""
        return self.day is not None or self.at is not None


def find(plan: Plan, everything: Sequence[Wanted], listing: Sequence[Remote]) -> Iterator[Change]:
    """Yield the events that were moved or deleted on the server, by date."""
    sessions = {ids.uid(plan, f"session/{s.number}"): s for s in schedule.schedule(plan)}
    there: dict[str, Moment | None] = {
        action.event.uid: action.there
        for action in sync.difference(everything, listing)
        if isinstance(action, MovedRemotely)
    }
    there |= {entry.event.uid: None for entry in sync.deleted(everything, listing)}
    for event in (entry.event for entry in everything):
        if event.uid in there:
            yield Change(
                uid=event.uid,
                title=event.summary,
                session=sessions.get(event.uid),
                here=event.start,
                there=there[event.uid],
            )


# --- words ----------------------------------------------------------------------------------


def line(change: Change) -> str:
    """Describe one change, and whether the plan can record it."""
    where = f"{change.title}  {moment(change.here)}"
    if change.there is None:
        return f"{where}, missing there"
    return f"{where} → {moment(change.there)}{_unrecordable_part(change)}"


def _unrecordable_part(change: Change) -> str:
    """Say which part of a move the plan can't record."""
    session = change.session
    if session is None:
        return "; care moves with its session, push --overwrite puts it back"
    if session.status is not Status.PLANNED:
        return f"; session {session.number} is {session.status}, push --overwrite puts it right"
    if not change.is_move:
        return "; the plan keeps its time, or has none: push --overwrite puts it back"
    is_all_day = session.at is not None and not isinstance(change.there, datetime)
    return f"; its time stays {session.at:%H:%M}" if is_all_day else ""


def moment(value: Moment) -> str:
    """``Tue 2 Mar 2027 18:00``, or the day alone."""
    return (
        f"{phrases.day(value)} {value:%H:%M}" if isinstance(value, datetime) else phrases.day(value)
    )
