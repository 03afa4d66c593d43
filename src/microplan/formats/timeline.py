"""Draws the plan as a timeline for each phase: sessions, windows, early, late and today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace
from rich.console import RenderableType
from rich.text import Text

from microplan.amendments import agenda
from microplan.amendments.agenda import Standing
from microplan.formats import Subject
from microplan.formats import screen as drawing
from microplan.formats.screen import Screen, Sign
from microplan.model.plan import Session, Status
from microplan.model.rules import Rules
from microplan.model.values import Pace, Step
from microplan.wording import phrases

EARLY = Sign(drawn="‹", plain="<", means="done early", style="done")
BELATED = Sign(drawn="›", plain=">", means="done late", style="done")
OUTSIDE = Sign(drawn="○", plain="o", means="outside its window", style="next")
WINDOW = Sign(drawn="═", plain="=", means="window", style="line")
TODAY = Sign(drawn="│", plain="|", means="today", style="due")
MANY = Sign(drawn="#", plain="#", means="ten or more sessions in one place", style="next")
COUNTS = tuple(
    Sign(drawn=str(n), plain=str(n), means="number of sessions in one place", style="next")
    for n in range(2, 10)
)
"""Signs for several sessions in one column; the table lists them."""
SIGNS = (*drawing.OF_STATUS.values(), drawing.LATE, EARLY, BELATED, OUTSIDE, WINDOW, TODAY, MANY)

LEAST = 24
"""Least columns for a line beside its name; with less room it goes below."""
WIDEST = 3
"""Most columns for one day, so that a short plan doesn't look like a long one."""
STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
"""Months between labels to try; from a year on, labels are only years."""
MONTHS_A_YEAR = 12


def timeline(subject: Subject) -> Iterator[str]:
    """Draw the phases over a common axis, and the legend."""
    screen = Screen.of(subject.canvas)
    yield from screen.printed(
        *drawing.head(screen, subject), *_body(screen, subject), *drawing.foot(screen, subject)
    )


def _body(screen: Screen, subject: Subject) -> Iterator[RenderableType]:
    kept = [session for session in subject.sessions if session.status is not Status.DROPPED]
    phases = _phases(kept)
    indent = max(screen.text(phase.name).cell_len for phase in phases) + 2
    if screen.canvas.width - indent < LEAST:
        indent = 0
    axis = _axis(kept, screen.canvas.width - indent)
    bars = [_bar(phase.sessions, axis, subject.today) for phase in phases]
    for label in labels(axis):
        yield from _beside(Text(), Text(label, "head"), indent)
    for phase, bar in zip(phases, bars, strict=True):
        yield from _beside(screen.text(phase.name), _drawn(screen, bar), indent)
    yield ""
    seen = {sign for bar in bars for sign in bar if sign is not None}
    yield from screen.legend(dict(_legend(seen, axis)))
    yield ""


def _beside(name: Text, line: Text, indent: int) -> Iterator[Text]:
    """Put a line beside its name, or below it if there's no room."""
    if indent:
        name.pad_right(indent - name.cell_len)
        yield name + line
    else:
        yield from filter(None, (name, line))


# --- phases ---------------------------------------------------------------------------------


class _Phase(Struct, frozen=True):
    """Sessions at one interval, and the label of their line."""

    name: str
    sessions: Sequence[Session]


def _phases(sessions: Sequence[Session]) -> list[_Phase]:
    """Split the sessions by phase, each labelled with its numbers, interval and progress."""
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
    """Yield the interval of each run; revised rules start again with their first step."""
    before, index = None, 0
    for run in runs:
        rules = run[0].rules
        index = index + 1 if _placing(rules) == before else 0
        before = _placing(rules)
        if isinstance(rules.every, Pace):
            yield phrases.span(rules.every.steps[min(index, len(rules.every.steps) - 1)].span)
        else:
            yield "by a rule"


def _placing(rules: Rules) -> Rules:
    """Reduce rules to what all phases of one pace share, without times or numbers."""
    steps = rules.every.steps if isinstance(rules.every, Pace) else ()
    spans = tuple(Step(count=None, span=step.span) for step in steps)
    every = Pace(steps=spans) if spans else rules.every
    return replace(rules.without_details(), every=every, sessions=None, until=None)


def _numbers(run: Sequence[Session]) -> str:
    return f"#{phrases.numbers(range(run[0].number, run[-1].number + 1))}"


def _done(run: Sequence[Session]) -> str:
    return f"{sum(session.status is Status.DONE for session in run)}/{len(run)} done"


# --- lines ----------------------------------------------------------------------------------

Bar = list[Sign | None]


