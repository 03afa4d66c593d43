"""Let Rich draw what a room laid out, on a canvas of known width, colours and encoding."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from itertools import islice

from rich.console import Console, ConsoleRenderable
from rich.segment import Segments

from microplan import care
from microplan.formats import Canvas, Subject

AT_ONCE = 4096
"""Pieces of text that are drawn before they are handed on."""


def draw(drawn: ConsoleRenderable, canvas: Canvas) -> Iterator[str]:
    """Draw on a canvas, with Rich told everything it would otherwise look up around it."""
    file = TextIOWrapper(BytesIO(), encoding=canvas.encoding)
    console = Console(
        file=file,
        width=canvas.width,
        color_system="standard" if canvas.colour else None,
        force_terminal=canvas.colour,
        legacy_windows=False,
        _environ={},
    )
    pieces = iter(console.render(drawn))
    while some := list(islice(pieces, AT_ONCE)):
        with console.capture() as capture:
            console.print(Segments(some), end="", crop=False)
        yield capture.get()


def told(subject: Subject) -> tuple[tuple[str, str], ...]:
    """List the care to read below, if that was asked for."""
    if not subject.with_care:
        return ()
    return tuple(care.told(care.care(subject.plan, subject.sessions)))
