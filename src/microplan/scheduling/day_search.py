"""Finds the open day of a session, given the days closed and opened while the plan was running."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from microplan.errors import ScheduleError
from microplan.model import dates
from microplan.model.log import LateChange, LateClosure, LateOpening, LogState
from microplan.model.plan import Reason
from microplan.scheduling.availability import EARLY, Availability
from microplan.scheduling.phases import Phase
from microplan.wording import phrases

Found = tuple[date, date, bool, Reason | None]
"""A day, its floor, whether preference beat a nearer day, and what closes the target."""


class Opening(Struct, frozen=True):
    """Days that were opened, without those before the day of the recording (``since``)."""

    change: LateOpening
    since: date

    @classmethod
    def of(cls, change: LateOpening, tz: str) -> Opening:
        """Leave out the days before the recording."""
        since = dates.local_date(change.recorded, dates.zone(tz))
        days = replace(change.days, first=max(change.days.first, since))
        return cls(replace(change, days=days), since)


class DaySearch(Struct):
    """The days closed and opened by a log, in order, and the sessions that ignore the later ones."""

    changes: tuple[LateChange, ...]
    closures_before: dict[int, int]
    open_late: Availability  # the days left open by the closures among them
    openings: dict[str, dict[int, Opening]] = {}  # by zone, then by place among the changes

    @classmethod
    def of(cls, state: LogState) -> DaySearch:
        """Collect what the log closed and opened."""
        late = [change for change in state.closures if isinstance(change, LateClosure)]
        return cls(state.closures, state.closures_before, Availability(None, late))

    def find(self, phase: Phase, number: int, due: date, floor: date) -> Found:
        """Find the day, given the days closed and opened while the plan was running.

        Ignore those recorded after the session was skipped or missed: its slot doesn't move. An
        opening doesn't move a session whose day had passed when it was recorded.
        """
        changes = self.changes[: self.closures_before.get(number)]
        openings = self.openings_in(phase.rules.tz)
        if not openings:
            return self.search(phase, number, due, floor, changes)
        late = {n: change for n, change in enumerate(changes) if n not in openings}
        found = self.search(phase, number, due, floor, tuple(late.values()))
        first, last = _within_reach(phase, due, found)
        for place, opening in openings.items():
            if place < len(changes) and found[0] >= opening.since:
                late[place] = opening.change
                days = opening.change.days
                if days.first <= last and first <= days.last:
                    in_order = tuple(late[place] for place in sorted(late))
                    found = self.search(phase, number, due, floor, in_order)
                    first, last = _within_reach(phase, due, found)
        return found

    def openings_in(self, tz: str) -> dict[int, Opening]:
        """Collect the openings of the log, by their place among its closures, once for each zone."""
        if tz not in self.openings:
            self.openings[tz] = {
                number: Opening.of(change, tz)
                for number, change in enumerate(self.changes)
                if isinstance(change, LateOpening)
            }
        return self.openings[tz]

    def search(
        self, phase: Phase, number: int, due: date, floor: date, late: Sequence[LateChange] = ()
    ) -> Found:
        """Find the day, its floor, whether preference beat a nearer day, and what closes the target.

        Apply days closed while the plan was running last. Only a session that would be on one of
        them moves, and not to before the day the closure was recorded.
        """
        openings: list[LateOpening] = []
        if late and self.openings_in(phase.rules.tz):
            openings = [change for change in late if isinstance(change, LateOpening)]
        is_open = phase.open.with_closures(openings) if openings else phase.open
        closed_by: Reason | None = None
        applied: tuple[LateClosure, ...] = ()
        while True:
            target = max(due, floor)
            nearest, preferred = is_open.nearest(target, floor, phase.around)
            day = nearest or is_open.nearest_outside_window(target, floor)
            if day is None:
                raise _no_day(number, target, is_open)
            if closed_by is None and day != target and not is_open.admits(target):
                closed_by = is_open.why_not(target)
            closing = self.closing(day, late, applied) if late else ()
            if not closing:
                return day, floor, preferred, closed_by
            applied += closing
            in_use = [c for c in late if c in openings or c in applied] if openings else applied
            is_open = phase.open.with_closures(in_use)
            closed_by = closed_by or is_open.why_not(day)
            zone = dates.zone(phase.rules.tz)
            floor = max(floor, *(dates.local_date(entry.recorded, zone) for entry in closing))

    def closing(
        self, day: date, late: Sequence[LateChange], applied: Sequence[LateClosure]
    ) -> tuple[LateClosure, ...]:
        """List the late closures that close a day and aren't applied yet."""
        if self.open_late.admits(day):
            return ()
        closing: tuple[LateClosure, ...] = ()
        for change in late:
            if not change.days.admits(day):
                closing = () if isinstance(change, LateOpening) else (*closing, change)
        return tuple(closure for closure in closing if closure not in applied)


def _within_reach(phase: Phase, due: date, found: Found) -> tuple[date, date]:
    """Find the first and last day that an opening could move a session to; others need no search."""
    day, floor, *_ = found
    reach = max(phase.before, phase.after, timedelta(days=EARLY))
    return due - reach, max(day, max(due, floor) + reach)


def _no_day(number: int, target: date, is_open: Availability) -> ScheduleError:
    rules = phrases.listing(is_open.closing_rules(target))
    return ScheduleError(
        f"session {number} has no open day in the two years from {phrases.day(target)}, all closed "
        f"by {rules}; open some of them"
    )
