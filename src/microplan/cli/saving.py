"""Keeps plan files: what one that is in the way holds, its lock, its backup."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from msgspec.structs import replace as with_

from microplan.cli import environment, terminal
from microplan.errors import MicroplanError
from microplan.model import ids, log
from microplan.model.plan import Plan, Status
from microplan.scheduling import schedule
from microplan.storage import files, locks, namesakes, plan_file, siblings
from microplan.wording import phrases


def refuse(paths: Sequence[Path], *, instead: str = files.ANOTHER_NAME) -> None:
    """Refuse the first plan file that exists, before anything is asked or printed."""
    for path in paths:
        files.refuse(path, replace=False, kept=kept(path), instead=instead)


def kept(path: Path) -> str:
    """Say what a plan file that is in the way holds; nothing if there is none."""
    if not files.exists(path):
        return ""
    try:
        plan, _ = plan_file.load(files.read(path))
        sessions = schedule.schedule(plan)
    except MicroplanError:
        return "something that isn't a plan"
    done = sum(session.status is Status.DONE for session in sessions)
    return f'"{log.title_in_force(plan)}", {phrases.total(sessions)}, {done} done'


def apart(plan: Plan, paths: Sequence[Path]) -> Plan:
    """Give a plan an id of its own if a plan with the same rules is kept beside one of the files."""
    for path in paths:
        if others := namesakes.find(path, plan.id):
            terminal.say(
                f"{others[0].name} has the same rules, so {path.name} gets its own id and "
                "calendars keep the two apart"
            )
            return with_(plan, id=ids.plan_id(plan.title, plan.rules, path.stem))
    return plan


def save(plan: Plan, path: Path, *, replace: bool) -> str:
    """Write a plan file, and say where the one went that it replaced, if it did.

    A file that exists is refused, or kept as ``.bak``. Another process may be about to amend it, so
    its lock is held until it is replaced. The folder of the saved plan is made if it isn't there.
    """
    if path == environment.saved_plan():
        files.make_folder(path.parent)
    is_there = files.exists(path) and not files.is_special(path)
    with locks.hold(path, environment.locks) if is_there else nullcontext():
        backup = files.create(path, [plan_file.dump(plan)], replace=replace, kept=kept(path))
        if is_there:
            siblings.sweep(path)
    return f"; the previous one is kept as {backup.name}" if backup else ""
