"""A day sheet as lines to read: one for each session, in columns."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table

from microplan.amendments import bookings
from microplan.amendments.bookings import Booking
from microplan.formats.day import sheet as day_sheet
from microplan.formats.day.sheet import DaySheet
from microplan.formats.screen import Screen

STYLES = {"done": "done", "missed": "missed", "skipped": "skipped", "no-show": "skipped"}
"""How a row looks whose session has been decided."""


def text(sheet: DaySheet) -> Iterator[str]:
    """Draw each day under its heading."""
    screen = Screen.of(sheet.canvas)
    rows = [_cells(booking, sheet) for booking in sheet.bookings]
    shown = [any(cells) for cells in zip(*rows, strict=True)]
    for index, (day, of_day) in enumerate(sheet.days):
        if index:
            yield from screen.printed("")
        yield from screen.printed(screen.text(day_sheet.heading(day, of_day), "title"))
        if of_day:
            yield from screen.printed(_table(screen, of_day, sheet, shown))


def _table(
    screen: Screen, of_day: list[Booking], sheet: DaySheet, shown: list[bool]
) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for is_shown in shown:
        if is_shown:
            table.add_column(overflow="fold")
    for booking in of_day:
        cells = zip(_cells(booking, sheet), shown, strict=True)
        texts = [screen.text(cell) for cell, is_shown in cells if is_shown]
        table.add_row(*texts, style=STYLES.get(booking.status))
    return table


def _cells(booking: Booking, sheet: DaySheet) -> tuple[str, ...]:
    return (
        day_sheet.hour(booking, sheet),
        day_sheet.length(booking),
        booking.plan.name,
        f"{booking.session.number} of {booking.of}",
        booking.location,
        ", ".join(bookings.remarks(booking, sheet.capacity)),
    )
