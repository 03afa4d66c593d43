"""Why a session is where it is: one type for each reason, its ``code`` the same in every format."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from msgspec import Struct

from microplan.model.values import ClosedRange, Weekdays


class OnClosedDay(Struct, frozen=True, kw_only=True):
    """The target fell on a closed day."""

    code: ClassVar[str] = "closed"
    day: date
    days: ClosedRange
    reason: str


class OffWeekday(Struct, frozen=True, kw_only=True):
    """The target fell on a weekday that is not allowed."""

    code: ClassVar[str] = "weekday"
    day: date
    allowed: Weekdays


class TooSoon(Struct, frozen=True, kw_only=True):
    """The gap to session ``after`` pushed the session past its due day."""

    code: ClassVar[str] = "gap"
    days: int
    after: int


class Preferred(Struct, frozen=True, kw_only=True):
    """A preferred weekday was chosen over a day nearer to the target."""

    code: ClassVar[str] = "preferred"
    weekday: int


class OutsideWindow(Struct, frozen=True, kw_only=True):
    """The day lies ``days`` after the window, or before it if negative."""

    code: ClassVar[str] = "window"
    days: int


class Follows(Struct, frozen=True, kw_only=True):
    """The due day is counted from session ``session``, which stands on ``day``."""

    code: ClassVar[str] = "follows"
    session: int
    day: date


class SetByHand(Struct, frozen=True, kw_only=True):
    """The person put the session on its day."""

    code: ClassVar[str] = "moved"


class PinLapsed(Struct, frozen=True, kw_only=True):
    """The person put the session on ``day``, which the gap no longer allows."""

    code: ClassVar[str] = "pin-lapsed"
    day: date


class PastUntil(Struct, frozen=True, kw_only=True):
    """The day is after ``until``, the last day that was asked for."""

    code: ClassVar[str] = "past-until"
    until: date


class DoneEarly(Struct, frozen=True, kw_only=True):
    """The session was done ``days`` before its earliest day."""

    code: ClassVar[str] = "done-early"
    days: int


Reason = (
    OnClosedDay
    | OffWeekday
    | TooSoon
    | Preferred
    | OutsideWindow
    | Follows
    | SetByHand
    | PinLapsed
    | PastUntil
    | DoneEarly
)
