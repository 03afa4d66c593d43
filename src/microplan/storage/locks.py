"""One process at a time: an advisory lock for a file, kept where the file is not."""

from __future__ import annotations

import fcntl
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from microplan.errors import ConflictError, OutputError, cause

PATIENCE = 30.0
"""Seconds to wait for another process."""
PAUSE = 0.02


@contextmanager
def hold(path: Path, folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of ``path``, which stands in ``folder``, until the block ends.

    All names of a file share one lock. Two files whose sums are alike share one as well, and wait
    for each other; a longer sum would cost a start more than it saves. A lock goes with its
    process, however that ends. Raises ConflictError after ``patience`` seconds.
    """
    name = f"{zlib.crc32(os.fsencode(os.path.realpath(path))):08x}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unlockable(folder, error) from error
    try:
        if not _wait(handle, folder, time.monotonic() + patience):
            raise ConflictError(
                f"another process has been writing {path} for {patience:.0f} s; try again"
            )
        yield
    finally:
        os.close(handle)


def _wait(handle: int, folder: Path, until: float) -> bool:
    """Wait for a lock; False if another process still has it at the end."""
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(PAUSE)
        except OSError as error:  # a file system that has no locks
            raise _unlockable(folder, error) from error
        else:
            return True


def _unlockable(folder: Path, error: OSError) -> OutputError:
    return OutputError(f"the lock in {folder} cannot be made: {cause(error)}")
