"""The result of a row, a plan or an error, and its line of JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from microplan.batch.closed_days import ClosedDaysFound
from microplan.formats import Subject
from microplan.formats import json_document as document
from microplan.model import ids, log
from microplan.model.care import Care
from microplan.model.plan import TITLE, Plan, Session
from microplan.model.rules import Rules
from microplan.scheduling import schedule
from microplan.wording import phrases

LONGEST = 300
"""Longest message about a row, in characters."""


class Memo(Struct):
    """A document to make others from, kept only from the second use (``times``) on."""

    document: dict[str, Any] | None = None
    times: int = 0

    def keep(self, document: dict[str, Any]) -> None:
        """Keep a document, except on its first use, because most are used only once."""
        self.times += 1
        self.document = document if self.times > 1 else None


class Outline(Struct, frozen=True, kw_only=True):
    """The result of a row's words: everything about a plan except its title and id.

    ``memo`` is the document of a plan with this outline; ``days_memo`` one with the same days only.
    """

    rules: Rules
    care: tuple[Care, ...]
    protocol: str
    sessions: tuple[Session, ...]
    closed: ClosedDaysFound
    days_memo: Memo
    memo: Memo


class Planned(Struct, frozen=True, kw_only=True):
    """A row that became a plan; if it ``stands``, the plan already existed and may have a log."""

    line: int
    plan: Plan
    outline: Outline
    stands: bool = False

    def subject(self, today: date) -> Subject:
        """Return the plan as a subject to render."""
        mark = ids.short_id(self.plan.id, is_alone=self.plan.title != TITLE)
        return Subject(plan=self.plan, sessions=self.outline.sessions, today=today, mark=mark)

    def fields(self) -> dict[str, object]:
        """Return the fields for file names."""
        return {"id": self.plan.id, "title": self.plan.title, "line": self.line}


class Failed(Struct, frozen=True, kw_only=True):
    """A row that couldn't be planned; ``id`` is the row's own, if it has a readable one."""

    line: int
    error: str
    id: str = ""


def failed(row: Planned, error: str) -> Failed:
    """Turn a planned row into an error."""
    return Failed(line=row.line, error=clipped(error), id=row.plan.id)


def standing(result: Planned, plan: Plan) -> Planned:
    """Replace the plan of a row by the existing one."""
    outline = result.outline
    if replace(plan, created=result.plan.created) != result.plan:
        sessions = schedule.schedule(plan)
        outline = replace(outline, rules=plan.rules, care=plan.care, sessions=sessions)
        outline = replace(outline, protocol=plan.protocol, memo=Memo(), days_memo=Memo())
    return replace(result, plan=plan, outline=outline, stands=True)


def line(result: Planned | Failed) -> bytes:
    """Write a result as a line: the document of the plan, or the error in its place."""
    if isinstance(result, Failed):
        record = {"error": result.error, "line": result.line}
        return document.line(record | ({"id": phrases.visible(result.id)} if result.id else {}))
    return document.line(content(result))


def content(result: Planned) -> dict[str, Any]:
    """Make the document of a plan, reusing an equal one if possible."""
    known = result.outline.memo
    if known.document is not None:
        return document.renamed(known.document, result.plan)
    record = _document(result.subject(date.min), result.outline.days_memo)
    known.keep(record)
    return record


def _document(subject: Subject, days: Memo) -> dict[str, Any]:
    """Make the document of a plan, adapting one with the same days if possible."""
    if days.document is not None:
        return document.at_hours_of(subject, days.document)
    record = document.content(subject)
    days.keep(record)
    return record


def clipped(text: str) -> str:
    """Escape hidden characters in a message, and cut out the middle of a long one."""
    shown = phrases.visible(text[:LONGEST] if len(text) <= LONGEST else _ends(text))
    return shown if len(shown) <= LONGEST * 2 else _ends(shown)


def _ends(text: str) -> str:
    return f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"


class Marks:
    """The ids that people see beside titles.

    A chosen id is always shown. A derived one is shown from the second plan with a title on, and
    beside the default title.
    """

    def __init__(self) -> None:
        self.titles: set[str] = set()

    def mark(self, plan: Plan) -> str:
        """Return the mark of the next plan."""
        title = log.public_title(plan).casefold()
        mark = ids.short_id(plan.id, is_alone=plan.title != TITLE and title not in self.titles)
        if mark != plan.id:
            self.titles.add(title)
        return mark
