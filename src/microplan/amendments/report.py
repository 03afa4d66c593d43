"""What an amendment changed, in words: the entry, the days that moved and why, the way out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from microplan.amendments import agenda, entry_text
from microplan.amendments.amend import Amended
from microplan.model import log
from microplan.model.plan import Done, Moved, Revised, Skipped, Status, Undone
from microplan.model.reasons import OffWeekday
from microplan.model.values import Care, Checkpoint, Pace
from microplan.scheduling import care
from microplan.wording import phrases

SHARE = "On your phone the old dates stay: microplan share{}, and delete the old calendar first."
PUSH = "microplan push{} brings them to your calendar."
"""What to do about a calendar with the old dates, with the flag of the plan."""


class ReportOptions(Struct, frozen=True, kw_only=True):
    """How an amendment is told.

    Of a dry run there is nothing to take back, and no calendar that is behind. ``flag`` is what
    a command needs to find the same plan, such as `` -p plan.toml``, and None where none can.
    ``behind`` is the hint for a calendar that is behind now, PUSH or SHARE, and empty where the
    command that asks brings it up to date. Without ``with_next`` more is to come before that.
    """

    dry_run: bool = False
    flag: str | None = ""
    behind: str = ""
    with_next: bool = True


def lines(amended: Amended, today: date, how: ReportOptions) -> list[str]:
    """Tell what was recorded, what moved and why, how to take it back, and what is next."""
    if not amended.entries:
        return ["That is in force already; nothing changed."]
    said = [entry_text.headline(amended, entry) for entry in amended.entries]
    said += _passed_over(amended)
    said += _too_soon(amended)
    said += _set_by_hand(amended, today, how.flag or "")
    said += entry_text.shifts(amended)
    said += _hints(amended, today, how.flag or "")
    said += () if how.dry_run or how.flag is None else _after(amended, how.flag, how.behind)
    said += [f"next: {agenda.next_line(amended.sessions, today)}"] * how.with_next
    return said + ["Nothing saved (dry run)."] * how.dry_run


def _passed_over(amended: Amended) -> Iterator[str]:
    """Note the open sessions before one that was held: nothing waits for them any more."""
    before = {
        session.number for session in amended.sessions_before if session.status is Status.MISSED
    }
    missed = [
        f"#{session.number} ({phrases.day_of(session.date)})"
        for session in amended.sessions
        if session.status is Status.MISSED and session.number not in before
    ]
    if missed and isinstance(amended.entries[-1], Done):
        counts = "counts" if len(missed) == 1 else "count"
        yield f"{entry_text.few(missed, 'more')} {counts} as missed now, since a later one was held."


def _too_soon(amended: Amended) -> Iterator[str]:
    """Note that a session was held sooner after the one before than the plan lets them come."""
    entry = amended.entries[-1]
    if isinstance(entry, Done):
        session = entry_text.of(amended.sessions, entry.session)
        said = agenda.too_soon(amended.sessions, session)
        if said:
            yield f"That is {said}."


def _set_by_hand(amended: Amended, today: date, flag: str) -> Iterator[str]:
    """Note that a session was moved to a day that is closed, or has passed: it stands there."""
    entry = amended.entries[-1]
    if not isinstance(entry, Moved):
        return
    session = entry_text.of(amended.sessions, entry.session)
    number, shut = session.number, agenda.shut(amended.now, session)
    if shut is not None:
        yield f"{phrases.reason(shut)}; session {number} stands there all the same."
    if session.date < today:
        way = f"done {number} --on {session.date}{flag}"
        yield f"{phrases.short(session.date)} has passed; if it was held: {way}"


# --- what to do -----------------------------------------------------------------------------


def _hints(amended: Amended, today: date, flag: str) -> Iterator[str]:
    entry = amended.entries[-1]
    moved = [
        change for change in amended.changes() if change.number != getattr(entry, "session", 0)
    ]
    first = next((entry_text.of(amended.sessions, c.number) for c in moved if c.after), None)
    if isinstance(entry, Moved) and moved and not entry.only:
        yield "With --only the others stay, save where the gap between sessions pushes them."
    if isinstance(entry, Revised):
        yield from _over(amended, today)
    if isinstance(entry, Revised) and entry.counts:
        yield _to_go(amended, entry)
        yield from _window_gone(amended, entry)
        yield from _given_up(amended)
    elif first is not None and any(isinstance(why, OffWeekday) for why in first.because):
        yield f"Any day will do? microplan revise --on any{flag}"


def _over(amended: Amended, today: date) -> Iterator[str]:
    """Note checkpoints that were asked for, of which no day is to come."""
    items = care.care(amended.plan, amended.sessions)
    coming = {i.name for i in items if isinstance(i, care.Checked) and i.day >= today}
    for change in amended.care_changes():
        asked = change.after
        if isinstance(asked, Checkpoint) and asked.name not in coming:
            yield f"No day of {asked} is still to come."


def _given_up(amended: Amended) -> Iterator[str]:
    """Tell which days set by hand no longer hold."""
    pins = amended.was.state.pins.keys() - amended.now.state.pins.keys()
    if pins:
        numbers = phrases.listing([f"#{number}" for number in sorted(pins)])
        yield f"The day you had set for {numbers} no longer holds; move sets it again."


def _after(amended: Amended, flag: str, behind: str) -> Iterator[str]:
    """Tell what is left to do once it is saved, and how to take it back."""
    other = bool(amended.changes() or amended.care_changes())
    if behind and (other or isinstance(amended.entries[-1], Revised | Skipped)):
        yield behind.format(flag)
    if not isinstance(amended.entries[-1], Undone):
        yield f"wrong? microplan undo{flag}"


def as_data(amended: Amended, today: date, how: ReportOptions) -> dict[str, object]:
    """Tell the same as plain values: what was recorded, the changes, the lines, what is next."""
    following = agenda.first_open(amended.sessions)
    return {
        "dry_run": how.dry_run,
        "recorded": [entry_text.spell(entry) for entry in amended.entries],
        "changes": [
            {"number": change.number, "from": _iso(change.before), "to": _iso(change.after)}
            for change in amended.changes()
        ],
        "care": [
            {"from": _spelled(change.before), "to": _spelled(change.after)}
            for change in amended.care_changes()
        ],
        "lines": lines(amended, today, how),
        "next": following and {"number": following.number, "date": _iso(following.date)},
    }


def _spelled(care: Care | None) -> str | None:
    return None if care is None else f"{care.kind} {care}"


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _to_go(amended: Amended, entry: Revised) -> str:
    left = sum(session.status is Status.PLANNED for session in amended.sessions)
    was, now = (
        sessions[agenda.highest(sessions) - 1].date
        for sessions in (amended.sessions_before, amended.sessions)
    )
    days = (now - was).days
    ends = f"; the plan ends {entry_text.by(days)}" if days else ""
    fewer = _fewer(entry, left // 2) if days > 0 else ""
    return f"{left} to go{ends}.{fewer}"


def _window_gone(amended: Amended, entry: Revised) -> Iterator[str]:
    """Note that a pace was given without the window that the one before had, and how to keep it."""
    _, before = log.rules_in_force(amended.before)
    match before.every, entry.rules.every:
        case Pace(steps=(*_, was)), Pace(steps=(step,)) if was.window and not step.window:
            if "every" in entry.given and entry.rules.window is None:
                again = replace(step, window=was.window, count=None)
                yield f"The window went with the pace before; --every {again} keeps it."
        case _:
            pass


def _fewer(entry: Revised, count: int) -> str:
    """Tell how a pace that makes the plan longer is asked for with fewer sessions."""
    match entry.rules.every:
        case Pace(steps=(step,)) if count and "every" in entry.given:
            return f" Fewer? --every {replace(step, count=count)}"
        case _:
            return ""
