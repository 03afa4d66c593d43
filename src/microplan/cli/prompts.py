"""Questions about a session at a terminal, asked until the answer is clear."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from microplan.cli import terminal
from microplan.model.plan import Session
from microplan.rules import relative_dates


def choice(question: str, names: Sequence[str], meaning: str) -> str:
    """Ask until the answer begins one of the names; ``?`` tells their meaning, Enter is none."""
    *others, last = names
    while answer := terminal.ask(question).lower():
        found = [name for name in names if name.startswith(answer)]
        if len(found) == 1:
            return found[0]
        offered = f"{', '.join(others)} or {last} would do, Enter leaves it; ? explains"
        terminal.say(f"   {meaning if answer == '?' else offered}")
    return ""


def held_on(session: Session, today: date) -> date:
    """Ask on which day a session was held; Enter is the day it was planned for."""
    question = f"on which day? [{session.date}] > "
    while (answer := terminal.ask(question)) == "?":
        terminal.say(
            "   a day such as 2026-12-03, yesterday or sun; Enter takes the one in brackets"
        )
    return relative_dates.past(answer or str(session.date), "on", today)
