"""A plan as a table: a row per session, each reason once, and the next session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct
from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from microplan.amendments import agenda
from microplan.amendments.agenda import Standing
from microplan.formats import Subject, ruled
from microplan.formats import screen as drawing
from microplan.formats.screen import Screen
from microplan.model import dates
from microplan.model.plan import Session, Status
from microplan.wording import phrases, reasons

WIDE = 110
"""Least width in cells for reasons in the rows."""
SPACES = (3, 2, 1)
"""Cells between columns to try, widest first."""
YIELDING = ("Window", "Gap", "Depth", "Time", "Status")
"""The order in which to drop columns if there's no room."""

RIGHT = ("#", "Gap")
"""Columns aligned to the right."""

WORDS = {
    Status.PLANNED: "planned",
    Status.DONE: "done",
    Status.SKIPPED: "skipped",
    Status.MISSED: "missed",
    Status.DROPPED: "left out",
}


def table(subject: Subject) -> Iterator[str]:
    """Draw a row for each session."""
    screen = Screen.of(subject.canvas)
    yield from screen.printed(
        *drawing.head(screen, subject), *_body(screen, subject), *drawing.foot(screen, subject)
    )


def _body(screen: Screen, subject: Subject) -> Iterator[RenderableType]:
    sessions, coming = subject.sessions, agenda.first_open(subject.sessions)
    rows = [_row(session, subject.today, is_next=session is coming) for session in sessions]
    is_wide = screen.canvas.width >= WIDE
    whys = [reasons.explain(session) for session in sessions] if is_wide else []
    yield _table(screen, _columns(sessions, rows), rows, whys)
    notes = [] if is_wide else list(reasons.explanations(sessions))
    if notes:
        yield from _notes(screen, notes)
    yield ""
    if subject.with_notes and (notes := list(_explanations(sessions))):
        yield screen.text("How it went", "head")
        yield from _notes(screen, notes)
        yield ""


class _Row(Struct, frozen=True):
    """The status word of a row, and its style."""

    word: str
    style: str
    is_next: bool


def _row(session: Session, today: date, *, is_next: bool) -> _Row:
    word = WORDS[session.status]
    if session.status is not Status.PLANNED:
        return _Row(word, word if word != "left out" else "skipped", is_next)
    match agenda.standing(session, today):
        case Standing.LATE:
            return _Row("late", "late", is_next)
        case _ if session.date == today:
            return _Row("today", "due", is_next)
        case Standing.DUE:
            return _Row("due", "due", is_next)
        case _:
            return _Row("next" if is_next else word, "planned", is_next)


# --- cells ----------------------------------------------------------------------------------


class _Column(Struct, frozen=True):
    """A column: its head and its cells, with numbers aligned to the right."""

    name: str
    head: str
    cells: Sequence[str]
    width: int

    @classmethod
    def of(cls, name: str, cells: Sequence[str]) -> _Column:
        """Make a column with its name as the head."""
        width = max(map(cell_len, (name, *cells)))
        if name in RIGHT:
            return cls(name, name.rjust(width), [cell.rjust(width) for cell in cells], width)
        return cls(name, name, cells, width)


def _columns(sessions: Sequence[Session], rows: Sequence[_Row]) -> list[_Column]:
    """Make every column; leave out times and depths that add nothing."""
    cells = {
        "#": [str(session.number) for session in sessions],
        "Date": list(_days(sessions)),
        "Time": [_hour(session) for session in sessions],
        "Gap": [_gap(session.gap_days) for session in sessions],
        "Window": [_window(session) for session in sessions],
        "Depth": [session.rules.needle for session in sessions],
        "Status": [row.word for row in rows],
    }
    if all(session.at is None for session in sessions):
        del cells["Time"]
    if len(set(cells["Depth"])) == 1:
        del cells["Depth"]  # it's in the sentence
    return [_Column.of(name, texts) for name, texts in cells.items()]


def _days(sessions: Sequence[Session]) -> Iterator[str]:
    """Format days: ``Sun  6 Dec``, with the year if it differs from the row above."""
    year = None
    for session in sessions:
        day = session.date
        name, month = phrases.WEEKDAYS[day.weekday()][:3], phrases.MONTHS[day.month - 1]
        yield f"{name} {day.day:>2} {month}{'' if day.year == year else f' {day.year}'}"
        year = day.year


def _window(session: Session) -> str:
    """Format a session's window, widened to its own day if preferred weekdays moved it outside."""
    first, last = session.earliest, session.latest
    if reasons.by_weekday(session):
        first, last = min(first, session.date), max(last, session.date)
    return phrases.span_of_days(first, last)


def _hour(session: Session) -> str:
    """Format the clock time, which a DST change may have moved."""
    if session.at is None:
        return ""
    start = dates.local(session.date, session.at, dates.zone(session.rules.tz))
    return phrases.clock(start, session.date)


def _gap(days: int | None) -> str:
    return "" if days is None else phrases.count(days, "day")


# --- rows -----------------------------------------------------------------------------------


def _table(
    screen: Screen, columns: Sequence[_Column], rows: Sequence[_Row], whys: Sequence[str]
) -> Table:
    """Put the columns that fit into a table, and mark the next session.

    Cells come padded to their width, so Rich neither measures nor pads them.
    """
    shown, space, fits = _fitting(columns, screen.canvas.width)
    table = ruled.table(screen, space=1)
    table.add_column(width=space)
    for column in shown:
        blanks = space - 1 if column is not shown[-1] or any(whys) else 0
        width = column.width + blanks if fits else None
        table.add_column(column.head, width=width, overflow="fold", no_wrap=fits)
    cells = [_styled(screen, column, rows) for column in shown]
    if any(whys):
        table.add_column("Why", overflow="fold")
        cells.append([screen.text(why) for why in whys])
    mark = Text(screen.shown("▶"), "mark")
    for row, *texts in zip(rows, *cells, strict=True):
        style = "next" if row.is_next else None
        table.add_row(mark if row.is_next else "", *texts, style=style)
    return table


def _styled(screen: Screen, column: _Column, rows: Sequence[_Row]) -> list[Text] | list[str]:
    """Make the cells of a column safe to show, and colour the status."""
    if column.name != "Status":
        return [screen.shown(cell) for cell in column.cells]
    return [Text(cell, row.style) for cell, row in zip(column.cells, rows, strict=True)]


def _fitting(columns: Sequence[_Column], width: int) -> tuple[list[_Column], int, bool]:
    """Choose the columns to show and the space between them; return also whether they fit."""
    for gone in range(len(YIELDING) + 1):
        shown = [column for column in columns if column.name not in YIELDING[:gone]]
        for space in SPACES:
            if 1 + sum(column.width + space for column in shown) <= width:
                return shown, space, True
    return shown, 1, False


def _explanations(sessions: Sequence[Session]) -> Iterator[tuple[str, str]]:
    """Yield how sessions went, for those with a record."""
    for session in sessions:
        if session.record is not None:
            yield str(session.number), phrases.record(session.record)


def _notes(screen: Screen, notes: Sequence[tuple[str, str]]) -> Iterator[Text]:
    """Yield the reasons, each once with all of its sessions."""
    rows = [(f"  {numbers}", [why]) for numbers, why in notes]
    yield from screen.beside(rows, screen.canvas.width // 3)
