"""Writes the files of a batch's rows."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace as with_

from microplan.batch import file_names, planned, row_changes
from microplan.batch.planned import Failed, Planned
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
MOST_NAMED = 6
"""Most differing words to name."""


def targets(templates: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Pair each template with the format of its suffix."""
    named = [file_names.check(template) for template in templates if template not in options.STDOUT]
    return tuple(
        (str(name), form) for name, (_, form) in zip(named, options.targets(named), strict=True)
    )


def pages_path(name: str | None, *, replace: bool) -> Path | None:
    """Check the name of the page of all plans."""
    if name is None:
        return None
    path = Path(name)
    if path.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f'--pages writes a page to print; name it .html, not "{name}"')
    files.refuse_existing(path, replace=replace)
    return path


class Kept(Struct, frozen=True, kw_only=True):
    """An existing plan in a row's file: one that stays, or the one that is replaced (``before``)."""

    standing: Planned | None = None
    before: Plan | None = None
    fault: str = ""
    remark: str = ""


class Outcome(Struct, frozen=True):
    """The result of a row; ``shown`` is the plan on its page, even if the row failed."""

    result: Planned | Failed
    before: Plan | None = None
    shown: Planned | None = None
    remark: str = ""


class Files:
    """Writes the files of one batch, row after row.

    A plan file made from the same words stays, with everything recorded since, and the other files
    of its row show that plan. One made from other words is replaced only if its log is empty.
    """

    def __init__(
        self,
        targets: tuple[tuple[str, str], ...],
        taken: Iterable[Path],
        *,
        is_read: Callable[[Path], bool] = lambda _: False,
        replace: bool,
        dry: bool = False,
    ) -> None:
        self.targets = targets
        self.dry = dry
        self.roots = [file_names.root(template) for template, _ in targets]
        self.taken = {str(path).casefold() for path in taken}
        self.is_read = is_read
        self.replace = replace
        self.pending = Pending()

    def write(self, result: Planned, today: date) -> Outcome:
        """Write the files of a row; if a name is taken, the row fails and has no files.

        If the existing plan was made from other words and has entries, the row's other files show
        that plan.
        """
        for root in () if self.dry else self.roots:  # without it no row has a file
            files.make_folder(root)
        try:
            named = self._named(result)
            kept = {path: self._kept(path, result) for path, name in named if name == PLAN}
            first_kept = next(filter(None, kept.values()), Kept())
            shown = first_kept.standing or result
            wanted = [(path, name) for path, name in named if not _stands(kept.get(path))]
            for path, name in self._free(wanted, shown):
                if not self.dry:
                    self._write(path, name, shown.subject(today))
        except (RefusedError, ConflictError, OutputError) as error:
            if isinstance(error, OutputError) and not _is_of_the_name(error):
                raise
            return Outcome(planned.failed(result, str(error)))
        if first_kept.fault:
            return Outcome(planned.failed(result, first_kept.fault), shown=first_kept.standing)
        return Outcome(shown, before=first_kept.before, shown=shown, remark=first_kept.remark)

    def _named(self, result: Planned) -> list[tuple[Path, str]]:
        """Fill in the file names of a row; they must be free and inside their folders."""
        values = result.fields()
        named = [(file_names.fill(template, values), name) for template, name in self.targets]
        for (path, _), root in zip(named, self.roots, strict=True):
            self._claim(path)
            _refuse_what_is_in_the_way(path, root, dry=self.dry)
        return named

    def _claim(self, path: Path) -> None:
        """Reserve a name for a row, ignoring case if the file system does."""
        _refuse_unwritable(path)
        key = str(path).casefold()
        if key in self.taken:
            raise RefusedError(
                f"{path} would be written twice by this batch; {file_names.TELL_APART}"
            )
        if self.replace and self.is_read(path):
            raise RefusedError(f"{path} is read here; write to another folder")
        self.taken.add(key)

    def _kept(self, path: Path, result: Planned) -> Kept | None:
        """Find the existing plan in a file, and whether it stays; None if there is none."""
        if not _is_kept(path):
            return None
        plan = _plan(path)
        differences = row_changes.differences(plan, result.plan)
        standing = planned.standing(result, plan)
        named = ", ".join(map(str, differences[:MOST_NAMED]))
        if not differences:
            return Kept(standing=standing)
        if row_changes.is_as_created(plan, result.plan):
            return Kept(standing=standing, remark=f"keeps its revision: {_turned(differences)}")
        if plan.log:
            count = _entries(plan)
            command = row_changes.revising(differences, plan, result.plan, str(path))
            advice = f"Run {command}" if command else "Revise it, or move its next session"
            fault = f"{path} has {count} recorded, and the row has {named}. {advice}"
            return Kept(standing=standing, fault=fault)
        if not self.replace:
            fault = f"{path} already exists, and the row has {named}; --replace overwrites it"
            return Kept(standing=standing, fault=fault)
        return Kept(before=plan)

    def _free(self, wanted: list[tuple[Path, str]], result: Planned) -> list[tuple[Path, str]]:
        """List the files to write; without ``replace``, existing ones stay or are refused."""
        if self.replace:
            return wanted
        there = [path for path, _ in wanted if files.exists(path)]
        if there and not result.stands:
            raise RefusedError(f"{there[0]} already exists; --replace overwrites it")
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

    def without_a_row(self) -> list[Path]:
        """List the plan files in this batch's folders that belong to no row."""
        folders = {
            root
            for (template, name), root in zip(self.targets, self.roots, strict=True)
            if name == PLAN and Path(template).parent == root and root.is_dir()
        }
        paths = [path for folder in folders for path in folder.glob(f"*.{PLAN}")]
        return sorted(path for path in paths if str(path).casefold() not in self.taken)

    def finish(self) -> None:
        """Wait until all files are on the disk."""
        self.pending.finish()


