"""Turns the words of a row into sessions; the same words are worked out only once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

import msgspec.json
from msgspec import Struct
from msgspec.structs import replace

from microplan.batch import cells, closed_days
from microplan.batch.closed_days import BusyCalendars, ClosedDaysFound
from microplan.batch.planned import Memo, Outline
from microplan.courses import care_sets, library
from microplan.courses.course import Course
from microplan.errors import RuleError, UsageError
from microplan.model import ids
from microplan.model.care import Care
from microplan.model.plan import Plan, Session
from microplan.model.rules import PLACING, Rules
from microplan.rules import care_words, grammar
from microplan.rules import words as rules
from microplan.scheduling import schedule, sequence

Value = TypeVar("Value")

CARE_KINDS = ("pause", "cue", "checkpoint", "use", "supply", "stock")
OF_CARE = ("care", *CARE_KINDS)
LOOKED_UP = ("holidays", "busy")
MOST_KEPT = 12_000
"""Size of the cache in sessions, for rows that repeat the words of an earlier row."""
A_SESSION = 128
"""Bytes of words that count as one session in the cache."""


class Placed(Struct, frozen=True):
    """Placed sessions, and the document of a plan with the same days, at any time of day."""

    sessions: tuple[Session, ...]
    memo: Memo
    closed: ClosedDaysFound = ClosedDaysFound()


class Outlines:
    """Works out the sessions of rows, and caches the latest results.

    ``created`` is the creation time of all plans; ``date_order``, a key of ``cells.ORDERS``, is the
    order of numeric dates.
    """

    def __init__(self, created: datetime, date_order: str, calendars: BusyCalendars) -> None:
        self.created = created
        self.date_order = date_order
        self.calendars = calendars
        self.known: Cache[Outline] = Cache()
        self.placed: Cache[Placed] = Cache()

    def outline(self, words: dict[str, Any], own_id: str, title: str) -> Outline:
        """Work out the sessions of a row's words, or take them from the cache (least recently used).

        The result is the same for every row, unless a busy calendar has events of the plan itself.
        """
        is_own = "busy" in words and self.calendars.hold_plans(texts(words, "busy"))
        whose = {"id": own_id, "title": title} if is_own else {}
        key = _key(words | whose)
        outline = self.known.find(key)
        if outline is None:
            outline = self._new(words, whose)
            self.known.keep(key, outline, len(outline.sessions))
        return outline

    def _new(self, given: dict[str, Any], whose: Mapping[str, str]) -> Outline:
        words = {name: value for name, value in given.items() if rules.is_given(value)}
        protocol = text(words, "protocol")
        own = {name: words[name] for name in words if name in rules.WORDS}
        if "at" in own and "tz" not in own:
            raise UsageError(
                "tz is missing. A row with a time needs a time zone, such as Europe/Paris"
            )
        stated, taken = library.beginning(*_published(protocol), own) if protocol else ({}, ())
        own_care = _care(words)
        accepted, read = self._read(stated | own)
        care = care_words.last_of_each((*taken, *own_care))
        looked_up = {name: texts(words, name) for name in LOOKED_UP}
        placed = self._place(accepted, self._plan(read, care, whose), looked_up)
        return Outline(
            rules=read,
            care=care,
            protocol=protocol,
            sessions=tuple(
                replace(session, rules=read.of_phase(session.phase - 1))
                for session in placed.sessions
            ),
            closed=placed.closed,
            days_memo=placed.memo,
            memo=Memo(),
        )

    def _read(self, words: dict[str, Any]) -> tuple[dict[str, Any], Rules]:
        """Parse rule words; convert spreadsheet spellings only if the grammar refuses them."""
        try:
            return words, rules.parse(words)
        except RuleError:
            corrected = cells.corrected(words, self.date_order)
            if corrected == words:
                raise
            return corrected, rules.parse(corrected)

    def _plan(self, read: Rules, care: tuple[Care, ...], whose: Mapping[str, str]) -> Plan:
        """Make a plan to schedule; it needs an id only to recognise its own events."""
        title = whose.get("title", "")
        own_id = whose["id"] or ids.plan_id(title, read) if whose else ""
        return Plan(id=own_id, title=title, created=self.created, rules=read, care=care)

    def _place(self, words: dict[str, Any], plan: Plan, looked_up: dict[str, list[str]]) -> Placed:
        """Schedule the sessions, or reuse those of the same pace at another time of day."""
        names = (*PLACING, "at", "duration", "tz") if looked_up["busy"] else PLACING
        stated = {name: words[name] for name in words if name in names}
        key = _key(stated | {"id": plan.id} | looked_up)
        placed = self.placed.find(key)
        if placed is None:
            placed = self._placed(plan, looked_up)
            self.placed.keep(key, placed, len(placed.sessions) + len(placed.closed.closures))
        return placed

    def _placed(self, plan: Plan, looked_up: dict[str, list[str]]) -> Placed:
        sessions = schedule.schedule(plan)
        if not any(looked_up.values()):
            return Placed(sessions, Memo())
        own = [event.uid for event in sequence.events(plan, sessions)] if plan.id else []
        found = closed_days.Search(plan.rules, sessions[-1].date, own, self.calendars).run(
            **looked_up
        )
        return Placed(schedule.schedule(replace(plan, closed=found.closures)), Memo(), found)


class Cache(Generic[Value]):
    """A least-recently-used cache with room for ``MOST_KEPT`` sessions."""

    def __init__(self) -> None:
        self.kept: OrderedDict[bytes, tuple[Value, int]] = OrderedDict()
        self.room = MOST_KEPT

    def find(self, key: bytes) -> Value | None:
        """Return the value of a key, if it's cached."""
        entry = self.kept.get(key)
        if entry is None:
            return None
        self.kept.move_to_end(key)
        return entry[0]

    def keep(self, key: bytes, value: Value, size: int) -> None:
        """Cache a value of ``size`` sessions; the words it was made from count too."""
        size += len(key) // A_SESSION
        self.kept[key] = value, size
        self.room -= size
        while self.room < 0:
            _, (_, oldest) = self.kept.popitem(last=False)
            self.room += oldest


