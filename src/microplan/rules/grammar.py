"""Parses the days, names and free text of the rule language.

Every function takes a text and the name of its rule word. It returns a value whose ``str`` parses
to the same value, or raises RuleError with the fault marked. ``pace`` and ``hours`` parse the other
words; ``validation`` checks words against each other.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TypeVar
from unicodedata import normalize

from microplan.errors import RuleError
from microplan.model import dates
from microplan.model.values import (
    WEEKDAYS,
    ClosedDays,
    ClosedRange,
    ClosedYearly,
    Follow,
    Setting,
    Span,
    Weekdays,
)
from microplan.rules import nearest, spellings
from microplan.rules.scanner import NAME, Scanner, listing

YEARS = range(1900, 2900)
"""Years a date may be in; leaves room for ``dates.MAX_YEARS`` and for delays, up to year 9999."""
MONTH_NUMBERS = range(1, 13)
MAX_TEXT = 1_000
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
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

Choice = TypeVar("Choice", Follow, Setting)


# --- days -----------------------------------------------------------------------------------


def day(text: str, word: str) -> date:
    """Parse an ISO date, ``2026-12-01``."""
    scanner = Scanner(text, word)
    return scanner.finish(_day(scanner), "Write a date like 2026-12-01")


def _day(scanner: Scanner) -> date:
    match = scanner.take(_DATE)
    if not match:
        raise _no_date(scanner)
    year, month, of_month = (int(part) for part in match.groups())
    _check_day(scanner, month, of_month, year, match)
    return date(year, month, of_month)


def _no_date(scanner: Scanner) -> RuleError:
    """Build the error for text that isn't a date, with the date it probably means."""
    if match := scanner.see(_NUMERIC_DATE):
        return _numeric(scanner, match)
    if fix := spellings.day(scanner.rest):
        return scanner.misspelt("a date has hyphens", fix)
    if fix := spellings.yearless(scanner.rest):
        return scanner.fault(f"the year is missing here. Write it before {fix}, as in 2026-12-01")
    return scanner.fault("that isn't a date. Write it like 2026-12-01")


def _numeric(scanner: Scanner, match: re.Match[str]) -> RuleError:
    """Build the error for ``01/02/2026``, with every date it could mean."""
    first, second, year = (int(part) for part in match.groups())
    orders = [order for order in ((second, first), (first, second)) if order[0] in MONTH_NUMBERS]
    readings = list(dict.fromkeys(orders or [(second, first)]))
    for month, of_month in readings:
        _check_day(scanner, month, of_month, year, match)
    fix = " or ".join(f"{year}-{month:02d}-{of_month:02d}" for month, of_month in readings)
    fault = "that could mean two days" if len(readings) > 1 else "the year comes first"
    return scanner.misspelt(fault, fix, *match.span())


def _check_day(
    scanner: Scanner, month: int, of_month: int, year: int, match: re.Match[str]
) -> None:
    if year not in YEARS:
        message = f"the year must be {YEARS[0]} to {YEARS[-1]}. Write it like 2026-12-01"
        raise scanner.fault(message, *match.span())
    if month not in MONTH_NUMBERS:
        raise scanner.fault("a year has 12 months. Write it like 2026-12-01", *match.span())
    last = dates.days_in_month(year, month)
    if not 1 <= of_month <= last:
        leap = f" in {year}" if month == 2 and last == 28 else ""  # noqa: PLR2004 - February
        raise scanner.fault(f"{MONTHS[month - 1]} has {last} days{leap}", *match.span())


def weekdays(text: str, word: str) -> Weekdays:
    """Parse weekdays: ``tue,thu``, ``mon..fri``; a range may cross the weekend."""
    scanner = Scanner(text, word)
    try:
        return _weekdays(scanner)
    except RuleError:
        if fix := spellings.weekdays(scanner.text):
            raise scanner.misspelt("these aren't weekdays", fix, 0) from None
        raise


def _weekdays(scanner: Scanner) -> Weekdays:
    numbers: set[int] = set()
    while True:
        numbers.update(take_weekdays(scanner))
        if not scanner.skip(","):
            break
        scanner.take(" +")
    return scanner.finish(
        Weekdays(days=tuple(sorted(numbers))), "Write days like mon..fri or tue,thu"
    )


def take_weekdays(scanner: Scanner) -> list[int]:
    """Consume one weekday or a range of them; return their numbers."""
    first = _weekday(scanner)
    last = _weekday(scanner) if scanner.skip("..") else first
    return [(first + offset) % 7 for offset in range((last - first) % 7 + 1)]


def _weekday(scanner: Scanner) -> int:
    start = scanner.position
    scanner.take(NAME)
    name = scanner.text[start : scanner.position].lower()
    if name not in WEEKDAYS:
        fix = spellings.weekday(name) or "mon, tue, wed, thu, fri, sat or sun"
        raise scanner.misspelt("that isn't a weekday", fix, start, scanner.position)
    return WEEKDAYS.index(name)


