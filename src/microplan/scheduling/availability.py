"""Which days a session may fall on, and which rule closes the others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate

from microplan.model.dates import DAY
from microplan.model.entries import Closure
from microplan.model.log import LateClosure
from microplan.model.plan import Plan
from microplan.model.reasons import OffWeekday, OnClosedDay
from microplan.model.rules import Rules
from microplan.model.values import ClosedDays, ClosedYearly, Weekdays

SEARCH = 731
"""Days after its target within which a session finds a day, or none is possible: two years."""
EARLY = 6
"""Days before its target that a session with no day in its window may stand: less than a week, so
that the weekday of its target is never taken a week early."""

AnyClosure = Closure | LateClosure
"""Closed days with a reason: those known from the start, or closed while the plan was running."""


class Availability:
    """The days that rules and closures leave open, asked one day at a time."""

    __slots__ = ("_firsts", "_known", "_lasts", "_yearly", "closures", "on", "plain", "prefer")

    def __init__(
        self, on: Weekdays | None, prefer: Weekdays | None, closures: Sequence[AnyClosure]
    ) -> None:
        self.on = on
        self.prefer = prefer
        self.closures = tuple(closures)
        self.plain = on is None and not closures
        self._known: dict[date, bool] = {}
        spans = [closure.days for closure in self.closures]
        dated = sorted((span.first, span.last) for span in spans if isinstance(span, ClosedDays))
        self._firsts = [first for first, _ in dated]
        self._lasts = list(accumulate((last for _, last in dated), max))  # as far as any reaches
        self._yearly = [span for span in spans if isinstance(span, ClosedYearly)]

    @classmethod
    def of(cls, plan: Plan, rules: Rules) -> Availability:
        """Collect what ``rules`` and the plan's looked-up days close; the log comes on top."""
        own = (Closure(days=days) for days in rules.avoid)
        return cls(rules.on, rules.prefer, (*own, *plan.closed))

    def with_closures(self, closures: Sequence[LateClosure]) -> Availability:
        """Close some more days."""
        return Availability(self.on, self.prefer, (*self.closures, *closures))

    def admits(self, day: date) -> bool:
        """Whether a session may fall on ``day``."""
        if self.plain:
            return True
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._is_open(day)
        return known

    def _is_open(self, day: date) -> bool:
        if self.on is not None and day.weekday() not in self.on.days:
            return False
        begun = bisect_right(self._firsts, day)
        if begun and self._lasts[begun - 1] >= day:
            return False
        for days in self._yearly:  # noqa: SIM110 - a generator costs more than what it asks
            if not days.admits(day):
                return False
        return True

    def prefers(self, day: date) -> bool:
        """Whether ``day`` is as good as any: preferred, or nothing is."""
        return self.prefer is None or day.weekday() in self.prefer.days

    def nearest(self, target: date, first: date, last: date) -> tuple[date | None, bool]:
        """Find the open day of ``first``..``last`` nearest to ``target``, the later of a tie.

        If some of the open days are preferred, only those count; then the second value says
        whether one that is not preferred would have been nearer.
        """
        fallback = None
        preferred = range(7) if self.prefer is None else self.prefer.days
        for day in _outward(target, first, last):
            is_preferred = day.weekday() in preferred
            if (is_preferred or fallback is None) and self.admits(day):
                if is_preferred:
                    return day, fallback is not None
                fallback = day
        return fallback, False

    def beyond_window(self, target: date, floor: date) -> date | None:
        """Find the open day nearest to ``target``, the later of a tie, if its window has none.

        Not before ``floor``, at most ``EARLY`` days before the target, within two years after it.
        """
        first = max(floor, target - timedelta(days=EARLY))
        days = _outward(target, first, target + timedelta(days=SEARCH))
        return next(filter(self.admits, days), None)

    def why_not(self, day: date) -> OnClosedDay | OffWeekday | None:
        """Say what keeps a session off ``day``; None if nothing does."""
        for closure in self.closures:
            if not closure.days.admits(day):
                return OnClosedDay(day=day, days=closure.days, reason=closure.reason)
        if self.on is not None and not self.on.admits(day):
            return OffWeekday(day=day, allowed=self.on)
        return None

    def closers(self, target: date) -> tuple[str, ...]:
        """List the rules that close the two years after ``target``, each once."""
        days = (target + timedelta(days=offset) for offset in range(SEARCH + 1))
        whys = (self.why_not(day) for day in days)
        return tuple(dict.fromkeys(_closer(why) for why in whys if why))


def _closer(why: OnClosedDay | OffWeekday) -> str:
    if isinstance(why, OffWeekday):
        return f"on {why.allowed}"
    return f"{why.reason} {why.days}" if why.reason else f"avoid {why.days}"


def _outward(target: date, first: date, last: date) -> Iterator[date]:
    """Yield the days of ``first``..``last`` by their distance from ``target``, later ones first."""
    yield target
    later, earlier = target + DAY, target - DAY
    while later <= last or earlier >= first:
        if later <= last:
            yield later
        if earlier >= first:
            yield earlier
        later, earlier = later + DAY, earlier - DAY
