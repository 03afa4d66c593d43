"""Everyday spellings and what they are written as here, so that a refusal can name its fix.

Nothing is read by these: each function turns a text that cannot be read into one that can, or into
nothing where it has no one reading.
"""

from __future__ import annotations

import re
from functools import cache

from microplan.model import dates
from microplan.rules import nearest

# --- hours ----------------------------------------------------------------------------------

_HALF = r"\s*(?:([ap])\.?m\.?)"
_CLOCK = rf"(?i:([0-9]{{1,2}})(?:[:.h]?([0-9]{{2}})|h)?(?:{_HALF}|\s*uhr)?)"
_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_PROPER = r"[0-9]{1,2}:[0-9]{2}"


def clock(text: str) -> str:
    """Spell a time of day: ``6pm`` and ``18h`` are ``18:00``."""
    said = text.strip().lower()
    match = re.fullmatch(_CLOCK, said)
    if said in _NAMED or match is None or re.fullmatch(_PROPER, said):
        return _NAMED.get(said, "")
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if minute > 59 or hour > (12 if half else 23) or (half and not hour):  # noqa: PLR2004
        return ""
    if half:
        hour = hour % 12 + 12 * (half == "p")
    elif said.isdigit() and 0 < hour <= 12 and not match[2]:  # noqa: PLR2004 - a half of the day
        return f"{hour % 12:02d}:00 or {hour % 12 + 12}:00"
    return f"{hour:02d}:{minute:02d}"


