"""A published course, field by field, and the reader of its TOML tables.

``library`` loads the files and compares plans with courses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from functools import partial
from typing import Any

from msgspec import Struct

from microplan.courses.marks import Mark
from microplan.errors import RuleError, UsageError
from microplan.model.care import Care
from microplan.model.values import Recurrence
from microplan.rules import care_words, grammar, nearest, words
from microplan.rules import pace as paces
from microplan.rules.scanner import listing
from microplan.storage.toml import TableReader, joined

VERSION = 1
"""Version of the course file."""
MOST = 100
"""Most entries of one kind in a file, and most faults with advice, to bound the time."""

FIELDS = (
    "citation",
    "condition",
    "setting",
    "design",
    "completers",
    "control",
    "device",
    "depth",
    "interval",
    "sessions",
    "length",
    "pace",
    "companion",
    "use",
    "pause",
    "procedure",
    "endpoint",
    "adverse",
)
"""The fields that a course has only once, in the order to print them."""
SEPARATOR = ":"
"""Separates the id of a course from the name of a variant."""
LISTS = ("readout", "result")
"""The fields that a course can have several times."""


class Fact(Struct, frozen=True, kw_only=True):
    """One field of a course: its value, its mark, and the sources that state it.

    ``care`` is the pause or checkpoint that a plan takes from it, if any.
    """

    value: str
    mark: Mark
    sources: tuple[str, ...]
    note: str = ""
    care: Care | None = None


class Variant(Struct, frozen=True, kw_only=True):
    """One arm or variant of a course, with the fields in which it differs."""

    name: str
    facts: dict[str, Fact]


class Course(Struct, frozen=True, kw_only=True):
    """One published course: a fact for each stated field, by the field's name."""

    id: str
    facts: dict[str, Fact]
    variants: tuple[Variant, ...] = ()
    readouts: tuple[Fact, ...] = ()
    results: tuple[Fact, ...] = ()

    def stated(self, variant: str = "") -> dict[str, Fact]:
        """Return the facts of a variant, in the order of ``FIELDS``.

        Without a name, return those of the course itself, or of its first variant if only variants
        have a pace.
        """
        if not variant and "pace" in self.facts:
            return self.facts
        names = [variant.name for variant in self.variants]
        if variant and variant not in names:
            advice = f"It has {listing(names)}." if names else "Leave the variant out."
            advice = nearest.question(variant, names, advice)
            raise UsageError(f"{self.id} has no variant {variant!r}. {advice}")
        merged = self.facts | self.variants[names.index(variant) if variant else 0].facts
        return {field: merged[field] for field in FIELDS if field in merged}

    def ways(self) -> tuple[str, ...]:
        """List the variants that can be followed, the usual one first; ``""`` is the course itself."""
        own = ("",) if "pace" in self.facts else ()
        return own + tuple(variant.name for variant in self.variants)

    def named(self, way: str) -> str:
        """Spell the name that starts a plan from a variant: ``ro-2016:0.3mm``."""
        return f"{self.id}{SEPARATOR}{way}" if way else self.id


# --- reading --------------------------------------------------------------------------------

_ANY_DAY = "2001-01-01"
"""A start day for checking a pace, since a course has no days."""


def _pace(text: str, word: str) -> str:
    """Parse a pace that has a count, and spell it canonically."""
    pace = words.every(text, word)
    message = ""
    if isinstance(pace, Recurrence) and pace.until is not None:
        message = "a course has no dates. Write COUNT in place of UNTIL"
    elif paces.count(pace) is None:
        message = f"the pace has no end. Write {paces.with_count(pace, 6)}"
    else:
        for fault in words.examine({"start": _ANY_DAY, "every": text})[1]:
            message = fault.message if isinstance(fault, RuleError) else str(fault)
    if message:
        raise RuleError(message, word=word, text=text, span=(0, len(text)))
    return str(pace)


_READERS: dict[str, Callable[[str, str], object]] = {"pace": _pace, "setting": grammar.setting}
_CARE: dict[str, Callable[[str, str], Care]] = {
    "use": care_words.use,
    "pause": care_words.pause,
    "readout": care_words.checkpoint,
}
"""The fields that a plan can take as care, with the parser of their ``care`` key."""
_FACT = ("value", "mark", "sources", "note")
_NAME = r"[a-z0-9]+(?:[.-][a-z0-9]+)*"
_NUMBERED = r"S[0-9]+"
"""Matches the numbered sources in our index; a person's own file names sources in words."""


