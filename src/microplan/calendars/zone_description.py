"""Finds the UTC offset of a local time in a VTIMEZONE (RFC 5545, section 3.6.5).

Only plain yearly rules are read, because other ones can take forever to expand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone

from msgspec import Struct

_PART = re.compile(r"(BEGIN|END):(?:STANDARD|DAYLIGHT)", re.IGNORECASE)
_LINE = re.compile(r"(DTSTART|RDATE|RRULE|TZOFFSETFROM|TZOFFSETTO)(?:;[^:]*)?:(.*)", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])([01]\d|2[0-3])([0-5]\d)(?:[0-5]\d)?")
_LOCAL = re.compile(r"\d{8}T\d{6}")
_WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_PLAIN_RULE = {
    "FREQ": "YEARLY",
    "INTERVAL": "1",
    "BYMONTH": "1[0-2]|0?[1-9]",
    "BYDAY": f"[+-]?[1-4]?{_WEEKDAY}",
    "BYMONTHDAY": r"\d{1,2}(?:,\d{1,2}){0,6}",
    "WKST": _WEEKDAY,
}
"""The parts that a plain rule may have."""
_SURE = 28
"""The last day that every month has."""
_UNTIL = re.compile(r";UNTIL=(\d{8}T\d{6})Z?")
_MOST = 256
"""Most observances of a zone; one for each change since 1900 fits."""
_NEVER = datetime(9999, 12, 31)  # noqa: DTZ001 - a local time
_YEARS = 12
"""A plain rule has an onset in so many years, even on a Sunday 28 February."""


class _Observance(Struct, frozen=True, kw_only=True):
    """One part of a zone: the offsets before and after its onsets, the first onset, and the others.

    The onsets of ``rule`` end at ``until``; all are local times.
    """

    before: timedelta
    after: timedelta
    first: datetime
    dates: tuple[datetime, ...]
    rule: str
    until: datetime

    @property
    def is_plain(self) -> bool:
        """Whether its rule, if it has one, is a yearly one that comes again every few years."""
        parts = [part.partition("=") for part in self.rule.split(";")] if self.rule else []
        values = {name: value for name, _, value in parts}
        known = all(re.fullmatch(_PLAIN_RULE.get(name, ""), values[name]) for name in values)
        if not known or len(values) < len(parts) or (parts and "FREQ" not in values):
            return False
        if "BYMONTHDAY" not in values:
            return True
        comes = min(map(int, values["BYMONTHDAY"].split(","))) in range(1, _SURE + 1)
        return comes and len(values.get("BYDAY", "")) in (0, 2)

    def onset(self, at: datetime) -> datetime | None:
        """Find the last onset up to a local time; None if there is none.

        A time that the change of the clocks skips has the offset before it (RFC 5545, section 3.3.5).
        """
        at -= max(self.after - self.before, timedelta())
        onsets = [day for day in (self.first, *self.dates) if day <= at]
        if self.rule:
            from dateutil.rrule import rrulestr

            end = min(at, self.until)
            since = self.first.replace(year=max(self.first.year, end.year - _YEARS))
            ended = f"{self.rule};UNTIL={end:%Y%m%dT%H%M%S}"
            onsets += list(rrulestr(ended, dtstart=since))[-1:]
        return max(onsets, default=None)


def offset(lines: Sequence[str], at: datetime) -> timezone | None:
    """Find the offset of a local time in a zone, given the lines between its BEGIN and END.

    None if the description can't be read, or if one of its rules isn't a plain yearly one.
    """
    parts = [_read(part) for part in _parts(lines)]
    observances = [part for part in parts if part is not None]
    if not observances or len(observances) < len(parts) or len(parts) > _MOST:
        return None
    if len({part.after for part in observances}) == 1:
        return timezone(observances[0].after)
    if not all(part.is_plain for part in observances):
        return None
    try:
        onsets = [(onset, part.after) for part in observances if (onset := part.onset(at))]
    except (ValueError, OverflowError):  # such as an end on 31 June, or a time before year 1
        return None
    if onsets:
        return timezone(max(onsets)[1])
    return timezone(min(observances, key=lambda part: part.first).before)


def _parts(lines: Iterable[str]) -> Iterator[dict[str, list[str]]]:
    """Yield the values of each observance, by the name of their property."""
    values: dict[str, list[str]] | None = None
    for line in map(str.rstrip, lines):
        if edge := _PART.fullmatch(line):
            if edge[1].upper() == "END" and values is not None:
                yield values
            values = {} if edge[1].upper() == "BEGIN" else None
        elif values is not None and (found := _LINE.fullmatch(line)):
            values.setdefault(found[1].upper(), []).append(found[2].upper())


def _read(values: dict[str, list[str]]) -> _Observance | None:
    """Read an observance; None if it lacks a property or has one that can't be read."""
    dates = [day for text in values.get("RDATE", []) for day in text.split(",")]
    try:
        (begins,), (before,), (after,) = (
            values[name] for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO")
        )
        (rule,) = values.get("RRULE", [""])
        ends = _UNTIL.search(rule)
        until = _local(ends[1]) + _distance(before) if ends else _NEVER  # it is in UTC
        return _Observance(
            before=_distance(before),
            after=_distance(after),
            first=_local(begins),
            dates=tuple(map(_local, dates)),
            rule=_UNTIL.sub("", rule),
            until=until,
        )
    except (KeyError, ValueError, OverflowError):
        return None


def _distance(text: str) -> timedelta:
    """Read an offset such as ``+0100``; its seconds don't count."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError(text)
    distance = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -distance if match[1] == "-" else distance


def _local(text: str) -> datetime:
    if _LOCAL.fullmatch(text) is None:
        raise ValueError(text)
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a local time
