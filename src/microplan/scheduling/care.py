"""What surrounds the sessions: pauses, cues and checkpoints, derived from where sessions stand.

Like a session's day, nothing here is stored: when a session moves, its care moves along.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from math import ceil
from typing import Any, ClassVar, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from microplan.model import dates, log
from microplan.model.care import Care, Checkpoint, Cue, Ended, Pause
from microplan.model.dates import DAY
from microplan.model.entries import Revised
from microplan.model.log import CarePeriod
from microplan.model.plan import COUNTS, Plan, Session
from microplan.model.rules import Rules
from microplan.scheduling import supplies
from microplan.wording import phrases

Place = TypeVar("Place", int, date)
"""A number of a session, or a day."""


class Paused(Struct, frozen=True, kw_only=True):
    """One pause around one session, from ``first`` to ``last``, both included.

    Where the next session's pause begins earlier, this one ends there. ``until`` is the hour on
    the last day at which it ends; None for the end of that day. ``minutes`` go by to its end from
    ``at``, the hour of the session: none, and ``at`` is None, if the session has no hour, or the
    pause ends before it.
    """

    name: str
    session: int
    first: date
    last: date
    minutes: int
    at: time | None
    until: time | None = None

    @property
    def hours(self) -> int | None:
        """The full hours among the minutes."""
        return None if self.at is None else self.minutes // 60


class Cued(Struct, frozen=True, kw_only=True):
    """A reminder on a day near a session, at a time or for the whole day."""

    name: str
    session: int
    day: date
    at: time | None
    tz: str


class Supplied(Cued, frozen=True, kw_only=True):
    """A session that begins with a new one of a supply; ``means`` says what is left then."""

    means: str


class Reordered(Cued, frozen=True, kw_only=True):
    """The last session that a stock is good for; ``means`` says which one has none.

    There is one for each supply, the same wherever it moves.
    """

    means: str
    number: ClassVar[int] = 1


class Checked(Struct, frozen=True, kw_only=True):
    """A day to look at the result; ``number`` counts from 1 where a checkpoint ``repeats``.

    It ``rings`` in a plan with reminders, also where it has no time.
    """

    name: str
    number: int
    day: date
    repeats: bool
    at: time | None = None
    tz: str = "UTC"
    rings: bool = False


Item = Paused | Cued | Checked


def care(plan: Plan, sessions: Sequence[Session]) -> tuple[Item, ...]:
    """Derive all care of a plan, by day."""
    held = [session for session in sessions if session.status in COUNTS]
    spells = log.spells(plan)
    items = [item for periods in spells for item in _derived(periods, held)]
    items += _supplied(spells, held)
    return tuple(sorted(items, key=lambda item: (first_day(item), item.name)))


def _supplied(spells: Sequence[Sequence[CarePeriod]], held: Sequence[Session]) -> Iterator[Item]:
    """Derive the days of supplies from their counts."""
    due = list(supplies.fresh(spells, held))
    for use in due:
        left = "" if use.left is None else f"then {max(use.left, 0)} in stock"
        yield Supplied(name=f"new {use.name}", means=left, **_at(use.session))
    for order in supplies.reorders(due, held):
        day = phrases.day(order.lacking.date)
        lacking = f"none is left for session {order.lacking.number}, {day}"
        yield Reordered(name=f"reorder {order.name}", means=lacking, **_at(order.last))


def _at(session: Session) -> dict[str, Any]:
    """Put a cue on the day of a session, without an hour."""
    record = {"session": session.number, "day": session.date}
    return {**record, "at": None, "tz": session.rules.tz}


def is_same_around(before: Sequence[Session], after: Sequence[Session]) -> bool:
    """Whether the same words make the same care around some sessions as around others."""
    pairs = zip(before, after, strict=False)
    same = all(was is now or _decisive(was) == _decisive(now) for was, now in pairs)
    return same and len(before) == len(after)


def _decisive(session: Session) -> tuple[date, time | None, str, bool] | None:
    """Tell all of a session that decides the care around it; None if there is none."""
    if session.status not in COUNTS:
        return None
    return session.date, session.at, session.rules.tz, bool(session.rules.remind)


def without(plan: Plan) -> Plan:
    """Leave all care out of a plan, also what was revised later."""
    entries = (replace(e, care=()) if isinstance(e, Revised) else e for e in plan.log)
    return replace(plan, care=(), log=tuple(entries))


def first_day(item: Item) -> date:
    """Find the day an item begins on."""
    return item.first if isinstance(item, Paused) else item.day


def key(item: Item) -> str:
    """Name an item within its plan, the same however it moves."""
    match item:
        case Paused():
            return f"pause/{item.name}/{item.session}"
        case Supplied():
            return f"supply/{item.name}/{item.session}"
        case Reordered():
            return f"reorder/{item.name}/{item.number}"
        case Cued():
            return f"cue/{item.name}/{item.session}"
        case Checked():
            return f"checkpoint/{item.name}/{item.number}"


def _derived(spells: Sequence[CarePeriod], held: Sequence[Session]) -> Iterator[Item]:
    """Derive the items of one kind and name: its latest word on each session counts."""
    words = dict(_words(spells, held))
    yield from _pauses(words, held)
    for session in held:
        if isinstance(cue := words.get(session.number), Cue):
            yield _cued(cue, session)
    yield from _checked(spells, held)


def _words(
    spells: Sequence[CarePeriod], held: Sequence[Session]
) -> Iterator[tuple[int, Care | Ended]]:
    """Tell for each session, by number, what is said of it; before all that is said, nothing."""
    numbers = [session.number for session in held]
    for spell, since, until in _in_turn(spells, lambda spell: spell.since, sys.maxsize):
        for number in numbers[bisect_left(numbers, since) : bisect_left(numbers, until)]:
            yield number, spell.care


def _in_turn(
    spells: Sequence[CarePeriod], begins: Callable[[CarePeriod], Place], end: Place
) -> Iterator[tuple[CarePeriod, Place, Place]]:
    """Tell from where to where each spell holds, the last one first: what is told later wins."""
    until = end
    for spell in reversed(spells):
        since = begins(spell)
        if since < until:
            yield spell, since, until
            until = since


def _pauses(words: Mapping[int, Care | Ended], held: Sequence[Session]) -> Iterator[Paused]:
    """Yield a pause for each session; one ends where it would begin anew around the next session.

    Where that has another word, its pause begins when this one is over: what was said for a
    session stays, whatever is said for the next.
    """
    over = date.min
    following = [*(session.date for session in held[1:]), date.max]
    for session, upcoming in zip(held, following, strict=False):
        pause = words.get(session.number)
        if not isinstance(pause, Pause):
            continue
        first = max(session.date - pause.before * DAY, over + DAY)
        last, hour = _end(pause, session)
        over = max(first, min(last, upcoming - (pause.before + 1) * DAY))
        until = hour if over == last else None
        yield Paused(
            name=pause.name,
            session=session.number,
            first=first,
            last=over,
            minutes=_minutes(session, over) if until is None else 60 * pause.hours,
            at=session.at if over >= session.date else None,
            until=until,
        )


def _end(pause: Pause, session: Session) -> tuple[date, time | None]:
    """Find the last day of a pause, and its hour there; None for the end of the day.

    Hours after a session that has no hour are days, rounded up.
    """
    if not pause.hours:
        return session.date + pause.after * DAY, None
    if session.at is None:
        return session.date + ceil(pause.hours / 24) * DAY, None
    begins = dates.local(session.date, session.at, dates.zone(session.rules.tz))
    ends = dates.later(begins, timedelta(hours=pause.hours))
    if ends.time() == time():
        return ends.date() - DAY, None
    return ends.date(), time(ends.hour, ends.minute)


def _minutes(session: Session, last: date) -> int:
    """Count the minutes from the start of a session to the end of a day."""
    if session.at is None or last < session.date:
        return 0
    zone = dates.zone(session.rules.tz)
    begins = dates.local(session.date, session.at, zone)
    ends = datetime.combine(last + DAY, time(), zone)
    return dates.elapsed(begins, ends) // timedelta(minutes=1)


def _cued(cue: Cue, session: Session) -> Cued:
    day = session.date + cue.days * DAY
    return Cued(name=cue.name, session=session.number, day=day, at=cue.at, tz=session.rules.tz)


def _checked(spells: Sequence[CarePeriod], held: Sequence[Session]) -> Iterator[Checked]:
    """Give each day of a checkpoint its number.

    A day is decided by what is said of the session that comes next, if it was told before the day.
    """
    if not held:
        return
    numbers = [session.number for session in held]
    zone = dates.zone(held[-1].rules.tz)

    def begins(spell: CarePeriod) -> date:
        if spell.recorded is None:
            return date.min
        recorded_on = dates.local_date(spell.recorded, zone)
        index = bisect_left(numbers, spell.since)
        return max(recorded_on, held[index - 1].date if index else recorded_on) + DAY

    by_day = {
        day: spell.care
        for spell, since, until in _in_turn(spells, begins, date.max)
        if isinstance(spell.care, Checkpoint)
        for day in takewhile(until.__gt__, _checkpoints(spell.care, held))
        if day >= since
    }
    for number, day in enumerate(sorted(by_day), 1):
        checkpoint, rules = by_day[day], _rules_on(day, held)
        yield Checked(
            name=checkpoint.name,
            number=number,
            day=day,
            repeats=checkpoint.repeats,
            at=checkpoint.at,
            tz=rules.tz if checkpoint.at else "UTC",
            rings=bool(rules.remind),
        )


def _rules_on(day: date, held: Sequence[Session]) -> Rules:
    """Find the rules of the session on a day or after it, or of the last one."""
    index = bisect_left(held, day, key=lambda session: session.date)
    return held[min(index, len(held) - 1)].rules


def _checkpoints(checkpoint: Checkpoint, held: Sequence[Session]) -> Iterator[date]:
    """Count days from the first session, or the last; a repeated one runs to the last."""
    first, last = held[0].date, held[-1].date
    if not checkpoint.repeats:
        yield dates.add(last if checkpoint.from_last else first, checkpoint.span)
        return
    times = 0
    while (day := dates.add(first, checkpoint.span, times)) <= last:
        yield day
        times += 1
