"""The screen for tables, months and timelines, and the parts around them.

Text that a person wrote becomes a Rich ``Text``, never markup, with control characters escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.text import Text

from microplan.amendments import agenda
from microplan.amendments.agenda import Standing
from microplan.formats import Canvas, Subject, styles
from microplan.model import log
from microplan.model.plan import Session, Status
from microplan.scheduling import care_text, surroundings
from microplan.wording import lines, phrases, summary

PLAIN = str.maketrans({"–": "-", "—": "-", "·": "|", "…": "...", "▶": ">", "→": ">"})
"""ASCII replacements of our signs, for encodings that may lack them."""
READABLE = 100
"""Widest line of prose in cells; a table may be wider."""
LEAST = 24
"""Least cells for a list beside its name; with less room it goes below."""
BETWEEN = 3
"""Cells between two entries of a legend."""
FEW = 12
"""Most dates of one kind of care to list; the others are only counted."""


class Sign(Struct, frozen=True, kw_only=True):
    """A character with a meaning, and its ASCII form; ``style`` is from the theme."""

    drawn: str
    plain: str
    means: str
    style: str = ""


PLANNED = Sign(drawn="●", plain="*", means="session", style="next")
DONE = Sign(drawn="✓", plain="+", means="done", style="done")
SKIPPED = Sign(drawn="_", plain="_", means="skipped", style="skipped")
"""Not a dash, because between two numbers, as in 21–22, it would look like a range."""
MISSED = Sign(drawn="!", plain="!", means="missed", style="missed")
LATE = Sign(drawn="?", plain="?", means="late", style="late")
OF_STATUS = {
    Status.PLANNED: PLANNED,
    Status.DONE: DONE,
    Status.SKIPPED: SKIPPED,
    Status.MISSED: MISSED,
}


class Screen(Struct, frozen=True):
    """A screen: its width in cells, its encoding, and whether it has colours."""

    console: Console
    canvas: Canvas

    @classmethod
    def of(cls, canvas: Canvas) -> Screen:
        """Make a screen that takes nothing from the environment and reads no markup."""
        return cls(styles.console(canvas.width, colour=canvas.colour), canvas)

    @property
    def is_plain(self) -> bool:
        """Whether the encoding may lack our signs, because it isn't a Unicode one."""
        return not self.canvas.encoding.lower().startswith("utf")

    def shown(self, words: str) -> str:
        r"""Escape control characters and what the encoding lacks: ``\x1b``, ``\u2713``."""
        if words.isascii() and words.isprintable():
            return words
        visible = phrases.visible(words)
        if self.is_plain:
            visible = visible.translate(PLAIN)
        encoding = self.canvas.encoding
        return visible.encode(encoding, "backslashreplace").decode(encoding)

    def text(self, words: str, style: str = "") -> Text:
        """Make a Text that the screen can show."""
        return Text(self.shown(words), style)

    def prose(self, words: str, style: str = "") -> Constrain:
        """Make a paragraph that is readable on a wide screen too."""
        return Constrain(self.text(words, style), READABLE)

    def drawn(self, sign: Sign) -> str:
        """Return the characters of a sign on this screen."""
        return sign.plain if self.is_plain else sign.drawn

    def beside(
        self, rows: Iterable[tuple[str, Sequence[str]]], most: int, style: str = ""
    ) -> Iterator[Text]:
        """Put texts beside their name, or below it if the name is wider than ``most`` cells."""
        named = [(self.text(name, style), texts) for name, texts in rows]
        fitting = (name.cell_len for name, _ in named if name.cell_len <= most)
        indent = min(max(fitting, default=0) + 2, self.canvas.width - 1)
        room = min(self.canvas.width, READABLE) - indent
        for name, texts in named:
            parts = (part for text in texts for part in self.text(text).wrap(self.console, room))
            before = name
            if name.cell_len > most:
                yield name
                before = Text()
            for part in parts:
                yield Text.assemble(before, " " * (indent - before.cell_len), part)
                before = Text()

    def legend(self, means: Mapping[Sign, str]) -> Iterator[Text]:
        """Yield the meanings of signs, as many on a line as fit."""
        line = Text()
        for sign, words in means.items():
            key = Text.assemble((self.drawn(sign), sign.style), " ", self.shown(words))
            if line and line.cell_len + BETWEEN + key.cell_len > self.canvas.width:
                yield line
                line = Text()
            line = Text(" " * BETWEEN).join([line, key]) if line else key
        yield line

    def printed(self, *parts: RenderableType) -> Iterator[str]:
        """Print parts one after another; without colours, strip trailing spaces."""
        with self.console.capture() as captured:
            self.console.print(Group(*parts))
        text = captured.get()
        yield text if self.canvas.colour else _without_blanks(text)


