"""``microplan day``: the sheet of a day over many plans, in every format."""

import csv
import io
import json
from pathlib import Path

import pytest

HEAD = "id,title,start,every,at,tz,duration,location"
PATIENTS = [
    'P-011,"Müller, A.",2026-12-15,6x4w,09:00,Europe/Paris,30m,Room 1',
    'P-002,"Kaya, B.",2026-12-15,6x4w,10:00,Europe/Paris,45m,Room 2',
    'P-017,"Doe, C.",2026-11-17,6x4w,10:30,Europe/Paris,30m,',
    "P-018,Rossi [b],2026-12-08,6x1w,,Europe/Paris,30m,",
]
SHEET = """\
Tue 15 Dec 2026 · 4 sessions
all day          Rossi [b] (P-018)   2 of 6
09:00    30 min  Müller, A. (P-011)  1 of 6  Room 1  first session
10:00    45 min  Kaya, B. (P-002)    1 of 6  Room 2  first session
10:30    30 min  Doe, C. (P-017)     2 of 6          2 at once
"""
HEADING = SHEET.partition("\n")[0]


@pytest.fixture
def clinic(tmp_path, run):
    rows = tmp_path / "rows.csv"
    rows.write_text("\n".join([HEAD, *PATIENTS, ""]))
    assert run("batch", rows, "-q", "-o", "plans/{id}.toml").code == 0
    return "plans"


def test_a_day_lists_the_sessions_of_a_folder_by_hour(run, clinic):
    shown = run("day", "2026-12-15", clinic)
    assert (shown.code, shown.out, shown.err) == (0, SHEET, "")


def test_the_days_of_a_week_share_their_columns(run, clinic):
    lines = run("day", "--week", "2026-12-15", clinic).out.splitlines()
    assert "all day          Rossi [b] (P-018)   2 of 6" in lines
    assert "09:00    30 min  Müller, A. (P-011)  1 of 6  Room 1  first session" in lines
    assert "14 Dec 2026 · no sessions" in lines[0]


def test_names_are_wrapped_before_times(run, terminal, clinic):
    made = ("--start", "2026-12-15", "--every", "6x4w", "--at", "18:00", "--tz", "Europe/Berlin")
    care = (
        "--pause",
        "retinol=2d",
        "--pause",
        "minoxidil=-0d+1d",
        "--title",
        "Somebody from Berlin",
    )
    assert run("new", *made, *care, "-q", "-o", "plans/P-020.toml").code == 0
    lines = terminal("day", "2026-12-15", clinic).screen.splitlines()
    assert any(line.startswith("18:00 Europe/Berlin  30 min  Somebody") for line in lines)


@pytest.mark.parametrize(
    ("argv", "heading"),
    [
        pytest.param(["plans"], "Sun 22 Nov 2026 · no sessions", id="today without a date"),
        pytest.param(["tomorrow", "plans"], "Mon 23 Nov 2026 · no sessions", id="a day in words"),
        pytest.param(["plans", "--as-of", "2026-12-15"], HEADING, id="as of a day"),
        pytest.param(
            ["2026-12-15", "plans/P-011.toml", "plans/P-011.toml"],
            "Tue 15 Dec 2026 · 1 session",
            id="a file that is named twice counts once",
        ),
        pytest.param(["2026-12-15", "-p", "plans"], HEADING, id="a folder after -p"),
    ],
)
@pytest.mark.usefixtures("clinic")
def test_the_first_argument_is_a_day_if_it_reads_as_one(run, argv, heading):
    assert run("day", *argv).out.split("\n")[0] == heading


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        pytest.param(["plnas"], 2, '"plnas" is neither a day nor a plan', id="a slip"),
        pytest.param(["12/1/2026"], 2, "it could mean 2026-12-01 or 2026-01-12", id="two readings"),
        pytest.param(["nowhere/"], 3, "nowhere can't be read", id="a folder that isn't there"),
        pytest.param(["a.toml", "b.toml"], 3, "2 of 2 plans can't be read", id="no file at all"),
        pytest.param(["empty"], 3, "empty holds no plan files", id="a folder without plans"),
        pytest.param(["-f", "ics"], 2, 'there\'s no format "ics" here', id="another format"),
        pytest.param(["-o", "day.pdf"], 2, "Use one of .txt", id="another suffix"),
        pytest.param(["--capacity", "0"], 2, "--capacity", id="no room at all"),
    ],
)
def test_invalid_days_and_plans_are_refused(run, argv, code, words):
    Path("empty").mkdir()
    shown = run("day", *argv)
    assert (shown.code, words in shown.err) == (code, True), shown.err


def test_a_plan_given_as_input_is_not_overwritten(run, clinic):
    document = Path("P-011.json")
    document.write_text(run("show", "-p", f"{clinic}/P-011.toml", "-f", "json").out)
    before = document.read_bytes()
    shown = run("day", document, "-o", document)
    assert (shown.code, shown.out, document.read_bytes()) == (2, "", before)
    assert "P-011.json is read here" in shown.err


