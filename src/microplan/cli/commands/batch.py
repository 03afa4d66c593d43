"""``microplan batch``: rows from a file or a pipe become plans, a row in and a line out."""

import gc
import os
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from msgspec import Struct, structs

from microplan.batch import cells, columns, encodings, rows
from microplan.batch import planner as rows_to_plans
from microplan.batch.planner import Failed, Planned
from microplan.cli import batch_output, environment, options, terminal
from microplan.cli.batch_output import Files, Lines
from microplan.cli.progress import Bar, RowProgress
from microplan.errors import OutputError, PlanFileError, RowsError, UsageError, cause
from microplan.formats import Subject
from microplan.storage import files
from microplan.wording import phrases, remarks

CHUNK = 1 << 16
"""Bytes asked for at once; a pipe gives what it has, and what came in is answered first."""
NDJSON = "ndjson"
STDIN = "-"
MOST_FAULTS, MOST_MOVED = 20, 10
"""Rows that are told one by one; of more, only how many they are."""


def batch(  # noqa: PLR0913 - one parameter for each flag
    *,
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE|-]",
            help="CSV with a header, a workbook (.xlsx .xls .ods), or a JSON object a line",
            show_default=False,
        ),
    ] = None,
    dates: Annotated[
        str,
        typer.Option(
            metavar="ORDER", help="how the rows write dates: iso, dmy (31.12.2026) or mdy"
        ),
    ] = "iso",
    sheet: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="the sheet of a workbook, by name or number [the first with a column start]",
            show_default=False,
        ),
    ] = "",
    encoding: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="the encoding of a CSV file, such as windows-1250 [UTF-8, else Windows-1252]",
            show_default=False,
        ),
    ] = "",
    renamed: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="NAME=WORD",
            help="take a column for a word: --map 'first day=start' (repeatable)",
            show_default=False,
        ),
    ] = None,
    ignore_unknown: Annotated[
        bool, typer.Option("--ignore-unknown", help="pass over columns that are no words")
    ] = False,
    first_line: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            help="the number of the first line, for a piece of a longer table [1]",
            show_default=False,
        ),
    ] = 1,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="TEMPLATE",
            help="write a file for each plan: plans/{id}.toml; {title} and {line} work too (repeatable)",
            show_default=False,
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    pages: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="write all plans into one page to print, an .html file",
            show_default=False,
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            help="what stdout gets: ndjson, a plan a line [with -o or --pages only faults, in a pipe]",
            show_default=False,
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    replace: options.Replace = False,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
) -> None:
    """Make a plan for each row of a table, in the same order.

    A row has the words of a plan, and may have id, title, protocol and care. For example:
    microplan batch patients.csv --dates dmy -o 'plans/{id}.toml'
    """
    if dates not in cells.ORDERS:
        raise UsageError(f'can\'t read --dates "{dates}". Write iso, dmy or mdy.')
    if format_ not in (None, NDJSON):
        raise UsageError(
            f'batch can\'t print "{format_}". Use ndjson here, and -o FILE for others.'
        )
    source_ = rows.Source(
        columns=columns.Columns(
            names=rows_to_plans.COLUMNS.names,
            many=rows_to_plans.COLUMNS.many,
            renamed=columns.renamed(renamed or (), rows_to_plans.COLUMNS.names),
            ignores=ignore_unknown,
        ),
        name=source or "standard input",
        say=terminal.say,
        encoding=encodings.check(encoding) if encoding else "",
        sheet=sheet,
        first_line=first_line,
    )
    job = _Job(
        today=environment.today(as_of),
        targets=batch_output.targets(output or ()),
        pages=batch_output.pages_path(pages, replace=replace),
        replace=replace,
        quiet=quiet,
        tells_plans=bool(format_) or options.names_stdout(output) or not (output or pages),
    )
    planner = rows_to_plans.Planner(environment.now(), dates)
    gc.freeze()
    gc.enable()  # an error and the frames it passed hold each other; here there may be many
    with _opened(source) as stream:
        _run(job, planner, stream, source_)


class _Job(Struct, frozen=True, kw_only=True):
    """What one command was asked to do with the plans."""

    today: date
    targets: tuple[tuple[str, str], ...]
    pages: Path | None
    replace: bool
    quiet: bool
    tells_plans: bool


class _Account(Struct, kw_only=True):
    """What became of the rows, as far as it is told at the end."""

    planned: int = 0
    standing: int = 0
    faults: list[str] = []
    failed: int = 0
    moved: list[str] = []
    moves: int = 0


# --- what is asked for ----------------------------------------------------------------------


def _opened(source: str | None) -> AbstractContextManager[BinaryIO]:
    """Open the rows: a file, or what is piped in, which is not ours to close."""
    if source is None and terminal.can_ask():
        raise UsageError("name a file of rows, or pipe them in; see microplan batch --help")
    try:
        if source in (None, STDIN):
            return nullcontext(sys.stdin.buffer)
        return Path(str(source)).open("rb")
    except OSError as error:
        raise PlanFileError(f"{source} cannot be read: {cause(error)}") from error


