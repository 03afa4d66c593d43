"""How copies of a plan are handed out, as a person asks for it, and where that is remembered."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from microplan.cli import environment, terminal
from microplan.errors import MicroplanError, OutputError
from microplan.formats import Canvas, Subject
from microplan.model.plan import Plan
from microplan.scheduling import events, schedule, sequence
from microplan.storage import handed_out
from microplan.storage.handed_out import (
    Copy,
    CopyKind,
    CopyOptions,
    FirstWeekday,
    HandedOut,
    StaleSession,
)


def subject(plan: Plan, today: date, manner: CopyOptions) -> Subject:
    """Return a plan as its copies have it."""
    named = events.as_discreet(plan) if manner.discreet else plan
    sessions = schedule.schedule(named)
    begins = manner.first_weekday
    canvas = Canvas(first_weekday=environment.local_weekday() if begins is None else begins)
    return Subject(
        plan=named, sessions=sessions, today=today, with_care=manner.with_care, canvas=canvas
    )


def folder(plan: Plan) -> Path | None:
    """Find where it is kept what was handed out of a plan; nowhere without a home folder."""
    all_plans = environment.handed_out()
    return all_plans and handed_out.folder(all_plans, plan)


def known(plan: Plan) -> HandedOut:
    """Read what was handed out of a plan, and say which records can't be read."""
    notes = folder(plan) if environment.has_handed_out() else None
    was = handed_out.read(notes) if notes else handed_out.NOTHING
    say_unread(was)
    return was


def say_unread(was: HandedOut, *, but: str = "") -> None:
    """Say which records can't be read, ``but`` for one that is reported otherwise."""
    for name, fault in was.unread.items():
        if name != but:
            terminal.say(fault)


def now(plan: Plan) -> Copy:
    """Describe a calendar that goes out at this moment."""
    return Copy(at=environment.now(), entries=len(plan.log))


def last(plan: Plan, kind: CopyKind) -> Copy | None:
    """Find the last copy of a kind; None if there is none, or it can't be read."""
    with contextlib.suppress(MicroplanError):
        return known(plan).copies.get(kind)
    return None


def remember(plan: Plan, kind: CopyKind, left: tuple[StaleSession, ...] = ()) -> None:
    """Remember that a calendar was handed out; if that can't be saved, the command goes on."""
    notes = folder(plan)
    if notes:
        with contextlib.suppress(OutputError):
            handed_out.save_copy(notes, kind, replace(now(plan), left=left))


def cancels(plan: Plan) -> frozenset[str]:
    """Name the events that somebody may have of what was handed out, so as to take them back."""
    was = known(plan)
    states = [copy.entries for copy in (*was.copies.values(), *was.subscribers.values())]
    states += [target.copy.entries for target in was.targets if target.copy]
    if not states:
        return frozenset()
    then = replace(plan, log=plan.log[: max(states)])
    return frozenset(event.uid for event in sequence.events(then, schedule.schedule(then)))


# --- how a person asks for it ----------------------------------------------------------------


class Asked(Struct, frozen=True, kw_only=True):
    """What a person says about the manner of a copy; None where they say nothing."""

    with_care: bool | None = None
    discreet: bool | None = None
    first_weekday: FirstWeekday | None = None

    def after(self, before: CopyOptions | None) -> CopyOptions:
        """Settle the manner of a copy, where it was ``before``.

        A first weekday that nobody gave is that of the locale now: a job of cron or systemd, which has
        no locale, writes the same page as the person then.
        """
        was = before or CopyOptions()
        begins = was.first_weekday if self.first_weekday is None else self.first_weekday
        return CopyOptions(
            with_care=was.with_care if self.with_care is None else self.with_care,
            discreet=was.discreet if self.discreet is None else self.discreet,
            first_weekday=environment.local_weekday() if begins is None else begins,
        )


def as_before(asked: Asked, before: CopyOptions | None) -> str:
    """Say what is kept of the manner before, though nobody asked for it again."""
    kept = []
    if before and before.discreet and asked.discreet is None:
        kept.append("discreet (--no-discreet shows titles)")
    if before and not before.with_care and asked.with_care is None:
        kept.append("without care (--care adds it)")
    return f"as before: {', '.join(kept)}" if kept else ""
