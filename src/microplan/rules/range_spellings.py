"""Rewrites ranges of days as people type them (``24 Dec–3 Jan``) in the rule language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

from microplan.model import dates
from microplan.rules import grammar, spellings
from microplan.rules.day_spellings import (
    LEAP_YEAR,
    MONTHS,
    OF_MONTH,
    YEARLESS,
    Direction,
    Point,
    View,
    counted,
    day,
    has_month,
    nearest_date,
    plain,
    points,
    resolved,
)
from microplan.rules.scanner import Scanner

_TO = r"\s*(?:\.\.+|–|—|--+)\s*|\s+-\s+|\s+(?:to|until|till|through|thru)\s+|(?<=[0-9a-z])/(?=[0-9]{4}-[0-9]{1,2}-)"


_NUMERIC_RANGE = r"[0-9]+([./])[0-9./]*-[0-9]+\1[0-9./]+"
_NUMERIC_END = r"([0-9]{1,2})([./])([0-9]{1,2})(?:\2([0-9]{4})|\.)?"


_HYPHEN = r"\s*-\s*"


_YEARLY = r"^(?:every year|yearly):? |,? (?:every year|yearly|each year)$"


def days(text: str, word: str, view: View) -> list[str]:
    """List the canonical spellings of a day or a range of days, one for each possible meaning."""
    phrase = plain(text).removeprefix("from ").removeprefix("on ")
    bare = re.sub(_YEARLY, "", phrase)
    parts = re.split(_TO, bare)
    if len(parts) == 1 and (has_month(bare) or re.fullmatch(_NUMERIC_RANGE, bare)):
        parts = re.split(_HYPHEN, bare)
    if bare != phrase:
        return _yearly(parts, text, word)
    if len(parts) == 1:
        whole = [*_week(bare, view), *_month(bare, view)]
        return whole or list(dict.fromkeys(_single(bare, text, word, view)))
    if len(parts) != 2:  # noqa: PLR2004 - two ends
        return []
    pairs = _in_one_order(*_completed(parts))
    return [spelled for pair in pairs for spelled in _span(*pair, text, word, view)]


def _single(phrase: str, text: str, word: str, view: View) -> list[str]:
    """Read one day; a numeric one without a year could also mean every year."""
    readings = [str(reading) for reading in day(phrase, word, view)]
    if re.fullmatch(YEARLESS, phrase):
        return [
            f"{point.month:02}-{point.of_month:02}" for point in points(phrase, text, word)
        ] + readings
    return readings


def _week(phrase: str, view: View) -> Iterator[str]:
    """Read ``this week``, ``next week`` or ``last week`` as seven days from Monday."""
    if phrase in ("this week", "next week", "last week"):
        weeks = {"this": 0, "next": 1, "last": -1}[phrase.removesuffix(" week")]
        monday = view.today - timedelta(days=view.today.weekday() - 7 * weeks)
        yield f"{monday}..{monday + timedelta(days=6)}"


def _month(phrase: str, view: View) -> Iterator[str]:
    """Read a month, ``August`` or ``all of August 2027``: the one view.today is in, or the next."""
    match = re.fullmatch(rf"(?:all |whole )?(?:of )?({MONTHS})(?: ([0-9]{{4}}))?", phrase)
    if match:
        month = spellings.MONTHS.index(match[1][:3]) + 1
        year = int(match[2] or view.today.year + (month < view.today.month))
        if year in grammar.YEARS:
            yield f"{date(year, month, 1)}..{date(year, month, dates.days_in_month(year, month))}"


def _in_one_order(first: str, last: str) -> list[tuple[str, str]]:
    """Name the months of two ends in figures, once for each order of day and month both can have."""
    ends = [re.fullmatch(_NUMERIC_END, part) for part in (first, last)]
    pairs = []
    for month, of_month in ((1, 3), (3, 1)):
        named = [_named(end[month], end[of_month], end[4]) for end in ends if end]
        if len(named) == len(ends) and all(named):
            pairs.append((named[0], named[1]))
    return list(dict.fromkeys(pairs)) or [(first, last)]


def _named(month: str, of_month: str, year: str | None) -> str:
    """Write a day with its month named; nothing if there is no such day."""
    dated = int(year or LEAP_YEAR)
    if dated not in grammar.YEARS or not spellings.is_day(int(month), int(of_month), dated):
        return ""
    return f"{int(of_month)} {spellings.MONTHS[int(month) - 1]} {year or ''}".strip()


def _completed(parts: list[str]) -> tuple[str, str]:
    """Copy the month to the end that lacks one: ``29–30 Nov``."""
    first, last = parts
    if re.fullmatch(r"[0-9]{1,2}\.", first) and (match := re.fullmatch(YEARLESS, last)):
        return f"{first}{match[3]}.", last
    month = rf"\b(?:{MONTHS})\b"
    if re.fullmatch(OF_MONTH, first) and (match := re.search(f"{month}.*", last)):
        return f"{first} {match[0]}", last
    lacks_month = re.fullmatch(OF_MONTH, last.partition(" ")[0]) and not has_month(last)
    if lacks_month and (match := re.search(month, first)):
        return first, f"{match[0]} {last}"
    return first, last


def _span(first: str, last: str, text: str, word: str, view: View) -> list[str]:
    """Read a range from its two ends; an end without a year takes it from the other."""
    ends = []
    _refuse_backward(points(first, text, word), points(last, text, word), text, word)
    for begin in _begins(first, last, text, word, view):
        onward = View(today=begin)
        for end in counted(last, begin) or day(last, word, onward):
            if end < begin:
                message = f"that range ends before it begins. Write {grammar.in_order(begin, end)}"
                raise Scanner(text, word).fault(message, 0)
            ends.append(f"{begin}..{end}" if end > begin else str(begin))
    return ends


def _refuse_backward(first: list[Point], last: list[Point], text: str, word: str) -> None:
    """Refuse two days of one month in the wrong order, as in ``30–2 Dec``: they'd close a year."""
    for begin, end in product(first, last):
        is_open = begin.year is None or end.year is None
        if is_open and begin.month == end.month and begin.of_month > end.of_month:
            message = "that range ends before it begins. Write it like 2026-12-24..2027-01-03"
            raise Scanner(text, word).fault(message, 0)


