"""The session table as a Rich renderable.

Lines are laid out here and handed over as Segments: a Rich table costs 360 µs a row, and a
Segment is the one thing in which Rich looks for no markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style

from microplan.amendments import agenda
from microplan.amendments.agenda import Standing
from microplan.formats.columns import Grid, grid
from microplan.formats.page import BOLD, DIM, GREEN, NEWLINE, RED, Page, Pen, Say, lines
from microplan.model import dates
from microplan.model.plan import Rules, Session, Status
from microplan.wording import phrases


class Mark(Struct, frozen=True):
    """How a row says what has become of its session; only the sign has a colour.

    Palettes differ, and in many a word in green is faint on white.
    """

    sign: str
    word: str
    colour: Style | None = None


MARKS = {
    Status.PLANNED: Mark("", "planned"),
    Status.DONE: Mark("✓", "done", GREEN),
    Status.SKIPPED: Mark("–", "skipped"),
    Status.MISSED: Mark("!", "missed", RED),
    Status.DROPPED: Mark("–", "left out"),
}
STANDINGS = {Standing.DUE: Mark("", "due"), Standing.LATE: Mark("!", "late", RED)}
"""What a planned session is called on a day when it is due or late."""

YIELDING = ("window", "since", "status", "time")
"""The order in which columns leave a row that is too narrow for them."""


class PlanTable(Page, frozen=True, kw_only=True):
    """A plan as a table of its sessions, in any width and encoding."""

    def body(self, pen: Pen) -> Iterator[Segment]:
        """Yield the rows, the next session in bold."""
        coming = agenda.first_open(self.sessions)
        marks = [_mark(session, self.today) for session in self.sessions]
        yield from _table(self.sessions, marks, pen.say, pen.width, coming)
        yield NEWLINE


# --- what a row says ------------------------------------------------------------------------


def _mark(session: Session, today: date) -> Mark:
    mark = MARKS[session.status]
    if session.status is not Status.PLANNED:
        return mark
    return STANDINGS.get(agenda.standing(session, today) or Standing.UPCOMING, mark)


def _columns(sessions: Sequence[Session], marks: Sequence[Mark]) -> dict[str, list[str]]:
    """Write the cells of every column; numbers end in one place, whatever their digits."""
    digits = _digits(session.number for session in sessions)
    gaps = _digits(session.gap_days or 0 for session in sessions)
    signs = any(mark.sign for mark in marks)
    columns = {
        "#".rjust(digits): [f"{session.number:>{digits}}" for session in sessions],
        "date": list(_days(sessions)),
        "time": [_hour(session.date, session.rules) for session in sessions],
        "since": [_since(session.gap_days, gaps) for session in sessions],
        "window": [phrases.span_of_days(session.earliest, session.latest) for session in sessions],
        "status": [f"{mark.sign or ' '} {mark.word}" if signs else mark.word for mark in marks],
    }
    if all(session.rules.at is None for session in sessions):
        del columns["time"]
    return columns


def _digits(numbers: Iterable[int]) -> int:
    return len(str(max(numbers, default=0)))


def _days(sessions: Sequence[Session]) -> Iterator[str]:
    """``Sun  6 Dec``, and the year where it is not that of the row above."""
    year = None
    for session in sessions:
        day = session.date
        name, month = phrases.WEEKDAYS[day.weekday()][:3], phrases.MONTHS[day.month - 1]
        yield f"{name} {day.day:>2} {month}{'' if day.year == year else f' {day.year}'}"
        year = day.year


def _hour(day: date, rules: Rules) -> str:
    """Clock time on that day, which a DST change may have moved."""
    if rules.at is None:
        return "–"
    return phrases.clock(dates.local(day, rules.at, dates.zone(rules.tz)), day)


def _since(days: int | None, digits: int) -> str:
    if days is None:
        return "–".rjust(digits)
    return f"{days:>{digits}} {'day' if days == 1 else 'days'}"


# --- how it looks ---------------------------------------------------------------------------


def _table(
    sessions: Sequence[Session],
    marks: Sequence[Mark],
    say: Say,
    width: int,
    coming: Session | None,
) -> Iterator[Segment]:
    written = _columns(sessions, marks)
    columns = {name: [say(cell) for cell in cells] for name, cells in written.items()}
    notes = [say(phrases.why(session)) for session in sessions]
    laid = grid(columns, notes, width, YIELDING)
    yield from lines(filter(None, [laid.header]), DIM)
    for session, mark, (line, more) in zip(sessions, marks, laid.rows, strict=True):
        plain = BOLD if session is coming else None if session.status is Status.PLANNED else DIM
        if line:
            yield from _row(line, laid, plain, mark.colour)
            yield NEWLINE
        yield from lines(more, plain)


def _row(line: str, laid: Grid, style: Style | None, colour: Style | None) -> Iterator[Segment]:
    """Style one line: the columns from since to status are secondary, a sign has its colour."""
    status = laid.starts.get("status", len(line))
    since = laid.starts.get("since", status)
    yield Segment(line[:since], style)
    yield Segment(line[since:status], style or DIM)
    if colour is not None:
        yield Segment(line[status : status + 1], colour)
        status += 1
    yield Segment(line[status:], style)
