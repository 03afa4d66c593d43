"""The zones that the calendars of a file describe or name, as the library knows them."""

from __future__ import annotations

import contextlib
import re
from datetime import tzinfo
from functools import cache
from zlib import crc32

from microplan.calendars.ics_values import Zones

TZID = re.compile(r"^TZID(?:;[^:\n]*)?:(.*)$", re.MULTILINE | re.IGNORECASE)


class FileZones:
    """The zones of a file; each calendar has names of its own (RFC 5545, section 3.8.3.1).

    A name that the library knows means its zone, whose rules are newer than those of a file. Other
    descriptions are registered under a name that differs wherever they do.
    """

    def __init__(self, tz: str) -> None:
        self.tz = tz
        self.described: dict[tuple[int, str], str] = {}
        self.unknown: set[str] = set()

    def learn(self, calendar: int, text: str) -> None:
        """Make a zone of a calendar known to the library, if it doesn't know it by name."""
        from icalendar import Timezone

        match = TZID.search(text)
        name = match[1].strip(' "\r') if match else ""
        if not name or zone_of(name) is not None:
            return
        own_name = f"{crc32(text.encode()):08x} {name}".replace('"', "")
        renamed = TZID.sub(lambda _: f"TZID:{own_name}\r", text, count=1)
        with contextlib.suppress(Exception):  # it stays unknown, which its user reports
            Timezone.from_ical(renamed)
            zone_of.cache_clear()
        if zone_of(own_name) is not None:
            self.described[calendar, name] = own_name

    def of_calendar(self, calendar: int) -> Zones:
        """Make what finds a zone by its name in one calendar; an unknown one is the plan's."""

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
    except (ValueError, OSError):  # as a path that leads elsewhere
        return None


def _certain(name: str) -> tzinfo:
    zone = zone_of(name)
    assert zone is not None, name  # noqa: S101 - `known` gave the name
    return zone
