"""Text to care: ``minoxidil=-0d+1d``, ``wash gently=+1d``, ``photos=every 4w`` and their like."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from microplan.model.values import Care, Checkpoint, Cue, Ended, Pause
from microplan.rules import grammar, pace
from microplan.rules.scanner import Reader

A_PAUSE = "a pause is written like minoxidil=-0d+1d, the session day and the next"
A_CUE = "a cue is written like new cartridge=0d@19:30 or wash gently=+1d"
A_CHECKPOINT = "a checkpoint is written like photos=every 4w, review=12w or last photo=last+4w"
MOST_DAYS = 366
NONE = "none"
"""What stands in place of days where care ends."""

Piece = TypeVar("Piece", bound=Care | Ended)


def pause(text: str, word: str) -> Pause:
    """Read a pause: a name and the days around each session."""
    name, reader = _named(text, word, A_PAUSE)
    window = pace.take_window(reader)
    if max(window.before, window.after) > MOST_DAYS:
        raise reader.fault("a pause reaches at most a year to either side", 0)
    return reader.finish(Pause(name=name, before=window.before, after=window.after), A_PAUSE)


def cue(text: str, word: str) -> Cue:
    """Read a cue: a name, a day near each session, and perhaps a time."""
    name, reader = _named(text, word, A_CUE)
    sign = -1 if reader.skip("-") else 1
    reader.skip("+")
    days = sign * reader.integer(A_CUE) * pace.unit(reader, pace.SHORT_UNITS).days
    at = grammar.take_clock(reader) if reader.skip("@") else None
    if abs(days) > MOST_DAYS:
        raise reader.fault("a cue is at most a year away from its session", 0)
    return reader.finish(Cue(name=name, days=days, at=at), A_CUE)


def checkpoint(text: str, word: str) -> Checkpoint:
    """Read a checkpoint: a name, and a span from the first session, from the last, or every."""
    name, reader = _named(text, word, A_CHECKPOINT)
    repeats, from_last = bool(reader.take("every +")), reader.skip("last+")
    place = reader.place
    span = pace.span(reader, reader.integer(A_CHECKPOINT), place)
    if span.shortest < repeats:
        raise reader.fault("it would never come on; write every 1d or more", place)
    value = Checkpoint(name=name, span=span, repeats=repeats, from_last=from_last)
    return reader.finish(value, A_CHECKPOINT)


def _named(text: str, word: str, expected: str) -> tuple[str, Reader]:
    """Split a name from what is said of it, at the last equals sign."""
    reader = Reader(text, word)
    name, sign, _ = reader.text.rpartition("=")
    if not sign or not name.strip():
        raise reader.fault(f"a name and an equals sign are missing; {expected}")
    reader.place = len(name) + 1
    reader.take(" +")
    return grammar.free_text(name, word), reader


READERS: dict[str, Callable[[str, str], Care]] = {
    "pause": pause,
    "cue": cue,
    "checkpoint": checkpoint,
}
"""The kinds of care, each with what reads it."""


def parse(kind: str, text: str) -> Care:
    """Read one piece of care by its kind."""
    return READERS[kind](text, kind)


def change(kind: str, text: str) -> Care | Ended:
    """Read what care is to be from now on; with ``none`` in place of days it ends."""
    name, _, said = text.rpartition("=")
    if name.strip() and said.strip() == NONE:
        return Ended(kind=kind, name=grammar.free_text(name, kind))
    return parse(kind, text)


def last_of_each(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Keep the last piece of each kind and name, where the first one stood."""
    return tuple({each.key: each for each in pieces}.values())
