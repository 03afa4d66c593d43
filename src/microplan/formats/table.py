"""The plan as a table to read, as wide as its canvas."""

from __future__ import annotations

from collections.abc import Iterator

from microplan.formats import Subject
from microplan.formats.draw import draw
from microplan.formats.session_table import PlanTable


def table(subject: Subject) -> Iterator[str]:
    """Draw a row for each session."""
    return draw(PlanTable, subject)
