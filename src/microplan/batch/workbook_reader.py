"""Reads one workbook with python-calamine in a separate process, which ``workbook`` starts.

A single cell far from the others makes the library ask for more memory than there is, which kills
its process; that mustn't be the batch's. The workbook comes from standard input. Standard output
gets the names of the sheets, then one line for each row.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec.json
from msgspec import Struct

EPOCH = date(1899, 12, 30)
"""Day 0 of workbooks, if the first two months, which have a bug, don't matter."""
MEMORY, SECONDS = 2 << 30, 120
"""The memory and time limits of this process, in bytes and seconds."""
A_DAY = timedelta(days=1)
MIDNIGHT = datetime.combine(EPOCH, time())


class Serial(Struct, frozen=True):
    """A day, a time or a length, as a workbook stores it: in days since ``EPOCH``."""

    days: float


class Sheets(Struct, frozen=True):
    """The names of the sheets, or the reason why a workbook can't be read."""

    names: tuple[str, ...] = ()
    fault: str = ""


class SheetRow(Struct, frozen=True, array_like=True):
    """One row: the number of its sheet, from 0, its line, from 1, and its cells."""

    sheet: int
    line: int
    cells: tuple[str | bool | int | float | Serial, ...]


LOCKED = "it has a password. Save it without one"
UNREADABLE = "it isn't a workbook that can be read here. Save it as .xlsx, or as CSV UTF-8"


def answer(content: bytes) -> Iterator[Sheets | SheetRow]:
    """Read a workbook: its sheets, then the rows of all of them."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        yield Sheets(fault=LOCKED)
        return
    except (CalamineError, OSError, ValueError):
        yield Sheets(fault=UNREADABLE)
        return
    yield Sheets(names=tuple(book.sheet_names))
    for number in range(len(book.sheet_names)):
        for line, cells in enumerate(book.get_sheet_by_index(number).iter_rows(), 1):
            yield SheetRow(number, line, tuple(map(_plain, cells)))


def _plain(value: Any) -> str | bool | int | float | Serial:  # noqa: ANN401 - the library's
    """Convert days, times and lengths to serial numbers; keep other values."""
    if isinstance(value, datetime):
        return Serial((value - MIDNIGHT) / A_DAY)
    if isinstance(value, date):
        return Serial((value - EPOCH).days)
    if isinstance(value, time):
        return Serial((datetime.combine(EPOCH, value) - MIDNIGHT) / A_DAY)
    if isinstance(value, timedelta):
        return Serial(value / A_DAY)
    return value if isinstance(value, str | bool | int | float) else str(value)


def _limit_itself() -> None:
    """Limit the memory and time of this process, if the system can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Read the workbook on standard input."""
    _limit_itself()
    encode = msgspec.json.Encoder().encode
    with contextlib.suppress(BrokenPipeError):
        for row in answer(sys.stdin.buffer.read()):
            sys.stdout.buffer.write(encode(row) + b"\n")


if __name__ == "__main__":
    main()
