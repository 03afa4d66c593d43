"""Shards of one table: an id belongs to the shard that used it first."""

import json
import os
import sqlite3
import stat
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.batch import shards
from microplan.storage.id_register import IdRegister, IdUse

ROW = {"start": "2026-12-01", "every": "6x4w", "tz": "UTC"}


def lines(*names, **words):
    return "".join(f"{json.dumps(ROW | words | {'id': name})}\n" for name in names).encode()


@pytest.fixture
def shard(run, tmp_path):
    """Plan a shard in a separate file, and return an id or an error for each row."""

    def _shard(name, content, *flags):
        (tmp_path / name).write_bytes(content)
        done = run("batch", name, "-q", "--errors", "-", "--ids", "ids", *flags)
        records = list(map(json.loads, done.out.splitlines()))
        faults = [record for record in records if "error" in record]
        assert (done.code, done.err) == (3 if faults else 0, "")
        return [record.get("error") or record["id"] for record in records]

    return _shard


def test_an_id_of_another_piece_is_the_fault_of_its_row(shard, tmp_path):
    assert shard("jan.ndjson", lines("a", "b")) == ["a", "b"]
    taken = f"id b is already used by line 2 of {tmp_path / 'jan.ndjson'}; give each row its own"
    assert shard("feb.ndjson", lines("c", "b", "d")) == ["c", taken, "d"]


def test_a_row_without_an_id_says_the_same_as_one_of_another_piece(shard, tmp_path):
    row = json.dumps(ROW).encode()
    shard("jan.ndjson", row)
    (fault,) = shard("feb.ndjson", row)
    assert fault == f"line 1 of {tmp_path / 'jan.ndjson'} is identical; give each row an id"


def test_a_piece_that_runs_again_has_its_ids_still(shard):
    assert shard("jan.ndjson", lines("a", "b")) == ["a", "b"]
    assert shard("jan.ndjson", lines("new", "a", "b", every="8x2w")) == ["new", "a", "b"]


def test_an_id_that_a_piece_has_no_longer_is_free(shard):
    shard("jan.ndjson", lines("a", "b"))
    shard("jan.ndjson", lines("a"))
    assert shard("feb.ndjson", lines("b")) == ["b"]


def test_a_failed_row_reserves_no_id(shard):
    shard("jan.ndjson", lines("a", every="monthly, more or less"))
    assert shard("feb.ndjson", lines("a")) == ["a"]


def test_an_id_repeated_in_one_shard_gives_the_usual_error(shard):
    taken = "id a is already used by line 1; give each row its own"
    assert shard("jan.ndjson", lines("a", "a")) == ["a", taken]


def test_a_dry_run_checks_ids_and_reserves_none(shard, tmp_path):
    assert shard("feb.ndjson", lines("a"), "--dry-run") == ["a"]
    assert not (tmp_path / "ids").exists()
    shard("jan.ndjson", lines("a"))
    assert "line 1 of" in shard("feb.ndjson", lines("a", "b"), "--dry-run")[0]
    assert shard("mar.ndjson", lines("b")) == ["b"]


def test_shards_from_a_pipe_are_identified_by_their_first_line(run):
    piece = ("batch", "-", "-q", "--ids", "ids", "--first-line")
    for _ in range(2):
        assert run(*piece, 1, stdin=lines("a", "b")).code == 0
    done = run(*piece, 3, stdin=lines("c", "a"))
    assert (done.code, done.err) == (
        3,
        "microplan: line 4 (a): id a is already used by line 1; give each row its own\n",
    )


def test_more_rows_than_are_looked_for_at_once_keep_their_order(run):
    many = lines(*map(str, range(1000)))
    done = run("batch", "-", "-q", "--ids", "ids", "--first-line", 1, stdin=many)
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == [*map(str, range(1000))]


def test_only_the_owner_can_read_an_id_register(shard, tmp_path):
    shard("jan.ndjson", lines("a"))
    assert stat.S_IMODE((tmp_path / "ids").stat().st_mode) == 0o600


def makes_a_database(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE theirs (id)")


NO_FILES = [
    pytest.param(
        None, (), 2, "Add --first-line N (1 for the whole table)", id="which lines come in"
    ),
    pytest.param(
        lambda path: path.write_text("P-001\n" * 400),
        ("--first-line", "1"),
        4,
        "isn't a file of ids: file is not a database; choose another name",
        id="a file that somebody wrote",
    ),
    pytest.param(makes_a_database, ("--first-line", "1"), 4, "is another program's", id="theirs"),
    pytest.param(os.mkfifo, ("--first-line", "1"), 4, "keeps nothing", id="a pipe"),
    pytest.param(os.mkdir, ("--first-line", "1"), 9, "written: is a directory", id="a folder"),
    pytest.param(None, ("--first-line", 2**63 - 1), 2, "is at most", id="past every table"),
]


@pytest.mark.parametrize(("make", "flags", "code", "sentence"), NO_FILES)
def test_a_file_that_is_not_an_id_register_is_left_alone(  # noqa: PLR0913, PLR0917 - a row of the table
    run, tmp_path, make, flags, code, sentence
):
    if make is not None:
        make(tmp_path / "ids")
    done = run("batch", "-", "--ids", "ids", *flags, stdin=lines("a"))
    assert done.code == code
    assert sentence in done.err
    assert done.err.count("\n") == 1


def test_ids_are_not_kept_on_stdout(run):
    done = run("batch", "-", "--ids", "-", "--first-line", "1", stdin=lines("a"))
    assert (done.code, done.out) == (2, "")
    assert "Name a file, not -" in done.err


def test_a_file_of_ids_in_no_folder_is_named(run):
    done = run("batch", "-", "--ids", "none/ids", "--first-line", "1", stdin=lines("a"))
    assert done.code == 9
    assert "none/ids can't be written: no such file or directory" in done.err


PIECES = st.lists(st.tuples(st.sampled_from("ABC"), st.sets(st.sampled_from("uvwxyz"))), max_size=8)


@given(runs=PIECES)
def test_every_id_has_one_piece_whatever_runs_again(tmp_path_factory, runs):
    path = tmp_path_factory.mktemp("ids") / "ids"
    owners: dict[str, str] = {}
    for piece, own_ids in runs:
        with IdRegister(path, piece) as register:
            uses = register.claim([(own_id, 1) for own_id in sorted(own_ids)])
            register.finish()
        others = {
            own_id: owners[own_id] for own_id in own_ids if owners.get(own_id) not in {None, piece}
        }
        assert uses == {own_id: IdUse(owner, 1) for own_id, owner in others.items()}
        owners = {own_id: owner for own_id, owner in owners.items() if owner != piece}
        owners |= dict.fromkeys(own_ids - set(others), piece)


def test_one_piece_that_runs_twice_at_once_loses_no_id(tmp_path):
    with IdRegister(tmp_path / "ids", "A") as first, IdRegister(tmp_path / "ids", "A") as second:
        first.claim([("x", 1)])
        second.claim([("x", 1), ("y", 2)])
        first.claim([("y", 2)])
        second.finish()
        first.finish()
    with IdRegister(tmp_path / "ids", "B") as other:
        assert set(other.claim([("x", 1), ("y", 1)])) == {"x", "y"}


def test_a_piece_is_named_by_its_file_and_its_first_line(tmp_path, monkeypatch):
    (tmp_path / "rows.csv").touch()
    monkeypatch.chdir(tmp_path)
    assert shards.name("rows.csv", None) == shards.name(str(tmp_path / "rows.csv"), 1)
    assert shards.name("rows.csv", 1) != shards.name("rows.csv", 100)
