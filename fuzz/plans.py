"""Targets for what people write: rule words, plan files, courses, free texts and defaults."""

from __future__ import annotations

import shlex
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from fuzz.oracles import calm, expected, holds, said
from microplan.courses import library
from microplan.formats import Canvas, Subject
from microplan.model import ids
from microplan.model.entries import Closed, Closure
from microplan.model.plan import Plan
from microplan.model.rules import as_flags, spell
from microplan.rules import care_words, grammar
from microplan.rules import words as rules
from microplan.scheduling import schedule
from microplan.storage import config as defaults
from microplan.storage import plan_file
from microplan.wording import phrases, summary

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
MOST_SAID = 60
"""Most sessions of a plan to render in every format; longer plans are only scheduled."""


def _plan(plan: Plan) -> None:
    """Check the days of a plan, and its rendering in every format."""
    sessions = expected(lambda: schedule.schedule(plan))
    if not sessions:
        return
    summary.sentence(plan, sessions)
    if len(sessions) <= MOST_SAID:
        expected(
            lambda: said(
                Subject(plan=plan, sessions=sessions, today=TODAY, canvas=Canvas(colour=False))
            )
        )


def words(data: bytes) -> None:
    """Read words of the rule language, split like a shell; valid ones must spell themselves."""
    text = data.decode("utf-8", "replace")
    try:
        parts = shlex.split(text)
    except ValueError:
        return
    given: dict[str, object] = {}
    for name, value in zip(parts[::2], parts[1::2], strict=False):
        if name in rules.WORDS and rules.WORDS[name].many:
            given.setdefault(name, []).append(value)  # type: ignore[attr-defined]
        else:
            given[name] = value
    read = expected(lambda: rules.parse(given, zone="UTC"))
    if isinstance(read, rules.Rules):
        again = rules.parse(read.words())
        holds(again == read, f"{shlex.join(as_flags(read.words()))} is read as something else")
        _plan(ids.new_plan("Scalp session", read, NOW))


def plan(data: bytes) -> None:
    """Read a plan file."""
    read = expected(lambda: plan_file.load(data.decode("utf-8", "replace")))
    if isinstance(read, tuple):
        _plan(read[0])


def course(data: bytes) -> None:
    """Read a course file."""
    expected(lambda: library.read(data.decode("utf-8", "replace"), "own"))


def texts(data: bytes) -> None:
    """Read free texts: title, location, device, care, the reason for closed days, a note."""
    pieces = [
        part.decode("utf-8", "surrogateescape" if i % 2 else "replace")
        for i, part in enumerate(_halves(data))
    ]
    title, place, device, care, reason, note = [*pieces, "", "", "", "", "", ""][:6]

    def new_plan() -> Plan:
        read = rules.parse(
            {
                "start": "2026-12-01",
                "every": "3x4w",
                "at": "18:00",
                "tz": "Europe/Paris",
                "remind": ["1d"],
                "location": grammar.free_text(place, "location"),
                "device": grammar.free_text(device, "device"),
            }
        )
        drawn = ids.new_plan(grammar.free_text(title, "title") or "Scalp session", read, NOW)
        day = Closure(
            days=grammar.closed("2026-12-29", "avoid"), reason=grammar.free_text(reason, "reason")
        )
        away = Closed(closures=(day,), recorded=NOW, note=grammar.free_text(note, "note"))
        around = tuple(
            parse(f"{care}={when}", kind)
            for parse, kind, when in (
                (care_words.pause, "pause", "-0d+1d"),
                (care_words.cue, "cue", "0d@19:30"),
                (care_words.checkpoint, "checkpoint", "every 4w"),
            )
            if care
        )
        return Plan(
            id=drawn.id,
            title=drawn.title,
            created=drawn.created,
            rules=read,
            care=around,
            log=(away,),
        )

    drawn = expected(new_plan)
    if isinstance(drawn, Plan):
        _plan(drawn)


def _halves(data: bytes) -> list[bytes]:
    """Split bytes at one that is never part of UTF-8."""
    return data.split(b"\xff")


def config(data: bytes) -> None:
    """Read a config file; valid values must spell themselves, and none may hold a password."""
    read = expected(lambda: defaults.read(data.decode("utf-8", "replace")))
    if not isinstance(read, tuple):
        return
    found, warnings = read
    for warning in warnings:
        calm(phrases.visible(warning))
    holds(expected(lambda: _spelled_again(found.words)) == found.words, "a default drifts")
    holds(not _password(found.caldav.url), "an address with a password was taken")


def _spelled_again(words: defaults.Words) -> defaults.Words:
    return {name: spell(rules.value(name, value)) for name, value in words.items()}


def _password(url: str) -> str | None:
    """Find the password in a URL, by the HTTP library's own parser; None if it refuses the URL."""
    try:
        return urlsplit(url).password
    except ValueError:
        return None
