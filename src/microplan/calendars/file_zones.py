"""Registers the time zones that a calendar file describes with the icalendar library."""

from __future__ import annotations

import contextlib
import re
from datetime import tzinfo
from functools import cache
from zlib import crc32

from microplan.calendars.ics_values import Zones

TZID = re.compile(r"^TZID(?:;[^:\n]*)?:(.*)$", re.MULTILINE | re.IGNORECASE)


class FileZones:
    """The zones of a file; each calendar has its own names (RFC 5545, section 3.8.3.1).

    If the library knows a name, use its zone, because its rules are newer than the file's. Register
    other descriptions under a name with a checksum, so different ones don't collide.
    """

    def __init__(self, tz: str) -> None:
        self.tz = tz
        self.described: dict[tuple[int, str], str] = {}
        self.unknown: set[str] = set()

    def learn(self, calendar: int, text: str) -> None:
        """Register a zone description with the library, unless it knows the name."""
        from icalendar import Timezone

        match = TZID.search(text)
        name = match[1].strip(' "\r') if match else ""
        if not name or zone_of(name) is not None:
            return
        own_name = f"{crc32(text.encode()):08x} {name}".replace('"', "")
        renamed = TZID.sub(lambda _: f"TZID:{own_name}\r", text, count=1)
        with contextlib.suppress(Exception):  # the zone stays unknown, which is reported on use
            Timezone.from_ical(renamed)
            zone_of.cache_clear()
        if zone_of(own_name) is not None:
            self.described[calendar, name] = own_name

    def of_calendar(self, calendar: int) -> Zones:
        """Return the zones of one calendar by name; an unknown name gives the plan's zone."""

        def known(name: str) -> str:
            described = self.described.get((calendar, name))
            if described is not None:
                return described
            if zone_of(name) is not None:
                return name
            self.unknown.add(name)
            return self.tz

        return Zones(own=self.tz, known=known, of=_certain)


@cache
def zone_of(name: str) -> tzinfo | None:
    """Find a zone by its name; None if the library doesn't know it."""
    from icalendar.timezone import tzp

    try:
        return tzp.timezone(name)
    except (ValueError, OSError):  # such as a name with ..
        return None


def _certain(name: str) -> tzinfo:
    zone = zone_of(name)
    assert zone is not None, name  # noqa: S101 - `known` gave the name
    return zone
