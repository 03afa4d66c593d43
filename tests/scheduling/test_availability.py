"""Which days are open, at the edges of the searches."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.model.dates import DAY
from microplan.model.entries import Closure
from microplan.model.plan import OffWeekday, OnClosedDay
from microplan.model.values import ClosedDays, Weekdays
from microplan.scheduling.availability import SEARCH, Availability, around
from tests.strategies import days as any_day

TARGET = date(2026, 12, 1)  # a Tuesday
WEEKEND = Weekdays(days=(5, 6))


def closed(first: date, last: date | None = None, reason: str = "") -> Closure:
    return Closure(days=ClosedDays(first=first, last=last or first), reason=reason)


def closed_for(days: int, reason: str = "") -> Closure:
    """Close the target and a number of days after it."""
    return closed(TARGET, TARGET + timedelta(days=days), reason)


# --- the nearest day ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "shut", "expected"),
    [
        pytest.param(0, 0, [], 0, id="the target itself"),
        pytest.param(2, 2, [0], 1, id="the later of two as near"),
        pytest.param(2, 1, [0, 1], -1, id="the earlier one, where the later is closed"),
        pytest.param(2, 1, [0, 1, -1], -2, id="the first day of the window"),
        pytest.param(1, 3, [0, -1, 1, 2], 3, id="the last day of the window"),
        pytest.param(1, 1, [0, 1, -1], None, id="none beyond the window"),
    ],
)
def test_the_nearest_open_day_in_the_window_is_found(before, after, shut, expected):
    is_open = Availability(None, [closed(TARGET + DAY * offset) for offset in shut])
    day, _ = is_open.nearest(TARGET, date.min, around(before, after, None))
    assert day == (None if expected is None else TARGET + DAY * expected)


@pytest.mark.parametrize(
    ("shut", "floor", "expected"),
    [
        pytest.param([], -2, (2, True), id="a preferred day, though others are nearer"),
        pytest.param([0, 1], -2, (2, True), id="and one of them is open"),
        pytest.param([0, 1, -1], -1, (2, False), id="unless all nearer ones are closed"),
        pytest.param([2], -2, (0, False), id="any open day where no preferred one is"),
        pytest.param([0, 2], 1, (1, False), id="none before the floor"),
        pytest.param([0, 1, 2], 1, (None, False), id="none where the rest is closed"),
    ],
)
def test_a_preferred_day_of_the_window_comes_first(shut, floor, expected):
    closures = [closed(TARGET + DAY * offset) for offset in shut]
    thursday = Weekdays(days=(3,))
    is_open, window = Availability(None, closures), around(2, 2, thursday)
    distance, passes_a_nearer_one = expected
    day = None if distance is None else TARGET + DAY * distance
    assert is_open.nearest(TARGET, TARGET + DAY * floor, window) == (day, passes_a_nearer_one)


# --- beyond the window, within two years ----------------------------------------------------


@pytest.mark.parametrize(
    ("shut", "floor", "expected"),
    [
        pytest.param(range(-1, 3), -9, -2, id="the nearest one is earlier"),
        pytest.param(range(-2, 3), -9, 3, id="of two as near, the later"),
        pytest.param(range(-1, 9), -1, 9, id="none before the floor"),
        pytest.param(range(-1, 9), -2, -2, id="the floor itself"),
        pytest.param(range(-5, 30), -9, -6, id="six days early"),
        pytest.param(range(-6, 30), -9, 30, id="never a week early"),
    ],
)
def test_with_no_open_day_in_the_window_the_nearest_one_is_found(shut, floor, expected):
    is_open = Availability(None, [closed(TARGET + DAY * offset) for offset in shut])
    assert is_open.nearest_outside_window(TARGET, TARGET + DAY * floor) == TARGET + DAY * expected


@pytest.mark.parametrize(
    ("shut", "found"),
    [
        pytest.param(SEARCH - 1, TARGET + timedelta(days=SEARCH), id="two years away"),
        pytest.param(SEARCH, None, id="a day more"),
    ],
)
def test_the_search_for_a_day_ends_after_two_years(shut, found):
    assert Availability(None, [closed_for(shut)]).nearest_outside_window(TARGET, TARGET) == found


def test_every_rule_that_closes_the_two_years_is_named():
    last = TARGET + timedelta(days=SEARCH)
    shut = [closed_for(SEARCH - 1, "away"), closed(last, last, "moving"), closed(last + DAY)]
    assert Availability(None, shut).closing_rules(TARGET) == (
        f"away 2026-12-01..{last - DAY}",
        f"moving {last}",
    )


def test_a_closing_rule_is_named_as_spelled():
    assert Availability(WEEKEND, [closed(TARGET)]).closing_rules(TARGET) == (
        "avoid 2026-12-01",
        "on sat,sun",
    )


# --- closing more ---------------------------------------------------------------------------


def test_closing_more_days_keeps_the_weekdays():
    more = Availability(WEEKEND, []).with_closures([closed(TARGET)])
    assert more.on == WEEKEND
    assert isinstance(more.why_not(TARGET), OnClosedDay)
    assert isinstance(more.why_not(TARGET + DAY), OffWeekday)


RANGES = st.builds(
    lambda first, length: ClosedDays(first=first, last=first + timedelta(days=length)),
    any_day(),
    st.integers(0, 900),
)


@given(st.lists(RANGES, max_size=9), st.lists(any_day(), min_size=1, max_size=9))
def test_a_day_is_open_unless_one_of_overlapping_ranges_has_it(ranges, days):
    is_open = Availability(None, [Closure(days=days) for days in ranges])
    for day in (*days, *(span.last for span in ranges), *(span.first for span in ranges)):
        assert is_open.admits(day) == all(span.admits(day) for span in ranges)
