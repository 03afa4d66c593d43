"""Records photos of a plan, and matches them to the checkpoints that ask for photos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from microplan.amendments.amended import Amended, Stamp, extended, unchanged
from microplan.errors import RefusedError
from microplan.model import log
from microplan.model.entries import Photo
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
            now = extended(now, entry).now
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
