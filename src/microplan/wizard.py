"""The questions of ``new`` at a terminal, from answers to rule words; what reads and shows them is handed in."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from msgspec import Struct

from microplan import dates, grammar, paces, prose, rules
from microplan.errors import RuleError
from microplan.values import ClosedRange, ClosedYearly, Pace, Recurrence, Reminder, Span, Step

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


class Question(Struct, frozen=True, kw_only=True):
    """One question: the rule words it settles, what it says, and how an answer is read.

    Enter takes ``default``, shown in brackets, as if ``taken`` had been typed, or as nothing
    to record if that is empty; without a default Enter is no answer. The answer to ``rests_on``
    may make the question needless; ``settled`` says how, or is empty.
    """

    words: tuple[str, ...]
    asks: str
    default: str | None = None
    taken: str = ""
    help: str
    read: Callable[[str, Known], Answer]
    rests_on: str = ""
    settled: Callable[[Known], str] | None = None


# --- reading an answer ----------------------------------------------------------------------


def _setting(text: str, _: Known) -> Answer:
    return Answer(words={"setting": str(grammar.setting(text, "setting"))})


_NUMBER = r"(?:[0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)"
_FROM = rf"(?:(?<![\w.,]){_NUMBER}\s*(?:mm)?\s*[-–/]\s*)?"
_DEPTH = re.compile(
    rf"({_FROM}(?<![0-9.,]){_NUMBER})\s*(?:mm|millimet(?:er|re)s?)\b"  # 0.5 mm, 1-1.5mm
    rf"|({_FROM}(?<![\w.,])[0-9]*[.,][0-9]+)$",  # decimals at the end, without a unit
    re.IGNORECASE,
)


def _device(text: str, _: Known) -> Answer:
    """Part a needle length, with mm or a decimal, from the words around it."""
    lengths = ["".join((found[1] or found[2]).split()) + "mm" for found in _DEPTH.finditer(text)]
    device = " ".join(_DEPTH.sub(" ", text).split()).strip(" ,;-–/")
    given = {"device": device, "depth": ", ".join(lengths)}
    words: Words = {name: grammar.words(said, name) for name, said in given.items() if said}
    names = {"device": "device", "depth": "needle length"}
    return Answer(words=words, echo=", ".join(f"{names[name]} {words[name]}" for name in words))


def _start(text: str, known: Known) -> Answer:
    day = grammar.start(text, "start", known.today)
    past = f", {prose.distance((day - known.today).days)}" if day < known.today else ""
    return Answer(words={"start": day.isoformat()}, echo=f"{prose.day(day)}{past}")


def _every(text: str, _: Known) -> Answer:
    pace = rules.every(text, "every")
    if isinstance(pace, Recurrence):
        return Answer(words={"every": str(pace)})
    return Answer(words={"every": str(pace)}, echo=", then ".join(map(_apart, pace.steps)))


def _apart(step: Step) -> str:
    sessions = f"{prose.count(step.count, 'session')} " if step.count else ""
    return f"{sessions}{prose.span(step.span)} apart"


def _counted(known: Known) -> str:
    """Say the end that the pace itself has."""
    pace = rules.every(str(known.words["every"]), "every")
    until = None if isinstance(pace, Pace) else pace.until
    if isinstance(pace, Recurrence):
        count = pace.count
    else:
        counts = [step.count for step in pace.steps]
        count = None if counts[-1] is None else sum(filter(None, counts))
    ends = [prose.count(count, "session")] if count else []
    ends += [f"until {prose.day(until)}"] if until else []
    return f"{', '.join(ends)}, from the pace" if ends else ""


def _end(text: str, _: Known) -> Answer:
    """Read a number of sessions, or a last day if it looks like a date."""
    if not re.match(r"[0-9]+[-/.]", text):
        return Answer(words={"sessions": str(paces.number(text, "sessions"))})
    day = grammar.day(text, "until")
    return Answer(words={"until": day.isoformat()}, echo=prose.day(day))


_CHOICE = re.compile(
    r"(?:^|[\s,]+)(only|rather)\s+(.*?)(?=[\s,]+(?:only|rather)\s|$)", re.IGNORECASE
)
_CHOICE_WORDS = {"only": "on", "rather": "prefer"}


def _weekdays(text: str, _: Known) -> Answer:
    """Read ``only sat,sun`` and ``rather sun``, one of them or both."""
    choices = _CHOICE.findall(text)
    twice = len({choice.lower() for choice, _ in choices}) < len(choices)
    if twice or _CHOICE.sub("", text).strip(" ,"):
        raise RuleError(
            "write only sun if no other day will do, rather sun if another may do, or any",
            word="on",
            text=text,
            span=(0, len(text)),
        )
    words: Words = {}
    said: list[str] = []
    for choice, days in choices:
        word = _CHOICE_WORDS[choice.lower()]
        value = grammar.weekdays(days, word)
        words[word] = str(value)
        said.append(f"{choice.lower()} on {prose.weekdays(value)}")
    return Answer(words=words, echo=", ".join(said))


def _time(text: str, known: Known) -> Answer:
    at = f"{grammar.clock(text, 'at'):%H:%M}"
    return Answer(words={"at": at}, echo=f"{at} {known.zone}")


def _parts(text: str) -> list[str]:
    """Split at commas, semicolons and blanks, but for those around the dots of a range."""
    return re.sub(r"\s*\.\.\s*", "..", text).replace(",", " ").replace(";", " ").split()


def _avoid(text: str, _: Known) -> Answer:
    ranges = [grammar.closed(part, "avoid") for part in _parts(text) or [text]]
    return Answer(
        words={"avoid": [str(days) for days in ranges]},
        echo="; ".join(_closed(days) for days in ranges),
    )


def _closed(days: ClosedRange) -> str:
    """Say a range with its years, or that it holds in every year."""
    if isinstance(days, ClosedYearly):
        return prose.closed_days(days)
    first, last = prose.day(days.first), prose.day(days.last)
    return first if first == last else f"{first} to {last}"


def _remind(text: str, known: Known) -> Answer:
    reminders = [grammar.reminder(part, "remind") for part in _parts(text) or [text]]
    all_day = "at" not in known.words
    return Answer(
        words={"remind": [str(reminder) for reminder in reminders]},
        echo="; ".join(_before(reminder, all_day=all_day) for reminder in reminders),
    )


def _before(reminder: Reminder, *, all_day: bool) -> str:
    """``1 day before at 09:00``, ``1 hour 30 minutes before``, ``that day at 08:00``."""
    if reminder.length is not None:
        units = zip(divmod(reminder.length.minutes, 60), ("hour", "minute"), strict=True)
        return f"{' '.join(prose.count(amount, unit) for amount, unit in units if amount)} before"
    day = f"{prose.count(reminder.days, 'day')} before" if reminder.days else "that day"
    if reminder.at is not None:
        return f"{day} at {reminder.at:%H:%M}"
    return f"{day} at 09:00" if all_day else f"{day} at the same hour"


def _discreet(text: str, _: Known) -> Answer:
    spelled = {"y": "yes", "n": "no"}.get(text.lower(), text)
    return Answer(words={"discreet": True} if grammar.yes(spelled, "discreet") else {})


# --- the questions --------------------------------------------------------------------------

QUESTIONS: tuple[Question, ...] = (
    Question(
        words=("setting",),
        asks="Where? home / clinic",
        default="leave out",
        help="home or clinic is remembered and shown, never computed with; home adds a notice "
        "about what was studied where.",
        read=_setting,
    ),
    Question(
        words=("device", "depth"),
        asks="Device and needle length, to remember",
        default="leave out",
        help="In your own words, such as: roller 0.5 mm. The part with mm is kept as the needle "
        "length; nothing is computed from either.",
        read=_device,
    ),
    Question(
        words=("start",),
        asks="First session? {soon}, today, sun (the next, never today)",
        help="The day of session 1: {soon}, today, tomorrow, a weekday such as tue, or +10d "
        "for ten days from today. It may lie in the past.",
        read=_start,
    ),
    Question(
        words=("every",),
        asks="How far apart? 10d, 1w, 3w, 4w, 1mo (examples, not advice)",
        help="d is days, w weeks, mo months, y years. 6x4w is 6 sessions 4 weeks apart; "
        "4x1w,4x2w changes from one week to two; 4w~3d may move 3 days either way; RRULE:… takes "
        "a recurrence rule. These show the spelling and say nothing about which pace to take.",
        read=_every,
    ),
    Question(
        words=("sessions", "until"),
        asks="How many sessions, or until which day? 6, 12, {later}",
        help="A number such as 6 counts the sessions, the first one too; a day such as {later} "
        "is the last one the pace may reach.",
        read=_end,
        rests_on="every",
        settled=_counted,
    ),
    Question(
        words=("on", "prefer"),
        asks="Weekdays? only sun / rather sun / any",
        default="any",
        help="only sat,sun: never on another day. rather sun: on a Sunday if it is not too far "
        "from the day the pace gives. only mon..fri, rather tue: both.",
        read=_weekdays,
    ),
    Question(
        words=("at",),
        asks="What time? 20:00",
        default="all day",
        help="The local time on a clock of 24 hours, such as 08:30 or 20:00. Without one a "
        "session is an all-day entry in the calendar.",
        read=_time,
    ),
    Question(
        words=("avoid",),
        asks="Days you cannot? {away}",
        default="none",
        help="Days or ranges, several with commas: {soon}, {away}. Without a year they hold every "
        "year: 12-24..01-03. A session that falls there moves and is not lost.",
        read=_avoid,
    ),
    Question(
        words=("remind",),
        asks="Reminders? 1d, 2h",
        default="none",
        help="How long before a session: 1d, 2h, 30m (here m is minutes), or 1d@20:00, the evening "
        "before. Without a time of day only those in days: 1d rings the day before at 09:00, "
        "0d@08:00 that morning.",
        read=_remind,
    ),
    Question(
        words=("discreet",),
        asks="Neutral calendar titles?",
        default="Y/n",
        taken="yes",
        help="With yes, calendar and phone say `appointment 4`, without what it is about.",
        read=_discreet,
    ),
)

NUMBERS = {9: "Nine", 10: "Ten", 11: "Eleven", 12: "Twelve"}
COLUMN = 66
MARGIN = "   "


# --- asking ---------------------------------------------------------------------------------


def run(
    ask: Callable[[str], str], say: Callable[[str], None], *, today: date, zone: str
) -> dict[str, str | list[str] | bool]:
    """Ask every question until it is answered, and return the rule words of the answers.

    ``ask`` shows a prompt and returns the line typed; what it raises at the end of input
    passes through. Answers that contradict one another reopen the question at fault.
    """
    say(
        f"{NUMBERS.get(len(QUESTIONS), len(QUESTIONS))} questions; ? explains, Ctrl-C saves nothing."
    )
    answers: dict[int, Words] = {}
    while (number := _next(answers)) is not None:
        known = Known(today=today, zone=zone, words=_merge(answers))
        answers[number] = _settle(number, known, ask, say)
        try:
            _check(answers, today, zone)
        except RuleError as error:
            _say_fault(error, say)
            _reopen(answers, error)
    return _merge(answers)


def _next(answers: Mapping[int, Words]) -> int | None:
    return next((number for number in range(len(QUESTIONS)) if number not in answers), None)


def _merge(answers: Mapping[int, Words]) -> Words:
    return {name: value for number in sorted(answers) for name, value in answers[number].items()}


def _settle(
    number: int, known: Known, ask: Callable[[str], str], say: Callable[[str], None]
) -> Words:
    """Ask one question until its answer can be read, unless other answers settled it."""
    question = QUESTIONS[number]
    prompt = _prompt(number, known.today)
    if question.settled and (settled := question.settled(known)):
        say(f"{prompt}{settled}")
        return {}
    while True:
        text = ask(prompt).strip()
        try:
            answer = _answer(question, text, known, say)
        except RuleError as error:
            _say_fault(error, say)
            continue
        if answer is not None:
            if answer.echo:
                _say(f"{text} → {answer.echo}", say)
            return answer.words


def _answer(
    question: Question, text: str, known: Known, say: Callable[[str], None]
) -> Answer | None:
    """Read what was typed; None if it only called for an explanation."""
    if text == "?":
        _say(question.help.format_map(_examples(known.today)), say)
        return None
    if not text and question.default is None:
        _say("an answer is needed here; ? shows examples", say)
        return None
    if not text or text.lower() == question.default:
        return question.read(question.taken, known) if question.taken else Answer(words={})
    return question.read(text, known)


def _prompt(number: int, today: date) -> str:
    question = QUESTIONS[number]
    default = f" [{question.default}]" if question.default else ""
    asks = question.asks.format_map(_examples(today))
    return f"{f'{number + 1:>2} {asks}{default}':<{COLUMN}} > "


def _examples(today: date) -> dict[str, str]:
    """Days near ``today``, so that no example has passed."""
    later = dates.add(today.replace(day=1), Span(months=4))
    away = f"{today.year}-12-24..{today.year + 1}-01-03"
    return {"soon": str(today + timedelta(days=7)), "later": str(later), "away": away}


# --- faults ---------------------------------------------------------------------------------


def _check(answers: Mapping[int, Words], today: date, zone: str) -> None:
    """Read the answers together, once every question without a default has one."""
    needed = (number for number, question in enumerate(QUESTIONS) if question.default is None)
    if all(number in answers for number in needed):
        rules.parse(_merge(answers), today=today, zone=zone)


def _reopen(answers: dict[int, Words], error: RuleError) -> None:
    """Forget the answer at fault and what rests on it; the fault of another word is raised."""
    rests = [(number, QUESTIONS[number].words, QUESTIONS[number].rests_on) for number in answers]
    forgotten = [number for number, words, on in rests if error.word in (*words, on)]
    if not forgotten:
        raise error
    for number in forgotten:
        del answers[number]


def _say_fault(error: RuleError, say: Callable[[str], None]) -> None:
    """Show what was written, a caret under the fault, and what would do."""
    start, end = error.span
    before, fault = prose.visible(error.text[:start]), prose.visible(error.text[start:end])
    say(f"{MARGIN}{prose.visible(error.text)}")
    say(f"{MARGIN}{' ' * len(before)}{'^' * max(len(fault), 1)}")
    _say(error.message, say)


def _say(text: str, say: Callable[[str], None]) -> None:
    for line in textwrap.wrap(
        prose.visible(text), 79, initial_indent=MARGIN, subsequent_indent=MARGIN
    ):
        say(line)
