"""Values spell themselves in the words they were parsed from."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.model.values import (
    ClosedDays,
    ClosedYearly,
    Length,
    Pace,
    Recurrence,
    Reminder,
    Span,
    Step,
    Weekdays,
    Window,
)
from microplan.rules import grammar
from tests.strategies import closed_days, closed_ranges, closed_yearly, days, spans, weekdays
from tests.tables import ids

SPELLINGS = [
    (Span(days=10), "10d", "days are days"),
    (Span(days=28), "4w", "whole weeks are weeks"),
    (Span(days=0), "0d", "nothing is no days"),
    (Span(months=5), "5mo", "months are months"),
    (Span(months=24), "2y", "whole years are years"),
    (Span(months=1, days=3), "1mo+3d", "days are added to months"),
    (Span(months=1, days=-7), "1mo-1w", "weeks are taken off months"),
    (Span(months=12, days=1), "1y+1d", "days are added to years"),
    (Window(before=3, after=3), "3d", "a window that is even is one number"),
    (Window(before=4, after=14), "-4d+14d", "a window that is uneven names both sides"),
    (Window(), "0d", "no window is a window of no days"),
    (Step(count=6, span=Span(days=28)), "6x4w", "a count stands before its step"),
    (Step(count=None, span=Span(months=1)), "1mo", "a step may lack its count"),
    (
        Step(count=2, span=Span(days=56), window=Window(before=4, after=14)),
        "2x8w~-4d+14d",
        "a window stands after its step",
    ),
    (
        Pace(steps=(Step(count=4, span=Span(days=7)), Step(count=None, span=Span(days=14)))),
        "4x1w,2w",
        "steps of a pace are separated by commas",
    ),
    (
        Recurrence(rule="FREQ=WEEKLY;BYDAY=TU", count=6, until=date(2027, 3, 1)),
        "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=6;UNTIL=20270301",
        "the ends of a recurrence come last",
    ),
    (
        Recurrence(rule="FREQ=DAILY", until=date(33, 4, 3)),
        "RRULE:FREQ=DAILY;UNTIL=00330403",
        "a year always has four digits",
    ),
    (Weekdays(days=(1, 3)), "tue,thu", "days apart are a list"),
    (Weekdays(days=(1, 2)), "tue,wed", "two days in a row are a list"),
    (Weekdays(days=(0, 1, 2, 3, 4)), "mon..fri", "three days in a row or more are a range"),
    (Weekdays(days=(0, 5, 6)), "sat..mon", "a range may cross the weekend"),
    (Weekdays(days=(0, 1, 2, 3, 4, 5, 6)), "mon..sun", "all days are a range from Monday"),
    (Weekdays(days=(0, 2, 4)), "mon,wed,fri", "days with holes between them are a list"),
    (ClosedDays(first=date(2026, 12, 24), last=date(2026, 12, 24)), "2026-12-24", "one day"),
    (
        ClosedDays(first=date(2026, 12, 24), last=date(2027, 1, 3)),
        "2026-12-24..2027-01-03",
        "days from one to another",
    ),
    (ClosedYearly(first=(2, 29), last=(2, 29)), "02-29", "a day of every year"),
    (ClosedYearly(first=(12, 24), last=(1, 3)), "12-24..01-03", "days over every New Year"),
    (Length(minutes=45), "45m", "minutes"),
    (Length(minutes=120), "2h", "whole hours"),
    (Length(minutes=90), "1h30m", "hours and minutes"),
    (Length(minutes=0), "0m", "no time is no minutes"),
    (Reminder(days=1), "1d", "a reminder in days"),
    (Reminder(days=0), "0d", "a reminder of the same hour"),
    (Reminder(days=1, at=time(20)), "1d@20:00", "a reminder at an hour of its own"),
    (Reminder(length=Length(minutes=120)), "2h", "a reminder in hours"),
    (Reminder(length=Length(minutes=0)), "0m", "a reminder at the start"),
]


@pytest.mark.parametrize(("value", "text", "_name"), SPELLINGS, ids=ids(SPELLINGS))
def test_a_value_spells_itself(value, text, _name):
    assert str(value) == text


@pytest.mark.parametrize(
    ("span", "shortest", "longest"),
    [
        (Span(days=10), 10, 10),
        (Span(months=1), 28, 31),
        (Span(months=12), 336, 372),
        (Span(months=1, days=-7), 21, 24),
        (Span(months=2, days=3), 59, 65),
    ],
    ids=str,
)
def test_a_month_counts_28_days_at_least_and_31_at_most(span, shortest, longest):
    assert (span.shortest, span.longest) == (shortest, longest)


ADMISSIONS = [
    ("2026-12-24", "2026-12-24", False, "a closed day"),
    ("2026-12-24", "2026-12-25", True, "the day after it"),
    ("2026-12-24", "2027-12-24", True, "a day of one year, a year later"),
    ("2026-12-24..2027-01-03", "2026-12-23", True, "the day before a range"),
    ("2026-12-24..2027-01-03", "2026-12-24", False, "the first day of a range"),
    ("2026-12-24..2027-01-03", "2027-01-03", False, "the last day of a range"),
    ("2026-12-24..2027-01-03", "2027-01-04", True, "the day after a range"),
    ("12-24..01-03", "2031-12-24", False, "the first day of a range of every year"),
    ("12-24..01-03", "2032-01-03", False, "its last day, over New Year"),
    ("12-24..01-03", "2032-01-04", True, "the day after it"),
    ("12-24..01-03", "2031-12-23", True, "the day before it"),
    ("07-01..07-31", "2027-07-15", False, "a day within a month of every year"),
    ("07-01..07-31", "2027-08-01", True, "a day after a month of every year"),
    ("02-29", "2028-02-29", False, "a leap day"),
    ("02-29", "2027-02-28", True, "the day before the leap day that a year lacks"),
    ("02-29", "2027-03-01", True, "the day after the leap day that a year lacks"),
]


@pytest.mark.parametrize(("text", "day", "is_open", "_name"), ADMISSIONS, ids=ids(ADMISSIONS))
def test_closed_days_include_both_ends(text, day, is_open, _name):
    assert grammar.closed(text, "avoid").admits(date.fromisoformat(day)) is is_open


@given(closed_days(), days())
def test_a_range_admits_exactly_the_days_outside_it(range_, day):
    assert range_.admits(day) is (day < range_.first or day > range_.last)


@given(closed_yearly(), days())
def test_a_yearly_range_and_its_complement_close_every_day(range_, day):
    others = ClosedYearly(first=range_.last, last=range_.first)
    mark = (day.month, day.day)
    if mark in (range_.first, range_.last):
        assert not range_.admits(day)
    elif range_.first != range_.last:
        assert range_.admits(day) is not others.admits(day)


@given(weekdays(), days())
def test_weekdays_admit_the_days_they_name(value, day):
    assert value.admits(day) is (f"{day:%a}".lower() in _named(str(value)))


def _named(text: str) -> set[str]:
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] * 2
    if ".." not in text:
        return set(text.split(","))
    first, last = text.split("..")
    begin = names.index(first)
    return set(names[begin : names.index(last, begin) + 1])


@given(st.one_of(spans(), weekdays(), closed_ranges()))
def test_values_with_the_same_spelling_are_equal_and_hash_alike(value):
    copy = type(value)(**{name: getattr(value, name) for name in value.__struct_fields__})
    assert copy == value
    assert hash(copy) == hash(value)
    assert str(copy) == str(value)
