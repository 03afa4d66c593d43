"""Reads what people type: turns everyday spellings into the canonical form of a rule word.

Flags, arguments and answers come through here. Files hold canonical forms, which ``words`` reads
alone. If a text could mean two things, the error names both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from microplan.errors import RuleError
from microplan.model import dates
from microplan.model.values import ClosedRange
from microplan.rules import (
    care_words,
    day_spellings,
    grammar,
    hours,
    nearest,
    needle,
    pace,
    pace_spellings,
    range_spellings,
    spellings,
)
from microplan.rules.day_spellings import View
from microplan.rules.scanner import Scanner, listing
from microplan.rules.words import value

Spell = Callable[[str], str]

MOST_FIXES = 10
"""Most fixes to apply to one text; a list of seven weekdays can need one for each."""

SPELLINGS: dict[str, Spell] = {
    "every": pace_spellings.pace,
    "sessions": pace_spellings.sessions,
    "at": spellings.hours,
    "duration": spellings.length,
    "tz": spellings.zone,
    "on": spellings.weekdays,
    "prefer": spellings.weekdays,
    "gap": pace_spellings.gap,
    "window": pace_spellings.window,
    "remind": pace_spellings.reminder,
    "depth": needle.everyday,
    "setting": lambda text: re.sub(r"^(?:at|in) (?:the |a |my )?", "", text.strip().lower()),
}
"""Rule words with everyday spellings that don't depend on today."""
CARE: dict[str, Spell] = {
    "pause": pace_spellings.around,
    "cue": pace_spellings.cue,
    "checkpoint": pace_spellings.checkpoint,
    "supply": pace_spellings.number_of,
    "stock": pace_spellings.number_of,
}
"""The same for the part of a piece of care after its name."""
SPELLED_WORDS = frozenset(("start", "until", "avoid", *SPELLINGS, *CARE))
"""Words that accept everyday spellings; the others are free text or a choice of names."""
SEVERAL = r"[,;&]|\sand\s"


# --- days -----------------------------------------------------------------------------------


def day(text: str, word: str, view: View) -> date:
    """Read one day, in ISO or everyday form."""
    try:
        return grammar.day(text, word)
    except RuleError as error:
        readings = _days_of(text, word, view, error)
        return date.fromisoformat(_only([str(reading) for reading in readings], text, word, error))


def _days_of(text: str, word: str, view: View, error: RuleError) -> list[date]:
    """List the dates that a text can mean; raises ``error`` if there are none."""
    if len(text) <= pace_spellings.LONGEST and (readings := day_spellings.day(text, word, view)):
        return list(dict.fromkeys(readings))
    if text.strip().startswith(("+", "-")):
        return [_signed(text, word, view.today)]
    raise _with_nearest(text, error)


def target(text: str, word: str, view: View, present: date) -> date:
    """Read a session's new day; ``+1w`` and ``a week later`` count from its ``present`` day."""
    phrase = day_spellings.plain(text)
    later = re.fullmatch(r"(?:\+ ?(.+)|(.+) (?:later|after))", phrase)
    earlier = re.fullmatch(r"(?:- ?(.+)|(.+) (?:earlier|before|sooner))", phrase)
    for match, sign in ((later, 1), (earlier, -1)):
        if match and (shifted := day_spellings.shifted(match[1] or match[2], present, sign)):
            return shifted[0]
    if phrase.startswith(("+", "-")):
        return _signed(text, word, present)
    return day(text, word, view)


A_SPAN = "Write a span like +1w or -2d"


def _signed(text: str, word: str, origin: date) -> date:
    """Add a signed span such as ``+1w`` to ``origin``; raises RuleError with the fault marked."""
    scanner = Scanner(text, word)
    scanner.position = 1
    span = pace.span(scanner, scanner.integer(A_SPAN), 1)
    if span.months < 0 or span.shortest < 0:
        raise scanner.fault("that span goes back. Change its sign", 0)
    return scanner.finish(dates.add(origin, span, 1 if text.strip()[0] == "+" else -1), A_SPAN)


def days(text: str, word: str, view: View) -> tuple[ClosedRange, ...]:
    """Read days and ranges of days, separated by commas or ``and``."""
    return tuple(grammar.closed(spelled, word) for spelled in ranges(text, word, view))


def ranges(text: str, word: str, view: View) -> list[str]:
    """Spell days and ranges of days; try the whole text first, because a date may have a comma."""
    try:
        return [_range(text, word, view)]
    except RuleError:
        parts = [piece for part in _several(text) for piece in _dates(part)]
        if len(parts) < 2 or len(text) > pace_spellings.LONGEST * len(parts):  # noqa: PLR2004 - one is the whole
            raise
    return [_range(part, word, view) for part in parts]


