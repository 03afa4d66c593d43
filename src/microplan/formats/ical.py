"""Writes a calendar file event by event: its head, zones, events and alarms (RFC 5545).

The ``Calendar`` of the ``ics`` package isn't used, because it drops stamps, doesn't fold lines, and
converts every time to UTC. ``content_lines`` writes the lines.
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
"""A first and a last day."""
ZERO = timedelta(0)
REFRESH = "PT1H"
"""How often a subscriber should fetch the calendar again."""
END = joined("END:VCALENDAR")
"""The last line of a calendar."""


def calendar(subject: Subject, cancels: AbstractSet[str] | None = None) -> Iterator[str]:
    """Write a plan as a calendar file.

    Includes a cancelled event only if ``cancels`` has its UID, which means that the program got the
    event before. Without ``cancels``, includes all of them, because the file may go anywhere.
    """
    plan = subject.plan
    made = events(plan, subject.sessions, with_care=subject.with_care is not False)
    entries = tuple(e for e in made if cancels is None or not e.cancelled or e.uid in cancels)
    return _of_plan(plan, entries)


def one_file_per_event(
    plan: Plan, sessions: Sequence[Session], *, with_care: bool
) -> Iterator[tuple[str, str | None]]:
    """Yield a file name and text for each event, in the layout of a vdir.

    The text is None if there should be no file: for a cancelled event, and for care without
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
    """Write events of a plan as a calendar with the plan's title and zone."""
    name = log.public_title(plan, log.NEUTRAL_CALENDAR)
    return render(entries, name=name, tz=plan.rules.tz, spans=spans(entries))


def caldav_resource(plan: Plan, event: Event) -> tuple[str, str]:
    """Write one event for a CalDAV server; return its mark and its text.

    The mark is the event's stamp and a digest of its content. The text includes it as
    ``X-MICROPLAN-MARK``, so we recognise our own version however a server rewrites the rest.
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
    """Find the first and last local day of the timed events in each zone."""
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

    ``spans`` has the days for which to describe each zone; times in other zones are written in UTC.
    ``tz``, if any, is named as the calendar's zone. The same values always give the same text.
    """
    yield from top(name, tz, spans)
    for event in entries:
        yield entry(event, spans)
    yield END


def top(name: str, tz: str, spans: Mapping[str, Days]) -> Iterator[str]:
    """Yield the part of a calendar above its events; the zones come last."""
    yield joined(*_head(name, tz if spans else ""))
    for key, days in spans.items():
        if not _is_utc(key):
            yield joined(_timezone(key, observances(dates.zone(key), *days)))


def entry(event: Event, zones: Contains[str]) -> str:
    """Write one event; its times are in UTC unless the calendar describes their zone."""
    tzid = _zone(event) if event.is_regular else ""
    return joined(_event(event, tzid if tzid in zones and not _is_utc(tzid) else ""))


@lru_cache(maxsize=64)
def _is_utc(key: str) -> bool:
    """Whether a zone's times can be written with ``Z``, which needs no description."""
    return dates.zone(key).utcoffset(None) == ZERO


def _zone(event: Event) -> str:
    """Return the key of an event's zone; UTC if the zone has no name."""
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
    # How often a subscriber fetches again: RFC 7986, section 5.7, and its older name.
    yield content_line("REFRESH-INTERVAL", REFRESH, {"VALUE": ["DURATION"]})
    yield content_line("X-PUBLISHED-TTL", REFRESH)


# --- events ---------------------------------------------------------------------------------


def _event(event: Event, tzid: str) -> str:
    """Write one event; without alarms if it's cancelled, because they would still ring."""
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
    """Write the start and the end, and the start again where no other program changes it.

    ``X-MICROPLAN-START`` has the parameters of DTSTART too: a start whose zone alone changed has
    moved, but one rewritten in UTC has not.
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
