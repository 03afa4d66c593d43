"""Calendar files follow RFC 5545, and other parsers read the same values from them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from unicodedata import category, normalize
from zoneinfo import ZoneInfo

import icalendar
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from microplan import __version__
from microplan.formats import content_lines, ical, render
from microplan.model import dates
from microplan.scheduling.events import Alarm, Event
from tests.build import plan_of, subject_of

PARIS = ZoneInfo("Europe/Paris")
STAMP = datetime(2026, 11, 22, 20, tzinfo=UTC)
SESSION = Event(
    uid="2f5a0000-0000-5000-8000-000000000004",
    sequence=3,
    stamp=STAMP,
    created=STAMP - timedelta(days=2),
    start=datetime(2026, 12, 1, 18, tzinfo=PARIS),
    end=datetime(2026, 12, 1, 18, 30, tzinfo=PARIS),
    is_regular=True,
    summary="Scalp session 4",
    description="Phase 1, right on 1–4 Dec.\nRecord it: microplan done 4",
    location="Rue de la Paix 12, Paris",
    category="Session",
    cancelled=False,
    transparent=False,
    private=False,
    alarms=(Alarm(days=-1), Alarm(minutes=-120)),
)
ALL_DAY = msgspec.structs.replace(
    SESSION, start=date(2026, 12, 1), end=date(2026, 12, 2), transparent=True, alarms=()
)


def session(event: Event = SESSION, **changed) -> Event:
    return msgspec.structs.replace(event, **changed)


def at(zone: str, start: str, minutes: int = 30, **changed) -> Event:
    """A session at a local time, regular or not as the events room finds."""
    tz, wanted = ZoneInfo(zone), datetime.fromisoformat(start)
    begins = dates.local(wanted.date(), wanted.time(), tz)
    ends = dates.later(begins, timedelta(minutes=minutes))
    clocks = (wanted, ends.replace(tzinfo=None, fold=0))
    regular = all(dates.is_regular(clock.date(), clock.time(), tz) for clock in clocks)
    return session(start=begins, end=ends, is_regular=regular, **changed)


def written(*events: Event, name: str = "Scalp", tz: str = "Europe/Paris") -> str:
    return "".join(ical.render(events, name=name, tz=tz, spans=ical.spans(events)))


def lines(text: str) -> list[str]:
    """The lines of a file, unfolded by the letter of RFC 5545, section 3.1."""
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def body(event: Event, **place) -> list[str]:
    """The lines between BEGIN:VEVENT and END:VEVENT."""
    found = lines(written(event, **place))
    return found[found.index("BEGIN:VEVENT") + 1 : found.index("END:VEVENT")]


def value(event: Event, name: str) -> str:
    """The only value of a property, as it stands in the file."""
    (found,) = (line for line in body(event) if re.match(f"{name}[;:]", line))
    return found.split(":", 1)[1]


def read(text: str) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(text)


# --- the whole file -------------------------------------------------------------------------


def test_a_session_is_written_like_this():
    assert body(SESSION) == [
        "UID:2f5a0000-0000-5000-8000-000000000004",
        "SEQUENCE:3",
        "DTSTAMP:20261122T200000Z",
        "LAST-MODIFIED:20261122T200000Z",
        "CREATED:20261120T200000Z",
        "DTSTART;TZID=Europe/Paris:20261201T180000",
        "DTEND;TZID=Europe/Paris:20261201T183000",
        "X-MICROPLAN-START;VALUE=DATE-TIME;TZID=Europe/Paris:20261201T180000",
        "SUMMARY:Scalp session 4",
        r"DESCRIPTION:Phase 1\, right on 1–4 Dec.\nRecord it: microplan done 4",
        r"LOCATION:Rue de la Paix 12\, Paris",
        "CATEGORIES:Session",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P1D",
        "DESCRIPTION:Scalp session 4",
        "END:VALARM",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT2H",
        "DESCRIPTION:Scalp session 4",
        "END:VALARM",
    ]


def test_the_head_names_the_calendar_and_who_wrote_it():
    found = lines(written(SESSION, name="Scalp, 2026"))
    assert found[: found.index("BEGIN:VTIMEZONE")] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//microplan//microplan {__version__}//EN",
        "CALSCALE:GREGORIAN",
        r"NAME:Scalp\, 2026",
        r"X-WR-CALNAME:Scalp\, 2026",
        "X-WR-TIMEZONE:Europe/Paris",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]


def test_a_zone_is_described_once_and_before_its_events():
    text = written(SESSION, session(uid="other"))
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert text.index("END:VTIMEZONE") < text.index("BEGIN:VEVENT")


def test_each_zone_of_a_plan_that_changed_its_own_is_described():
    text = written(SESSION, at("America/New_York", "2027-02-01T18:00"), tz="America/New_York")
    assert re.findall(r"(?m)^TZID:(\S+)", text) == ["Europe/Paris", "America/New_York"]
    assert "DTSTART;TZID=America/New_York:20270201T180000\r\n" in text
    assert "X-WR-TIMEZONE:America/New_York\r\n" in text


def test_a_time_whose_zone_is_not_described_is_in_utc():
    text = "".join(ical.render([SESSION], name="n", tz="Europe/Paris", spans={}))
    assert "VTIMEZONE" not in text
    assert "DTSTART:20261201T170000Z\r\n" in text


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Zulu", "Etc/GMT"])
def test_utc_needs_no_vtimezone(zone):
    text = written(at(zone, "2026-12-01T18:00"), tz=zone)
    assert "VTIMEZONE" not in text
    assert "DTSTART:20261201T180000Z\r\n" in text
    assert f"X-WR-TIMEZONE:{zone}\r\n" in text


@pytest.mark.parametrize("word", ["METHOD", "ORGANIZER", "VTODO", "RDATE", "ATTENDEE"])
def test_nothing_is_an_invitation_or_a_task(word):
    assert word not in written(SESSION, ALL_DAY)


def test_events_never_recur():
    assert not any("RRULE" in line for line in body(SESSION))


def test_the_same_events_give_the_same_bytes():
    assert written(SESSION, ALL_DAY) == written(SESSION, ALL_DAY)


def test_events_are_in_the_given_order():
    uids = ["c", "a", "b"]
    text = written(*(session(uid=uid) for uid in uids))
    assert re.findall(r"(?m)^UID:(\w)", text) == uids


def test_a_calendar_without_events_is_valid():
    assert lines(written())[-1] == "END:VCALENDAR"
    assert read(written()).name == "VCALENDAR"


def test_events_come_one_by_one():
    """So that a file of a million takes no more memory than one of ten."""

    def events():
        yield SESSION
        pytest.fail("the second event was asked for too early")

    pieces = ical.render(events(), name="n", tz="UTC", spans={})
    assert next(pieces).startswith("BEGIN:VCALENDAR\r\n")
    assert next(pieces).startswith("BEGIN:VEVENT\r\n")


@pytest.mark.parametrize("hour", [{"at": "18:00"}, {}], ids=["at an hour", "all day"])
def test_a_calendar_has_its_events_zone_and_name(hour):
    subject = subject_of(plan_of(every="2x4w", tz="Europe/Paris", **hour))
    found = read("".join(render("ics", subject)))
    assert len({event["UID"] for event in found.walk("VEVENT")}) == 2
    assert len(found.walk("VTIMEZONE")) == len(hour)
    assert found["NAME"] == "Scalp session"


# --- times ----------------------------------------------------------------------------------


def test_a_day_has_an_exclusive_end_and_no_zone():
    found = body(ALL_DAY)
    assert "DTSTART;VALUE=DATE:20261201" in found
    assert "DTEND;VALUE=DATE:20261202" in found
    assert "X-MICROPLAN-START;VALUE=DATE:20261201" in found
    assert "TRANSP:TRANSPARENT" in found
    assert "Europe/Paris" not in written(ALL_DAY)


DOUBTFUL = {
    "starts in a skipped hour": ("2027-03-28T02:30", 30, "20270328T013000Z", "20270328T020000Z"),
    "starts in a doubled hour": ("2027-10-31T02:30", 45, "20271031T003000Z", "20271031T011500Z"),
    "ends in a doubled hour": ("2027-10-31T01:45", 30, "20271030T234500Z", "20271031T001500Z"),
}


@pytest.mark.parametrize(("start", "minutes", "begins", "ends"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_time_that_readers_disagree_on_is_in_utc(start, minutes, begins, ends):
    event = at("Europe/Paris", start, minutes)
    assert not event.is_regular
    assert f"DTSTART:{begins}" in body(event)
    assert f"DTEND:{ends}" in body(event)
    assert f"X-MICROPLAN-START;VALUE=DATE-TIME:{begins}" in body(event)


@pytest.mark.parametrize(
    "event",
    [SESSION, ALL_DAY, at("Europe/Paris", "2027-03-28T02:30"), at("UTC", "2026-12-01T18:00")],
    ids=["in a zone", "a day", "in a skipped hour", "in UTC"],
)
def test_a_start_as_written_differs_from_a_moved_one(event):
    """A copy of DTSTART with its zone, and with an explicit value type."""
    (found,) = read(written(event)).walk("VEVENT")
    copy, start = found["X-MICROPLAN-START"], found["DTSTART"]
    assert copy.to_ical() == start.to_ical()
    assert copy.params.get("TZID") == start.params.get("TZID")
    assert type(copy.dt) is type(start.dt)


def test_the_two_times_of_a_doubled_hour_stay_apart():
    first = datetime(2027, 10, 31, 2, 30, tzinfo=PARIS)
    events = [
        session(start=start, end=start, is_regular=False)
        for start in (first, first.replace(fold=1))
    ]
    assert [value(event, "DTSTART") for event in events] == [
        "20271031T003000Z",
        "20271031T013000Z",
    ]


def test_a_year_has_four_digits():
    assert value(session(start=date(987, 1, 2), end=date(987, 1, 3)), "DTSTART") == "09870102"
    early = datetime(987, 1, 2, 18, tzinfo=UTC)
    assert value(session(start=early, end=early), "DTSTART") == "09870102T180000Z"


@pytest.mark.parametrize(
    ("offset", "text"),
    [
        (timedelta(0), "+0000"),
        (timedelta(hours=1), "+0100"),
        (timedelta(hours=-3, minutes=-30), "-0330"),
        (timedelta(hours=12, minutes=45), "+1245"),
        (timedelta(minutes=9, seconds=21), "+000921"),
        (-timedelta(hours=4, minutes=56, seconds=2), "-045602"),
    ],
)
def test_an_offset_has_seconds_only_if_it_must(offset, text):
    assert content_lines.offset_value(offset) == text


def test_an_old_plan_says_the_seconds_of_its_offset():
    text = written(at("Europe/Paris", "1890-05-01T18:00"))
    assert "TZOFFSETFROM:+000921\r\nTZOFFSETTO:+000921\r\nTZNAME:LMT\r\n" in text


# --- what a reader finds --------------------------------------------------------------------


def test_another_parser_reads_the_same_text():
    (found,) = read(written(SESSION)).walk("VEVENT")
    assert found["UID"] == SESSION.uid
    assert found["SEQUENCE"] == SESSION.sequence
    assert found["DTSTAMP"].dt == found["LAST-MODIFIED"].dt == SESSION.stamp
    assert found["CREATED"].dt == SESSION.created
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (SESSION.start, SESSION.end)
    assert found["SUMMARY"] == SESSION.summary
    assert found["DESCRIPTION"] == SESSION.description
    assert found["LOCATION"] == SESSION.location
    assert found["CATEGORIES"].cats == [SESSION.category]
    alarms = [alarm["TRIGGER"].dt for alarm in found.walk("VALARM")]
    assert alarms == [timedelta(days=-1), timedelta(hours=-2)]


def test_another_reader_finds_no_fault():
    calendar = read(written(SESSION, ALL_DAY, at("Europe/Paris", "2027-03-28T02:30")))
    assert not any(component.errors for component in calendar.walk())


@pytest.mark.parametrize("event", [SESSION, ALL_DAY], ids=["timed", "all-day"])
def test_another_reader_finds_the_days(event):
    (found,) = read(written(event)).walk("VEVENT")
    assert (found["DTSTART"].dt, found["DTEND"].dt) == (event.start, event.end)


# --- standing -------------------------------------------------------------------------------


def test_a_cancelled_event_has_no_alarm():
    found = body(session(cancelled=True, transparent=True))
    assert "STATUS:CANCELLED" in found
    assert "TRANSP:TRANSPARENT" in found
    assert "BEGIN:VALARM" not in found


def test_only_a_private_event_has_a_class():
    assert "CLASS:PRIVATE" in body(session(private=True))
    assert not any(line.startswith("CLASS") for line in body(SESSION))


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("summary", "SUMMARY"),
        ("description", "DESCRIPTION"),
        ("location", "LOCATION"),
        ("category", "CATEGORIES"),
    ],
)
@pytest.mark.parametrize("text", ["", "\x07\ud800"], ids=["empty", "nothing but controls"])
def test_an_empty_text_is_left_out(field, name, text):
    found = body(session(**{field: text}, alarms=()))
    assert not any(line.startswith(f"{name}:") for line in found)


@pytest.mark.parametrize("sign", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_bidirectional_controls_are_escaped(sign):
    found = value(session(summary=f"a{sign}b"), "SUMMARY")
    assert found == rf"a\\u{ord(sign):04x}b"


@pytest.mark.parametrize("text", ["טיפול", "علاج\u200f 1", "a\u200db", "x\u200ey"])
def test_right_to_left_text_is_kept(text):
    assert value(session(summary=text), "SUMMARY") == text


# --- alarms ---------------------------------------------------------------------------------

DURATIONS = {
    "-P1D": Alarm(days=-1),
    "-P14D": Alarm(days=-14),
    "-PT2H": Alarm(minutes=-120),
    "-PT15H": Alarm(minutes=-15 * 60),
    "-PT30M": Alarm(minutes=-30),
    "-PT1H30M": Alarm(minutes=-90),
    "PT8H": Alarm(minutes=8 * 60),
    "PT0S": Alarm(),
    "-PT24H": Alarm(minutes=-24 * 60),
    "-PT26H": Alarm(minutes=-26 * 60),
}


@pytest.mark.parametrize(("text", "length"), DURATIONS.items(), ids=DURATIONS)
def test_a_trigger_is_written_in_one_way(text, length):
    assert value(session(alarms=(length,)), "TRIGGER") == text


@given(minutes=st.integers(-400 * 1440, 400 * 1440))
def test_a_trigger_is_read_back(minutes):
    text = value(session(alarms=(Alarm(minutes=minutes),)), "TRIGGER")
    assert icalendar.vDuration.from_ical(text) == timedelta(minutes=minutes)
    # The grammar of RFC 5545, section 3.3.6, without its weeks, days and seconds after minutes.
    assert re.fullmatch(r"-?PT(\d+H(\d+M)?|\d+M|0S)", text)


def test_the_same_alarm_rings_once():
    twice = session(alarms=(Alarm(days=-1), Alarm(days=-1), Alarm()))
    assert [line for line in body(twice) if line.startswith("TRIGGER")] == [
        "TRIGGER:-P1D",
        "TRIGGER:PT0S",
    ]


def test_an_alarm_always_says_something():
    assert "DESCRIPTION:Reminder" in body(session(summary="\x00", description=""))


def test_alarms_come_after_all_properties():
    found = body(SESSION)
    assert found.index("BEGIN:VALARM") == len(found) - 10


# --- text -----------------------------------------------------------------------------------

ANY_TEXT = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from("\\,;:\"'\n\r\t\x1b\x00\x85\u2028\ud83d\ude00\u0301é👩‍🦲🏽ß中"),
    ),
    max_size=200,
)


def normal(text: str) -> str:
    """What is left of a text, by the Unicode categories of its characters.

    What turns the writing round is shown as an escape.
    """
    text = re.sub("[\u202a-\u202e\u2066-\u2069]", lambda turn: f"\\u{ord(turn[0]):04x}", text)
    for end in ("\r\n", "\r", "\x85", "\u2028", "\u2029"):
        text = text.replace(end, "\n")
    kept = (c for c in text.replace("\t", " ") if c == "\n" or category(c) not in ("Cc", "Cs"))
    return normalize("NFC", "".join(kept))


def unescaped(text: str) -> str:
    """RFC 5545, section 3.3.11."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


