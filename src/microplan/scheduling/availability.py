"""Decides which days are open for sessions, and which rule closes the others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate

from microplan.model.entries import Closure
from microplan.model.log import LateChange, LateClosure, LateOpening
from microplan.model.plan import OffWeekday, OnClosedDay, Plan
from microplan.model.rules import Rules
from microplan.model.values import ClosedDays, ClosedYearly, Weekdays

SEARCH = 731
"""Days after its target to search for an open day: two years."""
EARLY = 6
"""Most days before its target for a session with no open day in its window.

Under a week, so that a session never moves to the same weekday a week early."""

AnyChange = Closure | LateChange
"""Closed days from the plan as created, or days closed or opened while it was running."""


class Availability:
    """The days that rules and closures leave open; the last change of a day decides.

    ``own`` counts the closures of the rules, which come first, and ``revision`` is the number of
    the revision that set them: an opening recorded before it doesn't open their days.
    """

    __slots__ = (
        "_firsts",
        "_has_openings",
        "_lasts",
        "_yearly",
        "closures",
        "on",
        "own",
        "plain",
        "revision",
    )

    def __init__(
        self,
        on: Weekdays | None,
        closures: Sequence[AnyChange],
        own: int = 0,
        revision: int = 0,
    ) -> None:
        self.on = on
        self.closures = tuple(closures)
        self.own, self.revision = own, revision
        self.plain = on is None and not closures
        shut = [change for change in self.closures if not isinstance(change, LateOpening)]
        self._has_openings = len(shut) < len(self.closures)
        spans = [closure.days for closure in shut]
        dated = sorted((span.first, span.last) for span in spans if isinstance(span, ClosedDays))
        self._firsts = [first for first, _ in dated]
        self._lasts = list(accumulate((last for _, last in dated), max))  # the latest end so far
        yearly = (_of_year(span) for span in spans if isinstance(span, ClosedYearly))
        self._yearly = frozenset[tuple[int, int]]().union(*yearly)

    @classmethod
    def of(cls, plan: Plan, rules: Rules, revision: int = 0) -> Availability:
        """Collect the days closed by ``rules`` and by the plan's lookups; leave out the log.

        ``revision`` is the number of the revision that set the days to avoid.
        """
        own = [Closure(days=days) for days in rules.avoid]
        return cls(rules.on, (*own, *plan.closed), len(own), revision)

    def with_closures(self, changes: Sequence[LateChange]) -> Availability:
        """Return a copy with more days closed or opened, in the order they were recorded."""
        early = 0
        for size, change in enumerate(changes, 1):
            if isinstance(change, LateOpening) and change.revisions < self.revision:
                early = size
        if not early:
            return Availability(self.on, (*self.closures, *changes))
        own, others = self.closures[: self.own], self.closures[self.own :]
        closures = (*others, *changes[:early], *own, *changes[early:])
        return Availability(self.on, closures)

    def admits(self, day: date) -> bool:
        """Whether a session may fall on ``day``."""
        if self.plain:
            return True
        if self.on is not None and day.weekday() not in self.on.days:
            return False
        begun = bisect_right(self._firsts, day)
        if (begun and self._lasts[begun - 1] >= day) or (day.month, day.day) in self._yearly:
            return self._has_openings and self.closed_by(day) is None
        return True

    def closed_by(self, day: date) -> Closure | LateClosure | None:
        """Find what closes ``day``: the first closure since it was last opened."""
        found = None
        for change in self.closures:
            if not change.days.admits(day):
                found = None if isinstance(change, LateOpening) else found or change
        return found

    def nearest(self, target: date, floor: date, window: Around) -> tuple[date | None, bool]:
        """Find the open day of a window nearest to ``target``, the later of two, not before ``floor``.

        If any open day is preferred, only preferred days count. The second value is whether that
        passed over a nearer day.
        """
        fallback = None
        for distance, is_preferred in window[target.weekday()]:
            if is_preferred or fallback is None:
                day = target + distance
                if day >= floor and self.admits(day):
                    if is_preferred:
                        return day, fallback is not None
                    fallback = day
        return fallback, False

    def nearest_outside_window(self, target: date, floor: date) -> date | None:
        """Find the nearest open day for a session whose window has none, the later of two.

        Search from ``EARLY`` days before ``target``, but not before ``floor``, to two years after.
        """
        days = (target + timedelta(days=distance) for distance in _by_distance(EARLY, SEARCH))
        return next((day for day in days if day >= floor and self.admits(day)), None)

    def why_not(self, day: date) -> OnClosedDay | OffWeekday | None:
        """Return the rule that closes ``day``; None if it's open."""
        closure = self.closed_by(day)
        if closure is not None:
            return OnClosedDay(day=day, days=closure.days, reason=closure.reason)
        if self.on is not None and not self.on.admits(day):
            return OffWeekday(day=day, allowed=self.on)
        return None

    def closing_rules(self, target: date) -> tuple[str, ...]:
        """List the rules that close days in the two years after ``target``, each once."""
        days = (target + timedelta(days=offset) for offset in range(SEARCH + 1))
        whys = (self.why_not(day) for day in days)
        return tuple(dict.fromkeys(_closer(why) for why in whys if why))


@lru_cache
def _of_year(days: ClosedYearly) -> frozenset[tuple[int, int]]:
    """List the (month, day) pairs that are closed."""
    whole = ((month, day) for month in range(1, 13) for day in range(1, 32))
    return frozenset(mark for mark in whole if days.closes(mark))


def _closer(why: OnClosedDay | OffWeekday) -> str:
    if isinstance(why, OffWeekday):
        return f"on {why.allowed}"
    return f"{why.reason} {why.days}" if why.reason else f"avoid {why.days}"


# --- the days around a target ---------------------------------------------------------------

Around = tuple[tuple[tuple[timedelta, bool], ...], ...]
"""Distances of the days of a window, and whether each is preferred, by the weekday of the target."""


@lru_cache
def around(before: int, after: int, prefer: Weekdays | None) -> Around:
    """List the days of a window by distance from its target, the later one first."""
    preferred = range(7) if prefer is None else prefer.days
    distances = [(days, timedelta(days=days)) for days in _by_distance(before, after)]
    return tuple(
        tuple((distance, (weekday + days) % 7 in preferred) for days, distance in distances)
        for weekday in range(7)
    )


def _by_distance(before: int, after: int) -> Iterator[int]:
    """Yield 0, 1, -1, 2, -2 and so on, up to ``after`` and down to ``-before``."""
    yield 0
    for distance in range(1, max(before, after) + 1):
        if distance <= after:
            yield distance
        if distance <= before:
            yield -distance
