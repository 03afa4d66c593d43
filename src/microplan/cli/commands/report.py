"""``microplan report``: the page to bring to a dermatologist."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from microplan.cli import environment, many_plans, options, plan_io, terminal
from microplan.cli.commands import check
from microplan.cli.commands.photo import plan_folder
from microplan.cli.photos import thumbnails
from microplan.errors import UsageError
from microplan.formats import Subject
from microplan.formats.html import report as html
from microplan.model import log
from microplan.rules import grammar
from microplan.scheduling.filed_plans import FiledPlan
from microplan.storage import files

SUFFIXES = (".html", ".htm")
LINKED = (
    "The page links its photos, so it shows them on this machine only. To embed them: "
    "pip install 'microplan[photos]'"
)
DISCREET = (
    "A report is for your dermatologist, so it names what was done even if the plan is discreet. Only "
    "its title stays neutral."
)
ONE_PERSON = "questions are about one plan. Name one with -p, or leave --question out."
TO_A_FILE = "A report is a page for a browser. Write it: microplan report{flag} -o report.html"


def report(  # noqa: PLR0913 - one parameter for each flag
    plans: options.PlanFiles = None,
    *,
    plan: options.PlanNames = None,
    question: Annotated[
        list[str] | None,
        options.option(
            "a question to ask, printed at the top (repeatable)", "--question", form="TEXT"
        ),
    ] = None,
    output: Annotated[
        Path | None,
        options.option(
            "write the page to this .html file [standard output]", "-o", "--output", form="FILE"
        ),
    ] = None,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
) -> None:
    """Write a page to bring to a dermatologist: what was planned and done, with photos.

    It shows and counts what was recorded, and infers nothing. Print it from the browser. Several
    plans go into one file, each on its own sheet.

    Example: `microplan report -o report.html --question "is the redness normal?"`
    """
    if (
        output is not None
        and output.suffix.lower() not in SUFFIXES
        and str(output) != terminal.STDIO
    ):
        raise UsageError(f"a report is a page: write -o {output.stem or 'report'}.html")
    names = [*(plan or []), *(plans or [])]
    if output is None and terminal.prints_to_terminal():
        terminal.say(TO_A_FILE.format(flag="".join(map(plan_io.plan_flag, names))))
        return
    questions = [grammar.free_text(text, "question") for text in question or []]
    read = many_plans.read(names)
    if output is not None:
        read.refuse_as_output([output])
    if questions and read.are_several:
        raise UsageError(ONE_PERSON)
    if read.plans:
        _write(read, questions, output, environment.today(as_of))
    if not quiet:
        _say(read.plans)
    read.finish()


def _write(
    read: many_plans.PlansRead, questions: Sequence[str], output: Path | None, today: date
) -> None:
    """Write the reports of all plans as one page."""
    reports = (
        (_subject(filed, today, is_alone=not read.are_several), _details(filed, questions))
        for filed in read.plans
    )
    page = html.reports(reports) if read.are_several else html.report(*next(reports))
    if output is None or str(output) == terminal.STDIO:
        terminal.out(page, text=False)
    else:
        files.write(output, page)


def _subject(filed: FiledPlan, today: date, *, is_alone: bool) -> Subject:
    shown = filed.scheduled
    mark = "" if is_alone else filed.mark
    return Subject(plan=shown.plan, sessions=shown.sessions, today=today, mark=mark)


def _details(filed: FiledPlan, questions: Sequence[str]) -> html.ReportDetails:
    """Collect a report's photos, its questions, and how the plan differs from its course."""
    shown = filed.scheduled
    photos = log.photos(shown.plan)
    return html.ReportDetails(
        questions=questions,
        pictures=thumbnails.addresses(photos, plan_folder(filed.file)) if photos else {},
        departures=check.departures(shown.plan, shown.sessions),
    )


def _say(plans: Sequence[FiledPlan]) -> None:
    """Print warnings about a report's content that a person may not expect."""
    if any(log.is_discreet(filed.scheduled.plan) for filed in plans):
        terminal.say(DISCREET)
    if not thumbnails.can_scale() and any(log.photos(filed.scheduled.plan) for filed in plans):
        terminal.say(LINKED)
