"""Where the rows of a batch go: files, one page, or whole lines on standard output."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from msgspec.structs import replace as with_

from microplan.batch import file_names, planner
from microplan.batch.planner import Failed, Planned
from microplan.cli import environment, options
from microplan.errors import (
    ConflictError,
    OutputError,
    PlanFileError,
    RefusedError,
    UsageError,
    cause,
)
from microplan.formats import Canvas, Subject, render
from microplan.model.plan import Plan
from microplan.storage import files, locks, plan_file
from microplan.storage.disk import Pending

PLAN = "toml"


def targets(templates: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Give each template with the format of its suffix."""
    named = [file_names.check(template) for template in templates if template not in options.STDOUT]
    return tuple(
        (str(name), found) for name, (_, found) in zip(named, options.targets(named), strict=True)
    )


def pages_path(name: str | None, *, replace: bool) -> Path | None:
    """Check the name of the page of all plans."""
    if name is None:
        return None
    path = Path(name)
    if path.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f'--pages writes a page to print; name it .html, not "{name}"')
    if _is_kept(path) and not replace:
        raise RefusedError(
            f"{path} is there already; choose another name, or --replace writes over it"
        )
    return path


class Files:
    """The files of one batch, row after row.

    A plan file that was drawn up from the same words stands as it is, with all that was recorded
    since; the other files of its row show that plan. One that was drawn up
    from other words is replaced only where nothing is recorded in it.
    """

    def __init__(
        self, targets: tuple[tuple[str, str], ...], taken: Path | None, *, replace: bool
    ) -> None:
        self.targets = targets
        self.roots = [file_names.root(template) for template, _ in targets]
        self.taken = {str(taken).casefold()} if taken else set[str]()
        self.replace = replace
        self.pending = Pending()

    def write(self, result: Planned, today: date) -> Planned | Failed:
        """Write the files of a plan; one whose name is taken is no plan, and has none of them."""
        plan = result.plan
        values = {"id": plan.id, "title": plan.title, "line": result.line}
        named = [(file_names.fill(template, values), name) for template, name in self.targets]
        for root in self.roots:  # without it no row has a file
            files.make_folder(root)
        try:
            for (path, _), root in zip(named, self.roots, strict=True):
                self._claim(path)
                _refuse_what_is_in_the_way(path, root)
            standing = {path: self._standing(path, result) for path, name in named if name == PLAN}
            result = next(filter(None, standing.values()), result)
            wanted = [(path, name) for path, name in named if not standing.get(path)]
            for path, name in self._free(wanted, result):
                self._write(path, name, result.subject(today))
        except (RefusedError, ConflictError, OutputError) as error:
            if isinstance(error, OutputError) and not _is_of_the_name(error):
                raise
            return Failed(line=result.line, error=planner.clipped(str(error)), id=plan.id)
        return result

    def _claim(self, path: Path) -> None:
        """Take a name for a row; where capitals do not count, it is taken however it is written."""
        _refuse_unwritable(path)
        key = str(path).casefold()
        if key in self.taken:
            raise RefusedError(
                f"{path} is the name of another file of this batch; give each row an id"
            )
        self.taken.add(key)

    def _standing(self, path: Path, result: Planned) -> Planned | None:
        """Find the plan that stands in a file, drawn up from the same words; None to write it."""
        if not _is_kept(path):
            return None
        plan = _plan(path)
        standing = planner.standing(result, plan)
        if not standing:
            _refuse_recorded(path, plan)
        return standing

    def _free(self, wanted: list[tuple[Path, str]], result: Planned) -> list[tuple[Path, str]]:
        """List the files to be written; without ``replace`` those that are there stay, or refuse."""
        if self.replace:
            return wanted
        there = [path for path, _ in wanted if files.exists(path)]
        if there and not result.stands:
            raise RefusedError(f"{there[0]} is there already; --replace writes over it")
        return [(path, name) for path, name in wanted if path not in there]

    def _write(self, path: Path, name: str, subject: Subject) -> None:
        chunks = render(name, with_(subject, canvas=Canvas()))
        if name == PLAN and _is_kept(path):
            with locks.hold(path, environment.locks):
                _refuse_recorded(path, _plan(path))  # one may have been since
                files.create(path, chunks, replace=True, kept="a plan")
        else:
            sync = self.pending.add if name == PLAN else self.pending.leave
            files.write(path, chunks, is_new=not self.replace, sync=sync)

    def finish(self) -> None:
        """Wait until all files are on the disk."""
        self.pending.finish()


OF_NAMES = {
    *(errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.ELOOP),
    *(errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ),
}
"""What a system answers to a name that it can't have, or that something else has."""


def _is_of_the_name(error: OutputError) -> bool:
    """Whether a file can't be written because of its name, so that others can."""
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in OF_NAMES


def _refuse_what_is_in_the_way(path: Path, root: Path) -> None:
    """Refuse a name that no file can be written under, and one that a link takes out of ``root``."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        raise RefusedError(f"{path} leads out of {root} by a link; remove the link")
    files.make_folder(path.parent)
    try:
        path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {cause(error)}") from error
    if path.is_dir() or files.is_special(path):
        raise RefusedError(f"{path} is there already and isn't a file")


def _refuse_unwritable(path: Path) -> None:
    """Refuse a name with characters that the encoding of file names lacks."""
    try:
        os.fsencode(path)
    except UnicodeEncodeError as error:
        raise RefusedError(
            f"{path} can't be a file name in this locale ({error.encoding}); name files by {{id}}, "
            "or set LC_ALL=C.UTF-8"
        ) from None


def _is_kept(path: Path) -> bool:
    """Whether a file is there that keeps what is written to it."""
    return files.exists(path) and not files.is_special(path)


def _plan(path: Path) -> Plan:
    """Read the plan in a file; what is none may be a plan that somebody broke, with its log."""
    try:
        plan, _ = plan_file.load(files.read(path))
    except PlanFileError:
        raise RefusedError(
            f"{path} is there already and isn't a plan that can be read; fix or remove it"
        ) from None
    return plan


def _refuse_recorded(path: Path, plan: Plan) -> None:
    """Refuse to replace a plan in which something is recorded."""
    if plan.log:
        count = f"{len(plan.log)} {'entry' if len(plan.log) == 1 else 'entries'}"
        raise RefusedError(
            f"{path} has {count} recorded, and the row has other words; revise it, or remove the file"
        )


MOST = 1 << 18
"""Bytes that wait for being written; large plans do not pile up."""


class Lines:
    """Lines that wait until there is nothing left to read, or they are many.

    While they are written Ctrl-C has to wait; a second one does not, for a reader may hang.
    """

    def __init__(self) -> None:
        self.waiting: list[bytes] = []
        self.size = 0
        self.is_writing = False
        self.is_stopped = False
        self.before: Any = None

    def __enter__(self) -> Self:
        with contextlib.suppress(ValueError):  # another thread has no signals
            self.before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        try:
            if kind is None or not issubclass(kind, OSError):
                self.flush()
        finally:
            if self.before is not None:
                signal.signal(signal.SIGINT, self.before)

    def add(self, line: bytes) -> None:
        """Take a line, which ends in a line break."""
        self.waiting.append(line)
        self.size += len(line)
        if self.size > MOST:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self.waiting:
            return
        self.is_writing = True
        try:
            content = b"".join(self.waiting)
            self.waiting, self.size = [], 0
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        finally:
            self.is_writing = False
        if self.is_stopped:
            self.is_stopped = False
            raise KeyboardInterrupt

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self.is_writing and not self.is_stopped:
            self.is_stopped = True
        else:
            raise KeyboardInterrupt
