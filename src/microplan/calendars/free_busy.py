"""Reads the taken periods of VFREEBUSY (RFC 5545, sections 3.6.4 and 3.8.2.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from microplan.calendars import ics_values
from microplan.calendars.ics_values import Line, Moment, Zones

HOUR = timedelta(hours=1)


def taken(text: str, zones: Zones) -> tuple[list[tuple[datetime, datetime]], bool]:
    """List the busy periods, and return whether all of them could be read."""
    periods: list[tuple[datetime, datetime]] = []
    is_whole = True
    for line in map(ics_values.split, text.split("\r\n")[1:-2]):
        if line.name != "FREEBUSY" or line.parameters.get("FBTYPE", "").upper() == "FREE":
            continue
        for value in filter(None, map(str.strip, line.value.split(","))):
            period, is_read = _period(line, value, zones)
            periods += [] if period is None else [period]
            is_whole &= is_read
    return periods, is_whole


def _period(line: Line, value: str, zones: Zones) -> tuple[tuple[datetime, datetime] | None, bool]:
    """Parse a period, and return whether all of it could be read; the default length is an hour."""
    first, _, rest = value.partition("/")
    zone = zones.known(line.parameters["TZID"]) if "TZID" in line.parameters else zones.own
    start, end = (ics_values.moment(text, zone) for text in (first, rest))
    if start is None:
        return None, False
    begins = _instant(start, zones)
    ends = _instant(end, zones) if end is not None else _later(begins, rest)
    if ends is None or ends < begins:
        return (begins, begins + HOUR), False
    return (begins, ends), True


def _later(start: datetime, value: str) -> datetime | None:
    """Add a duration to the start of a period; None if it can't be read."""
    length = ics_values.duration(value)
    return None if length is None else start + length


def _instant(value: Moment, zones: Zones) -> datetime:
    zone = UTC if value.zone == "UTC" else zones.of(value.zone or zones.own)
    return datetime.combine(value.day, value.at or datetime.min.time(), zone).astimezone(UTC)
