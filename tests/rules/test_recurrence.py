"""Recurrence rules of whole days parse as in RFC 5545, and expand as in dateutil."""

from datetime import date, datetime, time
from itertools import islice, pairwise, product

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from microplan.errors import RuleError
from microplan.model import dates
from microplan.model.values import Recurrence
from microplan.rules import words as rules
from tests.strategies import FEWER, days, marked, recurrences, refusal


def recurrence(text):
    return rules.every(text, "every")


def days_of(every, start="2026-12-01", **words):
    read = rules.parse({"start": start, "every": every, **words})
    return [day.isoformat() for _, day in dates.pace_days(read)]


# --- reading --------------------------------------------------------------------------------

STAYS = [
    "RRULE:FREQ=DAILY",
    "RRULE:FREQ=WEEKLY;BYDAY=TU",
    "RRULE:BYDAY=TU;FREQ=WEEKLY",
    "RRULE:FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=MO,TU",
    "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=6",
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,-1;UNTIL=20280101",
    "RRULE:FREQ=YEARLY;BYWEEKNO=20,-1;COUNT=3;UNTIL=20300101",
    "RRULE:FREQ=YEARLY;BYYEARDAY=1,-366",
    "RRULE:FREQ=YEARLY;BYDAY=+53MO",
    "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
]


@pytest.mark.parametrize("text", STAYS)
def test_a_canonical_rule_keeps_the_order_of_its_parts(text):
    assert str(recurrence(text)) == text


BECOMES = [
    ("rrule:freq=weekly;byday=tu", "RRULE:FREQ=WEEKLY;BYDAY=TU", "capitals are written"),
    (" RRULE:FREQ=DAILY ", "RRULE:FREQ=DAILY", "blanks around are left out"),
    (
        "RRULE:COUNT=6;FREQ=WEEKLY;BYDAY=TU",
        "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=6",
        "a count comes last",
    ),
    (
        "RRULE:UNTIL=20270301;COUNT=006;FREQ=WEEKLY",
        "RRULE:FREQ=WEEKLY;COUNT=6;UNTIL=20270301",
        "a count comes before an end",
    ),
    (
        "RRULE:FREQ=WEEKLY;UNTIL=20270301T235959Z",
        "RRULE:FREQ=WEEKLY;UNTIL=20270301",
        "an end is a day",
    ),
]


@pytest.mark.parametrize(("text", "canonical", "_name"), BECOMES, ids=[row[-1] for row in BECOMES])
def test_another_spelling_becomes_the_canonical_one(text, canonical, _name):
    assert str(recurrence(text)) == canonical


@pytest.mark.parametrize(
    ("rule", "largest"),
    [
        ("FREQ=DAILY;INTERVAL={}", 9_999),
        ("FREQ=DAILY;COUNT={}", 99_999),
        ("FREQ=YEARLY;BYDAY={}MO", 53),
        ("FREQ=YEARLY;BYMONTHDAY={}", 31),
        ("FREQ=YEARLY;BYYEARDAY={}", 366),
        ("FREQ=YEARLY;BYWEEKNO={}", 53),
        ("FREQ=YEARLY;BYMONTH={}", 12),
        ("FREQ=YEARLY;BYDAY=MO;BYSETPOS={}", 366),
    ],
)
def test_numbers_range_from_one_to_the_limit_of_their_part(rule, largest):
    text = f"RRULE:{rule}"
    assert [str(recurrence(text.format(number))) for number in (1, largest)] == [
        text.format(1),
        text.format(largest),
    ]
    for beyond in (text.format(0), text.format(largest + 1)):
        assert "can't be read" in refusal(lambda beyond=beyond: recurrence(beyond)).message


def test_count_and_until_have_their_own_fields():
    assert recurrence("RRULE:UNTIL=20270301;FREQ=WEEKLY;COUNT=6;BYDAY=TU") == Recurrence(
        rule="FREQ=WEEKLY;BYDAY=TU", count=6, until=date(2027, 3, 1)
    )


# --- refused --------------------------------------------------------------------------------

