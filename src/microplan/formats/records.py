"""One session as a record of plain values, as JSON, CSV and their like spell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from microplan import care, events, prose
from microplan.model import Plan, Session, Status

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
    for session in sessions:
        start, end = events.hours(session)
        uid = events.uid(plan, f"session/{session.number}")
        yield {
            "number": session.number,
            "of": of,
            "phase": session.phase,
            "status": session.status.value,
            "date": session.date.isoformat(),
            "start": _moment(start),
            "end": _moment(end),
            "due": session.due.isoformat(),
            "earliest": session.earliest.isoformat(),
            "latest": session.latest.isoformat(),
            "gap_days": session.gap_days,
            "reasons": [
                {"code": reason.code, "text": prose.reason(reason)} for reason in session.because
            ],
            "uid": uid,
            "sequence": sequences.get(uid, 0),
        }


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
    happened = events.events(plan, sessions) if plan.log else ()
    sequences = {event.uid: event.sequence for event in happened}
    for item in care.care(plan, sessions):
        start, end, _ = events.span(item)
        uid = events.uid(plan, care.key(item))
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