def _stands(kept: Kept | None) -> bool:
    return bool(kept and kept.standing)


def _turned(differences: tuple[row_changes.Difference, ...]) -> str:
    """List differing words, from the row's value to the plan's."""
    turned = (
        row_changes.Difference(difference.word, difference.new, difference.old)
        for difference in differences
    )
    return ", ".join(str(difference) for difference in list(turned)[:MOST_NAMED])


OF_NAMES = {
    *(errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.ELOOP),
    *(errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ),
}
"""System errors about an impossible or taken name."""


def _is_of_the_name(error: OutputError) -> bool:
    """Whether a file can't be written because of its name, which doesn't affect other files."""
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in OF_NAMES


def _refuse_what_is_in_the_way(path: Path, root: Path, *, dry: bool) -> None:
    """Refuse a name where no file can be written, or that a link takes out of ``root``."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        raise RefusedError(f"{path} leads out of {root} through a link; remove the link")
    if not dry:
        files.make_folder(path.parent)
    try:
        path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(f"{path} can't be written: {cause(error)}") from error
    if path.is_dir() or files.is_special(path):
        raise RefusedError(f"{path} already exists and isn't a file")


def _refuse_unwritable(path: Path) -> None:
    """Refuse a name that the encoding of file names can't represent."""
    try:
        os.fsencode(path)
    except UnicodeEncodeError as error:
        raise RefusedError(
            f"{path} can't be a file name in this locale ({error.encoding}); name files by {{id}}, "
            "or set LC_ALL=C.UTF-8"
        ) from None


def _is_kept(path: Path) -> bool:
    """Whether a regular file exists."""
    return files.exists(path) and not files.is_special(path)


def _plan(path: Path) -> Plan:
    """Read an existing plan file; refuse an unreadable one, which may be a damaged plan with a log."""
    try:
        plan, _ = plan_file.load(files.read(path))
    except PlanFileError:
        raise RefusedError(
            f"{path} already exists and can't be read as a plan; fix or remove it"
        ) from None
    return plan


def _refuse_recorded(path: Path, plan: Plan) -> None:
    """Refuse to replace a plan that has entries by now."""
    if plan.log:
        raise RefusedError(f"{path} has {_entries(plan)} recorded now; run the table again")


def _entries(plan: Plan) -> str:
    return f"{len(plan.log)} {'entry' if len(plan.log) == 1 else 'entries'}"
