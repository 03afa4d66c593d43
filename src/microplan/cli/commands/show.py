"""``microplan show`` and ``export``: print or write an existing plan in any format."""

import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

from microplan.cli import environment, many_plans, options, plan_io, terminal
from microplan.cli import output as deliver
from microplan.errors import UsageError
from microplan.formats import can_join
from microplan.scheduling import events, filed_plans, schedule
from microplan.scheduling.filed_plans import FiledPlan
from microplan.storage import files

TO_A_FILE = """\
A calendar file is for a calendar app. Write it: microplan export{flag} -o plan.ics
Print it here all the same: microplan export{flag} -o -"""
"""What ``export`` prints at a terminal instead of hundreds of lines."""


def show(  # noqa: PLR0913 - one parameter for each flag
    plans: options.PlanFiles = None,
    *,
    plan: options.PlanNames = None,
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
    """Print a plan in any format, or several in one document.

    Examples: `microplan show --format calendar`, or `microplan show plans/ -o all.csv`
    """
    targets, stdout = options.targets(output), deliver.stdout_format(format_)
    deliver.refuse(targets, replace=replace)
    read = many_plans.read([*(plan or []), *(plans or [])])
    read.refuse_as_output(path for path, _ in targets)
    deliver.deliver(
        deliver.OutputOptions(
            plans=_together(read.plans, [stdout, *(name for _, name in targets)]),
            today=environment.today(as_of),
            stdout=stdout,
            targets=targets,
            quiet=quiet,
            no_color=no_color,
            first_weekday=environment.first_weekday(first_weekday),
            with_care=care or None,
            with_notes=notes,
            replace=replace,
        )
    )
    read.finish()


def _together(plans: Sequence[FiledPlan], formats: Iterable[str]) -> Sequence[FiledPlan]:
    """Check that the formats can hold several plans; raise UsageError for one that can't."""
    alone = [name for name in formats if name and not can_join(name)]
    if alone and len(plans) > 1:
        raise UsageError(f"{alone[0]} holds one plan; name one, or choose another format")
    return plans


def export(  # noqa: PLR0913 - one parameter for each flag
    plans: options.PlanFiles = None,
    *,
    plan: options.PlanNames = None,
    output: options.Output = None,
    split: Annotated[
        str | None,
        options.option(
            "write one file for each event into a folder, as vdir programs read them",
            "--split",
            form="DIR",
            panel=options.OUTPUT,
        ),
    ] = None,
    no_care: options.NoCare = False,
    discreet: options.Discreet = False,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
) -> None:
    """Write the calendar file of a plan, or of several together.

    Examples: `microplan export -o plan.ics`, or `microplan export plans/ -o all.ics`
    """
    targets = _calendars(output)
    names = [*(plan or []), *(plans or [])]
    if not output:
        _refuse_calendars(names)
    if sys.stdout.isatty() and not output and split is None:
        flag = "".join(map(plan_io.plan_flag, names))
        terminal.say(TO_A_FILE.format(flag=flag))
        return
    read = many_plans.read(names)
    read.refuse_as_output(path for path, _ in targets)
    if same := many_plans.shared_id(read.plans):
        terminal.say(same)
    named = _discreetly(read.plans) if discreet else read.plans
    if split is not None:
        _split(named, Path(split), with_care=not no_care, quiet=quiet)
        if not output:
            read.finish()
            return
    deliver.deliver(
        deliver.OutputOptions(
            plans=named,
            today=environment.today(as_of),
            stdout="" if targets and not options.names_stdout(output) else "ics",
            targets=targets,
            quiet=quiet,
            no_color=True,
            with_care=not no_care,
        )
    )
    if not targets:
        _remember(named)
    read.finish()


def _refuse_calendars(names: Iterable[str]) -> None:
    """Refuse a calendar file where a plan is read: it's meant to be written."""
    for name in names:
        if Path(name).suffix.lower() == ".ics":
            raise UsageError(
                f"{name} isn't a plan file. To write it: microplan export -o {shlex.quote(name)}"
            )


def _calendars(output: list[str] | None) -> list[tuple[Path, str]]:
    """Return the files to write, which must be calendars."""
    targets = options.targets(output)
    for path, name in targets:
        if name != "ics":
            raise UsageError(f"export writes calendar files; for {path} use show -o")
    return targets


def _discreetly(plans: Sequence[FiledPlan]) -> list[FiledPlan]:
    """Return the plans as discreet ones, which only their ids tell apart."""
    neutral = ((filed.file, events.as_discreet(filed.scheduled.plan)) for filed in plans)
    return filed_plans.filed([(file, schedule.scheduled(plan)) for file, plan in neutral])


def _remember(plans: Sequence[FiledPlan]) -> None:
    """Record that calendars of these plans were exported."""
    from microplan.cli.publishing import handed_out
    from microplan.storage.handed_out import CopyKind

    for filed in plans:
        handed_out.remember(filed.scheduled.plan, CopyKind.EXPORTED)


def _split(plans: Sequence[FiledPlan], folder: Path, *, with_care: bool, quiet: bool) -> None:
    """Write changed events as single files into a folder, and remove cancelled ones."""
    from microplan.formats import ical

    wanted = (
        file
        for filed in plans
        for file in ical.one_file_per_event(
            filed.scheduled.plan, filed.scheduled.sessions, with_care=with_care
        )
    )
    written, removed = files.sync_folder(folder, wanted)
    _remember(plans)
    if not quiet:
        terminal.say(f"{folder}: {written} written, {removed} removed")
