"""Times of single sessions: moved, done, by weekday, undone, in every format."""

from datetime import date, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace

from microplan.amendments import amend, moving, recording, report
from microplan.amendments.report import ReportOptions
from microplan.errors import RefusedError
from microplan.formats import ical
from microplan.rules import hours as read_hours
from microplan.scheduling import sequence
from microplan.scheduling.history import history
from microplan.scheduling.schedule import schedule
from microplan.storage import plan_file
from tests.build import LATER, STAMP, plan_of, say, subject_of

EVENING = {"at": "18:00", "tz": "Europe/Paris"}
TUESDAY = date(2027, 2, 2)


def hours(plan):
    return [f"{session.at:%H:%M}" if session.at else "" for session in schedule(plan)]


def days(plan):
    return [session.date for session in schedule(plan)]


def at(plan, number, text, to=None, **how):
    return moving.move(plan, number, to, STAMP, at=read_hours.clock(text, "at"), **how)


def test_one_session_has_its_own_time_and_the_others_keep_the_plans():
    plan = plan_of(every="4x4w", **EVENING)
    moved = at(plan, 3, "16:30").plan
    assert hours(moved) == ["18:00", "18:00", "16:30", "18:00"]
    assert days(moved) == days(plan)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param(["move 3 +1w"], "16:30", id="kept when it is moved to another day"),
        pytest.param(["revise at=19:00"], "16:30", id="kept when the plan has another hour"),
        pytest.param(["done 2 2026-12-30"], "16:30", id="kept when an earlier one is done"),
        pytest.param(["done 3 2027-01-26"], "16:30", id="kept when it is done"),
        pytest.param(["revise every=3w"], "18:00", id="let go of, like a day, by a new pace"),
        pytest.param(["revise every=3w", "undo"], "16:30", id="there again when that is undone"),
        pytest.param(["undo"], "18:00", id="taken back"),
    ],
)  # fmt: skip
def test_the_entry_of_a_sessions_own_time(typed, expected):
    plan = at(plan_of("done 1 2026-12-01", every="5x4w", **EVENING), 3, "16:30").plan
    for command in typed:
        plan = say(plan, command).plan
    assert hours(plan)[2] == expected


def test_a_session_is_done_at_a_time_that_can_be_corrected():
    plan = plan_of(every="4x4w", **EVENING)
    done = recording.done(plan, 1, date(2026, 12, 1), LATER, STAMP, at=time(20, 15)).plan
    assert hours(done)[0] == "20:15"
    again = recording.done(done, 1, None, LATER, STAMP, at=time(20, 30))
    assert (hours(again.plan)[0], again.changes()) == ("20:30", ())
    assert recording.done(again.plan, 1, None, LATER, STAMP, at=time(20, 30)).entries == ()


@pytest.mark.parametrize(
    ("act", "command"),
    [
        pytest.param(
            lambda plan: at(plan, 3, "16:30"), "revise --at 16:30", id="a move offers the hour to all"
        ),
        pytest.param(
            lambda plan: recording.done(plan, 1, date(2026, 12, 1), LATER, STAMP, at=time(9)),
            "done 1 --on 2026-12-01",
            id="a done session is offered without it",
        ),
    ],
)  # fmt: skip
def test_a_time_is_refused_if_sessions_are_all_day(act, command):
    with pytest.raises(RefusedError, match="are all-day") as refused:
        act(plan_of())
    assert refused.value.commands == (command,)


def test_the_time_of_a_weekday_applies_to_moved_sessions_too():
    plan = plan_of(every="4x4w", at="18:00,sat..sun=10:00", tz="Europe/Paris")
    moved = say(plan, "move 3 2027-01-30 --only").plan
    assert hours(moved) == ["18:00", "18:00", "10:00", "18:00"]
    assert str(moved.rules.at) == "18:00,sat=10:00,sun=10:00"


