"""Writes a temporary file beside another (a sibling), then atomically replaces the other with it."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from microplan.errors import ConflictError

PRIVATE = 0o600
ROOM = 50
"""Characters of the file's name to use in its sibling's name."""
SIBLING = r"\.(.+?)(?:\.bak(?:\.[0-9]+)?)?\.[0-9a-f]{16}"
"""Matches the name of a sibling of a file or of its backup."""
A_DAY = 24 * 60 * 60.0

Sync = Callable[[Path, int], object]
"""Syncs a file to disk, given its path and its descriptor."""


def at_once(_path: Path, handle: int) -> None:
    """Sync a file and wait for it."""
    os.fsync(handle)


def not_at_all(_path: Path, _handle: int) -> None:
    """Leave it to the system; after a crash the file is the old one, the new one, or empty."""


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that a rename in it survives a crash; skip file systems that can't."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def replacing(
    target: Path,
    ready: Callable[[], object] | None = None,
    *,
    is_new: bool = False,
    sync: Sync = at_once,
) -> Iterator[tuple[Path, IO[bytes]]]:
    """Open a sibling of ``target`` that replaces it at the end; yield its path and stream.

    If the block raises, the old file stays. ``files.write`` explains the arguments.
    """
    # The name is random, so no other process uses it, even on another machine. It stays under 255
    # bytes: a character takes up to four.
    sibling = target.with_name(f".{target.name[:ROOM]}.{os.urandom(8).hex()}")
    try:  # starts before the sibling exists, so an interruption can't leave it behind
        handle = os.open(sibling, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle, not a path
            copy_permissions(target, handle)
            yield sibling, file
            file.flush()
            sync(target, handle)
        if ready is not None:
            ready()
        _rename_new(sibling, target) if is_new else sibling.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            sibling.unlink()
        raise
    if sync is at_once:
        sync_folder(target.parent)


def _rename_new(sibling: Path, target: Path) -> None:
    """Rename to a name that must be free, by a hard link: only one process can make it.

    Without hard links, claim the name first by an empty file, which also only one process can make.
    """
    try:
        os.link(sibling, target)
    except FileExistsError:
        raise created_meanwhile(target) from None
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
    """Make an empty file; raises ConflictError if the name is taken."""
    try:
        target.open("x").close()
    except FileExistsError:
        raise created_meanwhile(target) from None


def sweep(path: Path) -> None:
    """Remove siblings that killed processes left behind at least a day ago.

    This scans the whole folder, so a command that writes many files should call it once at most.
    """
    target = Path(os.path.realpath(path))
    sweep_folder(target.parent, {target.name})


def sweep_folder(folder: Path, names: set[str]) -> None:
    """Remove siblings of the named files that are over a day old.

    A younger one may belong to a process that is still writing. If a wrong clock makes us remove a
    live one, its process reports an error and the old file stays.
    """
    heads = {name[:ROOM] for name in names}
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = re.fullmatch(SIBLING, entry.name)
            if match and match[1] in heads and time.time() - _written(entry) > A_DAY:
                with contextlib.suppress(OSError):
                    os.unlink(entry)  # noqa: PTH108 - an entry, not a path


def _written(entry: os.DirEntry[str]) -> float:
    """Return when a file was last written; now, if it's gone or isn't a regular file."""
    with contextlib.suppress(OSError):
        if entry.is_file(follow_symlinks=False):
            return entry.stat(follow_symlinks=False).st_mtime
    return time.time()


def created_meanwhile(path: Path) -> ConflictError:
    """Build the error for a file that another program made while we were writing."""
    return ConflictError(
        f"{path} was made by another program in the meantime and is left as it is; try again"
    )


# --- who may read it -------------------------------------------------------------------------

ACL = "system.posix_acl_access"
"""The extended attribute with a file's access control list on Linux (acl(5))."""


def copy_permissions(old: Path, handle: int) -> None:
    """Give a new file the group, mode, ACL and owner of the one it replaces, where allowed.

    If the group can't be set, leave the file private: the mode would let the wrong group in.
    """
    with contextlib.suppress(OSError, AttributeError):  # Windows has neither owners nor modes
        was = old.stat()
        acl = _acl(old)
        # With an ACL, the group bits are the mask of the whole list, not the group's own rights.
        bits = 0o707 if acl else 0o777
        os.fchown(handle, -1, was.st_gid)
        os.fchmod(handle, stat.S_IMODE(was.st_mode) & bits)
        _let_in(handle, acl)
        os.fchown(handle, was.st_uid, -1)


def _acl(path: Path) -> bytes:
    """Read the ACL of a file; empty if it has none."""
    try:
        return os.getxattr(path, ACL)
    except (OSError, AttributeError):  # macOS has a different kind of ACL
        return b""


def _let_in(handle: int, acl: bytes) -> None:
    """Set an ACL, or remove the one that the folder gives to every new file."""
    with contextlib.suppress(OSError, AttributeError):
        if acl:
            os.setxattr(handle, ACL, acl)
        else:
            os.removexattr(handle, ACL)
