"""A place in a text that moves on as parts are taken, and marks what is wrong where it stands."""

from __future__ import annotations

import re
from typing import TypeVar

from microplan.errors import RuleError, UnreadableError

MAX_DAYS = 36_525
"""No number of the rule language is larger: a hundred years in days."""
INTEGER = r"[0-9]+"
NAME = r"[A-Za-z]+"

Value = TypeVar("Value")


class Scanner:
    """A place in a text, which moves on as its parts are taken and marks where one is wrong."""

    def __init__(self, text: str, word: str) -> None:
        self.text = text.strip()
        self.word = word
        self.place = 0

    def take(self, pattern: str) -> re.Match[str] | None:
        """Take what matches ``pattern`` here, if it does."""
        match = self.see(pattern)
        if match:
            self.place = match.end()
        return match

    def see(self, pattern: str) -> re.Match[str] | None:
        """Look whether ``pattern`` matches here; it is compiled when it is first needed."""
        return re.compile(pattern).match(self.text, self.place)

    @property
    def rest(self) -> str:
        """What is left to read."""
        return self.text[self.place :]

    def skip(self, literal: str) -> bool:
        """Take ``literal`` if it stands here."""
        is_next = self.text.startswith(literal, self.place)
        self.place += len(literal) * is_next
        return is_next

    def fault(self, message: str, start: int | None = None, end: int | None = None) -> RuleError:
        """Make the error that marks ``start`` to ``end``, or one place; without them, the rest."""
        start = self.place if start is None else start
        end = max(len(self.text) if end is None else end, start + 1)
        return UnreadableError(message, word=self.word, text=self.text, span=(start, end))

    def misspelt(
        self, fault: str, fix: str, start: int | None = None, end: int | None = None
    ) -> RuleError:
        """Make the error for what is written otherwise here; a ``fix`` with ``or`` is several."""
        error = self.fault(f"{fault}. Write {fix}", start, end)
        error.fix = "" if " or " in fix else fix
        return error

    def finish(self, value: Value, expected: str) -> Value:
        """Return ``value`` if nothing is left to read."""
        if self.place < len(self.text):
            raise self.fault(f"{self.rest!r} doesn't belong here. {expected}")
        return value

    def integer(self, expected: str) -> int:
        """Take a number of ASCII digits."""
        match = self.take(INTEGER)
        if not match:
            raise self.fault(f"a number is missing. {expected}", end=self.place)
        if len(match[0]) > len(str(MAX_DAYS)):
            raise self.fault("that number is too large. Write a smaller one", *match.span())
        return int(match[0])


def listing(names: list[str], joiner: str = "or") -> str:
    """Name what may be written: ``d, w, mo or y``."""
    *most, last = names
    return f"{', '.join(most)} {joiner} {last}" if most else last
