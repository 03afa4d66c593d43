"""The care around sessions: what to pause, do, check and buy.

As in ``values``, ``str`` of a piece of care is its text in the rule language.
"""

from __future__ import annotations

from datetime import time

from msgspec import Struct

from microplan.model.values import Span

HOURS_OF_DAY = 24


class _Care(Struct, frozen=True, kw_only=True):
    """A piece of care: its kind, its name, and the days, number or text that its kind adds."""

    name: str

    @property
    def kind(self) -> str:
        """The kind, as spelled in files and flags."""
        return type(self).__name__.lower()

    @property
    def key(self) -> tuple[str, str]:
        """The identity of the care: its kind and its name, ignoring case."""
        return self.kind, self.name.casefold()

    @property
    def spelling(self) -> str:
        """The days, number or text, in the rule language."""
        raise NotImplementedError

    def __str__(self) -> str:
        return f"{self.name}={self.spelling}"


class Pause(_Care, frozen=True, kw_only=True):
    """Something to leave out from ``before`` days before each session to ``after`` days after it.

    If ``hours`` is set, it replaces ``after`` and counts from the time of the session.
    """

    before: int = 0
    after: int = 0
    hours: int = 0

    @property
    def spelling(self) -> str:
        """The days around the session, ``-0d+1d``, or the hours after it, ``-0d+24h``."""
        return f"-{self.before}d+" + (f"{self.hours}h" if self.hours else f"{self.after}d")

    def covers(self, other: Pause) -> bool:
        """Whether this pause includes all of ``other``, whatever the time of the session."""
        if other.hours:
            reaches = (self.hours or HOURS_OF_DAY * self.after) >= other.hours
        elif self.hours:
            reaches = self.hours >= HOURS_OF_DAY * (other.after + 1)
        else:
            reaches = self.after >= other.after
        return reaches and self.before >= other.before


class Cue(_Care, frozen=True, kw_only=True):
    """Something to do ``days`` after each session, or before it if negative."""

    days: int = 0
    at: time | None = None

    @property
    def spelling(self) -> str:
        """The days from the session and the time, if there is one: ``+1d@19:30``."""
        sign = "+" if self.days > 0 else ""
        return f"{sign}{self.days}d" + (f"@{self.at:%H:%M}" if self.at else "")


class Checkpoint(_Care, frozen=True, kw_only=True):
    """A check of the results: one ``span`` after the first or last session, or every ``span``."""

    span: Span
    repeats: bool = False
    from_last: bool = False
    at: time | None = None

    @property
    def spelling(self) -> str:
        """What it counts from, the span, and the time, if there is one: ``every 4w@09:00``."""
        how = "every " if self.repeats else "last+" if self.from_last else ""
        return f"{how}{self.span}" + (f"@{self.at:%H:%M}" if self.at else "")


class Use(_Care, frozen=True, kw_only=True):
    """How something is used between sessions, as free text; ``source`` names the publication."""

    how: str
    source: str = ""

    @property
    def spelling(self) -> str:
        """The text as given: ``5 % twice daily``."""
        return self.how


class Supply(_Care, frozen=True, kw_only=True):
    """Something that wears out; one lasts for ``sessions`` sessions."""

    sessions: int

    @property
    def spelling(self) -> str:
        """The number of sessions that one lasts."""
        return str(self.sessions)


class Stock(_Care, frozen=True, kw_only=True):
    """How many of a supply are ``left`` unused just before the session it was counted at."""

    left: int

    @property
    def spelling(self) -> str:
        """The number left."""
        return str(self.left)


Care = Pause | Cue | Checkpoint | Use | Supply | Stock


class Ended(Struct, frozen=True, kw_only=True):
    """The end of the care of this kind and name."""

    kind: str
    name: str
    spelling = "none"
    """Stands where other care has its days."""

    @property
    def key(self) -> tuple[str, str]:
        """The key of the care that ended."""
        return self.kind, self.name.casefold()

    def __str__(self) -> str:
        return f"{self.name}={self.spelling}"
