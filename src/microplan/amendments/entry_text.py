"""An entry of the log in words: what it recorded, and the command that would record it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from microplan.amendments import agenda, shift_text
from microplan.amendments.amend import Amended, CareChange
from microplan.model.plan import (
    Amendment,
    Closed,
    Done,
    Moved,
    Plan,
    Revised,
    Skipped,
    Status,
    Undone,
)
from microplan.model.values import ClosedRange, ClosedYearly
from microplan.rules.revision import DEFAULT, ENDS
from microplan.wording import phrases
from microplan.wording import summary as echo

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
            return f"Taken back: {summary(amended.plan.log[entry.entry - 1])}."


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
    left = len(items) - shift_text.FEW + 1
    return phrases.listing([*items[: shift_text.FEW - 1], f"{left} {rest}"] if left > 1 else items)


def _done(amended: Amended, entry: Done) -> str:
    was = shift_text.of(amended.sessions_before, entry.session)
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
        shift_text.of(amended.sessions_before, entry.session),
        shift_text.of(amended.sessions, entry.session),
    )
    gap = (
        ""
        if now.gap_days is None
        else f", {phrases.count(now.gap_days, 'day')} after {shift_text.before(amended, now)}"
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
    held = [s for s in amended.sessions if s.number < entry.session and s.status is Status.DONE]
    counted = "counted from the start"
    if held:
        counted = f"counted from session {held[-1].number} (held {phrases.short(held[-1].date)})"
    rest = "".join(f"; {said}" for said in _words(entry))
    pace = echo.paces(entry.rules) if "every" in entry.words else "same pace"
    kept = shift_text.kept(entry.rules)
    rest += f"; {care}" * bool(care)
    return f"From session {entry.session}: {pace}, {counted}{rest}. {kept[0].upper()}{kept[1:]}."


def _words(entry: Revised) -> Iterator[str]:
    """Tell the words besides the pace, which counts its sessions itself where an end is gone."""
    for name, text in entry.words.items():
        if name != "every" and not (name in ENDS and text == DEFAULT[0]):
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
            words = [
                f"--{name} {_spelled(name, text)}".rstrip() for name, text in entry.words.items()
            ]
            words += [f"--{each.kind} {shlex.quote(str(each))}" for each in entry.care]
            return f"revise {' '.join(words)}"
        case Undone():
            return f"undo (entry {entry.entry})"


def _avoided(entry: Closed) -> str:
    """Tell a closing in the words of its command; days that were looked up are counted."""
    ranges = [str(shut.days) for shut in entry.closures]
    if not entry.lookups:
        return " ".join([*ranges[: shift_text.FEW - 1], *["…"] * (len(ranges) >= shift_text.FEW)])
    again = " ".join(phrases.looking_again(lookup.of) for lookup in entry.lookups)
    return f"{again} ({phrases.count(len(ranges), 'closure')})"


def _reason(entry: Amendment) -> str:
    """Spell the reason that was told for days away; those that were looked up have many."""
    if not isinstance(entry, Closed) or entry.lookups:
        return ""
    reason = "".join(dict.fromkeys(shut.reason for shut in entry.closures))
    return f" --reason {shlex.quote(reason)}" if reason else ""


def table(plan: Plan) -> list[tuple[str, str, str]]:
    """List the entries of a log: number, day and time recorded (UTC), and what was recorded."""
    undone = {entry.entry for entry in plan.log if isinstance(entry, Undone)}
    return [
        (
            str(place),
            f"{entry.recorded:%Y-%m-%d %H:%M}",
            summary(entry)
            + _reason(entry)
            + (f"  # {entry.note}" if entry.note else "")
            + ("  (undone)" if place in undone else ""),
        )
        for place, entry in enumerate(plan.log, 1)
    ]
