"""Files of a batch: what is in the way of one row stops no other, and no row leaves its folder."""

import json
import os
import re
import stat
from collections import Counter

import pytest

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
    pytest.param(makes_a_folder, "is there already and isn't a file", id="a folder"),
    pytest.param(makes_a_pipe, "is there already and isn't a file", id="a pipe"),
    pytest.param(makes_a_file_of_its_folder, "cannot be made: ", id="a file, not a folder"),
    pytest.param(links_to_a_file_elsewhere, "leads out of out by a link", id="a link to a file"),
    pytest.param(links_its_folder_elsewhere, "leads out of out by a link", id="a link to a folder"),
    pytest.param(links_nowhere, "leads out of out by a link", id="a link to nothing"),
]
TEMPLATES = ["out/{id}/plan.toml", "out/{id}/plan.html"]


@pytest.mark.parametrize("flags", [(), ("--replace",)])
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(("put", "sentence"), IN_THE_WAY)
def test_what_is_in_the_way_of_a_row_is_its_fault_and_the_others_go_on(  # noqa: PLR0913, PLR0917 - a table's columns
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


def test_none_of_the_files_of_a_row_is_written_where_one_cannot_be(run, tmp_path):
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
    """Count what goes to the disk: files and folders one by one, and everything at once."""
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


def test_each_plan_file_goes_to_the_disk_and_its_folder_once(run, synced, tmp_path):
    assert run("batch", "-", "-q", "-o", "out/{id}.toml", stdin=MANY).code == 0
    assert synced == {"files": 100, "folders": 1}
    assert len(list((tmp_path / "out").iterdir())) == 100


def test_a_disk_that_fails_is_told_with_the_name_of_the_plan(run, monkeypatch):
    def fails(_handle):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    done = run("batch", "-", "-q", "-o", "out/{id}.toml", stdin=MANY)
    assert done.code == 9
    assert re.search(r"out/[0-9]+\.toml cannot be written: input/output error\n$", done.err)
