"""The plan that a command is about: a file, the saved one, or standard input."""

from __future__ import annotations

import sys

from microplan.cli import environment, terminal
from microplan.errors import PlanFileError
from microplan.model.plan import Plan
from microplan.storage import files, plan_file
from microplan.wording import phrases

STDIO = "-"
STDIN = "standard input"


def read(name: str | None) -> Plan:
    """Read the plan that was named."""
    if name == STDIO:
        return load(standard_input(), STDIN)
    path = environment.plan_path(name)
    return load(files.read(path), str(path))


def load(text: str, source: str) -> Plan:
    """Read a plan from a text, with a warning for each key that is not known."""
    try:
        plan, warnings = plan_file.load(text, zone=environment.zone)
    except PlanFileError as error:
        raise PlanFileError(f"{source}: {error}", findings=error.findings) from None
    for warning in warnings:
        terminal.say(phrases.visible(f"{source}: {warning}"))
    return plan


def standard_input() -> str:
    """Read the text that is piped in, as far as a plan may be long."""
    return files.decode(sys.stdin.buffer.read(files.MAX_BYTES + 1), STDIN)
