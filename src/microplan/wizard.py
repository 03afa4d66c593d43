"""The questions of ``new`` at a terminal, from answers to rule words; what reads and shows them is handed in."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from microplan import answers, dates, prose, rules
from microplan.answers import Answer, Known, Words
from microplan.errors import RuleError
from microplan.values import Span


class Question(Struct, frozen=True, kw_only=True):
    """One question: the rule words it settles, what it says, and how an answer is read.

    Enter takes ``default``, shown in brackets, as if ``taken`` had been typed, or as nothing
    to record if that is empty; without a default Enter is no answer. ``plain`` is typed for
    nothing where the default is one of the person's own. ``rests_on`` are words whose
    answers may make the question needless; ``settled`` says how, or is empty. ``begun`` says what
    is known before it is asked, and ``names`` lists answers after ``help``.
    """

    words: tuple[str, ...]
    asks: str
    default: str | None = None
    taken: str = ""
    help: str
    read: Callable[[str, Known], Answer]
    plain: str | None = None
    rests_on: tuple[str, ...] = ()
    settled: Callable[[Known], str] | None = None
    begun: Callable[[Known], str] | None = None
    names: Callable[[], str] | None = None


# --- the questions --------------------------------------------------------------------------

QUESTIONS: tuple[Question, ...] = (
    Question(
        words=("protocol",),
        asks="Follow a published course? its name, ? lists them",
        default="your own",
        help="A plan takes over what was published of a course: how far apart, how many, where, "
        "with what, what was paused, and when the result was looked at. kumar-2018:stepped is one "
        "variant of a course. microplan protocols shows each with its sources. By name:",
        names=answers.courses,
        read=answers.course,
    ),
    Question(
        words=("setting",),
        asks="Where? home / clinic",
        default="leave out",
        help="home or clinic is remembered and shown, never computed with; home adds a notice "
        "about what was studied where.",
        read=answers.setting,
        rests_on=("protocol",),
        begun=answers.setting_taken,
    ),
    Question(
        words=("device", "depth"),
        asks="Device and needle length, to remember",
        default="leave out",
        help="In your own words, such as: roller 0.5 mm. The part with mm is kept as the needle "
        "length; nothing is computed from either.",
        read=answers.device,
        rests_on=("protocol",),
        settled=answers.device_taken,
        begun=answers.device_begun,
    ),
    Question(
        words=("start",),
        asks="First session? {soon}, today, sun (the next, never today)",
        help="The day of session 1: {soon}, today, tomorrow, a weekday such as tue, or +10d "
        "for ten days from today. It may lie in the past.",
        read=answers.start,
    ),
    Question(
        words=("every",),
        asks="How far apart? 10d, 1w, 3w, 4w, 1mo (examples, not advice)",
        help="d is days, w weeks, mo months, y years. 6x4w is 6 sessions 4 weeks apart; "
        "4x1w,4x2w changes from one week to two; 4w~3d may move 3 days either way; RRULE:… takes "
        "a recurrence rule. These show the spelling and say nothing about which pace to take.",
        read=answers.every,
        rests_on=("protocol",),
        settled=answers.every_taken,
    ),
    Question(
        words=("sessions", "until"),
        asks="How many sessions, or until which day? 6, 12, {later}",
        help="A number such as 6 counts the sessions, the first one too; a day such as {later} "
        "is the last one the pace may reach.",
        read=answers.end,
        rests_on=("protocol", "every"),
        settled=answers.counted,
    ),
    Question(
        words=("on", "prefer"),
        asks="Weekdays? only sun / rather sun / any",
        default="any",
        help="only sat,sun: never on another day. rather sun: on a Sunday if it is not too far "
        "from the day the pace gives. only mon..fri, rather tue: both.",
        read=answers.weekdays,
    ),
    Question(
        words=("at",),
        asks="What time? 20:00",
        default="all day",
        help="The local time on a clock of 24 hours, such as 08:30 or 20:00. Without one a "
        "session is an all-day entry in the calendar.",
        read=answers.time,
    ),
    Question(
        words=("avoid",),
        asks="Days you cannot? {away}",
        default="none",
        help="Days or ranges, several with commas: {soon}, {away}. Without a year they hold every "
        "year: 12-24..01-03. A session that falls there moves and is not lost.",
        read=answers.avoid,
    ),
    Question(
        words=("pause",),
        asks="Pause anything? minoxidil -0d+1d: that day, the next",
        default="nothing",
        help="What you leave out around each session, in your own words, and the days before and "
        "after it: minoxidil -0d+1d is the session day and the next, -5d+2d from 5 days before to "
        "2 days after. Several with commas. It reminds you of your own decision; ask before "
        "changing a prescribed medicine.",
        read=answers.pause,
        begun=answers.pause_begun,
    ),
    Question(
        words=("remind",),
        asks="Reminders? 1d, 2h",
        default="none",
        help="How long before a session: 1d, 2h, 30m (here m is minutes), or 1d@20:00, the evening "
        "before. Without a time of day only those in days: 1d rings the day before at 09:00, "
        "0d@08:00 that morning.",
        read=answers.remind,
    ),
    Question(
        words=("discreet",),
        asks="Neutral calendar titles?",
        default="Y/n",
        taken="yes",
        help="With yes, calendar and phone say `appointment 4`, without what it is about.",
        read=answers.discreet,
    ),
)

NUMBERS = {11: "Eleven", 12: "Twelve", 13: "Thirteen"}
COLUMN = 66
MARGIN = "   "


# --- asking ---------------------------------------------------------------------------------


def run(
    ask: Callable[[str], str],
    say: Callable[[str], None],
    *,
    today: date,
    zone: str,
    configured: Words | None = None,
) -> dict[str, str | list[str] | bool]:
    """Ask every question until it is answered, and return the words of the answers.

    Beside rule words they are ``protocol``, the name of a course, and ``pause``, a list. ``ask`` shows a prompt and returns the line typed; what it raises at the end of input
    passes through. Answers that contradict one another reopen the question at fault.
    ``configured`` words are the defaults of their questions.
    """
    questions = [_with_default(question, configured or {}) for question in QUESTIONS]
    say(
        f"{NUMBERS.get(len(QUESTIONS), len(QUESTIONS))} questions; ? explains, Ctrl-C saves nothing."
    )
    answers: dict[int, Words] = {}
    while (number := _next(answers)) is not None:
        known = Known(today=today, zone=zone, words=_merge(answers))
        answers[number] = _settle(number, questions[number], known, ask, say)
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


def _with_default(question: Question, configured: Words) -> Question:
    """Let Enter take the words that a person has configured, shown as an answer is typed."""
    value = next((configured[word] for word in question.words if word in configured), None)
    match value:
        case None:
            return question
        case bool():
            return replace(
                question, default="Y/n" if value else "y/N", taken="yes" if value else "no"
            )
        case _:
            said = value if isinstance(value, str) else ", ".join(value)
            return replace(question, default=said, taken=said, plain=question.default)


def _settle(
    number: int,
    question: Question,
    known: Known,
    ask: Callable[[str], str],
    say: Callable[[str], None],
) -> Words:
    """Ask one question until its answer can be read, unless other answers settled it."""
    if question.settled and (settled := question.settled(known)):
        asks, mark, _ = question.asks.partition("?")
        _say(f"{number + 1:>2} {asks}{mark or ':'} {settled}", say, first="")
        return {}
    if question.begun and (begun := question.begun(known)):
        _say(begun, say)
    prompt = _prompt(number, question, known.today)
    while True:
        text = ask(prompt).strip()
        try:
            answer = _answer(question, text, known, say)
        except RuleError as error:
            _say_fault(error, say)
            continue
        if answer is not None:
            if answer.echo:
                _say(f"{text or question.taken} → {answer.echo}", say)
            return answer.words


def _answer(
    question: Question, text: str, known: Known, say: Callable[[str], None]
) -> Answer | None:
    """Read what was typed; None if it only called for an explanation."""
    if text == "?":
        names = f" {question.names()}" if question.names else ""
        _say(f"{question.help.format_map(_examples(known.today))}{names}", say)
        return None
    if not text and question.default is None:
        _say("an answer is needed here; ? shows examples", say)
        return None
    if text.lower() == question.plain:
        return Answer(words={})
    if not text or text.lower() == question.default:
        return question.read(question.taken, known) if question.taken else Answer(words={})
    return question.read(text, known)


def _prompt(number: int, question: Question, today: date) -> str:
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
        words = {name: said for name, said in _merge(answers).items() if name in rules.WORDS}
        rules.parse(words, today=today, zone=zone)


def _reopen(answers: dict[int, Words], error: RuleError) -> None:
    """Forget the answer that gave the word at fault, which may be a course, and what rests on it.

    The fault of a word that no answer gave is raised.
    """
    at_fault = next((number for number in sorted(answers) if error.word in answers[number]), None)
    if at_fault is None:
        raise error
    words = set(QUESTIONS[at_fault].words)
    resting = [number for number in answers if not words.isdisjoint(QUESTIONS[number].rests_on)]
    for number in (at_fault, *resting):
        del answers[number]


def _say_fault(error: RuleError, say: Callable[[str], None]) -> None:
    """Show what was written, a caret under the fault, and what would do."""
    start, end = error.span
    before, fault = prose.visible(error.text[:start]), prose.visible(error.text[start:end])
    say(f"{MARGIN}{prose.visible(error.text)}")
    say(f"{MARGIN}{' ' * len(before)}{'^' * max(len(fault), 1)}")
    _say(error.message, say)


def _say(text: str, say: Callable[[str], None], first: str = MARGIN) -> None:
    for line in textwrap.wrap(
        prose.visible(text),
        79,
        initial_indent=first,
        subsequent_indent=MARGIN,
        break_on_hyphens=False,
    ):
        say(line)