def _key(words: dict[str, Any]) -> bytes:
    """Make a cache key of words: their JSON or, if they have none, their repr."""
    try:
        return msgspec.json.encode(words)
    except (UnicodeEncodeError, OverflowError):  # half a character, a number of many digits
        return ascii(words).encode()


@lru_cache
def _published(name: str) -> tuple[Course, str]:
    """Load a published course and its variant; a row can't make us open a file."""
    own, _, variant = name.partition(":")
    course = library.load(own)
    course.stated(variant)
    return course, variant


def text(words: Mapping[str, Any], name: str) -> str:
    """Read a free text; a number becomes its digits."""
    value = words.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UsageError(f"{name} isn't text. Write it in quotes")
    return grammar.free_text(str(value), name)


def texts(words: Mapping[str, Any], name: str) -> list[str]:
    """Read a word that can have several values, as one text or a list."""
    value = words.get(name, [])
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise UsageError(f"{name} isn't text. Write a text, or a list of texts")
    return texts


def _care(words: Mapping[str, Any]) -> tuple[Care, ...]:
    """Read the care of a row, if it has any."""
    if words.keys().isdisjoint(OF_CARE):
        return ()
    own_care = care_sets.given(_sets(words), {kind: texts(words, kind) for kind in CARE_KINDS})
    care_words.refuse_stock_without_supply(own_care)
    return own_care


def _sets(words: Mapping[str, Any]) -> str:
    """Read the names of care sets, as one text or a list."""
    value = words.get("care", "")
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        raise UsageError(f"care takes the names of care sets: {', '.join(care_sets.SETS)}")
    return ",".join(names)
