"""Draws the months of a plan as grids, as many side by side as fit on the screen.

The sign before a day shows its session, or that it's closed. A letter after the day stands for each
kind of care, so none hides another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from string import ascii_lowercase

from msgspec import Struct
from rich.console import RenderableType
from rich.text import Text

from microplan.formats import Subject, months
from microplan.formats import screen as drawing
from microplan.formats.months import Month, MonthDay
from microplan.formats.screen import Screen, Sign
from microplan.model import log
from microplan.model.plan import Status
from microplan.wording import phrases

CLOSED = Sign(drawn="×", plain="x", means="closed", style="closed")
TODAY = Sign(drawn=">", plain=">", means="today", style="mark")
HOLE = Sign(drawn="…", plain="...", means="months with nothing on them are left out")
ORDER = (*drawing.OF_STATUS.values(), drawing.LATE, CLOSED, TODAY)
"""The order of signs in the legend, before the letters of care."""

CELL, BETWEEN = 3, 3
"""Width of a day without care, and of the space between two months, in cells."""
MOST_EMPTY = 2
"""Most empty months in a row to show."""


def calendar(subject: Subject) -> Iterator[str]:
    """Draw the months, the legend, and the care with its dates."""
    screen = Screen.of(subject.canvas)
    yield from screen.printed(
        *drawing.head(screen, subject), *_body(screen, subject), *drawing.foot(screen, subject)
    )


def _body(screen: Screen, subject: Subject) -> Iterator[RenderableType]:
    plan = log.without_care(subject.plan) if subject.with_care is False else subject.plan
    laid = months.months(plan, subject.sessions, first_weekday=subject.canvas.first_weekday)
    shown = list(_worth_showing(laid, subject.today))
    key = _Key.of([month for month, _ in shown], subject.today)
    width = 7 * key.cell
    if width <= screen.canvas.width:
        blocks = [list(_grid(screen, month, key, follows_hole=hole)) for month, hole in shown]
        yield _side_by_side(blocks, width, screen.canvas.width)
    else:
        yield from (_list(screen, month, key) for month, _ in shown)
    yield from screen.legend(dict(_legend(key, shown)))
    yield ""


def _worth_showing(laid: Iterable[Month], today: date) -> Iterator[tuple[Month, bool]]:
    """Yield the months to show, each with whether it follows a gap of left-out empty months."""
    empty: list[Month] = []
    for month in laid:
        if _is_empty(month, today):
            empty.append(month)
            continue
        is_hole = len(empty) > MOST_EMPTY
        yield from ((week, False) for week in empty if not is_hole)
        yield month, is_hole
        empty = []


def _is_empty(month: Month, today: date) -> bool:
    return not any(
        day.session or day.paused or day.care or day.day == today for day in _days(month)
    )


def _days(month: Month) -> Iterator[MonthDay]:
    return (day for week in month.weeks for day in week if day is not None)


# --- signs ----------------------------------------------------------------------------------


class _Care(Struct, frozen=True):
    """A kind of care: its name, and whether it's a pause."""

    name: str
    is_pause: bool

    @property
    def means(self) -> str:
        """The meaning of its letter."""
        return f"{self.name} paused" if self.is_pause else self.name


class _Key(Struct, frozen=True):
    """The letter of each kind of care, and the width of a day with the most letters."""

    today: date
    letters: Mapping[_Care, str]
    cell: int

    @classmethod
    def of(cls, shown: Sequence[Month], today: date) -> _Key:
        """Assign a letter to each kind of care in the months."""
        days = [_care(day) for month in shown for day in _days(month)]
        return cls(
            today=today,
            letters=_letters(dict.fromkeys(kind for day in days for kind in day)),
            cell=CELL + max(map(len, days), default=0),
        )

    def sign(self, day: MonthDay) -> Sign | None:
        """Choose the sign before a day."""
        if day.day == self.today:
            return TODAY
        if day.session is not None:
            return drawing.sign_of(day.session, self.today)
        return CLOSED if day.closed is not None else None


def _care(day: MonthDay) -> list[_Care]:
    """List the care on a day, pauses first."""
    paused = [_Care(name, is_pause=True) for name in day.paused]
    return paused + [_Care(name, is_pause=False) for name in day.care]


