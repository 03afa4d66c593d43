"""Translates the rules of older calendars into those of RFC 5545: vCalendar's, and EXRULE.

``W2 MO WE #4`` is ``FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4``. The grammar is in section
"Recurrence Rules" of vCalendar 1.0 (versit Consortium, 1996); nested rules aren't translated.
EXRULE, which RFC 5545 no longer has, is in RFC 2445, section 4.8.5.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

FREQUENCIES = {
    "D": ("DAILY", ""),
    "W": ("WEEKLY", "BYDAY"),
    "MP": ("MONTHLY", "BYDAY"),
    "MD": ("MONTHLY", "BYMONTHDAY"),
    "YM": ("YEARLY", "BYMONTH"),
    "YD": ("YEARLY", "BYYEARDAY"),
}
RULE = re.compile(r"(D|W|MP|MD|YM|YD)([1-9]\d{0,3})((?: +\S+)*) *")
TIMES = re.compile(r"#(\d{1,5})")
ENDS = re.compile(r"\d{8}(?:T\d{6}Z?)?")
DAY = re.compile(r"MO|TU|WE|TH|FR|SA|SU")
NUMBER = re.compile(r"(\d{1,3})([+-]?)")
TWICE = "COUNT=2"
"""The default: a rule without an end applies twice."""


def translate(rule: str) -> str | None:
    """Translate a rule; None if it isn't a vCalendar 1.0 rule or can't be translated."""
    match = RULE.fullmatch(rule.upper())
    if match is None:
        return None
    frequency, by = FREQUENCIES[match[1]]
    words, end = _without_end(match[3].split())
    values = list(_values(words, by, is_position=match[1] == "MP"))
    if None in values or (words and not by):
        return None
    listed = f"{by}={','.join(filter(None, values))}" if values else ""
    return ";".join(filter(None, (f"FREQ={frequency};INTERVAL={match[2]}", listed, end)))


def _without_end(words: Sequence[str]) -> tuple[Sequence[str], str]:
    """Split off the end of a rule, a count or a date; ``#0`` means no end."""
    last = words[-1] if words else ""
    if ENDS.fullmatch(last):
        return words[:-1], f"UNTIL={last}"
    times = TIMES.fullmatch(last)
    if times is None:
        return words, TWICE
    return words[:-1], f"COUNT={int(times[1])}" if int(times[1]) else ""


def _values(words: Sequence[str], by: str, *, is_position: bool) -> Iterator[str | None]:
    """Translate the words between frequency and end; yield None for one that can't be translated."""
    numbers: list[str] = []
    was_day = False
    for word in words:
        number = NUMBER.fullmatch(word)
        if word == "LD" and by == "BYMONTHDAY":
            yield "-1"
        elif number and is_position:
            numbers = [*([] if was_day else numbers), _signed(number)]
            was_day = False
        elif number and by != "BYDAY":
            yield _signed(number)
        elif by == "BYDAY" and DAY.fullmatch(word):
            was_day = True
            yield from (f"{number}{word}" for number in numbers or [""])
        else:
            yield None


def _signed(number: re.Match[str]) -> str:
    return f"{'-' if number[2] == '-' else ''}{int(number[1])}"


# --- rules of exceptions ---------------------------------------------------------------------


def list_exceptions(event: Any, first: date, last: date) -> None:  # noqa: ANN401 - icalendar's
    """Replace an event's EXRULEs by the dates they exclude between two days."""
    rules = event.pop("EXRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        excepted = list(_between(rule.to_ical().decode(), event["DTSTART"].dt, first, last))
        if excepted:
            event.add("EXDATE", excepted)


def _between(rule: str, start: date, first: date, last: date) -> Iterator[date]:
    """Yield the days or times of a rule between two days, in local time of ``start``."""
    from dateutil.rrule import rrulestr

    is_timed = isinstance(start, datetime)
    begin = start if isinstance(start, datetime) else datetime.combine(start, time())
    for moment in rrulestr(rule, dtstart=begin):
        if moment.date() > last:
            return
        if moment.date() >= first:
            yield moment if is_timed else moment.date()
