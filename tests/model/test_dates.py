"""Calendar arithmetic adds spans in one step, and local times survive clock changes."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from microplan.model import dates
from microplan.model.values import Pace, Span, Step
from microplan.rules import words as rules
from tests.strategies import ZONES, days, rules_, spans
from tests.tables import ids


def days_of(**words):
    read = rules.parse({"start": "2026-12-01", **words})
    return [(phase, day.isoformat()) for phase, day in dates.pace_days(read)]


# --- adding ---------------------------------------------------------------------------------

SUMS = [
    ("2026-12-01", Span(days=28), 1, "2026-12-29", "days over the end of a month"),
    ("2026-01-31", Span(months=1), 1, "2026-02-28", "a month that lacks the day ends on its last"),
    ("2026-01-31", Span(months=1), 2, "2026-03-31", "two months are counted in one step"),
    ("2028-01-31", Span(months=1), 1, "2028-02-29", "a leap year has the 29th"),
    ("2028-02-29", Span(months=12), 1, "2029-02-28", "a year after a leap day is the day before"),
    ("2028-02-29", Span(months=12), 4, "2032-02-29", "four years after it is a leap day again"),
    ("2026-11-30", Span(months=1), 3, "2027-02-28", "months over the end of a year"),
    ("2026-01-31", Span(months=1, days=1), 1, "2026-03-01", "months come before days"),
    ("2026-03-31", Span(months=1, days=-3), 2, "2026-05-25", "days are taken off in one step"),
    ("2026-03-31", Span(months=1), -1, "2026-02-28", "a month back ends on its last day"),
    ("2026-03-01", Span(days=7), -1, "2026-02-22", "a week back"),
    ("2026-12-01", Span(days=7), 0, "2026-12-01", "nothing"),
    ("1899-12-31", Span(months=2), 1, "1900-02-28", "1900 was no leap year"),
    ("1999-12-31", Span(months=2), 1, "2000-02-29", "2000 was one"),
    ("9999-11-30", Span(months=1), 1, "9999-12-30", "the last month there is"),
    ("0001-02-28", Span(months=1), -1, "0001-01-28", "the first month there is"),
]


@pytest.mark.parametrize(("day", "span", "times", "expected", "_name"), SUMS, ids=ids(SUMS))
def test_spans_are_counted_in_one_step(day, span, times, expected, _name):
    assert dates.add(date.fromisoformat(day), span, times) == date.fromisoformat(expected)


@pytest.mark.parametrize("year", [1900, 2000, 2026, 2028])
def test_months_have_their_calendar_length(year):
    found = [dates.days_in_month(year, month) for month in range(1, 13)]
    assert found == [calendar.monthrange(year, month)[1] for month in range(1, 13)]


@given(days(), spans(most_months=40, most_days=4000), st.integers(-100, 300))
def test_adding_agrees_with_relativedelta(day, span, times):
    expected = day + relativedelta(months=span.months * times, days=span.days * times)
    assert dates.add(day, span, times) == expected


@pytest.mark.parametrize(
    ("span", "times"),
    [(Span(months=1200), 10_000), (Span(days=36_525), 10_000), (Span(months=1200), -30)],
)
def test_a_day_past_year_9999_overflows(span, times):
    with pytest.raises(OverflowError, match=r"year -?\d+ is out of range|date value out of range"):
        dates.add(date(2026, 12, 1), span, times)


# --- the pace -------------------------------------------------------------------------------


def test_the_count_of_a_phase_is_sessions_not_intervals():
    assert days_of(every="4x1w,4x2w") == [
        (1, "2026-12-01"),
        (1, "2026-12-08"),
        (1, "2026-12-15"),
        (1, "2026-12-22"),
        (2, "2027-01-05"),
        (2, "2027-01-19"),
        (2, "2027-02-02"),
        (2, "2027-02-16"),
    ]


PACES = [
    ({"every": "3x4w"}, ["2026-12-01", "2026-12-29", "2027-01-26"], "a pace of weeks"),
    (
        {"start": "2026-08-31", "every": "7x1mo"},
        [
            "2026-08-31",
            "2026-09-30",
            "2026-10-31",
            "2026-11-30",
            "2026-12-31",
            "2027-01-31",
            "2027-02-28",
        ],
        "months from the 31st keep coming back to it",
    ),
    (
        {"start": "2026-01-31", "every": "2x1mo,2x1mo"},
        ["2026-01-31", "2026-02-28", "2026-03-28", "2026-04-28"],
        "a phase is counted from the last day of the one before",
    ),
    (
        {"every": "1x1d,2x4w"},
        ["2026-12-01", "2026-12-29", "2027-01-26"],
        "a phase of one session has no step of its own",
    ),
    ({"every": "4w", "sessions": 2}, ["2026-12-01", "2026-12-29"], "a number of sessions"),
    (
        {"every": "4w", "until": "2027-01-26"},
        ["2026-12-01", "2026-12-29", "2027-01-26"],
        "a last day is included",
    ),
    ({"every": "4w", "until": "2027-01-25"}, ["2026-12-01", "2026-12-29"], "a day before it"),
    ({"every": "4w", "until": "2026-12-01"}, ["2026-12-01"], "a last day that is the first"),
    (
        {"every": "9x4w", "until": "2027-01-01"},
        ["2026-12-01", "2026-12-29"],
        "a last day before the count is reached",
    ),
    (
        {"every": "2x4w", "until": "2030-01-01"},
        ["2026-12-01", "2026-12-29"],
        "a count before the last day is reached",
    ),
    (
        {"every": "4w", "sessions": 2, "until": "2030-01-01"},
        ["2026-12-01", "2026-12-29"],
        "a number and a last day: the first of the two",
    ),
    (
        {"every": "2x1w,4w", "sessions": 3},
        ["2026-12-01", "2026-12-08", "2027-01-05"],
        "a number of sessions over two phases",
    ),
]


@pytest.mark.parametrize(("words", "expected", "_name"), PACES, ids=ids(PACES))
def test_a_pace_stops_at_its_end(words, expected, _name):
    assert [day for _, day in days_of(**words)] == expected
    read = rules.parse({"start": "2026-12-01", **words})
    assert dates.total(read) == len(expected)
    assert dates.extent(read) == (len(expected), date.fromisoformat(expected[-1]))


@given(days(), spans(most_months=14), st.integers(1, 15))
def test_a_simple_pace_is_the_start_plus_multiples_of_its_step(start, span, count):
    read = rules.parse({"start": start.isoformat(), "every": f"{count}x{span}~0d"})
    assert [day for _, day in dates.pace_days(read)] == [
        start + relativedelta(months=span.months * k, days=span.days * k) for k in range(count)
    ]


@given(rules_())
def test_the_days_of_a_pace_increase(read):
    found = list(dates.pace_days(read))
    assert dates.total(read) == len(found)
    assert found
    assert found[0][1] >= read.start
    assert all(before[1] < after[1] for before, after in pairwise(found))
    assert all(before[0] <= after[0] for before, after in pairwise(found))


@given(rules_())
def test_the_extent_of_a_pace_agrees_with_its_days(read):
    found = [day for _, day in dates.pace_days(read)]
    assert dates.extent(read) == (len(found), found[-1] if found else None)


@given(rules_(), st.integers(0, 400))
def test_days_counted_from_another_day_come_after_it(read, later):
    day = read.start + timedelta(days=later)
    found = [due for _, due in dates.pace_days(read, day)]
    assert dates.total(read, day) == len(found)
    assert all(before < after for before, after in pairwise([day, *found]))
    if found and isinstance(read.every, Pace):
        assert found[0] == dates.add(day, read.every.steps[0].span)


@given(rules_(recurring=False))
def test_endless_days_begin_with_the_days_of_the_pace(read):
    found = list(dates.pace_days(read))
    assert list(islice(dates.endless_days(read), len(found))) == found


def test_a_pace_yields_at_most_one_day_over_the_limit():
    endless = rules.parse({"start": "2026-12-01", "every": "1d", "sessions": 1})
    unbounded = type(endless)(start=endless.start, every=endless.every)
    assert len(list(dates.pace_days(unbounded))) == dates.MAX_SESSIONS + 1
    many = type(endless)(
        start=endless.start, every=Pace(steps=(Step(count=20_000, span=Span(days=1)),))
    )
    last = endless.start + timedelta(days=dates.MAX_SESSIONS)
    assert dates.extent(many) == (dates.MAX_SESSIONS + 1, last)


# --- local time -----------------------------------------------------------------------------

LOCAL = [
    ("Europe/Paris", "2026-12-01 18:00", "2026-12-01T18:00+01:00", True, "winter in Paris"),
    ("Europe/Paris", "2026-07-01 18:00", "2026-07-01T18:00+02:00", True, "summer in Paris"),
    ("Europe/Paris", "2027-03-28 01:59", "2027-03-28T01:59+01:00", True, "before the jump"),
    ("Europe/Paris", "2027-03-28 02:00", "2027-03-28T03:00+02:00", False, "the jump's first minute"),
    ("Europe/Paris", "2027-03-28 02:30", "2027-03-28T03:30+02:00", False, "within the jump"),
    ("Europe/Paris", "2027-03-28 03:00", "2027-03-28T03:00+02:00", True, "after the jump"),
    ("Europe/Paris", "2026-10-25 02:30", "2026-10-25T02:30+02:00", False, "the first of two"),
    ("Europe/Paris", "2026-10-25 03:00", "2026-10-25T03:00+01:00", True, "after both"),
    ("America/New_York", "2027-03-14 02:30", "2027-03-14T03:30-04:00", False, "a jump in New York"),
    ("America/New_York", "2026-11-01 01:30", "2026-11-01T01:30-04:00", False, "two in New York"),
    ("America/New_York", "2026-11-01 02:00", "2026-11-01T02:00-05:00", True, "after New York's two"),
    ("Australia/Lord_Howe", "2026-10-04 02:10", "2026-10-04T02:40+11:00", False, "half an hour's jump"),
    ("Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-04T02:30+11:00", True, "after that"),
    ("Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-04T01:45+11:00", False, "half an hour twice"),
    ("Australia/Lord_Howe", "2027-04-04 02:00", "2027-04-04T02:00+10:30", True, "after both halves"),
    ("Pacific/Apia", "2011-12-30 12:00", "2011-12-31T12:00+14:00", False, "a day that was skipped"),
    ("UTC", "2027-03-28 02:30", "2027-03-28T02:30+00:00", True, "no jump at all"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "local", "instant", "regular", "_name"), LOCAL, ids=ids(LOCAL))
def test_a_skipped_time_moves_forward_and_a_repeated_one_is_the_first(
    name, local, instant, regular, _name
):
    zone = dates.zone(name)
    day, at = date.fromisoformat(local[:10]), time.fromisoformat(local[11:])
    found = dates.local(day, at, zone)
    assert found.isoformat(timespec="minutes") == instant
    assert found.tzinfo is zone
    assert dates.is_regular(day, at, zone) is regular


@given(days(), st.times(), st.sampled_from(ZONES))
def test_a_regular_time_is_unchanged(day, at, name):
    zone = dates.zone(name)
    found = dates.local(day, at, zone)
    if dates.is_regular(day, at, zone):
        assert found.replace(tzinfo=None) == datetime.combine(day, at)
    else:
        assert found.replace(tzinfo=None) >= datetime.combine(day, at)
    assert found.astimezone(UTC).astimezone(zone) == found


def test_adding_time_crosses_a_clock_change():
    paris = dates.zone("Europe/Paris")
    evening = dates.local(date(2027, 3, 27), time(20), paris)
    morning = dates.later(evening, timedelta(hours=12))
    assert morning.isoformat() == "2027-03-28T09:00:00+02:00"
    assert dates.elapsed(evening, morning) == timedelta(hours=12)
    assert dates.elapsed(morning, evening) == timedelta(hours=-12)


def test_adding_time_passes_a_repeated_hour_twice():
    paris = dates.zone("Europe/Paris")
    first = dates.local(date(2026, 10, 25), time(2, 30), paris)
    second = dates.later(first, timedelta(hours=1))
    assert second.isoformat() == "2026-10-25T02:30:00+01:00"
    assert dates.elapsed(first, second) == timedelta(hours=1)


@given(
    days(),
    st.times(),
    st.sampled_from(ZONES),
    st.timedeltas(timedelta(days=-400), timedelta(days=400)),
)
def test_elapsed_is_the_inverse_of_later(day, at, name, by):
    begin = dates.local(day, at, dates.zone(name))
    end = dates.later(begin, by)
    assert dates.elapsed(begin, end) == by
    assert end.tzinfo is begin.tzinfo


@pytest.mark.parametrize(
    ("instant", "name", "day"),
    [
        ("2026-12-01T23:30+00:00", "UTC", "2026-12-01"),
        ("2026-12-01T23:30+00:00", "Europe/Paris", "2026-12-02"),
        ("2026-12-01T23:30+00:00", "America/New_York", "2026-12-01"),
        ("2026-12-01T10:30+00:00", "Pacific/Kiritimati", "2026-12-02"),
        ("2026-12-01T10:30+00:00", "Pacific/Pago_Pago", "2026-11-30"),
    ],
)
def test_an_instant_has_the_local_date_of_a_zone(instant, name, day):
    found = dates.local_date(datetime.fromisoformat(instant), dates.zone(name))
    assert found == date.fromisoformat(day)


@given(days(), st.times(), st.sampled_from(ZONES))
def test_a_steady_day_and_the_next_have_no_clock_change(day, at, name):
    zone = dates.zone(name)
    begin = dates.local(day, at, zone)
    if dates.is_steady(day, zone):
        end = datetime.combine(day + timedelta(days=1), at, zone)
        assert dates.later(begin, timedelta(hours=24)) == end
        assert begin.utcoffset() == end.utcoffset() == dates.local(day, time(), zone).utcoffset()


def test_an_unknown_zone_is_a_value_error():
    with pytest.raises(ValueError, match=r"^there's no time zone 'Mars/Olympus'$"):
        dates.zone("Mars/Olympus")
