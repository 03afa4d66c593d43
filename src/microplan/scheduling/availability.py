"""Decides which days are open for sessions, and which rule closes the others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate

from microplan.model.dates import DAY
from microplan.model.entries import Closure
from microplan.model.log import LateClosure
from microplan.model.plan import OffWeekday, OnClosedDay, Plan
from microplan.model.rules import Rules
from microplan.model.values import ClosedDays, ClosedYearly, Weekdays

SEARCH = 731
"""Days after its target to search for an open day: two years."""
EARLY = 6
"""Most days before its target for a session with no open day in its window.

Under a week, so that a session never moves to the same weekday a week early."""

AnyClosure = Closure | LateClosure
"""Closed days from the plan as created, or closed later while it was running."""


class Availability:
    """The days that rules and closures leave open; answers for single days are cached."""

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
        self._lasts = list(accumulate((last for _, last in dated), max))  # the latest end so far
        self._yearly = [span for span in spans if isinstance(span, ClosedYearly)]

    @classmethod
    def of(cls, plan: Plan, rules: Rules) -> Availability:
        """Collect the days closed by ``rules`` and by the plan's lookups; leave out the log."""
        own = (Closure(days=days) for days in rules.avoid)
        return cls(rules.on, rules.prefer, (*own, *plan.closed))

    def with_closures(self, closures: Sequence[LateClosure]) -> Availability:
        """Return a copy with more days closed."""
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
        for days in self._yearly:  # noqa: SIM110 - a generator costs more than the check
            if not days.admits(day):
                return False
        return True

    def prefers(self, day: date) -> bool:
        """Whether ``day`` is a preferred weekday; True if there's no preference."""
        return self.prefer is None or day.weekday() in self.prefer.days

    def nearest(self, target: date, first: date, last: date) -> tuple[date | None, bool]:
        """Find the open day from ``first`` to ``last`` nearest to ``target``, the later of two.

        If any open day is preferred, only preferred days count. The second value is whether that
        passed over a nearer day.
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

    def nearest_outside_window(self, target: date, floor: date) -> date | None:
        """Find the nearest open day for a session whose window has none, the later of two.

        Search from ``EARLY`` days before ``target``, but not before ``floor``, to two years after.
        """
        first = max(floor, target - timedelta(days=EARLY))
        days = _outward(target, first, target + timedelta(days=SEARCH))
        return next(filter(self.admits, days), None)

    def why_not(self, day: date) -> OnClosedDay | OffWeekday | None:
        """Return the rule that closes ``day``; None if it's open."""
        for closure in self.closures:
            if not closure.days.admits(day):
                return OnClosedDay(day=day, days=closure.days, reason=closure.reason)
        if self.on is not None and not self.on.admits(day):
            return OffWeekday(day=day, allowed=self.on)
        return None

    def closing_rules(self, target: date) -> tuple[str, ...]:
        """List the rules that close days in the two years after ``target``, each once."""
        days = (target + timedelta(days=offset) for offset in range(SEARCH + 1))
        whys = (self.why_not(day) for day in days)
        return tuple(dict.fromkeys(_closer(why) for why in whys if why))


def _closer(why: OnClosedDay | OffWeekday) -> str:
    if isinstance(why, OffWeekday):
        return f"on {why.allowed}"
    return f"{why.reason} {why.days}" if why.reason else f"avoid {why.days}"


def _outward(target: date, first: date, last: date) -> Iterator[date]:
    """Yield the days from ``first`` to ``last`` by distance from ``target``, the later one first."""
    yield target
    later, earlier = target + DAY, target - DAY
    while later <= last or earlier >= first:
        if later <= last:
            yield later
        if earlier >= first:
            yield earlier
        later, earlier = later + DAY, earlier - DAY
