"""The ways to say a plan: one row of ``FORMATS`` and one module each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib import import_module

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
    """What there is to say: a plan, its sessions, and the day on which it is said.

    ``with_care`` asks for the care around the sessions, or not; None leaves it to the format:
    a calendar has it, a list of sessions does not. ``with_notes`` asks a table for how sessions went.
    """

    plan: Plan
    sessions: tuple[Session, ...]
    today: date
    canvas: Canvas = Canvas()
    with_care: bool | None = None
    with_notes: bool = False


class Format(Struct, frozen=True, kw_only=True):
    """One way: the function that says it, the suffixes of its files, and what help says.

    ``text`` is True where characters follow the terminal and the sentence of the plan stands
    above; all others are UTF-8. What has no suffix is for looking at, not for files.
    """

    by: str
    suffixes: tuple[str, ...]
    help: str
    text: bool = False


FORMATS: dict[str, Format] = {
    "table": Format(by="table:table", suffixes=(".txt",), help="to read", text=True),
    "calendar": Format(by="month_grid:calendar", suffixes=(), help="month grids", text=True),
    "timeline": Format(by="timeline:timeline", suffixes=(), help="a line per phase", text=True),
    "tsv": Format(by="delimited:tsv", suffixes=(".tsv",), help="tab-separated, for pipes"),
    "csv": Format(by="delimited:csv", suffixes=(".csv",), help="for spreadsheets"),
    "json": Format(
        by="json_document:document", suffixes=(".json",), help="all of it, one document"
    ),
    "ndjson": Format(
        by="json_document:lines", suffixes=(".ndjson", ".jsonl"), help="a session a line"
    ),
    "toml": Format(by="plan_toml:plan", suffixes=(".toml",), help="the plan file"),
    "ics": Format(by="ical:calendar", suffixes=(".ics",), help="calendar with reminders"),
    "html": Format(
        by="html.page:html", suffixes=(".html", ".htm"), help="a page to look at and print"
    ),
}
SUFFIXES = {suffix: name for name, row in FORMATS.items() for suffix in row.suffixes}


def render(name: str, subject: Subject) -> Iterator[str]:
    """Say the plan in a format, in chunks of text."""
    module, _, function = FORMATS[name].by.partition(":")
    chunks: Iterator[str] = getattr(import_module(f"{__name__}.{module}"), function)(subject)
    return chunks
