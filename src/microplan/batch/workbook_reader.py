"""A process that reads one workbook with python-calamine, for ``workbook`` to start and bound.

One cell far out makes the library ask for more memory than there is, which ends its process; it
must not be that of a batch. The workbook is standard input. Standard output gets the names of the
sheets, then a line for each row.
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
"""The day from which workbooks count; its first two months are never meant."""
MEMORY, SECONDS = 2 << 30, 120
"""Bytes and seconds of this process."""
A_DAY = timedelta(days=1)
MIDNIGHT = datetime.combine(EPOCH, time())


class Serial(Struct, frozen=True):
    """A day, an hour or a length, as workbooks count them: in days, from ``EPOCH``."""

    days: float


class Sheets(Struct, frozen=True):
    """The names of the sheets, or what keeps a workbook from being read."""

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
    """Count what is a day, an hour or a length; all else stays as it is."""
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
    """Bound the memory and time of this process, where the system can."""
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
