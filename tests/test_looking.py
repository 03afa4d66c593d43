"""``today`` and ``next`` for programs: one shape, whatever there is to tell."""

import json

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
def test_today_tells_what_holds_and_what_is_next(told):
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


def test_a_line_of_ones_own_is_no_json(run):
    shown = run("next", "--line", "{number}", "--format", "json")
    assert (shown.code, shown.err) == (
        2,
        "microplan: a line of one's own is text; leave out --line or --format json\n",
    )
