"""Finds the encoding of a table: the one given, that of a byte order mark, or unknown."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from microplan.errors import PlanFileError, UsageError
from microplan.rules import nearest

UTF8 = "utf-8"
MARKS = {
    codecs.BOM_UTF8: UTF8,
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
COMMON = ("utf-8", "windows-1252", "iso-8859-15", "windows-1250", "mac-roman", "utf-16", "cp850")
PLAIN = '\r\n\t",;{}:[]aZ09'
"""Characters that structure tables; if each is a single byte, lines can be split as bytes."""


def check(name: str) -> str:
    """Check the name of a text encoding."""
    try:
        codec = codecs.lookup(name)
        "a".encode(codec.name)
    except (LookupError, ValueError):
        listed = f"Write one like {', '.join(COMMON)}."
        advice = nearest.question(name, COMMON, listed)
        raise UsageError(f'there\'s no encoding "{name}". {advice}') from None
    return UTF8 if codec.name == "utf-8-sig" else codec.name


def of_lines(
    chunks: Iterable[bytes], first: bytes, named: str, name: str
) -> tuple[Iterable[bytes], str]:
    """Return bytes that can be split into lines, and their encoding; empty if it must be detected.

    Removes a byte order mark. If multi-byte characters could contain a line break, converts the
    bytes to UTF-8.
    """
    mark = next((mark for mark in MARKS if first.startswith(mark)), b"")
    encoding = named or MARKS.get(mark, "")
    if encoding == UTF8 and mark == codecs.BOM_UTF8:
        return _without(chunks, mark), UTF8
    if encoding and PLAIN.encode(encoding) != PLAIN.encode():
        return _as_utf8(chunks, encoding, name), UTF8
    return chunks, encoding


def _without(chunks: Iterable[bytes], mark: bytes) -> Iterator[bytes]:
    parts = iter(chunks)
    yield next(parts).removeprefix(mark)
    yield from parts


def _as_utf8(chunks: Iterable[bytes], encoding: str, name: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode(errors="replace")
        yield decoder.decode(b"", final=True).encode(errors="replace")
    except UnicodeError as error:
        raise PlanFileError(f"{name} is not {encoding} text") from error
