"""Gathers everything around the sessions of a plan: dated care, uses, supplies and days away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from microplan.model import log
from microplan.model.care import Use
from microplan.model.entries import Closed, Closure
from microplan.model.log import CarePeriod
from microplan.model.plan import ACTIVE, Plan, Session
from microplan.scheduling import care, supplies
from microplan.scheduling.care import Item
from microplan.scheduling.supplies import SupplyStatus


class Surroundings(Struct, frozen=True):
    """The dated care of a plan (``items``), the periods of each kind of care, and the days away."""

    items: tuple[Item, ...] = ()
    history: tuple[tuple[CarePeriod, ...], ...] = ()
    away: tuple[Closure, ...] = ()

    @property
    def uses(self) -> tuple[Use, ...]:
        """The uses in force now."""
        latest = (periods[-1].care for periods in self.history)
        return tuple(piece for piece in latest if isinstance(piece, Use))

    def supplies(self, sessions: Sequence[Session]) -> Iterator[SupplyStatus]:
        """Yield the state of each supply."""
        return supplies.statuses(self.history, [s for s in sessions if s.status in ACTIVE])

    def away_on(self, today: date) -> tuple[Closure, ...]:
        """List the days away that a day is one of, each once."""
        return tuple(dict.fromkeys(shut for shut in self.away if not shut.days.admits(today)))

    def undated(self, sessions: Sequence[Session], today: date) -> list[tuple[str, str]]:
        """List care without dates: uses with their source, and the state of supplies."""
        used = [
            (use.name, f"{use.how} (record of {use.source})" if use.source else use.how)
            for use in self.uses
        ]
        rows = [*used, *((s.name, supplies.in_words(s, today)) for s in self.supplies(sessions))]
        return [(f"{name[:1].upper()}{name[1:]}", text) for name, text in rows]


NOTHING = Surroundings()
"""The surroundings of a plan without care."""


def of(plan: Plan, sessions: Sequence[Session]) -> Surroundings:
    """Gather everything around the sessions of a plan."""
    return Surroundings(care.care(plan, sessions), log.care_history(plan), tuple(_away(plan)))


def _away(plan: Plan) -> Iterator[Closure]:
    """Yield what a person closed, by the rules in force and over time; holidays and busy days aren't theirs."""
    _, rules = log.rules_in_force(plan)
    yield from (Closure(days=days) for days in rules.avoid)
    for entry in log.in_force(plan.log):
        if isinstance(entry, Closed) and not entry.lookups:
            yield from entry.closures
