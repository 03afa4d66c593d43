"""Words a log entry: what it recorded, and what followed from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from microplan.amendments import agenda, entry_commands, photos, revision_text, shifts
from microplan.amendments.amended import Amended
from microplan.model import log
from microplan.model.entries import (
    Amendment,
    Closed,
    Compared,
    Done,
    Moved,
    Opened,
    Photo,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.plan import Plan, SetByHand, Status
from microplan.model.values import ClosedRange, ClosedYearly
from microplan.wording import phrases

FEW = 4
"""With more items than this, list only the first three and the number of others."""
NEARLY_A_YEAR = timedelta(days=300)
"""Days nearer than this are printed without their year."""


def headline(amended: Amended) -> str:  # noqa: PLR0911 - one case for each kind of entry
    """Word what was recorded, in a sentence or two."""
    entry = amended.entries[-1]
    match entry:
        case Done():
            return _done_each(amended) if len(amended.entries) > 1 else _done(amended, entry)
        case Moved():
            return _moved(amended, entry)
        case Skipped():
            return _skipped(amended, entry)
        case Closed():
            return f"{on_its_own(entry)}.{_still(amended)}{_kept_by_hand(amended, entry)}"
        case Opened():
            return f"{on_its_own(entry)}.{_still(amended)}"
        case Revised():
            return revision_text.headline(amended, entry)
        case Photo():
            return _photographed(amended)
        case Compared():
            return _compared(entry)
        case Undone():
            return _undone(amended, amended.plan.log[entry.entry - 1])


def in_headline(amended: Amended) -> set[int]:
    """Find the sessions whose days the headline already gives."""
    numbers = {entry.session for entry in amended.entries if isinstance(entry, Done | Moved)}
    if isinstance(amended.entries[-1], Skipped) and amended.entries[-1].extend:
        numbers.add(agenda.highest(amended.sessions))
    return numbers


def hours_in_headline(amended: Amended) -> set[int]:
    """Find the sessions whose new time the headline already gives."""
    timed = (entry for entry in amended.entries if isinstance(entry, Done | Moved) and entry.at)
    return {entry.session for entry in timed}


def _still(amended: Amended) -> str:
    return "" if amended.changes() else " No session moves."


def on_its_own(entry: Closed | Opened | Revised) -> str:
    """Describe closed or opened days or changed rules without their effects: ``Away 17–26 Oct (holiday)``."""
    if isinstance(entry, Opened):
        opened = [_days(days, entry.recorded.date()) for days in entry.days]
        return f"Open again: {few(opened, 'more')}"
    if isinstance(entry, Closed):
        return f"{'Closed:' if entry.lookups else 'Away'} {_closed(entry)}"
    return revision_text.on_its_own(entry)


def _closed(entry: Closed) -> str:
    """List the days closed; if there are many, only the first few."""
    closings = [
        _days(closure.days, entry.recorded.date())
        + (f" ({closure.reason})" if closure.reason else "")
        for closure in entry.closures
    ]
    return few(closings, "more") if closings else "nothing more"


def _kept_by_hand(amended: Amended, entry: Closed) -> str:
    """Name the sessions that stay on the days just closed because a person moved them there."""
    kept = [
        session
        for session in amended.sessions
        if session.status is Status.PLANNED
        and any(isinstance(reason, SetByHand) for reason in session.because)
        and not all(closure.days.admits(session.date) for closure in entry.closures)
    ]
    if not kept:
        return ""
    names = phrases.listing(
        [f"#{session.number} ({phrases.short(session.date)})" for session in kept]
    )
    stays = "stays, because you moved it" if len(kept) == 1 else "stay, because you moved them"
    return f" {names} {stays} there."


def _days(days: ClosedRange, recorded: date) -> str:
    """Format closed days, with the year if they are far from the day of the entry."""
    text = phrases.closed_days(days)
    if isinstance(days, ClosedYearly) or abs(days.first - recorded) < NEARLY_A_YEAR:
        return text
    year = str(days.last.year)
    return text if year in text else f"{text} {year}"


def few(items: Sequence[str], rest: str) -> str:
    """List some items; if there are many, the first three and how many more."""
    left = len(items) - FEW + 1
    return phrases.listing([*items[: FEW - 1], f"{left} {rest}"] if left > 1 else items)


def _done(amended: Amended, entry: Done) -> str:
    number, on = entry.session, phrases.short(entry.on)
    on += f" at {entry.at:%H:%M}" if entry.at else ""
    was = amended.sessions_before[number - 1]
    if was.status is Status.DONE and was.date == entry.on:
        record = phrases.record(entry.record)
        return f"Session {number}, done {on}{f': {record}' if record else ''}."
    if was.status is Status.DONE:
        return f"Session {number} corrected: done {on}, not {phrases.short(was.date)}."
    days = (entry.on - was.date).days if was.status is Status.PLANNED else 0
    late = f", {phrases.count(abs(days), 'day')} {'late' if days > 0 else 'early'}" if days else ""
    inside = ", within its window" if days and was.earliest <= entry.on <= was.latest else ""
    soon = agenda.too_soon(amended.sessions, amended.sessions[number - 1])
    return f"Session {number} done {on}{late}{inside}{f', {soon}' if soon else ''}. {agenda.to_go(amended.sessions)}."


def _photographed(amended: Amended) -> str:
    taken = [entry for entry in amended.entries if isinstance(entry, Photo)]
    if len(taken) > 1:
        return f"{len(taken)} photos of {taken[-1].view} recorded."
    (photo,) = taken
    before = _recorded(amended.before, photo)
    if before is not None and before.on != photo.on:
        return (
            f"Photo of {photo.view} corrected: {phrases.day(photo.on)}, not "
            f"{phrases.day(before.on)}."
        )
    return f"Photo of {photo.view} recorded for {phrases.day(photo.on)}."


def _recorded(plan: Plan, photo: Photo) -> Photo | None:
    """Find the recorded photo with the same file and view."""
    same = (p for p in log.photos(plan) if (p.view, p.digest) == (photo.view, photo.digest))
    return next(same, None)


def _compared(entry: Compared) -> str:
    steps = [answer.step for answer in entry.answers]
    pairs = phrases.count(len(steps), "pair")
    return f"Compared {pairs} of {entry.view}: {photos.steps_in_words(steps)}."


def _undone(amended: Amended, entry: Amendment) -> str:
    """Word an undo, and what earlier entries still record about the same session or photo."""
    sentence = f"Undone: {entry_commands.spell_all(entry)}."
    if isinstance(entry, Done):
        done = (s for s in amended.sessions if s.number == entry.session)
        still = (s.date for s in done if s.status is Status.DONE)
        return sentence + "".join(
            f" #{entry.session} is still done {phrases.short(day)}." for day in still
        )
    if isinstance(entry, Photo) and (photo := _recorded(amended.plan, entry)):
        return f"{sentence} The photo is still recorded for {phrases.day(photo.on)}."
    return sentence


def _done_each(amended: Amended) -> str:
    numbers = [entry.session for entry in amended.entries if isinstance(entry, Done)]
    added = all(amended.sessions_before[number - 1].status is Status.DONE for number in numbers)
    if added and isinstance(entry := amended.entries[-1], Done):
        return f"Sessions {phrases.numbers(numbers)}: {phrases.record(entry.record)}."
    return f"Sessions {phrases.numbers(numbers)} done, each on its day. {agenda.to_go(amended.sessions)}."


def _moved(amended: Amended, entry: Moved) -> str:
    was, now = (s[entry.session - 1] for s in (amended.sessions_before, amended.sessions))
    if entry.to is None:
        hours = " to ".join(f"{session.at:%H:%M}" for session in (was, now) if session.at)
        return f"Session {entry.session} moved from {hours} on {phrases.short(now.date)}."
    since, to = phrases.short(was.date), phrases.near(entry.to, was.date)
    if entry.at:
        to += f" at {entry.at:%H:%M}"
        since += f" at {was.at:%H:%M}" if was.at and was.at != entry.at else ""
    sentence = f"Session {entry.session} moved from {since} to {to}"
    if was.date == now.date:
        other = f" instead of {was.at:%H:%M}" if entry.at and was.at and was.at != entry.at else ""
        sentence = f"Session {entry.session} stays on {to}{other}"
    if now.gap_days is None:
        return f"{sentence}."
    gap, before = phrases.count(now.gap_days, "day"), shifts.previous(amended.sessions, now)
    return f"{sentence}, {gap} after {before}."


def _skipped(amended: Amended, entry: Skipped) -> str:
    what = "was a no-show" if entry.no_show else "skipped"
    if not entry.extend:
        return f"Session {entry.session} {what}; it won't be made up."
    last = amended.sessions[agenda.highest(amended.sessions) - 1]
    day = phrases.day(last.date)
    return f"Session {entry.session} {what}; session {last.number} added at the end, on {day}."
