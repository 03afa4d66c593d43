"""The content of a page about one plan, computed before anything is written."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from microplan.amendments import agenda
from microplan.formats import Subject
from microplan.formats.html.elements import Markup, element
from microplan.model import dates, log
from microplan.model.plan import Plan, Session
from microplan.model.rules import Rules
from microplan.scheduling import surroundings
from microplan.scheduling.care import Item
from microplan.wording import phrases


class HtmlModel(Struct, frozen=True, kw_only=True):
    """The content of a page about one plan; ``level`` is the level of its heading.

    ``first_weekday`` is 0 for Monday. ``has_depths`` is whether to show needle lengths, because
    sessions differ in them and the plan isn't discreet.
    """

    plan: Plan
    rules: Rules
    sessions: tuple[Session, ...]
    items: tuple[Item, ...]
    undated: tuple[tuple[str, str], ...]
    today: date
    coming: Session | None
    discreet: bool
    has_depths: bool
    level: int
    first_weekday: int
    mark: str

    @property
    def title(self) -> str:
        """The title of the plan."""
        return log.public_title(self.plan, "Appointments")

    @property
    def noun(self) -> str:
        """The word for one session."""
        return "appointment" if self.discreet else "session"

    def heading(self, words: str) -> Markup:
        """Make a heading one level below the plan's."""
        return element(f"h{self.level + 1}", words)


def new_plan(subject: Subject, level: int = 1) -> HtmlModel:
    """Find out what a page says of a plan; without care it is one that has none."""
    plan, sessions = subject.plan, subject.sessions
    if subject.with_care is False:
        plan = log.without_care(plan)
    around = surroundings.of(plan, sessions)
    discreet = log.is_discreet(plan)
    return HtmlModel(
        plan=plan,
        rules=log.rules_in_force(plan)[1],
        sessions=sessions,
        items=around.items,
        undated=tuple(around.undated(sessions, subject.today)),
        today=subject.today,
        coming=agenda.upcoming(sessions, subject.today),
        discreet=discreet,
        has_depths=not discreet and len({session.rules.needle for session in sessions}) > 1,
        level=level,
        first_weekday=subject.canvas.first_weekday,
        mark=subject.mark,
    )


def day(value: date) -> Markup:
    """Write a day."""
    return element("time", phrases.day(value), datetime=value.isoformat())


def moment(session: Session) -> Markup:
    """Say the day of a session, its hour on a line of its own where there is no room beside it."""
    start, _ = dates.start_and_end(session)
    hour = agenda.hour(session)
    parts = [" ", element("span", hour, class_="hour")] if hour else []
    name = element("span", phrases.day(session.date), class_="date")
    return element("time", name, *parts, datetime=start.isoformat())
