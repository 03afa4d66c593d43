"""``microplan show`` and ``export``: a plan that exists, said in any format."""

from __future__ import annotations

import sys

from microplan import files, planfile
from microplan.cli import deliver, flags, streams, surroundings
from microplan.errors import PlanFileError
from microplan.model import Plan

STDIO = "-"


def show(  # noqa: PLR0913 - one parameter for each flag
    *,
    plan: flags.PlanName = None,
    output: flags.Output = None,
    format_: flags.FormatName = None,
    replace: flags.Replace = False,
    quiet: flags.Quiet = False,
    as_of: flags.AsOf = None,
    no_color: flags.NoColor = False,
) -> None:
    """Show a plan in any format.

    For example: microplan show -p plan.toml --format json
    """
    deliver.deliver(
        deliver.Delivery(
            plan=read(plan),
            today=surroundings.today(as_of),
            stdout=deliver.stdout_format(format_),
            targets=flags.targets(output),
            quiet=quiet,
            no_color=no_color,
            replace=replace,
        )
    )


def export(
    *,
    plan: flags.PlanName = None,
    output: flags.Output = None,
    quiet: flags.Quiet = False,
) -> None:
    """Write a plan's calendar file, to stdout or to a file.

    For example: microplan export -p plan.toml -o plan.ics
    """
    targets = flags.targets(output)
    deliver.deliver(
        deliver.Delivery(
            plan=read(plan),
            today=surroundings.today(None),
            stdout="" if targets and STDIO not in (output or ()) else "ics",
            targets=targets,
            quiet=quiet,
            no_color=True,
        )
    )


def read(name: str | None) -> Plan:
    """Read the plan that was named, with a warning for each key that is not known."""
    if name == STDIO:
        source, text = "standard input", files.decode(_standard_input(), "standard input")
    else:
        path = surroundings.plan_path(name)
        source, text = str(path), files.read(path)
    try:
        plan, warnings = planfile.load(text, zone=surroundings.zone)
    except PlanFileError as error:
        raise PlanFileError(f"{source}: {error}", findings=error.findings) from None
    for warning in warnings:
        streams.say(f"{source}: {warning}")
    return plan


def _standard_input() -> bytes:
    return sys.stdin.buffer.read(files.MAX_BYTES + 1)
