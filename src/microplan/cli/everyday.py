"""Reads flags and arguments in everyday spellings, and says on stderr how it read them.

Input spelled as in a plan file, as in scripts, is read without importing the other parsers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypeVar

from microplan.cli import terminal
from microplan.errors import RuleError, UnreadableError, UsageError
from microplan.model.values import ClosedDays, ClosedRange
from microplan.rules import care_words, grammar, hours
from microplan.rules import words as rules
from microplan.rules.care_words import NONE
from microplan.wording import phrases

if TYPE_CHECKING:
    from microplan.rules.day_spellings import View

Read = TypeVar("Read")


def _canonical(read: Callable[[str, str], Read], text: str) -> Read | None:
    """Read a text that is spelled as in a plan file; None for any other."""
    try:
        value = read(text, "")
    except RuleError:
        return None
    return value if str(value) == text else None


def _view(today: date, direction: str = "ahead") -> View:
    from microplan.rules.day_spellings import Direction, View

    return View(today=today, direction=Direction(direction))


def past(text: str, word: str, today: date) -> date:
    """Read a past day, such as ``yesterday``; a date soon to come isn't last year's."""
    return _day(text, word, today, "past")


_NUMBERS = r"(?:[0-9]+(?:\.\.[0-9]+)?,?)+|next"


def numbers_and_day(texts: Sequence[str], today: date) -> tuple[Sequence[str], date | None]:
    """Separate session numbers from a day that follows them: ``3 yesterday``, ``3 20 Dec``."""
    least = sum(1 for _ in takewhile(lambda text: re.fullmatch(_NUMBERS, text), texts))
    if least == len(texts):
        return texts, None
    for count in range(least + 1):
        try:
            return texts[:count], past(" ".join(texts[count:]), "on", today)
        except RuleError as error:
            fault = error
    text = " ".join(texts[least:])
    if not any(map(str.isdigit, text)):
        message = "that's neither a session number nor a day. Write it like: microplan done 3 --on yesterday"
        raise UnreadableError(message, word="done", text=text, span=(0, len(text)))
    raise fault


def ahead(text: str, word: str, today: date) -> date:
    """Read a future day, such as ``sunday`` or ``+10d``."""
    return _day(text, word, today)


def _day(text: str, word: str, today: date, direction: str = "ahead") -> date:
    if plain := _canonical(grammar.day, text):
        return plain
    from microplan.rules import suggestions

    day = suggestions.day(text, word, _view(today, direction))
    _echo(text, str(day), phrases.day(day))
    return day


def target(text: str, word: str, today: date, present: date) -> date:
    """Read a session's new day: a day, or a span such as ``+1w`` from its ``present`` day."""
    if plain := _canonical(grammar.day, text):
        return plain
    from microplan.rules import suggestions

    day = suggestions.target(text, word, _view(today), present)
    if text.strip()[:1] not in ("+", "-"):  # such a span is plain, and the answer names the day
        _echo(text, str(day), phrases.day(day))
    return day


_HOUR = (
    r"[0-9]{1,2}[:.][0-9]{2}(?:\s*[ap]\.?m\.?|\s*uhr)?|[0-9]{1,2}h(?:[0-9]{2})?"
    r"|[0-9]{1,2}\s*(?:[ap]\.?m\.?|uhr)|noon|midday|midnight"
)
_DAY_AND_HOUR = rf"(?i:(?:(.*?)[\s,]+)??(?:at\s+)?({_HOUR}))"
LONGEST = 200
"""Longest text to search for a time after a day, in characters."""
_DAY_OF_MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])\.(?:0?[1-9]|1[0-2])"


def day_and_hour(texts: Sequence[str]) -> tuple[str, time | None]:
    """Separate a day from a time that follows it; either can be left out."""
    text = " ".join(texts).strip()
    match = re.fullmatch(_DAY_AND_HOUR, text) if len(text) <= LONGEST else None
    if match is None:
        return text, None
    day, clock = match[1] or "", match[2]
    if not day and re.fullmatch(_DAY_OF_MONTH, clock):
        first, second = clock.split(".")
        raise UsageError(
            f"{clock} could be a time or a day. Write {first}:{second} or {first}.{second}."
        )
    return day, hour(clock, "the time")


