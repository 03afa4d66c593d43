"""The month grids: every day once, in its column, with its sessions and care."""

from datetime import date

import pytest
from msgspec import structs

from microplan.formats import months
from microplan.model.entries import Closed, Closure, Opened
from microplan.model.plan import Status
from microplan.rules import grammar
from microplan.scheduling import care, schedule
from tests.build import CREATED, plan_of


def laid(plan, first_weekday=0):
    return months.months(plan, schedule.schedule(plan), first_weekday=first_weekday)


def days_of(month):
    return [day for week in month.weeks for day in week if day is not None]


@pytest.mark.parametrize("first_weekday", range(7))
def test_every_day_of_a_month_is_once_in_its_weekday_column(first_weekday):
    for month in laid(plan_of(), first_weekday=first_weekday):
        days = days_of(month)
        assert [day.day.day for day in days] == list(range(1, len(days) + 1))
        assert (days[-1].day - month.first).days + 1 == len(days)
        for week in month.weeks:
            assert len(week) == 7
            for column, day in enumerate(week):
                assert day is None or (day.day.weekday() - first_weekday) % 7 == column


def test_the_months_run_from_the_first_session_to_the_last_without_a_hole():
    firsts = [month.first.isoformat()[:7] for month in laid(plan_of(every="3x7w"))]
    assert firsts == ["2026-12", "2027-01", "2027-02", "2027-03"]


def test_care_before_the_first_session_brings_its_month():
    plan = plan_of(care=["pause minoxidil=-2d+1d"])
    first = laid(plan)[0]
    assert first.first == date(2026, 11, 1)
    assert [day.day.day for day in days_of(first) if day.paused == ("minoxidil",)] == [29, 30]


def test_every_session_and_all_care_are_on_their_days():
    plan = plan_of(care=["pause minoxidil=-0d+1d", "cue wash=+1d", "checkpoint photo=5w"])
    sessions = schedule.schedule(plan)
    shown = {day.day: day for month in laid(plan) for day in days_of(month)}
    assert {day.session.date: day.session for day in shown.values() if day.session} == {
        session.date: session for session in sessions
    }
    for item in care.care(plan, sessions):
        names = shown[care.first_day(item)]
        assert item.name in (*names.paused, *names.care)


def test_a_closed_day_says_what_closes_it_and_a_weekday_that_is_left_out_is_not_one():
    days = grammar.closed("2027-02-10..2027-02-11", "avoid")
    away = Closed(closures=(Closure(days=days, reason="ski trip"),), recorded=CREATED)
    opened = Opened(days=(grammar.opened("2026-12-25", ""),), recorded=CREATED)
    plan = plan_of(on="mon..fri", avoid=["2026-12-24..2026-12-26"], log=(away, opened))
    shut = {
        day.day.isoformat(): day.closed.reason
        for month in laid(plan)
        for day in days_of(month)
        if day.closed
    }
    assert shut == {
        **dict.fromkeys(("2026-12-24", "2026-12-26"), ""),
        **dict.fromkeys(("2027-02-10", "2027-02-11"), "ski trip"),
    }


def test_a_session_that_was_left_out_is_not_shown():
    plan = plan_of()
    dropped = [
        structs.replace(session, status=Status.DROPPED) if session.number > 2 else session
        for session in schedule.schedule(plan)
    ]
    assert [month.first.month for month in months.months(plan, dropped, first_weekday=0)] == [12]
    assert months.months(plan, dropped[2:], first_weekday=0) == ()
