"""What is said, in one line, of sessions that had to leave their windows."""

from __future__ import annotations

from microplan import prose
from microplan.because import Follows, OnClosedDay, OutsideWindow
from microplan.model import Session


def moved(sessions: tuple[Session, ...]) -> str:
    """Say which session had to leave its window, why, and which follow; nothing if none had.

    ``session 2 Tue 29 Dec → Thu 7 Jan (closed 24 Dec–6 Jan); 3–6 follow on Thursdays``
    """
    left = [each for each in sessions if _left_its_window(each)]
    if not left:
        return ""
    first, *others = left
    said = f"session {first.number} {prose.short(first.due)} → {prose.short(first.date)}"
    parts = [f"{said}{_why(first)}", *_following(first, sessions)]
    if others:
        parts.append(f"{prose.listing([str(each.number) for each in others[:9]])} moved as well")
    return "; ".join(parts)


def _left_its_window(session: Session) -> bool:
    return any(isinstance(reason, OutsideWindow) for reason in session.because)


def _why(session: Session) -> str:
    for reason in session.because:
        if isinstance(reason, OnClosedDay):
            return f" (closed {prose.closed_days(reason.days)})"
        if not isinstance(reason, OutsideWindow | Follows):
            return f" ({prose.reason(reason)})"
    return ""


def _following(leader: Session, sessions: tuple[Session, ...]) -> list[str]:
    """Say which sessions are counted from one that moved, and on which weekday, if it is one."""
    by = Follows(session=leader.number, day=leader.date)
    led = [session for session in sessions if by in session.because]
    if len(led) <= 1:
        return [f"{session.number} follows" for session in led]
    days = {session.date.weekday() for session in led}
    on = f" on {prose.WEEKDAYS[days.pop()]}s" if len(days) == 1 else ""
    return [f"{led[0].number}–{led[-1].number} follow{on}"]
