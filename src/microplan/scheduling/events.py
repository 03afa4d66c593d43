"""Builds the calendar events of a plan, independent of any file format.

Formats write these values, and sync compares them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from microplan.model import dates, ids, log
from microplan.model.entries import Revised
from microplan.model.plan import Plan, Session, Status
from microplan.model.values import Reminder
from microplan.scheduling import care, care_text, event_text
from microplan.scheduling.event_text import Needs

DAY_MINUTES = 24 * 60
"""Minutes in a day."""
MINUTE = timedelta(minutes=1)
CANCELLED = "Cancelled: "
NEUTRAL_CARE = "reminder"
"""The title of care in a discreet plan."""
ALL_DAY_ALARM = time(9)
"""The time at which a reminder in days rings, if the session is all-day."""


class Alarm(Struct, frozen=True, kw_only=True):
    """The offset of an alarm from the start of its event; negative is before.

    ``days`` are calendar days, which a DST change makes longer or shorter. ``minutes`` are elapsed
    time. At least one of the two is 0.
    """

    days: int = 0
    minutes: int = 0


class Event(Struct, frozen=True, kw_only=True):
    """One calendar event (RFC 5545, section 3.6.1), with its text not yet escaped.

    ``start`` and ``end`` are both dates (all-day, end exclusive) or both aware datetimes in the
    plan's zone. ``is_regular`` is False if either is in an hour that DST skips or repeats.
    """

    uid: str
    sequence: int = 0
    stamp: datetime
    created: datetime
    start: date | datetime
    end: date | datetime
    is_regular: bool
    summary: str
    description: str
    location: str = ""
    category: str
    cancelled: bool = False
    transparent: bool
    private: bool
    alarms: tuple[Alarm, ...]


Subject = Session | care.Item
"""What an event is about."""


def build(plan: Plan, subjects: Iterable[Subject], needs: Needs) -> Iterator[Event]:
    """Build the events of ``subjects`` with SEQUENCE 0 and the plan's creation time as the stamp.

    ``needs`` has the care sentences of each session. ``sequence`` fills in SEQUENCE and the stamp.
    """
    uid, name = ids.uids(plan), log.public_title(plan, "")
    for subject in subjects:
        if isinstance(subject, Session):
            text = event_text.description(subject, needs.get(subject.number, ())) if name else ""
            yield _event(plan, subject, name, uid(key_of(subject)), text)
        else:
            yield _care(plan, subject, name, uid(key_of(subject)))


def key_of(subject: Subject) -> str:
    """Return the key of an event's subject within its plan."""
    return f"session/{subject.number}" if isinstance(subject, Session) else care.key(subject)


def cancelled(event: Event, *, discreet: bool) -> Event:
    """Cancel an event and keep its content, or make that neutral if the plan is now discreet."""
    if discreet and not event.private:
        event = _neutral(event)
    if event.cancelled:
        return event
    summary = f"{CANCELLED}{event.summary}"
    return replace(event, summary=summary, cancelled=True, transparent=True, alarms=())


def _neutral(event: Event) -> Event:
    """Make an event neutral; keep the session number, which is the last word of its title."""
    number = event.summary.rpartition(" ")[2]
    name = f"{log.NEUTRAL} {number}" if event.category == "Session" else NEUTRAL_CARE
    summary = f"{CANCELLED * event.cancelled}{name}"
    return replace(event, summary=summary, description="", location="", category="", private=True)


def _event(plan: Plan, session: Session, name: str, uid: str, text: str) -> Event:
    """Make the event of a session; without a ``name`` it is discreet."""
    start, end = dates.start_and_end(session)
    cancelled = session.status not in (Status.PLANNED, Status.DONE)
    discreet = not name
    return Event(
        uid=uid,
        stamp=plan.created,
        created=plan.created,
        start=start,
        end=end,
        is_regular=_is_regular(session, end),
        summary=_summary(name or log.NEUTRAL, session),
        description=text,
        location="" if discreet else session.rules.location,
        category="" if discreet else "Session",
        cancelled=cancelled,
        transparent=cancelled or session.at is None,
        private=discreet,
        alarms=() if session.status is not Status.PLANNED else _alarms(session),
    )


