"""From a busy calendar to the days it closes for a plan, in a process of its own.

Reading iCalendar and expanding recurrences is the libraries' duty; ours is to say which days are
closed. The libraries can search for a day until the end of time, so ``main`` runs them where the
system bounds time and memory. It reads a Question and a calendar from standard input and writes
Replies to standard output, a line each; ``closures`` is on the other side.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from microplan.calendars import alarm, ics_reader
from microplan.errors import CalendarError
from microplan.model import dates
from microplan.model.values import Hours

TOO_MUCH = "working it out takes more time or memory than it may; export fewer months of it"
MARGIN = 2 * dates.DAY
"""Zones differ by a day at most, and a session may go on after midnight."""
A_BLOCK = 128
"""Bytes that an object takes, on the whole, with what the system adds."""
EVERY_LOOK = 0.05
"""Seconds between two looks at the memory in use."""
EVERY = 200
"""Events between two reports of how far reading has come."""
SEQUENCE = re.compile(r"^SEQUENCE:(\d{1,9})\s*$", re.MULTILINE | re.IGNORECASE)


class BusyQuery(Struct, frozen=True, kw_only=True):
    """For which days, hours and zone a calendar is read; ``own`` are UIDs of the plan itself.

    Without ``at`` the sessions last all day; ``others`` are the hours of single weekdays. ``seconds`` of processor time may pass in all and
    ``at_once`` over one event, with ``memory`` bytes of address space.
    """

    first: date
    last: date
    at: time | None
    minutes: int
    tz: str
    others: tuple[tuple[int, time], ...] = ()
    own: tuple[str, ...] = ()
    seconds: int = 40
    at_once: float = 3.0
    memory: int = 1 << 30


class BusyProgress(Struct, frozen=True, tag=True):
    """So many events have been read."""

    done: int
    of: int


class BusyReply(Struct, frozen=True, kw_only=True, tag=True):
    """The closed days as ranges, how many events could not be read, and zones nobody knows."""

    days: tuple[tuple[date, date], ...]
    unread: int = 0
    unknown_zones: tuple[str, ...] = ()


class Fault(Struct, frozen=True, tag=True):
    """Why a calendar cannot be read, as a sentence."""

    text: str


Reply = BusyProgress | BusyReply | Fault
Bound = Callable[[], contextlib.AbstractContextManager[None]]


class TooLong(BaseException):
    """An event takes too long; no library that catches everything may catch this."""


# --- one calendar ---------------------------------------------------------------------------


def answer(
    content: bytes, question: BusyQuery, bound: Bound = contextlib.nullcontext
) -> Iterator[Reply]:
    """Read a calendar; raises CalendarError for what is none, or cannot be worked out."""
    contents = ics_reader.read(ics_reader.decode(content))
    reader = _Reader(question)
    with _patience():
        with bound():
            reader.learn(contents.zones)
        groups = list(series(contents.events))
        for place, group in enumerate(groups):
            if place % EVERY == 0:
                yield BusyProgress(place, len(groups))
            with _naming(group), bound():
                reader.read(group)
    yield BusyReply(
        days=reader.days.closed(),
        unread=reader.unread,
        unknown_zones=tuple(sorted(reader.unknown_zones)),
    )


def series(events: Sequence[str]) -> Iterator[list[str]]:
    """Put events with what was changed in single instances of them; older versions drop out.

    Several of one UID that are of the same age are taken for several events: one too many closes
    a day too many, one too few would put a session on a taken hour.
    """
    by_uid: dict[str, list[str]] = {}
    for place, event in enumerate(events):
        by_uid.setdefault(ics_reader.uid(event) or f"\n{place}", []).append(event)
    for group in by_uid.values():
        changed = [event for event in group if _is_instance(event)]
        whole = [event for event in group if not _is_instance(event)]
        newest = max(map(_sequence, whole), default=0)
        latest = [event for event in whole if _sequence(event) == newest]
        if not latest:
            yield changed
        for event in latest:
            yield [event, *changed]


def _is_instance(event: str) -> bool:
    return "\nRECURRENCE-ID" in event.upper()


def _sequence(event: str) -> int:
    found = SEQUENCE.search(event)
    return int(found[1]) if found else 0


class _Reader:
    """What has been found so far: closed days, events that cannot be read, unknown zones."""

    def __init__(self, question: BusyQuery) -> None:
        self.question = question
        self.zone = dates.zone(question.tz)
        self.own = frozenset(question.own)
        length = timedelta(minutes=question.minutes)
        hours = None if question.at is None else Hours(usual=question.at, others=question.others)
        self.days = Days(question.first, question.last, self.zone, hours, length)
        self.span = (question.first - MARGIN, question.last + MARGIN)
        self.unread = 0
        self.unknown_zones: set[str] = set()

    def learn(self, zones: Sequence[str]) -> None:
        """Make the zones of a file known to the library, whose events name them."""
        from icalendar import Timezone

        for zone in zones:
            with contextlib.suppress(Exception):  # an event that needs it says so
                Timezone.from_ical(zone)

    def read(self, group: list[str]) -> None:
        """Close the days of one event and its instances; one that cannot be read is counted."""
        first, last = (f"{day:%Y%m%d}" for day in self.span)
        if len(group) == 1 and ics_reader.lies_outside(group[0], first, last):
            return
        if ics_reader.uid(group[0]) in self.own:
            return
        try:
            for start, end in self._taken(group):
                self.days.take(start, end)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a library meets what somebody wrote
            self.unread += 1

    def _taken(self, group: list[str]) -> list[tuple[float, float]]:
        """List when an event and its instances take time, as seconds since 1970."""
        import recurring_ical_events
        from icalendar import Calendar, Event

        calendar = Calendar()
        for text in group:
            event = Event.from_ical(text)
            if event.errors:
                raise CalendarError("an event has a property that cannot be read")
            self._look_at_zone(event)
            calendar.add_component(event)
        events = calendar.events
        if len(events) == 1 and _is_free(events[0]):
            return []
        query = recurring_ical_events.of(calendar)
        found: list[Any]
        if len(events) == 1:  # no instance differs, and no copy of each is needed
            found = [each for one in query.series for each in one.between(*self.span)]
        else:
            found = [event for event in query.between(*self.span) if not _is_free(event)]
        return [(self._instant(event.start), self._instant(_end(event))) for event in found]

    def _look_at_zone(self, event: Any) -> None:  # noqa: ANN401 - icalendar's
        start = event["DTSTART"]
        zone = start.params.get("TZID")
        if zone and isinstance(start.dt, datetime) and start.dt.tzinfo is None:
            self.unknown_zones.add(str(zone))

    def _instant(self, value: date) -> float:
        """Find the instant of a time or of the beginning of a day; without a zone, the plan's."""
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        return (value if value.tzinfo else value.replace(tzinfo=self.zone)).timestamp()


