"""Decodes lines of CSV into cells; what breaks one row affects only that row."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from msgspec import Struct

from microplan.batch.columns import Columns
from microplan.batch.table import MOST_ABOVE, Record, is_header
from microplan.wording import phrases

SEPARATORS = ",;\t"
MAX_LINE = 1 << 20
"""Longest line in bytes; a row of words has about a hundred."""
MOST_BREAKS = 50
"""Most line breaks in the cells of a row; a quote open for longer was never closed."""
TOO_LONG = f"the line is longer than {MAX_LINE >> 20} MiB, the limit for a row"
STRAY_CR = "the row has a carriage return outside quotes. Remove it, or end lines with LF"


class Line(Struct, frozen=True):
    """One line of text with its number, or the reason why it can't be read."""

    number: int
    text: str
    fault: str = ""


def decoded(
    lines: Iterable[tuple[int, bytes]], encoding: str, say: Callable[[str], object]
) -> Iterator[Line]:
    """Decode lines; without a byte order mark, the first non-ASCII line decides the encoding.

    All lines before it are ASCII, which is the same in UTF-8 and Windows-1252, so the choice is
    right for the whole file.
    """
    for number, line in lines:
        if len(line) > MAX_LINE:
            yield Line(number, "", TOO_LONG)
            continue
        if not encoding and not line.isascii():
            encoding = _encoding(line)
            if encoding != "utf-8":
                say(f"line {number} isn't UTF-8; {_read_as(line, encoding)}")
        try:
            yield Line(number, line.decode(encoding or "ascii"))
        except UnicodeDecodeError as error:
            yield Line(number, "", f"this is not {encoding} text (byte {error.start + 1})")


def _read_as(line: bytes, encoding: str) -> str:
    """Show the first non-ASCII cell as the guessed encoding reads it."""
    cell = next(part for part in re.split(rb"[,;\t\r]", line) if not part.isascii())
    shown = phrases.visible(cell.decode(encoding, "replace").strip(' "')[:40])
    return f'as Windows-1252 it reads "{shown}". If that\'s wrong, add --encoding NAME'


def _encoding(line: bytes) -> str:
    try:
        line.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


class _Physical:
    """Feeds physical lines to the CSV reader, row by row.

    The reader takes more than one line while a quote is open. If the quote never closes
    (``is_open``), the extra lines are given back, so one quote spoils only one row.
    """

    def __init__(self, lines: Iterator[Line]) -> None:
        self.lines = lines
        self.back: deque[Line] = deque()
        self.taken: list[Line] = []
        self.is_open = False

    def begin(self) -> Line | None:
        """Return the line where the next row begins, if there is one."""
        self.taken, self.is_open = [], False
        if not self.back:
            self.back.extend(line for line in [next(self.lines, None)] if line)
        return self.back[0] if self.back else None

    def __iter__(self) -> _Physical:
        return self

    def __next__(self) -> str:
        line = self.back.popleft() if self.back else next(self.lines, None)
        if line is None or line.fault or len(self.taken) > MOST_BREAKS:
            self.back.extendleft([line] if line else [])
            self.is_open = True
            raise StopIteration
        self.taken.append(line)
        return f"{line.text}\n"

    def give_back(self) -> None:
        """Give back all lines except the one where the row begins."""
        self.back.extendleft(reversed(self.taken[1:]))


def records(lines: Iterator[Line], columns: Columns) -> Iterator[Record]:
    """Yield the records of CSV; the separator is that of a ``sep=`` line, or of the header."""
    ahead = list(islice(lines, 1))
    separator = ""
    if ahead and re.fullmatch(r"sep=.\s*", ahead[0].text):  # an instruction to a spreadsheet
        separator = ahead.pop().text[len("sep=")]
    if not separator:
        for line in chain(list(ahead), islice(lines, MOST_ABOVE)):
            if line is not ahead[0]:
                ahead.append(line)
            if separator := _separator(line.text, columns):
                break
    separator = separator or (max(SEPARATORS, key=ahead[0].text.count) if ahead else ",")
    return _cells(chain(ahead, lines), separator)


def _separator(text: str, columns: Columns) -> str:
    """Find the separator that makes a line a header; empty if none does."""
    parted = sorted(SEPARATORS, key=text.count, reverse=True)
    return next((mark for mark in parted if is_header(text.split(mark), columns)), "")


def _cells(lines: Iterator[Line], separator: str) -> Iterator[Record]:
    source = _Physical(lines)
    reader = csv.reader(source, delimiter=separator)
    while line := source.begin():
        if line.fault:
            source.back.popleft()
            yield Record(line.number, (), line.fault)
            continue
        row, fault = [], ""
        try:
            row = next(reader)
        except csv.Error as error:
            is_stray = "new-line" in str(error)  # the library goes on about a flag of Python's
            fault = STRAY_CR if is_stray else f"this isn't CSV: {error}"
        if source.is_open:
            fault = "a quote that opens in this row is never closed"
        if fault:
            source.give_back()
        yield Record(line.number, row, fault)
