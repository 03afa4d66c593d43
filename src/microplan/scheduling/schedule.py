"""Places every session of a plan and records the reasons, in one pass.

``docs/dates.md`` explains the steps, and ``fold`` implements them. Order of precedence: done, gap,
moved, on and avoid, window, prefer, due.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from microplan.errors import ScheduleError
from microplan.model import log
from microplan.model.entries import Amendment, Lookup, Undone
from microplan.model.log import LogState
from microplan.model.plan import Plan, Session, Status
from microplan.scheduling.fold import Fold
from microplan.scheduling.phases import phases

PAST_ALL_YEARS = "the sessions run past the year 9999; ask for fewer"


class Scheduled(Struct, frozen=True):
    """A plan with the state of its log and its sessions."""

    plan: Plan
    state: LogState
    sessions: tuple[Session, ...]

    @property
    def lookups(self) -> tuple[Lookup, ...]:
        """All lookups of closed days, from the plan as created and from its log."""
        return self.plan.lookups + self.state.lookups


def schedule(plan: Plan) -> tuple[Session, ...]:
    """Turn a plan into its sessions, ordered by number.

    Raises ScheduleError if a session has no possible day within two years.
    """
    return scheduled(plan).sessions


def scheduled(plan: Plan) -> Scheduled:
    """Schedule a plan; return the sessions together with the state of its log."""
    return _scheduled(plan, log.fold(plan.log))


def amended(before: Scheduled, entry: Amendment) -> Scheduled:
    """Schedule a plan with one more entry in its log."""
    plan = replace(before.plan, log=(*before.plan.log, entry))
    is_undone = isinstance(entry, Undone)
    return _scheduled(plan, log.fold(plan.log) if is_undone else log.apply(before.state, entry))


def _scheduled(plan: Plan, state: LogState) -> Scheduled:
    try:
        sessions = placed(plan, state)
    except OverflowError:
        raise ScheduleError(PAST_ALL_YEARS) from None
    if state.last_renumbering is not None:
        size = max(n for n, entry in enumerate(plan.log) if entry is state.last_renumbering)
        sessions += dropped(placed(plan, log.fold(plan.log[:size])), len(sessions))
    return Scheduled(plan, state, sessions)


def placed(plan: Plan, state: LogState) -> tuple[Session, ...]:
    """Place the sessions that are part of the plan."""
    fold = Fold.of(plan, state)
    sessions: list[Session] = []
    for ordinal, phase in enumerate(phases(plan, state, lambda n: sessions[n - 1].due), 1):
        sessions.extend(fold.run(ordinal, phase))
    return tuple(sessions)


def dropped(before: Sequence[Session], kept: int) -> tuple[Session, ...]:
    """List the sessions that a revision dropped, where they were before it."""
    return tuple(replace(session, status=Status.DROPPED, because=()) for session in before[kept:])
