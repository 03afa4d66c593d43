"""Supplies: when a new one is due, what is left, when to reorder."""

import json
from datetime import date

import pytest

from microplan.errors import UsageError
from microplan.scheduling import care, sequence, supplies, surroundings
from microplan.scheduling.schedule import schedule
from tests import build
from tests.build import STAMP, plan_of

SUPPLIED = (care.Supplied, care.Reordered)
WEEKLY = {"every": "6x1w"}


def told(plan, today="2026-12-02"):
    """The status of each supply on a day, one line each."""
    sessions = schedule(plan)
    day = date.fromisoformat(today)
    standing = surroundings.of(plan, sessions).supplies(sessions)
    return [f"{each.name}: {supplies.in_words(each, day)}" for each in standing]


def days(plan):
    """The days of supplies with their session numbers: ``1 new cartridge``."""
    items = care.care(plan, schedule(plan))
    return [f"{item.session} {item.name}" for item in items if isinstance(item, SUPPLIED)]


@pytest.mark.parametrize(
    ("told_care", "typed", "found"),
    [
        pytest.param(
            ["supply cartridge=1"],
            [],
            [f"{number} new cartridge" for number in range(1, 7)],
            id="a new one each session",
        ),
        pytest.param(
            ["supply roller=4"], [], ["1 new roller", "5 new roller"], id="one for four sessions"
        ),
        pytest.param(
            ["supply roller=4"],
            ["done 1 2026-12-01", "skip 2"],
            ["1 new roller", "6 new roller"],
            id="a skipped session wears nothing out",
        ),
        pytest.param(
            ["supply roller=4"],
            ["done 3 2026-12-15"],
            ["3 new roller"],
            id="nor does a missed one",
        ),
        pytest.param(
            ["supply roller=2", "stock roller=2"],
            [],
            ["1 new roller", "3 new roller", "4 reorder roller", "5 new roller"],
            id="the last session that has one is the time to reorder",
        ),
        pytest.param(
            ["supply roller=2", "stock roller=3"],
            [],
            ["1 new roller", "3 new roller", "5 new roller"],
            id="enough in stock needs no reordering",
        ),
        pytest.param(
            ["supply roller=2", "stock roller=0"],
            [],
            ["1 new roller", "1 reorder roller", "3 new roller", "5 new roller"],
            id="none in stock is said on the first day",
        ),
    ],
)
def test_the_days_that_need_a_new_supply(told_care, typed, found):
    assert sorted(days(plan_of(*typed, care=told_care, **WEEKLY))) == sorted(found)


@pytest.mark.parametrize(
    ("told_care", "typed", "line"),
    [
        pytest.param(
            ["supply cartridge=1"], [], "cartridge: new for session 1, Tue 1 Dec", id="no stock"
        ),
        pytest.param(
            ["supply cartridge=1", "stock Cartridge=3"],
            ["done 1 2026-12-01"],
            "cartridge: new for session 2, Tue 8 Dec; 2 in stock; "
            "reorder by Tue 15 Dec: session 4 has none",
            id="one taken",
        ),
        pytest.param(
            ["supply cartridge=1", "stock cartridge=1"],
            ["done 1 2026-12-01"],
            "cartridge: new for session 2, Tue 8 Dec; 0 in stock; reorder now: session 2 has none",
            id="none left",
        ),
        pytest.param(
            ["supply cartridge=1", "stock cartridge=1"],
            ["done 1 2026-12-01", "done 2 2026-12-08", "done 3 2026-12-15"],
            "cartridge: new for session 4, Tue 22 Dec; 0 in stock; reorder now: session 4 has none",
            id="more done than were in stock",
        ),
        pytest.param(
            ["supply roller=5", "stock roller=0"],
            ["done 1 2026-12-01", "done 2 2026-12-08"],
            "roller: new for session 6, Tue 5 Jan 2027; 0 in stock; reorder now: session 6 has none",
            id="one more than was in stock was begun",
        ),
        pytest.param(
            ["supply roller=12", "stock roller=0"],
            ["done 1 2026-12-01"],
            "roller: no new one due; 0 in stock",
            id="one that wasn't in stock lasts to the end",
        ),
        pytest.param(
            ["supply roller=12", "stock roller=1"],
            ["done 1 2026-12-01"],
            "roller: no new one due; 0 in stock",
            id="one that lasts to the end",
        ),
    ],
)
def test_the_status_of_a_supply_in_words(told_care, typed, line):
    assert told(plan_of(*typed, care=told_care, **WEEKLY)) == [line]


def test_a_supply_moves_with_its_session():
    plan = plan_of("move 2 +1d", care=["supply roller=1"], **WEEKLY)
    second = care.care(plan, schedule(plan))[1]
    assert (second.session, second.day) == (2, date(2026, 12, 9))


