"""Several plans, each with its file and a unique name."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from microplan.model import ids, log
from microplan.scheduling.schedule import Scheduled


class FiledPlan(Struct, frozen=True, kw_only=True):
    """One of several plans: its file, its title, and a mark to tell it apart.

    ``mark`` is the id if a person chose it, the start of a derived id if several plans have the
    same title, and empty otherwise.
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
        """The flag that selects the plan in a command: `` -p plans/P-002.toml``."""
        return f" -p {shlex.quote(self.file)}"


def filed(plans: Sequence[tuple[str, Scheduled]]) -> list[FiledPlan]:
    """Give each plan a unique name; a discreet plan gets a neutral one."""
    titles = [log.public_title(scheduled.plan) for _, scheduled in plans]
    times = Counter(title.casefold() for title in titles)
    return [
        FiledPlan(
            file=file,
            scheduled=scheduled,
            title=title,
            mark=ids.short_id(scheduled.plan.id, is_alone=times[title.casefold()] == 1),
        )
        for (file, scheduled), title in zip(plans, titles, strict=True)
    ]
