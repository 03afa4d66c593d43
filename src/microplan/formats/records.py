"""Sessions and care as records of plain values, for JSON, CSV and similar formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from microplan.model import dates, ids, log
from microplan.model.care import Use
from microplan.model.entries import NO_RECORD
from microplan.model.plan import Plan, Reason, Session, Status
from microplan.model.rules import Rules
from microplan.scheduling import care, events
from microplan.wording import reasons

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
    "depth",
    "done",
)
CLOCK = len("2026-12-01T18:00:00")
LONGEST = len("2026-12-01T18:00:00+01:00")


def records(
    plan: Plan, sessions: Sequence[Session], sequences: Mapping[str, int] | None = None
) -> Iterator[dict[str, object]]:
    """Yield the record of each session, its keys those of ``FIELDS``.

    Dates are ISO 8601; ``start`` and ``end`` are RFC 3339 with their offset, or dates with the
    end exclusive; ``of`` is the highest number not dropped; ``gap_days`` counts to the last
    session that counts and is null for the first. ``sequences`` are those of the plan's events,
    where they are known already.
    """
    of = max((s.number for s in sessions if s.status is not Status.DROPPED), default=0)
    if sequences is None:
        sequences = numbers(plan, with_care=False)
    uids = ids.uids(plan)
    rules, at, hours = None, None, _hours(plan.rules, None)
    for session in sessions:
        if session.rules is not rules or session.at != at:
            rules, at = session.rules, session.at
            hours = _hours(rules, at)
        start, end = hours(session.date)
        uid = uids(f"session/{session.number}")
        yield {
            "number": session.number,
            "of": of,
            "phase": session.phase,
            "status": str(session.status),
            "date": _day(session.date),
            "start": start,
            "end": end,
            "due": _day(session.due),
            "earliest": _day(session.earliest),
            "latest": _day(session.latest),
            "gap_days": session.gap_days,
            "reasons": [_reason(reason) for reason in session.because],
            "uid": uid,
            "sequence": sequences.get(uid, 0),
            "depth": session.rules.needle or None,
            "done": _done(session),
        }


def numbers(plan: Plan, *, with_care: bool = True) -> Mapping[str, int]:
    """Map the UIDs of events to their SEQUENCE; empty while the log is empty."""
    if not plan.log:
        return {}
    from microplan.scheduling import sequence

    return sequence.numbers(plan, with_care=with_care)


def _done(session: Session) -> dict[str, str | None] | None:
    """Return when a session was done and how it went; null for what wasn't written down."""
    if session.status is not Status.DONE:
        return None
    record = session.record or NO_RECORD
    texts = {name: getattr(record, name) or None for name in record.__struct_fields__}
    return {"on": _day(session.date), **texts}


def at_hours(
    records: Sequence[dict[str, object]], plan: Plan, sessions: Sequence[Session]
) -> Iterator[dict[str, object]]:
    """Adapt records to sessions on the same days with the same reasons.

    Gives the same result as ``records`` for a plan with one set of rules, in half the time.
    """
    uids, at = ids.uids(plan), None
    hours = _hours(plan.rules, at)
    for session, record in zip(sessions, records, strict=True):
        if session.at != at:
            at = session.at
            hours = _hours(plan.rules, at)
        start, end = hours(session.date)
        yield record | {
            "start": start,
            "end": end,
            "uid": uids(f"session/{session.number}"),
            "depth": session.rules.needle or None,
        }


def _hours(rules: Rules, at: time | None) -> Callable[[date], tuple[str, str]]:
    """Return a function that spells the start and end of a session at one time, from its day.

    On nearly every day these are clock times with the day's offset. Near a clock change they need
    real date arithmetic, which takes ten times as long.
    """
    length, tz = rules.duration, rules.tz
    if at is None:
        return lambda day: (_day(day), _day(day + dates.DAY))
    nights, minutes = divmod(at.hour * 60 + at.minute + length.minutes, events.DAY_MINUTES)
    begins, ends = f"T{at.isoformat('seconds')}", f"T{minutes // 60:02}:{minutes % 60:02}:00"
    later = timedelta(days=nights)

    def spell(day: date) -> tuple[str, str]:
        offset = _offset(day, tz)
        if not offset:
            return _counted(day, at, rules)
        first = _day(day)
        last = _day(day + later) if nights else first
        return f"{first}{begins}{offset}", f"{last}{ends}{offset}"

    return spell


def _counted(day: date, at: time, rules: Rules) -> tuple[str, str]:
    """Spell the start and end of a session, computing the end by elapsed time."""
    start, end = dates.span_of_event(day, at, rules.duration, rules.tz)
    return moment(start), moment(end)


# Plans of one clinic share days and reasons, and a batch prints very many of them.
DISTINCT = 16_384


@lru_cache(DISTINCT)
def _day(day: date) -> str:
    """Spell a day, ``2026-12-01``."""
    return day.isoformat()


@lru_cache(DISTINCT)
def _offset(day: date, tz: str) -> str:
    """Spell the UTC offset of a day; empty if it has seconds or changes by the end of the next day.

    That covers every session on the day, because they last at most 24 hours.
    """
    zone = dates.zone(tz)
    midnight = datetime.combine(day, time(), zone).isoformat()
    return midnight[CLOCK:] if len(midnight) == LONGEST and dates.is_steady(day, zone) else ""


@lru_cache(DISTINCT)
def _reason(reason: Reason) -> dict[str, str]:
    """Convert a reason to its record, which is shared and must not be changed."""
    return {"code": reason.code, "text": reasons.reason(reason)}


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


def care_records(
    plan: Plan, sessions: Sequence[Session], sequences: Mapping[str, int] | None = None
) -> Iterator[dict[str, object]]:
    """Yield the record of each pause, cue and checkpoint, its keys those of ``CARE_FIELDS``.

    ``start`` and ``end`` are as in ``records``; ``session`` is that of a pause or cue,
    ``number`` counts a checkpoint, and is 1 of a day to reorder, ``hours`` those a pause holds from its session's start.
    """
    if not log.care_history(plan):
        return
    if sequences is None:
        sequences = numbers(plan)
    uids = ids.uids(plan)
    for item in care.care(plan, sessions):
        start, end, _ = events.span(item)
        uid = uids(care.key(item))
        yield {
            "kind": item.kind,
            "name": item.name,
            "session": None if isinstance(item, care.Checked | care.Reordered) else item.session,
            "number": item.number if isinstance(item, care.Checked | care.Reordered) else None,
            "start": moment(start),
            "end": moment(end),
            "hours": item.hours if isinstance(item, care.Paused) else None,
            "uid": uid,
            "sequence": sequences.get(uid, 0),
        }


def moment(value: date | datetime) -> str:
    """Write a day, or an instant with its offset.

    If the offset has seconds, as before standard time, use UTC, because RFC 3339 has none there.
    """
    text = value.isoformat()
    if isinstance(value, datetime) and len(text) > LONGEST:
        return value.astimezone(UTC).isoformat()
    return text


def use_records(plan: Plan) -> Iterator[dict[str, object]]:
    """Yield the uses, with the course that each comes from."""
    for piece in log.care_in_force(plan):
        if isinstance(piece, Use):
            yield {"name": piece.name, "how": piece.how, "source": piece.source or None}


def care_key(record: Mapping[str, Any]) -> str:
    """Return the key of a record's item within its plan, like ``care.key``."""
    number = record["number"] if record["session"] is None else record["session"]
    return f"{record['kind']}/{record['name']}/{number}"
