"""Lists the sessions of many plans by time, and finds which overlap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time

from msgspec import Struct
from msgspec.structs import replace

from microplan.amendments import agenda
from microplan.model import dates, log
from microplan.model.entries import Moved
from microplan.model.plan import ACTIVE, Plan, Session, Status
from microplan.scheduling import care, schedule
from microplan.scheduling.filed_plans import FiledPlan


class Booking(Struct, frozen=True, kw_only=True):
    """A session of one of several plans.

    ``start`` and ``end`` come from ``dates.start_and_end``. ``overlapping`` holds the sessions
    earlier in the list that are under way when this one starts; ``same_start`` counts the later ones
    that start at the same time. All-day sessions, and those that don't take place, overlap nothing.
    """

    plan: FiledPlan
    session: Session
    start: date | datetime
    end: date | datetime
    overlapping: tuple[Booking, ...] = ()
    same_start: int = 0

    @property
    def is_timed(self) -> bool:
        """Whether the session takes place at a time of day."""
        return self.session.status in ACTIVE and isinstance(self.start, datetime)

    @property
    def at_once(self) -> int:
        """The number of sessions under way when this one starts, including it; 0 if it has no time."""
        return len(self.overlapping) + 1 + self.same_start if self.is_timed else 0

    def is_surplus(self, capacity: int) -> bool:
        """Whether earlier sessions fill ``capacity``; of two that start together, only the second."""
        return self.is_timed and len(self.overlapping) + 1 > capacity

    @property
    def status(self) -> str:
        """The status of the session; a skipped one may be a no-show."""
        skip = self.plan.scheduled.state.skips.get(self.session.number)
        is_no_show = self.session.status is Status.SKIPPED and skip is not None and skip.no_show
        return "no-show" if is_no_show else self.session.status.value

    @property
    def of(self) -> int:
        """The highest session number of its plan."""
        return agenda.highest(self.plan.scheduled.sessions)

    @property
    def is_discreet(self) -> bool:
        """Whether the plan is discreet."""
        return log.is_discreet(self.plan.scheduled.plan)

    @property
    def location(self) -> str:
        """Where the session takes place, if that may be shown."""
        return "" if self.is_discreet else self.session.rules.location


def bookings(plans: Sequence[FiledPlan], first: date, last: date) -> list[Booking]:
    """List the sessions from ``first`` to ``last``, each day's all-day sessions first.

    Dropped sessions are left out. Skipped and missed ones are listed, but overlap with nothing.
    """
    booked = [
        Booking(plan=plan, session=session, start=start, end=end)
        for plan in plans
        for session in plan.scheduled.sessions
        if first <= session.date <= last and session.status is not Status.DROPPED
        for start, end in (dates.start_and_end(session),)
    ]
    return sorted(_met(booked), key=_order)


def _order(booking: Booking) -> tuple[date, datetime, int, str, int]:
    return (
        booking.session.date,
        _instant(booking),
        len(booking.overlapping),
        booking.plan.name,
        booking.session.number,
    )


def _met(booked: Sequence[Booking]) -> Iterator[Booking]:
    """Find the sessions under way at each start, compared as instants."""
    under_way: list[Booking] = []
    together = Counter(_instant(booking) for booking in booked if booking.is_timed)
    for booking in sorted(booked, key=_order):
        if not booking.is_timed:
            yield booking
            continue
        instant = _instant(booking)
        together[instant] -= 1
        under_way = [other for other in under_way if _is_under_way(other, booking.start)]
        meeting = replace(booking, overlapping=tuple(under_way), same_start=together[instant])
        under_way.append(meeting)
        yield meeting


def _instant(booking: Booking) -> datetime:
    """Return the instant a session starts, for sorting; the earliest possible for an all-day one."""
    at = booking.start if isinstance(booking.start, datetime) else None
    return at.astimezone(UTC) if at else datetime.combine(date.min, time(), UTC)


def _is_under_way(booking: Booking, at: date | datetime) -> bool:
    return isinstance(at, datetime) and isinstance(booking.end, datetime) and booking.end > at


# --- what is worth knowing of one -----------------------------------------------------------


def paused(booking: Booking) -> list[str]:
    """Name what is paused on the day of a session, unless its plan is discreet."""
    scheduled, day = booking.plan.scheduled, booking.session.date
    if booking.is_discreet:
        return []
    items = care.care(scheduled.plan, scheduled.sessions)
    holding = (i for i in items if isinstance(i, care.Paused) and i.first <= day <= i.last)
    return list(dict.fromkeys(item.name for item in holding))


def before_move(booking: Booking) -> Session | None:
    """Find a session as it was before its last move; None if it has left that place since.

    A move to the same day and time doesn't count.
    """
    scheduled, number = booking.plan.scheduled, booking.session.number
    in_force = log.in_force(scheduled.plan.log)
    moves = [e for e in in_force if isinstance(e, Moved) and e.session == number]
    if not moves:
        return None
    size = max(index for index, e in enumerate(scheduled.plan.log) if e is moves[-1])
    before, after = (_session(scheduled.plan, log_size, number) for log_size in (size, size + 1))
    if before is None or after is None or dates.start_and_end(before) == dates.start_and_end(after):
        return None
    return before if _stands_as_moved(booking, moves[-1]) else None


def _session(plan: Plan, size: int, number: int) -> Session | None:
    """Find a session as it was after ``size`` log entries; None if it didn't exist."""
    sessions = schedule.schedule(replace(plan, log=plan.log[:size]))
    return sessions[number - 1] if number <= len(sessions) else None


def _stands_as_moved(booking: Booking, move: Moved) -> bool:
    """Whether a session is still on the day, or at the time, that a person moved it to."""
    if move.to is not None:
        return move.to == booking.session.date
    return isinstance(booking.start, datetime) and booking.start.time() == move.at


def moved_from(booking: Booking) -> str:
    """Say where a session was before a person moved it: ``18:00``, ``Tue 15 Dec``."""
    before = before_move(booking)
    if before is None:
        return ""
    if before.date == booking.session.date:
        hour = agenda.hour(before)
        return hour if hour != agenda.hour(booking.session) else ""
    return agenda.moment(before, year=False)


def remarks(booking: Booking, capacity: int) -> list[str]:
    """List what is special about a session: ``first session``, ``moved from 18:00``."""
    number, from_ = booking.session.number, moved_from(booking)
    clauses = [
        (booking.session.status is not Status.PLANNED, booking.status),
        (number == 1, "first session"),
        (1 < number == booking.of, "last session"),
        (bool(from_), f"moved from {from_}"),
        (booking.at_once > capacity, f"{booking.at_once} at once"),
        *((True, f"{name} paused") for name in paused(booking)),
    ]
    return [words for holds, words in clauses if holds]
