"""The database of a batch: plans, sessions and care as tables of SQLite."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec.json

from microplan.batch import planned
from microplan.batch.planned import Planned
from microplan.errors import OutputError
from microplan.formats.delimited import WENT
from microplan.formats.records import CARE_FIELDS, FIELDS
from microplan.model.plan import VERSION
from microplan.storage import files

OF_PLAN = ("id", "title", "protocol", "created", "tz", "sentence")
OF_SESSION = tuple(field for field in FIELDS if field not in ("reasons", "done"))
TABLES = {
    "plans": (*OF_PLAN, "document"),
    "sessions": ("plan_id", *OF_SESSION, "reasons", *(f"done_{field}" for field in WENT)),
    "care": ("plan_id", *CARE_FIELDS),
}
"""The columns of each table; new ones are only ever added at the end."""
KEYS = {"plans": "id", "sessions": "plan_id, number", "care": "plan_id, uid"}
NUMBERS = {"number", "of", "phase", "gap_days", "sequence", "session", "hours"}
"""Columns of whole numbers; all others are texts."""
SETTINGS = (
    "PRAGMA journal_mode = OFF",  # an unfinished database is thrown away
    "PRAGMA synchronous = OFF",  # it goes to the disk once, at its end
    "PRAGMA locking_mode = EXCLUSIVE",
    f"PRAGMA user_version = {VERSION}",
)
BY_DATE = "CREATE INDEX sessions_by_date ON sessions (date)"


class Database:
    """Writes plans to the tables of a database, one after another."""

    def __init__(self, path: Path, tables: sqlite3.Connection) -> None:
        self.path = path
        self.tables = tables
        self.insert = {name: _insert(name) for name in TABLES}

    def claim(self, row: Planned) -> None:
        """Reserve nothing: a row's id is already unique."""

    def add(self, _row: Planned, shown: Planned) -> None:
        """Write a plan, its sessions and its care, unless an earlier row showed the same plan."""
        record = planned.content(shown)
        own = record["id"]
        text = msgspec.json.encode(record).decode()
        with _naming(self.path):
            write = self.tables.execute(
                self.insert["plans"], (*(record[name] for name in OF_PLAN), text)
            )
            if write.rowcount:
                sessions = ((own, *_session(part)) for part in record["sessions"])
                write.executemany(self.insert["sessions"], sessions)
                care = ((own, *(part[name] for name in CARE_FIELDS)) for part in record["care"])
                write.executemany(self.insert["care"], care)

    def finish(self) -> None:
        """Create the index for searches by day, once at the end."""
        with _naming(self.path):
            self.tables.execute(BY_DATE)
            self.tables.commit()


def _session(record: Mapping[str, Any]) -> Iterator[object]:
    """Yield the cells of a session, with reasons as codes and its record in separate cells."""
    for name in OF_SESSION:
        yield record[name]
    yield " ".join(reason["code"] for reason in record["reasons"])
    done = record["done"] or {}
    for name in WENT:
        yield done.get(name)


def _create(table: str) -> str:
    columns = ", ".join(
        f'"{name}" {"INTEGER" if name in NUMBERS else "TEXT"}' for name in TABLES[table]
    )
    return f"CREATE TABLE {table} ({columns}, PRIMARY KEY ({KEYS[table]}))"


def _insert(table: str) -> str:
    return f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(TABLES[table]))})"  # noqa: S608 - names of this module


@contextlib.contextmanager
def opened(path: Path, *, is_new: bool) -> Iterator[Database]:
    """Open a database, which appears at ``path`` once it's complete."""
    with (
        files.replacing(path, is_new=is_new) as (sibling, _),
        contextlib.closing(_tables(path, sibling)) as tables,
    ):
        database = Database(path, tables)
        yield database
        database.finish()


def _tables(path: Path, sibling: Path) -> sqlite3.Connection:
    with _naming(path):
        tables = sqlite3.connect(sibling)
        for setting in SETTINGS:
            tables.execute(setting)
        for table in TABLES:
            tables.execute(_create(table))
    return tables


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn an SQLite error into an OutputError that names ``path``."""
    try:
        yield
    except sqlite3.Error as error:
        raise OutputError(f"{path} can't be written: {error}") from error
