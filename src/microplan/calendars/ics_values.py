"""Parses iCalendar properties and their values: times, durations and zones."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo

from msgspec import Struct

PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=\s*("[^"]*"|[^;"]*)')
TIME = re.compile(r"(\d{8})(?:T(\d{2})(\d{2})(\d{2})?(Z?))?")
DURATION = re.compile(
    r"([+-]?)P(?=[T\d])(?:(\d{1,5})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?"
)


class Zones(Struct, frozen=True):
    """How to look up the zones of events.

    ``own`` is the default, ``known`` maps an event's TZID to the library's name, and ``of`` maps
    that name to the zone.
    """

    own: str
    known: Callable[[str], str]
    of: Callable[[str], tzinfo]


class Line(Struct, frozen=True):
    """A property: its name, its parameters and its value."""

    name: str
    parameters: dict[str, str]
    value: str


class Moment(Struct, frozen=True):
    """A day, or a local time in a zone, which can be ``UTC``."""

    day: date
    at: time | None = None
    zone: str = ""

    def spell(self) -> str:
        """Format the moment as a value of RFC 5545."""
        if self.at is None:
            return f"{self.day:%Y%m%d}".zfill(8)
        digits = f"{self.day:%Y%m%d}".zfill(8)
        return f"{digits}T{self.at:%H%M%S}{'Z' if self.zone == 'UTC' else ''}"


def split(line: str) -> Line:
    """Split a property at its last colon: zone names can have one, times can't; UID is an exception."""
    head, _, value = line.partition(":") if line[:4].upper() == "UID:" else line.rpartition(":")
    name, semicolon, rest = head.partition(";")
    pairs = PARAMETER.findall(f"{semicolon}{rest}")
    parameters = {key.upper(): text.strip(' "') for key, text in pairs}
    return Line(name.strip().upper(), parameters, value.strip())


def moment(value: str, zone: str) -> Moment | None:
    """Parse a day or a time; without a ``Z`` it's local time in ``zone``."""
    match = TIME.fullmatch(value.strip())
    if match is None:
        return None
    try:
        day = datetime.strptime(match[1], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        if match[2] is None:
            return Moment(day)
        second = min(int(match[4] or 0), 59)  # 60 is a leap second (RFC 5545, section 3.3.12)
        return Moment(day, time(int(match[2]), int(match[3]), second), "UTC" if match[5] else zone)
    except ValueError:
        return None


def duration(value: str) -> timedelta | None:
    """Parse a duration (RFC 5545, section 3.3.6); None if it's invalid, negative or too long."""
    match = DURATION.fullmatch(value.strip().upper())
    if match is None or match[1] == "-":
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    return timedelta(days=7 * weeks + days, hours=hours, minutes=minutes, seconds=seconds)
