"""What went out of a plan: remembered, kept up to date in files, and said where it is behind."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from urllib.parse import quote

from msgspec.structs import replace

from microplan.amendments import copies
from microplan.amendments.amended import Amended
from microplan.cli import environment
from microplan.errors import MicroplanError, OutputError
from microplan.formats import Subject
from microplan.model.plan import Plan, Session
from microplan.scheduling import events, schedule
from microplan.storage import files, handed_out, locks, plan_file
from microplan.storage.handed_out import Copy, HandedOut, Target, Way


def subject(plan: Plan, today: date, *, with_care: bool, discreet: bool) -> Subject:
    """Take a plan as it goes out: with care or without, under its own name or none."""
    named = events.discreetly(plan) if discreet else plan
    sessions = schedule.schedule(named)
    return Subject(plan=named, sessions=sessions, today=today, with_care=with_care)


# --- what is remembered ---------------------------------------------------------------------


def folder(plan: Plan) -> Path | None:
    """Find where it is kept what was handed out of a plan; nowhere without a home folder."""
    state = environment.handed_out()
    return state and handed_out.folder(state, plan)


def known(plan: Plan) -> HandedOut:
    """Read what was handed out of a plan."""
    place = folder(plan)
    return handed_out.read(place) if place else handed_out.NOTHING


def now(plan: Plan) -> Copy:
    """Describe a calendar that goes out at this moment."""
    return Copy(at=environment.now(), entries=len(plan.log))


def remember(plan: Plan, way: Way) -> None:
    """Remember that a calendar went out, where that can be kept; the calendar counts, not this."""
    place = folder(plan)
    if place:
        with contextlib.suppress(OutputError):
            handed_out.note(place, way, now(plan))


def cancels(plan: Plan) -> frozenset[str]:
    """Name the events that somebody may have of what was handed out, so as to take them back."""
    was = known(plan)
    states = [copy.entries for copy in (*was.copies.values(), *was.subscribers.values())]
    states += [target.copy.entries for target in was.targets if target.copy]
    if not states:
        return frozenset()
    then = replace(plan, log=plan.log[: max(states)])
    return frozenset(event.uid for event in events.events(then, schedule.schedule(then)))


# --- what keeps up --------------------------------------------------------------------------


def page_beside(calendar: Path) -> Path:
    """Name the page of a calendar file."""
    return calendar.with_suffix(".html")


def write(target: Target, plan: Plan, today: date) -> Target:
    """Write a calendar file and the page beside it; no cancelled event is in a file that keeps up."""
    from microplan.formats import ical
    from microplan.formats.html import page as html

    path = Path(target.path)
    own = subject(plan, today, with_care=target.with_care, discreet=target.discreet)
    files.write(path, ical.calendar(own, frozenset()))
    files.write(page_beside(path), html.page(own, calendar=quote(path.name, safe="")))
    return replace(target, copy=now(plan))


def keep_up(path: Path, place: Path, today: date) -> list[str]:
    """Write all files that keep up with the plan at ``path``, and return what went wrong.

    The plan is read again under its lock: of two changes at a time the files have the later one.
    """
    faults, targets = [], []
    with locks.hold(path, environment.locks):
        plan, _ = plan_file.load(files.read(path), zone=environment.zone)
        for target in handed_out.targets(place):
            try:
                targets.append(write(target, plan, today))
            except OutputError as error:
                faults.append(str(error))
                targets.append(target)
        if targets:
            handed_out.keep_targets(place, tuple(targets))
    return faults


def after_change(path: Path, amended: Amended, today: date, flag: str) -> list[str]:
    """Bring up to date what keeps up, and return what else still shows the old days, in words.

    Raises OutputError where a file can't be written; the change itself is recorded by then.
    """
    if not amended.entries:
        return []
    was = keep_files(path, amended.plan, today, flag)
    said = copies.after_change(was, amended.plan, amended.sessions, today, flag)
    return [said] if said else []


def keep_files(path: Path, plan: Plan, today: date, flag: str) -> HandedOut:
    """Bring files up to date that keep up, and return what was handed out before.

    Raises OutputError where a file can't be written.
    """
    place = folder(plan)
    if not (place and files.exists(place)):
        return handed_out.NOTHING
    try:
        was = handed_out.read(place)
        faults = keep_up(path, place, today) if was.targets else []
    except MicroplanError as error:
        was, faults = handed_out.NOTHING, [str(error)]
    if faults:
        again = f"microplan publish{flag} tries again"
        raise OutputError(f"the change is recorded, but {'; '.join(faults)}; {again}")
    return was


def of_today(plan: Plan, sessions: Sequence[Session], today: date, flag: str) -> list[str]:
    """Say what a phone has of a plan; nothing where nothing was handed out."""
    return copies.of_today(known(plan), plan, sessions, today, flag)
