"""Records sessions as done, and how they went; a done session can't be moved or skipped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from msgspec.structs import replace

from microplan.amendments import agenda, refusals
from microplan.amendments.amended import Amended, Stamp, extended, unchanged
from microplan.errors import RefusedError
from microplan.model import dates, log
from microplan.model.entries import NO_RECORD, Done, Moved
from microplan.model.plan import ACTIVE, Plan, Session, Status
from microplan.scheduling import schedule
from microplan.scheduling.schedule import Scheduled
from microplan.wording import phrases


def done(  # noqa: PLR0913 - what is recorded, and when
    plan: Plan,
    number: int | None,
    on: date | None,
    today: date,
    stamp: Stamp,
    *,
    at: time | None = None,
) -> Amended:
    """Record that a session took place, and how it went.

    Without a number, it is the session planned for that day, or else the next open one. Without a
    day, it is today; but if a record, a note or a time is added to a session that is already done,
    that session keeps its day.
    """
    before = schedule.scheduled(plan)
    day = on or today
    if day > today:
        raise RefusedError(f"{phrases.day(day)} is in the future; record a session once it's done")
    session = _next(before, day) if number is None else agenda.session(before.sessions, number)
    refusals.refuse_hour(session, at, f"done {session.number} --on {day}")
    entry = replace(_entry(session, day, stamp), at=at)
    if on is None and session.status is Status.DONE and (at or entry.record != NO_RECORD):
        entry = replace(entry, on=session.date)
    refusals.refuse_out_of_order(session.number, entry.on, before.state.done)
    if _is_known(session, entry):
        on_day = phrases.short(entry.on)
        return unchanged(before, f"Session {session.number} is already recorded for {on_day}")
    return extended(before, entry)


def _is_known(session: Session, entry: Done) -> bool:
    """Whether a session is already done on that day and time, with everything in the entry."""
    known = session.record or NO_RECORD
    is_done = (session.status, session.date) == (Status.DONE, entry.on)
    same_hour = entry.at in (None, session.at)
    return is_done and same_hour and known.extended(entry.record) == known


def _entry(session: Session, on: date, stamp: Stamp) -> Done:
    went = stamp.went
    return Done(
        session=session.number,
        on=on,
        depth=went.depth,
        device=went.device,
        reaction=went.reaction,
        note=stamp.note,
        recorded=stamp.recorded,
    )


def _next(before: Scheduled, on: date) -> Session:
    """Find the session on a day, or else the first open one; raises RefusedError if it isn't due."""
    counting = (session for session in before.sessions if session.status in ACTIVE)
    here = next((session for session in counting if session.date == on), None)
    session = here or agenda.first_open(before.sessions)
    if session is None:
        raise refusals.over(before.sessions)
    if session is not here and on < min(session.earliest, session.date):
        number, first = session.number, phrases.short(min(session.earliest, session.date))
        refusals.refuse_out_of_order(number, on, before.state.done)
        raise RefusedError(
            f"session {number} isn't due before {first}; to record it anyway",
            f"done {number} --on {on}",
        )
    return session


def next_number(plan: Plan) -> int:
    """Find the number of the next open session."""
    sessions = schedule.schedule(plan)
    session = agenda.first_open(sessions)
    if session is None:
        raise refusals.over(sessions)
    return session.number


def done_each(plan: Plan, numbers: Iterable[int], today: date, stamp: Stamp) -> Amended:
    """Record several sessions at once, each on the day it was planned for or done on."""
    before = now = schedule.scheduled(plan)
    sessions = [agenda.session(before.sessions, number) for number in sorted(set(numbers))]
    for session in sessions:
        entry = _entry(session, session.date, stamp)
        if _is_known(session, entry):
            continue
        if session.date > today:
            raise refusals.still_to_come(session, sessions, today)
        refusals.refuse_out_of_order(session.number, session.date, now.state.done)
        now = extended(now, entry).scheduled_after
    return (
        Amended(before, now)
        if now is not before
        else unchanged(before, "Those sessions are already recorded")
    )


def refuse_if_done(
    before: Scheduled, session: Session, stamp: Stamp, entry: Moved | None = None
) -> None:
    """Raise RefusedError for a done session; suggest correcting its day or time, or undoing it."""
    if session.status is not Status.DONE:
        return
    day = phrases.short(session.date)
    verb, to, at = ("moved", entry.to, entry.at) if entry else ("skipped", None, None)
    message = f"session {session.number} is done ({day}) and can't be {verb}"
    is_other = to not in (None, session.date) or at not in (None, session.at)
    if is_other and (commands := command(before, session, to or session.date, stamp, at)):
        raise RefusedError(f"{message}; to correct its {'day' if to else 'hour'}", *commands)
    *_, latest = log.in_force(before.plan.log)
    if isinstance(latest, Done) and latest.session == session.number:
        raise RefusedError(f"{message}; to undo that", "undo")
    raise RefusedError(message)


def command(
    before: Scheduled, session: Session, on: date, stamp: Stamp, at: time | None = None
) -> tuple[str, ...]:
    """Spell the command that records a session on a day; empty if it would be refused."""
    zone = dates.zone(session.rules.tz)
    try:
        done(before.plan, session.number, on, dates.local_date(stamp.recorded, zone), stamp, at=at)
    except RefusedError:
        return ()
    return (f"done {session.number} --on {on}{f' --at {at:%H:%M}' if at else ''}",)
