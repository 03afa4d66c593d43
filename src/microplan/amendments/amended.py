"""A plan before and after an amendment, and the differences between the two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from msgspec import Struct

from microplan.errors import RefusedError
from microplan.model import log
from microplan.model.care import Care
from microplan.model.entries import MOST_ENTRIES, NO_RECORD, Amendment, Record, Revised
from microplan.model.plan import Plan, Session, Status
from microplan.scheduling import schedule
from microplan.scheduling.schedule import Scheduled


class Stamp(Struct, frozen=True):
    """The instant to record with an entry, its note, and how a session went."""

    recorded: datetime
    note: str = ""
    went: Record = NO_RECORD


class Change(Struct, frozen=True):
    """A session whose day changed; None if it didn't exist before, or no longer does."""

    number: int
    before: date | None
    after: date | None


class HourChange(Struct, frozen=True):
    """A session whose time changed; None stands for all day."""

    number: int
    before: time | None
    after: time | None


class CareChange(Struct, frozen=True):
    """Care of one kind and name that changed; None if it didn't exist before, or no longer does."""

    before: Care | None
    after: Care | None

    @property
    def kind(self) -> str:
        """The kind of the care; empty if there is none before or after."""
        piece = self.after or self.before
        return "" if piece is None else piece.kind


class Amended(Struct, frozen=True):
    """A plan before and after an amendment, both scheduled."""

    scheduled_before: Scheduled
    scheduled_after: Scheduled
    already: str = ""
    """Why nothing changed, as a sentence; empty if something did."""

    @property
    def before(self) -> Plan:
        """The plan before the amendment."""
        return self.scheduled_before.plan

    @property
    def plan(self) -> Plan:
        """The plan after the amendment."""
        return self.scheduled_after.plan

    @property
    def sessions_before(self) -> tuple[Session, ...]:
        """The sessions before the amendment."""
        return self.scheduled_before.sessions

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions after the amendment."""
        return self.scheduled_after.sessions

    @property
    def entries(self) -> tuple[Amendment, ...]:
        """The entries added to the log; empty if they would change nothing."""
        return self.plan.log[len(self.before.log) :]

    def changes(self) -> tuple[Change, ...]:
        """List the sessions whose day changed, ordered by number."""
        was, now = _days(self.sessions_before), _days(self.sessions)
        numbers = sorted(was.keys() | now.keys())
        pairs = (Change(number, was.get(number), now.get(number)) for number in numbers)
        return tuple(change for change in pairs if change.before != change.after)

    def hour_changes(self) -> tuple[HourChange, ...]:
        """List the sessions that were already in the plan and whose time changed."""
        was = {s.number: s.at for s in self.sessions_before if s.status is not Status.DROPPED}
        kept = (s for s in self.sessions if s.status is not Status.DROPPED and s.number in was)
        pairs = (HourChange(s.number, was[s.number], s.at) for s in kept)
        return tuple(change for change in pairs if change.before != change.after)

    def care_changes(self) -> tuple[CareChange, ...]:
        """List the care that changed, existing care first."""
        was, now = _pieces(self.before), _pieces(self.plan)
        revised = (entry for entry in self.entries if isinstance(entry, Revised))
        named = {piece.key for entry in revised for piece in entry.care}
        return tuple(
            CareChange(was.get(key), now.get(key))
            for key in was | now
            if key in named or was.get(key) != now.get(key)
        )


def _days(sessions: Sequence[Session]) -> dict[int, date]:
    """Map session numbers to days, without dropped sessions."""
    return {s.number: s.date for s in sessions if s.status is not Status.DROPPED}


def _pieces(plan: Plan) -> dict[tuple[str, str], Care]:
    return {piece.key: piece for piece in log.care_in_force(plan)}


def extended(before: Scheduled, entry: Amendment) -> Amended:
    """Add one entry to the log of a plan."""
    if len(before.plan.log) >= MOST_ENTRIES:
        raise RefusedError(f"a plan's log has at most {MOST_ENTRIES} entries; start a new plan")
    return Amended(before, schedule.amended(before, entry))


def unchanged(before: Scheduled, already: str) -> Amended:
    """Return the plan unchanged, with the reason: ``Session 3 is already skipped``."""
    return Amended(before, before, f"{already}; nothing changed.")
