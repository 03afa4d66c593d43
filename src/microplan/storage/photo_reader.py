"""Reads the photos and photo comparisons in a plan file."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from microplan.errors import RuleError
from microplan.model.entries import STEPS, Answer, Compared, Photo
from microplan.rules import grammar
from microplan.storage.toml import Missing, TableReader

Value = TypeVar("Value")
MOST_ANSWERS = 100
"""Most answers in one comparison; far more than microplan asks for at a time."""


def digest(text: str, word: str) -> str:
    """Parse a SHA-256 in hexadecimal."""
    if not re.fullmatch("[0-9a-f]{64}", text):
        message = "write the SHA-256 of the file, 64 hexadecimal digits"
        raise RuleError(message, word=word, text=text, span=(0, len(text)))
    return text


def named(text: str, word: str) -> str:
    """Parse a name: free text that isn't empty."""
    name = grammar.free_text(text, word)
    if not name:
        raise RuleError("write a name", word=word, text=text, span=(0, 0))
    return name


def file_name(text: str, word: str) -> str:
    """Parse a file path, which can't contain a null byte on any system."""
    if (place := text.find("\0")) >= 0:
        message = "write a path without a null byte"
        raise RuleError(message, word=word, text=text, span=(place, place + 1))
    return named(text, word)


class PhotoReader(TableReader):
    """Reads the tables of photos and comparisons."""

    def required(
        self, table: dict[str, Any], key: str, path: str, read: Callable[[str, str], Value]
    ) -> Value:
        """Read a required value of the rule language; notes a fault and raises Missing otherwise."""
        value = table.get(key)
        if not isinstance(value, str | date):
            self.note(f"{path}.{key}", "a value is missing. Write it as text.")
            raise Missing
        try:
            return read(value if isinstance(value, str) else value.isoformat(), key)
        except RuleError as error:
            self.note(path, error)
            raise Missing from None

    def photo(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Photo:
        """Read a photo: its file, its view and its day."""
        return Photo(
            path=self.required(table, "photo", path, file_name),
            view=self.required(table, "view", path, named),
            on=self.required(table, "on", path, grammar.day),
            digest=self.required(table, "digest", path, digest),
            **common,
        )

    def comparison(self, table: dict[str, Any], path: str, common: dict[str, Any]) -> Compared:
        """Read a comparison: a view, and an answer for each pair of photos."""
        noted = len(self.faults)
        answers = tuple(self.each(table, "answers", self.answer, path, MOST_ANSWERS))
        if not answers and len(self.faults) == noted:
            self.note(f"{path}.answers", "the answers are missing: earlier, later and step of each")
        if len(self.faults) > noted:
            raise Missing
        view = self.required(table, "compared", path, named)
        return Compared(view=view, answers=answers, **common)

    def answer(self, table: dict[str, Any], path: str) -> Answer:
        """Read the answer for one pair."""
        self.warn_unknown(path, table, ("earlier", "later", "step"))
        step = table.get("step")
        if type(step) is not int or step not in STEPS:
            self.note(f"{path}.step", f"write a number from {STEPS[0]} to {STEPS[-1]}")
            raise Missing
        return Answer(
            earlier=self.required(table, "earlier", path, digest),
            later=self.required(table, "later", path, digest),
            step=step,
        )