_UNITS = {
    "h": ("h", "hr", "hrs", "hour", "hours", "std"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "d": ("d", "day", "days"),
    "w": ("w", "wk", "wks", "week", "weeks"),
}
_SHORT = {name: short for short, names in _UNITS.items() for name in names}
_AMOUNT = r"([0-9]+)([.,]5)?\s*([a-z]*)\s*"
_SPAN_UNITS = ("d", "w", "mo", "y")
_LONG = {"month": "mo", "months": "mo", "mth": "mo", "year": "y", "years": "y", "yr": "y"}


def unit(name: str) -> str:
    """Spell the unit of a pace: ``weeks`` is ``w``."""
    found = _SHORT.get(name) or _LONG.get(name, "")
    return found if found in _SPAN_UNITS else ""


_EVERY = r"(?:every|each|once (?:an?|per|every))\s+(?:([0-9]+|other|second)\s*)?([a-z]+)"


_TIMES = r"([0-9]+)(?:\s+[x×]\s*|\s*[x×]\s+)([0-9]+)\s*([a-z]+)"


def pace(text: str) -> str:
    """Spell how far apart: ``every week`` is ``1w``, ``6 x 4 weeks`` is ``6x4w``."""
    if match := re.fullmatch(_TIMES, text.strip().lower()):
        return f"{match[1]}x{match[2]}{short}" if (short := unit(match[3])) else ""
    match = re.fullmatch(_EVERY, text.strip().lower())
    short = unit(match[2]) if match else ""
    if match is None or not short:
        return ""
    number = match[1] or "1"
    return f"{number if number.isdigit() else 2}{short}"


def length(text: str) -> str:
    """Spell a length of time: ``30min`` is ``30m``, ``1.5 h`` is ``1h30m``, ``1 day`` is ``1d``."""
    said, spelled = text.strip().lower(), ""
    if re.sub(_AMOUNT, "", said):
        return ""
    for number, half, name in re.findall(_AMOUNT, said):
        short = _SHORT.get(name, "m" if spelled.endswith("h") and not name else "")
        if not short or (half and short != "h"):
            return ""
        spelled += f"{number}{short}{'30m' * bool(half)}"
    return spelled if re.fullmatch(r"(?=.)([0-9]{1,5}h)?([0-9]{1,5}m)?|[0-9]+[dw]", spelled) else ""


# --- days -----------------------------------------------------------------------------------

_GROUPS = {"weekdays": "mon..fri", "workdays": "mon..fri", "weekends": "sat,sun"}
_WEEKDAY = r"(mon|tue|wed|thu|fri|sat|sun)(?:s|days?|sdays?|nesdays?|rs?|rsdays?|urdays?)?"
_PLAIN = r"[a-z]*(?:(?:, *|\.\.)[a-z]*)*"
_TO = r" ?(?:-|–|—|\bto\b|\buntil\b|\.\.+) ?"
_AND = r" ?(?:,|/|;|&|\+|\band\b| ) ?"


def weekday(name: str) -> str:
    """Spell a weekday: ``Tuesday`` is ``tue``."""
    match = re.fullmatch(_WEEKDAY, name.lower())
    return match[1] if match else ""


def weekdays(text: str) -> str:
    """Spell weekdays: ``mon-fri`` is ``mon..fri``, ``mon and thu`` is ``mon,thu``."""
    said = " ".join(text.lower().split())  # a run of blanks, met at each of them, would take ages
    if group := _GROUPS.get(f"{said.removesuffix('s')}s"):
        return group
    if re.fullmatch(_PLAIN, said):  # a name in it is at fault
        return ""
    ranges = [re.split(_TO, part) for part in re.split(_AND, re.sub(_TO, "..", said))]
    names = [[weekday(name) for name in each] for each in ranges]
    return ",".join("..".join(each) for each in names) if all(map(all, names)) else ""


_YEAR_FIRST = r"([0-9]{4})([/.]?)([0-9]{1,2})\2([0-9]{1,2})\.?"
_YEARLESS = r"([0-9]{1,2})[/.]([0-9]{1,2})\.?"


def day(text: str) -> str:
    """Spell a date whose year comes first: ``2026/12/24`` and ``20261224`` are ``2026-12-24``."""
    match = re.fullmatch(_YEAR_FIRST, text.strip())
    if match is None or (not match[2] and len(text.strip()) != len("20261224")):
        return ""
    year, month, of_month = int(match[1]), int(match[3]), int(match[4])
    return f"{year}-{month:02d}-{of_month:02d}" if _is_day(month, of_month, year) else ""


def yearless(text: str) -> str:
    """Spell a day of every year: ``12/24`` and ``24.12.`` are ``12-24``, ``1/2`` is either."""
    match = re.fullmatch(_YEARLESS, text.strip())
    if match is None:
        return ""
    first, second = int(match[1]), int(match[2])
    found = [order for order in ((first, second), (second, first)) if _is_day(*order)]
    return " or ".join(dict.fromkeys(f"{month:02d}-{of_month:02d}" for month, of_month in found))


def days(text: str) -> str:
    """Spell a range of days: ``2026-12-24 to 2027-01-03`` is ``2026-12-24..2027-01-03``."""
    pattern = r"\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})\s*(?:-+|–|—|to|until|/)\s*(\S+)\s*"
    match = re.fullmatch(pattern, text)
    if match is None or not re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", match[2]):
        return ""
    return f"{match[1]}..{match[2]}"


def _is_day(month: int, of_month: int, year: int = 2000) -> bool:
    return 1 <= month <= 12 and 1 <= of_month <= dates.days_in_month(year, month)  # noqa: PLR2004


# --- zones ----------------------------------------------------------------------------------


def zone(text: str) -> str:
    """Name the zones of a place as it is written: ``Paris`` is ``Europe/Paris``."""
    said = nearest.fold(text)
    found = [name for name in zones() if nearest.fold(name) == said]
    found = found or [name for name in zones() if nearest.fold(name).rpartition("/")[2] == said]
    return " or ".join(found[: nearest.MOST])


@cache
def zones() -> list[str]:
    """List the zones; that looks through a tree of files, and a batch may ask for each row."""
    from zoneinfo import available_timezones

    return sorted(available_timezones() - {"localtime", "posixrules", "Factory"})
