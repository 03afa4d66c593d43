"""Text to days, hours and names of the rule language.

Every function takes the text and the name of the word it stands in, and returns a value whose
``str`` reads back to it, or raises RuleError with the fault marked. What words say about one
another is the duty of ``rules``.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import TypeVar

from microplan.errors import RuleError
from microplan.model import dates
from microplan.model.values import (
    WEEKDAYS,
    ClosedDays,
    ClosedRange,
    ClosedYearly,
    Follow,
    Length,
    Reminder,
    Setting,
    Weekdays,
)
from microplan.rules import nearest, pace, suggestions
from microplan.rules.scanner import NAME, Reader, listing

YEARS = range(1900, 2900)
"""Years a date may lie in; room is left for ``dates.MAX_YEARS`` and for what slips."""
MONTH_NUMBERS = range(1, 13)
MAX_TEXT = 1_000
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_DATE = r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
_YEARLY = r"([0-9]{1,2})-([0-9]{1,2})(?![0-9-])"
_NUMERIC_DATE = r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})"
_CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::00)?"

Choice = TypeVar("Choice", Follow, Setting)


# --- days -----------------------------------------------------------------------------------


def day(text: str, word: str) -> date:
    """Read an ISO date, ``2026-12-01``."""
    reader = Reader(text, word)
    return reader.finish(_day(reader), "a date is written like 2026-12-01")


def _day(reader: Reader) -> date:
    match = reader.take(_DATE)
    if not match:
        raise _no_date(reader)
    year, month, of_month = (int(part) for part in match.groups())
    _check_day(reader, month, of_month, year, match)
    return date(year, month, of_month)


def _no_date(reader: Reader) -> RuleError:
    """Make the error for what is no date here, with the date it may have meant."""
    if match := reader.see(_NUMERIC_DATE):
        return _numeric(reader, match)
    if fix := suggestions.day(reader.rest):
        return reader.misspelt("a date has hyphens", fix)
    if fix := suggestions.yearless(reader.rest):
        return reader.fault(f"the year is missing here; write it before {fix}, as in 2026-12-01")
    return reader.fault("no date can be read here; write it like 2026-12-01")


def _numeric(reader: Reader, match: re.Match[str]) -> RuleError:
    """Make the error for ``01/02/2026``, which names every day that may be meant."""
    first, second, year = (int(part) for part in match.groups())
    orders = [order for order in ((second, first), (first, second)) if order[0] in MONTH_NUMBERS]
    readings = list(dict.fromkeys(orders or [(second, first)]))
    for month, of_month in readings:
        _check_day(reader, month, of_month, year, match)
    fix = " or ".join(f"{year}-{month:02d}-{of_month:02d}" for month, of_month in readings)
    found = (
        "day and month could be read either way" if len(readings) > 1 else "the year comes first"
    )
    return reader.misspelt(found, fix, *match.span())


def _check_day(reader: Reader, month: int, of_month: int, year: int, match: re.Match[str]) -> None:
    if year not in YEARS:
        message = f"a date lies in the years {YEARS[0]} to {YEARS[-1]}; write it like 2026-12-01"
        raise reader.fault(message, *match.span())
    if month not in MONTH_NUMBERS:
        raise reader.fault("a year has 12 months; write it like 2026-12-01", *match.span())
    last = dates.days_in_month(year, month)
    if not 1 <= of_month <= last:
        leap = f" in {year}" if month == 2 and last == 28 else ""  # noqa: PLR2004 - February
        raise reader.fault(f"{MONTHS[month - 1]} has {last} days{leap}", *match.span())


A_LATER_START = "a later start is written like +10d or +2w"


def start(text: str, word: str, today: date) -> date:
    """Read the first day: a date, or one counted from ``today``.

    ``today``, ``tomorrow``, ``+10d``, or a weekday: the next one, never today.
    """
    reader = Reader(text, word)
    name = reader.text.lower()
    if name in ("today", "tomorrow"):
        return today + timedelta(days=name == "tomorrow")
    if name in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS.index(name) - today.weekday() - 1) % 7 + 1)
    if reader.skip("+"):
        span = pace.span(reader, reader.integer(A_LATER_START), 1)
        if span.months < 0 or span.shortest < 0:
            raise reader.fault("that is before today; write +0d or more", 0)
        return reader.finish(dates.add(today, span), A_LATER_START)
    if name.isalpha():
        if fix := suggestions.weekday(name):
            raise reader.misspelt("a weekday has three letters", fix)
        raise reader.fault("a start is written like 2026-12-01, today, tomorrow, tue or +10d")
    return day(text, word)


def weekdays(text: str, word: str) -> Weekdays:
    """Read weekdays: ``tue,thu``, ``mon..fri``; a range may cross the weekend."""
    reader = Reader(text, word)
    try:
        return _weekdays(reader)
    except RuleError:
        if fix := suggestions.weekdays(reader.text):
            raise reader.misspelt("no weekdays can be read here", fix, 0) from None
        raise


def _weekdays(reader: Reader) -> Weekdays:
    found: set[int] = set()
    while True:
        first = _weekday(reader)
        last = _weekday(reader) if reader.skip("..") else first
        found.update((first + offset) % 7 for offset in range((last - first) % 7 + 1))
        if not reader.skip(","):
            break
        reader.take(" +")
    return reader.finish(
        Weekdays(days=tuple(sorted(found))), "days are written like mon..fri or tue,thu"
    )


def _weekday(reader: Reader) -> int:
    start = reader.place
    reader.take(NAME)
    name = reader.text[start : reader.place].lower()
    if name not in WEEKDAYS:
        fix = suggestions.weekday(name) or "mon, tue, wed, thu, fri, sat or sun"
        raise reader.misspelt("no weekday can be read here", fix, start, reader.place)
    return WEEKDAYS.index(name)


A_RANGE = "days are written like 2026-12-24..2027-01-03, or 12-24..01-03 for every year"


def closed(text: str, word: str) -> ClosedRange:
    """Read a day or a range of days; without a year it holds every year."""
    reader = Reader(text, word)
    try:
        return _closed(reader)
    except RuleError:
        if fix := suggestions.days(reader.text):
            raise reader.misspelt("a range has two dots", fix, 0) from None
        if fix := suggestions.yearless(reader.text):
            expected = f"write {fix}, or with a year like 2026-12-24"
            raise reader.fault(f"a day of every year has a hyphen; {expected}") from None
        raise


def _closed(reader: Reader) -> ClosedRange:
    if reader.see(_YEARLY):
        first = _mark(reader)
        last = _mark(reader) if reader.skip("..") else first
        return reader.finish(ClosedYearly(first=first, last=last), A_RANGE)
    begin = _day(reader)
    if not reader.skip(".."):
        return reader.finish(ClosedDays(first=begin, last=begin), A_RANGE)
    place = reader.place
    if reader.see(_YEARLY):
        raise reader.fault(f"the second date lacks its year; {A_RANGE}")
    end = _day(reader)
    if end < begin:
        raise reader.fault(f"the range ends before it begins; write {end}..{begin}", place)
    return reader.finish(ClosedDays(first=begin, last=end), A_RANGE)


def _mark(reader: Reader) -> tuple[int, int]:
    match = reader.take(_YEARLY)
    if not match:
        raise reader.fault(f"no day of the year can be read here; {A_RANGE}")
    month, of_month = int(match[1]), int(match[2])
    _check_day(reader, month, of_month, 2000, match)  # a leap year, so that 02-29 is a day
    return month, of_month


# --- hours ----------------------------------------------------------------------------------


def clock(text: str, word: str) -> time:
    """Read a time of day, ``18:00``."""
    reader = Reader(text, word)
    return reader.finish(take_clock(reader), "a time is written like 18:00")


def take_clock(reader: Reader) -> time:
    """Take a time of day."""
    begin, said = reader.place, reader.rest
    match = reader.take(_CLOCK)
    if reader.rest and (fix := suggestions.clock(said)):
        raise reader.misspelt("no time can be read here", fix, begin)
    if not match:
        raise reader.fault("no time can be read here; write it like 18:00")
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:  # noqa: PLR2004 - hours and minutes
        raise reader.fault("a day ends at 23:59; write it like 18:00", *match.span())
    return time(hour, minute)


_LENGTH = r"(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?![0-9a-z])"
MAX_MINUTES = 24 * 60


def length(text: str, word: str) -> Length:
    """Read a length of clock time, ``45m``, ``2h`` or ``1h30m``; here m is minutes."""
    reader = Reader(text, word)
    minutes = _minutes(reader, "a length is written like 45m, 2h or 1h30m")
    if not 1 <= minutes <= MAX_MINUTES:
        raise reader.fault("a session lasts from 1m to 24h", 0)
    return reader.finish(Length(minutes=minutes), "a length is written like 45m, 2h or 1h30m")


def _minutes(reader: Reader, expected: str) -> int:
    match = reader.take(_LENGTH)
    if not match or not match[0]:
        fix = suggestions.length(reader.text)
        if fix and (fix.endswith(("h", "m")) or expected == A_REMINDER):
            raise reader.misspelt("no length of time can be read here", fix)
        raise reader.fault(f"no length of time can be read here; {expected}")
    return int(match[1] or 0) * 60 + int(match[2] or 0)


A_REMINDER = "a reminder is written like 1d, 2h, 30m or 1d@20:00"
MAX_REMINDER = 366
_DAYS = r"([0-9]{1,6})([dw])"


def reminder(text: str, word: str) -> Reminder:
    """Read a reminder: days before, optionally with a time of that day, or hours and minutes."""
    reader = Reader(text, word)
    if match := reader.take(_DAYS):
        days = int(match[1]) * pace.UNITS[match[2]].days
        at = take_clock(reader) if reader.skip("@") else None
        value = Reminder(days=days, at=at)
    else:
        minutes = _minutes(reader, A_REMINDER)
        value, days = Reminder(length=Length(minutes=minutes)), minutes // MAX_MINUTES
    if days > MAX_REMINDER:
        raise reader.fault("a reminder comes at most a year before", 0)
    return reader.finish(value, A_REMINDER)


# --- names ----------------------------------------------------------------------------------


def zone(text: str, word: str) -> str:
    """Read the name of an IANA time zone."""
    reader = Reader(text, word)
    try:
        dates.zone(reader.text)
    except ValueError as error:
        if fix := suggestions.zone(reader.text):
            raise reader.misspelt(str(error), fix) from error
        advice = "write one like Europe/Paris or UTC"
        near = nearest.clause(reader.text, suggestions.zones(), advice)
        raise reader.fault(f"{error}; {near}") from error
    return reader.text


def follow(text: str, word: str) -> Follow:
    """Read what later sessions do when one slips."""
    return _choice(Follow, text, word)


def setting(text: str, word: str) -> Setting:
    """Read where sessions take place."""
    return _choice(Setting, text, word)


def _choice(kind: type[Choice], text: str, word: str) -> Choice:
    reader = Reader(text, word)
    try:
        return kind(reader.text.lower())
    except ValueError:
        names = [str(each) for each in kind]
        advice = f"write {listing(names)}"
        raise reader.fault(nearest.clause(reader.text, names, advice)) from None


def free_text(text: str, word: str) -> str:
    """Read free text: one line, in Unicode's composed form, whatever else it holds.

    Lone surrogates, which stand for bytes of no known meaning, become U+FFFD.
    """
    if not text.isprintable():  # as line breaks and surrogates are not
        text = " ".join(re.sub("[\ud800-\udfff]", "\ufffd", text).splitlines())
    if not text.isascii():
        from unicodedata import normalize

        text = normalize("NFC", text)
    value = text.strip()
    if len(value) > MAX_TEXT:
        raise Reader(value, word).fault(f"a text has at most {MAX_TEXT} characters", MAX_TEXT)
    return value


def yes(text: str, word: str) -> bool:
    """Read a yes or no, as tables and files spell it."""
    reader = Reader(text, word)
    answers = {
        "yes": True,
        "true": True,
        "1": True,
        "no": False,
        "false": False,
        "0": False,
        "": False,
    }
    if reader.text.lower() not in answers:
        raise reader.fault("yes or no would do")
    return answers[reader.text.lower()]
