"""Finds what is late, missed or against a rule in a plan, in session order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from microplan.amendments import agenda, moving
from microplan.amendments.agenda import Standing
from microplan.amendments.amended import Amended
from microplan.model import log
from microplan.model.care import Care, Pause
from microplan.model.entries import Closure, Moved, Revised
from microplan.model.plan import PinLapsed, Plan, Session, SetByHand, Status
from microplan.scheduling.schedule import Scheduled
from microplan.wording import phrases, reasons


class Finding(Struct, frozen=True):
    """One finding: a stable code, the number of its session, and a sentence."""

    code: str
    session: int
    text: str


def check(scheduled: Scheduled, today: date, flag: str = "") -> tuple[Finding, ...]:
    """List what is late or missed, and days that break a rule.

    ``flag`` selects the plan in suggested commands, such as `` -p plan.toml``.
    """
    about = tuple(
        finding
        for session in scheduled.sessions
        for finding in _about(scheduled, session, today, flag)
    )
    return about + past_lookup_horizon(scheduled, flag)


def against_course(
    plan: Plan, departures: Sequence[str], recorded: Sequence[Care]
) -> tuple[Finding, ...]:
    """List where a plan differs from the course it started from; session 0 stands for the plan.

    ``departures`` describes how its rules differ; ``recorded`` is the care in the course.
    """
    findings = [
        Finding("departs", 0, f"{departure}; see microplan protocols {plan.protocol}")
        for departure in departures
    ]
    own = {
        care.name.casefold(): care for care in log.care_in_force(plan) if isinstance(care, Pause)
    }
    for pause in recorded:
        if not isinstance(pause, Pause):
            continue
        kept = own.get(pause.name.casefold())
        if kept is None:
            findings.append(Finding("no-pause", 0, f"{pause.name} is not paused (record: {pause})"))
        elif not kept.covers(pause):
            findings.append(Finding("short-pause", 0, f"pause {kept} (record: {pause})"))
    return tuple(findings)


def clashes(
    sessions: Sequence[Session], closures: Sequence[Closure], today: date, flag: str = ""
) -> tuple[Finding, ...]:
    """List the sessions from today on that fall on closed days looked up just now."""
    coming = [session for session in _open(sessions) if session.date >= today]
    return tuple(
        Finding(
            "clash", session.number, f"{phrases.short(session.date)}: {why}{_away(session, flag)}"
        )
        for session in coming
        for why in dict.fromkeys(
            closure.reason for closure in closures if not closure.days.admits(session.date)
        )
    )


def _away(session: Session, flag: str) -> str:
    """Suggest closing the day of a session to move it, unless a person moved it there."""
    if any(isinstance(reason, SetByHand) for reason in session.because):
        return ", but you moved it there"
    return f". To move it: microplan avoid {session.date}{flag}"


def past_lookup_horizon(scheduled: Scheduled, flag: str = "") -> tuple[Finding, ...]:
    """Find the first session after the last day that each lookup covered."""
    until: dict[str, date] = {}
    for lookup in scheduled.lookups:
        until[lookup.of] = max(until.get(lookup.of, date.min), lookup.days.last)
    again_by_last_day: dict[date, list[str]] = {}
    for of, last in until.items():
        again_by_last_day.setdefault(last, []).append(phrases.lookup_flag(of))
    return tuple(
        Finding("not-looked-up", late.number, _not_looked_up(last, late, again, flag))
        for last, again in again_by_last_day.items()
        if (late := next((s for s in _open(scheduled.sessions) if s.date > last), None)) is not None
    )


HOURS = {"at", "duration", "tz"}
"""The rule words that decide which entries of a busy calendar clash with a session."""


def outgrown_lookups(amended: Amended) -> list[str]:
    """Report lookups of closed days that an amendment made incomplete or out of date."""
    lookups = amended.scheduled_after.lookups
    known = past_lookup_horizon(amended.scheduled_before) if lookups else ()
    texts = [
        finding.text
        for finding in past_lookup_horizon(amended.scheduled_after)
        if finding not in known
    ]
    is_at_others = any(isinstance(e, Revised) and HOURS & e.words.keys() for e in amended.entries)
    if is_at_others and any(lookup.of.startswith("busy") for lookup in lookups):
        texts.append(
            "busy days were looked up for other times. Look again: microplan avoid --busy FILE"
        )
    return texts


def _open(sessions: Sequence[Session]) -> Iterator[Session]:
    return (session for session in sessions if session.status is Status.PLANNED)


def _not_looked_up(last: date, session: Session, again: Sequence[str], flag: str) -> str:
    return (
        f"closed days are known until {phrases.day_of(last)} {last.year}; session {session.number} "
        f"({phrases.day(session.date)}) is later. Look again: microplan avoid {' '.join(again)}{flag}"
    )


def _about(scheduled: Scheduled, session: Session, today: date, flag: str) -> Iterator[Finding]:
    number, day = session.number, phrases.short(session.date)
    if session.status is Status.DROPPED:
        return
    if session.status is Status.MISSED:
        yield Finding(
            "missed", number, f"{day} is still open. {_ways(scheduled, session, today, flag)}"
        )
    if session.status is Status.PLANNED and agenda.standing(session, today) is Standing.LATE:
        ago = phrases.distance((session.date - today).days)
        tense = "was" if session.date < today else "is"
        yield Finding(
            "late", number, f"{day} {tense} {ago}. {_ways(scheduled, session, today, flag)}"
        )
    if session.status is Status.PLANNED:
        yield from _against_rules(scheduled, session, flag)


def _ways(scheduled: Scheduled, session: Session, today: date, flag: str) -> str:
    """Suggest commands to record an open session, if its day allows that, and to skip it."""
    number = session.number
    skip = f"microplan skip {number}{flag}"
    if not agenda.recordable(scheduled.sessions, session, today):
        return f"Missed it? {skip}"
    return f"Did it? microplan done {number} --on {session.date}{flag} · missed it? {skip}"


def _to_open_day(scheduled: Scheduled, session: Session, flag: str) -> str:
    """Suggest a move to the nearest open day, if the plan allows it."""
    day = agenda.open_days(scheduled, session).nearest_outside_window(session.date, session.floor)
    if day is None:
        return ""
    entry = Moved(session=session.number, to=day, recorded=scheduled.plan.created)
    commands = moving.command(scheduled.plan, entry)
    return "".join(f". The nearest open day: microplan {command}{flag}" for command in commands)


def _against_rules(scheduled: Scheduled, session: Session, flag: str) -> Iterator[Finding]:
    number, day = session.number, phrases.short(session.date)
    for reason in session.because:
        if isinstance(reason, PinLapsed):
            way = f"To accept {day}: microplan move {number} {session.date}{flag}"
            yield Finding("pin-lapsed", number, f"{reasons.reason(reason)}. {way}")
    closure = agenda.closed_by(scheduled, session)
    if closure is not None:
        way = _to_open_day(scheduled, session, flag)
        yield Finding(
            "pin-closed", number, f"{reasons.reason(closure)}, but you moved it there{way}"
        )
    until = session.rules.until
    if until is not None and session.date > until:
        yield Finding(
            "past-until", number, f"{day} is past {phrases.day(until)}, the last day asked for"
        )
