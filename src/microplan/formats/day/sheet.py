"""The sessions of one or more days across many plans, and their formats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module

from msgspec import Struct

from microplan.amendments import agenda
from microplan.amendments.bookings import Booking
from microplan.formats import Canvas
from microplan.model.plan import ACTIVE
from microplan.wording import phrases


class DaySheet(Struct, frozen=True, kw_only=True):
    """The sessions of the days from ``first`` to ``last``, in order.

    ``capacity`` is the number of sessions that may be under way at once. ``unread`` holds the files
    that can't be read, with the reasons.
    """

    first: date
    last: date
    bookings: tuple[Booking, ...]
    capacity: int = 1
    unread: tuple[tuple[str, str], ...] = ()
    canvas: Canvas = Canvas()

    @property
    def days(self) -> list[tuple[date, list[Booking]]]:
        """Pair each day with its sessions."""
        count = (self.last - self.first).days + 1
        dates = (self.first + timedelta(days=offset) for offset in range(count))
        return [(day, [b for b in self.bookings if b.session.date == day]) for day in dates]

    @property
    def has_several_zones(self) -> bool:
        """Whether the times are in more than one zone."""
        timed = (b.session.rules for b in self.bookings if b.session.rules.at is not None)
        return len({rules.tz for rules in timed}) > 1


FORMATS = {
    "text": "table:text",
    "json": "data:document",
    "csv": "data:csv",
    "tsv": "data:tsv",
    "html": "page:html",
}
"""The writer of each format."""
SUFFIXES = {".txt": "text", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".html": "html"}
"""The format of each file suffix."""


def render(name: str, sheet: DaySheet) -> Iterator[str]:
    """Write a sheet in a format, in chunks of text."""
    module, _, function = FORMATS[name].partition(":")
    chunks: Iterator[str] = getattr(import_module(f"microplan.formats.day.{module}"), function)(
        sheet
    )
    return chunks


def heading(day: date, bookings: list[Booking]) -> str:
    """Name a day and count what takes place on it: ``Tue 15 Dec 2026 · 4 sessions``."""
    number = sum(booking.session.status in ACTIVE for booking in bookings)
    return f"{phrases.day(day)} · {phrases.count(number, 'session') if number else 'no sessions'}"


def hour(booking: Booking, sheet: DaySheet) -> str:
    """Format the start of a session, with the zone if the sheet has several."""
    at = agenda.hour(booking.session) or "all day"
    is_told = sheet.has_several_zones and booking.session.rules.at is not None
    return f"{at} {booking.session.rules.tz}" if is_told else at


def length(booking: Booking) -> str:
    """Format the length of a session; empty if it's all-day."""
    rules = booking.session.rules
    return "" if rules.at is None else f"{rules.duration.minutes} min"
