"""Calendar arithmetic: intervals counted in one step, recurrences, local time over DST changes."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count, islice, pairwise, takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from microplan.model import zone_data
from microplan.model.rules import Rules
from microplan.model.values import Pace, Recurrence, Span, Step

MAX_SESSIONS = 10_000
MAX_YEARS = 100
DAY = timedelta(days=1)
APART = 2 * DAY
"""Less than there is between two changes of the clocks of a zone."""


def add(day: date, span: Span, times: int = 1) -> date:
    """Count ``times`` × ``span`` from ``day`` in one step.

    Months come first and clamp to the last day of a month that lacks the day, so that
    31 Jan + 1 × 1mo is 28 Feb while 31 Jan + 2 × 1mo is 31 Mar.

    Raises OverflowError past year 9999.
    """
    if span.months:
        day = _by_months(day, times * span.months)
    return day + timedelta(days=times * span.days)


def _by_months(day: date, months: int) -> date:
    from dateutil.relativedelta import relativedelta

    try:
        moved: date = day + relativedelta(months=months)
    except ValueError as error:  # what it says past year 9999
        raise OverflowError(str(error)) from error
    return moved


def days_in_month(year: int, month: int) -> int:
    """Count the days of a month of the Gregorian calendar."""
    return calendar.monthrange(year, month)[1]


# --- the unconstrained pace -----------------------------------------------------------------


def pace_days(rules: Rules, counted_from: date | None = None) -> Iterator[tuple[int, date]]:
    """Yield (phase, due day) of each session as the pace alone would have it.

    The first is on ``start``; with ``counted_from``, one interval after that day instead.
    The end is the count of the pace, ``sessions`` or ``until``, whichever is first;
    never more than ``MAX_SESSIONS`` + 1 days, so that a reader can tell what is too many.
    """
    days = endless_days(rules, counted_from)
    until = rules.until
    if until is not None:
        days = takewhile(lambda item: item[1] <= until, days)
    return islice(days, MAX_SESSIONS + 1 if rules.sessions is None else rules.sessions)


def extent(rules: Rules) -> tuple[int, date | None]:
    """Count the days of ``pace_days`` and find the last one, if there are any."""
    if isinstance(rules.every, Recurrence):
        days = [day for _, day in pace_days(rules)]
        return len(days), days[-1] if days else None
    size = min(total(rules), MAX_SESSIONS + 1)
    return size, _last(rules.every, rules.start, size)


def _last(pace: Pace, start: date, size: int) -> date:
    """Find the last of ``size`` days, phase by phase."""
    due, times, left = start, 0, size
    for step in pace.steps:
        number = left if step.count is None else min(step.count, left)
        if number:
            due, times = add(due, step.span, times + number - 1), 1
        left -= number
    return due


def endless_days(rules: Rules, counted_from: date | None = None) -> Iterator[tuple[int, date]]:
    """Yield what ``pace_days`` does as far as the pace itself goes."""
    if isinstance(rules.every, Recurrence):
        return _recurring(rules.every, rules.start, counted_from)
    if counted_from is None:
        return _stepping(rules.every, rules.start, 0)
    return _stepping(rules.every, counted_from, 1)


def _stepping(pace: Pace, anchor: date, times: int) -> Iterator[tuple[int, date]]:
    due = anchor
    for phase, step in enumerate(pace.steps, 1):
        for _ in count() if step.count is None else range(step.count):
            due = add(anchor, step.span, times)
            yield phase, due
            times += 1
        anchor, times = due, 1


def _recurring(
    pace: Recurrence, start: date, counted_from: date | None
) -> Iterator[tuple[int, date]]:
    until = pace.until or date.max
    days = occurrences(pace.rule, counted_from or start)
    days = takewhile(lambda day: day <= until, days)
    return ((1, day) for day in islice((day for day in days if day != counted_from), pace.count))


CYCLE = 400
"""Years after which the Gregorian calendar, weekdays included, repeats."""


def occurrences(rule: str, start: date) -> Iterator[date]:
    """Yield the days of an RFC 5545 recurrence from ``start`` on, for ``MAX_YEARS`` years.

    dateutil looks for the next day of a rule until year 9999, which takes seconds when no
    day ever matches. So the search runs in the last cycles of the calendar, where the
    weekdays are the same and the end is near, and its days are brought back.
    """
    from dateutil.rrule import rrulestr

    cycles = (date.max.year - MAX_YEARS - start.year) // CYCLE * CYCLE
    first = datetime.combine(start.replace(year=start.year + cycles), time())
    end = first.year + MAX_YEARS
    for moment in rrulestr(f"RRULE:{rule}", dtstart=first):
        if moment.year > end:
            return
        yield moment.date().replace(year=moment.year - cycles)


def steps(rules: Rules) -> tuple[Step, ...]:
    """List the steps of a pace; a recurrence is like one as long as its shortest distance."""
    if isinstance(rules.every, Pace):
        return rules.every.steps
    return (_like(rules.every.rule, rules.start),)


MANY = 1_000
"""Days of a recurrence among which any distance that it has occurs, also past its own end."""


@lru_cache(1_024)
def _like(rule: str, start: date) -> Step:
    days = islice(occurrences(rule, start), MANY)
    apart = min(((after - before).days for before, after in pairwise(days)), default=1)
    return Step(count=None, span=Span(days=apart))


def total(rules: Rules, counted_from: date | None = None) -> int:
    """Count the sessions the rules ask for; ``counted_from`` as in ``pace_days``."""
    if isinstance(rules.every, Pace) and rules.until is None:
        return rules.sessions or rules.every.stated()
    return sum(1 for _ in pace_days(rules, counted_from))


# --- local time -----------------------------------------------------------------------------


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Zone of an IANA name; raises ValueError for a name that is none.

    ``zoneinfo`` reads the newer of the system's data and the ``tzdata`` package's. The system has
    more files than zones: names that mean another zone elsewhere, and clocks with leap seconds.
    """
    msg = f"there's no time zone {name!r}"
    if name in ("localtime", "posixrules") or name.startswith(("posix/", "right/")):
        raise ValueError(msg)
    try:
        zone_data.use_newest()
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(msg) from error


def local(day: date, at: time, tz: ZoneInfo) -> datetime:
    """Instant of a local time: one that DST skips moves forward, a doubled one is the first."""
    return datetime.combine(day, at, tz).astimezone(UTC).astimezone(tz)


def later(moment: datetime, by: timedelta) -> datetime:
    """Count elapsed time from an instant, over DST changes, and tell it in the same zone."""
    return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)


def elapsed(since: datetime, until: datetime) -> timedelta:
    """Measure the time that passes between two instants, negative if ``until`` comes first."""
    return until.astimezone(UTC) - since.astimezone(UTC)


def is_regular(day: date, at: time, tz: ZoneInfo) -> bool:
    """Whether a local time exists exactly once: it is neither skipped nor doubled by DST."""
    moment = datetime.combine(day, at, tz)
    return moment.utcoffset() == moment.replace(fold=1).utcoffset()


def is_steady(day: date, tz: ZoneInfo) -> bool:
    """Whether clocks keep one offset all of a day and the next, so that local time is elapsed time.

    The offset is asked for at both ends: no zone changes it twice within ``APART``.
    """
    midnight = datetime.combine(day, time(), tz)
    return midnight.utcoffset() == (midnight + APART).utcoffset()


def local_date(moment: datetime, tz: ZoneInfo) -> date:
    """Date on which an instant falls in a zone."""
    return moment.astimezone(tz).date()
