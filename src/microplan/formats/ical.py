"""Writes a calendar file event by event: what its head, its events, alarms and zones have (RFC 5545).

The ``Calendar`` of the ``ics`` package isn't used: it drops stamps, doesn't fold, and turns every
time into UTC. How a line is written is the business of ``content_lines``.
"""

from __future__ import annotations

from collections.abc import Container as Contains
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from microplan import __version__
from microplan.formats import Subject
from microplan.formats.content_lines import (
    clock_value,
    common_line,
    component,
    content_line,
    joined,
    moment_value,
    offset_value,
    stamp_value,
    text_line,
    trigger_value,
)
from microplan.formats.vtimezone import Observance, observances
from microplan.model import dates, log
from microplan.model.plan import Plan, Session
from microplan.scheduling.events import Alarm, Event
from microplan.scheduling.sequence import events

Days = tuple[date, date]
"""The first and the last of some days."""
ZERO = timedelta(0)
REFRESH = "PT1H"
"""How long a calendar that was subscribed to may be as it is."""
END = joined("END:VCALENDAR")
"""The last line of a calendar."""


def calendar(subject: Subject, cancels: AbstractSet[str] | None = None) -> Iterator[str]:
    """Say a plan as a calendar file.

    A cancelled event is written where ``cancels`` has its UID: it takes back what a program was
    given before. Without it all are, because a file may go anywhere.
    """
    plan = subject.plan
    made = events(plan, subject.sessions, with_care=subject.with_care is not False)
    entries = tuple(e for e in made if cancels is None or not e.cancelled or e.uid in cancels)
    return _of_plan(plan, entries)


def one_file_per_event(
    plan: Plan, sessions: Sequence[Session], *, with_care: bool
) -> Iterator[tuple[str, str | None]]:
    """Yield a file name and its text for each event, as a vdir holds them.

    The text is None where no file should be: for a cancelled event, and for care without
    ``with_care``.
    """
    uids = set()
    for event in events(plan, sessions, with_care=with_care):
        uids.add(event.uid)
        yield f"{event.uid}.ics", None if event.cancelled else "".join(_of_plan(plan, (event,)))
    if log.care_history(plan) and not with_care:
        others = (event.uid for event in events(plan, sessions) if event.uid not in uids)
        yield from ((f"{uid}.ics", None) for uid in others)


def _of_plan(plan: Plan, entries: Sequence[Event]) -> Iterator[str]:
    """Write events of a plan as a calendar that has its title and its zone."""
    name = log.public_title(plan, log.NEUTRAL_CALENDAR)
    return render(entries, name=name, tz=plan.rules.tz, spans=spans(entries))


def caldav_resource(plan: Plan, event: Event) -> tuple[str, str]:
    """Say one event as a CalDAV server keeps it, with a mark that tells its words from others.

    The mark is the stamp of the event and a digest of what is said, and stands in the text as
    ``X-MICROPLAN-MARK``: whatever a server makes of the rest, it can be read there what we put.
    """
    from hashlib import sha256

    head, *body = render(
        [event],
        name=log.public_title(plan, log.NEUTRAL_CALENDAR),
        tz=plan.rules.tz,
        spans=spans([event]),
    )
    mark = f"{stamp_value(event.stamp)}-{sha256(''.join(body).encode()).hexdigest()[:16]}"
    *zones, own, end = body
    begin, rest = own.split("\r\n", 1)
    marked = joined(begin, content_line("X-MICROPLAN-MARK", mark))
    return mark, "".join([head, *zones, marked, rest, end])


def spans(entries: Iterable[Event]) -> dict[str, Days]:
    """Find the first and the last local day of the timed events in each zone."""
    by_zone: dict[str, Days] = {}
    for event in entries:
        if isinstance(event.start, datetime) and isinstance(event.end, datetime):
            start, end = event.start.date(), event.end.date()
            first, last = by_zone.get(_zone(event), (start, end))
            by_zone[_zone(event)] = min(first, start), max(last, end)
    return by_zone


def render(
    entries: Iterable[Event], *, name: str, tz: str, spans: Mapping[str, Days]
) -> Iterator[str]:
    """Yield a calendar called ``name`` in pieces, one for each event, in the order given.

    ``spans`` has the days to describe each zone for; times of a zone it lacks are written in
    UTC, and ``tz`` is named as the calendar's own if it has any. The same values give the
    same text, whenever and wherever.
    """
    yield from top(name, tz, spans)
    for event in entries:
        yield entry(event, spans)
    yield END


