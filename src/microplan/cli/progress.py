"""How far a long command is, on one line of a terminal that is gone at its end."""

from __future__ import annotations

import contextlib
import sys
from time import monotonic
from types import TracebackType
from typing import Self

from microplan.cli import terminal

EVERY = 0.2
"""Seconds between two looks."""
MINUTE = 60
STRIDE = 64
"""Rows between two looks at the clock."""


class Progress:
    """Counts rows, and the bytes of ``size`` that were read; without a size no end is known."""

    def __init__(self, size: int, *, shown: bool) -> None:
        self.size = size
        self.is_shown = shown
        self.rows = self.bytes = self.width = 0
        self.begun = self.last = monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.clear()

    def read(self, count: int) -> None:
        """Count bytes that were read."""
        self.bytes += count

    def step(self) -> None:
        """Count a row, and show the line now and then."""
        self.rows += 1
        if self.is_shown and self.rows % STRIDE == 0 and monotonic() - self.last > EVERY:
            self.last = monotonic()
            self._draw(self.line(self.last - self.begun))

    def line(self, seconds: float) -> str:
        """Say rows, rate, and the time left: ``4,200 rows · 21,000/s · 12 s left``."""
        said = [f"{self.rows:,} rows", f"{self.rows / max(seconds, 1e-3):,.0f}/s"]
        if self.size and self.bytes:
            left = seconds * (self.size - self.bytes) / self.bytes
            said.append(f"{_length(max(round(left), 0))} left")
        return " · ".join(said)

    def clear(self) -> None:
        """Take the line away."""
        if self.width:
            self._draw("")
            self._write("\r")
            self.width = 0

    def _draw(self, text: str) -> None:
        text = text[: terminal.width() - 1]
        self._write(f"\r{text.ljust(self.width)}")
        self.width = len(text)

    def _write(self, text: str) -> None:
        encoding = sys.stderr.encoding or "utf-8"
        with contextlib.suppress(OSError):
            sys.stderr.write(text.encode(encoding, "replace").decode(encoding))
            sys.stderr.flush()


def _length(seconds: int) -> str:
    """Say a length of time: ``45 s``, ``3 min``."""
    return f"{seconds} s" if seconds < 2 * MINUTE else f"{seconds // MINUTE} min"
