"""Reads one of the plan's events from a server, even if another program has rewritten it.

For events that aren't the plan's, only the UID is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from typing import Any, cast

from microplan.calendars import zone_description
from microplan.calendars.sync import Remote
from microplan.rules.grammar import YEARS

MAX_EVENT = 256 * 1024
"""Longest event in characters; a longer one isn't read, only overwritten."""

_FOLD = re.compile(r"\r?\n[ \t]")
_LONG = re.compile(r"^[^\r\n]{8192,}\r?\n", re.MULTILINE)
"""Matches very long lines, such as an attached picture, which hold none of the properties we read."""
_ZONE = re.compile(r"(BEGIN|END)[^:\r\n]*:VTIMEZONE[ \t]*\r?$", re.IGNORECASE)
_NAME = re.compile(r"TZID(?:;[^:\r\n]*)?:([^\r\n]*)", re.IGNORECASE)
_SEQUENCE = re.compile(r"\d{1,9}")
_UID = re.compile(r"^UID(?:;[^:\r\n]*)?:([^\r\n]*)", re.MULTILINE)


def read(href: str, etag: str | None, text: str | None, uids: AbstractSet[str]) -> Remote | None:
    """Read one event if it is one of ``uids``; if it can't be parsed, its start is None."""
    text = _LONG.sub("", _FOLD.sub("", text or ""))
    match = _UID.search(text)
    uid = match[1].strip() if match else ""
    if uid not in uids:
        return None
    start, own_start, mark, sequence = None, None, "", -1
    if len(text) <= MAX_EVENT:
        try:
            start, own_start, mark, sequence = _times(text)
        except (TimeoutError, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - a malformed event can make the parser raise anything
            mark = ""
    return Remote(
        uid=uid,
        href=href,
        etag=etag or "",
        start=start,
        own_start=own_start,
        mark=mark,
        sequence=sequence,
    )


def _times(text: str) -> tuple[date | None, date | None, str, int]:
    """Read the start, the start that we wrote, our mark and SEQUENCE from the event of a resource."""
    import icalendar

    lines, zones = _without_zones(text.split("\n"))
    bare = "\n".join(lines)
    if "VTIMEZONE" in bare.upper():
        raise ValueError("a description of a zone that cannot be taken out")
    events = icalendar.Calendar.from_ical(bare).walk("VEVENT")
    event = cast("Any", next(component for component in events if "RECURRENCE-ID" not in component))
    mark = str(event.get("X-MICROPLAN-MARK", ""))
    sequence = _SEQUENCE.fullmatch(str(event.get("SEQUENCE", "")))
    start = event["DTSTART"]
    return (
        _moment(start.dt, zones.get(str(start.params.get("TZID", "")), ())),
        _own_start(event),
        mark,
        int(sequence[0]) if sequence else 0,
    )


def _without_zones(lines: Iterable[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Drop zone descriptions, because parsing one can expand a rule forever.

    Return the lines of each by its name: some have unknown names (Apple's ``GMT+0100``).
    """
    kept: list[str] = []
    zones: dict[str, list[str]] = {}
    is_zone, described = False, list[str]()
    for line in lines:
        if edge := _ZONE.match(line):
            is_zone, described = edge[1].upper() == "BEGIN", []
        elif not is_zone:
            kept.append(line)
        elif named := _NAME.match(line):
            zones.setdefault(named[1].strip(' "\r'), described)
        else:
            described.append(line)
    return kept, zones


def _own_start(event: Any) -> date | None:  # noqa: ANN401 - the library's own
    """Read the start that we wrote; None if another program dropped or broke it."""
    from icalendar import vDDDTypes

    try:
        own = event["X-MICROPLAN-START"]
        read = cast("Any", vDDDTypes).from_ical
        return _moment(read(own.to_ical().decode(), own.params.get("TZID")))
    except Exception:  # noqa: BLE001 - as above
        return None


def _moment(value: object, described: Sequence[str] = ()) -> date | None:
    """Convert a value to a day, or to a time in UTC; None for other types and impossible years.

    ``described`` are the lines of a zone that the library doesn't know.
    """
    if isinstance(value, datetime) and not value.tzinfo and described:
        value = value.replace(tzinfo=zone_description.offset(described, value))
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC)
    return value if isinstance(value, date) and value.year in YEARS else None
