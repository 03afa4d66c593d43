"""Rewrites everyday spellings that don't depend on today (``6pm``) in the rule language (``18:00``).

Each function turns a text that the grammar refuses into one that it accepts, ``a or b`` if it could
mean either, or an empty text. Errors offer the result as their fix, and ``suggestions`` applies it.
"""

from __future__ import annotations

import re
from functools import cache

from microplan.model import dates
from microplan.model.values import WEEKDAYS
from microplan.rules import nearest

# --- hours ----------------------------------------------------------------------------------

_HALF = r"\s*(?:([ap])\.?m\.?)"
_CLOCK = rf"(?i:([0-9]{{1,2}})(?:[:.h]?([0-9]{{2}})|h)?(?:{_HALF}|\s*uhr)?)"
_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_PROPER = r"[0-9]{1,2}:[0-9]{2}"


def clock(text: str) -> str:
    """Spell a time of day: ``6pm`` and ``18h`` are ``18:00``."""
    phrase = text.strip().lower()
    match = re.fullmatch(_CLOCK, phrase)
    if phrase in _NAMED or match is None or re.fullmatch(_PROPER, phrase):
        return _NAMED.get(phrase, "")
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if minute > 59 or hour > (12 if half else 23) or (half and not hour):  # noqa: PLR2004
        return ""
    if half:
        hour = hour % 12 + 12 * (half == "p")
    elif phrase.isdigit() and 0 < hour <= 12 and not match[2]:  # noqa: PLR2004 - a half of the day
        return f"{hour % 12:02d}:00 or {hour % 12 + 12}:00"
    return f"{hour:02d}:{minute:02d}"


_AN_HOUR = rf"(?i:[0-9]{{1,2}}(?:[:.h]?[0-9]{{2}}|h)?(?:{_HALF}|\s*uhr)?|noon|midday|midnight)"
_HOURS = r"[0-9]{2}:[0-9]{2}(?:,[a-z]{3}(?:\.\.[a-z]{3})?=[0-9]{2}:[0-9]{2})+"
_WEEKDAY_HOUR = rf"(.+?)(?:\s*=\s*|\s+at\s+|\s+)({_AN_HOUR})"


def hours(text: str) -> str:
    """Spell a time of day with exceptions by weekday: ``8pm, Saturdays 10am``."""
    usual, *others = [part.strip() for part in re.split("[,;]", text)]
    if not others:
        return clock(text)
    parts = [clock(usual) or usual]
    for other in others:
        match = re.fullmatch(_WEEKDAY_HOUR, other)
        if match is None:
            return ""
        days = weekdays(match[1]) or weekday(match[1].lower().removesuffix("s")) or match[1]
        at = clock(match[2]) or match[2]
        parts.append(f"{days}={at}")
    joined = ",".join(parts)
    is_read = re.fullmatch(_HOURS, joined) and joined != text.strip()
    return joined if is_read else ""


