"""``done`` takes the day after the numbers, as people type it."""

import pytest

from microplan.cli import everyday
from microplan.errors import RuleError
from tests.build import LATER

PARTED = [
    ("", (), None),
    ("3", ("3",), None),
    ("1..11", ("1..11",), None),
    ("1, 2 3", ("1,", "2", "3"), None),
    ("next", ("next",), None),
    ("yesterday", (), "2027-12-30"),
    ("last sunday", (), "2027-12-26"),
    ("3 yesterday", ("3",), "2027-12-30"),
    ("3 2027-12-03", ("3",), "2027-12-03"),
    ("3 20 Dec", ("3",), "2027-12-20"),
    ("20 Dec", (), "2027-12-20"),
    ("31.12.2026", (), "2026-12-31"),
    ("next yesterday", ("next",), "2027-12-30"),
]


@pytest.mark.parametrize(("typed", "numbers", "day"), PARTED, ids=[typed for typed, *_ in PARTED])
def test_a_day_may_follow_the_numbers(typed, numbers, day):
    texts, found = everyday.numbers_and_day(typed.split(), LATER)
    assert (tuple(texts), found and str(found)) == (numbers, day)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("foo", "neither a session number nor a day. Write it like: microplan done 3 --on"),
        ("3 foo", 'done "foo": that\'s neither a session number nor a day'),
        ("3 30.2.2027", "February"),
        ("3 Mon 1 Dec 2026", "Tuesday"),
    ],
)
def test_what_is_neither_is_refused_with_the_form(typed, fault):
    with pytest.raises(RuleError) as refused:
        everyday.numbers_and_day(typed.split(), LATER)
    assert fault in str(refused.value)


def test_a_date_still_to_come_is_not_taken_for_that_of_a_year_ago(run, tmp_path):
    plan = tmp_path / "plan.toml"
    run("new", "--start", "2026-12-01", "--every", "6x4w", "--tz", "UTC", "-o", plan)
    soon = run("done", "2", "29", "Dec", "-p", plan, "--as-of", "2026-12-15")
    assert soon.code != 0
    assert "Tue 29 Dec 2026 is in the future" in soon.err


def test_a_day_is_given_once_and_for_one_session(run, tmp_path):
    plan = tmp_path / "plan.toml"
    run("new", "--start", "2026-11-01", "--every", "6x1w", "--tz", "UTC", "-o", plan)
    twice = run("done", "1", "sun", "--on", "sun", "-p", plan)
    several = run("done", "1", "2", "sun", "-p", plan)
    assert (twice.code, several.code) == (2, 2)
    assert "given twice" in twice.err
    assert "leave out the day" in several.err
    assert run("done", "1", "last", "sunday", "-p", plan).err == "last sunday → Sun 15 Nov 2026\n"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("skip", "yesterday"), 'can\'t read N "yesterday": write a number, such as 3.'),
        (("undo", "x"), 'can\'t read [ENTRY] "x": write a number, such as 3.'),
        (("safety", "now"), "unexpected argument: now."),
        (("new", "--depth"), "--depth needs a value: --depth LENGTH, "),
        (
            ("done", "2", "--note"),
            "--note needs a value: --note TEXT, a note to keep with it. See ",
        ),
        (
            ("move", "3"),
            "move needs the new day: 2027-01-03, +1w or -2d. See microplan move --help",
        ),
        (("skip",), "skip needs the session's number. See microplan skip --help"),
        (("away", "3"), "there's no command 'away'. Did you mean avoid? See microplan --help"),
        (("delete", "3"), "Did you mean skip for a session, or undo for the last change? See"),
        (("add-session",), "Did you mean revise --sessions? See"),
        (("Record",), "there's no command 'Record'. Did you mean done?"),
    ],
)
def test_messages_from_typer_are_reworded_plainly(run, argv, words):
    result = run(*argv)
    assert result.code == 2
    assert words in result.err


def test_a_session_moved_to_a_day_that_is_closed_later_stays_and_is_named(run, plan):
    run("move", "3", "2027-02-03", "-p", plan)
    away = run("avoid", "2027-02-01..2027-02-14", "-p", plan).out
    assert away.startswith(
        "Away 1–14 Feb. No session moves. #3 (Wed 3 Feb) stays, because you moved it there.\n"
    )


@pytest.mark.parametrize("option", ["--as-of", "-p", "--plan"])
def test_the_error_for_an_option_before_its_command_says_where_it_goes(run, option):
    refused = run(option, "2026-12-03")
    assert refused.code == 2
    assert f"{option} goes after a command, as in: microplan today {option}." in refused.err


@pytest.mark.parametrize(
    ("argv", "fault"),
    [
        (("move", "2", "foo"), "can't read the day \"foo\": that isn't a date"),
        (("move", "2", "25:00"), 'can\'t read the time "25:00": a day ends at 23:59'),
    ],
)
def test_an_invalid_argument_is_named_by_its_kind(run, tmp_path, argv, fault):
    plan = tmp_path / "plan.toml"
    run("new", "--start", "2026-12-01", "--every", "6x4w", "--tz", "UTC", "--at", "18", "-o", plan)
    assert fault in run(*argv, "-p", plan).err


@pytest.mark.parametrize(
    ("typed", "echo"),
    [("8pm", "8pm → 20:00\n"), ("9:05", ""), ("18:00", ""), ("8.30", "8.30 → 08:30\n")],
)
def test_a_time_is_echoed_as_it_was_typed(run, tmp_path, typed, echo):
    plan = tmp_path / "plan.toml"
    run("new", "--start", "2026-12-01", "--every", "6x4w", "--tz", "UTC", "--at", "18", "-o", plan)
    assert run("move", "2", typed, "-p", plan).err == echo


def test_a_calendar_file_is_not_taken_for_a_plan_to_export(run):
    refused = run("export", "phone.ics")
    assert (refused.code, refused.out) == (2, "")
    assert "phone.ics isn't a plan file. To write it: microplan export -o phone.ics" in refused.err
