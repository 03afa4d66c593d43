"""The rules of a plan: every word of the rule language, its default and its spelling."""

from __future__ import annotations

import shlex
from datetime import date
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from microplan.model.values import (
    ClosedRange,
    Depth,
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

    If ``gap`` or ``window`` is None, ``gap_of`` and ``window_of`` derive the default from
    the step. ``gap`` has no months.
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

    def window_of(self, step: Step | None) -> Window:
        """Find the window of the sessions of ``step``; None stands for a recurrence.

        The default is no day early and a seventh of the step late, at most 3 days.
        """
        window = self.window if step is None or step.window is None else step.window
        if window is not None:
            return window
        return Window(after=min(step.span.shortest // 7, 3)) if step else Window()

    def gap_of(self, step: Step) -> int:
        """Find the fewest days between a session of ``step`` and the one before it.

        The default is the shortest the step can be minus its window, but at least half the step.
        For a recurrence, take its step from ``dates.steps``.
        """
        if self.gap is not None:
            return self.gap.days
        window, shortest = self.window_of(step), step.span.shortest
        return max(shortest - window.before - window.after, (shortest + 1) // 2)

    @property
    def needle(self) -> str:
        """The needle length, or one for each phase; empty if there is none."""
        return "" if self.depth is None else str(self.depth)

    def of_phase(self, number: int) -> Rules:
        """Narrow the rules to one phase of the pace, counted from 0."""
        if self.depth is None or len(self.depth.lengths) == 1:
            return self
        return replace(self, depth=self.depth.of_phase(number))

    def without_details(self) -> Rules:
        """Keep only the words in ``PLACING``."""
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
        """Spell every word that differs from its default, in the order of the fields.

        Always spell the zone: somebody in another zone would assume their own.
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
"""The value of each word that isn't given."""


RULE_NAMES = Rules.__struct_fields__


PLACING = (
    *("start", "every", "sessions", "until", "on", "prefer", "avoid", "gap", "window", "follow"),
)
"""Words that decide the days of sessions; others decide their times."""


MOVING = tuple(name for name in PLACING if name != "sessions")
"""Words that move open sessions if revised; a new number of sessions moves none."""


def spell(value: object) -> str | list[str] | bool:
    """Write one value of ``Rules`` in the rule language."""
    if isinstance(value, bool):
        return value
    return [_spelled(item) for item in value] if isinstance(value, tuple) else _spelled(value)


@lru_cache(1024, typed=True)
def _spelled(value: object) -> str:
    """Spell a single value; cached, because the plans of one batch share most of theirs."""
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
