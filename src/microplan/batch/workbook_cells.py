"""Values of a workbook's cells to the texts of words: days, hours, lengths and numbers."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from microplan.batch.workbook_reader import EPOCH, Serial

DAYS = ("start", "until", "avoid")
"""Words whose cells hold days; a number there counts days, as a workbook does."""
HOURS = ("at",)
LENGTHS = ("duration",)
SERIALS = range(20_000, 80_000)
"""Numbers that are days: 1954 to 2119."""
HOUR, MINUTES_OF_A_DAY = 60, 24 * 60


def text(value: object, name: str) -> str:
    """Write the value of a cell as the text of a word."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Serial):
        return _serial(value.days, name)
    if isinstance(value, int | float):
        return _number(float(value), name)
    return str(value).strip()


def _number(value: float, name: str) -> str:
    """Write a number, which counts days where days or a part of one are meant."""
    whole = value.is_integer()
    if name in DAYS and whole and int(value) in SERIALS:
        return serial_day(int(value))
    if 0 <= value < 1 and (name in HOURS or (name in LENGTHS and value)):
        return _serial(value, name)
    return str(int(value)) if whole else repr(value)


def _serial(days: float, name: str) -> str:
    """Write what a workbook counts in days: an hour, a length, a day, or a moment of one."""
    minutes = round(days * MINUTES_OF_A_DAY)
    whole, of_day = divmod(minutes, MINUTES_OF_A_DAY)
    if name in LENGTHS and days < 2:  # noqa: PLR2004 - the first days of the count are none
        return _length(minutes % MINUTES_OF_A_DAY)
    hour = f"{of_day // HOUR:02d}:{of_day % HOUR:02d}"
    if whole <= 1 and name not in DAYS:  # an hour, counted from either of two first days
        return hour
    return serial_day(whole) if not of_day else f"{serial_day(whole)} {hour}"


def serial_day(number: int) -> str:
    """Write the day that a number stands for in a workbook."""
    return (datetime.combine(EPOCH, time()) + timedelta(days=number)).date().isoformat()


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, HOUR)
    return f"{hours}h" * bool(hours) + f"{rest}m" * bool(rest or not hours)
