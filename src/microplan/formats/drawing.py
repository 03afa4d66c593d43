"""Let Rich draw what a room laid out, on a canvas of known width, colours and encoding."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from itertools import islice

from rich.console import Console
from rich.segment import Segments

from microplan import care, echo
from microplan.formats import Canvas, Subject
from microplan.ink import Page

AT_ONCE = 4096
"""Pieces of text that are drawn before they are handed on."""


def _drawn(page: Page, canvas: Canvas) -> Iterator[str]:
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
    pieces = iter(console.render(page))
    while some := list(islice(pieces, AT_ONCE)):
        with console.capture() as capture:
            console.print(Segments(some), end="", crop=False)
        yield capture.get()


def draw(kind: type[Page], subject: Subject, **own: object) -> Iterator[str]:
    """Draw a plan as one kind of page; care is listed below if that was asked for."""
    plan, sessions = subject.plan, subject.sessions
    listed = care.told(care.care(plan, sessions)) if subject.with_care else ()
    page = kind(
        plan=care.without(plan) if subject.with_care is False else plan,
        sessions=sessions,
        sentence=echo.sentence(plan, sessions),
        today=subject.today,
        care=tuple(listed),
        **own,
    )
    return _drawn(page, subject.canvas)
