"""Writes whole lines, many at a time, to standard output or to a file."""

from __future__ import annotations

import contextlib
import signal
import sys
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, BinaryIO, Self

from microplan.storage import files

MOST = 1 << 18
"""Most bytes to buffer, so that large plans don't pile up."""


class Lines:
    """Lines that are buffered until there are many, or nothing is left to read.

    Ctrl-C waits while they are written; a second one doesn't, because the reader may hang.
    """

    def __init__(self) -> None:
        self.waiting: list[bytes] = []
        self.size = 0
        self.is_writing = False
        self.is_stopped = False
        self.before: Any = None

    def __enter__(self) -> Self:
        with contextlib.suppress(ValueError):  # another thread has no signals
            self.before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        try:
            if kind is None or not issubclass(kind, OSError):
                self.flush()
        finally:
            if self.before is not None:
                signal.signal(signal.SIGINT, self.before)

    def add(self, line: bytes) -> None:
        """Buffer a line, which must end in a line break."""
        self.waiting.append(line)
        self.size += len(line)
        if self.size > MOST:
            self.flush()

    def flush(self) -> None:
        """Write the buffered lines."""
        if not self.waiting:
            return
        self.is_writing = True
        try:
            content = b"".join(self.waiting)
            self.waiting, self.size = [], 0
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        finally:
            self.is_writing = False
        if self.is_stopped:
            self.is_stopped = False
            raise KeyboardInterrupt

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self.is_writing and not self.is_stopped:
            self.is_stopped = True
        else:
            raise KeyboardInterrupt


class RowFile:
    """A file with a line for some of the rows; without a path, the lines go nowhere."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.stream: BinaryIO | None = None

    def __enter__(self) -> Self:
        if self.path is not None:
            with files.naming(self.path):
                self.stream = self.path.open("wb")
        return self

    def __exit__(self, *_: object) -> None:
        if self.path is not None and self.stream is not None:
            with files.naming(self.path):
                self.stream.close()

    def add(self, line: bytes) -> None:
        """Write a line, which must end in a line break."""
        if self.path is not None and self.stream is not None:
            with files.naming(self.path):
                self.stream.write(line)
