"""Files of a batch: a failed row stops no other, and no row writes outside its folder."""

import json
import os
import re
import stat
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from icalendar import Calendar

ROW = {"start": "2026-12-01", "every": "6x4w", "tz": "UTC"}
ROWS = "".join(f"{json.dumps(ROW | {'id': name})}\n" for name in ("anna", "bela", "cleo")).encode()


def makes_a_folder(path):
    path.mkdir(parents=True)


def makes_a_pipe(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)


def makes_a_file_of_its_folder(path):
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    path.parent.write_text("mine")


def links_to_a_file_elsewhere(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to("../../elsewhere")


def links_its_folder_elsewhere(path):
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    path.parent.symlink_to("..")


def links_nowhere(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to("../../nothing")


IN_THE_WAY = [
    pytest.param(makes_a_folder, "already exists and isn't a file", id="a folder"),
    pytest.param(makes_a_pipe, "already exists and isn't a file", id="a pipe"),
    pytest.param(makes_a_file_of_its_folder, "can't be made: ", id="a file, not a folder"),
    pytest.param(
        links_to_a_file_elsewhere, "leads out of out through a link", id="a link to a file"
    ),
    pytest.param(
        links_its_folder_elsewhere, "leads out of out through a link", id="a link to a folder"
    ),
    pytest.param(links_nowhere, "leads out of out through a link", id="a link to nothing"),
]
TEMPLATES = ["out/{id}/plan.toml", "out/{id}/plan.html"]


@pytest.mark.parametrize("flags", [(), ("--replace",)])
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(("put", "sentence"), IN_THE_WAY)
def test_an_existing_file_fails_only_its_row(  # noqa: PLR0913, PLR0917 - a table's columns
    run, tmp_path, put, sentence, template, flags
):
    (tmp_path / "elsewhere").write_text("mine")
    put(tmp_path / template.replace("{id}", "bela"))
    done = run("batch", "-", "-q", "--errors", "-", "-o", template, *flags, stdin=ROWS)
    (fault,) = map(json.loads, done.out.splitlines())
    assert (done.code, fault["line"], fault["id"]) == (3, 2, "bela")
    assert sentence in fault["error"]
    for name in ("anna", "cleo"):
        assert (tmp_path / template.replace("{id}", name)).stat().st_size
    assert (tmp_path / "elsewhere").read_text() == "mine"
    assert not (tmp_path / "nothing").exists()
    assert not (tmp_path / "out" / "plan.toml").exists()


@pytest.mark.parametrize("flags", [(), ("--replace",)])
def test_a_name_that_is_too_long_is_the_fault_of_its_row(run, tmp_path, flags):
    template = f"out/{'x' * 200}{{id}}.toml"
    rows = ROWS.replace(b"bela", b"b" * 90)
    done = run("batch", "-", "-q", "--errors", "-", "-o", template, *flags, stdin=rows)
    (fault,) = map(json.loads, done.out.splitlines())
    assert (done.code, fault["line"]) == (3, 2)
    assert fault["error"].endswith(": file name too long")
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_a_row_writes_all_of_its_files_or_none(run, tmp_path):
    (tmp_path / "bela.html").mkdir()
    assert run("batch", "-", "-q", "-o", "{id}.toml", "-o", "{id}.html", stdin=ROWS).code == 3
    assert not (tmp_path / "bela.toml").exists()
    assert (tmp_path / "cleo.toml").exists()


def test_the_folder_that_a_template_names_may_be_a_link(run, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    assert run("batch", "-", "-q", "-o", "out/{id}.toml", stdin=ROWS).code == 0
    assert len(list((tmp_path / "real").iterdir())) == 3


def test_a_template_is_at_most_so_deep(run):
    done = run("batch", "-", "-o", "/".join(["{id}"] * 1_500) + ".toml", stdin=ROWS)
    assert done.code == 2
    assert "may be at most 19 folders deep" in done.err
    assert run("batch", "-", "-q", "-o", "a/" * 19 + "{id}.toml", stdin=ROWS).code == 0


# --- the disk -------------------------------------------------------------------------------


@pytest.fixture
def synced(monkeypatch):
    """Count syncs to disk: of single files and folders, and of whole file systems."""
    count = Counter()

    def one(handle, sync=os.fsync):
        count["folders" if stat.S_ISDIR(os.fstat(handle).st_mode) else "files"] += 1
        sync(handle)

    monkeypatch.setattr(os, "fsync", one)
    monkeypatch.setattr(os, "sync", lambda: count.update(["everything"]))
    return count


MANY = "".join(f"{json.dumps(ROW | {'id': f'{n}'})}\n" for n in range(100)).encode()


def test_files_that_can_be_made_again_go_to_the_disk_together(run, synced):
    assert (
        run("batch", "-", "-q", "-o", "out/{id}.ics", "-o", "out/{id}.html", stdin=MANY).code == 0
    )
    assert synced == {"everything": 1}


def test_each_plan_file_is_synced_and_its_folder_once(run, synced, tmp_path):
    assert run("batch", "-", "-q", "-o", "out/{id}.toml", stdin=MANY).code == 0
    assert synced == {"files": 100, "folders": 1}
    assert len(list((tmp_path / "out").iterdir())) == 100


def test_a_disk_error_names_the_plan(run, monkeypatch):
    def fails(_handle):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    done = run("batch", "-", "-q", "-o", "out/{id}.toml", stdin=MANY)
    assert done.code == 9
    assert re.search(r"out/[0-9]+\.toml can't be written: input/output error\n$", done.err)


# --- all plans in one file ------------------------------------------------------------------

TWINS = [
    ROW | {"id": "P-1", "title": "Ann"},
    ROW | {"id": "P-2", "title": "Ann", "at": "09:00", "tz": "Asia/Tokyo"},
    ROW | {"title": "Bea", "care": "photos", "at": "09:00"},
    ROW | {"title": "Bea", "start": "2026-12-02"},
    ROW | {"title": "Cy", "discreet": "yes"},
]
TABLE = "".join(f"{json.dumps(row)}\n" for row in TWINS).encode()


def test_all_plans_go_into_one_calendar_and_no_two_titles_are_equal(run, tmp_path):
    assert run("batch", "-", "-o", "all.ics", "--pages", "all.html", "-q", stdin=TABLE).out == ""
    calendar = Calendar.from_ical((tmp_path / "all.ics").read_bytes())
    assert {str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")} == {"Asia/Tokyo"}
    titles = [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]
    sessions = [title for title in titles if "hotos" not in title]
    assert len(set(sessions)) == len(sessions) == len(TWINS) * 6
    assert sessions[::6] == [
        "Ann 1 (P-1)",
        "Ann 1 (P-2)",
        "Bea 1",
        f"Bea 1 ({derived(run, TWINS[3])})",
        "appointment 1",
    ]

    page = (tmp_path / "all.html").read_text()
    assert derived(run, TWINS[3]) in page
    assert derived(run, TWINS[2]) not in page


def derived(run, row):
    return json.loads(run("batch", "-", "-q", stdin=json.dumps(row).encode()).out)["id"][:8]


def test_a_calendar_of_all_has_the_events_of_an_export_of_their_plans(run, tmp_path):
    rows = (ROW | {"id": "a"}, ROW | {"id": "b", "at": "10:00", "start": "2026-11-30"})
    table = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    assert run("batch", "-", "-o", "{id}.toml", "-o", "all.ics", stdin=table).code == 0
    assert run("export", "a.toml", "b.toml", "-o", "both.ics").code == 0
    ours, theirs = (
        (tmp_path / name).read_text().replace("END:VEVENT", "").split("BEGIN:VEVENT")
        for name in ("all.ics", "both.ics")
    )
    assert ours[0] == theirs[0]
    assert sorted(ours[1:]) != ours[1:]
    assert {each.removesuffix("END:VCALENDAR\n").strip() for each in ours} == {
        each.removesuffix("END:VCALENDAR\n").strip() for each in theirs
    }


@pytest.mark.parametrize(("name", "separator"), [("csv", ","), ("tsv", "\t")])
def test_all_sessions_are_one_table_with_one_header(run, tmp_path, name, separator):
    printed = run("batch", "-", "-q", "-f", name, "-o", f"all.{name}", stdin=TABLE).out
    assert printed.encode() == (tmp_path / f"all.{name}").read_bytes()
    header, *lines = printed.splitlines()
    assert header.split(separator)[-2:] == ["id", "title"]
    assert len(lines) == len(TWINS) * 6
    assert lines[0].endswith(separator.join(["", "P-1", "Ann"]))
    assert not any(line.startswith("number") for line in lines)


def test_a_table_of_no_plan_has_its_header(run):
    done = run("batch", "-", "-f", "csv", stdin=b'{"start": "never"}\n')
    assert (done.code, done.out.count("\n")) == (3, 1)
    assert done.out.startswith("number,of,")


def test_a_refused_row_stays_in_the_calendar_of_all_as_its_plan_is(run, tmp_path):
    assert run("batch", "-", "-o", "{id}.toml", "-q", stdin=ROWS).code == 0
    assert run("done", "1", "-p", "anna.toml", "--on", "2026-11-22").code == 0
    changed = ROWS.replace(b"6x4w", b"8x4w")
    done = run("batch", "-", "-o", "{id}.toml", "-o", "all.ics", "--replace", "-q", stdin=changed)
    assert done.code == 3
    summaries = re.findall(r"SUMMARY:(.*)\r?\n", (tmp_path / "all.ics").read_text())
    assert sum("(anna)" in each for each in summaries) == 6
    assert sum("(bela)" in each for each in summaries) == 8
    assert "✓ Scalp session 1 (anna)" in summaries


def test_combined_files_are_not_written_in_a_dry_run_or_over_existing_ones(run, tmp_path):
    assert run("batch", "-", "-o", "all.csv", "--dry-run", stdin=ROWS).code == 0
    assert not (tmp_path / "all.csv").exists()
    (tmp_path / "all.csv").write_text("mine")
    refused = run("batch", "-", "-o", "all.csv", stdin=ROWS)
    assert (refused.code, (tmp_path / "all.csv").read_text()) == (4, "mine")
    assert run("batch", "-", "-o", "all.csv", "--replace", stdin=ROWS).code == 0
    assert (tmp_path / "all.csv").read_text().count("\n") == 19


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        pytest.param(("-o", "u.csv"), 2, id="a table of all"),
        pytest.param(("-o", "all.ics", "--moved", "./u.csv"), 2, id="what moved"),
        pytest.param(("--errors", "link.csv"), 2, id="faults, by another name"),
        pytest.param(("--ids", "u.csv"), 2, id="ids"),
        pytest.param(("--busy", "busy.ics", "-o", "busy.ics"), 2, id="a busy calendar"),
        pytest.param(("-o", "{id}.csv"), 3, id="a file of a row"),
    ],
)
def test_an_input_is_never_overwritten(run, tmp_path, flags, code):
    (tmp_path / "u.csv").write_text("id,start,every\nu,2026-12-01,3x4w\n")
    (tmp_path / "busy.ics").write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    (tmp_path / "link.csv").hardlink_to(tmp_path / "u.csv")
    before = {path: path.read_bytes() for path in tmp_path.glob("*.*")}
    done = run("batch", "u.csv", "-q", "--replace", *flags)
    assert done.code == code
    assert "is read here" in done.err
    assert {path: path.read_bytes() for path in tmp_path.glob("*.*")} == before


BUSY = [
    pytest.param("work.ics", ("-o", "work.ics"), 9, "work.ics can't be written", id="a calendar of all"),
    pytest.param("./work.ics", ("-o", "link.ics"), 9, "work.ics can't be written",
                 id="by another name"),
    pytest.param("work.html", ("--pages", "work.html"), 9, "work.html can't be written",
                 id="the page of all"),
    pytest.param("work.ics", ("--pages", "page.html", "-o", "{id}.ics"), 3, "is read here",
                 id="the file of its row"),
    pytest.param("later.ics", ("-o", "{id}.ics"), 3, "is read here", id="that of a later row"),
]  # fmt: skip


@pytest.mark.parametrize(("busy", "flags", "code", "fault"), BUSY)
def test_a_calendar_named_in_a_row_is_never_overwritten(run, busy, flags, code, fault):
    calendar = "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"
    for name in ("work.ics", "later.ics", "work.html"):
        Path(name).write_text(calendar)
    Path("link.ics").hardlink_to("work.ics")
    rows = f"id,start,every,busy\nwork,2026-12-01,3x4w,{busy}\nlater,2026-12-01,2x4w,\n"
    done = run("batch", "-", "-q", "--replace", *flags, stdin=rows.encode())
    assert (done.code, fault in done.err) == (code, True), done.err
    assert Path(busy).read_text() == calendar


def test_a_row_cannot_use_the_name_of_a_combined_file(run):
    rows = json.dumps(ROW | {"id": "all"}).encode()
    done = run("batch", "-", "-q", "-o", "{id}.ics", "-o", "all.ics", stdin=rows)
    assert done.code == 3
    assert "all.ics would be written twice by this batch" in done.err


IN_THE_WAY_OF_ALL = [
    pytest.param(("-o", "all.json"), 2, "or name it .tsv, .csv or .ics", id="no format for all"),
    pytest.param(("-o", "all.html"), 2, "or use --pages all.html", id="a page is asked for so"),
    pytest.param(("-f", "ics"), 2, "Use ndjson, csv or tsv here", id="a calendar on stdout"),
    pytest.param(("-f", "csv", "--errors", "-"), 2, "with --format csv name a file", id="faults"),
    pytest.param(("-o", "a.csv", "--errors", "a.csv"), 2, "a.csv is named twice", id="two of one"),
    pytest.param(
        ("-o", "a.db", "--ids", "a.db", "--first-line", "1"), 2, "a.db is named", id="ids and plans"
    ),
    pytest.param(("-o", "none.ics/all.ics"), 9, "can't be made", id="a file for a folder"),
]


@pytest.mark.parametrize(("flags", "code", "sentence"), IN_THE_WAY_OF_ALL)
def test_invalid_outputs_for_all_plans_are_refused(run, tmp_path, flags, code, sentence):
    (tmp_path / "none.ics").write_text("mine")
    done = run("batch", "-", "-q", *flags, stdin=ROWS)
    assert (done.code, done.out) == (code, "")
    assert sentence in done.err


def test_a_full_disk_names_the_file_of_all_plans(run, tmp_path, monkeypatch):
    full = Path("/dev/full")
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *_, **__: full.open("w"))
    done = run("batch", "-", "-q", "-o", "all.csv", stdin=ROWS * 2)
    assert done.code == 9
    assert "microplan: all.csv can't be written: no space left on device\n" in done.err
    assert not (tmp_path / "all.csv").exists()


def test_braces_of_a_name_are_written_twice(run, tmp_path):
    assert run("batch", "-", "-q", "-o", "{{all}}.csv", stdin=ROWS).code == 0
    assert (tmp_path / "{all}.csv").exists()
