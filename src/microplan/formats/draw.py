"""Draw what a room laid out, on a canvas of known width, colours and encoding."""

from __future__ import annotations

from collections.abc import Iterator

from rich.color import ColorSystem

from microplan.formats import Canvas, Subject
from microplan.formats.page import Page, Pen
from microplan.scheduling import care
from microplan.wording import summary


def painted(page: Page, canvas: Canvas) -> Iterator[str]:
    """Say in text what a console of Rich prints, which looks up around it what we know here.

    Its import takes as long as all of our rooms.
    """
    colours = ColorSystem.STANDARD if canvas.colour else None
    for text, style, _ in page.segments(Pen.of(canvas.width, canvas.encoding)):
        yield style.render(text, color_system=colours) if style else text


def draw(kind: type[Page], subject: Subject, **own: object) -> Iterator[str]:
    """Draw a plan as one kind of page; care is listed below if that was asked for."""
    plan, sessions = subject.plan, subject.sessions
    listed = care.told(care.care(plan, sessions)) if subject.with_care else ()
    page = kind(
        plan=care.without(plan) if subject.with_care is False else plan,
        sessions=sessions,
        sentence=summary.sentence(plan, sessions),
        today=subject.today,
        care=tuple(listed),
        **own,
    )
    return painted(page, subject.canvas)
