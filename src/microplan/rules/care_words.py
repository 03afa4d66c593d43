"""Reads care from text: ``minoxidil=-0d+1d``, ``wash gently=+1d``, ``photos=every 4w``."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from microplan.errors import UsageError
from microplan.model.care import (
    Care,
    Checkpoint,
    Cue,
    Ended,
    Pause,
    Stock,
    Supply,
    Use,
)
from microplan.rules import grammar, hours, pace
from microplan.rules.scanner import Scanner

A_PAUSE = "Write a pause like minoxidil=-0d+1d, the session day and the next"
IN_HOURS = r"-[0-9]+[dw]\+[0-9]+h"
A_CUE = "Write a cue like new cartridge=0d@19:30 or wash gently=+1d"
A_CHECKPOINT = "Write a checkpoint like photos=every 4w@09:00, review=12w or last photo=last+4w"
A_USE = "Write a use like minoxidil=5 % twice daily"
A_SUPPLY = "Write a supply like cartridge=1 (a new one each session) or roller=12 (good for 12)"
A_STOCK = "Write how many are left, like cartridge=3"
MOST_DAYS = 366
MOST_SESSIONS = 1_000
"""Most sessions that one supply lasts, and most unused ones in stock."""
NONE = "none"
"""The word, written in place of days, that ends a piece of care."""

Piece = TypeVar("Piece", bound=Care | Ended)
Own = Mapping[str, Sequence[str] | None]
"""A person's care: the texts of each kind."""


def pause(text: str, word: str) -> Pause:
    """Parse a pause: a name, and the days around each session or the hours after it."""
    name, scanner = _named(text, word, A_PAUSE)
    if scanner.see(IN_HOURS):
        return scanner.finish(_pause_in_hours(name, scanner), A_PAUSE)
    if hours_alone := scanner.see(r"\+?([0-9]+)h$"):
        advice = f"Write -0d+{hours_alone[1]}h"
        raise scanner.fault(f"a pause in hours ends after the session. {advice}", scanner.position)
    window = pace.take_window(scanner)
    if max(window.before, window.after) > MOST_DAYS:
        raise scanner.fault("a pause is at most a year on either side", 0)
    return scanner.finish(Pause(name=name, before=window.before, after=window.after), A_PAUSE)


def _pause_in_hours(name: str, scanner: Scanner) -> Pause:
    """Parse the rest of a pause that ends a number of hours after the session."""
    start = scanner.position
    scanner.skip("-")
    before = scanner.integer(A_PAUSE) * pace.unit(scanner, pace.SHORT_UNITS).days
    scanner.skip("+")
    after = scanner.integer(A_PAUSE)
    scanner.skip("h")
    if before > MOST_DAYS or not 1 <= after <= 24 * MOST_DAYS:
        raise scanner.fault("a pause is from an hour to a year on either side", start)
    return Pause(name=name, before=before, hours=after)


def cue(text: str, word: str) -> Cue:
    """Parse a cue: a name, the days from each session, and an optional time."""
    name, scanner = _named(text, word, A_CUE)
    sign = -1 if scanner.skip("-") else 1
    scanner.skip("+")
    days = sign * scanner.integer(A_CUE) * pace.unit(scanner, pace.SHORT_UNITS).days
    at = hours.take_clock(scanner) if scanner.skip("@") else None
    if abs(days) > MOST_DAYS:
        raise scanner.fault("a cue is at most a year away from its session", 0)
    return scanner.finish(Cue(name=name, days=days, at=at), A_CUE)


def checkpoint(text: str, word: str) -> Checkpoint:
    """Parse a checkpoint: a name, a span from the first or last session or ``every``, and a time."""
    name, scanner = _named(text, word, A_CHECKPOINT)
    repeats, from_last = bool(scanner.take("every +")), scanner.skip("last+")
    start = scanner.position
    span = pace.span(scanner, scanner.integer(A_CHECKPOINT), start)
    if span.shortest < repeats:
        raise scanner.fault("it would never advance. Write every 1d or more", start)
    at = hours.take_clock(scanner) if scanner.skip("@") else None
    value = Checkpoint(name=name, span=span, repeats=repeats, from_last=from_last, at=at)
    return scanner.finish(value, A_CHECKPOINT)


