"""The page behind the code: what a phone shows before it takes the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from microplan import agenda, events, prose, safety
from microplan.formats import Subject
from microplan.model import Session, Status

STYLE = """\
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif; }
body { max-width: 34rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
a.add { display: block; padding: .8rem; border-radius: .6rem; text-align: center;
  background: #1d4ed8; color: #fff; font-weight: 600; text-decoration: none; }
td, th { text-align: left; padding: .15rem .9rem .15rem 0; vertical-align: top; }
footer { margin-top: 2rem; font-size: .9rem; }"""

PHONES = {
    "iPhone": "Open this page in Safari, tap the button, then Add All. Choose a calendar of its "
    "own, so that it can be deleted whole.",
    "Android": "Tap the button and open the downloaded file with your calendar. Choose a calendar "
    "of its own there, if it offers one.",
}
"""What to tap, by the phone."""


def page(subject: Subject, *, calendar: str = "plan.ics") -> Iterator[str]:
    """Say the plan as a small page; ``calendar`` is where its button leads."""
    name = escape(events.calendar_name(subject.plan))
    yield '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{name}</title>\n<style>\n{STYLE}\n</style>\n<main>\n<h1>{name}</h1>\n"
    yield f"<p>{escape(agenda.next_line(subject.sessions, subject.today))}</p>\n"
    yield f'<p><a class="add" href="{escape(calendar)}">Add to calendar</a></p>\n'
    for phone, text in PHONES.items():
        yield f"<h2>{phone}</h2>\n<p>{text}</p>\n"
    yield "<p>Was it there before? Delete the old calendar first.</p>\n"
    yield from _table(subject.sessions)
    yield "</main>\n"
    if not events.is_discreet(subject.plan):
        yield f"<footer>{escape(safety.GENERAL)}</footer>\n"


def _table(sessions: tuple[Session, ...]) -> Iterator[str]:
    yield '<h2>Days</h2>\n<table>\n<tr><th scope="col">#<th scope="col">day<th scope="col">time\n'
    for session in sessions:
        if session.status in (Status.PLANNED, Status.DONE):
            day, hour = prose.day(session.date), agenda.hour(session)
            yield f"<tr><td>{session.number}<td>{day}<td>{hour}\n"
    yield "</table>\n"
