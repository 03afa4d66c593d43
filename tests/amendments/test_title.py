"""Renaming a plan: every format has the new title, no session moves, the id stays."""

import json

import pytest

WORDS = ("new", "--start", "2026-12-01", "--every", "4x4w", "--tz", "Europe/Paris")


@pytest.fixture
def sclap(run, saved):
    """A saved plan with a mistyped title."""
    assert run(*WORDS, "--title", "Sclap", "--save", "-q").code == 0
    return saved


def document(run):
    return json.loads(run("show", "-q", "-f", "json").out)


@pytest.mark.usefixtures("sclap")
def test_a_new_title_appears_everywhere_and_nothing_else_changes(run):
    before = document(run)
    done = run("revise", "--title", "Scalp")
    assert done.code == 0
    assert done.out.startswith('The plan is now called "Scalp". No session moves.\n')
    after = document(run)
    assert after.pop("title") == "Scalp"
    assert [s.pop("sequence") for s in after["sessions"]] == [1, 1, 1, 1]
    assert [s.pop("sequence") for s in before["sessions"]] == [0, 0, 0, 0]
    assert before.pop("title") == "Sclap"
    assert 'title = "Scalp"' in after.pop("plan_file")
    assert [entry["command"] for entry in after.pop("log")] == ["revise --title Scalp"]
    assert before.pop("log") == []
    assert after == before
    for name in ("table", "ics", "html", "ndjson"):
        shown = run("show", "-q", "-f", name).out
        assert "Scalp" in shown
        assert "Sclap" not in shown


@pytest.mark.usefixtures("sclap")
def test_undo_restores_the_first_title(run):
    run("revise", "--title", "Scalp")
    run("undo")
    assert document(run)["title"] == "Sclap"


@pytest.mark.usefixtures("sclap")
def test_a_title_and_other_words_can_share_one_entry(run):
    run("revise", "--title", "Scalp", "--at", "19:00", "--pause", "minoxidil=-0d+1d")
    assert "revise --at 19:00 --pause minoxidil=-0d+1d --title Scalp" in run("log").out
    assert run("undo").code == 0
    assert document(run)["title"] == "Sclap"


def test_the_same_title_again_records_nothing(run, sclap):
    run("revise", "--title", "Scalp")
    text = sclap.read_bytes()
    assert run("revise", "--title", "Scalp").out.startswith("Your plan already says that")
    assert sclap.read_bytes() == text


@pytest.mark.usefixtures("sclap")
def test_a_finished_course_can_be_renamed(run):
    assert run("done", "1..4", "--as-of", "2027-05-01").code == 0
    assert run("revise", "--title", "Scalp").code == 0
    assert document(run)["title"] == "Scalp"


def test_a_title_that_is_not_text_is_reported_with_its_entry(run, sclap):
    with sclap.open("a", encoding="utf-8") as file:
        file.write("\n[[log]]\nrevised = 1\ntitle = 4\nrecorded = 2026-11-22T20:00:00Z\n")
    done = run("show", "-q")
    assert (done.code, "log[1].title" in done.err) == (3, True)
