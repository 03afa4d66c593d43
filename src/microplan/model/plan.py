"""The vocabulary: the rules, the log, the plan and its sessions, as frozen values.

They are msgspec structs, which a start of the program makes thirty times faster than data
classes. No value here looks at a clock, a file or the environment.
"""

from __future__ import annotations

import shlex
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from microplan.model.depth import Depth
from microplan.model.reasons import Reason
from microplan.model.values import (
    Care,
    ClosedDays,
    ClosedRange,
    Ended,
    Follow,
    Hours,
    Length,
    Pace,
    Recurrence,
    Reminder,
    Setting,
    Span,
    Step,
    Weekdays,
    Window,
)

VERSION = 1
"""Version of the plan file and of the plan document."""
MOST_ENTRIES = 1_000
"""Entries of a log; what it adds up to is worked out anew after each of them."""
TITLE = "Scalp session"
"""What sessions are called unless the person names them."""

# --- the rules ------------------------------------------------------------------------------


class Closure(Struct, frozen=True, kw_only=True):
    """Closed days that were looked up for the person, with the reason that was found."""

    days: ClosedRange
    reason: str = ""


class Lookup(Struct, frozen=True, kw_only=True):
    """What closed days were looked up, and for which span; beyond it nobody looked.

    ``of`` is ``holidays DE-BY`` or ``busy calendar``, never the name of a file.
    """

    of: str
    days: ClosedDays


