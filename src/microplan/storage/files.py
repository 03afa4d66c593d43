"""Files: replaced whole or not at all, and read within bounds."""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import re
import time
from collections.abc import Callable, Iterable
from itertools import chain, count
from pathlib import Path
from typing import IO

from microplan.errors import ConflictError, OutputError, PlanFileError, RefusedError, cause
from microplan.storage import disk, permissions

MAX_BYTES = 16 * 1024 * 1024
PIECE = 256 * 1024
PRIVATE = 0o600
ROOM = 50
"""Characters of a file's name that its sibling has."""
MOUNTED = "is mounted by itself, so it can't be replaced; mount its folder instead"
"""What is said of a file that is a mount point, as in a container that was given a single file."""
SIBLING = r"\.(.+?)(?:\.bak(?:\.[0-9]+)?)?\.[0-9a-f]{16}"
"""What an unfinished file, or an unfinished backup, is called beside the one it is for."""
A_DAY = 24 * 60 * 60.0


def read(path: Path) -> str:
    """Read a text file of at most 16 MiB."""
    return decode(_content(path), str(path))


def content(path: Path) -> bytes:
    """Read a file of at most 16 MiB that need not be text."""
    return bounded(_content(path), str(path))


def bounded(content: bytes, name: str) -> bytes:
    """Check that what was read is no more than a file may have."""
    if len(content) > MAX_BYTES:
        raise PlanFileError(f"{name} is larger than 16 MiB, the most that is read")
    return content


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return drain(file)
    except OSError as error:
        raise PlanFileError(f"{path} cannot be read: {cause(error)}") from error


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
        raise PlanFileError(f"{name} is larger than 16 MiB, the most a plan may have")
    try:
        return content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise PlanFileError(f"{name} is not UTF-8 text (byte {error.start + 1})") from error


Sync = Callable[[Path, int], object]
"""What brings a file to the disk, given its path and a descriptor of it."""


def _at_once(_path: Path, handle: int) -> None:
    os.fsync(handle)


