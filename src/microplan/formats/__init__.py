"""The output formats: each has a row in ``FORMATS`` and its own module."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from importlib import import_module
from typing import Any, Protocol

from msgspec import Struct

from microplan.model.plan import Plan, Session


class Canvas(Struct, frozen=True, kw_only=True):
    """The medium to draw text on: its width in columns, its abilities, and its first weekday.

    ``first_weekday`` is 0 for Monday.
    """

    width: int = 80
    colour: bool = False
    encoding: str = "utf-8"
    first_weekday: int = 0


class Subject(Struct, frozen=True, kw_only=True):
    """What to render: a plan, its sessions, and the day to treat as today.

    ``with_care`` includes or excludes the care around sessions; None uses the format's default: a
    calendar has it, a list of sessions doesn't. ``with_notes`` adds to a table how sessions went.
    """

    plan: Plan
    sessions: tuple[Session, ...]
    today: date
    canvas: Canvas = Canvas()
    with_care: bool | None = None
    with_notes: bool = False
    mark: str = ""
    """The id to show, if it's needed to tell plans with the same title apart."""


class Format(Struct, frozen=True, kw_only=True):
    """An output format: the function that renders it, its file suffixes, and its help.

    ``text`` is True for formats to read, which start with the plan's sentence and use the terminal's
    characters; all others are UTF-8. A format without a suffix is only printed, not written to files.
    ``joined`` renders several plans as one document; text formats print them one below another.
    ``in_turn`` renders any number of plans as they come.
    """

    by: str
    suffixes: tuple[str, ...]
    help: str
    text: bool = False
    joined: str = ""
    in_turn: str = ""


class InTurn(Protocol):
    """A document of many plans that keeps none in memory; its head can be written last."""

    def add(self, subject: Subject) -> Iterator[str]:
        """Render one more plan."""

    def head(self) -> Iterator[str]:
        """Render the part above all plans."""

    def end(self) -> str:
        """Render the part below all plans."""


FORMATS: dict[str, Format] = {
    "table": Format(by="table:table", suffixes=(".txt",), help="to read", text=True),
    "calendar": Format(by="month_grid:calendar", suffixes=(), help="month grids", text=True),
    "timeline": Format(
        by="timeline:timeline",
        suffixes=(),
        help="a line per phase",
        text=True,
    ),
    "tsv": Format(
        by="delimited:tsv",
        suffixes=(".tsv",),
        help="tab-separated, for pipes",
        joined="delimited:tsv_of_all",
        in_turn="delimited:TabsInTurn",
    ),
    "csv": Format(
        by="delimited:csv",
        suffixes=(".csv",),
        help="for spreadsheets",
        joined="delimited:csv_of_all",
        in_turn="delimited:CommasInTurn",
    ),
    "json": Format(
        by="json_document:document",
        suffixes=(".json",),
        help="all of it, one document",
        joined="json_document:documents",
    ),
    "ndjson": Format(
        by="json_document:lines",
        suffixes=(".ndjson", ".jsonl"),
        help="a session a line",
        joined="json_document:lines_of_all",
    ),
    "toml": Format(by="plan_toml:plan", suffixes=(".toml",), help="the plan file"),
    "ics": Format(
        by="ical:calendar",
        suffixes=(".ics",),
        help="calendar with reminders",
        joined="joined_calendar:joined",
        in_turn="joined_calendar:InTurn",
    ),
    "fhir": Format(
        by="fhir:bundle",
        suffixes=(".fhir",),
        help="a FHIR R4 bundle, for clinical systems",
        joined="fhir:bundle_of_all",
    ),
    "html": Format(
        by="html.page:html",
        suffixes=(".html", ".htm"),
        help="a page to look at and print",
        joined="html.page:pages",
    ),
}
SUFFIXES = {suffix: name for name, row in FORMATS.items() for suffix in row.suffixes}


def render(name: str, subject: Subject) -> Iterator[str]:
    """Render a plan in a format, in chunks of text."""
    chunks: Iterator[str] = _function(FORMATS[name].by)(subject)
    return chunks


def can_join(name: str) -> bool:
    """Whether a format can put several plans into one document."""
    return FORMATS[name].text or bool(FORMATS[name].joined)


def render_all(name: str, subjects: Sequence[Subject]) -> Iterator[str]:
    """Render several plans as one document of a format that ``can_join``."""
    row = FORMATS[name]
    if len(subjects) == 1:
        return render(name, subjects[0])
    chunks: Iterator[str] = (
        _one_by_one(name, subjects) if row.text else _function(row.joined)(subjects)
    )
    return chunks


def in_turn(name: str) -> InTurn:
    """Start a document of many plans, in a format with ``in_turn``."""
    document: InTurn = _function(FORMATS[name].in_turn)()
    return document


def _one_by_one(name: str, subjects: Iterable[Subject]) -> Iterator[str]:
    for index, subject in enumerate(subjects):
        if index:
            yield "\n"
        yield from render(name, subject)


def _function(path: str) -> Callable[..., Any]:
    module, _, function = path.partition(":")
    renderer: Callable[..., Any] = getattr(import_module(f"{__name__}.{module}"), function)
    return renderer
