"""Several plans, each with its file and a name that no other has."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from microplan.model import ids, log
from microplan.scheduling.schedule import Scheduled


class FiledPlan(Struct, frozen=True, kw_only=True):
    """One of several plans: the file it was read from, and what people call it.

    ``mark`` is the id if a person chose it, or the beginning of a derived one if several of the
    plans have the same title. Otherwise it is empty.
    """

    file: str
    scheduled: Scheduled
    title: str
    mark: str

    @property
    def name(self) -> str:
        """The title and the mark: ``Kaya, B. (P-002)``."""
        return f"{self.title} ({self.mark})" if self.mark else self.title

    @property
    def flag(self) -> str:
        """What a command needs to find the plan: `` -p plans/P-002.toml``."""
        return f" -p {shlex.quote(self.file)}"


def filed(plans: Sequence[tuple[str, Scheduled]]) -> list[FiledPlan]:
    """Name plans, read from these files, so that no two look the same; a discreet one neutrally."""
    titles = [log.public_title(scheduled.plan) for _, scheduled in plans]
    times = Counter(title.casefold() for title in titles)
    return [
        FiledPlan(
            file=file,
            scheduled=scheduled,
            title=title,
            mark=ids.mark(scheduled.plan.id, is_alone=times[title.casefold()] == 1),
        )
        for (file, scheduled), title in zip(plans, titles, strict=True)
    ]
