"""One session as a record of plain values, as JSON, CSV and their like spell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from microplan import events, prose
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
            "start": start.isoformat(),
            "end": end.isoformat(),
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
