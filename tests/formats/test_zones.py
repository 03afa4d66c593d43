"""A session is at its hour in every zone there is, in every format, wherever the process runs."""

from __future__ import annotations

import json
import re
import sys
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.formats import Subject, render
from microplan.formats.records import records
from microplan.model import dates
from tests.build import plan_of, subject_of
from tests.readers.test_readers import here

ZONES = sorted(available_timezones() - {"localtime"})
"""All zone names, many of which are aliases."""
DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(weeks=1)


class Case(NamedTuple):
    """A plan that is looked at: where, from which day, how often, at which hour."""

    zone: str
    start: date
    every: str
    at: time

    @property
    def words(self) -> dict[str, str]:
        at = f"{self.at:%H:%M}"
        return {"start": str(self.start), "every": self.every, "at": at, "tz": self.zone}


class Said(NamedTuple):
    """What two formats say of a case."""

    records: list[dict]
    calendar: str


def subject(**words: str) -> Subject:
    return subject_of(plan_of(**words))


def say(case: Case) -> Said:
    found = subject(**case.words)
    return Said([*records(found.plan, found.sessions)], "".join(render("ics", found)))


def table(case: Case) -> str:
    return "".join(render("table", subject(**case.words)))


# --- an hour of the clock, worked out the other way round -------------------------------------


def shown(tz: ZoneInfo, instant: datetime) -> datetime:
    """What the clocks of a zone show at an instant; both without a zone."""
    return instant.replace(tzinfo=UTC).astimezone(tz).replace(tzinfo=None)


@cache
def instant(tz: ZoneInfo, wanted: datetime) -> datetime:
    """First instant at which clocks show ``wanted``; if none does, later by what they jump.

    It only asks what clocks show, where ``dates.local`` asks for the offset of a local time.
    """
    around = [wanted + day for day in (-2 * DAY, 2 * DAY)]
    offsets = [shown(tz, moment) - moment for moment in around]
    found = sorted(wanted - offset for offset in offsets if shown(tz, wanted - offset) == wanted)
    return found[0] if found else wanted - offsets[0]


def expected(case: Case, record: dict) -> datetime:
    wanted = datetime.combine(date.fromisoformat(record["date"]), case.at)
    return instant(ZoneInfo(case.zone), wanted)


# --- every zone -------------------------------------------------------------------------------


def data(zone: str) -> bytes:
    """What the machine knows of a zone, the same under all its names."""
    paths = (Path(folder, zone) for folder in zoneinfo.TZPATH)
    packaged = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    return next((path for path in paths if path.is_file()), packaged).read_bytes()


@cache
def names_of() -> dict[str, list[str]]:
    """The first name of every zone, and its other names."""
    alike = defaultdict(list)
    for zone in ZONES:
        alike[data(zone)].append(zone)
    return {first: others for first, *others in alike.values()}


def changes(tz: ZoneInfo, first: datetime, weeks: int) -> Iterator[datetime]:
    """Yield the instants, to the minute, at which clocks are put forward or back.

    Two within one week of those that are looked at, which undo each other, would be missed.
    """
    ends = [first + number * WEEK for number in range(weeks + 1)]
    offsets = [shown(tz, end) - end for end in ends]
    for number, (before, after) in enumerate(pairwise(offsets)):
        if before == after:
            continue
        low, high = ends[number : number + 2]
        while high - low > timedelta(minutes=1):
            middle = low + (high - low) / 2
            low, high = (middle, high) if shown(tz, middle) - middle == before else (low, middle)
        yield high.replace(second=0, microsecond=0)


def doubtful(tz: ZoneInfo, change: datetime) -> datetime:
    """Middle of the hour, or of as much as it is, that a change skips or doubles."""
    before, after = (shown(tz, change + by) for by in (-HOUR, HOUR))
    return (before + HOUR) + (after - before - 2 * HOUR) / 2


