"""Where sessions land: worked examples, and the laws of ``docs/dates.md``."""

import json
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from microplan.errors import ScheduleError
from microplan.model import dates
from microplan.model.entries import (
    Closed,
    Closure,
    Done,
    Moved,
    Opened,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.plan import Status
from microplan.model.rules import Rules
from microplan.model.values import ClosedDays, Follow, Pace
from microplan.rules import words as rules
from microplan.scheduling.schedule import schedule
from microplan.wording import reasons
from tests.build import CREATED as RECORDED
from tests.build import days, plan_of
from tests.strategies import rules_, times

CASES = json.loads((Path(__file__).parent / "placement.json").read_text())["cases"]


def entry(row: dict):
    match row:
        case {"done": number, "on": on}:
            return Done(session=number, on=date.fromisoformat(on), recorded=RECORDED)
        case {"moved": number, "to": to}:
            only = row.get("only", False)
            to = date.fromisoformat(to)
            return Moved(session=number, to=to, only=only, recorded=RECORDED)
        case {"skipped": number}:
            return Skipped(session=number, extend=row.get("extend", False), recorded=RECORDED)
    raise AssertionError(row)


# --- worked cases ---------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_worked_case(case):
    sessions = schedule(plan_of(log=[*map(entry, case["log"])], **case["rules"]))
    found = {
        "dates": [session.date.isoformat() for session in sessions],
        "due": [session.due.isoformat() for session in sessions],
        "earliest": [session.earliest.isoformat() for session in sessions],
        "latest": [session.latest.isoformat() for session in sessions],
        "status": [session.status.value for session in sessions],
    }
    assert found == {key: case[key] for key in found}


def iso_days(plan):
    return [day.isoformat() for day in days(plan)]


JOB = {
    "start": "2026-12-01",
    "every": "6x4w~3d",
    "on": "mon..fri",
    "prefer": "tue",
    "gap": "21d",
    "avoid": ["2026-12-24..2027-01-03"],
}


def test_each_session_says_why_it_is_where_it_is():
    assert [
        "; ".join(map(reasons.reason, session.because)) for session in schedule(plan_of(**JOB))
    ] == [
        "",
        "Tue 29 Dec is closed (24 Dec–3 Jan); 3 days after its window",
        *["counted from session 2; Tuesday preferred"] * 4,
    ]


@pytest.mark.parametrize(
    ("words", "log", "number", "codes"),
    [
        pytest.param({"on": "mon"}, [], 1, ["weekday", "window"], id="the weekday is not allowed"),
        pytest.param({"prefer": "wed", "window": "3d"}, [], 1, ["preferred"], id="another is liked"),
        pytest.param({"window": "6d", "gap": "14d"}, [{"done": 1, "on": "2026-12-10"}], 2,
                     ["follows"], id="one before it slipped"),
        pytest.param({"follow": "plan", "gap": "14d"}, [{"done": 1, "on": "2026-12-10"}], 2,
                     ["gap", "window"], id="the gap pushes it out of its window"),
        pytest.param({}, [{"done": 1, "on": "2026-11-28"}], 1, ["done-early"], id="it was done early"),
        pytest.param({}, [{"done": 1, "on": "2026-12-09"}], 1, ["window"], id="it was done late"),
        pytest.param({}, [{"moved": 2, "to": "2026-12-17"}], 2, ["moved"], id="it was moved"),
        pytest.param({}, [{"moved": 2, "to": "2026-12-17"}, {"done": 1, "on": "2026-12-12"}], 2,
                     ["follows", "pin-lapsed"], id="it was moved where the gap no longer allows it"),
        pytest.param({"until": "2026-12-16", "avoid": "2026-12-13..2026-12-20"}, [], 2,
                     ["closed", "window", "past-until"], id="it slid past the last day asked for"),
        pytest.param({"avoid": "2026-12-15..2026-12-20"}, [], 2, ["closed", "window"],
                     id="the open day nearest to its own is before its window"),
    ],
)  # fmt: skip
def test_the_reasons_are_what_moved_the_session(words, log, number, codes):
    sessions = schedule(
        plan_of(log=[*map(entry, log)], **({"start": "2026-12-01", "every": "4x2w"} | words))
    )
    assert [reason.code for reason in sessions[number - 1].because] == codes


def test_a_plan_without_a_possible_day_names_what_closes_it():
    words = {
        "start": "2026-12-01",
        "every": "2x4w",
        "on": "tue",
        "avoid": ["2026-12-20..2030-01-01"],
    }
    with pytest.raises(ScheduleError) as caught:
        schedule(plan_of(**words))
    assert str(caught.value) == (
        "session 2 has no open day in the two years from Tue 29 Dec 2026, all closed by "
        "avoid 2026-12-20..2030-01-01; open some of them"
    )


def test_sessions_past_the_calendar_are_refused_with_a_sentence():
    closed = ClosedDays(first=date(2027, 1, 1), last=date(9999, 12, 31))
    log = [entry({"done": 1, "on": "9999-12-20"})]
    with pytest.raises(ScheduleError) as caught:
        schedule(plan_of(log=log, closed=(Closure(days=closed),), every="2x4w"))
    assert str(caught.value) == "the sessions run past the year 9999; ask for fewer"


@pytest.mark.parametrize(
    ("words", "log", "number", "codes"),
    [
        pytest.param({"until": "2026-12-15"}, [{"done": 1, "on": "2026-12-01"}], 1, [],
                     id="it was done on its first right day"),
        pytest.param({"until": "2027-01-15"}, [{"done": 1, "on": "2026-12-02"}], 1, [],
                     id="it was done in its window"),
        pytest.param({"until": "2026-12-15"}, [], 3, [], id="it is on the last day asked for"),
        pytest.param({"until": "2026-12-15", "avoid": "2026-12-15"}, [], 3, ["closed", "past-until"],
                     id="it is past that day, in its window"),
    ],
)  # fmt: skip
def test_a_bound_that_is_met_is_not_a_reason(words, log, number, codes):
    words = {"start": "2026-12-01", "every": "1w", "window": "1d"} | words
    sessions = schedule(plan_of(log=[*map(entry, log)], **words))
    assert [reason.code for reason in sessions[number - 1].because] == codes


def test_a_phase_counts_from_a_slipped_session_before_it():
    words = {"start": "2026-12-01", "every": "2x1w,2x2w", "avoid": "2026-12-04..2026-12-12"}
    assert iso_days(plan_of(**words)) == ["2026-12-01", "2026-12-13", "2026-12-27", "2027-01-10"]


def test_the_floor_of_a_session_is_a_gap_after_the_one_before():
    plan = plan_of(every="2x1w,2x4w")
    found = [str(session.floor) for session in schedule(plan)]
    assert found == ["2026-12-01", "2026-12-07", "2027-01-02", "2027-01-30"]


def test_dropped_sessions_keep_their_day_without_a_reason():
    words = {"start": "2026-12-01", "every": "4x1w", "avoid": "2026-12-15..2026-12-17"}
    fewer = rules.parse(words | {"every": "2x1w"})
    revised = Revised(session=1, words={"every": "2x1w"}, rules=fewer, recorded=RECORDED)
    before, after = schedule(plan_of(**words)), schedule(plan_of(log=[revised], **words))
    assert all(session.because for session in before[2:])
    assert [(s.date, s.status, s.because) for s in after[2:]] == [
        (session.date, Status.DROPPED, ()) for session in before[2:]
    ]


# --- closing days while the plan runs -------------------------------------------------------


def away(text: str, recorded: str, reason: str = "") -> Closed:
    first, _, last = text.partition("..")
    closed = ClosedDays(first=date.fromisoformat(first), last=date.fromisoformat(last or first))
    return Closed(
        closures=(Closure(days=closed, reason=reason),), recorded=datetime.fromisoformat(recorded)
    )


def test_sessions_missed_while_away_are_placed_from_the_day_it_was_recorded():
    words = {"start": "2026-11-01", "every": "12x1w", "on": "sun"}
    done = (entry({"done": 1, "on": "2026-11-01"}), entry({"done": 3, "on": "2026-11-15"}))
    told = away("2026-11-20..2026-11-30", "2026-12-06T09:00+00:00", "vacation")
    sessions = schedule(plan_of(log=[*done, told], **words))
    assert [str(s.date) for s in sessions[3:5]] == ["2026-12-06", "2026-12-13"]
    assert str(sessions[-1].date) == "2027-01-31"


def test_closing_a_past_day_moves_nothing_into_the_past():
    words = {"start": "2026-12-01", "every": "3x1w"}
    told = away("2026-12-08", "2026-12-11T09:00+00:00")
    assert iso_days(plan_of(log=[told], **words)) == ["2026-12-01", "2026-12-11", "2026-12-18"]


def opened(text: str, recorded: str) -> Opened:
    (closure,) = away(text, recorded).closures
    return Opened(days=(closure.days,), recorded=datetime.fromisoformat(recorded))


EVE = "2026-12-12T09:00+00:00"
"""The day before the third session of three weekly ones from 29 November is due."""
OPENED = [
    ("a day that the rules close", {"avoid": ["2026-12-13"]}, [], "2026-12-13", EVE, "12-13"),
    ("one date of a day of every year", {"avoid": ["12-13"]}, [], "2026-12-13", EVE, "12-13"),
    ("another date of it", {"avoid": ["12-13"]}, [], "2027-12-13", EVE, "12-14"),
    ("a day closed by a lookup", {"closed": (Closure(days=ClosedDays(
        first=date(2026, 12, 13), last=date(2026, 12, 13)), reason="fair"),)}, [], "2026-12-13", EVE, "12-13"),
    ("a day closed by the rules and later", {"avoid": ["12-13"]},
     [away("2026-12-13", "2026-12-01T09:00+00:00")], "2026-12-13", EVE, "12-13"),
    ("on that very day", {"avoid": ["12-13"]}, [], "2026-12-13", "2026-12-13T09:00+00:00", "12-13"),
    ("when it has passed", {"avoid": ["12-13"]}, [], "2026-12-13", "2026-12-14T09:00+00:00", "12-14"),
    ("when the session's own day has passed", {"avoid": ["2026-12-13..2026-12-15"]}, [], "2026-12-13..2026-12-15",
     "2026-12-13T09:00+00:00", "12-12"),
    ("the rest of an absence", {"avoid": ["2026-12-11..2026-12-18"]}, [], "2026-12-11..2026-12-18",
     "2026-12-15T09:00+00:00", "12-15"),
    ("the later of two as near, outside the window", {"every": "3x1w~0d", "gap": "3d", "on": "fri,sun,tue",
     "avoid": ["2026-12-13", "2026-12-15"]}, [], "2026-12-15", "2026-12-01T09:00+00:00", "12-15"),
    ("a day on which another rule allows none", {"avoid": ["12-13"], "on": "mon..sat"}, [], "2026-12-13", EVE,
     "12-14"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "before", "text", "recorded", "found"),
    [pytest.param(*rest, id=name) for name, *rest in OPENED],
)
def test_a_session_comes_back_to_a_day_that_was_opened(changed, before, text, recorded, found):
    words = {"start": "2026-11-29", "every": "3x1w"} | changed
    *_, last = schedule(plan_of(log=[*before, opened(text, recorded)], **words))
    assert f"{last.date:%m-%d}" == found


def test_the_day_of_recording_is_in_the_plans_zone():
    words = {"start": "2026-12-01", "every": "2x1w", "tz": "Pacific/Auckland"}
    told = away("2026-12-08", "2026-12-10T23:00+00:00")
    assert iso_days(plan_of(log=[told], **words))[1] == "2026-12-11"


def test_closing_the_new_day_too_moves_the_session_again():
    words = {"start": "2026-12-01", "every": "2x1w"}
    first = away("2026-12-07..2026-12-09", "2026-11-25T09:00+00:00", "vacation")
    second = away("2026-12-10", "2026-11-26T09:00+00:00", "flu")
    placed = schedule(plan_of(log=[first, second], **words))[1]
    assert str(placed.date) == "2026-12-11"
    assert reasons.reason(placed.because[0]) == "Tue 8 Dec is closed (7–9 Dec: vacation)"


def test_the_first_thing_in_the_way_is_the_reason():
    words = {
        "start": "2026-12-01",
        "every": "2x1w",
        "avoid": ["2026-12-08", "2026-12-12..2026-12-13"],
    }
    told = away("2026-12-09..2026-12-10", "2026-12-12T09:00+00:00", "vacation")
    placed = schedule(plan_of(log=[told], **words))[1]
    assert str(placed.date) == "2026-12-14"
    assert reasons.reason(placed.because[0]) == "Tue 8 Dec is closed (8 Dec)"


def test_closing_a_day_that_no_session_uses_changes_nothing():
    words = {"start": "2026-12-01", "every": "3x1w"}
    told = away("2026-12-09..2026-12-10", "2026-12-30T09:00+00:00")
    assert iso_days(plan_of(log=[told], **words)) == iso_days(plan_of(**words))


def test_an_undone_entry_no_longer_counts():
    words = {"start": "2026-12-01", "every": "3x1w"}
    moved = entry({"moved": 2, "to": "2026-12-10"})
    undone = Undone(entry=1, recorded=RECORDED)
    assert iso_days(plan_of(log=[moved, undone], **words)) == iso_days(plan_of(**words))


def test_closing_days_later_does_not_move_the_slot_of_a_skipped_session():
    words = {"start": "2026-12-01", "every": "6x1w"}
    skipped, told = entry({"skipped": 3}), away("2026-12-14..2026-12-18", "2026-11-25T09:00+00:00")
    assert iso_days(plan_of(log=[skipped, told], **words)) == iso_days(plan_of(**words))
    assert iso_days(plan_of(log=[told, skipped], **words)) == iso_days(plan_of(log=[told], **words))


def test_a_new_time_for_a_recurrence_keeps_its_days():
    words = {"start": "2026-12-01", "every": "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=5", "at": "18:00"}
    held = [entry({"done": 1, "on": "2026-12-01"}), entry({"done": 2, "on": "2026-12-07"})]
    later = rules.parse(words | {"at": "19:00"})
    changed = Revised(session=3, words={"at": "19:00"}, rules=later, recorded=RECORDED)
    assert iso_days(plan_of(log=[*held, changed], **words)) == iso_days(plan_of(log=held, **words))


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param({}, "2026-12-17", id="the next one is an interval later"),
        pytest.param({2: "2026-12-19"}, "2026-12-17", id="which its own day does not change"),
    ],
)
def test_revised_rules_count_from_the_last_done_session(held, expected):
    words = {"start": "2026-12-01", "every": "4x1w", "window": "3d", "follow": "plan"}
    slower = rules.parse(words | {"every": "3x2w"})
    log = [
        entry({"done": 1, "on": "2026-12-03"}),
        Revised(session=2, words={"every": "3x2w"}, rules=slower, recorded=RECORDED),
        *(entry({"done": number, "on": on}) for number, on in held.items()),
    ]
    assert [str(session.due) for session in schedule(plan_of(log=log, **words))][1] == expected


