"""Derives the dates of care (pauses, cues, checkpoints and supplies) from the sessions.

None of these dates are stored, so care moves with its session.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count, takewhile
from math import ceil
from typing import Any, ClassVar, TypeVar

from msgspec import Struct

from microplan.model import dates, log
from microplan.model.care import Care, Checkpoint, Cue, Ended, Pause
from microplan.model.dates import DAY
from microplan.model.log import CarePeriod
from microplan.model.plan import ACTIVE, Plan, Session
from microplan.model.rules import Rules
from microplan.scheduling import supplies
from microplan.wording import phrases

Place = TypeVar("Place", int, date)
"""A session number or a day."""


class Paused(Struct, frozen=True, kw_only=True):
    """One pause around one session, from ``first`` to ``last`` inclusive.

    It ends early if the next session's pause begins before its end. ``until`` is the time it ends
    on the last day, None for the end of that day. ``minutes`` is the time from the session, which
    starts at ``at``, to the end of the pause; 0 and None if the session is all-day or comes later.
    """

    kind: ClassVar[str] = "pause"
    name: str
    session: int
    first: date
    last: date
    minutes: int
    at: time | None
    until: time | None = None

    @property
    def hours(self) -> int | None:
        """The minutes in full hours; None if the session has no time."""
        return None if self.at is None else self.minutes // 60


class Cued(Struct, frozen=True, kw_only=True):
    """A cue on a day near a session, at a time or all day."""

    kind: ClassVar[str] = "cue"
    name: str
    session: int
    day: date
    at: time | None
    tz: str


class Supplied(Cued, frozen=True, kw_only=True):
    """A session that needs a new one of a supply; ``means`` says how many are left then."""

    kind: ClassVar[str] = "supply"
    means: str


class Reordered(Cued, frozen=True, kw_only=True):
    """The last session that the stock lasts for; ``means`` names the first one without.

    Each supply has one, with ``number`` 1, so it stays the same event when it moves.
    """

    kind: ClassVar[str] = "reorder"
    means: str
    number: ClassVar[int] = 1


class Checked(Struct, frozen=True, kw_only=True):
    """A day to check the results; ``number`` counts from 1 if the checkpoint ``repeats``.

    In a plan with reminders it ``rings``, even without a time.
    """

    kind: ClassVar[str] = "checkpoint"
    name: str
    number: int
    day: date
    repeats: bool
    at: time | None = None
    tz: str = "UTC"
    rings: bool = False


Item = Paused | Cued | Checked


def care(plan: Plan, sessions: Sequence[Session]) -> tuple[Item, ...]:
    """Derive all care of a plan, sorted by day."""
    active = [session for session in sessions if session.status in ACTIVE]
    history = log.care_history(plan)
    items = [item for periods in history for item in _derived(periods, active)]
    items += _supplied(history, active)
    return tuple(sorted(items, key=lambda item: (first_day(item), item.name)))


def _supplied(history: Sequence[Sequence[CarePeriod]], active: Sequence[Session]) -> Iterator[Item]:
    """Derive the days when supplies need a new one or a reorder."""
    due = list(supplies.replacements(history, active))
    for use in due:
        left = "" if use.left is None else f"then {max(use.left, 0)} in stock"
        yield Supplied(name=f"new {use.name}", means=left, **_at(use.session))
    for order in supplies.reorders(due, active):
        short = order.lacking
        lacking = f"none is left for session {short.number}, {phrases.day(short.date)}"
        yield Reordered(name=f"reorder {order.name}", means=lacking, **_at(order.last))


def _at(session: Session) -> dict[str, Any]:
    """Return the fields of an all-day cue on the day of a session."""
    return {"session": session.number, "day": session.date, "at": None, "tz": session.rules.tz}


def is_unchanged(before: Sequence[Session], after: Sequence[Session]) -> bool:
    """Whether the same care words give the same dates for both lists of sessions."""
    pairs = zip(before, after, strict=False)
    same = all(
        was is now or _what_care_depends_on(was) == _what_care_depends_on(now) for was, now in pairs
    )
    return same and len(before) == len(after)


def _what_care_depends_on(session: Session) -> tuple[date, time | None, str, bool] | None:
    """Return the parts of a session that its care depends on; None if it has no care."""
    if session.status not in ACTIVE:
        return None
    return session.date, session.at, session.rules.tz, bool(session.rules.remind)


def first_day(item: Item) -> date:
    """Return the first day of an item."""
    return item.first if isinstance(item, Paused) else item.day


def last_day(item: Item) -> date:
    """Return the last day of an item."""
    return item.last if isinstance(item, Paused) else item.day


def key(item: Item) -> str:
    """Return the key of an item within its plan, which doesn't change when the item moves."""
    number = item.number if isinstance(item, Checked | Reordered) else item.session
    return f"{item.kind}/{item.name}/{number}"