def _without_blanks(text: str) -> str:
    return "\n".join(line.rstrip(" ") for line in text.split("\n"))


def sign_of(session: Session, today: date) -> Sign:
    """Choose the sign of a session in the plan; a planned one may be late."""
    if agenda.standing(session, today) is Standing.LATE and session.status is Status.PLANNED:
        return LATE
    return OF_STATUS[session.status]


# --- around a drawing -----------------------------------------------------------------------


def head(screen: Screen, subject: Subject) -> Iterator[RenderableType]:
    """Yield the title, and the sentence that describes the plan."""
    mark = f" ({subject.mark})" if subject.mark else ""
    yield screen.text(f"{log.title_in_force(subject.plan)}{mark}", "title")
    yield screen.prose(summary.sentence(subject.plan, subject.sessions))
    yield ""


def foot(screen: Screen, subject: Subject) -> Iterator[RenderableType]:
    """Yield the care around the sessions with its dates, and the total."""
    yield from _care(screen, subject)
    total = lines.DOT.join(_total(subject.sessions, subject.today))
    for line in lines.broken(total, min(screen.canvas.width, READABLE)).split("\n"):
        yield screen.text(line)


def _care(screen: Screen, subject: Subject) -> Iterator[RenderableType]:
    """Yield a line for each kind of care, or for each of its days if the person asked for all."""
    if subject.with_care is False:
        return
    around = surroundings.of(subject.plan, subject.sessions)
    if subject.with_care:
        undated = around.undated(subject.sessions, subject.today)
        rows = [(when, [what]) for when, what in (*care_text.rows(around.items), *undated)]
    else:
        rows = care_text.dated(around.items, subject.today)
    if rows:
        yield from _listed(screen, rows)
        yield ""


def _listed(screen: Screen, rows: Sequence[tuple[str, Sequence[str]]]) -> Iterator[Text]:
    """Put names beside their lists, which break only between items."""
    width = min(screen.canvas.width, READABLE)
    widest = max(cell_len(screen.shown(name)) for name, _ in rows)
    most = width - LEAST - 2
    room = width - 2 - (widest if widest <= most else 0)
    listed = [(name, _joined([*parts[:FEW], *_more(parts)], room)) for name, parts in rows]
    yield from screen.beside(listed, widest if widest <= most else 0, "head")


def _more(parts: Sequence[str]) -> list[str]:
    return [f"{len(parts) - FEW} more"] if len(parts) > FEW else []


def _joined(parts: Sequence[str], width: int) -> list[str]:
    """Join parts by commas into lines of at most ``width``."""
    rows = [parts[0]]
    for part in parts[1:]:
        if cell_len(f"{rows[-1]}, {part}") < width:
            rows[-1] += f", {part}"
        else:
            rows[-1] += ","
            rows.append(part)
    return rows


def _total(sessions: Sequence[Session], today: date) -> Iterator[str]:
    """Yield the number of sessions, the open ones and the next one; also the zones, if several."""
    kept = [session for session in sessions if session.status is not Status.DROPPED]
    planned = [session for session in kept if session.status is Status.PLANNED]
    overdue = [session.number for session in planned if session.date < today]
    coming = agenda.upcoming(sessions, today)
    zones = dict.fromkeys(session.rules.tz for session in kept if session.at is not None)
    if kept:
        yield phrases.total(kept)
    if overdue:
        yield f"still open: #{phrases.numbers(overdue)}"
    if coming is not None:
        away = phrases.distance((coming.date - today).days)
        yield f"next {phrases.near(coming.date, today)}, {away}"
    if len(zones) > 1:
        yield f"times {', then '.join(zones)}"
