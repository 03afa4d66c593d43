"""Several plans in one calendar file: by date, or one after another as they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from microplan.formats import Subject, ical
from microplan.formats.ical import Days
from microplan.model import log
from microplan.scheduling.events import Event
from microplan.scheduling.sequence import events

NAME = "Appointments"


def joined(subjects: Sequence[Subject]) -> Iterator[str]:
    """Write several plans as one calendar; the titles of care include the plan."""
    entries = [event for subject in subjects for event in _named(subject)]
    entries.sort(key=lambda event: (str(event.start), event.uid))
    zones = {subject.plan.rules.tz for subject in subjects}
    return ical.render(entries, name=NAME, tz=_only(zones), spans=ical.spans(entries))


class InTurn:
    """Writes any number of plans as one calendar, in the order they come."""

    def __init__(self) -> None:
        self.zones: set[str] = set()
        self.spans: dict[str, Days] = {}

    def add(self, subject: Subject) -> Iterator[str]:
        """Write the events of one more plan."""
        entries = list(_named(subject))
        self.zones.add(subject.plan.rules.tz)
        for key, (first, last) in ical.spans(entries).items():
            begins, ends = self.spans.get(key, (first, last))
            self.spans[key] = min(first, begins), max(last, ends)
        return (ical.entry(event, self.spans) for event in entries)

    def head(self) -> Iterator[str]:
        """Write the part above all events, with the zones for the days of their events."""
        return ical.top(NAME, _only(self.zones), self.spans)

    def end(self) -> str:
        """Write the part below all events."""
        return ical.END


def _only(zones: set[str]) -> str:
    """Return the zone that all plans share; empty if they have several."""
    return next(iter(zones)) if len(zones) == 1 else ""


def _named(subject: Subject) -> Iterator[Event]:
    """Yield the events of a plan, with its name in the titles of care."""
    plan = subject.plan
    title = log.public_title(plan, "")
    for event in events(plan, subject.sessions, with_care=subject.with_care is not False):
        of = title if event.category not in ("", "Session") else ""
        name = ", ".join(part for part in (of, subject.mark) if part)
        yield replace(event, summary=f"{event.summary} ({name})") if name else event
