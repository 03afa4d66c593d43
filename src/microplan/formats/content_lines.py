"""Writes the content lines of a calendar file: values, text, folding (RFC 5545, section 3).

Uses the lines and containers of the ``ics`` package, which doesn't fold.
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
"""A duration of zero."""

# --- values ---------------------------------------------------------------------------------


def moment_value(moment: date | datetime, tzid: str) -> tuple[str, Params]:
    """Write a day, a local time in the zone ``tzid``, or if that's empty a time in UTC."""
    if not isinstance(moment, datetime):
        return moment.isoformat().replace("-", ""), {"VALUE": ["DATE"]}
    if not tzid:
        return _utc(moment), NONE
    # No zone's name has a character that a parameter must quote (RFC 5545, section 3.2).
    return clock_value(moment), {"TZID": [tzid]}


def clock_value(moment: datetime) -> str:
    """Write ``20261201T180000``; strftime would drop leading zeros of years before 1000."""
    return moment.isoformat()[:19].replace("-", "").replace(":", "")


def _utc(moment: datetime) -> str:
    return f"{clock_value(moment.astimezone(UTC))}Z"


@lru_cache(maxsize=16)
def stamp_value(recorded: datetime) -> str:
    """Write a time recorded in UTC; in local time, the cache would confuse a repeated hour."""
    return _utc(recorded)


@lru_cache(maxsize=64)
def trigger_value(alarm: Alarm) -> str:
    """Write a duration (RFC 5545, section 3.3.6): ``-P1D``, ``-PT26H``, ``PT0S``.

    Days are calendar days there, so elapsed time is always written in hours.
    """
    sign = "-" if alarm.days < 0 or alarm.minutes < 0 else ""
    if alarm.days:
        return f"{sign}P{abs(alarm.days)}D"
    hours, minutes = divmod(abs(alarm.minutes), 60)
    parts = [f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M")) if count]
    return f"{sign}PT{''.join(parts) or '0S'}"


def offset_value(offset: timedelta) -> str:
    """Write a UTC offset (RFC 5545, section 3.3.14): ``+0100``, ``-0330``, ``+002140``."""
    sign = "-" if offset < ZERO else "+"
    minutes, seconds = divmod(abs(offset) // timedelta(seconds=1), 60)
    return f"{sign}{minutes // 60:02d}{minutes % 60:02d}" + (f"{seconds:02d}" if seconds else "")


# --- text -----------------------------------------------------------------------------------

# Patterns are compiled when a text first needs them: most calendars have no such text.
_BREAK = "\r\n|[\r\x85\u2028\u2029]"
"""Matches what some readers treat as the end of a line (Unicode Standard, section 5.8)."""
_TURNS = "[\u202a-\u202e\u2066-\u2069]"
"""Matches embeddings, overrides and isolates (UAX 9, section 2), but not plain direction marks."""
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
    """Write a property of type TEXT; empty if no text is left after cleaning."""
    plain = _plain(value)
    return (content_line(name, escape_string(plain)),) if plain else ()


# --- lines ----------------------------------------------------------------------------------

OCTETS = 75
"""Most octets of a line, without its end (RFC 5545, section 3.1)."""


def content_line(name: str, value: str, params: Params = NONE) -> str:
    """Write a property, folded if it's long."""
    line = str(ContentLine(name, params, value))
    return line if len(line) <= OCTETS and line.isascii() else _fold(line)


@lru_cache(maxsize=256)
def common_line(name: str, value: str) -> str:
    """Write a property that most events share; cached."""
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
    """Fold a line with CRLF and a space, never inside a character."""
    octets = line.encode()
    pieces, start, end = [], 0, OCTETS
    while end < len(octets):
        while octets[end] & 0xC0 == 0x80:  # noqa: PLR2004 - inside a character of UTF-8
            end -= 1
        pieces.append(octets[start:end])
        start, end = end, end + OCTETS - 1  # the space that continues a line counts
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces).decode()
