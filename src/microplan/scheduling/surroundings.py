"""Gathers everything around the sessions of a plan: dated care, uses, supplies and days away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from microplan.model import log
from microplan.model.care import Use
from microplan.model.entries import Closed, Closure, Opened, Revised
from microplan.model.log import CarePeriod
from microplan.model.plan import ACTIVE, Plan, Session
from microplan.scheduling import care, supplies
from microplan.scheduling.care import Item
from microplan.scheduling.supplies import SupplyStatus


class Surroundings(Struct, frozen=True):
    """The dated care of a plan (``items``), the periods of each kind of care, and the days away.

    ``away`` holds what a person closed, and opened again, in the order of the log.
    """

    items: tuple[Item, ...] = ()
    history: tuple[tuple[CarePeriod, ...], ...] = ()
    away: tuple[Closure | Opened, ...] = ()

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
        shut: dict[Closure, None] = {}
        for change in self.away:
            if isinstance(change, Opened):
                shut = {} if change.opens(today) else shut
            elif not change.days.admits(today):
                shut[change] = None
        return tuple(shut)

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


def _away(plan: Plan) -> Iterator[Closure | Opened]:
    """Yield what a person closed, by the rules in force and over time; holidays and busy days aren't theirs."""
    own, changes = plan.rules.avoid, list[Closure | Opened]()
    by_rules = 0
    for entry in log.in_force(plan.log):
        match entry:
            case Revised(words=words) if "avoid" in words:
                own, by_rules = entry.rules.avoid, len(changes)
            case Closed(lookups=()):
                changes += entry.closures
            case Opened():
                changes.append(entry)
            case _:
                pass
    yield from changes[:by_rules]
    yield from (Closure(days=days) for days in own)
    yield from changes[by_rules:]
