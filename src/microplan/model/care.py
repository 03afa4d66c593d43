"""The care around sessions: what to leave out, to do, to look at and to buy.

Like ``values``, each spells itself: ``str`` of a piece is its text in the rule language.
"""

from __future__ import annotations

from datetime import time

from msgspec import Struct

from microplan.model.values import Span

HOURS_OF_DAY = 24


class _Care(Struct, frozen=True, kw_only=True):
    """What every piece of care has: a kind, a name, and days that its kind spells."""

    name: str

    @property
    def kind(self) -> str:
        """The kind as it is spelled in files and flags."""
        return type(self).__name__.lower()

    @property
    def key(self) -> tuple[str, str]:
        """What tells pieces apart: those of one kind and name are the same, in any capitals."""
        return self.kind, self.name.casefold()

    @property
    def spelling(self) -> str:
        """Its days, number or text, in the rule language."""
        raise NotImplementedError

    def __str__(self) -> str:
        return f"{self.name}={self.spelling}"


class Pause(_Care, frozen=True, kw_only=True):
    """Something left out around each session: so many days before it to so many after it.

    In place of days ``after``, so many ``hours`` from the hour of the session.
    """

    before: int = 0
    after: int = 0
    hours: int = 0

    @property
    def spelling(self) -> str:
        """The days around the session, ``-0d+1d``, or the hours after it, ``-0d+24h``."""
        return f"-{self.before}d+" + (f"{self.hours}h" if self.hours else f"{self.after}d")

    def covers(self, other: Pause) -> bool:
        """Whether it holds for as long as another one, whatever the hour of the session."""
        if other.hours:
            reaches = (self.hours or HOURS_OF_DAY * self.after) >= other.hours
        elif self.hours:
            reaches = self.hours >= HOURS_OF_DAY * (other.after + 1)
        else:
            reaches = self.after >= other.after
        return reaches and self.before >= other.before


class Cue(_Care, frozen=True, kw_only=True):
    """Something to do near each session: so many days after it, or before it if negative."""

    days: int = 0
    at: time | None = None

    @property
    def spelling(self) -> str:
        """The day near the session, and perhaps the time: ``+1d@19:30``."""
        sign = "+" if self.days > 0 else ""
        return f"{sign}{self.days}d" + (f"@{self.at:%H:%M}" if self.at else "")


class Checkpoint(_Care, frozen=True, kw_only=True):
    """A look at the result: ``span`` after the first session, or the last, or every ``span``."""

    span: Span
    repeats: bool = False
    from_last: bool = False
    at: time | None = None

    @property
    def spelling(self) -> str:
        """From where it is counted, and how far, and perhaps the time: ``every 4w@09:00``."""
        how = "every " if self.repeats else "last+" if self.from_last else ""
        return f"{how}{self.span}" + (f"@{self.at:%H:%M}" if self.at else "")


class Use(_Care, frozen=True, kw_only=True):
    """How something is used on ordinary days, in words; ``source`` says who recorded it so."""

    how: str
    source: str = ""

    @property
    def spelling(self) -> str:
        """How it is used: ``5 % twice daily``."""
        return self.how


class Supply(_Care, frozen=True, kw_only=True):
    """Something that wears out and is good for so many sessions."""

    sessions: int

    @property
    def spelling(self) -> str:
        """The number of sessions that one is good for."""
        return str(self.sessions)


class Stock(_Care, frozen=True, kw_only=True):
    """How many unused ones of a supply there are, before the session from which on this holds."""

    left: int

    @property
    def spelling(self) -> str:
        """The number of those left."""
        return str(self.left)


Care = Pause | Cue | Checkpoint | Use | Supply | Stock


class Ended(Struct, frozen=True, kw_only=True):
    """Care of this kind and name is no longer part of a plan."""

    kind: str
    name: str
    spelling = "none"
    """In place of days."""

    @property
    def key(self) -> tuple[str, str]:
        """The key of the care that ended."""
        return self.kind, self.name.casefold()

    def __str__(self) -> str:
        return f"{self.name}={self.spelling}"
