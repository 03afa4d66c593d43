"""Asks questions at a terminal until the answer is valid, with line editing where possible."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date

from microplan.cli import everyday, terminal
from microplan.cli.console.hints import HELP, Hint
from microplan.errors import RuleError
from microplan.model.plan import Session
from microplan.model.values import ClosedRange
from microplan.rules import suggestions
from microplan.rules.day_spellings import Direction, View
from microplan.wording import phrases


def ask(prompt: str, hint: Hint | None = None) -> str:
    """Ask one question; read a plain line if the terminal doesn't support editing."""
    if not _can_edit():
        return terminal.ask(prompt)
    from microplan.cli.console import line_editor

    return line_editor.ask(prompt, hint or Hint())


def _can_edit() -> bool:
    """Whether input and output are a terminal whose cursor can be moved."""
    dumb = os.environ.get("TERM", "") in ("", "dumb", "unknown")
    return not dumb and sys.stdin.isatty() and sys.stderr.isatty()


def yes(question: str, default: str, meaning: str = "") -> bool:
    """Ask a yes-or-no question."""
    return terminal.yes(question, default, meaning, asks=lambda prompt: ask(prompt, YES))


def _yes(text: str) -> str:
    if text.lower() in ("y", "yes", "n", "no"):
        return ""
    raise RuleError("write yes or no", word="answer", text=text, span=(0, len(text)))


YES = Hint(read=_yes, names=lambda: ("yes", "no"), help="yes or no")


def choice(question: str, names: Sequence[str], meaning: str) -> str:
    """Ask until the answer is the start of one of the names; ``?`` prints ``meaning``, Enter gives none."""
    *others, last = names
    offered = f"write {', '.join(others)} or {last}, or press Enter to leave it. ? explains"

    def begun(text: str) -> str:
        matching = [name for name in names if name.startswith(text.lower())]
        if len(matching) != 1:
            raise RuleError(offered, word="answer", text=text, span=(0, len(text)))
        return matching[0]

    hint = Hint(read=begun, names=lambda: names, help="Enter leaves it · ? explains")
    while answer := ask(question, hint).lower():
        try:
            return begun(answer)
        except RuleError:
            terminal.say(f"   {meaning if answer == HELP else offered}")
    return ""


def done_on(session: Session, today: date) -> date:
    """Ask when a session was done; Enter means the planned day."""
    view = View(today=today, direction=Direction.PAST)
    hint = Hint(
        read=lambda text: phrases.day(suggestions.day(text, "on", view)),
        names=lambda: ("today", "yesterday", *map(str.lower, phrases.WEEKDAYS)),
        help=f"Enter takes {phrases.day(session.date)} · yesterday, sun, 3 Dec",
    )
    while (answer := ask(f"on which day? [{session.date}] > ", hint)) == HELP:
        terminal.say(
            "   a day such as 2026-12-03, yesterday or sun; Enter takes the one in brackets"
        )
    return everyday.past(answer or str(session.date), "on", today)


def away(question: str, today: date) -> list[ClosedRange]:
    """Ask which days the person was away."""
    view = View(today=today, direction=Direction.NEAR)

    def read(text: str) -> str:
        return "; ".join(map(phrases.dated, suggestions.days(text, "avoid", view)))

    hint = Hint(read=read, commands=(), help="20 Nov - 30 Nov, 2026-12-24, last week")
    return everyday.away([ask(question, hint)], today)
