"""Write a calendar file event by event; the only room that knows what RFC 5545 asks of one.

Content lines and their grouping are those of the ``ics`` package. Its ``Calendar`` is not used:
it drops stamps, does not fold, and turns every time into UTC.
"""

from __future__ import annotations

import re
from collections.abc import Container as Contains
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from unicodedata import normalize
from zoneinfo import ZoneInfo

from ics.grammar.parse import Container, ContentLine
from ics.utils import escape_string

from microplan import __version__
from microplan.formats import Subject
from microplan.formats.vtimezone import Observance, observances
from microplan.model import dates, log
from microplan.model.plan import Plan, Session
from microplan.scheduling.events import Alarm, Event, calendar_name
from microplan.scheduling.sequence import events
from microplan.wording.phrases import visible

Days = tuple[date, date]
"""The first and the last of some days."""
Params = dict[str, list[str]]

ZERO = timedelta(0)
REFRESH = "PT1H"
"""How long a calendar that was subscribed to may be as it is."""
NONE: Params = {}


def calendar(subject: Subject, cancels: AbstractSet[str] | None = None) -> Iterator[str]:
    """Say a plan as a calendar file.

    A cancelled event is written where ``cancels`` has its UID: it takes back what a program was
    given before. Without it all are, because a file may go anywhere.
    """
    plan = subject.plan
    made = events(plan, subject.sessions, with_care=subject.with_care is not False)
    entries = tuple(e for e in made if cancels is None or not e.cancelled or e.uid in cancels)
    return render(entries, name=calendar_name(plan), tz=plan.rules.tz, spans=spans(entries))


def one_file_per_event(
    plan: Plan, sessions: Sequence[Session], *, with_care: bool
) -> Iterator[tuple[str, str | None]]:
    """Yield a file name and its text for each event, as a vdir holds them.

    The text is None for an event that is cancelled, or of care that is not asked for: its file is
    not to be there.
    """
    names_taken = set()
    for event in events(plan, sessions, with_care=with_care):
        names_taken.add(event.uid)
        text = None
        if not event.cancelled:
            own = render([event], name=calendar_name(plan), tz=plan.rules.tz, spans=spans([event]))
            text = "".join(own)
        yield f"{event.uid}.ics", text
    if log.spells(plan) and not with_care:
        others = (event.uid for event in events(plan, sessions) if event.uid not in names_taken)
        yield from ((f"{uid}.ics", None) for uid in others)


def caldav_resource(plan: Plan, event: Event) -> tuple[str, str]:
    """Say one event as a CalDAV server keeps it, with a mark that tells its words from others.

    The mark is the stamp of the event and a digest of what is said, and stands in the text as
    ``X-MICROPLAN-MARK``: whatever a server makes of the rest, it can be read there what we put.
    """
    from hashlib import sha256

    head, *body = render([event], name=calendar_name(plan), tz=plan.rules.tz, spans=spans([event]))
    mark = f"{_stamp(event.stamp)}-{sha256(''.join(body).encode()).hexdigest()[:16]}"
    *zones, own, end = body
    begin, rest = own.split("\r\n", 1)
    return mark, "".join([head, *zones, _lines(begin, _line("X-MICROPLAN-MARK", mark)), rest, end])


def spans(entries: Iterable[Event]) -> dict[str, Days]:
    """First and last local day on which events have an hour, for each zone they are in."""
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
    yield _lines(*_head(name, tz if spans else ""))
    for key, days in spans.items():
        if not _is_utc(key):
            yield _lines(_timezone(key, observances(dates.zone(key), *days)))


