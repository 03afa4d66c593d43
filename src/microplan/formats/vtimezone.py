"""Derives the content of a VTIMEZONE (RFC 5545, section 3.6.5) from Python's zone data.

Only uses a zone's offset at instants, so it works with any release of the time zone database.
``ical`` writes the result.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from microplan.model.dates import days_in_month

ZERO = timedelta(0)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

SECOND, QUARTER = timedelta(seconds=1), timedelta(minutes=15)

SPELL = timedelta(days=3)
"""Time between two checks of a zone; no offset has ever lasted less.

The shortest is Freetown's of September 1939, four days; Gaza's of 2040 has seven.
"""

MONTH = timedelta(days=28)
"""The same for confirming a rule: offsets that return every year last longer."""

PROOF = 12
"""Years in which any date falls on every weekday, even across 2100.

That many onsets are enough to tell a last Sunday from a fourth one.
"""


class Observance(Struct, frozen=True, kw_only=True):
    """One STANDARD or DAYLIGHT part of a zone: an offset and the local time it begins at.

    ``start`` is naive local time at the offset ``before``. ``rule`` is the RRULE of an onset that
    returns every year, empty otherwise.
    """

    start: datetime
    before: timedelta
    after: timedelta
    name: str
    daylight: bool
    rule: str = ""


def observances(tz: ZoneInfo, first: date, last: date) -> tuple[Observance, ...]:
    """Describe ``tz`` for local times from the day ``first`` to the day ``last``.

    Uses yearly rules from 1970 on if all onsets follow them, from the year before ``first`` until
    well past ``last``. Otherwise lists each onset of these years and the next, after an observance
    for the time before. In both cases, the offsets equal those of ``tz`` on all these days.
    """
    # Leaves a margin for the onsets before the first and after the last year.
    earliest, latest = (min(max(day.year, 4), 9997) for day in (first, last))
    return _observances(tz, earliest - 1, latest + 1)


@lru_cache(maxsize=32)
def _observances(tz: ZoneInfo, first: int, last: int) -> tuple[Observance, ...]:
    onsets = list(_onsets(tz, first, last, step=SPELL))
    initial = _initial(tz.fromutc(_new_year(tz, first)))
    if not onsets:
        return (initial,)
    if first < 1970:  # noqa: PLR2004 - rules begin there, too late for these days
        return (initial, *onsets)
    end = min(last + PROOF, 9998)
    proof = _onsets(tz, last + 1, end, step=MONTH)
    return _rules([*onsets, *proof], range(first, end + 1)) or (initial, *onsets)


# --- the onsets -----------------------------------------------------------------------------

# Instants are in UTC here, and name the zone for which ``fromutc`` is to read them.


def _onsets(tz: ZoneInfo, first: int, last: int, *, step: timedelta) -> Iterator[Observance]:
    """Yield the onsets from the year ``first`` to the year ``last``, in order."""
    instant, end = _new_year(tz, first), _new_year(tz, last + 1)
    offset = _offset_at(tz, instant)
    while instant < end:
        later = min(instant + step, end)
        changed = _offset_at(tz, later)
        if changed != offset:
            later = _change(tz, instant, later)
            onset = _onset(tz.fromutc(later - SECOND), tz.fromutc(later))
            changed = onset.after
            yield onset
        instant, offset = later, changed


def _new_year(tz: ZoneInfo, year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=tz)


def _offset_at(tz: ZoneInfo, instant: datetime) -> timedelta:
    """Return the UTC offset of a zone at an instant."""
    return tz.fromutc(instant) - instant


def _change(tz: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Find the first second after ``low`` that has the offset of ``high``."""
    low, high = _narrow(tz, low, high, QUARTER)
    if _offset_at(tz, high - SECOND) == _offset_at(tz, low):
        return high  # as for all changes of our times; older ones came at any second
    return _narrow(tz, low, high, SECOND)[1]


