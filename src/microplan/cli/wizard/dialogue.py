"""Runs the dialogue of ``new``; the functions that read and print are passed in."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Callable
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from microplan.cli.console.hints import BACK, HELP, Hint
from microplan.cli.wizard.answers import Answer, Known, Words
from microplan.cli.wizard.questions import QUESTIONS, Question
from microplan.errors import RuleError
from microplan.model import dates
from microplan.model.rules import as_flags
from microplan.model.values import Span
from microplan.rules import words as rules
from microplan.wording import phrases

NUMBERS = {12: "Twelve", 13: "Thirteen", 14: "Fourteen"}
COLUMN = 52
"""The column where answers start; a range of days still fits after it in 80 columns."""
WIDEST = 66
"""The widest prompt, including the default for Enter."""
MARGIN = "   "
LINE = 79

Ask = Callable[[str, Hint], str]
Say = Callable[[str], None]


class Turn(Struct, frozen=True):
    """The words a question set, and the answer typed; None if the question was skipped."""

    words: Words
    typed: str | None = None


Turns = dict[int, Turn]


# --- asking ---------------------------------------------------------------------------------


def run(
    ask: Ask, say: Say, *, today: date, zone: str, configured: Words | None = None
) -> dict[str, str | list[str] | bool]:
    """Ask every question until it is answered, and return the words of the answers.

    Besides rule words there are ``protocol``, the name of a course, and ``pause``, a list. ``ask``
    shows a prompt and returns the line typed; its exception at the end of input is passed on.
    If answers contradict each other, the question at fault is asked again. ``configured`` words are
    the defaults of their questions.
    """
    questions = [_with_default(question, configured or {}) for question in QUESTIONS]
    number_said = NUMBERS.get(len(QUESTIONS), len(QUESTIONS))
    say(f"{number_said} questions; ? explains, < goes back, Ctrl-C saves nothing.")
    turns: Turns = {}
    try:
        return _asked(questions, turns, Known(today=today, zone=zone, words={}), ask, say)
    except KeyboardInterrupt:
        say(_so_far(_merge(turns)))
        raise


def _so_far(words: Words) -> str:
    """Report that nothing was saved, with the command that repeats the answers so far."""
    flags = shlex.join(as_flags(words))
    return f"\nNothing saved. So far: microplan new {flags}" if flags else "\nNothing saved."


def _asked(
    questions: list[Question], turns: Turns, begun: Known, ask: Ask, say: Say
) -> dict[str, str | list[str] | bool]:
    """Ask until every question is settled; ``turns`` holds the answers so far."""
    earlier: dict[int, str] = {}
    while (number := _next(turns)) is not None:
        known = replace(begun, words=_merge(turns))
        question = questions[number]
        question = _offering(question, question.suggests(known) if question.suggests else "")
        question = _offering(question, earlier.get(number))
        turn = _settle(number, question, known, ask, say)
        if turn is None:
            _go_back(number, turns, earlier, say)
            continue
        turns[number] = turn
        try:
            _check(turns, begun.zone)
        except RuleError as error:
            _say_fault(error, say)
            _reopen(turns, earlier, error)
    return _merge(turns)


def _next(turns: Turns) -> int | None:
    return next((number for number in range(len(QUESTIONS)) if number not in turns), None)


def _merge(turns: Turns) -> Words:
    return {name: value for number in sorted(turns) for name, value in turns[number].words.items()}


def _with_default(question: Question, configured: Words) -> Question:
    """Make the configured words the default for Enter, shown as they would be typed."""
    words = (word for word in question.words if word != "tz")  # shown as it is
    value = next((configured[word] for word in words if word in configured), None)
    match value:
        case None:
            return question
        case bool():
            return replace(
                question, default="Y/n" if value else "y/N", taken="yes" if value else "no"
            )
        case _:
            default = value if isinstance(value, str) else ", ".join(value)
            return replace(question, default=default, taken=default, plain=question.default)


def _offering(question: Question, text: str | None) -> Question:
    """Make a text from a course or an earlier answer the default for Enter, shown instead of examples."""
    if not text:
        return question
    plain = question.plain or question.default
    asks = _without_examples(question)
    return replace(question, asks=asks, default=text, taken=text, plain=plain)


def _settle(number: int, question: Question, known: Known, ask: Ask, say: Say) -> Turn | None:
    """Ask one question until its answer can be read, unless other answers make it needless.

    None if the person wants to go back instead.
    """
    if question.settled and (settled := question.settled(known)):
        asks = _without_examples(question)
        asks += "" if asks.endswith("?") else ":"
        _say(f"{number + 1:>2} {asks} {settled}", say, first="")
        return Turn({})
    if question.begun and (begun := question.begun(known)):
        _say(begun, say)
    prompt, hint = _prompt(number, question, known), _hint(question, known)
    while (text := ask(prompt, hint).strip()) != BACK:
        try:
            turn = _turn(question, text, known, say)
        except RuleError as error:
            _say_fault(error, say)
        else:
            if turn is not None:
                return turn
    return None


def _hint(question: Question, known: Known) -> Hint:
    """Return what the line editor needs to check an answer while it is typed."""

    def read(text: str) -> str:
        if not text:
            raise RuleError(NEEDED, word="answer", text=text, span=(0, 1))
        if text.lower() in (question.plain, question.default):
            return ""
        answer, meant = _read(question, text, known)
        return " → ".join(filter(None, [meant if meant != text else "", answer.echo]))

    enter = f"Enter: {question.default} · " if question.default else ""
    commands = (HELP, BACK) if question.default is None else ("", HELP, BACK)
    help_ = f"{enter}? explains · < goes back · Tab completes"
    return Hint(read=read, commands=commands, names=question.names, help=help_)


NEEDED = "this question needs an answer; ? shows examples"


def _turn(question: Question, text: str, known: Known, say: Say) -> Turn | None:
    """Parse the line typed, and print how it was read; None if it only asked for help."""
    if text == HELP:
        _say(question.help.format_map(_examples(known)), say)
        for line in question.lists():
            say(f"{MARGIN}{line}"[:LINE])
        return None
    if not text and question.default is None:
        _say(NEEDED, say)
        return None
    typed = question.taken if text.lower() in ("", question.default) else text
    if not typed or typed.lower() == question.plain:
        return Turn({}, typed)
    answer, meant = _read(question, typed, known)
    chain = [typed, *[meant] * (meant != typed and not answer.echo.startswith(meant)), answer.echo]
    if any(chain[1:]):
        _say(" → ".join(filter(None, chain)), say)
    return Turn(answer.words, meant)


MOST_FIXES = 10
"""The most corrections to one answer; each of seven weekdays may need one."""


def _read(question: Question, text: str, known: Known) -> tuple[Answer, str]:
    """Parse an answer, applying corrections that an error names as the only possible ones."""
    for _ in range(MOST_FIXES):
        try:
            return question.read(text, known), text
        except RuleError as error:
            if not error.fix or text.count(error.text) != 1:
                raise
            text = text.replace(error.text, error.corrected)
    return question.read(text, known), text


def _prompt(number: int, question: Question, known: Known) -> str:
    asks = f"{number + 1:>2} {question.asks.format_map(_examples(known))}"
    if question.default:
        default, room = phrases.visible(question.default), max(WIDEST - len(asks) - 3, 9)
        asks += f" [{default if len(default) <= room else f'{default[: room - 1]}…'}]"
    return f"{asks:<{COLUMN}} > "


def _without_examples(question: Question) -> str:
    asks, mark, _ = question.asks.partition("?")
    return asks + mark


def _examples(known: Known) -> dict[str, str]:
    """Return example dates near today, so that none has passed, and example zones."""
    today = known.today
    return {
        "soon": str(today + timedelta(days=7)),
        "later": str(dates.add(today.replace(day=1), Span(months=4))),
        "away": f"{today.year}-12-24..{today.year + 1}-01-03",
        "zone": known.zone,
        "other": "Europe/Paris" if known.zone == "Europe/Berlin" else "Europe/Berlin",
    }


# --- going back -----------------------------------------------------------------------------


def _go_back(number: int, turns: Turns, earlier: dict[int, str], say: Say) -> None:
    """Take back the last answer before a question; it becomes the default when asked again."""
    asked = [n for n, turn in turns.items() if n < number and turn.typed is not None]
    if not asked:
        _say("this is the first question", say)
        return
    earlier |= {n: turn.typed or "" for n, turn in _forget(turns, max(asked)).items()}


def _forget(turns: Turns, number: int) -> Turns:
    """Take back the answer to a question, and the answers that depend on it."""
    words = set(QUESTIONS[number].words)
    resting = [n for n in turns if not words.isdisjoint(QUESTIONS[n].rests_on)]
    return {n: turns.pop(n) for n in (number, *resting)}


# --- faults ---------------------------------------------------------------------------------


def _check(turns: Turns, zone: str) -> None:
    """Parse all answers together, once every question without a default is answered."""
    needed = (number for number, question in enumerate(QUESTIONS) if question.default is None)
    if all(number in turns for number in needed):
        words = {name: typed for name, typed in _merge(turns).items() if name in rules.WORDS}
        rules.parse(words, zone=zone)


def _reopen(turns: Turns, earlier: dict[int, str], error: RuleError) -> None:
    """Forget the answer that set the word at fault, and the answers that depend on it.

    If only the chosen course set the word, the course is forgotten. If no answer set it, the error
    is raised.
    """
    given = [number for number in sorted(turns) if error.word in turns[number].words]
    own = [number for number in given if "protocol" not in QUESTIONS[number].words]
    if not given:
        raise error
    for number in _forget(turns, (own or given)[0]):
        earlier.pop(number, None)


def _say_fault(error: RuleError, say: Callable[[str], None]) -> None:
    """Show the answer with a caret under the fault, and what to write instead."""
    start, end = error.span
    before, fault = phrases.visible(error.text[:start]), phrases.visible(error.text[start:end])
    say(f"{MARGIN}{phrases.visible(error.text)}")
    say(f"{MARGIN}{' ' * len(before)}{'^' * max(len(fault), 1)}")
    _say(error.message, say)


def _say(text: str, say: Callable[[str], None], first: str = MARGIN) -> None:
    for line in textwrap.wrap(
        phrases.visible(text),
        LINE,
        initial_indent=first,
        subsequent_indent=MARGIN,
        break_on_hyphens=False,
    ):
        say(line)
