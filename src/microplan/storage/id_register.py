"""Keeps the row ids of several tables unique, in one file that parallel batches share.

The file is an SQLite database: it has its own locks, survives a killed process, and needs no memory
for the ids of other tables. It can be rebuilt from the tables, so writes aren't synced to disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from microplan.errors import ConflictError, OutputError, RefusedError, cause
from microplan.storage import files, siblings

if TYPE_CHECKING:
    import sqlite3

PATIENCE = 30.0
"""Seconds to wait for another process."""
MARK = 0x6D706964
"""The ``PRAGMA application_id`` of our files: ``mpid`` in ASCII."""
HEAD = ("schema_version", "application_id")
"""The pragmas that identify a file of ids.

Read the schema first: another process sets the id before it makes tables, so a half-made file looks
either empty or ours.
"""
MEMORY = ":memory:"
ID_FILE = "file of ids; choose another name"
TABLES = f"""
PRAGMA application_id = {MARK};
CREATE TABLE IF NOT EXISTS shards (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, runs INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS ids (
    id TEXT PRIMARY KEY, line INTEGER NOT NULL, shard INTEGER NOT NULL, run INTEGER NOT NULL
) WITHOUT ROWID;
"""
BEGIN_RUN = """
INSERT INTO shards (name, runs) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET runs = runs + 1
RETURNING number, runs
"""
CLAIM = """
INSERT INTO ids VALUES (?, ?, ?, ?) ON CONFLICT (id) DO
UPDATE SET line = excluded.line, run = max(run, excluded.run) WHERE shard = excluded.shard
"""
FIND_OWNER = "SELECT shards.name, ids.line FROM ids JOIN shards ON shard = number WHERE id = ?"
RELEASE = "DELETE FROM ids WHERE shard = ? AND run < ?"


class IdUse(Struct, frozen=True):
    """The shard (a piece of a table, by name) and the line where an id is used."""

    shard: str
    line: int


class IdRegister:
    """A register of ids, each owned by the first shard to claim it.

    A shard that runs again keeps its ids; ``finish`` releases those it no longer uses. With ``dry``,
    nothing is saved.
    """

    def __init__(self, path: Path, shard: str, *, dry: bool = False) -> None:
        self.path = path
        self.shard = shard
        self.dry = dry
        self.number = self.run = 0

    def __enter__(self) -> Self:
        with self._faults():
            self.database = self._open()
            if not self.dry:
                self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def claim(self, lines: Iterable[tuple[str, int]]) -> dict[str, IdUse]:
        """Claim ids, each with its line, for this shard; return those that another shard owns."""
        with self._faults():
            if self.dry:
                uses = {own_id: self._use(own_id) for own_id, _ in lines}
            else:
                with self._transaction():
                    uses = {own_id: self._claim(own_id, line) for own_id, line in lines}
        return {own_id: use for own_id, use in uses.items() if use and use.shard != self.shard}

    def finish(self) -> None:
        """Release the ids from earlier runs of this shard that this run didn't claim."""
        if not self.dry:
            with self._faults(), self._transaction():
                self.database.execute(RELEASE, (self.number, self.run))

    def _begin(self) -> None:
        with self._transaction():
            for statement in TABLES.split(";"):
                self.database.execute(statement)
            self.number, self.run = self.database.execute(BEGIN_RUN, (self.shard,)).fetchone()

    def _claim(self, own_id: str, line: int) -> IdUse | None:
        row = own_id, line, self.number, self.run
        is_taken = not self.database.execute(CLAIM, row).rowcount
        return self._use(own_id) if is_taken else None

    def _use(self, own_id: str) -> IdUse | None:
        row = self.database.execute(FIND_OWNER, (own_id,)).fetchone()
        return IdUse(*row) if row else None

    def _open(self) -> sqlite3.Connection:
        import sqlite3

        is_empty = not files.exists(self.path) or not self.path.stat().st_size
        name = MEMORY if self.dry and is_empty else self._create_file()
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
        """Raise RefusedError for another program's database; a new file has no tables yet."""
        schema, mark = (database.execute(f"PRAGMA {head}").fetchone()[0] for head in HEAD)
        if schema and mark != MARK:
            raise RefusedError(f"{self.path} is another program's database, not a {ID_FILE}")

    def _create_file(self) -> str:
        """Make the file, private to its owner, unless it exists; return its path."""
        if self.path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if files.is_special(self.path):
            raise RefusedError(f"{self.path} keeps nothing, so it's not a {ID_FILE}")
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, siblings.PRIVATE))
        return str(self.path)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.database.in_transaction:  # SQLite rolls back by itself if the disk is full
                self.database.execute("ROLLBACK")
            raise
        self.database.execute("COMMIT")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn errors of SQLite and the system into errors that name the file."""
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
        except sqlite3.DatabaseError as error:  # RefusedError: exit code 3 means faulty rows
            is_theirs = error.sqlite_errorcode == sqlite3.SQLITE_NOTADB
            advice = "choose another name" if is_theirs else "remove it, and run all pieces again"
            raise RefusedError(f"{self.path} isn't a file of ids: {error}; {advice}") from error