@pytest.mark.parametrize(
    ("pace", "follow", "found"),
    [
        pytest.param("3x1w", "window", "11-22 11-29 12-06", id="the pace goes on from there"),
        pytest.param("3x1w", "plan", "11-22 11-29 12-06", id="also where days stay on their grid"),
        pytest.param("2x1mo,1x1w", "window", "11-22 12-22 12-29", id="in all its phases"),
        pytest.param("3x4w~7d", "window", "11-22 12-20 01-17", id="not even by its window"),
        pytest.param("RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3", "plan", "11-24 12-01 12-08",
                     id="a recurrence keeps its days"),
    ],
)  # fmt: skip
def test_a_pace_revised_after_a_break_plans_nothing_in_the_past(pace, follow, found):
    words = {"start": "2026-07-05", "every": "6x1w", "prefer": "sat,sun,tue"}
    held = [entry({"done": 1, "on": "2026-07-05"}), entry({"done": 2, "on": "2026-07-12"})]
    slower = {"every": pace, "follow": follow}
    revised = Revised(session=3, words=slower, rules=rules.parse(words | slower), recorded=RECORDED)
    sessions = schedule(plan_of(log=[*held, revised], **words))
    assert " ".join(f"{session.date:%m-%d}" for session in sessions[2:5]) == found


