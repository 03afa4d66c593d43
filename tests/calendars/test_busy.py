"""A busy calendar closes the days on which a session would overlap, and no others.

The calendars are written here and their closed days worked out by hand. Each is read a second time
with its components reversed, because their order means nothing.
"""

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from microplan.calendars import busy, ics_reader, lookup, older_rules, taken_time
from microplan.calendars.busy_query import BusyQuery, BusyReply, BusyTimeQuery
from microplan.errors import CalendarError
from microplan.model import dates
from microplan.model.entries import Closure
from microplan.model.values import ClosedDays
from microplan.rules import hours
from microplan.scheduling.schedule import schedule
from tests.build import plan_of
from tests.calendars import corpora

EVENINGS = BusyQuery(
    first=date(2026, 12, 1),
    last=date(2027, 4, 30),
    at=time(18),
    minutes=30,
    tz="Europe/Paris",
    own=("ours",),
)
WHOLE_DAYS = replace(EVENINGS, at=None)
PARIS = "DTSTART;TZID=Europe/Paris:"
TO = "DTEND;TZID=Europe/Paris:"
HOME_OFFICE = """\
BEGIN:VTIMEZONE
TZID:Home office
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0500
TZOFFSETTO:+0500
END:STANDARD
END:VTIMEZONE
"""


def event(*lines, uid="1"):
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:secret", *lines, "END:VEVENT", ""])


def calendar(*parts):
    text = "".join(["BEGIN:VCALENDAR\nVERSION:2.0\n", *parts, "END:VCALENDAR\n"])
    return text.replace("\n", "\r\n").encode()


def silent(*_progress):
    """Ignore progress."""


def answer(content, question=EVENINGS):
    *_, last = busy.answer(content, question)
    assert isinstance(last, BusyReply)
    return last


def closed(content, question=EVENINGS):
    return [
        day.isoformat()[2:]
        for first, last in answer(content, question).days
        for day in (first + n * dates.DAY for n in range((last - first).days + 1))
    ]


