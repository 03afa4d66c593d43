"""Entries of a plan's log: sessions done, moved and skipped, days closed and opened, rules revised."""

from __future__ import annotations

from datetime import date, datetime, time

from msgspec import Struct

from microplan.model.care import Care, Ended
from microplan.model.rules import MOVING, Rules
from microplan.model.values import ClosedDays, ClosedRange

MOST_ENTRIES = 1_000
"""Limit on a log's length: some commands fold the log again after each entry."""


class Closure(Struct, frozen=True, kw_only=True):
    """Closed days found by a lookup, and why they're closed, such as the holiday's name."""

    days: ClosedRange
    reason: str = ""


class Lookup(Struct, frozen=True, kw_only=True):
    """A lookup of closed days: what was searched, and the days it covered.

    ``of`` is ``holidays DE-BY`` or ``busy calendar``, never the name of a file.
    """

    of: str
    days: ClosedDays


class Entry(Struct, frozen=True, kw_only=True):
    """An entry of the log, with the instant it was recorded (UTC) and a note."""

    recorded: datetime
    note: str = ""


class Record(Struct, frozen=True, kw_only=True):
    """How a session went, in the person's words; a field is empty if they didn't write it down."""

    depth: str = ""
    device: str = ""
    reaction: str = ""
    note: str = ""

    def extended(self, later: Record) -> Record:
        """Add a later record: it replaces the depth and device and appends to the other texts."""
        return Record(
            depth=later.depth or self.depth,
            device=later.device or self.device,
            reaction=_continued(self.reaction, later.reaction),
            note=_continued(self.note, later.note),
        )


def _continued(text: str, more: str) -> str:
    """Append ``more`` to ``text``, unless ``text`` already contains it."""
    if not (text and more):
        return text or more
    is_known = f"{JOINER}{more}{JOINER}" in f"{JOINER}{text}{JOINER}"
    return text if is_known else f"{text}{JOINER}{more}"


JOINER = "; "
"""Separates texts about one session that were written at different times."""


NO_RECORD = Record()


class Done(Entry, frozen=True, kw_only=True):
    """A session was done on a day; its note and the other texts say how it went."""

    session: int
    on: date
    at: time | None = None
    depth: str = ""
    device: str = ""
    reaction: str = ""

    @property
    def record(self) -> Record:
        """How the session went, according to this entry."""
        return Record(depth=self.depth, device=self.device, reaction=self.reaction, note=self.note)


class Moved(Entry, frozen=True, kw_only=True):
    """A person moved a session to another day, another time, or both.

    Without a day, only the time changes. With ``only``, later sessions don't follow it.
    """

    session: int
    to: date | None = None
    at: time | None = None
    only: bool = False


class Skipped(Entry, frozen=True, kw_only=True):
    """A person skipped a session; with ``extend``, the plan gains one at the end.

    ``no_show`` means the person didn't come to an appointment.
    """

    session: int
    extend: bool = False
    no_show: bool = False


class Closed(Entry, frozen=True, kw_only=True):
    """Days were closed while the plan was running, by the person or by a lookup."""

    closures: tuple[Closure, ...]
    lookups: tuple[Lookup, ...] = ()


class Opened(Entry, frozen=True, kw_only=True):
    """A person opened closed days again, such as a holiday on which the clinic works."""

    days: tuple[ClosedDays, ...]

    def opens(self, day: date) -> bool:
        """Whether ``day`` is one of the days."""
        return any(not days.admits(day) for days in self.days)


class Revised(Entry, frozen=True, kw_only=True):
    """The rules, the care or the title change from session ``session`` on.

    ``words`` holds the rule words that changed and ``rules`` the result; if ``words`` is empty,
    no rule changed. ``asked`` holds the words as the person gave them, if they differ:
    ``sessions`` becomes a count in ``every``. Each piece of ``care`` replaces the one of the same
    kind and name. ``title`` is the new title, or empty.
    """

    session: int
    words: dict[str, str | list[str] | bool]
    rules: Rules
    asked: dict[str, str | list[str] | bool] = {}
    care: tuple[Care | Ended, ...] = ()
    title: str = ""

    @property
    def given(self) -> dict[str, str | list[str] | bool]:
        """The words as the person gave them."""
        return self.asked or self.words

    @property
    def moves_sessions(self) -> bool:
        """Whether open sessions are placed again; a new time or more sessions moves none."""
        return any(name in MOVING for name in self.given)

    @property
    def sets_number(self) -> bool:
        """Whether the revision sets the number of sessions."""
        return self.moves_sessions or "sessions" in self.given


class Photo(Entry, frozen=True, kw_only=True):
    """A photo of one view of the scalp, taken on a day; the file stays where it is.

    ``path`` is relative to the plan file's folder if the photo is inside that folder, absolute
    otherwise. ``digest`` is the SHA-256 of the file, in hexadecimal.
    """

    path: str
    view: str
    on: date
    digest: str


STEPS = range(-3, 4)
"""The seven-point scale of the trials: how much fuller one photo looks than another."""


class Answer(Struct, frozen=True, kw_only=True):
    """A person's rating of two photos whose dates were hidden.

    ``earlier`` and ``later`` are the digests of the photos. ``step``, one of ``STEPS``, is how
    much fuller the later one looked: 3 is much fuller, 0 the same, -3 much thinner.
    """

    earlier: str
    later: str
    step: int


class Compared(Entry, frozen=True, kw_only=True):
    """A person compared photos of one view in pairs, with their dates hidden."""

    view: str
    answers: tuple[Answer, ...]


class Undone(Entry, frozen=True, kw_only=True):
    """An entry was undone; ``entry`` is its position in the log, counted from 1."""

    entry: int


Amendment = Done | Moved | Skipped | Closed | Opened | Revised | Photo | Compared | Undone