@pytest.mark.parametrize("pace", ["4x1w", "4x1mo", "2x1w,2x2w"])
@pytest.mark.parametrize("follow", list(Follow))
@pytest.mark.parametrize("held", [1, 2])
def test_a_session_done_on_its_day_after_a_break_changes_nothing(pace, follow, held):
    words = {"start": "2026-07-05", "every": "6x1w"}
    slower = {"every": pace, "follow": follow.value}
    revised = Revised(session=1, words=slower, rules=rules.parse(words | slower), recorded=RECORDED)
    plan = plan_of(log=[revised], **words)
    log = [Done(session=s.number, on=s.date, recorded=RECORDED) for s in schedule(plan)[:held]]
    assert iso_days(replace(plan, log=(revised, *log))) == iso_days(plan)


@pytest.mark.parametrize("end", ["COUNT=3", "UNTIL=20261215"])
def test_an_added_session_goes_past_the_end_of_a_recurrence(end):
    words = {"start": "2026-12-01", "every": f"RRULE:FREQ=WEEKLY;{end}"}
    skipped = entry({"skipped": 1, "extend": True})
    assert iso_days(plan_of(log=[skipped], **words)) == [*iso_days(plan_of(**words)), "2026-12-22"]


def test_a_recurrence_ends_at_the_limit_of_years():
    plan = plan_of(every="RRULE:FREQ=YEARLY;COUNT=101")
    assert iso_days(plan)[-1] == "2126-12-01"
    with pytest.raises(ScheduleError) as caught:
        schedule(replace(plan, log=(entry({"skipped": 1, "extend": True}),)))
    assert str(caught.value) == (
        "session 102 has no day: RRULE:FREQ=YEARLY;COUNT=101 has 101 within 100 years. "
        "Ask for fewer sessions"
    )


