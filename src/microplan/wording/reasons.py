"""Words the reasons why a session is on its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from msgspec.structs import replace

from microplan.model.plan import (
    DoneEarly,
    Follows,
    OffWeekday,
    OnClosedDay,
    OutsideWindow,
    PastUntil,
    PinLapsed,
    Preferred,
    Reason,
    Session,
    SetByHand,
    Status,
    TooSoon,
)
from microplan.model.values import Weekdays
from microplan.wording import phrases


def reason(value: Reason) -> str:  # noqa: PLR0911 - one case for each kind of reason
    """Word one reason, without a capital letter or a full stop."""
    match value:
        case OnClosedDay() | OffWeekday():
            return f"{phrases.short(value.day)} is {_why_closed(value)}"
        case TooSoon():
            return f"at least {phrases.count(value.days, 'day')} after session {value.after}"
        case Preferred():
            return f"{phrases.WEEKDAYS[value.weekday]} preferred"
        case OutsideWindow():
            side = "after" if value.days > 0 else "before"
            return f"{phrases.count(abs(value.days), 'day')} {side} its window"
        case Follows():
            return f"counted from session {value.session}"
        case SetByHand():
            return "moved by you"
        case PinLapsed():
            return f"your {phrases.short(value.day)} is now too soon after the session before"
        case PastUntil():
            return f"past {phrases.day(value.until)}, the last day asked for"
        case DoneEarly():
            return f"done {phrases.count(value.days, 'day')} early"
        case _:
            assert_never(value)


def _why_closed(value: OnClosedDay | OffWeekday) -> str:
    if isinstance(value, OffWeekday):
        return _not_one_of(value.allowed)
    return (
        f"closed ({phrases.closed_days(value.days)}{f': {value.reason}' if value.reason else ''})"
    )


def _why_due_is_closed(value: OnClosedDay | OffWeekday) -> str:
    """Say why a due day is closed: ``closed 24 Dec–3 Jan (vacation)``, ``closed: Christmas``."""
    if isinstance(value, OffWeekday):
        return _not_one_of(value.allowed)
    days = phrases.closed_days(value.days)
    span = "" if days == phrases.day_of(value.day) else f" {days}"
    if not value.reason:
        return f"closed{span}"
    return f"closed{span} ({value.reason})" if span else f"closed: {value.reason}"


def _not_one_of(days: Weekdays) -> str:
    """Word a day off: ``not a weekday``, ``not a Sunday``, ``not on Mondays or Thursdays``."""
    names = phrases.weekdays(days, "or")
    one = len(days.days) == 1 or names == "weekdays"
    return f"not a {names.removesuffix('s')}" if one else f"not on {names}"


def explain(session: Session) -> str:
    """Say why a session is on its day, starting with its due day if that differs.

    Leave out the due day if a preferred weekday alone explains the difference.
    """
    if session.status is Status.DROPPED:
        return "since you changed the plan"
    because = _without_window(session)
    if session.date == session.due or _is_only_preference(because):
        return "; ".join(map(reason, because))
    closing = next((why for why in because if _closes(why, session.due)), None)
    due = f"due {phrases.short(session.due)}"
    if isinstance(closing, OnClosedDay | OffWeekday):
        due = f"{due}, {_why_due_is_closed(closing)}"
    elif session.planned_for not in (None, session.due):
        due = f"{due}, planned for {phrases.short(session.planned_for)}"
    return "; ".join([due, *(reason(why) for why in because if why is not closing)])


def by_weekday(session: Session) -> bool:
    """Whether only the plan's weekdays keep a session from a nearer day."""
    is_off = any(isinstance(reason, OffWeekday) for reason in session.because)
    return is_off and not any(
        isinstance(reason, OnClosedDay | TooSoon | PinLapsed) for reason in session.because
    )


def _without_window(session: Session) -> tuple[Reason, ...]:
    """List the reasons, without "outside its window" if the plan's weekdays explain that."""
    if not by_weekday(session):
        return session.because
    return tuple(reason for reason in session.because if not isinstance(reason, OutsideWindow))


def explanations(sessions: Sequence[Session]) -> list[tuple[str, str]]:
    """Pair every reason, once, with the numbers of its sessions: ``3–6``, ``8``.

    Leave out the plan's weekdays and what follows from them, because the plan's sentence has them
    already; but say why the first session isn't on the start.
    """
    shared: dict[str, list[Session]] = {}
    as_asked: set[int] = set()
    for session in sessions:
        if by_weekday(session) or not session.because:
            as_asked.add(session.number)
        reduced = session if session.number == 1 else _without_weekdays(session, as_asked)
        text = explain(_without_preferred(reduced))
        if text:
            shared.setdefault(text, []).append(session)
    return [
        (phrases.numbers([s.number for s in run]), _with_weekday(text, run))
        for text, run in shared.items()
    ]


def _without_weekdays(session: Session, as_asked: set[int]) -> Session:
    """Drop the reasons that come from the plan's weekdays, directly or through an earlier session."""
    kept = tuple(
        reason
        for reason in _without_window(session)
        if not (isinstance(reason, Follows) and reason.session in as_asked)
    )
    if not by_weekday(session):
        return replace(session, because=kept)
    kept = tuple(reason for reason in kept if not isinstance(reason, OffWeekday))
    return replace(session, because=kept, due=session.date)


def _without_preferred(session: Session) -> Session:
    """Drop the preferred weekday from the reasons, and the due day if nothing else explains it."""
    kept = tuple(reason for reason in session.because if not isinstance(reason, Preferred))
    if _is_only_preference(session.because):
        return replace(session, because=kept, due=session.date)
    return replace(session, because=kept)


def _with_weekday(reason: str, sessions: Sequence[Session]) -> str:
    """Add the weekday if several sessions share it: ``counted from session 2, on Tuesdays``."""
    days = {session.date.weekday() for session in sessions}
    follow = all(map(_only_follows, sessions)) and len(sessions) > 1 and len(days) == 1
    return f"{reason}, on {phrases.WEEKDAYS[days.pop()]}s" if follow else reason


def _only_follows(session: Session) -> bool:
    return {reason.code for reason in session.because} - {Preferred.code} == {Follows.code}


def _closes(why: Reason, day: date) -> bool:
    return isinstance(why, OnClosedDay | OffWeekday) and why.day == day


def _is_only_preference(because: Sequence[Reason]) -> bool:
    codes = {reason.code for reason in because}
    return Preferred.code in codes and codes <= {Preferred.code, Follows.code}
