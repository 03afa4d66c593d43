"""Turns records of cells from CSV or a workbook into rows of words, by the table's header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from typing import Any

from msgspec import Struct

from microplan.batch import cells
from microplan.batch.columns import NEEDED, NOTE, Columns, folded
from microplan.errors import PlanFileError

MOST_ABOVE = 20
"""Most records above the header, such as a title and the date of the export."""
SEVERAL = ";"
"""Separates several values in one cell."""


class Record(Struct, frozen=True):
    """The cells of one row and its first line, or the reason why they can't be read."""

    line: int
    cells: Sequence[object]
    fault: str = ""


class Row(Struct, frozen=True, kw_only=True):
    """One row: its first line and its words, or the reason why it can't be read."""

    line: int
    words: dict[str, Any] = {}
    fault: str = ""


def read(records: Iterator[Record], columns: Columns, name: str) -> Iterator[Row]:
    """Yield the rows below the header; raises PlanFileError for a header that cannot be used."""
    above: list[Record] = []
    for record in records:
        above.append(record)
        if is_header(record.cells, columns) or len(above) > MOST_ABOVE:
            break
    if not above:
        return iter(())
    has_header = is_header(above[-1].cells, columns)
    head, rest = (above[-1], []) if has_header else (above[0], above[1:])
    names = [columns.name(str(cell)) for cell in head.cells]
    if fault := head.fault or _fault(names, columns, head.cells):
        raise PlanFileError(f"{name}: line {head.line}: {fault}")
    return _rows(chain(rest, records), names, columns)


def is_header(cells: Iterable[object], columns: Columns) -> bool:
    """Whether a record is a header: it has the one column that every table needs."""
    return any(isinstance(cell, str) and columns.name(cell) == NEEDED for cell in cells)


def _fault(names: Sequence[str], columns: Columns, cells: Sequence[object]) -> str:
    """Describe what's wrong with the column names; empty if nothing is."""
    if unknown := columns.unknown(names):
        return unknown
    twice = next((name for name in names if name not in ("", NOTE) and names.count(name) > 1), "")
    if twice:
        return f"the column {twice} appears twice. Leave one out"
    own = {folded(str(cell)) for cell in cells}
    if missing := [name for name in columns.renamed if name not in own]:
        return f'there\'s no column "{missing[0]}", which --map names'
    return "" if NEEDED in names else "there is no column start, the day of session 1"


def _rows(records: Iterable[Record], names: Sequence[str], columns: Columns) -> Iterator[Row]:
    is_word = [name not in ("", NOTE) for name in names]
    for record in records:
        texts = [
            cell.strip() if isinstance(cell, str) else cells.of_workbook(cell, name)
            for cell, name in zip_longest(record.cells, names[: len(record.cells)], fillvalue="")
        ]
        if not record.fault and not any(texts):
            continue  # a spreadsheet's line for an emptied row
        words = {
            name: several(text) if name in columns.many else text
            for name, text, is_one in zip(names, texts, is_word, strict=False)
            if text and is_one
        }
        yield Row(line=record.line, words=words, fault=record.fault or _misfit(names, texts))


def several(text: str) -> list[str]:
    """Split a cell into its values."""
    return [part.strip() for part in text.split(SEVERAL) if part.strip()]


def _misfit(names: Sequence[str], texts: Sequence[str]) -> str:
    """Describe a row with too many cells; empty cells at the end are fine."""
    beyond = any(texts[len(names) :])
    unnamed = any(text and not name for name, text in zip(names, texts, strict=False))
    if not beyond and not unnamed and len(texts) >= len(names):
        return ""
    return f"the row has {len(texts)} cells and the header {len(names)}; quote cells that contain a separator"
