"""Reads the plan of a command, and records amendments in its file."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from microplan.amendments.amended import Amended, Stamp
from microplan.cli import environment, terminal
from microplan.errors import PlanFileError, UsageError
from microplan.model.plan import Plan
from microplan.storage import files, locks, namesakes, plan_file
from microplan.wording import phrases

STANDARD_INPUT = "standard input"


def read(name: str | None) -> Plan:
    """Read the plan with a name, or the default plan."""
    if name == terminal.STDIO:
        return load(standard_input(), STANDARD_INPUT)
    path = environment.plan_path(name)
    return load(files.read(path), str(path))


def read_for_calendar(name: str | None) -> Plan:
    """Read a plan, and warn if another plan has its id, so calendars would mix them up."""
    plan = read(name)
    if same := shared_id(name, plan):
        terminal.say(same)
    return plan


def load(text: str, source: str, *, warns: bool = True) -> Plan:
    """Read a plan from a text, with a warning for each unknown key."""
    try:
        plan, warnings = plan_file.load(text, zone=environment.zone)
    except PlanFileError as error:
        raise PlanFileError(f"{source}: {error}", findings=error.findings) from None
    for warning in warnings if warns else ():
        terminal.say(phrases.visible(f"{source}: {warning}"))
    return plan


def shared_id(name: str | None, plan: Plan) -> str:
    """Warn that another plan file has this plan's id, so calendars would treat them as one."""
    if name == terminal.STDIO:
        return ""
    path = environment.plan_path(name)
    others = namesakes.beside(path, plan.id)
    if not others:
        return ""
    return SAME_ID.format(path.name, others[0].name)


SAME_ID = (
    "{} and {} have the same id, so a calendar takes them for one plan. "
    "Change the id at the top of one of them, to any text."
)


def standard_input() -> str:
    """Read standard input, up to the size limit of a plan."""
    return files.decode(files.drain(sys.stdin.buffer), STANDARD_INPUT)


Act = Callable[[Plan, Stamp], Amended]
"""An amendment, given a plan and the stamp of its entry."""


def record(path: Path, act: Act, stamp: Stamp) -> Amended:
    """Amend a plan file atomically, under its lock."""
    if files.is_special(path):
        raise UsageError(f"{path} isn't a plan file; -p - reads a plan and prints it amended")
    with locks.hold(path, environment.locks):
        text = files.read(path)
        amended = act(amendable(text, str(path)), stamp)
        if amended.entries:
            files.update(path, text, appended(text, amended, str(path)))
    return amended


def amendable(text: str, source: str, *, warns: bool = True) -> Plan:
    """Read a plan to change; raises PlanFileError for a JSON document."""
    if plan_file.is_document(text):
        raise PlanFileError(_is_a_document(source))
    return load(text, source, warns=warns)


def _is_a_document(source: str) -> str:
    """Word the error for a JSON document, with the command that makes a plan file from it."""
    way = "show -p - --format toml"
    if source != STANDARD_INPUT:
        target = Path(source).with_suffix(".toml")
        way = f"show{plan_flag(source)} -o {shlex.quote(str(target))}"
    return (
        f"{source} is a JSON document, which can't be changed. Make a plan file from it: "
        f"microplan {way}"
    )


def say_if_document(name: str, lines: Iterable[str]) -> None:
    """If ``lines`` suggest commands for a JSON document, say how to make it a plan file first."""
    if name == terminal.STDIO or Path(name).suffix.lower() == ".toml":
        return
    is_offered = any(plan_flag(name) in line for line in lines)
    if is_offered and plan_file.is_document(files.read(Path(name))):
        terminal.say(_is_a_document(name))


def appended(text: str, amended: Amended, name: str) -> str:
    """Append the new entries to the text of a plan file, and read the result back to check it.

    Raises an error if entries can't be appended, as in a file with ``log = []``.
    """
    after = plan_file.append(text, amended.entries)
    try:
        plan, _ = plan_file.load(after, zone=lambda: amended.before.rules.tz)
    except PlanFileError:
        plan = None
    if plan != amended.plan:
        raise PlanFileError(f"{name}: nothing can be added at its end. Write its log as [[log]]")
    return after


def plan_flag(name: str | None) -> str:
    """Spell the flag that selects the same plan."""
    return f" -p {shlex.quote(name)}" if name else ""
