"""Zones described for a file say the same as the zones themselves."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.rrule import rrulestr
from dateutil.tz import tzical
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Timezone

from microplan.formats.ical import render, spans
from microplan.formats.vtimezone import SPELL, Observance, observances
from microplan.model import dates
from microplan.scheduling.events import Event
from tests.formats.test_zones import names_of

HOUR = timedelta(hours=1)
ZONES = sorted(available_timezones() - {"localtime"})


def onsets(parts: tuple[Observance, ...], until: datetime) -> list[tuple[datetime, Observance]]:
    """Every onset in UTC, the rules expanded by dateutil; clocks may be a day ahead of it."""
    found, until = [], until + timedelta(days=1)
    for part in parts:
        starts = (
            rrulestr(part.rule, dtstart=part.start).between(part.start, until, inc=True)
            if part.rule
            else [part.start]
        )
        found += [(start - part.before, part) for start in starts]
    return sorted(found, key=lambda onset: onset[0])


def offsets(parts: tuple[Observance, ...], moments: list[datetime]) -> list[timedelta]:
    """Offset the parts give at each moment of UTC, in order."""
    steps = onsets(parts, moments[-1])
    said, index = [], 0
    for moment in moments:
        while index + 1 < len(steps) and steps[index + 1][0] <= moment:
            index += 1
        said.append(steps[index][1].after)
    return said


def true_offsets(tz: ZoneInfo, moments: list[datetime]) -> list[timedelta | None]:
    return [moment.replace(tzinfo=UTC).astimezone(tz).utcoffset() for moment in moments]


def every(step: timedelta, first: date, last: date) -> list[datetime]:
    start = datetime.combine(first, time())
    return [start + step * number for number in range((last - first) // step + 1)]


def rules(zone: str, year: int = 2026) -> list[str]:
    return [part.rule for part in observances(ZoneInfo(zone), date(year, 3, 1), date(year, 9, 1))]


RULES = {
    "the last Sundays": ("Europe/Paris", "3;BYDAY=-1SU", "10;BYDAY=-1SU"),
    "the second and the first Sunday": ("America/New_York", "3;BYDAY=2SU", "11;BYDAY=1SU"),
    "half an hour, southern": ("Australia/Lord_Howe", "4;BYDAY=1SU", "10;BYDAY=1SU"),
    "two hours": ("Antarctica/Troll", "3;BYDAY=-1SU", "10;BYDAY=-1SU"),
    "negative DST": ("Europe/Dublin", "3;BYDAY=-1SU", "10;BYDAY=-1SU"),
    "the first Sunday from the 2nd on": (
        "America/Santiago",
        "4;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8",
        "9;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8",
    ),
    "the eve of the last Sunday": (
        "America/Nuuk",
        "3;BYDAY=SA;BYMONTHDAY=24,25,26,27,28,29,30",
        "10;BYDAY=-1SU",
    ),
}


@pytest.mark.parametrize(("zone", "first", "second"), RULES.values(), ids=RULES)
def test_a_change_that_returns_each_year_is_a_rule(zone, first, second):
    assert rules(zone) == [f"FREQ=YEARLY;BYMONTH={first}", f"FREQ=YEARLY;BYMONTH={second}"]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Santiago", "Asia/Jerusalem"])
def test_a_rule_begins_in_1970_on_its_own_first_day(zone):
    for part in observances(ZoneInfo(zone), date(2026, 3, 1), date(2026, 9, 1)):
        assert part.start.year == 1970
        assert rrulestr(part.rule, dtstart=part.start)[0] == part.start


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "Asia/Kolkata", "America/Sao_Paulo"])
def test_a_zone_without_changes_is_one_observance(zone):
    (part,) = observances(ZoneInfo(zone), date(2026, 3, 1), date(2026, 9, 1))
    assert part.before == part.after
    assert part.start == datetime.combine(date(1970, 1, 1), time())
    assert not part.daylight
    assert not part.rule


@pytest.mark.parametrize(
    ("zone", "year"),
    [
        pytest.param("Africa/Casablanca", 2026, id="Ramadan"),
        pytest.param("Africa/Cairo", 2026, id="the day after the last Thursday of October"),
        pytest.param("Asia/Gaza", 2040, id="an offset that holds for a week"),
        pytest.param("Pacific/Apia", 2011, id="a day left out"),
        pytest.param("America/Sao_Paulo", 2018, id="a rule that ended"),
        pytest.param("America/New_York", 2006, id="a rule that changed"),
        pytest.param("Africa/Freetown", 1939, id="an offset that held for four days"),
        pytest.param("Europe/London", 1944, id="double summer time"),
        pytest.param("Europe/Amsterdam", 1937, id="seconds in an offset"),
        pytest.param("Canada/Atlantic", 1970, id="a rule that does not reach back to New Year"),
        pytest.param("America/New_York", 1883, id="noon of a railway's day"),
    ],
)
def test_irregular_changes_are_listed_one_by_one(zone, year):
    tz, first, last = ZoneInfo(zone), date(year, 3, 1), date(year, 9, 1)
    parts = observances(tz, first, last)
    assert not any(part.rule for part in parts)
    moments = every(HOUR, date(year, 1, 2), date(year, 12, 30))
    assert offsets(parts, moments) == true_offsets(tz, moments)


@given(
    zone=st.sampled_from(ZONES),
    first=st.dates(date(1850, 1, 1), date(2150, 1, 1)),
    days=st.integers(0, 700),
)
@example(zone="Antarctica/Macquarie", first=date(2012, 2, 27), days=585)
def test_offsets_are_those_of_the_zone_on_every_day_asked_for(zone, first, days):
    tz, last = ZoneInfo(zone), first + timedelta(days=days)
    parts = observances(tz, first, last)
    moments = every(timedelta(hours=31), first - timedelta(days=2), last + timedelta(days=2))
    assert offsets(parts, moments) == true_offsets(tz, moments)


@given(zone=st.sampled_from(ZONES), year=st.integers(1850, 2100))
def test_onsets_are_exact_to_the_second(zone, year):
    tz = ZoneInfo(zone)
    parts = observances(tz, date(year, 1, 1), date(year, 12, 31))
    for start, part in onsets(parts, datetime.combine(date(year + 1, 1, 1), time())):
        if start.year == year:
            around = [start - timedelta(seconds=1), start]
            assert true_offsets(tz, around) == [part.before, part.after]


@pytest.mark.parametrize("day", [date.min, date(4, 1, 1), date.max], ids=str)
def test_the_ends_of_the_calendar_are_no_fault(day):
    assert observances(ZoneInfo("Europe/Paris"), day, day)
    assert observances(ZoneInfo("Pacific/Apia"), day, day)


@pytest.mark.parametrize("zone", ["Europe/Dublin", "Europe/Paris", "America/New_York"])
def test_daylight_is_when_clocks_are_ahead(zone):
    for part in observances(ZoneInfo(zone), date(2026, 3, 1), date(2026, 9, 1)):
        assert part.daylight == (part.after > part.before)


def test_no_offset_lasts_less_than_assumed():
    """The fault this would find is an onset missed between two looks at the zone."""
    moments = every(timedelta(hours=12), date(2000, 1, 1), date(2045, 1, 1))
    for zone in ("Asia/Gaza", "Africa/Casablanca", "America/Noronha", "Africa/Cairo"):
        steps = [*map(ZoneInfo(zone).utcoffset, moments)]
        changes = [
            moment
            for moment, (before, after) in zip(moments[1:], pairwise(steps), strict=True)
            if before != after
        ]
        shortest = min(b - a for a, b in pairwise(changes))
        assert shortest > SPELL


# --- read back by others: many zones are described alike, which is read once -----------------


def sessions(zone: str) -> list[Event]:
    """Monthly over fourteen months in the small hours, and in one month in the evening."""
    tz = ZoneInfo(zone)
    found = []
    for month in range(14):
        year, of_year = divmod(month + 10, 12)
        day = date(2026 + year, of_year + 1, 28)
        for at in (datetime.combine(day, time(hour, 30)) for hour in ((2,) if month else (2, 18))):
            start = dates.local(day, at.time(), tz)
            end = dates.later(start, timedelta(minutes=30))
            clocks = (at, end.replace(tzinfo=None))
            found.append(
                Event(
                    uid=f"{zone}-{at}",
                    sequence=0,
                    stamp=datetime(2026, 11, 1, tzinfo=UTC),
                    created=datetime(2026, 11, 1, tzinfo=UTC),
                    start=start,
                    end=end,
                    is_regular=all(dates.is_regular(c.date(), c.time(), tz) for c in clocks),
                    summary="s",
                    description="",
                    location="",
                    category="",
                    cancelled=False,
                    transparent=False,
                    private=False,
                    alarms=(),
                )
            )
    return found


def component(text: str) -> str | None:
    """The file's VTIMEZONE under a name that no reader can look up."""
    found = re.search(r"BEGIN:VTIMEZONE\r\n.*END:VTIMEZONE\r\n", text, re.DOTALL)
    return found and re.sub(r"TZID:.*\r\n", "TZID:/unknown/here\r\n", found[0])


@cache
def by_dateutil(text: str):
    return tzical(StringIO(text)).get()


@cache
def by_icalendar(text: str):
    return Timezone.from_ical(text).to_tz(lookup_tzid=False)


def starts(text: str, read) -> list[datetime]:
    """Instants at which the events start for a reader that only has the file."""
    described = component(text)
    zone = read(described) if described else None
    found = []
    for value in re.findall(r"^DTSTART(?:;TZID=[^:]+)?:(\S+)\r\nDTEND", text, re.MULTILINE):
        moment = datetime.fromisoformat(value.removesuffix("Z"))
        local = moment.replace(tzinfo=UTC if value.endswith("Z") else zone)
        found.append(local.astimezone(UTC))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("part", range(2))
def test_a_reader_that_knows_no_zone_finds_every_instant(part):
    for zone in [*names_of()][part::2]:
        entries = sessions(zone)
        text = "".join(render(entries, name="n", tz=zone, spans=spans(entries)))
        instants = [event.start.astimezone(UTC) for event in entries]
        assert starts(text, by_dateutil) == instants, zone
        assert starts(text, by_icalendar) == instants, zone
