"""On a machine whose zone data is years old, hours are right in calendars that come and go.

The old set holds, of each zone, the rule that its clocks were to go by before it was changed.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
import tzdata

from microplan.calendars import lookup
from microplan.calendars.busy_query import BusyQuery
from tests.formats.test_zones import nameless
from tests.readers.test_readers import here

PACKAGE = Path(tzdata.__file__).parent / "zoneinfo"
RULE = {"every": "8x2mo", "at": "12:00"}


class Change(NamedTuple):
    """A zone, the rule before it was changed (as POSIX writes TZ), and a day before the change."""

    zone: str
    old: str
    start: str


CHANGES = [
    Change("Europe/Istanbul", "EET-2EEST,M3.5.0/3,M10.5.0/4", "2016-09-01"),
    Change("Africa/Windhoek", "WAT-1WAST,M9.1.0,M4.1.0", "2017-07-15"),
    Change("America/Sao_Paulo", "<-03>3<-02>,M11.1.0/0,M2.3.0/0", "2019-08-15"),
    Change("Pacific/Norfolk", "<+11>-11", "2019-08-15"),
    Change("Pacific/Fiji", "<+12>-12<+13>,M11.2.0,M1.2.3/99", "2020-08-15"),
    Change("Europe/Volgograd", "<+04>-4", "2020-11-15"),
    Change("Africa/Juba", "EAT-3", "2020-12-15"),
    Change("Pacific/Apia", "<+13>-13<+14>,M9.5.0/3,M4.1.0/4", "2021-08-15"),
    Change("Antarctica/Macquarie", "<+11>-11", "2021-08-15"),
    Change("Asia/Amman", "EET-2EEST,M3.5.4/24,M10.5.5/1", "2022-08-15"),
    Change("Asia/Damascus", "EET-2EEST,M3.5.5/0,M10.5.5/0", "2022-08-15"),
    Change("Asia/Tehran", "<+0330>-3:30<+0430>,J79/24,J263/24", "2022-08-15"),
    Change("America/Chihuahua", "MST7MDT,M4.1.0,M10.5.0", "2022-08-15"),
    Change("America/Ojinaga", "MST7MDT,M3.2.0,M11.1.0", "2022-08-15"),
    Change("America/Mexico_City", "CST6CDT,M4.1.0,M10.5.0", "2022-08-15"),
    Change("America/Merida", "CST6CDT,M4.1.0,M10.5.0", "2022-08-15"),
    Change("America/Monterrey", "CST6CDT,M4.1.0,M10.5.0", "2022-08-15"),
    Change("America/Bahia_Banderas", "CST6CDT,M4.1.0,M10.5.0", "2022-08-15"),
    Change("America/Mazatlan", "MST7MDT,M4.1.0,M10.5.0", "2022-08-15"),
    Change("Africa/Cairo", "EET-2", "2023-03-15"),
    Change("Asia/Gaza", "EET-2EEST,M3.5.5/0,M10.5.6/1", "2023-04-10"),
    Change("Asia/Hebron", "EET-2EEST,M3.5.5/0,M10.5.6/1", "2023-04-10"),
    Change("America/Nuuk", "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "2023-09-15"),
    Change("Antarctica/Vostok", "<+07>-7", "2023-11-15"),
    Change("Asia/Almaty", "<+06>-6", "2024-02-15"),
    Change("Asia/Qostanay", "<+06>-6", "2024-02-15"),
    Change("America/Scoresbysund", "<-01>1<+00>,M3.5.0/0,M10.5.0/1", "2024-02-15"),
    Change("America/Asuncion", "<-04>4<-03>,M10.1.0/0,M3.4.0/0", "2025-02-15"),
    Change("Africa/Casablanca", "<+01>-1", "2026-08-15"),
    Change("Africa/El_Aaiun", "<+01>-1", "2026-08-15"),
    Change("America/Vancouver", "PST8PDT,M3.2.0,M11.1.0", "2026-09-15"),
    Change("America/Edmonton", "MST7MDT,M3.2.0,M11.1.0", "2026-09-15"),
    Change("America/Yellowknife", "MST7MDT,M3.2.0,M11.1.0", "2026-09-15"),
    Change("America/Inuvik", "MST7MDT,M3.2.0,M11.1.0", "2026-09-15"),
    Change("America/Winnipeg", "CST6CDT,M3.2.0,M11.1.0", "2026-09-15"),
    Change("America/Rainy_River", "CST6CDT,M3.2.0,M11.1.0", "2026-09-15"),
]
ZONES = [change.zone for change in CHANGES]


def compiled(rule: str) -> bytes:
    """A zone of one rule and no history, as RFC 9636 stores it: the rule is all that is read."""
    head = struct.pack(">4sc15x6L", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    body = struct.pack(">lbb4s", 0, 0, 0, b"LMT\0")
    return (head + body) * 2 + f"\n{rule}\n".encode()


def zone_in(folder: Path, name: str) -> ZoneInfo:
    with (folder / name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@pytest.fixture(scope="module")
def old(tmp_path_factory) -> Path:
    """Zone data of 2016 that has these zones alone."""
    folder = tmp_path_factory.mktemp("zoneinfo")
    for change in CHANGES:
        path = folder / change.zone
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(compiled(change.old))
    (folder / "tzdata.zi").write_text("# version 2016a\n")
    return folder


@pytest.fixture(scope="module")
def exported(old, tmp_path_factory) -> dict[str, str]:
    """Calendars by zone, written by one process on that machine."""
    folder = tmp_path_factory.mktemp("calendars")
    rows = [
        {"id": f"{number}", "tz": change.zone, "start": change.start, **RULE}
        for number, change in enumerate(CHANGES)
    ]
    subprocess.run(
        [sys.executable, "-m", "microplan", "batch", "-", "-q", "-o", f"{folder}/{{id}}.ics"],
        env=os.environ | {"PYTHONTZPATH": str(old)},
        input="\n".join(map(json.dumps, rows)).encode(),
        check=True,
    )
    return {
        change.zone: (folder / f"{number}.ics").read_bytes().decode()
        for number, change in enumerate(CHANGES)
    }


def starts(change: Change, data: Path) -> list[str]:
    """The instants of noon on the days of a plan, by some zone data."""
    first, tz = date.fromisoformat(change.start), zone_in(data, change.zone)
    months = [divmod(first.month - 1 + 2 * number, 12) for number in range(8)]
    noons = (
        datetime(first.year + years, month + 1, first.day, 12, tzinfo=tz) for years, month in months
    )
    return [f"{noon.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for noon in noons]


def test_each_of_36_zones_would_be_read_wrong_by_the_old_data(old):
    """Else the test below could hold of a machine that is up to date."""
    assert len({*ZONES}) == 36
    for change in CHANGES:
        assert starts(change, old) != starts(change, PACKAGE), change.zone


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["icalendar", "vobject", "ical.js", "libical"])
def test_hours_written_on_old_zone_data_are_read_as_the_newer_has_them(exported, reader):
    """From the file alone: no reader knows a zone of that name, on whatever machine it runs."""
    texts = {zone: nameless(exported[zone], f"old/{zone}") for zone in ZONES}
    found = here(reader).read(texts)
    for change in CHANGES:
        read = sorted(entry.start for entry in found[change.zone])
        assert read == starts(change, PACKAGE), change.zone


# --- busy calendars ---------------------------------------------------------------------------

YEARS = [date(2027, 1, 1) + timedelta(days=number) for number in range(730)]
NOON = BusyQuery(first=YEARS[0], last=YEARS[-1], at=time(12), minutes=30, tz="UTC")


def shown_at_noon(day: date, tz: ZoneInfo) -> datetime:
    """What the clocks of a zone show at 12:00 UTC."""
    noon = datetime.combine(day, time(12), UTC)
    return noon.astimezone(tz).replace(tzinfo=None)


def days_that_differ(old: Path) -> dict[str, date]:
    """Find a day for each zone on which the old data has another offset."""
    found: dict[str, date] = {}
    for zone in ZONES:
        before, after = (zone_in(data, zone) for data in (old, PACKAGE))
        found[zone] = next(
            day
            for day in YEARS
            if day not in found.values() and shown_at_noon(day, before) != shown_at_noon(day, after)
        )
    return found


def test_a_busy_calendar_closes_the_days_that_the_newer_data_gives(old, monkeypatch):
    """By the old data each of these events would be over before the session, or begin after it."""
    days = days_that_differ(old)
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{zone}\r\nDTSTART;TZID={zone}:{noon:%Y%m%dT%H%M%S}\r\n"
        "DURATION:PT1M\r\nEND:VEVENT\r\n"
        for zone, day in days.items()
        for noon in [shown_at_noon(day, zone_in(PACKAGE, zone))]
    )
    monkeypatch.setenv("PYTHONTZPATH", str(old))  # of the process that reads it
    content = f"BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n".encode()
    reply = lookup.busy_days(content, NOON, lambda *_: None)
    assert sum((last - first).days + 1 for first, last in reply.days) == len(ZONES)
    assert all(any(first <= day <= last for first, last in reply.days) for day in days.values())
    assert reply.misread == reply.unknown_zones == ()
