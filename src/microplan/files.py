"""Files: replaced whole or not at all, and read within bounds."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from microplan.errors import ConflictError, OutputError, PlanFileError, RefusedError

MAX_BYTES = 16 * 1024 * 1024
PRIVATE = 0o600


def read(path: Path) -> str:
    """Read a text file of at most 16 MiB."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PlanFileError(f"{path} cannot be read: {_cause(error)}") from error
    return decode(content, str(path))


def decode(content: bytes, name: str) -> str:
    """Decode the content of a text file; ``name`` says where it is from."""
    if len(content) > MAX_BYTES:
        raise PlanFileError(f"{name} is larger than 16 MiB, the most a plan may have")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanFileError(f"{name} is not UTF-8 text (byte {error.start + 1})") from error


def write(path: Path, chunks: Iterable[str]) -> None:
    """Replace the file at ``path`` by ``chunks`` in UTF-8, whole or not at all.

    Symbolic links are followed; the content is on the disk before the name changes hands, so
    that a crash at any moment leaves the old file or the new one. Only the owner may read it.
    """
    content = (chunk.encode() for chunk in chunks)
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            _write_through(target, content)
        else:
            _replace(target, content)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {_cause(error)}") from error


def _write_through(target: Path, content: Iterable[bytes]) -> None:
    """Write to a device or a pipe, which has nothing to keep."""
    with target.open("wb") as file:
        file.writelines(content)


def _replace(target: Path, content: Iterable[bytes]) -> None:
    # Another process, on another machine too, never has the same sibling.
    sibling = target.with_name(f".{target.name[:100]}.{os.urandom(8).hex()}")
    handle = os.open(sibling, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle, not a path
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        sibling.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            sibling.unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename last; some file systems cannot, and then the rename is all there is."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def create(path: Path, chunks: Iterable[str], *, replace: bool, kept: str) -> None:
    """Write a new plan file; an existing one is refused, or kept beside it as ``.bak``.

    ``kept`` says what the existing file holds, for the refusal; nothing if there is none.
    """
    if kept:
        if not replace:
            raise RefusedError(
                f"{path} already holds {kept}; choose another name, or --replace keeps the old "
                "one as .bak"
            )
        _keep(path)
    write(path, chunks)


def update(path: Path, before: str, after: str) -> None:
    """Replace a file that was read as ``before``; raises ConflictError if it is another by now."""
    if read(path) != before:
        raise ConflictError(
            f"{path} was changed by another program meanwhile and is left as it is; try again"
        )
    write(path, [after])


def split(folder: Path, wanted: Iterable[tuple[str, str | None]]) -> tuple[int, int]:
    """Bring files of a folder up to date and return how many were written and removed.

    ``wanted`` names each file with its text, or None for one that is not to be there. A file
    that holds its text already is not touched, nor is any that is not named.
    """
    make_folder(folder)
    written = removed = 0
    for name, text in wanted:
        path = folder / name
        if text is None:
            removed += _remove(path)
        elif not (exists(path) and path.read_bytes() == text.encode()):
            write(path, [text])
            written += 1
    return written, removed


def _remove(path: Path) -> bool:
    if not exists(path):
        return False
    try:
        path.unlink()
    except OSError as error:
        raise OutputError(f"{path} cannot be removed: {_cause(error)}") from error
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
        raise OutputError(f"{path} cannot be made: {_cause(error)}") from error


def _keep(path: Path) -> None:
    """Copy a file to its name with ``.bak`` added, whole or not at all."""
    backup = path.with_name(f"{path.name}.bak")
    try:
        _replace(backup, [path.read_bytes()])
    except OSError as error:
        raise OutputError(f"{backup} cannot be written: {_cause(error)}") from error


def _cause(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
