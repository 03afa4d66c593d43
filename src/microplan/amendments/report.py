"""Reports an amendment in five lines at most: what moved, what is next, how to undo it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time

from msgspec import Struct
from msgspec.structs import replace

from microplan.amendments import agenda, amend, entry_commands, entry_text, shifts
from microplan.amendments.amended import Amended, Change, Stamp
from microplan.errors import RefusedError, UsageError
from microplan.model.care import Care, Checkpoint
from microplan.model.entries import Done, Moved, Revised, Undone
from microplan.model.plan import Session, Status
from microplan.model.values import Pace
from microplan.scheduling import care
from microplan.wording import phrases, reasons


class ReportOptions(Struct, frozen=True, kw_only=True):
    """How to report an amendment.

    After a dry run there is nothing to undo. ``flag`` selects the plan in suggested commands, such
    as `` -p plan.toml``; None if no command can. Without ``with_next``, leave out the next session,
    because a later report will have it.
    """

    dry_run: bool = False
    flag: str | None = ""
    with_next: bool = True


MOST_BETWEEN = 3
"""Lines between the headline and what is next."""


def lines(amended: Amended, today: date, how: ReportOptions) -> list[str]:
    """Report what was recorded, what moved, what is next, and how to undo it."""
    if not amended.entries:
        return [amended.already]
    flag = how.flag or ""
    named = entry_text.in_headline(amended)
    moved = [change for change in amended.changes() if change.number not in named]
    notes = " · ".join(_notes(amended, today, flag))
    timed = entry_text.hours_in_headline(amended)
    hours = shifts.hours([c for c in amended.hour_changes() if c.number not in timed])
    beside = [text for text in (hours, *_hints(amended, moved, flag)) if text]
    if notes:
        beside = [" · ".join(beside)]
    room = MOST_BETWEEN - sum(map(bool, (notes, *beside)))
    shifted = shifts.lines(amended, moved, today, min(room, 2))
    texts = [entry_text.headline(amended), notes, *shifted, *beside]
    texts.append(" · ".join(_after(amended, today, how)))
    return [line for line in texts if line]


def _notes(amended: Amended, today: date, flag: str) -> Iterator[str]:
    """Yield notes on effects that the person may not expect."""
    match amended.entries[-1]:
        case Done():
            yield from _passed_over(amended, today, flag)
        case Moved() as entry:
            yield from _set_by_hand(amended, entry, today, flag)
        case Revised() as entry:
            yield from _over(amended, today)
            yield from _window_gone(amended, entry, flag)
            yield from _given_up(amended)
        case _:
            pass


def _passed_over(amended: Amended, today: date, flag: str) -> Iterator[str]:
    """Note the open sessions before a done one, which now count as missed."""
    before = {s.number for s in amended.sessions_before if s.status is Status.MISSED}
    missed = [s for s in amended.sessions if s.status is Status.MISSED and s.number not in before]
    if missed:
        named = [f"#{session.number} ({phrases.day_of(session.date)})" for session in missed]
        verb = "counts" if len(missed) == 1 else "count"
        way = f"microplan skip {missed[0].number}{flag}"
        if agenda.recordable(amended.sessions, missed[0], today):
            way = f"microplan done {missed[0].number} --on {missed[0].date}{flag}"
            yield f"{entry_text.few(named, 'more')} now {verb} as missed. Did {_one_of(missed)}? {way}"
        else:
            yield f"{entry_text.few(named, 'more')} now {verb} as missed; to skip it: {way}"


def _one_of(sessions: Sequence[Session]) -> str:
    return "it" if len(sessions) == 1 else "one"


def _set_by_hand(amended: Amended, entry: Moved, today: date, flag: str) -> Iterator[str]:
    """Note that a session was moved to a closed or past day, where it stays."""
    session = amended.sessions[entry.session - 1]
    number, closure = session.number, agenda.closed_by(amended.scheduled_after, session)
    if closure is not None:
        yield f"{reasons.reason(closure)}; session {number} stays there anyway."
    if session.date < today:
        way = f"microplan done {number} --on {session.date}{flag}"
        yield f"{phrases.short(session.date)} has passed. Did it? {way}"


def _hints(amended: Amended, moved: Sequence[Change], flag: str) -> Iterator[str]:
    """Suggest what else the same command could do."""
    entry = amended.entries[-1]
    if isinstance(entry, Moved) and moved and not entry.only:
        yield f"With --only, #{moved[0].number} and later stay, as far as the gap allows."
    if isinstance(entry, Revised) and entry.moves_sessions:
        yield _to_go(amended, entry, flag)


def _after(amended: Amended, today: date, how: ReportOptions) -> Iterator[str]:
    """Yield the next session, or the first one still open, and how to undo."""
    if how.with_next:
        first = agenda.first_open(amended.sessions)
        word = "still open" if first is not None and first.date < today else "next"
        yield f"{word}: {agenda.next_in_words(amended.sessions, today)}"
    if how.dry_run:
        yield "nothing saved (dry run)"
    elif how.flag is not None and not isinstance(amended.entries[-1], Undone):
        times = f", {len(amended.entries)} times" if len(amended.entries) > 1 else ""
        yield f"undo: microplan undo{how.flag}{times}"


def _over(amended: Amended, today: date) -> Iterator[str]:
    """Note new checkpoints whose days have all passed."""
    items = care.care(amended.plan, amended.sessions)
    coming = {i.name for i in items if isinstance(i, care.Checked) and i.day >= today}
    for change in amended.care_changes():
        asked = change.after
        if isinstance(asked, Checkpoint) and asked.name not in coming:
            yield f"No days are left for {asked}."


def _given_up(amended: Amended) -> Iterator[str]:
    """Note which sessions lost the day that a person moved them to."""
    pins = amended.scheduled_before.state.pins.keys() - amended.scheduled_after.state.pins.keys()
    if pins:
        numbers = phrases.listing([f"#{number}" for number in sorted(pins)])
        yield f"The day you chose for {numbers} no longer applies."


def as_data(amended: Amended, today: date, how: ReportOptions) -> dict[str, object]:
    """Return the report as plain values for JSON."""
    following = agenda.first_open(amended.sessions)
    return {
        "dry_run": how.dry_run,
        "recorded": [entry_commands.spell(entry) for entry in amended.entries],
        "changes": list(_changes(amended)),
        "care": [
            {"from": _spelled(change.before), "to": _spelled(change.after)}
            for change in amended.care_changes()
        ],
        "lines": lines(amended, today, how),
        "next": following and {"number": following.number, "date": _iso(following.date)},
    }


def _changes(amended: Amended) -> Iterator[dict[str, object]]:
    """Yield the sessions whose day or time changed, with both before and after."""
    was, now = ({s.number: s for s in of} for of in (amended.sessions_before, amended.sessions))
    days = {change.number: (change.before, change.after) for change in amended.changes()}
    hours = {change.number for change in amended.hour_changes()}
    for number in sorted(days.keys() | hours):
        before, after = days.get(number) or (was[number].date, now[number].date)
        yield {
            "number": number,
            "from": _iso(before),
            "to": _iso(after),
            "from_at": None if before is None else _clock(was[number].at),
            "to_at": None if after is None else _clock(now[number].at),
        }


def _clock(value: time | None) -> str | None:
    return None if value is None else f"{value:%H:%M}"


def _spelled(care: Care | None) -> str | None:
    return None if care is None else f"{care.kind} {care}"


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _to_go(amended: Amended, entry: Revised, flag: str) -> str:
    """Say how many sessions are to go, how much later the plan ends, and how to ask for fewer."""
    was, now = amended.sessions_before, amended.sessions
    left, before = (sum(s.status is Status.PLANNED for s in sessions) for sessions in (now, was))
    days = (_end(now) - _end(was)).days
    ends = f"; the plan ends {shifts.by(days)}" if days else ""
    fewer = _fewer(entry, (left + 1) // 2, flag) if days > 0 and left > 1 else ""
    return f"{'Still ' * (left == before)}{left} to go{ends}.{fewer}"


def _end(sessions: Sequence[Session]) -> date:
    return sessions[agenda.highest(sessions) - 1].date


def _window_gone(amended: Amended, entry: Revised, flag: str) -> Iterator[str]:
    """Note that the new pace has no window although the old one did, and how to keep it."""
    _, before = amended.scheduled_before.state.rules_in_force(amended.before.rules)
    match before.every, entry.rules.every:
        case Pace(steps=(*_, was)), Pace(steps=(step,)) if was.window and not step.window:
            if "every" in entry.given and entry.rules.window is None:
                again = str(replace(step, window=was.window, count=None))
                fix = f"; to keep it: microplan revise --every {again}{flag}"
                yield f"The window belonged to the old pace and is gone{fix if _works(amended, again) else ''}"
        case _:
            pass


def _works(amended: Amended, every: str) -> bool:
    """Whether the plan would accept a pace."""
    try:
        amend.revise(amended.plan, {"every": every}, Stamp(amended.entries[-1].recorded))
    except (RefusedError, UsageError):
        return False
    return True


def _fewer(entry: Revised, count: int, flag: str) -> str:
    """Suggest the same pace with fewer sessions."""
    match entry.rules.every:
        case Pace(steps=(step,)) if "every" in entry.given:
            return f" For fewer: microplan revise --every {replace(step, count=count)}{flag}"
        case _:
            return ""
