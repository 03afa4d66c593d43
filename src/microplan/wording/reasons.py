"""Why a session is where it is, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from msgspec.structs import replace

from microplan.model.plan import Session, Status
from microplan.model.reasons import (
    DoneEarly,
    Follows,
    OffWeekday,
    OnClosedDay,
    OutsideWindow,
    PastUntil,
    PinLapsed,
    Preferred,
    Reason,
    SetByHand,
    TooSoon,
)
from microplan.model.values import Weekdays
from microplan.wording import phrases


def reason(value: Reason) -> str:  # noqa: PLR0911 - one case for each kind of reason
    """Say one reason in a few words, without a capital or a full stop."""
    match value:
        case OnClosedDay() | OffWeekday():
            return f"{phrases.short(value.day)} is {_shut(value)}"
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


def _shut(value: OnClosedDay | OffWeekday) -> str:
    if isinstance(value, OffWeekday):
        return _not_one_of(value.allowed)
    return (
        f"closed ({phrases.closed_days(value.days)}{f': {value.reason}' if value.reason else ''})"
    )


def _due_but_shut(value: OnClosedDay | OffWeekday) -> str:
    """Say what closes a due day: ``closed 24 Dec–3 Jan (vacation)``; one of its own has no span."""
    if isinstance(value, OffWeekday):
        return _not_one_of(value.allowed)
    days = phrases.closed_days(value.days)
    span = "" if days == phrases.day_of(value.day) else f" {days}"
    return f"closed{span}{f' ({value.reason})' if value.reason else ''}"


def _not_one_of(days: Weekdays) -> str:
    """``not a weekday``, ``not a Sunday``, ``not on Mondays or Thursdays``."""
    names = phrases.weekdays(days, "or")
    one = len(days.days) == 1 or names == "weekdays"
    return f"not a {names.removesuffix('s')}" if one else f"not on {names}"


def why(session: Session) -> str:
    """Say why a session stands where it does, after where the pace had put it.

    A weekday that was preferred, or the day of another session, is reason enough by itself.
    """
    if session.status is Status.DROPPED:
        return "since you changed the plan"
    because = _but_for_the_window(session)
    if session.date == session.due or _speaks_for_itself(because):
        return "; ".join(map(reason, because))
    shut = next((why for why in because if _shuts(why, session.due)), None)
    due = f"due {phrases.short(session.due)}"
    if isinstance(shut, OnClosedDay | OffWeekday):
        due = f"{due}, {_due_but_shut(shut)}"
    return "; ".join([due, *(reason(why) for why in because if why is not shut)])


def by_weekday(session: Session) -> bool:
    """Whether a session stands where it does since the weekdays of the plan leave no nearer day."""
    is_off = any(isinstance(reason, OffWeekday) for reason in session.because)
    return is_off and not any(
        isinstance(reason, OnClosedDay | TooSoon | PinLapsed) for reason in session.because
    )


def _but_for_the_window(session: Session) -> tuple[Reason, ...]:
    """Leave out that a session is outside its window where the weekdays that were asked for say so."""
    if not by_weekday(session):
        return session.because
    return tuple(reason for reason in session.because if not isinstance(reason, OutsideWindow))


def whys(sessions: Sequence[Session]) -> list[tuple[str, str]]:
    """Say every reason once, after the numbers of the sessions it holds for: ``3–6``, ``8``.

    That weekdays are preferred or asked for stands in the sentence of the plan, and is no news
    here; nor is what follows from it. Only the first session says why it is not on the start.
    """
    shared: dict[str, list[Session]] = {}
    as_asked: set[int] = set()
    for session in sessions:
        if by_weekday(session) or not session.because:
            as_asked.add(session.number)
        reduced = session if session.number == 1 else _without_weekdays(session, as_asked)
        text = why(_without_preferred(reduced))
        if text:
            shared.setdefault(text, []).append(session)
    return [
        (phrases.numbers([s.number for s in run]), _with_weekday(text, run))
        for text, run in shared.items()
    ]


def _without_weekdays(session: Session, as_asked: set[int]) -> Session:
    """Leave out that weekdays move a session, and that it follows one that they moved."""
    kept = tuple(
        reason
        for reason in _but_for_the_window(session)
        if not (isinstance(reason, Follows) and reason.session in as_asked)
    )
    if not by_weekday(session):
        return replace(session, because=kept)
    kept = tuple(reason for reason in kept if not isinstance(reason, OffWeekday))
    return replace(session, because=kept, due=session.date)


def _without_preferred(session: Session) -> Session:
    """Leave a preferred weekday out of the reasons, and the due day where it explains all."""
    kept = tuple(reason for reason in session.because if not isinstance(reason, Preferred))
    if _speaks_for_itself(session.because):
        return replace(session, because=kept, due=session.date)
    return replace(session, because=kept)


def _with_weekday(reason: str, sessions: Sequence[Session]) -> str:
    """Add the weekday if several have it: ``counted from session 2, on Tuesdays``."""
    days = {session.date.weekday() for session in sessions}
    follow = all(map(_only_follows, sessions)) and len(sessions) > 1 and len(days) == 1
    return f"{reason}, on {phrases.WEEKDAYS[days.pop()]}s" if follow else reason


def _only_follows(session: Session) -> bool:
    return {reason.code for reason in session.because} - {Preferred.code} == {Follows.code}


def _shuts(why: Reason, day: date) -> bool:
    return isinstance(why, OnClosedDay | OffWeekday) and why.day == day


def _speaks_for_itself(because: Sequence[Reason]) -> bool:
    codes = {reason.code for reason in because}
    return Preferred.code in codes and codes <= {Preferred.code, Follows.code}
