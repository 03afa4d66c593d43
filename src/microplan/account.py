"""What an amendment changed, in words: the entry, the days that moved and why, the way out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from msgspec.structs import replace

from microplan import agenda, echo, log, prose, schedule
from microplan.amend import Amended, Change
from microplan.because import OffWeekday
from microplan.model import (
    Amendment,
    Closed,
    Done,
    Moved,
    Plan,
    Revised,
    Rules,
    Session,
    Skipped,
    Status,
    Undone,
)
from microplan.values import Pace, Span


def lines(
    amended: Amended,
    today: date,
    *,
    dry_run: bool = False,
    flag: str | None = "",
    is_behind: bool = True,
) -> list[str]:
    """Tell what was recorded, what moved and why, how to take it back, and what is next.

    Of a dry run there is nothing to take back, and no calendar that is behind. ``flag`` is what
    a command needs to find the same plan, such as `` -p plan.toml``, and None where none can.
    A calendar ``is_behind`` unless the command that asks brings it up to date.
    """
    if not amended.entries:
        return ["That is in force already; nothing changed."]
    said = [headline(amended, entry) for entry in amended.entries]
    said += _set_by_hand(amended, today, flag or "")
    said += _changes(amended)
    said += _hints(amended, flag or "")
    said += () if dry_run or flag is None else _after(amended, flag, is_behind=is_behind)
    said.append(f"next: {agenda.next_line(amended.sessions, today)}")
    return said + ["Nothing saved (dry run)."] * dry_run


# --- the entry ------------------------------------------------------------------------------


def headline(amended: Amended, entry: Amendment) -> str:
    """Tell one entry in a sentence."""
    match entry:
        case Done():
            return _done(amended, entry)
        case Moved():
            return _moved(amended, entry)
        case Skipped():
            return _skipped(amended, entry)
        case Closed():
            still = "" if amended.changes() else "; no session moves"
            return f"Closed: {_closed(entry)}{still}."
        case Revised():
            return _revised(amended, entry)
        case Undone():
            return f"Taken back: {summary(amended.plan.log[entry.entry - 1])}."


def _closed(entry: Closed) -> str:
    """Tell what was closed, of many the first few."""
    told = [
        prose.closed_days(shut.days) + (f" ({shut.reason})" if shut.reason else "")
        for shut in entry.closures
    ]
    return _few(told, "more") if told else "nothing more"


def _few(items: Sequence[str], rest: str) -> str:
    """List some items, of many the first three and how many are left."""
    left = len(items) - FEW + 1
    return prose.listing([*items[: FEW - 1], f"{left} {rest}"] if left > 1 else items)


def _done(amended: Amended, entry: Done) -> str:
    was = _of(amended.was, entry.session)
    if was.status is Status.DONE:
        held, before = prose.short(entry.on), prose.short(was.date)
        return f"Session {entry.session} corrected: held {held}, not {before}."
    days = (entry.on - was.date).days if was.status is Status.PLANNED else 0
    late = f", {prose.count(abs(days), 'day')} {'late' if days > 0 else 'early'}" if days else ""
    inside = ", within its window" if days and was.earliest <= entry.on <= was.latest else ""
    left = sum(session.status is Status.PLANNED for session in amended.sessions)
    return (
        f"Session {entry.session} recorded for {prose.short(entry.on)}{late}{inside}. {left} left."
    )


def _moved(amended: Amended, entry: Moved) -> str:
    was, now = _of(amended.was, entry.session), _of(amended.sessions, entry.session)
    gap = (
        ""
        if now.gap_days is None
        else f", {prose.count(now.gap_days, 'day')} after {_before(amended, now)}"
    )
    return f"Session {entry.session} set to {prose.day(entry.to)} by you (was {prose.short(was.date)}){gap}."


def _before(amended: Amended, session: Session) -> str:
    counting = (Status.DONE, Status.PLANNED)
    earlier = [s for s in amended.sessions[: session.number - 1] if s.status in counting]
    return f"session {earlier[-1].number}"


def _skipped(amended: Amended, entry: Skipped) -> str:
    said = f"Session {entry.session} left out: missed, and not made up."
    if entry.extend:
        last = amended.sessions[agenda.highest(amended.sessions) - 1]
        said = (
            f"Session {entry.session} left out, and one added at the end: session {last.number} "
            f"on {prose.day(last.date)}."
        )
    return said


def _revised(amended: Amended, entry: Revised) -> str:
    held = [s for s in amended.sessions if s.number < entry.session and s.status is Status.DONE]
    counted = "counted from the start"
    if held:
        counted = f"counted from session {held[-1].number} (held {prose.short(held[-1].date)})"
    words = [word for word in entry.words.items() if word[0] != "every"]
    rest = "".join(f"; {name} {_spelled(name, text)}" for name, text in words)
    pace = echo.paces(entry.rules) if "every" in entry.words else "same pace"
    kept = _kept(entry.rules)
    return f"From session {entry.session}: {pace}, {counted}{rest}. {kept[0].upper()}{kept[1:]}."


def _kept(rules: Rules) -> str:
    """Tell what every session keeps to: ``only on Sundays, at least 6 days apart``."""
    days = "any day" if rules.on is None else f"only on {prose.weekdays(rules.on)}"
    return f"{days}, {echo.gaps(rules)}"


def _spelled(name: str, text: object) -> str:
    if name == "on" and text == "none":
        return "any"
    return ", ".join(map(str, text)) if isinstance(text, list | tuple) else str(text)


def summary(entry: Amendment) -> str:
    """Tell an entry in the words of its command: ``done 2 --on 2026-12-08``."""
    match entry:
        case Done():
            return f"done {entry.session} --on {entry.on}"
        case Moved():
            return f"move {entry.session} {entry.to}{' --only' * entry.only}"
        case Skipped():
            return f"skip {entry.session}{' --extend' * entry.extend}"
        case Closed():
            return f"avoid {_avoided(entry)}"
        case Revised():
            words = " ".join(
                f"--{name} {_spelled(name, text)}" for name, text in entry.words.items()
            )
            return f"revise {words}"
        case Undone():
            return f"undo (entry {entry.entry})"


def _set_by_hand(amended: Amended, today: date, flag: str) -> Iterator[str]:
    """Note that a session was moved to a day that is closed, or has passed: it stands there."""
    entry = amended.entries[-1]
    if not isinstance(entry, Moved):
        return
    session = _of(amended.sessions, entry.session)
    number, shut = session.number, agenda.shut(amended.plan, session)
    if shut is not None:
        yield f"{prose.reason(shut)}; session {number} stands there all the same."
    if session.date < today:
        way = f"done {number} --on {session.date}{flag}"
        yield f"{prose.short(session.date)} has passed; if it was held: {way}"


def _avoided(entry: Closed) -> str:
    """Tell a closing in the words of its command; days that were looked up are counted."""
    ranges = [str(shut.days) for shut in entry.closures]
    if not entry.lookups:
        return " ".join([*ranges[: FEW - 1], *["…"] * (len(ranges) >= FEW)])
    again = " ".join(prose.looking_again(lookup.of) for lookup in entry.lookups)
    return f"{again} ({prose.count(len(ranges), 'closure')})"


# --- what moved -----------------------------------------------------------------------------


FEW = 4
"""So many sessions that move by different lengths are told one by one; of more, the ends."""


def _changes(amended: Amended) -> Iterator[str]:
    """Tell the first session that moved by itself and why, the others in runs of one shift."""
    told = {_told(amended, entry) for entry in amended.entries}
    moved = [change for change in amended.changes() if change.number not in told]
    runs = [
        [change for _, change in run]
        for _, run in groupby(enumerate(moved), lambda item: _run(*item))
    ]
    if len(runs) > FEW:
        yield "  ".join(_short(change) for change in moved[:3]) + f"  …  {_short(moved[-1])}"
        return
    for place, changes in enumerate(runs):
        if place == 0 or len(changes) == 1:
            yield _one(amended, changes[0], explain=place == 0)
            del changes[0]
        if changes:
            yield _several(amended, changes)


def _told(amended: Amended, entry: Amendment) -> int:
    """Find the session whose day the headline of an entry tells already; 0 if it tells none."""
    match entry:
        case Done() | Moved():
            return entry.session
        case Skipped(extend=True):
            return agenda.highest(amended.sessions)
        case _:
            return 0


def _short(change: Change) -> str:
    before = "new" if change.before is None else prose.day_of(change.before)
    return f"#{change.number} {before} → {_day(change.after, change.before)}"


def _run(place: int, change: Change) -> tuple[int, int | None]:
    return change.number - place, _shift(change)


def _shift(change: Change) -> int | None:
    if change.before is None or change.after is None:
        return None
    return (change.after - change.before).days


def _one(amended: Amended, change: Change, *, explain: bool) -> str:
    if change.after is None:
        return f"#{change.number}  {_day(change.before)} → no longer in the plan"
    session = _of(amended.sessions, change.number)
    why = f"   ({_why(amended, change, session)})" if explain and session.because else ""
    if change.before is None:
        return f"#{change.number}  added on {prose.day(change.after)}{why}"
    return f"#{change.number}  {_day(change.before)} → {_day(change.after, change.before)}{why}"


def _why(amended: Amended, change: Change, session: Session) -> str:
    """Say why a session could not stay, if the gap forbids it, else why it is where it is now."""
    first = schedule.first_day(amended.plan, session.number)
    if change.before is None or change.before >= first or session.gap_days is None:
        return prose.why(session)
    days = (change.before - session.date).days + session.gap_days
    if days < 1:
        return prose.why(session)
    apart = f"{prose.count(days, 'day')} after {_before(amended, session)}"
    return f"{prose.short(change.before)} is {apart}; {_kept(session.rules)}"


def _several(amended: Amended, changes: Sequence[Change]) -> str:
    first, last = changes[0], changes[-1]
    name = f"#{first.number}" if first is last else f"#{first.number}–#{last.number}"
    shift = _shift(first)
    if shift is None:
        return f"{name}  {'added' if first.before is None else 'no longer in the plan'}"
    said = f"{name}  {_by(shift)}"
    if last.number == agenda.highest(amended.sessions):
        said += f"; the last moves {_day(last.before)} → {_day(last.after, last.before)}"
    return said


def _day(value: date | None, since: date | None = None) -> str:
    """Tell a day, with its year where it is another one than that of ``since``."""
    if value is None:
        return "none"
    return prose.day(value) if since and since.year != value.year else prose.short(value)


def _of(sessions: Sequence[Session], number: int) -> Session:
    return sessions[number - 1]


# --- what to do -----------------------------------------------------------------------------


def _hints(amended: Amended, flag: str) -> Iterator[str]:
    entry = amended.entries[-1]
    moved = [
        change for change in amended.changes() if change.number != getattr(entry, "session", 0)
    ]
    if isinstance(entry, Moved) and moved and not entry.only:
        yield "With --only the others stay, save where the gap between sessions pushes them."
    if isinstance(entry, Revised):
        yield _to_go(amended, entry)
        yield from _given_up(amended)
    elif moved and any(isinstance(why, OffWeekday) for why in _first(amended, moved).because):
        yield f"Any day will do? microplan revise --on any{flag}"


def _given_up(amended: Amended) -> Iterator[str]:
    """Tell which days set by hand no longer hold."""
    pins = log.read(amended.before.log).pins.keys() - log.read(amended.plan.log).pins.keys()
    if pins:
        numbers = prose.listing([f"#{number}" for number in sorted(pins)])
        yield f"The day you had set for {numbers} no longer holds; move sets it again."


def _first(amended: Amended, moved: Sequence[Change]) -> Session:
    return _of(amended.sessions, moved[0].number)


def _after(amended: Amended, flag: str, *, is_behind: bool) -> Iterator[str]:
    """Tell what is left to do once it is saved, and how to take it back."""
    differs = amended.changes() or isinstance(amended.entries[-1], Revised | Skipped)
    if differs and is_behind:
        share = f"microplan share{flag}"
        yield f"On your phone the old dates stay: {share}, and delete the old calendar first."
    if not isinstance(amended.entries[-1], Undone):
        yield f"wrong? microplan undo{flag}"


def as_data(amended: Amended, today: date, *, dry_run: bool, flag: str = "") -> dict[str, object]:
    """Tell the same as plain values: what was recorded, the changes, the lines, what is next."""
    following = agenda.first_open(amended.sessions)
    return {
        "dry_run": dry_run,
        "recorded": [summary(entry) for entry in amended.entries],
        "changes": [
            {"number": change.number, "from": _iso(change.before), "to": _iso(change.after)}
            for change in amended.changes()
        ],
        "lines": lines(amended, today, dry_run=dry_run, flag=flag),
        "next": following and {"number": following.number, "date": _iso(following.date)},
    }


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _to_go(amended: Amended, entry: Revised) -> str:
    left = sum(session.status is Status.PLANNED for session in amended.sessions)
    was, now = (
        sessions[agenda.highest(sessions) - 1].date for sessions in (amended.was, amended.sessions)
    )
    days = (now - was).days
    ends = f"; the plan ends {_by(days)}" if days else ""
    fewer = _fewer(entry, left // 2) if days > 0 else ""
    return f"{left} to go{ends}.{fewer}"


def _fewer(entry: Revised, count: int) -> str:
    """Tell how a pace that makes the plan longer is asked for with fewer sessions."""
    match entry.rules.every:
        case Pace(steps=(step,)) if count and "every" in entry.words:
            return f" Fewer? --every {replace(step, count=count)}"
        case _:
            return ""


def _by(days: int) -> str:
    return f"{prose.span(Span(days=abs(days)))} {'later' if days > 0 else 'earlier'}"


def table(plan: Plan) -> list[tuple[str, str, str]]:
    """List the entries of a log: number, day and time recorded (UTC), and what was recorded."""
    undone = {entry.entry for entry in plan.log if isinstance(entry, Undone)}
    return [
        (
            str(place),
            f"{entry.recorded:%Y-%m-%d %H:%M}",
            summary(entry)
            + (f"  # {entry.note}" if entry.note else "")
            + ("  (undone)" if place in undone else ""),
        )
        for place, entry in enumerate(plan.log, 1)
    ]
