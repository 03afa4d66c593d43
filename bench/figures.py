"""The figures that the bench measures, each with its promise and its aim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

Samples = Mapping[str, Sequence[float]]
"""The seconds, or peak bytes, of each side: one value for each round."""


class Family(Enum):
    """How a figure is measured, and the unit of its sides."""

    PROCESS = "whole processes"
    LOOP = "throughput"
    PEAK = "peak memory"
    RSS = "peak memory of a process"
    RUN = "a long run, in seconds"


PROCESS, LOOP, PEAK, RSS, RUN = Family


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio: the side ``over`` divided by the side ``under``.

    With the sign ``≤`` microplan is ``over``; with ``≥`` it is ``under``, and the ratio is how many
    times faster it is. ``count`` is the number of items a loop handles, for rates. A figure without
    a promise is only shown.
    """

    name: str
    says: str
    family: Family
    over: str
    under: str
    sign: str
    promise: float | None
    aim: float | None
    count: int = 0

    @property
    def sides(self) -> tuple[str, str]:
        """Name our side, then the one it is compared with."""
        return (self.over, self.under) if self.sign == "≤" else (self.under, self.over)

    def holds(self, ratio: float) -> bool:
        """Whether a ratio keeps the promise."""
        if self.promise is None:
            return True
        return ratio <= self.promise if self.sign == "≤" else ratio >= self.promise


def _starts(*rows: tuple[str, str, float | None, float | None]) -> tuple[Figure, ...]:
    """Make the figures of whole processes, in multiples of a bare interpreter (×B)."""
    return tuple(
        Figure(name, says, PROCESS, name, "bare", "≤", promise, aim)
        for name, says, promise, aim in rows
    )


FIGURES = (
    *_starts(
        ("version", "--version", 2, 1.2),
        ("help", "--help", 8, 6),
        ("help-new", "new --help", 8, 6),
        ("help-terminal", "--help at a terminal", 18, 16),
        ("usage", "a usage error", 8, 6),
        ("json", "new --format json", 8, 6),
        ("tsv", "new --format tsv", 8, 6),
        ("html", "new --format html", None, None),
        ("next", "next", 8, 6),
        ("today", "today", 8, 6),
        ("done", "done 1", 10, 8),
        ("move", "move 2 2027-01-06", 10, 8),
        ("today-exported", "today, after an export", None, None),
        ("done-exported", "done 1, after an export", None, None),
        ("table", "new --format table", 12, 9),
        ("calendar", "new --format calendar", 12, 9),
        ("timeline", "new --format timeline", 12, 9),
        ("ics", "new --format ics", 13.5, 10),
        ("ics-file", "new -o plan.ics", 13.5, 10),
        ("export", "export", 13.5, 10),
    ),
    # the same job by the script of bench/ref, on the same libraries
    Figure("script-json", "script : new, json", PROCESS, "script json", "json", "≥", 1.8, 2),
    Figure("script-table", "script : new, table", PROCESS, "script table", "table", "≥", 1.5, 2),
    Figure("script-ics", "script : new, ics", PROCESS, "script ics", "ics", "≥", 1.2, 2),
    Figure(
        *("script-newest", "script on the newest libraries : new, json", PROCESS),
        *("newest json", "json", "≥", None, None),
    ),
    # a list of the same six sessions by other programs
    Figure("khal", "khal list : show", PROCESS, "khal", "show", "≥", 2, 3),
    Figure(
        *("khal-system", "khal list of the system : show", PROCESS, "khal of the system", "show"),
        *("≥", None, None),
    ),
    Figure("todoman", "todo list : show", PROCESS, "todoman", "show", "≥", 2, 3),
    # sessions placed with their reasons, against rrule
    Figure(
        *("place-1000", "1 000 weekly : rrule", LOOP, "rrule 1000", "weekly 1000"),
        *("≥", 0.5, 1, 1000),
    ),
    Figure(
        *("place-9999", "9 999 weekly : rrule", LOOP, "rrule 9999", "weekly 9999"),
        *("≥", 0.5, 1, 9999),
    ),
    Figure(
        *("place-bound-1000", "1 000 constrained : rrule", LOOP, "rrule 1000", "constrained 1000"),
        *("≥", 0.5, 1, 1000),
    ),
    Figure(
        *("place-bound-9999", "9 999 constrained : rrule", LOOP, "rrule 9999", "constrained 9999"),
        *("≥", 0.5, 1, 9999),
    ),
    # events written, against ics, and what that takes at its peak
    Figure("write", "9 999 events : ics", LOOP, "ics package", "writer", "≥", 3, 7, 9999),
    Figure("write-peak", "peak, 9 999 : 1 000", PEAK, "peak 9999", "peak 1000", "≤", 1.5, 1.25),
    # many rows: plans a second in J, the json module alone on the same rows and documents
    Figure(
        *("batch", "rows of a clinic : J", LOOP, "J clinic", "batch clinic"),
        *("≥", 0.2, 0.4, 10_000),
    ),
    Figure(
        *("batch-other", "rows all unlike : J", LOOP, "J unlike", "batch unlike"),
        *("≥", 0.2, 0.4, 10_000),
    ),
    Figure(
        *(
            "batch-peak",
            "peak beside the ids, 100 000 : 10 000",
            RSS,
            "batch 100000",
            "batch 10000",
        ),
        *("≤", 1.1, 1.02),
    ),
    # long runs, in seconds
    Figure(
        *("batch-files", "files a second, batch -o, 5 000 rows", RUN, "a second", "a file"),
        *("≥", 1000, None),
    ),
    Figure(
        *("batch-plans", "plan files a second, each synced", RUN, "a second", "a plan file"),
        *("≥", None, None),
    ),
    Figure(
        *("amend-1000", "seconds of done, 999 entries before", RUN, "an amendment", "a second"),
        *("≤", 1, 0.3),
    ),
)


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a figure: the ratio, its range, and both sides."""

    figure: Figure
    ratio: float
    low: float
    high: float
    ours: float
    other: float

    @property
    def verdict(self) -> str:
        """Whether the promise is kept, in one word."""
        if self.figure.promise is None:
            return "shown"
        return "holds" if self.figure.holds(self.ratio) else "missed"


def result(figure: Figure, samples: Samples) -> Result | None:
    """Compute a figure: the median over rounds for processes, the best of each side for loops."""
    over, under = samples.get(figure.over), samples.get(figure.under)
    if not over or not under:
        return None
    in_rounds = figure.family is not Family.RUN  # a second is always one second
    ratios = [ours / other for ours, other in zip(over, under, strict=in_rounds)]
    is_best = figure.family is Family.LOOP
    middle = min if is_best else median
    ours, other = (middle(samples[side]) for side in figure.sides)
    return Result(
        figure=figure,
        ratio=min(over) / min(under) if is_best else median(ratios),
        low=min(ratios),
        high=max(ratios),
        ours=ours,
        other=other,
    )
