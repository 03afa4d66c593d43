"""Works out what to change on a server so that its calendar matches the plan.

This module doesn't talk to servers: ``caldav_calendar`` lists events and performs these actions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

from msgspec import Struct

from microplan.model import dates
from microplan.scheduling.events import Event

Moment = date | datetime


class Wanted(Struct, frozen=True, kw_only=True):
    """An event as it should be on the server; a cancelled one shouldn't be there.

    ``mark`` starts with the stamp of the event and changes whenever ``text`` does. ``tz`` is the
    plan's zone, for times on the server. ``earlier`` holds all starts that the plan itself has
    given the event.
    """

    event: Event
    tz: str = "UTC"
    mark: str
    text: str
    earlier: tuple[Moment, ...] = ()


class Remote(Struct, frozen=True, kw_only=True):
    """An event of the plan as the server has it.

    ``own_start`` and ``mark`` are what we wrote into it. ``start`` is None if the event can't be
    read. ``own_start`` is None if another program removed it; usually ``mark`` is then empty too,
    and only ``sequence`` shows how old the event is.
    """

    uid: str
    href: str
    etag: str
    start: Moment | None
    own_start: Moment | None
    mark: str
    sequence: int = -1


class Put(Struct, frozen=True, kw_only=True):
    """Write an event, replacing ``remote`` if it exists."""

    wanted: Wanted
    remote: Remote | None

    @property
    def event(self) -> Event:
        """The event that is written."""
        return self.wanted.event


class Delete(Struct, frozen=True, kw_only=True):
    """Remove an event that no longer takes place."""

    event: Event
    remote: Remote


class MovedRemotely(Struct, frozen=True, kw_only=True):
    """Leave an event that a person moved on the server; ``there`` is where it is now."""

    event: Event
    remote: Remote
    there: Moment


class Kept(Struct, frozen=True, kw_only=True):
    """Leave an event that is up to date, along with anything a person added to it."""

    event: Event


Action = Put | Delete | MovedRemotely | Kept


def difference(
    wanted: Iterable[Wanted], listing: Iterable[Remote], *, overwrite: bool = False
) -> tuple[Action, ...]:
    """Compare the wanted events with those on the server, and list what to do, by date.

    Touch only events in ``wanted``. Leave an event that a person moved on the server, unless
    ``overwrite`` is set. If the server has an event twice, bring both copies up to date.
    """
    there: dict[str, list[Remote | None]] = {}
    for remote in listing:
        there.setdefault(remote.uid, []).append(remote)
    actions = (
        _action(entry, remote, overwrite=overwrite)
        for entry in wanted
        for remote in there.get(entry.event.uid, [None])
    )
    return tuple(action for action in actions if action is not None)


def _action(wanted: Wanted, remote: Remote | None, *, overwrite: bool) -> Action | None:
    event = wanted.event
    if remote is None:
        return None if event.cancelled else Put(wanted=wanted, remote=None)
    there = moved_to(wanted, remote)
    if there is not None and not overwrite:
        return MovedRemotely(event=event, remote=remote, there=there)
    if event.cancelled:
        return Delete(event=event, remote=remote)
    is_marked = remote.mark == wanted.mark and _same(remote.start, remote.own_start)
    if is_marked or (_lost_our_mark(wanted, remote) and not overwrite):
        return Kept(event=event)
    return Put(wanted=wanted, remote=remote)


def _lost_our_mark(wanted: Wanted, remote: Remote) -> bool:
    """Whether an event is up to date, but another program removed our mark.

    Such an event keeps what a person wrote into it until its SEQUENCE is out of date.
    """
    is_bare = not remote.mark and remote.own_start is None
    is_current = remote.sequence >= wanted.event.sequence
    return is_bare and is_current and _same(remote.start, wanted.event.start)


def moved_to(wanted: Wanted, remote: Remote) -> Moment | None:
    """Find where a person moved an event on the server, in the plan's zone; None if nobody did.

    A moved event's start differs from the one we wrote into it. If another program removed that,
    compare with every start that the plan has given the event. An event at its wanted start isn't
    moved.
    """
    event, start = wanted.event, remote.start
    if start is None or _same(start, remote.own_start) or _same(start, event.start):
        return None
    if remote.own_start is None and any(_same(start, earlier) for earlier in wanted.earlier):
        return None
    return _by_the_clock_of(wanted, start)


def _by_the_clock_of(wanted: Wanted, there: Moment) -> Moment:
    """Convert a time to the zone of an event, or of its plan if the event is all-day."""
    if not (isinstance(there, datetime) and there.tzinfo):
        return there
    here = wanted.event.start
    return there.astimezone(
        here.tzinfo if isinstance(here, datetime) else dates.zone(wanted.tz),
    )


def _same(one: Moment | None, other: Moment | None) -> bool:
    """Whether two moments are the same; a time without a zone takes the zone of the other."""
    if not (isinstance(one, datetime) and isinstance(other, datetime)):
        return type(one) is type(other) and one == other
    one, other = (
        value if value.tzinfo else value.replace(tzinfo=zone.tzinfo or UTC)
        for value, zone in ((one, other), (other, one))
    )
    return one.astimezone(UTC) == other.astimezone(UTC)


def empties(actions: Sequence[Action]) -> bool:
    """Whether these actions would remove the last of the plan's events from the calendar."""
    deletes = any(isinstance(action, Delete) for action in actions)
    return deletes and all(isinstance(action, Delete) for action in actions)


def deleted(wanted: Iterable[Wanted], listing: Sequence[Remote]) -> Iterator[Wanted]:
    """Yield the events that a person probably removed from the server.

    These are wanted but missing, and no newer than the newest event we wrote there; a newer event
    was never pushed.
    """
    there = {remote.uid for remote in listing}
    newest = max((stamp(remote.mark) for remote in listing), default="")
    for entry in wanted:
        event = entry.event
        if not event.cancelled and event.uid not in there and stamp(entry.mark) <= newest:
            yield entry


def stamp(mark: str) -> str:
    """Return the stamp in a mark: ``20261122T200000Z``, which sorts by time."""
    return mark.partition("-")[0]
