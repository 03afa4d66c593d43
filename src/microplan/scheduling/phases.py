"""Splits a plan and its revisions into phases: runs of sessions under the same rules."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice, zip_longest

from msgspec import Struct
from msgspec.structs import replace

from microplan.errors import ScheduleError
from microplan.model import dates
from microplan.model.log import LogState
from microplan.model.plan import Plan
from microplan.model.rules import Rules
from microplan.model.values import Pace, Recurrence, Span
from microplan.scheduling.availability import Around, Availability, around


class Phase(Struct, frozen=True, kw_only=True):
    """Sessions ``first`` to ``last``, one phase of one set of rules.

    Due days count by ``span``, or come from ``dues`` for a recurrence. ``anchor`` is the day that
    the first phase after a revision counts from; it plans nothing before ``revised_on``, the day of
    the revision. ``details`` has later rules that change times, reminders and so on but no day,
    each with the first session it applies to.
    """

    first: int
    last: int
    rules: Rules
    details: tuple[tuple[int, Rules], ...]
    span: Span
    dues: tuple[date, ...]
    before: timedelta
    after: timedelta
    gap: timedelta
    open: Availability
    around: Around
    anchor: date | None
    revised_on: date

    def rules_of(self, number: int) -> Rules:
        """Find the rules in force for a session."""
        later = (rules for since, rules in reversed(self.details) if since <= number)
        return next(later, self.rules)

    def due(self, number: int, anchor: date, times: int) -> date:
        """Count the due day of a session, in one step from the anchor."""
        if self.dues:
            return self.dues[number - self.first]
        return dates.add(anchor, self.span, times)


def phases(plan: Plan, state: LogState, due: Callable[[int], date]) -> Iterator[Phase]:
    """Yield the phases of the plan's rules and of each revision, in order.

    The caller must place the sessions of a phase before it asks for the next one; ``due`` returns
    the due day of a placed session. The days of a recurrence are fixed, so after a revision they
    continue from the due day of the last done session, if that is later than the day it was done.
    """
    legs: list[Leg] = []
    for leg in _legs(plan, state):
        while legs and legs[-1].begin >= leg.begin:
            legs.pop()  # a later revision replaced it
        legs.append(leg)
    done = sorted(state.done)
    for leg, following in zip_longest(legs, legs[1:]):
        before = done[: bisect_left(done, leg.begin)]
        counted_from = state.done[before[-1]] if before else plan.rules.start
        anchor = counted_from if leg.begin > 1 else None
        if anchor is not None and before and isinstance(leg.rules.every, Recurrence):
            anchor = max(anchor, due(before[-1]))
        last = _last(leg, anchor, state) if following is None else following.begin - 1
        yield from _phases_of(plan, leg, last, anchor)


class Leg(Struct, frozen=True):
    """Sessions from ``begin`` on, placed by ``rules``, which were recorded on ``revised_on``.

    ``avoid_revision`` is the number of the revision that set the days to avoid, or 0.
    """

    begin: int
    rules: Rules
    revised_on: date = date.min
    details: tuple[tuple[int, Rules], ...] = ()
    avoid_revision: int = 0

    def with_details(self, since: int, rules: Rules) -> Leg:
        """Apply a revision from session ``since`` on that changes the count but moves no session."""
        counted = replace(self.rules, every=rules.every, sessions=rules.sessions, until=rules.until)
        return replace(self, rules=counted, details=(*self.details, (since, rules)))


def _legs(plan: Plan, state: LogState) -> Iterator[Leg]:
    """Yield a leg for the plan's own rules, and one for each revision that moves sessions."""
    leg = Leg(1, plan.rules)
    avoid_revision = 0
    for number, entry in enumerate(state.revisions, 1):
        if "avoid" in entry.words:
            avoid_revision = number
        if entry.moves_sessions:
            yield leg
            recorded_on = dates.local_date(entry.recorded, dates.zone(entry.rules.tz))
            leg = Leg(entry.session, entry.rules, recorded_on, avoid_revision=avoid_revision)
        else:
            leg = leg.with_details(entry.session, entry.rules)
    yield leg


def _last(leg: Leg, anchor: date | None, state: LogState) -> int:
    """Find the last session number: the rules' count plus extensions, or the last one done."""
    asked = leg.begin - 1 + dates.total(leg.rules, anchor) + state.extensions
    return max(asked, state.last_done)


def _phases_of(plan: Plan, leg: Leg, last: int, anchor: date | None) -> Iterator[Phase]:
    """Yield the phases of one leg; added sessions go into the last phase."""
    begin, rules = leg.begin, leg.rules
    steps = rules.every.steps if isinstance(rules.every, Pace) else (None,)
    is_open = Availability.of(plan, rules, leg.avoid_revision)
    for index, step in enumerate(steps):
        counted = None if step is None or step is steps[-1] else step.count
        end = last if counted is None else min(begin + counted - 1, last)
        if begin > end:
            return
        window = rules.window_of(step)
        yield Phase(
            first=begin,
            last=end,
            rules=rules.of_phase(index),
            details=tuple((since, words.of_phase(index)) for since, words in leg.details),
            span=Span() if step is None else step.span,
            dues=_dues(leg, end - begin + 1, anchor) if step is None else (),
            before=timedelta(days=window.before),
            after=timedelta(days=window.after),
            gap=timedelta(days=rules.gap_of(step or dates.steps(rules)[0])),
            open=is_open,
            around=around(window.before, window.after, rules.prefer),
            anchor=anchor,
            revised_on=leg.revised_on,
        )
        begin, anchor = end + 1, None


def _dues(leg: Leg, size: int, anchor: date | None) -> tuple[date, ...]:
    """List ``size`` due days of a recurrence, past its own end if sessions were added."""
    rules = leg.rules
    assert isinstance(rules.every, Recurrence)  # noqa: S101 - only a recurrence has no step
    endless = replace(rules, every=replace(rules.every, count=None, until=None))
    coming = (day for _, day in dates.endless_days(endless, anchor) if day >= leg.revised_on)
    days = tuple(islice(coming, size))
    if len(days) < size:
        raise ScheduleError(
            f"session {size} has no day: {rules.every} has {len(days)} within "
            f"{dates.MAX_YEARS} years. Ask for fewer sessions"
        )
    return days
