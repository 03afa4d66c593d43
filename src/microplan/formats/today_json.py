"""The answers of ``today`` and ``next`` as plain values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from microplan.amendments import agenda
from microplan.formats.records import care_records, moment, records, use_records
from microplan.model import dates, log
from microplan.model.plan import Plan, Session, Status
from microplan.scheduling import care, surroundings
from microplan.scheduling.filed_plans import FiledPlan
from microplan.scheduling.surroundings import Surroundings

if TYPE_CHECKING:
    from microplan.amendments.copies import CopyState

Record = dict[str, object]


def today(filed: FiledPlan, day: date, copied: CopyState | None) -> Record:
    """Build the document of ``today``: the day's sessions, open ones, care, and what's next.

    ``copied`` is the state of the latest copy of the calendar, if there is one.
    """
    plan, sessions = filed.scheduled.plan, filed.scheduled.sessions
    by_number = dict(_records(plan, sessions, day))
    held = (Status.PLANNED, Status.DONE)
    around = surroundings.of(plan, sessions)
    here = [s.number for s in sessions if s.date == day and s.status in held]
    return {
        **_head(filed),
        "sessions": [by_number[number] for number in here],
        "missed": [s.number for s in sessions if s.status is Status.MISSED],
        "late": [s.number for s in agenda.late(sessions, day)],
        "care": list(_holding(plan, sessions, day)),
        "use": list(use_records(plan)),
        "supplies": list(_supplies(around, sessions)),
        "next": _next(by_number, sessions),
        "away": [
            {"days": str(shut.days), "reason": shut.reason or None} for shut in around.away_on(day)
        ],
        "calendar": copied and _calendar(copied),
    }


def _calendar(copied: CopyState) -> Record:
    """Describe the latest copy of the calendar, with the first session it has wrong."""
    copy = copied.copy
    wrong = copied.wrong.get(copy)
    return {
        "way": str(copied.latest.way),
        "file": copied.latest.name or None,
        "at": copy.at.isoformat().replace("+00:00", "Z"),
        "copies": len(copied.latest.copies),
        "behind": len(copied.wrong),
        "session": wrong and wrong.session.number,
        "shows": moment(dates.start_and_end(wrong.session)[0])
        if wrong and wrong.is_shown
        else None,
    }


def _supplies(around: Surroundings, sessions: Sequence[Session]) -> Iterator[Record]:
    """Yield the status of each supply: the next session that needs one, what is left, when to reorder."""
    for supply in around.supplies(sessions):
        yield {
            "name": supply.name,
            "session": supply.coming and supply.coming.number,
            "left": supply.left,
            "reorder": supply.reorder and supply.reorder.last.date.isoformat(),
        }


def following(filed: FiledPlan, day: date) -> Record:
    """Build the document of ``next``: the first session to come, null if none is left."""
    plan, sessions = filed.scheduled.plan, filed.scheduled.sessions
    return {**_head(filed), "next": _next(dict(_records(plan, sessions, day)), sessions)}


def _head(filed: FiledPlan) -> Record:
    plan = filed.scheduled.plan
    title = log.title_in_force(plan)
    return {"id": plan.id, "title": title, "tz": plan.rules.tz, "file": filed.file}


def _records(plan: Plan, sessions: Sequence[Session], day: date) -> Iterator[tuple[int, Record]]:
    """Yield the record of each session with its standing and the days until it."""
    for session, record in zip(sessions, records(plan, sessions), strict=True):
        standing = agenda.standing(session, day)
        away = (session.date - day).days
        yield session.number, record | {"standing": standing and standing.value, "days": away}


def _next(by_number: dict[int, Record], sessions: Sequence[Session]) -> Record | None:
    session = agenda.first_open(sessions)
    return None if session is None else by_number[session.number]


def _holding(plan: Plan, sessions: Sequence[Session], day: date) -> Iterator[Record]:
    """Yield the records of the care on a day.

    ``until`` is the instant at which a pause in hours ends; None for care to the end of a day.
    """
    items = care.care(plan, sessions)
    for item, record in zip(items, care_records(plan, sessions), strict=True):
        if care.first_day(item) <= day <= care.last_day(item):
            yield record | {"until": _until(item, sessions)}


def _until(item: care.Item, sessions: Sequence[Session]) -> str | None:
    if not isinstance(item, care.Paused) or item.until is None:
        return None
    zone = dates.zone(sessions[item.session - 1].rules.tz)
    return moment(dates.local(item.last, item.until, zone))
