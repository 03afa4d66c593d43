"""Plans as a FHIR R4 Bundle: a CarePlan for each, and an Appointment for each of its sessions.

Names and codes are those of HL7 FHIR release 4.0.1. A discreet plan leaves out its title, location,
device and reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from microplan.formats import Subject
from microplan.formats.log_json import instant
from microplan.model import dates, ids, log
from microplan.model.plan import ACTIVE, Plan, Session, Status
from microplan.model.rules import Rules
from microplan.model.values import Pace, Span
from microplan.scheduling import events
from microplan.wording import phrases, summary

Resource = dict[str, Any]
PLAN_IDS = "urn:microplan:plan"
"""The identifier system of plans."""
COURSES = "urn:microplan:course:"
CARE_PLAN = "careplan"
"""The key that a CarePlan's id is derived from, together with the plan's id."""
DAYS_OF_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CANCELLED = {Status.SKIPPED: "skipped", Status.MISSED: "missed", Status.DROPPED: "left out"}
"""Why a session doesn't take place."""


def bundle(subject: Subject) -> Iterator[str]:
    """Write the Bundle of one plan."""
    return bundle_of_all([subject])


def bundle_of_all(subjects: Sequence[Subject]) -> Iterator[str]:
    """Write one Bundle for several plans."""
    import json

    recorded = (entry.recorded for subject in subjects for entry in subject.plan.log)
    created = (subject.plan.created for subject in subjects)
    content = {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": instant(max([*created, *recorded])),
        "entry": [
            {"fullUrl": _urn(resource["id"]), "resource": resource}
            for subject in subjects
            for resource in _resources(subject)
        ],
    }
    yield f"{json.dumps(content, indent=2)}\n"


def _resources(subject: Subject) -> Iterator[Resource]:
    plan = subject.plan
    uid = ids.uids(plan)
    skips = log.fold(plan.log).skips
    no_shows = {number for number, skip in skips.items() if skip.no_show}
    yield _care_plan(subject)
    for session in subject.sessions:
        own_id = uid(events.key_of(session))
        yield _appointment(plan, session, own_id, is_no_show=session.number in no_shows)


def _urn(own_id: str) -> str:
    return f"urn:uuid:{own_id}"


def _identifier(plan: Plan) -> Resource:
    return {"system": PLAN_IDS, "value": _text(plan.id)}


def _text(words: str) -> str:
    """Escape control characters, which a FHIR string can't have, and normalise spaces."""
    return re.sub(r"\s", " ", phrases.visible(words))


def _subject(plan: Plan) -> Resource:
    """Refer to the patient through the plan, because a plan doesn't name them."""
    patient: Resource = {"type": "Patient", "identifier": _identifier(plan)}
    return (
        patient if log.is_discreet(plan) else patient | {"display": _text(log.title_in_force(plan))}
    )


# --- the plan -------------------------------------------------------------------------------


def _care_plan(subject: Subject) -> Resource:
    plan, sessions = subject.plan, subject.sessions
    is_open = any(session.status is Status.PLANNED for session in sessions)
    resource: Resource = {
        "resourceType": "CarePlan",
        "id": ids.uid(plan, CARE_PLAN),
        "identifier": [_identifier(plan)],
        "status": "active" if is_open else "completed",
        "intent": "plan",
        "title": _text(log.public_title(plan, log.NEUTRAL_CALENDAR)),
        "subject": _subject(plan),
        "period": _period(sessions),
        "created": instant(plan.created),
        "activity": [*_timings(subject, is_open=is_open), *_references(plan, sessions)],
    }
    if not log.is_discreet(plan):
        resource["description"] = _text(summary.sentence(plan, sessions))
        if plan.protocol:
            resource["instantiatesUri"] = [f"{COURSES}{quote(plan.protocol)}"]
    return resource


def _period(sessions: Sequence[Session]) -> Resource:
    days = [session.date for session in sessions if session.status in ACTIVE]
    days = days or [session.date for session in sessions]
    return {"start": min(days).isoformat(), "end": max(days).isoformat()}


def _references(plan: Plan, sessions: Sequence[Session]) -> Iterator[Resource]:
    uid = ids.uids(plan)
    for session in sessions:
        yield {"reference": {"reference": _urn(uid(events.key_of(session)))}}


def _timings(subject: Subject, *, is_open: bool) -> Iterator[Resource]:
    """Yield the pace in force, one activity for each phase."""
    _, rules = log.rules_in_force(subject.plan)
    for timing in _of_pace(rules, subject.sessions):
        yield {
            "detail": {
                "kind": "Appointment",
                "status": "scheduled" if is_open else "completed",
                "doNotPerform": False,
                "scheduledTiming": timing,
            }
        }