def test_many_revisions_do_not_recurse():
    words = {"start": "2026-12-01", "every": "6x1w"}
    shorter = rules.parse(words | {"every": "5x1w"})
    log = [Revised(session=1, words={"every": "5x1w"}, rules=shorter, recorded=RECORDED)] * 900
    assert [session.status for session in schedule(plan_of(log=log, **words))] == ["planned"] * 5


# --- laws -----------------------------------------------------------------------------------


def placed(read: Rules):
    try:
        return schedule(plan_of(rules=read))
    except ScheduleError:
        assume(False)
    raise AssertionError


def a_closed_day_moves_a_session_and_never_deletes_it(read, sessions):
    assert [session.number for session in sessions] == list(range(1, dates.total(read) + 1))


def dates_strictly_increase_and_keep_the_gap(read, sessions):
    steps = dates.steps(read)
    for before, after in pairwise(sessions):
        step = steps[after.phase - 1] if len(steps) > 1 else steps[0]
        assert (after.date - before.date).days >= read.gap_of(step) >= 1
        assert after.gap_days == (after.date - before.date).days


def no_session_on_a_closed_day(read, sessions):
    for session in sessions:
        assert all(closed.admits(session.date) for closed in read.avoid)
        assert read.on is None or read.on.admits(session.date)


