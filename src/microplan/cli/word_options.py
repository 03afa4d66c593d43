"""The options of the rule words, each derived from its row in ``rules.words.WORDS``."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from microplan.cli.options import DAYS, ESSENTIALS, FINE, SESSION, Decorator, add_options, flag
from microplan.errors import UsageError
from microplan.rules.words import WORDS

OF_WORDS = {
    ESSENTIALS: ("start", "every", "at"),
    DAYS: ("sessions", "until", "on", "prefer", "avoid"),
    FINE: ("gap", "window", "follow"),
}
"""The groups of rule words; all others say something about the session."""


def with_words(names: Iterable[str], **says: str) -> Decorator:
    """Give a command a flag for each rule word; it receives those given, as ``words``.

    ``says`` is what a word is to this command, where that is not what its row says.
    """
    flags = [_word_flag(name, says.get(name, WORDS[name].help)) for name in names]
    return add_options("words", flags, _given)


def _given(flags: dict[str, Any]) -> dict[str, Any]:
    """Keep the words that were given; an empty one is a slip, such as a variable never set."""
    written = {name: value for name, value in flags.items() if value not in (None, [])}
    for name, value in written.items():
        if value == "":
            raise UsageError(f"--{name} is empty; give it a value or leave it out")
    return written


def _word_flag(name: str, says: str) -> inspect.Parameter:
    """Make the flag of a word; a switch can be set back."""
    word = WORDS[name]
    is_switch = word.form == "YES"
    option = typer.Option(
        f"--{name}/--no-{name}" if is_switch else f"--{name}",
        metavar=None if is_switch else word.form,
        help=f"{says}{' (repeatable)' if word.many else ''}",
        show_default=False,
        rich_help_panel=next((panel for panel, of in OF_WORDS.items() if name in of), SESSION),
    )
    kind = bool | None if is_switch else list[str] | None if word.many else str | None
    return flag(name, Annotated[kind, option])
