"""Parses answers to the questions of ``new`` into rule words."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from microplan.errors import RuleError
from microplan.model.care import Pause
from microplan.model.values import Pace, Recurrence, Reminder, Step
from microplan.rules import care_words, grammar, hours, suggestions
from microplan.rules import pace as paces
from microplan.rules import words as rules
from microplan.rules.day_spellings import View
from microplan.wording import phrases
from microplan.wording import summary as echo

Words = dict[str, str | list[str] | bool]
WEEKDAY_NAMES = tuple(map(str.lower, phrases.WEEKDAYS))
DAY_NAMES = ("today", "tomorrow", *WEEKDAY_NAMES)


class Known(Struct, frozen=True, kw_only=True):
    """The context for parsing an answer: today, the time zone, and the words answered so far."""

    today: date
    zone: str
    words: Words

    @property
    def view(self) -> View:
        """The context for dates: days without a year follow the first session, once it is known."""
        start = self.words.get("start")
        return View(today=date.fromisoformat(start) if isinstance(start, str) else self.today)


class Answer(Struct, frozen=True, kw_only=True):
    """The words an answer sets, and a note on how it was read if that may surprise."""

    words: Words
    echo: str = ""


# --- where, with what, when -----------------------------------------------------------------


def setting(text: str, known: Known) -> Answer:
    """Parse where sessions take place."""
    return Answer(words={"setting": suggestions.one("setting", text, known.view)})


_NUMBER = r"(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)"
_FROM = rf"(?:(?<![\w.,]){_NUMBER}\s*(?:mm)?\s*[-–/]\s*)?"
_DEPTH = re.compile(
    rf"({_FROM}(?<![0-9.,]){_NUMBER})\s*(?:mm|millimet(?:er|re)s?)\b"  # 0.5 mm, 1-1.5mm
    rf"|({_FROM}(?<![\w.,])[0-9]*[.,][0-9]+)$",  # decimals at the end, without a unit
    re.IGNORECASE,
)


def device(text: str, _: Known) -> Answer:
    """Separate a needle length, which has mm or a decimal, from the device's name."""
    lengths = [
        suggestions.needle_length(f"{match[1] or match[2]}mm", "depth")
        for match in _DEPTH.finditer(text)
    ]
    device = " ".join(_DEPTH.sub(" ", text).split()).strip(" ,;-–/")
    given = {"device": grammar.free_text(device, "device"), "depth": ",".join(lengths)}
    words: Words = {name: value for name, value in given.items() if value}
    names = {"device": "device", "depth": "needle length"}
    return Answer(words=words, echo=", ".join(f"{names[name]} {words[name]}" for name in words))


def start(text: str, known: Known) -> Answer:
    """Parse the first day."""
    day = suggestions.day(text, "start", View(today=known.today))
    past = f", {phrases.distance((day - known.today).days)}" if day < known.today else ""
    return Answer(words={"start": day.isoformat()}, echo=f"{phrases.day(day)}{past}")


def every(text: str, known: Known) -> Answer:
    """Parse a pace, which may include a number of sessions."""
    pace = rules.every(suggestions.one("every", text, known.view), "every")
    if isinstance(pace, Recurrence):
        return Answer(words={"every": str(pace)})
    return Answer(words={"every": str(pace)}, echo=", then ".join(map(_apart, pace.steps)))


def _apart(step: Step) -> str:
    sessions = f"{phrases.count(step.count, 'session')} " if step.count else ""
    return f"{sessions}{phrases.span(step.span)} apart"


def end(text: str, known: Known) -> Answer:
    """Parse either a number of sessions, which is added to the pace, or a last day."""
    if number := _number(text, known):
        pace = rules.every(str(known.words["every"]), "every")
        if paces.count(pace) is not None:
            return Answer(words={"every": str(paces.remaining(pace, 0, number))})
        before = pace.stated() if isinstance(pace, Pace) else 0
        if number <= before:
            raise RuleError(
                f"the earlier steps already account for {before}. Write a larger number",
                word="sessions",
                text=text,
                span=(0, len(text)),
            )
        echo = "" if text.strip().isdigit() else phrases.count(number, "session")
        return Answer(words={"every": paces.with_count(pace, number - before)}, echo=echo)
    day = suggestions.day(text, "until", known.view)
    return Answer(words={"until": day.isoformat()}, echo=phrases.day(day))


def _number(text: str, known: Known) -> int:
    """Parse a number of sessions; return 0 for a possible date such as ``1 Mar``."""
    try:
        return int(suggestions.one("sessions", text, known.view))
    except RuleError:
        if re.fullmatch("[0-9]+", text.strip()):
            raise
        return 0


_CHOICE = re.compile(
    r"(?:^|[\s,]+)(only|rather)\s+(.*?)(?=[\s,]+(?:only|rather)\s|$)", re.IGNORECASE
)
_CHOICE_WORDS = {"only": "on", "rather": "prefer"}


