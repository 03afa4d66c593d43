"""Targets for tables of rows, and for the file names made from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from fuzz.oracles import calm, expected, file_name, holds, one_line
from microplan.batch import cells, file_names, planned, rows
from microplan.batch import planner as room
from microplan.batch.table import Row
from microplan.wording import remarks

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
NAMES = ("standard input", "rows.csv", "rows.ndjson")
CHUNK = 61
"""Bytes of a chunk; a prime, so that chunks end anywhere."""
TEMPLATES = ("plans/{id}-{title}.toml", "plans/{id}{title}", "plans/{title}.toml")


def batch(data: bytes) -> None:
    """Plan the rows of a table; the first byte chooses its kind and its days."""
    name = NAMES[data[0] % len(NAMES)] if data else NAMES[0]
    order = tuple(cells.ORDERS)[data[0] // len(NAMES) % len(cells.ORDERS)] if data else "iso"
    found = expected(lambda: _read([data[1:]], name))
    if not isinstance(found, list):
        return
    holds(_read(_chunks(data[1:]), name) == found, "how bytes come in makes a difference")
    in_order(found)
    planner = room.Planner(NOW, order)
    for row in found:
        _row(planner, row)


def _chunks(data: bytes) -> Iterator[bytes]:
    yield from (data[place : place + CHUNK] for place in range(0, len(data), CHUNK))


def _read(chunks: Iterator[bytes] | list[bytes], name: str) -> list[Row]:
    return list(rows.read(chunks, rows.Source(columns=room.COLUMNS, name=name, say=calm)))


def in_order(found: list[Row]) -> None:
    """Assert that each row begins on a later line than the one before."""
    lines = [row.line for row in found]
    holds(lines == sorted(set(lines)), "two rows on one line, or out of order")


def _row(planner: room.Planner, row: Row) -> None:
    """Plan a row twice; the cached result must be the same."""
    result = planner.plan(row)
    said = planned.line(result)
    one_line(said)
    holds(planned.line(planner.plan(row)) == said, "a row that comes again is another plan")
    if isinstance(result, room.Failed):
        calm(result.error)
        return
    remarks.moved(result.outline.sessions)
    values = {"id": result.plan.id, "title": result.plan.title, "line": row.line}
    for path in (file_names.fill(template, values) for template in TEMPLATES):
        holds(path.parent == Path("plans"), f"{path} is outside its folder")
        file_name(path.name)
