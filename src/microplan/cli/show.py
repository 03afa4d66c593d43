"""``microplan show`` and ``export``: a plan that exists, said in any format."""

from pathlib import Path
from typing import Annotated

import typer

from microplan import events, files, schedule
from microplan.cli import deliver, flags, source, streams, surroundings, week
from microplan.errors import UsageError
from microplan.model import Plan


def show(  # noqa: PLR0913 - one parameter for each flag
    *,
    plan: flags.PlanName = None,
    care: flags.WithCare = False,
    output: flags.Output = None,
    format_: flags.FormatName = None,
    replace: flags.Replace = False,
    quiet: flags.Quiet = False,
    as_of: flags.AsOf = None,
    first_weekday: flags.FirstWeekday = None,
    no_color: flags.NoColor = False,
) -> None:
    """Show a plan in any format.

    For example: microplan show -p plan.toml --format json
    """
    targets = flags.targets(output)
    deliver.refuse(targets, replace=replace)
    deliver.deliver(
        deliver.Delivery(
            plan=source.read(plan),
            today=surroundings.today(as_of),
            stdout=deliver.stdout_format(format_),
            targets=targets,
            quiet=quiet,
            no_color=no_color,
            first_weekday=week.first_weekday(first_weekday),
            with_care=care or None,
            replace=replace,
        )
    )


def export(  # noqa: PLR0913 - one parameter for each flag
    *,
    plan: flags.PlanName = None,
    output: flags.Output = None,
    split: Annotated[
        str | None,
        typer.Option(
            "--split",
            metavar="DIR",
            help="keep one file for each event in a folder, as vdir programs read them",
            show_default=False,
            rich_help_panel=flags.OUTPUT,
        ),
    ] = None,
    no_care: flags.NoCare = False,
    discreet: flags.Discreet = False,
    quiet: flags.Quiet = False,
    as_of: flags.AsOf = None,
) -> None:
    """Write a plan's calendar file, to stdout or to a file.

    For example: microplan export -p plan.toml -o plan.ics
    """
    targets = flags.targets(output)
    for path, name in targets:
        if name != "ics":
            raise UsageError(f"export writes calendar files; for {path} use show -o")
    named = events.discreetly(source.read(plan)) if discreet else source.read(plan)
    if split is not None:
        _split(named, Path(split), with_care=not no_care, quiet=quiet)
        if not output:
            return
    deliver.deliver(
        deliver.Delivery(
            plan=named,
            today=surroundings.today(as_of),
            stdout="" if targets and source.STDIO not in (output or ()) else "ics",
            targets=targets,
            quiet=quiet,
            no_color=True,
            with_care=not no_care,
        )
    )


def _split(plan: Plan, folder: Path, *, with_care: bool, quiet: bool) -> None:
    """Write what changed into a folder of single events, and remove what is cancelled."""
    from microplan.formats import ical

    written, removed = files.split(
        folder, ical.separate(plan, schedule.schedule(plan), with_care=with_care)
    )
    if not quiet:
        streams.say(f"{folder}: {written} written, {removed} removed")