def weekdays(text: str, known: Known) -> Answer:
    """Parse ``only sat,sun``, ``rather sun``, or both."""
    choices = _CHOICE.findall(text)
    twice = len({choice.lower() for choice, _ in choices}) < len(choices)
    if twice or _CHOICE.sub("", text).strip(" ,"):
        raise RuleError(
            "write only sun if no other day will do, rather sun if another may do, or any",
            word="on",
            text=text,
            span=(0, len(text)),
            fix="" if choices else _only(text, known),
        )
    words: Words = {}
    parts: list[str] = []
    for choice, days in choices:
        word = _CHOICE_WORDS[choice.lower()]
        value = grammar.weekdays(suggestions.one(word, days, known.view), word)
        words[word] = str(value)
        parts.append(f"{choice.lower()} on {phrases.weekdays(value)}")
    return Answer(words=words, echo=", ".join(parts))


def _only(text: str, known: Known) -> str:
    """Suggest ``only`` before an answer that is just weekdays; return nothing for other answers."""
    try:
        return f"only {suggestions.one('on', text, known.view)}"
    except RuleError:
        return ""


_ELSEWHERE = re.compile(r"\s+((?:[a-z]\w*/)+[a-z][\w+-]*|UTC)$", re.IGNORECASE)


def time(text: str, known: Known) -> Answer:
    """Parse the time of day, and its time zone if one is given."""
    clock, *zones = _ELSEWHERE.split(text)
    at = str(hours.parse(suggestions.one("at", clock, known.view), "at"))
    given = {"tz": suggestions.one("tz", zones[0], known.view)} if zones else {}
    return Answer(words={"at": at, **given}, echo=f"{at} {given.get('tz', known.zone)}")


def avoid(text: str, known: Known) -> Answer:
    """Parse closed days, separated by commas or ``and``."""
    ranges = suggestions.days(text, "avoid", known.view)
    return Answer(
        words={"avoid": [str(days) for days in ranges]},
        echo="; ".join(map(phrases.dated, ranges)),
    )


# --- around a session -----------------------------------------------------------------------

_PLUS = re.compile(r"(?<=[0-9][dw])\s*\+\s*(?=[0-9])", re.IGNORECASE)


def pause(text: str, known: Known) -> Answer:
    """Parse pauses around a session, separated by commas."""
    parts = [part.strip() for part in re.split("[,;]", _PLUS.sub("+", text))]
    pauses: dict[tuple[str, str], Pause] = {}
    for part in [part for part in parts if part] or [text]:
        read = _pause(part, known)
        if pauses.setdefault(read.key, read) is not read:
            message = f"{read.name} is given twice; rename one of them"
            raise RuleError(message, word="pause", text=part, span=(0, len(part)))
    return Answer(
        words={"pause": [str(read) for read in pauses.values()]},
        echo="; ".join(paused(read) for read in pauses.values()),
    )


def _pause(part: str, known: Known) -> Pause:
    """Parse one pause, whose name and days may be separated by a space."""
    spelled = part
    if "=" not in part and (around := re.search(r"\s(?:on |from |the |-)", part)):
        spelled = f"{part[: around.start()]}={part[around.start() + 1 :]}"
    try:
        return care_words.pause(suggestions.one("pause", spelled, known.view), "pause")
    except RuleError as error:
        if "=" in spelled and spelled == part:
            raise
        message = "write what is paused and the days, as in minoxidil on the day and the next"
        raise RuleError(message, word="pause", text=part, span=(0, len(part))) from error


def paused(pause: Pause) -> str:
    """Describe what is paused, and on which days."""
    return f"{pause.name} paused {echo.around(pause)}"


def remind(text: str, known: Known) -> Answer:
    """Parse reminders, separated by commas, spaces or ``and``."""
    spelled = suggestions.canonical(
        "remind", re.sub(r"(?<=\w)\s+(?=[0-9]+[dhmw]\b)", ", ", text), known.view
    )
    reminders = [hours.reminder(part, "remind") for part in spelled]
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


PHOTOS = "photos=every 4w"


def photos(text: str, known: Known) -> Answer:
    """Parse whether and how often to remind about photos."""
    answer = text.strip().lower()
    if answer in ("n", "no", "none"):
        return Answer(words={})
    spelled = PHOTOS if answer in ("y", "yes") else f"photos={text.strip()}"
    if "every" not in spelled:
        spelled = f"photos=every {text.strip()}"
    value = suggestions.one("checkpoint", spelled, known.view)
    checkpoint = care_words.checkpoint(value, "checkpoint")
    every = phrases.span(checkpoint.span)
    return Answer(words={"checkpoint": [value]}, echo=f"a reminder to take photos every {every}")


def discreet(text: str, _: Known) -> Answer:
    """Parse whether titles should be neutral."""
    spelled = {"y": "yes", "n": "no"}.get(text.lower(), text)
    return Answer(words={"discreet": True} if grammar.yes(spelled, "discreet") else {})
