"""Keeps published files up to date with a plan, and reports those that are out of date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from urllib.parse import quote

from msgspec.structs import replace

from microplan.amendments import copies
from microplan.amendments.amended import Amended
from microplan.cli import environment
from microplan.cli.publishing import handed_out
from microplan.errors import MicroplanError, OutputError
from microplan.model.plan import Plan, Session
from microplan.storage import files, locks, plan_file
from microplan.storage import handed_out as store
from microplan.storage.handed_out import HandedOut, Target


def page_beside(calendar: Path) -> Path:
    """Return the path of the HTML page that goes with a calendar file."""
    return calendar.with_suffix(".html")


def write(target: Target, plan: Plan, today: date) -> Target:
    """Write a published calendar file, without cancelled events, and its page."""
    from microplan.formats import ical
    from microplan.formats.html import page as html

    path = Path(target.path)
    own = handed_out.subject(plan, today, target)
    files.write(path, ical.calendar(own, frozenset()))
    files.write(page_beside(path), html.page(own, calendar=quote(path.name, safe="")))
    return replace(target, copy=handed_out.now(plan))


def keep_up(path: Path, folder: Path, today: date) -> list[str]:
    """Write all published files of the plan at ``path``, and return what went wrong.

    The plan is read again under its lock, so after two concurrent changes the files have the later one.
    """
    faults, targets = [], []
    with locks.hold(path, environment.locks):
        plan, _ = plan_file.load(files.read(path), zone=environment.zone)
        for target in store.targets(folder):
            try:
                targets.append(write(target, plan, today))
            except OutputError as error:
                faults.append(str(error))
                targets.append(target)
        if targets:
            store.save_targets(folder, tuple(targets))
    return faults


def after_change(path: Path, amended: Amended, today: date, flag: str) -> list[str]:
    """Update published files, and return in words what else still shows the old days.

    Files are updated even if nothing changed, because an earlier command may have been killed
    before it wrote them. Raises OutputError if a file can't be written; by then the change itself
    is recorded.
    """
    was = keep_files(path, amended.plan, today, flag)
    if not amended.entries:
        return []
    line = copies.after_change(was, amended.plan, amended.sessions, today, flag)
    return [line] if line else []


def keep_files(path: Path, plan: Plan, today: date, flag: str) -> HandedOut:
    """Update published files that are behind the plan, and return the records from before.

    Raises OutputError where a file can't be written.
    """
    folder = handed_out.folder(plan) if environment.has_handed_out() else None
    if not (folder and files.exists(folder)):
        return store.NOTHING
    was = store.read(folder)
    handed_out.say_unread(was, but=store.TARGETS)
    faults = [was.unread[store.TARGETS]] if store.TARGETS in was.unread else []
    try:
        faults += keep_up(path, folder, today) if _is_behind(was, plan) else []
    except MicroplanError as error:
        faults.append(str(error))
    if faults:
        again = f"microplan publish{flag} tries again"
        raise OutputError(f"the change is recorded, but {'; '.join(faults)}; {again}")
    return was


def _is_behind(known: HandedOut, plan: Plan) -> bool:
    """Whether a published file was last written from another state of the plan."""
    states = (target.copy and target.copy.entries for target in known.targets)
    return any(entries != len(plan.log) for entries in states)


def of_today(plan: Plan, sessions: Sequence[Session], today: date, flag: str) -> list[str]:
    """Describe which sessions a phone's copy is missing or has wrong; empty if there is no copy."""
    return copies.of_today(handed_out.known(plan), plan, sessions, today, flag)