def around_changes(zone: str) -> Iterator[Case]:
    """The day before, of and after each of the next two changes; else some day all the same."""
    tz = ZoneInfo(zone)
    found = [doubtful(tz, change) for change in changes(tz, datetime(2026, 11, 22), 58)]
    for wanted in found[:2] or [datetime(2027, 3, 28, 2, 30)]:
        at = wanted.replace(second=0, microsecond=0)
        yield Case(zone, at.date() - DAY, "3x1d", at.time())


def offsets(case: Case) -> list[timedelta]:
    """How far the clocks of a case are from Greenwich: at first, days later, and months later."""
    noon, tz = datetime.combine(case.start, time(12)), ZoneInfo(case.zone)
    return [shown(tz, noon + day * DAY) - noon for day in (0, 2, 181)]


def kinds(cases: Iterable[Case]) -> list[Case]:
    """One case of those whose zones behave alike."""
    return [*{(case[1:], *offsets(case)): case for case in cases}.values()]


def shapes(cases: Iterable[Case]) -> list[Case]:
    """One case of those whose zones behave alike, whole hours east or west of each other."""
    alike = {}
    for case in cases:
        first, *others = offsets(case)
        jumps = (each - first for each in others)
        alike[case[1:], *jumps, first < timedelta(), first % HOUR] = case
    return [*alike.values()]


@cache
def now() -> list[Case]:
    return [case for zone in names_of() for case in around_changes(zone)]


@cache
def told(era: str) -> dict[Case, Said]:
    """Say a plan for every zone; far from now for one of those that behave alike."""
    if era == "now":
        cases = now()
    else:
        start = date(int(era), 1, 15)
        cases = kinds(Case(zone, start, "2x6mo", time(12, 30)) for zone in names_of())
    return {case: say(case) for case in cases}


ERAS = ("now", "1970", "2100")


@pytest.mark.slow
@pytest.mark.parametrize("era", ERAS)
def test_a_session_is_at_its_hour_in_every_zone(era):
    """Or later by what clocks jump, if the hour is skipped, or the first of two."""
    for case, said in told(era).items():
        for record in said.records:
            starts = datetime.fromisoformat(record["start"])
            ends = datetime.fromisoformat(record["end"])
            assert starts.astimezone(UTC).replace(tzinfo=None) == expected(case, record), case
            assert ends - starts == timedelta(minutes=30), case
            # RFC 3339, section 5.6: no seconds in an offset.
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", record["start"])


@pytest.mark.slow
def test_a_zone_has_the_same_hours_under_all_its_names():
    for case, said in told("now").items():
        for zone in names_of()[case.zone]:
            found = subject(**case._replace(zone=zone).words)
            others = [*records(found.plan, found.sessions)]
            assert [*map(itself, others)] == [*map(itself, said.records)], zone


def itself(record: dict) -> tuple[str, str]:
    return record["start"], record["end"]


@pytest.mark.slow
@pytest.mark.parametrize("era", ERAS)
def test_a_table_says_the_hour_of_every_zone(era):
    """Or rather of one of those that behave alike but for hours, as it takes longest."""
    for case in shapes(told(era)):
        rows = re.findall(r"(?m)^[ ▶>]{4}\d   \w{3} .*?((?:\w{3} )?\d\d:\d\d)  ", table(case))
        said = told(era)[case]
        clocks = [shown(ZoneInfo(case.zone), expected(case, record)) for record in said.records]
        assert rows == [
            f"{clock:%H:%M}" if f"{clock:%Y-%m-%d}" == record["date"] else f"{clock:%a %H:%M}"
            for clock, record in zip(clocks, said.records, strict=True)
        ], case


def nameless(text: str, name: str) -> str:
    """The file, its zone under a name that no reader can look up, nor has met before."""
    return re.sub(r"TZID([:=])[^:\r]+", rf"TZID\1/unknown/{name}", text)


UNABLE = {("ical.js", "Africa/Monrovia"): "it has no seconds in an offset"}
"""Until 1972 Monrovia's clocks were 44 minutes and 30 seconds behind."""


def looks(text: str) -> str:
    """The file without its ids and zone names, which differ for each plan and zone."""
    return re.sub(r"(?m)^(UID|X-WR-TIMEZONE):.*\n", "", nameless(text, ""))


