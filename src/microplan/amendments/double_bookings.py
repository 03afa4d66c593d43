"""Sessions of several plans that overlap: more at once than there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from microplan.amendments import agenda, amend, bookings
from microplan.amendments.bookings import Booking
from microplan.amendments.check import Finding
from microplan.amendments.filed_plans import FiledPlan
from microplan.model.plan import Moved, Status
from microplan.wording import phrases

DAY = timedelta(days=1)
NEAR = 7
"""Days after its own on which another one is looked for."""


def find(
    plans: Sequence[FiledPlan], today: date, capacity: int = 1
) -> dict[str, tuple[Finding, ...]]:
    """Find the planned sessions from today on that start where no room is left, by file."""
    found: dict[str, tuple[Finding, ...]] = {}
    for booking in bookings.bookings(plans, today, date.max):
        if booking.at_once > capacity and booking.session.status is Status.PLANNED:
            text = f"{_overlap(booking)}{_way_out(booking)}"
            finding = Finding("double-booked", booking.session.number, text)
            found[booking.plan.file] = (*found.get(booking.plan.file, ()), finding)
    return found


def _overlap(booking: Booking) -> str:
    """Name the sessions that are under way when this one starts."""
    named = [
        f"session {other.session.number} of {other.plan.name} ({agenda.hour(other.session)})"
        for other in booking.meets
    ]
    return f"{agenda.moment(booking.session)} overlaps {phrases.listing(named)}"


def _way_out(booking: Booking) -> str:
    """Offer the next open day on which the plan lets the session stand."""
    scheduled, session = booking.plan.scheduled, booking.session
    is_open = agenda.open_days(scheduled, session)
    for day in (session.date + days * DAY for days in range(1, NEAR + 1)):
        entry = Moved(session=session.number, to=day, recorded=scheduled.plan.created)
        commands = amend.moving(scheduled.plan, entry) if is_open.admits(day) else ()
        if commands:
            return f". To move it: microplan {commands[0]}{booking.plan.flag}"
    return ""
