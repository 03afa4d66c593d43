"""The plan as a line of time for each phase, as wide as its canvas."""

from __future__ import annotations

from collections.abc import Iterator

from microplan.formats import Subject
from microplan.formats.draw import draw
from microplan.formats.phase_line import Timeline


def timeline(subject: Subject) -> Iterator[str]:
    """Draw phases over a common axis, and what the signs mean."""
    return draw(Timeline, subject)
