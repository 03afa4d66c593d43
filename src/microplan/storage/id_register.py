"""The ids of many tables' rows in one file, which processes at work on them share.

It is an SQLite database: it locks itself, a process that is killed leaves it whole, and ids of others
take no memory. It can be made again from the tables, so no write waits for the disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from microplan.errors import ConflictError, OutputError, RefusedError, cause
from microplan.storage import files, siblings

if TYPE_CHECKING:
    import sqlite3

PATIENCE = 30.0
"""Seconds to wait for another process."""
MARK = 0x6D706964
"""What SQLite keeps for us in the head of the file (``PRAGMA application_id``): ``mpid``."""
HEAD = ("schema_version", "application_id")
"""What tells a file of ids; made in this order, so that one that is being made is none yet or ours."""
MEMORY = ":memory:"
MADE = "file of ids; choose another name"
TABLES = f"""
PRAGMA application_id = {MARK};
CREATE TABLE IF NOT EXISTS shards (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, runs INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS ids (
    id TEXT PRIMARY KEY, line INTEGER NOT NULL, shard INTEGER NOT NULL, run INTEGER NOT NULL
) WITHOUT ROWID;
"""
BEGUN = """
INSERT INTO shards (name, runs) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET runs = runs + 1
RETURNING number, runs
"""
CLAIMED = """
INSERT INTO ids VALUES (?, ?, ?, ?) ON CONFLICT (id) DO
UPDATE SET line = excluded.line, run = max(run, excluded.run) WHERE shard = excluded.shard
"""
OWNED = "SELECT shards.name, ids.line FROM ids JOIN shards ON shard = number WHERE id = ?"
LET_GO = "DELETE FROM ids WHERE shard = ? AND run < ?"


class Use(Struct, frozen=True):
    """Where an id is used: the piece of a table, by its name, and the line."""

    shard: str
    line: int


class IdRegister:
    """Ids, each with the shard that used it first and has it to itself.

    A shard that runs again still has its ids; once all of it was read, it lets go of those it has no
    longer. With ``dry`` nothing is kept.
    """

    def __init__(self, path: Path, shard: str, *, dry: bool = False) -> None:
        self.path = path
        self.shard = shard
        self.dry = dry
        self.number = self.run = 0

    def __enter__(self) -> Self:
        with self._faults():
            self.database = self._opened()
            if not self.dry:
                self._begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.database.close()

    def claim(self, lines: Iterable[tuple[str, int]]) -> dict[str, Use]:
        """Take ids, each with its line, for this shard; return those that another one has."""
        with self._faults():
            if self.dry:
                uses = {own_id: self._use(own_id) for own_id, _ in lines}
            else:
                with self._transaction():
                    uses = {own_id: self._claim(own_id, line) for own_id, line in lines}
        return {own_id: use for own_id, use in uses.items() if use and use.shard != self.shard}

    def finish(self) -> None:
        """Let go of the ids that this shard had in an earlier run and has no longer."""
        if not self.dry:
            with self._faults(), self._transaction():
                self.database.execute(LET_GO, (self.number, self.run))

    def _begin(self) -> None:
        with self._transaction():
            for statement in TABLES.split(";"):
                self.database.execute(statement)
            self.number, self.run = self.database.execute(BEGUN, (self.shard,)).fetchone()

    def _claim(self, own_id: str, line: int) -> Use | None:
        row = own_id, line, self.number, self.run
        is_taken = not self.database.execute(CLAIMED, row).rowcount
        return self._use(own_id) if is_taken else None

    def _use(self, own_id: str) -> Use | None:
        row = self.database.execute(OWNED, (own_id,)).fetchone()
        return Use(*row) if row else None

    def _opened(self) -> sqlite3.Connection:
        import sqlite3

        is_empty = not files.exists(self.path) or not self.path.stat().st_size
        name = MEMORY if self.dry and is_empty else self._made()
        database = sqlite3.connect(name, timeout=PATIENCE, isolation_level=None)
        try:
            self._refuse_others(database)
            database.execute("PRAGMA synchronous = OFF")
            if name == MEMORY:
                database.executescript(TABLES)
        except BaseException:
            database.close()
            raise
        return database

    def _refuse_others(self, database: sqlite3.Connection) -> None:
        """Refuse a database that is no file of ids; one that was just made has no tables yet."""
        schema, mark = (database.execute(f"PRAGMA {head}").fetchone()[0] for head in HEAD)
        if schema and mark != MARK:
            raise RefusedError(f"{self.path} is another program's database, not a {MADE}")

    def _made(self) -> str:
        """Make the file, which only its owner may read, if it isn't there."""
        if self.path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if files.is_special(self.path):
            raise RefusedError(f"{self.path} keeps nothing, so it's not a {MADE}")
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, siblings.PRIVATE))
        return str(self.path)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.database.in_transaction:  # a full disk has ended it already
                self.database.execute("ROLLBACK")
            raise
        self.database.execute("COMMIT")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Say what SQLite or the system finds wrong with the file."""
        import sqlite3

        try:
            yield
        except OSError as error:
            raise OutputError(f"{self.path} can't be written: {cause(error)}") from error
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                waited = f"another process has been writing {self.path} for {PATIENCE:.0f} s"
                raise ConflictError(f"{waited}; try again") from error
            raise OutputError(f"{self.path} can't be written: {error}") from error
        except sqlite3.DatabaseError as error:  # not 3, by which a script knows faults of rows
            is_theirs = error.sqlite_errorcode == sqlite3.SQLITE_NOTADB
            advice = "choose another name" if is_theirs else "remove it, and run all pieces again"
            raise RefusedError(f"{self.path} isn't a file of ids: {error}; {advice}") from error