def read_alone(reader: str, era: str) -> list[Case]:
    """What a reader reads: slowly or far from now, one of a shape."""
    is_every = era == "now" and reader != "icalendar"
    return [*told(era)] if is_every else shapes(told(era))


@cache
def found_alone(reader: str) -> dict[str, list[str]]:
    """When the events of files are that look alike, by what one of them was read as."""
    texts = [told(era)[case].calendar for era in ERAS for case in read_alone(reader, era)]
    alike = [*{looks(text): text for text in texts}.items()]
    files = {f"{number}": nameless(text, f"{number}") for number, (_, text) in enumerate(alike)}
    found = here(reader).read(files)
    return {
        look: sorted(entry.start for entry in found[f"{number}"])
        for number, (look, _) in enumerate(alike)
    }


@pytest.mark.slow
@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("reader", ["ical.js", "libical", "icalendar"])
def test_every_zone_can_be_read_from_the_file_alone(reader, era):
    for case in read_alone(reader, era):
        said = told(era)[case]
        starts = found_alone(reader)[looks(said.calendar)]
        assert (starts == instants(case, said.records)) != (
            era == "1970" and (reader, case.zone) in UNABLE
        ), case


def instants(case: Case, records: list[dict]) -> list[str]:
    return [f"{expected(case, record):%Y-%m-%dT%H:%M:%SZ}" for record in records]


@pytest.mark.slow
@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("reader", ["icalendar", "vobject"])
def test_a_zone_is_read_back_by_its_name(reader, era):
    """vobject leaves a zone that is always at +0000 to the zone data, by name."""
    cases = shapes(told(era))
    found = here(reader).read({str(case): told(era)[case].calendar for case in cases})
    for case in cases:
        assert sorted(entry.start for entry in found[str(case)]) == instants(
            case, told(era)[case].records
        ), case


def test_the_changes_looked_at_are_those_of_the_world():
    """Else the laws above could hold of nothing."""
    jumps = {doubtful(ZoneInfo(zone), change) for zone, change in [
        ("Europe/Paris", datetime(2027, 3, 28, 1)),
        ("Europe/Paris", datetime(2027, 10, 31, 1)),
        ("Australia/Lord_Howe", datetime(2027, 4, 3, 15)),
        ("Antarctica/Troll", datetime(2027, 3, 28, 1)),
    ]}  # fmt: skip
    assert jumps == {
        datetime(2027, 3, 28, 2, 30),
        datetime(2027, 10, 31, 2, 30),
        datetime(2027, 4, 4, 1, 45),
        datetime(2027, 3, 28, 2),
    }
    assert [*changes(ZoneInfo("Europe/Paris"), datetime(2026, 11, 22), 58)] == [
        datetime(2027, 3, 28, 1),
        datetime(2027, 10, 31, 1),
    ]


NIGHTS = [datetime(2020, 1, 1) + DAY * number for number in range(20 * 366)]


def test_no_zone_changes_its_clocks_twice_within_the_days_that_are_looked_at():
    """`dates.is_steady` relies on this when it checks the offset only at both ends."""
    for zone in names_of():
        offsets = [*map(ZoneInfo(zone).utcoffset, NIGHTS)]
        turns = [night for night, a, b in zip(NIGHTS, offsets, offsets[1:], strict=False) if a != b]
        assert all(after - before > dates.APART for before, after in pairwise(turns)), zone


@given(
    st.sampled_from(ZONES),
    st.dates(date(1970, 1, 1), date(2100, 1, 1)),
    st.times(),
    st.integers(1, 24 * 60),
)
def test_times_with_offsets_match_the_computed_ones(zone, day, at, minutes):
    said = {"start": f"{day}", "every": "30x1d", "at": f"{at:%H:%M}", "duration": f"{minutes}m"}
    found = subject(**said, tz=zone)
    for session, record in zip(found.sessions, records(found.plan, found.sessions), strict=True):
        begins, ends = dates.start_and_end(session)
        for told_, counted in ((record["start"], begins), (record["end"], ends)):
            # not ==, which is never so of an hour that comes twice and one of another zone
            assert datetime.fromisoformat(told_).timestamp() == counted.timestamp()
            assert told_[10:] in {
                counted.isoformat()[10:],
                counted.astimezone(UTC).isoformat()[10:],
            }