PARTS = (
    "FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYYEARDAY, BYWEEKNO, BYMONTH, BYSETPOS, WKST"
)
NO_HOURS = "the pace sets the day and `at` sets the time. Leave this out"
NO_PART = "a part is missing. Write one like FREQ=WEEKLY"

REFUSED = [
    ("", "", NO_PART, "no part"),
    ("FREQ=WEEKLY;", "", NO_PART, "nothing after a semicolon"),
    (";FREQ=WEEKLY", ";FREQ=WEEKLY", NO_PART, "nothing before a semicolon"),
    ("WEEKLY", "WEEKLY", NO_PART, "a frequency alone"),
    (
        "BYDAY=TU",
        "RRULE:BYDAY=TU",
        "a recurrence needs its frequency. Write FREQ=WEEKLY",
        "a rule without a frequency",
    ),
    ("FREQ=HOURLY", "FREQ=HOURLY", NO_HOURS, "an hourly rule"),
    ("FREQ=SECONDLY;COUNT=3", "FREQ=SECONDLY", NO_HOURS, "a rule of seconds"),
    ("FREQ=DAILY;BYHOUR=18", "BYHOUR=18", NO_HOURS, "hours of a day"),
    ("FREQ=DAILY;BYMINUTE=0,30", "BYMINUTE=0,30", NO_HOURS, "minutes of an hour"),
    (
        "FREQ=DAILY;DTSTART=20261201",
        "DTSTART",
        "DTSTART isn't supported in a recurrence; `start` gives the first day",
        "a first day",
    ),
    (
        "FREQ=DAILY;RSCALE=CHINESE",
        "RSCALE",
        f"RSCALE isn't supported in a recurrence; {PARTS} are",
        "another calendar",
    ),
    (
        "FREQ=WEEKLY;BYDAY=TU;BYDAY=TH",
        "BYDAY=TH",
        "BYDAY is given twice. Leave one out",
        "a part given twice",
    ),
    (
        "FREQ=OFTEN",
        "FREQ=OFTEN",
        "FREQ can't be read. Write it like FREQ=WEEKLY",
        "a frequency that is none",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=0",
        "INTERVAL=0",
        "INTERVAL can't be read. Write it like INTERVAL=2",
        "no interval",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=99999",
        "INTERVAL=99999",
        "INTERVAL can't be read. Write it like INTERVAL=2",
        "an interval beyond every limit",
    ),
    (
        "FREQ=WEEKLY;COUNT=0",
        "COUNT=0",
        "COUNT can't be read. Write it like COUNT=6",
        "no occurrence",
    ),
    (
        "FREQ=WEEKLY;COUNT=\N{ARABIC-INDIC DIGIT SIX}",
        "COUNT=\N{ARABIC-INDIC DIGIT SIX}",
        "COUNT can't be read. Write it like COUNT=6",
        "a count in another script",
    ),
    (
        "FREQ=WEEKLY;COUNT=" + "0" * 5000 + "6",
        "COUNT=" + "0" * 5000 + "6",
        "COUNT can't be read. Write it like COUNT=6",
        "a count behind thousands of zeros",
    ),
    (
        "FREQ=MONTHLY;COUNT=6;BYMONTHDAY=" + "0" * 5000 + "1",
        "BYMONTHDAY=" + "0" * 5000 + "1",
        "BYMONTHDAY can't be read. Write it like BYMONTHDAY=1",
        "a day behind thousands of zeros",
    ),
    (
        "FREQ=WEEKLY;COUNT=" + "9" * 5000,
        "COUNT=" + "9" * 5000,
        "COUNT can't be read. Write it like COUNT=6",
        "a count of thousands of digits",
    ),
    (
        "FREQ=WEEKLY;UNTIL=2027-03-01",
        "UNTIL=2027-03-01",
        "UNTIL can't be read. Write it like UNTIL=20270301",
        "an end with hyphens",
    ),
    (
        "UNTIL=20270229;FREQ=WEEKLY",
        "UNTIL=20270229",
        "UNTIL isn't a date. Write it like UNTIL=20270301",
        "an end on a day that is none",
    ),
    (
        "FREQ=WEEKLY;BYDAY=TUE",
        "BYDAY=TUE",
        "BYDAY can't be read. Write it like BYDAY=TU",
        "a weekday of three letters",
    ),
    (
        "FREQ=MONTHLY;BYDAY=0MO",
        "BYDAY=0MO",
        "BYDAY can't be read. Write it like BYDAY=TU",
        "the 0th Monday",
    ),
    (
        "FREQ=YEARLY;BYDAY=54MO",
        "BYDAY=54MO",
        "BYDAY can't be read. Write it like BYDAY=TU",
        "the 54th Monday",
    ),
    (
        "FREQ=MONTHLY;BYDAY=6MO",
        "BYDAY=6MO",
        "BYDAY can count at most 5 weeks in a month; use 1 to 5",
        "the 6th Monday of a month",
    ),
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=MO,-53FR",
        "BYDAY=MO,-53FR",
        "BYDAY can count at most 5 weeks in a month; use 1 to 5",
        "the 53rd Friday of March",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "BYMONTHDAY=32",
        "BYMONTHDAY can't be read. Write it like BYMONTHDAY=1",
        "the 32nd of a month",
    ),
    (
        "FREQ=MONTHLY;BYMONTH=13",
        "BYMONTH=13",
        "BYMONTH can't be read. Write it like BYMONTH=3",
        "month 13",
    ),
    (
        "FREQ=YEARLY;BYMONTH=-1",
        "BYMONTH=-1",
        "BYMONTH can't be read. Write it like BYMONTH=3",
        "a month counted from the end",
    ),
    (
        "FREQ=YEARLY;BYYEARDAY=367",
        "BYYEARDAY=367",
        "BYYEARDAY can't be read. Write it like BYYEARDAY=100",
        "day 367 of a year",
    ),
    (
        "FREQ=YEARLY;BYWEEKNO=54",
        "BYWEEKNO=54",
        "BYWEEKNO can't be read. Write it like BYWEEKNO=20",
        "week 54",
    ),
    (
        "FREQ=WEEKLY;BYDAY=TU;WKST=1",
        "WKST=1",
        "WKST can't be read. Write it like WKST=MO",
        "a first weekday in numbers",
    ),
    (
        "FREQ=MONTHLY;BYWEEKNO=20",
        "BYWEEKNO=20",
        "BYWEEKNO needs FREQ=YEARLY",
        "weeks of a year in a monthly rule",
    ),
    (
        "FREQ=DAILY;BYYEARDAY=100",
        "BYYEARDAY=100",
        "BYYEARDAY needs FREQ=YEARLY",
        "days of a year in a daily rule",
    ),
    (
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "BYMONTHDAY=1",
        "BYMONTHDAY can't be used with FREQ=WEEKLY; use FREQ=MONTHLY",
        "days of a month in a weekly rule",
    ),
    (
        "FREQ=WEEKLY;BYDAY=1MO",
        "BYDAY=1MO",
        "BYDAY with numbers needs FREQ=MONTHLY or FREQ=YEARLY",
        "the first Monday of a week",
    ),
    (
        "FREQ=DAILY;BYDAY=1MO;COUNT=6",
        "BYDAY=1MO",
        "BYDAY with numbers needs FREQ=MONTHLY or FREQ=YEARLY",
        "the first Monday of a day",
    ),
    (
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO",
        "BYDAY=1MO",
        "BYDAY can't have numbers together with BYWEEKNO",
        "the first Monday of a numbered week",
    ),
    (
        "FREQ=MONTHLY;BYSETPOS=1",
        "BYSETPOS=1",
        "BYSETPOS needs another part to choose from, such as BYDAY",
        "the first of nothing",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "fault", "message", "_name"), REFUSED, ids=[row[-1] for row in REFUSED]
)
def test_a_rule_is_refused_with_its_fault_marked_and_a_fix(parts, fault, message, _name):
    error = refusal(lambda: recurrence(f"RRULE:{parts}"))
    assert (error.word, error.text) == ("every", f"RRULE:{parts}")
    assert (marked(error), error.message) == (fault, message)


