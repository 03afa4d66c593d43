"""Lines to standard output, each of them whole, also where Ctrl-C cuts the work short."""

from __future__ import annotations

import contextlib
import signal
import sys
from types import FrameType, TracebackType
from typing import Any, Self

MOST = 1 << 18
"""Bytes that wait for being written; large plans do not pile up."""


class Lines:
    """Lines that wait until there is nothing left to read, or they are many.

    While they are written Ctrl-C has to wait; a second one does not, for a reader may hang.
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
        """Take a line, which ends in a line break."""
        self.waiting.append(line)
        self.size += len(line)
        if self.size > MOST:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
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
