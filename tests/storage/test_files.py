"""Files are replaced atomically, and read up to a size limit."""

import os
import stat
import threading
from pathlib import Path

import pytest

from microplan.errors import ConflictError, OutputError, PlanFileError, RefusedError
from microplan.storage import files, siblings
from tests.faults import names


def failing(*chunks):
    yield from chunks
    raise RuntimeError("nothing more comes")


# --- writing --------------------------------------------------------------------------------


def test_a_new_file_has_the_chunks_in_utf_8(folder):
    files.write(folder / "plan.txt", ["a", "ü→😀\r\n", ""])
    assert (folder / "plan.txt").read_bytes() == "aü→😀\r\n".encode()
    assert names(folder) == ["plan.txt"]


def test_an_existing_file_is_replaced(folder):
    path = folder / "plan.txt"
    path.write_text("much longer than what comes")
    files.write(path, ["short"])
    assert path.read_text() == "short"


def test_only_the_owner_may_read_a_file(folder):
    old = os.umask(0)
    try:
        files.write(folder / "plan.txt", ["a"])
    finally:
        os.umask(old)
    assert stat.S_IMODE((folder / "plan.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize("chunks", [(), ("half a file",), ("x" * 100_000, "y" * 100_000)])
def test_a_failed_write_leaves_the_old_file_and_no_sibling(folder, chunks):
    path = folder / "plan.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="nothing more comes"):
        files.write(path, failing(*chunks))
    assert path.read_text() == "old"
    assert names(folder) == ["plan.txt"]


def test_a_failed_first_write_leaves_nothing(folder):
    with pytest.raises(RuntimeError, match="nothing more comes"):
        files.write(folder / "plan.txt", failing("half"))
    assert names(folder) == []


def test_an_interrupted_write_leaves_nothing(folder):
    def interrupted():
        yield "half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.write(folder / "plan.txt", interrupted())
    assert names(folder) == []


def test_a_symbolic_link_stays_and_its_target_is_replaced(folder):
    target, link = folder / "target.txt", folder / "link.txt"
    target.write_text("old")
    link.symlink_to("target.txt")
    files.write(link, ["new"])
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert names(folder) == ["link.txt", "target.txt"]


def test_a_dangling_symbolic_link_is_followed(folder):
    link = folder / "link.txt"
    link.symlink_to("target.txt")
    files.write(link, ["new"])
    assert link.is_symlink()
    assert (folder / "target.txt").read_text() == "new"


def test_a_device_is_written_through():
    files.write(Path("/dev/null"), ["a"])
    assert Path("/dev/null").is_char_device()


def test_a_pipe_is_written_through(folder):
    pipe = folder / "pipe.ics"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    files.write(pipe, ["a", "b"])
    reader.join(10)
    assert read == [b"ab"]
    assert pipe.is_fifo()


def test_the_longest_name_can_be_written(folder):
    name = f"{'n' * 251}.ics"
    files.write(folder / name, ["a"])
    assert names(folder) == [name]


UNWRITABLE = [
    pytest.param("none/plan.ics", "no such file or directory", id="a folder that is not there"),
    pytest.param("file/plan.ics", "not a directory", id="a path through a file"),
    pytest.param("folder.ics", "is a directory", id="a folder of that name"),
    pytest.param(f"{'n' * 256}.ics", "file name too long", id="a name that is too long"),
    pytest.param("/dev/full", "no space left on device", id="a device that is full"),
]


@pytest.mark.parametrize("write", [files.write, pytest.param(files.create, id="create")])
@pytest.mark.parametrize(("name", "cause"), UNWRITABLE)
def test_a_path_that_cannot_be_written_is_named_with_its_cause(folder, name, cause, write):
    (folder / "file").touch()
    (folder / "folder.ics").mkdir()
    options = {"replace": False, "kept": ""} if write is files.create else {}
    with pytest.raises(OutputError) as raised:
        write(folder / name, ["a"], **options)
    assert str(raised.value) == f"{folder / name} can't be written: {cause}"
    assert names(folder) == ["file", "folder.ics"]


def test_a_deleted_working_folder_is_reported_as_an_error_of_the_file(folder, monkeypatch):
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(OutputError) as raised:
        files.write(Path("plan.ics"), ["a"])
    assert str(raised.value) == "plan.ics can't be written: no such file or directory"


OLD, YOUNG = 2 * siblings.A_DAY, siblings.A_DAY / 2
LEFT = [
    pytest.param(".plan.toml.0123456789abcdef", OLD, True, id="a sibling of long ago"),
    pytest.param(".plan.toml.bak.0123456789abcdef", OLD, True, id="that of a backup"),
    pytest.param(".plan.toml.bak.2.0123456789abcdef", OLD, True, id="that of the second one"),
    pytest.param(".plan.toml.0123456789abcdef", YOUNG, False, id="one that may be live"),
    pytest.param(".other.toml.0123456789abcdef", OLD, False, id="the sibling of another file"),
    pytest.param(".plan.toml.swp", OLD, False, id="the file of an editor"),
    pytest.param(".plan.toml.0123456789abcdeg", OLD, False, id="a name that is nearly ours"),
    pytest.param("plan.toml.0123456789abcdef", OLD, False, id="one that is not hidden"),
    pytest.param("plan.toml.bak", OLD, False, id="a backup"),
]


@pytest.mark.parametrize(("name", "age", "goes"), LEFT)
def test_leftovers_of_a_killed_process_are_removed_after_a_day(folder, name, age, goes):
    (folder / name).write_text("half")
    written = (folder / name).stat().st_mtime - age
    os.utime(folder / name, (written, written))
    (folder / "plan.toml").write_text("old")
    (folder / "link.toml").symlink_to("plan.toml")
    files.update(folder / "link.toml", "old", "new")
    assert ((folder / name).exists(), (folder / "plan.toml").read_text()) == (not goes, "new")


def test_a_folder_named_like_a_sibling_stays(folder):
    path = folder / ".plan.toml.0123456789abcdef"
    path.mkdir()
    os.utime(path, (0, 0))
    siblings.sweep(folder / "plan.toml")
    assert path.is_dir()


def test_leftover_temporary_files_are_removed_from_a_folder_of_events(folder):
    for name in (".a.ics.0123456789abcdef", ".b.ics.0123456789abcdef"):
        (folder / name).touch()
        os.utime(folder / name, (0, 0))
    assert files.sync_folder(folder, [("a.ics", "a")]) == (1, 0)
    assert names(folder) == [".b.ics.0123456789abcdef", "a.ics"]


# --- plan files -----------------------------------------------------------------------------


def test_an_existing_plan_file_is_not_replaced(folder):
    path = folder / "plan.toml"
    path.write_text("old")
    with pytest.raises(RefusedError) as raised:
        files.create(path, ["new"], replace=False, kept='"Scalp session", 6 sessions, 2 done')
    assert str(raised.value) == (
        f'{path} already holds "Scalp session", 6 sessions, 2 done. Add --replace to keep that one as '
        "plan.toml.bak, or choose another name"
    )
    assert path.read_text() == "old"
    assert names(folder) == ["plan.toml"]


def test_a_plan_file_made_at_the_last_moment_stays(folder, monkeypatch):
    path, link = folder / "plan.toml", os.link

    def late(*names):
        path.write_bytes(b"theirs")
        return link(*names)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(ConflictError, match="made by another program in the meantime"):
        files.create(path, ["mine"], replace=False, kept="")
    assert names(folder) == ["plan.toml"]
    assert path.read_bytes() == b"theirs"


def test_without_hard_links_a_new_plan_is_renamed(folder, monkeypatch):
    def fail(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", fail)
    for title in ("one", "two"):
        path = folder / f"{title}.toml"
        files.create(path, [title], replace=False, kept="")
        assert path.read_text() == title
    with pytest.raises(ConflictError):
        files.create(path, ["other"], replace=False, kept="")
    assert names(folder) == ["one.toml", "two.toml"]


def test_a_replaced_plan_file_is_backed_up(folder):
    path = folder / "plan.toml"
    for content in ("first", "second", "third", "fourth"):
        files.create(path, [content], replace=True, kept="a plan" if path.exists() else "")
    backups = ["plan.toml.bak", "plan.toml.bak.2", "plan.toml.bak.3"]
    assert names(folder) == ["plan.toml", *backups]
    assert path.read_text() == "fourth"
    assert [(folder / name).read_text() for name in backups] == ["first", "second", "third"]
    assert stat.S_IMODE((folder / "plan.toml.bak").stat().st_mode) == 0o600


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("nothing")])
def test_an_existing_backup_stays(folder, make):
    path = folder / "plan.toml"
    path.write_text("old")
    make(folder / "plan.toml.bak")
    files.create(path, ["new"], replace=True, kept="a plan")
    assert (folder / "plan.toml.bak.2").read_text() == "old"
    assert names(folder) == ["plan.toml", "plan.toml.bak", "plan.toml.bak.2"]


def test_without_a_backup_nothing_is_replaced(folder, monkeypatch):
    path = folder / "plan.toml"
    path.write_text("old")

    def fail(_):
        raise OSError(28, "No space left on device")

    def chunks():
        yield "new"
        monkeypatch.setattr(os, "fsync", fail_from_now)

    synced = []

    def fail_from_now(handle):
        synced.append(handle)
        if len(synced) > 1:
            fail(handle)

    with pytest.raises(OutputError) as raised:
        files.create(path, chunks(), replace=True, kept="a plan")
    assert str(raised.value) == f"{path}.bak can't be written: no space left on device"
    assert path.read_text() == "old"
    assert names(folder) == ["plan.toml"]


def test_the_programs_own_folder_is_private(folder):
    files.make_folder(folder / "share" / "microplan")
    files.make_folder(folder / "share" / "microplan")
    assert stat.S_IMODE((folder / "share" / "microplan").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_named(folder):
    (folder / "file").touch()
    with pytest.raises(OutputError) as raised:
        files.make_folder(folder / "file" / "microplan")
    assert str(raised.value) == f"{folder}/file/microplan can't be made: not a directory"


# --- reading --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param("ü→😀\r\n".encode(), "ü→😀\r\n", id="UTF-8"),
        pytest.param(b"\xef\xbb\xbfa", "a", id="a byte order mark is passed over"),
        pytest.param(b"", "", id="nothing"),
        pytest.param(b"x" * files.MAX_BYTES, "x" * files.MAX_BYTES, id="16 MiB"),
    ],
)
def test_a_text_file_is_read(folder, content, text):
    (folder / "plan.toml").write_bytes(content)
    assert files.read(folder / "plan.toml") == text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"title = '\xfc'", "isn't UTF-8 text (byte 10)", id="latin-1"),
        pytest.param("ü".encode("utf-16"), "isn't UTF-8 text (byte 1)", id="UTF-16"),
        pytest.param(
            b"x" * (files.MAX_BYTES + 1),
            "is larger than 16 MiB, the limit for a plan",
            id="a byte more than 16 MiB",
        ),
    ],
)
def test_a_binary_file_is_refused(folder, content, message):
    path = folder / "plan.toml"
    path.write_bytes(content)
    with pytest.raises(PlanFileError) as raised:
        files.read(path)
    assert str(raised.value) == f"{path} {message}"


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        pytest.param("none.toml", "no such file or directory", id="no file"),
        pytest.param("folder", "is a directory", id="a folder"),
        pytest.param("file/plan.toml", "not a directory", id="a path through a file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_cause(folder, name, cause):
    (folder / "folder").mkdir()
    (folder / "file").touch()
    with pytest.raises(PlanFileError) as raised:
        files.read(folder / name)
    assert str(raised.value) == f"{folder / name} can't be read: {cause}"


def test_an_endless_device_is_not_read_to_its_end():
    with pytest.raises(PlanFileError, match="is larger than 16 MiB"):
        files.read(Path("/dev/zero"))


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("new", "--start", "2026-12-01", "--every", "2x4w", "--busy"), 3),
        (("batch",), 3),
        (("batch", "--first-line", "1", "--ids", "ids.sqlite"), 3),
        (("day",), 2),
        (("today",), 3),
    ],
)
def test_a_name_that_is_too_long_is_no_fault_of_stdout(run, args, code):
    shown = run(*args, "n" * 300)
    assert shown.code == code
    assert "standard output" not in shown.err
