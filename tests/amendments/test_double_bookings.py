"""Double bookings: the suggested time or day is free."""

from datetime import date

import pytest

from microplan.amendments import double_bookings
from microplan.scheduling.filed_plans import filed
from microplan.scheduling.schedule import scheduled
from tests.build import plan_of

DAY = date(2026, 12, 1)


def ways(*hours, capacity=1, **words):
    plans = [plan_of(every="1x4w", at=at, duration=length, **words) for at, length in hours]
    files = [(f"{place}.toml", scheduled(plan)) for place, plan in enumerate(plans)]
    found = double_bookings.find(filed(files), DAY, capacity)
    return {
        file: finding.text.partition("microplan ")[2]
        for file, findings in found.items()
        for finding in findings
    }


@pytest.mark.parametrize(
    ("hours", "offered"),
    [
        pytest.param([("10:00", "1h"), ("11:00", "1h")], {}, id="one after the other"),
        pytest.param(
            [("10:00", "1h"), ("10:30", "30m")],
            {"1.toml": "move 1 11:00 -p 1.toml"},
            id="when the other ends",
        ),
        pytest.param(
            [("10:00", "1h"), ("10:30", "30m"), ("11:00", "1h")],
            {"1.toml": "move 1 12:00 -p 1.toml"},
            id="not onto a third",
        ),
        pytest.param(
            [("22:00", "3h"), ("22:30", "30m")],
            {"1.toml": "move 1 2026-12-02 -p 1.toml"},
            id="another day where no hour is left",
        ),
    ],
)
def test_the_suggested_time_is_free(hours, offered):
    assert ways(*hours) == offered


def test_with_room_for_two_the_third_is_too_many():
    hours = [("10:00", "1h"), ("10:00", "1h"), ("10:15", "1h")]
    assert ways(*hours, capacity=2) == {"2.toml": "move 1 11:00 -p 2.toml"}
