"""Converts cells as spreadsheets and databases write them to canonical rule words.

Only texts that the grammar refuses come here. A text that could mean two things stays unchanged, so
that the error can point at it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from microplan.batch.workbook_reader import EPOCH, Serial
from microplan.errors import RuleError
from microplan.rules import day_spellings, spellings
from microplan.rules import words as rules

DAYS = ("start", "until", "avoid")
"""Words whose cells hold days; a number in them is a workbook's serial day."""
HOURS = ("at",)
LENGTHS = ("duration",)
SERIALS = range(20_000, 80_000)
"""Numbers that are days: 1954 to 2119."""
MINUTES_OF_AN_HOUR, MINUTES_OF_A_DAY = 60, 24 * 60
ORDERS = {"iso": (), "dmy": (3, 2, 1), "mdy": (3, 1, 2)}
"""Date orders: the positions of year, month and day in a numeric date."""
YES = "wahr vrai verdadero vero waar ja oui si sí sim j y x ✓ on"
NO = "falsch faux falso onwaar nein non nee não n off -"
_ANSWERS = {**dict.fromkeys(YES.split(), "yes"), **dict.fromkeys(NO.split(), "no")}

_MIDNIGHT = r"(?<=[0-9])[ T]0{1,2}:00(?::00(?:\.0+)?)?(?:Z|\+00:?00)?(?![0-9:])"
_SECONDS = r"((?:[0-9]{1,2}):[0-9]{2}):00(?:\.0+)?(?=$| ?[ap])"
_NO_DAY = r"^(?:1899-12-3[01]|1900-01-0[01]|1904-01-01)[ T]"
_FRACTION = r"0?[.,][0-9]{1,10}"


def corrected(words: Mapping[str, Any], order: str) -> dict[str, Any]:
    """Convert the words that the grammar refuses but that have one meaning as a cell."""
    return {name: _value(name, value, order) for name, value in words.items()}


def _value(name: str, value: object, order: str) -> object:
    if isinstance(value, list):
        return [_value(name, item, order) for item in value]
    if not isinstance(value, str) or _is_read(name, value):
        return value
    spelled = SPELLINGS[name](value, order) if name in SPELLINGS else ""
    return spelled if spelled and _is_read(name, spelled) else value


def _is_read(name: str, text: str) -> bool:
    try:
        rules.value(name, text)
    except RuleError:
        return False
    return True


# --- days -----------------------------------------------------------------------------------

_NUMERIC = re.compile(r"(?<![0-9-])([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?![0-9])")


def _days(text: str, order: str) -> str:
    """Spell days: ``2026-12-01 00:00:00``, ``31.12.26`` in a known order, ``1-Dec-2026``."""
    plain = re.sub(_MIDNIGHT, "", text)
    spelled = dated(plain, order)
    return spelled if spelled != text else _named(text)


def _named(text: str) -> str:
    """Spell a day with a month name and a four-digit year."""
    if not day_spellings.has_month(text.lower()):
        return ""
    try:
        points = day_spellings.points(day_spellings.plain(text), text, "start")
    except RuleError:
        return ""
    known = [point for point in points if point.year is not None and point.weekday is None]
    return str(date(known[0].year or 1, known[0].month, known[0].of_month)) if known else ""


def dated(text: str, order: str) -> str:
    """Write numeric days in a text as ISO dates; leave invalid ones for the error to point at."""
    places = ORDERS[order]
    return _NUMERIC.sub(lambda match: _iso(match, places), text) if places else text


def orders(text: str) -> list[str]:
    """List the date orders that make the first numeric day valid; with dots, the day comes first."""
    match = _NUMERIC.search(text)
    if match is None:
        return []
    known = ["dmy"] if match[2] == "." else ["dmy", "mdy"]
    return [name for name in known if _iso(match, ORDERS[name]) != match[0]]


def _iso(match: re.Match[str], places: Sequence[int]) -> str:
    numbers = match[1], match[3], match[4]
    year, month, day = (int(numbers[position - 1]) for position in places)
    try:
        return date(year + (2000 if len(match[4]) == 2 else 0), month, day).isoformat()  # noqa: PLR2004 - figures
    except ValueError:
        return match[0]


