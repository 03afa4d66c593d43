"""Moves a session to another day or time, and refuses moves that the gap doesn't allow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

from msgspec.structs import replace

from microplan.amendments import agenda, entry_commands, recording, refusals
from microplan.amendments.amended import Amended, Stamp, extended, unchanged
from microplan.errors import RefusedError
from microplan.model.dates import MAX_YEARS
from microplan.model.entries import Moved
from microplan.model.plan import PinLapsed, Plan, Session, Status
from microplan.scheduling import schedule
from microplan.scheduling.schedule import Scheduled
from microplan.wording import phrases


def day_of(plan: Plan, number: int) -> date:
    """Find the day a session is on now."""
    return agenda.session(schedule.schedule(plan), number).date


def move(  # noqa: PLR0913 - where to, at which hour, and how
    plan: Plan,
    number: int,
    to: date | Callable[[date], date] | None,
    stamp: Stamp,
    *,
    at: time | None = None,
    only: bool = False,
) -> Amended:
    """Move a session to a day, or to one worked out from its current day, or to another time.

    Later sessions follow, unless ``only`` this one is moved. A time alone moves no day.
    """
    before = schedule.scheduled(plan)
    session = agenda.session(before.sessions, number)
    if callable(to):
        to = to(session.date)
    entry = Moved(
        session=number,
        to=to,
        at=at,
        only=only and to is not None,
        recorded=stamp.recorded,
        note=stamp.note,
    )
    recording.refuse_if_done(before, session, stamp, entry)
    if number < before.state.last_done:
        raise _passed(before, session, stamp)
    refusals.refuse_hour(session, at, f"revise --at {at:%H:%M}" if at else "")
    if to is not None and to.year - plan.rules.start.year > MAX_YEARS:
        raise RefusedError(f"a plan spans at most {MAX_YEARS} years; give an earlier day")
    if session.status is Status.PLANNED and _stands(before, session, entry):
        return unchanged(before, f"Session {number} is already on {agenda.moment(session)}")
    amended = extended(before, entry)
    _refuse_if_it_lapses(amended, entry)
    return amended


def _stands(before: Scheduled, session: Session, entry: Moved) -> bool:
    """Whether a session was already moved to that day and time."""
    pin = before.state.pins.get(session.number)
    is_pinned = pin is not None and (pin.to, pin.only) == (entry.to, entry.only)
    same_day = entry.to is None or (is_pinned and session.date == entry.to)
    return same_day and entry.at in (None, session.at)


def _passed(before: Scheduled, session: Session, stamp: Stamp) -> RefusedError:
    """Build the refusal to move a session before a done one; suggest recording or skipping it."""
    number, status = session.number, session.status
    message = f"session {number} was {status}: session {before.state.last_done} is done"
    ways = {"record it": recording.command(before, session, session.date, stamp)}
    if status is Status.MISSED:
        ways["leave it out"] = (f"skip {number}",)
    named = " or ".join(way for way, commands in ways.items() if commands)
    offered = [command for commands in ways.values() for command in commands]
    return RefusedError(f"{message}; to {named}" if named else message, *offered)


def _refuse_if_it_lapses(amended: Amended, entry: Moved) -> None:
    """Raise RefusedError if the gap doesn't allow the move, or if it makes a later move lapse."""
    number, to = entry.session, entry.to
    if to is None:
        return
    for session in amended.sessions[number - 1 :]:
        if not any(isinstance(reason, PinLapsed) for reason in session.because):
            continue
        if session.number == number:
            raise RefusedError(
                f"{phrases.day(to)} is too soon after the previous session; the first day the gap "
                f"allows is {phrases.short(session.floor)}",
                *command(amended.before, replace(entry, to=session.floor)),
            )
        if not _lapsed_before(amended, session.number):
            raise RefusedError(
                f"session {session.number}, which you moved yourself, would then be too soon after "
                "the previous one; move it first",
                *command(amended.before, replace(entry, session=session.number, to=session.floor)),
            )


def command(plan: Plan, entry: Moved) -> tuple[str, ...]:
    """Spell the command for a move, if it would be accepted."""
    try:
        move(plan, entry.session, entry.to, Stamp(entry.recorded), at=entry.at, only=entry.only)
    except RefusedError:
        return ()
    return (entry_commands.spell(entry),)


def _lapsed_before(amended: Amended, number: int) -> bool:
    because = amended.sessions_before[number - 1].because
    return any(isinstance(reason, PinLapsed) for reason in because)
