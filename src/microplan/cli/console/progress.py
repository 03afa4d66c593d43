"""How far a long command is: a bar at the terminal of a person, gone at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress

STRIDE = 64
"""Rows between two steps of the bar."""


class Bar:
    """A bar on standard error with a text beside it; nothing is drawn, or loaded, unless ``shown``."""

    def __init__(self, *, shown: bool) -> None:
        self.is_shown = shown
        self.drawn: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def tell(self, done: int, of: int, text: str) -> None:
        """Say how much of how much is done; an ``of`` of 0 is not known."""
        if not self.is_shown:
            return
        if self.drawn is None:
            self.drawn = _drawn()
        self.drawn.start()
        self.drawn.update(
            self.drawn.task_ids[0], completed=done, total=of or None, description=text
        )

    def clear(self) -> None:
        """Take the bar away, until there is more to tell."""
        if self.drawn is not None:
            self.drawn.stop()


class RowProgress:
    """Counts the rows that are done and the bytes that were read, of ``size`` in all."""

    def __init__(self, size: int, bar: Bar) -> None:
        self.size = size
        self.bar = bar
        self.rows = self.bytes = 0

    def read(self, count: int) -> None:
        """Count bytes that were read."""
        self.bytes += count

    def step(self) -> None:
        """Count a row, and move the bar now and then."""
        self.rows += 1
        if self.rows % STRIDE == 0:
            self.bar.tell(self.bytes, self.size, f"{self.rows:,} rows")


def _drawn() -> Progress:
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
