"""The output formats: one row of ``FORMATS`` and one module each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from importlib import import_module
from typing import Any, Protocol

from msgspec import Struct

from microplan.model.plan import Plan, Session


class Canvas(Struct, frozen=True, kw_only=True):
    """What text is drawn on: its width in columns, what it can show, and how its weeks begin.

    ``first_weekday`` is 0 for Monday.
    """

    width: int = 80
    colour: bool = False
    encoding: str = "utf-8"
    first_weekday: int = 0


class Subject(Struct, frozen=True, kw_only=True):
    """What to render: a plan, its sessions, and the day on which it is rendered.

    ``with_care`` asks for the care around the sessions, or not; None leaves it to the format:
    a calendar has it, a list of sessions does not. ``with_notes`` asks a table for how sessions went.
    """

    plan: Plan
    sessions: tuple[Session, ...]
    today: date
    canvas: Canvas = Canvas()
    with_care: bool | None = None
    with_notes: bool = False
    mark: str = ""
    """The id, where it tells the plan from others of one title."""


class Format(Struct, frozen=True, kw_only=True):
    """One way: the function that says it, the suffixes of its files, and what help says.

    ``text`` is True where characters follow the terminal and the sentence of the plan stands
    above; all others are UTF-8. What has no suffix is for looking at, not for files. ``joined``
    says several plans in one document; text has them one below the other. ``in_turn`` says any
    number of them as they come.
    """

    by: str
    suffixes: tuple[str, ...]
    help: str
    text: bool = False
    joined: str = ""
    in_turn: str = ""


class InTurn(Protocol):
    """A document of many plans that keeps none of them; its head may come last."""

    def add(self, subject: Subject) -> Iterator[str]:
        """Say one more plan."""

    def head(self) -> Iterator[str]:
        """Say what stands above all plans."""

    def end(self) -> str:
        """Say what stands below them."""


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
    """Say the plan in a format, in chunks of text."""
    chunks: Iterator[str] = _function(FORMATS[name].by)(subject)
    return chunks


def can_join(name: str) -> bool:
    """Whether a format can put several plans into one document."""
    return FORMATS[name].text or bool(FORMATS[name].joined)


def render_all(name: str, subjects: Sequence[Subject]) -> Iterator[str]:
    """Say several plans in one document of a format that ``can_join``."""
    row = FORMATS[name]
    if len(subjects) == 1:
        return render(name, subjects[0])
    chunks: Iterator[str] = (
        _one_by_one(name, subjects) if row.text else _function(row.joined)(subjects)
    )
    return chunks


def in_turn(name: str) -> InTurn:
    """Begin a document of many plans, in a format that has them ``in_turn``."""
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
