"""Runs of sessions under the same rules: the phases of a plan, and of each of its revisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from microplan.errors import ScheduleError
from microplan.model import dates
from microplan.model.log import LogState
from microplan.model.plan import Plan, Rules
from microplan.model.values import Pace, Recurrence, Span
from microplan.scheduling.availability import Availability


class Phase(Struct, frozen=True, kw_only=True):
    """Sessions ``first`` to ``last``: one phase of one set of rules.

    Due days are counted by ``span``, or stand in ``dues`` if a recurrence gives them.
    ``anchor`` is the day from which the first phase after a revision counts.
    """

    first: int
    last: int
    rules: Rules
    span: Span
    dues: tuple[date, ...]
    before: timedelta
    after: timedelta
    gap: timedelta
    open: Availability
    anchor: date | None

    def due(self, number: int, anchor: date, times: int) -> date:
        """Count the due day of a session, in one step from the anchor."""
        if self.dues:
            return self.dues[number - self.first]
        return dates.add(anchor, self.span, times)


def phases(plan: Plan, state: LogState, held: Callable[[], date]) -> Iterator[Phase]:
    """Lay the phases of the rules, and of each revision, one after another.

    Each is asked for when the ones before it are placed; ``held`` then tells when the last one
    that was done had been due. The days of a recurrence are fixed, so after a revision they go
    on from there, if that is later than the day it was done.
    """
    legs = [(1, plan.rules), *((entry.session, entry.rules) for entry in state.revisions)]
    for place, (begin, rules) in enumerate(legs):
        later = [first for first, _ in legs[place + 1 :]]
        before = [number for number in state.done if number < begin]
        counted_from = state.done[max(before)] if before else plan.rules.start
        anchor = counted_from if begin > 1 else None
        if anchor is not None and isinstance(rules.every, Recurrence):
            anchor = max(anchor, held())
        last = min(later) - 1 if later else _last(rules, begin, anchor, state)
        yield from _phases_of(plan, rules, begin, last, anchor)


def _last(rules: Rules, begin: int, anchor: date | None, state: LogState) -> int:
    """Find the number of the last session: what the rules ask for, what skipping added, what was done."""
    asked = begin - 1 + dates.total(rules, anchor) + state.extensions
    return max(asked, state.last_done)


def _phases_of(
    plan: Plan, rules: Rules, begin: int, last: int, anchor: date | None
) -> Iterator[Phase]:
    """Yield the phases of one set of rules; the last phase takes what is added at the end."""
    steps = rules.every.steps if isinstance(rules.every, Pace) else (None,)
    is_open = Availability.of(plan, rules)
    for step in steps:
        counted = None if step is None or step is steps[-1] else step.count
        end = last if counted is None else min(begin + counted - 1, last)
        if begin > end:
            return
        window = rules.window_into(step)
        yield Phase(
            first=begin,
            last=end,
            rules=rules,
            span=Span() if step is None else step.span,
            dues=_dues(rules, end - begin + 1, anchor) if step is None else (),
            before=timedelta(days=window.before),
            after=timedelta(days=window.after),
            gap=timedelta(days=rules.gap_into(step)),
            open=is_open,
            anchor=anchor,
        )
        begin, anchor = end + 1, None


def _dues(rules: Rules, size: int, anchor: date | None) -> tuple[date, ...]:
    """Due days of a recurrence, past its own end where sessions were added."""
    assert isinstance(rules.every, Recurrence)  # noqa: S101 - only a recurrence has no step
    endless = replace(rules, every=replace(rules.every, count=None, until=None))
    days = tuple(day for _, day in islice(dates.endless_days(endless, anchor), size))
    if len(days) < size:
        raise ScheduleError(
            f"session {size} finds no day: {rules.every} has {len(days)} within "
            f"{dates.MAX_YEARS} years; ask for fewer sessions"
        )
    return days
