"""An entry of the log in words: what it recorded, and the command that would record it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from microplan.amendments import agenda
from microplan.amendments.amend import Amended, CareChange, Change
from microplan.model.plan import (
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
    flags,
)
from microplan.model.values import ClosedRange, ClosedYearly, Span
from microplan.wording import phrases
from microplan.wording import summary as sentences

NEARLY_A_YEAR = timedelta(days=300)
"""Days that are nearer than this are told without their year."""


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
            return f"Taken back: {spell(amended.plan.log[entry.entry - 1])}."


def _closed(entry: Closed) -> str:
    """Tell what was closed, of many the first few."""
    told = [
        _days(shut.days, entry.recorded.date()) + (f" ({shut.reason})" if shut.reason else "")
        for shut in entry.closures
    ]
    return few(told, "more") if told else "nothing more"


def _days(days: ClosedRange, told: date) -> str:
    """Say closed days, with the year where it is not the next time that these days come."""
    said = phrases.closed_days(days)
    if isinstance(days, ClosedYearly) or abs(days.first - told) < NEARLY_A_YEAR:
        return said
    year = str(days.last.year)
    return said if year in said else f"{said} {year}"


def few(items: Sequence[str], rest: str) -> str:
    """List some items, of many the first three and how many are left."""
    left = len(items) - FEW + 1
    return phrases.listing([*items[: FEW - 1], f"{left} {rest}"] if left > 1 else items)


def _done(amended: Amended, entry: Done) -> str:
    was = of(amended.sessions_before, entry.session)
    if was.status is Status.DONE:
        held, before = phrases.short(entry.on), phrases.short(was.date)
        return f"Session {entry.session} corrected: held {held}, not {before}."
    days = (entry.on - was.date).days if was.status is Status.PLANNED else 0
    late = f", {phrases.count(abs(days), 'day')} {'late' if days > 0 else 'early'}" if days else ""
    inside = ", within its window" if days and was.earliest <= entry.on <= was.latest else ""
    left = sum(session.status is Status.PLANNED for session in amended.sessions)
    return f"Session {entry.session} recorded for {phrases.short(entry.on)}{late}{inside}. {left} left."


def _moved(amended: Amended, entry: Moved) -> str:
    was, now = (
        of(amended.sessions_before, entry.session),
        of(amended.sessions, entry.session),
    )
    gap = (
        ""
        if now.gap_days is None
        else f", {phrases.count(now.gap_days, 'day')} after {before(amended, now)}"
    )
    return f"Session {entry.session} set to {phrases.day(entry.to)} by you (was {phrases.short(was.date)}){gap}."


def _skipped(amended: Amended, entry: Skipped) -> str:
    said = f"Session {entry.session} left out: missed, and not made up."
    if entry.extend:
        last = amended.sessions[agenda.highest(amended.sessions) - 1]
        said = (
            f"Session {entry.session} left out, and one added at the end: session {last.number} "
            f"on {phrases.day(last.date)}."
        )
    return said


def _revised(amended: Amended, entry: Revised) -> str:
    care = "; ".join(map(_cared, amended.care_changes()))
    if not entry.words:
        return f"From session {entry.session}: {care}. What surrounds earlier sessions stays as it was."
    if not entry.places:
        return _detailed(amended, entry, care)
    held = [s for s in amended.sessions if s.number < entry.session and s.status is Status.DONE]
    counted = "counted from the start"
    if held:
        counted = f"counted from session {held[-1].number} (held {phrases.short(held[-1].date)})"
    rest = "".join(f"; {said}" for said in _words(entry))
    pace = sentences.paces(entry.rules) if "every" in entry.given else "same pace"
    gaps = kept(entry.rules)
    rest += f"; {care}" * bool(care)
    return f"From session {entry.session}: {pace}, {counted}{rest}. {gaps[0].upper()}{gaps[1:]}."


def _detailed(amended: Amended, entry: Revised, care: str) -> str:
    """Tell words that move no session, as in ``From session 4: at 19:00``."""
    parts = [*_words(entry), *[care] * bool(care)]
    if "sessions" in entry.given:
        parts.insert(0, f"{phrases.count(agenda.highest(amended.sessions), 'session')} in all")
    still = "" if amended.changes() else " No session moves."
    return f"From session {entry.session}: {'; '.join(parts)}.{still}"


def _words(entry: Revised) -> Iterator[str]:
    """Tell the words that were given, besides the pace and its end."""
    for name, text in entry.given.items():
        if name not in ("every", "sessions"):
            yield f"{name} {_spelled(name, text)}".rstrip()


def _cared(change: CareChange) -> str:
    """Tell other care: ``pause minoxidil=-0d+2d (was -0d+1d)``, ``cue wash gently ends``."""
    before, after = change.before, change.after
    if after is not None:
        return f"{after.kind} {after}" + (f" (was {before.said})" if before else "")
    return f"{before.kind} {before.name} ends" if before else ""


def _spelled(name: str, text: object) -> str:
    if text is True:
        return ""
    if name == "on" and text == "none":
        return "any"
    return ", ".join(map(str, text)) if isinstance(text, list | tuple) else str(text)


def spell(entry: Amendment) -> str:
    """Spell an entry as its command, safe to paste into a shell: ``done 2 --on 2026-12-08``."""
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
            words = {
                name: "any" if (name, text) == ("on", "none") else text
                for name, text in entry.given.items()
            }
            care = [part for each in entry.care for part in (f"--{each.kind}", str(each))]
            return shlex.join(["revise", *flags(words), *care])
        case Undone():
            return f"undo (entry {entry.entry})"


def _avoided(entry: Closed) -> str:
    """Tell a closing in the words of its command; days that were looked up are counted."""
    ranges = [str(shut.days) for shut in entry.closures]
    if not entry.lookups:
        return " ".join([*ranges[: FEW - 1], *["…"] * (len(ranges) >= FEW)])
    again = " ".join(phrases.looking_again(lookup.of) for lookup in entry.lookups)
    return f"{again} ({phrases.count(len(ranges), 'closure')})"


def _told(entry: Amendment) -> str:
    """Spell the note of an entry and the reason for days away; those looked up have many reasons."""
    reasons = entry.closures if isinstance(entry, Closed) and not entry.lookups else ()
    reason = "".join(dict.fromkeys(shut.reason for shut in reasons))
    told = {"reason": reason, "note": entry.note}
    arguments = flags({name: text for name, text in told.items() if text})
    return "".join(f" {argument}" for argument in map(shlex.quote, arguments))


def table(plan: Plan) -> list[tuple[str, str, str]]:
    """List the entries of a log: number, day and time recorded (UTC), and what was recorded."""
    undone = {entry.entry for entry in plan.log if isinstance(entry, Undone)}
    return [
        (
            str(place),
            f"{entry.recorded:%Y-%m-%d %H:%M}",
            spell(entry) + _told(entry) + ("  (undone)" if place in undone else ""),
        )
        for place, entry in enumerate(plan.log, 1)
    ]


FEW = 4
"""So many sessions that move by different lengths are told one by one; of more, the ends."""


def shifts(amended: Amended) -> Iterator[str]:
    """Tell the first session that moved by itself and why, the others in runs of one shift."""
    told = {_said(amended, entry) for entry in amended.entries}
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


def _said(amended: Amended, entry: Amendment) -> int:
    """Find the session whose day the headline of an entry tells already; 0 if it tells none."""
    match entry:
        case Done() | Moved():
            return entry.session
        case Skipped(extend=True):
            return agenda.highest(amended.sessions)
        case _:
            return 0


def _short(change: Change) -> str:
    before = "new" if change.before is None else phrases.day_of(change.before)
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
    session = of(amended.sessions, change.number)
    why = f"   ({_why(amended, change, session)})" if explain and session.because else ""
    if change.before is None:
        return f"#{change.number}  added on {phrases.day(change.after)}{why}"
    return f"#{change.number}  {_day(change.before)} → {_day(change.after, change.before)}{why}"


def _why(amended: Amended, change: Change, session: Session) -> str:
    """Say why a session could not stay, if the gap forbids it, else why it is where it is now."""
    if change.before is None or change.before >= session.floor or session.gap_days is None:
        return phrases.why(session)
    days = (change.before - session.date).days + session.gap_days
    if days < 1:
        return phrases.why(session)
    apart = f"{phrases.count(days, 'day')} after {before(amended, session)}"
    return f"{phrases.short(change.before)} is {apart}; {kept(session.rules)}"


def _several(amended: Amended, changes: Sequence[Change]) -> str:
    first, last = changes[0], changes[-1]
    name = f"#{first.number}" if first is last else f"#{first.number}–#{last.number}"
    shift = _shift(first)
    if shift is None:
        return f"{name}  {'added' if first.before is None else 'no longer in the plan'}"
    said = f"{name}  {by(shift)}"
    if last.number == agenda.highest(amended.sessions):
        said += f"; the last moves {_day(last.before)} → {_day(last.after, last.before)}"
    return said


def _day(value: date | None, since: date | None = None) -> str:
    """Tell a day, with its year where it is another one than that of ``since``."""
    if value is None:
        return "none"
    return phrases.day(value) if since and since.year != value.year else phrases.short(value)


def of(sessions: Sequence[Session], number: int) -> Session:
    """Find a session by its number."""
    return sessions[number - 1]


def before(amended: Amended, session: Session) -> str:
    """Name the last session before one that counts."""
    counting = (Status.DONE, Status.PLANNED)
    earlier = [s for s in amended.sessions[: session.number - 1] if s.status in counting]
    return f"session {earlier[-1].number}"


def kept(rules: Rules) -> str:
    """Tell what every session keeps to: ``only on Sundays, at least 6 days apart``."""
    days = "any day" if rules.on is None else f"only on {phrases.weekdays(rules.on)}"
    return f"{days}, {sentences.gaps(rules)}"


def by(days: int) -> str:
    """Tell a shift: ``2 weeks later``."""
    return f"{phrases.span(Span(days=abs(days)))} {'later' if days > 0 else 'earlier'}"