def _end(event: Any) -> date:  # noqa: ANN401 - icalendar's
    """Find where an event ends; some programs write one of a whole day as ending as it begins."""
    lasts_no_time = not isinstance(event.start, datetime) and event.end <= event.start
    end: date = event.start + dates.DAY if lasts_no_time else event.end
    return end


def _is_free(event: Any) -> bool:  # noqa: ANN401 - icalendar's
    """Whether an event is called off, or leaves its time free (RFC 5545, section 3.8.2.7)."""
    said = {
        name: str(event.get(name, "")).strip().upper()
        for name in ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")
    }
    return (
        said["STATUS"] == "CANCELLED"
        or said["TRANSP"] == "TRANSPARENT"
        or said["X-MICROSOFT-CDO-BUSYSTATUS"] == "FREE"
    )


# --- the process ----------------------------------------------------------------------------


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    """Keep what libraries think of a calendar to themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _naming(group: list[str]) -> Iterator[None]:
    """Name the event that takes too long by its day; its title is nobody's business."""
    try:
        yield
    except TooLong:
        day = ics_reader.begins(group[0])
        name = f"the one from {day[:4]}-{day[4:6]}-{day[6:]}" if day else "one"
        raise CalendarError(
            f"of its events {name} repeats so often, or so long without a day, that it cannot be "
            "worked out; take it out of the file"
        ) from None


