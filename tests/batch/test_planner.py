"""Many rows, one plan each: in order, in little memory, and a bad row costs itself alone."""

import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from microplan.batch import closed_days, outlines, row_changes
from microplan.batch import planned as planned_rows
from microplan.batch import planner as batch
from microplan.batch.table import Row
from microplan.calendars import lookup
from microplan.formats import Subject, json_document
from microplan.model.plan import Plan
from microplan.scheduling import schedule
from microplan.storage import plan_file
from tests import forks
from tests.forks import PROGRAM
from tests.strategies import rule_words, texts

ROW = {"id": "P-001", "start": "2026-12-01", "every": "6x4w", "at": "18:00", "tz": "Europe/Paris"}
CLINIC = """\
id;start;every;at;tz;avoid;care
P-001;01.12.2026;6x4w;18:00;Europe/Paris;;
P-004;01.12.2026;6x4w;18:00;Europe/Paris;24.12.2026..06.01.2027;
P-007;31.11.2026;6x4w;18:00;Europe/Paris;;minoxidil,photos
"""


def ndjson(*given_rows):
    return "".join(f"{json.dumps(row)}\n" for row in given_rows).encode()


def numbered(count):
    return (ROW | {"id": f"{number}"} for number in range(count))


def planned(run, *given_rows):
    done = run("batch", "-", "-q", "--errors", "-", stdin=ndjson(*given_rows))
    return [json.loads(line) for line in done.out.splitlines()]


def test_a_batch_reports_the_outcome_of_every_row(run, tmp_path):
    (tmp_path / "patients.csv").write_text(CLINIC)
    done = run("batch", "patients.csv", "--dates", "dmy", "--errors", "-")
    assert done.code == 3
    assert done.err == (
        "3 rows: 2 planned, 1 not\n"
        'microplan: line 4 (P-007): can\'t read start "31.11.2026": November has 30 days\n'
        "P-004: session 2 Tue 29 Dec → Thu 7 Jan (closed 24 Dec–6 Jan); 3–6 follow on Thursdays\n"
    )
    first, second, fault = map(json.loads, done.out.splitlines())
    assert [first["id"], second["id"]] == ["P-001", "P-004"]
    assert fault == {
        "error": 'can\'t read start "31.11.2026": November has 30 days',
        "line": 4,
        "id": "P-007",
    }


def test_a_line_is_the_document_that_new_prints(run):
    flags = [part for name, value in ROW.items() for part in (f"--{name}", value)]
    alone = run("new", *flags, "--care", "minoxidil,photos", "-q", "-f", "json")
    (document_,) = planned(run, ROW | {"care": "minoxidil,photos"})
    assert document_ == json.loads(alone.out)
    assert list(document_) == list(json.loads(alone.out))


def test_a_course_gives_what_the_row_leaves_out(run):
    own = {"start": "2026-12-01", "protocol": "dhurat-2013"}
    alone = run(
        "new",
        "--start",
        "2026-12-01",
        "--protocol",
        "dhurat-2013",
        "--tz",
        "UTC",
        "-q",
        "-f",
        "json",
    )
    assert planned(run, own) == [json.loads(alone.out)]