@pytest.mark.parametrize(
    ("parts", "start"),
    [
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "2026-11-15"),  # every day of a hundred years
        *product(
            [
                "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
                "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
                "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1",
                "FREQ=YEARLY;BYDAY=MO;BYSETPOS=100",
            ],
            ["2026-11-15", "1900-02-28", "2899-09-01"],
        ),
    ],
)
def test_a_rule_without_any_day_is_refused_in_bounded_time(parts, start):
    error = refusal(lambda: days_of(f"RRULE:{parts};COUNT=3", start))
    assert error.word == "every"
    assert marked(error) == f"RRULE:{parts};COUNT=3"
    assert error.message == "no day matches within 100 years. Change it"


# --- expanding ------------------------------------------------------------------------------

DAYS = [
    (
        "FREQ=WEEKLY;COUNT=3",
        "2026-12-01",
        ["2026-12-01", "2026-12-08", "2026-12-15"],
        "the weekday of the start",
    ),
    (
        "FREQ=WEEKLY;BYDAY=FR;COUNT=2",
        "2026-12-01",
        ["2026-12-04", "2026-12-11"],
        "a start the rule does not name is not a session",
    ),
    (
        "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3",
        "2026-12-01",
        ["2026-12-25", "2027-01-29", "2027-02-26"],
        "the last Friday of every month",
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3",
        "2026-12-01",
        ["2026-12-31", "2027-01-29", "2027-02-26"],
        "the last working day of every month",
    ),
    (
        "FREQ=MONTHLY;COUNT=4",
        "2026-01-31",
        ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"],
        "months that lack the day are left out",
    ),
    (
        "FREQ=YEARLY;COUNT=3",
        "2028-02-29",
        ["2028-02-29", "2032-02-29", "2036-02-29"],
        "the leap day",
    ),
    (
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=2",
        "2026-12-01",
        ["2026-12-28", "2032-12-27"],
        "the Monday of week 53",
    ),
    (
        "FREQ=YEARLY;BYYEARDAY=-1,100;COUNT=3",
        "2027-12-01",
        ["2027-12-31", "2028-04-09", "2028-12-31"],
        "days of the year, of which a leap year has one more",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO;COUNT=4",
        "1997-08-05",
        ["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"],
        "the example of RFC 5545 for weeks from Monday",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;COUNT=4",
        "1997-08-05",
        ["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"],
        "the same for weeks from Sunday",
    ),
    (
        "FREQ=DAILY;INTERVAL=10;UNTIL=20261221",
        "2026-12-01",
        ["2026-12-01", "2026-12-11", "2026-12-21"],
        "an end is included",
    ),
]