A_RANGE = "Write days like 2026-12-24..2027-01-03, or 12-24..01-03 for every year"


def closed(text: str, word: str) -> ClosedRange:
    """Parse a day or a range of days; without a year, it applies every year."""
    scanner = Scanner(text, word)
    try:
        return _closed(scanner)
    except RuleError:
        if fix := spellings.days(scanner.text):
            raise scanner.misspelt("a range has two dots", fix, 0) from None
        if fix := spellings.yearless(scanner.text):
            expected = f"Write {fix}, or with a year like 2026-12-24"
            raise scanner.fault(f"a day without a year has a hyphen. {expected}") from None
        raise


MOST_OPENED = 366
"""Most days to open at once: a year."""


def opened(text: str, word: str) -> ClosedDays:
    """Parse a day, or a range of days, of a certain year, at most a year long."""
    days = closed(text, word)
    if isinstance(days, ClosedYearly):
        raise Scanner(text, word).fault("the year is missing. Write it like 2026-12-25")
    if (days.last - days.first).days >= MOST_OPENED:
        raise Scanner(text, word).fault("that's more than a year. Write a day like 2026-12-25")
    return days


def _closed(scanner: Scanner) -> ClosedRange:
    if scanner.see(_YEARLY):
        first = _mark(scanner)
        last = _mark(scanner) if scanner.skip("..") else first
        return scanner.finish(ClosedYearly(first=first, last=last), A_RANGE)
    begin = _day(scanner)
    if not scanner.skip(".."):
        return scanner.finish(ClosedDays(first=begin, last=begin), A_RANGE)
    second = scanner.position
    if scanner.see(_YEARLY):
        raise scanner.fault(f"the second date lacks its year. {A_RANGE}")
    end = _day(scanner)
    if end < begin:
        raise scanner.fault(
            f"the range ends before it begins. Write {in_order(begin, end)}", second
        )
    return scanner.finish(ClosedDays(first=begin, last=end), A_RANGE)


def in_order(begin: date, end: date) -> str:
    """Suggest a range for two ends in the wrong order: into the next year, or swapped."""
    later = dates.add(end, Span(months=12, days=0))
    return f"{begin}..{later}" if begin <= later < begin + (begin - end) else f"{end}..{begin}"


def _mark(scanner: Scanner) -> tuple[int, int]:
    match = scanner.take(_YEARLY)
    if not match:
        raise scanner.fault(f"that isn't a day of the year. {A_RANGE}")
    month, of_month = int(match[1]), int(match[2])
    _check_day(scanner, month, of_month, 2000, match)  # a leap year, so 02-29 is valid
    return month, of_month


# --- names ----------------------------------------------------------------------------------


def zone(text: str, word: str) -> str:
    """Parse the name of an IANA time zone."""
    scanner = Scanner(text, word)
    try:
        dates.zone(scanner.text)
    except ValueError as error:
        if fix := spellings.zone(scanner.text):
            raise scanner.misspelt(str(error), fix) from error
        advice = "Write one like Europe/Paris or UTC"
        near = nearest.question(scanner.text, spellings.zones(), advice)
        raise scanner.fault(f"{error}. {near}") from error
    return scanner.text


def follow(text: str, word: str) -> Follow:
    """Parse how later sessions follow a late one."""
    return _choice(Follow, text, word)


def setting(text: str, word: str) -> Setting:
    """Parse the place of sessions: ``home`` or ``clinic``."""
    return _choice(Setting, text, word)


def _choice(kind: type[Choice], text: str, word: str) -> Choice:
    scanner = Scanner(text, word)
    try:
        return kind(scanner.text.lower())
    except ValueError:
        names = [str(member) for member in kind]
        advice = f"write {listing(names)}"
        raise scanner.fault(nearest.clause(scanner.text, names, advice)) from None


def free_text(text: str, word: str) -> str:
    """Clean up free text: join its lines and normalise it to NFC.

    Lone surrogates, left over from bytes that couldn't be decoded, become U+FFFD.
    """
    if not text.isprintable():  # line breaks and surrogates aren't
        text = " ".join(re.sub("[\ud800-\udfff]", "\ufffd", text).splitlines())
    if not text.isascii():
        text = normalize("NFC", text)
    value = text.strip()
    if len(value) > MAX_TEXT:
        raise Scanner(value, word).fault(f"a text has at most {MAX_TEXT} characters", MAX_TEXT)
    return value


def yes(text: str, word: str) -> bool:
    """Parse a yes or no, in the spellings of tables and files."""
    scanner = Scanner(text, word)
    answers = {
        "yes": True,
        "true": True,
        "1": True,
        "no": False,
        "false": False,
        "0": False,
        "": False,
    }
    if scanner.text.lower() not in answers:
        raise scanner.fault("write yes or no")
    return answers[scanner.text.lower()]
