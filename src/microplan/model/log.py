"""Folds the log of a plan; for each session, the latest entry in force wins."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from functools import reduce
from operator import itemgetter
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from microplan.model.care import Care, Ended
from microplan.model.entries import (
    NO_RECORD,
    Amendment,
    Closed,
    Compared,
    Done,
    Lookup,
    Moved,
    Opened,
    Photo,
    Record,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.plan import Plan
from microplan.model.rules import Rules
from microplan.model.values import ClosedDays, ClosedRange

Fact = TypeVar("Fact")
"""What the log records about one session."""


class LateClosure(Struct, frozen=True, kw_only=True):
    """Days that were closed while the plan was running, and when."""

    days: ClosedRange
    reason: str = ""
    recorded: datetime


class LateOpening(Struct, frozen=True, kw_only=True):
    """Closed days that were opened again, when, and the number of revisions before that."""

    days: ClosedDays
    recorded: datetime
    revisions: int = 0


LateChange = LateClosure | LateOpening


class LogState(Struct, frozen=True, kw_only=True):
    """The state that a log adds up to; the dicts are keyed by session number.

    ``pins`` holds the sessions moved by hand. They may be in ``done`` or ``skips`` too, because
    a session done on its pinned day, or the empty slot of a moved session, depends on the pin.
    ``hours`` holds the times of sessions that have their own, open or done.
    ``records`` holds how sessions went, for those where the person wrote it down.
    ``closures`` holds the days closed and the days opened again, in the order of the log.
    ``closures_before`` counts those recorded before a session was done, skipped or missed.
    ``last_done`` is the highest session number done, or 0.
    """

    done: dict[int, date] = {}
    records: dict[int, Record] = {}
    pins: dict[int, Moved] = {}
    hours: dict[int, time] = {}
    skips: dict[int, Skipped] = {}
    closures: tuple[LateChange, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    revisions: tuple[Revised, ...] = ()
    closures_before: dict[int, int] = {}
    last_done: int = 0

    def rules_in_force(self, first: Rules) -> tuple[int, Rules]:
        """Find the session that the pace counts from, and the rules; ``first`` are the plan's own."""
        begins = [entry.session for entry in self.revisions if entry.moves_sessions]
        rules = self.revisions[-1].rules if self.revisions else first
        return (begins[-1] if begins else 1), rules

    @property
    def avoid_revision(self) -> int:
        """The number of the latest revision that set the days to avoid, or 0."""
        numbers = (n for n, entry in enumerate(self.revisions, 1) if "avoid" in entry.words)
        return max(numbers, default=0)

    @property
    def last_renumbering(self) -> Revised | None:
        """The latest revision that sets the number of sessions."""
        return next((entry for entry in reversed(self.revisions) if entry.sets_number), None)

    @property
    def extensions(self) -> int:
        """The number of sessions added at the end for skipped ones."""
        return sum(skip.extend for skip in self.skips.values())


NOTHING = LogState()
"""The state of an empty log."""


def in_force(log: Sequence[Amendment]) -> Iterator[Amendment]:
    """Yield the entries that still count: not undone, and not an undo."""
    undone = {entry.entry for entry in log if isinstance(entry, Undone)}
    for number, entry in enumerate(log, 1):
        if number not in undone and not isinstance(entry, Undone):
            yield entry


def fold(log: Sequence[Amendment]) -> LogState:
    """Fold a log in the order it was written; ``recorded`` doesn't change the order."""
    return reduce(apply, in_force(log), NOTHING)


def states(log: Sequence[Amendment]) -> Iterator[LogState]:
    """Yield the state before the first entry and after each one.

    Each state equals ``fold`` of that part of the log, but one pass is enough: an undo returns to
    the state before the undone entry and applies the later ones again.
    """
    yield NOTHING
    holding: list[tuple[int, LogState]] = []  # the entries in force, with the state before each
    state = NOTHING
    for number, entry in enumerate(log, 1):
        if isinstance(entry, Undone):
            at = bisect_left(holding, entry.entry, key=itemgetter(0))
            numbers = [held for held, _ in holding[at:]]
            if entry.entry in numbers:
                state = holding[at][1]
                del holding[at:]
                for again in numbers[1:]:
                    holding.append((again, state))
                    state = apply(state, log[again - 1])
        else:
            holding.append((number, state))
            state = apply(state, entry)
        yield state


def apply(state: LogState, entry: Amendment) -> LogState:  # noqa: PLR0911 - one case for each kind of entry
    """Apply one more entry, which must be in force."""
    match entry:
        case Done(session=number):
            passed = range(state.last_done + 1, number)
            return replace(
                state,
                done=state.done | {number: entry.on},
                records=_recorded(state, entry),
                hours=_at_hour(state, entry),
                skips=_without(state.skips, number),
                closures_before=_closures_before(state, (*passed, number)),
                last_done=max(state.last_done, number),
            )
        case Moved(session=number):
            return replace(
                state,
                pins=state.pins if entry.to is None else state.pins | {number: entry},
                hours=_at_hour(state, entry),
                skips=_without(state.skips, number),
                closures_before=_without(state.closures_before, number),
            )
        case Skipped(session=number):
            skips = state.skips | {number: entry}
            return replace(state, skips=skips, closures_before=_closures_before(state, (number,)))
        case Closed():
            closures = state.closures + tuple(_late(entry))
            return replace(state, closures=closures, lookups=state.lookups + entry.lookups)
        case Opened():
            return replace(state, closures=state.closures + tuple(_openings(state, entry)))
        case Revised(words=words):
            return _revised(state, entry) if words else state  # care moves no session
        case Photo() | Compared():
            return state
        case Undone():
            return state  # it is never in force