def _letters(kinds: Iterable[_Care]) -> dict[_Care, str]:
    """Choose letters from the names: lower case for pauses, capitals for other care."""
    letters: dict[_Care, str] = {}
    for kind in kinds:
        wanted = [letter for letter in kind.name.lower() if letter in ascii_lowercase]
        cased = (
            letter if kind.is_pause else letter.upper() for letter in [*wanted, *ascii_lowercase]
        )
        letters[kind] = next((letter for letter in cased if letter not in letters.values()), "+")
    return letters


def _legend(key: _Key, shown: Sequence[tuple[Month, bool]]) -> Iterator[tuple[Sign, str]]:
    """Yield the signs and letters that occur, with their meanings."""
    days = [day for month, _ in shown for day in _days(month)]
    signs = {key.sign(day) for day in days}
    yield from ((sign, sign.means) for sign in ORDER if sign in signs - {TODAY})
    yield from ((TODAY, _today(day, key.today)) for day in days if day.day == key.today)
    for kind, letter in key.letters.items():
        yield Sign(drawn=letter, plain=letter, means=kind.means, style="due"), kind.means
    if any(is_hole for _, is_hole in shown):
        yield HOLE, HOLE.means


def _today(day: MonthDay, today: date) -> str:
    """Word what the sign for today hides: ``today: session 4, late``."""
    if day.session is None:
        return f"{TODAY.means}: closed" if day.closed else TODAY.means
    state = drawing.sign_of(day.session, today).means
    meaning = f"{TODAY.means}: session {day.session.number}"
    return meaning if day.session.status is Status.PLANNED else f"{meaning}, {state}"


# --- months ---------------------------------------------------------------------------------


Line = list[tuple[str, str]]
"""Words with their styles, as many cells as a month is wide."""


def _side_by_side(blocks: Sequence[Sequence[Line]], width: int, room: int) -> Text:
    """Put as many months beside each other as have room, and a blank line below them."""
    across = (room + BETWEEN) // (width + BETWEEN)
    parts: Line = []
    for first in range(0, len(blocks), across):
        beside = blocks[first : first + across]
        for lines in zip_longest(*beside, fillvalue=[(" " * width, "")]):
            for line in lines[:-1]:
                parts += [*line, (" " * BETWEEN, "")]
            parts += [*lines[-1], ("\n", "")]
        parts.append(("\n", ""))
    return Text.assemble(*parts[:-1], no_wrap=True)


def _grid(screen: Screen, month: Month, key: _Key, *, follows_hole: bool) -> Iterator[Line]:
    """Draw a month: its name, its weekdays, its weeks."""
    hole = f"{screen.drawn(HOLE)} " if follows_hole else ""
    name = f"{hole}{phrases.MONTHS[month.first.month - 1]} {month.first.year}"
    full = next(week for week in month.weeks if None not in week)
    names = (phrases.WEEKDAYS[day.day.weekday()][:2] for day in full if day is not None)
    yield [(f"{name:^{7 * key.cell}}", "title")]
    yield [("".join(f" {name:<{key.cell - 1}}" for name in names), "head")]
    for week in month.weeks:
        yield [part for day in week for part in _cell(screen, day, key)]


def _cell(screen: Screen, day: MonthDay | None, key: _Key) -> Line:
    """Draw a day: its sign, its number, its letters."""
    if day is None:
        return [(" " * key.cell, "")]
    sign, number = key.sign(day), str(day.day.day)
    drawn, style = ("", "") if sign is None else (screen.drawn(sign), sign.style)
    letters = "".join(key.letters[kind] for kind in _care(day))
    return [
        (" " * (CELL - len(drawn) - len(number)), ""),
        (drawn, style),
        (number, "today" if day.day == key.today else style),
        (letters, "due"),
        (" " * (key.cell - CELL - len(letters)), ""),
    ]


def _list(screen: Screen, month: Month, key: _Key) -> Text:
    """List the days of a month that have something, if there's no room for a grid."""
    marked = [day for day in _days(month) if key.sign(day) is not None or _care(day)]
    cells = ["".join(text for text, _ in _cell(screen, day, key)).strip() for day in marked]
    name = f"{phrases.MONTHS[month.first.month - 1]} {month.first.year}"
    return Text.assemble((name, "title"), *(f" {cell}" for cell in cells))