@given(text=ANY_TEXT)
@example("a,b;c\n")
@example("\x1b[31mred\x1b[0m")
@example("a\\nb\r\nc\rd\\")
@example("👩🏽‍🦲" * 40)
@example("e\u0301" * 100)
@example("\ud83d and \ude00")
@example(" " * 200)
@example("x" * 74 + "é" * 80)
@example("a\u202eb\u2066")
def test_any_text_is_found_again_as_it_is_normalised(text):
    event = session(description=f"|{text}")
    assert unescaped(value(session(event, alarms=()), "DESCRIPTION")) == f"|{normal(text)}"


@given(text=ANY_TEXT)
@example("a\u202eb\u2066")
def test_another_reader_finds_any_text(text):
    wanted = f"|{normal(text)}|"
    event = session(description=f"|{text}|", summary=f"|{text}|", alarms=())
    (found,) = read(written(event)).walk("VEVENT")
    assert found["DESCRIPTION"] == found["SUMMARY"] == wanted


@given(text=ANY_TEXT, name=ANY_TEXT)
@example("x" * 75, "é" * 38)
@example("x" * 1000, "👩🏽‍🦲" * 40)
def test_every_line_has_75_octets_at_most_and_ends_in_crlf(text, name):
    event = session(summary=text, description=text, location=text, category=text)
    octets = written(event, name=name).encode()
    assert octets.endswith(b"END:VCALENDAR\r\n")
    for line in octets.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 75
        assert line.strip(b" ") or line.startswith(b" ")
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode()  # a fold inside a character would leave half of it


