"""Reads days as people type them (``next tuesday``, ``in 3 weeks``, ``1 Dec``) into dates.

A text can have no meaning, one or several; ``suggestions`` refuses it unless there is exactly one.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from microplan.errors import RuleError
from microplan.model import dates
from microplan.model.values import WEEKDAYS
from microplan.rules import grammar, pace, spellings
from microplan.rules.scanner import Scanner


class Direction(StrEnum):
    """Which way from a given day to search for a weekday, or for a date without a year."""

    AHEAD = "ahead"
    BACK = "back"
    PAST = "past"
    """Back, but not to a date of about a year ago: one that is soon to come is meant."""
    NEAR = "near"


class View(Struct, frozen=True, kw_only=True):
    """The day to count from, and the direction to search in."""

    today: date
    direction: Direction = Direction.AHEAD


class Point(Struct, frozen=True, kw_only=True):
    """A month and day, with a year and a weekday if the text names them."""

    month: int
    of_month: int
    year: int | None = None
    weekday: int | None = None


# --- one day --------------------------------------------------------------------------------

_NAMED = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "day after tomorrow": 2,
    "day before yesterday": -2,
}


def day(text: str, word: str, view: View) -> list[date]:
    """List the dates that a text can mean; raises RuleError for a date with the wrong weekday."""
    phrase = plain(text).removeprefix("on ").removeprefix("the ")
    if phrase in _NAMED:
        return [view.today + timedelta(days=_NAMED[phrase])]
    readings = _weekday(phrase, view) or counted(phrase, view.today)
    return readings or [resolved(point, text, word, view) for point in points(phrase, text, word)]


def plain(text: str) -> str:
    """Lower the case, drop the commas after words, and put one space between words and figures."""
    spaced = re.sub(r",(?=\s|$)", " ", text.lower())
    spaced = re.sub(rf"(?<=[0-9])(?=(?:{MONTHS})(?![a-z]))", " ", spaced)
    return " ".join(re.sub(rf"(?<![a-z])({MONTHS})(?=[0-9])", r"\1 ", spaced).split())


_ORDERS = {"": 0, "this ": 0, "next ": 1, "coming ": 1, "last ": -1, "past ": -1}


def _weekday(phrase: str, view: View) -> list[date]:
    """Read ``sun``, ``next tuesday`` or ``last sunday``; empty for any other text."""
    match = re.fullmatch(r"(this |next |coming |last |past |)([a-z]+)", phrase)
    name = spellings.weekday(match[2]) if match else ""
    if match is None or not name or phrase.endswith("days"):
        return []
    order, ahead = _ORDERS[match[1]], (WEEKDAYS.index(name) - view.today.weekday()) % 7
    if match[1] == "this ":
        return [view.today + timedelta(days=ahead)]
    if order < 0 or (not order and view.direction in (Direction.BACK, Direction.PAST)):
        passed = (7 - ahead) % 7
        return [view.today - timedelta(days=passed or (7 if order else 0))]
    if view.direction is Direction.NEAR and not order:
        return [view.today + timedelta(days=ahead)]
    return [view.today + timedelta(days=ahead or 7)]


_COUNTED = (
    (r"(?:in|\+) ?(.+)", 1),
    (r"(.+) (?:from now|from today|ahead)", 1),
    (r"- ?(.+)", -1),
    (r"(.+) (?:ago|back)", -1),
)


def counted(phrase: str, origin: date) -> list[date]:
    """Read ``in 3 weeks``, ``+10d`` or ``3 days ago``, from ``origin``; empty for any other text."""
    for pattern, sign in _COUNTED:
        if match := re.fullmatch(pattern, phrase):
            return shifted(match[1], origin, sign)
    return []


def shifted(phrase: str, origin: date, sign: int) -> list[date]:
    """Add a span such as ``3 weeks`` to ``origin``, times ``sign``; empty if it isn't a span."""
    spelled = spellings.span(phrase) or phrase
    scanner = Scanner(spelled, "span")
    try:
        span = pace.span(scanner, scanner.integer(""), 0)
        if scanner.rest or span.months < 0 or span.shortest < 0:
            return []
        return [dates.add(origin, span, sign)]
    except (RuleError, OverflowError, ValueError):
        return []


# --- a day of a month -----------------------------------------------------------------------

MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
OF_MONTH = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_YEAR = r"[0-9]{4}"
LEAP_YEAR = 2000
"""A year that has every day."""
_NUMERIC = r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})"
YEARLESS = r"([0-9]{1,2})([./])([0-9]{1,2})\.?"


def has_month(phrase: str) -> bool:
    """Whether a text names a month."""
    return any(re.fullmatch(MONTHS, part) for part in re.findall("[a-z]+", phrase))


