"""Closed days of many plans: the holidays of a place are looked up once for each year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct

from microplan.calendars import holiday_regions, lookup
from microplan.calendars.busy_query import BusyQuery, BusyReply
from microplan.calendars.holiday_regions import Region
from microplan.errors import UsageError
from microplan.model.entries import Closure, Lookup
from microplan.model.rules import Rules
from microplan.model.values import ClosedDays

Ask = Callable[[str, BusyQuery], BusyReply]
"""Reads the busy calendar of that name."""
MORE, MOST = timedelta(days=366), timedelta(days=3653)
"""Days are looked up for a year after the last session, and for ten years at most."""


class ClosedDaysFound(Struct, frozen=True):
    """The closed days of a plan, and what was looked up for them."""

    closures: tuple[Closure, ...] = ()
    lookups: tuple[Lookup, ...] = ()


def find(
    rules: Rules, until: date, holidays: Sequence[str], busy: Sequence[str], ask: Ask
) -> ClosedDaysFound:
    """Look up the days of a plan whose last session is ``until``, were nothing closed."""
    last = min(until + MORE, rules.start + MOST)
    closures: list[Closure] = []
    lookups: list[Lookup] = []
    for where in dict.fromkeys(map(holiday_regions.parse, holidays)):
        found, known = _holidays(where, rules.start, last)
        closures += found
        days = ClosedDays(first=rules.start, last=known)
        lookups.append(Lookup(of=f"holidays {where}", days=days))
    for name in dict.fromkeys(busy):
        reply = ask(name, _query(rules, last))
        closures += (
            Closure(days=ClosedDays(first=begin, last=end), reason="busy")
            for begin, end in reply.days
        )
        lookups.append(Lookup(of=lookup.BUSY, days=ClosedDays(first=rules.start, last=last)))
    return ClosedDaysFound(tuple(dict.fromkeys(closures)), tuple(dict.fromkeys(lookups)))


def _holidays(where: Region, first: date, last: date) -> tuple[list[Closure], date]:
    """List the holidays of a span, and the last day of it whose holidays are all known."""
    found: list[Closure] = []
    for year in range(first.year, last.year + 1):
        of_year, known = _of_year(where, year)
        if known.year < year:
            last = known
            break
        found += of_year
    if last < first:
        raise UsageError(f"no holidays of {where} are known after {last}; leave holidays out")
    return [
        closure
        for closure in found
        if isinstance(closure.days, ClosedDays) and first <= closure.days.first <= last
    ], last


@lru_cache(256)
def _of_year(where: Region, year: int) -> tuple[tuple[Closure, ...], date]:
    return lookup.holidays_of(where, date(year, 1, 1), date(year, 12, 31))


def _query(rules: Rules, last: date) -> BusyQuery:
    return BusyQuery(
        first=rules.start,
        last=last,
        at=rules.at.usual if rules.at else None,
        others=rules.at.others if rules.at else (),
        minutes=rules.duration.minutes,
        tz=rules.tz,
    )