def hour(text: str, word: str) -> time:
    """Read a time of day, such as ``8pm``."""
    from microplan.rules import suggestions

    clock = hours.clock(suggestions.clock(text, word), word)
    spelled = f"{clock:%H:%M}"
    if text.strip().zfill(len(spelled)) != spelled:  # 8:00 needs no explanation
        _echo(text, spelled, spelled)
    return clock


def opened(texts: Sequence[str], today: date) -> list[ClosedDays]:
    """Read days to open again, near today; each needs its year, given or found."""
    days = [closed for text in texts for closed in away([text], today, "--not")]
    return [grammar.opened(str(closed), "--not") for closed in days]


def away(texts: Sequence[str], today: date, word: str = "avoid") -> list[ClosedRange]:
    """Read days to close, near today; a range can come as several arguments."""
    plain = [_canonical(grammar.closed, text) for text in texts]
    if all(plain):
        return [closed for closed in plain if closed]
    from microplan.rules import suggestions

    view = _view(today, "near")
    try:
        readings = [(text, suggestions.days(text, word, view)) for text in texts]
    except RuleError:
        if len(texts) == 1:
            raise
        text = " ".join(texts)
        readings = [(text, suggestions.days(text, word, view))]
    for text, days in readings:
        _echo(text, ", ".join(map(str, days)), "; ".join(map(phrases.dated, days)))
    return [closed for _, days in readings for closed in days]


def needle_length(text: str) -> str:
    """Read one needle length; empty if none is given."""
    if not text.strip():
        return ""
    from microplan.rules import suggestions

    length = suggestions.needle_length(text, "depth")
    _echo(text, length, length)
    return length


def _echo(text: str, canonical: str, meant: str) -> None:
    """Echo the meaning of a text, if it isn't in canonical form."""
    if text.strip() != canonical:
        terminal.say(f"{text.strip()} → {meant}")


# --- the words of a plan --------------------------------------------------------------------


def words(given: Mapping[str, Any], today: date, *, tells: bool = True) -> dict[str, Any]:
    """Spell the given rule words and care canonically.

    Days without a year come after the start of the plan, if that's given.
    """
    origin, read = today, dict(given)
    for name in sorted(given, key="start".__ne__):
        value = given[name]
        if value is None or isinstance(value, bool) or rules.is_default(value):
            continue
        texts = [value] if isinstance(value, str) else value
        if not all(_is_canonical(name, text) for text in texts):
            spelled = _spelled(name, texts, origin, tells=tells)
            read[name] = spelled[0] if isinstance(value, str) else spelled
        if name == "start":
            origin = date.fromisoformat(read[name])
    return read


DATED = ("start", "until", "avoid")
"""The rule words that are echoed unless they are spelled as in plan files."""


def _is_canonical(name: str, text: str) -> bool:
    """Whether a text is spelled as in a plan file, so that it doesn't have to be looked up."""
    if text == NONE or (name not in rules.WORDS and name not in care_words.READERS):
        return True
    try:
        if name in care_words.READERS:
            return str(care_words.change(name, text)) == text
        spelled = rules.value(name, text)
    except RuleError:
        return False
    if name not in DATED:
        return text == text.strip()
    (day,) = spelled if isinstance(spelled, tuple) else (spelled,)
    return str(day) == text


def _spelled(name: str, texts: Sequence[str], origin: date, *, tells: bool) -> list[str]:
    """Spell texts as a plan file does, each as one value or several, and say how they were read."""
    from microplan.rules import suggestions

    if name not in suggestions.SPELLED_WORDS:
        return list(texts)
    spelled: list[str] = []
    for text in texts:
        values = [text] if text == NONE else suggestions.canonical(name, text, _view(origin))
        if tells:
            _echo(text, ", ".join(values), _meant(name, values))
        spelled += values
    return spelled


def _meant(name: str, spelled: list[str]) -> str:
    """Word the meaning of a text: days with their weekdays, anything else in canonical form."""
    if name in ("start", "until"):
        return phrases.day(date.fromisoformat(spelled[0]))
    if name == "avoid":
        return "; ".join(phrases.dated(grammar.closed(text, name)) for text in spelled)
    return ", ".join(spelled)
