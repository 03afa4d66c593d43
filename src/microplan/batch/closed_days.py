"""Looks up closed days for many plans, with the holidays of each place and year only once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

from msgspec import Struct

from microplan.calendars import holiday_regions, lookup
from microplan.calendars.busy_query import BusyQuery
from microplan.calendars.holiday_regions import Region
from microplan.errors import UsageError
from microplan.model.entries import Closure, Lookup
from microplan.model.rules import Rules
from microplan.model.values import ClosedDays


class BusyCalendars(Protocol):
    """Busy calendars by name, for many plans."""

    def hold_plans(self, names: Sequence[str]) -> bool:
        """Whether one of them has events that could be a plan's own."""

    def closed(self, name: str, query: BusyQuery) -> tuple[tuple[date, date], ...]:
        """List the days that a calendar closes for a plan; raises CalendarError if it can't be read."""


class NoCalendars:
    """No calendars: a row that names one gets an error."""

    def hold_plans(self, _names: Sequence[str]) -> bool:
        """None has."""
        return False

    def closed(self, name: str, _query: BusyQuery) -> tuple[tuple[date, date], ...]:
        """Refuse to read one."""
        raise UsageError(f"{name} can't be read as a calendar here")


MORE, MOST = timedelta(days=366), timedelta(days=3653)
"""Look up days until a year after the last session, but for at most ten years."""


class ClosedDaysFound(Struct, frozen=True):
    """The closed days of a plan, and what was looked up for them."""

    closures: tuple[Closure, ...] = ()
    lookups: tuple[Lookup, ...] = ()


class Search:
    """Looks up the closed days of one plan.

    ``until`` is the day of its last session if nothing were closed; ``own`` has the UIDs of its events.
    """

    def __init__(
        self, rules: Rules, until: date, own: Sequence[str], calendars: BusyCalendars
    ) -> None:
        self.rules = rules
        self.last = min(until + MORE, rules.start + MOST)
        self.own = own
        self.calendars = calendars

    def run(self, holidays: Sequence[str], busy: Sequence[str]) -> ClosedDaysFound:
        """Look up the holidays of places, then busy calendars."""
        first, closures = self.rules.start, list[Closure]()
        lookups: list[Lookup] = []
        for where in dict.fromkeys(map(holiday_regions.parse, holidays)):
            of_region, known = _holidays(where, first, self.last)
            closures += of_region
            days = ClosedDays(first=first, last=known)
            lookups.append(Lookup(of=f"holidays {where}", days=days))
        for name in dict.fromkeys(busy):
            closures += (
                Closure(days=ClosedDays(first=begin, last=end), reason="busy")
                for begin, end in self.calendars.closed(name, self.query())
            )
            lookups.append(Lookup(of=lookup.BUSY, days=ClosedDays(first=first, last=self.last)))
        return ClosedDaysFound(tuple(dict.fromkeys(closures)), tuple(dict.fromkeys(lookups)))

    def query(self) -> BusyQuery:
        """Build the query for the days, times and zone of the plan."""
        return BusyQuery.of(self.rules, self.rules.start, self.last, self.own)


def _holidays(where: Region, first: date, last: date) -> tuple[list[Closure], date]:
    """List the holidays of a span, and the last day of it whose holidays are all known."""
    closures: list[Closure] = []
    for year in range(first.year, last.year + 1):
        of_year, known = _of_year(where, year)
        if known.year < year:
            last = known
            break
        closures += of_year
    if last < first:
        raise UsageError(f"no holidays of {where} are known after {last}. Leave holidays out")
    return [
        closure
        for closure in closures
        if isinstance(closure.days, ClosedDays) and first <= closure.days.first <= last
    ], last


@lru_cache(256)
def _of_year(where: Region, year: int) -> tuple[tuple[Closure, ...], date]:
    return lookup.holidays_of(where, date(year, 1, 1), date(year, 12, 31))