# --- wherever the process is ------------------------------------------------------------------

PLACES = {"Pacific/Kiritimati": "+1400", "Pacific/Pago_Pago": "-1100"}
"""As far apart as places are; the laws above are held to in Paris."""


def line(case: Case, name: str) -> list[str]:
    words = [part for word, value in case.words.items() for part in (f"--{word}", value)]
    return ["new", *words, "--quiet", "--format", name]


@pytest.mark.slow
def test_no_date_depends_on_the_zone_of_the_process(process, tmp_path):
    """Every zone in bulk, and one of those that behave alike but for hours in files and tables."""
    cases = now()
    bulk = {zone: case for case in cases for zone in (case.zone, *names_of()[case.zone])}
    rows = (case._replace(zone=zone).words for zone, case in bulk.items())
    (tmp_path / "rows.ndjson").write_text("\n".join(map(json.dumps, rows)))
    lines = [["batch", str(tmp_path / "rows.ndjson"), "--quiet"]]
    lines += [line(case, name) for case in shapes(cases) for name in ("table", "ics")]
    (tmp_path / "lines.json").write_text(json.dumps(lines))
    program = (sys.executable, Path(__file__).with_name("say_all.py"))
    answers = [
        json.loads(process(tmp_path / "lines.json", program=program, env={"TZ": zone}).out)
        for zone in PLACES
    ]
    assert [answer["zone"] for answer in answers] == [*PLACES.values()]
    here, *elsewhere = (answer["said"] for answer in answers)
    assert len(here) == len(lines)
    assert len(here[0].splitlines()) == len(ZONES)
    assert all(texts == here for texts in elsewhere)


# --- one by one -------------------------------------------------------------------------------

HOURS = {
    "in a winter that is called standard time": (
        "Europe/Dublin", "2027-01-15", "18:00", "2027-01-15T18:00:00+00:00", "18:00"),
    "in a summer that is": (
        "Europe/Dublin", "2027-07-15", "18:00", "2027-07-15T18:00:00+01:00", "18:00"),
    "before Ramadan": (
        "Africa/Casablanca", "2025-01-15", "18:00", "2025-01-15T18:00:00+01:00", "18:00"),
    "in Ramadan": (
        "Africa/Casablanca", "2025-03-15", "18:00", "2025-03-15T18:00:00+00:00", "18:00"),
    "after Ramadan": (
        "Africa/Casablanca", "2025-04-15", "18:00", "2025-04-15T18:00:00+01:00", "18:00"),
    "a jump of two hours": (
        "Antarctica/Troll", "2027-03-28", "01:30", "2027-03-28T03:30:00+02:00", "03:30"),
    "the first of two hours that come twice": (
        "Antarctica/Troll", "2027-10-31", "01:30", "2027-10-31T01:30:00+02:00", "01:30"),
    "three quarters of an hour off": (
        "Pacific/Chatham", "2027-09-26", "03:00", "2027-09-26T04:00:00+13:45", "04:00"),
    "half an hour off": (
        "America/St_Johns", "2027-03-14", "02:30", "2027-03-14T03:30:00-02:30", "03:30"),
    "from 23:30 to the next day": (
        "America/Nuuk", "2027-03-27", "23:30", "2027-03-28T00:30:00-01:00", "Sun 00:30"),
    "midnight that is skipped": (
        "Asia/Beirut", "2027-03-28", "00:00", "2027-03-28T01:00:00+03:00", "01:00"),
    "a day that was left out at the date line": (
        "Pacific/Apia", "2011-12-30", "12:00", "2011-12-31T12:00:00+14:00", "Sat 12:00"),
    "a day that was left out before": (
        "Pacific/Kwajalein", "1993-08-21", "12:00", "1993-08-22T12:00:00+12:00", "Sun 12:00"),
    "British Standard Time": (
        "Europe/London", "1970-01-01", "00:00", "1970-01-01T00:00:00+01:00", "00:00"),
    "an offset with seconds": (
        "Africa/Monrovia", "1970-01-01", "12:00", "1970-01-01T12:44:30+00:00", "12:00"),
    "a summer far ahead": (
        "Europe/Paris", "2100-07-15", "18:00", "2100-07-15T18:00:00+02:00", "18:00"),
    "a skipped hour far ahead": (
        "America/New_York", "2100-03-14", "02:30", "2100-03-14T03:30:00-04:00", "03:30"),
}  # fmt: skip


