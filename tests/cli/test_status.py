"""``today`` and ``next`` for programs: one shape, whatever there is to tell."""

import json
import re

import pytest

SUNDAYS = ("new", "--start", "2026-11-01", "--every", "6x1w", "--at", "20:00", "--tz", "UTC")
CARE = ("--pause", "minoxidil=-0d+1d", "--cue", "wash gently=+1d")


@pytest.fixture
def told(run):
    """Run a command on a day, and read what it prints."""

    def _told(command, day, *flags):
        shown = run(command, "--format", "json", "--as-of", day, *flags)
        assert (shown.code, shown.err) == (0, "")
        return json.loads(shown.out)

    return _told


@pytest.fixture
def plan(run):
    assert run(*SUNDAYS, *CARE, "--save", "-q").code == 0
    assert run("done", "2", "--on", "2026-11-08").code == 0


@pytest.mark.usefixtures("plan")
def test_today_shows_the_current_state_and_the_next_session(told):
    document = told("today", "2026-11-09")
    assert document["date"] == "2026-11-09"
    (only,) = document["plans"]
    assert [only[key] for key in ("title", "tz", "sessions")] == ["Scalp session", "UTC", []]
    assert (only["missed"], only["late"]) == ([1], [])
    assert [(each["kind"], each["session"]) for each in only["care"]] == [("pause", 2), ("cue", 2)]
    following = only["next"]
    assert (following["number"], following["date"]) == (3, "2026-11-15")
    assert (following["standing"], following["days"]) == ("upcoming", 6)


@pytest.mark.usefixtures("plan")
def test_today_tells_the_sessions_of_the_day_as_show_does(told, run):
    (only,) = told("today", "2026-11-08")["plans"]
    (held,) = only["sessions"]
    assert (held.pop("standing"), held.pop("days")) == ("on time", 0)
    assert held == json.loads(run("show", "-f", "json").out)["sessions"][1]


@pytest.mark.usefixtures("plan")
def test_next_tells_the_session_that_today_does(told):
    for day in ("2026-11-09", "2026-11-15", "2026-12-24"):
        (only,) = told("next", day)["plans"]
        assert only["next"] == told("today", day)["plans"][0]["next"]
    assert told("today", "2026-12-24")["plans"][0]["late"] == [3, 4, 5, 6]


def test_each_plan_has_its_place_and_an_ended_one_no_session(told, run):
    assert run(*SUNDAYS, "-o", "a.toml", "--title", "Anna").code == 0
    assert run(*SUNDAYS[:4], "1x1w", "-o", "b.toml", "--title", "Bo").code == 0
    assert run("done", "-p", "b.toml", "--on", "2026-11-01").code == 0
    both = told("next", "2026-11-22", "-p", "a.toml", "-p", "b.toml")["plans"]
    assert [(each["title"], each["next"] is None) for each in both] == [
        ("Anna", False),
        ("Bo", True),
    ]
    assert run("next", "-p", "b.toml", "--format", "json", "--exit-code").code == 5


def test_a_custom_line_is_refused_with_json(run):
    shown = run("next", "--line", "{number}", "--format", "json")
    assert (shown.code, shown.err) == (
        2,
        "microplan: --line prints text, not JSON; leave out --line or --format json\n",
    )


def test_a_session_within_its_window_is_shown_even_if_others_are_late(run):
    run("new", "--start", "2026-11-08", "--every", "6x1w~2d", "-o", "plan.toml")
    shown = run("today", "-p", "plan.toml", "--as-of", "2026-11-24").out
    assert "Open: #1 (8 Nov), #2 (15 Nov)" in shown
    assert "Due         session 3 of 6, Sun 22 Nov, 2 days ago; fine until today" in shown


def test_the_sessions_that_a_later_one_passes_over_are_named(run):
    run("new", "--start", "2026-11-01", "--every", "6x1w", "-o", "plan.toml")
    told = run("done", "3", "--on", "2026-11-15", "-p", "plan.toml").out
    assert (
        "#1 (1 Nov) and #2 (8 Nov) now count as missed. Did one? microplan done 1 --on 2026-11-01"
        in told
    )
    again = run("done", "4", "--on", "2026-11-22", "-p", "plan.toml").out
    assert "missed" not in again


def test_an_open_day_that_the_gap_allows_is_taken_rather_than_offered(run):
    run("new", "--start", "2026-11-08", "--every", "4x1w", "--on", "sun", "-o", "plan.toml")
    run("done", "1", "--on", "2026-11-10", "-p", "plan.toml")
    told = run("done", "2", "--on", "2026-11-23", "-p", "plan.toml", "--as-of", "2026-11-23").out
    assert "open too" not in told
    assert "2026-11-29" in run("show", "-p", "plan.toml").out


def test_a_session_that_waits_long_for_an_open_day_is_named(run):
    words = ("new", "--start", "2026-12-08", "--every", "3x1w", "--on", "tue")
    told = run(*words, "--avoid", "2026-12-10..2027-06-01").err
    assert (
        "session 2 waits until Tue 8 Jun 2027 for an open day, 174 days after its window; other "
        "weekdays, or another time, may be open sooner"
    ) in told
    assert "waits until" not in run(*words, "--avoid", "2026-12-10..2026-12-20").err


def test_a_command_that_there_is_not_is_answered_with_the_nearest(run):
    done = run("nwe")
    assert (done.code, done.err) == (
        2,
        "microplan: there's no command 'nwe'. Did you mean new? See microplan --help\n",
    )
    assert run("xyzzy").err == "microplan: there's no command 'xyzzy'. See microplan --help\n"


def test_a_document_given_as_a_plan_file_is_named_as_one(run):
    done = run("show", "-p", "-", stdin=b'{"microplan": 1}')
    assert done.code == 3
    assert "it is JSON, not TOML; --format toml writes a plan file" in done.err


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("command", ["today", "check", "log", "next"])
def test_colours_at_a_terminal_change_no_word(terminal, command):
    argv = (command, "--as-of", "2026-11-24") if command != "log" else (command,)
    coloured, plain = (terminal(*argv, env={"NO_COLOR": off}).screen for off in (None, "1"))
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
