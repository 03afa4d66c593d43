"""Lets one process at a time write a file, by an advisory lock in a hidden file beside it."""

from __future__ import annotations

import contextlib
import errno
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from microplan.errors import ConflictError, OutputError, cause

if TYPE_CHECKING:
    from filelock import BaseFileLock

PATIENCE = 30.0
"""Seconds to wait for another process."""
PAUSE = 0.02
LONGEST = 240
"""Longest name of a lock file in bytes; file systems allow 255."""
WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}
"""The errors of a file system without locks."""


@contextmanager
def hold(path: Path, fallback: Callable[[], Path], patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of ``path`` until the block ends.

    The lock file is beside the real file, so every link to the file and every user share it. If
    that folder isn't writable or has no locks, it goes to the folder that ``fallback`` returns.
    The system releases the lock if the process dies. Raises ConflictError after ``patience``
    seconds.
    """
    with ExitStack() as stack:
        if not _entered(stack, Path(os.path.realpath(path)), fallback, patience):
            raise ConflictError(
                f"another process has been writing {path} for {patience:.0f} s; try again"
            )
        yield


def _entered(stack: ExitStack, target: Path, fallback: Callable[[], Path], patience: float) -> bool:
    """Acquire the lock of a file; return False if another process still holds it at the deadline."""
    until = time.monotonic() + patience
    if is_writable(target.parent):
        try:
            return stack.enter_context(_held(_beside(target), until))
        except OSError as error:
            if error.errno not in WITHOUT_LOCKS:
                raise _unlockable(target.parent, error) from error
    folder = fallback()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return stack.enter_context(_held(folder / f"{_checksum(target)}.lock", until))
    except OSError as error:
        raise _unlockable(folder, error) from error


def is_writable(folder: Path) -> bool:
    """Whether the effective user can make files in a folder."""
    is_effective = os.access in os.supports_effective_ids
    return os.access(folder, os.W_OK | os.X_OK, effective_ids=is_effective)


def _beside(target: Path) -> Path:
    name = f".{target.name}.lock"
    is_long = len(os.fsencode(name)) > LONGEST
    return target.with_name(f".{_checksum(target)}.lock" if is_long else name)


def _checksum(target: Path) -> str:
    return f"{zlib.crc32(os.fsencode(target)):08x}"


@contextmanager
def _held(file: Path, until: float) -> Iterator[bool]:
    """Try to hold a lock; yield whether it worked. The file exists only while the lock is held."""
    from filelock import FileLock

    folder = file.parent.stat()
    lock = FileLock(file, mode=_mode(folder.st_mode), poll_interval=PAUSE, fallback_to_soft=False)
    try:
        yield _wait(lock, until) and _hand_over(file, folder)
    finally:
        if lock.is_locked:
            # Remove it before releasing: a waiting process notices and makes a new file.
            with contextlib.suppress(OSError):
                file.unlink()
            lock.release()


def _wait(lock: BaseFileLock, until: float) -> bool:
    """Wait for a lock; retry if another user has just made the file and not yet opened it to us."""
    from filelock import Timeout

    while True:
        try:
            lock.acquire(timeout=max(until - time.monotonic(), 0))
        except Timeout:
            return False
        except PermissionError:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE)
        else:
            return True


def _mode(folder: int) -> int:
    """Derive the lock file's mode: whoever can write to the folder can lock."""
    writers = folder & 0o022
    return 0o600 | writers | writers << 1


def _hand_over(path: Path, folder: os.stat_result) -> bool:
    """Give the lock file the folder's owner and group, where allowed, so root doesn't lock others out."""
    if hasattr(os, "chown"):
        for owner in (-1, folder.st_uid):
            with contextlib.suppress(OSError):
                os.chown(path, owner, folder.st_gid, follow_symlinks=False)
    return True


def _unlockable(folder: Path, error: OSError) -> OutputError:
    return OutputError(f"the lock in {folder} can't be made: {cause(error)}")
