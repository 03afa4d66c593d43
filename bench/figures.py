"""The figures, each with its promise and its aim: the one table of what is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

Samples = Mapping[str, Sequence[float]]
"""Seconds, or bytes of a peak, of each thing measured: one value for each round."""


class Family(Enum):
    """How a figure is measured, and in what its two sides are told."""

    PROCESS = "whole processes"
    LOOP = "throughput"
    PEAK = "peak memory"
    RSS = "peak memory of a process"
    SPAN = "whole runs, a plan"


PROCESS, LOOP, PEAK, RSS, SPAN = Family


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio: what is measured as ``over``, divided by what is measured as ``under``.

    With the sign ``≤`` microplan is ``over``; with ``≥`` it is ``under``, and the ratio says how
    many times faster it is. ``count`` is how many things a loop does, so that rates can be told.
    """

    name: str
    says: str
    family: Family
    over: str
    under: str
    sign: str
    promise: float
    aim: float
    count: int = 0

    @property
    def sides(self) -> tuple[str, str]:
        """Name what is ours, then what it is measured against."""
        return (self.over, self.under) if self.sign == "≤" else (self.under, self.over)

    def holds(self, ratio: float) -> bool:
        """Whether a ratio keeps the promise."""
        return ratio <= self.promise if self.sign == "≤" else ratio >= self.promise


FIGURES = (
    # whole processes, in bare interpreters (×B)
    Figure("version", "--version", PROCESS, "version", "bare", "≤", 2, 1.2),
    Figure("help", "--help", PROCESS, "help", "bare", "≤", 8, 6),
    Figure("help-new", "new --help", PROCESS, "help-new", "bare", "≤", 8, 6),
    Figure("usage", "a usage error", PROCESS, "usage", "bare", "≤", 8, 6),
    Figure("json", "new --format json", PROCESS, "json", "bare", "≤", 7.5, 5.5),
    Figure("tsv", "new --format tsv", PROCESS, "tsv", "bare", "≤", 7.5, 5.5),
    Figure("table", "new --format table", PROCESS, "table", "bare", "≤", 11, 8),
    Figure("ics", "new --format ics", PROCESS, "ics", "bare", "≤", 13.5, 10),
    Figure("ics-file", "new -o plan.ics", PROCESS, "ics-file", "bare", "≤", 13.5, 10),
    Figure("calendar", "new --format calendar", PROCESS, "calendar", "bare", "≤", 11, 8),
    Figure("timeline", "new --format timeline", PROCESS, "timeline", "bare", "≤", 11, 8),
    Figure("html", "new --format html", PROCESS, "html", "bare", "≤", 7.5, 5.5),
    Figure("next", "next", PROCESS, "next", "bare", "≤", 7.5, 5.5),
    Figure("today", "today", PROCESS, "today", "bare", "≤", 7.5, 5.5),
    Figure("done", "done 1", PROCESS, "done", "bare", "≤", 7.5, 5.5),
    # whole processes, against the scripts of bench/ref
    Figure("script-json", "script : new, json", PROCESS, "plan_json", "json", "≥", 3, 4),
    Figure("script-table", "script : new, table", PROCESS, "plan_table", "table", "≥", 3, 4),
    Figure("script-ics", "script : new, ics", PROCESS, "plan_ics", "ics", "≥", 3, 4),
    # sessions placed with their reasons, against rrule
    Figure(
        "place-1000", "1 000 weekly : rrule", LOOP, "rrule 1000", "weekly 1000", "≥", 0.5, 1, 1000
    ),
    Figure(
        "place-9999", "9 999 weekly : rrule", LOOP, "rrule 9999", "weekly 9999", "≥", 0.5, 1, 9999
    ),
    Figure(
        "place-bound-1000",
        "1 000 constrained : rrule",
        *(LOOP, "rrule 1000", "constrained 1000", "≥", 0.5, 1, 1000),
    ),
    Figure(
        "place-bound-9999",
        "9 999 constrained : rrule",
        *(LOOP, "rrule 9999", "constrained 9999", "≥", 0.5, 1, 9999),
    ),
    # events written, against ics, and what that takes at its peak
    Figure("write", "9 999 events : ics", LOOP, "ics package", "writer", "≥", 3, 7, 9999),
    Figure("write-peak", "peak, 9 999 : 1 000", PEAK, "peak 9999", "peak 1000", "≤", 1.5, 1.25),
    # many rows: plans a second in J, the json module alone on the same rows and documents
    Figure(
        "batch", "rows of a clinic : J", LOOP, "J clinic", "batch clinic", "≥", 0.3, 0.6, 10_000
    ),
    Figure(
        "batch-other",
        "rows all unlike : J",
        *(LOOP, "J unlike", "batch unlike", "≥", 0.3, 0.6, 10_000),
    ),
    Figure(
        "batch-peak", "peak, 100 000 : 10 000", RSS, "batch 100000", "batch 10000", "≤", 1.1, 1.02
    ),
    Figure(
        "batch-alone",
        "a process a plan : batch",
        *(SPAN, "a process a plan", "a batch", "≥", 20, 200),
    ),
    # a table at a terminal, against rich.table.Table
    Figure("rows", "10 000 table rows", LOOP, "our table", "rich table", "≤", 0.2, 0.05, 10_000),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured for a figure, if it could be: the ratio, its range, and both sides."""

    figure: Figure
    ratio: float
    low: float
    high: float
    ours: float
    other: float

    @property
    def verdict(self) -> str:
        """One word: the promise holds, or it is missed."""
        return "holds" if self.figure.holds(self.ratio) else "missed"


def result(figure: Figure, samples: Samples) -> Result | None:
    """Work a figure out: processes by the median of their rounds, loops by the best of both."""
    over, under = samples.get(figure.over), samples.get(figure.under)
    if not over or not under:
        return None
    ratios = [ours / other for ours, other in zip(over, under, strict=True)]
    middle = min if figure.family is Family.LOOP else median
    is_best = figure.family is Family.LOOP
    ours, other = (middle(samples[side]) for side in figure.sides)
    return Result(
        figure=figure,
        ratio=min(over) / min(under) if is_best else median(ratios),
        low=min(ratios),
        high=max(ratios),
        ours=ours,
        other=other,
    )