def _of_pace(rules: Rules, sessions: Sequence[Session]) -> list[Resource]:
    """Describe a pace by its repetitions, or by its days if FHIR has no unit for it."""
    pace = rules.every
    if not isinstance(pace, Pace) or any(_unit(step.span) is None for step in pace.steps):
        due = [s.due.isoformat() for s in sessions if s.status is not Status.DROPPED]
        return [{"event": due}]
    return [
        {"repeat": _repeat(step.span, step.count or _left(pace, sessions), rules, sessions)}
        for step in pace.steps
    ]


def _left(pace: Pace, sessions: Sequence[Session]) -> int:
    """Count the sessions of a last step without a count."""
    kept = sum(session.status is not Status.DROPPED for session in sessions)
    return max(kept - pace.stated(), 1)


def _repeat(span: Span, count: int, rules: Rules, sessions: Sequence[Session]) -> Resource:
    """Write Timing.repeat: once in each period, ``count`` times."""
    period, unit = _unit(span) or (1, "d")
    repeat: Resource = {
        "boundsPeriod": _period(sessions),
        "count": count,
        "frequency": 1,
        "period": period,
        "periodUnit": unit,
    }
    hours = _hours(sessions)
    if hours:
        repeat |= {"duration": rules.duration.minutes, "durationUnit": "min", "timeOfDay": hours}
    if rules.on is not None and len(rules.on.days) == 1:
        repeat["dayOfWeek"] = [DAYS_OF_WEEK[rules.on.days[0]]]
    return repeat


def _hours(sessions: Sequence[Session]) -> list[str]:
    """Return the time that all planned sessions start at; empty if it differs or there is none."""
    starts = {dates.start_and_end(s)[0] for s in sessions if s.status is Status.PLANNED}
    hours = {start.time() for start in starts if isinstance(start, datetime)}
    return [hour.isoformat("seconds") for hour in hours] if len(hours) == 1 else []


def _unit(span: Span) -> tuple[int, str] | None:
    """Convert a span to one UCUM unit; None if it has both months and days."""
    if span.months and span.days:
        return None
    if span.months:
        return (span.months, "mo") if span.months % 12 else (span.months // 12, "a")
    return (span.days, "d") if span.days % 7 else (span.days // 7, "wk")


# --- a session ------------------------------------------------------------------------------


def _appointment(plan: Plan, session: Session, own_id: str, *, is_no_show: bool) -> Resource:
    status = _status(session, is_no_show=is_no_show)
    is_discreet = log.is_discreet(plan)
    name = log.public_title(plan)
    resource: Resource = {
        "resourceType": "Appointment",
        "id": own_id,
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": _urn(own_id)}],
        "status": status,
        "description": _text(f"{name} {session.number}"),
        "created": instant(plan.created),
        "participant": [
            {"actor": _subject(plan), "required": "required", "status": STANDING[status]}
        ],
        "requestedPeriod": [
            {"start": session.earliest.isoformat(), "end": session.latest.isoformat()}
        ],
        "supportingInformation": [{"reference": _urn(ids.uid(plan, CARE_PLAN))}],
    }
    if session.rules.location and not is_discreet:
        location = {"type": "Location", "display": _text(session.rules.location)}
        resource["participant"].append({"actor": location, "status": "accepted"})
    if status != "proposed":
        resource |= _when(session)
    if status == "cancelled" and not is_discreet:
        resource["cancelationReason"] = {"text": CANCELLED[session.status]}
    return resource


STANDING = {
    "proposed": "needs-action",
    "booked": "accepted",
    "fulfilled": "accepted",
    "noshow": "accepted",
    "cancelled": "declined",
}
"""The participation status of the patient, by the status of the appointment."""


def _status(session: Session, *, is_no_show: bool) -> str:
    """Choose the status of an appointment; an all-day one is ``proposed`` until it's done."""
    if session.status is Status.PLANNED:
        return "booked" if isinstance(dates.start_and_end(session)[0], datetime) else "proposed"
    if session.status is Status.DONE:
        return "fulfilled"
    return "noshow" if is_no_show and session.status is Status.SKIPPED else "cancelled"


def _when(session: Session) -> Resource:
    """Write start and end as instants; for an all-day session, the midnights around the day."""
    start, end = dates.start_and_end(session)
    tz = session.rules.tz
    lasts = isinstance(start, datetime)
    when = {"start": _instant(start, tz), "end": _instant(end, tz)}
    return when | {"minutesDuration": session.rules.duration.minutes} if lasts else when


def _instant(value: date | datetime, tz: str) -> str:
    """Write an instant with its offset, or in UTC if the offset has seconds, which FHIR lacks."""
    moment = value
    if not isinstance(moment, datetime):
        moment = dates.local(moment, time(), dates.zone(tz))
    offset = moment.utcoffset() or timedelta()
    return moment.isoformat() if offset.seconds % 60 == 0 else instant(moment.astimezone(UTC))
