"""What the log of a plan says in the end: the last entry in force about a session decides it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from microplan.model.plan import (
    Amendment,
    Closed,
    Done,
    Lookup,
    Moved,
    Plan,
    Revised,
    Rules,
    Skipped,
    Undone,
)
from microplan.model.values import Care, ClosedRange, Ended


class LateClosure(Struct, frozen=True, kw_only=True):
    """Closed days that were told while the plan was running, and the instant they were."""

    days: ClosedRange
    reason: str = ""
    recorded: datetime


class LogState(Struct, frozen=True, kw_only=True):
    """What is known about sessions, by number, and about days.

    A session in ``pins`` was moved by hand; it may stand in ``done`` or ``skips`` as well, since
    what was done on a pinned day, or the empty slot of a moved session, depends on the pin.
    ``told_before`` has the number of closures that came before a session was skipped or missed.
    """

    done: dict[int, date] = {}
    pins: dict[int, Moved] = {}
    skips: dict[int, Skipped] = {}
    closures: tuple[LateClosure, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    revisions: tuple[Revised, ...] = ()
    extensions: int = 0
    told_before: dict[int, int] = {}

    @property
    def last_done(self) -> int:
        """The highest number that was done; 0 if none was."""
        return max(self.done, default=0)


def in_force(log: Sequence[Amendment]) -> Iterator[Amendment]:
    """Yield the entries that hold: those that are not undone, nor themselves an undoing."""
    undone = {entry.entry for entry in log if isinstance(entry, Undone)}
    for place, entry in enumerate(log, 1):
        if place not in undone and not isinstance(entry, Undone):
            yield entry


def rules_in_force(plan: Plan) -> tuple[int, Rules]:
    """Find the rules that hold at the end of a plan, and the session they hold from."""
    return latest_rules(plan.rules, plan.log)


def latest_rules(first: Rules, entries: Sequence[Amendment]) -> tuple[int, Rules]:
    """Find the rules that hold after some entries of a plan that began with ``first``."""
    revisions = fold(entries).revisions
    return (revisions[-1].session, revisions[-1].rules) if revisions else (1, first)


NOTHING = LogState()


def fold(log: Sequence[Amendment]) -> LogState:
    """Read a log in the order it was written; ``recorded`` never sorts."""
    if not log:
        return NOTHING
    done: dict[int, date] = {}
    pins: dict[int, Moved] = {}
    skips: dict[int, Skipped] = {}
    closures: list[LateClosure] = []
    lookups: list[Lookup] = []
    revisions: list[Revised] = []
    entries = list(in_force(log))
    for entry in entries:
        match entry:
            case Done():
                done[entry.session] = entry.on
                skips.pop(entry.session, None)
            case Moved():
                pins[entry.session] = entry
                skips.pop(entry.session, None)
            case Skipped():
                skips[entry.session] = entry
            case Closed():
                closures += _told(entry)
                lookups += entry.lookups
            case Revised():
                if entry.words:  # care moves no session
                    revisions.append(entry)
                    pins = {n: pin for n, pin in pins.items() if n < entry.session or n in done}
                    skips = {n: replace(skip, extend=False) for n, skip in skips.items()}
            case Undone():
                pass  # is not in force by definition
    return LogState(
        done=done,
        pins=pins,
        skips=skips,
        closures=tuple(closures),
        lookups=tuple(lookups),
        revisions=tuple(revisions),
        told_before=_told_before(entries),
        extensions=sum(skip.extend for skip in skips.values()),
    )


def _told_before(entries: Sequence[Amendment]) -> dict[int, int]:
    """Count the closures that were told before a session was skipped, or a later one was held."""
    found: dict[int, int] = {}
    closures = held = 0
    for entry in entries:
        match entry:
            case Closed():
                closures += len(entry.closures)
            case Skipped():
                found.setdefault(entry.session, closures)
            case Moved():
                found.pop(entry.session, None)
            case Done():
                for missed in range(held + 1, entry.session):
                    found.setdefault(missed, closures)
                held = max(held, entry.session)
            case _:
                pass  # is about no session by its number
    return found


def _told(entry: Closed) -> Iterator[LateClosure]:
    for closure in entry.closures:
        yield LateClosure(days=closure.days, reason=closure.reason, recorded=entry.recorded)


class CarePeriod(Struct, frozen=True):
    """A piece of care, or its end; from which session on it holds, and when that was recorded."""

    since: int
    care: Care | Ended
    recorded: datetime | None = None


def spells(plan: Plan) -> tuple[tuple[CarePeriod, ...], ...]:
    """List all that is said of the care of a plan, apart by kind and name, the latest word last."""
    said = {each.key: [CarePeriod(1, each)] for each in plan.care}
    revisions = (entry for entry in in_force(plan.log) if isinstance(entry, Revised))
    for entry in revisions:
        for each in entry.care:
            said.setdefault(each.key, []).append(CarePeriod(entry.session, each, entry.recorded))
    return tuple(map(tuple, said.values()))


def care_in_force(plan: Plan) -> tuple[Care, ...]:
    """List the care that holds at the end of a plan."""
    latest = (spell[-1].care for spell in spells(plan))
    return tuple(care for care in latest if not isinstance(care, Ended))


def lookups(plan: Plan) -> tuple[Lookup, ...]:
    """List what was looked up for a plan, when it was drawn up and since."""
    return (*plan.lookups, *fold(plan.log).lookups)
