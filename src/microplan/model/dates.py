"""Calendar arithmetic: intervals, recurrences, and local time across DST changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count, islice, pairwise, takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from microplan.model import zone_data
from microplan.model.plan import Session
from microplan.model.rules import Rules
from microplan.model.values import Length, Pace, Recurrence, Span, Step

MAX_SESSIONS = 10_000
MAX_YEARS = 100
DAY = timedelta(days=1)
APART = 2 * DAY
"""Shorter than the time between any two offset changes of a zone."""


def add(day: date, span: Span, times: int = 1) -> date:
    """Add ``times`` × ``span`` to ``day`` in one step.

    Adds the months first, then the days. A month without that day gives its last day:
    31 Jan + 1 × 1mo is 28 Feb, but 31 Jan + 2 × 1mo is 31 Mar.

    Raises OverflowError past year 9999.
    """
    try:
        if span.months:
            day = _by_months(day, times * span.months)
        return date.fromordinal(day.toordinal() + times * span.days)  # a timedelta takes longer
    except ValueError as error:  # both raise this past year 9999
        raise OverflowError(str(error)) from error


def _by_months(day: date, months: int) -> date:
    from dateutil.relativedelta import relativedelta

    moved: date = day + relativedelta(months=months)
    return moved


def start_and_end(session: Session) -> tuple[date, date] | tuple[datetime, datetime]:
    """Return the start and end of a session: local times, or dates with the end exclusive."""
    rules = session.rules
    return span_of_event(session.date, session.at, rules.duration, rules.tz)


def span_of_event(
    day: date, at: time | None, length: Length, tz: str
) -> tuple[date, date] | tuple[datetime, datetime]:
    """Return the start and end of what is on a day at a local time, or all day.

    An end that is a date is exclusive; one that is a time comes ``length`` of elapsed time after
    the start, also over a change of the clocks.
    """
    if at is None:
        return day, day + DAY
    start = local(day, at, zone(tz))
    return start, later(start, timedelta(minutes=length.minutes))


def days_in_month(year: int, month: int) -> int:
    """Count the days of a month of the Gregorian calendar."""
    if month == 12:  # noqa: PLR2004 - no month follows that of year 9999
        return 31
    return (date(year, month + 1, 1) - date(year, month, 1)).days


# --- the unconstrained pace -----------------------------------------------------------------


def pace_days(rules: Rules, counted_from: date | None = None) -> Iterator[tuple[int, date]]:
    """Yield (phase, due day) of each session from the pace alone, without gaps or closed days.

    The first day is ``start`` or, with ``counted_from``, one interval after that day. The days
    end at the count of the pace, at ``sessions`` or at ``until``, whichever comes first.
    Yields at most ``MAX_SESSIONS`` + 1 days: one too many shows the caller that the plan is too
    long.
    """
    days = endless_days(rules, counted_from)
    until = rules.until
    if until is not None:
        days = takewhile(lambda item: item[1] <= until, days)
    return islice(days, MAX_SESSIONS + 1 if rules.sessions is None else rules.sessions)


def extent(rules: Rules) -> tuple[int, date | None]:
    """Count the days of ``pace_days`` and find the last one, without listing them for a pace."""
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
    """Yield (phase, due day) like ``pace_days``, but ignore ``sessions`` and ``until``."""
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
"""Years after which the Gregorian calendar repeats, weekdays included."""


def occurrences(rule: str, start: date) -> Iterator[date]:
    """Yield the days of an RFC 5545 recurrence from ``start`` on, for ``MAX_YEARS`` years.

    If no day matches, dateutil searches until year 9999, which takes seconds. To cut that
    short, search as late in the calendar as whole cycles allow, where the weekdays are the same,
    and shift the days back.
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
    """List the steps of a pace; a recurrence counts as one step of its shortest interval."""
    if isinstance(rules.every, Pace):
        return rules.every.steps
    return (_shortest_step(rules.every.rule, rules.start),)


MANY = 1_000
"""Days of a recurrence to search for its shortest interval, even beyond its own end."""


@lru_cache(1_024)
def _shortest_step(rule: str, start: date) -> Step:
    days = islice(occurrences(rule, start), MANY)
    apart = min(((after - before).days for before, after in pairwise(days)), default=1)
    return Step(count=None, span=Span(days=apart))


def total(rules: Rules, counted_from: date | None = None) -> int:
    """Count the sessions that the rules ask for; ``counted_from`` is as in ``pace_days``."""
    if isinstance(rules.every, Pace) and rules.until is None:
        return rules.sessions or rules.every.stated()
    return sum(1 for _ in pace_days(rules, counted_from))


# --- local time -----------------------------------------------------------------------------


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Load the zone of an IANA name; raises ValueError for any other name.

    The system's zone folder also holds names that aren't zones: ``localtime`` and ``posixrules``
    differ from machine to machine, and ``right/`` counts leap seconds.
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
    """Resolve a local time: if DST skips it, move it forward; if DST repeats it, take the first."""
    return datetime.combine(day, at, tz).astimezone(UTC).astimezone(tz)


def later(moment: datetime, by: timedelta) -> datetime:
    """Add elapsed time to an instant, across DST changes; the result is in the same zone."""
    return (moment.astimezone(UTC) + by).astimezone(moment.tzinfo)


def elapsed(since: datetime, until: datetime) -> timedelta:
    """Measure the real time between two instants; negative if ``until`` comes first."""
    return until.astimezone(UTC) - since.astimezone(UTC)


def is_regular(day: date, at: time, tz: ZoneInfo) -> bool:
    """Whether a local time exists exactly once: DST neither skips nor repeats it."""
    moment = datetime.combine(day, at, tz)
    return moment.utcoffset() == moment.replace(fold=1).utcoffset()


def is_steady(day: date, tz: ZoneInfo) -> bool:
    """Whether a zone keeps one offset through ``day`` and the next, so local time is elapsed time.

    Comparing both ends is enough: no zone changes its offset twice within ``APART``.
    """
    midnight = datetime.combine(day, time(), tz)
    return midnight.utcoffset() == (midnight + APART).utcoffset()


def local_date(moment: datetime, tz: ZoneInfo) -> date:
    """Find the local date of an instant in a zone."""
    return moment.astimezone(tz).date()
