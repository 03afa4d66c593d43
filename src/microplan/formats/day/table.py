"""Day sheets as text: one line for each session, in columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table

from microplan.amendments import bookings
from microplan.amendments.bookings import Booking
from microplan.formats.day import sheet as day_sheet
from microplan.formats.day.sheet import DaySheet
from microplan.formats.screen import Screen

STYLES = {"done": "done", "missed": "missed", "skipped": "skipped", "no-show": "skipped"}
"""The style of a row, by the status of its session."""


SPACE = 2
"""Cells between two columns."""
WHOLE = (0, 1, 3)
"""The columns of ``_cells`` that no line is broken in where there is room: hour, length, number."""


def text(sheet: DaySheet) -> Iterator[str]:
    """Draw each day under its heading, with the same columns for all."""
    screen = Screen.of(sheet.canvas)
    rows = (map(screen.shown, _cells(booking, sheet)) for booking in sheet.bookings)
    sizes = [max(map(cell_len, cells)) for cells in zip(*rows, strict=True)]
    widths = _widths(sizes, sheet.canvas.width)
    for index, (day, of_day) in enumerate(sheet.days):
        if index:
            yield from screen.printed("")
        yield from screen.printed(screen.text(day_sheet.heading(day, of_day), "title"))
        if of_day:
            yield from screen.printed(_table(screen, of_day, sheet, widths))


def _widths(sizes: Sequence[int], room: int) -> dict[int, int | None]:
    """Choose the widths of the columns that aren't empty; None leaves a width to Rich."""
    shown = {column: size for column, size in enumerate(sizes) if size}
    if sum(shown.values()) + SPACE * (len(shown) - 1) <= room:
        return dict(shown)
    fits = sum(shown.get(column, 0) + SPACE for column in WHOLE) <= room // 2
    return {column: size if fits and column in WHOLE else None for column, size in shown.items()}


def _table(
    screen: Screen, of_day: list[Booking], sheet: DaySheet, widths: Mapping[int, int | None]
) -> RenderableType:
    table = Table.grid(padding=(0, SPACE, 0, 0))
    for width in widths.values():
        table.add_column(overflow="fold", width=width)
    for booking in of_day:
        cells = _cells(booking, sheet)
        texts = [screen.text(cells[column]) for column in widths]
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
