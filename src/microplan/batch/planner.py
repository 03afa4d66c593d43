"""Rows to plans, one in and one out: many plans at once, in the memory of a few.

Nothing is known here of a machine's zone, its settings or its clock: a row says all of it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

import msgspec.json
from msgspec import Struct
from msgspec.structs import replace

from microplan.batch import cells, closed_days, rows, workbook_cells
from microplan.batch.closed_days import Ask, ClosedDaysFound
from microplan.batch.columns import Columns
from microplan.batch.table import Row
from microplan.calendars.busy_query import BusyQuery, BusyReply
from microplan.courses import care_sets, library
from microplan.courses.course import Course
from microplan.errors import MicroplanError, RuleError, UsageError
from microplan.formats import Subject
from microplan.formats import json_document as document
from microplan.model import ids
from microplan.model.care import Care
from microplan.model.plan import TITLE, Plan, Session
from microplan.model.rules import PLACING, Rules
from microplan.rules import care_words, grammar
from microplan.rules import words as rules
from microplan.scheduling import schedule
from microplan.wording import phrases

Value = TypeVar("Value")

CARE_KINDS = ("pause", "cue", "checkpoint", "use", "supply", "stock")
LOOKED_UP = ("holidays", "busy")
COLUMNS = Columns(
    names=("id", "title", "protocol", *rules.WORDS, *LOOKED_UP, "care", *CARE_KINDS),
    many=(
        *(name for name, word in rules.WORDS.items() if word.many),
        *LOOKED_UP,
        "care",
        *CARE_KINDS,
    ),
)
MOST_KEPT = 12_000
"""Sessions of plans that are kept, in case the next row says the same words."""
A_SESSION = 128
"""Bytes of words that take about as much room as a session, when they are kept."""
LONGEST = 300
"""Characters of what is said of a row."""


class Said(Struct):
    """A document that others are made from, kept from the second of the ``times`` it is of use."""

    document: dict[str, Any] | None = None
    times: int = 0

    def keep(self, document: dict[str, Any]) -> None:
        """Keep a document, unless it is the first of its kind, which most often is the only one."""
        self.times += 1
        self.document = document if self.times > 1 else None


class Placed(Struct, frozen=True):
    """The days of sessions, and a document of some plan that has them, at whatever hour."""

    sessions: tuple[Session, ...]
    said: Said
    closed: ClosedDaysFound = ClosedDaysFound()


class Drawn(Struct, frozen=True, kw_only=True):
    """What the words of a row stand for, whoever it is: all of a plan but title and id."""

    rules: Rules
    care: tuple[Care, ...]
    protocol: str
    sessions: tuple[Session, ...]
    closed: ClosedDaysFound
    days: Said
    said: Said


class Planned(Struct, frozen=True, kw_only=True):
    """A row that became a plan; one that ``stands`` was there before, and may have a log."""

    line: int
    plan: Plan
    drawn: Drawn
    stands: bool = False

    def subject(self, today: date) -> Subject:
        """Give the plan to be said in a format."""
        mark = ids.mark(self.plan.id, is_alone=self.plan.title != TITLE)
        return Subject(plan=self.plan, sessions=self.drawn.sessions, today=today, mark=mark)

    def fields(self) -> dict[str, object]:
        """Give what the name of a file may hold."""
        return {"id": self.plan.id, "title": self.plan.title, "line": self.line}


class Failed(Struct, frozen=True, kw_only=True):
    """A row that did not; ``id`` is its own, if it has one that can be read."""

    line: int
    error: str
    id: str = ""


def failed(row: Planned, error: str) -> Failed:
    """Say what keeps a plan from being written."""
    return Failed(line=row.line, error=clipped(error), id=row.plan.id)


class Planner:
    """Plans rows one after another; what the same words stand for is worked out once.

    ``created`` is the instant all of them are drawn up, ``order`` that of ``cells.ORDERS`` in
    which days are written. ``words`` are those of all rows, which a cell overrides; ``ask`` reads
    busy calendars.
    """

    def __init__(
        self,
        created: datetime,
        order: str = "iso",
        words: Mapping[str, Any] | None = None,
        ask: Ask | None = None,
    ) -> None:
        self.created = created
        self.order = order
        self.words = dict(words or {})
        self.ask = ask or _nobody
        self.known: _Memory[Drawn] = _Memory()
        self.placed: _Memory[Placed] = _Memory()
        self.ids: dict[str, int] = {}

    def plan(self, row: Row) -> Planned | Failed:
        """Plan a row, or say what keeps it from being planned."""
        own_id = ""
        try:
            own_id = _text(row.words, "id")
            if row.fault:
                return Failed(line=row.line, error=clipped(row.fault), id=own_id)
            return self._planned(row, own_id)
        except RuleError as error:
            advice = _advice(error, row.words, self.order)
            message = f"{str(error).removesuffix('.')}{advice}" if advice else str(error)
            return Failed(line=row.line, error=clipped(message), id=own_id)
        except MicroplanError as error:
            return Failed(line=row.line, error=clipped(str(error)), id=own_id)
        except (OverflowError, RecursionError):
            return Failed(line=row.line, error=rows.BEYOND, id=own_id)

    def _planned(self, row: Row, own_id: str) -> Planned:
        words = row.words
        title = _text(words, "title") or TITLE
        own = {name: words[name] for name in words if name not in ("id", "title")}
        if self.words:
            own = self.words | {name: own[name] for name in own if rules.is_given(own[name])}
        drawn = self._drawn(own)
        plan = Plan(
            id=own_id or ids.plan_id(title, drawn.rules),
            title=title,
            created=self.created,
            rules=drawn.rules,
            closed=drawn.closed.closures,
            lookups=drawn.closed.lookups,
            care=drawn.care,
            protocol=drawn.protocol,
        )
        first = self.ids.setdefault(plan.id, row.line)
        if first != row.line:
            raise UsageError(taken(own_id, f"line {first}"))
        return Planned(line=row.line, plan=plan, drawn=drawn)

    def _drawn(self, words: dict[str, Any]) -> Drawn:
        """Work out what words stand for, or remember it; the longest unused is forgotten first."""
        key = _key(words)
        drawn = self.known.find(key)
        if drawn is None:
            drawn = self._new(words)
            self.known.keep(key, drawn, len(drawn.sessions))
        return drawn

    def _new(self, given: dict[str, Any]) -> Drawn:
        words = {name: value for name, value in given.items() if rules.is_given(value)}
        protocol, sets = _text(words, "protocol"), _sets(words)
        own = {name: words[name] for name in words if name in rules.WORDS}
        if "at" in own and "tz" not in own:
            raise UsageError("tz is missing; a row with at needs its zone, such as Europe/Paris")
        stated, taken = library.beginning(*_published(protocol), own) if protocol else ({}, ())
        given_care = care_sets.given(sets, {kind: _texts(words, kind) for kind in CARE_KINDS})
        care_words.refuse_uncounted(given_care)
        said, read = self._read(stated | own)
        placed = self._place(said, read, {name: _texts(words, name) for name in LOOKED_UP})
        return Drawn(
            rules=read,
            care=care_words.last_of_each((*taken, *given_care)),
            protocol=protocol,
            sessions=tuple(
                replace(session, rules=read.of_phase(session.phase - 1))
                for session in placed.sessions
            ),
            closed=placed.closed,
            days=placed.said,
            said=Said(),
        )

    def _read(self, words: dict[str, Any]) -> tuple[dict[str, Any], Rules]:
        """Read rule words; those that spreadsheets write in their own ways only if they must be."""
        try:
            return words, rules.parse(words)
        except RuleError:
            mended = cells.mended(words, self.order)
            if mended == words:
                raise
            return mended, rules.parse(mended)

    def _place(
        self, words: dict[str, Any], read: Rules, looked_up: Mapping[str, list[str]]
    ) -> Placed:
        """Find where sessions land, or remember where the same pace put them at another hour."""
        names = (*PLACING, "at", "duration", "tz") if looked_up["busy"] else PLACING
        key = _key({name: words[name] for name in words if name in names} | dict(looked_up))
        placed = self.placed.find(key)
        if placed is None:
            placed = self._placed(read, looked_up)
            self.placed.keep(key, placed, len(placed.sessions) + len(placed.closed.closures))
        return placed

    def _placed(self, read: Rules, looked_up: Mapping[str, list[str]]) -> Placed:
        plan = Plan(id="", title="", created=self.created, rules=read)
        sessions = schedule.schedule(plan)
        if not any(looked_up.values()):
            return Placed(sessions, Said())
        last = sessions[-1].date
        found = closed_days.find(read, last, looked_up["holidays"], looked_up["busy"], self.ask)
        return Placed(schedule.schedule(replace(plan, closed=found.closures)), Said(), found)


class _Memory(Generic[Value]):
    """Values by key, in the room of ``MOST_KEPT`` sessions; the longest unused is forgotten first."""

    def __init__(self) -> None:
        self.kept: OrderedDict[bytes, tuple[Value, int]] = OrderedDict()
        self.room = MOST_KEPT

    def find(self, key: bytes) -> Value | None:
        """Find what is kept under a key."""
        entry = self.kept.get(key)
        if entry is None:
            return None
        self.kept.move_to_end(key)
        return entry[0]

    def keep(self, key: bytes, value: Value, size: int) -> None:
        """Keep a value of so many sessions; what it was made of takes room as well."""
        size += len(key) // A_SESSION
        self.kept[key] = value, size
        self.room -= size
        while self.room < 0:
            _, (_, oldest) = self.kept.popitem(last=False)
            self.room += oldest


def _key(words: dict[str, Any]) -> bytes:
    """Tell words from others: by their JSON, or by their representation where that has none."""
    try:
        return msgspec.json.encode(words)
    except (UnicodeEncodeError, OverflowError):  # half a character, a number of many digits
        return ascii(words).encode()


def standing(result: Planned, plan: Plan) -> Planned:
    """Give a plan in use for a row."""
    drawn = result.drawn
    if replace(plan, created=result.plan.created) != result.plan:
        sessions = schedule.schedule(plan)
        drawn = replace(drawn, rules=plan.rules, care=plan.care, sessions=sessions)
        drawn = replace(drawn, protocol=plan.protocol, said=Said(), days=Said())
    return replace(result, plan=plan, drawn=drawn, stands=True)


def line(result: Planned | Failed) -> bytes:
    """Say a result as a line: the document of the plan, or the error in its place."""
    if isinstance(result, Failed):
        record = {"error": result.error, "line": result.line}
        return document.line(record | ({"id": phrases.visible(result.id)} if result.id else {}))
    return document.line(content(result))


def content(result: Planned) -> dict[str, Any]:
    """Make the document of a plan, from another one that says the same if there is one."""
    known = result.drawn.said
    if known.document is not None:
        return document.renamed(known.document, result.plan)
    record = _document(result.subject(date.min), result.drawn.days)
    known.keep(record)
    return record


def _document(subject: Subject, days: Said) -> dict[str, Any]:
    """Make the document of a plan, from another one with the same days if there is one."""
    if days.document is not None:
        return document.at_hours_of(subject, days.document)
    record = document.content(subject)
    days.keep(record)
    return record


def clipped(text: str) -> str:
    """Show what is hidden in a message, and leave out the middle of a long one."""
    shown = phrases.visible(text[:LONGEST] if len(text) <= LONGEST else _ends(text))
    return shown if len(shown) <= LONGEST * 2 else _ends(shown)


def _ends(text: str) -> str:
    return f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"


# --- from words to a course of sessions -----------------------------------------------------


@lru_cache
def _published(name: str) -> tuple[Course, str]:
    """Find a published course and its variant; a row never names a file that would be opened."""
    own, _, variant = name.partition(":")
    course = library.load(own)
    course.stated(variant)
    return course, variant


def _text(words: Mapping[str, Any], name: str) -> str:
    """Read a word that is free text; a number stands for its digits."""
    value = words.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UsageError(f"{name} would be a text")
    return grammar.free_text(str(value), name)


def _texts(words: Mapping[str, Any], name: str) -> list[str]:
    """Read a word that may have several values, in one text or a list of them."""
    value = words.get(name, [])
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise UsageError(f"{name} would be a text, or a list of them")
    return texts


def _nobody(name: str, _query: BusyQuery) -> BusyReply:
    raise UsageError(f"{name} is no calendar that is read here")


def _sets(words: Mapping[str, Any]) -> str:
    """Read the names of sets of care, in one text or a list of them."""
    value = words.get("care", "")
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        raise UsageError(f"care would be names of sets; {', '.join(care_sets.SETS)} are")
    return ",".join(names)


# --- what to write instead ------------------------------------------------------------------


def taken(own_id: str, where: str) -> str:
    """Say on which line an id is taken: events of two plans would be taken for the same."""
    if own_id:
        return f"id {own_id} is that of {where}; give each row its own"
    return f"{where} says the same; give each row an id"


def _advice(error: RuleError, words: Mapping[str, Any], order: str) -> str:
    """Say what a row or the command would say, where the fault is one of tables alone."""
    if error.word in workbook_cells.DAYS and order == "iso":
        orders = cells.orders(error.text)
        if orders:
            return f", or give --dates {' or '.join(orders)}"
    if error.word in workbook_cells.DAYS and (meant := cells.serial_advice(error.text)):
        return f". {meant}"
    if error.word not in COLUMNS.many or error.text[error.span[0] :][:1] != ",":
        return ""
    if isinstance(words.get(error.word), list):
        return "; a cell holds several with ; between them, in quotes where ; parts the columns too"
    return "; several are written as a list"
