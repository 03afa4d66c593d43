"""All plans of a batch in one file: an archive or a database, whole or not there."""

import json
import resource
import sqlite3
import zipfile
from contextlib import closing, contextmanager

import pytest

from microplan.batch import archive, database

ROW = {"every": "3x4w", "at": "18:00", "tz": "Europe/Paris"}
PEOPLE = {
    "anna": {"start": "2026-12-01", "title": "Müller, Änne 🌸"},
    "bela": {"start": "2026-12-01", "avoid": "2026-12-29", "pause": "minoxidil=-0d+1d"},
    "cleo": {"start": "2026-12-08", "every": "2x4w", "depth": "0.5mm", "discreet": True},
}
ROWS = "".join(f"{json.dumps({'id': name} | ROW | words)}\n" for name, words in PEOPLE.items())
TABLE = ROWS.encode()
BROKEN = TABLE.replace(b'"2026-12-08"', b'"2026-12-32"')
BOTH = ("-o", "all.zip/{id}.ics", "-o", "all.sqlite")


def members(path="all.zip"):
    with zipfile.ZipFile(path) as zipped:
        assert zipped.testzip() is None
        return {member.filename: zipped.read(member) for member in zipped.infolist()}


def asked(query, *values, path="all.sqlite"):
    with closing(sqlite3.connect(path)) as tables:
        return tables.execute(query, values).fetchall()


# --- the archive ----------------------------------------------------------------------------


def test_members_are_what_files_would_be(run, tmp_path):
    names = ("{id}.ics", "pages/{id}.html", "{title}/{line}.toml")
    for folder in ("files", "files.zip"):
        outputs = [word for name in names for word in ("-o", f"{folder}/{name}")]
        assert run("batch", "-", "-q", *outputs, stdin=TABLE).code == 0
    found = {
        path.relative_to(tmp_path / "files").as_posix(): path.read_bytes()
        for path in (tmp_path / "files").rglob("*.*")
    }
    assert members("files.zip") == found
    assert len(found) == len(PEOPLE) * len(names)


def test_a_member_has_the_day_on_which_it_was_made_and_only_its_owner_may_read_it(run):
    assert run("batch", "-", "-q", *BOTH, stdin=TABLE).code == 0
    with zipfile.ZipFile("all.zip") as zipped:
        for member in zipped.infolist():
            assert member.date_time == (2026, 11, 22, 20, 0, 0)
            assert member.external_attr >> 16 == 0o100600


@pytest.mark.parametrize("epoch", [0, 10**10])
def test_a_day_that_no_archive_knows_is_the_nearest_year(run, monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(epoch))
    assert run("batch", "-", "-q", *BOTH, stdin=TABLE).code == 0
    with zipfile.ZipFile("all.zip") as zipped:
        assert zipped.infolist()[0].date_time[0] in (1980, 2107)


def test_many_members_take_little_memory():
    directory = archive.Directory(lambda name: zipfile.ZipInfo(name, (2026, 11, 22, 20, 0, 0)))
    for number in range(3):
        member = directory.like(f"{number}.ics")
        member.CRC, member.compress_size, member.file_size = 2**32 - 1, number, number + 1
        member.header_offset = 2**40 + number
        directory.append(member)
    assert len(directory) == 3
    assert [m.header_offset - 2**40 for m in directory] == [m.compress_size for m in directory]
    assert {m.CRC for m in directory} == {2**32 - 1}
    assert list.__len__(directory) == 0
    assert max(map(len, directory.packed)) < 30


# --- the database ---------------------------------------------------------------------------


def test_a_day_is_one_question(run):
    assert run("batch", "-", "-q", *BOTH, stdin=TABLE).code == 0
    day = (
        "SELECT start, title, number, of, reasons FROM sessions JOIN plans ON plans.id = plan_id "
        "WHERE date = ? ORDER BY start, title"
    )
    assert asked(day, "2026-12-30") == [
        ("2026-12-30T18:00:00+01:00", "Scalp session", 2, 3, "closed"),
    ]
    assert asked("SELECT name, start, end FROM care WHERE plan_id = 'bela' LIMIT 1") == [
        ("minoxidil", "2026-12-01", "2026-12-03")
    ]
    assert asked("PRAGMA integrity_check") == [("ok",)]
    assert asked("PRAGMA user_version") == [(1,)]


def test_the_tables_match_the_documents(run):
    lines = run("batch", "-", "-q", *BOTH, "--format", "ndjson", stdin=TABLE).out
    documents = [json.loads(line) for line in lines.splitlines()]
    assert [json.loads(text) for (text,) in asked("SELECT document FROM plans")] == documents
    for table, key in (("sessions", "sessions"), ("care", "care")):
        columns = [name for name in database.TABLES[table] if name in documents[1][key][0]]
        columns = [name for name in columns if name != "reasons"]
        quoted = ", ".join(f'"{name}"' for name in columns)
        wanted = [
            (each["id"], *(record[name] for name in columns))
            for each in documents
            for record in each[key]
        ]
        query = f"SELECT plan_id, {quoted} FROM {table}"  # noqa: S608 - columns of the table
        assert sorted(asked(query)) == sorted(wanted)


