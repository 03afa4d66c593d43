"""Queries and replies about a busy calendar, as the two processes exchange them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from msgspec import Struct

from microplan.model.rules import Rules

TOO_MUCH = "it takes too much time or memory. Export fewer months of it"


Period = tuple[float, float]
"""Two instants, as seconds since 1970."""


class BusyQuery(Struct, frozen=True, kw_only=True, tag=True):
    """Asks which days a calendar closes for one plan's sessions.

    If ``at`` is None, the sessions are all-day; ``others`` holds times by weekday. ``own`` holds the
    UIDs of the plan's events, which close nothing. The limits are ``seconds`` of processor time in
    all, ``at_once`` seconds for each event, and ``memory`` bytes of address space.
    """

    first: date
    last: date
    at: time | None
    minutes: int
    tz: str
    others: tuple[tuple[int, time], ...] = ()
    own: tuple[str, ...] = ()
    seconds: int = 40
    at_once: float = 3.0
    memory: int = 1 << 30

    @classmethod
    def of(cls, rules: Rules, first: date, last: date, own: Iterable[str]) -> BusyQuery:
        """Ask about the days from ``first`` to ``last``, for sessions at the times of ``rules``."""
        at = rules.at
        return cls(
            first=first,
            last=last,
            at=at.usual if at else None,
            others=at.others if at else (),
            minutes=rules.duration.minutes,
            tz=rules.tz,
            own=tuple(own),
        )


class BusyTimeQuery(Struct, frozen=True, kw_only=True, tag=True):
    """Asks for the busy time of a calendar, for plans with any session times."""

    first: date
    last: date
    tz: str
    seconds: int = 40
    at_once: float = 3.0
    memory: int = 1 << 30


Query = BusyQuery | BusyTimeQuery


class BusyProgress(Struct, frozen=True, tag=True):
    """Progress: ``done`` of ``of`` events have been read."""

    done: int
    of: int


class Misread(Struct, frozen=True, kw_only=True):
    """An event with properties that can't be read.

    ``number`` is its position in the file, from 1. ``day`` is its first day, None if unreadable.
    ``lines`` names the properties left out; an event without DTSTART closes nothing. An event
    ``is_whole_day`` if its start has no time.
    """

    number: int
    day: date | None
    lines: tuple[str, ...]
    is_whole_day: bool = False


class BusyReply(Struct, frozen=True, kw_only=True, tag=True):
    """The closed days as ranges, the misread events, and the unknown zones."""

    days: tuple[tuple[date, date], ...]
    misread: tuple[Misread, ...] = ()
    unknown_zones: tuple[str, ...] = ()


class BusyTimeReply(Struct, frozen=True, kw_only=True, tag=True):
    """The busy periods of a calendar, the misread events, and the unknown zones.

    ``periods`` is keyed by UID for events that a plan could own; all others share the empty key.
    """

    periods: dict[str, tuple[Period, ...]]
    misread: tuple[Misread, ...] = ()
    unknown_zones: tuple[str, ...] = ()


class Fault(Struct, frozen=True, tag=True):
    """The reason why a calendar can't be read."""

    text: str


Reply = BusyProgress | BusyReply | BusyTimeReply | Fault
