"""The plan, which holds what a person decided, and the sessions that follow from it.

The values of this room are msgspec structs, which a start of the program makes thirty times faster
than data classes. No value looks at a clock, a file or the environment.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from msgspec import Struct

from microplan.model.care import Care
from microplan.model.entries import Amendment, Closure, Lookup, Record
from microplan.model.reasons import Reason
from microplan.model.rules import Rules

VERSION = 1
"""Version of the plan file and of the plan document."""
TITLE = "Scalp session"
"""What sessions are called unless the person names them."""


class Plan(Struct, frozen=True, kw_only=True):
    """One person's course: what was decided, from which ``schedule`` derives every date.

    ``created`` is an instant in UTC, of whole seconds; ``protocol`` is the id of the course it
    was started from, if any; ``log`` is in the order of the file.
    """

    id: str
    title: str
    created: datetime
    rules: Rules
    closed: tuple[Closure, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    care: tuple[Care, ...] = ()
    protocol: str = ""
    log: tuple[Amendment, ...] = ()


class Status(StrEnum):
    """What has become of a session, in the plan's own terms."""

    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"
    MISSED = "missed"
    DROPPED = "dropped"


COUNTS = (Status.PLANNED, Status.DONE)
"""Sessions that take place: a gap is kept from them and care goes with them."""


CivilDate = date
"""`date` where a field of that name hides it."""


class Session(Struct, frozen=True, kw_only=True):
    """One appointment of a plan, and why it is where it is.

    ``phase`` counts from 1. ``earliest`` and ``latest`` bound the days that are still right;
    ``floor`` is the first day the gap allows, or the start where no session counts before.
    ``gap_days`` is the distance in days to the last session that counts, None for the first.
    ``rules`` are those in force for this session: a revision leaves earlier hours as they were.
    ``record`` says how it went, of a session that is done, if anything was written down.
    ``own_at`` is the hour to which it alone was moved, or at which it was done.
    """

    number: int
    phase: int
    status: Status
    date: CivilDate
    due: CivilDate
    floor: CivilDate
    earliest: CivilDate
    latest: CivilDate
    gap_days: int | None
    because: tuple[Reason, ...]
    rules: Rules
    record: Record | None = None
    own_at: time | None = None

    @property
    def at(self) -> time | None:
        """The local time: its own, or that of the rules on its day; None if it lasts all day."""
        return None if self.rules.at is None else self.own_at or self.rules.at.on(self.date)
