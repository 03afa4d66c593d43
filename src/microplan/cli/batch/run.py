"""Sends the rows of a batch, one after another, to their outputs."""

from __future__ import annotations

import os
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct, structs

from microplan.batch import planned, rows, shards
from microplan.batch.planned import Failed, Marks, Planned
from microplan.batch.planner import Planner
from microplan.cli import terminal
from microplan.cli.batch import report as batch_report
from microplan.cli.batch import stores as batch_stores
from microplan.cli.batch.busy_calendars import BusyCalendars
from microplan.cli.batch.joined_files import Printed
from microplan.cli.batch.output import Files, Outcome
from microplan.cli.batch.report import Account
from microplan.cli.batch.stores import Store, StoreTarget
from microplan.cli.batch.whole_lines import Lines, RowFile
from microplan.cli.console.progress import Bar, RowProgress
from microplan.errors import OutputError, PlanFileError, RefusedError, RowsError, cause
from microplan.formats import Subject
from microplan.storage import files
from microplan.storage.id_register import IdRegister
from microplan.wording import phrases

CHUNK = 1 << 16
"""Bytes to read at once; a pipe may return fewer, and those are processed first."""
AT_ONCE = 256
"""Rows to claim ids for in one transaction."""


class Job(Struct, frozen=True, kw_only=True):
    """What a command should do with the plans.

    ``stdout`` is a format or empty; ``sources`` holds the input files.
    """

    today: date
    targets: tuple[tuple[str, str], ...]
    stores: Sequence[StoreTarget]
    pages: Path | None
    replace: bool
    quiet: bool
    busy: BusyCalendars
    stdout: str
    dry: bool = False
    sources: Sequence[Path] = ()
    ids: Path | None = None
    shard: str = ""
    errors: Path | None = None
    tells_errors: bool = False
    moved: Path | None = None

    @property
    def of_all(self) -> Iterator[Path]:
        """List the output files that hold all plans."""
        yield from () if self.pages is None else (self.pages,)
        yield from (store.path for store in self.stores)

    def is_read(self, path: Path) -> bool:
        """Whether a file is one of the sources, or a calendar that a row named."""
        return self.busy.has_read(path) or files.is_one_of(path, self.sources)


# --- row after row --------------------------------------------------------------------------


def run(job: Job, planner_: Planner, stream: BinaryIO, source: rows.Source) -> None:
    """Plan the rows of a stream; raises RowsError if some couldn't be planned."""
    with (
        Lines() as lines,
        Bar(shown=_is_shown(job)) as bar,
        _opened(job, lines, RowProgress(_size(stream), bar), planner_.created) as sinks,
    ):
        writer = _RowWriter(job, sinks)
        chunks = _chunks(stream, source.name, writer.settle, sinks.progress)
        table = rows.read(chunks, structs.replace(source, say=_sayer(job, bar)))
        try:
            _consume(job, writer.subjects(planner_.plan(row) for row in table))
            sinks.printed.finish()
        except (KeyboardInterrupt, OutputError) as error:
            bar.clear()
            lines.flush()
            _tell_cut(error, sinks.account.rows, job)
            raise
        finally:
            sinks.row_files.finish()
        if sinks.register is not None:
            sinks.register.finish()
    _tell(job, sinks)
    if sinks.account.failed:
        raise RowsError("")


def _tell(job: Job, sinks: _Sinks) -> None:
    """Report the results of the rows, and what couldn't be read in busy calendars."""
    without = sinks.row_files.without_a_row() if sinks.account.rows else []
    faults = not (job.quiet and (job.tells_errors or job.errors))
    batch_report.tell(sinks.account, without, quiet=job.quiet, faults=faults)
    for line in job.busy.messages():
        terminal.say(line)


@contextmanager
def _opened(job: Job, lines: Lines, progress: RowProgress, created: datetime) -> Iterator[_Sinks]:
    """Open the outputs of rows and, for a piece of a table, the file of ids."""
    stores = () if job.dry else job.stores
    register: AbstractContextManager[IdRegister | None] = (
        nullcontext() if job.ids is None else IdRegister(job.ids, job.shard, dry=job.dry)
    )
    with (
        RowFile(job.errors) as errors,
        RowFile(job.moved) as moved,
        register as ids,
        batch_stores.opened(stores, job.today, created, replace=job.replace) as opened,
    ):
        row_files = Files(
            job.targets, job.of_all, is_read=job.is_read, replace=job.replace, dry=job.dry
        )
        yield _Sinks(
            row_files=row_files,
            printed=Printed(job.stdout, lines, job.today),
            errors=errors,
            moved=moved,
            stores=opened,
            register=ids,
            account=Account(today=job.today),
            progress=progress,
        )


