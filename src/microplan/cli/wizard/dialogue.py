"""The dialogue of ``new`` at a terminal, from answers to rule words; what reads and shows is handed in."""

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
"""Where an answer begins; a range of days still fits beside it into 80 columns."""
WIDEST = 66
"""How far a prompt may reach to show what Enter takes."""
MARGIN = "   "
LINE = 79

Ask = Callable[[str, Hint], str]
Say = Callable[[str], None]


class Turn(Struct, frozen=True):
    """The words a question came to, and what was said to it; None if it was settled unasked."""

    words: Words
    said: str | None = None


Turns = dict[int, Turn]


# --- asking ---------------------------------------------------------------------------------


def run(
    ask: Ask, say: Say, *, today: date, zone: str, configured: Words | None = None
) -> dict[str, str | list[str] | bool]:
    """Ask every question until it is answered, and return the words of the answers.

    Beside rule words they are ``protocol``, the name of a course, and ``pause``, a list. ``ask``
    shows a prompt and returns the line typed; what it raises at the end of input passes through.
    Answers that contradict one another reopen the question at fault. ``configured`` words are
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
    """Say that nothing was saved, and the command that says what was answered."""
    flags = shlex.join(as_flags(words))
    return f"\nNothing saved. So far: microplan new {flags}" if flags else "\nNothing saved."


def _asked(
    questions: list[Question], turns: Turns, begun: Known, ask: Ask, say: Say
) -> dict[str, str | list[str] | bool]:
    """Ask until every question is settled; ``turns`` holds what was answered so far."""
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
    """Let Enter take the words that a person has configured, shown as an answer is typed."""
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
    """Let Enter take a text, shown where the examples were: what a course says, or an earlier answer."""
    if not text:
        return question
    plain = question.plain or question.default
    asks = _without_examples(question)
    return replace(question, asks=asks, default=text, taken=text, plain=plain)


def _settle(number: int, question: Question, known: Known, ask: Ask, say: Say) -> Turn | None:
    """Ask one question until its answer can be read, unless other answers settled it.

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
    """Tell an editor how an answer is read, before it is given."""

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
    """Read what was typed, and say how; None if it only called for an explanation."""
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
"""How many parts of one answer may be written otherwise, such as each of seven weekdays."""


def _read(question: Question, text: str, known: Known) -> tuple[Answer, str]:
    """Read an answer as it was meant: what the refusal names as the one thing that would do."""
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
    """Days near today, so that no example has passed, and zones."""
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
    """Take back the last answer before a question; it becomes the default of its own."""
    asked = [n for n, turn in turns.items() if n < number and turn.said is not None]
    if not asked:
        _say("this is the first question", say)
        return
    earlier |= {n: turn.said or "" for n, turn in _forget(turns, max(asked)).items()}


def _forget(turns: Turns, number: int) -> Turns:
    """Take back the answer to a question, and those that rest on its words."""
    words = set(QUESTIONS[number].words)
    resting = [n for n in turns if not words.isdisjoint(QUESTIONS[n].rests_on)]
    return {n: turns.pop(n) for n in (number, *resting)}


# --- faults ---------------------------------------------------------------------------------


def _check(turns: Turns, zone: str) -> None:
    """Read the answers together, once every question without a default has one."""
    needed = (number for number, question in enumerate(QUESTIONS) if question.default is None)
    if all(number in turns for number in needed):
        words = {name: typed for name, typed in _merge(turns).items() if name in rules.WORDS}
        rules.parse(words, zone=zone)


def _reopen(turns: Turns, earlier: dict[int, str], error: RuleError) -> None:
    """Forget the answer that gave the word at fault, and what rests on it.

    A course is at fault where no other answer spoke of the word. The fault of a word that no answer
    gave is raised.
    """
    given = [number for number in sorted(turns) if error.word in turns[number].words]
    own = [number for number in given if "protocol" not in QUESTIONS[number].words]
    if not given:
        raise error
    for number in _forget(turns, (own or given)[0]):
        earlier.pop(number, None)


def _say_fault(error: RuleError, say: Callable[[str], None]) -> None:
    """Show what was written, a caret under the fault, and what to write instead."""
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