def a_session_outside_its_window_has_a_reason_and_is_never_a_week_early(read, sessions):
    for session in sessions:
        assert session.earliest <= session.latest
        codes = [reason.code for reason in session.because]
        assert bool(codes) or session.date == session.due
        late = session.date > session.due + timedelta(days=after(read, session))
        early = session.date < session.earliest
        assert ("window" in codes) == (late or early)
        assert session.date > session.due - timedelta(days=max(7, before(read, session) + 1))


def a_session_outside_its_window_is_on_the_nearest_open_day(read, sessions):
    previous = None
    for session in sessions:
        window = range(-before(read, session), after(read, session) + 1)
        floor = read.start if previous is None else previous.date + gap_of(read, session)
        target = max(session.due, floor)
        if (session.date - target).days not in window:
            away = abs((session.date - target).days)
            nearer = (target + timedelta(days=n) for n in range(-min(away, 7) + 1, away))
            assert not any(is_open(read, day) for day in nearer if day >= floor)
        previous = session


def before(read: Rules, session) -> int:
    return read.window_of(step_of(read, session)).before


def gap_of(read: Rules, session) -> timedelta:
    return timedelta(days=read.gap_of(step_of(read, session) or dates.steps(read)[0]))


def step_of(read: Rules, session):
    steps = read.every.steps if isinstance(read.every, Pace) else (None,)
    return steps[session.phase - 1] if len(steps) > 1 else steps[0]