class Rules(Struct, frozen=True, kw_only=True):
    """The words of the rule language, each with its default.

    A ``gap`` or ``window`` of None stands for the default that ``gap_into`` and
    ``window_into`` derive from the step; a ``gap`` has days only.
    """

    start: date
    every: Pace | Recurrence
    sessions: int | None = None
    until: date | None = None
    at: Hours | None = None
    duration: Length = Length(minutes=30)
    tz: str = "UTC"
    on: Weekdays | None = None
    prefer: Weekdays | None = None
    avoid: tuple[ClosedRange, ...] = ()
    gap: Span | None = None
    window: Window | None = None
    follow: Follow = Follow.WINDOW
    remind: tuple[Reminder, ...] = ()
    location: str = ""
    setting: Setting | None = None
    device: str = ""
    depth: Depth | None = None
    discreet: bool = False

    def window_into(self, step: Step | None) -> Window:
        """Window of the sessions of ``step``, or of a recurrence when that is None.

        Unless given: nothing before; after, a seventh of the step, at most 3 days.
        """
        window = self.window if step is None or step.window is None else step.window
        if window is not None:
            return window
        return Window(after=min(step.span.shortest // 7, 3)) if step else Window()

    def gap_into(self, step: Step) -> int:
        """Fewest days between a session of ``step`` and the one before it.

        Unless given: the step at its shortest less its whole window, at least half of it.
        ``dates.steps`` tells which step a recurrence is like.
        """
        if self.gap is not None:
            return self.gap.days
        window, shortest = self.window_into(step), step.span.shortest
        return max(shortest - window.before - window.after, (shortest + 1) // 2)

    @property
    def needle(self) -> str:
        """The needle length, or those of the phases; nothing if none is given."""
        return "" if self.depth is None else str(self.depth)

    def of_phase(self, number: int) -> Rules:
        """Choose the words that hold in one phase of the pace, counted from 0."""
        if self.depth is None or len(self.depth.lengths) == 1:
            return self
        return replace(self, depth=self.depth.of_phase(number))

    def of_days(self) -> Rules:
        """Leave out all words but those of ``PLACING``."""
        return Rules(
            start=self.start,
            every=self.every,
            sessions=self.sessions,
            until=self.until,
            on=self.on,
            prefer=self.prefer,
            avoid=self.avoid,
            gap=self.gap,
            window=self.window,
            follow=self.follow,
        )

    def words(self) -> dict[str, str | list[str] | bool]:
        """Spell every word that is not at its default, in the order of the fields.

        The zone is always spelled: a reader elsewhere would take it for another one.
        """
        return {
            name: spell(value)
            for name in RULE_NAMES
            if (value := getattr(self, name)) != DEFAULTS.get(name) or name == "tz"
        }

    def __str__(self) -> str:
        return shlex.join(flags(self.words()))


DEFAULTS = dict(
    zip(reversed(Rules.__struct_fields__), reversed(Rules.__struct_defaults__), strict=False)
)
"""What a word means that is not given."""
RULE_NAMES = Rules.__struct_fields__
PLACING = (
    *("start", "every", "sessions", "until", "on", "prefer", "avoid", "gap", "window", "follow"),
)
"""Words that say on which days sessions land; at which hour is for the others."""
MOVING = tuple(name for name in PLACING if name != "sessions")
"""Words that place open sessions anew; the number of sessions moves none."""


def spell(value: object) -> str | list[str] | bool:
    """Write one value of ``Rules`` in the rule language."""
    if isinstance(value, bool):
        return value
    return [_spelled(item) for item in value] if isinstance(value, tuple) else _spelled(value)


@lru_cache(1024, typed=True)
def _spelled(value: object) -> str:
    """Write a value that is one; the plans of one table have most of theirs in common."""
    return str(value)


def flags(words: dict[str, str | list[str] | bool]) -> list[str]:
    """Spell words as the flags of ``microplan new``, one argument per item."""
    arguments: list[str] = []
    for name, value in words.items():
        match value:
            case bool():
                if value:
                    arguments.append(f"--{name}")
            case str():
                arguments += [f"--{name}", value]
            case list():
                arguments += [part for item in value for part in (f"--{name}", item)]
    return arguments


# --- what was recorded ----------------------------------------------------------------------


class Entry(Struct, frozen=True, kw_only=True):
    """What every entry of the log has: the instant it was recorded (UTC) and a note."""

    recorded: datetime
    note: str = ""


class Record(Struct, frozen=True, kw_only=True):
    """How a session went, as far as the person wrote it down; empty texts where they didn't."""

    depth: str = ""
    device: str = ""
    reaction: str = ""
    note: str = ""

    def extended(self, later: Record) -> Record:
        """Add what was written later: depth and device are corrected, the other texts go on."""
        return Record(
            depth=later.depth or self.depth,
            device=later.device or self.device,
            reaction=_continued(self.reaction, later.reaction),
            note=_continued(self.note, later.note),
        )


def _continued(text: str, more: str) -> str:
    """Add a text to one there is, unless it says that already."""
    if not (text and more):
        return text or more
    is_known = f"{JOINER}{more}{JOINER}" in f"{JOINER}{text}{JOINER}"
    return text if is_known else f"{text}{JOINER}{more}"


JOINER = "; "
"""Between texts that were written about one session at different times."""
NO_RECORD = Record()


class Done(Entry, frozen=True, kw_only=True):
    """A session took place on a day; its note and the other texts say how it went."""

    session: int
    on: date
    at: time | None = None
    depth: str = ""
    device: str = ""
    reaction: str = ""

    @property
    def record(self) -> Record:
        """What this entry says about how it went."""
        return Record(depth=self.depth, device=self.device, reaction=self.reaction, note=self.note)


class Moved(Entry, frozen=True, kw_only=True):
    """A session was put on a day by hand, or at an hour of its own, or both.

    Without a day it stays where the plan puts it; with ``only``, later ones do not follow it.
    """

    session: int
    to: date | None = None
    at: time | None = None
    only: bool = False


class Skipped(Entry, frozen=True, kw_only=True):
    """A session was missed and is not made up; with ``extend``, one is added at the end.

    It is a ``no_show`` where an appointment stood and nobody came.
    """

    session: int
    extend: bool = False
    no_show: bool = False


class Closed(Entry, frozen=True, kw_only=True):
    """Days were closed while the plan was running, told or looked up."""

    closures: tuple[Closure, ...]
    lookups: tuple[Lookup, ...] = ()


class Revised(Entry, frozen=True, kw_only=True):
    """Other rules or other care hold from session ``session`` on.

    ``words`` are the rule words that changed; without any, only ``care`` did. ``asked`` are the
    words as the person gave them, if these are others: ``sessions`` becomes a count in ``every``.
    Of care, each piece stands in place of the one of its kind and name. ``title`` is the new one,
    if the plan got another.
    """

    session: int
    words: dict[str, str | list[str] | bool]
    rules: Rules
    asked: dict[str, str | list[str] | bool] = {}
    care: tuple[Care | Ended, ...] = ()
    title: str = ""

    @property
    def given(self) -> dict[str, str | list[str] | bool]:
        """The words that the person gave."""
        return self.asked or self.words

    @property
    def places(self) -> bool:
        """Whether open sessions are placed anew; other hours, or more sessions, move none."""
        return any(name in MOVING for name in self.given)

    @property
    def counts(self) -> bool:
        """Whether it says how many sessions there are."""
        return self.places or "sessions" in self.given


class Photo(Entry, frozen=True, kw_only=True):
    """A picture of one view of the scalp, taken on a day; the file stays where it is.

    ``path`` is relative to the folder of the plan file where the picture lies inside it.
    ``digest`` is the SHA-256 of the file, in hexadecimal.
    """

    path: str
    view: str
    on: date
    digest: str


class Undone(Entry, frozen=True, kw_only=True):
    """An entry, named by its place in the log (from 1), no longer holds."""

    entry: int


Amendment = Done | Moved | Skipped | Closed | Revised | Photo | Undone


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


CivilDate = date
"""`date` where a field of that name hides it."""


# --- what follows ---------------------------------------------------------------------------


class Status(StrEnum):
    """What has become of a session, in the plan's own terms."""

    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"
    MISSED = "missed"
    DROPPED = "dropped"


COUNTS = (Status.PLANNED, Status.DONE)
"""Sessions that take place: a gap is kept from them and care goes with them."""


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
