"""Finds the days that a busy calendar closes for a plan.

Libraries parse iCalendar and expand recurrences. This module cleans up the events first, and
decides which days they close. ``busy_process`` runs it.
"""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from microplan.calendars import event_lines, free_busy, ics_reader, ics_values, older_rules
from microplan.calendars.busy_query import BusyProgress, BusyQuery, Misread, Query, Reply
from microplan.calendars.event_lines import Readable
from microplan.calendars.file_zones import FileZones
from microplan.calendars.ics_reader import Part
from microplan.calendars.taken_time import BusyTimeSink, ClosedDaysSink, Sink
from microplan.errors import CalendarError
from microplan.model import dates

MARGIN = 2 * dates.DAY
"""Zones differ by at most a day, and a session can end after midnight."""
EVERY = 200
"""Events between two progress reports."""
SEQUENCE = re.compile(r"^SEQUENCE: *(\d{1,9})\s*$", re.MULTILINE | re.IGNORECASE)
INSTANCE = re.compile(r"^RECURRENCE-ID\b", re.MULTILINE | re.IGNORECASE)
INSTANCE_LINE = re.compile(r"^RECURRENCE-ID([;:][^\r\n]*)", re.MULTILINE | re.IGNORECASE)
PLAIN_INSTANCE = re.compile(
    r"^RECURRENCE-ID(?:;[^\n]*)?: *\d{8}(?:T\d{4,6}Z?)?\s*$", re.MULTILINE | re.IGNORECASE
)
ATTEMPTS = (
    (),
    ("EXRULE",),
    ("EXRULE", "EXDATE"),
    ("EXRULE", "EXDATE", "RDATE"),
    ("EXRULE", "EXDATE", "RDATE", "RRULE"),
)
"""Properties to leave out, in turn, if the library can't read an event."""

Bound = Callable[[], contextlib.AbstractContextManager[None]]


class TooLong(BaseException):
    """An event takes too long; a BaseException, so that no library catches it."""


def answer(
    content: bytes, question: Query, bound: Bound = contextlib.nullcontext
) -> Iterator[Reply]:
    """Read a calendar; raises CalendarError if it isn't one, or takes too long to expand."""
    contents = ics_reader.read(ics_reader.decode(content))
    reader = _Reader(question)
    with _patience():
        with bound():
            for calendar, zone in contents.zones:
                reader.zones.learn(calendar, zone)
        groups = list(series(contents.parts))
        for index, group in enumerate(groups):
            if index % EVERY == 0:
                yield BusyProgress(index, len(groups))
            with _naming(group), bound():
                reader.read(group)
    yield reader.reply()


