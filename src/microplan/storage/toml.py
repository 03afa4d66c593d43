"""Parses TOML within limits; any problem is a PlanFileError."""

from __future__ import annotations

import re
from typing import Any

from microplan.errors import PlanFileError

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


def with_findings(faults: list[str]) -> PlanFileError:
    """Build the error that reports every fault of a file at once."""
    count = len(faults)
    message = "it has one fault" if count == 1 else f"it has {count} faults"
    return PlanFileError(message, findings=tuple(faults))
