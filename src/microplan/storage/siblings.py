"""Siblings: what is written beside a file, and takes its place whole or not at all."""

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
"""Characters of a file's name that its sibling has."""
SIBLING = r"\.(.+?)(?:\.bak(?:\.[0-9]+)?)?\.[0-9a-f]{16}"
"""What an unfinished file, or an unfinished backup, is called beside the one it is for."""
A_DAY = 24 * 60 * 60.0

Sync = Callable[[Path, int], object]
"""What brings a file to the disk, given its path and a descriptor of it."""


def at_once(_path: Path, handle: int) -> None:
    """Wait until the disk has a file."""
    os.fsync(handle)


def sync_folder(folder: Path) -> None:
    """Make a rename last; some file systems cannot, and then the rename is all there is."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def whole(
    target: Path,
    ready: Callable[[], object] | None = None,
    *,
    is_new: bool = False,
    sync: Sync = at_once,
) -> Iterator[tuple[Path, IO[bytes]]]:
    """Give a file to write, by path and stream, which takes the place of ``target`` at the end.

    If anything is raised meanwhile, the old file stays. ``files.write`` explains the rest.
    """
    # Another process, on another machine too, never has the same sibling. A name has room for
    # 255 bytes, and a character takes up to four.
    sibling = target.with_name(f".{target.name[:ROOM]}.{os.urandom(8).hex()}")
    try:  # from here on, so that no interruption can come between the sibling and its removal
        handle = os.open(sibling, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle, not a path
            take_after(target, handle)
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
    """Rename where nothing is; a link is made by one process only, where there are links.

    Elsewhere the name is taken by an empty file first, which only one process can make.
    """
    try:
        os.link(sibling, target)
    except FileExistsError:
        raise made_meanwhile(target) from None
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
        raise made_meanwhile(target) from None


def sweep(path: Path) -> None:
    """Remove siblings of a file that a process left when it was killed, at least a day ago.

    That looks at a whole folder, so that one who writes many files there does it once, or never.
    """
    target = Path(os.path.realpath(path))
    sweep_folder(target.parent, {target.name})


def sweep_folder(folder: Path, names: set[str]) -> None:
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


def made_meanwhile(path: Path) -> ConflictError:
    """Say that a file is no longer the one that was read, or not there as it was."""
    return ConflictError(
        f"{path} was made by another program in the meantime and is left as it is; try again"
    )


# --- who may read it -------------------------------------------------------------------------

ACL = "system.posix_acl_access"
"""Where Linux keeps whom a file lets in beside its owner and its group (acl(5))."""


def take_after(old: Path, handle: int) -> None:
    """Give a new file the group, mode, ACL and owner of the one it replaces, as far as may be.

    The mode only with the group, which it lets in; without them the file stays its owner's.
    """
    with contextlib.suppress(OSError, AttributeError):  # Windows has neither owners nor modes
        was = old.stat()
        acl = _acl(old)
        # With an ACL the bits of the group are a mask over all it names, and not the group's own.
        bits = 0o707 if acl else 0o777
        os.fchown(handle, -1, was.st_gid)
        os.fchmod(handle, stat.S_IMODE(was.st_mode) & bits)
        _let_in(handle, acl)
        os.fchown(handle, was.st_uid, -1)


def _acl(path: Path) -> bytes:
    """Read the ACL of a file; nothing if it has none."""
    try:
        return os.getxattr(path, ACL)
    except (OSError, AttributeError):  # macOS has other ones
        return b""


def _let_in(handle: int, acl: bytes) -> None:
    """Set an ACL, or take away the one that a folder gives to every new file."""
    with contextlib.suppress(OSError, AttributeError):
        if acl:
            os.setxattr(handle, ACL, acl)
        else:
            os.removexattr(handle, ACL)
