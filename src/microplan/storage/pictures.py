"""Reads photo files: their kind, their digest, and the day they were taken, from Exif."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from msgspec import Struct

from microplan.errors import PlanFileError
from microplan.storage import files

KINDS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
"""The kinds that browsers can show, by their first bytes."""
HEIC = "image/heic"
BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc")
"""Brands in the file type box of HEIC and related formats (ISO/IEC 23008-12)."""


class Picture(Struct, frozen=True, kw_only=True):
    """A photo file; ``taken`` is None if the file doesn't say."""

    kind: str
    content: bytes
    digest: str
    taken: date | None

    @property
    def is_shown(self) -> bool:
        """Whether browsers can show it."""
        return self.kind != HEIC


def read(path: Path) -> Picture:
    """Read a photo; raises PlanFileError if it's missing or isn't a JPEG, PNG or HEIC file."""
    content = _content(path)
    kind = _kind(content)
    if not kind:
        raise PlanFileError(f"{path} isn't a JPEG, PNG or HEIC picture")
    return Picture(kind=kind, content=content, digest=digest(content), taken=_taken(content))


def _content(path: Path) -> bytes:
    """Read a file, but refuse a pipe or device, which could block forever."""
    if files.is_special(path):
        raise PlanFileError(f"{path} can't be read: it's a pipe or a device")
    return files.content(path)


def digest(content: bytes) -> str:
    """Compute the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _kind(content: bytes) -> str:
    for start, kind in KINDS.items():
        if content.startswith(start):
            return kind
    return HEIC if content[4:8] == b"ftyp" and content[8:12] in BRANDS else ""


def located(path: str, folder: Path) -> Path:
    """Resolve a photo's path against the folder of its plan."""
    return folder / path


def is_there(path: str, folder: Path) -> bool:
    """Whether a photo's file exists; False if that can't be checked."""
    try:
        return located(path, folder).is_file()
    except OSError:  # no permission for the folder, or the name is too long
        return False


def relative(path: Path, folder: Path) -> str:
    """Spell a path for a plan file: relative if it's inside the plan's folder."""
    own, home = path.absolute(), folder.absolute()
    return own.relative_to(home).as_posix() if own.is_relative_to(home) else str(own)


def fault(path: str, known: str, folder: Path) -> str:
    """Describe what's wrong with a photo's file: missing, or its digest changed; empty if nothing."""
    file = located(path, folder)
    try:
        content = _content(file)
    except PlanFileError:
        return "the file is missing or can't be read"
    return "" if digest(content) == known else "the file changed since it was recorded"


# --- Exif -----------------------------------------------------------------------------------

MARKS = (b"Exif\0\0", b"eXIf")
"""The marker before Exif data in a JPEG (Exif 2.32, 4.5.4) and a PNG (third edition, 11.3.2.5)."""
BEFORE = 256 * 1024
"""Bytes to search for Exif data: JPEG has them first, PNG in one of its first chunks."""
ORIGINAL, CHANGED, OF_EXIF = 0x9003, 0x0132, 0x8769
"""Tags of the time a photo was taken, the time of its last change, and the Exif directory."""
MOST_FIELDS = 200
TIME = re.compile(rb"(\d{4}):(\d\d):(\d\d) \d\d:\d\d:\d\d")


def _taken(content: bytes) -> date | None:
    """Find the day a photo was taken, from its Exif data."""
    head = content[:BEFORE]
    for mark in MARKS:
        if (start := head.find(mark)) >= 0:
            return _day(content[start + len(mark) :][: 2**16])
    return None


def _day(tiff: bytes) -> date | None:
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None:
        return None
    number = _numbers(tiff, is_little=order == "little")
    main = _fields(number, number(4, 4))
    inner = _fields(number, main[OF_EXIF]) if OF_EXIF in main else {}
    offset = inner.get(ORIGINAL, main.get(CHANGED))
    time = None if offset is None else TIME.match(tiff, offset)
    try:
        return date(*map(int, time.groups())) if time else None
    except ValueError:  # 0000:00:00, from a camera whose clock was never set
        return None


def _numbers(tiff: bytes, *, is_little: bool) -> Callable[[int, int], int]:
    """Return a function of an offset and a size that reads a number; past the end it reads 0."""
    return lambda offset, size: int.from_bytes(
        tiff[offset : offset + size], "little" if is_little else "big"
    )


def _fields(number: Callable[[int, int], int], start: int) -> dict[int, int]:
    """Map the tags of a directory to the offsets of their values (TIFF 6.0, Image File Directory)."""
    count = min(number(start, 2), MOST_FIELDS)
    places = (start + 2 + 12 * index for index in range(count))
    return {number(offset, 2): number(offset + 8, 4) for offset in places}
