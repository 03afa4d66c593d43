"""What the events of a calendar take: days of one plan, or time that any plan can ask about."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Protocol

from microplan.calendars.busy_query import BusyQuery, BusyReply, Misread, Period, Reply, TakenReply
from microplan.calendars.taken_days import TakenDays
from microplan.model import dates
from microplan.model.values import Hours

MOST = 200_000
"""Periods of one calendar; more is beyond what a person's or a clinic's holds."""
A_DAY = 86_400.0
MARGIN = 2 * A_DAY
"""Zones differ by a day at most, and a session may go on after midnight."""
OF_A_PLAN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE
)
"""A UUID of version 5, as all events of a plan have it."""


class Sink(Protocol):
    """Takes up the time of events, each with its UID."""

    def take(self, uid: str, start: float, end: float) -> None:
        """Take up the time between two instants."""

    def reply(self, misread: tuple[Misread, ...], unknown_zones: tuple[str, ...]) -> Reply:
        """Say what was taken, and what can't be read."""


class OfPlan:
    """Closes the days of one plan; its own events close none."""

    def __init__(self, query: BusyQuery) -> None:
        self.own = frozenset(query.own)
        self.days = _days(query)

    def take(self, uid: str, start: float, end: float) -> None:
        """Close the days on which a session would overlap."""
        if uid not in self.own:
            self.days.take(start, end)

    def reply(self, misread: tuple[Misread, ...], unknown_zones: tuple[str, ...]) -> BusyReply:
        """List the closed days."""
        return BusyReply(days=self.days.closed(), misread=misread, unknown_zones=unknown_zones)


class OfAny:
    """Collects when events take time, those that may be a plan's own by UID."""

    def __init__(self) -> None:
        self.of_uid: dict[str, list[Period]] = {}
        self.count = 0

    def take(self, uid: str, start: float, end: float) -> None:
        """Note a period; raises MemoryError where there is no end of them."""
        if start >= end:
            return
        self.count += 1
        if self.count > MOST:
            raise MemoryError
        own = uid if OF_A_PLAN.fullmatch(uid) else ""
        self.of_uid.setdefault(own, []).append((start, end))

    def reply(self, misread: tuple[Misread, ...], unknown_zones: tuple[str, ...]) -> TakenReply:
        """List the periods in order."""
        periods = {uid: tuple(_united(taken)) for uid, taken in self.of_uid.items()}
        return TakenReply(periods=periods, misread=misread, unknown_zones=unknown_zones)


def closed(reply: TakenReply, query: BusyQuery) -> tuple[tuple[date, date], ...]:
    """List the days that a calendar closes for a plan, whose own events are passed over."""
    days, own = _days(query), frozenset(query.own)
    low, high = (days.starts[0] - MARGIN,), (days.ends[-1] + MARGIN,)
    for uid, periods in reply.periods.items():
        if uid not in own:
            first = max(bisect_left(periods, low) - 1, 0)  # the one before may last until then
            for start, end in periods[first : bisect_left(periods, high)]:
                days.take(start, end)
    return days.closed()


def _united(periods: Iterable[Period]) -> Iterator[Period]:
    """Yield periods in order, those that meet or overlap as one."""
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
