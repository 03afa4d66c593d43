"""Reads what a plan file says about photos."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from microplan.errors import RuleError
from microplan.model.entries import Photo
from microplan.rules import grammar
from microplan.storage.tables import Missing, TableReader

Value = TypeVar("Value")


def digest(text: str, word: str) -> str:
    """Read a SHA-256 in hexadecimal."""
    if not re.fullmatch("[0-9a-f]{64}", text):
        message = "write the SHA-256 of the file, 64 hexadecimal digits"
        raise RuleError(message, word=word, text=text, span=(0, len(text)))
    return text


def named(text: str, word: str) -> str:
    """Read a text that names something, so it isn't empty."""
    name = grammar.free_text(text, word)
    if not name:
        raise RuleError("write a name", word=word, text=text, span=(0, 0))
    return name


class PhotoReader(TableReader):
    """Reads the tables about photos, and the values that entries must have."""

    def required(
        self, table: dict[str, Any], key: str, path: str, read: Callable[[str, str], Value]
    ) -> Value:
        """Read a value of the rule language that must be there."""
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
        """Read which picture was taken, of what and when."""
        return Photo(
            path=self.required(table, "photo", path, named),
            view=self.required(table, "view", path, named),
            on=self.required(table, "on", path, grammar.day),
            digest=self.required(table, "digest", path, digest),
            **common,
        )