class CourseReader(TableReader):
    """Reads a course file; ``sources`` holds the known source ids."""

    def __init__(self, sources: Container[str]) -> None:
        super().__init__()
        self.sources = sources
        self.taken: set[str] = set()

    def course(self, table: dict[str, Any], name: str) -> Course | None:
        """Read the whole file; None if it has a fault. ``name`` is the id of a file without one."""
        if not self.version(table, "course", VERSION):
            return None
        self.refuse_unknown("", table, ("course", "id", *FIELDS, "variant", *LISTS))
        own_id = self.name(table, "id", "id") if "id" in table else name
        facts = self.facts("", table)
        variants = tuple(self.each(table, "variant", self.variant, most=MOST))
        self.paced(table)
        readouts, results = (
            tuple(self.each(table, kind, partial(self.fact, kind=kind), most=MOST))
            for kind in LISTS
        )
        if self.faults:
            return None
        return Course(id=own_id, facts=facts, variants=variants, readouts=readouts, results=results)

    def refuse_unknown(self, path: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
        """Note a fault for each unknown key, with the nearest known one."""
        for where, meant in self.unknown(path, table, known):
            self.note(where, f"there's no such key here. {meant or 'Leave it out.'}")

    def name(self, table: dict[str, Any], key: str, path: str) -> str:
        """Read the name of a course or variant, which must be easy to type in commands."""
        value = table.get(key)
        if isinstance(value, str) and re.fullmatch(_NAME, value):
            return value
        self.note(path, "use small letters, digits, points and hyphens, as in our-weekly")
        return ""

    # --- facts ---

    def facts(self, path: str, table: dict[str, Any]) -> dict[str, Fact]:
        """Read every stated field, skipping those with a fault."""
        stated = [field for field in FIELDS if field in table]
        facts = {field: self.fact(table[field], joined(path, field), field) for field in stated}
        return {field: fact for field, fact in facts.items() if fact is not None}

    def fact(self, table: object, path: str, kind: str) -> Fact | None:
        """Read one field: a table with a value, a mark and sources."""
        if not isinstance(table, dict):
            self.note(path, "a field is a table with value, mark and sources")
            return None
        before = len(self.faults)
        self.refuse_unknown(path, table, (*_FACT, "care") if kind in _CARE else _FACT)
        value = self.required(path, table, "value", _READERS.get(kind, grammar.free_text))
        mark = self.mark(f"{path}.mark", table.get("mark"))
        sources = self.named(path, table.get("sources"))
        note = self.required(path, table, "note", grammar.free_text) if "note" in table else ""
        care = self.care(path, table, _CARE[kind]) if kind in _CARE and "care" in table else None
        if mark is None or len(self.faults) > before:
            return None
        return Fact(value=value, mark=mark, sources=sources, note=note, care=care)

    def required(
        self, path: str, table: dict[str, Any], key: str, read: Callable[[str, str], object]
    ) -> str:
        """Read a required text, and spell it canonically."""
        value = table.get(key, "")
        if not isinstance(value, str) or not value.strip():
            fault = "a text is missing here" if value == "" else "that isn't text"
            self.note(f"{path}.{key}", f'{fault}. Write one, as in "text"')
            return ""
        try:
            return str(read(value, key))
        except RuleError as error:
            self.note(path, error)
            return ""

    def care(
        self, path: str, table: dict[str, Any], read: Callable[[str, str], Care]
    ) -> Care | None:
        """Read the care that a plan takes from a field, spelled as for its flag."""
        text = self.required(path, table, "care", grammar.free_text)
        try:
            return read(text, "care") if text else None
        except RuleError as error:
            self.note(path, error)
            return None

    def mark(self, path: str, value: object) -> Mark | None:
        """Read the mark of a field, which says how it's known."""
        marks = [str(mark) for mark in Mark]
        if isinstance(value, str) and value in marks:
            return Mark(value)
        self.note(path, f"write {listing(marks)}")
        return None

    def named(self, path: str, values: object) -> tuple[str, ...]:
        """Read the sources of a field; at least one is required."""
        if not isinstance(values, list) or not values:
            message = 'sources are missing. Name them, as in sources = ["our own practice"].'
            self.note(f"{path}.sources", message)
            return ()
        names = [
            self.required(path, {"sources": value}, "sources", grammar.free_text)
            for value in values
        ]
        for name in names:
            if re.fullmatch(_NUMBERED, name) and name not in self.sources:
                self.note(f"{path}.sources", f"no source here is called {name}; name it in words")
        return tuple(names)

    # --- variants and their pace ---

    def variant(self, table: dict[str, Any], path: str) -> Variant:
        """Read one variant: its name and its own fields."""
        self.refuse_unknown(path, table, ("name", *FIELDS))
        name = self.name(table, "name", f"{path}.name")
        if name and name in self.taken:
            self.note(f"{path}.name", f"another variant is called {name}")
        self.taken.add(name)
        return Variant(name=name, facts=self.facts(path, table))

    def paced(self, table: dict[str, Any]) -> None:
        """Note a fault for a course without a pace."""
        variants = table.get("variant")
        paths = ["pace"]
        if isinstance(variants, list) and variants:
            paths = [
                f"variant[{number}].pace"
                for number, own in enumerate(variants[:MOST], 1)
                if isinstance(own, dict) and "pace" not in own
            ]
        for path in paths if "pace" not in table else ():
            self.note(path, "the pace is missing. Write one like 12x1w, with mark and sources.")