# --- both -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["all.zip", "all.sqlite"])
def test_the_same_plans_make_the_same_bytes(run, tmp_path, name):
    contents = []
    for _ in range(2):
        assert run("batch", "-", "-q", *BOTH, "--replace", stdin=TABLE).code == 0
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_a_row_that_is_not_planned_is_in_neither(run):
    done = run("batch", "-", "-q", *BOTH, stdin=BROKEN)
    assert (done.code, done.err.partition(" (")[0]) == (3, "microplan: line 3")
    assert list(members()) == ["anna.ics", "bela.ics"]
    assert asked("SELECT id FROM plans") == [("anna",), ("bela",)]


def test_a_row_whose_file_is_in_the_way_is_in_neither(run, tmp_path):
    (tmp_path / "anna.toml").mkdir()
    assert run("batch", "-", "-q", *BOTH, "-o", "{id}.toml", stdin=TABLE).code == 3
    assert list(members()) == ["bela.ics", "cleo.ics"]
    assert asked("SELECT id FROM plans") == [("bela",), ("cleo",)]


def test_a_row_whose_member_is_there_has_no_file_either(run, tmp_path):
    same = TABLE.replace(b"cleo", b"BELA")
    done = run("batch", "-", "-q", *BOTH, "-o", "{line}.toml", stdin=same)
    assert (done.code, (tmp_path / "3.toml").exists()) == (3, False)
    assert (
        "all.zip has another BELA.ics; tell its files apart by {id} or {line}"
        in done.err.replace("\n", " ")
    )


def test_both_show_the_current_plan(run):
    plans = ("batch", "-", "-q", "-o", "{id}.toml")
    assert run(*plans, stdin=TABLE).code == 0
    assert run("done", "1", "-p", "anna.toml", "--as-of", "2026-12-02", "--note", "calm").code == 0
    assert run(*plans, *BOTH, "-o", "all.zip/{id}.toml", stdin=TABLE).code == 0
    assert b'note = "calm"' in members()["anna.toml"]
    status = "SELECT status, done_note FROM sessions WHERE plan_id = 'anna' AND number = 1"
    assert asked(status) == [("done", "calm")]


def test_without_replace_a_file_that_is_there_stays(run, tmp_path):
    for output, name in ((BOTH[1], "all.zip"), (BOTH[3], "all.sqlite")):
        (tmp_path / name).write_text("mine")
        done = run("batch", "-", "-q", "-o", output, stdin=TABLE)
        assert (done.code, (tmp_path / name).read_text()) == (4, "mine")
        assert run("batch", "-", "-q", "-o", output, "--replace", stdin=TABLE).code == 0
        assert (tmp_path / name).read_bytes()[:4] in (b"PK\x03\x04", b"SQLi")


def test_a_dry_run_writes_neither(run, tmp_path, environment):
    assert run("batch", "-", "--dry-run", *BOTH, stdin=TABLE).code == 0
    assert list(tmp_path.iterdir()) == [environment]


MISTAKES = [
    pytest.param("all.zip", "name the files in all.zip: -o 'all.zip/{id}.ics'", id="no members"),
    pytest.param("all.zip/plan.ics", "one name for all rows", id="one name for all members"),
    pytest.param("all.zip/{id}.icz", "Did you mean .ics?", id="a member of no format"),
    pytest.param("all.zip/../{id}.ics", "leads out of all.zip; leave out ..", id="out of it"),
    pytest.param("{id}.zip/plan.ics", "name it without {…}", id="an archive for each row"),
    pytest.param("{id}.sqlite", "name it without {…}", id="a database for each row"),
]


@pytest.mark.parametrize(("output", "sentence"), MISTAKES)
def test_a_name_that_cannot_be_meant_is_refused(run, output, sentence):
    done = run("batch", "-", "-q", "-o", output, stdin=TABLE)
    assert done.code == 2
    assert sentence in done.err.replace("\n", " ")


@pytest.mark.parametrize("output", [BOTH[1], BOTH[3]])
def test_an_output_that_is_a_folder_is_refused(run, tmp_path, output):
    (tmp_path / output.partition("/")[0]).mkdir()
    done = run("batch", "-", "-q", "-o", output, "--replace", stdin=TABLE)
    assert done.code == 4
    assert "already exists and isn't a file" in done.err


@contextmanager
def room(size):
    """Let no file of this process be larger than so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("output", [BOTH[1], BOTH[3]])
@pytest.mark.parametrize("size", [1, 1_000, 2_500])
def test_a_disk_that_is_full_leaves_the_old_file(run, tmp_path, output, size):
    name = output.partition("/")[0]
    (tmp_path / name).write_text("old")
    there = set(tmp_path.iterdir())
    with room(size):
        done = run("batch", "-", "-q", "-o", output, "--replace", stdin=TABLE)
    assert (done.code, (tmp_path / name).read_text()) == (9, "old")
    assert f"{name} can't be written: " in done.err
    assert set(tmp_path.iterdir()) == there


@pytest.mark.parametrize("store", [archive.Archive, database.Database])
def test_an_interruption_leaves_nothing(run, tmp_path, monkeypatch, environment, store):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "add", interrupted)
    done = run("batch", "-", "-q", *BOTH, stdin=TABLE)
    assert done.code == 130
    assert "not written: all.zip, all.sqlite" in done.err
    assert list(tmp_path.iterdir()) == [environment]