def _range(text: str, word: str, view: View) -> str:
    try:
        return str(grammar.closed(text, word))
    except RuleError as error:
        readings = (
            range_spellings.days(text, word, view) if len(text) <= pace_spellings.LONGEST else []
        )
        if not readings:
            raise _with_nearest(text, error) from None
        return str(grammar.closed(_only(readings, text, word, error), word))


def _with_nearest(text: str, error: RuleError) -> RuleError:
    """Replace the error by a suggestion if the text has a mistyped day or month name."""
    for name in re.findall("[a-z]{3,}", text.lower()):
        known = spellings.weekday(name) or day_spellings.has_month(name)
        if not known and (near := nearest.nearest(name, NAMES)):
            start = text.lower().index(name)
            fault = Scanner(text, error.word).fault
            return fault(f"did you mean {listing(near)}?", start, start + len(name))
    return error


NAMES = (
    "today",
    "tomorrow",
    "yesterday",
    *map(str.lower, (*grammar.WEEKDAY_NAMES, *grammar.MONTHS)),
)


# --- rule words and care --------------------------------------------------------------------


def one(word: str, text: str, view: View) -> str:
    """Spell a typed text as the canonical value of a word that takes one."""
    return canonical(word, text, view)[0]


def canonical(word: str, text: str, view: View) -> list[str]:
    """Spell a typed text as the canonical values of a rule word or a kind of care.

    The list has one value, except for words that take several.
    """
    if word in ("start", "until"):
        return [day(text, word, view).isoformat()]
    if word == "avoid":
        return ranges(text, word, view)
    if word in CARE:
        return [_care(word, text)]
    if word == "remind":
        return [_spelled(word, part) for part in _parts(word, text)]
    return [_spelled(word, text)]


def clock(text: str, word: str) -> str:
    """Spell the time of one session."""
    return _read(hours.clock, spellings.clock, text, word)


def needle_length(text: str, word: str) -> str:
    """Read the needle length of one session."""
    return needle.length(_read(needle.length, needle.everyday, text, word), word)


def _parts(word: str, text: str) -> list[str]:
    """Split a list of reminders such as ``1d and 2h``, unless the whole text is one reminder."""
    try:
        _spelled(word, text)
    except RuleError:
        return _several(text) or [text]
    return [text]


def _dates(text: str) -> list[str]:
    """Split numeric dates at the spaces between them."""
    return text.split() if re.fullmatch(r"[0-9.\s-]+", text) else [text]


def _several(text: str) -> list[str]:
    """Split a text at commas, semicolons and ``and``."""
    return [part.strip() for part in re.split(SEVERAL, text) if part.strip()]


def _spelled(word: str, text: str) -> str:
    """Spell one value of a rule word; keep what the grammar accepts."""
    return _read(lambda own, name: value(name, own), SPELLINGS.get(word), text, word)


def _read(read: Callable[[str, str], object], spell: Spell | None, text: str, word: str) -> str:
    """Try the grammar, then the everyday spelling, then the fixes that the errors offer."""
    try:
        read(text, word)
    except RuleError as error:
        spelled = spell(text) if spell and len(text) <= pace_spellings.LONGEST else ""
        if not spelled or spelled == text:
            return _fixed(read, text, word)
        readings = spelled.split(" or ")
        fixed = _only(readings, text, word, error)
        read(fixed, word)
        return fixed
    return text.strip()


def _fixed(read: Callable[[str, str], object], text: str, word: str) -> str:
    """Apply the fix of each error until the text parses; raises an error that has no fix."""
    for _ in range(MOST_FIXES):
        corrected = _corrected(read, text, word)
        if corrected == text:
            return text
        text = corrected
    read(text, word)
    return text


def _corrected(read: Callable[[str, str], object], text: str, word: str) -> str:
    """Apply the fix of the first error; return the text itself if it parses."""
    try:
        read(text, word)
    except RuleError as error:
        if not error.fix or error.corrected == text:
            raise
        return error.corrected
    return text


def _care(kind: str, text: str) -> str:
    """Spell a piece of care; a space may stand for the equals sign between name and days."""
    spelled = text if "=" in text else _with_sign(text.strip())
    name, sign, days_text = spelled.rpartition("=")
    if sign and days_text.strip() != care_words.NONE and (spelled_days := CARE[kind](days_text)):
        spelled = f"{name.strip()}={spelled_days}"
    return _fixed(lambda own, word: care_words.change(word, own), spelled, kind)


def _with_sign(text: str) -> str:
    """Put an equals sign before a number at the end."""
    *name, last = text.rsplit(maxsplit=1) or [""]
    return f"{name[0]}={last}" if name and re.match("[-+]?[0-9]", last) else text


def _only(readings: list[str], text: str, word: str, error: RuleError) -> str:
    """Return the only reading; raises RuleError that lists them if there are several."""
    if len(readings) == 1:
        return readings[0]
    if not readings:
        raise error
    message = f"it could mean {listing(readings)}. Write one of these"
    raise Scanner(text, word).fault(message, 0) from None