@pytest.mark.parametrize(
    ("rule", "start", "expected", "_name"), DAYS, ids=[row[-1] for row in DAYS]
)
def test_the_days_of_a_rule(rule, start, expected, _name):
    assert days_of(f"RRULE:{rule}", start) == expected


RULES = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=9999",
    "FREQ=DAILY;BYMONTH=1,6;BYDAY=MO",
    "FREQ=DAILY;BYMONTHDAY=13;BYDAY=FR",
    "FREQ=WEEKLY;INTERVAL=3",
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,SU",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=10,-1",
    "FREQ=MONTHLY;BYDAY=1MO,-1FR",
    "FREQ=MONTHLY;BYDAY=+5TU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1",
    "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTHDAY=31",
    "FREQ=YEARLY;BYDAY=20MO,-1SU",
    "FREQ=YEARLY;BYDAY=53TH",
    "FREQ=YEARLY;BYWEEKNO=1,20,-1;BYDAY=MO",
    "FREQ=YEARLY;BYWEEKNO=53",
    "FREQ=YEARLY;BYYEARDAY=1,100,200,-1,366",
    "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
]
"""Every part, counted from both ends, and rules with few days."""


@pytest.mark.parametrize("rule", RULES)
@FEWER
@given(start=days())
def test_the_days_of_a_rule_agree_with_dateutil(rule, start):
    expected = rrulestr(rule, dtstart=datetime.combine(start, time()))
    last = start.year + dates.MAX_YEARS
    found = list(islice(dates.occurrences(rule, start), 12))
    assert found == [day.date() for day in islice(expected, 12) if day.year <= last]


