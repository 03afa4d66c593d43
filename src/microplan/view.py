"""The session table as a Rich renderable; it prints nothing and is told which day is today.

Lines are laid out here and handed over as Segments: a Rich table costs 360 µs a row, and a
Segment is the one thing in which Rich looks for no markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style

from microplan import agenda, dates, prose
from microplan.agenda import Standing
from microplan.layout import Grid, flow, grid, wrap
from microplan.model import Plan, Rules, Session, Status

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions

Say = Callable[[str], str]

BOLD, DIM = Style(bold=True), Style(dim=True)
NEWLINE = Segment("\n")

GREEN, RED = Style(color="green"), Style(color="red")


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

PLAIN = str.maketrans({"–": "-", "—": "-", "·": "|", "✓": "+", "…": "..."})
"""Signs of ours for an encoding that may lack them."""


class PlanTable(Struct, frozen=True):
    """A plan with its sessions: title, sentence, table and total, in any width and encoding."""

    plan: Plan
    sessions: tuple[Session, ...]
    sentence: str
    today: date
    care: tuple[tuple[str, str], ...] = ()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """Yield the lines; none is wider than the console, and none holds what it cannot encode."""
        say, width = _pen(options), options.max_width
        coming = agenda.first_open(self.sessions)
        yield from _lines(wrap(say(self.plan.title), width), BOLD)
        yield from _lines(wrap(say(self.sentence), width))
        yield NEWLINE
        marks = [_mark(session, self.today) for session in self.sessions]
        yield from _table(self.sessions, marks, say, width, coming)
        yield NEWLINE
        parts = [say(part) for part in self._total(coming)]
        yield from _lines(flow(parts, say(" · "), width))
        yield from _care(self.care, say, width)

    def _total(self, coming: Session | None) -> list[str]:
        kept = [session for session in self.sessions if session.status is not Status.DROPPED]
        zones = dict.fromkeys(session.rules.tz for session in kept if session.rules.at is not None)
        parts = [prose.total(kept)] if kept else []
        if coming is not None:
            day = prose.short if coming.date.year == self.today.year else prose.day
            away = prose.distance((coming.date - self.today).days)
            parts.append(f"next: {day(coming.date)} ({away})")
        if zones:
            parts.append(f"times {', then '.join(zones)}")
        return parts


def _care(care: Sequence[tuple[str, str]], say: Say, width: int) -> Iterator[Segment]:
    """List what surrounds the sessions: when in one column, what beside it or below."""
    if not care:
        return
    yield NEWLINE
    yield Segment(say("Care"), BOLD)
    yield NEWLINE
    laid = [(say(when), say(what)) for when, what in care]
    column = max(len(when) for when, _ in laid)
    for when, what in laid:
        first, *more = wrap(what, max(width - column - 3, 20))
        yield from _lines(wrap(f" {when:<{column}}  {first}", width))
        yield from _lines(line for part in more for line in wrap(f"{'':{column + 3}}{part}", width))


def _pen(options: ConsoleOptions) -> Say:
    r"""Return what makes text harmless and drawable: where an encoding lacks it, ``\u2713``."""
    encoding, ascii_only = options.encoding, options.ascii_only

    def say(text: str) -> str:
        if text.isascii() and text.isprintable():
            return text
        shown = prose.visible(text)
        if ascii_only:
            shown = shown.translate(PLAIN)
        return shown.encode(encoding, "backslashreplace").decode(encoding)

    return say


def _lines(lines: Iterable[str], style: Style | None = None) -> Iterator[Segment]:
    for line in lines:
        yield Segment(line, style)
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
        "window": [prose.span_of_days(session.earliest, session.latest) for session in sessions],
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
        name, month = prose.WEEKDAYS[day.weekday()][:3], prose.MONTHS[day.month - 1]
        yield f"{name} {day.day:>2} {month}{'' if day.year == year else f' {day.year}'}"
        year = day.year


def _hour(day: date, rules: Rules) -> str:
    """Clock time on that day, which a DST change may have moved."""
    if rules.at is None:
        return "–"
    moment = dates.local(day, rules.at, dates.zone(rules.tz))
    return f"{moment.hour:02}:{moment.minute:02}"


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
    notes = [say(prose.why(session)) for session in sessions]
    laid = grid(columns, notes, width, YIELDING)
    yield from _lines(filter(None, [laid.header]), DIM)
    for session, mark, (line, more) in zip(sessions, marks, laid.rows, strict=True):
        plain = BOLD if session is coming else None if session.status is Status.PLANNED else DIM
        if line:
            yield from _row(line, laid, plain, mark.colour)
            yield NEWLINE
        yield from _lines(more, plain)


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
