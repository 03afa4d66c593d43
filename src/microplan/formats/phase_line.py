"""A plan as one line per phase over a common axis: sessions, their windows, early, late, today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from msgspec import Struct
from rich.segment import Segment

from microplan.amendments import agenda
from microplan.amendments.agenda import Standing
from microplan.formats import axis, page
from microplan.formats.axis import Axis
from microplan.formats.columns import wrap
from microplan.formats.page import BOLD, DIM, GREEN, NEWLINE, Page, Part, Pen, Sign
from microplan.model.plan import Session, Status
from microplan.model.values import Pace
from microplan.wording import phrases

EARLY = Sign(drawn="‹", plain="<", means="done early", style=GREEN)
BELATED = Sign(drawn="›", plain=">", means="done late", style=GREEN)
OUTSIDE = Sign(drawn="○", plain="o", means="outside its window", style=BOLD)
WINDOW = Sign(drawn="═", plain="=", means="window", style=DIM)
TODAY = Sign(drawn="│", plain="|", means="today", style=DIM)
MANY = Sign(drawn="#", plain="#", means="ten or more in one place", style=BOLD)
COUNT_SIGNS = tuple(
    Sign(drawn=str(n), plain=str(n), means="sessions in one place", style=BOLD)
    for n in range(2, 10)
)
"""Several sessions in one column are counted: which they are, the table says."""
SIGNS = (*page.OF_STATUS.values(), page.LATE, EARLY, BELATED, OUTSIDE, WINDOW)

LEAST = 24
"""Columns that a line needs to stand beside its name; on fewer it stands below."""
WIDEST = 3
"""Columns for one day at most, so that a short plan does not look like a long one."""


class Timeline(Page, frozen=True, kw_only=True):
    """A plan as a line of time for each phase, and what the signs mean."""

    def body(self, pen: Pen) -> Iterator[Segment]:
        """Yield the lines of the sessions that are part of the plan."""
        kept = [session for session in self.sessions if session.status is not Status.DROPPED]
        return _chart(kept, self.today, pen)


# --- phases ---------------------------------------------------------------------------------


class _Phase(Struct, frozen=True):
    """Sessions at one interval, and how that is written before their line."""

    name: str
    sessions: Sequence[Session]


def _phases(sessions: Sequence[Session]) -> list[_Phase]:
    """Part the sessions by phase, each named by its numbers, its interval and what was done."""
    runs = [list(run) for _, run in groupby(sessions, key=lambda session: session.phase)]
    columns = [[_numbers(run) for run in runs], list(_steps(runs))]
    if agenda.last_done(sessions):
        columns.append([_done(run) for run in runs])
    rows = zip(*map(_padded, columns), strict=True)
    return [_Phase("  ".join(row), run) for row, run in zip(rows, runs, strict=True)]


def _padded(cells: Sequence[str]) -> list[str]:
    widest = max(map(len, cells))
    return [f"{cell:<{widest}}" for cell in cells]


def _steps(runs: Sequence[Sequence[Session]]) -> Iterator[str]:
    """Tell the interval of each run; under other rules the steps are counted anew."""
    rules, place = None, 0
    for run in runs:
        place = place + 1 if run[0].rules == rules else 0
        rules = run[0].rules
        if isinstance(rules.every, Pace):
            yield phrases.span(rules.every.steps[min(place, len(rules.every.steps) - 1)].span)
        else:
            yield "by a rule"


def _numbers(run: Sequence[Session]) -> str:
    first, last = run[0].number, run[-1].number
    return f"#{first}" if first == last else f"#{first}–{last}"


def _done(run: Sequence[Session]) -> str:
    return f"{sum(session.status is Status.DONE for session in run)}/{len(run)} done"


# --- lines ----------------------------------------------------------------------------------


def _chart(sessions: Sequence[Session], today: date, pen: Pen) -> Iterator[Segment]:
    phases = _phases(sessions)
    names = [pen.say(phase.name) for phase in phases]
    indent = max(map(len, names)) + 2
    if pen.width - indent < LEAST:
        indent = 0
    line = _axis(sessions, pen.width - indent)
    seen: set[Sign] = set()
    for label in axis.labels(line):
        yield from page.line([(" " * indent, None), (label, DIM)])
    for phase, name in zip(phases, names, strict=True):
        bar = _bar(phase.sessions, line, today)
        seen.update(sign for sign in bar if sign is not None)
        if not indent:
            yield from page.lines(wrap(name.rstrip(), pen.width))
        drawn = [(" ", None) if sign is None else (pen.sign(sign), sign.style) for sign in bar]
        yield from page.line([(f"{name:<{indent}}" * bool(indent), None), *drawn])
    yield from _pointer(line, today, indent, pen)
    yield NEWLINE
    yield from page.legend([*_keys(seen, pen), *_scale(line, pen)], pen)


def _axis(sessions: Sequence[Session], width: int) -> Axis:
    """Lay the axis from the first day that is right for a session, or has one, to the last."""
    first = min(min(session.earliest, session.date) for session in sessions)
    last = max(max(session.latest, session.date) for session in sessions)
    return Axis(first=first, last=last, columns=min(width, ((last - first).days + 1) * WIDEST))


def _bar(sessions: Sequence[Session], line: Axis, today: date) -> list[Sign | None]:
    """Choose the sign of every column: a session over today, today over a window."""
    bar: list[Sign | None] = [None] * line.columns
    for session in sessions:
        first, last = line.column(session.earliest), line.column(session.latest)
        bar[first : last + 1] = [WINDOW] * (last + 1 - first)
    if line.first <= today <= line.last:
        bar[line.column(today)] = TODAY
    places: dict[int, list[Session]] = {}
    for session in sessions:
        places.setdefault(line.column(session.date), []).append(session)
    for column, here in places.items():
        bar[column] = _sign(here[0], today) if len(here) == 1 else _count(len(here))
    return bar


def _count(number: int) -> Sign:
    return COUNT_SIGNS[number - 2] if number < len(COUNT_SIGNS) + 2 else MANY


def _sign(session: Session, today: date) -> Sign:
    """Choose the sign of a session; one that is early, late or out of its window has another."""
    match agenda.standing(session, today):
        case Standing.EARLY:
            return EARLY
        case Standing.LATE if session.status is Status.DONE:
            return BELATED
        case Standing.UPCOMING | Standing.DUE:
            is_right = session.earliest <= session.date <= session.latest
            return page.PLANNED if is_right else OUTSIDE
        case _:
            return page.sign_of(session, today)


def _pointer(line: Axis, today: date, indent: int, pen: Pen) -> Iterator[Segment]:
    """Point at today from below, its word on the side that has room."""
    if not line.first <= today <= line.last:
        return
    column = indent + line.column(today)
    word = TODAY.means
    if column + len(word) + 2 <= pen.width:
        parts: list[Part] = [(" " * column, None), (f"^ {word}", DIM)]
    elif column > len(word):
        parts = [(" " * (column - len(word) - 1), None), (f"{word} ^", DIM)]
    else:
        parts = [(" " * column, None), ("^", DIM)]
    yield from page.line(parts)


def _keys(seen: set[Sign], pen: Pen) -> Iterator[str]:
    """Tell what the signs mean that occur; counts are told together."""
    yield from (pen.key(sign) for sign in SIGNS if sign in seen)
    counts = [pen.sign(sign) for sign in COUNT_SIGNS if sign in seen]
    if counts:
        digits = counts[0] if len(counts) == 1 else pen.say(f"{counts[0]}–{counts[-1]}")
        yield f"{digits} {COUNT_SIGNS[0].means}"
    if MANY in seen:
        yield pen.key(MANY)


def _scale(line: Axis, pen: Pen) -> Iterator[str]:
    """Tell how many days a column stands for, if it is more than one."""
    days = round(line.days / line.columns)
    if line.days > line.columns:
        yield pen.say(f"a column is about {phrases.count(days, 'day')}")
