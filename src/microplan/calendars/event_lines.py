"""Cleans up the properties of an event, from whatever program, so that a library can read them.

Times get the zone they're meant in. Unreadable values are left out in a way that blocks more time
rather than less: an exception is ignored, and an event without a readable end takes an hour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time

from msgspec import Struct
from msgspec.structs import replace

from microplan.calendars import older_rules
from microplan.calendars.ics_values import Line, Moment, Zones, duration, moment, split
from microplan.model import dates

ONCE = {"UID", "SEQUENCE", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION"}
"""Properties that an event has only once; if there are more, use the first."""
FREQUENCIES_OF_DAYS = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
FREQUENCIES = {"SECONDLY", "MINUTELY", "HOURLY"} | FREQUENCIES_OF_DAYS
END_OF_DAY = time(23, 59, 59)
HOUR = "PT1H"


class Readable(Struct, frozen=True):
    """A cleaned-up event as text, and the names of the properties left out."""

    text: str
    left_out: tuple[str, ...]


def readable(
    text: str, zones: Zones, without: Sequence[str] = (), first: Moment | None = None
) -> Readable:
    """Clean up an event, leaving out the properties named in ``without``.

    ``first`` is the start of the series that the event belongs to. If the event's own start can't
    be read, the text is empty.
    """
    lines = _lines(text, without)
    start = _start(lines, zones)
    if start is None:
        return Readable("", ("DTSTART",))
    event = _Event(start, first or start, zones, list(without))
    kept = [readable_line for line in lines for readable_line in event.line(line)]
    kept += event.end([line for line in lines if line.name in ("DTEND", "DURATION")])
    body = "\r\n".join(("BEGIN:VEVENT", *kept, "END:VEVENT", ""))
    return Readable(body, tuple(dict.fromkeys(event.left_out)))


def _lines(text: str, without: Sequence[str]) -> list[Line]:
    """Split an event into its properties."""
    lines: list[Line] = []
    seen: set[str] = set()
    for line in map(split, text.split("\r\n")[1:-2]):
        if line.name not in without and not (line.name in ONCE and line.name in seen):
            lines.append(line)
        seen.add(line.name)
    return lines


def start(text: str, zones: Zones) -> Moment | None:
    """Return the start of an event; None if it can't be read."""
    return _start(_lines(text, ()), zones)


def _start(lines: Sequence[Line], zones: Zones) -> Moment | None:
    starts = (line for line in lines if line.name == "DTSTART")
    line = next(starts, None)
    return None if line is None else moment(line.value, _zone(line, zones, zones.own))


def _zone(line: Line, zones: Zones, otherwise: str) -> str:
    """Return the zone that a property names; a day has none (RFC 5545, section 3.2.19)."""
    named = line.parameters.get("TZID", "")
    return zones.known(named) if named and "T" in line.value else otherwise


