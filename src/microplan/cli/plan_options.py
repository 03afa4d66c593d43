"""The options of a plan, which `new`, `batch` and `revise` share: its rule words and its care.

The options of rule words are derived from ``rules.words.WORDS``.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import Struct

from microplan.cli.options import (
    CARE,
    DAYS,
    ESSENTIALS,
    FINE,
    SESSION,
    Decorator,
    add_options,
    flag,
    option,
)
from microplan.errors import UsageError
from microplan.rules.words import WORDS

OF_WORDS = {
    ESSENTIALS: ("start", "every", "at"),
    DAYS: ("sessions", "until", "on", "prefer", "avoid"),
    FINE: ("gap", "window", "follow"),
}
"""The groups of rule words; the others are in the group about the session."""


def with_words(names: Iterable[str], **says: str) -> Decorator:
    """Give a command a flag for each rule word; it receives the given ones as ``words``.

    ``says`` replaces the help of words that mean something else to this command.
    """
    flags = [_word_flag(name, says.get(name, WORDS[name].help)) for name in names]
    return add_options("words", flags, _given)


def _given(flags: dict[str, Any]) -> dict[str, Any]:
    """Keep the given words; refuse an empty one, which is probably an unset variable."""
    written = {name: value for name, value in flags.items() if value not in (None, [])}
    for name, value in written.items():
        if value == "":
            raise UsageError(f"--{name} is empty; give it a value or leave it out")
    return written


def _word_flag(name: str, says: str) -> inspect.Parameter:
    """Make the flag of a word; a switch also has a ``--no-`` form."""
    word = WORDS[name]
    is_switch = word.form == "YES"
    made = option(
        f"{says}{' (repeatable)' if word.many else ''}",
        f"--{name}/--no-{name}" if is_switch else f"--{name}",
        form=None if is_switch else word.form,
        panel=next((panel for panel, of in OF_WORDS.items() if name in of), SESSION),
    )
    kind = bool | None if is_switch else list[str] | None if word.many else str | None
    return flag(name, Annotated[kind, made])


# --- care -----------------------------------------------------------------------------------

OF_CARE = {
    "pause": (
        "NAME=SPAN",
        "pause something around each session: minoxidil=-0d+1d is that day and the next, minoxidil=-0d+24h ends 24 h after the session",
    ),
    "cue": (
        "NAME=WHEN",
        'a reminder near each session: "new cartridge=0d@19:30" or "wash gently=+1d"',
    ),
    "checkpoint": (
        "NAME=WHEN",
        'a day to look at results: "photos=every 4w@09:00", "review=12w" or "last photo=last+4w"',
    ),
    "use": (
        "NAME=TEXT",
        'how something is used on ordinary days: "minoxidil=5 % twice daily"',
    ),
    "supply": (
        "NAME=N",
        "what wears out: cartridge=1 is a new one each session, roller=12 is good for 12",
    ),
    "stock": (
        "NAME=N",
        "how many unused ones of a supply you have: cartridge=3",
    ),
}
"""The kinds of care, with their placeholders and help."""
CareSets = Annotated[
    str,
    option(
        "ready-made sets, joined by commas: minoxidil, aftercare, serums, retinoids, hygiene, photos, reviews",
        "--care",
        form="NAMES",
        panel=CARE,
    ),
]


class CareOptions(Struct, frozen=True):
    """The care on a command line: the names of ready-made sets, and pieces by kind."""

    sets: str
    pieces: dict[str, list[str] | None]


def _care_flag(kind: str, form: str, says: str) -> inspect.Parameter:
    """Make the flag of a kind of care."""
    made = option(f"{says} (repeatable)", f"--{kind}", form=form, panel=CARE)
    return flag(kind, Annotated[list[str] | None, made])


with_care = add_options(
    "care",
    [
        flag("care", CareSets, default=""),
        *(_care_flag(kind, form, says) for kind, (form, says) in OF_CARE.items()),
    ],
    lambda given: CareOptions(given.pop("care"), given),
)
"""Gives a command the options of care, collected in its parameter ``care``."""
