"""The state of a plan on a day: standings, the next session, remarks, and findings."""

import contextlib
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from microplan.amendments import agenda, check
from microplan.errors import RefusedError
from microplan.model.entries import Closure, Lookup
from microplan.model.values import ClosedDays
from microplan.scheduling.schedule import schedule, scheduled
from microplan.wording import reasons, remarks
from tests import build
from tests.build import LATER, say

WEEKLY = {"start": "2026-12-01", "every": "4x1w"}
TIMED = WEEKLY | {"at": "20:00", "tz": "Europe/Berlin"}
plan_of = partial(build.plan_of, title="Laser", **WEEKLY)


def day(text):
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


# --- standing -------------------------------------------------------------------------------

WIDE = {"start": "2026-12-01", "every": "4x2w~-2d+3d"}


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        pytest.param("12-12", "upcoming", id="the day before its earliest"),
        pytest.param("12-13", "due", id="its earliest day"),
        pytest.param("12-15", "due", id="its own day"),
        pytest.param("12-18", "due", id="its latest day"),
        pytest.param("12-19", "late", id="the day after its latest"),
    ],
)
def test_the_standing_of_a_planned_session_follows_its_window(today, standing):
    assert agenda.standing(schedule(plan_of(**WIDE))[1], day(today)) == standing


@pytest.mark.parametrize(
    ("to", "today", "standing"),
    [
        pytest.param("12-11", "12-10", "upcoming", id="the day before it, set early"),
        pytest.param("12-11", "12-11", "due", id="its day, set before its earliest"),
        pytest.param("12-21", "12-12", "upcoming", id="before its earliest, set late"),
        pytest.param("12-21", "12-13", "due", id="its earliest day, set late"),
        pytest.param("12-21", "12-21", "due", id="its day, set after its latest"),
        pytest.param("12-21", "12-22", "late", id="the day after it"),
    ],
)
def test_a_moved_session_is_not_late_before_its_day_nor_upcoming_on_it(to, today, standing):
    plan = plan_of(f"move 2 2026-{to}", **WIDE)
    assert agenda.standing(schedule(plan)[1], day(today)) == standing


@pytest.mark.parametrize(
    ("on", "standing"),
    [("12-12", "early"), ("12-13", "on time"), ("12-18", "on time"), ("12-19", "late")],
)
def test_the_standing_of_a_done_session_follows_the_day_it_was_done(on, standing):
    plan = plan_of("done 1 2026-12-01", f"done 2 2026-{on}", **WIDE)
    assert agenda.standing(schedule(plan)[1], LATER) == standing


AWAY_AND_DONE = [
    pytest.param(["avoid 2026-12-10..2027-01-04"], "01-05", "on time", id="on the day it went to"),
    pytest.param(["avoid 2026-12-10..2027-01-04"], "01-02", "on time", id="before it"),
    pytest.param(["avoid 2026-12-10..2027-01-04"], "01-06", "late", id="after it"),
    pytest.param(["move 2 2027-01-05"], "01-05", "on time", id="on the day it was moved to"),
    pytest.param(["move 2 2027-01-05 only"], "01-06", "late", id="after the day it was moved to"),
    pytest.param(["move 2 2026-12-13"], "12-13", "on time", id="moved to an earlier day"),
    pytest.param(["move 2 2026-12-13"], "12-12", "early", id="before that"),
    pytest.param(
        ["avoid 2026-12-10..2027-01-04", "undo"], "01-05", "late", id="days away taken back"
    ),
]


@pytest.mark.parametrize(("said", "on", "standing"), AWAY_AND_DONE)
def test_a_session_that_was_put_off_is_late_after_the_day_it_was_put_off_to(said, on, standing):
    """What is recorded after it was done says nothing about it any more."""
    year = 2027 if on.startswith("01") else 2026
    done = ["done 1 2026-12-01", *said, f"done 2 {year}-{on}"]
    for later in ([], ["avoid 2027-01-04..2027-01-12"]):
        plan = plan_of(*done, *later, every="4x2w")
        assert agenda.standing(schedule(plan)[1], LATER) == standing


@pytest.mark.parametrize(
    ("said", "text"),
    [
        pytest.param(
            ["avoid 2026-12-10..2027-01-04", "done 2 2027-01-05"],
            "due Tue 15 Dec, planned for Tue 5 Jan; 19 days after its window",
            id="put off by days away",
        ),
        pytest.param(
            ["move 2 2026-12-14", "done 2 2026-12-12"],
            "due Tue 15 Dec, planned for Mon 14 Dec; done 3 days early",
            id="moved to an earlier day",
        ),
        pytest.param(
            ["done 2 2026-12-19"], "due Tue 15 Dec; 2 days after its window", id="done late"
        ),
    ],
)
def test_a_done_session_says_which_day_it_was_planned_for(said, text):
    plan = plan_of("done 1 2026-12-01", *said, every="4x2w")
    assert reasons.explain(schedule(plan)[1]) == text


