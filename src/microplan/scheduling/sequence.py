"""Derives SEQUENCE (RFC 5545, section 3.8.7.4): how often the log has changed each event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from microplan.model import dates, ids, log
from microplan.model.log import CarePeriod
from microplan.model.plan import Plan, Session
from microplan.scheduling import care, event_text
from microplan.scheduling.event_text import Needs
from microplan.scheduling.events import Event, Subject, build, cancelled, key_of
from microplan.scheduling.history import history


def events(plan: Plan, sessions: Sequence[Session], *, with_care: bool = True) -> Iterator[Event]:
    """Yield the events of a plan by date: sessions, care, and cancelled events of both.

    ``sessions`` are those of the whole plan. SEQUENCE is the number of log entries that changed the
    event, so it never falls; the stamp is the time of the last one. An event that no longer exists
    is cancelled and keeps its last content. Sessions describe their care even without ``with_care``.
    """
    unsorted = (
        _history(plan, with_care=with_care)
        if plan.log
        else _as_created(plan, sessions, with_care=with_care)
    )
    yield from sorted(unsorted, key=lambda event: (str(event.start), event.uid))


def earlier_starts(plan: Plan) -> dict[str, tuple[date | datetime, ...]]:
    """Map the UID of each session to all the starts it has had since the plan was created."""
    uid, starts = ids.uids(plan), dict[str, list[date | datetime]]()
    for sessions in history(plan) if plan.log else ():
        for session in sessions:
            mine = starts.setdefault(uid(key_of(session)), [])
            start = dates.start_and_end(session)[0]
            if start not in mine:
                mine.append(start)
    return {key: tuple(mine) for key, mine in starts.items()}


def numbers(plan: Plan, *, with_care: bool = True) -> dict[str, int]:
    """Map the UIDs of events to their SEQUENCE; empty while the log is empty."""
    recorded = _history(plan, with_care=with_care) if plan.log else ()
    return {event.uid: event.sequence for event in recorded}


class _Version(Struct, frozen=True):
    """What a plan's events show after one log entry; an empty ``name`` means discreet."""

    name: str = ""
    sessions: tuple[Session, ...] = ()
    periods: tuple[tuple[CarePeriod, ...], ...] = ()
    items: dict[str, care.Item] = {}
    needs: Needs = {}

    def keys(self) -> set[str]:
        """Return the keys of all sessions and care."""
        return {*map(key_of, self.sessions), *self.items}

    def changed_since(self, before: _Version) -> list[Subject]:
        """List the subjects that are new or changed; if the plan's name changed, that's all of them."""
        if self.name != before.name:
            return [*self.sessions, *self.items.values()]
        pairs = zip(before.sessions, self.sessions, strict=False)
        others = self.changed_needs(before)
        changed: list[Subject] = [
            now for was, now in pairs if now is not was or now.number in others
        ]
        changed += self.sessions[len(before.sessions) :]
        if self.items is before.items:
            return changed
        changed += [item for key, item in self.items.items() if item != before.items.get(key)]
        return changed

    def changed_needs(self, before: _Version) -> set[int]:
        """Return the numbers of the sessions whose care sentences changed."""
        if self.needs is before.needs:
            return set()
        either = self.needs.keys() | before.needs.keys()
        return {n for n in either if self.needs.get(n, ()) != before.needs.get(n, ())}

    def gone_since(self, before: _Version) -> set[str]:
        """Return the keys of the subjects that no longer exist."""
        fewer = before.sessions[len(self.sessions) :]
        keys = {*map(key_of, fewer)}
        if self.items is not before.items:
            keys |= before.items.keys() - self.items.keys()
        return keys


def _as_created(plan: Plan, sessions: Sequence[Session], *, with_care: bool) -> Iterator[Event]:
    """Build the events of a plan without a log."""
    now = _version(plan, tuple(sessions), _Version(), with_care=with_care)
    return build(plan, (*now.sessions, *now.items.values()), now.needs)


def _history(plan: Plan, *, with_care: bool) -> Iterator[Event]:
    """Build the events by replaying the log, counting the changes of each."""
    latest: dict[str, Event] = {}
    stamps: dict[str, list[datetime]] = {}
    before = _Version()
    for size, sessions in enumerate(history(plan)):
        then = replace(plan, log=plan.log[:size])
        now = _version(then, sessions, before, with_care=with_care)
        changed = now.changed_since(before)
        present = zip(map(key_of, changed), build(then, changed, now.needs), strict=True)
        gone = now.gone_since(before) if now.name == before.name else latest.keys() - now.keys()
        absent = ((key, cancelled(latest[key], discreet=not now.name)) for key in gone)
        for key, event in (*present, *absent):
            if latest.get(key) != event:
                latest[key] = event
                stamps.setdefault(key, []).extend(entry.recorded for entry in then.log[-1:])
        before = now
    for key, event in latest.items():
        changes = stamps[key]
        yield replace(event, sequence=len(changes), stamp=changes[-1]) if changes else event


def _version(
    plan: Plan, sessions: tuple[Session, ...], before: _Version, *, with_care: bool
) -> _Version:
    """Collect the version after an entry; derive care again only if it can have changed.

    Without ``with_care``, care has no events and appears only in the sessions' descriptions.
    """
    periods, items, needs = log.care_history(plan), before.items, before.needs
    if periods != before.periods or not care.is_unchanged(before.sessions, sessions):
        of_plan = care.care(plan, sessions)
        items = {care.key(item): item for item in of_plan} if with_care else items
        needs = event_text.needs(periods, of_plan, sessions)
    return _Version(log.public_title(plan, ""), sessions, periods, items, needs)
