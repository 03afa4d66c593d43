"""Reads workbooks (``.xlsx``, ``.xls``, ``.ods``) into records of cells.

A separate process reads a workbook as a whole, so its size is checked before it's unpacked.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, takewhile
from typing import IO

import msgspec.json

from microplan.batch import workbook_reader
from microplan.batch.columns import Columns
from microplan.batch.table import MOST_ABOVE, Record, is_header
from microplan.batch.workbook_reader import UNREADABLE, SheetRow, Sheets
from microplan.errors import PlanFileError, UsageError
from microplan.rules import nearest

ZIPPED, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of an .xlsx or .ods, and of an .xls."""
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
MOST = 64 << 20
"""Largest workbook in bytes; the memory limit of its process bounds the unpacked size."""
TOO_LARGE = (
    "it's too large to read; a cell far from the others may be the cause. Save it as CSV UTF-8"
)


def is_workbook(first: bytes) -> bool:
    """Whether a file that starts with these bytes is a workbook."""
    return first.startswith((ZIPPED, COMPOUND))


def records(
    chunks: Iterable[bytes], columns: Columns, name: str, sheet: str, say: Callable[[str], object]
) -> Iterator[Record]:
    """Yield the records of one sheet: the one named, or the first with a header.

    Raises PlanFileError if it isn't a workbook, UsageError if the sheet doesn't exist.
    """
    content = _content(chunks, name)
    command = [sys.executable, "-P", "-m", workbook_reader.__name__]
    with subprocess.Popen(  # noqa: S603 - this interpreter and a room of this house
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            names, rows = _replies(process, content, name)
            if sheet:
                number = _numbered(sheet, names, name)
                chosen: Iterator[SheetRow] = (row for row in rows if row.sheet == number)
            else:
                number, chosen = _first_with_header(rows, columns)
                if len(names) > 1:
                    one = f"one of {len(names)}; --sheet NAME picks another"
                    say(f'{name}: the rows are those of the sheet "{names[number]}", {one}')
            for row in chosen:
                yield Record(row.line, row.cells)
        finally:
            process.kill()


def _first_with_header(
    rows: Iterator[SheetRow], columns: Columns
) -> tuple[int, Iterator[SheetRow]]:
    """Find the first sheet with a header near its top; without any, take the first sheet."""
    first: list[SheetRow] = []
    above: list[SheetRow] = []
    for row in rows:
        if above and above[0].sheet != row.sheet:
            first, above = first or above, []
        if len(above) < MOST_ABOVE:
            above.append(row)
            if is_header(row.cells, columns):
                return row.sheet, chain(above, _while_of(row.sheet, rows))
    first = first or above
    return (first[0].sheet if first else 0), iter(first)


def _while_of(number: int, rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
    return takewhile(lambda row: row.sheet == number, rows)


def _replies(
    process: subprocess.Popen[bytes], content: bytes, name: str
) -> tuple[Sequence[str], Iterator[SheetRow]]:
    """Return the names of the sheets and their rows; raises PlanFileError for a faulty workbook."""
    assert process.stdin and process.stdout  # noqa: S101, PT018 - both are pipes
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(content)
        process.stdin.close()
    line = process.stdout.readline()
    sheets = msgspec.json.decode(line, type=Sheets) if line else Sheets(fault=TOO_LARGE)
    if sheets.fault or not sheets.names:
        raise PlanFileError(f"{name}: {sheets.fault or UNREADABLE}")
    return sheets.names, _rows(process, process.stdout, name)


def _rows(process: subprocess.Popen[bytes], lines: IO[bytes], name: str) -> Iterator[SheetRow]:
    decoder = msgspec.json.Decoder(SheetRow)
    for line in lines:
        yield decoder.decode(line)
    if process.wait():
        raise PlanFileError(f"{name}: {TOO_LARGE}")


def _numbered(sheet: str, names: Sequence[str], name: str) -> int:
    """Find a sheet by its name, in any case, or by its number, counted from 1."""
    folded = [sheet_name.strip().casefold() for sheet_name in names]
    if sheet.strip().casefold() in folded:
        return folded.index(sheet.strip().casefold())
    if sheet.isascii() and sheet.isdigit() and 0 < int(sheet[:9]) <= len(names):
        return int(sheet) - 1
    advice = nearest.question(sheet, names, f"Its sheets are {', '.join(names[:20])}.")
    raise UsageError(f'{name} has no sheet "{sheet}". {advice}')


def _content(chunks: Iterable[bytes], name: str) -> bytes:
    """Read a whole workbook, up to the size limit."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MOST:
            raise PlanFileError(f"{name} is larger than {MOST >> 20} MiB. Save it as CSV UTF-8")
    return bytes(content)
