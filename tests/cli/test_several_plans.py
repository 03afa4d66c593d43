"""Commands that look at several plans: files and folders as arguments, said together or one by one."""

import csv
import io
import json
from pathlib import Path

import icalendar
import pytest

from tests.forks import PROGRAM

PAIR = [
    ("P-1", "Kaya, B.", "2026-12-15", "10:00"),
    ("P-2", "Doe, C.", "2026-12-15", "10:15"),
]
OVERLAP = "Tue 15 Dec 2026 10:15 overlaps session 1 of Kaya, B. (P-1) (10:00)"


@pytest.fixture
def plans(tmp_path, run):
    rows = [
        {"id": own, "title": title, "start": start, "every": "3x4w", "at": at, "tz": "Europe/Paris"}
        for own, title, start, at in PAIR
    ]
    (tmp_path / "rows.ndjson").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert run("batch", "rows.ndjson", "-q", "-o", "plans/{id}.toml").code == 0
    return tmp_path / "plans"


@pytest.fixture
def broken(plans):
    (plans / "bad.toml").write_text("nonsense")


CALLS = [
    pytest.param(["show", "plans", "-f", "tsv"], id="show"),
    pytest.param(["export", "plans"], id="export"),
    pytest.param(["today", "plans"], id="today"),
    pytest.param(["next", "plans", "--line", "{id}"], id="next"),
    pytest.param(["log", "plans", "-f", "json"], id="log"),
    pytest.param(["day", "2026-12-15", "plans"], id="day"),
    pytest.param(["check", "plans", "-f", "json"], id="check"),
    pytest.param(["report", "plans"], id="report"),
]


@pytest.mark.usefixtures("plans", "broken")
@pytest.mark.parametrize("argv", CALLS)
def test_a_bad_file_is_named_and_hides_no_other(run, argv):
    shown = run(*argv)
    assert shown.code == 3
    assert "plans/bad.toml" in shown.err
    assert shown.err.rstrip().endswith("1 of 3 plans can't be read")
    assert all(own in shown.out or title in shown.out for own, title, _, _ in PAIR)


@pytest.mark.usefixtures("plans")
@pytest.mark.parametrize("argv", CALLS)
def test_a_folder_means_the_plans_in_it(run, argv):
    files = ["plans/P-1.toml", "plans/P-2.toml"]
    split = argv.index("plans")
    assert run(*argv).out == run(*argv[:split], *files, *argv[split + 1 :]).out


@pytest.mark.usefixtures("plans")
@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_rows_of_several_plans_have_one_header_and_the_ids_last(run, name):
    out = run("show", "plans", "-q", "-f", name).out
    rows = list(csv.reader(io.StringIO(out), delimiter={"csv": ",", "tsv": "\t"}[name]))
    assert [row[-2:] for row in rows] == [
        ["id", "title"],
        *[["P-1", "Kaya, B."]] * 3,
        *[["P-2", "Doe, C."]] * 3,
    ]


@pytest.mark.usefixtures("plans")
def test_documents_of_several_plans_are_one(run):
    told = json.loads(run("show", "plans", "-q", "-f", "json").out)
    assert told["plans"][1] == json.loads(run("show", "plans/P-2.toml", "-q", "-f", "json").out)
    lines = run("show", "plans", "-q", "-f", "ndjson").out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["P-1"] * 3 + ["P-2"] * 3


@pytest.mark.usefixtures("plans")
def test_a_joined_calendar_names_the_plan_of_each_event(run):
    assert run("revise", "--pause", "minoxidil=0d", "-p", "plans/P-1.toml").code == 0
    assert run("export", "plans", "-q", "-o", "all.ics").code == 0
    read = icalendar.Calendar.from_ical(Path("all.ics").read_bytes())
    assert [str(event["SUMMARY"]) for event in read.walk("VEVENT")][:3] == [
        "Pause minoxidil (Kaya, B., P-1)",
        "Kaya, B. 1 (P-1)",
        "Doe, C. 1 (P-2)",
    ]
    assert len({str(event["UID"]) for event in read.walk("VEVENT")}) == 9
    assert len(read.walk("VTIMEZONE")) == 1


@pytest.mark.usefixtures("plans")
def test_a_joined_calendar_without_names_has_the_ids(run):
    out = run("export", "plans", "--discreet", "-q").out
    assert "SUMMARY:appointment 1 (P-1)" in out
    assert "Kaya" not in out


@pytest.mark.usefixtures("plans")
def test_a_plan_file_has_one_plan(run):
    shown = run("show", "plans", "-f", "toml")
    assert (shown.code, "toml holds one plan" in shown.err, shown.out) == (2, True, "")


@pytest.mark.usefixtures("plans")
def test_sheets_and_pages_show_the_ids(run, tmp_path):
    assert "Kaya, B. (P-1)\n" in run("show", "plans", "-f", "table").out
    assert run("show", "plans", "-q", "-o", "all.html").code == 0
    assert "<h2><bdi>Kaya, B.</bdi> (P-1)</h2>" in (tmp_path / "all.html").read_text()