def _consume(job: Job, subjects: Iterator[Subject]) -> None:
    """Process the rows, writing the page of all plans if asked for."""
    if job.pages is None or job.dry:
        deque(subjects, maxlen=0)
    else:
        html = import_module("microplan.formats.html.page")
        files.make_folder(job.pages.parent)
        files.write(job.pages, html.pages(subjects))


def _chunks(
    stream: BinaryIO, name: str, before: Callable[[], object], progress: RowProgress
) -> Iterator[bytes]:
    """Yield chunks of input; write the results of the last chunk before waiting for the next."""
    read = getattr(stream, "read1", stream.read)
    while True:
        before()
        try:
            chunk: bytes = read(CHUNK)
        except OSError as error:
            raise PlanFileError(f"{name} can't be read: {cause(error)}") from error
        if not chunk:
            return
        progress.read(len(chunk))
        yield chunk


class _Sinks(Struct, frozen=True, kw_only=True):
    """The outputs of the rows, and their counts."""

    row_files: Files
    printed: Printed
    errors: RowFile
    moved: RowFile
    stores: Sequence[Store]
    register: IdRegister | None
    account: Account
    progress: RowProgress


class _RowWriter:
    """Writes rows one by one, or several at once if their ids are looked up in a file.

    ``settle`` writes all rows so far, so that none waits until the next one arrives.
    """

    def __init__(self, job: Job, sinks: _Sinks) -> None:
        self.job, self.sinks = job, sinks
        self.waiting: list[Planned | Failed] = []
        self.shown: deque[Subject] = deque()
        self.marks = Marks()

    def subjects(self, results: Iterable[Planned | Failed]) -> Iterator[Subject]:
        """Write each row, and yield the plans for the page of all plans."""
        most = 1 if self.sinks.register is None else AT_ONCE
        for result in results:
            self.waiting.append(result)
            if len(self.waiting) >= most:
                self._write()
            while self.shown:
                yield self.shown.popleft()
        self._write()
        yield from self.shown
        self.job.busy.refuse_overwriting()

    def settle(self) -> None:
        """Write the rows so far."""
        self._write()
        self.sinks.printed.lines.flush()

    def _write(self) -> None:
        waiting, self.waiting = self.waiting, []
        if self.sinks.register is not None and waiting:
            waiting = list(shards.claimed(waiting, self.sinks.register))
        for result in waiting:
            outcome = Outcome(result)
            if isinstance(result, Planned):
                outcome = _written(self.job, result, self.sinks)
            _hand_on(self.job, outcome, self.sinks)
            self.sinks.progress.step()
            if outcome.shown is not None and self.job.pages is not None:
                subject = outcome.shown.subject(self.job.today)
                mark = self.marks.mark(subject.plan)
                self.shown.append(structs.replace(subject, mark=mark))


def _written(job: Job, row: Planned, sinks: _Sinks) -> Outcome:
    """Write the files of a row and its part of each store, or none of them if one is impossible."""
    try:
        for store in sinks.stores:
            store.claim(row)
    except RefusedError as error:
        return Outcome(planned.failed(row, str(error)))
    outcome = sinks.row_files.write(row, job.today)
    if outcome.shown is not None:
        for store in sinks.stores:
            store.add(row, outcome.shown)
    return outcome


def _hand_on(job: Job, outcome: Outcome, sinks: _Sinks) -> None:
    result = outcome.result
    sinks.account.count(outcome)
    if isinstance(result, Failed):
        record = planned.line(result)
        sinks.errors.add(record)
        if job.tells_errors:
            sinks.printed.lines.add(record)
        return
    sinks.printed.add(result)
    if job.moved is not None:
        for move in batch_report.moves(result, outcome.before):
            sinks.moved.add(batch_report.move_line(result, move))


# --- what is said ---------------------------------------------------------------------------


def _tell_cut(error: BaseException, done: int, job: Job) -> None:
    """Report how many rows were done before an interruption, if any were."""
    if isinstance(error, KeyboardInterrupt) or done:
        cut = "interrupted" if isinstance(error, KeyboardInterrupt) else "stopped"
        wholes = [*map(str, job.of_all)]
        without = f"; not written: {', '.join(wholes)}" if wholes and not job.dry else ""
        terminal.say(f"{cut}; {phrases.count(done, 'row')} completed{without}")


def _sayer(job: Job, bar: Bar) -> Callable[[str], None]:
    def say(text: str) -> None:
        bar.clear()
        if not job.quiet:
            terminal.say(text)

    return say


def _is_shown(job: Job) -> bool:
    """Whether to show progress: only to a person, and not between lines of output."""
    return terminal.at_terminal() and not job.quiet and not (job.stdout and sys.stdout.isatty())


def _size(stream: BinaryIO) -> int:
    """Return the size of the input in bytes; 0 if unknown."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):  # no descriptor behind it, as under a test
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
