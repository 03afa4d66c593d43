"""Bytes of a table, CSV or a JSON object a line, to rows of words: streamed, and within bounds."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import PurePath
from typing import Any

from msgspec import Struct

from microplan.batch.csv_lines import MAX_LINE, TOO_LONG, Line, cells, decoded
from microplan.errors import PlanFileError
from microplan.rules import nearest

SEPARATORS = ",;\t"
NOTE = "_"
"""What the name of a column begins with that holds a note for people."""
JSON_SUFFIXES = (".ndjson", ".jsonl", ".json")
CSV_SUFFIXES = (".csv", ".tsv")
ORDERS = {"iso": (), "dmy": (3, 2, 1), "mdy": (3, 1, 2)}
"""How a spreadsheet writes days: where year, month and day stand."""


class Row(Struct, frozen=True, kw_only=True):
    """One row: the line it begins on, and its words, or what keeps it from being read."""

    line: int
    words: dict[str, Any] = {}
    fault: str = ""


class Columns(Struct, frozen=True, kw_only=True):
    """What a row may hold: the names of all words, and of those that may hold several."""

    names: Sequence[str]
    many: Sequence[str]


def read(
    chunks: Iterable[bytes], columns: Columns, name: str, say: Callable[[str], object]
) -> Iterator[Row]:
    """Yield the rows of a table in their order; blank lines are passed over.

    What kind of table it is follows from the suffix of ``name``, or else from the first line: a
    header names a column. ``say`` is told once what encoding was assumed. Raises PlanFileError
    for a header that cannot be used.
    """
    filled = ((number, line) for number, line in _numbered(chunks) if line and not line.isspace())
    first = next(filled, None)
    if first is None:
        return iter(())
    if first[1].startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise PlanFileError(f"{name} is UTF-16 text; save it as UTF-8, or as CSV UTF-8")
    if b"\r" in first[1].rstrip(b"\r") and not first[1].lstrip().startswith(b"{"):
        raise PlanFileError(f"{name}: {CR_ALONE}")
    marked = first[1].startswith(codecs.BOM_UTF8)
    lines = chain([(first[0], first[1].removeprefix(codecs.BOM_UTF8))], filled)
    if _is_csv(first[1].removeprefix(codecs.BOM_UTF8), columns, name):
        return _table(decoded(lines, "utf-8" if marked else "", say), columns, name)
    return (_object(number, line, columns) for number, line in lines)


def _is_csv(first: bytes, columns: Columns, name: str) -> bool:
    suffix = PurePath(name).suffix.lower()
    if suffix in JSON_SUFFIXES + CSV_SUFFIXES:
        return suffix in CSV_SUFFIXES
    if first.lstrip().startswith(b"{"):  # whatever its texts hold
        return False
    cells = re.split(r"[,;\t]", first[:MAX_LINE].decode("ascii", "replace"))
    return any(_plain(cell) in columns.names for cell in cells) or first.startswith(b"sep=")


def _numbered(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    return enumerate(_lines(chunks), 1)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Split chunks into lines; of one that is too long only so much is kept that this shows."""
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


BEYOND = "a number or a nest of brackets is beyond every limit here"
CR_ALONE = "its lines end in CR alone, as on an old Mac; save it anew, as CSV UTF-8"

# --- a JSON object a line -------------------------------------------------------------------


class _Unreadable(ValueError):  # noqa: N818 - a signal inside this room
    """JSON that other readers let pass and that nobody can have meant."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members; refuse a key that occurs twice."""
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Unreadable(f'"{twice[:50]}" is given twice. Leave one of the two out')
    return members


def _constant(name: str) -> float:
    raise _Unreadable(f"this is not JSON: {name} is no number")


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
        return Row(line=number, fault=f"this is not UTF-8 text (byte {error.start + 1})")
    except _Unreadable as error:
        return Row(line=number, fault=str(error))
    except json.JSONDecodeError as error:
        fault = f"this is not JSON: {error.msg.lower()} at character {error.colno}"
        return Row(line=number, fault=fault)
    except (ValueError, RecursionError):  # more digits than Python reads, or a nest of brackets
        return Row(line=number, fault=BEYOND)
    if not isinstance(words, dict):
        return Row(line=number, fault='a row is an object, such as {"start": …, "every": …}')
    unknown = next((name for name in words if name not in columns.names), None)
    if unknown is None:
        return Row(line=number, words=words)
    kept = {name: value for name, value in words.items() if not name.startswith(NOTE)}
    unknown = next((name for name in kept if name not in columns.names), None)
    return Row(line=number, words=kept, fault=_unknown(unknown, columns) if unknown else "")