def series(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Group events with their changed instances; drop older versions and cancelled events.

    Two events with the same UID and SEQUENCE count as separate events: that may close a day too
    many, but dropping one could put a session at a busy time.
    Cancellations follow RFC 5546, section 3.2.5.
    """
    by_uid: dict[str, list[Part]] = {}
    for part in parts:
        uid = "" if _is_no_instance(part) else ics_reader.uid(part.text)
        by_uid.setdefault(uid or f"\n{part.number}", []).append(part)
    for group in by_uid.values():
        changed = [part for part in group if _is_instance(part)]
        whole = [part for part in group if not _is_instance(part)]
        newest = max(map(_sequence, whole), default=0)
        latest = [part for part in whole if _sequence(part) == newest]
        if not latest:
            yield changed
        if not any(part.method == "CANCEL" for part in latest):
            for part in latest:
                yield [part, *changed]


def _with_start(part: Part) -> str:
    """Add the original start to a cancelled instance, which may lack one (RFC 5546, 3.2.5)."""
    match = None if part.method != "CANCEL" else INSTANCE_LINE.search(part.text)
    if match is None or ics_reader.begins(part.text):
        return part.text
    return part.text.replace("\r\nEND:", f"\r\nDTSTART{match[1]}\r\nEND:", 1)


def _is_instance(part: Part) -> bool:
    return PLAIN_INSTANCE.search(part.text) is not None


def _is_no_instance(part: Part) -> bool:
    """Whether an event's RECURRENCE-ID can't be read; it then counts as a separate event."""
    return INSTANCE.search(part.text) is not None and not _is_instance(part)


def _sequence(part: Part) -> int:
    match = SEQUENCE.search(part.text)
    return int(match[1]) if match else 0


class _Reader:
    """Collects busy time, events with unreadable properties, and unknown zones."""

    def __init__(self, question: Query) -> None:
        self.zone = dates.zone(question.tz)
        self.own = question.own if isinstance(question, BusyQuery) else ()
        self.sink: Sink = (
            ClosedDaysSink(question) if isinstance(question, BusyQuery) else BusyTimeSink()
        )
        self.span = (question.first - MARGIN, question.last + MARGIN)
        self.zones = FileZones(question.tz)
        self.misread: dict[int, Misread] = {}

    def reply(self) -> Reply:
        """Build the final reply."""
        misread = tuple(self.misread[number] for number in sorted(self.misread))
        return self.sink.reply(misread, tuple(sorted(self.zones.unknown)))

    def read(self, group: list[Part]) -> None:
        """Add the time of one event and its instances, or of a VFREEBUSY."""
        part = group[0]
        if part.name == "VFREEBUSY":
            self.read_free_busy(part)
            return
        first, last = (f"{day:%Y%m%d}" for day in self.span)
        if len(group) == 1 and ics_reader.lies_outside(part.text, first, last):
            return
        if ics_reader.uid(part.text) not in self.own:
            self.read_events(group)

    def read_free_busy(self, part: Part) -> None:
        """Add the busy periods of a VFREEBUSY (RFC 5545, section 3.6.4)."""
        periods, is_whole = free_busy.taken(part.text, self.zones.of_calendar(part.calendar))
        for start, end in periods:
            self.sink.take("", start.timestamp(), end.timestamp())
        if not is_whole:
            self.note(part, ("FREEBUSY",))

    def read_events(self, group: list[Part]) -> None:
        """Add the time of one event and its instances; leave out properties that can't be read."""
        uid = ics_reader.uid(group[0].text)
        for without in ATTEMPTS:
            readables = [self.readable(part, without, group[0]) for part in group]
            try:
                periods = self.taken(readables, group)
                for start, end in periods:
                    self.sink.take(uid, start, end)
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001, S112 - damaged text can raise anything in the library
                continue
            self.note_all(group, readables)
            return
        for part in group:
            self.note(part, ("DTSTART",))

    def readable(self, part: Part, without: Sequence[str], whole: Part) -> Readable:
        """Clean up an event of a series, leaving out some of its properties."""
        has = [name for name in without if f"\r\n{name}" in part.text.upper()]
        zones = self.zones.of_calendar(part.calendar)
        if part is whole:
            return event_lines.readable(part.text, zones, has)
        first = event_lines.start(whole.text, self.zones.of_calendar(whole.calendar))
        return event_lines.readable(_with_start(part), zones, has, first)

    def note_all(self, group: list[Part], readables: list[Readable]) -> None:
        """Note the properties left out of an event and its instances."""
        for part, readable in zip(group, readables, strict=True):
            self.note(part, readable.left_out)

    def note(self, part: Part, lines: tuple[str, ...]) -> None:
        """Note the properties of an event that can't be read."""
        if lines:
            begins = ics_values.moment(ics_reader.begins(part.text), "")
            day = None if begins is None or "DTSTART" in lines else begins.day
            start = event_lines.start(part.text, self.zones.of_calendar(part.calendar))
            is_whole_day = start is not None and start.at is None
            self.misread[part.number] = Misread(
                number=part.number, day=day, lines=lines, is_whole_day=is_whole_day
            )

    def taken(self, readables: list[Readable], group: list[Part]) -> list[tuple[float, float]]:
        """List the busy periods of an event and its instances, in seconds since 1970."""
        import recurring_ical_events
        from icalendar import Calendar, Event

        calendar = Calendar()
        for readable, part in zip(readables, group, strict=True):
            if not readable.text:
                continue
            event = Event.from_ical(readable.text)
            if event.errors:
                raise CalendarError("an event has a property that can't be read")
            older_rules.list_exceptions(event, *self.span)
            if part.method == "CANCEL":
                event["STATUS"] = "CANCELLED"
            calendar.add_component(event)
        events = calendar.events
        if not events or (len(events) == 1 and _is_free(events[0])):
            return []
        query = recurring_ical_events.of(calendar)
        occurrences: list[Any]
        if len(events) == 1:  # faster: without changed instances, occurrences need no copies
            occurrences = [event for one in query.series for event in one.between(*self.span)]
        else:
            occurrences = [event for event in query.between(*self.span) if not _is_free(event)]
        return [(self._instant(event.start), self._instant(_end(event))) for event in occurrences]

    def _instant(self, value: date) -> float:
        """Convert a time or the start of a day to seconds since 1970; the plan's zone is the default."""
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        return (value if value.tzinfo else value.replace(tzinfo=self.zone)).timestamp()


def _end(event: Any) -> date:  # noqa: ANN401 - icalendar's
    """Return the end of an event; some programs end an all-day event on its first day."""
    lasts_no_time = not isinstance(event.start, datetime) and event.end <= event.start
    end: date = event.start + dates.DAY if lasts_no_time else event.end
    return end


def _is_free(event: Any) -> bool:  # noqa: ANN401 - icalendar's
    """Whether an event is cancelled or doesn't block time (RFC 5545, section 3.8.2.7)."""
    properties = {
        name: str(event.get(name, "")).strip().upper()
        for name in ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")
    }
    return (
        properties["STATUS"] == "CANCELLED"
        or properties["TRANSP"] == "TRANSPARENT"
        or properties["X-MICROSOFT-CDO-BUSYSTATUS"] == "FREE"
    )


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    """Silence the warnings of libraries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _naming(group: list[Part]) -> Iterator[None]:
    """Name the event that takes too long by its day, because its title is private."""
    try:
        yield
    except TooLong:
        day = ics_reader.begins(group[0].text)
        name = f"its event from {day[:4]}-{day[4:6]}-{day[6:]}" if day else "one of its events"
        raise CalendarError(
            f"{name} repeats too often, or takes too long to find a day. Remove it from the file"
        ) from None
