"""Works out, as values, what to change on a server so that its calendar matches the plan.

Nothing here reaches a server: ``caldav_calendar`` lists what is there and performs what is found here.
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

    ``mark`` begins with the stamp of the event and differs wherever ``text`` differs.
    ``tz`` is the zone of the plan, in which an hour on the server falls on one of its days.
    ``earlier`` are the starts that the plan itself has given the event.
    """

    event: Event
    tz: str = "UTC"
    mark: str
    text: str
    earlier: tuple[Moment, ...] = ()


class Remote(Struct, frozen=True, kw_only=True):
    """An event of the plan as the server has it.

    ``own_start`` and ``mark`` are what we wrote into it. ``start`` is None where the event can't be read, ``own_start`` where another program took it out; then ``mark`` is empty as a rule, and
    ``sequence`` alone says how old the event is.
    """

    uid: str
    href: str
    etag: str
    start: Moment | None
    own_start: Moment | None
    mark: str
    sequence: int = -1


class Put(Struct, frozen=True, kw_only=True):
    """Write an event, in the place of ``remote`` if it is there already."""

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
    """Leave an event that says what we last wrote, whatever a person added to it."""

    event: Event


Action = Put | Delete | MovedRemotely | Kept


def difference(
    wanted: Iterable[Wanted], listing: Iterable[Remote], *, overwrite: bool = False
) -> tuple[Action, ...]:
    """Compare what is wanted with what is there, and list what to do, by date.

    Only events of ``wanted`` are ever touched. One that was moved on the server is left, unless
    ``overwrite`` is set. Of one that is there twice, each copy is held to what the plan says.
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
    """Whether all that an event lacks is what another program took out of it.

    What a person wrote into it stays until the session changes, which its SEQUENCE tells.
    """
    is_bare = not remote.mark and remote.own_start is None
    is_current = remote.sequence >= wanted.event.sequence
    return is_bare and is_current and _same(remote.start, wanted.event.start)


def moved_to(wanted: Wanted, remote: Remote) -> Moment | None:
    """Tell where a person put an event on the server, in the zone of the plan; None if nobody did.

    Its start then differs from the one that we wrote beside it. If another program took that out,
    it differs from every start that the plan has given it. An event that stands where it is wanted
    is not moved.
    """
    event, start = wanted.event, remote.start
    if start is None or _same(start, remote.own_start) or _same(start, event.start):
        return None
    if remote.own_start is None and any(_same(start, earlier) for earlier in wanted.earlier):
        return None
    return _by_the_clock_of(wanted, start)


def _by_the_clock_of(wanted: Wanted, there: Moment) -> Moment:
    """Tell an hour by the clock of an event, or of its plan where it lasts all day."""
    if not (isinstance(there, datetime) and there.tzinfo):
        return there
    here = wanted.event.start
    return there.astimezone(
        here.tzinfo if isinstance(here, datetime) else dates.zone(wanted.tz),
    )


def _same(one: Moment | None, other: Moment | None) -> bool:
    """Whether two moments are one; an hour without a zone is taken for one in the other's."""
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
    """Yield the events that a person removed from the server, as far as can be told.

    They are wanted, not there, and no newer than the newest of what we last wrote there: an event
    that came into the plan after that was never put.
    """
    there = {remote.uid for remote in listing}
    newest = max((stamp(remote.mark) for remote in listing), default="")
    for entry in wanted:
        event = entry.event
        if not event.cancelled and event.uid not in there and stamp(entry.mark) <= newest:
            yield entry


def stamp(mark: str) -> str:
    """Take the stamp from a mark: ``20261122T200000Z``, which sorts by time."""
    return mark.partition("-")[0]
