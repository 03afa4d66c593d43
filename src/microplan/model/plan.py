"""The plan, which holds a person's decisions, and the sessions derived from it.

The values here are msgspec structs because defining dataclasses takes thirty times as long at
start-up. None of them reads the clock, a file or the environment.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from microplan.model.care import Care
from microplan.model.entries import Amendment, Closure, Lookup, Record
from microplan.model.rules import Rules
from microplan.model.values import ClosedRange, Weekdays

VERSION = 1
"""Version of the plan file and of the plan document."""
TITLE = "Scalp session"
"""The default title of a plan."""


class Plan(Struct, frozen=True, kw_only=True):
    """One person's course: their decisions, from which ``schedule`` derives every date.

    ``created`` is in UTC, in whole seconds. ``protocol`` is the id of the course the plan was
    started from, or empty. ``log`` is in the order of the file.
    """

    id: str
    title: str
    created: datetime
    rules: Rules
    closed: tuple[Closure, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    care: tuple[Care, ...] = ()
    protocol: str = ""
    log: tuple[Amendment, ...] = ()


class Status(StrEnum):
    """The status of a session."""

    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"
    MISSED = "missed"
    DROPPED = "dropped"


ACTIVE = (Status.PLANNED, Status.DONE)
"""Statuses of sessions that take place: they keep gaps and have care."""


CivilDate = date
"""``date``, for use where a field named ``date`` shadows it."""


class Session(Struct, frozen=True, kw_only=True):
    """One appointment of a plan, with the reason for its day.

    ``phase`` counts from 1. ``earliest`` and ``latest`` are the ends of the window.
    ``floor`` is the first day the gap allows, or the start if no earlier session counts.
    ``gap_days`` is the number of days since the last session that counts, None for the first.
    ``rules`` are those in force for this session; a revision doesn't change earlier ones.
    ``record`` says how a done session went, if the person wrote it down.
    ``own_at`` is the time that only this session was moved to or done at.
    ``planned_for`` is the day a session was planned for that was done outside its window.
    """

    number: int
    phase: int
    status: Status
    date: CivilDate
    due: CivilDate
    floor: CivilDate
    earliest: CivilDate
    latest: CivilDate
    gap_days: int | None
    because: tuple[Reason, ...]
    rules: Rules
    record: Record | None = None
    own_at: time | None = None
    planned_for: CivilDate | None = None

    @property
    def at(self) -> time | None:
        """The local time: its own or else the rules' time for its day; None for an all-day one."""
        return None if self.rules.at is None else self.own_at or self.rules.at.on(self.date)


# --- why a session is where it is ------------------------------------------------------------


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