def test_a_bad_file_hides_no_other(run, clinic, tmp_path):
    (tmp_path / clinic / "bad.toml").write_text("nonsense")
    shown = run("day", "2026-12-15", clinic, "-q")
    assert (shown.code, shown.out) == (3, SHEET)
    assert "plans/bad.toml: it isn't valid TOML" in shown.err
    assert "1 of 5 plans can't be read" in shown.err
    told = json.loads(run("day", clinic, "-f", "json").out)
    assert [each["file"] for each in told["unread"]] == ["plans/bad.toml"]


def test_a_day_says_what_was_moved_and_who_did_not_come(run, clinic):
    assert (
        run("skip", "1", "--no-show", "-p", "plans/P-011.toml", "--as-of", "2026-12-15").code == 0
    )
    assert run("move", "1", "2026-12-16", "-p", "plans/P-002.toml").code == 0
    shown = run("day", "--week", "2026-12-15", clinic).out
    assert "Tue 15 Dec 2026 · 2 sessions" in shown
    assert "1 of 6  Room 1  no-show, first session" in shown
    assert "1 of 6  Room 2  first session, moved from Tue 15 Dec" in shown
    assert shown.count("no sessions") == 5


def test_a_discreet_plan_shows_neither_its_words_nor_its_place(run):
    words = (
        "--start",
        "2026-12-15",
        "--every",
        "6x4w",
        "--at",
        "9:00",
        "--tz",
        "UTC",
        "--discreet",
    )
    more = (
        "--title",
        "Secret",
        "--location",
        "Room 9",
        "--pause",
        "retinol=0d",
        "-q",
        "-f",
        "json",
    )
    assert run("new", *words, *more, "-o", "own.toml").code == 0
    for name in ("text", "json", "csv", "tsv", "html"):
        shown = run("day", "2026-12-15", "own.toml", "-f", name).out
        assert "appointment" in shown
        assert not any(word in shown for word in ("Secret", "Room 9", "retinol"))


def test_plans_of_one_title_show_the_beginning_of_their_ids(run):
    for name, start in (("a", "2026-12-15"), ("b", "2026-12-08")):
        words = ("--start", start, "--every", "6x1w", "--tz", "UTC")
        assert run("new", *words, "-q", "-f", "json", "-o", f"{name}.toml").code == 0
    shown = json.loads(run("day", "2026-12-15", "a.toml", "b.toml", "-f", "json").out)
    text = run("day", "2026-12-15", "a.toml", "b.toml").out
    for session in shown["sessions"]:
        assert f"Scalp session ({session['id'][:8]})" in text
    assert "(" not in run("day", "2026-12-15", "a.toml").out


def test_a_spreadsheet_has_a_row_for_each_session(run, clinic):
    rows = list(csv.DictReader(io.StringIO(run("day", "2026-12-15", clinic, "-f", "csv").out)))
    assert [(row["id"], row["start"][11:16], row["over_capacity"]) for row in rows] == [
        ("P-018", "", "false"),
        ("P-011", "09:00", "false"),
        ("P-002", "10:00", "false"),
        ("P-017", "10:30", "true"),
    ]
    told = json.loads(run("day", "2026-12-15", clinic, "-f", "json").out)
    assert list(rows[0]) == list(told["sessions"][0])


def test_capacity_is_how_many_may_come_at_once(run, clinic):
    assert "at once" not in run("day", "2026-12-15", clinic, "--capacity", "2").out


def test_files_match_the_screen(run, clinic, tmp_path):
    written = run("day", "2026-12-15", clinic, "-o", "day.txt", "-o", "day.html")
    assert (written.out, written.err) == ("", "wrote day.txt\nwrote day.html\n")
    assert (tmp_path / "day.txt").read_text() == SHEET
    page = (tmp_path / "day.html").read_text()
    assert "<h1>Tue 15 Dec 2026 · 4 sessions</h1>" in page
    assert "Rossi [b]</bdi> (P-018)" in page


@pytest.mark.parametrize(
    ("number", "day", "code", "words"),
    [
        pytest.param("1", "2026-12-15", 0, "Session 1 was a no-show", id="on its day"),
        pytest.param("2", "2026-12-15", 4, "nobody has missed it yet", id="before its day"),
    ],
)
@pytest.mark.usefixtures("clinic")
def test_a_future_session_cannot_be_missed(run, number, day, code, words):
    shown = run("skip", number, "--no-show", "-p", "plans/P-011.toml", "--as-of", day)
    assert (shown.code, words in shown.out + shown.err) == (code, True)
    if code == 0:
        assert "skip 1 --no-show" in run("log", "-p", "plans/P-011.toml").out
        again = run("skip", number, "--no-show", "-p", "plans/P-011.toml", "--as-of", day)
        assert again.out == "Session 1 is already a no-show; nothing changed.\n"
