"""What an editor of lines may know of a question: how an answer is read, and which names it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

HELP, BACK = "?", "<"


class Hint(Struct, frozen=True, kw_only=True):
    """What is known of a question before it is answered.

    ``read`` says how an answer is read, or raises RuleError; ``commands`` are answers that it never
    reads; ``names`` are offered at Tab; ``help`` stands below an empty line.
    """

    read: Callable[[str], str] = str
    commands: tuple[str, ...] = ("", HELP)
    names: Callable[[], Iterable[str]] = tuple
    help: str = ""
