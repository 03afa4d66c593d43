"""The plan as the text of its own file."""

from __future__ import annotations

from collections.abc import Iterator

from microplan.formats import Subject
from microplan.storage import plan_file


def plan(subject: Subject) -> Iterator[str]:
    """Write the plan file, which ``-p`` reads back."""
    yield plan_file.dump(subject.plan)
