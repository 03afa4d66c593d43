"""The options of `batch`: its table, and where its plans go."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from msgspec import Struct

from microplan.batch import cells, columns, encodings, rows, shards
from microplan.batch.planner import COLUMNS
from microplan.cli import options, terminal
from microplan.cli.batch.joined_files import NDJSON
from microplan.errors import PlanFileError, UsageError, cause
from microplan.storage import files
from microplan.wording import phrases

PRINTED = (NDJSON, "csv", "tsv")
"""Formats of stdout."""
LAST_LINE = 10**15
"""Largest line number to accept; the file of ids has room for it and more."""

# --- the table ------------------------------------------------------------------------------


class TableOptions(Struct, frozen=True, kw_only=True):
    """The table, or the piece of one, on a command line."""

    source: Annotated[
        str | None,
        options.argument(
            "CSV with a header, a workbook (.xlsx .xls .ods), or a JSON object per line",
            form="[FILE|-]",
        ),
    ] = None
    dates: Annotated[
        str,
        typer.Option(
            metavar="ORDER", help="how the rows write dates: iso, dmy (31.12.2026) or mdy"
        ),
    ] = "iso"
    sheet: Annotated[
        str,
        options.option(
            "the sheet of a workbook, by name or number [the first with a column start]",
            form="NAME",
        ),
    ] = ""
    encoding: Annotated[
        str,
        options.option(
            "the encoding of a CSV file, such as windows-1250 [UTF-8, else Windows-1252]",
            form="NAME",
        ),
    ] = ""
    renamed: Annotated[
        list[str] | None,
        options.option(
            "use a column as a word: --map 'first day=start' (repeatable)",
            "--map",
            form="NAME=WORD",
        ),
    ] = None
    ignore_unknown: Annotated[
        bool, typer.Option("--ignore-unknown", help="ignore columns that microplan doesn't know")
    ] = False
    first_line: Annotated[
        int | None,
        options.option(
            "the number of the first line, for a piece of a longer table [1]", form="N", least=1
        ),
    ] = None
    ids: Annotated[
        str | None,
        options.option(
            "record the ids of all pieces of a table in one shared file, to find ids used twice",
            form="FILE",
        ),
    ] = None

    @property
    def date_order(self) -> str:
        """The order of numeric dates."""
        if self.dates not in cells.ORDERS:
            raise UsageError(f'can\'t read --dates "{self.dates}". Write iso, dmy or mdy.')
        return self.dates

    @property
    def shard(self) -> str:
        """The name of the piece, if there is a file of ids."""
        return "" if self.ids is None else shards.name(self.source, self.first_line)

    @property
    def ids_file(self) -> Path | None:
        """The file of ids, which must be a file and not a pipe."""
        if self.ids in options.STDOUT:
            raise UsageError(f"--ids keeps what it writes. Name a file, not {self.ids}")
        return None if self.ids is None else Path(self.ids)

    @property
    def first(self) -> int:
        """The number of the first line."""
        if (self.first_line or 1) > LAST_LINE:
            raise UsageError(f"--first-line is at most {LAST_LINE}")
        return self.first_line or 1

    def rows(self) -> rows.Source:
        """Return how to read the rows."""
        renamed = columns.renamed(self.renamed or (), COLUMNS.names)
        return rows.Source(
            columns=columns.Columns(
                names=COLUMNS.names, many=COLUMNS.many, renamed=renamed, ignores=self.ignore_unknown
            ),
            name=self.source or "standard input",
            say=terminal.say,
            encoding=encodings.check(self.encoding) if self.encoding else "",
            sheet=self.sheet,
            first_line=self.first,
        )

    def opened(self) -> AbstractContextManager[BinaryIO]:
        """Open the rows: a file, or standard input, which isn't ours to close."""
        if self.source is None and terminal.can_ask():
            raise UsageError("name a file of rows, or pipe them in; see microplan batch --help")
        if self.source in (None, terminal.STDIO):
            return nullcontext(sys.stdin.buffer)
        try:
            return Path(str(self.source)).open("rb")
        except OSError as error:
            raise PlanFileError(f"{self.source} can't be read: {cause(error)}") from error


with_table = options.options_of("table", TableOptions)
"""Gives a command the options of a table, collected in its parameter ``table``."""

# --- where plans go -------------------------------------------------------------------------


class PlansOptions(Struct, frozen=True, kw_only=True):
    """Where a command line sends plans and errors."""

    output: Annotated[
        list[str] | None,
        options.option(
            "write a file for each plan: plans/{id}.toml ({title} and {line} work too); all in one "
            "file: all.ics, all.csv; an archive: plans.zip/{id}.ics; a database: plans.sqlite (repeatable)",
            "-o",
            "--output",
            form="TEMPLATE",
            panel=options.OUTPUT,
        ),
    ] = None
    pages: Annotated[
        str | None,
        options.option(
            "write all plans into one page to print, an .html file",
            form="FILE",
            panel=options.OUTPUT,
        ),
    ] = None
    format_: Annotated[
        str | None,
        options.printed(
            "ndjson (a plan per line), csv or tsv (a session per line) [ndjson; with -o or --pages "
            "nothing]"
        ),
    ] = None
    errors: Annotated[
        str | None,
        options.option(
            "write errors to a file, a JSON object per line; - prints each in its place among "
            "the plans",
            form="FILE",
            panel=options.OUTPUT,
        ),
    ] = None
    moved: Annotated[
        str | None,
        options.option(
            "write every session that moved, a JSON object per line",
            form="FILE",
            panel=options.OUTPUT,
        ),
    ] = None
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="write no plans, only report what would happen",
            rich_help_panel=options.OUTPUT,
        ),
    ] = False
    replace: options.Replace = False
    quiet: options.Quiet = False

    @property
    def stdout(self) -> str:
        """The format of stdout, or nothing: plans go there if nowhere else."""
        if self.format_ is None:
            is_alone = not (self.output or self.pages)
            return NDJSON if options.names_stdout(self.output) or is_alone else ""
        if self.format_ not in PRINTED:
            raise UsageError(
                f'batch can\'t print "{self.format_}". Use {phrases.listing(PRINTED, "or")} here, and '
                "-o FILE for others."
            )
        if self.prints_errors and self.format_ != NDJSON:
            raise UsageError(
                f"--errors - puts JSON among the plans; with --format {self.format_} name a file"
            )
        return self.format_

    @property
    def prints_errors(self) -> bool:
        """Whether errors are printed among the plans."""
        return self.errors in options.STDOUT

    @property
    def errors_file(self) -> Path | None:
        """The file of errors, which must not exist yet."""
        return None if self.prints_errors else self._report(self.errors)

    @property
    def moved_file(self) -> Path | None:
        """The file of sessions that moved, which must not exist yet."""
        return self._report(self.moved)

    def _report(self, name: str | None) -> Path | None:
        if name is None:
            return None
        path = Path(name)
        files.refuse_existing(path, replace=self.replace)
        return path


with_plans = options.options_of("plans", PlansOptions)
"""Gives a command the options of its outputs, collected in its parameter ``plans``."""