@pytest.mark.parametrize("length", range(60, 80))
def test_a_line_is_folded_when_it_is_too_long_and_not_before(length):
    text = "x" * length
    assert (f"SUMMARY:{text}\r\n" in written(session(summary=text))) == (length + 8 <= 75)


def test_a_long_zone_name_is_folded():
    event = at("America/Argentina/ComodRivadavia", "2026-12-01T18:00")
    text = written(event, tz="America/Argentina/ComodRivadavia")
    assert all(len(line) <= 75 for line in text.split("\r\n"))
    assert "DTSTART;TZID=America/Argentina/ComodRivadavia:20261201T180000" in body(event)


# --- spans ----------------------------------------------------------------------------------


def test_spans_are_the_first_and_the_last_day_of_each_zone():
    events = [
        at("Europe/Paris", "2027-01-05T23:45"),
        ALL_DAY,
        at("Europe/Paris", "2026-12-01T18:00"),
        at("Asia/Tokyo", "2027-03-01T00:10"),
    ]
    assert ical.spans(events) == {
        "Europe/Paris": (date(2026, 12, 1), date(2027, 1, 6)),
        "Asia/Tokyo": (date(2027, 3, 1), date(2027, 3, 1)),
    }


def test_all_day_sessions_have_no_span():
    assert ical.spans([ALL_DAY]) == {}


def test_rendering_never_reads_the_system_clock():
    """Local midnight is the same wherever the program runs."""
    event = at("Pacific/Kiritimati", "2026-12-01T00:00")
    assert value(event, "DTSTART") == "20261201T000000"
    assert event.start.timetz().replace(tzinfo=None) == time(0)