def _derived(periods: Sequence[CarePeriod], active: Sequence[Session]) -> Iterator[Item]:
    """Derive the items of one kind and name; each session follows the period in force for it."""
    words = dict(_words(periods, active))
    yield from _pauses(words, active)
    for session in active:
        if isinstance(cue := words.get(session.number), Cue):
            day, tz = session.date + cue.days * DAY, session.rules.tz
            yield Cued(name=cue.name, session=session.number, day=day, at=cue.at, tz=tz)
    yield from _checked(periods, active)


def _words(
    periods: Sequence[CarePeriod], active: Sequence[Session]
) -> Iterator[tuple[int, Care | Ended]]:
    """Yield the care in force for each session, by number; skip sessions before the first period."""
    numbers = [session.number for session in active]
    for period, since, until in _in_turn(periods, lambda period: period.since, sys.maxsize):
        for number in numbers[bisect_left(numbers, since) : bisect_left(numbers, until)]:
            yield number, period.care


def _in_turn(
    periods: Sequence[CarePeriod], begins: Callable[[CarePeriod], Place], end: Place
) -> Iterator[tuple[CarePeriod, Place, Place]]:
    """Yield each period with its start and end, the last one first; later periods win."""
    until = end
    for period in reversed(periods):
        since = begins(period)
        if since < until:
            yield period, since, until
            until = since


def _pauses(words: Mapping[int, Care | Ended], active: Sequence[Session]) -> Iterator[Paused]:
    """Yield a pause for each session, cut short where the next session's pause begins.

    If the next session has a revised pause, that one begins after this one ends: a revision
    doesn't change the pauses of earlier sessions.
    """
    over = date.min
    following = [*(session.date for session in active[1:]), date.max]
    for session, upcoming in zip(active, following, strict=False):
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
    """Find the last day of a pause, and the time it ends; None for the end of the day.

    For an all-day session, round hours up to days.
    """
    if not pause.hours:
        return session.date + pause.after * DAY, None
    if session.at is None:
        return session.date + ceil(pause.hours / 24) * DAY, None
    ends = dates.later(_starts(session, session.at), timedelta(hours=pause.hours))
    if ends.time() == time():
        return ends.date() - DAY, None
    return ends.date(), time(ends.hour, ends.minute)


def _minutes(session: Session, last: date) -> int:
    """Count the minutes from the start of a session to the end of ``last``."""
    if session.at is None or last < session.date:
        return 0
    begins = _starts(session, session.at)
    ends = datetime.combine(last + DAY, time(), begins.tzinfo)
    return dates.elapsed(begins, ends) // timedelta(minutes=1)


def _starts(session: Session, at: time) -> datetime:
    return dates.local(session.date, at, dates.zone(session.rules.tz))


def _checked(periods: Sequence[CarePeriod], active: Sequence[Session]) -> Iterator[Checked]:
    """Yield the days of a checkpoint, numbered.

    Each day follows the period in force for the next session, if that was recorded before the day.
    """
    if not active:
        return
    by_day = {
        day: period.care
        for period, since, until in _in_turn(
            periods, lambda period: _begins(period, active), date.max
        )
        if isinstance(period.care, Checkpoint)
        for day in takewhile(until.__gt__, _checkpoints(period.care, active))
        if day >= since
    }
    for number, day in enumerate(sorted(by_day), 1):
        checkpoint, rules = by_day[day], _rules_on(day, active)
        yield Checked(
            name=checkpoint.name,
            number=number,
            day=day,
            repeats=checkpoint.repeats,
            at=checkpoint.at,
            tz=rules.tz if checkpoint.at else "UTC",
            rings=bool(rules.remind),
        )


def _begins(period: CarePeriod, active: Sequence[Session]) -> date:
    """Find the first day a checkpoint decides: after it was recorded, and after the session before."""
    if period.recorded is None:
        return date.min
    recorded_on = dates.local_date(period.recorded, dates.zone(active[-1].rules.tz))
    index = bisect_left(active, period.since, key=lambda session: session.number)
    return max(recorded_on, active[index - 1].date if index else recorded_on) + DAY


def _rules_on(day: date, active: Sequence[Session]) -> Rules:
    """Find the rules of the first session on or after a day, or else of the last session."""
    index = bisect_left(active, day, key=lambda session: session.date)
    return active[min(index, len(active) - 1)].rules


def _checkpoints(checkpoint: Checkpoint, active: Sequence[Session]) -> Iterator[date]:
    """Yield the days of a checkpoint; a repeating one runs from the first session to the last."""
    first, last = active[0].date, active[-1].date
    if not checkpoint.repeats:
        yield dates.add(last if checkpoint.from_last else first, checkpoint.span)
        return
    days = (dates.add(first, checkpoint.span, times) for times in count())
    yield from takewhile(last.__ge__, days)