@pytest.mark.parametrize("start", ["1900-02-28", "2000-02-29", "2399-12-31", "2899-12-31"])
def test_days_are_right_at_the_ends_of_the_calendar(start):
    day = date.fromisoformat(start)
    rule = "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO,SU"
    expected = rrulestr(rule, dtstart=datetime.combine(day, time()))
    found = list(islice(dates.occurrences(rule, day), 300))
    assert found == [moment.date() for moment in islice(expected, len(found))]
    assert found[-1].year in (day.year + dates.MAX_YEARS, day.year + dates.MAX_YEARS - 1)


ENDS = [
    ("RRULE:FREQ=DAILY;COUNT=3", {}, 3, "its own count"),
    ("RRULE:FREQ=DAILY;UNTIL=20261204", {}, 4, "its own last day"),
    ("RRULE:FREQ=DAILY", {"sessions": 5}, 5, "the number of sessions"),
    ("RRULE:FREQ=DAILY", {"until": "2026-12-06"}, 6, "the last day"),
    ("RRULE:FREQ=DAILY;COUNT=3", {"sessions": 2}, 2, "fewer sessions than it counts"),
    ("RRULE:FREQ=DAILY;COUNT=3", {"sessions": 9}, 3, "more sessions than it counts"),
    ("RRULE:FREQ=DAILY;COUNT=3", {"until": "2026-12-02"}, 2, "a day before its count"),
    (
        "RRULE:FREQ=DAILY;COUNT=9;UNTIL=20261208",
        {"sessions": 7, "until": "2026-12-06"},
        6,
        "the first of four ends",
    ),
]


@pytest.mark.parametrize(("every", "words", "size", "_name"), ENDS, ids=[row[-1] for row in ENDS])
def test_a_rule_stops_at_its_earliest_end(every, words, size, _name):
    assert len(days_of(every, **words)) == size


# --- laws -----------------------------------------------------------------------------------


@given(recurrences())
def test_a_recurrence_reads_back(value):
    assert recurrence(str(value)) == value


def numbers(limit):
    """Draw numbers of a part, rarely one that is out of bounds."""
    return st.integers(-limit, limit).map(lambda number: str(number or limit + 1))


WEEKDAYS = st.sampled_from(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))
LISTS = {
    "BYDAY": st.builds(
        "{}{}".format, st.just("") | st.just("") | numbers(5) | numbers(53), WEEKDAYS
    ),
    "BYMONTHDAY": numbers(31),
    "BYYEARDAY": numbers(366),
    "BYWEEKNO": numbers(53),
    "BYMONTH": st.integers(1, 12).map(str),
    "BYSETPOS": numbers(6),
}
SINGLE = {
    "INTERVAL": st.sampled_from(("1", "2", "9", "100", "9999")),
    "COUNT": st.sampled_from(("1", "5")),
    "UNTIL": st.sampled_from(("20340101", "20350101T000000", "20261301")),
    "WKST": WEEKDAYS,
}


@st.composite
def rule_texts(draw):
    frequency = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    names = draw(st.lists(st.sampled_from([*LISTS, *SINGLE]), max_size=4, unique=True))
    parts = [f"FREQ={frequency}"]
    for name in names:
        if name in SINGLE:
            parts.append(f"{name}={draw(SINGLE[name])}")
        else:
            values = draw(st.lists(LISTS[name], min_size=1, max_size=3))
            parts.append(f"{name}={','.join(values)}")
    return "RRULE:" + ";".join(draw(st.permutations(parts)))


@given(rule_texts(), days())
def test_the_days_of_any_valid_rule_increase_strictly(text, start):
    try:
        value = recurrence(text)
    except RuleError:
        refusal(lambda: recurrence(text))
        return
    assert recurrence(str(value)) == value
    found = list(islice(dates.occurrences(value.rule, start), 5))
    assert all(before < after for before, after in pairwise(found))
    assert not found or found[0] >= start


@given(st.text(st.sampled_from("FREQ=DAILYWKBNTUMOS;,-+0123456789") | st.characters(), max_size=40))
def test_any_text_parses_or_is_refused(text):
    try:
        value = recurrence(f"RRULE:{text}")
    except RuleError:
        refusal(lambda: recurrence(f"RRULE:{text}"))
    else:
        assert recurrence(str(value)) == value
