"""One session as a record of plain values, as JSON, CSV and their like spell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from microplan import care, events, prose
from microplan.because import Reason
from microplan.model import Plan, Session, Status
from microplan.values import Length

FIELDS = (
    "number",
    "of",
    "phase",
    "status",
    "date",
    "start",
    "end",
    "due",
    "earliest",
    "latest",
    "gap_days",
    "reasons",
    "uid",
    "sequence",
)


def records(plan: Plan, sessions: Sequence[Session]) -> Iterator[dict[str, object]]:
    """Yield the record of each session, its keys those of ``FIELDS``.

    Dates are ISO 8601; ``start`` and ``end`` are RFC 3339 with their offset, or dates with the
    end exclusive; ``of`` is the highest number not dropped; ``gap_days`` counts to the last
    session that counts and is null for the first.
    """
    of = max((s.number for s in sessions if s.status is not Status.DROPPED), default=0)
    happened = events.events(plan, sessions) if plan.log else ()
    sequences = {event.uid: event.sequence for event in happened}
    uids = events.uids(plan)
    for session in sessions:
        rules = session.rules
        start, end = _hours(session.date, rules.at, rules.duration, rules.tz)
        uid = uids(f"session/{session.number}")
        yield {
            "number": session.number,
            "of": of,
            "phase": session.phase,
            "status": session.status.value,
            "date": session.date.isoformat(),
            "start": start,
            "end": end,
            "due": session.due.isoformat(),
            "earliest": session.earliest.isoformat(),
            "latest": session.latest.isoformat(),
            "gap_days": session.gap_days,
            "reasons": [_reason(reason) for reason in session.because],
            "uid": uid,
            "sequence": sequences.get(uid, 0),
        }


# Plans of one clinic share their days, hours and reasons, of which a batch says very many.
DISTINCT = 16_384


@lru_cache(DISTINCT)
def _hours(day: date, at: time | None, duration: Length, tz: str) -> tuple[str, str]:
    """Spell the start and the end of a session."""
    start, end = events.lasting(day, at, duration, tz)
    return _moment(start), _moment(end)


@lru_cache(DISTINCT)
def _reason(reason: Reason) -> dict[str, str]:
    """Give a reason as the record has it, which nobody changes."""
    return {"code": reason.code, "text": prose.reason(reason)}


CARE_FIELDS = (
    "kind",
    "name",
    "session",
    "number",
    "start",
    "end",
    "hours",
    "uid",
    "sequence",
)


def care_records(plan: Plan, sessions: Sequence[Session]) -> Iterator[dict[str, object]]:
    """Yield the record of each pause, cue and checkpoint, its keys those of ``CARE_FIELDS``.

    ``start`` and ``end`` are as in ``records``; ``session`` is that of a pause or cue,
    ``number`` counts a checkpoint, ``hours`` those a pause holds from its session's start.
    """
    if not plan.care:
        return
    happened = events.events(plan, sessions) if plan.log else ()
    sequences = {event.uid: event.sequence for event in happened}
    uids = events.uids(plan)
    for item in care.care(plan, sessions):
        start, end, _ = events.span(item)
        uid = uids(care.key(item))
        yield {
            "kind": care.key(item).partition("/")[0],
            "name": item.name,
            "session": None if isinstance(item, care.Checked) else item.session,
            "number": item.number if isinstance(item, care.Checked) else None,
            "start": _moment(start),
            "end": _moment(end),
            "hours": item.hours if isinstance(item, care.Paused) else None,
            "uid": uid,
            "sequence": sequences.get(uid, 0),
        }


LONGEST = len("2026-12-01T18:00:00+01:00")


def _moment(value: date | datetime) -> str:
    """Write a day, or an instant with its offset.

    RFC 3339 has no seconds in an offset, as zones had while noon was that of a town: UTC then.
    """
    said = value.isoformat()
    if isinstance(value, datetime) and len(said) > LONGEST:
        return value.astimezone(UTC).isoformat()
    return said


def care_key(record: Mapping[str, Any]) -> str:
    """Name the item of a record within its plan, as ``care.key`` does."""
    place = record["number"] if record["session"] is None else record["session"]
    return f"{record['kind']}/{record['name']}/{place}"
