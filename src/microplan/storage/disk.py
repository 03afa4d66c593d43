"""Syncs written files to disk, one at a time or in groups."""

from __future__ import annotations

import os
from pathlib import Path

from microplan.errors import OutputError, cause
from microplan.storage.siblings import sync_folder

MOST = 64
"""Files in a group."""
AT_ONCE = 16
"""Files of a group to sync at the same time."""


class Pending:
    """Files of one command that still need a sync; ``finish`` syncs all of them.

    They are synced in groups, because a disk takes about as long for one file as for many at once.
    """

    def __init__(self) -> None:
        self.waiting: list[tuple[Path, int]] = []
        self.folders: set[Path] = set()
        self.is_more_behind = False

    def add(self, path: Path, handle: int) -> None:
        """Queue a completely written file; raises OutputError if it or an earlier one can't be synced."""
        self.folders.add(path.parent)
        self.waiting.append((path, os.dup(handle)))
        if len(self.waiting) >= MOST:
            self._sync()

    def leave(self, path: Path, handle: int) -> None:
        """Leave a file that can be made again to one system-wide sync at the end."""
        if hasattr(os, "sync"):
            self.is_more_behind = True
        else:  # Windows
            self.add(path, handle)

    def finish(self) -> None:
        """Sync all queued files and their folders."""
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
