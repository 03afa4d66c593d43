"""TOML text to tables, within bounds; whatever is wrong with it is a PlanFileError."""

from __future__ import annotations

from typing import Any

from microplan.errors import PlanFileError

DEEPEST = 100
"""Dots in one key; a plan or a course has two at most, and tomllib is quadratic in them."""


def read(text: str) -> dict[str, Any]:
    """Read the tables of a file."""
    import tomllib

    if any(line.partition("=")[0].count(".") > DEEPEST for line in text.split("\n")):
        raise PlanFileError("its keys have too many dots to be a plan or a course")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if text.lstrip().startswith("{"):
            raise PlanFileError("it is JSON, not TOML; --format toml writes a plan file") from None
        fault = str(error)
        raise PlanFileError(f"it is not valid TOML: {fault[:1].lower()}{fault[1:]}") from None
    except ValueError:  # int() of more digits than Python reads
        raise PlanFileError("it is not valid TOML: a number is beyond every limit here") from None
    except RecursionError:
        raise PlanFileError("it is not valid TOML: its values are nested too deep") from None


def with_findings(faults: list[str]) -> PlanFileError:
    """Make the error that tells every fault of a file in one report."""
    count = len(faults)
    said = "it has one fault" if count == 1 else f"it has {count} faults"
    return PlanFileError(said, findings=tuple(faults))
