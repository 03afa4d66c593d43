"""Reads a table (CSV, a workbook, or one JSON object a line) into rows of words, within limits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import PurePath
from typing import Any

from msgspec import Struct

from microplan.batch import csv_lines, encodings, table, workbook
from microplan.batch.columns import NOTE, Columns
from microplan.batch.csv_lines import MAX_LINE, TOO_LONG
from microplan.batch.table import Row
from microplan.errors import PlanFileError

JSON_SUFFIXES = (".ndjson", ".jsonl", ".json")
CSV_SUFFIXES = (".csv", ".tsv", ".txt")


class Source(Struct, frozen=True, kw_only=True):
    """A table: its possible columns, its name, and how to read it.

    ``say`` reports assumptions. ``first_line`` is the number of its first line, if it's a piece of
    a longer table.
    """

    columns: Columns
    name: str
    say: Callable[[str], object]
    encoding: str = ""
    sheet: str = ""
    first_line: int = 1


def read(chunks: Iterable[bytes], source: Source) -> Iterator[Row]:
    """Yield the rows of a table in order, without blank lines.

    The first bytes and the suffix of the name decide what kind of table it is: a header names a
    column. Raises PlanFileError for a table or header that can't be used.
    """
    chunks, first = _peeked(chunks)
    if workbook.is_workbook(first) or PurePath(source.name).suffix.lower() in workbook.SUFFIXES:
        records = workbook.records(chunks, source.columns, source.name, source.sheet, source.say)
        return table.read(records, source.columns, source.name)
    if source.sheet:
        raise PlanFileError(f"{source.name} isn't a workbook. Leave --sheet out")
    chunks, encoding = encodings.of_lines(chunks, first, source.encoding, source.name)
    return _of_lines(chunks, encoding, source)


def _peeked(chunks: Iterable[bytes]) -> tuple[Iterator[bytes], bytes]:
    """Read enough bytes of a stream to recognise it; return the whole stream and those bytes."""
    rest, first = iter(chunks), b""
    while len(first) < len(workbook.COMPOUND) and not first.startswith(b"{"):
        chunk = next(rest, None)
        if chunk is None:
            break
        first += chunk
    return chain([first], rest), first


def _of_lines(chunks: Iterable[bytes], encoding: str, source: Source) -> Iterator[Row]:
    numbered = enumerate(_lines(chunks), source.first_line)
    filled = ((number, line) for number, line in numbered if line and not line.isspace())
    first = next(filled, None)
    if first is None:
        return iter(())
    if b"\r" in first[1].rstrip(b"\r") and not first[1].lstrip().startswith(b"{"):
        raise PlanFileError(f"{source.name}: {CR_ALONE}")
    ahead = [first]
    if _is_csv(ahead, filled, source):
        lines = csv_lines.decoded(chain(ahead, filled), encoding, source.say)
        records = csv_lines.records(lines, source.columns)
        return table.read(records, source.columns, source.name)
    return (_object(number, line, source.columns) for number, line in chain(ahead, filled))


def _is_csv(
    ahead: list[tuple[int, bytes]], lines: Iterator[tuple[int, bytes]], source: Source
) -> bool:
    """Whether a table is CSV; appends the lines read to decide to ``ahead``."""
    suffix = PurePath(source.name).suffix.lower()
    if suffix in JSON_SUFFIXES + CSV_SUFFIXES:
        return suffix in CSV_SUFFIXES
    if ahead[0][1].lstrip().startswith(b"{"):  # whatever its texts hold
        return False
    if ahead[0][1].startswith(b"sep=") or _names_a_word(ahead[0][1], source.columns):
        return True
    ahead += islice(lines, table.MOST_ABOVE)
    return any(_names_a_word(line, source.columns) for _, line in ahead[1:])


def _names_a_word(line: bytes, columns: Columns) -> bool:
    cells = re.split(r"[,;\t]", line[:MAX_LINE].decode("ascii", "replace"))
    return any(columns.name(cell) in columns.names for cell in cells)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Split chunks into lines; keep just enough of a too long one to show that it is."""
    rest = b""
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        if len(rest) <= MAX_LINE:
            rest += first
        if others:
            yield rest
            *whole, rest = others
            yield from whole
    if rest:
        yield rest


BEYOND = "a number is too large, or brackets are nested too deep"
CR_ALONE = "its lines end with CR only, as on old Macs. Save it again as CSV UTF-8"

# --- a JSON object a line -------------------------------------------------------------------


class _Unreadable(ValueError):  # noqa: N818 - a signal inside this room
    """JSON that Python's parser accepts but that can only be a mistake."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build a JSON object from its members; refuse a duplicate key."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Unreadable(f'"{twice[:50]}" is given twice. Leave one of the two out')
    return members


def _constant(name: str) -> float:
    raise _Unreadable(f"this isn't JSON: {name} isn't a number")


_JSON = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_constant)


def _object(  # noqa: PLR0911 - one return for each fault
    number: int, line: bytes, columns: Columns
) -> Row:
    """Read a line of JSON."""
    if len(line) > MAX_LINE:
        return Row(line=number, fault=TOO_LONG)
    try:
        words = _JSON.decode(line.decode())
    except UnicodeDecodeError as error:
        return Row(line=number, fault=f"this isn't UTF-8 text (byte {error.start + 1})")
    except _Unreadable as error:
        return Row(line=number, fault=str(error))
    except json.JSONDecodeError as error:
        fault = f"this isn't JSON: {error.msg.lower()} at character {error.colno}"
        return Row(line=number, fault=fault)
    except (ValueError, RecursionError):  # more digits than Python reads, or a nest of brackets
        return Row(line=number, fault=BEYOND)
    if not isinstance(words, dict):
        return Row(line=number, fault='a row is an object, such as {"start": …, "every": …}')
    if all(name in columns.names for name in words) and not columns.renamed:
        return Row(line=number, words=_split_values(words, columns))
    return _renamed(number, words, columns)


def _renamed(number: int, words: dict[str, Any], columns: Columns) -> Row:
    """Rename the members of an object like the columns of a table."""
    names = {given: columns.name(given) for given in words}
    kept = {name: words[given] for given, name in names.items() if name != NOTE}
    fault = columns.unknown(kept)
    if not fault and len(kept) < sum(name != NOTE for name in names.values()):
        given = [name for name in names.values() if name != NOTE]
        twice = next(name for name in given if given.count(name) > 1)
        fault = f'"{twice[:50]}" is given twice. Leave one of the two out'
    return Row(line=number, words=_split_values(kept, columns), fault=fault)


def _split_values(words: dict[str, Any], columns: Columns) -> dict[str, Any]:
    """Split texts with several values, as in the cells of a table."""
    for name in columns.many:
        value = words.get(name)
        if isinstance(value, str) and table.SEVERAL in value:
            words = words | {name: table.several(value)}
    return words
