"""Values of the rule words: spans, windows, days, times and needle lengths.

``str`` of a value is its text in the rule language; ``rules.grammar`` reads that text back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from enum import StrEnum

from msgspec import Struct

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The weekday words, in the order of ``date.weekday()``."""


# --- the pace -------------------------------------------------------------------------------


class Span(Struct, frozen=True, kw_only=True):
    """A length of calendar time in whole months and days; either may be 0."""

    months: int = 0
    days: int = 0

    @property
    def shortest(self) -> int:
        """Fewest days the span can cover; a month counts 28."""
        return self.months * 28 + self.days

    @property
    def longest(self) -> int:
        """Most days the span can cover; a month counts 31."""
        return self.months * 31 + self.days

    def __str__(self) -> str:
        parts = _units(self.months, "y", 12, "mo"), _units(self.days, "w", 7, "d")
        return "".join(parts).removeprefix("+") or "0d"


def _units(amount: int, large: str, size: int, small: str) -> str:
    """Write ``amount`` with its sign, in the large unit if it divides evenly; 0 is empty."""
    whole, rest = divmod(amount, size)
    if rest:
        return f"{amount:+}{small}"
    return f"{whole:+}{large}" if whole else ""


class Window(Struct, frozen=True, kw_only=True):
    """How many days early and late a session may be."""

    before: int = 0
    after: int = 0

    def __str__(self) -> str:
        if self.before == self.after:
            return f"{self.after}d"
        return f"-{self.before}d+{self.after}d"


class Step(Struct, frozen=True, kw_only=True):
    """One phase of a pace: ``count`` sessions, each ``span`` after the one before it.

    ``count`` is sessions, not intervals. It is None in the last step if ``sessions`` or ``until``
    ends the pace.
    """

    count: int | None
    span: Span
    window: Window | None = None

    def __str__(self) -> str:
        count = "" if self.count is None else f"{self.count}x"
        window = "" if self.window is None else f"~{self.window}"
        return f"{count}{self.span}{window}"


class Pace(Struct, frozen=True, kw_only=True):
    """Steps in sequence; each counts from the last session of the one before it."""

    steps: tuple[Step, ...]

    def stated(self) -> int:
        """Count the sessions of all steps that have a count; only the last may lack one."""
        return sum(step.count for step in self.steps if step.count)

    def __str__(self) -> str:
        return ",".join(map(str, self.steps))


class Recurrence(Struct, frozen=True, kw_only=True):
    """A pace given as a recurrence rule of whole days (RFC 5545, section 3.3.10).

    ``rule`` is the canonical text without COUNT and UNTIL, which have their own fields.
    """

    rule: str
    count: int | None = None
    until: date | None = None

    def __str__(self) -> str:
        count = "" if self.count is None else f";COUNT={self.count}"
        until = "" if self.until is None else f";UNTIL={self.until.isoformat().replace('-', '')}"
        return f"RRULE:{self.rule}{count}{until}"


# --- days and hours -------------------------------------------------------------------------


class Weekdays(Struct, frozen=True, kw_only=True):
    """Days of the week, as sorted numbers of ``date.weekday()``."""

    days: tuple[int, ...]

    def admits(self, day: date) -> bool:
        """Whether ``day`` falls on one of these weekdays."""
        return day.weekday() in self.days

    def __str__(self) -> str:
        count = len(self.days)
        for first in self.days:
            run = {(first + offset) % 7 for offset in range(count)}
            if count >= 3 and run == set(self.days):  # noqa: PLR2004 - two read better as a list
                return f"{WEEKDAYS[first]}..{WEEKDAYS[(first + count - 1) % 7]}"
        return ",".join(WEEKDAYS[day] for day in self.days)


class ClosedDays(Struct, frozen=True, kw_only=True):
    """Days no session may fall on, from ``first`` to ``last`` inclusive."""

    first: date
    last: date

    def admits(self, day: date) -> bool:
        """Whether ``day`` is open."""
        return not self.first <= day <= self.last

    def each_day(self) -> Iterator[date]:
        """Yield the days in order."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)

    def __str__(self) -> str:
        first, last = self.first.isoformat(), self.last.isoformat()
        return first if first == last else f"{first}..{last}"


class ClosedYearly(Struct, frozen=True, kw_only=True):
    """Days of every year no session may fall on, as (month, day) pairs; may cross New Year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def admits(self, day: date) -> bool:
        """Whether ``day`` is open in its year."""
        return not self.closes((day.month, day.day))

    def closes(self, mark: tuple[int, int]) -> bool:
        """Whether a (month, day) of any year is one of these days."""
        if self.first <= self.last:
            return self.first <= mark <= self.last
        return not self.last < mark < self.first

    def __str__(self) -> str:
        first, last = (f"{month:02d}-{day:02d}" for month, day in (self.first, self.last))
        return first if first == last else f"{first}..{last}"


ClosedRange = ClosedDays | ClosedYearly


class Hours(Struct, frozen=True, kw_only=True):
    """The local time of sessions: the usual one, and others on some days of the week.

    ``others`` pairs sorted numbers of ``date.weekday()`` with times that differ from ``usual``.
    """

    usual: time
    others: tuple[tuple[int, time], ...] = ()

    def on(self, day: date) -> time:
        """Look up the time of a session on ``day``."""
        return dict(self.others).get(day.weekday(), self.usual) if self.others else self.usual

    @property
    def earliest(self) -> time:
        """The earliest time of all days."""
        return min(self.usual, *(at for _, at in self.others)) if self.others else self.usual

    def __str__(self) -> str:
        others = (f"{WEEKDAYS[day]}={at:%H:%M}" for day, at in self.others)
        return ",".join([f"{self.usual:%H:%M}", *others])


class Length(Struct, frozen=True, kw_only=True):
    """A length of clock time in whole minutes."""

    minutes: int

    def __str__(self) -> str:
        hours, rest = divmod(self.minutes, 60)
        if not hours:
            return f"{rest}m"
        return f"{hours}h{rest}m" if rest else f"{hours}h"


class Reminder(Struct, frozen=True, kw_only=True):
    """An alarm before a session: ``length`` before its start, or ``days`` before its day.

    A reminder in days rings at the session's time of day, or at ``at`` if set.
    """

    days: int = 0
    at: time | None = None
    length: Length | None = None

    def __str__(self) -> str:
        if self.length is not None:
            return str(self.length)
        return f"{self.days}d" if self.at is None else f"{self.days}d@{self.at:%H:%M}"


# --- needle lengths --------------------------------------------------------------------------


def millimetres(length: str) -> float:
    """Read a needle length in mm: the end of a range, the middle of a spread (``1±0.2``)."""
    return max(map(float, re.split("[-–±]", length.removesuffix("mm"))))


class Depth(Struct, frozen=True, kw_only=True):
    """Needle lengths as written: one for all sessions, or one for each phase."""

    lengths: tuple[str, ...]

    def of_phase(self, number: int) -> Depth:
        """Pick the length for one phase, counted from 0; later phases repeat the last length."""
        last = len(self.lengths) - 1
        return Depth(lengths=(self.lengths[min(number, last)],)) if last else self

    @property
    def deepest(self) -> str:
        """The longest needle length."""
        return max(self.lengths, key=millimetres)

    def __str__(self) -> str:
        return ",".join(self.lengths)


# --- choices ---------------------------------------------------------------------------------


class Follow(StrEnum):
    """What later sessions do if one is late."""

    WINDOW = "window"
    ACTUAL = "actual"
    PLAN = "plan"


class Setting(StrEnum):
    """Where sessions take place; recorded, never computed with."""

    HOME = "home"
    CLINIC = "clinic"
