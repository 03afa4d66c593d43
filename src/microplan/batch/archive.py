"""The archive of a batch: a ``.zip`` with files for each plan."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from struct import Struct
from types import TracebackType
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from microplan.batch import file_names
from microplan.batch.planned import Planned
from microplan.errors import RefusedError
from microplan.formats import render
from microplan.storage import files

Members = Sequence[tuple[str, str]]
"""Name templates, each with its format."""
LEVEL = 1
"""Compression level: a tenth larger than with the default 6, in two thirds of the time."""
FIRST_YEAR, LAST_YEAR = 1980, 2107
"""The years of a member's date (MS-DOS: seven bits from 1980 on)."""
FOR_ITS_OWNER = 0o100600 << 16
"""The mode of a member: a plain file that only its owner may read."""


class Directory(list[ZipInfo]):
    """The members written so far, in a fifth of the memory of ZipInfo objects."""

    FIELDS = Struct("<3LQ")

    def __init__(self, like: Callable[[str], ZipInfo]) -> None:
        self.like = like
        self.packed: list[bytes] = []

    def __len__(self) -> int:
        return len(self.packed)

    def __iter__(self) -> Iterator[ZipInfo]:
        for packed in self.packed:
            member = self.like(packed[self.FIELDS.size :].decode())
            fields = self.FIELDS.unpack_from(packed)
            member.CRC, member.compress_size, member.file_size, member.header_offset = fields
            yield member

    def append(self, member: ZipInfo) -> None:
        """Store the position and size of a member."""
        sizes = member.compress_size, member.file_size, member.header_offset
        self.packed.append(self.FIELDS.pack(member.CRC, *sizes) + member.filename.encode())


class Archive:
    """Writes the members of an archive, plan after plan.

    All have the date ``created``, so the same plans give the same bytes.
    """

    def __init__(
        self, path: Path, zipped: ZipFile, members: Members, today: date, created: datetime
    ) -> None:
        self.path = path
        self.zipped = zipped
        self.members = members
        self.today = today
        self.date = _date(created)
        self.names: set[str] = set()
        zipped.filelist = Directory(self._member)

    def claim(self, row: Planned) -> None:
        """Reserve the names of a row's members; raises RefusedError if one is taken."""
        for name, _ in self._named(row):
            if name.casefold() in self.names:
                raise RefusedError(f"{self.path} has another {name}; {file_names.TELL_APART}")
            self.names.add(name.casefold())

    def add(self, row: Planned, shown: Planned) -> None:
        """Write the members of a row, which show its own plan, or the existing one."""
        subject = shown.subject(self.today)
        for name, form in self._named(row):
            content = "".join(render(form, subject))
            with files.naming(self.path):
                self.zipped.writestr(self._member(name), content.encode())
            self.zipped.NameToInfo.clear()  # the other place where members are kept

    def _named(self, row: Planned) -> Iterator[tuple[str, str]]:
        values = row.fields()
        for template, form in self.members:
            yield file_names.fill(template, values).as_posix(), form

    def _member(self, name: str) -> ZipInfo:
        member = ZipInfo(name, self.date)
        member.compress_type = ZIP_DEFLATED
        member.external_attr = FOR_ITS_OWNER
        return member


def _date(instant: datetime) -> tuple[int, int, int, int, int, int]:
    """Convert a member's date to UTC, since a .zip has no zones, and clamp it to the years allowed."""
    moment = instant.astimezone(UTC)
    year = min(max(moment.year, FIRST_YEAR), LAST_YEAR)
    return year, moment.month, moment.day, moment.hour, moment.minute, moment.second


@contextlib.contextmanager
def opened(
    path: Path, members: Members, today: date, created: datetime, *, is_new: bool
) -> Iterator[Archive]:
    """Open an archive, which appears at ``path`` once it's complete."""
    with (
        files.replacing(path, is_new=is_new) as (_, stream),
        NamedZipFile(path, stream) as zipped,
    ):
        yield Archive(path, zipped, members, today, created)


class NamedZipFile(ZipFile):
    """Writes an archive; its directory at the end is written to a path, which a fault names."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self.path = path
        super().__init__(stream, "w", compresslevel=LEVEL)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write the directory; raises OutputError."""
        with files.naming(self.path):
            super().__exit__(kind, fault, trace)
