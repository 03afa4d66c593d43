"""Files: replaced whole or not at all, and read within bounds."""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count
from pathlib import Path
from typing import IO

from microplan.errors import (
    ConflictError,
    OutputError,
    PlanFileError,
    RefusedError,
    UsageError,
    cause,
)
from microplan.storage import siblings
from microplan.storage.siblings import Sync

MAX_BYTES = 16 * 1024 * 1024
PIECE = 256 * 1024
ANOTHER_NAME = "choose another name"
"""What to do where a name is taken."""
MOUNTED = "is mounted by itself, so it can't be replaced; mount its folder instead"
"""What is said of a file that is a mount point, as in a container that was given a single file."""


def read(path: Path) -> str:
    """Read a text file of at most 16 MiB."""
    return decode(_content(path), str(path))


def content(path: Path) -> bytes:
    """Read a file of at most 16 MiB that need not be text."""
    return bounded(_content(path), str(path))


def bounded(content: bytes, name: str) -> bytes:
    """Check that what was read is no more than a file may have."""
    if len(content) > MAX_BYTES:
        raise PlanFileError(f"{name} is larger than 16 MiB, the limit for a file")
    return content


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return drain(file)
    except OSError as error:
        raise PlanFileError(f"{path} can't be read: {cause(error)}") from error


