"""Reads several plans at once, from files and folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from microplan.cli import environment, plan_io, terminal
from microplan.errors import MicroplanError, PlanFileError
from microplan.scheduling import filed_plans, schedule
from microplan.scheduling.filed_plans import FiledPlan
from microplan.scheduling.schedule import Scheduled
from microplan.storage import files
from microplan.wording import phrases

PLAN_FILES = "*.toml"
"""The plan files in a folder, without subfolders."""


class PlansRead(Struct, frozen=True):
    """The plans that could be read, and the errors of the other files."""

    plans: list[FiledPlan]
    unread: tuple[tuple[str, str], ...]

    @property
    def are_several(self) -> bool:
        """Whether more than one file was named."""
        return len(self.plans) + len(self.unread) > 1

    def refuse_as_output(self, paths: Iterable[Path]) -> None:
        """Raise UsageError if one of the files, readable or not, would be written over."""
        names = [*(filed.file for filed in self.plans), *(name for name, _ in self.unread)]
        files.refuse_sources(paths, map(terminal.source, names))

    def finish(self) -> None:
        """Raise PlanFileError if a file couldn't be read; each has been reported already."""
        if self.unread:
            number = len(self.unread) + len(self.plans)
            raise PlanFileError(
                f"{len(self.unread)} of {phrases.count(number, 'plan')} can't be read"
            )


def shared_id(plans: Sequence[FiledPlan]) -> str:
    """Warn that two plans have the same id, so a calendar would treat them as one."""
    if len(plans) == 1:
        name = plans[0].file
        return plan_io.shared_id(name, plans[0].scheduled.plan)
    files: dict[str, str] = {}
    for filed in plans:
        before = files.setdefault(filed.scheduled.plan.id, filed.file)
        if before != filed.file:
            return plan_io.SAME_ID.format(before, filed.file)
    return ""


def read(names: Sequence[str]) -> PlansRead:
    """Read the named plans, or the default plan without names.

    Reports an unreadable file on stderr and reads the others; for a single file, raises the error.
    """
    sources = list(_files(names or [str(environment.plan_path(None))]))
    if len(sources) == 1:
        scheduled = schedule.scheduled(plan_io.read(sources[0]))
        return PlansRead(filed_plans.filed([(sources[0], scheduled)]), ())
    known: list[tuple[str, Scheduled]] = []
    unread: list[tuple[str, str]] = []
    for name in sources:
        try:
            known.append((name, schedule.scheduled(plan_io.read(name))))
        except MicroplanError as error:
            named = error if name in str(error) else PlanFileError(f"{name}: {error}")
            terminal.fault(named)
            unread.append((name, str(named)))
    return PlansRead(filed_plans.filed(known), tuple(unread))


def _files(names: Sequence[str]) -> Iterator[str]:
    """Yield each file once, and for a folder its plan files."""
    seen: set[str] = set()
    for name in names:
        for file in _in_folder(name) if _is_folder(name) else [name]:
            real = file if file == terminal.STDIO else str(Path(file).resolve())
            if real not in seen:
                seen.add(real)
                yield file


def _is_folder(name: str) -> bool:
    try:
        return name != terminal.STDIO and Path(name).is_dir()
    except OSError:  # reading it says why
        return False


def _in_folder(name: str) -> list[str]:
    files = sorted(Path(name).glob(PLAN_FILES))
    plans = [str(file) for file in files if not file.name.startswith(".")]
    if not plans:
        raise PlanFileError(f"{name} holds no plan files ({PLAN_FILES})")
    return plans