def entry(event: Event, zones: Contains[str]) -> str:
    """Say one event; its times are in UTC unless the calendar describes their zone."""
    tzid = _zone(event) if event.is_regular else ""
    return _lines(_event(event, tzid if tzid in zones and not _is_utc(tzid) else ""))


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
    yield _line("VERSION", "2.0")
    yield _line("PRODID", f"-//microplan//microplan {__version__}//EN")
    yield _line("CALSCALE", "GREGORIAN")
    yield from _text("NAME", name)  # RFC 7986, section 5.1; older readers know the next
    yield from _text("X-WR-CALNAME", name)
    yield from _text("X-WR-TIMEZONE", tz)
    # How often a subscriber looks again: RFC 7986, section 5.7, and the older name of it.
    yield _line("REFRESH-INTERVAL", REFRESH, {"VALUE": ["DURATION"]})
    yield _line("X-PUBLISHED-TTL", REFRESH)


# --- events ---------------------------------------------------------------------------------


def _event(event: Event, tzid: str) -> str:
    """Say one event; an alarm for something cancelled would ring all the same, so it goes."""
    alarms = () if event.cancelled else dict.fromkeys(event.alarms)
    return _component(
        "VEVENT",
        *_identity(event),
        *_times(event, tzid),
        *_text("SUMMARY", event.summary),
        *_text("DESCRIPTION", event.description),
        *_text("LOCATION", event.location),
        *_text("CATEGORIES", event.category),
        *_standing(event),
        *(_alarm(trigger, event.summary) for trigger in alarms),
    )


def _identity(event: Event) -> Iterator[str]:
    stamp = _stamp(event.stamp)
    yield _line("UID", event.uid)
    yield _same("SEQUENCE", str(event.sequence))
    yield _same("DTSTAMP", stamp)
    yield _same("LAST-MODIFIED", stamp)
    yield _same("CREATED", _stamp(event.created))


def _times(event: Event, tzid: str) -> Iterator[str]:
    """Say start and end, and the start once more where no other program changes it.

    ``X-MICROPLAN-START`` has the parameters of DTSTART too: a start that only changed its zone
    has moved, and one that was rewritten in UTC has not.
    """
    start, params = _moment(event.start, tzid)
    yield _line("DTSTART", start, params)
    yield _line("DTEND", *_moment(event.end, tzid))
    # The value of an X- property is text unless it says otherwise (RFC 5545, section 3.8.8.2).
    yield _line("X-MICROPLAN-START", start, {"VALUE": ["DATE-TIME"], **params})


def _standing(event: Event) -> Iterator[str]:
    if event.private:
        yield _same("CLASS", "PRIVATE")
    yield _same("STATUS", "CANCELLED" if event.cancelled else "CONFIRMED")
    yield _same("TRANSP", "TRANSPARENT" if event.transparent else "OPAQUE")


def _alarm(trigger: Alarm, summary: str) -> str:
    return _component(
        "VALARM",
        _same("ACTION", "DISPLAY"),
        _same("TRIGGER", _duration(trigger)),
        *(list(_text("DESCRIPTION", summary)) or [_line("DESCRIPTION", "Reminder")]),
    )


# --- the zone -------------------------------------------------------------------------------


def _timezone(tzid: str, parts: Iterable[Observance]) -> str:
    return _component("VTIMEZONE", *_text("TZID", tzid), *map(_observance, parts))


def _observance(part: Observance) -> str:
    return _component(
        "DAYLIGHT" if part.daylight else "STANDARD",
        _line("DTSTART", _basic(part.start)),
        _line("TZOFFSETFROM", _utc_offset(part.before)),
        _line("TZOFFSETTO", _utc_offset(part.after)),
        *_text("TZNAME", part.name),
        *([_line("RRULE", part.rule)] if part.rule else ()),
    )


