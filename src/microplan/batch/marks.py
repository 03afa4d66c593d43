"""Tells plans with the same title apart when they are written one after another."""

from __future__ import annotations

from microplan.model import ids, log
from microplan.model.plan import TITLE, Plan


class Marks:
    """The ids that people see beside titles.

    A chosen id is always shown. A derived one is shown from the second plan with a title on, and
    beside the default title.
    """

    def __init__(self) -> None:
        self.titles: set[str] = set()

    def mark(self, plan: Plan) -> str:
        """Give the mark of the next plan."""
        title = log.public_title(plan).casefold()
        mark = ids.mark(plan.id, is_alone=plan.title != TITLE and title not in self.titles)
        if mark != plan.id:
            self.titles.add(title)
        return mark
