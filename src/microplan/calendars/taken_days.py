"""Finds the days of a plan that busy time closes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from microplan.model import dates
from microplan.model.values import Hours

LAST_MINUTE = 60.0
"""Seconds that may be missing at the end of a day: many programs end all-day events at 23:59."""


class TakenDays:
    """The days of a plan, and which of them busy time closes.

    For sessions with a time, a day is closed if the session would overlap busy time; touching is
    fine. For all-day sessions, a day is closed if all of it is busy.
    """

    def __init__(
        self, first: date, last: date, zone: ZoneInfo, at: Hours | None, length: timedelta
    ) -> None:
        days = [first + offset * dates.DAY for offset in range((last - first).days + 1)]
        starts = [dates.local(day, at.on(day) if at else time(), zone) for day in days]
        if at is None:
            ends = [dates.local(day + dates.DAY, time(), zone) for day in days]
        else:
            ends = [dates.later(start, length) for start in starts]
        self.first = first
        self.timed = at is not None
        self.starts = [start.timestamp() for start in starts]
        self.ends = [end.timestamp() for end in ends]
        self.changes = [0] * (len(days) + 1)

    def take(self, start: float, end: float) -> None:
        """Close the days that an event between two instants blocks."""
        if self.timed:
            low, high = bisect_right(self.ends, start), bisect_left(self.starts, end)
        else:
            low = bisect_left(self.starts, start)
            high = bisect_right(self.ends, end + LAST_MINUTE)
        if start < end and low < high:
            self.changes[low] += 1
            self.changes[high] -= 1

    def closed(self) -> tuple[tuple[date, date], ...]:
        """List the closed days, with consecutive ones as one range."""
        ranges: list[tuple[date, date]] = []
        for index, taken in enumerate(accumulate(self.changes)):
            day = self.first + index * dates.DAY
            if taken and ranges and ranges[-1][1] == day - dates.DAY:
                ranges[-1] = (ranges[-1][0], day)
            elif taken:
                ranges.append((day, day))
        return tuple(ranges)
