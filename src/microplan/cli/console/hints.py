"""What the line editor knows about a question: how to check its answer, and what to complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

HELP, BACK = "?", "<"


class Hint(Struct, frozen=True, kw_only=True):
    """How to check, complete and explain an answer while it is typed.

    ``read`` describes how an answer is read, or raises RuleError; ``commands`` are answers that
    aren't checked; ``names`` are offered at Tab; ``help`` is shown below an empty line.
    """

    read: Callable[[str], str] = str
    commands: tuple[str, ...] = ("", HELP)
    names: Callable[[], Iterable[str]] = tuple
    help: str = ""
