"""``catch-up`` asks about late sessions at a terminal: done, missed, away, or left open."""

import pytest

from microplan.scheduling.schedule import schedule
from microplan.storage import plan_file

SUNDAYS = ("new", "--start", "2026-11-01", "--every", "6x1w", "--tz", "Europe/Paris", "-q")
"""1, 8, 15, 22, 29 November and 6 December; the windows end a day later."""
TODAY = "2026-11-22"
ASKS = "done, missed or away? [Enter leaves it] > "
CTRL_C = b"\x03"
UNDO = "undo: microplan undo\n"


@pytest.fixture
def catch_up(run, terminal):
    """Save a plan whose session 2 was missed, and answer the questions about it."""
    run(*SUNDAYS, "--save")
    run("done", "1", "--on", "2026-11-01")

    def _catch_up(*answers, today=TODAY, done=(), **given):
        for number, day in done:
            assert run("done", number, "--on", day, "--as-of", today).code == 0
        return terminal("catch-up", "--as-of", today, answers=answers, columns=200, **given)

    return _catch_up


def standing(saved):
    """Tell the days and statuses of the saved plan, and how many entries its log has."""
    plan, _ = plan_file.load(saved.read_text())
    days = [f"{session.date:%m-%d} {session.status}" for session in schedule(plan)]
    return len(plan.log), days[:4]


def test_done_on_its_day_is_what_enter_says(catch_up, saved):
    shown = catch_up("done", "", "", today="2026-11-17")
    assert shown.screen == (
        f"#2 Sun 8 Nov: {ASKS}done\n"
        "on which day? [2026-11-08] > \n"
        "Session 2 done Sun 8 Nov. 4 to go.\n"
        f"{UNDO}"
        f"#3 Sun 15 Nov: {ASKS}\n"
        "next: session 3 of 6 · Sun 15 Nov 2026 · 2 days ago\n"
    )
    assert shown.code == 0
    assert standing(saved) == (2, ["11-01 done", "11-08 done", "11-15 planned", "11-22 planned"])


@pytest.mark.parametrize(
    ("answer", "day"),
    [("2026-11-09", "11-09"), ("mon", "11-09"), ("yesterday", "11-11"), ("today", "11-12")],
)
def test_done_on_another_day(catch_up, saved, answer, day):
    assert catch_up("d", answer, today="2026-11-12").code == 0
    assert standing(saved)[1][1] == f"{day} done"


def test_missed_is_left_out(catch_up, saved):
    shown = catch_up("m", today="2026-11-12")
    assert shown.screen == (
        f"#2 Sun 8 Nov: {ASKS}m\n"
        "Session 2 skipped; it won't be made up.\n"
        f"{UNDO}"
        "next: session 3 of 6 · Sun 15 Nov 2026 · in 3 days\n"
    )
    assert standing(saved)[1][1] == "11-08 skipped"