def top(name: str, tz: str, spans: Mapping[str, Days]) -> Iterator[str]:
    """Yield what stands above the events of a calendar, its zones last."""
    yield joined(*_head(name, tz if spans else ""))
    for key, days in spans.items():
        if not _is_utc(key):
            yield joined(_timezone(key, observances(dates.zone(key), *days)))


def entry(event: Event, zones: Contains[str]) -> str:
    """Say one event; its times are in UTC unless the calendar describes their zone."""
    tzid = _zone(event) if event.is_regular else ""
    return joined(_event(event, tzid if tzid in zones and not _is_utc(tzid) else ""))


@lru_cache(maxsize=64)
def _is_utc(key: str) -> bool:
    """Whether times of a zone need none: every reader knows Z, and shows it in its own zone."""
    return dates.zone(key).utcoffset(None) == ZERO


def _zone(event: Event) -> str:
    """Key of the zone an event's hours are in; UTC where it is in none that has a name."""
    zone = event.start.tzinfo if isinstance(event.start, datetime) else None
    return zone.key if isinstance(zone, ZoneInfo) else "UTC"


def _head(name: str, tz: str) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield content_line("VERSION", "2.0")
    yield content_line("PRODID", f"-//microplan//microplan {__version__}//EN")
    yield content_line("CALSCALE", "GREGORIAN")
    yield from text_line("NAME", name)  # RFC 7986, section 5.1; older readers know the next
    yield from text_line("X-WR-CALNAME", name)
    yield from text_line("X-WR-TIMEZONE", tz)
    # How often a subscriber looks again: RFC 7986, section 5.7, and the older name of it.
    yield content_line("REFRESH-INTERVAL", REFRESH, {"VALUE": ["DURATION"]})
    yield content_line("X-PUBLISHED-TTL", REFRESH)


# --- events ---------------------------------------------------------------------------------


def _event(event: Event, tzid: str) -> str:
    """Say one event; an alarm for something cancelled would ring all the same, so it goes."""
    alarms = () if event.cancelled else dict.fromkeys(event.alarms)
    return component(
        "VEVENT",
        *_identity(event),
        *_times(event, tzid),
        *text_line("SUMMARY", event.summary),
        *text_line("DESCRIPTION", event.description),
        *text_line("LOCATION", event.location),
        *text_line("CATEGORIES", event.category),
        *_standing(event),
        *(_alarm(trigger, event.summary) for trigger in alarms),
    )


def _identity(event: Event) -> Iterator[str]:
    stamp = stamp_value(event.stamp)
    yield content_line("UID", event.uid)
    yield common_line("SEQUENCE", str(event.sequence))
    yield common_line("DTSTAMP", stamp)
    yield common_line("LAST-MODIFIED", stamp)
    yield common_line("CREATED", stamp_value(event.created))


def _times(event: Event, tzid: str) -> Iterator[str]:
    """Say start and end, and the start once more where no other program changes it.

    ``X-MICROPLAN-START`` has the parameters of DTSTART too: a start that only changed its zone
    has moved, and one that was rewritten in UTC has not.
    """
    start, params = moment_value(event.start, tzid)
    yield content_line("DTSTART", start, params)
    yield content_line("DTEND", *moment_value(event.end, tzid))
    # The value of an X- property is text unless it says otherwise (RFC 5545, section 3.8.8.2).
    yield content_line("X-MICROPLAN-START", start, {"VALUE": ["DATE-TIME"], **params})


def _standing(event: Event) -> Iterator[str]:
    if event.private:
        yield common_line("CLASS", "PRIVATE")
    yield common_line("STATUS", "CANCELLED" if event.cancelled else "CONFIRMED")
    yield common_line("TRANSP", "TRANSPARENT" if event.transparent else "OPAQUE")


def _alarm(trigger: Alarm, summary: str) -> str:
    return component(
        "VALARM",
        common_line("ACTION", "DISPLAY"),
        common_line("TRIGGER", trigger_value(trigger)),
        *(list(text_line("DESCRIPTION", summary)) or [content_line("DESCRIPTION", "Reminder")]),
    )


# --- the zone -------------------------------------------------------------------------------


def _timezone(tzid: str, parts: Iterable[Observance]) -> str:
    return component("VTIMEZONE", *text_line("TZID", tzid), *map(_observance, parts))


def _observance(part: Observance) -> str:
    return component(
        "DAYLIGHT" if part.daylight else "STANDARD",
        content_line("DTSTART", clock_value(part.start)),
        content_line("TZOFFSETFROM", offset_value(part.before)),
        content_line("TZOFFSETTO", offset_value(part.after)),
        *text_line("TZNAME", part.name),
        *([content_line("RRULE", part.rule)] if part.rule else ()),
    )
