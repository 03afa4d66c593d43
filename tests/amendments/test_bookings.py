"""Sessions of many plans: their order, their names, and which of them overlap."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.amendments import moving
from microplan.amendments.bookings import bookings, moved_from
from microplan.scheduling.filed_plans import filed
from microplan.scheduling.schedule import scheduled
from tests.build import STAMP, plan_of, say

DAY = date(2026, 12, 1)


def booked(*plans, last=DAY):
    files = [(f"{place}.toml", scheduled(plan)) for place, plan in enumerate(plans)]
    return bookings(filed(files), DAY, last)


HOURS = st.tuples(
    st.times().map(lambda at: at.strftime("%H:%M")), st.sampled_from(["10m", "1h", "5h"])
)


@given(st.lists(HOURS, max_size=6))
def test_each_start_counts_the_sessions_under_way(given_hours):
    found = booked(*(plan_of(at=at, duration=length) for at, length in given_hours))
    assert [b.start for b in found] == sorted(b.start for b in found)
    for place, booking in enumerate(found):
        others = (*found[:place], *found[place + 1 :])
        under_way = [b for b in others if b.start <= booking.start < b.end]
        assert booking.at_once == len(under_way) + 1


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        pytest.param("done 1 2026-12-01", True, id="one that was done fills its hour"),
        pytest.param("skip 1", False, id="one that was skipped leaves it free"),
    ],
)
def test_only_sessions_that_take_place_count_as_busy(typed, counted):
    found = booked(plan_of(at="09:00"), plan_of(typed, at="09:00"))
    assert max(b.at_once for b in found) == (2 if counted else 1)


def test_times_in_two_zones_are_compared_as_instants():
    paris, london = plan_of(at="10:00", tz="Europe/Paris"), plan_of(at="09:00", tz="Europe/London")
    assert [b.at_once for b in booked(paris, london)] == [2, 2]


def test_a_session_past_midnight_is_under_way_until_it_ends():
    found = booked(plan_of(at="23:50", duration="1h"), last=DAY + timedelta(days=1))
    assert [b.end for b in found] == [datetime.fromisoformat("2026-12-02T00:50:00+00:00")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param([], "", id="as planned"),
        pytest.param(["move 1 2026-12-03"], "Tue 1 Dec 10:00", id="moved"),
        pytest.param(["move 1 2026-12-02", "move 1 2026-12-03"], "Wed 2 Dec 10:00", id="twice"),
        pytest.param(["move 1 16:30"], "10:00", id="to another hour"),
        pytest.param(["move 1 16:30", "revise at=12:00"], "10:00", id="an hour of its own stays"),
        pytest.param(["move 1 2026-12-03", "undo"], "", id="taken back"),
        pytest.param(["move 1 2026-12-01", "revise at=12:00"], "", id="put where it was"),
        pytest.param(
            ["move 1 2026-12-03", "revise at=12:00"], "Tue 1 Dec 10:00", id="moved, then all later"
        ),
    ],
)
def test_a_moved_session_says_where_it_was(typed, said):
    plan = plan_of(every="1x4w", at="10:00")
    for command in typed:
        plan = moved(plan, command) if "16:30" in command else say(plan, command).plan
    (booking,) = booked(plan, last=DAY + timedelta(days=7))
    assert moved_from(booking) == said


def moved(plan, command):
    _, number, hour = command.split()
    return moving.move(plan, int(number), None, STAMP, at=time.fromisoformat(hour)).plan
