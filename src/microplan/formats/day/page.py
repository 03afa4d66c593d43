"""Day sheets as a page to print, with a table for each day and no scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from microplan.amendments import bookings
from microplan.amendments.bookings import Booking
from microplan.formats.day import sheet as day_sheet
from microplan.formats.day.sheet import DaySheet
from microplan.formats.html.elements import Markup, element, enclosed, joined, own
from microplan.formats.html.page import document
from microplan.model.plan import ACTIVE
from microplan.wording import phrases

HEADS = ("Time", "Length", "Who", "Session", "Place", "Notes")


def html(sheet: DaySheet) -> Iterator[str]:
    """Write the days one below another."""
    return document(_title(sheet), enclosed("article", _days(sheet)))


def _title(sheet: DaySheet) -> str:
    if sheet.first == sheet.last:
        return phrases.day(sheet.first)
    return f"{phrases.day(sheet.first)} to {phrases.day(sheet.last)}"


def _days(sheet: DaySheet) -> Iterator[Markup]:
    if sheet.first != sheet.last:
        yield element("h1", _title(sheet))
    level = "h1" if sheet.first == sheet.last else "h2"
    for day, of_day in sheet.days:
        yield element(level, day_sheet.heading(day, of_day))
        if of_day:
            yield from enclosed("table", _rows(of_day, sheet), class_="sheet")
    if sheet.unread:
        files = phrases.listing([file for file, _ in sheet.unread])
        yield element("p", element("b", "Not on this sheet, because they can't be read: "), files)


def _rows(of_day: Sequence[Booking], sheet: DaySheet) -> Iterator[Markup]:
    rows = [_cells(booking, sheet) for booking in of_day]
    shown = [any(cells) for cells in zip(*rows, strict=True)]
    heads = zip(HEADS, shown, strict=True)
    cells = (element("th", head, scope="col") for head, is_shown in heads if is_shown)
    yield element("thead", element("tr", *cells))
    yield from enclosed("tbody", map(_row, of_day, rows, [shown] * len(rows)))


def _row(booking: Booking, cells: Sequence[str], shown: Sequence[bool]) -> Markup:
    is_past = booking.session.status not in ACTIVE
    kept = (element("td", cell) for cell, is_shown in zip(cells, shown, strict=True) if is_shown)
    return element("tr", *kept, class_="past" if is_past else None)


def _cells(booking: Booking, sheet: DaySheet) -> tuple[str, ...]:
    plan = booking.plan
    mark = f" ({plan.mark})" if plan.mark else ""
    return (
        day_sheet.hour(booking, sheet),
        day_sheet.length(booking),
        joined(own(plan.title), mark),
        f"{booking.session.number} of {booking.of}",
        own(booking.location) if booking.location else "",
        ", ".join(bookings.remarks(booking, sheet.capacity)),
    )
