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
    """Return what a copy of the plan is made from."""
    named = events.as_discreet(plan) if manner.discreet else plan
    sessions = schedule.schedule(named)
    begins = manner.first_weekday
    canvas = Canvas(first_weekday=environment.local_weekday() if begins is None else begins)
    return Subject(
        plan=named, sessions=sessions, today=today, with_care=manner.with_care, canvas=canvas
    )


def folder(plan: Plan) -> Path | None:
    """Return the folder that records a plan's copies; None without a home folder."""
    all_plans = environment.handed_out()
    return all_plans and handed_out.folder(all_plans, plan)


def known(plan: Plan) -> HandedOut:
    """Read the records of a plan's copies, and warn about those that can't be read."""
    notes = folder(plan) if environment.has_handed_out() else None
    was = handed_out.read(notes) if notes else handed_out.NOTHING
    say_unread(was)
    return was


def say_unread(was: HandedOut, *, but: str = "") -> None:
    """Warn about records that can't be read, except ``but``, which is reported elsewhere."""
    for name, fault in was.unread.items():
        if name != but:
            terminal.say(fault)


def now(plan: Plan) -> Copy:
    """Describe a copy made now."""
    return Copy(at=environment.now(), entries=len(plan.log))


def last(plan: Plan, kind: CopyKind) -> Copy | None:
    """Return the last copy of a kind; None if there is none or it can't be read."""
    with contextlib.suppress(MicroplanError):
        return known(plan).copies.get(kind)
    return None


def remember(plan: Plan, kind: CopyKind, left: tuple[StaleSession, ...] = ()) -> None:
    """Record that a copy was made; failing to save the record doesn't fail the command."""
    notes = folder(plan)
    if notes:
        with contextlib.suppress(OutputError):
            handed_out.save_copy(notes, kind, replace(now(plan), left=left))


def cancels(plan: Plan) -> frozenset[str]:
    """Return the UIDs of events in earlier copies, which a new copy may have to cancel."""
    was = known(plan)
    states = [copy.entries for copy in (*was.copies.values(), *was.subscribers.values())]
    states += [target.copy.entries for target in was.targets if target.copy]
    if not states:
        return frozenset()
    then = replace(plan, log=plan.log[: max(states)])
    return frozenset(event.uid for event in sequence.events(then, schedule.schedule(then)))


# --- how a person asks for it ----------------------------------------------------------------


class GivenOptions(Struct, frozen=True, kw_only=True):
    """The options given for a copy; None for those that weren't given."""

    with_care: bool | None = None
    discreet: bool | None = None
    first_weekday: FirstWeekday | None = None

    def after(self, before: CopyOptions | None) -> CopyOptions:
        """Fill in the options that weren't given from the copy ``before``.

        A first weekday that wasn't given is saved from the current locale, so that a cron or systemd job,
        which has no locale, later writes the same page.
        """
        was = before or CopyOptions()
        begins = was.first_weekday if self.first_weekday is None else self.first_weekday
        return CopyOptions(
            with_care=was.with_care if self.with_care is None else self.with_care,
            discreet=was.discreet if self.discreet is None else self.discreet,
            first_weekday=environment.local_weekday() if begins is None else begins,
        )


def as_before(asked: GivenOptions, before: CopyOptions | None) -> str:
    """Name the options that carry over from the last copy without being given again."""
    kept = []
    if before and before.discreet and asked.discreet is None:
        kept.append("discreet (--no-discreet shows titles)")
    if before and not before.with_care and asked.with_care is None:
        kept.append("without care (--care adds it)")
    return f"as before: {', '.join(kept)}" if kept else ""