def _begins(first: str, last: str, text: str, word: str, view: View) -> list[date]:
    """List the possible first days: the latest one before ``last`` if the year is open."""
    if not (own := [point for point in points(first, text, word) if point.year is None]):
        return day(first, word, view)
    closing = points(last, text, word)
    if closing and (year := closing[0].year) is not None:
        end = date(year, closing[0].month, closing[0].of_month)
        return [_before(end, point, text, word) for point in own]
    if view.direction is Direction.AHEAD and closing:
        end = nearest_date(closing[0], view)
        return [_before(end, point, text, word, view) for point in own]
    return [resolved(point, text, word, view) for point in own]


A_YEAR = timedelta(days=366)


def _before(end: date, point: Point, text: str, word: str, view: View | None = None) -> date:
    """Find the latest date of a point before ``end``, or the one next in ``view``.

    Only 29 February can be more than a year before ``end``: it raises RuleError without a view.
    """
    begin = resolved(point, text, word, View(today=end, direction=Direction.BACK))
    if end - begin <= A_YEAR:
        return begin
    if view is None:
        size = dates.days_in_month(end.year, point.month)
        raise Scanner(text, word).fault(f"{grammar.MONTHS[point.month - 1]} has {size} days", 0)
    return resolved(point, text, word, view)


def _yearly(parts: list[str], text: str, word: str) -> list[str]:
    """Read days of every year: ``24 Dec–3 Jan every year`` is ``12-24..01-03``."""
    both = _completed(parts) if len(parts) == 2 else tuple(parts)  # noqa: PLR2004 - two ends
    marks = [points(part, text, word) for part in both]
    if not all(len(mark) == 1 and mark[0].year is None for mark in marks):
        return []
    if list(both) != parts:  # where both months are written, nearly a whole year is meant
        _refuse_backward(marks[0], marks[-1], text, word)
    return ["..".join(f"{point.month:02}-{point.of_month:02}" for (point,) in marks)]