# --- row after row --------------------------------------------------------------------------


def _run(job: _Job, planner: rows_to_plans.Planner, stream: BinaryIO, source: rows.Source) -> None:
    account, lines = _Account(), Lines()
    with lines, Bar(shown=_is_shown(job)) as bar:
        progress = RowProgress(_size(stream), bar)
        chunks = _chunks(stream, source.name, lines.flush, progress)
        table = rows.read(chunks, structs.replace(source, say=_sayer(job, bar)))
        named = Files(job.targets, job.pages, replace=job.replace)
        results = (planner.plan(row) for row in table)
        subjects = _subjects(job, named, results, lines, account, progress)
        try:
            _consume(job, subjects)
        except (KeyboardInterrupt, OutputError) as error:
            bar.clear()
            lines.flush()
            _tell_cut(error, account.planned + account.failed)
            raise
        finally:
            named.finish()
    _tell(job, account)
    if account.failed:
        raise RowsError("")


def _consume(job: _Job, subjects: Iterator[Subject]) -> None:
    """Let the rows pass, into the page of all plans if there is to be one."""
    if job.pages is None:
        deque(subjects, maxlen=0)
    else:
        html = import_module("microplan.formats.html.page")
        files.make_folder(job.pages.parent)
        files.write(job.pages, html.pages(subjects))


def _chunks(
    stream: BinaryIO, name: str, before: Callable[[], object], progress: RowProgress
) -> Iterator[bytes]:
    """Read what there is; what was made of the last chunk is written before the next is awaited."""
    read = getattr(stream, "read1", stream.read)
    while True:
        before()
        try:
            chunk: bytes = read(CHUNK)
        except OSError as error:
            raise PlanFileError(f"{name} cannot be read: {cause(error)}") from error
        if not chunk:
            return
        progress.read(len(chunk))
        yield chunk


def _subjects(  # noqa: PLR0913, PLR0917 - what a row passes
    job: _Job,
    named: Files,
    results: Iterable[Planned | Failed],
    lines: Lines,
    account: _Account,
    progress: RowProgress,
) -> Iterator[Subject]:
    """Write what belongs to each row, and yield those that became plans."""
    for result in results:
        written = named.write(result, job.today) if isinstance(result, Planned) else result
        if job.tells_plans or (isinstance(written, Failed) and not sys.stdout.isatty()):
            lines.add(rows_to_plans.line(written))
        _count(account, written)
        progress.step()
        if isinstance(written, Planned) and job.pages is not None:
            yield written.subject(job.today)


# --- what is said ---------------------------------------------------------------------------


def _count(account: _Account, result: Planned | Failed) -> None:
    if isinstance(result, Failed):
        account.failed += 1
        if account.failed <= MOST_FAULTS:
            named = f" ({phrases.visible(result.id)[:100]})" if result.id else ""
            account.faults.append(f"line {result.line}{named}: {result.error}")
        return
    account.planned += 1
    account.standing += result.stands
    if result.stands:
        return
    moved = remarks.moved(result.drawn.sessions)
    account.moves += bool(moved)
    if moved and account.moves <= MOST_MOVED:
        account.moved.append(f"{phrases.visible(result.plan.id)[:100]}: {moved}")


def _tell(job: _Job, account: _Account) -> None:
    """Say what became of the rows: how many, which are not planned, and what had to move."""
    if job.quiet:
        return
    total = account.planned + account.failed
    standing = f" ({account.standing:,} as they were)" if account.standing else ""
    missing = f", {account.failed:,} not" if account.failed else ""
    planned = f"{account.planned:,} planned{standing}{missing}"
    terminal.say(f"{total:,} row{'' if total == 1 else 's'}: {planned}")
    for said, count in ((account.faults, account.failed), (account.moved, account.moves)):
        for line in said:
            terminal.say(line)
        if count > len(said):
            terminal.say(f"and {count - len(said):,} more")


def _tell_cut(error: BaseException, done: int) -> None:
    """Say how many rows were done when the work was cut short; none need no word."""
    if isinstance(error, KeyboardInterrupt) or done:
        cut = "interrupted" if isinstance(error, KeyboardInterrupt) else "stopped"
        terminal.say(f"{cut}; {phrases.count(done, 'row')} done, each whole")


def _sayer(job: _Job, bar: Bar) -> Callable[[str], None]:
    def say(text: str) -> None:
        bar.clear()
        if not job.quiet:
            terminal.say(text)

    return say


def _is_shown(job: _Job) -> bool:
    """Whether progress is shown: to a person, and not between the lines of the plans."""
    return (
        terminal.at_terminal() and not job.quiet and not (job.tells_plans and sys.stdout.isatty())
    )


def _size(stream: BinaryIO) -> int:
    """Count the bytes there are to read; 0 if that cannot be known."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):  # no descriptor behind it, as under a test
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
