"""``microplan show`` and ``export``: a plan that exists, said in any format."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from microplan.cli import (
    environment,
    options,
    plan_io,
    terminal,
)
from microplan.cli import (
    output as deliver,
)
from microplan.errors import UsageError
from microplan.model.plan import Plan
from microplan.scheduling import events, schedule
from microplan.storage import files

TO_A_FILE = """\
A calendar file is for a calendar app. Write it: microplan export{flag} -o plan.ics
Print it here all the same: microplan export{flag} -o -"""
"""What ``export`` says at a terminal instead of printing hundreds of lines."""


def show(  # noqa: PLR0913 - one parameter for each flag
    *,
    plan: options.PlanName = None,
    care: options.WithCare = False,
    notes: options.WithNotes = False,
    output: options.Output = None,
    format_: options.FormatName = None,
    replace: options.Replace = False,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
    first_weekday: options.FirstWeekday = None,
    no_color: options.NoColor = False,
) -> None:
    """Print a plan in any format.

    Example: `microplan show --format calendar`
    """
    targets = options.targets(output)
    deliver.refuse(targets, replace=replace)
    deliver.deliver(
        deliver.OutputOptions(
            plan=plan_io.read(plan),
            today=environment.today(as_of),
            stdout=deliver.stdout_format(format_),
            targets=targets,
            quiet=quiet,
            no_color=no_color,
            first_weekday=environment.first_weekday(first_weekday),
            with_care=care or None,
            with_notes=notes,
            replace=replace,
        )
    )


def export(  # noqa: PLR0913 - one parameter for each flag
    *,
    plan: options.PlanName = None,
    output: options.Output = None,
    split: Annotated[
        str | None,
        typer.Option(
            "--split",
            metavar="DIR",
            help="write one file for each event into a folder, as vdir programs read them",
            show_default=False,
            rich_help_panel=options.OUTPUT,
        ),
    ] = None,
    no_care: options.NoCare = False,
    discreet: options.Discreet = False,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
) -> None:
    """Write a plan's calendar file.

    Example: `microplan export -o plan.ics`
    """
    targets = options.targets(output)
    for path, name in targets:
        if name != "ics":
            raise UsageError(f"export writes calendar files; for {path} use show -o")
    if sys.stdout.isatty() and not output and split is None:
        flag = plan_io.plan_flag(plan)
        terminal.say(TO_A_FILE.format(flag=flag))
        return
    read = plan_io.read_for_calendar(plan)
    named = events.discreetly(read) if discreet else read
    if split is not None:
        _split(named, Path(split), with_care=not no_care, quiet=quiet)
        if not output:
            return
    deliver.deliver(
        deliver.OutputOptions(
            plan=named,
            today=environment.today(as_of),
            stdout="" if targets and not options.names_stdout(output) else "ics",
            targets=targets,
            quiet=quiet,
            no_color=True,
            with_care=not no_care,
        )
    )


def _split(plan: Plan, folder: Path, *, with_care: bool, quiet: bool) -> None:
    """Write what changed into a folder of single events, and remove what is cancelled."""
    from microplan.formats import ical

    written, removed = files.sync_folder(
        folder, ical.one_file_per_event(plan, schedule.schedule(plan), with_care=with_care)
    )
    if not quiet:
        terminal.say(f"{folder}: {written} written, {removed} removed")
