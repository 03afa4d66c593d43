"""The plan as a table to read, as wide as its canvas."""

from __future__ import annotations

from collections.abc import Iterator

from microplan import echo
from microplan.formats import Subject
from microplan.formats.drawing import draw, told
from microplan.view import PlanTable


def table(subject: Subject) -> Iterator[str]:
    """Draw title, sentence, table and total."""
    sentence = echo.sentence(subject.plan, subject.sessions)
    drawn = PlanTable(subject.plan, subject.sessions, sentence, subject.today, told(subject))
    return draw(drawn, subject.canvas)
