"""The plan as a table to read, as wide as its canvas."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO, TextIOWrapper

from rich.console import Console

from microplan import care, echo
from microplan.formats import Canvas, Subject
from microplan.view import PlanTable


def table(subject: Subject) -> Iterator[str]:
    """Draw title, sentence, table and total."""
    yield draw(
        PlanTable(
            subject.plan,
            subject.sessions,
            echo.sentence(subject.plan, subject.sessions),
            subject.today,
            tuple(care.told(care.care(subject.plan, subject.sessions)))
            if subject.with_care
            else (),
        ),
        subject.canvas,
    )


def draw(renderable: PlanTable, canvas: Canvas) -> str:
    """Let Rich draw on a canvas, told everything it would otherwise look up around it."""
    file = TextIOWrapper(BytesIO(), encoding=canvas.encoding)
    console = Console(
        file=file,
        width=canvas.width,
        color_system="standard" if canvas.colour else None,
        force_terminal=canvas.colour,
        legacy_windows=False,
        _environ={},
    )
    with console.capture() as capture:
        console.print(renderable, end="")
    return capture.get()
