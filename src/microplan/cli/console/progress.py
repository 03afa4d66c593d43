"""A progress bar for long commands, removed at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress

STRIDE = 64
"""Rows between two updates of the bar."""


class Bar:
    """A bar on stderr with a text beside it; nothing is drawn or imported unless ``shown``."""

    def __init__(self, *, shown: bool) -> None:
        self.is_shown = shown
        self.drawn: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def tell(self, done: int, of: int, text: str) -> None:
        """Draw that ``done`` of ``of`` is done; 0 means an unknown total."""
        if not self.is_shown:
            return
        if self.drawn is None:
            self.drawn = _progress()
        self.drawn.start()
        self.drawn.update(
            self.drawn.task_ids[0], completed=done, total=of or None, description=text
        )

    def clear(self) -> None:
        """Remove the bar until the next update."""
        if self.drawn is not None:
            self.drawn.stop()


class RowProgress:
    """Counts finished rows, and bytes read out of ``size``."""

    def __init__(self, size: int, bar: Bar) -> None:
        self.size = size
        self.bar = bar
        self.rows = self.bytes = 0

    def read(self, count: int) -> None:
        """Add to the bytes read."""
        self.bytes += count

    def step(self) -> None:
        """Count a row, and update the bar every few rows."""
        self.rows += 1
        if self.rows % STRIDE == 0:
            self.bar.tell(self.bytes, self.size, f"{self.rows:,} rows")


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    words = TextColumn("{task.description}", markup=False)
    columns = (words, BarColumn(), TaskProgressColumn(), TimeRemainingColumn(compact=True))
    drawn = Progress(
        *columns,
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    drawn.add_task("")
    return drawn