def _narrow(
    tz: ZoneInfo, low: datetime, high: datetime, step: timedelta
) -> tuple[datetime, datetime]:
    """Find the ``step`` between ``low`` and ``high`` in which the offset changes."""
    offset = _offset_at(tz, low)
    later_steps = range(1, -((low - high) // step))  # the last one may be shorter
    index = bisect_left(later_steps, 1, key=lambda n: _offset_at(tz, low + n * step) != offset)
    start = low + index * step
    return start, min(start + step, high)


def _onset(earlier: datetime, later: datetime) -> Observance:
    """Describe the change between two local times that are a second apart."""
    before, after = _offset(earlier), _offset(later)
    return Observance(
        start=later.replace(tzinfo=None) + (before - after),
        before=before,
        after=after,
        name=later.tzname() or "",
        daylight=_is_daylight(later, earlier),
    )


def _initial(local: datetime) -> Observance:
    """Describe the offset at the first New Year as if it had always applied."""
    return Observance(
        start=datetime(min(1970, local.year - 1), 1, 1),  # noqa: DTZ001 - local by definition
        before=_offset(local),
        after=_offset(local),
        name=local.tzname() or "",
        daylight=_is_daylight(local),
    )


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or ZERO


def _is_daylight(local: datetime, earlier: datetime | None = None) -> bool:
    """Whether clocks are ahead, compared with the time before the change if that's given.

    In the database, Dublin and Casablanca save a negative hour in winter, but calendar programs
    expect DAYLIGHT to be the part with clocks ahead.
    """
    saved_before = earlier.dst() if earlier else None
    return (local.dst() or ZERO) > min(saved_before or ZERO, ZERO)


# --- the rules ------------------------------------------------------------------------------


def _rules(onsets: Sequence[Observance], years: range) -> tuple[Observance, ...]:
    """Express the onsets as yearly rules; empty if any kind of onset isn't yearly."""
    kinds: dict[tuple[timedelta, timedelta, str], list[Observance]] = defaultdict(list)
    for onset in onsets:
        kinds[onset.before, onset.after, onset.name].append(onset)
    rules = [_rule(kind, years) for kind in kinds.values()]
    return tuple(sorted((rule for rule in rules if rule), key=_start)) if all(rules) else ()


def _start(observance: Observance) -> datetime:
    return observance.start


def _rule(kind: Sequence[Observance], years: range) -> Observance | None:
    """Build one observance for onsets that return every year on a weekday of a month, or None."""
    starts = [onset.start for onset in kind]
    if [start.year for start in starts] != list(years):
        return None
    if len({(start.month, start.weekday(), start.time()) for start in starts}) > 1:
        return None
    week = _week(starts)
    if week is None:
        return None
    lowest, by_day = week
    model = kind[0]
    start = datetime.combine(_in_1970(model.start, lowest), model.start.time())
    return Observance(
        start=start,
        before=model.before,
        after=model.after,
        name=model.name,
        daylight=model.daylight,
        rule=f"FREQ=YEARLY;BYMONTH={start.month};{by_day}",
    )


def _week(starts: Sequence[datetime]) -> tuple[int, str] | None:
    """Find the seven days that ``starts`` fall on every year: the first in 1970, and its RRULE part."""
    month, weekday = starts[0].month, WEEKDAYS[starts[0].weekday()]
    if all(start.day > days_in_month(start.year, month) - 7 for start in starts):
        return days_in_month(1970, month) - 6, f"BYDAY=-1{weekday}"
    days = {start.day for start in starts}
    lowest = min(days)
    if len(days) != 7 or max(days) != lowest + 6:  # noqa: PLR2004 - days of a week
        return None
    if lowest % 7 == 1:
        return lowest, f"BYDAY={lowest // 7 + 1}{weekday}"
    of_month = ",".join(map(str, range(lowest, lowest + 7)))
    return lowest, f"BYDAY={weekday};BYMONTHDAY={of_month}"


def _in_1970(model: date, lowest: int) -> date:
    """Find the day of 1970 in the week from ``lowest`` with the month and weekday of ``model``."""
    week = date(1970, model.month, lowest)
    return week + timedelta(days=(model.weekday() - week.weekday()) % 7)
