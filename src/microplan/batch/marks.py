"""What tells plans of one title apart, where they come one after another."""

from __future__ import annotations

from microplan.model import ids
from microplan.model.plan import TITLE, Plan
from microplan.scheduling import events


class Marks:
    """The ids that people see beside titles.

    One that was chosen always shows. A derived one does from the second plan of a title on, and
    beside the title that every plan has which was given none.
    """

    def __init__(self) -> None:
        self.titles: set[str] = set()

    def mark(self, plan: Plan) -> str:
        """Give the mark of the next plan."""
        title = (events.name_of(plan) or events.NEUTRAL).casefold()
        mark = ids.mark(plan.id, is_alone=plan.title != TITLE and title not in self.titles)
        if mark != plan.id:
            self.titles.add(title)
        return mark
