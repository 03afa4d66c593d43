"""The plan as the text of its own file."""

from __future__ import annotations

from collections.abc import Iterator

from microplan import planfile
from microplan.formats import Subject


def plan(subject: Subject) -> Iterator[str]:
    """Write the plan file, which ``-p`` reads back."""
    yield planfile.dump(subject.plan)
