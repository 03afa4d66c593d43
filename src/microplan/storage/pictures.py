"""Reads picture files: which kind one is, its digest, and the day on which it says it was taken."""

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
"""The kinds that browsers show, by the bytes with which they begin."""
HEIC = "image/heic"
BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc")
"""What stands in the file type box of HEIC and its like (ISO/IEC 23008-12)."""


class Picture(Struct, frozen=True, kw_only=True):
    """A picture as it was read; ``taken`` is None where the file doesn't say."""

    kind: str
    content: bytes
    digest: str
    taken: date | None

    @property
    def is_shown(self) -> bool:
        """Whether browsers show it."""
        return self.kind != HEIC


def read(path: Path) -> Picture:
    """Read a picture; raises PlanFileError if there is none, or it is of another kind."""
    content = _content(path)
    kind = _kind(content)
    if not kind:
        raise PlanFileError(f"{path} isn't a JPEG, PNG or HEIC picture")
    return Picture(kind=kind, content=content, digest=digest(content), taken=_taken(content))


def _content(path: Path) -> bytes:
    """Read a file; from a pipe or a device nothing may ever come."""
    if files.is_special(path):
        raise PlanFileError(f"{path} can't be read: it's a pipe or a device")
    return files.content(path)


def digest(content: bytes) -> str:
    """Find the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _kind(content: bytes) -> str:
    for start, kind in KINDS.items():
        if content.startswith(start):
            return kind
    return HEIC if content[4:8] == b"ftyp" and content[8:12] in BRANDS else ""


def located(path: str, folder: Path) -> Path:
    """Find the file of a photo, whose path is relative to the folder of its plan."""
    return folder / path


def is_there(path: str, folder: Path) -> bool:
    """Whether there is a file of a photo, as far as that can be seen."""
    try:
        return located(path, folder).is_file()
    except OSError:  # a folder that may not be looked into, a name that is too long
        return False


def relative(path: Path, folder: Path) -> str:
    """Spell a path for a plan file: relative where it lies in the folder of the plan."""
    own, home = path.absolute(), folder.absolute()
    return own.relative_to(home).as_posix() if own.is_relative_to(home) else str(own)


def fault(path: str, known: str, folder: Path) -> str:
    """Say if the file of a photo is missing, or another than the one with that digest."""
    file = located(path, folder)
    try:
        content = _content(file)
    except PlanFileError:
        return "the file is missing or can't be read"
    return "" if digest(content) == known else "the file changed since it was recorded"


# --- Exif -----------------------------------------------------------------------------------

MARKS = (b"Exif\0\0", b"eXIf")
"""What stands before Exif data in a JPEG (Exif 2.32, 4.5.4), and in a PNG (third edition, 11.3.2.5)."""
BEFORE = 256 * 1024
"""Bytes in which Exif data begin; JPEG has them first, PNG among its first chunks."""
ORIGINAL, CHANGED, OF_EXIF = 0x9003, 0x0132, 0x8769
"""The tags of the instant a picture was taken, that of its last change, and the Exif directory."""
MOST_FIELDS = 200
TIME = re.compile(rb"(\d{4}):(\d\d):(\d\d) \d\d:\d\d:\d\d")


def _taken(content: bytes) -> date | None:
    """Find the day on which a picture says it was taken."""
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
    except ValueError:  # 0000:00:00, of a camera whose clock was never set
        return None


def _numbers(tiff: bytes, *, is_little: bool) -> Callable[[int, int], int]:
    """Make what reads a number at a place; beyond the end there are zeros."""
    return lambda offset, size: int.from_bytes(
        tiff[offset : offset + size], "little" if is_little else "big"
    )


def _fields(number: Callable[[int, int], int], start: int) -> dict[int, int]:
    """Map the tags of a directory to where their values are (TIFF 6.0, Image File Directory)."""
    count = min(number(start, 2), MOST_FIELDS)
    places = (start + 2 + 12 * index for index in range(count))
    return {number(offset, 2): number(offset + 8, 4) for offset in places}
