"""Finds double bookings: more sessions at once than there is room for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from microplan.amendments import agenda, bookings, moving
from microplan.amendments.bookings import Booking
from microplan.amendments.check import Finding
from microplan.model.entries import Moved
from microplan.model.plan import Status
from microplan.scheduling.filed_plans import FiledPlan
from microplan.wording import phrases

DAY = timedelta(days=1)
NEAR = 7
"""Days after a session to search for a free day."""


def find(
    plans: Sequence[FiledPlan], today: date, capacity: int = 1
) -> dict[str, tuple[Finding, ...]]:
    """Find the planned sessions from today on that start with no room left, by plan file."""
    findings: dict[str, tuple[Finding, ...]] = {}
    coming = bookings.bookings(plans, today, date.max)
    by_day: dict[date, list[Booking]] = {}
    for booking in coming:
        by_day.setdefault(booking.session.date, []).append(booking)
    for booking in coming:
        if booking.is_surplus(capacity) and booking.session.status is Status.PLANNED:
            text = f"{_overlap(booking)}{_way_out(booking, by_day[booking.session.date], capacity)}"
            finding = Finding("double-booked", booking.session.number, text)
            findings[booking.plan.file] = (*findings.get(booking.plan.file, ()), finding)
    return findings


def _overlap(booking: Booking) -> str:
    """Name the sessions that are under way when this one starts."""
    named = [
        f"session {other.session.number} of {other.plan.name} ({agenda.hour(other.session)})"
        for other in booking.overlapping
    ]
    return f"{agenda.moment(booking.session)} overlaps {phrases.listing(named)}"


def _way_out(booking: Booking, same_day: Sequence[Booking], capacity: int) -> str:
    """Suggest a move to the next time the day has room, or else to the next open day."""
    for entry in (*_later(booking, same_day, capacity), *_next_days(booking)):
        commands = moving.command(booking.plan.scheduled.plan, entry)
        if commands:
            return f". To move it: microplan {commands[0]}{booking.plan.flag}"
    return ""


def _later(booking: Booking, same_day: Sequence[Booking], capacity: int) -> Iterator[Moved]:
    """Yield moves to times when another session of the day ends and there is room."""
    start, end = booking.start, booking.end
    if not (isinstance(start, datetime) and isinstance(end, datetime)):
        return
    others = [b for b in same_day if b is not booking and b.is_timed]
    ends = [b.end.astimezone(start.tzinfo) for b in others if isinstance(b.end, datetime)]
    for at in sorted(end for end in ends if end > start and end.date() == start.date()):
        met = sum(_overlaps(other, at, at + (end - start)) for other in others)
        if met < capacity:
            yield _moved(booking, at=at.time())


def _overlaps(booking: Booking, start: datetime, end: datetime) -> bool:
    first, last = booking.start, booking.end
    timed = isinstance(first, datetime) and isinstance(last, datetime)
    return timed and first < end and last > start


def _next_days(booking: Booking) -> Iterator[Moved]:
    is_open = agenda.open_days(booking.plan.scheduled, booking.session)
    for day in (booking.session.date + days * DAY for days in range(1, NEAR + 1)):
        if is_open.admits(day):
            yield _moved(booking, to=day)


def _moved(booking: Booking, to: date | None = None, at: time | None = None) -> Moved:
    recorded = booking.plan.scheduled.plan.created
    return Moved(session=booking.session.number, to=to, at=at, recorded=recorded)
