"""Bring what was written to the disk: at once, or for many files beside the writing of the next."""

from __future__ import annotations

import os
from pathlib import Path

from microplan.errors import OutputError, cause
from microplan.storage.siblings import sync_folder

MOST = 64
"""Files of a group."""
AT_ONCE = 16
"""Files of a group that go to the disk at the same time."""


class Pending:
    """Files of one command on their way to the disk; after ``finish`` all of them are there.

    A disk takes many files in one turn, and as long for one as for all: so they go in groups.
    """

    def __init__(self) -> None:
        self.waiting: list[tuple[Path, int]] = []
        self.folders: set[Path] = set()
        self.is_more_behind = False

    def add(self, path: Path, handle: int) -> None:
        """Take over a file that holds all it should; raises OutputError for it, or an earlier one."""
        self.folders.add(path.parent)
        self.waiting.append((path, os.dup(handle)))
        if len(self.waiting) >= MOST:
            self._sync()

    def leave(self, path: Path, handle: int) -> None:
        """Leave a file, which can be made again, to the one sync at the end, if there is one."""
        if hasattr(os, "sync"):
            self.is_more_behind = True
        else:  # as on Windows
            self.add(path, handle)

    def finish(self) -> None:
        """Bring all files to the disk, and the names of all."""
        self._sync()
        for folder in self.folders:
            sync_folder(folder)
        if self.is_more_behind:
            os.sync()

    def _sync(self) -> None:
        if not self.waiting:
            return
        from concurrent.futures import ThreadPoolExecutor

        group, self.waiting = self.waiting, []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            faults = list(pool.map(_sync, (handle for _, handle in group)))
        for (path, _), fault in zip(group, faults, strict=True):
            if fault is not None:
                raise OutputError(f"{path} can't be written: {cause(fault)}") from fault


def _sync(handle: int) -> OSError | None:
    try:
        os.fsync(handle)
    except OSError as error:
        return error
    finally:
        os.close(handle)
    return None
