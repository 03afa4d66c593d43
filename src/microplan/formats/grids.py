"""The plan as month grids, as many side by side as the canvas holds."""

from __future__ import annotations

from collections.abc import Iterator

from microplan.almanac import Almanac
from microplan.formats import Subject
from microplan.formats.drawing import draw


def calendar(subject: Subject) -> Iterator[str]:
    """Draw months, and what the signs mean.

    Care is in the grids unless it is not wanted; asked for, it is listed below as well.
    """
    return draw(Almanac, subject, first_weekday=subject.canvas.first_weekday)
