"""What everything drawn at a terminal shares: harmless text, styles, signs, head and foot of a page.

Lines are laid out here and handed over as Segments, the one thing in which Rich looks for no markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style

from microplan.amendments import agenda
from microplan.amendments.agenda import Standing
from microplan.formats.columns import flow, wrap
from microplan.model.plan import Plan, Session, Status
from microplan.wording import phrases

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions

Say = Callable[[str], str]
Part = tuple[str, Style | None]

BOLD, DIM = Style(bold=True), Style(dim=True)
GREEN, RED = Style(color="green"), Style(color="red")
REVERSE = Style(reverse=True)
NEWLINE = Segment("\n")

PLAIN = str.maketrans({"–": "-", "—": "-", "·": "|", "✓": "+", "…": "..."})
"""Signs of ours for an encoding that may lack them."""


class Sign(Struct, frozen=True, kw_only=True):
    """A character that says something by itself, in ASCII too; only the sign has a colour."""

    drawn: str
    plain: str
    means: str
    style: Style | None = None


PLANNED = Sign(drawn="●", plain="*", means="session", style=BOLD)
DONE = Sign(drawn="✓", plain="+", means="done", style=GREEN)
SKIPPED = Sign(drawn="_", plain="_", means="skipped")
"""Not the dash of the table: between two numbers, as in 21–22, it would be a range."""
MISSED = Sign(drawn="!", plain="!", means="missed", style=RED)
LATE = Sign(drawn="?", plain="?", means="late", style=RED)
OF_STATUS = {
    Status.PLANNED: PLANNED,
    Status.DONE: DONE,
    Status.SKIPPED: SKIPPED,
    Status.MISSED: MISSED,
}


def sign_of(session: Session, today: date) -> Sign:
    """Choose the sign of a session that is part of the plan; a planned one may be late."""
    if agenda.standing(session, today) is Standing.LATE and session.status is Status.PLANNED:
        return LATE
    return OF_STATUS[session.status]


class Pen(Struct, frozen=True, kw_only=True):
    """What a console can show: so many cells in a line, in an encoding, or ASCII alone."""

    width: int
    encoding: str
    plain: bool

    @classmethod
    def of(cls, width: int, encoding: str) -> Pen:
        """Take a width and an encoding; one that is not of Unicode may lack our signs."""
        plain = not encoding.lower().startswith("utf")
        return cls(width=width, encoding=encoding, plain=plain)

    def say(self, text: str) -> str:
        r"""Make text harmless and drawable: where the encoding lacks it, ``\u2713``."""
        if text.isascii() and text.isprintable():
            return text
        shown = phrases.visible(text)
        if self.plain:
            shown = shown.translate(PLAIN)
        return shown.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def sign(self, sign: Sign) -> str:
        """Draw a sign."""
        return sign.plain if self.plain else sign.drawn

    def key(self, sign: Sign, means: str = "") -> str:
        """Tell what a sign means: ``● session``."""
        return f"{self.sign(sign)} {self.say(means or sign.means)}"


# --- lines ----------------------------------------------------------------------------------


def lines(texts: Iterable[str], style: Style | None = None) -> Iterator[Segment]:
    """Yield whole lines of one style."""
    for text in texts:
        yield Segment(text, style)
        yield NEWLINE


def line(parts: Iterable[Part]) -> Iterator[Segment]:
    """Yield one line of parts, those of one style joined; blanks at its end are left out."""
    kept = [part for part in parts if part[0]]
    while kept and not kept[-1][0].strip():
        kept.pop()
    if kept:
        kept[-1] = (kept[-1][0].rstrip(), kept[-1][1])
    for style, run in groupby(kept, key=itemgetter(1)):
        yield Segment("".join(text for text, _ in run), style)
    yield NEWLINE


# --- above and below --------------------------------------------------------------------------


class Page(Struct, frozen=True, kw_only=True):
    """A plan as it is drawn: title, sentence, a body that each drawing has its own of, and a foot.

    It prints nothing, and is told which day is today and what care is to be listed.
    """

    plan: Plan
    sessions: tuple[Session, ...]
    sentence: str
    today: date
    care: tuple[tuple[str, str], ...] = ()

    def body(self, pen: Pen) -> Iterator[Segment]:
        """Yield what stands between head and foot."""
        raise NotImplementedError

    def segments(self, pen: Pen) -> Iterator[Segment]:
        """Yield the lines; none is wider than the pen, and none holds what it cannot encode."""
        yield from _head(self.plan.title, self.sentence, pen)
        yield from self.body(pen)
        yield from _foot(self.sessions, self.today, pen)
        yield from _care(self.care, pen)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """Yield the lines for a console of Rich, which can print a page as well."""
        return self.segments(Pen.of(options.max_width, options.encoding))


def legend(keys: Sequence[str], pen: Pen) -> Iterator[Segment]:
    """Yield what signs mean."""
    if keys:
        yield from lines(flow(keys, "   ", pen.width))
        yield NEWLINE


def _head(title: str, sentence: str, pen: Pen) -> Iterator[Segment]:
    """Yield the title and the sentence that says how the plan was read."""
    yield from lines(wrap(pen.say(title), pen.width), BOLD)
    yield from lines(wrap(pen.say(sentence), pen.width))
    yield NEWLINE


def _foot(sessions: Sequence[Session], today: date, pen: Pen) -> Iterator[Segment]:
    """Yield how many sessions there are, which is next, and the zone of their times."""
    parts = [pen.say(part) for part in _total(sessions, today)]
    yield from lines(flow(parts, pen.say(" · "), pen.width))


def _total(sessions: Sequence[Session], today: date) -> Iterator[str]:
    kept = [session for session in sessions if session.status is not Status.DROPPED]
    coming = agenda.first_open(sessions)
    zones = dict.fromkeys(session.rules.tz for session in kept if session.rules.at is not None)
    if kept:
        yield phrases.total(kept)
    if coming is not None:
        day = phrases.short if coming.date.year == today.year else phrases.day
        word = "next" if coming.date >= today else "not recorded"
        yield f"{word}: {day(coming.date)} ({phrases.distance((coming.date - today).days)})"
    if zones:
        yield f"times {', then '.join(zones)}"


def _care(told: Sequence[tuple[str, str]], pen: Pen) -> Iterator[Segment]:
    """List what surrounds the sessions: when in one column, what beside it or below."""
    if not told:
        return
    yield NEWLINE
    yield Segment(pen.say("Care"), BOLD)
    yield NEWLINE
    laid = [(pen.say(when), pen.say(what)) for when, what in told]
    column = max(len(when) for when, _ in laid)
    for when, what in laid:
        first, *more = wrap(what, max(pen.width - column - 3, 20))
        yield from lines(wrap(f" {when:<{column}}  {first}", pen.width))
        for part in more:
            yield from lines(wrap(f"{'':{column + 3}}{part}", pen.width))
