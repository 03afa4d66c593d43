"""Reads files up to a size limit, and replaces them atomically."""

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
"""The advice for a name that is taken."""
MOUNTED = "is a mount point, so it can't be replaced; mount its folder instead"
"""The error for a file that is a mount point, such as a single file mounted into a container."""


def read(path: Path) -> str:
    """Read a text file of at most 16 MiB."""
    return decode(_content(path), str(path))


def content(path: Path) -> bytes:
    """Read a binary file of at most 16 MiB."""
    return bounded(_content(path), str(path))


def bounded(content: bytes, name: str, kind: str = "file") -> bytes:
    """Return ``content``; raises PlanFileError if it is over the size limit."""
    if len(content) > MAX_BYTES:
        raise PlanFileError(f"{name} is larger than 16 MiB, the limit for a {kind}")
    return content


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return drain(file)
    except OSError as error:
        raise PlanFileError(f"{path} can't be read: {cause(error)}") from error


def drain(stream: IO[bytes]) -> bytes:
    """Read a stream to its end, but at most one byte more than the size limit.

    Reading in pieces avoids a 16 MiB buffer for a small file.
    """
    pieces, left = [], MAX_BYTES + 1
    while left and (piece := stream.read(min(left, PIECE))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def decode(content: bytes, name: str) -> str:
    """Decode a UTF-8 file, without its byte order mark; errors call it ``name``."""
    try:
        return bounded(content, name, "plan").decode().removeprefix("\ufeff")
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
    """Atomically replace the file at ``path`` with ``chunks`` in UTF-8; follow symbolic links.

    The content is synced before the rename, so a crash leaves either the old file or the new one.
    ``ready`` runs just before the rename and can stop it by raising. A new file is private to its
    owner; a replaced one keeps its mode and owner. With ``is_new``, raises ConflictError if the
    file exists by then. ``sync`` can put off the sync, for many files at once.
    """
    content = (chunk.encode() for chunk in chunks)
    with naming(path):
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():  # a device or a pipe can't be replaced
            with target.open("wb") as device:
                device.writelines(content)
            return
        with siblings.replacing(target, ready, is_new=is_new, sync=sync) as (_, file):
            file.writelines(content)


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turn an OSError into an OutputError that names ``path``."""
    try:
        yield
    except OSError as error:
        raise _fault(path, error) from error


def _fault(path: Path, error: OSError) -> OutputError:
    is_mounted = error.errno == errno.EBUSY
    fault = MOUNTED if is_mounted else f"can't be written: {cause(error)}"
    return OutputError(f"{path} {fault}")


@contextlib.contextmanager
def replacing(path: Path, *, is_new: bool) -> Iterator[tuple[Path, IO[bytes]]]:
    """Open a temporary file to write in pieces, which atomically replaces ``path`` at the end.

    Yields its path and its stream. An OSError raised inside the block passes through unchanged,
    because it may be about another file.
    """
    passing: OSError | None = None
    try:
        with siblings.replacing(Path(os.path.realpath(path)), is_new=is_new) as written:
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


def create(
    path: Path, chunks: Iterable[str], *, replace: bool, kept: str, sync: Sync = siblings.at_once
) -> Path | None:
    """Write a new plan file; refuse to replace an existing one, or back it up as ``.bak``.

    ``kept`` describes the existing file for the error; empty if there is none. Returns the path of
    the backup, if one was made.
    """
    refuse(path, replace=replace, kept=kept)
    if not kept:
        write(path, chunks, is_new=True, sync=sync)
        return None
    backups: list[Path] = []
    write(path, chunks, ready=lambda: backups.append(_keep(path)))
    return next(iter(backups), None)


def refuse(path: Path, *, replace: bool, kept: str, instead: str = ANOTHER_NAME) -> None:
    """Raise RefusedError if a plan file exists (``kept`` isn't empty), unless ``replace`` is set."""
    if kept and not replace:
        raise RefusedError(
            f"{path} already holds {kept}. Add --replace to keep that one as {path.name}.bak, "
            f"or {instead}"
        )


def update(path: Path, before: str, after: str) -> None:
    """Replace a file whose text was ``before``; raises ConflictError if it has changed since.

    Keeps a byte order mark, which ``before`` doesn't include.
    """
    if len(after.encode()) > MAX_BYTES:
        raise RefusedError(f"{path} would be larger than 16 MiB, the limit for a plan")
    mark = _unchanged(path, before)
    write(path, [mark, after], ready=lambda: _unchanged(path, before))
    siblings.sweep(path)


def _unchanged(path: Path, before: str) -> str:
    """Check that a file's text is still ``before``; return its byte order mark, or empty."""
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
    """Raise RefusedError if a file exists, unless it's a pipe or device or ``replace`` is set."""
    if exists(path) and not is_special(path) and not replace:
        raise RefusedError(
            f"{path} already exists; choose another name, or --replace overwrites it"
        )


def is_special(path: Path) -> bool:
    """Whether a path is a pipe or a device, which stores nothing."""
    return exists(path) and not path.is_file() and not path.is_dir()


def sync_folder(folder: Path, wanted: Iterable[tuple[str, str | None]]) -> tuple[int, int]:
    """Bring files in a folder up to date; return how many were written and removed.

    ``wanted`` pairs each file name with its text, or with None to remove it. Files that already
    have their text, and files that ``wanted`` doesn't name, aren't touched.
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
    """Whether a file already has this text; False if unreadable, since writing will report that."""
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
    """Whether ``path`` exists; False if that can't be checked, since writing will report it."""
    try:
        return path.exists()
    except OSError:
        return False


def is_file(path: Path) -> bool:
    """Whether ``path`` is a regular file; False if that can't be checked, since reading reports it."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_one_of(path: Path, others: Iterable[Path]) -> bool:
    """Whether ``path`` is the same file as one of ``others``, under any name."""
    own = identity(path)
    return own is not None and any(identity(other) == own for other in others)


def identity(path: Path) -> tuple[int, int] | None:
    """Return what a file has in common with its links: its device and number; None without a file."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def refuse_sources(paths: Iterable[Path], sources: Iterable[Path]) -> None:
    """Raise UsageError if an output path is one of the input files."""
    read = [source for source in sources if is_file(source)]
    for path in paths:
        if is_one_of(path, read):
            raise UsageError(f"{path} is read here. Write to another file.")


def make_folder(path: Path) -> None:
    """Make a private folder (mode 700) and its parents, unless it exists."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise OutputError(f"{path} can't be made: {cause(error)}") from error


def _keep(path: Path) -> Path:
    """Back up a file to ``.bak``, or if that exists to ``.bak.2``, ``.bak.3`` and so on."""
    backup = _backup(path)
    try:
        with siblings.replacing(backup, is_new=True) as (_, file):
            file.write(path.read_bytes())
    except OSError as error:
        raise OutputError(f"{backup} can't be written: {cause(error)}") from error
    return backup


def _backup(path: Path) -> Path:
    """Find the first free backup name for a file."""
    first = path.with_name(f"{path.name}.bak")
    others = (path.with_name(f"{first.name}.{number}") for number in count(2))
    return next(name for name in chain([first], others) if not os.path.lexists(name))
