"""What can be recorded about a plan, and what is refused."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from msgspec.structs import replace

from microplan.amendments import amend, moving, recording, report
from microplan.amendments.amended import Stamp
from microplan.amendments.report import ReportOptions
from microplan.errors import RefusedError, ScheduleError, UsageError
from microplan.model import log
from microplan.model.entries import (
    Closed,
    Closure,
    Done,
    Lookup,
    Moved,
    Opened,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.plan import Plan, Status
from microplan.rules import grammar, revision
from microplan.rules import words as rules
from microplan.scheduling import schedule as scheduling
from microplan.scheduling.schedule import schedule
from tests import build
from tests.build import CREATED, LATER, STAMP, say

"""A day after the end of all these plans."""
plan_of = partial(build.plan_of, every="6x1w")
PLAIN = "12-01 12-08 12-15 12-22 12-29 01-05"
"""The days of ``WEEKLY``, all of them Tuesdays."""
SUNDAYS = {"start": "2026-11-01", "every": "12x1w", "on": "sun"}
MARKS = {
    Status.PLANNED: "",
    Status.DONE: "✓",
    Status.SKIPPED: "-",
    Status.MISSED: "?",
    Status.DROPPED: "×",
}
"""The mark of each status after a day in these tables."""


def marked_days(plan):
    return " ".join(f"{s.date:%m-%d}{MARKS[s.status]}" for s in schedule(plan))


# --- what an amendment does -----------------------------------------------------------------

EFFECTS = [
    # done
    ("on its day, it moves nothing", ["done 1 2026-12-01"], "12-01✓ 12-08 12-15 12-22 12-29 01-05"),
    ("late within its window, it moves nothing", ["done 1 2026-12-02"],
     "12-02✓ 12-08 12-15 12-22 12-29 01-05"),
    ("later than that, it carries the rest along", ["done 1 2026-12-04"],
     "12-04✓ 12-11 12-18 12-25 01-01 01-08"),
    ("early, it carries the rest along", ["done 1 2026-11-28"],
     "11-28✓ 12-05 12-12 12-19 12-26 01-02"),
    ("without a number it is the first open one after the last done one",
     ["done 2 2026-12-08", "done 2026-12-15"], "12-01? 12-08✓ 12-15✓ 12-22 12-29 01-05"),
    ("those before a done one were missed", ["done 3 2026-12-15"],
     "12-01? 12-08? 12-15✓ 12-22 12-29 01-05"),
    ("a missed one may still be recorded", ["done 3 2026-12-15", "done 2 2026-12-09"],
     "12-01? 12-09✓ 12-15✓ 12-22 12-29 01-05"),
    ("another date corrects", ["done 1 2026-12-04", "done 1 2026-12-01"],
     "12-01✓ 12-08 12-15 12-22 12-29 01-05"),
    ("a skipped one may still be done", ["skip 2", "done 2 2026-12-08"],
     "12-01? 12-08✓ 12-15 12-22 12-29 01-05"),
    ("a moved one is done where it is done", ["move 2 2026-12-11", "done 2 2026-12-12"],
     "12-01? 12-12✓ 12-19 12-26 01-02 01-09"),
    # moved
    ("a week later, the rest follows", ["move 3 +1w"], "12-01 12-08 12-22 12-29 01-05 01-12"),
    ("a week earlier is counted from its present day", ["move 3 +2w", "move 3 -1w"],
     "12-01 12-08 12-22 12-29 01-05 01-12"),
    ("a day earlier than its window, the rest comes along", ["move 3 -1d"],
     "12-01 12-08 12-14 12-21 12-28 01-04"),
    ("only it, the later ones stay", ["move 3 +1d only"], "12-01 12-08 12-16 12-22 12-29 01-05"),
    ("only it, but the gap pushes the next", ["move 3 +4d only"],
     "12-01 12-08 12-19 12-25 01-01 01-08"),
    ("onto a closed day by hand", ["avoid 2026-12-17", "move 3 2026-12-17"],
     "12-01 12-08 12-17 12-24 12-31 01-07"),
    ("the first before the start", ["move 1 2026-11-24"], "11-24 12-01 12-08 12-15 12-22 12-29"),
    ("a skipped one is back", ["skip 3", "move 3 +0d"], PLAIN),
    ("the latest move decides", ["move 3 +1w", "move 3 2026-12-15"], PLAIN),
    # skipped
    ("its slot stays empty, the others stay", ["skip 3"], "12-01 12-08 12-15- 12-22 12-29 01-05"),
    ("a moved one's slot stays where it was moved", ["move 3 +1w", "skip 3"],
     "12-01 12-08 12-22- 12-29 01-05 01-12"),
    ("one whose gap pushed the next lets it back", ["move 3 +4d only", "skip 3"],
     "12-01 12-08 12-19- 12-22 12-29 01-05"),
    ("extended, one more comes at the end", ["skip 3 extend"],
     "12-01 12-08 12-15- 12-22 12-29 01-05 01-12"),
    ("which goes when it is skipped plainly", ["skip 3 extend", "skip 3"],
     "12-01 12-08 12-15- 12-22 12-29 01-05"),
    ("and when it is done after all", ["skip 3 extend", "done 3 2026-12-15"],
     "12-01? 12-08? 12-15✓ 12-22 12-29 01-05"),
    ("and when it is moved", ["skip 3 extend", "move 3 +0d"], PLAIN),
    ("unless the one at the end was done", ["skip 3 extend", "done 7 2027-01-12", "done 3 2026-12-15"],
     "12-01? 12-08? 12-15✓ 12-22? 12-29? 01-05? 01-12✓"),
    ("two that are skipped add two", ["skip 2 extend", "skip 3 extend"],
     "12-01 12-08- 12-15- 12-22 12-29 01-05 01-12 01-19"),
    # avoided
    ("sessions on the days move, and the rest follows", ["avoid 2026-12-14..2026-12-20"],
     "12-01 12-08 12-21 12-28 01-04 01-11"),
    ("other days move nothing", ["avoid 2026-12-17"], PLAIN),
    ("several ranges at once", ["avoid 2026-12-08 2026-12-29"],
     "12-01 12-09 12-15 12-22 12-30 01-05"),
    ("what is done stays where it was", ["done 2 2026-12-08", "avoid 2026-12-08"],
     "12-01? 12-08✓ 12-15 12-22 12-29 01-05"),
    # opened again
    ("a session comes back to the day it is due on",
     ["avoid 2026-12-14..2026-12-20", "avoid --not 2026-12-15"], PLAIN),
    ("one moves to another open day that is nearer",
     ["avoid 2026-12-14..2026-12-20", "avoid --not 2026-12-18"], "12-01 12-08 12-18 12-25 01-01 01-08"),
    ("several days at once", ["avoid 2026-12-08 2026-12-29", "avoid --not 2026-12-08 2026-12-29"], PLAIN),
    ("closed again, it stays closed", ["avoid 2026-12-15", "avoid --not 2026-12-15", "avoid 2026-12-15"],
     "12-01 12-08 12-16 12-22 12-29 01-05"),
    ("other words leave it open", ["revise avoid=12-22", "avoid --not 2026-12-22", "revise prefer=tue"], PLAIN),
    ("avoided again by the rules", ["avoid 2026-12-22", "avoid --not 2026-12-22", "revise avoid=12-22"],
     "12-01 12-08 12-15 12-23 12-29 01-05"),
    ("what is done stays where it was", ["avoid 2026-12-08", "done 2 2026-12-09", "avoid --not 2026-12-08"],
     "12-01? 12-09✓ 12-15 12-22 12-29 01-05"),
    ("what is moved stays where it was moved",
     ["avoid 2026-12-15", "move 3 2026-12-17", "avoid --not 2026-12-15"],
     "12-01 12-08 12-17 12-24 12-31 01-07"),
    ("a skipped one's slot stays", ["avoid 2026-12-15", "skip 3", "avoid --not 2026-12-15"],
     "12-01 12-08 12-16- 12-22 12-29 01-05"),
    ("taken back, the day is closed", ["avoid 2026-12-15", "avoid --not 2026-12-15", "undo"],
     "12-01 12-08 12-16 12-22 12-29 01-05"),
    # undone
    ("the latest entry is taken back", ["done 1 2026-12-04", "undo"], PLAIN),
    ("twice takes back two", ["move 3 +1w", "skip 5 extend", "undo", "undo"], PLAIN),
    ("what was done in between stands again", ["move 3 +1w", "skip 3", "undo"],
     "12-01 12-08 12-22 12-29 01-05 01-12"),
    ("a correction goes back to the first date",
     ["done 1 2026-12-01", "done 1 2026-12-04", "undo"], "12-01✓ 12-08 12-15 12-22 12-29 01-05"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "found"), [
    pytest.param(said, found, id=f"{said[-1].split()[0]}: {name}") for name, said, found in EFFECTS
])  # fmt: skip
def test_the_days_after_an_amendment(said, found):
    assert marked_days(plan_of(*said)) == found


@pytest.mark.parametrize(
    ("command", "entry"),
    [
        ("done 1 2026-12-02", Done(session=1, on=date(2026, 12, 2), recorded=STAMP.recorded)),
        ("move 3 +1w", Moved(session=3, to=date(2026, 12, 22), recorded=STAMP.recorded)),
        ("move 3 +1w only",
         Moved(session=3, to=date(2026, 12, 22), only=True, recorded=STAMP.recorded)),
        ("skip 3 extend", Skipped(session=3, extend=True, recorded=STAMP.recorded)),
        ("avoid 2026-12-17",
         Closed(closures=(Closure(days=grammar.closed("2026-12-17", "")),), recorded=STAMP.recorded)),
        ("avoid --not 2027-01-12", Opened(days=(grammar.closed("2027-01-12", ""),), recorded=STAMP.recorded)),
    ],
)  # fmt: skip
def test_the_entry_that_an_amendment_writes(command, entry):
    assert say(plan_of(avoid=["01-12"]), command).entries == (entry,)


@pytest.mark.parametrize(
    "said",
    [
        lambda plan, stamp: recording.done(plan, 1, date(2026, 12, 1), LATER, stamp),
        lambda plan, stamp: moving.move(plan, 3, date(2026, 12, 16), stamp),
        lambda plan, stamp: amend.skip(plan, 3, stamp),
        lambda plan, stamp: amend.avoid(plan, [grammar.closed("2026-12-17", "")], stamp),
        lambda plan, stamp: amend.revise(plan, {"at": "18:00"}, stamp),
        amend.undo,
    ],
    ids=["done", "move", "skip", "avoid", "revise", "undo"],
)
def test_an_entry_has_its_instant_and_note(said):
    plan = plan_of("skip 6")
    (entry,) = said(plan, Stamp(STAMP.recorded, "a cold")).entries
    assert (entry.recorded, entry.note) == (STAMP.recorded, "a cold")


def test_a_move_shifts_later_sessions_and_a_skip_adds_one_only_on_request():
    moved = moving.move(plan_of(), 3, date(2026, 12, 16), STAMP).entries[0]
    skipped = amend.skip(plan_of(), 3, STAMP).entries[0]
    assert (moved.only, skipped.extend) == (False, False)


def test_a_session_done_today_can_be_recorded_today():
    day = date(2026, 12, 1)
    assert recording.done(plan_of(), 1, day, day, STAMP).sessions[0].status is Status.DONE


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(["done 1 2026-12-02"], id="done on the same day"),
        pytest.param(["move 3 2026-12-22"], id="moved to the same day"),
        pytest.param(["move 3 2026-12-16 only"], id="moved alone to the same day"),
        pytest.param(["skip 3"], id="skipped"),
        pytest.param(["skip 3 extend"], id="skipped and extended"),
        pytest.param(["avoid 2026-12-17"], id="avoided, also where nothing moved"),
        pytest.param(["avoid 2026-12-17", "avoid --not 2026-12-17"], id="opened again"),
        pytest.param(["avoid --not 2026-12-17"], id="opened, and it was never closed"),
        pytest.param(["revise every=3w"], id="revised"),
        pytest.param(["revise every=4x2w"], id="revised, with a count"),
        pytest.param(["revise every=RRULE:FREQ=WEEKLY;BYDAY=TU follow=plan"], id="revised to a recurrence"),
        pytest.param(["done 2 2026-12-08", "revise at=18:00"], id="revised in its hour"),
    ],
)  # fmt: skip
def test_an_amendment_already_in_force_is_not_recorded_again(said):
    plan = plan_of(*said)
    again = say(plan, said[-1])
    assert (again.entries, again.plan) == ((), plan)


@pytest.mark.parametrize(
    ("said", "again"),
    [
        pytest.param(["move 3 +1d"], "move 3 2026-12-16 only", id="moved alone instead"),
        pytest.param(["skip 3"], "skip 3 extend", id="extended as well"),
        pytest.param(["move 3 +1w", "skip 3"], "move 3 2026-12-22", id="moved, then skipped"),
        pytest.param(["done 1 2026-12-01", "undo"], "done 1 2026-12-01", id="taken back before"),
        pytest.param(
            ["avoid 2026-12-17..2026-12-19", "avoid --not 2026-12-18"],
            "avoid 2026-12-17..2026-12-19",
            id="closed again, all of it",
        ),
        pytest.param(
            ["avoid 12-17", "avoid --not 2026-12-17", "avoid 2026-12-17"],
            "avoid --not 2026-12-17",
            id="opened again",
        ),
    ],
)
def test_an_amendment_no_longer_in_force_is_recorded_again(said, again):
    assert len(say(plan_of(*said), again).entries) == 1


def test_an_avoid_that_moves_nothing_is_recorded():
    amended = say(plan_of(), "avoid 2026-12-17")
    assert (len(amended.entries), amended.changes()) == (1, ())


def test_all_days_of_one_command_are_one_entry_without_duplicates():
    amended = say(plan_of(), "avoid 2026-12-17 2026-12-17 2026-12-18")
    (entry,) = amended.entries
    assert [str(shut.days) for shut in entry.closures] == ["2026-12-17", "2026-12-18"]
    assert amend.undo(amended.plan, STAMP).sessions == amended.sessions_before


def test_the_reason_of_days_is_kept():
    days = [grammar.closed("2026-12-17", "avoid")]
    (entry,) = amend.avoid(plan_of(), days, STAMP, "vacation").entries
    assert [shut.reason for shut in entry.closures] == ["vacation"]


def test_a_lookup_is_recorded_once_with_its_closed_days():
    first, more = grammar.closed("2026-12-25", ""), grammar.closed("2027-01-01", "")
    lookup = Lookup(of="holidays FR", days=grammar.closed("2026-12-01..2027-12-31", ""))
    drawn = replace(plan_of(), closed=(Closure(days=first, reason="Noël"),))
    shut = [Closure(days=first, reason="Noël"), Closure(days=more, reason="Jour de l'an")]
    once = amend.close(drawn, shut, [lookup], STAMP)
    (entry,) = once.entries
    assert (entry.closures, entry.lookups) == ((shut[1],), (lookup,))
    assert once.scheduled_after.lookups == (lookup,)
    assert not amend.close(once.plan, shut, [lookup], STAMP).entries


def test_a_lookup_leaves_a_day_open_that_a_person_opened():
    noel = Closure(days=grammar.closed("2026-12-25", ""), reason="Noël")
    plan = say(replace(plan_of(), closed=(noel,)), "avoid --not 2026-12-25").plan
    assert not amend.close(plan, [], [], STAMP, [noel]).entries
    assert amend.close(plan, [noel], [], STAMP).entries


def test_a_looked_up_day_stays_open_when_the_rules_close_others():
    feast = Closure(days=grammar.closed("2026-12-22", ""), reason="feast")
    plan = say(replace(plan_of(), closed=(feast,)), "avoid --not 2026-12-22").plan
    assert marked_days(say(plan, "revise avoid=2027-02-01").plan) == PLAIN


def test_opened_days_that_were_not_closed_are_left_out():
    (entry,) = say(plan_of("avoid 2026-12-17"), "avoid --not 2026-12-16 2026-12-17").entries
    assert [str(days) for days in entry.days] == ["2026-12-17"]


def test_an_opening_can_be_undone_out_of_turn():
    plan = plan_of("avoid 2026-12-15", "avoid --not 2026-12-15", "skip 6")
    assert marked_days(amend.undo(plan, STAMP, 2).plan) == "12-01 12-08 12-16 12-22 12-29 01-05-"


# --- what is refused ------------------------------------------------------------------------

REFUSED = [
    ("done before its earliest day", ["done 1 2026-12-01"], "done 2026-12-05",
     "session 2 isn't due before Tue 8 Dec; to record it anyway: microplan done 2 --on 2026-12-05"),
    ("done in the future", [], "done 1 2028-01-01",
     "Sat 1 Jan 2028 is in the future; record a session once it's done"),
    ("done on the day of an earlier one", ["done 1 2026-12-01"], "done 2 2026-12-01",
     ("session 2 comes after session 1, done Tue 1 Dec; give a day after that "
     "with --on")),
    ("done before the nearest earlier one", ["done 1 2026-11-30", "done 2 2026-12-07"],
     "done 4 2026-12-02",
     ("session 4 comes after session 2, done Mon 7 Dec; give a day after that "
     "with --on")),
    ("done after a later one", ["done 3 2026-12-15", "done 5 2026-12-29"], "done 2 2026-12-16",
     ("session 2 comes before session 3, done Tue 15 Dec; give a day before that "
     "with --on")),
    ("a correction past a later one", ["done 1 2026-12-01", "done 2 2026-12-08"],
     "done 1 2026-12-08",
     ("session 1 comes before session 2, done Tue 8 Dec; give a day before that "
     "with --on")),
    ("done when all are", ["done 6 2027-01-05"], "done 2027-01-12",
     "no session is left; to add one: microplan revise --sessions 7"),
    ("done of one that is none", [], "done 7 2026-12-01",
     "there is no session 7; the plan has sessions 1 to 6"),
    ("session 0", [], "skip 0", "there is no session 0; the plan has sessions 1 to 6"),
    ("done of one that was left out", ["revise every=2x1w"], "done 3 2026-12-15",
     "there is no session 3; the plan has sessions 1 to 2"),
    ("move of a done one", ["done 1 2026-12-01"], "move 1 +1w",
     "session 1 is done (Tue 1 Dec) and can't be moved; to undo that: microplan undo"),
    ("move of a done one to another day", ["done 1 2026-12-01", "done 2 2026-12-08"],
     "move 1 2026-11-20",
     ("session 1 is done (Tue 1 Dec) and can't be moved; to correct its day: microplan done 1 --on "
     "2026-11-20")),
    ("skip of a done one", ["done 1 2026-12-01"], "skip 1",
     "session 1 is done (Tue 1 Dec) and can't be skipped; to undo that: microplan undo"),
    ("skip of one that was done earlier", ["done 1 2026-12-01", "done 2 2026-12-08"], "skip 1",
     "session 1 is done (Tue 1 Dec) and can't be skipped"),
    ("move of a missed one", ["done 2 2026-12-08"], "move 1 +1d",
     "session 1 was missed: session 2 is done; to leave it out: microplan skip 1"),
    ("move of a skipped one that later ones have passed", ["skip 1", "done 2 2026-12-08"],
     "move 1 +3w", "session 1 was skipped: session 2 is done"),
    ("move to where the gap does not let it stand", [], "move 3 2026-12-10",
     ("Thu 10 Dec 2026 is too soon after the previous session; the first day the gap allows is Mon 14 "
     "Dec: microplan move 3 2026-12-14")),
    ("move after which a later pin would lapse", ["move 4 2026-12-23"], "move 3 2026-12-20",
     ("session 4, which you moved yourself, would then be too soon after the previous one; move "
     "it first: microplan move 4 2026-12-26")),
    ("undo of nothing", [], "undo", "there's nothing to undo"),
    ("undo of an undo", ["skip 3", "undo"], "undo", "there's nothing to undo"),
    ("revise when all are done", ["done 6 2027-01-05"], "revise on=tue",
     "no session is left; to add one: microplan revise --sessions 7"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "command", "message"), [
    pytest.param(said, command, message, id=name) for name, said, command, message in REFUSED
])  # fmt: skip
def test_a_refusal_says_what_is_in_the_way(said, command, message):
    plan = plan_of(*said)
    with pytest.raises(RefusedError) as caught:
        say(plan, command)
    assert (str(caught.value), caught.value.exit_code) == (message, 4)


def test_a_refused_move_names_the_first_allowed_day():
    plan = plan_of("done 2 2026-12-29", every="2x4w,3x2mo")
    with pytest.raises(RefusedError, match="the first day the gap allows is Sat 20 Feb"):
        say(plan, "move 3 2027-01-04")
    assert marked_days(say(plan, "move 3 2027-02-20").plan).split()[2] == "02-20"
    with pytest.raises(RefusedError):
        say(plan, "move 3 2027-02-19")


def test_a_pin_that_had_already_lapsed_does_not_block_a_move():
    plan = plan_of("move 3 2026-12-14", "done 1 2026-12-10")
    assert marked_days(plan) == "12-10✓ 12-17 12-24 12-31 01-07 01-14"
    assert marked_days(say(plan, "move 2 +1d").plan) == "12-10✓ 12-18 12-24 12-31 01-07 01-14"


def test_closing_every_day_is_refused():
    with pytest.raises(ScheduleError) as caught:
        say(plan_of(), "avoid 2026-12-07..2030-01-01")
    assert str(caught.value) == (
        "session 2 has no open day in the two years from Tue 8 Dec 2026, all closed by "
        "avoid 2026-12-07..2030-01-01; open some of them"
    )


# --- revised --------------------------------------------------------------------------------

HALFWAY = ["done 1 2026-12-01", "done 2 2026-12-08"]
ALL = [*HALFWAY, "done 3 2026-12-15", "done 4 2026-12-22", "done 5 2026-12-29", "done 6 2027-01-06"]
REVISED = [
    ("without a count, the number still to go stays", HALFWAY, "every=3w",
     "12-01✓ 12-08✓ 12-29 01-19 02-09 03-02"),
    ("4x2w means four more", HALFWAY, "every=4x2w", "12-01✓ 12-08✓ 12-22 01-05 01-19 02-02"),
    ("fewer leave the surplus out", HALFWAY, "every=2x2w",
     "12-01✓ 12-08✓ 12-22 01-05 12-29× 01-05×"),
    ("more add to the end", HALFWAY, "every=6x1w",
     "12-01✓ 12-08✓ 12-15 12-22 12-29 01-05 01-12 01-19"),
    ("sessions counts those in all", HALFWAY, "sessions=4",
     "12-01✓ 12-08✓ 12-15 12-22 12-29× 01-05×"),
    ("also beside a new pace", HALFWAY, "every=2w sessions=4",
     "12-01✓ 12-08✓ 12-22 01-05 12-29× 01-05×"),
    ("none of them is to go", HALFWAY, "sessions=2", "12-01✓ 12-08✓ 12-15× 12-22× 12-29× 01-05×"),
    ("more of them move none", ["done 1 2026-12-02", "move 3 2026-12-17 only"], "sessions=7",
     "12-02✓ 12-08 12-17 12-23 12-29 01-05 01-12"),
    ("a course that is over goes on", ALL, "sessions=8",
     "12-01✓ 12-08✓ 12-15✓ 12-22✓ 12-29✓ 01-06✓ 01-12 01-19"),
    ("at another pace too", ALL, "every=2x4w",
     "12-01✓ 12-08✓ 12-15✓ 12-22✓ 12-29✓ 01-06✓ 02-03 03-03"),
    ("other hours move none", ["done 1 2026-12-02"], "at=18:00",
     "12-02✓ 12-08 12-15 12-22 12-29 01-05"),
    ("nor does a pace that is told again", ["done 1 2026-12-02", "move 4 2026-12-23 only"],
     "every=1w depth=0.5mm", "12-02✓ 12-08 12-15 12-23 12-29 01-05"),
    ("until ends it", HALFWAY, "until=2026-12-23", "12-01✓ 12-08✓ 12-15 12-22 12-29× 01-05×"),
    ("the first interval counts from the last done one", ["done 1 2026-12-04"], "every=3w",
     "12-04✓ 12-25 01-15 02-05 02-26 03-19"),
    ("without one, the first stays at the start", [], "every=3w",
     "12-01 12-22 01-12 02-02 02-23 03-16"),
    ("with the first skipped, it counts from the start", ["skip 1"], "every=3w",
     "12-01- 12-22 01-12 02-02 02-23 03-16"),
    ("one that was passed over keeps its day", ["done 2 2026-12-08"], "every=3w",
     "12-01? 12-08✓ 12-29 01-19 02-09 03-02"),
    ("pins of open ones end", [*HALFWAY, "move 4 +1w"], "prefer=tue",
     "12-01✓ 12-08✓ 12-15 12-22 12-29 01-05"),
    ("but not where no day is spoken of", [*HALFWAY, "move 4 +1w"], "at=18:00",
     "12-01✓ 12-08✓ 12-15 12-29 01-05 01-12"),
    ("sessions added by skipping are among those to go", [*HALFWAY, "skip 4 extend"], "every=2w",
     "12-01✓ 12-08✓ 12-22 01-05- 01-19 02-02 02-16"),
    ("a weekday moves them", HALFWAY, "on=sun", "12-01✓ 12-08✓ 12-20 12-27 01-03 01-10"),
    ("a recurrence gives the days", HALFWAY, "every=RRULE:FREQ=MONTHLY;BYDAY=1TU",
     "12-01✓ 12-08✓ 01-05 02-02 03-02 04-06"),
    ("a recurrence of its own end", HALFWAY, "every=RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=2",
     "12-01✓ 12-08✓ 01-05 02-02 12-29× 01-05×"),
    ("days avoided since then stay closed", [*HALFWAY, "avoid 2026-12-22"], "every=2w",
     "12-01✓ 12-08✓ 12-23 01-05 01-19 02-02"),
    ("a second one counts again", [*HALFWAY, "revise every=4x2w", "done 3 2026-12-22"],
     "every=4x2w", "12-01✓ 12-08✓ 12-22✓ 01-05 01-19 02-02 02-16"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "words", "found"), [
    pytest.param(said, words, found, id=name) for name, said, words, found in REVISED
])  # fmt: skip
def test_the_days_after_a_revision(said, words, found):
    assert marked_days(plan_of(*said, f"revise {words}")) == found


RECURRING = [
    ("those to go are counted", "COUNT=6", "on=tue", "RRULE:FREQ=WEEKLY;COUNT=4", None),
    ("and end no longer on a day", "UNTIL=20270105", "on=tue", "RRULE:FREQ=WEEKLY;COUNT=4", None),
    ("other hours leave its end", "UNTIL=20270105", "at=18:00", "RRULE:FREQ=WEEKLY;UNTIL=20270105",
     None),
    ("another number takes the place of the first", "COUNT=6", "sessions=8",
     "RRULE:FREQ=WEEKLY;COUNT=8", None),
    ("another end takes the place of the first", "UNTIL=20270105", "until=2027-02-02",
     "RRULE:FREQ=WEEKLY", "2027-02-02"),
]  # fmt: skip


@pytest.mark.parametrize(("end", "words", "every", "until"), [
    pytest.param(*row, id=name) for name, *row in RECURRING
])  # fmt: skip
def test_the_end_of_a_recurrence_after_a_revision(end, words, every, until):
    recurring = {"start": "2026-12-01", "every": f"RRULE:FREQ=WEEKLY;{end}"}
    revised = say(plan_of(*HALFWAY, **recurring), f"revise {words}").plan.log[-1].rules.words()
    assert (revised["every"], revised.get("until")) == (every, until)


def test_a_revision_before_the_first_session_shortens_no_phase():
    plan = plan_of(every="2x1w,2x2w")
    revised = amend.revise(plan, {"at": "18:00"}, STAMP)
    assert (revised.changes(), revised.entries[0].words) == ((), {"at": "18:00"})


def test_a_zone_reset_to_its_default_is_the_plans():
    tokyo = rules.parse({"start": "2026-12-01", "every": "6x1w"}, zone="Asia/Tokyo")
    place = revision.TurningPoint(begin=1, first=1, last=6)
    assert revision.revised(tokyo, {"tz": "none"}, place).rules.tz == "Asia/Tokyo"
    read, faults = revision.resolved(tokyo, {"tz": "none"})
    assert (read.tz, faults) == ("Asia/Tokyo", ())


def test_a_new_number_of_sessions_fills_the_first_phase_first():
    revised = say(plan_of(), "revise every=2x1w,2w sessions=5")
    assert revised.entries[0].words == {"every": "2x1w,3x2w"}


def test_a_revision_drops_moves_of_open_sessions_only():
    moved = ["move 1 2026-12-03", "skip 1", "move 2 2026-12-12"]
    assert marked_days(plan_of(*moved, "revise every=2x1w")).startswith("12-03- 12-08 12-15")


@pytest.mark.parametrize(
    ("held", "words", "every", "found"),
    [
        (["2026-12-01"], "gap=6d", "1x1w,3x2w,2x1mo",
         "12-01✓ 12-08 12-22 01-05 01-19 02-19 03-19"),
        (["2026-12-01", "2026-12-08"], "gap=6d sessions=6", "3x2w,1x1mo",
         "12-01✓ 12-08✓ 12-22 01-05 01-19 02-19 03-19×"),
        (["2026-12-01", "2026-12-08", "2026-12-22"], "gap=6d", "2x2w,2x1mo",
         "12-01✓ 12-08✓ 12-22✓ 01-05 01-19 02-19 03-19"),
    ],
    ids=["one of the first", "all of the first", "one of the second"],
)  # fmt: skip
def test_finished_phases_are_not_repeated(held, words, every, found):
    phases = {"start": "2026-12-01", "every": "2x1w,3x2w,2x1mo"}
    said = [f"done {number} {day}" for number, day in enumerate(held, 1)]
    amended = say(plan_of(*said, **phases), f"revise {words}")
    assert str(amended.plan.log[-1].rules.every) == every
    assert marked_days(amended.plan) == found


def test_a_revision_does_not_change_earlier_days_and_times():
    plan = plan_of(*HALFWAY, "revise at=18:00 location=upstairs", at="09:00")
    hours = [f"{session.at:%H:%M} {session.rules.location}" for session in schedule(plan)]
    assert hours == ["09:00 "] * 2 + ["18:00 upstairs"] * 4


@pytest.mark.parametrize(
    ("words", "change", "word", "spelled"),
    [
        ({"on": "tue"}, {"on": "any"}, "on", None),
        ({"prefer": "tue"}, {"prefer": "none"}, "prefer", None),
        ({"gap": "5d"}, {"gap": "none"}, "gap", None),
        ({"window": "2d"}, {"window": "none"}, "window", None),
        ({"avoid": ["2026-12-24"]}, {"avoid": ["none"]}, "avoid", ()),
        ({"avoid": ["2026-12-24"]}, {"avoid": "none"}, "avoid", ()),
        ({"remind": ["1d", "2d"]}, {"remind": ["none"]}, "remind", ()),
        ({"at": "18:00"}, {"at": "none"}, "at", None),
        ({"location": "upstairs"}, {"location": "none"}, "location", ""),
        ({"discreet": "yes"}, {"discreet": "none"}, "discreet", False),
    ],
    ids=lambda value: "=".join(map(str, *value.items())) if isinstance(value, dict) else None,
)
def test_none_and_any_reset_a_word_to_its_default(words, change, word, spelled):
    amended = amend.revise(plan_of(**words), change, STAMP)
    assert getattr(amended.plan.log[-1].rules, word) == spelled
    assert amended.plan.log[-1].words[word] == "none"


def test_the_log_records_the_changed_words():
    amended = say(plan_of(*HALFWAY), "revise every=3w at=18:00")
    (entry,) = amended.entries
    assert isinstance(entry, Revised)
    assert (entry.session, entry.words) == (3, {"every": "4x3w", "at": "18:00"})


def test_the_same_number_of_sessions_again_is_recorded():
    plan = plan_of("revise every=6x2w", "done 1 2026-12-01")
    amended = say(plan, "revise every=6x2w")
    assert [entry.words for entry in amended.entries] == [{"every": "6x2w"}]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"start": "2026-12-05"},
         "the start of a running plan can't change. Move its next session instead"),
        ({"pace": "3w"}, f'there\'s no rule "pace". Write one of {", ".join(rules.WORDS)}.'),
        ({"every": "6x4m"},
         "can't read every \"6x4m\": m could mean minutes or months. Write 6x4mo (months) or 6x4w (weeks)."),
        ({"gap": "9d"},
         'gap "9d": some sessions are at most 7 days apart. Write 7d or less.'),
        ({"every": "none"}, None),
    ],
    ids=["start", "an unknown word", "a pace that can't be read", "a gap too wide", "no pace"],
)  # fmt: skip
def test_invalid_words_are_refused(words, message):
    with pytest.raises(UsageError) as caught:
        amend.revise(plan_of(), words, STAMP)
    assert message in (None, str(caught.value))


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(["move 4 +1w"], id="the pins of open sessions"),
        pytest.param(["skip 4 extend"], id="the session that skipping added"),
        pytest.param(["skip 4"], id="what was left out"),
    ],
)
def test_undoing_a_revision_restores_the_plan(said):
    plan = plan_of(*HALFWAY, *said)
    revised = plan_of(*HALFWAY, *said, "revise every=2x2w")
    assert schedule(revised) != schedule(plan)
    undone = say(revised, "undo")
    assert undone.sessions == schedule(plan)
    assert undone.entries == (Undone(entry=len(plan.log) + 1, recorded=STAMP.recorded),)


def test_undo_reverts_the_latest_entry_in_force():
    plan = plan_of("skip 2", "skip 3", "skip 4", "undo", "skip 5", "undo", "undo")
    assert [entry.entry for entry in plan.log if isinstance(entry, Undone)] == [3, 5, 2]
    assert marked_days(plan) == "12-01 12-08- 12-15 12-22 12-29 01-05"


# --- changes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "command", "changes"),
    [
        pytest.param([], "move 5 +1w", ["5 12-29 01-05", "6 01-05 01-12"], id="days"),
        pytest.param([], "skip 3 extend", ["7 - 01-12"], id="one that is new"),
        pytest.param(["skip 3 extend"], "undo", ["7 01-12 -"], id="one that is gone"),
        pytest.param(HALFWAY, "revise every=3x1w", ["6 01-05 -"], id="one that is left out"),
        pytest.param([], "skip 3", [], id="none"),
    ],
)
def test_changes_list_the_sessions_whose_day_changed(said, command, changes):
    found = say(plan_of(*said), command).changes()
    sides = [(c.number, *(f"{d:%m-%d}" if d else "-" for d in (c.before, c.after))) for c in found]
    assert [f"{number} {before} {after}" for number, before, after in sides] == changes


def test_a_move_past_the_limit_of_years_is_refused():
    plan = rules.parse({"start": "2026-12-01", "every": "3x4w"})
    drawn = Plan(id="p", title="t", created=datetime(2026, 11, 22, tzinfo=UTC), rules=plan)
    stamp = Stamp(datetime(2026, 11, 22, tzinfo=UTC))
    with pytest.raises(RefusedError) as caught:
        moving.move(drawn, 2, date(2899, 12, 31), stamp)
    assert str(caught.value) == "a plan spans at most 100 years; give an earlier day"


def test_a_move_up_to_the_limit_of_years_is_allowed():
    amended = moving.move(plan_of(), 6, date(2126, 12, 31), STAMP)
    assert amended.sessions[-1].date == date(2126, 12, 31)


def test_a_move_that_would_make_the_next_pin_lapse_is_refused():
    with pytest.raises(RefusedError) as caught:
        say(plan_of("move 2 2026-12-09"), "move 1 2026-12-07")
    assert str(caught.value).startswith("session 2, which you moved yourself, would then")


def test_a_log_accepts_its_last_entry():
    full = plan_of(log=(Skipped(session=2, recorded=CREATED),) * 999)
    assert len(amend.undo(full, STAMP).plan.log) == 1000


def test_a_full_log_accepts_no_more():
    full = plan_of(log=(Skipped(session=2, recorded=CREATED),) * 1000)
    with pytest.raises(RefusedError) as caught:
        amend.undo(full, STAMP)
    assert "at most 1000 entries" in str(caught.value)


# --- taken back out of turn -------------------------------------------------------------------


TURNS = ("avoid 2026-12-24..2027-01-03", "move 4 2027-01-08", "avoid 2027-01-26")


def test_days_away_can_be_undone_after_later_entries():
    after = amend.undo(plan_of(*TURNS), STAMP, 1)
    assert [entry.entry for entry in after.entries] == [1]
    assert marked_days(after.plan) == marked_days(plan_of(*TURNS[1:]))


def test_undoing_the_same_days_twice_adds_nothing():
    once = amend.undo(plan_of(*TURNS), STAMP, 1).plan
    assert amend.undo(once, STAMP, 1).entries == ()


NOT_DAYS = (
    "only the last entry, or days closed or opened, can be undone. To correct entry {}, use done, move, skip "
    "or revise"
)


def test_an_undo_cannot_be_undone_out_of_order():
    with pytest.raises(RefusedError) as refused:
        amend.undo(plan_of(*TURNS, "undo"), STAMP, 4)
    assert str(refused.value) == NOT_DAYS.format(4)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (2, NOT_DAYS.format(2)),
        (9, "the log has no entry 9; it has entries 1 to 3"),
        (0, "the log has no entry 0; it has entries 1 to 3"),
    ],
    ids=["a move", "past the end", "before the first"],
)
def test_no_other_entry_can_be_undone_out_of_order(number, message):
    with pytest.raises(RefusedError) as refused:
        amend.undo(plan_of(*TURNS), STAMP, number)
    assert str(refused.value) == message


def test_an_amendment_folds_the_log_once_and_schedules_twice(monkeypatch):
    plan = plan_of("done 1 2026-12-01")
    folded, placed = [], []
    fold, place = log.fold, scheduling.placed
    monkeypatch.setattr(log, "fold", lambda entries: folded.append(entries) or fold(entries))
    monkeypatch.setattr(scheduling, "placed", lambda *of: placed.append(of) or place(*of))
    amended = recording.done(plan, 2, date(2026, 12, 15), date(2026, 12, 15), STAMP)
    assert report.lines(amended, date(2026, 12, 15), ReportOptions())
    assert (len(folded), [of.log for of, _ in placed]) == (1, [plan.log, amended.plan.log])
