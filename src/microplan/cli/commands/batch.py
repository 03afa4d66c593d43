"""``microplan batch``: rows from a file or a pipe become plans, a row in and a line out."""

import gc
from pathlib import Path
from typing import Annotated, Any

import typer

from microplan.batch import cells, columns, encodings, rows, shards
from microplan.batch import planner as rows_to_plans
from microplan.cli import (
    batch_output,
    batch_run,
    batch_stores,
    environment,
    everyday,
    options,
    terminal,
)
from microplan.cli.batch_run import Job
from microplan.cli.busy_calendars import BusyCalendars
from microplan.cli.care_options import CareOptions, with_care
from microplan.cli.joined_files import NDJSON
from microplan.errors import UsageError
from microplan.rules import revision
from microplan.rules.words import WORDS
from microplan.storage import files
from microplan.wording import phrases

PRINTED = (NDJSON, "csv", "tsv")
"""Formats of stdout."""

OF_ALL_ROWS = tuple(name for name in WORDS if name != "start")
"""Words that may be given for all rows; the first day is each row's own."""


@options.with_words(OF_ALL_ROWS)
@with_care
def batch(  # noqa: PLR0913 - one parameter for each flag
    *,
    words: dict[str, Any],
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
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="the number of the first line, for a piece of a longer table [1]",
            show_default=False,
        ),
    ] = None,
    ids: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="keep the ids of all pieces of a table in a file they share, so that none is there twice",
            show_default=False,
        ),
    ] = None,
    protocol: options.Protocol = "",
    holidays: options.Holidays = None,
    busy: options.Busy = None,
    care: CareOptions,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="TEMPLATE",
            help="write a file for each plan: plans/{id}.toml ({title} and {line} work too); all in one "
            "file: all.ics, all.csv; an archive: plans.zip/{id}.ics; a database: plans.sqlite (repeatable)",
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
            help="what stdout gets: ndjson (a plan a line), csv or tsv (a session a line) [ndjson; "
            "with -o or --pages nothing]",
            show_default=False,
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    errors: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="write rows that can't be planned, a JSON object a line; - puts them in their place "
            "among the plans",
            show_default=False,
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    moved: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="write every session that moved, a JSON object a line",
            show_default=False,
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="write no plans, only say what would become of the rows",
            rich_help_panel=options.OUTPUT,
        ),
    ] = False,
    replace: options.Replace = False,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
) -> None:
    """Make a plan for each row of a table, in the same order.

    A row has the words of a plan, and may have id, title, protocol, care and holidays. Flags hold for
    all rows, and a cell overrides them. For example:
    microplan batch patients.csv --dates dmy -o 'plans/{id}.toml'
    """
    if dates not in cells.ORDERS:
        raise UsageError(f'can\'t read --dates "{dates}". Write iso, dmy or mdy.')
    if errors in options.STDOUT and format_ not in (None, NDJSON):
        raise UsageError(
            f"--errors - puts JSON among the plans; with --format {format_} name a file"
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
        first_line=first_line or 1,
    )
    alone, stores = batch_stores.parted(output or (), replace=replace)
    job = Job(
        today=environment.today(as_of),
        targets=batch_output.targets(alone),
        stores=stores,
        pages=batch_output.pages_path(pages, replace=replace),
        replace=replace,
        quiet=quiet,
        stdout=_stdout(format_, output, pages),
        dry=dry_run,
        busy=BusyCalendars(has_stdin=source not in (None, "-")),
        ids=None if ids is None else Path(ids),
        shard="" if ids is None else shards.name(source, first_line),
        errors=None if errors in options.STDOUT else _report(errors, replace=replace),
        tells_errors=errors in options.STDOUT,
        moved=_report(moved, replace=replace),
    )
    words |= {"holidays": holidays, "busy": busy, **care.pieces}
    spelled = everyday.words(words, job.today, tells=not quiet)
    of_all = {"protocol": protocol, "care": care.sets, **spelled}
    given = {name: word for name, word in of_all.items() if word and not revision.is_default(word)}
    planner = rows_to_plans.Planner(environment.now(), dates, given, job.busy)
    gc.freeze()
    gc.enable()  # an error and the frames it passed hold each other; here there may be many
    with batch_run.opened(source) as stream:
        batch_run.run(job, planner, stream, source_)


def _stdout(format_: str | None, output: list[str] | None, pages: str | None) -> str:
    """Choose the format of stdout: plans go there if nowhere else."""
    if format_ is None:
        return NDJSON if options.names_stdout(output) or not (output or pages) else ""
    if format_ not in PRINTED:
        raise UsageError(
            f'batch can\'t print "{format_}". Use {phrases.listing(PRINTED, "or")} here, and -o FILE '
            "for others."
        )
    return format_


def _report(name: str | None, *, replace: bool) -> Path | None:
    """Check the name of a file that tells of rows."""
    if name is None:
        return None
    path = Path(name)
    files.refuse_existing(path, replace=replace)
    return path
