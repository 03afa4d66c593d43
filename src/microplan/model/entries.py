"""What the log of a plan records: sessions done, moved and skipped, days closed, rules revised."""

from __future__ import annotations

from datetime import date, datetime, time

from msgspec import Struct

from microplan.model.care import Care, Ended
from microplan.model.rules import MOVING, Rules
from microplan.model.values import ClosedDays, ClosedRange

MOST_ENTRIES = 1_000
"""Entries of a log; what it adds up to is worked out anew after each of them."""


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

    Without a day it stays where the plan puts it; with ``only``, later ones don't follow it.
    """

    session: int
    to: date | None = None
    at: time | None = None
    only: bool = False


class Skipped(Entry, frozen=True, kw_only=True):
    """A session was missed and is not made up; with ``extend``, one is added at the end.

    It is a ``no_show`` if nobody came to an appointment.
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


STEPS = range(-3, 4)
"""The seven steps of the trials: how much fuller one picture looks than another."""


class Answer(Struct, frozen=True, kw_only=True):
    """What a person saw in two pictures whose dates were hidden.

    ``earlier`` and ``later`` are the digests of the pictures; ``step``, one of ``STEPS``, says how
    much fuller the later one looked: 3 is greatly, -3 is greatly less, 0 is no difference.
    """

    earlier: str
    later: str
    step: int


class Compared(Entry, frozen=True, kw_only=True):
    """Pictures of one view were compared in pairs, with their dates hidden."""

    view: str
    answers: tuple[Answer, ...]


class Undone(Entry, frozen=True, kw_only=True):
    """An entry, named by its place in the log (from 1), no longer holds."""

    entry: int


Amendment = Done | Moved | Skipped | Closed | Revised | Photo | Compared | Undone
