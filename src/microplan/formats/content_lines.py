"""Writes the content lines of a calendar file: values, text, folding (RFC 5545, section 3).

The lines and their grouping are those of the ``ics`` package, which does not fold them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from unicodedata import normalize

from ics.grammar.parse import Container, ContentLine
from ics.utils import escape_string

from microplan.scheduling.events import Alarm
from microplan.wording.phrases import visible

Params = dict[str, list[str]]
"""The parameters of a property."""
NONE: Params = {}
ZERO = timedelta(0)
"""No time."""

# --- values ---------------------------------------------------------------------------------


def moment_value(moment: date | datetime, tzid: str) -> tuple[str, Params]:
    """Write a day, a local time of the zone ``tzid``, or without one a time in UTC."""
    if not isinstance(moment, datetime):
        return moment.isoformat().replace("-", ""), {"VALUE": ["DATE"]}
    if not tzid:
        return _utc(moment), NONE
    # No zone's name has a character that a parameter must quote (RFC 5545, section 3.2).
    return clock_value(moment), {"TZID": [tzid]}


def clock_value(moment: datetime) -> str:
    """``20261201T180000``; strftime would leave the zeros off a year before 1000."""
    return moment.isoformat()[:19].replace("-", "").replace(":", "")


def _utc(moment: datetime) -> str:
    return f"{clock_value(moment.astimezone(UTC))}Z"


@lru_cache(maxsize=16)
def stamp_value(recorded: datetime) -> str:
    """Write a time recorded in UTC: the two of a doubled local hour would be equal to the cache."""
    return _utc(recorded)


@lru_cache(maxsize=64)
def trigger_value(alarm: Alarm) -> str:
    """``-P1D``, ``-PT2H``, ``-PT26H``, ``PT8H``, ``PT0S``: RFC 5545, section 3.3.6, no weeks.

    Days are calendar days there, so elapsed time is spelled in hours, however long.
    """
    sign = "-" if alarm.days < 0 or alarm.minutes < 0 else ""
    if alarm.days:
        return f"{sign}P{abs(alarm.days)}D"
    hours, minutes = divmod(abs(alarm.minutes), 60)
    parts = [f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M")) if count]
    return f"{sign}PT{''.join(parts) or '0S'}"


def offset_value(offset: timedelta) -> str:
    """``+0100``, ``-0330``, ``+002140``: RFC 5545, section 3.3.14."""
    sign = "-" if offset < ZERO else "+"
    minutes, seconds = divmod(abs(offset) // timedelta(seconds=1), 60)
    return f"{sign}{minutes // 60:02d}{minutes % 60:02d}" + (f"{seconds:02d}" if seconds else "")


# --- text -----------------------------------------------------------------------------------

# Patterns are compiled when a text first needs them: most calendars have no such text.
_BREAK = "\r\n|[\r\x85\u2028\u2029]"
"""Where one or another reader ends a line (Unicode Standard, section 5.8)."""
_TURNS = "[\u202a-\u202e\u2066-\u2069]"
"""Embeddings, overrides and isolates (UAX 9, section 2); plain marks of direction stay."""
_CONTROL = "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]"


def _plain(text: str) -> str:
    r"""Normalise text to NFC with ``\n`` between lines, without control characters.

    A tab becomes a space. Surrogates go, for they have no UTF-8. What turns the writing round is
    shown (``\u202e``), so that no title passes for another.
    """
    if not text.replace("\n", "").isprintable():
        text = re.sub(_CONTROL, "", re.sub(_BREAK, "\n", text).replace("\t", " "))
        text = re.sub(_TURNS, lambda turn: visible(turn[0]), text)
    return normalize("NFC", text)


@lru_cache(maxsize=256)
def text_line(name: str, value: str) -> tuple[str, ...]:
    """Write a property of type TEXT, or nothing where no text is left of it."""
    plain = _plain(value)
    return (content_line(name, escape_string(plain)),) if plain else ()


# --- lines ----------------------------------------------------------------------------------

OCTETS = 75
"""Most octets of a line, its end not counted (RFC 5545, section 3.1)."""


def content_line(name: str, value: str, params: Params = NONE) -> str:
    """Write a property, folded where it is long."""
    line = str(ContentLine(name, params, value))
    return line if len(line) <= OCTETS and line.isascii() else _fold(line)


@lru_cache(maxsize=256)
def common_line(name: str, value: str) -> str:
    """Write a property that most events have alike."""
    return content_line(name, value)


def component(name: str, *lines: str) -> str:
    """Group lines between BEGIN and END."""
    container = Container(name)
    container.extend(lines)
    return str(container)


def joined(*lines: str) -> str:
    """End each line with CRLF."""
    return "\r\n".join(lines) + "\r\n"


def _fold(line: str) -> str:
    """Break a line with CRLF and a space wherever it is full, never inside a character."""
    octets = line.encode()
    pieces, start, end = [], 0, OCTETS
    while end < len(octets):
        while octets[end] & 0xC0 == 0x80:  # noqa: PLR2004 - inside a character of UTF-8
            end -= 1
        pieces.append(octets[start:end])
        start, end = end, end + OCTETS - 1  # the space that continues a line counts
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces).decode()
