"""Days on a line of so many columns: where a day stands, and the months or years written over it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from microplan.wording import phrases

STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
"""Months from one label to the next; from a year on, years are written alone."""
MONTHS_A_YEAR = 12


class Axis(Struct, frozen=True, kw_only=True):
    """The days ``first`` to ``last``, both included, on a line of so many columns."""

    first: date
    last: date
    columns: int

    @property
    def days(self) -> int:
        """How many days there are, both ends included."""
        return (self.last - self.first).days + 1

    def column(self, day: date) -> int:
        """Find the column of a day, from 0; days in order never go back."""
        return (day - self.first).days * self.columns // self.days


def labels(axis: Axis) -> tuple[str, ...]:
    """Write the years, and under them the months, each from the column of its first day.

    The line begins with the month of its first day. As many months are named as have room; a
    label that does not end within the line is left out.
    """
    step = next((step for step in STEPS if _fits(axis, step)), STEPS[-1])
    ticks = [axis.first, *(day for day in _firsts(axis, step) if day > axis.first)]
    if step >= MONTHS_A_YEAR:
        return (_written(axis, [(day, str(day.year)) for day in ticks]),)
    named = [(day, phrases.MONTHS[day.month - 1]) for day in ticks]
    years = [(day, str(day.year)) for day in ticks if day is axis.first or day.month == 1]
    return _written(axis, years), _written(axis, named)


def _fits(axis: Axis, step: int) -> bool:
    """Whether labels ``step`` months apart leave a blank between them."""
    widest = 4 if step >= MONTHS_A_YEAR else 3
    shortest = step * 28  # days; labels so far apart stand at least this many columns apart
    return shortest * axis.columns // axis.days > widest


def _firsts(axis: Axis, step: int) -> Iterator[date]:
    """Yield the first days of every ``step``-th month of the calendar on the line."""
    month = -(-(axis.first.year * MONTHS_A_YEAR + axis.first.month - 1) // step) * step
    while month < axis.last.year * MONTHS_A_YEAR + axis.last.month:
        year, of_year = divmod(month, MONTHS_A_YEAR)
        yield date(year, of_year + 1, 1)
        month += step


def _written(axis: Axis, named: list[tuple[date, str]]) -> str:
    """Write labels at their columns; the first one gives way to one that comes too soon."""
    line = ""
    for place, (day, label) in enumerate(named):
        column = axis.column(day)
        if place == 0 and len(named) > 1 and axis.column(named[1][0]) <= len(label):
            continue
        if column >= len(line) + bool(line) and column + len(label) <= axis.columns:
            line = f"{line:<{column}}{label}"
    return line
