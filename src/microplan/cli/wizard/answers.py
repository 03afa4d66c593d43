"""Answers to the questions of ``new``, read into rule words one at a time."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from microplan.errors import RuleError
from microplan.model.values import (
    ClosedRange,
    ClosedYearly,
    Pace,
    Pause,
    Recurrence,
    Reminder,
    Step,
)
from microplan.rules import care_words, grammar
from microplan.rules import pace as paces
from microplan.rules import words as rules
from microplan.wording import phrases
from microplan.wording import summary as echo

Words = dict[str, str | list[str] | bool]


class Known(Struct, frozen=True, kw_only=True):
    """What an answer is read against: the day, the zone, and the words of the answers so far."""

    today: date
    zone: str
    words: Words


class Answer(Struct, frozen=True, kw_only=True):
    """The words an answer stands for, and how it was read where that may surprise."""

    words: Words
    echo: str = ""


# --- where, with what, when -----------------------------------------------------------------


def setting(text: str, _: Known) -> Answer:
    """Read where sessions take place."""
    return Answer(words={"setting": str(grammar.setting(text, "setting"))})


_NUMBER = r"(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)"
_FROM = rf"(?:(?<![\w.,]){_NUMBER}\s*(?:mm)?\s*[-–/]\s*)?"
_DEPTH = re.compile(
    rf"({_FROM}(?<![0-9.,]){_NUMBER})\s*(?:mm|millimet(?:er|re)s?)\b"  # 0.5 mm, 1-1.5mm
    rf"|({_FROM}(?<![\w.,])[0-9]*[.,][0-9]+)$",  # decimals at the end, without a unit
    re.IGNORECASE,
)


def device(text: str, _: Known) -> Answer:
    """Part a needle length, with mm or a decimal, from the words around it."""
    lengths = ["".join((found[1] or found[2]).split()) + "mm" for found in _DEPTH.finditer(text)]
    device = " ".join(_DEPTH.sub(" ", text).split()).strip(" ,;-–/")
    given = {"device": device, "depth": ", ".join(lengths)}
    words: Words = {name: grammar.free_text(said, name) for name, said in given.items() if said}
    names = {"device": "device", "depth": "needle length"}
    return Answer(words=words, echo=", ".join(f"{names[name]} {words[name]}" for name in words))


def start(text: str, known: Known) -> Answer:
    """Read the first day."""
    day = grammar.start(text, "start", known.today)
    past = f", {phrases.distance((day - known.today).days)}" if day < known.today else ""
    return Answer(words={"start": day.isoformat()}, echo=f"{phrases.day(day)}{past}")


def every(text: str, _: Known) -> Answer:
    """Read a pace, which may bring its count along."""
    pace = rules.every(text, "every")
    if isinstance(pace, Recurrence):
        return Answer(words={"every": str(pace)})
    return Answer(words={"every": str(pace)}, echo=", then ".join(map(_apart, pace.steps)))


def _apart(step: Step) -> str:
    sessions = f"{phrases.count(step.count, 'session')} " if step.count else ""
    return f"{sessions}{phrases.span(step.span)} apart"


def end(text: str, known: Known) -> Answer:
    """Read a number of sessions, which the pace then counts, or a last day."""
    if not re.match(r"[0-9]+[-/.]", text):
        pace = rules.every(str(known.words["every"]), "every")
        number = paces.number(text, "sessions")
        before = pace.stated() if isinstance(pace, Pace) else 0
        if number <= before:
            raise RuleError(
                f"the steps before the last one count {before} already; write a larger number",
                word="sessions",
                text=text,
                span=(0, len(text)),
            )
        return Answer(words={"every": paces.counted(pace, number - before)})
    day = grammar.day(text, "until")
    return Answer(words={"until": day.isoformat()}, echo=phrases.day(day))


_CHOICE = re.compile(
    r"(?:^|[\s,]+)(only|rather)\s+(.*?)(?=[\s,]+(?:only|rather)\s|$)", re.IGNORECASE
)
_CHOICE_WORDS = {"only": "on", "rather": "prefer"}


def weekdays(text: str, _: Known) -> Answer:
    """Read ``only sat,sun`` and ``rather sun``, one of them or both."""
    choices = _CHOICE.findall(text)
    twice = len({choice.lower() for choice, _ in choices}) < len(choices)
    if twice or _CHOICE.sub("", text).strip(" ,"):
        raise RuleError(
            "write only sun if no other day will do, rather sun if another may do, or any",
            word="on",
            text=text,
            span=(0, len(text)),
            fix="" if choices else _only(text),
        )
    words: Words = {}
    said: list[str] = []
    for choice, days in choices:
        word = _CHOICE_WORDS[choice.lower()]
        value = grammar.weekdays(days, word)
        words[word] = str(value)
        said.append(f"{choice.lower()} on {phrases.weekdays(value)}")
    return Answer(words=words, echo=", ".join(said))


def _only(text: str) -> str:
    """Spell weekdays alone, which no other day will do for; nothing if they are none."""
    try:
        return f"only {grammar.weekdays(text, 'on')}"
    except RuleError as error:
        return f"only {error.mended}" if error.fix else ""


_ELSEWHERE = re.compile(r"\s+((?:[a-z]\w*/)+[a-z][\w+-]*|UTC)$", re.IGNORECASE)


def time(text: str, known: Known) -> Answer:
    """Read the time of day, and the zone it is in if that is another."""
    clock, *zones = _ELSEWHERE.split(text)
    at = f"{grammar.clock(clock, 'at'):%H:%M}"
    given = {"tz": grammar.zone(zones[0], "tz")} if zones else {}
    return Answer(words={"at": at, **given}, echo=f"{at} {given.get('tz', known.zone)}")


_TO = re.compile(r"\s*(?:\.\.|–|—|\bto\b|\buntil\b)\s*|\s+-\s+", re.IGNORECASE)
_AND = re.compile(r"[,;&]|\band\b", re.IGNORECASE)


def avoid(text: str, _: Known) -> Answer:
    """Read days that are closed, with commas, blanks or ``and`` between them."""
    parts = _AND.sub(" ", _TO.sub("..", text)).split()
    ranges = [grammar.closed(part, "avoid") for part in parts or [text]]
    return Answer(
        words={"avoid": [str(days) for days in ranges]},
        echo="; ".join(_closed(days) for days in ranges),
    )


def _closed(days: ClosedRange) -> str:
    """Say a range with its years, or that it holds in every year."""
    if isinstance(days, ClosedYearly):
        return phrases.closed_days(days)
    first, last = phrases.day(days.first), phrases.day(days.last)
    return first if first == last else f"{first} to {last}"


# --- around a session -----------------------------------------------------------------------

_PLUS = re.compile(r"(?<=[0-9][dw])\s*\+\s*(?=[0-9])", re.IGNORECASE)
_AROUND = re.compile(r"\s(?=[-+]?[0-9]\S*$)")


def pause(text: str, _: Known) -> Answer:
    """Read what is left out around a session, several with commas between them."""
    parts = [part.strip() for part in re.split("[,;]", _PLUS.sub("+", text))]
    pauses: dict[tuple[str, str], Pause] = {}
    for part in [part for part in parts if part] or [text]:
        read = _pause(part)
        if pauses.setdefault(read.key, read) is not read:
            message = f"{read.name} is given twice; name one of them otherwise"
            raise RuleError(message, word="pause", text=part, span=(0, len(part)))
    return Answer(
        words={"pause": [str(read) for read in pauses.values()]},
        echo="; ".join(paused(read) for read in pauses.values()),
    )


def _pause(part: str) -> Pause:
    """Read one pause, whose name and days may have a blank between them."""
    spelled = part if "=" in part else _AROUND.sub("=", part)
    message, span = "write what is paused and the days, as in minoxidil -0d+1d", (0, len(part))
    if "=" in spelled:
        try:
            return care_words.pause(spelled, "pause")
        except RuleError as error:
            message, span = error.message, error.span
    raise RuleError(message, word="pause", text=part, span=span)


def paused(pause: Pause) -> str:
    """Say what is paused, and on which days."""
    return f"{pause.name} paused {echo.around(pause)}"


_BETWEEN = re.compile(rf"{_AND.pattern}|\s(?=[0-9])", re.IGNORECASE)


def remind(text: str, known: Known) -> Answer:
    """Read reminders, with commas, blanks or ``and`` between them."""
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    reminders = [grammar.reminder(part, "remind") for part in parts or [text]]
    all_day = "at" not in known.words
    return Answer(
        words={"remind": [str(reminder) for reminder in reminders]},
        echo="; ".join(_before(reminder, all_day=all_day) for reminder in reminders),
    )


def _before(reminder: Reminder, *, all_day: bool) -> str:
    """``1 day before at 09:00``, ``1 hour 30 minutes before``, ``that day at 08:00``."""
    if reminder.length is not None:
        units = zip(divmod(reminder.length.minutes, 60), ("hour", "minute"), strict=True)
        return f"{' '.join(phrases.count(amount, unit) for amount, unit in units if amount)} before"
    day = f"{phrases.count(reminder.days, 'day')} before" if reminder.days else "that day"
    if reminder.at is not None:
        return f"{day} at {reminder.at:%H:%M}"
    return f"{day} at 09:00" if all_day else f"{day} at the same hour"


def discreet(text: str, _: Known) -> Answer:
    """Read whether titles are to be neutral."""
    spelled = {"y": "yes", "n": "no"}.get(text.lower(), text)
    return Answer(words={"discreet": True} if grammar.yes(spelled, "discreet") else {})
