"""The words of each fuzzed language, which spare the fuzzer from guessing them."""

from __future__ import annotations

import re

from microplan.batch import planner
from microplan.calendars import ics_reader
from microplan.cli.app import COMMANDS
from microplan.formats import FORMATS
from microplan.model.values import WEEKDAYS
from microplan.rules import words

PIECES = re.compile(r"[A-Za-z0-9@~:;=.,+-]+")
SPELLED = (
    *("6x4w~3d", "4x1mo", "2x8w~-4d+14d", "4w-4d", "12-24..01-03", "RRULE:FREQ=WEEKLY;BYDAY=TU"),
    *("today", "tomorrow", "+10d", "1d@20:00", "Europe/Paris", "none", "any", "every "),
)
"""Values that don't appear in any help text."""
PLAN_KEYS = (
    *("microplan = 1", "id", "title", "created", "protocol", "[rules]", "[[closed]]", "[[care]]"),
    *("[[lookup]]", "[[log]]", "[log.rules]", "days", "reason", "pause", "cue", "checkpoint"),
    *("span", "when", "done", "moved", "to", "only", "skipped", "extend", "closed", "revised"),
    *("opened", "undone", "recorded", "note", "on", "of"),
)
HTTP = ("GET ", "HEAD ", " HTTP/1.1", " HTTP/1.0", "Host: ", "\r\n", "192.168.1.23:8000", "A" * 22)
CALENDAR = (
    *(
        "BEGIN:",
        "END:",
        "VCALENDAR",
        "VEVENT",
        "VTIMEZONE",
        "STANDARD",
        "DAYLIGHT",
        "\r\n",
        "\r\n ",
    ),
    *("TZID=", "VALUE=DATE:", "FREQ=DAILY", ";INTERVAL=", ";COUNT=", ";UNTIL=", ";BYDAY=", "PT1H"),
    *("RANGE=THISANDFUTURE", "20261201T180000Z", "TZOFFSETFROM:+0100", "TZOFFSETTO:", "SUMMARY:"),
    *("DESCRIPTION:", "LOCATION:", "X-MICROPLAN-MARK:"),
)


def entries(target: str) -> tuple[str, ...]:
    """List the words of a target's language; free texts have none."""
    language = {
        "words": _words(),
        "plan": (*PLAN_KEYS, *_words()),
        "course": tuple(words.WORDS),
        "config": (*words.WORDS, "[caldav]", "url", "user", "password", "https://"),
        "batch": (*planner.COLUMNS.names, *_words(), '{"', '":"', "\n", "sep=;", "\ufeff"),
        "busy": (*sorted(ics_reader.KEPT), *CALENDAR),
        "remote": (*sorted(ics_reader.KEPT), *CALENDAR, "<", "calendar-data", "getetag"),
        "request": HTTP,
        "argv": (*COMMANDS, *FORMATS, *_flags(), *_words()),
    }
    return tuple(dict.fromkeys(language.get(target, ())))


def _words() -> tuple[str, ...]:
    """List the rule words and the values in their help."""
    shown = " ".join(word.help for word in words.WORDS.values())
    values = (piece for piece in PIECES.findall(shown) if any(map(str.isdigit, piece)))
    return (*words.WORDS, *WEEKDAYS, *SPELLED, *values)


def _flags() -> tuple[str, ...]:
    common = ("plan", "output", "format", "replace", "quiet", "as-of", "dry-run", "note", "help")
    return (
        "-p -",
        "-o -",
        *(f"--{name} " for name in (*words.WORDS, *common, "title", "protocol")),
    )


def text(target: str) -> str:
    """Write a dictionary in the fuzzer's format: one quoted word a line, odd bytes in hex."""
    return "".join(f'"{"".join(map(_byte, word.encode()))}"\n' for word in entries(target))


def _byte(value: int) -> str:
    plain = chr(value).isprintable() and value < ord("\x7f") and chr(value) not in '"\\'
    return chr(value) if plain else f"\\x{value:02x}"
