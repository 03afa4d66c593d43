"""A scanner over one text, which builds errors that mark the fault."""

from __future__ import annotations

import re
from typing import TypeVar

from microplan.errors import RuleError, UnreadableError

MAX_DAYS = 36_525
"""The largest number in the rule language: a hundred years in days."""
INTEGER = r"[0-9]+"
NAME = r"[A-Za-z]+"

Value = TypeVar("Value")


class Scanner:
    """A position in the text of one rule word; ``take`` and ``skip`` move it forward."""

    def __init__(self, text: str, word: str) -> None:
        self.text = text.strip()
        self.word = word
        self.position = 0

    def take(self, pattern: str) -> re.Match[str] | None:
        """Consume a match of ``pattern`` at this position, if there is one."""
        match = self.see(pattern)
        if match:
            self.position = match.end()
        return match

    def see(self, pattern: str) -> re.Match[str] | None:
        """Match ``pattern`` at this position without consuming it.

        Patterns are compiled on first use, to keep the start fast.
        """
        return re.compile(pattern).match(self.text, self.position)

    @property
    def rest(self) -> str:
        """The text after this position."""
        return self.text[self.position :]

    def skip(self, literal: str) -> bool:
        """Consume ``literal`` if it comes next; return whether it did."""
        is_next = self.text.startswith(literal, self.position)
        self.position += len(literal) * is_next
        return is_next

    def fault(self, message: str, start: int | None = None, end: int | None = None) -> RuleError:
        """Build the error that marks ``start`` to ``end``; by default, everything left."""
        start = self.position if start is None else start
        end = max(len(self.text) if end is None else end, start + 1)
        return UnreadableError(message, word=self.word, text=self.text, span=(start, end))

    def misspelt(
        self, fault: str, fix: str, start: int | None = None, end: int | None = None
    ) -> RuleError:
        """Build the error for another spelling; a ``fix`` with ``or`` isn't applied automatically."""
        error = self.fault(f"{fault}. Write {fix}", start, end)
        error.fix = "" if " or " in fix else fix
        return error

    def finish(self, value: Value, expected: str) -> Value:
        """Return ``value`` if the whole text was consumed; otherwise raise RuleError."""
        if self.position < len(self.text):
            raise self.fault(f"{self.rest!r} doesn't belong here. {expected}")
        return value

    def integer(self, expected: str) -> int:
        """Consume a number in ASCII digits, at most as long as ``MAX_DAYS``."""
        match = self.take(INTEGER)
        if not match:
            raise self.fault(f"a number is missing. {expected}", end=self.position)
        if len(match[0]) > len(str(MAX_DAYS)):
            raise self.fault("that number is too large. Write a smaller one", *match.span())
        return int(match[0])


def listing(names: list[str], joiner: str = "or") -> str:
    """Join names for a sentence: ``d, w, mo or y``."""
    *most, last = names
    return f"{', '.join(most)} {joiner} {last}" if most else last
