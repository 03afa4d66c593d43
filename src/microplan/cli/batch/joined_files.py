"""All plans of a batch in one document, on stdout or in a file that appears once it's complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from itertools import chain
from pathlib import Path
from typing import IO

from msgspec.structs import replace

from microplan.batch import planned
from microplan.batch.planned import Marks, Planned
from microplan.cli.batch.whole_lines import Lines
from microplan.formats import InTurn, in_turn
from microplan.storage import files

NDJSON = "ndjson"
PIECE = 1 << 18
"""Characters to copy at once."""


class JoinedFile:
    """A file with all plans in one format.

    The plans go to a temporary file first, because a calendar's head depends on its last event.
    """

    def __init__(self, document: InTurn, body: IO[str], path: Path, today: date) -> None:
        self.document = document
        self.body = body
        self.path = path
        self.today = today
        self.marks = Marks()

    def claim(self, row: Planned) -> None:
        """Reserve nothing: any row fits."""

    def add(self, _row: Planned, shown: Planned) -> None:
        """Write one more plan."""
        subject = replace(shown.subject(self.today), mark=self.marks.mark(shown.plan))
        with files.naming(self.path):
            self.body.writelines(self.document.add(subject))

    def chunks(self) -> Iterator[str]:
        """Yield the whole file."""
        self.body.seek(0)
        yield from self.document.head()
        while piece := self.body.read(PIECE):
            yield piece
        yield self.document.end()


@contextmanager
def opened(path: Path, name: str, today: date, *, is_new: bool) -> Iterator[JoinedFile]:
    """Open a file of all plans in the format ``name``, which appears at ``path`` at the end."""
    from tempfile import TemporaryFile

    with files.naming(path):
        body = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - closed below
    try:
        joined = JoinedFile(in_turn(name), body, path, today)
        yield joined
        files.write(path, joined.chunks(), is_new=is_new)
    finally:
        with suppress(OSError):  # the disk was full
            body.close()


class Printed:
    """Plans on stdout: a line of JSON each, lines of a table under one header, or nothing."""

    def __init__(self, name: str, lines: Lines, today: date) -> None:
        self.name = name
        self.lines = lines
        self.today = today
        self.table: InTurn | None = in_turn(name) if name not in ("", NDJSON) else None
        self.is_begun = False

    def add(self, result: Planned) -> None:
        """Print one more plan."""
        if self.table is not None:
            self._print(self.table.add(result.subject(self.today)))
        elif self.name:
            self.lines.add(planned.line(result))

    def finish(self) -> None:
        """Print the header of a table without lines."""
        self._print(())

    def _print(self, chunks: Iterable[str]) -> None:
        if self.table is not None and not self.is_begun:
            self.is_begun = True
            chunks = chain(self.table.head(), chunks)
        for chunk in chunks:
            self.lines.add(chunk.encode())
