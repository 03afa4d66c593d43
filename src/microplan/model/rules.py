"""The rules of a plan: every word of the rule language with its default, and how it is spelled."""

from __future__ import annotations

import shlex
from datetime import date
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from microplan.model.depth import Depth
from microplan.model.values import (
    ClosedRange,
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
        return shlex.join(as_flags(self.words()))


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


def as_flags(words: dict[str, str | list[str] | bool]) -> list[str]:
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
