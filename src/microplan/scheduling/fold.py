"""Places sessions one after another; each depends only on the ones before it.

Step numbers refer to ``docs/dates.md``. Because the fold never looks ahead, nothing that happens to
a session changes an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from microplan.errors import ScheduleError
from microplan.model import log
from microplan.model.log import LogState
from microplan.model.plan import (
    ACTIVE,
    DoneEarly,
    Follows,
    OutsideWindow,
    PastUntil,
    PinLapsed,
    Plan,
    Preferred,
    Reason,
    Session,
    SetByHand,
    Status,
    TooSoon,
)
from microplan.model.values import Follow
from microplan.scheduling.day_search import DaySearch
from microplan.scheduling.phases import Phase


class Position(Struct, frozen=True):
    """A snapshot of the fold after a session: everything that later sessions depend on.

    ``previous`` is the number and date of the last session that counts.
    """

    number: int
    anchor: date
    due: date
    steps_from_anchor: int
    reanchored_by: tuple[Reason, ...]
    previous: tuple[int, date] | None


class Fold(Struct):
    """The state carried from one session to the next.

    ``due`` is ``steps_from_anchor`` intervals after ``anchor``. ``previous`` is the last session
    that counts. ``reanchored_by`` names the session that due days count from, if it isn't the start.
    """

    state: LogState
    anchor: date
    due: date
    days: DaySearch
    steps_from_anchor: int = -1  # the first session is on its anchor, 0 intervals after it
    number: int = 0
    previous: Session | None = None
    reanchored_by: tuple[Reason, ...] = ()

    @classmethod
    def of(cls, plan: Plan, state: LogState) -> Fold:
        """Start before the first session of a plan."""
        start = plan.rules.start
        return cls(state, start, start, DaySearch.of(state))

    def position(self) -> Position:
        """Take a snapshot of the fold."""
        last = self.previous
        return Position(
            self.number,
            self.anchor,
            self.due,
            self.steps_from_anchor,
            self.reanchored_by,
            None if last is None else (last.number, last.date),
        )

    def restore(self, position: Position, sessions: Sequence[Session]) -> None:
        """Restore a snapshot; ``sessions`` are those placed up to it."""
        self.number, self.anchor, self.due = position.number, position.anchor, position.due
        self.steps_from_anchor = position.steps_from_anchor
        self.reanchored_by = position.reanchored_by
        last = position.previous
        self.previous = None if last is None else sessions[last[0] - 1]

    def run(self, ordinal: int, phase: Phase) -> Iterator[Session]:
        """Place the sessions of a phase that aren't placed yet."""
        if self.number < phase.first:
            self.begin(phase)
        while self.number < phase.last:
            yield self.place(ordinal, phase)

    def begin(self, phase: Phase) -> None:
        """Begin a phase: count from its anchor if it has one, otherwise from the last due day."""
        if phase.anchor is not None:
            self.anchor, self.steps_from_anchor, self.reanchored_by = phase.anchor, 0, ()
        elif self.steps_from_anchor > 0:
            self.anchor, self.steps_from_anchor = self.due, 0

    def place(self, ordinal: int, phase: Phase) -> Session:
        """Place the next session."""
        self.number += 1
        self.steps_from_anchor += 1
        self.due = phase.due(self.number, self.anchor, self.steps_from_anchor)
        if self.due < phase.revised_on:
            self.due = self.anchor = phase.revised_on
            self.steps_from_anchor = 0
        floor = self.floor(phase)
        placement = self.placement(phase, floor)
        session = self.session(phase, ordinal, placement, floor)
        if session.status in ACTIVE:
            self.previous = session
        self.re_anchor(phase, placement.anchor)
        return session

    def re_anchor(self, phase: Phase, day: date) -> None:
        """Count later sessions from this one, if it slipped and the rules say to follow (step 7)."""
        if day == self.due:  # keeps a short month from shortening the later ones
            return
        match phase.rules.follow:
            case Follow.WINDOW if self.due - phase.before <= day <= self.due + phase.after:
                return
            case Follow.PLAN:
                return
            case Follow.WINDOW | Follow.ACTUAL:
                pass
        self.anchor, self.steps_from_anchor = day, 0
        self.reanchored_by = (Follows(session=self.number, day=day),)

    def floor(self, phase: Phase) -> date:
        """Find the first day the gap allows (step 2)."""
        return phase.rules.start if self.previous is None else self.previous.date + phase.gap

    def session(self, phase: Phase, ordinal: int, placement: Placement, floor: date) -> Session:
        """Build the session for a placement, with its window and its reasons."""
        earliest = max(self.due - phase.before, placement.floor)
        last = self.due + phase.after
        because, planned_for = self.reanchored_by + placement.because, None
        is_outside = not earliest <= placement.day <= last
        if is_outside or phase.rules.until is not None:
            because += self.violations(phase, placement.day, earliest)
        if is_outside and self.number in self.state.done:
            planned_for = self.planned_for(phase, floor)
        return Session(
            number=self.number,
            phase=ordinal,
            status=self.status(),
            date=placement.day,
            due=self.due,
            floor=floor,
            earliest=earliest,
            latest=max(last, earliest),
            gap_days=None if self.previous is None else (placement.day - self.previous.date).days,
            because=because,
            rules=phase.rules_of(self.number) if phase.details else phase.rules,
            record=self.state.records.get(self.number),
            own_at=self.state.hours.get(self.number),
            planned_for=planned_for,
        )

    def status(self) -> Status:
        """Return the status of the session; it's missed if it's open and a later one is done."""
        state = self.state
        if state is log.NOTHING:
            return Status.PLANNED
        if self.number in state.done:
            return Status.DONE
        if self.number in state.skips:
            return Status.SKIPPED
        return Status.MISSED if self.number < state.last_done else Status.PLANNED

    def violations(self, phase: Phase, day: date, earliest: date) -> tuple[Reason, ...]:
        """List the bounds that the session's day is outside: its window, and ``until``."""
        reasons: list[Reason] = []
        first, last = self.due - phase.before, self.due + phase.after
        if day > last:
            reasons.append(OutsideWindow(days=(day - last).days))
        elif day < earliest and self.number in self.state.done:
            reasons.append(DoneEarly(days=(earliest - day).days))
        elif day < first:
            reasons.append(OutsideWindow(days=(day - first).days))
        until = phase.rules.until
        if until is not None and day > until:
            reasons.append(PastUntil(until=until))
        return tuple(reasons)

    # --- one session among the days ---

    def placement(self, phase: Phase, floor: date) -> Placement:
        """Find the day: when it was done, where it was moved, or the nearest open day (steps 3–6)."""
        state, previous = self.state, self.previous
        if state is log.NOTHING:
            return self.unpinned(phase, floor)
        pin, done = state.pins.get(self.number), state.done.get(self.number)
        day = pin.to if done is None and pin is not None else done
        if day is None:
            return self.unpinned(phase, floor)
        if done is None and previous is not None and day < floor:
            placement = self.unpinned(phase, floor)
            return replace(placement, because=(*placement.because, PinLapsed(day=day)))
        anchor = day
        if pin is not None and pin.only and pin.to == day:
            anchor = self.unpinned(phase, floor).day
        return Placement(day, anchor, floor, () if done else (SetByHand(),))

    def planned_for(self, phase: Phase, floor: date) -> date | None:
        """Find the day a done session would be on if it were open; None if no day is possible."""
        pin = self.state.pins.get(self.number)
        if pin is not None and pin.to and (self.previous is None or pin.to >= floor):
            return pin.to
        try:
            return self.unpinned(phase, floor).day
        except ScheduleError:
            return None

    def unpinned(self, phase: Phase, floor: date) -> Placement:
        """Place a session that is neither done nor moved (steps 3–5)."""
        floor = max(floor, phase.revised_on)
        because: list[Reason] = []
        if self.due < floor and self.previous is not None:
            because.append(TooSoon(days=phase.gap.days, after=self.previous.number))
        find = self.days.find if self.state.closures else self.days.search
        day, floor, preferred, closed_by = find(phase, self.number, self.due, floor)
        if closed_by is not None:
            because.append(closed_by)
        if preferred:
            because.append(Preferred(weekday=day.weekday()))
        return Placement(day, day, floor, tuple(because))


class Placement(Struct, frozen=True):
    """Where a session is and why; later sessions count from ``anchor``."""

    day: date
    anchor: date
    floor: date
    because: tuple[Reason, ...] = ()