def use(text: str, word: str) -> Use:
    """Parse a use: a name, and free text on how it's used."""
    name, scanner = _named(text, word, A_USE, first=True)
    if not scanner.rest:
        raise scanner.fault(f"the text after the equals sign is missing. {A_USE}")
    return Use(name=name, how=grammar.free_text(scanner.rest, word))


def supply(text: str, word: str) -> Supply:
    """Parse a supply: a name, and the number of sessions that one lasts."""
    name, scanner = _named(text, word, A_SUPPLY)
    start, sessions = scanner.position, scanner.integer(A_SUPPLY)
    if not 1 <= sessions <= MOST_SESSIONS:
        raise scanner.fault(f"one lasts 1 to {MOST_SESSIONS} sessions", start)
    return scanner.finish(Supply(name=name, sessions=sessions), A_SUPPLY)


def stock(text: str, word: str) -> Stock:
    """Parse a stock: the name of a supply, and the number of unused ones."""
    name, scanner = _named(text, word, A_STOCK)
    start, left = scanner.position, scanner.integer(A_STOCK)
    if left > MOST_SESSIONS:
        raise scanner.fault(f"a stock has at most {MOST_SESSIONS}", start)
    return scanner.finish(Stock(name=name, left=left), A_STOCK)


def _named(text: str, word: str, expected: str, *, first: bool = False) -> tuple[str, Scanner]:
    """Split off the name at the last equals sign, or at the ``first``; return it and the rest."""
    scanner = Scanner(text, word)
    parted = scanner.text.partition("=") if first else scanner.text.rpartition("=")
    name, sign, _ = parted
    if not sign or not name.strip():
        raise scanner.fault(f"the name and the equals sign are missing. {expected}")
    scanner.position = len(name) + 1
    scanner.take(" +")
    return grammar.free_text(name, word), scanner


READERS: dict[str, Callable[[str, str], Care]] = {
    "pause": pause,
    "cue": cue,
    "checkpoint": checkpoint,
    "use": use,
    "supply": supply,
    "stock": stock,
}
"""The kinds of care and their parsers."""
KEYS = {
    "pause": "span",
    "cue": "when",
    "checkpoint": "when",
    "use": "how",
    "supply": "sessions",
    "stock": "left",
}
"""The key in a plan file that holds the days, number or text of each kind."""


def parse(kind: str, text: str) -> Care:
    """Parse one piece of care of a kind."""
    return READERS[kind](text, kind)


def change(kind: str, text: str) -> Care | Ended:
    """Parse a change of care; ``none`` in place of days ends it."""
    name, _, value = text.rpartition("=")
    if name.strip() and value.strip() == NONE:
        return Ended(kind=kind, name=grammar.free_text(name, kind))
    return parse(kind, text)


def given(own: Own) -> tuple[Care, ...]:
    """Parse a person's care; raises UsageError for two pieces of one kind and name."""
    return tuple(once(parse(kind, text) for kind, text in texts(own)))


def texts(own: Own) -> Iterator[tuple[str, str]]:
    """Yield the kind and the text of each piece of a person's care."""
    return ((kind, text) for kind, several in own.items() for text in several or ())


def once(pieces: Iterable[Piece]) -> list[Piece]:
    """List pieces of care; raises UsageError for two of one kind and name."""
    known: dict[tuple[str, str], Piece] = {}
    for piece in pieces:
        if known.setdefault(piece.key, piece) is not piece:
            name = known[piece.key].name
            raise UsageError(f'the {piece.kind} "{name}" is given twice; rename one of them')
    return list(known.values())


def refuse_stock_without_supply(
    pieces: Iterable[Care | Ended], known: Iterable[Care | Ended] = ()
) -> None:
    """Raise UsageError for a stock without a supply, since nothing says how long one lasts."""
    pieces = tuple(pieces)
    latest = {piece.key: piece for piece in (*known, *pieces)}
    for piece in pieces:
        supply = latest.get(("supply", piece.name.casefold()))
        if isinstance(piece, Stock) and not isinstance(supply, Supply):
            fix = f"Add --supply {shlex.quote(f'{piece.name}=1')} if one lasts one session"
            raise UsageError(f'nothing says how long one "{piece.name}" lasts. {fix}')


def last_of_each(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Keep the last piece of each kind and name, at the position of the first."""
    return tuple({piece.key: piece for piece in pieces}.values())
