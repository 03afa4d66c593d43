"""Place every session of a plan and record the reasons, in one pass.

``docs/dates.md`` explains the steps. Precedence: done, gap, moved, on and avoid, window, prefer,
due. The pass looks back only, so nothing that happens to a session changes an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from microplan.errors import ScheduleError
from microplan.model import dates, log
from microplan.model.log import Facts, Told
from microplan.model.plan import Plan, Session, Status
from microplan.model.reasons import (
    DoneEarly,
    Follows,
    OutsideWindow,
    PastUntil,
    PinLapsed,
    Preferred,
    Reason,
    SetByHand,
    TooSoon,
)
from microplan.model.values import Follow
from microplan.scheduling import phases as stretches
from microplan.scheduling.availability import Openness
from microplan.scheduling.phases import Stretch
from microplan.wording import phrases


def schedule(plan: Plan) -> tuple[Session, ...]:
    """Turn a plan into its sessions, in the order of their numbers.

    Raises ScheduleError where a session has no possible day within two years.
    """
    facts = log.read(plan.log)
    try:
        sessions = _placed(plan, facts)
    except OverflowError:
        raise ScheduleError("the sessions run past the year 9999; ask for fewer") from None
    if not facts.revisions:
        return sessions
    return sessions + _dropped(plan, facts, len(sessions))


def first_day(plan: Plan, number: int) -> date:
    """Find the first day on which the gap lets a session stand; without one before it, the start."""
    before = [session for session in schedule(plan)[: number - 1] if session.status in COUNTS]
    facts = log.read(plan.log)
    parts = stretches.lay(plan, facts, lambda: date.min)
    gap = next(part.gap for part in parts if part.first <= number <= part.last)
    return before[-1].date + gap if before else plan.rules.start


def _placed(plan: Plan, facts: Facts) -> tuple[Session, ...]:
    """Place the sessions that are part of the plan."""
    fold = _Fold(facts, anchor=plan.rules.start, due=plan.rules.start)
    return tuple(fold.run(stretches.lay(plan, facts, lambda: fold.held)))


def _dropped(plan: Plan, facts: Facts, kept: int) -> tuple[Session, ...]:
    """List the sessions that the last revision left out, where the plan before it had them."""
    place = max(n for n, entry in enumerate(plan.log) if entry is facts.revisions[-1])
    before = _placed(plan, log.read(plan.log[:place]))
    return tuple(replace(session, status=Status.DROPPED, because=()) for session in before[kept:])


# --- the fold -------------------------------------------------------------------------------

COUNTS = (Status.DONE, Status.PLANNED)
"""Skipped and missed sessions are nothing to keep a gap from."""


class _Fold(Struct):
    """What is carried from one session to the next while they are placed.

    ``due`` is ``times`` intervals after ``anchor``; ``counted`` is the last session that counts;
    ``leader`` says which session the due days are counted from, if not from the start, and
    ``held`` when the last one that was done had been due.
    """

    facts: Facts
    anchor: date
    due: date
    times: int = -1  # the first session stands no interval after its anchor
    number: int = 0
    counted: Session | None = None
    leader: tuple[Reason, ...] = ()
    held: date = date.min

    def run(self, stretches: Iterable[Stretch]) -> Iterator[Session]:
        """Place session after session."""
        for phase, stretch in enumerate(stretches, 1):
            if stretch.anchor is not None:
                self.anchor, self.times, self.leader = stretch.anchor, 0, ()
            elif self.times > 0:
                self.anchor, self.times = self.due, 0
            for number in range(stretch.first, stretch.last + 1):
                self.number = number
                self.times += 1
                self.due = stretch.due(number, self.anchor, self.times)
                spot = self.spot(stretch)
                session = self.session(stretch, phase, spot)
                yield session
                if session.status in COUNTS:
                    self.counted = session
                if session.status is Status.DONE:
                    self.held = self.due
                self.re_anchor(stretch, spot.stands)

    def re_anchor(self, stretch: Stretch, stands: date) -> None:
        """Count later sessions from this one, if it slipped and they are to follow (step 7)."""
        match stretch.rules.follow:
            case Follow.WINDOW:
                if self.due - stretch.before <= stands <= self.due + stretch.after:
                    return
            case Follow.ACTUAL:
                pass
            case Follow.PLAN:
                return
        self.anchor, self.times = stands, 0
        if stands != self.due:
            self.leader = (Follows(session=self.number, day=stands),)

    def session(self, stretch: Stretch, phase: int, spot: _Spot) -> Session:
        """Make the session that stands on a spot."""
        earliest = max(self.due - stretch.before, spot.floor)
        last = self.due + stretch.after
        because = self.leader + spot.because
        if not earliest <= spot.day <= last or stretch.rules.until is not None:
            because += self.misses(stretch, spot.day, earliest)
        return Session(
            number=self.number,
            phase=phase,
            status=self.status(),
            date=spot.day,
            due=self.due,
            earliest=earliest,
            latest=max(last, earliest),
            gap_days=None if self.counted is None else (spot.day - self.counted.date).days,
            because=because,
            rules=stretch.rules,
        )

    def status(self) -> Status:
        """Say what has become of the session; a later one that was done makes it missed."""
        facts = self.facts
        if facts is log.NOTHING:
            return Status.PLANNED
        if self.number in facts.done:
            return Status.DONE
        if self.number in facts.skips:
            return Status.SKIPPED
        return Status.MISSED if self.number < facts.last_done else Status.PLANNED

    def misses(self, stretch: Stretch, day: date, earliest: date) -> tuple[Reason, ...]:
        """Say which bounds the day of the session lies outside of."""
        found: list[Reason] = []
        first, last = self.due - stretch.before, self.due + stretch.after
        if day > last:
            found.append(OutsideWindow(days=(day - last).days))
        elif day < earliest and self.number in self.facts.done:
            found.append(DoneEarly(days=(earliest - day).days))
        elif day < first:
            found.append(OutsideWindow(days=(day - first).days))
        until = stretch.rules.until
        if until is not None and day > until:
            found.append(PastUntil(until=until))
        return tuple(found)

    # --- one session among the days ---

    def spot(self, stretch: Stretch) -> _Spot:
        """Find the day: done, else moved, else the nearest one that is possible (steps 2 to 6)."""
        facts, counted = self.facts, self.counted
        floor = stretch.rules.start if counted is None else counted.date + stretch.gap
        if facts is log.NOTHING:
            return self.free(stretch, floor)
        pin, done = facts.pins.get(self.number), facts.done.get(self.number)
        day = pin.to if done is None and pin is not None else done
        if day is None:
            return self.free(stretch, floor)
        if done is None and counted is not None and day < floor:
            spot = self.free(stretch, floor)
            return replace(spot, because=(*spot.because, PinLapsed(day=day)))
        stands = day
        if pin is not None and pin.only and pin.to == day:
            stands = self.free(stretch, floor).day
        return _Spot(day, stands, floor, () if done else (SetByHand(),))

    def free(self, stretch: Stretch, floor: date) -> _Spot:
        """Place a session that is neither done nor moved (steps 3 to 5)."""
        target = max(self.due, floor)
        is_open = stretch.open
        if not self.facts.closures and is_open.admits(target) and is_open.prefers(target):
            day, preferred, shut = target, False, None
        else:
            day, floor, preferred, shut = self.search(stretch, floor)
        if day == self.due:
            return _Spot(day, day, floor)
        because: list[Reason] = []
        if target > self.due and self.counted is not None:
            because.append(TooSoon(days=stretch.gap.days, after=self.counted.number))
        if shut is not None:
            because.append(shut)
        if preferred:
            because.append(Preferred(weekday=day.weekday()))
        return _Spot(day, day, floor, tuple(because))

    def search(self, stretch: Stretch, floor: date) -> tuple[date, date, bool, Reason | None]:
        """Return the day, its floor, whether a nearer one was less preferred, and what is shut.

        Days closed while the plan was running come last: only a session that would stand on
        one of them is placed anew, and then not before the day on which they were recorded.
        """
        is_open, shut = stretch.open, None
        applied: tuple[Told, ...] = ()
        while True:
            target = max(self.due, floor)
            first, last = max(target - stretch.before, floor), target + stretch.after
            found, preferred = is_open.nearest(target, first, last)
            day = found or is_open.next(target)
            if day is None:
                raise _no_day(self.number, target, is_open)
            if shut is None and not is_open.admits(target):
                shut = is_open.why_not(target)
            closing = self.closing(day, applied) if self.facts.closures else ()
            if not closing:
                return day, floor, preferred, shut
            applied += closing
            is_open = stretch.open.but(applied)
            shut = shut or is_open.why_not(day)
            zone = dates.zone(stretch.rules.tz)
            floor = max(floor, *(dates.local_date(entry.recorded, zone) for entry in closing))

    def closing(self, day: date, applied: tuple[Told, ...]) -> tuple[Told, ...]:
        """List the entries of the log that close a day and have not been applied yet.

        The slot of a skipped or missed session stays where it was then, whatever was closed later.
        """
        told = self.facts.closures[: self.facts.told_before.get(self.number)]
        entries = (entry for entry in told if not entry.days.admits(day))
        return tuple(entry for entry in entries if entry not in applied)


class _Spot(Struct, frozen=True):
    """Where a session is and why; later ones are counted by the day it ``stands`` on."""

    day: date
    stands: date
    floor: date
    because: tuple[Reason, ...] = ()


def _no_day(number: int, target: date, is_open: Openness) -> ScheduleError:
    closers = phrases.listing(is_open.closers(target))
    return ScheduleError(
        f"session {number} finds no day in the two years from {phrases.day(target)}, all of them "
        f"closed by {closers}; open some of these days"
    )
