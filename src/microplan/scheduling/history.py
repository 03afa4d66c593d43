"""Schedules a plan as created and after each log entry, placing only what the entry can change.

A session that an entry doesn't change is the same object before and after, so callers can compare
by identity.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from msgspec import Struct

from microplan.errors import ScheduleError
from microplan.model import log
from microplan.model.entries import Revised
from microplan.model.log import NOTHING, LogState
from microplan.model.plan import Plan, Session
from microplan.scheduling.fold import Fold, Position
from microplan.scheduling.phases import Phase, phases
from microplan.scheduling.schedule import PAST_ALL_YEARS, dropped

ENDLESS = sys.maxsize
"""Larger than any session number."""


class Run(Struct):
    """One run of the fold: its phases, its sessions, and the position before each session.

    ``positions`` has one more, after the last session.
    """

    state: LogState
    positions: list[Position]
    sessions: list[Session] = []
    phases: list[Phase] = []


def history(plan: Plan) -> Iterator[tuple[Session, ...]]:
    """Yield the sessions of a plan as created, then after each entry of its log.

    Each equals ``schedule`` of the plan with its log up to that entry.
    """
    try:
        yield from _history(plan)
    except OverflowError:
        raise ScheduleError(PAST_ALL_YEARS) from None


def _history(plan: Plan) -> Iterator[tuple[Session, ...]]:
    run = Run(NOTHING, [Fold.of(plan, NOTHING).position()])
    placed: dict[int, tuple[Session, ...]] = {}  # before each revision, by its index in the log
    places = {id(entry): size for size, entry in enumerate(plan.log)}
    left_out: tuple[int, int, tuple[Session, ...]] = (0, 0, ())
    for size, state in enumerate(log.states(plan.log)):
        run = _resumed(plan, state, run)
        sessions = tuple(run.sessions)
        if size < len(plan.log) and isinstance(plan.log[size], Revised):
            placed[size] = sessions
        if state.last_renumbering is None:
            yield sessions
            continue
        last, kept = places[id(state.last_renumbering)], len(sessions)
        if left_out[:2] != (last, kept):
            left_out = last, kept, dropped(placed[last], kept)
        yield sessions + left_out[2]


def _resumed(plan: Plan, state: LogState, before: Run) -> Run:
    """Run the fold again from the first session that can differ."""
    first, final = _changed_range(before.state, state)
    first = max(1, min(first, len(before.sessions)))
    run = Run(state, before.positions[:first], before.sessions[: first - 1])
    fold = Fold.of(plan, state)
    fold.restore(run.positions[-1], run.sessions)
    run.phases = []
    for phase in phases(plan, state, lambda number: run.sessions[number - 1].due):
        run.phases.append(phase)
        if phase.last >= first:
            _place(fold, run, before, final)
    del run.sessions[run.phases[-1].last :], run.positions[run.phases[-1].last + 1 :]
    return run


def _place(fold: Fold, run: Run, before: Run, final: int) -> None:
    """Place the last phase of a run; once it's back in step with ``before``, reuse those sessions.

    ``final`` is the last session for which the two logs differ.
    """
    ordinal, phase = len(run.phases), run.phases[-1]
    as_before = before.phases[ordinal - 1] if ordinal <= len(before.phases) else None
    same_until = 0
    if as_before is not None and as_before.anchor == phase.anchor:
        same_until = min(as_before.last, phase.last)
    for session in fold.run(ordinal, phase):
        run.sessions.append(session)
        run.positions.append(fold.position())
        number = session.number
        if final <= number < same_until and run.positions[number] == before.positions[number]:
            run.sessions += before.sessions[number:same_until]
            run.positions += before.positions[number + 1 : same_until + 1]
            fold.restore(run.positions[-1], run.sessions)


def _changed_range(before: LogState, after: LogState) -> tuple[int, int]:
    """Find the first and the last session for which two states of a log differ."""
    numbers = set().union(
        _differing(before.done, after.done),
        _differing(before.records, after.records),
        _differing(before.hours, after.hours),
        _differing(before.pins, after.pins),
        _differing(before.skips, after.skips),
        _differing(before.closures_before, after.closures_before),
    )
    if before.last_done != after.last_done:  # sessions between become missed, or stop being it
        numbers |= {before.last_done, after.last_done}
    first, final = min(numbers, default=ENDLESS), max(numbers, default=0)
    if before.closures != after.closures:
        first, final = min(first, _first_free(after)), ENDLESS
    if before.revisions != after.revisions:
        first, final = min(first, _first_revised(before.revisions, after.revisions)), ENDLESS
    return first, final


def _first_revised(before: Sequence[Revised], after: Sequence[Revised]) -> int:
    """Find the first session whose rules can differ; a new count affects even the first one."""
    pairs = zip(before, after, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    entries = (*before[same:], *after[same:])
    return min(entry.session if entry.moves_sessions else 1 for entry in entries)


def _differing(before: Mapping[int, object], after: Mapping[int, object]) -> set[int]:
    """List the sessions that differ."""
    return set() if before is after else {number for number, _ in before.items() ^ after.items()}


def _first_free(state: LogState) -> int:
    """Find the first session that closed days can move."""
    number = 1
    while number in state.done and number not in state.pins:
        number += 1
    return number
