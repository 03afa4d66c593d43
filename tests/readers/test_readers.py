"""The calendar file says the same to every reader: instants, titles, alarms, standing.

Who reads is a row of ``readers.READERS``, what is read a row of ``PLANS``. Node's and Debian's
readers are left out by name where they are not installed, in CI never.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from tempfile import TemporaryDirectory
from textwrap import dedent

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace

from microplan.formats import Subject, render
from microplan.scheduling.events import Event
from microplan.scheduling.schedule import schedule
from microplan.scheduling.sequence import events
from microplan.storage import plan_file
from tests.formats.test_ical import ANY_TEXT, SESSION, normal, written
from tests.readers import READERS
from tests.readers.by_radicale import HOURS, Server, served
from tests.readers.entry import Entry, alarms, moment

HEAD = """
microplan = 1
id = "{}"
created = 2026-11-22T20:00:00Z
"""
PLANS = {
    "over both changes of clocks in Paris": """
        title = "Scalp session"
        [rules]
        start = "2026-12-01"
        every = "8x2mo"
        at = "18:00"
        duration = "45m"
        tz = "Europe/Paris"
        remind = ["1d", "2h", "1d@20:00"]
        location = "Rue de la Paix 12, Paris"
        """,
    "all day": """
        title = "Scalp session"
        [rules]
        start = "2026-12-01"
        every = "8x2w"
        tz = "America/New_York"
        remind = ["1d", "0d@08:00"]
        """,
    "in an hour that is skipped": """
        title = "Scalp session"
        [rules]
        start = "2027-03-27"
        every = "3x1d"
        at = "02:30"
        tz = "Europe/Paris"
        remind = ["1d", "1h"]
        """,
    "in an hour that comes twice": """
        title = "Scalp session"
        [rules]
        start = "2027-10-30"
        every = "3x1d"
        at = "02:30"
        tz = "Europe/Paris"
        remind = ["30m"]
        """,
    "into an hour that comes twice": """
        title = "Scalp session"
        [rules]
        start = "2027-10-30"
        every = "3x1d"
        at = "01:45"
        tz = "Europe/Paris"
        """,
    "out of its day, where clocks go from 23:00 to 00:00": """
        title = "Scalp session"
        [rules]
        start = "2027-03-26"
        every = "3x1d"
        at = "23:30"
        tz = "America/Nuuk"
        """,
    "done, missed, skipped, moved and left out": """
        title = "Scalp session"
        [rules]
        start = "2026-11-03"
        every = "8x1w"
        at = "18:00"
        tz = "Europe/Paris"
        remind = ["1d"]
        [[log]]
        done = 1
        on = 2026-11-04
        recorded = 2026-11-04T19:00:00Z
        [[log]]
        done = 3
        on = 2026-11-18
        recorded = 2026-11-18T19:00:00Z
        [[log]]
        skipped = 4
        recorded = 2026-11-20T19:00:00Z
        [[log]]
        moved = 5
        to = 2026-12-04
        recorded = 2026-11-21T19:00:00Z
        [[log]]
        revised = 4
        recorded = 2026-11-22T19:00:00Z
        [log.rules]
        every = "2x1w"
        tz = "America/New_York"
        """,
    "with pauses, cues and checkpoints": """
        title = "Scalp session"
        [rules]
        start = "2026-11-29"
        every = "6x1w"
        at = "20:00"
        tz = "Europe/Berlin"
        [[care]]
        pause = "minoxidil"
        span = "-1d+1d"
        [[care]]
        cue = "new cartridge"
        when = "0d@19:30"
        [[care]]
        cue = "wash gently"
        when = "+1d"
        [[care]]
        checkpoint = "photos"
        when = "every 4w"
        """,
    "discreet": """
        title = "Scalp session"
        [rules]
        start = "2026-12-01"
        every = "3x4w"
        at = "18:00"
        tz = "Europe/Paris"
        remind = ["1d"]
        location = "Rue de la Paix 12, Paris"
        discreet = true
        """,
    "with a title full of signs": r"""
        title = 'Séance; nº 1, «cuir chevelu»: "a=b" 👩🏽‍🦲 ^n %0A END:VEVENT'
        [rules]
        start = "2026-12-01"
        every = "2x4w"
        at = "18:00"
        tz = "Europe/Paris"
        location = '12; rue de l’Été, "3e"'
        """,
    "with backslashes in its title": r"""
        title = 'cuir\chevelu \n \N \, \\'
        [rules]
        start = "2026-12-01"
        every = "2x4w"
        at = "18:00"
        tz = "Europe/Paris"
        """,
    "with a long title": f"""
        title = "{"Scalp, needles; and 👩🏽‍🦲 " * 8}"
        [rules]
        start = "2026-12-01"
        every = "2x4w"
        at = "18:00"
        tz = "Europe/Paris"
        """,
    **{
        f"every season in {zone}": f"""
            title = "Scalp session"
            [rules]
            start = "2026-11-28"
            every = "6x3mo"
            at = "00:10"
            tz = "{zone}"
            remind = ["1d"]
            """
        for zone in (
            "Pacific/Kiritimati",
            "Pacific/Pago_Pago",
            "Asia/Kathmandu",
            "Pacific/Chatham",
            "Australia/Lord_Howe",
            "Antarctica/Troll",
            "Europe/Dublin",
            "Africa/Cairo",
        )
    },
}


UNABLE = {
    (
        "recurring-ical-events",
        "in an hour that comes twice",
    ): "it moves times in UTC into the zone of X-WR-TIMEZONE and forgets which of two they are",
    (
        "khal",
        "with backslashes in its title",
    ): "its icalendar 4 takes a backslash before an n for a new line",
}
"""What a reader is known to get wrong, and why; a release that gets it right fails the test."""


def rows():
    for reader, row in READERS.items():
        for name in PLANS:
            marks = [pytest.mark.slow] * row.is_slow
            if reason := UNABLE.get((reader, name)):
                # Which khal there is depends on the machine.
                marks.append(pytest.mark.xfail(reason=reason, strict=reader != "khal"))
            yield pytest.param(reader, name, marks=marks, id=f"{reader}: {name}")


@cache
def plan(name: str) -> Subject:
    found, warnings = plan_file.load(HEAD.format(name) + dedent(PLANS[name]).lstrip())
    assert not warnings
    sessions = schedule(found)
    return Subject(plan=found, sessions=sessions, today=sessions[0].date)


def said(event: Event) -> Entry:
    """What a reader is to find of an event; an alarm for something cancelled would ring."""
    triggers = [timedelta(days=alarm.days, minutes=alarm.minutes) for alarm in event.alarms]
    return Entry(
        uid=event.uid,
        start=moment(event.start),
        end=moment(event.end),
        title=event.summary,
        description=event.description,
        location=event.location,
        status="CANCELLED" if event.cancelled else "CONFIRMED",
        alarms=() if event.cancelled else alarms(triggers),
    )


@cache
def calendars() -> dict[str, str]:
    return {name: "".join(render("ics", plan(name))) for name in PLANS}


@cache
def found_by(reader: str) -> dict[str, list[Entry]]:
    return READERS[reader].read(calendars())


def here(reader: str):
    if READERS[reader].is_missing():
        pytest.skip(f"{reader} is not installed")
    return READERS[reader]


@pytest.mark.parametrize(("reader", "name"), [*rows()])
def test_every_reader_finds_what_the_file_says(reader, name):
    blank = dict.fromkeys(here(reader).silent, ())
    subject = plan(name)
    expected = [said(event)._replace(**blank) for event in events(subject.plan, subject.sessions)]
    assert sorted(found_by(reader)[name]) == sorted(expected)


def test_the_plans_hold_what_readers_might_get_wrong():
    """Else the table above would prove less than its rows say."""
    kinds = [event for name in PLANS for event in events(plan(name).plan, plan(name).sessions)]
    assert {event.status for event in map(said, kinds)} == {"CONFIRMED", "CANCELLED"}
    assert {event.is_regular for event in kinds} == {True, False}
    assert {event.private for event in kinds} == {True, False}
    texts = "".join(calendars().values())
    assert texts.count("\r\n ") > 20
    assert "RRULE" in calendars()["every season in Europe/Dublin"]
    assert "RRULE" not in calendars()["every season in Africa/Cairo"]
    assert {"Cancelled: Scalp session 2", "✓ Scalp session 1"} <= {e.summary for e in kinds}


# --- when an alarm rings ----------------------------------------------------------------------

RINGS = {
    "a day before, at the same hour of the clock": ("1d", "2027-03-27T18:00:00+01:00"),
    "two hours before": ("2h", "2027-03-28T16:00:00+02:00"),
    "the evening before": ("1d@20:00", "2027-03-27T20:00:00+01:00"),
}
UNABLE_TO_RING = {
    "the evening before": "it takes the 21 hours that pass off the clock, which rings at 21:00",
}


@pytest.mark.parametrize(
    ("remind", "rings"),
    [
        pytest.param(*row, id=name, marks=pytest.mark.xfail(reason=UNABLE_TO_RING[name]))
        if name in UNABLE_TO_RING
        else pytest.param(*row, id=name)
        for name, row in RINGS.items()
    ],
)
def test_an_alarm_rings_on_a_day_of_23_hours(run, remind, rings):
    words = "--start 2027-03-28 --every 1x1d --at 18:00 --tz Europe/Paris -q --format ics"
    (event,) = Calendar.from_ical(run("new", *words.split(), "--remind", remind).out).events
    assert [time.trigger for time in event.alarms.times] == [datetime.fromisoformat(rings)]


# --- a server that is asked for hours ---------------------------------------------------------

SECOND = timedelta(seconds=1)


def hours(start: datetime, end: datetime) -> str:
    return HOURS.format(*(f"{part:%Y%m%dT%H%M%SZ}" for part in (start, end)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "over both changes of clocks in Paris",
        "in an hour that is skipped",
        "in an hour that comes twice",
        "every season in Pacific/Kiritimati",
        "every season in Africa/Cairo",
    ],
)
def test_a_server_finds_each_session_in_its_own_hours_and_in_no_other(name):
    with TemporaryDirectory() as folder:
        server = Server(folder)
        server.put("plan", calendars()[name])
        for event in events(plan(name).plan, plan(name).sessions):
            start, end = event.start.astimezone(UTC), event.end.astimezone(UTC)
            within = served(server, "plan", hours(start, start + SECOND))
            assert [entry[0] for entry in within] == [event.uid]
            assert not served(server, "plan", hours(start - SECOND, start))
            assert not served(server, "plan", hours(end, end + SECOND))


# --- any text ---------------------------------------------------------------------------------

DAY_LONG = replace(SESSION, start=date(2026, 12, 1), end=date(2026, 12, 2))
"""A session without a zone, whose changes of clocks take vobject longer to write than all texts."""
TEXTS = st.lists(ANY_TEXT, min_size=1, max_size=12)
MANY_TEXTS = st.lists(ANY_TEXT, min_size=6, max_size=48)
HARD = ["a,b;c\n", "a\\nb\r\nc\rd\\", "👩🏽‍🦲" * 40, "x" * 74 + "é" * 80, "\ud83d", '"^n^"']


def find_again(reader: str, *files: list[str]) -> None:
    found = READERS[reader].read({str(file): calendar_of(file) for file in files})
    for file in files:
        wanted = [f"|{normal(text)}|" for text in file]
        by_number = {int(entry.uid): entry for entry in found[str(file)]}
        assert [by_number[number].title for number in range(len(file))] == wanted
        assert [by_number[number].description for number in range(len(file))] == wanted


def calendar_of(texts: list[str]) -> str:
    sessions = (
        replace(DAY_LONG, uid=f"{number}", summary=f"|{text}|", description=f"|{text}|")
        for number, text in enumerate(texts)
    )
    return written(*sessions)


@given(texts=TEXTS)
@example(HARD)
def test_vobject_finds_any_text(texts):
    find_again("vobject", texts)


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["ical.js", "libical", "Radicale"])
def test_other_readers_find_any_text(reader):
    """Many in each of a few files, which are read by one process."""
    here(reader)

    @given(files=st.lists(MANY_TEXTS, min_size=4, max_size=4))
    @settings(max_examples=2)
    def find(files):
        find_again(reader, HARD, *files)

    find()


@pytest.mark.slow
@pytest.mark.xfail(reason="Radicale writes it anew, in lines of which one is blank and is lost")
def test_radicale_keeps_a_long_run_of_blanks():
    find_again("Radicale", [" " * 200])