@given(
    st.integers(7, 14), st.integers(0, 30), st.integers(-5, 20), st.integers(8, 50), st.booleans()
)
def test_a_done_session_is_late_if_it_was_late_on_that_day(first, length, by, on, moves):
    """As it stood before it was recorded, whatever put it on its day."""
    start = date(2026, 12, 2)
    away = f"{start + timedelta(first)}..{start + timedelta(first + length)}"
    said = ["done 1 2026-12-01", f"avoid {away}"]
    plan = plan_of(*said, every="4x2w")
    if moves:
        with contextlib.suppress(RefusedError):
            plan = say(plan, f"move 2 {by:+d}d").plan
    was, held = schedule(plan)[1], start + timedelta(on)
    done = schedule(say(plan, f"done 2 {held}").plan)[1]
    was_late = agenda.standing(was, held) is agenda.Standing.LATE
    assert (agenda.standing(done, LATER) is agenda.Standing.LATE) == was_late


def test_skipped_and_missed_sessions_have_no_standing():
    plan = plan_of("done 3 2026-12-29", "skip 1", "skip 4", **WIDE)
    found = [agenda.standing(session, LATER) for session in schedule(plan)]
    assert found == [None, None, "on time", None]


def test_the_last_done_session_is_0_until_one_is_done():
    assert agenda.last_done(schedule(plan_of())) == 0
    assert agenda.last_done(schedule(plan_of("done 2 2026-12-08", "done 1 2026-12-01"))) == 2


WAITS = (
    "session 2 waits until Wed 6 Jan 2027 for an open day, 28 days after its window; other "
    "weekdays, or another time, may be open sooner"
)


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("2027-01-04", ""),
        ("2027-01-05", WAITS),
    ],
    ids=["27 days", "28 days"],
)
def test_a_remark_names_a_session_that_waits_four_weeks(until, told):
    assert remarks.longest_wait(schedule(plan_of(avoid=[f"2026-12-03..{until}"]))) == told


@pytest.mark.parametrize(
    ("every", "prefer", "days"),
    [
        pytest.param("2x2w", "sat,sun", "Saturday or Sunday", id="nor on one of two"),
        pytest.param("1x2w", "sat", "Saturday", id="nor the only session"),
        pytest.param("2x2w", "wed", "", id="but one can"),
    ],
)
def test_a_remark_says_that_no_session_is_on_a_preferred_day(every, prefer, days):
    told = (
        f"{days} is preferred, but no session can move there within its window; a wider window, "
        "or another first day, would help"
    )
    words = {"start": "2026-12-01", "every": every, "prefer": prefer}
    assert remarks.unmet_preference(schedule(plan_of(**words))) == (told if days else "")


# --- in one line ----------------------------------------------------------------------------

SKIPPED = ("skip 1", "skip 2", "skip 3", "skip 4")


@pytest.mark.parametrize(
    ("words", "said", "today", "line"),
    [
        pytest.param(TIMED, [], "12-01", "session 1 of 4 · Tue 1 Dec 2026 20:00 · today",
                     id="with its hour"),
        pytest.param(WEEKLY, [], "11-30", "session 1 of 4 · Tue 1 Dec 2026 · tomorrow",
                     id="all day"),
        pytest.param(WEEKLY, ["done 2 2026-12-08"], "12-18",
                     "session 3 of 4 · Tue 15 Dec 2026 · 3 days ago", id="late"),
        pytest.param(WEEKLY, ["skip 1"], "12-01", "session 2 of 4 · Tue 8 Dec 2026 · in 7 days",
                     id="after one left out"),
        pytest.param(WEEKLY, ["revise every=2x1w"], "12-01",
                     "session 1 of 2 · Tue 1 Dec 2026 · today", id="of those still in the plan"),
        pytest.param(WEEKLY, SKIPPED, "12-01", "no session is left", id="none"),
        pytest.param(TIMED | {"start": "2027-03-28", "at": "02:30"}, [], "2027-03-28",
                     "session 1 of 4 · Sun 28 Mar 2027 03:30 · today",
                     id="an hour that summer time skips"),
    ],
)  # fmt: skip
def test_the_next_session_in_one_line(words, said, today, line):
    assert agenda.next_line(schedule(plan_of(*said, **words)), day(today)) == line


# --- findings -------------------------------------------------------------------------------

