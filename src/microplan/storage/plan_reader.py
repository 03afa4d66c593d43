"""Reads the tables of a plan file; notes every fault and warning with its dotted path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from microplan.model import ids, log
from microplan.model.entries import MOST_ENTRIES, Amendment
from microplan.model.plan import TITLE, VERSION, Plan
from microplan.model.rules import Rules
from microplan.rules import care_words
from microplan.rules import words as rules
from microplan.storage.entry_reader import EntryReader

LOOKED_UP = ("closed", "lookup")
"""The tables of the closed days found by lookups, and of the lookups themselves."""


class PlanReader(EntryReader):
    """Reads a plan file."""

    def plan(self, tables: dict[str, Any], zone: Callable[[], str]) -> Plan | None:
        """Read the whole file; None if it has a fault."""
        if not self.version(tables, "microplan", VERSION):
            return None
        self.warn_unknown(
            "",
            tables,
            ("microplan", "id", "title", "protocol", "created", "rules", *LOOKED_UP, "care", "log"),
        )
        title = self.text(tables, "title") or TITLE
        own_id = self.text(tables, "id")
        created = self.instant(tables, "created", "created")
        words = self.rules(tables.get("rules"), zone)
        closed = tuple(self.each(tables, "closed", self.closure))
        lookups = tuple(self.each(tables, "lookup", self.lookup))
        care = self.care(tables, care_words.parse)
        protocol = self.text(tables, "protocol")
        self.base = words
        self.read_log(tables)
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

    def read_log(self, tables: dict[str, Any]) -> None:
        """Read the log in order; each entry is checked against the state before it."""
        if isinstance(tables.get("log"), list) and len(tables["log"]) > MOST_ENTRIES:
            self.note("log", f"a log has at most {MOST_ENTRIES} entries; make a new plan")
            return
        entries: Iterator[Amendment] = self.each(tables, "log", self.entry)
        states = log.states(self.entries)  # lazy, so it sees the entries added below
        next(states)
        for entry in entries:
            self.entries.append(entry)
            self.state = next(states)

    def rules(self, table: object, zone: Callable[[], str]) -> Rules | None:
        """Read the table of rule words."""
        if not isinstance(table, dict):
            self.note("rules", "the table [rules] is missing")
            return None
        known = tuple(rules.WORDS)
        self.warn_unknown("rules", table, known)
        words = {key: value for key, value in table.items() if key in known}
        if not words.get("tz"):
            words["tz"] = zone()
        read, faults = rules.examine(words)
        for fault in faults:
            self.note("rules", fault)
        return read
