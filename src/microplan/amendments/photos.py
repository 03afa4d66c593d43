"""Records photos of a plan and how pairs of them compare, and matches them to checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

from msgspec import Struct

from microplan.amendments.amended import Amended, Stamp, extended, unchanged
from microplan.errors import RefusedError
from microplan.model import log
from microplan.model.entries import Answer, Compared, Photo
from microplan.model.plan import Plan
from microplan.scheduling import schedule
from microplan.scheduling.care import Checked, Item
from microplan.wording import phrases

VIEWS = ("crown", "front", "temples", "part")
"""The usual views; a person may name others."""
NEAR = 7
"""Most days between a photo and the checkpoint it counts for."""


class Taken(Struct, frozen=True, kw_only=True):
    """A photo to record: its path, its digest, and the day it was taken."""

    path: str
    digest: str
    on: date


def add(plan: Plan, view: str, taken: Iterable[Taken], today: date, stamp: Stamp) -> Amended:
    """Record photos of a view, except those already recorded."""
    before = now = schedule.scheduled(plan)
    for picture in taken:
        if picture.on > today:
            raise RefusedError(
                f"{phrases.day(picture.on)} is in the future; give the day of the photo with --on"
            )
        entry = Photo(
            path=picture.path,
            view=named(now.plan, view),
            on=picture.on,
            digest=picture.digest,
            recorded=stamp.recorded,
            note=stamp.note,
        )
        if not _is_known(now.plan, entry):
            now = extended(now, entry).scheduled_after
    return (
        Amended(before, now)
        if now is not before
        else unchanged(before, "That photo is already recorded")
    )


def _is_known(plan: Plan, entry: Photo) -> bool:
    key = (entry.path, entry.view, entry.on, entry.digest)
    return any((p.path, p.view, p.on, p.digest) == key for p in log.photos(plan))


def named(plan: Plan, view: str) -> str:
    """Spell a view as the plan already does, ignoring case."""
    known = (photo.view for photo in log.photos(plan))
    return next((name for name in known if name.casefold() == view.casefold()), view)


def by_view(plan: Plan) -> dict[str, list[Photo]]:
    """Group the photos of a plan by view, each by day."""
    views: dict[str, list[Photo]] = {}
    for photo in log.photos(plan):
        views.setdefault(photo.view, []).append(photo)
    return views


# --- days that ask for photos ---------------------------------------------------------------


def is_asked_for(item: Item) -> bool:
    """Whether an item of care is a checkpoint that asks for a photo."""
    return isinstance(item, Checked) and "photo" in item.name.casefold()


def ticked(items: Sequence[Item], plan: Plan) -> set[tuple[str, int]]:
    """Find the photo checkpoints, by name and number, that have a photo.

    A photo counts for the nearest checkpoint within ``NEAR`` days.
    """
    asked = [item for item in items if isinstance(item, Checked) and is_asked_for(item)]
    ticks = set()
    for photo in log.photos(plan):
        near = [item for item in asked if abs(item.day - photo.on).days <= NEAR]
        if near:
            best = min(abs(item.day - photo.on) for item in near)
            ticks |= {(i.name, i.number) for i in near if abs(i.day - photo.on) == best}
    return ticks


# --- how they compare ------------------------------------------------------------------------


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


def compare(plan: Plan, view: str, answers: Sequence[Answer], stamp: Stamp) -> Amended:
    """Record the answers about pairs of photos."""
    entry = Compared(view=view, answers=tuple(answers), recorded=stamp.recorded, note=stamp.note)
    return extended(schedule.scheduled(plan), entry)


def compared(plan: Plan, view: str) -> list[SeenPair]:
    """List the compared pairs of a view, sorted by the days of their photos.

    Uses the photos' current days: after a correction, the earlier photo may be the later one.
    Answers about undone photos don't count.
    """
    own = {photo.digest: photo for photo in log.photos(plan) if photo.view == view}
    steps: dict[tuple[str, str], list[int]] = {}
    for answer in _answers(plan, view):
        steps.setdefault((answer.earlier, answer.later), []).append(answer.step)
        steps.setdefault((answer.later, answer.earlier), []).append(-answer.step)
    seen = (
        SeenPair(pair, tuple(steps.get((pair.earlier.digest, pair.later.digest), ())))
        for pair in pairs(own.values())
    )
    return [one for one in seen if one.steps]


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


def steps_in_words(steps: Sequence[int]) -> str:
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
