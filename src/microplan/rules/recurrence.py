"""Parses recurrence rules of whole days: the part of RFC 5545, section 3.3.10, without times."""

from __future__ import annotations

import re
from datetime import date

from microplan.model.values import Recurrence
from microplan.rules.scanner import Scanner

PREFIX = "RRULE:"
_WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_NUMBER = "[0-9]{1,9}"
_NUMBERS = f"[+-]?{_NUMBER}(?:,[+-]?{_NUMBER})*"
_WEEKDAYS = f"(?:[+-]?[0-9]{{1,2}})?{_WEEKDAY}"
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKS_OF_A_MONTH = 5
SUB_DAILY = ("SECONDLY", "MINUTELY", "HOURLY", "BYSECOND", "BYMINUTE", "BYHOUR")

PARTS: dict[str, tuple[str, str]] = {
    "FREQ": ("|".join(FREQUENCIES), "FREQ=WEEKLY"),
    "INTERVAL": (_NUMBER, "INTERVAL=2"),
    "COUNT": (_NUMBER, "COUNT=6"),
    "UNTIL": ("[0-9]{8}(?:T[0-9]{6}Z?)?", "UNTIL=20270301"),
    "BYDAY": (f"{_WEEKDAYS}(?:,{_WEEKDAYS})*", "BYDAY=TU"),
    "BYMONTHDAY": (_NUMBERS, "BYMONTHDAY=1"),
    "BYYEARDAY": (_NUMBERS, "BYYEARDAY=100"),
    "BYWEEKNO": (_NUMBERS, "BYWEEKNO=20"),
    "BYMONTH": (f"{_NUMBER}(?:,{_NUMBER})*", "BYMONTH=3"),
    "BYSETPOS": (_NUMBERS, "BYSETPOS=1"),
    "WKST": (_WEEKDAY, "WKST=MO"),
}
"""Each part with the pattern of its value and an example."""
LARGEST = {
    "INTERVAL": 9_999,
    "COUNT": 99_999,
    "BYDAY": 53,
    "BYMONTHDAY": 31,
    "BYYEARDAY": 366,
    "BYWEEKNO": 53,
    "BYMONTH": 12,
    "BYSETPOS": 366,
}
"""The largest number in each part; the smallest is 1, and a minus sign counts from the end."""


def recurrence(text: str, word: str) -> Recurrence:
    """Parse ``RRULE:`` and its parts; raises RuleError with the fault marked."""
    scanner = Scanner(text.upper(), word)
    scanner.position = len(PREFIX)
    parts: dict[str, re.Match[str]] = {}
    while True:
        part = _part(scanner)
        name = part[1]
        if name in parts:
            raise scanner.fault(f"{name} is given twice. Leave one out", *part.span())
        parts[name] = part
        if not scanner.skip(";"):
            break
    if "FREQ" not in parts:
        raise scanner.fault("a recurrence needs its frequency. Write FREQ=WEEKLY", 0)
    _check(scanner, parts)
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    return Recurrence(
        rule=";".join(part[0] for part in parts.values()),
        count=int(count[2]) if count else None,
        until=_until(scanner, until) if until else None,
    )


def _part(scanner: Scanner) -> re.Match[str]:
    """Consume one part, up to the next semicolon; its groups are the name and the value."""
    part = scanner.take(r"([A-Z-]+)=([^;]*)")
    if not part:
        raise scanner.fault("a part is missing. Write one like FREQ=WEEKLY")
    name, value = part.groups()
    if name in SUB_DAILY or value in SUB_DAILY:
        raise scanner.fault(
            "the pace sets the day and `at` sets the time. Leave this out",
            *part.span(),
        )
    if name not in PARTS:
        fix = "`start` gives the first day" if name == "DTSTART" else f"{', '.join(PARTS)} are"
        raise scanner.fault(f"{name} isn't supported in a recurrence; {fix}", *part.span(1))
    form, example = PARTS[name]
    if not re.fullmatch(form, value) or not _in_bounds(name, value):
        raise scanner.fault(f"{name} can't be read. Write it like {example}", *part.span())
    return part


def _in_bounds(name: str, value: str) -> bool:
    numbers = map(int, re.findall("[0-9]+", value))
    return name not in LARGEST or all(1 <= number <= LARGEST[name] for number in numbers)


def _check(scanner: Scanner, parts: dict[str, re.Match[str]]) -> None:
    """Raise RuleError for a part that RFC 5545 doesn't allow together with another."""
    frequency = parts["FREQ"][2]
    ordinals = [int(number) for number in re.findall(f"([0-9]+){_WEEKDAY}", scanner.text)]
    of_months = frequency == "MONTHLY" or "BYMONTH" in parts
    beyond = any(ordinal > WEEKS_OF_A_MONTH for ordinal in ordinals)
    others = [name for name in parts if name.startswith("BY") and name != "BYSETPOS"]
    clashes = (
        ("BYWEEKNO", frequency != "YEARLY", "needs FREQ=YEARLY"),
        ("BYYEARDAY", frequency != "YEARLY", "needs FREQ=YEARLY"),
        ("BYMONTHDAY", frequency == "WEEKLY", "can't be used with FREQ=WEEKLY; use FREQ=MONTHLY"),
        (
            "BYDAY",
            ordinals and frequency in ("DAILY", "WEEKLY"),
            "with numbers needs FREQ=MONTHLY or FREQ=YEARLY",
        ),
        ("BYDAY", ordinals and "BYWEEKNO" in parts, "can't have numbers together with BYWEEKNO"),
        ("BYDAY", of_months and beyond, "can count at most 5 weeks in a month; use 1 to 5"),
        ("BYSETPOS", not others, "needs another part to choose from, such as BYDAY"),
    )
    for name, wrong, message in clashes:
        if name in parts and wrong:
            raise scanner.fault(f"{name} {message}", *parts[name].span())


def _until(scanner: Scanner, part: re.Match[str]) -> date:
    try:
        return date.fromisoformat(part[2][:8])
    except ValueError as error:
        message = "UNTIL isn't a date. Write it like UNTIL=20270301"
        raise scanner.fault(message, *part.span()) from error
