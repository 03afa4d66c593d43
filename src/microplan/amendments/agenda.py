"""The state of a plan on a day: which sessions are due or late, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from microplan.errors import RefusedError
from microplan.model import dates
from microplan.model.plan import ACTIVE, OffWeekday, OnClosedDay, Session, SetByHand, Status
from microplan.scheduling.availability import Availability
from microplan.scheduling.schedule import Scheduled
from microplan.wording import phrases


class Standing(StrEnum):
    """Where a session is in its window today; for a done one, where it was on the day it was done."""

    UPCOMING = "upcoming"
    DUE = "due"
    LATE = "late"
    EARLY = "early"
    ON_TIME = "on time"


def standing(session: Session, today: date) -> Standing | None:
    """Compare a session with its window; None if it's neither planned nor done.

    A session that days away or a move put outside its window is late only after that day.
    """
    if session.status is Status.DONE:
        planned = session.planned_for or session.due
        if session.date < min(session.earliest, planned):
            return Standing.EARLY
        is_late = session.date > max(session.latest, planned)
        return Standing.LATE if is_late else Standing.ON_TIME
    if session.status is not Status.PLANNED:
        return None
    if today < min(session.earliest, session.date):
        return Standing.UPCOMING
    return Standing.LATE if today > max(session.latest, session.date) else Standing.DUE


def last_done(sessions: Sequence[Session]) -> int:
    """Find the highest session number done, or 0."""
    return max((s.number for s in sessions if s.status is Status.DONE), default=0)


def first_open(sessions: Sequence[Session]) -> Session | None:
    """Find the first open session; those before the last one done are missed, not open."""
    return next((s for s in sessions if s.status is Status.PLANNED), None)


def late(sessions: Sequence[Session], today: date) -> list[Session]:
    """List the planned sessions that are late on a day."""
    planned = (session for session in sessions if session.status is Status.PLANNED)
    return [session for session in planned if standing(session, today) is Standing.LATE]


def highest(sessions: Sequence[Session]) -> int:
    """Find the highest session number in the plan, ignoring dropped sessions."""
    return max(s.number for s in sessions if s.status is not Status.DROPPED)


def to_go(sessions: Sequence[Session]) -> str:
    """Count the sessions still to come: ``9 to go``."""
    return f"{sum(session.status is Status.PLANNED for session in sessions)} to go"


def session(sessions: Sequence[Session], number: int) -> Session:
    """Find a session by its number; raises RefusedError if the plan has none."""
    for session in sessions:
        if session.number == number and session.status is not Status.DROPPED:
            return session
    last = highest(sessions)
    raise RefusedError(f"there is no session {number}; the plan has sessions 1 to {last}")


def too_soon(sessions: Sequence[Session], session: Session) -> str:
    """Say that a done session came too soon after the one before; empty if it didn't."""
    if session.gap_days is None or session.date >= session.floor:
        return ""
    before = [s for s in sessions[: session.number - 1] if s.status in ACTIVE]
    gap = session.gap_days + (session.floor - session.date).days
    apart = phrases.count(session.gap_days, "day")
    return f"{apart} after session {before[-1].number}, where the plan keeps at least {gap}"


def closed_by(scheduled: Scheduled, session: Session) -> OnClosedDay | OffWeekday | None:
    """Return the rule that closes the day a person moved a session to; None if it's open."""
    if session.status is not Status.PLANNED:
        return None
    if not any(isinstance(reason, SetByHand) for reason in session.because):
        return None
    return open_days(scheduled, session).why_not(session.date)


def open_days(scheduled: Scheduled, session: Session) -> Availability:
    """Find the days that are open to a session, given everything recorded so far."""
    days = Availability.of(scheduled.plan, session.rules, scheduled.state.avoid_revision)
    return days.with_closures(scheduled.state.closures)


# --- in one line ----------------------------------------------------------------------------


def next_line(sessions: Sequence[Session], today: date) -> str:
    """Word the next session: ``session 3 of 12 · Sun 13 Dec 2026 20:00 · in 4 days``."""
    session = first_open(sessions)
    if session is None:
        return "no session is left"
    away = phrases.distance((session.date - today).days)
    return f"session {session.number} of {highest(sessions)} · {moment(session)} · {away}"


def next_in_words(sessions: Sequence[Session], today: date) -> str:
    """Word the next session for a sentence: ``session 3 of 12, Sun 20 Dec 20:00, in 12 days``."""
    session = first_open(sessions)
    if session is None:
        return "no session is left"
    name = f"session {session.number} of {highest(sessions)}"
    if session.date == today:
        return f"{name}, today {hour(session)}".rstrip()
    away = phrases.distance((session.date - today).days)
    return f"{name}, {moment(session, year=session.date.year != today.year)}, {away}"


def upcoming(sessions: Sequence[Session], today: date) -> Session | None:
    """Find the next session whose day hasn't passed."""
    planned = (session for session in sessions if session.status is Status.PLANNED)
    return next((session for session in planned if session.date >= today), None)


def recordable(sessions: Sequence[Session], session: Session, today: date) -> bool:
    """Whether a session can be recorded on its day: not in the future, and between those done."""
    if session.date > today:
        return False
    done = [other for other in sessions if other.status is Status.DONE]
    earlier = all(other.date < session.date for other in done if other.number < session.number)
    return earlier and all(
        other.date > session.date for other in done if other.number > session.number
    )


def moment(session: Session, *, year: bool = True) -> str:
    """Format the day of a session, and its local time if it has one."""
    day = phrases.day(session.date) if year else phrases.short(session.date)
    return f"{day} {hour(session)}".rstrip()


def hour(session: Session) -> str:
    """Format the local time at which a session starts; empty if it's all-day."""
    start, _ = dates.start_and_end(session)
    return phrases.clock(start, session.date) if isinstance(start, datetime) else ""
