"""Questions and answers about a busy calendar: the lines between two processes."""

from __future__ import annotations

from datetime import date, time

from msgspec import Struct

TOO_MUCH = "it takes too much time or memory to work out. Export fewer months of it"


Period = tuple[float, float]
"""Two instants, as seconds since 1970."""


class BusyQuery(Struct, frozen=True, kw_only=True, tag=True):
    """For which days, hours and zone a calendar is read; ``own`` are UIDs of the plan itself.

    Without ``at`` the sessions last all day; ``others`` are the hours of single weekdays. Reading may
    take ``seconds`` of processor time, each event ``at_once`` of them, and ``memory`` bytes of address
    space.
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


class TakenQuery(Struct, frozen=True, kw_only=True, tag=True):
    """The same for many plans: for which days and zone it is read, whatever their times are."""

    first: date
    last: date
    tz: str
    seconds: int = 40
    at_once: float = 3.0
    memory: int = 1 << 30


Query = BusyQuery | TakenQuery


class BusyProgress(Struct, frozen=True, tag=True):
    """So many events have been read."""

    done: int
    of: int


class Misread(Struct, frozen=True, kw_only=True):
    """An event with something that can't be read.

    ``number`` counts the events of a file from 1. ``day`` is the one on which it begins, None if
    that can't be read. ``lines`` are the properties that were left out; without a DTSTART the
    event closes nothing. One that ``is_whole_day`` has a day for its start, and no time.
    """

    number: int
    day: date | None
    lines: tuple[str, ...]
    is_whole_day: bool = False


class BusyReply(Struct, frozen=True, kw_only=True, tag=True):
    """The closed days as ranges, what can't be read, and the zones that nobody knows."""

    days: tuple[tuple[date, date], ...]
    misread: tuple[Misread, ...] = ()
    unknown_zones: tuple[str, ...] = ()


class TakenReply(Struct, frozen=True, kw_only=True, tag=True):
    """When a calendar takes time, and the same as a BusyReply says of it.

    ``periods`` are keyed by the UID of an event that may be a plan's own; all others share one key.
    """

    periods: dict[str, tuple[Period, ...]]
    misread: tuple[Misread, ...] = ()
    unknown_zones: tuple[str, ...] = ()


class Fault(Struct, frozen=True, tag=True):
    """Why a calendar can't be read, as a sentence."""

    text: str


Reply = BusyProgress | BusyReply | TakenReply | Fault
