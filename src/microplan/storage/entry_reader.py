"""Reads the log entries of a plan file; notes every fault and warning with its dotted path."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

from msgspec.structs import replace

from microplan.model import dates, log
from microplan.model.care import Use
from microplan.model.entries import (
    Amendment,
    Closed,
    Closure,
    Done,
    Lookup,
    Moved,
    Opened,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.rules import Rules
from microplan.model.values import ClosedDays
from microplan.rules import care_words, grammar, hours, needle, revision
from microplan.rules import words as rules
from microplan.rules.care_words import Piece
from microplan.storage.photo_reader import PhotoReader
from microplan.storage.toml import Missing

ENTRIES = {
    "done": ("on", "at", "depth", "device", "reaction"),
    "moved": ("to", "at", "only"),
    "skipped": ("extend", "no_show"),
    "closed": ("reason", "lookup"),
    "opened": (),
    "revised": ("rules", "asked", "care", "title"),
    "photo": ("view", "on", "digest"),
    "compared": ("answers",),
    "undone": (),
}
"""The kinds of log entries, and the keys that each may have besides its own."""


class EntryReader(PhotoReader):
    """Reads the entries of a log, in order.

    ``base`` holds the plan's first rules, ``entries`` the entries read so far, and ``state`` what
    they add up to.
    """

    def __init__(self) -> None:
        super().__init__()
        self.base: Rules | None = None
        self.entries: list[Amendment] = []
        self.state = log.NOTHING

    def entry(self, table: dict[str, Any], path: str) -> Amendment:  # noqa: C901, PLR0911 - one case for each kind of entry
        """Read one entry; its kind is the one key from ``ENTRIES`` that it has."""
        kinds = [kind for kind in ENTRIES if kind in table]
        if len(kinds) != 1:
            self.note(path, f"an entry needs one of the keys {', '.join(ENTRIES)}")
            raise Missing
        kind = kinds[0]
        self.warn_unknown(path, table, (kind, *ENTRIES[kind], "recorded", "note"))
        recorded = self.instant(table, "recorded", f"{path}.recorded")
        if recorded is None:
            raise Missing
        common: dict[str, Any] = {
            "recorded": recorded,
            "note": self.text(table, "note", path),
        }
        match kind:
            case "done":
                return self.doing(table, path, common)
            case "moved":
                return self.moving(table, path, common)
            case "skipped":
                return self.skipping(table, path, common)
            case "closed":
                return self.closing(table, path, common)
            case "opened":
                return self.opening(table, path, common)
            case "revised":
                return self.revision(table, path, common)
            case "photo":
                return self.photo(table, path, common)
            case "compared":
                return self.comparison(table, path, common)
            case _:
                return self.undoing(table, path, common)

    def skipping(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Skipped:
        """Read a skipped session, and whether one was added for it."""
        return Skipped(
            session=self.number(table, "skipped", path),
            extend=self.flag(table, "extend", path),
            no_show=self.flag(table, "no_show", path),
            **common,
        )

    def doing(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Done:
        """Read a done session: the day, the time, and how it went."""
        on = self.required(table, "on", path, grammar.day)
        depth = self.required(table, "depth", path, needle.length) if "depth" in table else ""
        return Done(
            session=self.number(table, "done", path),
            on=on,
            at=self.hour(table, path),
            depth=depth,
            device=self.text(table, "device", path),
            reaction=self.text(table, "reaction", path),
            **common,
        )

    def moving(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Moved:
        """Read a move to another day, another time, or both."""
        at = self.hour(table, path)
        to = None
        if at is None or "to" in table:
            to = self.required(table, "to", path, grammar.day)
        only = self.flag(table, "only", path)
        return Moved(session=self.number(table, "moved", path), to=to, at=at, only=only, **common)

    def closing(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Closed:
        """Read days closed together: one range with its reason, or a list of tables."""
        if isinstance(table["closed"], list):
            closures = tuple(self.each(table, "closed", self.closure, path))
        else:
            days = self.required(table, "closed", path, grammar.closed)
            closures = (Closure(days=days, reason=self.text(table, "reason", path)),)
        lookups = tuple(self.each(table, "lookup", self.lookup, path))
        return Closed(closures=closures, lookups=lookups, **common)

    def opening(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Opened:
        """Read days opened again: one range, or a list of them."""
        given = table["opened"]
        if not isinstance(given, list):
            return Opened(days=(self.required(table, "opened", path, grammar.opened),), **common)
        keyed = {f"opened[{number}]": text for number, text in enumerate(given, 1)}
        days = tuple(self.required(keyed, key, path, grammar.opened) for key in keyed)
        if not days:
            self.note(f"{path}.opened", "a day is missing. Write it like 2026-12-25.")
            raise Missing
        return Opened(days=days, **common)

    def revision(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Revised:
        """Read a revision, and apply its words to the rules before it."""
        noted = len(self.faults)
        care = self.care(table, care_words.change, path)
        title = self.text(table, "title", path)
        words = table.get("rules", {})
        if len(self.faults) > noted:
            raise Missing
        if not isinstance(words, dict) or not (words or care or title) or "start" in words:
            self.note(f"{path}.rules", "the changed rules are missing; start is never one of them")
            raise Missing
        session = self.number(table, "revised", path)
        if self.base is None:
            raise Missing
        _, before = self.state.rules_in_force(self.base)
        after, faults = revision.resolved(before, words)
        for fault in faults:
            self.note(f"{path}.rules", fault)
        if after is None:
            raise Missing
        asked = self.asked(table, path)
        return Revised(
            session=session, words=words, rules=after, asked=asked, care=care, title=title, **common
        )

    def asked(self, table: dict[str, Any], path: str) -> dict[str, Any]:
        """Read the words of a revision as the person gave them."""
        asked = table.get("asked", {})
        if not isinstance(asked, dict) or not all(
            name in rules.WORDS and isinstance(value, str | bool | list)
            for name, value in asked.items()
        ):
            self.note(f"{path}.asked", 'write words of the rules, as in asked = { every = "3w" }')
            raise Missing
        return asked

    # --- values ---

    def undoing(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Undone:
        """Read an undo, which must name an earlier entry."""
        entry = self.number(table, "undone", path)
        if entry > len(self.entries):
            self.note(f"{path}.undone", f"there is no entry {entry} before this one")
            raise Missing
        return Undone(entry=entry, **common)

    def closure(self, table: dict[str, Any], path: str) -> Closure:
        """Read one closure that was looked up."""
        self.warn_unknown(path, table, ("days", "reason"))
        days = self.required(table, "days", path, grammar.closed)
        return Closure(days=days, reason=self.text(table, "reason", path))

    def lookup(self, table: dict[str, Any], path: str) -> Lookup:
        """Read what was looked up, and the days it covered."""
        self.warn_unknown(path, table, ("of", "days"))
        days = self.required(table, "days", path, grammar.closed)
        if not isinstance(days, ClosedDays):
            self.note(f"{path}.days", "a span needs years, as in 2026-12-01..2028-04-27")
            raise Missing
        return Lookup(of=self.required(table, "of", path, grammar.free_text), days=days)

    def care(
        self, tables: dict[str, Any], read: Callable[[str, str], Piece], at: str = ""
    ) -> tuple[Piece, ...]:
        """Read all pieces of care; note a fault for two of the same kind and name."""
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
        """Read one piece of care; its kind is the one key from ``READERS`` that it has."""
        kinds = [kind for kind in care_words.READERS if kind in table]
        if len(kinds) != 1 or not isinstance(table[kinds[0]], str):
            self.note(path, f"care needs one of the keys {', '.join(care_words.READERS)}, a name")
            raise Missing
        kind, key = kinds[0], care_words.KEYS[kinds[0]]
        known = (kind, key, "source") if kind == "use" else (kind, key)
        self.warn_unknown(path, table, known)
        care = self.required(table, key, path, lambda text, _: read(kind, f"{table[kind]}={text}"))
        if not isinstance(care, Use) or "source" not in table:
            return care
        return replace(care, source=self.text(table, "source", path))

    def instant(self, table: dict[str, Any], key: str, path: str) -> datetime | None:
        """Read a date-time with an offset, and convert it to UTC in whole seconds."""
        value = table.get(key)
        if not isinstance(value, datetime) or value.tzinfo is None:
            self.note(path, "a time with its zone is missing. Write one like 2026-11-22T20:00:00Z.")
            return None
        if value.year not in grammar.YEARS:
            self.note(path, "that time is out of range. Write one like 2026-11-22T20:00:00Z.")
            return None
        return value.astimezone(UTC).replace(microsecond=0)

    def hour(self, table: dict[str, Any], path: str) -> time | None:
        """Read the optional time of one session."""
        return self.required(table, "at", path, hours.clock) if "at" in table else None

    def number(self, table: dict[str, Any], key: str, path: str) -> int:
        """Read the number of a session or an entry."""
        value = table[key]
        if type(value) is not int or not 1 <= value <= dates.MAX_SESSIONS:
            self.note(f"{path}.{key}", f"write a number from 1 to {dates.MAX_SESSIONS}")
            raise Missing
        return value

    def flag(self, table: dict[str, Any], key: str, path: str) -> bool:
        """Read an optional true or false."""
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.note(f"{path}.{key}", "write true or false")
            raise Missing
        return value
