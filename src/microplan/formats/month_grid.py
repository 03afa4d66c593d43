"""The months of a plan as grids to look at, side by side as far as the width holds.

A day has one sign: its session, or else what is to be done on it, what is paused, what closes it.
The sign of today stands before them all, and the key below the grids says what is on that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from msgspec import Struct
from rich.segment import Segment

from microplan.formats import months, page
from microplan.formats.columns import flow
from microplan.formats.months import Month, MonthDay
from microplan.formats.page import BOLD, DIM, NEWLINE, REVERSE, Page, Part, Pen, Sign
from microplan.model.plan import Status
from microplan.wording import phrases

CLOSED = Sign(drawn="×", plain="x", means="closed", style=DIM)
PAUSED = Sign(drawn="·", plain="p", means="paused")  # 15.16 would be a number
CARE = Sign(drawn="°", plain="o", means="care")
TODAY = Sign(drawn=">", plain=">", means="today", style=REVERSE)
HOLE = Sign(drawn="…", plain="...", means="months with nothing on them are left out", style=DIM)
ORDER = (*page.OF_STATUS.values(), page.LATE, CARE, PAUSED, CLOSED, TODAY, HOLE)
"""The signs as the key lists them."""

EMPHASIS = {page.PLANNED: BOLD, page.LATE: BOLD, TODAY: REVERSE, CLOSED: DIM}
"""How the number of a day looks that has a sign."""

BEFORE = "a sign stands before its day"
"""Said below the grids: between two numbers a sign could belong to either."""
CELL, WIDTH, BETWEEN = 3, 21, 3
"""Cells of a day, of a month, and between two months."""
MOST_EMPTY = 2
"""Months in a row that are shown although nothing is on them."""


class Almanac(Page, frozen=True, kw_only=True):
    """A plan as month grids, and what the signs mean; ``first_weekday`` is 0 for Monday."""

    first_weekday: int = 0

    def body(self, pen: Pen) -> Iterator[Segment]:
        """Yield as many months side by side as there is room for."""
        key = _Key(self.today)
        laid = months.months(self.plan, self.sessions, first_weekday=self.first_weekday)
        shown = _worth_showing(laid, self.today)
        beside = (pen.width + BETWEEN) // (WIDTH + BETWEEN)
        while band := tuple(islice(shown, max(beside, 1))):
            yield from _band(band, key, pen) if beside else _listed(band[0], key, pen)
            yield NEWLINE
        yield from page.legend([*key.told(pen), *[BEFORE] * bool(beside)], pen)


# --- which months ---------------------------------------------------------------------------


class _Shown(Struct, frozen=True):
    """A month to draw, and whether some before it were left out."""

    month: Month
    follows_hole: bool


def _worth_showing(laid: Iterable[Month], today: date) -> Iterator[_Shown]:
    """Leave out where more than ``MOST_EMPTY`` months in a row have nothing on them."""
    empty: list[Month] = []
    for month in laid:
        if _is_empty(month, today):
            empty.append(month)
            continue
        is_hole = len(empty) > MOST_EMPTY
        yield from (_Shown(each, follows_hole=False) for each in empty if not is_hole)
        yield _Shown(month, is_hole)
        empty = []


def _is_empty(month: Month, today: date) -> bool:
    days = (day for week in month.weeks for day in week if day is not None)
    return not any(day.session or day.paused or day.care or day.day == today for day in days)


# --- what a day says ------------------------------------------------------------------------


class _Key(Struct):
    """The signs that occur, each with the names it stands for; filled while days are drawn."""

    today: date
    names: dict[Sign, dict[str, None]] = {}
    here: str = ""

    def sign(self, day: MonthDay) -> Sign | None:
        """Choose the sign of a day, and remember what it stands for."""
        sign = self._of(day)
        if day.day == self.today:
            self.here = _on(day, sign)
            sign = TODAY
        if sign is not None:
            names = self.names.setdefault(sign, {})
            names |= dict.fromkeys(day.care if sign is CARE else day.paused)
        return sign

    def _of(self, day: MonthDay) -> Sign | None:
        if day.session is not None:
            return page.sign_of(day.session, self.today)
        if day.care:
            return CARE
        if day.paused:
            return PAUSED
        return CLOSED if day.closed is not None else None

    def told(self, pen: Pen) -> list[str]:
        """Tell what the signs mean that occurred."""
        return [pen.key(sign, self._means(sign)) for sign in ORDER if sign in self.names]

    def _means(self, sign: Sign) -> str:
        names = ", ".join(self.names[sign])
        if sign is TODAY:
            return f"{sign.means}{self.here and f': {self.here}'}"
        if sign is CARE:
            return names
        if sign in (PAUSED, page.PLANNED) and names:
            return f"{'session, ' * (sign is page.PLANNED)}{names} paused"
        return sign.means


def _on(day: MonthDay, sign: Sign | None) -> str:
    """Say in a few words what is on a day: ``session 4, late; minoxidil paused``."""
    said = []
    if day.session is not None and sign is not None:
        state = "" if day.session.status is Status.PLANNED else f", {sign.means}"
        said.append(f"session {day.session.number}{state}")
    said += day.care
    said += [f"{name} paused" for name in day.paused]
    if day.closed is not None:
        said.append("closed")
    return "; ".join(said)


# --- how it looks ---------------------------------------------------------------------------


def _title(shown: _Shown, pen: Pen) -> str:
    first = shown.month.first
    hole = f"{pen.sign(HOLE)} " if shown.follows_hole else ""
    return f"{hole}{phrases.MONTHS[first.month - 1]} {first.year}"


def _mark_hole(shown: _Shown, key: _Key) -> None:
    if shown.follows_hole:
        key.names.setdefault(HOLE, {})


def _band(band: Sequence[_Shown], key: _Key, pen: Pen) -> Iterator[Segment]:
    """Draw months side by side, as many weeks down as the longest has."""
    for shown in band:
        _mark_hole(shown, key)
    names = [_names(shown.month) for shown in band]
    yield from page.line(_beside([[(f"{_title(s, pen):^{WIDTH}}", BOLD)] for s in band]))
    yield from page.line(_beside([[(name, DIM)] for name in names]))
    for week in range(max(len(shown.month.weeks) for shown in band)):
        yield from page.line(_beside([_week(shown.month, week, key, pen) for shown in band]))


def _beside(columns: Iterable[list[Part]]) -> Iterator[Part]:
    for place, parts in enumerate(columns):
        if place:
            yield " " * BETWEEN, None
        yield from parts


def _names(month: Month) -> str:
    """Name the weekdays over their columns, the first one that of the first full week."""
    days = next(week for week in month.weeks if None not in week)
    return "".join(f" {phrases.WEEKDAYS[day.day.weekday()][:2]}" for day in days if day is not None)


def _week(month: Month, week: int, key: _Key, pen: Pen) -> list[Part]:
    if week >= len(month.weeks):
        return [(" " * WIDTH, None)]
    return [part for day in month.weeks[week] for part in _cell(day, key, pen)]


def _cell(day: MonthDay | None, key: _Key, pen: Pen) -> Iterator[Part]:
    """Draw a day: its sign close before its number, the number as strong as it matters."""
    if day is None:
        yield " " * CELL, None
        return
    sign = key.sign(day)
    number = str(day.day.day)
    if sign is None:
        yield f"{number:>{CELL}}", None
        return
    yield " " * (CELL - 1 - len(number)), None
    yield pen.sign(sign), sign.style
    yield number, EMPHASIS.get(sign)


def _listed(shown: _Shown, key: _Key, pen: Pen) -> Iterator[Segment]:
    """List the days of a month that have a sign, where no grid has room."""
    _mark_hole(shown, key)
    days = (day for week in shown.month.weeks for day in week if day is not None)
    signs = ((day, key.sign(day)) for day in days)
    marked = [f"{pen.sign(sign)}{day.day.day}" for day, sign in signs if sign is not None]
    yield from page.lines(flow([_title(shown, pen)], " ", pen.width), BOLD)
    yield from page.lines(flow(marked, " ", pen.width))
