"""Pairs photos to compare with their dates hidden, and sums up the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

from msgspec import Struct

from microplan.amendments.amended import Amended, Stamp, extended
from microplan.model import log
from microplan.model.entries import Answer, Compared, Photo
from microplan.model.plan import Plan
from microplan.scheduling import schedule


class Pair(Struct, frozen=True):
    """Two photos of one view, taken on different days."""

    earlier: Photo
    later: Photo


class SeenPair(Struct, frozen=True):
    """A pair and how much fuller its later photo looked, each time it was compared."""

    pair: Pair
    steps: tuple[int, ...]


def pairs(photos: Iterable[Photo]) -> list[Pair]:
    """List all pairs of photos from different days."""
    ordered = sorted(photos, key=lambda photo: photo.on)
    return [Pair(one, other) for one, other in combinations(ordered, 2) if one.on < other.on]


def record(plan: Plan, view: str, answers: Sequence[Answer], stamp: Stamp) -> Amended:
    """Record the answers about pairs of photos."""
    entry = Compared(view=view, answers=tuple(answers), recorded=stamp.recorded, note=stamp.note)
    return extended(schedule.scheduled(plan), entry)


def of_view(plan: Plan, view: str) -> list[SeenPair]:
    """List the compared pairs of a view, sorted by the days of their photos.

    Uses the photos' current days: after a correction, the earlier photo may be the later one.
    Answers about undone photos don't count.
    """
    own = {photo.digest: photo for photo in log.photos(plan) if photo.view == view}
    steps: dict[tuple[str, str], list[int]] = {}
    for answer in _answers(plan, view):
        steps.setdefault((answer.earlier, answer.later), []).append(answer.step)
        steps.setdefault((answer.later, answer.earlier), []).append(-answer.step)
    compared = (
        SeenPair(pair, tuple(steps.get((pair.earlier.digest, pair.later.digest), ())))
        for pair in pairs(own.values())
    )
    return [one for one in compared if one.steps]


def _answers(plan: Plan, view: str) -> Iterator[Answer]:
    for entry in log.comparisons(plan):
        if entry.view == view:
            yield from entry.answers


def steps_by_day(plan: Plan, comparison: Compared) -> list[int]:
    """List how much fuller the later photo of each pair looked, by the photos' current days."""
    days = {p.digest: p.on for p in log.photos(plan) if p.view == comparison.view}
    return [
        -answer.step if _is_turned(answer, days) else answer.step for answer in comparison.answers
    ]


def _is_turned(answer: Answer, days: Mapping[str, date]) -> bool:
    """Whether corrected days swap the two photos of an answer."""
    earlier, later = days.get(answer.earlier), days.get(answer.later)
    return earlier is not None and later is not None and later < earlier


def in_words(steps: Sequence[int]) -> str:
    """Sum up answers: ``the later photo looked fuller in 2 (+1, +2), no different in 1``."""
    fuller, less = sorted(s for s in steps if s > 0), sorted(s for s in steps if s < 0)
    counts = (
        f"fuller in {len(fuller)} ({_listed(fuller)})" if fuller else "",
        f"less full in {len(less)} ({_listed(less)})" if less else "",
        f"no different in {steps.count(0)}" if 0 in steps else "",
    )
    return f"the later photo looked {', '.join(filter(None, counts))}"


def _listed(steps: Sequence[int]) -> str:
    return ", ".join(map(signed, steps))


def signed(step: int) -> str:
    """Write a step with its sign: ``+2``, ``-1``, ``0``."""
    return f"{step:+}" if step else "0"