def test_plans_do_not_depend_on_the_machine_or_its_settings(run, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    (document_,) = planned(run, {"start": "2026-12-01", "every": "2x4w"})
    assert document_["tz"] == "UTC"


EVERY_WORD = {
    "avoid": ["12-30"],
    "remind": ["1d"],
    "holidays": ["DE-BY"],
    "care": "photos",
    "pause": ["retinol=-1d+3d"],
    "cue": ["wash gently=+1d"],
    "checkpoint": ["review=12w"],
    "use": ["serum=daily"],
    "supply": ["cartridge=1"],
    "stock": ["cartridge=3"],
}


def flags_of(row):
    """Spell a row as the flags of new, and of batch for all rows."""
    return [
        part
        for name, value in row.items()
        for each in (value if isinstance(value, list) else [value])
        for part in (f"--{name}", each)
    ]


def test_all_words_of_new_are_columns_and_flags_for_all_rows(run):
    alone = json.loads(run("new", *flags_of(ROW | EVERY_WORD), "-q", "-f", "json").out)
    assert planned(run, ROW | EVERY_WORD) == [alone]
    done = run("batch", "-", "-q", *flags_of(EVERY_WORD), stdin=ndjson(ROW))
    assert json.loads(done.out) == alone
    cells = {name: "; ".join(value) for name, value in EVERY_WORD.items() if name != "care"}
    assert planned(run, ROW | cells | {"care": "photos"}) == [alone]


def test_a_cell_overrides_an_option_for_all_rows(run):
    rows = ndjson(ROW, ROW | {"id": "2", "at": ""}, ROW | {"id": "3", "location": "Room 3"})
    flags = ("--at", "8:30 pm", "--location", "Room 1", "--avoid", "24 Dec 2026 - 3 Jan 2027")
    done = run("batch", "-", "-q", *flags, stdin=rows)
    first, second, third = (json.loads(line)["rules"] for line in done.out.splitlines())
    assert (first["at"], second["at"]) == ("18:00", "20:30")
    assert (first["location"], third["location"]) == ("Room 1", "Room 3")
    assert first["avoid"] == ["2026-12-24..2027-01-03"]


def test_holidays_of_many_rows_are_looked_up_once_a_year(run, monkeypatch):
    asked = []
    holidays_of = lookup.holidays_of
    monkeypatch.setattr(lookup, "holidays_of", lambda *of: asked.append(of) or holidays_of(*of))
    closed_days._of_year.cache_clear()  # noqa: SLF001
    rows = [ROW | {"id": f"{day}", "start": f"2026-12-{day:02}"} for day in range(1, 29)]
    done = run("batch", "-", "-q", "--holidays", "FR", stdin=ndjson(*rows))
    assert (done.code, len(done.out.splitlines())) == (0, 28)
    assert len(asked) == 3


def test_a_busy_calendar_closes_days_of_a_row(run, tmp_path):
    (tmp_path / "busy.ics").write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\n"
        "DTSTART;VALUE=DATE:20261229\r\nDTEND;VALUE=DATE:20261230\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    (document_,) = planned(
        run, {"id": "1", "start": "2026-12-01", "every": "6x4w", "busy": "busy.ics"}
    )
    assert document_["sessions"][1]["date"] != "2026-12-29"
    assert "nowhere.ics" in planned(run, ROW | {"busy": "nowhere.ics"})[0]["error"]


def busy_calendar(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x"]
    for number, days in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}", "DTSTAMP:20261101T000000Z", *days, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


A_DAY = ("DTSTART;VALUE=DATE:20261229", "DTEND;VALUE=DATE:20261230")


