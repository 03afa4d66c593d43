"""The plan as a line of time for each phase, as wide as its canvas."""

from __future__ import annotations

from collections.abc import Iterator

from microplan import echo
from microplan.formats import Subject
from microplan.formats.drawing import draw, told
from microplan.timeline import Timeline


def timeline(subject: Subject) -> Iterator[str]:
    """Draw title, sentence, phases over a common axis, what the signs mean and total."""
    drawn = Timeline(
        plan=subject.plan,
        sessions=subject.sessions,
        sentence=echo.sentence(subject.plan, subject.sessions),
        today=subject.today,
        care=told(subject),
    )
    return draw(drawn, subject.canvas)
