"""Why a session is on its day: one type for each reason, with the ``code`` that formats write."""

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
    """The gap after session ``after`` pushed the session past its due day."""

    code: ClassVar[str] = "gap"
    days: int
    after: int


class Preferred(Struct, frozen=True, kw_only=True):
    """A preferred weekday won over a day nearer to the target."""

    code: ClassVar[str] = "preferred"
    weekday: int


class OutsideWindow(Struct, frozen=True, kw_only=True):
    """The session is ``days`` after its window, or before it if negative."""

    code: ClassVar[str] = "window"
    days: int


class Follows(Struct, frozen=True, kw_only=True):
    """The due day is counted from session ``session``, which is on ``day``."""

    code: ClassVar[str] = "follows"
    session: int
    day: date


class SetByHand(Struct, frozen=True, kw_only=True):
    """A person moved the session to its day."""

    code: ClassVar[str] = "moved"


class PinLapsed(Struct, frozen=True, kw_only=True):
    """A person moved the session to ``day``, which the gap no longer allows."""

    code: ClassVar[str] = "pin-lapsed"
    day: date


class PastUntil(Struct, frozen=True, kw_only=True):
    """The session is after ``until``, the last day the person asked for."""

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
