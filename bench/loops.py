"""Throughput in one process, by the best of interleaved repeats, and the writer's peak memory."""

from __future__ import annotations

import gc
import tracemalloc
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from itertools import chain
from time import process_time
from typing import Any
from uuid import UUID

from dateutil.rrule import WEEKLY, rrule
from ics import Calendar, DisplayAlarm
from ics import Event as IcsEvent
from msgspec.structs import replace

from bench import many
from microplan.formats import ical
from microplan.model.plan import Plan, Session
from microplan.model.values import Pace
from microplan.rules import words
from microplan.scheduling import schedule, sequence
from microplan.scheduling.events import Event

Loop = Callable[[], object]

REPEATS = 5
SLICE = 0.2
"""Seconds to keep running a loop in one repeat; it runs at least once."""

START = date(2026, 12, 1)
ZONE = "Europe/Paris"
WEEKLY_WORDS = {"start": START.isoformat(), "every": "1000x1w"}
CONSTRAINED_WORDS = {
    "start": START.isoformat(),
    "every": "1000x1w~3d",
    "on": "mon..fri",
    "prefer": "tue",
    "avoid": ["12-24..01-03"],
}
REALISTIC_WORDS = CONSTRAINED_WORDS | {
    "at": "18:00",
    "tz": ZONE,
    "remind": ["1d", "2h"],
    "location": "Studio Nord, 12 rue de l'Exemple, 75010 Paris",
    "setting": "home",
    "device": "roller",
    "depth": "0.5mm",
}


def _plan(given: dict[str, Any], count: int) -> Plan:
    """Make a plan, then set its number of sessions, regardless of the limit on years."""
    rules = words.parse(given)
    assert isinstance(rules.every, Pace)  # noqa: S101 - all words above are a pace
    (step,) = rules.every.steps
    longer = replace(rules, every=Pace(steps=(replace(step, count=count),)))
    created = datetime(2026, 11, 1, tzinfo=UTC)
    return Plan(id=str(UUID(int=1)), title="Scalp session", created=created, rules=longer)


@cache
def _realistic(count: int) -> tuple[Plan, tuple[Session, ...]]:
    plan = _plan(REALISTIC_WORDS, count)
    return plan, schedule.schedule(plan)


def _one_by_one(count: int) -> Iterator[Event]:
    """Make events lazily, so that only the writer's memory is measured."""
    plan, sessions = _realistic(count)
    return chain.from_iterable(sequence.events(plan, [session]) for session in sessions)


# --- what is timed --------------------------------------------------------------------------


def _rrule(count: int) -> Loop:
    start = datetime.combine(START, datetime.min.time())
    return lambda: list(rrule(WEEKLY, dtstart=start, count=count))


def _placed(given: dict[str, Any], count: int) -> Loop:
    return partial(schedule.schedule, _plan(given, count))


def _write(entries: Iterable[Event], count: int) -> None:
    plan, sessions = _realistic(count)
    spans = {ZONE: (sessions[0].date, sessions[-1].date)}
    deque(ical.render(entries, name=plan.title, tz=ZONE, spans=spans), maxlen=0)


def _writer(count: int) -> Loop:
    return partial(_write, list(_one_by_one(count)), count)


def _package(count: int) -> Loop:
    warnings.filterwarnings("ignore", category=FutureWarning, module="ics")  # about itself
    calendar = Calendar(events=[_theirs(event) for event in _one_by_one(count)])
    return calendar.serialize


def _theirs(event: Event) -> IcsEvent:
    """Convert an event to the ics package's own."""
    return IcsEvent(
        uid=event.uid,
        name=event.summary,
        begin=event.start,
        end=event.end,
        created=event.created,
        last_modified=event.stamp,
        description=event.description,
        location=event.location,
        categories={event.category},
        status="CONFIRMED",
        transparent=event.transparent,
        alarms=[
            DisplayAlarm(
                trigger=timedelta(days=alarm.days, minutes=alarm.minutes),
                display_text=event.summary,
            )
            for alarm in event.alarms
        ],
    )


LOOPS: dict[str, Callable[[], Loop]] = {
    "batch clinic": partial(many.ours, many.clinic),
    "J clinic": partial(many.json_alone, many.clinic),
    "batch unlike": partial(many.ours, many.unlike),
    "J unlike": partial(many.json_alone, many.unlike),
    "rrule 1000": partial(_rrule, 1000),
    "rrule 9999": partial(_rrule, 9999),
    "weekly 1000": partial(_placed, WEEKLY_WORDS, 1000),
    "weekly 9999": partial(_placed, WEEKLY_WORDS, 9999),
    "constrained 1000": partial(_placed, CONSTRAINED_WORDS, 1000),
    "constrained 9999": partial(_placed, CONSTRAINED_WORDS, 9999),
    "writer": partial(_writer, 9999),
    "ics package": partial(_package, 9999),
}
PEAKS = {"peak 1000": 1000, "peak 9999": 9999}


# --- how it is timed ------------------------------------------------------------------------


def measure(names: Sequence[str]) -> dict[str, list[float]]:
    """Time the loops in turn, repeatedly, and without garbage collection, as in the program."""
    loops = {name: LOOPS[name]() for name in names}
    seconds: dict[str, list[float]] = {name: [] for name in names}
    gc.disable()
    try:
        for _ in range(REPEATS):
            for name, loop in loops.items():
                gc.collect()
                seconds[name].append(_best(loop))
    finally:
        gc.enable()
    return seconds


def _best(loop: Loop) -> float:
    """Return the processor time of the fastest run within a slice, in seconds."""
    best, end = float("inf"), process_time() + SLICE
    while True:
        begin = process_time()
        loop()
        now = process_time()
        best = min(best, now - begin)
        if now >= end:
            return best


def peaks(names: Sequence[str]) -> dict[str, list[float]]:
    """Measure the peak bytes of writing a calendar of each size and discarding it."""
    found: dict[str, list[float]] = {}
    for name in names:
        count = PEAKS[name]
        _realistic(count)
        tracemalloc.start()
        _write(_one_by_one(count), count)
        found[name] = [float(tracemalloc.get_traced_memory()[1])]
        tracemalloc.stop()
    return found
