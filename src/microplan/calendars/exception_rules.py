"""Expands EXRULE into EXDATE, because libraries don't read EXRULE.

RFC 5545 has dropped it, but older programs still write it (RFC 2445, section 4.8.5.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any


def list_dates(event: Any, first: date, last: date) -> None:  # noqa: ANN401 - icalendar's
    """Replace an event's EXRULEs by the dates they exclude between two days."""
    rules = event.pop("EXRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        excepted = list(_between(rule.to_ical().decode(), event["DTSTART"].dt, first, last))
        if excepted:
            event.add("EXDATE", excepted)


def _between(rule: str, start: date, first: date, last: date) -> Iterator[date]:
    """Yield the days or times of a rule between two days, in local time of ``start``."""
    from dateutil.rrule import rrulestr

    is_timed = isinstance(start, datetime)
    begin = start if isinstance(start, datetime) else datetime.combine(start, time())
    for moment in rrulestr(rule, dtstart=begin):
        if moment.date() > last:
            return
        if moment.date() >= first:
            yield moment if is_timed else moment.date()
