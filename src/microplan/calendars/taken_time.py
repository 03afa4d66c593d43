"""Collects the busy time of a calendar, as closed days of one plan or as periods for any plan."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from itertools import accumulate
from typing import Protocol
from zoneinfo import ZoneInfo

from microplan.calendars.busy_query import (
    BusyQuery,
    BusyReply,
    BusyTimeReply,
    Misread,
    Period,
    Reply,
)
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


MOST = 200_000
"""Most periods of one calendar; no person or clinic has more."""
A_DAY = 86_400.0
MARGIN = 2 * A_DAY
"""Zones differ by at most a day, and a session can end after midnight."""
OF_A_PLAN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE
)
"""Matches a UUID of version 5, like the UIDs of a plan's events."""


class Sink(Protocol):
    """Collects the time of events, each with its UID."""

    def take(self, uid: str, start: float, end: float) -> None:
        """Add the time between two instants."""

    def reply(self, misread: tuple[Misread, ...], unknown_zones: tuple[str, ...]) -> Reply:
        """Build the reply from the time collected."""


class ClosedDaysSink:
    """Collects the closed days of one plan; ignores the plan's own events."""

    def __init__(self, query: BusyQuery) -> None:
        self.own = frozenset(query.own)
        self.days = _days(query)

    def take(self, uid: str, start: float, end: float) -> None:
        """Close the days on which a session would overlap the event."""
        if uid not in self.own:
            self.days.take(start, end)

    def reply(self, misread: tuple[Misread, ...], unknown_zones: tuple[str, ...]) -> BusyReply:
        """Build the reply with the closed days."""
        return BusyReply(days=self.days.closed(), misread=misread, unknown_zones=unknown_zones)


class BusyTimeSink:
    """Collects busy periods for any plan, by UID if a plan could own the event."""

    def __init__(self) -> None:
        self.of_uid: dict[str, list[Period]] = {}
        self.count = 0

    def take(self, uid: str, start: float, end: float) -> None:
        """Add a period; raises MemoryError if there are too many."""
        if start >= end:
            return
        self.count += 1
        if self.count > MOST:
            raise MemoryError
        own = uid if OF_A_PLAN.fullmatch(uid) else ""
        self.of_uid.setdefault(own, []).append((start, end))

    def reply(self, misread: tuple[Misread, ...], unknown_zones: tuple[str, ...]) -> BusyTimeReply:
        """Build the reply with the periods in order."""
        periods = {uid: tuple(_united(taken)) for uid, taken in self.of_uid.items()}
        return BusyTimeReply(periods=periods, misread=misread, unknown_zones=unknown_zones)


def closed(reply: BusyTimeReply, query: BusyQuery) -> tuple[tuple[date, date], ...]:
    """List the days that a calendar closes for a plan, ignoring the plan's own events."""
    days, own = _days(query), frozenset(query.own)
    low, high = (days.starts[0] - MARGIN,), (days.ends[-1] + MARGIN,)
    for uid, periods in reply.periods.items():
        if uid not in own:
            first = max(bisect_left(periods, low) - 1, 0)  # the one before may last into the span
            for start, end in periods[first : bisect_left(periods, high)]:
                days.take(start, end)
    return days.closed()


def _united(periods: Iterable[Period]) -> Iterator[Period]:
    """Yield periods in order, merging those that touch or overlap."""
    begin = until = float("-inf")
    for start, end in sorted(periods):
        if start > until:
            if until > begin:
                yield begin, until
            begin = start
        until = max(until, end)
    if until > begin:
        yield begin, until


def _days(query: BusyQuery) -> TakenDays:
    hours = None if query.at is None else Hours(usual=query.at, others=query.others)
    length = timedelta(minutes=query.minutes)
    return TakenDays(query.first, query.last, dates.zone(query.tz), hours, length)
