"""Keeps ids unique across the pieces of one table that several processes plan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from microplan.batch.planned import Failed, Planned, clipped
from microplan.batch.planner import taken
from microplan.errors import UsageError
from microplan.model import ids
from microplan.storage import files
from microplan.storage.id_register import IdUse

STDIN = "standard input"


class Register(Protocol):
    """A register of the ids of all pieces."""

    def claim(self, lines: Sequence[tuple[str, int]]) -> dict[str, IdUse]:
        """Reserve ids for this piece; return those that another piece has."""


def name(source: str | None, first_line: int | None) -> str:
    """Name a piece, the same each time it is read: by its file, and the line it begins on.

    Raises UsageError for a pipe, because only the caller knows where in the table it begins.
    """
    path = Path(os.path.realpath(source)) if source not in (None, "-") else None
    if path is not None and files.is_file(path):
        return f"{path}:{first_line or 1}"
    if first_line is None:
        raise UsageError(
            "--ids needs to know where in the table these lines are. Add --first-line N (1 for the whole table)"
        )
    return f"{STDIN}:{first_line}"


def claimed(results: Sequence[Planned | Failed], register: Register) -> Iterator[Planned | Failed]:
    """Yield results; a row with an id that another piece uses becomes an error."""
    planned = [result for result in results if isinstance(result, Planned)]
    uses = register.claim([(result.plan.id, result.line) for result in planned])
    for result in results:
        use = uses.get(result.plan.id) if isinstance(result, Planned) else None
        yield _failed(result, use) if use and isinstance(result, Planned) else result


def _failed(result: Planned, use: IdUse) -> Failed:
    own_id = result.plan.id
    is_derived = own_id == ids.plan_id(result.plan.title, result.plan.rules)
    fault = taken("" if is_derived else own_id, _where(use))
    return Failed(line=result.line, error=clipped(fault), id="" if is_derived else own_id)


def _where(use: IdUse) -> str:
    path, _, _ = use.shard.rpartition(":")
    return f"line {use.line}" if path == STDIN else f"line {use.line} of {path}"
