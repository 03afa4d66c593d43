"""The plan as month grids, as many side by side as the canvas holds."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from microplan import echo
from microplan.almanac import Almanac
from microplan.formats import Subject
from microplan.formats.drawing import draw, told


def calendar(subject: Subject) -> Iterator[str]:
    """Draw title, sentence, months, what the signs mean and total.

    Care is in the grids unless it is not wanted; asked for, it is listed below as well.
    """
    plan, sessions = subject.plan, subject.sessions
    drawn = Almanac(
        plan=replace(plan, care=()) if subject.with_care is False else plan,
        sessions=sessions,
        sentence=echo.sentence(plan, sessions),
        today=subject.today,
        first_weekday=subject.canvas.first_weekday,
        care=told(subject),
    )
    return draw(drawn, subject.canvas)