def drain(stream: IO[bytes]) -> bytes:
    """Read a stream to its end, or to a byte more than a file may have.

    Piece by piece: at once, all that it may have would be set aside for a file of one line.
    """
    pieces, left = [], MAX_BYTES + 1
    while left and (piece := stream.read(min(left, PIECE))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def decode(content: bytes, name: str) -> str:
    """Decode the content of a text file; ``name`` says where it is from."""
    if len(content) > MAX_BYTES:
        raise PlanFileError(f"{name} is larger than 16 MiB, the limit for a plan")
    try:
        return content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise PlanFileError(f"{name} isn't UTF-8 text (byte {error.start + 1})") from error


def write(
    path: Path,
    chunks: Iterable[str],
    ready: Callable[[], object] | None = None,
    *,
    is_new: bool = False,
    sync: Sync = siblings.at_once,
) -> None:
    """Replace the file at ``path`` by ``chunks`` in UTF-8, whole or not at all.

    Symbolic links are followed; the content is on the disk before the name changes hands, so
    that a crash at any moment leaves the old file or the new one. ``ready`` is called between
    the two, and stops the change by raising. Only its owner may read a new file; one that takes
    the place of another has the mode and the owner of that, which somebody may have chosen. One that
    ``is_new`` takes the place of nothing: raises ConflictError if something is there by then.
    ``sync`` brings a file to the disk, if need be later than that.
    """
    content = (chunk.encode() for chunk in chunks)
    with naming(path):
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            _write_through(target, content)
            return
        with siblings.whole(target, ready, is_new=is_new, sync=sync) as (_, file):
            file.writelines(content)


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Say of a fault of the system that this file can't be written."""
    try:
        yield
    except OSError as error:
        raise _fault(path, error) from error


def _fault(path: Path, error: OSError) -> OutputError:
    is_mounted = error.errno == errno.EBUSY
    fault = MOUNTED if is_mounted else f"can't be written: {cause(error)}"
    return OutputError(f"{path} {fault}")


@contextlib.contextmanager
def whole(path: Path, *, is_new: bool) -> Iterator[tuple[Path, IO[bytes]]]:
    """Give a file to write piece by piece, by path and stream; it replaces ``path`` at the end.

    A fault of the system in between may be that of another file, and passes as it is.
    """
    passing: OSError | None = None
    try:
        with siblings.whole(Path(os.path.realpath(path)), is_new=is_new) as written:
            try:
                yield written
            except OSError as error:
                passing = error
                raise
    except OSError as error:
        if error is passing:
            raise
        raise _fault(path, error) from error
    siblings.sweep(path)


def _write_through(target: Path, content: Iterable[bytes]) -> None:
    """Write to a device or a pipe, which has nothing to keep."""
    with target.open("wb") as file:
        file.writelines(content)


def create(
    path: Path, chunks: Iterable[str], *, replace: bool, kept: str, sync: Sync = siblings.at_once
) -> Path | None:
    """Write a new plan file; an existing one is refused, or kept beside it as ``.bak``.

    ``kept`` says what the existing file holds, for the refusal; nothing if there is none. Returns
    the file it is kept as.
    """
    refuse(path, replace=replace, kept=kept)
    if not kept:
        write(path, chunks, is_new=True, sync=sync)
        return None
    backups: list[Path] = []
    write(path, chunks, ready=lambda: backups.append(_keep(path)))
    return next(iter(backups), None)


def refuse(path: Path, *, replace: bool, kept: str, instead: str = ANOTHER_NAME) -> None:
    """Refuse to write a plan file where one is ``kept``, unless it may be replaced."""
    if kept and not replace:
        raise RefusedError(
            f"{path} already holds {kept}. Add --replace to keep that one as {path.name}.bak, "
            f"or {instead}"
        )


def update(path: Path, before: str, after: str) -> None:
    """Replace a file that was read as ``before``; raises ConflictError if it is another by now.

    A byte order mark, which reading passes over, stays.
    """
    if len(after.encode()) > MAX_BYTES:
        raise RefusedError(f"{path} would be larger than 16 MiB, the limit for a plan")
    mark = _unchanged(path, before)
    write(path, [mark, after], ready=lambda: _unchanged(path, before))
    siblings.sweep(path)


def _unchanged(path: Path, before: str) -> str:
    """Return the byte order mark of a file that is as it was read; nothing if it has none."""
    content = b""
    try:
        content = _content(path)
        is_same = decode(content, str(path)) == before
    except PlanFileError:
        is_same = False
    if not is_same:
        raise ConflictError(
            f"{path} was changed by another program in the meantime and is left as it is; try again"
        )
    return "\ufeff" if content.startswith(codecs.BOM_UTF8) else ""


def refuse_existing(path: Path, *, replace: bool) -> None:
    """Refuse to write over a file, unless it may be replaced; one that keeps nothing may."""
    if exists(path) and not is_special(path) and not replace:
        raise RefusedError(
            f"{path} already exists; choose another name, or --replace overwrites it"
        )


def is_special(path: Path) -> bool:
    """Whether a path is a pipe or a device, which is read once and keeps nothing."""
    return exists(path) and not path.is_file() and not path.is_dir()


def sync_folder(folder: Path, wanted: Iterable[tuple[str, str | None]]) -> tuple[int, int]:
    """Bring files of a folder up to date and return how many were written and removed.

    ``wanted`` names each file with its text, or None for one that is not to be there. A file
    that holds its text already is not touched, nor is any that is not named.
    """
    make_folder(folder)
    written = removed = 0
    names = set()
    for name, text in wanted:
        names.add(name)
        path = folder / name
        if text is None:
            removed += _remove(path)
        elif not _holds(path, text):
            write(path, [text])
            written += 1
    siblings.sweep_folder(folder, names)
    return written, removed


def _holds(path: Path, text: str) -> bool:
    """Whether a file holds a text already; what can't be read fails when it is written."""
    try:
        return path.read_bytes() == text.encode()
    except OSError:
        return False


def _remove(path: Path) -> bool:
    if not exists(path):
        return False
    try:
        path.unlink()
    except OSError as error:
        raise OutputError(f"{path} can't be removed: {cause(error)}") from error
    return True


def exists(path: Path) -> bool:
    """Whether something is at ``path``; what cannot be looked at fails when it is written."""
    try:
        return path.exists()
    except OSError:
        return False


def is_one_of(path: Path, others: Iterable[Path]) -> bool:
    """Whether a path is that of one of some files, whatever it is called."""
    try:
        return any(path.samefile(other) for other in others)
    except OSError:
        return False


def refuse_sources(paths: Iterable[Path], sources: Iterable[Path]) -> None:
    """Refuse to write over files that are read; raises UsageError."""
    read = [source for source in sources if source.is_file()]
    for path in paths:
        if is_one_of(path, read):
            raise UsageError(f"{path} is read here. Write to another file.")


def make_folder(path: Path) -> None:
    """Make a folder of the program's own, which only its owner may enter, if there is none."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise OutputError(f"{path} can't be made: {cause(error)}") from error


def _keep(path: Path) -> Path:
    """Copy a file to its name with ``.bak`` added, whole or not at all.

    Every one that was replaced stays: the second goes to ``.bak.2``, the third to ``.bak.3``.
    """
    backup = _backup(path)
    try:
        with siblings.whole(backup, is_new=True) as (_, file):
            file.write(path.read_bytes())
    except OSError as error:
        raise OutputError(f"{backup} can't be written: {cause(error)}") from error
    return backup


def _backup(path: Path) -> Path:
    """Find the first name beside a file that no earlier one of its name is kept under."""
    first = path.with_name(f"{path.name}.bak")
    others = (path.with_name(f"{first.name}.{number}") for number in count(2))
    return next(name for name in chain([first], others) if not os.path.lexists(name))