@pytest.mark.parametrize(("zone", "day", "at", "start", "clock"), HOURS.values(), ids=HOURS)
def test_document_table_and_calendar_agree_on_the_hour(zone, day, at, start, clock):
    case = Case(zone, date.fromisoformat(day), "1x1d", time.fromisoformat(at))
    said = say(case)
    assert said.records[0]["start"] == start
    assert f"  {clock}  " in table(case)
    for reader in ("icalendar", "vobject"):
        (entry,) = here(reader).read({"": said.calendar})[""]
        assert datetime.fromisoformat(entry.start) == datetime.fromisoformat(start)


# --- leap days --------------------------------------------------------------------------------

LEAPS = {
    "a year after a leap day is the 28th, in 2100 too": (
        {"start": "2096-02-29", "every": "6x1y"},
        "2096-02-29 2097-02-28 2098-02-28 2099-02-28 2100-02-28 2101-02-28",
    ),
    "2100 has no leap day, 2104 has": (
        {"start": "2096-02-29", "every": "3x4y"},
        "2096-02-29 2100-02-28 2104-02-29",
    ),
    "monthly on the 29th over February": (
        {"start": "2099-12-29", "every": "4x1mo"},
        "2099-12-29 2100-01-29 2100-02-28 2100-03-29",
    ),
    "monthly on the 31st over a leap February": (
        {"start": "2027-12-31", "every": "4x1mo"},
        "2027-12-31 2028-01-31 2028-02-29 2028-03-31",
    ),
    "weeks over a leap day": (
        {"start": "2028-02-22", "every": "3x1w"},
        "2028-02-22 2028-02-29 2028-03-07",
    ),
    "weeks over the end of February 2100": (
        {"start": "2100-02-22", "every": "3x1w"},
        "2100-02-22 2100-03-01 2100-03-08",
    ),
    "a recurrence on leap days alone leaves 2100 out": (
        {"start": "2092-01-01", "every": "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=3"},
        "2092-02-29 2096-02-29 2104-02-29",
    ),
    "a recurrence on last days": (
        {"start": "2100-01-31", "every": "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3"},
        "2100-01-31 2100-02-28 2100-03-31",
    ),
    "a leap day that is closed each year": (
        {"start": "2096-02-28", "every": "3x1d", "avoid": ["02-29"]},
        "2096-02-28 2096-03-01 2096-03-02",
    ),
    "a leap day that is closed in a year without one": (
        {"start": "2100-02-27", "every": "3x1d", "avoid": ["02-29"]},
        "2100-02-27 2100-02-28 2100-03-01",
    ),
    "yearly closed days that end on a leap day": (
        {"start": "2100-02-26", "every": "3x1d", "avoid": ["02-27..02-29"]},
        "2100-02-26 2100-03-01 2100-03-02",
    ),
}


@pytest.mark.parametrize(("words", "days"), LEAPS.values(), ids=LEAPS)
def test_leap_days_are_those_of_the_calendar(words, days):
    found = subject(**words)
    assert " ".join(str(session.date) for session in found.sessions) == days
    entries = here("icalendar").read({"": "".join(render("ics", found))})[""]
    assert " ".join(entry.start for entry in entries) == days
    ends = [date.fromisoformat(day) + DAY for day in days.split()]
    assert [entry.end for entry in entries] == [end.isoformat() for end in ends]


@pytest.mark.parametrize("day", ["2100-02-29", "1900-02-29", "2027-02-29"])
def test_a_leap_day_of_another_year_is_refused(run, day):
    done = run("new", "--start", day, "--every", "2x1w")
    assert done.code == 2
    assert day in done.err