def write(
    path: Path,
    chunks: Iterable[str],
    ready: Callable[[], object] | None = None,
    *,
    is_new: bool = False,
    sync: Sync = _at_once,
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
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            _write_through(target, content)
        else:
            _replace(target, content, ready, is_new=is_new, sync=sync)
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise OutputError(f"{path} {MOUNTED}") from error
        raise OutputError(f"{path} cannot be written: {cause(error)}") from error


def _write_through(target: Path, content: Iterable[bytes]) -> None:
    """Write to a device or a pipe, which has nothing to keep."""
    with target.open("wb") as file:
        file.writelines(content)


def _replace(
    target: Path,
    content: Iterable[bytes],
    ready: Callable[[], object] | None = None,
    *,
    is_new: bool = False,
    sync: Sync = _at_once,
) -> None:
    # Another process, on another machine too, never has the same sibling. A name has room for
    # 255 bytes, and a character takes up to four.
    sibling = target.with_name(f".{target.name[:ROOM]}.{os.urandom(8).hex()}")
    try:  # from here on, so that no interruption can come between the sibling and its removal
        handle = os.open(sibling, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle, not a path
            permissions.take_after(target, handle)
            file.writelines(content)
            file.flush()
            sync(target, handle)
        if ready is not None:
            ready()
        _rename_new(sibling, target) if is_new else sibling.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            sibling.unlink()
        raise
    if sync is _at_once:
        disk.sync_folder(target.parent)


def _rename_new(sibling: Path, target: Path) -> None:
    """Rename where nothing is; a link is made by one process only, where there are links.

    Elsewhere the name is taken by an empty file first, which only one process can make.
    """
    try:
        os.link(sibling, target)
    except FileExistsError:
        raise _made_meanwhile(target) from None
    except (OSError, AttributeError):
        _claim(target)
        try:
            sibling.replace(target)
        except BaseException:
            target.unlink()
            raise
    else:
        sibling.unlink()


def _claim(target: Path) -> None:
    """Make an empty file where nothing is."""
    try:
        target.open("x").close()
    except FileExistsError:
        raise _made_meanwhile(target) from None


def sweep(path: Path) -> None:
    """Remove siblings of a file that a process left when it was killed, at least a day ago.

    That looks at a whole folder, so that one who writes many files there does it once, or never.
    """
    target = Path(os.path.realpath(path))
    _sweep(target.parent, {target.name})


def _sweep(folder: Path, names: set[str]) -> None:
    """Remove old siblings of the files that are named.

    A younger one may belong to a process that is still writing. Were a clock so wrong that a live
    one went, its process would say so, and the old file would stay.
    """
    heads = {name[:ROOM] for name in names}
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = re.fullmatch(SIBLING, entry.name)
            if match and match[1] in heads and time.time() - _written(entry) > A_DAY:
                with contextlib.suppress(OSError):
                    os.unlink(entry)  # noqa: PTH108 - an entry, not a path


def _written(entry: os.DirEntry[str]) -> float:
    """Tell when a plain file was last written; now, for what is none or has just gone."""
    with contextlib.suppress(OSError):
        if entry.is_file(follow_symlinks=False):
            return entry.stat(follow_symlinks=False).st_mtime
    return time.time()


def create(
    path: Path, chunks: Iterable[str], *, replace: bool, kept: str, sync: Sync = _at_once
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


def refuse(path: Path, *, replace: bool, kept: str) -> None:
    """Refuse to write a plan file where one is ``kept``, unless it may be replaced."""
    if kept and not replace:
        raise RefusedError(
            f"{path} already holds {kept}; choose another name, or --replace keeps the old "
            "one as .bak"
        )


def _made_meanwhile(path: Path) -> ConflictError:
    return ConflictError(
        f"{path} was made by another program meanwhile and is left as it is; try again"
    )


def update(path: Path, before: str, after: str) -> None:
    """Replace a file that was read as ``before``; raises ConflictError if it is another by now.

    A byte order mark, which reading passes over, stays.
    """
    if len(after.encode()) > MAX_BYTES:
        raise RefusedError(f"{path} would be larger than 16 MiB, the most a plan may have")
    mark = _unchanged(path, before)
    write(path, [mark, after], ready=lambda: _unchanged(path, before))
    sweep(path)


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
            f"{path} was changed by another program meanwhile and is left as it is; try again"
        )
    return "\ufeff" if content.startswith(codecs.BOM_UTF8) else ""


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
    _sweep(folder, names)
    return written, removed


def _holds(path: Path, text: str) -> bool:
    """Whether a file holds a text already; what cannot be read fails when it is written."""
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
        raise OutputError(f"{path} cannot be removed: {cause(error)}") from error
    return True


def exists(path: Path) -> bool:
    """Whether something is at ``path``; what cannot be looked at fails when it is written."""
    try:
        return path.exists()
    except OSError:
        return False


def make_folder(path: Path) -> None:
    """Make a folder of the program's own, which only its owner may enter, if there is none."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise OutputError(f"{path} cannot be made: {cause(error)}") from error


def _keep(path: Path) -> Path:
    """Copy a file to its name with ``.bak`` added, whole or not at all.

    Every one that was replaced stays: the second goes to ``.bak.2``, the third to ``.bak.3``.
    """
    backup = _backup(path)
    try:
        _replace(backup, [path.read_bytes()], is_new=True)
    except OSError as error:
        raise OutputError(f"{backup} cannot be written: {cause(error)}") from error
    return backup


def _backup(path: Path) -> Path:
    """Find the first name beside a file that no earlier one of its name is kept under."""
    first = path.with_name(f"{path.name}.bak")
    others = (path.with_name(f"{first.name}.{number}") for number in count(2))
    return next(name for name in chain([first], others) if not os.path.lexists(name))