class _Event:
    """The lines of one event, which depend on how it starts."""

    def __init__(self, start: Moment, first: Moment, zones: Zones, left_out: list[str]) -> None:
        self.start = start
        self.first = first
        self.zones = zones
        self.left_out = left_out

    def line(self, line: Line) -> Iterator[str]:
        """Yield a cleaned-up property, or nothing if it can't be read."""
        match line.name:
            case "DTSTART":
                yield _spell("DTSTART", self.start)
            case "DTEND" | "DURATION":
                pass  # `end` reads both, because they depend on each other
            case "RECURRENCE-ID":
                yield from self.instance(line)
            case "RRULE" | "EXRULE":
                yield from self.rule(line)
            case "EXDATE" | "RDATE":
                yield from self.dates(line)
            case _:
                yield f"{line.name}:{line.value}"

    def instance(self, line: Line) -> Iterator[str]:
        """Yield the RECURRENCE-ID of a changed instance; without one, the event counts separately.

        If it's a day, use the instance on that day: some programs write that for all-day changes.
        """
        replaced = self.moment(line, line.value)
        if replaced is None:
            self.left_out.append(line.name)
            return
        if replaced.at is None and self.first.at is not None:
            replaced = replace(self.first, day=replaced.day)
        is_all_after = line.parameters.get("RANGE", "").upper() == "THISANDFUTURE"
        yield _spell("RECURRENCE-ID" + ";RANGE=THISANDFUTURE" * is_all_after, replaced)

    def dates(self, line: Line) -> Iterator[str]:
        """Yield each listed date on its own line; vCalendar 1.0 separates them by semicolons."""
        for value in re.split("[,;]", line.value):
            first, slash, rest = value.partition("/")
            start = self.moment(line, first)
            if start is None:
                self.left_out.append(line.name)
            elif line.name == "RDATE" and self.start.at and start.at and slash:
                yield from self.period(line, start, rest)
            else:
                yield _spell(line.name, self.like_start(start, line.name))

    def period(self, line: Line, start: Moment, rest: str) -> Iterator[str]:
        """Yield a period of RDATE; if its end can't be read, make it an hour long."""
        end = self.moment(line, rest)
        length = rest.strip().upper() if duration(rest) is not None else HOUR
        if end is None and duration(rest) is None:
            self.left_out.append("RDATE")
        parameter = "" if start.zone == "UTC" else f';TZID="{start.zone}"'
        value = length if end is None or end.zone != start.zone else end.spell()
        yield f"RDATE{parameter};VALUE=PERIOD:{start.spell()}/{value}"

    def like_start(self, value: Moment, name: str) -> Moment:
        """Convert a value to the type of the start: a time to a day, and for RDATE a day to a time.

        A day in EXDATE stays a day, because it excludes everything on that day.
        """
        if self.start.at is None and value.at is not None:
            return Moment(self.day_of(value))
        if self.start.at is not None and value.at is None and name == "RDATE":
            return replace(self.start, day=value.day)
        return value

    def day_of(self, value: Moment) -> date:
        """Find the day that a time stands for; midnight in UTC means the day as written."""
        if value.zone != "UTC" or value.at == time():
            return value.day
        return self.instant(value).astimezone(self.zones.of(self.zones.own)).date()

    def rule(self, line: Line) -> Iterator[str]:
        """Yield a rule; drop an unreadable end of an RRULE, but an EXRULE with one entirely."""
        text = older_rules.translate(line.value) or line.value
        parts = [part.strip().partition("=") for part in text.upper().split(";") if part.strip()]
        kept: dict[str, str] = {}
        for name, _, value in parts:
            read = self.limit(name, value.strip())
            if read:
                kept[name] = read
            else:
                self.left_out.append(line.name)
        is_whole = len(kept) == len(parts) or line.name == "RRULE"
        allowed = FREQUENCIES if line.name == "RRULE" else FREQUENCIES_OF_DAYS
        if is_whole and kept.get("FREQ") in allowed:
            yield f"{line.name}:" + ";".join(f"{name}={value}" for name, value in kept.items())
        else:
            self.left_out.append(line.name)

    def limit(self, name: str, value: str) -> str:
        """Clean up the value of one part of a rule; empty if it can't be read."""
        if name in ("COUNT", "INTERVAL"):
            return value if value.lstrip("-").isdecimal() else ""
        if name != "UNTIL":
            return value
        until = moment(value, self.start.zone)
        if until is None:
            return ""
        if self.start.at is None:
            return Moment(self.day_of(until)).spell()
        if until.at is None:
            until = Moment(until.day, END_OF_DAY, self.start.zone)
        return f"{self.instant(until).astimezone(UTC):%Y%m%dT%H%M%SZ}".zfill(16)

    def end(self, lines: Sequence[Line]) -> Iterator[str]:
        """Yield the end of an event; if it can't be read, an hour for a time, a day for a day."""
        for line in sorted(lines, key=lambda line: line.name):  # DTEND is before DURATION
            if line.name == "DTEND":
                end = self.moment(line, line.value)
                if end is not None and not self.is_too_early(self.end_like_start(end)):
                    yield _spell("DTEND", self.end_like_start(end))
                    return
            elif duration(line.value) is not None:
                yield f"DURATION:{line.value.upper().lstrip('+')}"
                return
            self.left_out.append(line.name)
        if self.start.at is not None and {"DTEND", "DURATION"} & set(self.left_out):
            yield f"DURATION:{HOUR}"

    def end_like_start(self, end: Moment) -> Moment:
        """Convert an end to the type of the start, as RFC 5545, section 3.8.2.2, requires."""
        if self.start.at is None and end.at is not None:
            return Moment(end.day + dates.DAY if end.at > time() else end.day)
        if self.start.at is not None and end.at is None:
            return Moment(end.day, time(), self.start.zone)
        return end

    def is_too_early(self, end: Moment) -> bool:
        """Whether an event would end before it begins."""
        if self.start.at is None:
            return end.day < self.start.day
        return self.instant(end) < self.instant(self.start)

    def moment(self, line: Line, value: str) -> Moment | None:
        """Parse a value; without a zone of its own, it's in the zone of the start."""
        return moment(value, _zone(line, self.zones, self.start.zone or self.zones.own))

    def instant(self, value: Moment) -> datetime:
        """Convert a moment to an aware datetime."""
        zone = UTC if value.zone == "UTC" else self.zones.of(value.zone)
        return datetime.combine(value.day, value.at or time(), zone)


def _spell(name: str, value: Moment) -> str:
    """Spell a property with a time."""
    if value.at is None:
        return f"{name};VALUE=DATE:{value.spell()}"
    parameter = "" if value.zone == "UTC" else f';TZID="{value.zone}"'
    return f"{name}{parameter}:{value.spell()}"
