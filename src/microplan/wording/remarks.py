"""One-line remarks about sessions that couldn't be where the person wanted them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from microplan.model import dates
from microplan.model.plan import Follows, OnClosedDay, OutsideWindow, Session
from microplan.model.rules import Rules
from microplan.model.values import Recurrence
from microplan.wording import phrases, reasons

LONG = 28
"""Days past its window from which a session gets a remark."""


def moved(sessions: tuple[Session, ...]) -> str:
    """Say which session had to leave its window, why, and which follow; empty if none did.

    ``session 2 Tue 29 Dec → Thu 7 Jan (closed 24 Dec–6 Jan); 3–6 follow on Thursdays``
    """
    left = [session for session in sessions if _left_its_window(session)]
    if not left:
        return ""
    first, *others = left
    move = f"session {first.number} {phrases.short(first.due)} → {phrases.short(first.date)}"
    parts = [f"{move}{_why(first)}", *_following(first, sessions)]
    if others:
        parts.append(
            f"{phrases.listing([str(session.number) for session in others[:9]])} moved as well"
        )
    return "; ".join(parts)


def _left_its_window(session: Session) -> bool:
    return any(isinstance(reason, OutsideWindow) for reason in session.because)


def _why(session: Session) -> str:
    for reason in session.because:
        if isinstance(reason, OnClosedDay):
            return f" (closed {phrases.closed_days(reason.days)})"
        if not isinstance(reason, OutsideWindow | Follows):
            return f" ({reasons.reason(reason)})"
    return ""


def _following(leader: Session, sessions: tuple[Session, ...]) -> list[str]:
    """Say which sessions count from ``leader``, and their weekday if they share one."""
    by = Follows(session=leader.number, day=leader.date)
    led = [session for session in sessions if by in session.because]
    if len(led) <= 1:
        return [f"{session.number} follows" for session in led]
    days = {session.date.weekday() for session in led}
    on = f" on {phrases.WEEKDAYS[days.pop()]}s" if len(days) == 1 else ""
    return [f"{led[0].number}–{led[-1].number} follow{on}"]


MONTHLY = r"FREQ=MONTHLY(?=;|$)(?!.*BYMONTH=)"
"""Matches a recurrence over every month, or every few months."""
A_YEAR = 12


def skipped_months(rules: Rules) -> str:
    """Say which months a monthly recurrence skips, and what to write instead; empty if none.

    RFC 5545, section 3.3.10, skips months that don't have the day.
    """
    if not (isinstance(rules.every, Recurrence) and re.search(MONTHLY, rules.every.rule)):
        return ""
    days = [day for _, day in dates.pace_days(rules)]
    months = [day.year * A_YEAR + day.month - 1 for day in days]
    every = re.search("INTERVAL=([0-9]+)", rules.every.rule)
    step = int(every[1]) if every else 1
    missing = dict.fromkeys(
        phrases.MONTHS[month % A_YEAR]
        for before, after in pairwise(months)
        for month in range(before + step, after, step)
    )
    if not missing:
        return ""
    names = phrases.listing(list(missing))
    sentence = f"{rules.every} skips {names}: there is no such day in these months"
    if "BYDAY" in rules.every.rule:
        return sentence
    return (
        f"{sentence}; for the last day of each month write BYMONTHDAY=-1, or "
        f"--every {len(days)}x{step}mo --start {rules.start}"
    )


def longest_wait(sessions: Sequence[Session]) -> str:
    """Say which session of a new plan waits longest for an open day; empty if under ``LONG`` days."""
    worst = max(sessions, key=_waits)
    if _waits(worst) < LONG:
        return ""
    return (
        f"session {worst.number} waits until {phrases.day(worst.date)} for an open day, "
        f"{phrases.count(_waits(worst), 'day')} after its window; other weekdays, or another time, "
        "may be open sooner"
    )


def _waits(session: Session) -> int:
    """Count the days from the end of its window to the session."""
    return (session.date - session.latest).days


def unmet_preference(sessions: Sequence[Session]) -> str:
    """Say that no session is on a preferred weekday; empty if one is, or none is preferred."""
    prefer = sessions[0].rules.prefer
    if prefer is None or any(prefer.admits(session.date) for session in sessions):
        return ""
    names = phrases.listing([phrases.WEEKDAYS[number] for number in prefer.days], "or")
    return (
        f"{names} is preferred, but no session can move there within its window; a wider window, "
        "or another first day, would help"
    )
