"""How a session went: written down with ``done``, and said wherever the session is."""

import json

import pytest

PLAN = ("new", "--start", "2026-11-01", "--every", "4x1w", "--tz", "UTC", "--save", "-q")
WENT = ("--depth", "0.5", "--device", "roller", "--reaction", "red until Tuesday")


@pytest.fixture
def plan(run):
    assert run(*PLAN).code == 0


def sequences(run):
    return [each["sequence"] for each in json.loads(run("show", "-f", "json").out)["sessions"]]


def record(run, number=1):
    return json.loads(run("show", "-f", "json").out)["sessions"][number - 1]["done"]


@pytest.mark.usefixtures("plan")
def test_a_session_is_recorded_with_how_it_went(run):
    shown = run("done", "1", "--on", "2026-11-01", *WENT, "--note", "in a hurry")
    assert (shown.code, shown.err) == (0, "0.5 → 0.5mm\n")
    assert record(run) == {
        "on": "2026-11-01",
        "depth": "0.5mm",
        "device": "roller",
        "reaction": "red until Tuesday",
        "note": "in a hurry",
    }


@pytest.mark.usefixtures("plan")
def test_later_records_add_to_a_done_session(run):
    assert run("done", "1", "--on", "2026-11-01", *WENT).code == 0
    shown = run("done", "1", "--depth", "0.75mm", "--reaction", "peeling", "--as-of", "2026-11-20")
    first, *_ = shown.out.splitlines()
    assert first == "Session 1, done Sun 1 Nov: 0.75mm · reaction: peeling."
    assert record(run) == {
        "on": "2026-11-01",
        "depth": "0.75mm",
        "device": "roller",
        "reaction": "red until Tuesday; peeling",
        "note": None,
    }


@pytest.mark.usefixtures("plan")
def test_a_repeated_record_is_not_added_again(run):
    said = ("done", "1", "--on", "2026-11-01", *WENT)
    assert run(*said).code == 0
    again = run(*said)
    assert (again.code, again.out) == (
        0,
        "Session 1 is already recorded for Sun 1 Nov; nothing changed.\n",
    )


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("note", ["slept; badly", "; ", "a;b"])
def test_a_note_is_kept_once_whatever_is_in_it(run, note):
    for text in (note, "more", note):
        assert run("done", "1", "--on", "2026-11-01", "--note", text).code == 0
    assert record(run)["note"] in (f"{note.strip()}; more", "more")


@pytest.mark.usefixtures("plan")
def test_changing_the_day_keeps_the_record_and_undo_removes_additions(run):
    assert run("done", "1", "--on", "2026-11-01", *WENT).code == 0
    before = record(run)
    assert run("done", "1", "--on", "2026-11-02").code == 0
    assert record(run) == before | {"on": "2026-11-02"}
    assert run("done", "1", "--note", "in a hurry").code == 0
    assert run("undo").code == run("undo").code == 0
    assert record(run) == before


@pytest.mark.usefixtures("plan")
def test_several_sessions_share_a_record_also_those_that_are_done(run):
    assert run("done", "1..2", "--depth", "0.5mm").code == 0
    shown = run("done", "1..2", "--device", "pen")
    assert shown.out.splitlines()[0] == "Sessions 1–2: pen."
    for number in (1, 2):
        assert (record(run, number)["depth"], record(run, number)["device"]) == ("0.5mm", "pen")


@pytest.mark.usefixtures("plan")
def test_the_log_spells_a_record_as_its_command(run):
    assert run("done", "1", "--on", "2026-11-01", *WENT, "--note", "it's fine").code == 0
    spelled = run("log").out
    assert (
        "done 1 --on 2026-11-01 --depth 0.5mm --device roller "
        "--reaction 'red until Tuesday' --note 'it'\"'\"'s fine'"
    ) in spelled


@pytest.mark.usefixtures("plan")
def test_an_invalid_needle_length_is_refused_with_an_example(run):
    shown = run("done", "1", "--on", "2026-11-01", "--depth", "deep")
    assert shown.code == 2
    assert "like 0.5mm" in shown.err


# --- where it is said -----------------------------------------------------------------------

SAID = "0.5mm · roller · reaction: red until Tuesday"


@pytest.fixture
def done(run, plan):  # noqa: ARG001 - the plan is there to be amended
    assert run("done", "1", "--on", "2026-11-01", *WENT).code == 0


@pytest.mark.usefixtures("done")
@pytest.mark.parametrize(
    ("flags", "said"),
    [
        pytest.param(("show", "-f", "table", "--notes"), SAID, id="the table, where it is asked for"),
        pytest.param(("show", "-f", "html"), f"How it went: {SAID}.", id="the page"),
        pytest.param(("export",), f"How it went: {SAID}.", id="the event of the session"),
        pytest.param(("show", "-f", "csv"), "0.5mm,roller,red until Tuesday,", id="csv"),
        pytest.param(("show", "-f", "tsv"), "0.5mm\troller\tred until Tuesday\t", id="tsv"),
        pytest.param(("show", "-f", "toml"), 'reaction = "red until Tuesday"', id="the plan file"),
    ],
)  # fmt: skip
def test_a_record_is_shown_wherever_its_session_is(run, flags, said):
    assert said in run(*flags, "-q").out.replace("\r\n ", "")


@pytest.mark.usefixtures("done")
@pytest.mark.parametrize(
    "flags",
    [
        pytest.param(("show", "-f", "table"), id="the table, unless it is asked for"),
        pytest.param(("export", "--discreet"), id="a discreet calendar"),
    ],
)
def test_a_record_is_not_shown(run, flags):
    assert "red until" not in run(*flags, "-q").out.replace("\r\n ", "")


@pytest.mark.usefixtures("done")
@pytest.mark.parametrize("name", ["ics", "html", "csv", "tsv"])
def test_a_discreet_plan_shows_no_record(run, name):
    assert run("revise", "--discreet").code == 0
    shown = run("show", "-f", name, "-q").out.replace("\r\n ", "")
    assert not any(part in shown for part in ("red until", "roller", "0.5mm"))


@pytest.mark.usefixtures("done")
def test_a_record_changes_the_event_of_its_session_and_of_no_other(run):
    before = sequences(run)
    assert run("done", "1", "--note", "in a hurry").code == 0
    assert sequences(run) == [before[0] + 1, *before[1:]]


def test_a_table_says_the_needle_length_of_each_session_if_they_differ(run):
    by_phase = (
        "new",
        "--start",
        "2026-11-01",
        "--every",
        "2x1w,2x2w",
        "--tz",
        "UTC",
        "-f",
        "table",
    )
    assert " Depth " in run(*by_phase, "--depth", "0.5mm,1mm").out
    assert " Depth " not in run(*by_phase, "--depth", "0.5mm").out


def test_a_line_of_time_names_the_interval_of_each_phase_whatever_else_differs(run):
    by_phase = ("new", "--start", "2026-11-01", "--every", "2x1w,2x2w", "--tz", "UTC")
    shown = run(*by_phase, "--depth", "0.5mm,1mm", "-f", "timeline").out
    assert "#1–2  1 week" in shown
    assert "#3–4  2 weeks" in shown
