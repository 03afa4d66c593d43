"""Text to a recurrence rule of whole days, as far as RFC 5545, section 3.3.10, allows one here."""

from __future__ import annotations

import re
from datetime import date

from microplan.errors import RuleError
from microplan.reader import Reader
from microplan.values import Recurrence

PREFIX = "RRULE:"
_WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_ORDINAL = "(?:[+-]?(?:0?[1-9]|[1-4][0-9]|5[0-3]))"
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKS_OF_A_MONTH = 5
SUB_DAILY = ("SECONDLY", "MINUTELY", "HOURLY", "BYSECOND", "BYMINUTE", "BYHOUR")


def _numbers(limit: int, sign: str = "[+-]?") -> re.Pattern[str]:
    """Match a list of numbers from 1 to ``limit``, with a sign where the part allows one."""
    number = "|".join(map(str, range(limit, 0, -1)))
    return re.compile(rf"{sign}0*(?:{number})(?:,{sign}0*(?:{number}))*")


# Each part with the form of its value and an example that would do.
PARTS: dict[str, tuple[re.Pattern[str], str]] = {
    "FREQ": (re.compile("|".join(FREQUENCIES)), "FREQ=WEEKLY"),
    "INTERVAL": (re.compile("0*[1-9][0-9]{0,3}"), "INTERVAL=2"),
    "COUNT": (re.compile("0*[1-9][0-9]{0,4}"), "COUNT=6"),
    "UNTIL": (re.compile("([0-9]{8})(?:T[0-9]{6}Z?)?"), "UNTIL=20270301"),
    "BYDAY": (
        re.compile(rf"{_ORDINAL}?{_WEEKDAY}(?:,{_ORDINAL}?{_WEEKDAY})*"),
        "BYDAY=TU",
    ),
    "BYMONTHDAY": (_numbers(31), "BYMONTHDAY=1"),
    "BYYEARDAY": (_numbers(366), "BYYEARDAY=100"),
    "BYWEEKNO": (_numbers(53), "BYWEEKNO=20"),
    "BYMONTH": (_numbers(12, ""), "BYMONTH=3"),
    "BYSETPOS": (_numbers(366), "BYSETPOS=1"),
    "WKST": (re.compile(_WEEKDAY), "WKST=MO"),
}


def recurrence(text: str, word: str) -> Recurrence:
    """Read ``RRULE:`` and its parts; raises RuleError with the fault marked."""
    reader = Reader(text.upper(), word)
    reader.place = len(PREFIX)
    parts: dict[str, str] = {}
    while True:
        start = reader.place
        name, value = _part(reader)
        if name in parts:
            raise reader.fault(f"{name} is given twice; leave one out", start, reader.place)
        parts[name] = value
        if not reader.skip(";"):
            break
    if "FREQ" not in parts:
        raise reader.fault("a recurrence needs its frequency; write FREQ=WEEKLY", 0)
    _check(reader, parts)
    until = parts.pop("UNTIL", None)
    count = parts.pop("COUNT", None)
    return reader.finish(
        Recurrence(
            rule=";".join(f"{name}={value}" for name, value in parts.items()),
            count=None if count is None else int(count),
            until=None if until is None else _until(reader, until),
        ),
        "parts are written like FREQ=WEEKLY;BYDAY=TU",
    )


_PART = r"([A-Z-]+)=([^;]*)"


def _part(reader: Reader) -> tuple[str, str]:
    match = reader.take(_PART)
    if not match:
        raise reader.fault("a part is missing here; write one like FREQ=WEEKLY")
    name, value = match[1], match[2]
    if name in SUB_DAILY or value in SUB_DAILY:
        raise reader.fault(
            "a session has its day from the pace and its hour from `at`; leave this out",
            *match.span(),
        )
    if name not in PARTS:
        fix = "`start` gives the first day" if name == "DTSTART" else f"{', '.join(PARTS)} are"
        raise reader.fault(f"{name} is not a part of a recurrence here; {fix}", *match.span(1))
    form, example = PARTS[name]
    if not form.fullmatch(value):
        raise reader.fault(f"{name} cannot be read; write it like {example}", *match.span())
    return name, value


# What a part cannot stand with: the part, when it is wrong, and what would do.
def _check(reader: Reader, parts: dict[str, str]) -> None:
    frequency = parts["FREQ"]
    by_day = parts.get("BYDAY", "")
    counted = bool(re.search("[0-9]", by_day))
    of_months = frequency == "MONTHLY" or "BYMONTH" in parts
    beyond = any(int(number) > WEEKS_OF_A_MONTH for number in re.findall("[0-9]+", by_day))
    others = [name for name in parts if name.startswith("BY") and name != "BYSETPOS"]
    clashes = (
        ("BYWEEKNO", frequency != "YEARLY", "goes with FREQ=YEARLY only"),
        ("BYYEARDAY", frequency != "YEARLY", "goes with FREQ=YEARLY only"),
        ("BYMONTHDAY", frequency == "WEEKLY", "does not go with FREQ=WEEKLY; use FREQ=MONTHLY"),
        (
            "BYDAY",
            counted and frequency in ("DAILY", "WEEKLY"),
            "counts weekdays of a month or year; use FREQ=MONTHLY",
        ),
        ("BYDAY", counted and "BYWEEKNO" in parts, "does not count weekdays beside BYWEEKNO"),
        ("BYDAY", of_months and beyond, "counts at most 5 weeks of a month; use 1 to 5"),
        ("BYSETPOS", not others, "chooses among the days of another part, such as BYDAY"),
    )
    for name, wrong, message in clashes:
        if name in parts and wrong:
            place = reader.text.index(f"{name}=")
            end = place + len(name) + 1 + len(parts[name])
            raise reader.fault(f"{name} {message}", place, end)


def _until(reader: Reader, text: str) -> date:
    try:
        return date.fromisoformat(text[:8])
    except ValueError as error:
        place = reader.text.index("UNTIL=")
        fault: RuleError = reader.fault(
            "UNTIL names no day; write it like UNTIL=20270301",
            place,
            place + len("UNTIL=") + len(text),
        )
        raise fault from error
