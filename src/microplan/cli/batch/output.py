"""Where the rows of a batch go: files and one page."""

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
"""Words that differ and are named."""


def targets(templates: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Give each template with the format of its suffix."""
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
    """A plan that a row finds in its file: one that stays, or the one ``before`` it is replaced."""

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
    """The files of one batch, row after row.

    A plan file made from the same words stays as it is, with everything recorded since; the other
    files of its row show that plan. One made from other words is replaced only if nothing is
    recorded in it.
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
        """Write the files of a plan; one whose name is taken is no plan, and has none of them.

        Of a row whose plan is in use with other words, the other files are those of that plan.
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
        """Fill in the names of the files of a row, which must be free and within their folders."""
        values = result.fields()
        named = [(file_names.fill(template, values), name) for template, name in self.targets]
        for (path, _), root in zip(named, self.roots, strict=True):
            self._claim(path)
            _refuse_what_is_in_the_way(path, root, dry=self.dry)
        return named

    def _claim(self, path: Path) -> None:
        """Take a name for a row; where capitals do not count, it is taken however it is written."""
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
        """Find the plan that is kept in a file, and what becomes of it; None if there is none."""
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
        """List the files to be written; without ``replace`` those that are there stay, or refuse."""
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
    """Name words from the row's to the plan's own."""
    turned = (
        row_changes.Difference(difference.word, difference.new, difference.old)
        for difference in differences
    )
    return ", ".join(str(difference) for difference in list(turned)[:MOST_NAMED])


OF_NAMES = {
    *(errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.ELOOP),
    *(errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ),
}
"""What a system answers to a name that it can't have, or that something else has."""


def _is_of_the_name(error: OutputError) -> bool:
    """Whether a file can't be written because of its name, so that others can."""
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in OF_NAMES


def _refuse_what_is_in_the_way(path: Path, root: Path, *, dry: bool) -> None:
    """Refuse a name that no file can be written under, and one that a link takes out of ``root``."""
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
            f"{path} already exists and can't be read as a plan; fix or remove it"
        ) from None
    return plan


def _refuse_recorded(path: Path, plan: Plan) -> None:
    """Refuse to replace a plan in which something was recorded meanwhile."""
    if plan.log:
        raise RefusedError(f"{path} has {_entries(plan)} recorded now; run the table again")


def _entries(plan: Plan) -> str:
    return f"{len(plan.log)} {'entry' if len(plan.log) == 1 else 'entries'}"
