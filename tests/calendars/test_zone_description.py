"""Offsets read from a VTIMEZONE: those of Python's own zones, and none from a rule that could run on."""

import time
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.calendars import zone_description
from microplan.formats import render
from tests.build import plan_of, subject_of

ZONES = ("Europe/Paris", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "Asia/Kathmandu")
"""Zones with and without summer time, north and south, west and east."""


@cache
def described(name):
    """The lines that our own calendar file has of a zone."""
    text = "".join(render("ics", subject_of(plan_of(tz=name, at="18:00", every="20x4w"))))
    _, rest = text.replace("\r\n ", "").split("BEGIN:VTIMEZONE\r\n")
    return rest.partition("END:VTIMEZONE")[0].splitlines()


@given(st.sampled_from(ZONES), st.datetimes(datetime(2026, 12, 1), datetime(2028, 5, 1)))
def test_a_described_zone_has_the_offsets_of_that_zone(name, at):
    here = at.replace(tzinfo=ZoneInfo(name))
    assert zone_description.offset(described(name), at).utcoffset(None) == here.utcoffset()


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        pytest.param("2027-03-28T01:59", 1, id="before the jump"),
        pytest.param(
            "2027-03-28T02:30", 1, id="an hour that is skipped counts by the offset before"
        ),
        pytest.param("2027-03-28T03:00", 2, id="after the jump"),
        pytest.param("2027-10-31T02:30", 2, id="an hour that is there twice is the first"),
        pytest.param("2027-10-31T03:00", 1, id="after the second one"),
    ],
)
def test_an_hour_of_a_change_counts_as_rfc_5545_says(at, hours):
    found = zone_description.offset(described("Europe/Paris"), datetime.fromisoformat(at))
    assert found.utcoffset(None) == timedelta(hours=hours)


PART = ("BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
        "END:STANDARD")  # fmt: skip
OTHER = ("BEGIN:DAYLIGHT", "DTSTART:19700401T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
         "RRULE:FREQ=YEARLY", "END:DAYLIGHT")  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("FREQ=YEARLY", "FREQ=SECONDLY", id="a rule of seconds"),
        pytest.param("FREQ=YEARLY", "FREQ=YEARLY;BYSECOND=0,1", id="seconds in a rule of years"),
        pytest.param("FREQ=YEARLY", "FREQ=YEARLY;UNTIL=20269999T000000Z", id="an end that is none"),
        pytest.param("FREQ=YEARLY", "FREQ=YEARLY;BYDAY=XX", id="a weekday that is none"),
        pytest.param("FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=13", id="a month that is none"),
        pytest.param(
            "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", id="a day that never is"
        ),
        pytest.param("FREQ=YEARLY", "FREQ=YEARLY;BYMONTHDAY=1;BYDAY=4SU", id="nor this one"),
        pytest.param("FREQ=YEARLY", "BYMONTH=3", id="no frequency"),
        pytest.param("TZOFFSETTO:+0200", "TZOFFSETTO:+9900", id="an offset that is none"),
        pytest.param("TZOFFSETTO:+0200", "TZNAME:S", id="no offset"),
        pytest.param("DTSTART:19700401T000000", "DTSTART:19700401", id="a day for its begin"),
        pytest.param(
            "DTSTART:19700401T000000", "DTSTART:19709901T000000", id="an impossible begin"
        ),
    ],
)
def test_a_description_that_cannot_be_read_has_no_offset(old, new):
    lines = [line.replace(old, new) for line in (*PART, *OTHER)]
    assert zone_description.offset([*PART, *OTHER], datetime(2026, 7, 1)) is not None
    assert zone_description.offset(lines, datetime(2026, 7, 1)) is None


@pytest.mark.parametrize(("at", "hours"), [((2025, 7, 1), 2), ((2026, 3, 1), 1), ((2026, 7, 1), 1)])
def test_a_rule_ends_at_an_instant_in_utc(at, hours):
    """1 April 2025 00:00 at +0100 is an hour earlier in UTC."""
    winter = [line.replace("19700101", "19701001") for line in PART]
    winter.insert(-1, "RRULE:FREQ=YEARLY")
    other = [line.replace("YEARLY", "YEARLY;UNTIL=20250331T230000Z") for line in OTHER]
    found = zone_description.offset([*winter, *other], datetime(*at))
    assert found.utcoffset(None) == timedelta(hours=hours)


def test_no_description_takes_long():
    """The rarest day of a plain rule, and as many changes as fit into an event."""
    rare = [line.replace("YEARLY", "YEARLY;BYMONTH=2;BYMONTHDAY=28;BYDAY=SU") for line in OTHER]
    begun = time.process_time()
    assert zone_description.offset([*PART, *rare] * 100, datetime(9998, 7, 1)) is not None
    assert zone_description.offset([*PART, *rare] * 1_000, datetime(9998, 7, 1)) is None
    long = [f"{line}{' ' * 100_000}x" for line in PART]
    assert zone_description.offset([*PART, *long], datetime(2026, 7, 1)) is not None
    assert zone_description.offset([PART[0], *long[1:-1], PART[-1]], datetime(2026, 7, 1)) is None
    assert time.process_time() - begun < 1


def test_dates_of_a_zone_count_like_its_rule():
    other = [
        line.replace("RRULE:FREQ=YEARLY", "RDATE:20260601T000000,20270601T000000") for line in OTHER
    ]
    found = zone_description.offset([*PART, *other], datetime(2026, 7, 1))
    assert found.utcoffset(None) == timedelta(hours=2)