FINDINGS = [
    ("nothing", WEEKLY, [], "12-02", []),
    ("a late one", WEEKLY, [], "12-03",
     ["late 1: Tue 1 Dec was 2 days ago. Did it? microplan done 1 --on 2026-12-01 · missed it? microplan skip 1"]),
    ("one that was passed over", WEEKLY, ["done 2 2026-12-08"], "12-08",
     ["missed 1: Tue 1 Dec is still open. Did it? microplan done 1 --on 2026-12-01 · missed it? microplan skip 1"]),
    ("one done early", WEEKLY, ["done 1 2026-11-29"], "12-01",
     []),
    ("one set on a closed day", WEEKLY | {"avoid": ["2026-12-09..2026-12-10"]}, ["move 2 2026-12-10"],
     "12-01",
     [("pin-closed 2: Thu 10 Dec is closed (9–10 Dec), but you moved it there. "
      "The nearest open day: microplan move 2 2026-12-11")]),
    ("one set on a day closed later", WEEKLY, ["move 2 2026-12-10", "avoid 2026-12-10"], "12-01",
     [("pin-closed 2: Thu 10 Dec is closed (10 Dec), but you moved it there. "
      "The nearest open day: microplan move 2 2026-12-11")]),
    ("one set on a closed day that was opened", WEEKLY | {"avoid": ["12-10"]},
     ["move 2 2026-12-10", "avoid --not 2026-12-10"], "12-01", []),
    ("one set on a day opened, then closed", WEEKLY,
     ["move 2 2026-12-10", "avoid 2026-12-10", "avoid --not 2026-12-10", "revise avoid=12-10"], "12-01",
     []),
    ("one whose day the gap took", WEEKLY, ["move 2 2026-12-09", "done 1 2026-12-05"], "12-06",
     [("pin-lapsed 2: your Wed 9 Dec is now too soon after the session before. "
      "To accept Sat 12 Dec: microplan move 2 2026-12-12")]),
    ("one that slid past the end", {"start": "2026-12-01", "every": "1w", "until": "2026-12-15"},
     ["move 3 2026-12-16"], "12-01",
     ["past-until 3: Wed 16 Dec is past Tue 15 Dec 2026, the last day asked for"]),
    ("nothing on the last day asked for",
     {"start": "2026-12-01", "every": "1w", "until": "2026-12-15"}, [], "12-01", []),
    ("one left out says nothing more", WEEKLY, ["skip 1"], "12-05", []),
    ("nor does one that is no longer in the plan", WEEKLY, ["done 1 2026-12-01", "revise every=2x1w"],
     "12-09", []),
    ("several, by session", WEEKLY, ["done 2 2026-12-08"], "12-31",
     ["missed 1: Tue 1 Dec is still open. Did it? microplan done 1 --on 2026-12-01 · missed it? microplan skip 1",
      "late 3: Tue 15 Dec was 16 days ago. Did it? microplan done 3 --on 2026-12-15 · missed it? microplan skip 3",
      "late 4: Tue 22 Dec was 9 days ago. Did it? microplan done 4 --on 2026-12-22 · missed it? microplan skip 4"]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said", "today", "found"), [
    pytest.param(*rest, id=name) for name, *rest in FINDINGS
])  # fmt: skip
def test_what_check_finds(words, said, today, found):
    plan = plan_of(*said, **words)
    findings = check.check(scheduled(plan), day(today))
    assert [f"{each.code} {each.session}: {each.text}" for each in findings] == found


FR, BUSY = "holidays FR", "busy calendar"
PAST = "closed days are known until {} 2026; session {} is later. Look again: microplan avoid {}"
LOOKED_UP = [
    pytest.param({FR: "12-22"}, [], id="nothing when the last session is on the last day"),
    pytest.param({FR: "12-21"}, [(4, "21 Dec", "4 (Tue 22 Dec 2026)", "--holidays FR")],
                 id="one the day after"),
    pytest.param({FR: "12-07"}, [(2, "7 Dec", "2 (Tue 8 Dec 2026)", "--holidays FR")],
                 id="the first of several"),
    pytest.param({FR: "12-14"}, [(4, "14 Dec", "4 (Tue 22 Dec 2026)", "--holidays FR")],
                 id="but none that is left out"),
    pytest.param({FR: "12-21", BUSY: "12-21"},
                 [(4, "21 Dec", "4 (Tue 22 Dec 2026)", "--holidays FR --busy FILE")],
                 id="once for all that ended on one day"),
    pytest.param({FR: "12-21", BUSY: "12-07"},
                 [(4, "21 Dec", "4 (Tue 22 Dec 2026)", "--holidays FR"),
                  (2, "7 Dec", "2 (Tue 8 Dec 2026)", "--busy FILE")],
                 id="and for each other day"),
]  # fmt: skip


@pytest.mark.parametrize(("until", "found"), LOOKED_UP)
def test_check_finds_a_session_past_the_lookup(until, found):
    lookups = tuple(
        Lookup(of=of, days=ClosedDays(first=day("11-22"), last=day(last)))
        for of, last in until.items()
    )
    plan = replace(plan_of("skip 3"), lookups=lookups)
    assert check.check(scheduled(plan), day("12-01")) == tuple(
        check.Finding("not-looked-up", number, PAST.format(last, session, again))
        for number, last, session, again in found
    )


def test_only_sessions_from_today_on_clash():
    days = ClosedDays(first=day("12-01"), last=day("12-08"))
    shut = [Closure(days=days, reason=why) for why in ("a fair", "a trip", "a fair")]
    assert check.clashes(schedule(plan_of()), shut, day("12-08")) == (
        check.Finding("clash", 2, "Tue 8 Dec: a fair. To move it: microplan avoid 2026-12-08"),
        check.Finding("clash", 2, "Tue 8 Dec: a trip. To move it: microplan avoid 2026-12-08"),
    )


def test_a_new_plan_has_no_findings():
    plan = plan_of(start="2026-11-22", every="10x4w~3d", on="mon..fri")
    assert check.check(scheduled(plan), plan.rules.start + timedelta(days=1)) == ()
