"""Saves plan files, with locks and backups."""

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
    """Refuse the first plan file that exists, before asking or printing anything."""
    for path in paths:
        files.refuse(path, replace=False, kept=kept(path), instead=instead)


def kept(path: Path) -> str:
    """Describe an existing plan file; empty if there is none."""
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
    """Give a plan its own id if another plan file in the folder has the same rules."""
    for path in paths:
        if others := namesakes.find(path, plan.id):
            terminal.say(
                f"{others[0].name} has the same rules, so {path.name} gets its own id and "
                "calendars keep the two apart"
            )
            return with_(plan, id=ids.plan_id(plan.title, plan.rules, path.stem))
    return plan


def save(plan: Plan, path: Path, *, replace: bool) -> str:
    """Write a plan file; return a note about the backup, if it replaced one.

    Refuses to replace an existing file, or backs it up as ``.bak``. Holds its lock meanwhile, because
    another process may be amending it. Makes the folder of the saved plan if it's missing.
    """
    if path == environment.saved_plan():
        files.make_folder(path.parent)
    is_there = files.exists(path) and not files.is_special(path)
    with locks.hold(path, environment.locks) if is_there else nullcontext():
        backup = files.create(path, [plan_file.dump(plan)], replace=replace, kept=kept(path))
        if is_there:
            siblings.sweep(path)
    return f"; the previous one is kept as {backup.name}" if backup else ""