def test_each_day_of_a_supply_is_a_separate_event():
    told_care = ["supply roller=1", "stock roller=2", "cue new roller=0d"]
    plan = plan_of(care=told_care, every="3x1w")
    found = [event for event in sequence.events(plan, schedule(plan)) if event.category == "Care"]
    assert len({event.uid for event in found}) == len(found) == 7
    assert {event.description for event in found if event.summary == "reorder roller"} == {
        "None is left for session 3, Tue 15 Dec 2026."
    }


def test_the_day_to_reorder_is_one_event_that_moves():
    told_care = ["supply roller=1", "stock roller=2"]
    for typed in ([], ["skip 1"]):
        plan = plan_of(*typed, care=told_care, every="6x1w")
        (found,) = [
            e for e in sequence.events(plan, schedule(plan)) if e.summary == "reorder roller"
        ]
        assert (found.cancelled, found.sequence) == (False, len(typed))


# --- from the command line ------------------------------------------------------------------

PLAN = (
    *("new", "--start", "2026-12-01", "--every", "6x1w", "--tz", "UTC", "--save", "-q"),
    *("--supply", "cartridge=each session", "--stock", "cartridge=3"),
)


@pytest.fixture
def plan(run):
    assert run(*PLAN).code == 0
    assert run("done", "1..2", "--as-of", "2026-12-08").code == 0


def line(run):
    shown = run("today", "--as-of", "2026-12-09").out
    return next((row for row in shown.splitlines() if row.startswith("Cartridge")), "")


@pytest.mark.usefixtures("plan")
def test_a_new_count_of_a_stock_applies_from_the_next_session_on(run):
    assert "; 1 in stock; reorder by Tue 15 Dec:" in line(run)
    shown = run("revise", "--stock", "cartridge=3 left")
    assert "In stock before session 3: cartridge=3" in shown.out
    assert "; 3 in stock; reorder by Tue 29 Dec: session 6 has none" in line(run)
    assert run("revise", "--stock", "cartridge=3").out.startswith("Your plan already says that")
    assert run("undo").code == 0
    assert "; 1 in stock;" in line(run)


@pytest.mark.usefixtures("plan")
def test_a_supply_that_ended_is_no_longer_shown(run):
    assert run("revise", "--supply", "cartridge=none").code == 0
    assert line(run) == ""
    assert json.loads(run("show", "-f", "json").out)["supplies"] == []


@pytest.mark.usefixtures("plan")
def test_json_has_the_days_of_supplies(run):
    document = json.loads(run("show", "-f", "json").out)
    assert document["supplies"] == [{"name": "cartridge", "sessions": 1, "stock": 3}]
    kinds = [(each["kind"], each["session"]) for each in document["care"]]
    assert ("supply", 1) in kinds
    assert ("reorder", None) in kinds


@pytest.mark.usefixtures("plan")
def test_json_has_the_status_of_a_supply_today(run):
    shown = run("today", "-f", "json", "--as-of", "2026-12-09").out
    (only,) = json.loads(shown)["plans"]
    assert only["supplies"] == [
        {"name": "cartridge", "session": 3, "left": 1, "reorder": "2026-12-15"}
    ]
    assert only["use"] == []


@pytest.mark.usefixtures("plan")
def test_the_page_says_that_there_is_no_agreed_number(run):
    page = run("show", "-f", "html").out
    assert "How often to change a roller or cartridge isn&#x27;t agreed" in page
    assert "1 in stock" in page


@pytest.mark.parametrize(
    ("flags", "fault"),
    [
        (("--stock", "cartridge=3"), 'nothing says how long one "cartridge" lasts'),
        (("--supply", "cartridge=0"), "one lasts 1 to 1000 sessions"),
        (("--supply", "cartridge"), "the name and the equals sign are missing"),
        (("--supply", "a=1", "--stock", "a=1001"), "a stock has at most 1000"),
        (("--use", "minoxidil="), "the text after the equals sign is missing"),
    ],
)
def test_invalid_supplies_and_stocks_are_refused(run, flags, fault):
    shown = run("new", "--start", "2026-12-01", "--every", "6x1w", *flags)
    assert shown.code == 2
    assert fault in shown.err


def test_a_stock_without_a_supply_is_refused_in_a_revision_too():
    plan = plan_of(care=["supply roller=4"], **WEEKLY)
    told_care = [build._piece("stock blades=2")]  # noqa: SLF001 - the reader of typed care
    with pytest.raises(UsageError, match='nothing says how long one "blades" lasts'):
        build.amend.revise(plan, {}, STAMP, told_care)