# --- CSV ------------------------------------------------------------------------------------


def _table(lines: Iterator[Line], columns: Columns, name: str) -> Iterator[Row]:
    """Read the header, and yield the rows below it."""
    head = next(lines)
    separator = ""
    if head.text.startswith("sep=") and len(head.text.strip()) == len("sep=;"):
        separator = head.text.strip()[-1]  # what a spreadsheet is told in its own way
        head = next(lines, Line(head.number, ""))
    separator = separator or max(SEPARATORS, key=head.text.count)
    _, head_cells, fault = next(cells(iter([head]), separator), (0, [], ""))
    names = [_plain(cell) for cell in head_cells]
    fault = fault or _header(names, columns)
    if fault:
        raise PlanFileError(f"{name}: line {head.number}: {fault}")
    return _rows(lines, separator, names, columns)


def _rows(
    lines: Iterator[Line], separator: str, names: Sequence[str], columns: Columns
) -> Iterator[Row]:
    for number, row, broken in cells(lines, separator):
        texts = [cell.strip() for cell in row]
        if not any(texts) and not broken:
            continue  # what a spreadsheet writes for a row that somebody emptied
        given = {name: text for name, text in zip(names, texts, strict=False) if text}
        words = {
            name: _several(text) if name in columns.many else text
            for name, text in given.items()
            if name and not name.startswith(NOTE)
        }
        yield Row(line=number, words=words, fault=broken or _misfit(names, texts))


def _misfit(names: Sequence[str], texts: Sequence[str]) -> str:
    """Say that a row does not fit under its header; empty cells at its end do no harm."""
    beyond = any(texts[len(names) :])
    unnamed = any(text and not name for name, text in zip(names, texts, strict=False))
    if not beyond and not unnamed and len(texts) >= len(names):
        return ""
    return (
        f"the row has {len(texts)} cells and the header {len(names)}; quote what holds a separator"
    )


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _plain(cell: str) -> str:
    return cell.strip().strip('"').strip().casefold()


def _header(names: Sequence[str], columns: Columns) -> str:
    """Say what is wrong with the names of the columns, if anything is."""
    for name in names:
        if name and not name.startswith(NOTE) and name not in columns.names:
            return _unknown(name, columns)
        if name and names.count(name) > 1:
            return f"the column {name} is there twice. Leave one of the two out"
    if "start" not in names:
        return "there is no column start, the day of session 1"
    return ""


def _unknown(name: str, columns: Columns) -> str:
    """Say that a word is unknown, with the nearest one that is."""
    advice = nearest.question(name, columns.names, f"Columns are {', '.join(columns.names)}.")
    return f'there\'s no column "{name[:50]}". {advice} Write {NOTE}{name[:50]} to have it ignored'


# --- days as spreadsheets write them --------------------------------------------------------

_NUMERIC = re.compile(r"(?<![0-9-])([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?![0-9])")


def dated(text: str, order: str) -> str:
    """Write the numeric days of a text as ISO dates; one that is none stays, to be pointed at."""
    places = ORDERS[order]
    if not places:
        return text
    return _NUMERIC.sub(lambda match: _iso(match, places), text)


def orders(text: str) -> list[str]:
    """List the orders in which the first numeric day of a text is one; with dots the day leads."""
    match = _NUMERIC.search(text)
    if match is None:
        return []
    known = ["dmy"] if match[2] == "." else ["dmy", "mdy"]
    return [name for name in known if _iso(match, ORDERS[name]) != match[0]]


def _iso(match: re.Match[str], places: Sequence[int]) -> str:
    numbers = match[1], match[3], match[4]
    year, month, day = (int(numbers[position - 1]) for position in places)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return match[0]
