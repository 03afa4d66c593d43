"""What every reader is asked for, in a form that crosses the border of a process."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple


class Entry(NamedTuple):
    """One event as a reader tells it.

    ``start`` and ``end`` are ``2026-12-01T17:00:00Z`` or, all-day, ``2026-12-01`` with the end
    exclusive; ``alarms`` are seconds from the start, in order; texts are empty where none is.
    """

    uid: str
    start: str
    end: str
    title: str
    description: str
    location: str
    status: str
    alarms: tuple[int, ...]


def moment(value: date | datetime) -> str:
    """Write an instant in UTC, or a day, as ``Entry`` has it."""
    if not isinstance(value, datetime):
        return value.isoformat()
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def alarms(triggers: list[timedelta]) -> tuple[int, ...]:
    """Write the offsets of alarms as ``Entry`` has them."""
    return tuple(sorted(trigger // timedelta(seconds=1) for trigger in triggers))
