"""Lists what a rule of exceptions leaves out of an event, as EXDATE, which libraries read.

RFC 5545 has no EXRULE any more; RFC 2445, section 4.8.5.2, had, and older programs write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any


def list_dates(event: Any, first: date, last: date) -> None:  # noqa: ANN401 - icalendar's
    """Put the dates that are excepted between two days in the place of the rules."""
    rules = event.pop("EXRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        excepted = list(_between(rule.to_ical().decode(), event["DTSTART"].dt, first, last))
        if excepted:
            event.add("EXDATE", excepted)


def _between(rule: str, start: date, first: date, last: date) -> Iterator[date]:
    """Yield the days or times of a rule from ``start`` on, by the clock of its zone."""
    from dateutil.rrule import rrulestr

    is_timed = isinstance(start, datetime)
    begin = start if isinstance(start, datetime) else datetime.combine(start, time())
    for moment in rrulestr(rule, dtstart=begin):
        if moment.date() > last:
            return
        if moment.date() >= first:
            yield moment if is_timed else moment.date()