def _utc_offset(offset: timedelta) -> str:
    """``+0100``, ``-0330``, ``+002140``: RFC 5545, section 3.3.14."""
    sign = "-" if offset < ZERO else "+"
    minutes, seconds = divmod(abs(offset) // timedelta(seconds=1), 60)
    return f"{sign}{minutes // 60:02d}{minutes % 60:02d}" + (f"{seconds:02d}" if seconds else "")


# --- values ---------------------------------------------------------------------------------


def _moment(moment: date | datetime, tzid: str) -> tuple[str, Params]:
    """Write a day, a local time of the zone ``tzid``, or without one a time in UTC."""
    if not isinstance(moment, datetime):
        return moment.isoformat().replace("-", ""), {"VALUE": ["DATE"]}
    if not tzid:
        return _utc(moment), NONE
    # No zone's name has a character that a parameter must quote (RFC 5545, section 3.2).
    return _basic(moment), {"TZID": [tzid]}


def _basic(moment: datetime) -> str:
    """``20261201T180000``; strftime would leave the zeros off a year before 1000."""
    return moment.isoformat()[:19].replace("-", "").replace(":", "")


def _utc(moment: datetime) -> str:
    return f"{_basic(moment.astimezone(UTC))}Z"


@lru_cache(maxsize=16)
def _stamp(recorded: datetime) -> str:
    """Write a time recorded in UTC: the two of a doubled local hour would be equal to the cache."""
    return _utc(recorded)


@lru_cache(maxsize=64)
def _duration(alarm: Alarm) -> str:
    """``-P1D``, ``-PT2H``, ``-PT26H``, ``PT8H``, ``PT0S``: RFC 5545, section 3.3.6, no weeks.

    Days are calendar days there, so elapsed time is spelled in hours, however long.
    """
    sign = "-" if alarm.days < 0 or alarm.minutes < 0 else ""
    if alarm.days:
        return f"{sign}P{abs(alarm.days)}D"
    hours, minutes = divmod(abs(alarm.minutes), 60)
    parts = [f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M")) if count]
    return f"{sign}PT{''.join(parts) or '0S'}"


# --- text -----------------------------------------------------------------------------------

# Where one or another reader ends a line (Unicode Standard, section 5.8).
_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates (UAX 9, section 2); plain marks of direction stay."""
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def _plain(text: str) -> str:
    r"""Normalise text to NFC with ``\n`` between lines, without control characters.

    A tab becomes a space. Surrogates go, for they have no UTF-8. What turns the writing round is
    shown (``\u202e``), so that no title passes for another.
    """
    if not text.replace("\n", "").isprintable():
        text = _CONTROL.sub("", _BREAK.sub("\n", text).replace("\t", " "))
        text = _TURNS.sub(lambda turn: visible(turn[0]), text)
    return normalize("NFC", text)


@lru_cache(maxsize=256)
def _text(name: str, text: str) -> tuple[str, ...]:
    """Say a property of type TEXT, or nothing where no text is left of it."""
    plain = _plain(text)
    return (_line(name, escape_string(plain)),) if plain else ()


# --- lines ----------------------------------------------------------------------------------

OCTETS = 75
"""Most octets of a line, its end not counted (RFC 5545, section 3.1)."""


def _line(name: str, value: str, params: Params = NONE) -> str:
    """Say a property, folded where it is long."""
    line = str(ContentLine(name, params, value))
    return line if len(line) <= OCTETS and line.isascii() else _fold(line)


@lru_cache(maxsize=256)
def _same(name: str, value: str) -> str:
    """Write a property that most events have alike."""
    return _line(name, value)


def _component(name: str, *lines: str) -> str:
    container = Container(name)
    container.extend(lines)
    return str(container)


def _lines(*lines: str) -> str:
    return "\r\n".join(lines) + "\r\n"


END = _lines("END:VCALENDAR")


def _fold(line: str) -> str:
    """Break a line with CRLF and a space wherever it is full, never inside a character."""
    octets = line.encode()
    pieces, start, end = [], 0, OCTETS
    while end < len(octets):
        while octets[end] & 0xC0 == 0x80:  # noqa: PLR2004 - inside a character of UTF-8
            end -= 1
        pieces.append(octets[start:end])
        start, end = end, end + OCTETS - 1  # the space that continues a line counts
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces).decode()