def _at_hour(state: LogState, entry: Done | Moved) -> dict[int, time]:
    """Set the session's time from an entry; an entry without a time changes nothing."""
    return state.hours if entry.at is None else state.hours | {entry.session: entry.at}


def _recorded(state: LogState, entry: Done) -> dict[int, Record]:
    """Add an entry's record to what was written down about its session before."""
    if entry.record == NO_RECORD:
        return state.records
    before = state.records.get(entry.session, NO_RECORD)
    return state.records | {entry.session: before.extended(entry.record)}


def _revised(state: LogState, entry: Revised) -> LogState:
    """Apply a revision: a new count drops the extensions, new days drop the pins of open sessions."""
    pins, hours, skips = state.pins, state.hours, state.skips
    if entry.sets_number:
        skips = {n: replace(skip, extend=False) for n, skip in skips.items()}
    if entry.moves_sessions:
        pins = {n: pin for n, pin in pins.items() if n < entry.session or n in state.done}
        hours = {n: at for n, at in hours.items() if n < entry.session or n in state.done}
    revisions = (*state.revisions, entry)
    return replace(state, revisions=revisions, pins=pins, hours=hours, skips=skips)


def _without(facts: dict[int, Fact], number: int) -> dict[int, Fact]:
    """Leave a session out; return ``facts`` itself if it has no such session."""
    if number not in facts:
        return facts
    return {key: fact for key, fact in facts.items() if key != number}


def _closures_before(state: LogState, numbers: Collection[int]) -> dict[int, int]:
    """Note how many closures and openings precede newly skipped or missed sessions; keep earlier counts."""
    if not numbers:
        return state.closures_before
    return dict.fromkeys(numbers, len(state.closures)) | state.closures_before


def _late(entry: Closed) -> Iterator[LateClosure]:
    for closure in entry.closures:
        yield LateClosure(days=closure.days, reason=closure.reason, recorded=entry.recorded)


def _openings(state: LogState, entry: Opened) -> Iterator[LateOpening]:
    for days in entry.days:
        yield LateOpening(days=days, recorded=entry.recorded, revisions=len(state.revisions))


def rules_in_force(plan: Plan) -> tuple[int, Rules]:
    """Find the session that the pace counts from, and the rules, after the whole log."""
    return latest_rules(plan.rules, plan.log)


def title_in_force(plan: Plan) -> str:
    """Find the title after the whole log."""
    titles = (e.title for e in in_force(plan.log) if isinstance(e, Revised) and e.title)
    return next(reversed(list(titles)), plan.title)


def is_discreet(plan: Plan) -> bool:
    """Whether titles are neutral, by the rules in force at the end of the plan."""
    return rules_in_force(plan)[1].discreet


NEUTRAL, NEUTRAL_CALENDAR = "appointment", "appointments"
"""What a session of a discreet plan is called, and the calendar of all."""


def public_title(plan: Plan, neutral: str = NEUTRAL) -> str:
    """Return the title that others may see; for a discreet plan, ``neutral``."""
    return neutral if is_discreet(plan) else title_in_force(plan)


def latest_rules(first: Rules, entries: Sequence[Amendment]) -> tuple[int, Rules]:
    """Find the session that the pace counts from, and the rules, after ``entries``."""
    begin, rules = 1, first
    for entry in in_force(entries):
        if isinstance(entry, Revised) and entry.words:
            begin, rules = entry.session if entry.moves_sessions else begin, entry.rules
    return begin, rules


class CarePeriod(Struct, frozen=True):
    """A piece of care, or its end, that applies from session ``since`` on."""

    since: int
    care: Care | Ended
    recorded: datetime | None = None


def care_history(plan: Plan) -> tuple[tuple[CarePeriod, ...], ...]:
    """List the care of a plan and its changes, grouped by kind and name, latest last."""
    periods = {piece.key: [CarePeriod(1, piece)] for piece in plan.care}
    revisions = (entry for entry in in_force(plan.log) if isinstance(entry, Revised))
    for entry in revisions:
        for piece in entry.care:
            periods.setdefault(piece.key, []).append(
                CarePeriod(entry.session, piece, entry.recorded)
            )
    return tuple(map(tuple, periods.values()))


def without_care(plan: Plan) -> Plan:
    """Return the plan without any care, including care from later revisions."""
    entries = (replace(e, care=()) if isinstance(e, Revised) else e for e in plan.log)
    return replace(plan, care=(), log=tuple(entries))


def care_in_force(plan: Plan) -> tuple[Care, ...]:
    """List the care in force after the whole log."""
    if not (plan.care or plan.log):
        return ()
    latest = (periods[-1].care for periods in care_history(plan))
    return tuple(care for care in latest if not isinstance(care, Ended))


def photos(plan: Plan) -> tuple[Photo, ...]:
    """List the photos of a plan by day; a later entry replaces one of the same file and view."""
    latest = {
        (entry.view, entry.digest): entry
        for entry in in_force(plan.log)
        if isinstance(entry, Photo)
    }
    return tuple(sorted(latest.values(), key=lambda photo: (photo.on, photo.view, photo.path)))


def comparisons(plan: Plan) -> tuple[Compared, ...]:
    """List the comparisons of photos that are in force, oldest first."""
    return tuple(entry for entry in in_force(plan.log) if isinstance(entry, Compared))
