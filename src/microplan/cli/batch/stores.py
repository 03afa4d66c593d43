"""Output files that hold all plans of a batch: archives, databases, and joined documents."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from microplan.batch import file_names
from microplan.batch.planned import Planned
from microplan.cli import options
from microplan.cli.batch import joined_files
from microplan.errors import RefusedError, UsageError
from microplan.formats import FORMATS, SUFFIXES
from microplan.storage import files
from microplan.wording import phrases

ARCHIVE = ".zip"
DATABASES = (".sqlite", ".sqlite3", ".db")
JOINED = {suffix: name for suffix, name in SUFFIXES.items() if FORMATS[name].in_turn}
"""The formats of joined documents, by file suffix."""
PAGES = FORMATS["html"].suffixes
LINES = FORMATS["ndjson"].suffixes


class Store(Protocol):
    """A file that receives the plans of a batch, row after row."""

    def claim(self, row: Planned) -> None:
        """Reserve the names of a row; raises RefusedError if another row has one."""

    def add(self, row: Planned, shown: Planned) -> None:
        """Write the plan that a row shows: its own, or the existing one."""


class StoreTarget(Struct, frozen=True):
    """An archive with its member templates and formats, a joined document, or a database."""

    path: Path
    members: tuple[tuple[str, str], ...] = ()
    joined: str = ""


def parted(outputs: Iterable[str], *, replace: bool) -> tuple[list[str], list[StoreTarget]]:
    """Separate templates of files from those of stores, which must not exist; raises UsageError."""
    alone: list[str] = []
    members: dict[Path, list[str]] = {}
    for output in outputs:
        archive, member = _archive(output)
        if archive is not None:
            members.setdefault(archive, []).append(member)
        elif Path(output).suffix.lower() in DATABASES:
            members.setdefault(_of_all(output), [])
        elif output in options.STDOUT or not file_names.is_of_all(output):
            alone.append(output)
        else:
            members.setdefault(_document(Path(output.format())), [])
    for path in members:
        _refuse_what_is_there(path, replace=replace)
    return alone, [
        StoreTarget(path, _formats(names), "" if names else JOINED.get(path.suffix.lower(), ""))
        for path, names in members.items()
    ]


def _archive(output: str) -> tuple[Path | None, str]:
    """Split the path of an archive from its member template; None if it isn't an archive."""
    parts = Path(output).parts
    at = next((n for n, part in enumerate(parts) if part.lower().endswith(ARCHIVE)), None)
    if at is None:
        return None, ""
    path, member = Path(*parts[: at + 1]), Path(*parts[at + 1 :])
    _of_all(str(path))
    if at + 1 == len(parts):
        raise UsageError(f"name the files in {path}: -o '{path}/{{id}}.ics'")
    if ".." in member.parts:
        raise UsageError(f'"{output}" leads out of {path}; leave out ..')
    return path, member.as_posix()


def _document(path: Path) -> Path:
    """Check that a file name's format can hold all plans."""
    options.targets([str(path)])
    suffix = path.suffix.lower()
    if suffix not in JOINED:
        of_all = f"name it {phrases.listing([*JOINED], 'or')}"
        if suffix in PAGES:
            of_all = f"use --pages {path}"
        elif suffix in LINES:
            of_all = f"print all rows, which is NDJSON: microplan batch FILE > {path}"
        raise UsageError(
            f'"{path}" is one name for all rows. Write one like plans/{{id}}{path.suffix}, or {of_all}'
        )
    return path


def _of_all(output: str) -> Path:
    """Check that a name is the same for all rows."""
    if "{" in output:
        raise UsageError(f'"{output}" is one file for all rows; name it without {{…}}')
    return Path(output)


def _formats(members: Sequence[str]) -> tuple[tuple[str, str], ...]:
    named = [file_names.check(member) for member in dict.fromkeys(members)]
    targets = options.targets(named)
    return tuple((name, form) for name, (_, form) in zip(named, targets, strict=True))


def _refuse_what_is_there(path: Path, *, replace: bool) -> None:
    files.refuse_existing(path, replace=replace)
    if files.exists(path) and not path.is_file():
        raise RefusedError(f"{path} already exists and isn't a file")


@contextlib.contextmanager
def opened(
    targets: Iterable[StoreTarget], today: date, created: datetime, *, replace: bool
) -> Iterator[list[Store]]:
    """Open stores; they appear at their paths only once all of them are complete."""
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(_opened(target, today, created, replace=replace))
            for target in targets
        ]


def _opened(
    target: StoreTarget, today: date, created: datetime, *, replace: bool
) -> contextlib.AbstractContextManager[Store]:
    files.make_folder(target.path.parent)
    if target.members:
        from microplan.batch import archive

        return archive.opened(target.path, target.members, today, created, is_new=not replace)
    if target.joined:
        return joined_files.opened(target.path, target.joined, today, is_new=not replace)
    from microplan.batch import database

    return database.opened(target.path, is_new=not replace)
