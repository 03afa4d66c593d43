"""Compares a plan with the published courses: how deep, and how often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from microplan.courses import library, notices
from microplan.model import dates
from microplan.model.entries import Amendment, Revised
from microplan.model.rules import Rules
from microplan.model.values import Setting, Step, millimetres
from microplan.rules import words
from microplan.wording import phrases

ANY_DAY = date(2001, 1, 1)
"""A start day for measuring a pace, since a course has no days."""
WEEK = 7
MONTH = 28
"""Days in the shortest month."""
COMPARED = {"depth", "setting", "every"}
"""Rule words to compare with the courses."""


def beyond(rules: Rules) -> tuple[str, ...]:
    """List where a plan goes beyond all published courses, in needle length or pace.

    Compares each phase separately. A course counts for its own needle length and all shorter ones.
    For home use, ``notices.deep_at_home`` covers the needle length.
    """
    is_repeated = dates.total(rules) > 1
    notices = (
        _beyond(
            millimetres(rules.depth.of_phase(phase).deepest) if rules.depth else 0.0,
            _days(step) if is_repeated else MONTH,
            is_home=rules.setting is Setting.HOME,
        )
        for phase, step in enumerate(dates.steps(rules))
    )
    return tuple(dict.fromkeys(filter(None, notices)))


def of_revision(entries: Iterable[Amendment]) -> tuple[str, ...]:
    """Compare a revised needle length or pace with the courses; empty if neither changed."""
    revised = [entry for entry in entries if isinstance(entry, Revised)]
    if not any(COMPARED & entry.words.keys() for entry in revised):
        return ()
    rules = revised[-1].rules
    return (*notices.deep_at_home(rules), *beyond(rules))


def _beyond(depth: float, days: int, *, is_home: bool) -> str:
    """Compare one needle length in mm (0 if none is given) and one interval in days."""
    courses = _courses()
    deepest = max(length for length, _ in courses)
    least = min(interval for length, interval in courses if length >= min(depth, deepest))
    is_deeper, is_closer = depth > deepest and not is_home, days < least
    own, limits = [], []
    if is_closer:
        own.append(f"every {_each(days)}")
        limits.append(f"more often than {_often(least)}{' at that depth' if depth else ''}")
    if depth:
        own.append(f"{'at ' if own else ''}{depth:g} mm")
    if is_deeper:
        limits.insert(0, f"deeper than {deepest:g} mm")
    if not limits:
        return ""
    text = " ".join(own)
    return f"{text[0].upper()}{text[1:]}: no course here needles {' or '.join(limits)}."


@cache
def _courses() -> tuple[tuple[float, int], ...]:
    """List the needle length in mm (0 if unstated) and shortest interval in days of each course."""
    return tuple(_recorded())


def _recorded() -> Iterator[tuple[float, int]]:
    for course in map(library.load, library.ids()):
        for way in course.ways():
            stated = course.stated(way)
            depth = stated.get("depth")
            length = millimetres(depth.value) if depth else 0.0
            rules = Rules(start=ANY_DAY, every=words.every(stated["pace"].value, "every"))
            yield length, min(map(_days, dates.steps(rules)))


def _days(step: Step) -> int:
    """Count the days of a step; a month counts as 28."""
    return MONTH * step.span.months + step.span.days


def _often(days: int) -> str:
    return "once a week" if days == WEEK else f"every {_each(days)}"


def _each(days: int) -> str:
    """Format an interval: ``day``, ``3 days``, ``week``, ``2 weeks``."""
    weeks, rest = divmod(days, WEEK)
    number, unit = (days, "day") if rest or not weeks else (weeks, "week")
    return unit if number == 1 else phrases.count(number, unit)
