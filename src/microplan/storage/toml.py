"""TOML text to tables, within bounds; whatever is wrong with it is a PlanFileError."""

from __future__ import annotations

import re
from typing import Any

from microplan.errors import PlanFileError

DEEPEST = 100
"""Dots in one key; a plan or a course has two at most, and tomllib is quadratic in them."""
INTEGERS = range(-(2**63), 2**63)
"""The integers that TOML has (1.0, section Integer); Python reads longer ones, and cannot say them."""

_QUOTED = (
    r'(?s:"""(?:\\.|[^\\])*?(?:"{3,5}|\Z)'
    r"|'''.*?(?:'{3,5}|\Z)"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*)"
)
"""Texts and remarks, in which a dot parts nothing."""
_LONG = r"[0-9A-Fa-f_]{19}"
"""Enough digits to exceed ``INTEGERS``, or a part of a text."""


def read(text: str) -> dict[str, Any]:
    """Read the tables of a file."""
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
    except ValueError:  # int() of more digits than Python reads
        raise _beyond() from None
    except RecursionError:
        raise PlanFileError("it isn't valid TOML: its values are nested too deep") from None
    if re.search(_LONG, text) and _is_beyond(tables):
        raise _beyond()
    return tables


def _is_dotted(text: str) -> bool:
    """Whether a line has more dots than a key may have."""
    return any(line.count(".") > DEEPEST for line in text.split("\n"))


def _is_beyond(tables: dict[str, Any]) -> bool:
    """Whether an integer is anywhere among these values that TOML does not have."""
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
    """Make the error that tells every fault of a file in one report."""
    count = len(faults)
    message = "it has one fault" if count == 1 else f"it has {count} faults"
    return PlanFileError(message, findings=tuple(faults))