def _bounded(question: BusyQuery) -> Bound:
    """Bound this process in memory and time, and return what bounds a part of its work.

    Where the system sets no limit, whoever started the process ends it after some time, and it
    watches its memory itself.
    """
    try:
        import resource
    except ImportError:
        _watch(question.memory)
        return timed(question.at_once)
    for limit, most in (
        (resource.RLIMIT_CPU, question.seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # not every system has each
            resource.setrlimit(limit, (most, most))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (question.memory, question.memory))
    except (ValueError, OSError):  # as on macOS
        _watch(question.memory)
    return timed(question.at_once)


def _watch(memory: int) -> None:
    """End this process, without an answer, soon after Python has that many bytes in small objects.

    Texts are no longer than the calendar; what grows without end are dates and their containers.
    """
    import threading
    from time import sleep

    def look() -> None:
        while sys.getallocatedblocks() * A_BLOCK < memory:
            sleep(EVERY_LOOK)
        os._exit(0)

    threading.Thread(target=look, daemon=True).start()


def timed(seconds: float) -> Bound:
    """Make what bounds a part of the work in processor time; past that it raises TooLong."""

    def stop() -> None:
        raise TooLong

    return lambda: alarm.busy(seconds, stop)


def main() -> None:
    """Answer the question on standard input, about the calendar that follows it."""
    question = msgspec.json.decode(sys.stdin.buffer.readline(), type=BusyQuery)
    bound = _bounded(question)
    try:
        for reply in answer(sys.stdin.buffer.read(), question, bound):
            _reply(reply)
    except CalendarError as error:
        _reply(Fault(str(error)))
    except TooLong:
        _reply(Fault("its time zones cannot be worked out"))
    except MemoryError:
        _reply(Fault(TOO_MUCH))


def _reply(reply: Reply) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(reply) + b"\n")
    sys.stdout.buffer.flush()


class Days:
    """The days of a plan as stretches of time, and which of them something closes.

    A session with a time closes its day if it would overlap; one that touches is free. A session
    without a time finds a day closed that is taken from its first minute to its last.
    """

    def __init__(
        self, first: date, last: date, zone: ZoneInfo, at: Hours | None, length: timedelta
    ) -> None:
        days = [first + offset * dates.DAY for offset in range((last - first).days + 1)]
        starts = [dates.local(day, at.on(day) if at else time(), zone) for day in days]
        if at is None:
            ends = [dates.local(day + dates.DAY, time(), zone) for day in days]
        else:
            ends = [dates.later(start, length) for start in starts]
        self.first = first
        self.timed = at is not None
        self.starts = [start.timestamp() for start in starts]
        self.ends = [end.timestamp() for end in ends]
        self.changes = [0] * (len(days) + 1)

    def take(self, start: float, end: float) -> None:
        """Close the days that an event between two instants closes."""
        if self.timed:
            low, high = bisect_right(self.ends, start), bisect_left(self.starts, end)
        else:
            low, high = bisect_left(self.starts, start), bisect_right(self.ends, end)
        if start < end and low < high:
            self.changes[low] += 1
            self.changes[high] -= 1

    def closed(self) -> tuple[tuple[date, date], ...]:
        """List the closed days, those that follow one another as one range."""
        ranges: list[tuple[date, date]] = []
        for place, taken in enumerate(accumulate(self.changes)):
            day = self.first + place * dates.DAY
            if taken and ranges and ranges[-1][1] == day - dates.DAY:
                ranges[-1] = (ranges[-1][0], day)
            elif taken:
                ranges.append((day, day))
        return tuple(ranges)


if __name__ == "__main__":
    main()
