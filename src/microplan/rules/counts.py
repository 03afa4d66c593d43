"""How many sessions a pace has, and the same pace with another number of them."""

from __future__ import annotations

from msgspec.structs import replace

from microplan.model import dates
from microplan.model.values import Pace, Recurrence, Step


def count(pace: Pace | Recurrence) -> int | None:
    """Count the sessions a pace names itself; None if it leaves its end open."""
    if isinstance(pace, Recurrence):
        return pace.count if pace.until is None else pace.count or dates.MAX_SESSIONS
    return None if pace.steps[-1].count is None else pace.stated()


def counted(pace: Pace | Recurrence, number: int) -> str:
    """Spell a pace whose end is open with a number of sessions for it, or for its last step."""
    if isinstance(pace, Recurrence):
        return f"{pace};COUNT={number}"
    *most, last = map(str, pace.steps)
    return ",".join([*most, f"{number}x{last}"])


def endless(pace: Pace | Recurrence, passed: int) -> Pace | Recurrence:
    """Take off the sessions that are over, and leave the end of the last step open."""
    if isinstance(pace, Recurrence):
        return replace(pace, count=None, until=None)
    *most, last = pace.steps
    steps: list[Step] = []
    for step, count in ((step, step.count) for step in most if step.count):
        if count > passed:
            steps.append(replace(step, count=count - passed))
        passed = max(passed - count, 0)
    return Pace(steps=(*steps, replace(last, count=None)))


def remaining(pace: Pace | Recurrence, passed: int, left: int) -> Pace | Recurrence:
    """Take off the sessions that are over, and count those to go."""
    if isinstance(pace, Recurrence):
        return replace(pace, count=left, until=None)
    steps: list[Step] = []
    open_ended = endless(pace, passed)
    assert isinstance(open_ended, Pace)  # noqa: S101 - a pace stays one
    for step in open_ended.steps:
        count = left if step.count is None else min(step.count, left)
        left -= count
        if count:
            steps.append(replace(step, count=count))
    return Pace(steps=tuple(steps))