FREE_BUSY = """\
BEGIN:VFREEBUSY
FREEBUSY;FBTYPE=BUSY:20261204T163000Z/20261204T180000Z,20261211T160000Z/PT3H
FREEBUSY;FBTYPE=FREE:20261218T160000Z/PT3H
END:VFREEBUSY
"""
WEEKLY = (f"{PARIS}20261201T180000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3")
ONCE = (f"{PARIS}20261202T180000", f"{TO}20261202T190000")
CORPUS = [
    pytest.param([event(*ONCE)], ["26-12-02"], id="an event in the session's hour"),
    pytest.param(
        [event(f"{PARIS}20261202T170000", f"{TO}20261202T180000")],
        [],
        id="one that ends when the session begins",
    ),
    pytest.param(
        [event(f"{PARIS}20261202T183000", f"{TO}20261202T190000")],
        [],
        id="one that begins when the session ends",
    ),
    pytest.param(
        [event(f"{PARIS}20261202T171500", "DURATION:PT46M")],
        ["26-12-02"],
        id="one with a duration that reaches a minute into the session",
    ),
    pytest.param([event(f"{PARIS}20261202T181000")], [], id="a moment takes no time"),
    pytest.param([event(*WEEKLY)], ["26-12-01", "26-12-08", "26-12-15"], id="every week"),
    pytest.param(
        [event(*WEEKLY, "EXDATE;TZID=Europe/Paris:20261208T180000")],
        ["26-12-01", "26-12-15"],
        id="every week with an exception",
    ),
    pytest.param(
        [
            event(*WEEKLY),
            event(
                "RECURRENCE-ID;TZID=Europe/Paris:20261208T180000",
                f"{PARIS}20261208T200000",
                "DURATION:PT1H",
            ),
        ],
        ["26-12-01", "26-12-15"],
        id="an instance that was moved out of the hour",
    ),
    pytest.param(
        [
            event(f"{PARIS}20261201T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3"),
            event(
                "RECURRENCE-ID;TZID=Europe/Paris:20261208T100000",
                f"{PARIS}20261209T180000",
                "DURATION:PT1H",
            ),
        ],
        ["26-12-09"],
        id="an instance that was moved into the hour",
    ),
    pytest.param(
        [
            event(*WEEKLY),
            event(
                "RECURRENCE-ID;TZID=Europe/Paris:20261208T180000",
                f"{PARIS}20261208T180000",
                "DURATION:PT1H",
                "STATUS:CANCELLED",
            ),
        ],
        ["26-12-01", "26-12-15"],
        id="an instance that was cancelled",
    ),
    pytest.param(
        [
            event(*WEEKLY),
            event(
                "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20261208T180000",
                f"{PARIS}20261208T200000",
                "DURATION:PT1H",
            ),
        ],
        ["26-12-01"],
        id="an instance that was moved with all after it",
    ),
    pytest.param(
        [
            event(*WEEKLY),
            event(
                "RECURRENCE-ID;TZID=Europe/Paris:20261215T180000",
                f"{PARIS}20261215T180000",
                "DURATION:PT1H",
                "TRANSP:TRANSPARENT",
            ),
        ],
        ["26-12-01", "26-12-08"],
        id="an instance that is free",
    ),
    pytest.param(
        [
            event(
                "RECURRENCE-ID;TZID=Europe/Paris:20261208T100000",
                f"{PARIS}20261209T180000",
                "DURATION:PT1H",
            )
        ],
        ["26-12-09"],
        id="an instance alone, as an invitation to one",
    ),
    pytest.param([event(*ONCE, "TRANSP:TRANSPARENT")], [], id="a transparent event is free"),
    pytest.param([event(*ONCE, "STATUS:CANCELLED")], [], id="a cancelled event is free"),
    pytest.param([event(*ONCE, "STATUS:TENTATIVE")], ["26-12-02"], id="a tentative one is not"),
    pytest.param(
        [event(*ONCE, "X-MICROSOFT-CDO-BUSYSTATUS:FREE")], [], id="one that Outlook calls free"
    ),
    pytest.param(
        [event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227")],
        ["26-12-24", "26-12-25", "26-12-26"],
        id="whole days, the end not among them",
    ),
    pytest.param(
        [event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261224")],
        ["26-12-24"],
        id="a whole day that ends as it begins",
    ),
    pytest.param(
        [event("DTSTART;VALUE=DATE:20261224")], ["26-12-24"], id="a whole day without an end"
    ),
    pytest.param(
        [event(f"{PARIS}20261224T120000", f"{TO}20261226T180000")],
        ["26-12-24", "26-12-25"],
        id="an event of several days that ends as the session begins",
    ),
    pytest.param(
        [event(f"{PARIS}20261101T120000", f"{TO}20261202T120000")],
        ["26-12-01"],
        id="an event that began a month before",
    ),
    pytest.param(
        [
            event(
                "DTSTART;TZID=America/New_York:20270302T120000",
                "DURATION:PT1H",
                "RRULE:FREQ=WEEKLY;COUNT=6",
            )
        ],
        ["27-03-02", "27-03-09", "27-03-30", "27-04-06"],
        id="noon in New York, which has summer time two weeks before Paris",
    ),
    pytest.param(
        [event("DTSTART:20270326T170000Z", "DURATION:PT30M", "RRULE:FREQ=DAILY;COUNT=4")],
        ["27-03-26", "27-03-27"],
        id="every day at 17:00 UTC, over the change to summer time",
    ),
    pytest.param(
        [event(f"{PARIS}20270326T180000", "DURATION:PT30M", "RRULE:FREQ=DAILY;COUNT=4")],
        ["27-03-26", "27-03-27", "27-03-28", "27-03-29"],
        id="every day at 18:00 in Paris, over the change to summer time",
    ),
    pytest.param(
        [event("DTSTART:20261202T180000", "DTEND:20261202T190000")],
        ["26-12-02"],
        id="a floating time is the plan's",
    ),
    pytest.param(
        [HOME_OFFICE, event("DTSTART;TZID=Home office:20261202T220000", "DURATION:PT1H")],
        ["26-12-02"],
        id="a zone that only the file knows",
    ),
    pytest.param(
        [event("DTSTART;TZID=W. Europe Standard Time:20261202T180000", "DURATION:PT1H")],
        ["26-12-02"],
        id="a zone as Windows calls it",
    ),
    pytest.param(
        [
            event(
                "DTSTART;TZID=/freeassociation.sourceforge.net/Asia/Tokyo:20261203T020000",
                "DURATION:PT1H",
            )
        ],
        ["26-12-02"],
        id="a zone with the name of a program before it",
    ),
    pytest.param(
        [event(f"{PARIS}20261202T180000", "RDATE;TZID=Europe/Paris:20261205T180000",
               "DURATION:PT1H")],
        ["26-12-02", "26-12-05"],
        id="dates that are listed",
    ),
    pytest.param(
        [event(*ONCE, "SEQUENCE:1"), event(f"{PARIS}20261203T180000", "DURATION:PT1H",
                                           "SEQUENCE:2")],
        ["26-12-03"],
        id="the newest version of an event",
    ),
    pytest.param(
        [event(*ONCE), event(f"{PARIS}20261203T180000", "DURATION:PT1H")],
        ["26-12-02", "26-12-03"],
        id="two events under one UID",
    ),
    pytest.param(
        [event(*ONCE, uid=""), event(f"{PARIS}20261203T180000", "DURATION:PT1H", uid="")],
        ["26-12-02", "26-12-03"],
        id="events without a UID",
    ),
    pytest.param([event(*ONCE, "X-MICROPLAN-START:20261202T180000")], ["26-12-02"],
                 id="a session of another plan"),
    pytest.param([event(*ONCE, uid="ours")], [], id="a session of this plan, its mark lost"),
    pytest.param(
        [event("dtstart;tzid=Europe/Par\n is:20261202T180000", "Dtend;tzid=Europe/Paris:20261202T"
               "\n\t190000")],
        ["26-12-02"],
        id="folded lines in small letters",
    ),
    pytest.param(
        [event(*ONCE, "BEGIN:VALARM", "TRIGGER:-PT5M", "DURATION:PT5M", "RRULE:FREQ=DAILY",
               "END:VALARM")],
        ["26-12-02"],
        id="an alarm says nothing about the event's time",
    ),
    pytest.param(
        [event(f"{PARIS}20250101T180000", f"{TO}20250101T190000"),
         event(f"{PARIS}20300101T180000", f"{TO}20300101T190000", uid="2")],
        [],
        id="events long before and long after",
    ),
    pytest.param(
        [event("DTSTART:20261204T180000", "DTEND:20261204T190000", "RRULE:FREQ=WEEKLY;COUNT=3",
               "EXDATE:20261211T170000Z", "RDATE:20261222T170000Z")],
        ["26-12-04", "26-12-18", "26-12-22"],
        id="exceptions and dates in UTC beside a floating time",
    ),
    pytest.param(
        [event(*WEEKLY, "EXDATE:20261208T180000", "RDATE:20261222T180000")],
        ["26-12-01", "26-12-15", "26-12-22"],
        id="exceptions and dates without the zone of the start",
    ),
    pytest.param(
        [event(*WEEKLY, "EXDATE;VALUE=DATE:20261208", "RDATE;VALUE=DATE:20261222")],
        ["26-12-01", "26-12-15", "26-12-22"],
        id="exceptions and dates that are days",
    ),
    pytest.param(
        [event(f"{PARIS}20261202T120000", "DURATION:PT1H",
               "RDATE;VALUE=PERIOD:20261203T163000Z/PT1H,20261209T163000Z/20261209T173000Z")],
        ["26-12-03", "26-12-09"],
        id="periods",
    ),
    pytest.param(
        [event(WEEKLY[0], WEEKLY[1], "RRULE:FREQ=WEEKLY;UNTIL=20261215")],
        ["26-12-01", "26-12-08", "26-12-15"],
        id="until a day, the day included",
    ),
    pytest.param(
        [event(WEEKLY[0], WEEKLY[1], "RRULE:FREQ=WEEKLY;UNTIL=20261215T180000")],
        ["26-12-01", "26-12-08", "26-12-15"],
        id="until a time by the clock of the start",
    ),
    pytest.param(
        [event("DTSTART;VALUE=DATE:20261202", "RRULE:FREQ=DAILY;UNTIL=20261204T120000Z",
               "EXDATE:20261202T230000Z")],
        ["26-12-02", "26-12-04"],
        id="days until a time, with an exception that is a midnight in Paris",
    ),
    pytest.param(
        [event("DTSTART;TZID=Europe/Paris;VALUE=DATE:20261204")],
        ["26-12-04"],
        id="a date with a zone",
    ),
    pytest.param(
        [event("DTSTART:20261204T170000Z ", "DTEND:20261204T173000Z\t")],
        ["26-12-04"],
        id="blanks behind the times",
    ),
    pytest.param(
        [event('DTSTART;TZID="(UTC+01:00) Amsterdam":20261204T180000', "DURATION:PT1H"),
         HOME_OFFICE.replace("Home office", "(UTC+01:00) Amsterdam").replace("+0500", "+0100")],
        ["26-12-04"],
        id="a zone with a colon in its name",
    ),
    pytest.param(
        [event(f"{PARIS}20261201T180000", "DURATION:PT1H", "RRULE:W1 TU TH #3",
               "EXDATE:20261203T170000Z;20261208T170000Z")],
        ["26-12-01"],
        id="a rule of vCalendar 1.0, and its exceptions behind semicolons",
    ),
    pytest.param(
        [FREE_BUSY],
        ["26-12-04", "26-12-11"],
        id="free and busy periods",
    ),
    pytest.param(
        [event("DTSTART;VALUE=DATE:20261204", f"{TO}20261205T120000")],
        ["26-12-04", "26-12-05"],
        id="a day that ends at an hour",
    ),
    pytest.param(
        [event(*WEEKLY),
         event("RECURRENCE-ID:20261208T170000Z", f"{PARIS}20261208T200000", "DURATION:PT1H")],
        ["26-12-01", "26-12-15"],
        id="an instance named in UTC",
    ),
    pytest.param(
        [event(*WEEKLY), event("RECURRENCE-ID;VALUE=DATE:20261208", "DTSTART;VALUE=DATE:20261208",
                               "TRANSP:TRANSPARENT")],
        ["26-12-01", "26-12-15"],
        id="an instance that became a whole day and is named by it, as Google does",
    ),
    pytest.param(
        [event("DTSTART;VALUE=DATE;TZID=Europe/Paris:20261204",
               "DTEND;VALUE=DATE;TZID=Europe/Paris:20261205", "RRULE:FREQ=DAILY;UNTIL=20261206",
               "EXDATE;VALUE=DATE;TZID=Europe/Paris:20261205")],
        ["26-12-04", "26-12-06"],
        id="dates with a zone throughout",
    ),
    pytest.param(
        ["BEGIN:VFREEBUSY\nDTSTART:20261201T000000Z\nDTEND:20270101T000000Z\nEND:VFREEBUSY\n"],
        [],
        id="free and busy time of which only the days are said that were asked about",
    ),
    pytest.param(
        [("BEGIN:VEVENT\nDESCRIPTION;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Agenda=0D=0A=\n"
         "Begin: 10:00=0D=0A=\nDuration: P9D=0D=0A=\nEnd: noon=0D=0A\n"
         "DTSTART:20261204T170000Z\nDTEND:20261204T173000Z\nEND:VEVENT\n")],
        ["26-12-04"],
        id="a text of vCalendar 1.0 whose lines look like properties",
    ),
    pytest.param([event(*WEEKLY, "EXRULE:FREQ=WEEKLY;INTERVAL=2")], ["26-12-08"],
                 id="every other week but for the first"),
    pytest.param([event(*WEEKLY, "EXRULE:FREQ=WEEKLY;UNTIL=20261208T170000Z", "EXRULE:FREQ=DAILY;COUNT=1")],
                 ["26-12-15"], id="exceptions by two rules, one until an instant"),
    pytest.param([event(*WEEKLY, "EXRULE:W2 #9", "EXDATE;TZID=Europe/Paris:20261208T180000")],
                 [], id="exceptions by a rule of vCalendar 1.0, and by date"),
    pytest.param([event("DTSTART;VALUE=DATE:20261130", "RRULE:FREQ=DAILY;COUNT=7",
                        "EXRULE:FREQ=WEEKLY;BYDAY=MO,WE,TH,SA,SU")],
                 ["26-12-01", "26-12-04"], id="days but for some weekdays"),
    pytest.param([event(f"{PARIS}20240702T180000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;UNTIL=20261216T000000Z",
                        "EXRULE:FREQ=MONTHLY;BYDAY=1TU")],
                 ["26-12-08", "26-12-15"], id="each first Tuesday, since years"),
    pytest.param(
        [event(f"{PARIS}20261204T120000", "DTEND;VALUE=DATE:20261205")],
        ["26-12-04"],
        id="an hour that ends with a day",
    ),
]  # fmt: skip


@pytest.mark.parametrize("order", [list, lambda parts: parts[::-1]], ids=["as written", "reversed"])
@pytest.mark.parametrize(("parts", "days"), CORPUS)
def test_a_calendar_closes_the_days_worked_out_by_hand(parts, days, order):
    found = answer(calendar(*order(parts)))
    assert closed(calendar(*order(parts))) == days
    assert found.misread == ()
    assert found.unknown_zones == ()


def test_a_daily_event_over_ten_years_closes_every_day():
    daily = event(f"{PARIS}20170101T180000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3800")
    assert answer(calendar(daily)).days == ((EVENINGS.first, EVENINGS.last),)


def test_an_unknown_zone_is_reported_and_read_as_the_plans():
    found = answer(calendar(event("DTSTART;TZID=Mars/Base:20261202T180000", "DURATION:PT1H")))
    assert found.days == ((date(2026, 12, 2), date(2026, 12, 2)),)
    assert found.unknown_zones == ("Mars/Base",)


@pytest.mark.parametrize(
    ("parts", "days"),
    [
        pytest.param(
            [event(f"{PARIS}20261202T080000", f"{TO}20261202T220000")], [], id="a long day"
        ),
        pytest.param(
            [event("DTSTART;VALUE=DATE:20261202")], ["26-12-02"], id="a day that is taken"
        ),
        pytest.param(
            [event(f"{PARIS}20261202T120000", f"{TO}20261205T120000")],
            ["26-12-03", "26-12-04"],
            id="the whole days of a journey, not those of leaving and coming home",
        ),
        pytest.param(
            [event(f"{PARIS}20270328T000000", f"{TO}20270329T000000")],
            ["27-03-28"],
            id="a day of 23 hours from midnight to midnight",
        ),
        pytest.param(
            [
                event(f"{PARIS}20261204T000000", f"{TO}20261204T235900"),
                event(f"{PARIS}20261211T000000", f"{TO}20261211T235959", uid="2"),
            ],
            ["26-12-04", "26-12-11"],
            id="days that end a minute or a second early",
        ),
    ],
)
def test_only_a_fully_busy_day_is_closed_for_an_all_day_session(parts, days):
    assert closed(calendar(*parts), WHOLE_DAYS) == days


def test_a_session_past_midnight_clashes_with_the_next_day():
    night = replace(EVENINGS, at=time(23, 45), minutes=60)
    day = calendar(event("DTSTART;VALUE=DATE:20261203"))
    assert closed(day, night) == ["26-12-02", "26-12-03"]


def test_a_session_in_a_skipped_hour_is_at_its_real_time():
    early = replace(EVENINGS, at=time(2, 30))
    at_real_hour = calendar(event("DTSTART:20270328T013000Z", "DURATION:PT15M"))
    assert closed(at_real_hour, early) == ["27-03-28"]


LEFT_OUT = [
    pytest.param(
        ["DTSTART;VALUE=DATE:20261202", "DTEND;VALUE=DATE:None"],
        ["DTEND"],
        [2],
        id="the end of a day that is a word",
    ),
    pytest.param(
        [*WEEKLY, "EXRULE:FREQ=WEEKLY;UNTIL=soon"],
        ["EXRULE"],
        [1, 8, 15],
        id="a rule of exceptions without an end",
    ),
    pytest.param(
        [*WEEKLY, "EXRULE:FREQ=HOURLY"], ["EXRULE"], [1, 8, 15], id="exceptions by the hour"
    ),
    pytest.param(
        [*WEEKLY, "EXRULE:FREQ=DAILY;BYDAY=9XX"],
        ["EXRULE"],
        [1, 8, 15],
        id="exceptions on no weekday",
    ),
    pytest.param(["DTSTART:20261350T180000"], ["DTSTART"], [], id="a month that does not exist"),
    pytest.param([], ["DTSTART"], [], id="no start"),
    pytest.param([*ONCE, "RRULE:FREQ=NEVER"], ["RRULE"], [2], id="an unknown frequency"),
    pytest.param([*ONCE, "RRULE:FREQ=DAILY;BYDAY=9XX"], ["RRULE"], [2], id="an unknown weekday"),
    pytest.param(
        [*ONCE, "RRULE:FREQ=WEEKLY;COUNT=ten;UNTIL=20261209T180000Z"],
        ["RRULE"],
        [2, 9],
        id="a count that is a word, and an end that is none",
    ),
    pytest.param(
        [*WEEKLY, "EXDATE;TZID=Europe/Paris:202612?,20261208T180000", "EXDATE:"],
        ["EXDATE"],
        [1, 15],
        id="an exception that can't be read between others",
    ),
    pytest.param([*ONCE, "RDATE:20251204Z"], ["RDATE"], [2], id="a date of Google's birthdays"),
    pytest.param([ONCE[0], "DTEND:None"], ["DTEND"], [2], id="an end that is a word"),
    pytest.param(
        [ONCE[0], f"{TO}20261202T170000"], ["DTEND"], [2], id="an end before the beginning"
    ),
    pytest.param([ONCE[0], "DURATION:P99999999999W"], ["DURATION"], [2], id="an endless event"),
    pytest.param([ONCE[0], "DURATION:-PT1H"], ["DURATION"], [2], id="an event that goes back"),
    pytest.param(
        [ONCE[0], "DTEND:None", "DURATION:PT15M"], ["DTEND"], [2], id="a length beside a broken end"
    ),
    pytest.param(
        ["RECURRENCE-ID:soon", *ONCE], ["RECURRENCE-ID"], [2], id="an instance of nobody knows what"
    ),
]


@pytest.mark.parametrize(("lines", "left_out", "days"), LEFT_OUT)
def test_an_unreadable_line_is_dropped_and_its_event_kept(lines, left_out, days):
    others = event(f"{PARIS}20261228T180000", f"{TO}20261228T190000", uid="2")
    found = answer(calendar(others, event(*lines)))
    (misread,) = found.misread
    assert (misread.number, list(misread.lines)) == (2, left_out)
    assert misread.day == (date(2026, 12, days[0]) if days else None)
    expected = [f"26-12-{day:02}" for day in [*days, 28]]
    assert closed(calendar(others, event(*lines))) == expected


@pytest.mark.parametrize("end", ["DTEND;VALUE=DATE:None", "DTEND:20269", "DURATION:P"])
def test_an_event_before_the_plan_whose_end_cannot_be_read_is_named(end):
    """Such an event could last into the plan."""
    (misread,) = answer(calendar(event("DTSTART;VALUE=DATE:20261115", end))).misread
    assert (misread.day, misread.is_whole_day) == (date(2026, 11, 15), True)


OLD_RULES = [
    pytest.param("D1 #3", "FREQ=DAILY;INTERVAL=1;COUNT=3", id="three days"),
    pytest.param("D2", "FREQ=DAILY;INTERVAL=2;COUNT=2", id="twice, where nothing is said"),
    pytest.param("W1 MO WE #0", "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,WE", id="for ever"),
    pytest.param(
        "W2 20270101T000000Z", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101T000000Z", id="until a time"
    ),
    pytest.param("MP1 1+ 1- FR #4", "FREQ=MONTHLY;INTERVAL=1;BYDAY=1FR,-1FR;COUNT=4",
                 id="the first and the last Friday"),
    pytest.param("MP1 1+ MO 2- TU #4", "FREQ=MONTHLY;INTERVAL=1;BYDAY=1MO,-2TU;COUNT=4",
                 id="positions of their own"),
    pytest.param("MD1 1 15 LD #4", "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=1,15,-1;COUNT=4",
                 id="days of a month"),
    pytest.param("YM1 6 12 #4", "FREQ=YEARLY;INTERVAL=1;BYMONTH=6,12;COUNT=4", id="months"),
    pytest.param("YD1 100 #4", "FREQ=YEARLY;INTERVAL=1;BYYEARDAY=100;COUNT=4", id="a day of a year"),
    pytest.param("D2 T1200 M10", None, id="a rule inside another"),
    pytest.param("D2 MO #3", None, id="a weekday that days cannot have"),
    pytest.param("FREQ=DAILY", None, id="a rule of today"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), OLD_RULES)
def test_a_vcalendar_rule_is_translated(old, new):
    assert older_rules.translate(old) == new


def test_a_cancellation_applies_across_the_calendars_of_a_file():
    asked = calendar("METHOD:REQUEST\n", event(*ONCE), event(*WEEKLY, uid="2"))
    gone = calendar("METHOD:CANCEL\n", event(*ONCE, "SEQUENCE:1"))
    lines = ["RECURRENCE-ID;TZID=Europe/Paris:20261208T180000", f"{PARIS}20261208T180000"]
    for count in (2, 1):  # with a start, which it need not have (RFC 5546, section 3.2.5)
        one = calendar("METHOD:CANCEL\n", event(*lines[:count], uid="2"))
        assert closed(asked + gone + one) == ["26-12-01", "26-12-15"]
        assert answer(asked + gone + one).misread == ()


def test_a_zone_name_is_local_to_its_calendar():
    noon = event("DTSTART;TZID=Home office:20261202T120000", "DURATION:PT1H")
    other = HOME_OFFICE.replace("+0500", "-0500")
    two = calendar(HOME_OFFICE, noon) + calendar(other, noon.replace("20261202", "20261209"))
    assert closed(two) == ["26-12-09"]


def test_only_a_plans_own_sessions_are_ignored():
    marked = "X-MICROPLAN-START:20261202T180000"
    theirs = event(f"{PARIS}20261203T180000", "DURATION:PT1H", marked, uid="theirs")
    assert closed(calendar(event(*ONCE, marked, uid="ours"), theirs)) == ["26-12-03"]


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda text: text.encode("latin-1"), id="latin-1"),
        pytest.param(lambda text: text.encode("utf-8-sig"), id="a byte order mark"),
        pytest.param(lambda text: text.encode("utf-16"), id="utf-16"),
        pytest.param(lambda text: text.replace("\r\n", "\r").encode(), id="old line ends"),
    ],
)
def test_a_calendar_can_have_any_common_encoding(encode):
    text = calendar(event(*ONCE, "SUMMARY:Café")).decode()
    assert closed(encode(text)) == ["26-12-02"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "it isn't a calendar", id="nothing"),
        pytest.param(b"start,end\n1,2\n", "it isn't a calendar", id="another kind of file"),
        pytest.param(bytes(1000), "it isn't a calendar", id="zeros"),
        pytest.param(
            calendar(event(*ONCE)).decode().encode("utf-16-le"), "it isn't a calendar",
            id="utf-16 without a mark",
        ),
        pytest.param(event(*ONCE).encode(), "it isn't a calendar", id="an event without one"),
        pytest.param(calendar(event(*ONCE))[:-9], "it's cut off", id="the last line is cut"),
        pytest.param(calendar(event(*ONCE))[:-40], "it's cut off", id="the last event is cut"),
        pytest.param(b"END:VEVENT\n", "it's cut off", id="an end without a beginning"),
        pytest.param(
            b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 100_000, "its components are nested too deeply",
            id="a hundred thousand components inside one another",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_not_a_calendar_gives_an_error(content, sentence):
    with pytest.raises(CalendarError, match=sentence):
        list(busy.answer(content, EVENINGS))


def test_titles_people_and_places_are_dropped_first():
    text = event(*ONCE, "ATTENDEE;CN=secret:mailto:secret@example.org", "LOCATION:secret",
                 "DESCRIPTION:secret\n secret", "X-SECRET:secret", "CATEGORIES:secret")  # fmt: skip
    (kept,) = ics_reader.read(calendar(text).decode()).parts
    assert "secret" not in kept.text.lower()


# --- a law ----------------------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(2026, 11, 25), datetime(2027, 4, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
TAKEN = st.lists(st.tuples(MOMENTS, st.integers(1, 3_000)), max_size=12)


@given(taken=TAKEN, at=st.times(), minutes=st.integers(1, 300))
def test_no_session_is_placed_where_it_overlaps_an_event(taken, at, minutes):
    hour = f"{at:%H:%M}"
    plan = plan_of(every="8x1w", at=hour, duration=f"{minutes}m", tz="Europe/Paris")
    question = replace(EVENINGS, at=hours.clock(hour, "at"), minutes=minutes)
    content = calendar(
        *(
            event(f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DURATION:PT{length}M", uid=str(place))
            for place, (start, length) in enumerate(taken)
        )
    )
    shut = tuple(
        Closure(days=ClosedDays(first=first, last=last))
        for first, last in answer(content, question).days
    )
    for session in schedule(replace(plan, closed=shut)):
        start = dates.local(session.date, session.at, ZoneInfo("Europe/Paris")).astimezone(UTC)
        end = start + timedelta(minutes=minutes)
        assert all(
            end <= since or since + timedelta(minutes=for_) <= start for since, for_ in taken
        )


# --- within bounds --------------------------------------------------------------------------

SOON = replace(EVENINGS, seconds=20, at_once=0.1)
ENDLESS = HOME_OFFICE.replace(
    "TZOFFSETFROM:+0500",
    "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\nTZOFFSETFROM:+0500",
).replace("Home office", "Endless")
LIMITED = [
    pytest.param([event(*ONCE[:1], "RRULE:FREQ=SECONDLY")], id="every second, without an end"),
    pytest.param(
        [event(f"{PARIS}19700101T000000", "RRULE:FREQ=SECONDLY;COUNT=1000000000")],
        id="a thousand million seconds",
    ),
    pytest.param(
        [event(*ONCE[:1], "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30")],
        id="seconds of 30 February",
    ),
    pytest.param([event(*ONCE[:1], "RRULE:FREQ=DAILY;INTERVAL=0")], id="an interval of nothing"),
    pytest.param(
        [event(*ONCE[:1], "RDATE:" + ",".join(["20261202T180000Z"] * 200_000))],
        marks=pytest.mark.slow,
        id="a flood of dates",
    ),
]


@pytest.mark.usefixtures("forked_reader")
@pytest.mark.parametrize("parts", LIMITED)
def test_an_event_that_takes_too_long_is_named_by_its_day(parts):
    with pytest.raises(CalendarError, match="repeats too often, or takes too long to find a day"):
        lookup.busy_days(calendar(*parts), replace(SOON, at_once=0.03), silent)


@pytest.mark.usefixtures("forked_reader")
@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(
            [event(f"{PARIS}20161202T180000", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")],
            id="30 February",
        ),
        pytest.param(
            [ENDLESS, event("DTSTART;TZID=Endless:20261202T180000")],
            id="a zone that looks for 30 February",
        ),
        pytest.param(
            [HOME_OFFICE.replace("+0500", "?"), event("DTSTART;TZID=Home office:20261202T180000")],
            id="a zone that can't be read",
        ),
        pytest.param([HOME_OFFICE.replace("END:STANDARD", "X:1\nEND:STANDARD") * 300], id="zones"),
        pytest.param(
            [event("BEGIN:VALARM", "END:VALARM") * 5000],
            marks=pytest.mark.slow,
            id="many empty events",
        ),
        pytest.param(["X" * 5_000_000 + "\n"], id="one long line"),
    ],
)
def test_an_odd_calendar_is_read_or_gives_an_error(parts):
    with contextlib.suppress(CalendarError):
        assert isinstance(lookup.busy_days(calendar(*parts), SOON, silent), BusyReply)


@pytest.mark.slow
def test_a_process_that_runs_out_of_time_gives_an_error():
    endless = [event(*ONCE[:1], "RRULE:FREQ=SECONDLY", uid=str(n)) for n in range(3)]
    hasty = replace(SOON, seconds=1, at_once=60.0)
    with pytest.raises(CalendarError, match="too much time or memory"):
        lookup.busy_days(calendar(*endless), hasty, silent)


def test_a_process_that_runs_out_of_memory_gives_an_error():
    large = calendar(event(*ONCE)) + b"X" * 15_000_000
    with pytest.raises(CalendarError, match="too much time or memory"):
        lookup.busy_days(large, replace(SOON, memory=1 << 20), silent)


def test_a_process_that_does_not_start_gives_an_error(monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(CalendarError, match="doesn't start"):
        lookup.busy_days(calendar(event(*ONCE)), SOON, silent)


def test_progress_is_reported_while_reading():
    told = []
    many = [
        event(f"DTSTART:202612{n % 28 + 1:02}T{n % 17:02}0000Z", "DURATION:PT30M", uid=str(n))
        for n in range(500)
    ]
    found = lookup.busy_days(calendar(*many), EVENINGS, lambda *so_far: told.append(so_far))
    assert found.days == ()
    assert told == [(0, 500), (200, 500), (400, 500)]


@pytest.mark.slow
def test_public_corpora_are_read_or_give_an_error():
    replies = {name: corpora.reply(content, EVENINGS) for name, content in corpora.files()}
    assert len(replies) > 200
    assert sum(isinstance(each, BusyReply) for each in replies.values()) > 150


# --- many plans -----------------------------------------------------------------------------

OWN = "5e2f6c1b-8a47-5b62-9d0a-5e2f6c1b8a47"
OF_MANY = [
    pytest.param((event(*ONCE),), id="once"),
    pytest.param((event(*ONCE, uid=OWN), event(*ONCE)), id="a plan's own, and somebody's"),
    pytest.param((event(*ONCE, uid=OWN),), id="a plan's own"),
    pytest.param(
        (event("DTSTART:20261202T180000", "DTEND:20261202T190000", "RRULE:FREQ=WEEKLY"),),
        id="every week, in no zone",
    ),
    pytest.param(
        (event(f"{PARIS}20261130T230000", f"{TO}20261203T183000"), event(*ONCE)),
        id="for days, from before the plan",
    ),
    pytest.param((event("DTSTART;VALUE=DATE:20261209", "RRULE:FREQ=DAILY;INTERVAL=5"),), id="days"),
    pytest.param((FREE_BUSY,), id="free/busy time"),
]
PLANS = (
    EVENINGS,
    WHOLE_DAYS,
    replace(EVENINGS, own=(OWN,)),
    replace(EVENINGS, tz="Pacific/Auckland", at=time(6), minutes=90),
    replace(EVENINGS, first=date(2026, 12, 3), last=date(2026, 12, 3), others=((3, time(9)),)),
)


@pytest.mark.parametrize("parts", OF_MANY)
def test_busy_time_read_once_closes_the_same_days_for_each_plan(parts):
    for plan in PLANS:
        query = BusyTimeQuery(first=date(2026, 6, 1), last=date(2028, 6, 1), tz=plan.tz)
        *_, reply = busy.answer(calendar(*parts), query)
        assert taken_time.closed(reply, plan) == answer(calendar(*parts), plan).days


def test_endless_busy_time_is_refused_before_memory_runs_out():
    sink = taken_time.BusyTimeSink()
    for start in range(taken_time.MOST):
        sink.take("", start * 2.0, start * 2.0 + 1)
    with pytest.raises(MemoryError):
        sink.take("", -2.0, -1.0)
