"""The plan as month grids, as many side by side as the canvas holds."""

from __future__ import annotations

from collections.abc import Iterator

from microplan.formats import Subject
from microplan.formats.draw import draw
from microplan.formats.month_grid import Almanac


def calendar(subject: Subject) -> Iterator[str]:
    """Draw months, and what the signs mean.

    Care is in the grids unless it is not wanted; asked for, it is listed below as well.
    """
    return draw(Almanac, subject, first_weekday=subject.canvas.first_weekday)
