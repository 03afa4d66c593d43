"""Splits a calendar file into its zones and events, keeping only properties about time.

Titles, places and people are dropped here, before any library or other module sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from microplan.errors import CalendarError

KEPT = {
    *("UID", "SEQUENCE", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION"),
    *("RRULE", "RDATE", "EXDATE", "EXRULE", "STATUS", "TRANSP", "FREEBUSY"),
    *("X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROPLAN-START"),
}
"""The properties of an event to keep."""
DEEPEST = 8
"""Deepest nesting of components to accept; a calendar has three levels."""
CUT_OFF = "it's cut off or malformed. Export it again"
EVENTS = ("VEVENT", "VFREEBUSY")
"""The components that can take time."""
METHOD = re.compile(r"METHOD(?:;[^:]*)?:(.*)", re.IGNORECASE)
NAME = re.compile(r"[A-Za-z0-9-]+")
REPEATS = re.compile(r"^(RRULE|RDATE|RECURRENCE-ID)\b", re.MULTILINE | re.IGNORECASE)
BEGINS = re.compile(r"^DTSTART(?:;[^\n]*)?: *(\d{8})", re.MULTILINE | re.IGNORECASE)
ENDS = re.compile(r"^DTEND(?:;[^\n]*)?: *(\d{8})", re.MULTILINE | re.IGNORECASE)
LASTS = re.compile(r"^(DURATION|DTEND)\b", re.MULTILINE | re.IGNORECASE)
UID = re.compile(r"^UID(?:;[^:\n]*)?:(.*)$", re.MULTILINE | re.IGNORECASE)


class Part(Struct, frozen=True, kw_only=True):
    """A VEVENT or VFREEBUSY of a file (``name``), reduced to the lines kept.

    ``number`` is its position in the file, from 1. ``calendar`` is the number of its VCALENDAR,
    which defines its zones, and ``method`` that calendar's METHOD (RFC 5546).
    """

    number: int
    calendar: int
    name: str
    method: str
    text: str


class Contents(Struct, frozen=True, kw_only=True):
    """The zones of a file, each with its calendar's number, and the events in file order."""

    zones: tuple[tuple[int, str], ...]
    parts: tuple[Part, ...]


def decode(content: bytes) -> str:
    """Decode a calendar; any common encoding works, because we use only ASCII parts of it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def read(text: str) -> Contents:
    """Split a calendar file; raises CalendarError if it isn't one, or is cut off."""
    nesting = _Place()
    components = list(_components(text, nesting))
    zones = [(of_calendar, body) for of_calendar, name, body in components if name == "VTIMEZONE"]
    parts = [
        Part(
            number=number,
            calendar=of_calendar,
            name=name,
            method=nesting.methods.get(of_calendar, ""),
            text=body,
        )
        for number, (of_calendar, name, body) in enumerate(
            (component for component in components if component[1] != "VTIMEZONE"), 1
        )
    ]
    return Contents(zones=tuple(zones), parts=tuple(parts))


def _components(text: str, nesting: _Place) -> Iterator[tuple[int, str, str]]:
    """Yield the calendar number, name and kept lines of each zone and event in a text."""
    for line in _unfolded(text):
        word, _, rest = line.partition(":")
        match word.strip().upper():
            case "BEGIN":
                nesting.enter(rest.strip().upper(), line)
            case "END":
                left = nesting.leave(rest.strip().upper(), line)
                if left in (*EVENTS, "VTIMEZONE"):
                    body = "\r\n".join((f"BEGIN:{left}", *nesting.lines, f"END:{left}", ""))
                    yield nesting.calendar, left, body
            case _:
                nesting.keep(line)
    if not nesting.calendar:
        raise CalendarError("it isn't a calendar. Give a file that begins with BEGIN:VCALENDAR")
    if nesting.inside:
        raise CalendarError(CUT_OFF)


class _Place:
    """The position in a file: the components around it, and the lines kept of the current one."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.lines: list[str] = []
        self.calendar = 0
        self.methods: dict[int, str] = {}

    @property
    def part(self) -> str:
        """The current component of a calendar; empty outside of one."""
        return self.inside[1] if len(self.inside) > 1 and self.inside[0] == "VCALENDAR" else ""

    def enter(self, name: str, line: str) -> None:
        """Enter a component; zones keep all of their lines."""
        if self.part == "VTIMEZONE":
            self.lines.append(line)
        self.inside.append(name)
        self.calendar += self.inside == ["VCALENDAR"]
        if len(self.inside) > DEEPEST:
            raise CalendarError("its components are nested too deeply")
        if self.part and len(self.inside) == 2:  # noqa: PLR2004 - a part of a calendar
            self.lines = []

    def leave(self, name: str, line: str) -> str:
        """Leave a component; return its name if it was directly in a calendar."""
        part = self.part
        if not self.inside or self.inside.pop() != name:
            raise CalendarError(CUT_OFF)
        if self.part == "VTIMEZONE":
            self.lines.append(line)
        return "" if self.part else part

    def keep(self, line: str) -> None:
        """Keep a line if it's needed: all of a zone, a few of an event, none of an alarm."""
        is_of_event = len(self.inside) == 2 and self.part in EVENTS  # noqa: PLR2004 - as above
        if self.part == "VTIMEZONE" or (is_of_event and _is_kept(line)):
            self.lines.append(line)
        elif self.inside == ["VCALENDAR"] and (match := METHOD.match(line)):
            self.methods[self.calendar] = match[1].strip().upper()


def _is_kept(line: str) -> bool:
    name = NAME.match(line)
    return name is not None and name[0].upper() in KEPT


def _unfolded(text: str) -> Iterator[str]:
    """Split a text into lines, joining folded ones (RFC 5545, section 3.1)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _joined(text.replace("\n ", "").replace("\n\t", "").split("\n"))


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Join the lines of quoted-printable values, where all but the last end with ``=``.

    vCalendar 1.0 uses them (RFC 2045, section 6.7), and their lines can look like properties or
    like the end of a component.
    """
    left = iter(lines)
    for line in left:
        parts = [line]
        if line.endswith("=") and "QUOTED-PRINTABLE" in line.partition(":")[0].upper():
            while parts[-1].endswith("="):
                parts[-1] = parts[-1][:-1]
                parts.append(next(left, ""))
        yield "".join(parts)


# --- what can be found without a library -----------------------------------------------------


def uid(event: str) -> str:
    """Return the UID of an event; empty if it has none."""
    match = UID.search(event)
    return match[1].strip() if match else ""


def begins(event: str) -> str:
    """Return the start date of an event, as in ``20261201``; empty if it isn't in plain form."""
    match = BEGINS.search(event)
    return match[1] if match else ""


def lies_outside(event: str, first: str, last: str) -> bool:
    """Whether an event that doesn't repeat is certainly before or after two dates (``20261201``).

    Compares dates as written, in any zone, so leave a margin of a day or two.
    """
    start, end = begins(event), ENDS.search(event)
    if not start or REPEATS.search(event):
        return False
    if start > last:
        return True
    until = end[1] if end else "" if LASTS.search(event) else start
    return bool(until) and max(start, until) < first