@pytest.mark.parametrize(
    ("amended", "lines"),
    [
        pytest.param(
            at(plan_of(**EVENING), 3, "16:30"),
            ["Session 3 moved from 18:00 to 16:30 on Tue 26 Jan."],
            id="an hour alone",
        ),
        pytest.param(
            at(plan_of(every="3x4w", **EVENING), 3, "16:30", TUESDAY),
            [
                "Session 3 moved from Tue 26 Jan at 18:00 to Tue 2 Feb at 16:30, 35 days after session 2.",
            ],
            id="a day and an hour",
        ),
        pytest.param(
            at(plan_of(every="3x4w", **EVENING), 3, "16:30", date(2027, 1, 26)),
            ["Session 3 stays on Tue 26 Jan at 16:30 instead of 18:00, 28 days after session 2."],
            id="the same day and an hour",
        ),
        pytest.param(
            recording.done(plan_of(**EVENING), 1, date(2026, 12, 1), LATER, STAMP, at=time(16, 30)),
            ["Session 1 done Tue 1 Dec at 16:30. 5 to go."],
            id="the hour it was done",
        ),
        pytest.param(
            say(plan_of(every="3x4w", at="18:00,sat=16:30"), "move 3 2027-01-30"),
            [
                "Session 3 moved from Tue 26 Jan to Sat 30 Jan, 32 days after session 2.",
                "#3 18:00 → 16:30",
            ],
            id="a day with an hour of its own",
        ),
        pytest.param(
            say(plan_of(every="3x4w", **EVENING), "revise at=19:00"),
            ["From session 1 on: at 19:00. No session moves.", "#1–#3 18:00 → 19:00"],
            id="another hour for all",
        ),
    ],
)
def test_a_change_of_time_is_reported(amended, lines):
    assert report.lines(amended, STAMP.recorded.date(), ReportOptions())[:-1] == lines
    changes = report.as_data(amended, STAMP.recorded.date(), ReportOptions())["changes"]
    assert {(each["from_at"], each["to_at"]) for each in changes} <= {
        ("18:00", "16:30"),
        ("18:00", "19:00"),
    }


# --- laws -----------------------------------------------------------------------------------

CLOCKS = st.sampled_from(["00:00", "02:30", "09:15", "18:00", "23:59"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("hour"), st.integers(2, 5), CLOCKS),
        st.tuples(st.just("both"), st.integers(2, 5), CLOCKS),
        st.sampled_from(["move 3 +1w", "move 4 +2d --only", "skip 2", "undo", "done 1 2026-12-02"]),
        st.sampled_from(["revise at=19:00", "revise at=07:30,tue=08:00", "revise every=3w"]),
    ),
    max_size=5,
)


def lived(steps):
    """Carry out steps in order; a refused step changes nothing."""
    plan = plan_of(every="6x4w", at="18:00,sat=10:00", tz="Europe/Paris")
    yield plan
    for step in steps:
        try:
            if isinstance(step, str):
                plan = say(plan, step).plan
            else:
                kind, number, clock = step
                to = moving.day_of(plan, number) if kind == "both" else None
                plan = at(plan, number, clock, to).plan
        except RefusedError:
            continue
        yield plan


@given(STEPS, st.integers(2, 6), CLOCKS)
def test_a_time_alone_moves_no_day_and_undo_restores_every_time(steps, number, clock):
    *_, plan = lived(steps)
    try:
        moved = at(plan, number, clock).plan
    except RefusedError:
        return
    assert [s.date for s in schedule(moved)] == days(plan)
    if moved is not plan:
        assert schedule(amend.undo(moved, STAMP).plan) == schedule(plan)


@given(STEPS)
def test_the_file_and_the_fold_keep_every_time(steps):
    *_, plan = lived(steps)
    assert plan_file.load(plan_file.dump(plan))[0] == plan
    *_, sessions = history(plan)
    assert sessions == schedule(plan)


@given(STEPS)
def test_the_sequence_rises_exactly_when_an_event_differs(steps):
    for before, after in pairwise(lived(steps)):
        was, now = ({e.uid: e for e in sequence.events(p, schedule(p))} for p in (before, after))
        for uid in was.keys() & now.keys():
            same = replace(now[uid], sequence=0, stamp=was[uid].stamp) == replace(
                was[uid], sequence=0
            )
            assert now[uid].sequence - was[uid].sequence == (0 if same else 1)


@given(STEPS)
def test_icalendar_reads_every_time_back(steps):
    *_, plan = lived(steps)
    text = "".join(ical.calendar(subject_of(plan)))
    read = {str(e["UID"]): e["DTSTART"].dt for e in Calendar.from_ical(text).walk("VEVENT")}
    for event in sequence.events(plan, schedule(plan)):
        assert read[event.uid] == event.start
