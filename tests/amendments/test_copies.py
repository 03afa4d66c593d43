"""What copies of a calendar still show after the plan has changed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from microplan.amendments import copies
from microplan.scheduling.schedule import schedule
from microplan.storage.handed_out import Copy, CopyKind, HandedOut, StaleSession, Target
from tests.build import plan_of

WEEKLY = {"every": "4x1w", "at": "20:00", "tz": "Europe/Paris"}
TUESDAY = date(2026, 12, 1)
AT_NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)  # 12:00 in Paris
MOVE, LATER = "move 2 2026-12-09", "move 3 2026-12-17"


def copy(entries=0, hours=0):
    return Copy(at=AT_NOON + timedelta(hours=hours), entries=entries)


def said(known, *typed, today=TUESDAY, rules=WEEKLY, by=copies.of_today):
    plan = plan_of(*typed, **rules)
    return by(known, plan, schedule(plan), today, " -p a.toml")


def still_shown(plan, sessions, copy):
    return str(copies.wrong(plan, sessions, copy) or "")


SHOWN = [
    pytest.param([MOVE], "still shows session 2 on Tue 8 Dec 20:00", id="a session that moved"),
    pytest.param(
        ["move 4 2026-12-23", MOVE],
        "still shows session 2 on Tue 8 Dec 20:00",
        id="the first of several",
    ),
    pytest.param(["skip 3"], "still shows session 3 on Tue 15 Dec 20:00", id="one that is skipped"),
    pytest.param(
        ["avoid 2026-12-08"], "still shows session 2 on Tue 8 Dec 20:00", id="one on days away"
    ),
    pytest.param(["skip 3", "undo"], "", id="nothing that was taken back"),
    pytest.param(["done 1 2026-12-01"], "", id="not one that was done on its day"),
    pytest.param(["done 1 2026-12-02"], "", id="nor on another, where the rest stays"),
    pytest.param(
        ["done 1 2026-12-03"],
        "still shows session 2 on Tue 8 Dec 20:00",
        id="what follows one that was late",
    ),
    pytest.param([], "", id="nothing where nothing was recorded"),
]


@pytest.mark.parametrize(("typed", "shown"), SHOWN)
def test_a_copy_shows_the_sessions_planned_when_it_was_made(typed, shown):
    plan = plan_of(*typed, **WEEKLY)
    assert still_shown(plan, schedule(plan), copy()) == shown
    assert still_shown(plan, schedule(plan), copy(len(plan.log))) == ""


def test_a_session_added_later_is_missing_from_a_copy():
    plan = plan_of("skip 4", "undo", **WEEKLY)
    longer = plan_of("skip 4 extend", **WEEKLY)
    assert still_shown(plan, schedule(plan), copy(1)).startswith("is missing session 4, ")
    assert still_shown(longer, schedule(longer), copy()).startswith("still shows session 4 ")


PARTLY = [
    pytest.param([], StaleSession(session=3), "is missing session 3, Tue 15 Dec 2026 20:00", id="one it never took"),
    pytest.param(
        [MOVE],
        StaleSession(session=2, entries=0),
        "still shows session 2 on Tue 8 Dec 20:00",
        id="one it has on its old day",
    ),
    pytest.param(["skip 3"], StaleSession(session=3, entries=0),
                 "still shows session 3 on Tue 15 Dec 20:00", id="one it did not remove"),
    pytest.param([MOVE], StaleSession(session=1, entries=0), "", id="nothing of one that is where it was"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "left", "shown"), PARTLY)
def test_a_partial_push_leaves_the_other_sessions_as_before(typed, left, shown):
    plan = plan_of(*typed, **WEEKLY)
    partly = Copy(at=AT_NOON, entries=len(plan.log), left=(left,))
    assert still_shown(plan, schedule(plan), partly) == shown


def test_a_copy_of_a_longer_log_is_not_compared():
    plan = plan_of(MOVE, **WEEKLY)
    assert still_shown(plan, schedule(plan), copy(9)) == ""


PHONE = HandedOut(subscribers={"a": copy()})
TWO = HandedOut(subscribers={"a": copy(), "b": copy(1, hours=1)})
FILE = HandedOut(
    targets=(Target(path="/s/a.ics", copy=copy(1)), Target(path="/b.ics", copy=copy()))
)

TODAY = [
    pytest.param(HandedOut(), [MOVE], [], id="nothing was handed out"),
    pytest.param(
        PHONE, [], ["Phone       is up to date; it last checked at 12:00"], id="it has it"
    ),
    pytest.param(
        PHONE,
        [MOVE],
        ["Phone       last checked at 12:00; it still shows session 2 on Tue 8 Dec 20:00"],
        id="it has not looked again",
    ),
    pytest.param(
        TWO,
        [MOVE],
        [
            (
                "Phone       1 of 2 behind: one last checked at 12:00; it still shows session 2 on "
                "Tue 8 Dec 20:00"
            )
        ],
        id="one of two has looked again",
    ),
    pytest.param(
        TWO,
        [],
        ["Phone       all 2 are up to date; the last one checked at 13:00"],
        id="two that have it",
    ),
    pytest.param(
        HandedOut(copies={CopyKind.SHARED: copy()}),
        [MOVE],
        [
            (
                "Phone       the copy shared at 12:00 still shows session 2 on Tue 8 Dec 20:00; "
                "update it: microplan share -p a.toml"
            )
        ],
        id="a copy doesn't look by itself",
    ),
    pytest.param(
        HandedOut(copies={CopyKind.SHARED: copy()}), [], [], id="nothing of one that is right"
    ),
    pytest.param(
        FILE,
        [MOVE],
        [
            (
                "Calendar    /b.ics still shows session 2 on Tue 8 Dec 20:00; update it: microplan "
                "publish -p a.toml"
            )
        ],
        id="the file that could not be written",
    ),
    pytest.param(
        HandedOut(copies={CopyKind.SHARED: copy(), CopyKind.PUSHED: copy(1, hours=1)}),
        [MOVE],
        [],
        id="what went out last counts",
    ),
]


@pytest.mark.parametrize(("known", "typed", "lines"), TODAY)
def test_today_reports_the_state_of_a_phone(known, typed, lines):
    assert said(known, *typed) == lines


def test_a_fetch_on_an_earlier_day_names_the_day():
    week_later = TUESDAY + timedelta(days=7)
    (line,) = said(PHONE, today=week_later)
    assert line == "Phone       is up to date; it last checked on Tue 1 Dec"
    (line,) = said(PHONE, today=date(2027, 1, 5))
    assert line == "Phone       is up to date; it last checked on Tue 1 Dec 2026"


CHANGED = [
    pytest.param(HandedOut(), "", id="nothing was handed out"),
    pytest.param(FILE, "", id="a file that was written just now"),
    pytest.param(
        PHONE,
        "Your phone still shows session 2 on Tue 8 Dec 20:00 until it checks again; it last checked "
        "at 12:00.",
        id="a subscriber",
    ),
    *(
        pytest.param(
            HandedOut(copies={way: copy()}),
            f"{name} still shows session 2 on Tue 8 Dec 20:00. Update it: microplan {command}",
            id=way.value,
        )
        for way, name, command in (
            (CopyKind.SHARED, "Your phone", "share -p a.toml"),
            (CopyKind.EXPORTED, "The calendar file you exported", "export -p a.toml -o plan.ics"),
            (CopyKind.PUSHED, "The calendar on the server", "push -p a.toml"),
        )
    ),
]


@pytest.mark.parametrize(("known", "sentence"), CHANGED)
def test_a_change_names_the_copy_that_shows_the_old_day(known, sentence):
    assert said(known, MOVE, by=copies.after_change) == sentence
    assert said(known, MOVE, "undo", by=copies.after_change) == ""
