"""The rule words: how each is parsed, and its help text. Parses words into ``Rules``.

Flags, keys of the plan file and columns of batch tables all derive from ``WORDS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from microplan.errors import RuleError, UsageError
from microplan.model.rules import Rules
from microplan.model.values import Follow, Pace, Recurrence
from microplan.rules import grammar, hours, nearest, needle, pace, recurrence, validation


def every(text: str, word: str) -> Pace | Recurrence:
    """Parse a pace, in the rule language or as a recurrence rule."""
    if text.strip()[:6].upper() != "RRULE:":
        return pace.pace(text, word)
    return recurrence.recurrence(text, word)


class Word(Struct, frozen=True, kw_only=True):
    """A rule word: its parser, the placeholder in its usage, and its help."""

    read: Callable[[str, str], Any]
    form: str
    help: str
    many: bool = False


WORDS: dict[str, Word] = {
    "start": Word(
        read=grammar.day,
        form="DATE",
        help="day of session 1: 2026-12-01, tomorrow, tue (the next one, never today) or +10d",
    ),
    "every": Word(
        read=every,
        form="PACE",
        help="how far apart: 6x4w is 6 sessions every 4 weeks; 4x1mo~3d may move 3 days either way; "
        "4x1w,4x2w changes the interval; RRULE:… is a recurrence rule",
    ),
    "sessions": Word(read=pace.number, form="N", help="how many sessions, if --every doesn't say"),
    "until": Word(read=grammar.day, form="DATE", help="the last day a session may be due"),
    "at": Word(
        read=hours.parse,
        form="HH:MM",
        help="local time: 18:00, or 18:00,sat=10:00 for another on some weekdays [all day]",
    ),
    "duration": Word(
        read=hours.length, form="LENGTH", help="how long a session takes: 45m or 2h [30m]"
    ),
    "tz": Word(
        read=grammar.zone, form="ZONE", help="time zone, such as Europe/Paris [this machine's]"
    ),
    "on": Word(
        read=grammar.weekdays, form="DAYS", help="only on these weekdays: mon..fri or tue,thu"
    ),
    "prefer": Word(
        read=grammar.weekdays,
        form="DAYS",
        help="preferably on these weekdays, if the window allows",
    ),
    "avoid": Word(
        read=grammar.closed,
        form="DAYS",
        help="days you're away: 2026-12-24..2027-01-03, or 12-24..01-03 for every year",
        many=True,
    ),
    "gap": Word(
        read=pace.gap,
        form="DAYS",
        help="minimum days between two sessions as they happen: 21d or 3w "
        "[the interval less its window]",
    ),
    "window": Word(
        read=pace.window,
        form="DAYS",
        help="how early or late is still fine? 3d, or -1d+5d [late by a seventh of the interval, "
        "at most 3d]",
    ),
    "follow": Word(
        read=grammar.follow,
        form="HOW",
        help="do later sessions shift when one slips? window: if it leaves its window; actual: always; "
        "plan: never [window]",
    ),
    "remind": Word(
        read=hours.reminder,
        form="WHEN",
        help="reminder before a session: 1d, 2h, 30m or 1d@20:00",
        many=True,
    ),
    "location": Word(read=grammar.free_text, form="TEXT", help="where it takes place"),
    "setting": Word(read=grammar.setting, form="PLACE", help="home or clinic"),
    "device": Word(read=grammar.free_text, form="TEXT", help="the device you use"),
    "depth": Word(
        read=needle.depth,
        form="LENGTH",
        help="needle length: 0.5mm, or one for each phase: 0.5mm,0.75mm",
    ),
    "discreet": Word(read=grammar.yes, form="YES", help="neutral titles wherever the plan goes"),
}
assert tuple(WORDS) == Rules.__struct_fields__  # noqa: S101 - one list, two places

EXAMPLES = {"start": "2026-12-01", "every": "6x4w"}
"""The required words, with an example of each."""
NOTHING: tuple[object, ...] = (None, "", [], ())
"""Values that count as not given."""
DEFAULT = ("none", "any")
"""Values that reset a word to its default."""
SEVERAL = (list, tuple, dict)


def is_given(value: object) -> bool:
    """Whether a word was given a value."""
    return value not in NOTHING


def is_default(value: object) -> bool:
    """Whether a value resets its word to the default; a list with one such value does too."""
    return (value[0] if isinstance(value, list | tuple) and len(value) == 1 else value) in DEFAULT


def parse(words: Mapping[str, object], *, zone: str = "UTC") -> Rules:
    """Parse rule words, each given as text, a list of texts, or a plain value from a file.

    ``zone`` is the default for ``tz``. Raises RuleError for the first fault, and UsageError for a
    missing or unknown word.
    """
    rules, faults = examine(words, zone=zone)
    if faults:
        raise faults[0]
    assert rules is not None  # noqa: S101 - there are rules or faults
    return rules


def examine(
    words: Mapping[str, object], *, zone: str = "UTC"
) -> tuple[Rules | None, tuple[UsageError, ...]]:
    """Parse rule words; return the rules, or every fault."""
    values: dict[str, Any] = {"tz": zone}
    faults: list[UsageError] = [
        UsageError(unknown_rule(name)) for name in words if name not in WORDS
    ]
    faults += [
        UsageError(f"{name} is missing. Write one like {EXAMPLES[name]}")
        for name in EXAMPLES
        if not is_given(words.get(name))
    ]
    for name in WORDS:
        if name in words and is_given(words[name]):
            try:
                values[name] = value(name, words[name])
            except RuleError as fault:
                faults.append(fault)
    if faults:
        return None, tuple(faults)
    if isinstance(values["every"], Recurrence):
        values.setdefault("follow", Follow.PLAN)
    rules = Rules(**values)
    faults += validation.find(rules)
    return (None, tuple(faults)) if faults else (rules, ())


def unknown_rule(name: str) -> str:
    """Word the error for an unknown rule, with the nearest known ones."""
    listed = f"Write one of {', '.join(WORDS)}."
    return f'there\'s no rule "{name}". {nearest.question(name, WORDS, listed)}'


def value(name: str, given: object) -> object:
    """Parse one word, given as in ``parse``; raises RuleError."""
    word = WORDS[name]
    if word.many:
        items = given if isinstance(given, list | tuple) else [given]
        return tuple(dict.fromkeys(_read(name, str(item)) for item in items))
    if isinstance(given, SEVERAL):
        text = str(given)
        raise RuleError("give one value, not several", word=name, text=text, span=(0, len(text)))
    return _read(name, str(given))


SHORT = 80
"""Longest text to cache, in characters."""


def _read(name: str, text: str) -> object:
    """Parse the text of a word; cache short texts, which the rows of a batch repeat."""
    return _remembered(name, text) if len(text) <= SHORT else WORDS[name].read(text, name)


@lru_cache(2048)
def _remembered(name: str, text: str) -> object:
    return WORDS[name].read(text, name)