_UNITS = {
    "h": ("h", "hr", "hrs", "hour", "hours", "std"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "d": ("d", "day", "days"),
    "w": ("w", "wk", "wks", "week", "weeks"),
}
_SHORT = {name: short for short, names in _UNITS.items() for name in names}
_AMOUNT = r"([0-9]+)([.,]5)?\s*([a-z]*)\s*"
_SPAN_UNITS = ("d", "w", "mo", "y")
_LONG = {
    **dict.fromkeys(("mo", "mos", "month", "months", "mth", "mths"), "mo"),
    **dict.fromkeys(("y", "year", "years", "yr", "yrs"), "y"),
    "fortnight": "2w",
    "fortnights": "2w",
}
_COUNTS = [
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
]


def number(text: str) -> str:
    """Spell a number in digits: ``six`` is ``6``, ``a`` is ``1``."""
    if text in ("a", "an", "every", "each"):
        return "1"
    return str(_COUNTS.index(text) + 1) if text in _COUNTS else text


def unit(name: str) -> str:
    """Spell the unit of a pace: ``weeks`` is ``w``."""
    short = _SHORT.get(name) or _LONG.get(name, "")
    return short if short in _SPAN_UNITS else ""


_NUMBER = rf"(?:[0-9]+|an?|{'|'.join(_COUNTS)})"
_TERM = rf"({_NUMBER})\s*([a-z]+)"
_NEXT_TERM = rf"\s*(and|less|minus|plus|[-+])?\s*{_TERM}"


def span(text: str) -> str:
    """Spell a span of days: ``two weeks`` is ``2w``, ``1 month less 3 days`` is ``1mo-3d``."""
    phrase, spelled, position = text.strip().lower(), "", 0
    while match := re.compile(_NEXT_TERM).match(phrase, position):
        if bool(match[1]) is not bool(spelled):
            return ""
        sign = "-" if match[1] in ("less", "minus", "-") else "+"
        short = "2w" if match[3].startswith("fortnight") else unit(match[3])
        if not short or (short == "2w" and number(match[2]) != "1"):
            return ""
        term = short if short == "2w" else f"{number(match[2])}{short}"
        spelled += f"{sign}{term}" if spelled else term
        position = match.end()
    return spelled if position == len(phrase) and spelled else ""


def length(text: str) -> str:
    """Spell a length of time: ``30min`` is ``30m``, ``1.5 h`` is ``1h30m``, ``1 day`` is ``1d``."""
    phrase, spelled = _in_figures(text), ""
    if phrase in ("half an hour", "half hour"):
        return "30m"
    if re.sub(_AMOUNT, "", phrase):
        return ""
    for amount, half, name in re.findall(_AMOUNT, phrase):
        short = _SHORT.get(name, "m" if spelled.endswith("h") and not name else "")
        if not short or (half and short != "h"):
            return ""
        spelled += f"{amount}{short}{'30m' * bool(half)}"
    return spelled if re.fullmatch(r"(?=.)([0-9]{1,5}h)?([0-9]{1,5}m)?|[0-9]+[dw]", spelled) else ""


def _in_figures(text: str) -> str:
    """Write the numbers in a text as digits, and drop ``and``."""
    phrase = text.strip().lower()
    if phrase.startswith("half"):
        return phrase
    return " ".join(number(part) for part in phrase.split() if part != "and")


# --- days -----------------------------------------------------------------------------------

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_GROUPS = {"weekdays": "mon..fri", "workdays": "mon..fri", "weekends": "sat,sun"}
_WEEKDAY = r"(mon|tue|wed|thu|fri|sat|sun)(?:s|days?|sdays?|nesdays?|rs?|rsdays?|urdays?)?\.?"
_TWO_LETTERS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_PLAIN = r"[a-z]*(?:(?:, *|\.\.)[a-z]*)*"
_TO = r" ?(?:-|–|—|\bto\b|\buntil\b|\.\.+) ?"
_AND = r" ?(?:,|/|;|&|\+|\band\b|\bor\b| ) ?"


def weekday(name: str) -> str:
    """Spell a weekday: ``Tuesday`` is ``tue``."""
    match = re.fullmatch(_WEEKDAY, name.lower())
    if match is None and name.lower() in _TWO_LETTERS:
        return WEEKDAYS[_TWO_LETTERS.index(name.lower())]
    return match[1] if match else ""


def weekdays(text: str) -> str:
    """Spell weekdays: ``mon-fri`` is ``mon..fri``, ``mon and thu`` is ``mon,thu``."""
    phrase = " ".join(text.lower().split())  # long runs of spaces make the patterns quadratic
    bare = re.sub(r"^(?:only )?(?:on )?", "", phrase)
    if group := _GROUPS.get(f"{bare.removesuffix('s')}s"):
        return group
    if bare == phrase and re.fullmatch(_PLAIN, phrase):  # already a list; one of its names is wrong
        return ""
    ranges = [re.split(_TO, part) for part in re.split(_AND, re.sub(_TO, "..", bare))]
    names = [[weekday(name) for name in ends] for ends in ranges]
    return ",".join("..".join(ends) for ends in names) if all(map(all, names)) else ""


_YEAR_FIRST = r"([0-9]{4})([/.]?)([0-9]{1,2})\2([0-9]{1,2})\.?"
_YEARLESS = r"([0-9]{1,2})[/.]([0-9]{1,2})\.?"


def day(text: str) -> str:
    """Spell a date that starts with the year: ``2026/12/24`` and ``20261224`` are ``2026-12-24``."""
    match = re.fullmatch(_YEAR_FIRST, text.strip())
    if match is None or (not match[2] and len(text.strip()) != len("20261224")):
        return ""
    year, month, of_month = int(match[1]), int(match[3]), int(match[4])
    return f"{year}-{month:02d}-{of_month:02d}" if is_day(month, of_month, year) else ""


def yearless(text: str) -> str:
    """Spell a day of every year: ``12/24`` and ``24.12.`` are ``12-24``; ``1/2`` is ambiguous."""
    match = re.fullmatch(_YEARLESS, text.strip())
    if match is None:
        return ""
    first, second = int(match[1]), int(match[2])
    readings = [order for order in ((first, second), (second, first)) if is_day(*order)]
    return " or ".join(dict.fromkeys(f"{month:02d}-{of_month:02d}" for month, of_month in readings))


def days(text: str) -> str:
    """Spell a range of days: ``2026-12-24 to 2027-01-03`` is ``2026-12-24..2027-01-03``."""
    pattern = r"\s*([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})\s*(?:-+|–|—|to|until|/)\s*(\S+)\s*"
    match = re.fullmatch(pattern, text)
    if match is None or not re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", match[2]):
        return ""
    return f"{match[1]}..{match[2]}"


def is_day(month: int, of_month: int, year: int = 2000) -> bool:
    """Whether a month has a day; the default year is a leap year."""
    return 1 <= month <= 12 and 1 <= of_month <= dates.days_in_month(year, month)  # noqa: PLR2004


# --- zones ----------------------------------------------------------------------------------


def zone(text: str) -> str:
    """Find the zone of a city: ``Paris`` is ``Europe/Paris``."""
    folded = nearest.fold(text)
    names = [name for name in zones() if nearest.fold(name) == folded]
    names = names or [name for name in zones() if nearest.fold(name).rpartition("/")[2] == folded]
    return " or ".join(names[: nearest.MOST])


@cache
def zones() -> list[str]:
    """List all zone names; cached, because this walks a tree of files and a batch asks every row."""
    from zoneinfo import available_timezones

    return sorted(available_timezones() - {"localtime", "posixrules", "Factory"})