def _bar(sessions: Sequence[Session], axis: Axis, today: date) -> Bar:
    """Choose the sign of every column: a session over today, today over a window."""
    bar: Bar = [None] * axis.columns
    for session in sessions:
        first, last = axis.column(session.earliest), axis.column(session.latest)
        bar[first : last + 1] = [WINDOW] * (last + 1 - first)
    if axis.first <= today <= axis.last:
        bar[axis.column(today)] = TODAY
    places: dict[int, list[Session]] = {}
    for session in sessions:
        places.setdefault(axis.column(session.date), []).append(session)
    for column, here in places.items():
        bar[column] = _sign(here[0], today) if len(here) == 1 else _count(len(here))
    return bar


def _count(number: int) -> Sign:
    return COUNTS[number - 2] if number < len(COUNTS) + 2 else MANY


def _sign(session: Session, today: date) -> Sign:
    """Choose the sign of a session, which shows if it's early, late or outside its window."""
    match agenda.standing(session, today):
        case Standing.EARLY:
            return EARLY
        case Standing.LATE if session.status is Status.DONE:
            return BELATED
        case Standing.UPCOMING | Standing.DUE:
            is_right = session.earliest <= session.date <= session.latest
            return drawing.PLANNED if is_right else OUTSIDE
        case _:
            return drawing.sign_of(session, today)


def _drawn(screen: Screen, bar: Bar) -> Text:
    return Text.assemble(
        *(" " if sign is None else (screen.drawn(sign), sign.style) for sign in bar)
    )


def _legend(seen: set[Sign], axis: Axis) -> Iterator[tuple[Sign, str]]:
    """Yield the signs that occur with their meanings; counts share one entry."""
    yield from ((sign, sign.means) for sign in SIGNS if sign in seen)
    counts = [sign.drawn for sign in COUNTS if sign in seen]
    if counts:
        digits = phrases.numbers(sorted(map(int, counts)))
        plain = digits.replace("–", "-")
        yield Sign(drawn=digits, plain=plain, means=COUNTS[0].means), COUNTS[0].means
    days = round(axis.days / axis.columns)
    if axis.days > axis.columns:
        yield SCALE, f"a column is about {phrases.count(days, 'day')}"


SCALE = Sign(drawn="↔", plain="<->", means="scale")


# --- the axis -------------------------------------------------------------------------------


class Axis(Struct, frozen=True, kw_only=True):
    """The days from ``first`` to ``last`` inclusive, on a line of ``width`` columns."""

    first: date
    last: date
    columns: int

    @property
    def days(self) -> int:
        """The number of days, including both ends."""
        return (self.last - self.first).days + 1

    def column(self, day: date) -> int:
        """Find the column of a day, from 0; later days never have earlier columns."""
        return (day - self.first).days * self.columns // self.days


def _axis(sessions: Sequence[Session], width: int) -> Axis:
    """Make the axis from the earliest window or session to the latest."""
    first = min(min(session.earliest, session.date) for session in sessions)
    last = max(max(session.latest, session.date) for session in sessions)
    return Axis(first=first, last=last, columns=min(width, ((last - first).days + 1) * WIDEST))


def labels(axis: Axis) -> tuple[str, ...]:
    """Write a line of years and a line of months, each label at the column of its first day.

    The first label is for the month of the first day. Labels as many months as fit; a label that
    would run past the end is left out.
    """
    step = next((step for step in STEPS if _fits(axis, step)), STEPS[-1])
    ticks = [axis.first, *(day for day in _firsts(axis, step) if day > axis.first)]
    if step >= MONTHS_A_YEAR:
        return (_written(axis, [(day, str(day.year)) for day in ticks]),)
    named = [(day, phrases.MONTHS[day.month - 1]) for day in ticks]
    years = [(day, str(day.year)) for day in ticks if day is axis.first or day.month == 1]
    return _written(axis, years), _written(axis, named)


def _fits(axis: Axis, step: int) -> bool:
    """Whether labels ``step`` months apart have a space between them."""
    widest = 4 if step >= MONTHS_A_YEAR else 3
    shortest = step * 28  # the fewest days between labels, which gives their fewest columns
    return shortest * axis.columns // axis.days > widest


def _firsts(axis: Axis, step: int) -> Iterator[date]:
    """Yield the first day of every ``step``-th calendar month on the line."""
    month = -(-(axis.first.year * MONTHS_A_YEAR + axis.first.month - 1) // step) * step
    while month < axis.last.year * MONTHS_A_YEAR + axis.last.month:
        year, of_year = divmod(month, MONTHS_A_YEAR)
        yield date(year, of_year + 1, 1)
        month += step


def _written(axis: Axis, named: list[tuple[date, str]]) -> str:
    """Write labels at their columns; drop the first one if the second is too close."""
    line = ""
    for index, (day, label) in enumerate(named):
        column = axis.column(day)
        if index == 0 and len(named) > 1 and axis.column(named[1][0]) <= len(label):
            continue
        if column >= len(line) + bool(line) and column + len(label) <= axis.columns:
            line = f"{line:<{column}}{label}"
    return line
