"""Read the plan a command is about, and record amendments in its file."""

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
    """Read the plan that was named."""
    if name == terminal.STDIO:
        return load(standard_input(), STANDARD_INPUT)
    path = environment.plan_path(name)
    return load(files.read(path), str(path))


def read_for_calendar(name: str | None) -> Plan:
    """Read the plan that was named, and warn if calendars would mix it up with another."""
    plan = read(name)
    if same := shared_id(name, plan):
        terminal.say(same)
    return plan


def load(text: str, source: str, *, warns: bool = True) -> Plan:
    """Read a plan from a text, with a warning for each key that is not known."""
    try:
        plan, warnings = plan_file.load(text, zone=environment.zone)
    except PlanFileError as error:
        raise PlanFileError(f"{source}: {error}", findings=error.findings) from None
    for warning in warnings if warns else ():
        terminal.say(phrases.visible(f"{source}: {warning}"))
    return plan


def shared_id(name: str | None, plan: Plan) -> str:
    """Say that another plan file has the id of this one, so calendars take both for one plan."""
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
    """Read the text that is piped in, as far as a plan may be long."""
    return files.decode(files.drain(sys.stdin.buffer), STANDARD_INPUT)


Act = Callable[[Plan, Stamp], Amended]
"""What amends a plan, told when and with which note."""


def record(path: Path, act: Act, stamp: Stamp) -> Amended:
    """Amend a plan file under its lock, completely or not at all."""
    if files.is_special(path):
        raise UsageError(f"{path} isn't a plan file; -p - reads a plan and prints it amended")
    with locks.hold(path, environment.locks):
        text = files.read(path)
        amended = act(amendable(text, str(path)), stamp)
        if amended.entries:
            files.update(path, text, appended(text, amended, str(path)))
    return amended


def amendable(text: str, source: str, *, warns: bool = True) -> Plan:
    """Read a plan that is to be changed; raises PlanFileError for its JSON document."""
    if plan_file.is_document(text):
        raise PlanFileError(_is_a_document(source))
    return load(text, source, warns=warns)


def _is_a_document(source: str) -> str:
    """Say that a document can't be changed, and how to make a plan file from it."""
    way = "show -p - --format toml"
    if source != STANDARD_INPUT:
        target = Path(source).with_suffix(".toml")
        way = f"show{plan_flag(source)} -o {shlex.quote(str(target))}"
    return (
        f"{source} is a JSON document, which can't be changed. Make a plan file from it: "
        f"microplan {way}"
    )


def say_if_document(name: str, lines: Iterable[str]) -> None:
    """Say of a document how to change its plan, if ``lines`` offer commands for it."""
    if name == terminal.STDIO or Path(name).suffix.lower() == ".toml":
        return
    is_offered = any(plan_flag(name) in line for line in lines)
    if is_offered and plan_file.is_document(files.read(Path(name))):
        terminal.say(_is_a_document(name))


def appended(text: str, amended: Amended, name: str) -> str:
    """Add the new entries to the text of a plan file, all else as it was.

    The result is read back before it is written. A file that can't take an entry at its end, such
    as one with ``log = []``, is refused and stays as it is.
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
    """Spell the flag that names the same plan again."""
    return f" -p {shlex.quote(name)}" if name else ""