def serial_advice(text: str) -> str:
    """Suggest the day that a spreadsheet's serial number stands for; empty if it isn't one."""
    plain = re.sub(r"[.,]0+$", "", text.strip())
    if not (plain.isascii() and plain.isdigit() and int(plain[:9]) in SERIALS):
        return ""
    day = serial_day(int(plain))
    return f"That's the number a spreadsheet has for {day}. Format the column as a date"


# --- hours and lengths ----------------------------------------------------------------------


def _clock(text: str, _order: str) -> str:
    """Spell an hour: ``18:00:00``, ``6:00 PM``, ``18.00``, ``0.75`` of a day.

    ``0.25`` may be six o'clock or a quarter past midnight.
    """
    plain = re.sub(_SECONDS, r"\1", re.sub(_NO_DAY, "", text), flags=re.IGNORECASE)
    if re.fullmatch(_FRACTION, plain):
        spelled = of_workbook(float(plain.replace(",", ".")), "at")
        return "" if spellings.clock(plain) else spelled
    whole = re.fullmatch(r"([0-9]{1,2})[.,]0", plain)
    return spellings.clock(f"{whole[1]}h" if whole else plain) or plain


def _length(text: str, _order: str) -> str:
    """Spell a length: ``0:45:00``, ``12:45:00 AM`` and ``00:45`` are ``45m``."""
    plain = re.sub(_SECONDS, r"\1", text, flags=re.IGNORECASE)
    spelled = spellings.clock(plain) if plain[-1:] in "mM." else plain
    clock = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", spelled)
    if clock is None:
        return spellings.length(text)
    hours, minutes = int(clock[1]), int(clock[2])
    return f"{hours}h" * bool(hours) + f"{minutes}m" * bool(minutes)


def _whole(text: str, _order: str) -> str:
    """Spell a whole number: ``6.0`` is ``6``."""
    return re.sub(r"[.,]0+$", "", text)


def _answer(text: str, _order: str) -> str:
    """Spell a yes or no in a few languages; a cross is a yes."""
    return _ANSWERS.get(_whole(text, "").casefold(), _whole(text, ""))


SPELLINGS = {
    **dict.fromkeys(DAYS, _days),
    "at": _clock,
    "duration": _length,
    "sessions": _whole,
    "discreet": _answer,
}
"""The converters of words that spreadsheets write differently."""


# --- cells of a workbook ---------------------------------------------------------------------


def of_workbook(value: object, name: str) -> str:
    """Convert a workbook cell to the text of a word."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Serial):
        return _serial(value.days, name)
    if isinstance(value, int | float):
        return _written(float(value), name)
    return str(value).strip()


def _written(value: float, name: str) -> str:
    """Write a number; for words about days or times, it's a serial day."""
    whole = value.is_integer()
    if name in DAYS and whole and int(value) in SERIALS:
        return serial_day(int(value))
    if 0 <= value < 1 and (name in HOURS or (name in LENGTHS and value)):
        return _serial(value, name)
    return str(int(value)) if whole else repr(value)


def _serial(days: float, name: str) -> str:
    """Write a serial number as a time, a length, a day, or a day with a time."""
    minutes = round(days * MINUTES_OF_A_DAY)
    whole, of_day = divmod(minutes, MINUTES_OF_A_DAY)
    if name in LENGTHS and days < 2:  # noqa: PLR2004 - a number below 2 is a length, not a date
        return _in_hours(minutes % MINUTES_OF_A_DAY)
    hour = f"{of_day // MINUTES_OF_AN_HOUR:02d}:{of_day % MINUTES_OF_AN_HOUR:02d}"
    if whole <= 1 and name not in DAYS:  # an hour, counted from either of two first days
        return hour
    return serial_day(whole) if not of_day else f"{serial_day(whole)} {hour}"


def serial_day(number: int) -> str:
    """Convert a workbook's serial number to a day."""
    return (datetime.combine(EPOCH, time()) + timedelta(days=number)).date().isoformat()


def _in_hours(minutes: int) -> str:
    hours, rest = divmod(minutes, MINUTES_OF_AN_HOUR)
    return f"{hours}h" * bool(hours) + f"{rest}m" * bool(rest or not hours)
