"""Day sheets for programs and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator

from microplan.amendments import bookings
from microplan.amendments.bookings import Booking
from microplan.formats import delimited
from microplan.formats.day.sheet import DaySheet
from microplan.model import dates
from microplan.model.plan import VERSION

Record = dict[str, object]
FIELDS = (
    *("date", "start", "end", "minutes", "title", "id", "number", "of", "status", "location"),
    *("paused", "moved_from", "at_once", "over_capacity", "file"),
)


def document(sheet: DaySheet) -> Iterator[str]:
    """Write the sheet as one JSON document, in ASCII."""
    import json

    content = {
        "microplan": VERSION,
        "first": sheet.first.isoformat(),
        "last": sheet.last.isoformat(),
        "capacity": sheet.capacity,
        "sessions": [record(booking, sheet) for booking in sheet.bookings],
        "unread": [{"file": file, "text": text} for file, text in sheet.unread],
    }
    yield f"{json.dumps(content, indent=2)}\n"


def record(booking: Booking, sheet: DaySheet) -> Record:
    """Convert a session to plain values, with the keys of ``FIELDS``.

    ``start`` and ``end`` are RFC 3339 with their offset, or dates with the end exclusive.
    """
    session, before = booking.session, bookings.before_move(booking)
    rules = session.rules
    return {
        "date": session.date.isoformat(),
        "start": booking.start.isoformat(),
        "end": booking.end.isoformat(),
        "minutes": None if rules.at is None else rules.duration.minutes,
        "title": booking.plan.title,
        "id": booking.plan.scheduled.plan.id,
        "number": session.number,
        "of": booking.of,
        "status": booking.status,
        "location": booking.location,
        "paused": bookings.paused(booking),
        "moved_from": None if before is None else dates.start_and_end(before)[0].isoformat(),
        "at_once": booking.at_once,
        "over_capacity": booking.at_once > sheet.capacity,
        "file": booking.plan.file,
    }


def csv(sheet: DaySheet) -> Iterator[str]:
    """Write a header and a row for each session."""
    return _lines(sheet, ",", "\r\n")


def tsv(sheet: DaySheet) -> Iterator[str]:
    """Write the same separated by tabs."""
    return _lines(sheet, "\t", "\n")


def _lines(sheet: DaySheet, separator: str, end: str) -> Iterator[str]:
    yield separator.join(FIELDS) + end
    for booking in sheet.bookings:
        values = record(booking, sheet).values()
        yield separator.join(delimited.cell(value, separator) for value in values) + end