@pytest.mark.usefixtures("plans")
def test_check_names_double_bookings_and_a_day_that_is_free(run):
    shown = run("check", "plans")
    assert shown.code == 6
    assert shown.out.splitlines()[:2] == [
        "Doe, C. (P-2) · plans/P-2.toml",
        f"  #1  {OVERLAP}. To move it: microplan move 1 10:30 -p plans/P-2.toml",
    ]
    command = shown.out.splitlines()[1].partition("microplan ")[2].split()
    assert run(*command).code == 0
    assert "#1" not in run("check", "plans").out


@pytest.mark.usefixtures("plans")
@pytest.mark.parametrize(
    ("argv", "number"),
    [
        pytest.param(["plans"], 3, id="more than one at once"),
        pytest.param(["plans", "--capacity", "2"], 0, id="room for two"),
        pytest.param(["plans/P-1.toml"], 0, id="one plan is no double booking"),
        pytest.param(["plans", "--as-of", "2027-01-13"], 1, id="only what is to come"),
    ],
)
def test_double_bookings_are_those_beyond_the_capacity(run, argv, number):
    told = json.loads(run("check", *argv, "-f", "json").out)
    found = [each for each in told["findings"] if each["code"] == "double-booked"]
    assert len(found) == number
    assert {(each["plan"], each["file"]) for each in found} <= {("P-2", "plans/P-2.toml")}


@pytest.mark.usefixtures("plans")
def test_a_custom_line_can_name_plan_and_file(run):
    form = "{days:>3} {start:%a %H:%M} {tz} {id} {file}"
    assert run("next", "plans", "--line", form).out == (
        " 23 Tue 10:00 Europe/Paris P-1 plans/P-1.toml\n"
        " 23 Tue 10:15 Europe/Paris P-2 plans/P-2.toml\n"
    )


@pytest.mark.usefixtures("plans")
def test_an_amendment_in_json_names_plan_and_file(run):
    told = json.loads(run("skip", "2", "-p", "plans/P-1.toml", "-f", "json").out)
    assert (told["microplan"], told["plan"], told["file"]) == (1, "P-1", "plans/P-1.toml")


@pytest.mark.usefixtures("plans")
def test_two_files_of_one_plan_are_named(run, plans):
    (plans / "copy.toml").write_bytes((plans / "P-1.toml").read_bytes())
    told = json.loads(run("check", "plans", "--capacity", "9", "-f", "json").out)["findings"]
    assert [(each["file"], each["code"]) for each in told] == [("plans/copy.toml", "shared-id")]


READ = [
    pytest.param("show", "a.json", "a.json", id="a document"),
    pytest.param("show", "a.json", "./home/../a.json", id="by another path"),
    pytest.param("show", "link.json", "a.json", id="read through a link"),
    pytest.param("show", "a.json", "link.json", id="written through a link"),
    pytest.param("show", "a.json", "hard.json", id="a hard link"),
    pytest.param("show", "a.html", "a.html", id="a plan with the name of a page"),
    pytest.param("export", "a.ics", "a.ics", id="a plan with the name of a calendar"),
    pytest.param("report", "a.html", "a.html", id="a report"),
    pytest.param("day", "a.html", "a.html", id="a day sheet"),
    pytest.param("publish", "a.ics", "a.ics", id="a calendar that keeps up"),
    pytest.param("publish", "a.html", "a.ics", id="the page beside it"),
]


@pytest.mark.parametrize(("command", "source", "target"), READ)
def test_an_input_is_not_overwritten(run, plan, command, source, target):
    for name in ("a.html", "a.ics"):
        Path(name).write_bytes(plan.read_bytes())
    Path("a.json").write_text(run("show", "-p", plan, "-f", "json").out)
    Path("link.json").symlink_to("a.json")
    Path("hard.json").hardlink_to("a.json")
    if command == "publish" and source == target:
        Path("a.html").unlink()
    before = {path: path.read_bytes() for path in Path().glob("*.*")}
    to = [target] if command == "publish" else ["-o", target]
    done = run(command, *to, "-p", source, "--replace" if command in ("show", "publish") else "-q")
    assert (done.code, done.out) == (2, "")
    assert "is read here. Write to another file." in done.err
    assert {path: path.read_bytes() for path in Path().glob("*.*")} == before


def test_an_unreadable_plan_file_is_not_overwritten(run, plan, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    done = run("show", plan, broken, "-o", broken)
    assert (done.code, broken.read_text()) == (2, "{")
    assert "broken.json is read here" in done.err


def test_the_file_behind_stdin_is_not_overwritten(process, plan, tmp_path):
    path = tmp_path / "a.html"
    path.write_bytes(plan.read_bytes())
    shell = ("sh", "-c", 'exec "$@" < a.html', "sh", *PROGRAM)
    done = process("show", "-p", "-", "-o", path, program=shell)
    assert (done.code, path.read_bytes()) == (2, plan.read_bytes())
