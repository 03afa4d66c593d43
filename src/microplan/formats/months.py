"""Lays out the months of a plan as weeks of days, for any format to draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct

from microplan.model import dates, log
from microplan.model.dates import DAY
from microplan.model.plan import ACTIVE, OnClosedDay, Plan, Session, Status
from microplan.scheduling import care
from microplan.scheduling.availability import Availability
from microplan.scheduling.care import Item, Paused


class MonthDay(Struct, frozen=True, kw_only=True):
    """One day: its session, its pauses and other care by name, and its closure, if any.

    Weekdays that the rules exclude aren't marked as closed, because they're the same every week.
    """

    day: date
    session: Session | None = None
    paused: tuple[str, ...] = ()
    care: tuple[str, ...] = ()
    closed: OnClosedDay | None = None


class Month(Struct, frozen=True, kw_only=True):
    """A month by its first day, in whole weeks; days of other months are None."""

    first: date
    weeks: tuple[tuple[MonthDay | None, ...], ...]


def months(plan: Plan, sessions: Sequence[Session], *, first_weekday: int) -> tuple[Month, ...]:
    """Lay out the months from the first session, or its care, to the last.

    ``first_weekday`` is 0 for Monday, 6 for Sunday. Dropped sessions aren't shown.
    """
    kept = [session for session in sessions if session.status is not Status.DROPPED]
    if not kept:
        return ()
    paused, others = _care_by_day(care.care(plan, kept))
    # If a session is on the empty slot of a skipped one, show the session.
    taken = sorted(kept, key=lambda session: session.status in ACTIVE)
    by_day = {session.date: session for session in taken}
    _, rules = log.rules_in_force(plan)
    state = log.fold(plan.log)
    shut = Availability.of(plan, rules, state.avoid_revision).with_closures(state.closures)
    marked = {*by_day, *paused, *others}

    def at(day: date) -> MonthDay:
        why = shut.why_not(day)
        closed = why if isinstance(why, OnClosedDay) else None
        if closed is None and day not in marked:
            return _empty(day)
        return MonthDay(
            day=day,
            session=by_day.get(day),
            paused=tuple(paused.get(day, ())),
            care=tuple(others.get(day, ())),
            closed=closed,
        )

    return tuple(
        Month(first=month, weeks=tuple(_weeks([at(day) for day in _month(month)], first_weekday)))
        for month in _firsts(min(marked), max(marked))
    )


def _care_by_day(items: Iterable[Item]) -> tuple[dict[date, list[str]], dict[date, list[str]]]:
    """Map days to the names of their pauses, and to the names of their other care."""
    paused: dict[date, list[str]] = {}
    others: dict[date, list[str]] = {}
    for item in items:
        of_kind = paused if isinstance(item, Paused) else others
        for day in _days(care.first_day(item), care.last_day(item)):
            of_kind.setdefault(day, []).append(item.name)
    return paused, others


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _firsts(first: date, last: date) -> Iterator[date]:
    """Yield the first day of every month from ``first`` to ``last``."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month += timedelta(days=dates.days_in_month(month.year, month.month))


@lru_cache
def _month(first: date) -> tuple[date, ...]:
    days = dates.days_in_month(first.year, first.month)
    return tuple(first.replace(day=number) for number in range(1, days + 1))


@lru_cache(1_024)
def _empty(day: date) -> MonthDay:
    """Make an empty day; cached, because many plans share it."""
    return MonthDay(day=day)


def _weeks(days: Sequence[MonthDay], first_weekday: int) -> Iterator[tuple[MonthDay | None, ...]]:
    """Split the days of a month into weeks, with None for days of other months."""
    lead = (days[0].day.weekday() - first_weekday) % 7
    cells = [*[None] * lead, *days]
    cells += [None] * (-len(cells) % 7)
    for start in range(0, len(cells), 7):
        yield tuple(cells[start : start + 7])