def test_away_closes_the_days_and_moves_what_was_on_them(catch_up, saved, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1794528000")  # 2026-11-13
    shown = catch_up("away", "2026-11-07..2026-11-12", today="2026-11-13")
    assert shown.screen == (
        f"#2 Sun 8 Nov: {ASKS}away\n"
        "which days? 2026-11-20..2026-11-30 > 2026-11-07..2026-11-12\n"
        "Away 7–12 Nov.\n"
        "#2     Sun 8 Nov → Fri 13 Nov (today)\n"
        "#3–#6  five days later, the last Sun 6 Dec → Fri 11 Dec\n"
        f"{UNDO}"
        "next: session 2 of 6 · Fri 13 Nov 2026 · today\n"
    )
    assert shown.code == 0
    assert standing(saved)[1][1] == "11-13 planned"


def test_recorded_answers_update_published_files(catch_up, run, saved, folder):
    calendar = folder / "kept.ics"
    assert run("publish", calendar, "-q").code == 0
    assert "Scalp session 2" in calendar.read_text()
    catch_up("missed", "", today="2026-11-17")
    assert standing(saved)[0] == 2
    assert "Scalp session 2" not in calendar.read_text()


def test_missed_sessions_come_before_late_ones(catch_up):
    shown = catch_up("", "", "", today="2026-12-01", done=[(3, "2026-11-15")])
    asked = [line.partition(":")[0] for line in shown.screen.splitlines() if ASKS.strip() in line]
    assert asked == ["#2 Sun 8 Nov", "#4 Sun 22 Nov", "#5 Sun 29 Nov"]


def test_enter_leaves_everything_as_it_is(catch_up, saved):
    before = saved.read_bytes()
    shown = catch_up("", "", today="2026-11-17")
    assert shown.code == 0
    assert shown.screen.endswith("next: session 2 of 6 · Sun 8 Nov 2026 · 9 days ago\n")
    assert saved.read_bytes() == before


def test_with_nothing_late_nothing_is_asked(catch_up):
    shown = catch_up(today="2026-11-08")
    assert (shown.code, shown.screen) == (0, "next: session 2 of 6 · Sun 8 Nov 2026 · today\n")


def test_a_session_done_late_is_not_asked_about(catch_up):
    shown = catch_up(today="2026-11-13", done=[(2, "2026-11-13")])
    assert (shown.code, shown.screen) == (0, "next: session 3 of 6 · Fri 20 Nov 2026 · in 7 days\n")


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        pytest.param(
            ("d", "32 Nov", ""),
            'microplan: can\'t read on "32 Nov": November has 30 days\n  32 Nov\n  ^^^^^^\n',
            id="a day that is none",
        ),
        pytest.param(
            ("d", "2026-11-01", ""),
            "microplan: session 2 comes after session 1, done Sun 1 Nov; give a day after that "
            "with --on\n",
            id="a day that is refused",
        ),
        pytest.param(
            ("a", "the week before", ""),
            "microplan: can't read avoid \"the week before\": that isn't a date. Write it like "
            "2026-12-01.\n  the week before\n  ^^^^^^^^^^^^^^^\n",
            id="days that are none",
        ),
    ],
)
def test_a_wrong_answer_is_explained_and_asked_again(catch_up, saved, answers, fault):
    before = saved.read_bytes()
    shown = catch_up(*answers, today="2026-11-12")
    assert shown.screen.count(f"#2 Sun 8 Nov: {ASKS}") == 2
    assert fault in shown.screen
    assert (shown.code, saved.read_bytes()) == (0, before)


OFFERED = "   write done, missed or away, or press Enter to leave it. ? explains\n"


@pytest.mark.parametrize("answer", ["perhaps", "hello", "done it"])
def test_an_unknown_answer_is_asked_again(catch_up, saved, answer):
    before = saved.read_bytes()
    shown = catch_up(answer, "", today="2026-11-12")
    assert shown.screen == (
        f"#2 Sun 8 Nov: {ASKS}{answer}\n"
        f"{OFFERED}"
        f"#2 Sun 8 Nov: {ASKS}\n"
        "next: session 2 of 6 · Sun 8 Nov 2026 · 4 days ago\n"
    )
    assert (shown.code, saved.read_bytes()) == (0, before)


def test_a_question_mark_explains(catch_up, saved):
    before = saved.read_bytes()
    shown = catch_up("?", "", today="2026-11-12")
    assert "\n   done: it took place, on that day or another. missed: it didn't" in shown.screen
    assert shown.screen.count(ASKS) == 2
    assert saved.read_bytes() == before


def test_away_on_other_days_is_asked_again(catch_up):
    shown = catch_up("a", "2026-10-01", "", today="2026-11-12")
    assert shown.screen.count(f"#2 Sun 8 Nov: {ASKS}") == 2


def test_ctrl_c_keeps_what_was_answered_before(catch_up, saved):
    shown = catch_up("d", "", CTRL_C, today="2026-11-17")
    assert shown.code == 130
    assert "Traceback" not in shown.screen
    assert standing(saved)[1][:3] == ["11-01 done", "11-08 done", "11-15 planned"]


def test_a_plan_from_a_pipe_cannot_be_caught_up(terminal):
    shown = terminal("catch-up", "-p", "-")
    assert (shown.code, shown.screen) == (
        2,
        "microplan: catch-up needs a plan it can write; name a file with -p\n",
    )


def test_the_questions_are_not_data(catch_up):
    shown = catch_up("m", today="2026-11-12", stdout="pipe")
    assert ASKS not in shown.out
    assert shown.out.startswith("Session 2 skipped; it won't be made up.\n")


def test_a_day_can_be_explained_before_it_is_given(catch_up, saved):
    before = saved.read_bytes()
    shown = catch_up("d", "?", "2026-11-09", today="2026-11-12")
    assert shown.screen.count("on which day? [2026-11-08] > ") == 2
    assert "a day such as 2026-12-03, yesterday or sun" in shown.screen
    assert (shown.code, saved.read_bytes() != before) == (0, True)
