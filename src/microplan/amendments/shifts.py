"""Says which sessions an amendment moved, in at most two lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from microplan.amendments import agenda
from microplan.amendments.amended import Amended, Change, HourChange
from microplan.model.entries import Closed, Opened
from microplan.model.plan import ACTIVE, OffWeekday, OnClosedDay, PinLapsed, Session
from microplan.wording import phrases, reasons

SHOWN = 3
"""Sessions to list one by one, besides the last, if they move by different amounts."""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def lines(amended: Amended, changes: Sequence[Change], today: date, most: int = 2) -> list[str]:
    """Describe the first session that moved and why, then the rest in runs with the same shift.

    If that takes more than ``most`` lines, list single sessions in one line instead.
    """
    rows: list[tuple[str, str]] = []
    for run in _runs(changes):
        first, *rest = run
        if rows:
            rows.append(_several(amended, run, today))
            continue
        why = _why(amended, first)
        rows.append((f"#{first.number}", f"{_move(first, today)}{f'   {why}' if why else ''}"))
        if rest:
            rows.append(_several(amended, rest, today))
    if len(rows) > most:
        return [_in_one_line(changes, today)]
    width = max((len(name) for name, _ in rows), default=0)
    return [f"{name:<{width}}  {text}" for name, text in rows]


MOST_HOURS = 4
"""Most runs of sessions to list with their new times; the rest become a total."""


def hours(changes: Sequence[HourChange]) -> str:
    """List the sessions whose time changed: ``#3 18:00 → 16:30``."""
    runs = groupby(
        enumerate(changes), lambda item: (item[1].number - item[0], item[1].before, item[1].after)
    )
    clauses = [_at_another([change for _, change in run]) for _, run in runs]
    if len(clauses) > MOST_HOURS:
        clauses = [*clauses[: MOST_HOURS - 1], f"… {len(changes)} sessions at other times in all"]
    return "   ".join(clauses)


def _at_another(run: Sequence[HourChange]) -> str:
    first, last = run[0], run[-1]
    numbers = f"#{first.number}" if first is last else f"#{first.number}–#{last.number}"
    before, after = (f"{at:%H:%M}" if at else "all day" for at in (first.before, first.after))
    return f"{numbers} {before} → {after}"


def _runs(changes: Sequence[Change]) -> list[list[Change]]:
    """Group consecutive sessions that move by the same number of days."""
    runs = groupby(enumerate(changes), lambda item: (item[1].number - item[0], _shift(item[1])))
    return [[change for _, change in run] for _, run in runs]


def _shift(change: Change) -> int | str:
    if change.before is None:
        return "added"
    return "no longer in the plan" if change.after is None else (change.after - change.before).days


def _several(amended: Amended, run: Sequence[Change], today: date) -> tuple[str, str]:
    first, last = run[0], run[-1]
    if first is last:
        return f"#{first.number}", _move(first, today)
    name, shift = f"#{first.number}–#{last.number}", _shift(first)
    if not isinstance(shift, int):
        return name, shift if last.after is None else f"{shift}, the last on {_day(last.after)}"
    ends = ""
    if last.number == agenda.highest(amended.sessions):
        ends = f", the last {_move(last, today)}"
    return name, f"{by(shift)}{ends}"


def _move(change: Change, today: date) -> str:
    """Word the move of one session: ``Sun 22 Nov → Sun 6 Dec (today)``."""
    if change.after is None:
        return f"{_day(change.before)} → no longer in the plan"
    after = f"{_day(change.after, change.before or today)}{' (today)' * (change.after == today)}"
    return f"added on {after}" if change.before is None else f"{_day(change.before)} → {after}"


def _in_one_line(changes: Sequence[Change], today: date) -> str:
    *most, last = map(_short, changes, [today] * len(changes))
    if len(most) > SHOWN:
        most = [*most[:SHOWN], "…"]
    return "   ".join([*most, last])


def _short(change: Change, today: date) -> str:
    """Word the move of one of many sessions: ``#5 13 Dec → 27 Dec``."""
    if change.after is None:
        return f"#{change.number} {_day_only(change.before, today)} gone"
    before = "new" if change.before is None else _day_only(change.before, today)
    return f"#{change.number} {before} → {_day_only(change.after, change.before or today)}"


def _day_only(value: date | None, since: date) -> str:
    if value is None:
        return "none"
    return f"{phrases.day_of(value)}{f' {value.year}' if value.year != since.year else ''}"


def _day(value: date | None, since: date | None = None) -> str:
    """Format a day, with its year if that differs from the year of ``since``."""
    if value is None:
        return "none"
    return phrases.day(value) if since and since.year != value.year else phrases.short(value)


def _why(amended: Amended, change: Change) -> str:
    """Say why a session couldn't stay where it was; empty if the recorded entry explains it."""
    if change.before is None or change.after is None:
        return ""
    session = amended.sessions[change.number - 1]
    if change.before < session.floor and session.gap_days is not None:
        return _too_soon(change.before, session)
    is_explained = isinstance(amended.entries[-1], Closed | Opened)  # the headline already says why
    odd = any(isinstance(why, OffWeekday | OnClosedDay | PinLapsed) for why in session.because)
    return reasons.explain(session) if odd and not is_explained else ""


def _too_soon(day: date, session: Session) -> str:
    """Say that a day is too close to the session before: ``13 Dec is only 5 days later``."""
    later = (session.gap_days or 0) - (session.date - day).days
    least = (session.gap_days or 0) - (session.date - session.floor).days
    if later < 1:
        return ""
    keeps = f"your plan keeps at least {least}"
    return f"{phrases.day_of(day)} is only {phrases.count(later, 'day')} later; {keeps}"


def previous(sessions: Sequence[Session], session: Session) -> str:
    """Name the last session before this one that counts: ``session 3``."""
    earlier = [s for s in sessions[: session.number - 1] if s.status in ACTIVE]
    return f"session {earlier[-1].number}"


def by(days: int) -> str:
    """Tell a shift: ``two weeks later``, ``20 weeks and 6 days earlier``."""
    size, *more = phrases.weeks(abs(days)).split(" ", 1)
    number = NUMBERS[int(size)] if int(size) < len(NUMBERS) else size
    return " ".join([number, *more, "later" if days > 0 else "earlier"])