@given(rules_(follow="actual", constrained=False))
def test_months_do_not_drift_if_no_session_slips(read):
    assert [s.date for s in placed(read)] == [day for _, day in dates.pace_days(read)]


def after(read: Rules, session) -> int:
    return read.window_of(step_of(read, session)).after


def placement_agrees_with_a_naive_implementation_of_the_steps(read, sessions):
    assert [session.date for session in sessions] == by_the_book(read)


def by_the_book(read: Rules) -> list[date]:
    """Place sessions by steps 1 to 7 of ``docs/dates.md``, literally and slowly."""
    steps = read.every.steps if isinstance(read.every, Pace) else (None,)
    pace = list(dates.pace_days(read))
    found: list[date] = []
    anchor, times, due, phase = read.start, -1, read.start, 1
    for number, (own_phase, unconstrained) in enumerate(pace, 1):
        if own_phase != phase and times > 0:
            anchor, times = due, 0
        phase, times = own_phase, times + 1
        step = steps[phase - 1]
        window = read.window_of(step)
        due = unconstrained
        if step is not None:
            span = relativedelta(months=times * step.span.months, days=times * step.span.days)
            due = anchor + span
        floor = (
            found[-1] + timedelta(days=read.gap_of(step or dates.steps(read)[0]))
            if found
            else read.start
        )
        target = max(due, floor)
        spread = [
            target + timedelta(days=offset) for offset in range(-window.before, window.after + 1)
        ]
        possible = [day for day in spread if day >= floor and is_open(read, day)]
        liked = [day for day in possible if read.prefer is None or read.prefer.admits(day)]
        if not possible:
            around = (target + timedelta(days=offset) for offset in range(-6, 732))
            possible = [day for day in around if day >= floor and is_open(read, day)]
        day = min(liked or possible, key=lambda day: (abs(day - target), day < target))
        found.append(day)
        slipped = (
            not due - timedelta(days=window.before) <= day <= due + timedelta(days=window.after)
        )
        actual = read.follow is Follow.ACTUAL and day != due
        if actual or (read.follow is Follow.WINDOW and slipped):
            anchor, times = day, 0
        assert number == len(found)
    return found