@pytest.mark.usefixtures("forked_reader")
def test_a_busy_calendar_is_read_and_its_faults_reported_once(run, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(lookup, "taken", lambda *given: asked.append(given) or reads(*given))
    (tmp_path / "busy.ics").write_text(busy_calendar(A_DAY, ("DTSTART:whenever",)))
    days = range(1, 31)
    rows = [ROW | {"id": f"{day}", "start": f"2026-12-{day:02}"} for day in days]
    done = run("batch", "-", "-q", "--busy", "busy.ics", stdin=ndjson(*rows))
    assert done.err == "busy.ics: event 2 has no readable start, so it closes nothing\n"
    assert (done.code, len(asked)) == (0, 1)
    first = json.loads(done.out.splitlines()[0])
    assert first["sessions"][1]["date"] == "2026-12-30"


reads = lookup.taken


@pytest.mark.usefixtures("forked_reader")
def test_a_calendar_is_read_again_only_for_days_it_was_not_read_for(run, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(lookup, "taken", lambda *given: asked.append(given) or reads(*given))
    (tmp_path / "busy.ics").write_text(busy_calendar(A_DAY))
    starts = ("2026-12-01", "2031-01-01", "2027-06-01", "2022-12-06")
    rows = [ROW | {"id": start, "start": start} for start in starts]
    done = run("batch", "-", "-q", "--busy", "busy.ics", stdin=ndjson(*rows))
    assert (done.code, len(asked)) == (0, 3)
    dates = [json.loads(line)["sessions"][1]["date"] for line in done.out.splitlines()]
    assert dates == ["2026-12-30", "2031-01-29", "2027-06-29", "2023-01-03"]


@pytest.mark.usefixtures("forked_reader")
def test_a_plan_passes_over_its_own_events_and_no_others(run):
    rows = [
        {"id": "a", "start": "2026-12-01", "every": "6x4w", "at": "18:00", "tz": "UTC"},
        {"title": "B", "start": "2026-12-01", "every": "6x4w", "at": "09:00", "tz": "UTC"},
    ]
    alone = run("batch", "-", "-q", "-o", "all.ics", "-f", "csv", stdin=ndjson(*rows))
    again = run("batch", "-", "-q", "-f", "csv", "--busy", "all.ics", stdin=ndjson(*rows))
    assert again.out == alone.out
    other = run("batch", "-", "-q", "--busy", "all.ics", stdin=ndjson(rows[0] | {"id": "c"}))
    assert json.loads(other.out)["sessions"][0]["date"] == "2026-12-02"


UNREADABLE = [
    pytest.param(("--busy", "nowhere.ics"), "nowhere.ics can't be read", id="no file"),
    pytest.param(("--busy", "note.ics"), "note.ics can't be read", id="no calendar"),
    pytest.param(("--busy", "-"), "can't both come from standard input", id="standard input"),
]


@pytest.mark.parametrize(("flags", "sentence"), UNREADABLE)
def test_a_calendar_that_cannot_be_read_is_the_fault_of_its_rows(run, tmp_path, flags, sentence):
    (tmp_path / "note.ics").write_text("see you on Tuesday")
    done = run("batch", "-", "-q", *flags, stdin=ndjson(*numbered(3)))
    assert (done.code, done.out) == (3, "")
    assert sentence in done.err
    assert "the same in 2 more rows" in done.err


FAULTS = [
    pytest.param(
        {"tz": None}, "tz is missing. A row with a time needs a time zone", id="an hour, no zone"
    ),
    pytest.param({"start": None}, "start is missing", id="no start"),
    pytest.param({"start": "today"}, "that isn't a date", id="a day counted from today"),
    pytest.param({"every": "6x4m"}, "m could mean minutes or months", id="a pace nobody can read"),
    pytest.param({"on": ["mon"]}, "give one value, not several", id="several of one"),
    pytest.param({"on": {"mon": 1}}, "give one value", id="an object"),
    pytest.param(
        {"title": ["x"]}, "title isn't text. Write it in quotes", id="a title that is none"
    ),
    pytest.param({"id": True}, "id isn't text. Write it in quotes", id="an id that is none"),
    pytest.param({"id": {}}, "id isn't text. Write it in quotes", id="an object for an id"),
    pytest.param({"care": 7}, "care takes the names of care sets", id="care that is none"),
    pytest.param({"care": "tea"}, "there's no care set 'tea'", id="care nobody knows"),
    pytest.param(
        {"protocol": "dhurat"},
        "Did you mean dhurat-2013 or dhurat-2015?",
        id="a course nobody knows",
    ),
    pytest.param({"protocol": "../x.toml"}, "there's no course", id="a file for a course"),
    pytest.param({"sessions": 10**30}, "that number is too large", id="a number of many digits"),
    pytest.param({"discreet": "perhaps"}, "write yes or no", id="neither yes nor no"),
    pytest.param({"avoid": "2026-12-01..2029-12-01"}, "has no open day", id="no day is left"),
    pytest.param({"location": "x" * 9999}, "at most 1000 characters", id="a text without end"),
    pytest.param({"nonsense": 1}, "there's no column", id="a word nobody knows"),
]


@pytest.mark.parametrize(("change", "fault"), FAULTS)
def test_a_bad_row_fails_only_itself(run, change, fault):
    bad = {name: value for name, value in (ROW | change).items() if value is not None}
    done = run("batch", "-", "--errors", "-", stdin=ndjson(ROW, bad, ROW | {"id": "P-002"}))
    first, error, last = map(json.loads, done.out.splitlines())
    assert done.code == 3
    assert (first["id"], last["id"]) == ("P-001", "P-002")
    assert fault in error["error"]
    assert len(error["error"]) < 700
    assert error["line"] == 2


READ = [
    pytest.param({"remind": "1d"}, {"remind": ["1d"]}, id="one reminder as text"),
    pytest.param({"remind": ["1d", "2h"]}, {"remind": ["1d", "2h"]}, id="two as a list"),
    pytest.param({"sessions": 3, "every": "4w"}, {"sessions": "3"}, id="a number as such"),
    pytest.param({"discreet": True}, {"discreet": True}, id="true as such"),
    pytest.param({"discreet": "yes"}, {"discreet": True}, id="yes"),
    pytest.param({"location": "\ud800"}, {"location": "\ufffd"}, id="half a character"),
    pytest.param({"prefer": None, "gap": ""}, {}, id="null and nothing are words not given"),
]


@pytest.mark.parametrize(("change", "words"), READ)
def test_values_are_read_as_they_come(run, change, words):
    (document_,) = planned(run, ROW | change)
    assert words.items() <= document_["rules"].items()


def test_a_bad_row_is_reported_after_a_good_one_was_cached(run):
    good, bad = ROW | {"gap": None}, ROW | {"gap": "x"}
    again = good | {"id": "P-002"}
    assert [("error" in line) for line in planned(run, good, bad, again, bad)] == [False, True] * 2


CREATED = datetime(2026, 11, 22, 20, tzinfo=UTC)


@given(st.lists(rule_words(), min_size=1, max_size=2), texts(), st.booleans())
def test_a_repeated_row_gives_the_same_output_as_the_first(each, title, discreet):
    planner = batch.Planner(CREATED)
    for number, drawn in enumerate(each * 3):
        words = drawn | {"tz": drawn.get("tz") or "UTC", "discreet": discreet, "care": "photos"}
        words |= {"duration": f"{1 + number % 2}h"}
        row = Row(line=1, words=words | {"id": f"{number}", "title": title})
        line, alone = (
            planned_rows.line(planner.plan(row)),
            planned_rows.line(batch.Planner(CREATED).plan(row)),
        )
        assert line == alone


def test_the_cache_is_bounded():
    planner = batch.Planner(CREATED)
    for count in (9_000, 8_000, 10_000, 5, 7, 9_999):
        row = Row(line=1, words={"start": "2026-12-01", "every": f"{count}x1d"})
        assert isinstance(planner.plan(row), planned_rows.Planned)
        for memory in (planner.outlines.known, planner.outlines.placed):
            assert sum(size for _, size in memory.kept.values()) <= outlines.MOST_KEPT


def test_words_that_are_long_take_room_as_well_as_sessions():
    days = [f"{year}-{month:02d}-01" for year in range(2027, 2057) for month in range(1, 13)]
    planner = batch.Planner(CREATED)
    for number in range(600):
        words = {"start": "2026-12-01", "every": "1x1w", "avoid": days, "location": f"{number}"}
        assert isinstance(planner.plan(Row(line=1, words=words)), planned_rows.Planned)
    assert (
        sum(len(key) for key in planner.outlines.known.kept)
        <= outlines.MOST_KEPT * outlines.A_SESSION
    )


@given(rule_words(), st.lists(st.times(), min_size=2, max_size=5, unique=True))
def test_cached_days_are_written_with_any_time(words, hours):
    planner = batch.Planner(CREATED)
    for at in hours:
        own = words | {"tz": "Europe/Paris", "at": f"{at:%H:%M}", "remind": [], "care": "hygiene"}
        result = planner.plan(Row(line=1, words=own))
        alone = json_document.content(result.subject(CREATED.date()))
        assert json.loads(planned_rows.line(result)) == alone


@given(rule_words())
def test_a_line_says_what_the_document_says(words):
    planner = batch.Planner(CREATED)
    result = planner.plan(Row(line=1, words=words | {"tz": words.get("tz") or "UTC"}))
    if isinstance(result, planned_rows.Failed):
        return
    plan: Plan = result.plan
    subject = Subject(plan=plan, sessions=schedule.schedule(plan), today=CREATED.date())
    line = planned_rows.line(result)
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert json.loads(line) == json.loads("".join(json_document.document(subject)))


ADVICE = [
    pytest.param(b"01.12.2026", ". Write 2026-12-01 or 2026-01-12, or give --dates dmy", id="dots"),
    pytest.param(b"1/2/2026", ", or give --dates dmy or mdy", id="strokes that tell no order"),
    pytest.param(b"1/13/2026", ". Write 2026-01-13, or give --dates mdy", id="the month first"),
    pytest.param(b"31.11.2026", "November has 30 days", id="no day in any order"),
]


@pytest.mark.parametrize(("day", "advice"), ADVICE)
def test_the_error_for_another_date_order_names_the_flag(run, day, advice):
    done = run("batch", "-", stdin=b"start,every\n" + day + b",6x4w\n")
    assert done.err.splitlines()[1].endswith(advice)
    assert "--dates" not in run("batch", "-", "--dates", "mdy", stdin=b"start\n" + day).err


def test_the_error_for_values_with_commas_names_the_separator(run):
    days = "12-24..01-03, 2027-02-01"
    table = f'start;every;avoid\n2026-12-01;6x4w;"{days}"\n'.encode()
    assert run("batch", "-", stdin=table).err.endswith(
        "; separate several with ; and quote the cell if ; also separates the columns\n"
    )
    told = run("batch", "-", stdin=ndjson(ROW | {"avoid": days})).err
    assert told.endswith("; write several as a list\n")


@pytest.mark.parametrize("flags", [(), ("-o", "{id}.toml"), ("--pages", "all.html")])
def test_a_taken_id_is_reported_with_its_line(run, flags):
    nameless = {name: value for name, value in ROW.items() if name != "id"}
    content = ndjson(ROW, nameless, ROW | {"every": "2x4w"}, nameless)
    done = run("batch", "-", *flags, stdin=content)
    assert done.code == 3
    assert done.err.splitlines() == [
        "4 rows: 2 planned, 2 not",
        "microplan: line 3 (P-001): id P-001 is already used by line 1; give each row its own",
        "microplan: line 4: line 2 is identical; give each row an id",
    ]


# --- files ----------------------------------------------------------------------------------


def test_files_are_written_by_template_and_stdout_has_only_faults(run, tmp_path):
    content = ndjson(ROW, ROW | {"id": "P-002"}, ROW | {"every": "x"})
    done = run(
        "batch",
        "-",
        "-o",
        "plans/{id}.toml",
        "-o",
        "ics/{line}.ics",
        "--errors",
        "-",
        stdin=content,
    )
    assert done.code == 3
    assert [json.loads(line)["line"] for line in done.out.splitlines()] == [3]
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/*.*")}
    assert names == {"plans/P-001.toml", "plans/P-002.toml", "ics/1.ics", "ics/2.ics"}
    assert run("show", "-p", "plans/P-002.toml", "-q", "-f", "json").code == 0


def test_nothing_is_overwritten_unless_asked_for(run, tmp_path):
    line = ("batch", "-", "-q", "-o", "{id}.toml", "-o", "{id}.json")
    assert run(*line, stdin=ndjson(ROW)).code == 0
    before = (tmp_path / "P-001.toml").read_text()
    other = ndjson(ROW | {"every": "4x4w"})
    done = run(*line, stdin=other)
    assert done.code == 3
    assert done.err == (
        "microplan: line 1 (P-001): P-001.toml already exists, and the row has every 6x4w → 4x4w; "
        "--replace overwrites it\n"
    )
    assert (tmp_path / "P-001.toml").read_text() == before
    assert run(*line, "--replace", stdin=other).code == 0
    assert (tmp_path / "P-001.toml.bak").read_text() == before
    assert 'every = "4x4w"' in (tmp_path / "P-001.toml").read_text()


@pytest.mark.parametrize("flags", [(), ("--replace",)])
def test_an_unreadable_plan_is_never_overwritten(run, tmp_path, flags):
    (tmp_path / "P-001.toml").write_text("mine")
    done = run("batch", "-", "-o", "{id}.toml", *flags, stdin=ndjson(ROW))
    assert done.err.endswith(
        "P-001.toml already exists and can't be read as a plan; fix or remove it\n"
    )
    assert (tmp_path / "P-001.toml").read_text() == "mine"


CLINIC_FILES = ("-o", "plans/{id}.toml", "-o", "calendars/{id}.ics")


@pytest.fixture
def in_use(run, tmp_path):
    """Plan two rows of three, record a session in the first, and return its text."""
    content = ndjson(ROW, ROW | {"id": "P-002", "every": "x"}, ROW | {"id": "P-003"})
    assert run("batch", "-", *CLINIC_FILES, stdin=content).code == 3
    path = tmp_path / "plans" / "P-001.toml"
    done = ("done", "1", "-p", str(path), "--on", "2026-12-03", "--as-of", "2026-12-04")
    assert run(*done).code == 0
    return path.read_text()


MENDED = ndjson(ROW, ROW | {"id": "P-002"}, ROW | {"id": "P-003"})


@pytest.mark.parametrize("flags", [(), ("--replace",)])
def test_a_row_is_mended_and_the_plans_in_use_stand(run, tmp_path, in_use, flags):
    done = run("batch", "-", *CLINIC_FILES, *flags, stdin=MENDED)
    assert (done.code, done.err) == (0, "3 rows: 3 planned (2 unchanged)\n")
    assert (tmp_path / "plans" / "P-001.toml").read_text() == in_use
    assert sorted(path.name for path in (tmp_path / "plans").iterdir()) == [
        "P-001.toml", "P-002.toml", "P-003.toml",
    ]  # fmt: skip


@pytest.mark.usefixtures("in_use")
def test_a_calendar_is_replaced_only_if_asked_to(run, tmp_path):
    calendar = tmp_path / "calendars" / "P-001.ics"
    before = calendar.read_text()
    run("batch", "-", *CLINIC_FILES, stdin=MENDED)
    assert calendar.read_text() == before, "nothing is written over"
    calendar.unlink()
    run("batch", "-", *CLINIC_FILES, stdin=MENDED)
    missing = calendar.read_text()
    run("batch", "-", *CLINIC_FILES, "--replace", "--pages", "new/all.html", stdin=MENDED)
    assert "20261203" in calendar.read_text()
    assert "20261203" in missing
    assert "3 Dec" in (tmp_path / "new" / "all.html").read_text()


@pytest.mark.parametrize("flags", [(), ("--replace",)])
def test_nothing_that_is_recorded_is_lost(run, tmp_path, in_use, flags):
    done = run("batch", "-", *CLINIC_FILES, *flags, stdin=ndjson(ROW | {"every": "4x4w"}))
    assert done.code == 3
    assert done.err.splitlines()[1] == (
        "microplan: line 1 (P-001): plans/P-001.toml has 1 entry recorded, and the row has every 6x4w → 4x4w. "
        "Run microplan revise --sessions 4 -p plans/P-001.toml"
    )
    assert (tmp_path / "plans" / "P-001.toml").read_text() == in_use
    assert not list((tmp_path / "plans").glob("*.bak*"))


@given(rule_words(), texts())
def test_a_plan_that_was_written_is_that_of_its_row(words, title):
    row = Row(line=1, words=words | {"tz": words.get("tz") or "UTC", "title": title})
    first = batch.Planner(CREATED).plan(row)
    if isinstance(first, planned_rows.Failed):
        return
    kept, _ = plan_file.load(plan_file.dump(first.plan))
    again = batch.Planner(CREATED.replace(year=2027)).plan(row)
    assert planned_rows.standing(again, kept).plan == kept
    assert row_changes.is_as_created(kept, again.plan)
    assert not row_changes.differences(kept, again.plan)
    (title,) = row_changes.differences(replace(kept, title=f"{kept.title}x"), again.plan)
    assert title.word == "title"


ADVICE_FOLLOWED = [
    pytest.param({"at": "19:00"}, "at 18:00 → 19:00", id="another hour"),
    pytest.param({"title": "Anna"}, "title Scalp session → Anna", id="a name"),
    pytest.param({"every": "8x4w"}, "every 6x4w → 8x4w", id="two sessions more"),
    pytest.param({"every": "6x3w"}, "every 6x4w → 6x3w", id="another interval"),
    pytest.param({"location": "Room 2"}, "location none → Room 2", id="a place there was none of"),
    pytest.param({"remind": ["1d", "2h"]}, "remind none → 1d; 2h", id="several of one word"),
]


@pytest.mark.usefixtures("in_use")
@pytest.mark.parametrize(("change", "named"), ADVICE_FOLLOWED)
def test_who_follows_the_advice_has_a_row_that_holds(run, tmp_path, change, named):
    """The page and calendar of a refused row are those of the plan, and then of the plan revised."""
    row = ndjson(ROW | change)
    files = (*CLINIC_FILES, "-o", "pages/{id}.html", "--replace")
    done = run("batch", "-", "-q", *files, stdin=row)
    assert (done.code, named in done.err) == (3, True)
    assert (tmp_path / "pages" / "P-001.html").exists()
    assert "20261203" in (tmp_path / "calendars" / "P-001.ics").read_text()
    *_, command = done.err.rstrip().partition("Run microplan ")
    assert run(*shlex.split(command), "--as-of", "2026-12-04").code == 0
    again = run("batch", "-", *files, stdin=row)
    assert (again.code, again.err.splitlines()[0]) == (0, "1 row: 1 planned (1 unchanged)")
    assert "P-001" not in again.err


@pytest.mark.usefixtures("in_use")
def test_a_plan_amended_by_hand_is_kept_and_named(run):
    revised = ("revise", "--at", "19:00", "-p", "plans/P-001.toml", "--as-of", "2026-12-04")
    assert run(*revised).code == 0
    done = run("batch", "-", *CLINIC_FILES, stdin=ndjson(ROW))
    assert (done.code, done.err.splitlines()[:2]) == (
        0,
        [
            "1 row: 1 planned (1 unchanged)",
            "P-001: keeps its revision: at 18:00 → 19:00",
        ],
    )


def test_a_second_run_reports_moves_past_sessions_and_plans_without_a_row(run, tmp_path):
    rows = (ROW, ROW | {"id": "P-002"}, ROW | {"id": "P-003"})
    template = ("-o", "plans/{id}.toml")
    assert run("batch", "-", *template, stdin=ndjson(*rows)).code == 0
    later = (
        ROW | {"avoid": "2026-12-29..2027-01-01"},
        ROW | {"id": "P-004", "start": "2026-11-02"},
    )
    flags = (*template, "--replace", "--moved", "moved.ndjson")
    dry = run("batch", "-", *flags, "--dry-run", stdin=ndjson(*later))
    assert not (tmp_path / "plans" / "P-004.toml").exists()
    (tmp_path / "moved.ndjson").unlink()
    done = run("batch", "-", *flags, stdin=ndjson(*later))
    assert (
        done.err
        == dry.err
        == (
            "2 rows: 2 planned\n"
            "P-001: session 2 Tue 29 Dec → Mon 28 Dec, and 4 more sessions\n"
            "P-004: starts in the past, Mon 2 Nov 2026 (line 2)\n"
            "2 plan files have no row: P-002.toml, P-003.toml\n"
        )
    )
    move, *others = map(json.loads, (tmp_path / "moved.ndjson").read_text().splitlines())
    assert (move["id"], move["number"], move["from"], move["to"]) == (
        *("P-001", 2, "2026-12-29", "2026-12-28"),
    )
    assert [other["number"] for other in others] == [3, 4, 5, 6]


def test_a_fault_of_a_whole_column_is_printed_once_but_fully_in_a_file(run, tmp_path):
    rows = [ROW | {"id": f"{number}", "start": f"2026-13-{number + 10}"} for number in range(9)]
    done = run("batch", "-", "--errors", "errors.ndjson", stdin=ndjson(*rows))
    assert done.out == ""
    head, first, again = done.err.splitlines()
    assert head == "9 rows: 0 planned, 9 not"
    assert first.startswith('microplan: line 1 (0): can\'t read start "2026-13-10"')
    assert again == "  the same in 8 more rows, up to line 9"
    written = [json.loads(line) for line in (tmp_path / "errors.ndjson").read_text().splitlines()]
    assert [(fault["line"], fault["id"]) for fault in written] == [
        (number + 1, f"{number}") for number in range(9)
    ]
    assert run("batch", "-", "--errors", "errors.ndjson", stdin=ndjson(ROW)).code == 4


def test_rows_that_are_replaced_do_not_look_through_the_folder_each(run, monkeypatch):
    content = ndjson(*(ROW | {"id": f"{number}"} for number in range(5)))
    assert run("batch", "-", "-q", "-o", "{id}.toml", stdin=content).code == 0
    content = content.replace(b"6x4w", b"5x4w")
    looks: list[Path] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: looks.append(path) or scandir(path))
    assert run("batch", "-", "-q", "-o", "{id}.toml", "--replace", stdin=content).code == 0
    assert len(looks) <= 1


@pytest.mark.parametrize("flags", [(), ("--replace",)])
@pytest.mark.parametrize("other", ["a:b", "A/B"])
def test_two_rows_never_share_a_file(run, tmp_path, other, flags):
    content = ndjson(ROW | {"id": "a/b"}, ROW | {"id": other})
    done = run("batch", "-", "-q", "-o", "{id}.toml", *flags, stdin=content)
    assert done.code == 3
    assert done.err.startswith("microplan: line 2 ")
    assert [path.name for path in tmp_path.glob("*.toml*")] == ["a_b.toml"]


def test_without_sync_of_all_each_file_is_synced(run, tmp_path, monkeypatch):
    (tmp_path / "rows.csv").write_text("id,start,every\nA,2026-12-01,6x4w\n")
    done, sync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: done.append(sync(handle)))
    monkeypatch.delattr(os, "sync")
    assert run("batch", "rows.csv", "-q", "-o", "{id}.ics").code == 0
    assert len(done) == 2


def test_a_row_cannot_use_the_name_of_the_combined_page(run, tmp_path):
    content = ndjson(ROW | {"id": "all"}, ROW)
    done = run("batch", "-", "-q", "-o", "{id}.html", "--pages", "all.html", stdin=content)
    assert (done.code, done.err[:18]) == (3, "microplan: line 1 ")
    assert sorted(path.name for path in tmp_path.glob("*.html")) == ["P-001.html", "all.html"]


def test_a_hostile_id_stays_in_the_folder(run, tmp_path):
    ids = ["../../up", "/abs", "..", "=1+1", "\x1b[2J", "nul"]
    done = run("batch", "-", "-o", "out/{id}.toml", stdin=ndjson(*(ROW | {"id": i} for i in ids)))
    assert done.code == 0
    assert len(list((tmp_path / "out").iterdir())) == len(ids)
    assert "\x1b" not in done.err
    assert {path.name for path in tmp_path.iterdir()} == {"home", "out"}


def test_an_unwritable_folder_ends_the_batch(run):
    done = run("batch", "-", "-o", "/dev/null/{id}.toml", stdin=ndjson(ROW))
    assert done.code == 9
    assert done.err == "microplan: /dev/null can't be made: file exists\n"


def test_all_plans_go_into_one_page(run, tmp_path):
    pytest.importorskip("microplan.formats.html")
    done = run("batch", "-", "--pages", "all.html", stdin=ndjson(ROW, ROW | {"id": "P-002"}))
    assert done.code == 0
    assert done.out == ""
    assert "</html>" in (tmp_path / "all.html").read_text()
    assert run("batch", "-", "--pages", "all.html", stdin=ndjson(ROW)).code == 4


USAGE = [
    pytest.param(("-", "--dates", "ymd"), 2, id="an order of days that is none"),
    pytest.param(("-", "-f", "html"), 2, id="a format that stdout does not get"),
    pytest.param(("-", "-o", "plan.toml"), 2, id="one name for all"),
    pytest.param(("-", "-o", "{id}.xyz"), 2, id="a suffix nobody knows"),
    pytest.param(("-", "--pages", "all.pdf"), 2, id="a page that is none"),
    pytest.param(("nowhere.csv",), 3, id="a file that is not there"),
    pytest.param(("home",), 3, id="a folder"),
]


@pytest.mark.parametrize(("argv", "code"), USAGE)
def test_a_command_line_that_cannot_be_is_answered(run, argv, code):
    done = run("batch", *argv)
    assert done.code == code
    assert done.err.count("\n") == 1


def test_no_rows_are_no_fault(run):
    done = run("batch", "-", stdin=b"")
    assert (done.code, done.out, done.err) == (0, "", "0 rows: 0 planned\n")


# --- a stream -------------------------------------------------------------------------------

BATCH = (*PROGRAM, "batch")


def test_a_row_is_answered_before_the_next_one_is_there():
    with forks.piped(PROGRAM, ["batch"]) as child:
        for number in range(3):
            child.stdin.write(ndjson(ROW | {"id": f"{number}"}))
            child.stdin.flush()
            assert json.loads(child.stdout.readline())["id"] == f"{number}"


@pytest.mark.torture("interruptions at random moments")
def test_ctrl_c_leaves_complete_lines_and_prints_their_number():
    with forks.piped(PROGRAM, ["batch"]) as child:
        child.stdin.write(ndjson(*numbered(2)) + b'{"id": "cut')
        child.stdin.flush()
        lines = [child.stdout.readline(), child.stdout.readline()]
        child.send_signal(signal.SIGINT)
        assert child.wait(30) == 130
        assert child.stdout.read() == b""
        assert b"interrupted; 2 rows completed" in child.stderr.read()
    assert [json.loads(line)["id"] for line in lines] == ["0", "1"]


def test_a_reader_that_leaves_ends_it_without_a_word(tmp_path):
    (tmp_path / "rows.ndjson").write_bytes(ndjson(*numbered(3_000)))
    command = f"{' '.join(BATCH)} rows.ndjson | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
    assert done.stdout.endswith(b"141\n")
    assert done.stderr == b""


def test_a_terminal_sees_how_far_it_is_and_then_only_the_end(tmp_path):
    (tmp_path / "rows.ndjson").write_bytes(ndjson(*numbered(3_000)))
    master, slave = pty.openpty()
    with (tmp_path / "out").open("wb") as out:
        child = forks.Child(
            PROGRAM, ["batch", "rows.ndjson"], {0: slave, 1: out.fileno(), 2: slave}
        )
    os.close(slave)
    shown = b""
    while True:
        try:
            shown += os.read(master, 4096)
        except OSError:
            break
    assert child.wait(60) == 0
    os.close(master)
    *drawn, end = shown.decode().split("\x1b[2K")
    assert any(re.search(r"[0-9],[0-9]{3} rows .* [0-9]+%", line) for line in drawn)
    assert not any("planned" in line for line in drawn), "the bar is gone by then"
    assert end.strip().splitlines()[-1].endswith("3,000 rows: 3,000 planned")


LAUNCHER = """
import os, subprocess, sys
child = subprocess.Popen([*sys.argv[1:]])
_, status, usage = os.wait4(child.pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss, file=sys.stderr)
"""
"""A process counts the peak of the one that started it as its own, so a small one starts it."""


def measured(path: Path, out: Path):
    """Run a batch over a file; return its exit code and its peak memory in KiB."""
    with out.open("wb") as stream:
        done = subprocess.run(
            [sys.executable, "-I", "-c", LAUNCHER, *BATCH, str(path), "-q"],
            stdout=stream,
            stderr=subprocess.PIPE,
            check=True,
        )
    *_, code, peak = done.stderr.split()  # the faults of rows stand before them
    return int(code), int(peak)


AN_ID = 150
"""Bytes at most that an id takes in a dict of them, which is all that a batch keeps of its rows."""


def many(count: int):
    for number in range(count):
        day = 1 + number % 28
        row = ROW | {"id": f"P-{number}", "start": f"2026-{1 + number % 12:02}-{day:02}"}
        yield json.dumps(row | {"every": "6x4m"} if number % 100 == 50 else row)


@pytest.mark.slow
def test_ten_thousand_rows_with_one_in_a_hundred_broken_take_the_memory_of_two(tmp_path):
    peaks = []
    for count in (2_000, 10_000):
        path, out = tmp_path / f"{count}.ndjson", tmp_path / f"{count}.out"
        path.write_text("\n".join(many(count)))
        begun = time.monotonic()
        code, peak = measured(path, out)
        assert code == 3
        assert time.monotonic() - begun < 600
        with out.open("rb") as lines:
            assert sum(1 for _ in lines) == count - count // 100
        peaks.append(peak)
    ids = 10_000 * AN_ID // 1024
    assert peaks[1] - ids < peaks[0] * 1.08
