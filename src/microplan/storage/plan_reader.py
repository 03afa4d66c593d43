"""Tables of a plan file to values: every fault and warning noted with its dotted path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from microplan.errors import RuleError, UsageError
from microplan.model import dates, ids, log
from microplan.model.plan import (
    MOST_ENTRIES,
    TITLE,
    VERSION,
    Amendment,
    Closed,
    Closure,
    Done,
    Lookup,
    Moved,
    Plan,
    Revised,
    Rules,
    Skipped,
    Undone,
)
from microplan.model.values import ClosedDays
from microplan.rules import care_words, grammar
from microplan.rules import words as rules
from microplan.rules.care_words import Piece

ENTRIES = {
    "done": ("on",),
    "moved": ("to", "only"),
    "skipped": ("extend",),
    "closed": ("reason", "lookup"),
    "revised": ("rules", "care"),
    "undone": (),
}
"""The kinds of entries of a log, and the keys that each may have besides its own."""

LOOKED_UP = ("closed", "lookup")
"""The tables of what was looked up, and for which spans."""

Value = TypeVar("Value")


class _Missing(Exception):  # noqa: N818 - a signal inside this room, never an error outside it
    """A value is not there, or not usable; the fault has been noted."""


class Reading:
    """One reading of a file: the faults and warnings found on the way, each with its path."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.warnings: list[str] = []
        self.base: Rules | None = None
        self.entries: list[Amendment] = []

    def note(self, path: str, message: object) -> None:
        """Note a fault under its dotted path, of which an error names the last part itself."""
        separator = "." if isinstance(message, UsageError) else ": "
        self.faults.append(f"{path}{separator}{message}" if path else str(message))

    def plan(self, tables: dict[str, Any], zone: Callable[[], str]) -> Plan | None:
        """Read the whole file; None if it cannot become a plan."""
        if not self.version(tables):
            return None
        self.unknown(
            "",
            tables,
            ("microplan", "id", "title", "protocol", "created", "rules", *LOOKED_UP, "care", "log"),
        )
        title = self.text(tables, "title", "title") or TITLE
        own_id = self.text(tables, "id", "id")
        created = self.instant(tables, "created", "created")
        words = self.rules(tables.get("rules"), zone)
        closed = tuple(self.each(tables, "closed", self.closure))
        lookups = tuple(self.each(tables, "lookup", self.lookup))
        care = self.care(tables, care_words.parse)
        protocol = self.text(tables, "protocol", "protocol")
        self.base = words
        if isinstance(tables.get("log"), list) and len(tables["log"]) > MOST_ENTRIES:
            self.note("log", f"a log has at most {MOST_ENTRIES} entries; draw up a new plan")
            return None
        for entry in self.each(tables, "log", self.entry):
            self.entries.append(entry)
        if self.faults or words is None or created is None:
            return None
        return Plan(
            id=own_id or ids.plan_id(title, words),
            title=title,
            created=created,
            rules=words,
            closed=closed,
            lookups=lookups,
            care=care,
            protocol=protocol,
            log=tuple(self.entries),
        )

    def version(self, tables: dict[str, Any]) -> bool:
        """Whether this program reads the file's version; a newer one is refused by name."""
        version = tables.get("microplan")
        if type(version) is int and version > VERSION:
            self.note("microplan", f"{version} is a newer format than {VERSION}; update microplan")
        elif version != VERSION or type(version) is not int:
            self.note("microplan", f"a plan file begins with microplan = {VERSION}")
        return not self.faults

    def unknown(self, path: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
        """Warn about keys that nothing here reads."""
        prefix = f"{path}." if path else ""
        unread = [key for key in table if key not in known]
        self.warnings += [f"{prefix}{key} is not known here and stays as it is" for key in unread]

    # --- values ---

    def text(self, table: dict[str, Any], key: str, path: str) -> str:
        """Read an optional text."""
        value = table.get(key, "")
        try:
            if isinstance(value, str):
                return grammar.free_text(value, key)
            self.note(path, 'a text would do, as in "so"')
        except RuleError as error:
            self.note(path.rpartition(".")[0], error)
        return ""

    def instant(self, table: dict[str, Any], key: str, path: str) -> datetime | None:
        """Read an instant with its offset, in UTC."""
        value = table.get(key)
        if not isinstance(value, datetime) or value.tzinfo is None:
            self.note(path, "an instant is missing here; write one like 2026-11-22T20:00:00Z")
            return None
        if value.year not in grammar.YEARS:
            self.note(path, "that instant is out of range; write one like 2026-11-22T20:00:00Z")
            return None
        return value.astimezone(UTC).replace(microsecond=0)

    def rules(self, table: object, zone: Callable[[], str]) -> Rules | None:
        """Read the table of rule words."""
        if not isinstance(table, dict):
            self.note("rules", "the table [rules] is missing")
            return None
        known = tuple(rules.WORDS)
        self.unknown("rules", table, known)
        words = {key: value for key, value in table.items() if key in known}
        if not words.get("tz"):
            words["tz"] = zone()
        read, faults = rules.examine(words)
        for fault in faults:
            self.note("rules", fault)
        return read

    def each(
        self,
        tables: dict[str, Any],
        key: str,
        read: Callable[[dict[str, Any], str], Any],
        at: str = "",
    ) -> Iterator[Any]:
        """Read every table of an array of tables, leaving out those with a fault."""
        items, path = tables.get(key, []), f"{at}{key}"
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            example = f"{key} = [{{ … }}]" if at else f"[[{key}]]"
            self.note(path, f"entries are written as tables, {example}")
            return
        for place, item in enumerate(items, 1):
            try:
                yield read(item, f"{path}[{place}]")
            except _Missing:
                continue

    def closure(self, table: dict[str, Any], path: str) -> Closure:
        """Read one looked-up closure."""
        self.unknown(path, table, ("days", "reason"))
        days = self.required(table, "days", path, grammar.closed)
        return Closure(days=days, reason=self.text(table, "reason", f"{path}.reason"))

    def lookup(self, table: dict[str, Any], path: str) -> Lookup:
        """Read for which span closed days were looked up."""
        self.unknown(path, table, ("of", "days"))
        days = self.required(table, "days", path, grammar.closed)
        if not isinstance(days, ClosedDays):
            self.note(f"{path}.days", "a span has its years, such as 2026-12-01..2028-04-27")
            raise _Missing
        return Lookup(of=self.required(table, "of", path, grammar.free_text), days=days)

    def care(
        self, tables: dict[str, Any], read: Callable[[str, str], Piece], at: str = ""
    ) -> tuple[Piece, ...]:
        """Read all pieces of care, of which no two are of one kind and name."""
        taken: set[tuple[str, str]] = set()

        def one(table: dict[str, Any], path: str) -> Piece:
            care = self.piece(table, path, read)
            kind, _ = care.key
            if care.key in taken:
                self.note(f"{path}.{kind}", f"another {kind} is called {care.name}")
            taken.add(care.key)
            return care

        return tuple(self.each(tables, "care", one, at))

    def piece(self, table: dict[str, Any], path: str, read: Callable[[str, str], Piece]) -> Piece:
        """Read one piece of care by the key that names its kind."""
        kinds = [kind for kind in care_words.READERS if kind in table]
        if len(kinds) != 1 or not isinstance(table[kinds[0]], str):
            self.note(path, f"care has one of the keys {', '.join(care_words.READERS)}, a name")
            raise _Missing
        kind, key = kinds[0], "span" if kinds[0] == "pause" else "when"
        self.unknown(path, table, (kind, key))
        return self.required(table, key, path, lambda text, _: read(kind, f"{table[kind]}={text}"))

    def required(
        self, table: dict[str, Any], key: str, path: str, read: Callable[[str, str], Value]
    ) -> Value:
        """Read a value of the rule language that must be there."""
        value = table.get(key)
        if not isinstance(value, str | date):
            self.note(f"{path}.{key}", "a value is missing here; give it as text")
            raise _Missing
        try:
            return read(value if isinstance(value, str) else value.isoformat(), key)
        except RuleError as error:
            self.note(path, error)
            raise _Missing from None

    def number(self, table: dict[str, Any], key: str, path: str) -> int:
        """Read a number of a session or an entry."""
        value = table[key]
        if type(value) is not int or not 1 <= value <= dates.MAX_SESSIONS:
            self.note(f"{path}.{key}", f"a number from 1 to {dates.MAX_SESSIONS} would do")
            raise _Missing
        return value

    # --- the log ---

    def entry(self, table: dict[str, Any], path: str) -> Amendment:
        """Read one entry of the log by the key that names its kind."""
        kinds = [kind for kind in ENTRIES if kind in table]
        if len(kinds) != 1:
            self.note(path, f"an entry has one of the keys {', '.join(ENTRIES)}")
            raise _Missing
        kind = kinds[0]
        self.unknown(path, table, (kind, *ENTRIES[kind], "recorded", "note"))
        recorded = self.instant(table, "recorded", f"{path}.recorded")
        if recorded is None:
            raise _Missing
        common: dict[str, Any] = {
            "recorded": recorded,
            "note": self.text(table, "note", f"{path}.note"),
        }
        match kind:
            case "done":
                on = self.required(table, "on", path, grammar.day)
                return Done(session=self.number(table, kind, path), on=on, **common)
            case "moved":
                to = self.required(table, "to", path, grammar.day)
                only = self.flag(table, "only", path)
                return Moved(session=self.number(table, kind, path), to=to, only=only, **common)
            case "skipped":
                extend = self.flag(table, "extend", path)
                return Skipped(session=self.number(table, kind, path), extend=extend, **common)
            case "closed":
                return self.closing(table, path, common)
            case "revised":
                return self.revision(table, path, common)
            case _:
                return self.undoing(table, path, common)

    def closing(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Closed:
        """Read what was closed at once: one range with its reason, or a list of tables."""
        if isinstance(table["closed"], list):
            closures = tuple(self.each(table, "closed", self.closure, f"{path}."))
        else:
            days = self.required(table, "closed", path, grammar.closed)
            closures = (Closure(days=days, reason=self.text(table, "reason", f"{path}.reason")),)
        lookups = tuple(self.each(table, "lookup", self.lookup, f"{path}."))
        return Closed(closures=closures, lookups=lookups, **common)

    def revision(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Revised:
        """Read a revision: its words on top of the rules that held before it, and its care."""
        noted = len(self.faults)
        care = self.care(table, care_words.change, f"{path}.")
        words = table.get("rules", {})
        if len(self.faults) > noted:
            raise _Missing
        if not isinstance(words, dict) or not (words or care) or "start" in words:
            self.note(f"{path}.rules", "the changed words are missing here; start is none of them")
            raise _Missing
        session = self.number(table, "revised", path)
        if self.base is None:
            raise _Missing
        from microplan.rules import revision

        _, before = log.latest_rules(self.base, self.entries)
        after, faults = revision.resolved(before, words)
        for fault in faults:
            self.note(f"{path}.rules", fault)
        if after is None:
            raise _Missing
        return Revised(session=session, words=words, rules=after, care=care, **common)

    def undoing(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Undone:
        """Read which entry no longer holds; it is one before this."""
        entry = self.number(table, "undone", path)
        if entry > len(self.entries):
            self.note(f"{path}.undone", f"there is no entry {entry} before this one")
            raise _Missing
        return Undone(entry=entry, **common)

    def flag(self, table: dict[str, Any], key: str, path: str) -> bool:
        """Read an optional true or false."""
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.note(f"{path}.{key}", "true or false would do")
            raise _Missing
        return value