def is_open(read: Rules, day: date) -> bool:
    allowed = read.on is None or read.on.admits(day)
    return allowed and all(closed.admits(day) for closed in read.avoid)


PLACING = (
    a_closed_day_moves_a_session_and_never_deletes_it,
    dates_strictly_increase_and_keep_the_gap,
    no_session_on_a_closed_day,
    a_session_outside_its_window_has_a_reason_and_is_never_a_week_early,
    a_session_outside_its_window_is_on_the_nearest_open_day,
    placement_agrees_with_a_naive_implementation_of_the_steps,
)


@times(3 / 2)
@given(rules_())
def test_the_placing_of_any_rules(read):
    sessions = placed(read)
    for law in PLACING:
        law(read, sessions)


@given(rules_(), st.integers(1, 15))
def test_doing_sessions_on_their_days_changes_nothing(read, held):
    sessions = placed(read)
    log = [Done(session=s.number, on=s.date, recorded=RECORDED) for s in sessions[:held]]
    again = schedule(plan_of(log=log, rules=read))
    assert [s.date for s in again] == [s.date for s in sessions]
    assert all(s.status is Status.DONE for s in again[:held])


@given(rules_(), st.data())
def test_moving_a_session_changes_no_earlier_one(read, data):
    sessions = placed(read)
    moved = data.draw(st.sampled_from(sessions))
    to = moved.date + timedelta(days=data.draw(st.integers(-40, 40)))
    only = data.draw(st.booleans())
    entry_ = Moved(session=moved.number, to=to, only=only, recorded=RECORDED)
    try:
        again = schedule(plan_of(log=[entry_], rules=read))
    except ScheduleError:
        return
    assert again[: moved.number - 1] == sessions[: moved.number - 1]


@given(rules_(), st.data())
def test_undoing_restores_every_date_and_status(read, data):
    sessions = placed(read)
    one = data.draw(st.sampled_from(sessions))
    entries = [
        Done(session=one.number, on=one.date + timedelta(days=9), recorded=RECORDED),
        Moved(session=one.number, to=one.date + timedelta(days=9), recorded=RECORDED),
        Skipped(session=one.number, extend=True, recorded=RECORDED),
        Closed(
            closures=(Closure(days=ClosedDays(first=one.date, last=one.date)),), recorded=RECORDED
        ),
    ]
    undone = Undone(entry=1, recorded=RECORDED)
    assert (
        schedule(plan_of(log=[data.draw(st.sampled_from(entries)), undone], rules=read)) == sessions
    )


@given(rules_(), st.data())
def test_opening_what_was_closed_restores_every_date_and_status(read, data):
    sessions = placed(read)
    one = data.draw(st.sampled_from(sessions))
    recorded = datetime.combine(read.start, RECORDED.timetz()) - timedelta(days=9)
    days_ = ClosedDays(first=one.date, last=one.date + timedelta(days=data.draw(st.integers(0, 9))))
    log = [
        Closed(closures=(Closure(days=days_),), recorded=recorded),
        Opened(days=(days_,), recorded=recorded),
    ]
    own = plan_of(rules=read)
    assume(not any(closed_by(read, day) for day in days_.each_day()))
    assert schedule(replace(own, log=tuple(log))) == sessions


def closed_by(read, day):
    return not all(closed.admits(day) for closed in read.avoid)


@given(rules_(), st.data())
def test_skipping_a_session_keeps_earlier_due_days_and_the_number(read, data):
    sessions = placed(read)
    one = data.draw(st.sampled_from(sessions))
    again = schedule(plan_of(log=[Skipped(session=one.number, recorded=RECORDED)], rules=read))
    assert [s.due for s in again[: one.number]] == [s.due for s in sessions[: one.number]]
    assert len(again) == len(sessions)