# --- care -----------------------------------------------------------------------------------

CUE_LENGTH = timedelta(minutes=15)
"""A timed cue or checkpoint is an event of this length, with one alarm at its start."""


def _care(plan: Plan, item: care.Item, name: str, uid: str) -> Event:
    discreet = not name
    start, end, is_regular = span(item)
    return Event(
        uid=uid,
        stamp=plan.created,
        created=plan.created,
        start=start,
        end=end,
        is_regular=is_regular,
        summary=NEUTRAL_CARE if discreet else care_text.title(item),
        description="" if discreet else care_text.details(item),
        category="" if discreet else "Care",
        transparent=True,
        private=discreet,
        alarms=_care_alarms(item, start),
    )


def _care_alarms(item: care.Item, start: date | datetime) -> tuple[Alarm, ...]:
    """Return the alarms of care: at its time, or in the morning for an all-day checkpoint that rings."""
    if isinstance(start, datetime):
        return (Alarm(),)
    rings = isinstance(item, care.Checked) and item.rings
    return (Alarm(minutes=ALL_DAY_ALARM.hour * 60),) if rings else ()


def span(item: care.Item) -> tuple[date | datetime, date | datetime, bool]:
    """Return the start and the exclusive end of care, and whether those times exist exactly once."""
    match item:
        case care.Paused():
            return item.first, item.last + timedelta(days=1), True
        case care.Cued() | care.Checked() if item.at is not None:
            zone = dates.zone(item.tz)
            start = dates.local(item.day, item.at, zone)
            return start, dates.later(start, CUE_LENGTH), dates.is_regular(item.day, item.at, zone)
        case care.Cued() | care.Checked():
            return item.day, item.day + timedelta(days=1), True


# --- one session ----------------------------------------------------------------------------


def _is_regular(session: Session, end: date | datetime) -> bool:
    at = session.at
    if at is None or not isinstance(end, datetime):
        return True
    zone = dates.zone(session.rules.tz)
    ends = dates.is_regular(end.date(), end.time().replace(fold=0), zone)
    return ends and dates.is_regular(session.date, at, zone)


def _summary(name: str, session: Session) -> str:
    title = f"{name} {session.number}"
    match session.status:
        case Status.PLANNED:
            return title
        case Status.DONE:
            return f"✓ {title}"
        case Status.SKIPPED | Status.MISSED | Status.DROPPED:
            return f"{CANCELLED}{title}"


def as_discreet(plan: Plan) -> Plan:
    """Make the plan discreet now and throughout its log."""
    log_ = tuple(
        replace(entry, rules=replace(entry.rules, discreet=True))
        if isinstance(entry, Revised)
        else entry
        for entry in plan.log
    )
    return replace(plan, rules=replace(plan.rules, discreet=True), log=log_)


def _alarms(session: Session) -> tuple[Alarm, ...]:
    """List the alarms of a session, earliest first, without duplicates."""
    alarms = (_alarm(session, reminder) for reminder in session.rules.remind)
    by_offset = {alarm.days * DAY_MINUTES + alarm.minutes: alarm for alarm in alarms}
    return tuple(by_offset[offset] for offset in sorted(by_offset))


def _alarm(session: Session, reminder: Reminder) -> Alarm:
    """Convert a reminder to an offset from the start; one with a time of day becomes minutes."""
    rules = session.rules
    if reminder.length is not None:
        return Alarm(minutes=-reminder.length.minutes)
    day = session.date - timedelta(days=reminder.days)
    if session.at is None:
        rings = datetime.combine(day, reminder.at or ALL_DAY_ALARM)
        return Alarm(minutes=(rings - datetime.combine(session.date, time())) // MINUTE)
    if reminder.at is None:
        return Alarm(days=-reminder.days)
    zone = dates.zone(rules.tz)
    start, rings = dates.local(session.date, session.at, zone), dates.local(day, reminder.at, zone)
    return Alarm(minutes=dates.elapsed(start, rings) // MINUTE)
