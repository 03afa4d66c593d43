"""``microplan report``: the page to bring to a dermatologist."""

from pathlib import Path
from typing import Annotated

import typer

from microplan.cli import environment, options, plan_io, terminal, thumbnails
from microplan.cli.commands import check
from microplan.cli.commands.photo import plan_folder
from microplan.errors import UsageError
from microplan.formats import Subject
from microplan.model import log
from microplan.rules import grammar
from microplan.scheduling import schedule
from microplan.storage import files

SUFFIXES = (".html", ".htm")
LINKED = (
    "The page links its photos, so it shows them on this machine only. To embed them: "
    "pip install 'microplan[photos]'"
)
TO_A_FILE = "A report is a page for a browser. Write it: microplan report{flag} -o report.html"


def report(
    *,
    plan: options.PlanName = None,
    question: Annotated[
        list[str] | None,
        typer.Option(
            "--question",
            metavar="TEXT",
            help="a question to ask, printed at the top (repeatable)",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="write the page to this .html file [standard output]",
            show_default=False,
        ),
    ] = None,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
) -> None:
    """Write a page to bring to a dermatologist: what was planned and done, with photos.

    It has what was recorded and counts it; it infers nothing. Print it from the browser.

    Example: `microplan report -o report.html --question "is the redness normal?"`
    """
    if output is not None and output.suffix.lower() not in SUFFIXES and str(output) != "-":
        raise UsageError(f"a report is a page: write -o {output.stem or 'report'}.html")
    to_file = output if output is not None and str(output) != "-" else None
    if output is None and terminal.prints_to_terminal():
        terminal.say(TO_A_FILE.format(flag=plan_io.plan_flag(plan)))
        return
    from microplan.formats.html import report as html

    read = plan_io.read(plan)
    sessions = schedule.schedule(read)
    photos = log.photos(read)
    told = html.Told(
        questions=[grammar.free_text(text, "question") for text in question or []],
        pictures=thumbnails.addresses(photos, plan_folder(plan)) if photos else {},
        departures=check.departures(read, sessions),
    )
    subject = Subject(plan=read, sessions=sessions, today=environment.today(as_of))
    page = html.report(subject, told)
    if to_file is None:
        terminal.out(page, text=False)
    else:
        files.write(to_file, page)
    if photos and not quiet and not thumbnails.can_scale():
        terminal.say(LINKED)