def points(phrase: str, text: str, word: str) -> list[Point]:
    """Read a day with a month, such as ``1 Dec 2026``, ``12/20/2026``; both if the order is open."""
    weekday = None
    first, _, rest = phrase.partition(" ")
    if rest and (name := spellings.weekday(first.rstrip("."))):
        weekday, phrase = WEEKDAYS.index(name), rest
    is_iso = re.fullmatch("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", phrase)
    if iso := spellings.day(phrase) or (is_iso and phrase):
        exact = grammar.day(iso, word)
        return [Point(month=exact.month, of_month=exact.day, year=exact.year, weekday=weekday)]
    if not has_month(phrase):
        return _in_digits(phrase, weekday, text, word)
    if re.search(r"[a-z.]\s*'?[0-9]{2}$", phrase) and len(re.findall("[0-9]+", phrase)) == 2:  # noqa: PLR2004
        message = "write the year with four digits, as in 1 Dec 2026"
        raise Scanner(text, word).fault(message, len(text.rstrip()) - 2)
    return [_named(phrase, weekday, text, word)] if _is_shaped(phrase) else []


def _in_digits(phrase: str, weekday: int | None, text: str, word: str) -> list[Point]:
    """Read a day and a month in numbers, ``12/20/2026`` or ``20.12.``, in either order."""
    numeric = re.fullmatch(_NUMERIC, phrase)
    match = numeric or re.fullmatch(YEARLESS, phrase)
    if match is None:
        return []
    year = _year(match[4], text, word) if numeric else None
    one, other = int(match[1]), int(match[3])
    orders = dict.fromkeys([(one, other), (other, one)])
    return [
        Point(month=month, of_month=of_month, year=year, weekday=weekday)
        for month, of_month in orders
        if spellings.is_day(month, of_month, year or 2000)
    ]


def _year(digits: str, text: str, word: str) -> int:
    """Read a year; raises RuleError for one that no date may be in."""
    if int(digits) in grammar.YEARS:
        return int(digits)
    message = f"the year must be {grammar.YEARS[0]} to {grammar.YEARS[-1]}"
    raise Scanner(text, word).fault(message, 0)


def _is_shaped(phrase: str) -> bool:
    """Whether a text is one month name, one day and at most one year, in any order."""
    if re.search("^[/-]|[/-]$", phrase):  # half a range
        return False
    parts = [part for part in re.split(r"[\s./-]+", phrase) if part not in ("", "of", "the")]
    months = [part for part in parts if re.fullmatch(MONTHS, part)]
    days = [part for part in parts if re.fullmatch(OF_MONTH, part)]
    years = [part for part in parts if re.fullmatch(_YEAR, part)]
    return len(months) == len(days) == 1 and len(years) <= 1 and len(parts) == 2 + len(years)


def _named(phrase: str, weekday: int | None, text: str, word: str) -> Point:
    """Read a date with a month name; raises RuleError for a day that the month doesn't have."""
    numbers = re.findall("[0-9]+", phrase)
    years = [_year(number, text, word) for number in numbers if re.fullmatch(_YEAR, number)]
    year, of_month = (years or [LEAP_YEAR])[0], min(int(number) for number in numbers)
    name = next(part for part in re.findall("[a-z]+", phrase) if re.fullmatch(MONTHS, part))
    month = spellings.MONTHS.index(name[:3]) + 1
    if not spellings.is_day(month, of_month, year):
        size = dates.days_in_month(year, month)
        raise Scanner(text, word).fault(f"{grammar.MONTHS[month - 1]} has {size} days", 0)
    return Point(month=month, of_month=of_month, year=year if years else None, weekday=weekday)


def resolved(point: Point, text: str, word: str, view: View) -> date:
    """Find the date of a point; without a year, search in the direction of ``view``."""
    result = nearest_date(point, view) if point.year is None else _dated(point, point.year)
    return _on_weekday(result, point, text, word)


def _on_weekday(result: date, point: Point, text: str, word: str) -> date:
    """Return the date if it falls on the weekday that the text names; otherwise raise RuleError."""
    if point.weekday in (None, result.weekday()):
        return result
    name = grammar.WEEKDAY_NAMES[result.weekday()]
    other = grammar.WEEKDAY_NAMES[point.weekday or 0]
    message = f"that day is a {name}, not a {other}. Write {result}, or the date of that {other}"
    raise Scanner(text, word).fault(message, 0)


A_YEAR_AGO = timedelta(days=300)


def nearest_date(point: Point, view: View) -> date:
    """Find the next date with this month and day, the latest one, or the nearer of the two."""
    around = range(view.today.year - 8, view.today.year + 9)
    days = [_dated(point, year) for year in around if _is_in(point, year)]
    ahead = min(candidate for candidate in days if candidate >= view.today)
    back = max(candidate for candidate in days if candidate <= view.today)
    match view.direction:
        case Direction.AHEAD:
            return ahead
        case Direction.BACK:
            return back
        case Direction.PAST:
            return back if view.today - back <= A_YEAR_AGO else ahead
        case _:
            return ahead if ahead - view.today <= view.today - back else back


def _is_in(point: Point, year: int) -> bool:
    return spellings.is_day(point.month, point.of_month, year)


def _dated(point: Point, year: int) -> date:
    return date(year, point.month, point.of_month)
