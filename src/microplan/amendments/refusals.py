"""Refusals of amendments: each says what is in the way and suggests a command that works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time

from microplan.amendments import agenda
from microplan.errors import RefusedError
from microplan.model import log
from microplan.model.care import Ended
from microplan.model.entries import Closed, Opened
from microplan.model.plan import Plan, Session, Status
from microplan.wording import phrases


def refuse_hour(session: Session, at: time | None, command: str) -> None:
    """Raise RefusedError for a time if the plan's sessions are all-day; suggest ``command``."""
    if at is not None and session.rules.at is None:
        number = session.number
        raise RefusedError(
            f"this plan's sessions are all-day, so session {number} can't have a time. "
            f"{'To give them all one' if 'revise' in command else 'Without it'}",
            command,
        )


def over(sessions: Sequence[Session]) -> RefusedError:
    """Build the refusal of what needs an open session; suggest adding one."""
    last = agenda.highest(sessions)
    return RefusedError("no session is left; to add one", f"revise --sessions {last + 1}")


def still_to_come(session: Session, asked: Sequence[Session], today: date) -> RefusedError:
    """Build the refusal to record a future session; suggest recording the others."""
    message = (
        f"session {session.number} is on {phrases.short(session.date)}, which is still to come"
    )
    open_ones = (other for other in asked if other.status is not Status.DONE)
    past = [str(other.number) for other in open_ones if other.date <= today]
    if not past:
        return RefusedError(message)
    return RefusedError(f"{message}; to record the others", f"done {' '.join(past)}")


def refuse_out_of_order(number: int, on: date, done: Mapping[int, date]) -> None:
    """Raise RefusedError for a day that isn't between the done sessions before and after."""
    earlier = max((n for n in done if n < number), default=None)
    later = min((n for n in done if n > number), default=None)
    if earlier is not None and on <= done[earlier]:
        raise _out_of_order(number, "after", earlier, done[earlier])
    if later is not None and on >= done[later]:
        raise _out_of_order(number, "before", later, done[later])


def _out_of_order(number: int, side: str, other: int, on: date) -> RefusedError:
    return RefusedError(
        f"session {number} comes {side} session {other}, done {phrases.short(on)}; give a day "
        f"{side} that with --on"
    )


def nothing_to_end(plan: Plan, ended: Ended) -> RefusedError:
    """Build the refusal to end care that doesn't exist; list the care that does."""
    names = [care.name for care in log.care_in_force(plan) if care.kind == ended.kind]
    rest = phrases.listing(names) if names else f"no {ended.kind}"
    return RefusedError(f'there is no {ended.kind} "{ended.name}" to end; the plan has {rest}')


def refuse_out_of_turn(plan: Plan, number: int) -> None:
    """Raise RefusedError for an entry that later ones may depend on, so it can't be undone alone."""
    if not 1 <= number <= len(plan.log):
        raise RefusedError(f"the log has no entry {number}; it has entries 1 to {len(plan.log)}")
    if not isinstance(plan.log[number - 1], Closed | Opened):
        raise RefusedError(
            f"only the last entry, or days closed or opened, can be undone. To correct entry {number}, use done, "
            "move, skip or revise"
        )
