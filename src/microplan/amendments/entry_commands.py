"""Spells log entries as the commands that record them, and lists a log as a table."""

from __future__ import annotations

import shlex

from microplan.amendments import photos
from microplan.model.entries import (
    Amendment,
    Closed,
    Compared,
    Done,
    Moved,
    Opened,
    Photo,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.plan import Plan
from microplan.model.rules import as_flags
from microplan.wording import phrases

FEW = 3
"""Most ranges of days away to spell; an ellipsis stands for the others."""


def spell(entry: Amendment) -> str:  # noqa: PLR0911 - one case for each kind of entry
    """Spell an entry as its command, safe to paste into a shell: ``done 2 --on 2026-12-08``."""
    match entry:
        case Done():
            texts = {name: getattr(entry, name) for name in ("depth", "device", "reaction")}
            given = as_flags({name: text for name, text in texts.items() if text})
            hour = ["--at", f"{entry.at:%H:%M}"] if entry.at else []
            return shlex.join(["done", str(entry.session), "--on", str(entry.on), *hour, *given])
        case Moved():
            where = [str(entry.to)] if entry.to else []
            hour = [f"{entry.at:%H:%M}"] if entry.at else []
            return " ".join(["move", str(entry.session), *where, *hour, *["--only"] * entry.only])
        case Skipped():
            chosen = (entry.extend, " --extend"), (entry.no_show, " --no-show")
            return f"skip {entry.session}{''.join(flag for is_set, flag in chosen if is_set)}"
        case Closed():
            return f"avoid {_avoided(entry)}"
        case Opened():
            return " ".join(["avoid", *(f"--not {days}" for days in entry.days)])
        case Revised():
            words = {
                name: "any" if (name, text) == ("on", "none") else text
                for name, text in entry.given.items()
            }
            care = [part for piece in entry.care for part in (f"--{piece.kind}", str(piece))]
            title = ["--title", entry.title] if entry.title else []
            return shlex.join(["revise", *as_flags(words), *care, *title])
        case Photo():
            given = as_flags({"view": entry.view, "on": str(entry.on)})
            return shlex.join(["photo", "add", entry.path, *given])
        case Compared():
            return shlex.join(["photo", "compare", "--view", entry.view])
        case Undone():
            return f"undo (entry {entry.entry})"


def spell_all(entry: Amendment) -> str:
    """Spell an entry with its note, and the reason for days away."""
    return spell(entry) + _note_flags(entry)


def _avoided(entry: Closed) -> str:
    """Spell the arguments of ``avoid``; for a lookup, its flag and the number of closures."""
    ranges = [str(closure.days) for closure in entry.closures]
    if not entry.lookups:
        return " ".join(ranges if len(ranges) <= FEW else [*ranges[:FEW], "…"])
    again = " ".join(phrases.lookup_flag(lookup.of) for lookup in entry.lookups)
    return f"{again} ({phrases.count(len(ranges), 'closure')})"


def _note_flags(entry: Amendment) -> str:
    """Spell the flags for an entry's note and its reason; skip the many reasons of a lookup."""
    reasons = entry.closures if isinstance(entry, Closed) and not entry.lookups else ()
    reason = "".join(dict.fromkeys(closure.reason for closure in reasons))
    texts = {"reason": reason, "note": entry.note}
    arguments = as_flags({name: text for name, text in texts.items() if text})
    return "".join(f" {argument}" for argument in map(shlex.quote, arguments))


def _seen(plan: Plan, entry: Amendment) -> str:
    """List the answers of a comparison as steps: ``(+1, 0)``; empty for other entries."""
    if not isinstance(entry, Compared):
        return ""
    return f"  ({', '.join(map(photos.signed, photos.steps_by_day(plan, entry)))})"


def table(plan: Plan) -> list[tuple[str, str, str]]:
    """List the entries of a log: number, day and time recorded (UTC), and what was recorded."""
    undone = {entry.entry for entry in plan.log if isinstance(entry, Undone)}
    return [
        (
            str(number),
            f"{entry.recorded:%Y-%m-%d %H:%M}",
            spell_all(entry) + _seen(plan, entry) + ("  (undone)" if number in undone else ""),
        )
        for number, entry in enumerate(plan.log, 1)
    ]
