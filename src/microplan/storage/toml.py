"""Parses TOML within limits, and reads its tables; every fault has its dotted path.

Any problem is a PlanFileError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from microplan.errors import PlanFileError, RuleError, UsageError
from microplan.rules import grammar, nearest

DEEPEST = 100
"""Most dots in a key: tomllib is quadratic in them, and our files need two."""
INTEGERS = range(-(2**63), 2**63)
"""The integers of TOML 1.0. Python parses longer ones, but can't always print them."""

_QUOTED = (
    r'(?s:"""(?:\\.|[^\\])*?(?:"{3,5}|\Z)'
    r"|'''.*?(?:'{3,5}|\Z)"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*)"
)
"""Matches strings and comments, where a dot doesn't separate keys."""
_LONG = r"[0-9A-Fa-f_]{19}"
"""Matches enough digits to exceed ``INTEGERS``; they could also be part of a string."""


def read(text: str) -> dict[str, Any]:
    """Parse the tables of a file."""
    import tomllib

    if _is_dotted(text) and _is_dotted(re.sub(_QUOTED, "", text)):
        raise PlanFileError("its keys have too many dots to be a plan or a course")
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if text.lstrip().startswith("{"):
            raise PlanFileError("it is JSON, not TOML; --format toml writes a plan file") from None
        fault = str(error)
        raise PlanFileError(f"it isn't valid TOML: {fault[:1].lower()}{fault[1:]}") from None
    except ValueError:  # int() refuses very long numbers
        raise _beyond() from None
    except RecursionError:
        raise PlanFileError("it isn't valid TOML: its values are nested too deep") from None
    if re.search(_LONG, text) and _is_beyond(tables):
        raise _beyond()
    return tables


def _is_dotted(text: str) -> bool:
    """Whether a line has more dots than a key may."""
    return any(line.count(".") > DEEPEST for line in text.split("\n"))


def _is_beyond(tables: dict[str, Any]) -> bool:
    """Whether any integer in these tables is outside TOML's range."""
    left: list[Any] = [tables]
    while left:
        match left.pop():
            case dict() as table:
                left.extend(table.values())
            case list() as array:
                left.extend(array)
            case int() as number if number not in INTEGERS:
                return True
    return False


def _beyond() -> PlanFileError:
    return PlanFileError("it isn't valid TOML: a number is too large")


# --- tables to values -----------------------------------------------------------------------

Item = TypeVar("Item")
MOST = 20
"""Most unknown keys of a table to suggest a known one for."""


class Missing(Exception):  # noqa: N818 - a signal among readers, never an error outside them
    """A value is missing or unusable, and the fault has been noted."""


class TableReader:
    """Reads the tables of one file. A subclass has one method for each kind of table."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.warnings: list[str] = []

    def refusal(self) -> PlanFileError:
        """Build the error that reports every fault of the file at once."""
        count = len(self.faults)
        message = "it has one fault" if count == 1 else f"it has {count} faults"
        return PlanFileError(message, findings=tuple(self.faults))

    def note(self, path: str, message: object) -> None:
        """Note a fault with its dotted path; a UsageError's own text starts with the last part."""
        separator = "." if isinstance(message, UsageError) else ": "
        text = message.located if isinstance(message, RuleError) else str(message)
        self.faults.append(f"{path}{separator}{text}" if path else text)

    def warn(self, path: str, message: str) -> None:
        """Note a warning with its dotted path."""
        self.warnings.append(f"{path} {message}")

    def version(self, table: dict[str, Any], key: str, newest: int) -> bool:
        """Check the version of the file; note a fault if this program can't read it."""
        version = table.get(key)
        if type(version) is int and version > newest:
            self.note(
                key, f"{version} is newer than {newest}, the format read here. Update microplan."
            )
        elif version != newest or type(version) is not int:
            self.note(key, f"a {KINDS[key]} file begins with {key} = {newest}")
        return not self.faults

    def unknown(
        self, path: str, table: dict[str, Any], known: tuple[str, ...]
    ) -> Iterator[tuple[str, str]]:
        """Yield the path of each unknown key, with a suggestion of a known one."""
        unread = [key for key in table if key not in known]
        for number, key in enumerate(unread):
            yield joined(path, key), nearest.question(key, known) if number < MOST else ""

    def warn_unknown(self, path: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
        """Warn about unknown keys."""
        for where, meant in self.unknown(path, table, known):
            self.warn(where, f"isn't known and is left as it is. {meant}".rstrip(" ."))

    def text(self, table: dict[str, Any], key: str, path: str = "") -> str:
        """Read an optional text."""
        value = table.get(key, "")
        try:
            if isinstance(value, str):
                return grammar.free_text(value, key)
            self.note(joined(path, key), f'write a text, as in {key} = "text"')
        except RuleError as error:
            self.note(path, error)
        return ""

    def each(
        self,
        table: dict[str, Any],
        key: str,
        read: Callable[[dict[str, Any], str], Item | None],
        path: str = "",
        most: int | None = None,
    ) -> Iterator[Item]:
        """Read the tables of an array, at most ``most``; skip those with a fault."""
        items, here = table.get(key, []), joined(path, key)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            example = f"{key} = [{{ … }}]" if path else f"[[{key}]]"
            self.note(here, f"write each entry as a table, {example}")
            return
        if most is not None and len(items) > most:
            self.note(here, f"there are at most {most} of these. Write fewer")
        for number, item in enumerate(items[:most], 1):
            try:
                value = read(item, f"{here}[{number}]")
            except Missing:
                continue
            if value is not None:
                yield value


KINDS = {"microplan": "plan", "course": "course"}
"""The kinds of files, by the key that has their version."""


def joined(path: str, key: str) -> str:
    """Join a dotted path and a key; the path of the file itself is empty."""
    return f"{path}.{key}" if path else key
