"""Without room or leave, beside editors and locks, a plan is the old one or the new one, and whole."""

import fcntl
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from microplan.cli import environment, plan_io
from microplan.errors import ConflictError, OutputError, RefusedError, UsageError
from microplan.storage import files, locks, plan_file
from tests import forks
from tests.faults import (
    NEW,
    STAMP,
    TORTURE,
    announced,
    avoid,
    avoiding,
    ended,
    is_free,
    names,
    reasons,
    start,
    tree,
)
from tests.forks import PROGRAM, SECONDS

pytestmark = pytest.mark.slow

MANY_DAYS = [
    word for year in range(2027, 2099) for word in ("--avoid", f"{year}-01-01..{year}-01-04")
]
ROW = {"start": "2026-12-01", "every": "60x1w", "tz": "Europe/Paris", "avoid": MANY_DAYS[1::2]}


# --- no room, no leave ----------------------------------------------------------------------


@cache
def can_mount():
    unshared = ("unshare", "--map-root-user", "--mount")
    try_it = (*unshared, "mount", "-t", "tmpfs", "tmpfs", "/mnt")
    return bool(shutil.which("unshare")) and not subprocess.run(try_it, check=False).returncode


@pytest.fixture
def limited():
    """No file may be longer than a block."""
    return (sys.executable, TORTURE / "limited.py"), "file too large"


@pytest.fixture
def full(folder):
    """Nothing is left on the disk of the folder."""
    if not can_mount():
        pytest.skip("a disk that is full: no file system may be mounted here")
    return (sys.executable, TORTURE / "full.py", folder), "no space left on device"


@pytest.fixture
def forbidden(folder):
    """The folder, which may not be written from now on, by root neither."""
    yield (sys.executable, TORTURE / "forbidden.py"), "permission denied"
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o700)


IN_BULK = ("batch", "../../plan.ndjson", "-q")
IN_BULK_NEW = ("batch", "../../new.ndjson", "-q")
UNWRITTEN = [
    pytest.param("plan.toml", avoiding("mine", "plan.toml"), id="amending"),
    pytest.param(
        "plan.toml", (*NEW, *MANY_DAYS, "-o", "plan.toml", "--replace"), id="-o plan.toml"
    ),
    pytest.param("plan.toml", (*NEW, *MANY_DAYS, "--save", "--replace"), id="new --save"),
    pytest.param("plan.ics", ("export", "-q", "-o", "plan.ics"), id="onto a calendar"),
    pytest.param("new.ics", ("export", "-q", "-o", "new.ics"), id="a calendar of a new name"),
    pytest.param("new.toml", (*NEW, *MANY_DAYS, "-o", "new.toml"), id="a plan of a new name"),
    pytest.param("new.html", (*NEW, "-o", "new.html"), id="a page"),
    pytest.param("events", ("export", "-q", "--split", "events"), id="a folder of events"),
    pytest.param(
        "plan.toml", (*IN_BULK, "-o", "{id}.toml", "--replace"), id="in bulk, onto a plan"
    ),
    pytest.param("new.toml", (*IN_BULK_NEW, "-o", "{id}.toml"), id="in bulk, plans of new names"),
    pytest.param("new.html", (*IN_BULK_NEW, "-o", "{id}.html"), id="in bulk, pages"),
    pytest.param("all.html", (*IN_BULK_NEW, "--pages", "all.html"), id="in bulk, one page"),
]
LOOKING = [
    pytest.param(("show", "-q", "-f", "html"), id="show"),
    pytest.param(("today",), id="today"),
    pytest.param(("check",), id="check"),
    pytest.param(("export", "-q"), id="export, printed"),
    pytest.param((*avoiding("mine", "plan.toml"), "--dry-run"), id="a dry run"),
    pytest.param(IN_BULK, id="in bulk, printed"),
]
CONDITIONS = {
    "limited": "files that may grow no more",
    "full": "full disks",
    "forbidden": "read-only folders",
}


@pytest.fixture
def unwritable(  # noqa: PLR0913, PLR0917 - what it takes to be without room
    request, folder, tmp_path, run, monkeypatch, counted
):
    """Work in a folder with a plan and a calendar, and tell how to run the program without room."""

    def _unwritable(condition):
        program, cause = request.getfixturevalue(condition)
        monkeypatch.setenv("XDG_DATA_HOME", str(folder))
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        for name in ("plan", "new"):
            (tmp_path / f"{name}.ndjson").write_text(json.dumps(ROW | {"id": name}))
        saved = folder / "microplan" / "plan.toml"
        assert run(*NEW, *MANY_DAYS, "--save").code == 0
        saved.with_name("plan.ics").write_bytes(b"old")
        monkeypatch.chdir(saved.parent)
        if condition == "forbidden":
            saved.parent.chmod(0o500)
        counted(CONDITIONS[condition])
        return program, cause, saved

    return _unwritable


@pytest.mark.torture
@pytest.mark.parametrize(("name", "argv"), UNWRITTEN)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_failed_write_prints_one_line_and_changes_nothing(
    unwritable, folder, condition, name, argv
):
    program, cause, saved = unwritable(condition)
    before = tree(folder)
    code, said = ended(start(*argv, program=program))
    shown = saved if "--save" in argv else name
    assert code == 9
    assert re.search(
        rf"(^|\n)microplan: {re.escape(str(shown))}[^ ]* can't be (written|made): {cause}\n$", said
    ), said
    assert tree(folder) == before


@pytest.mark.torture
@pytest.mark.parametrize("argv", LOOKING)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_who_only_looks_needs_no_room(unwritable, folder, condition, argv):
    program, _, _ = unwritable(condition)
    before = tree(folder)
    code, said = ended(start(*argv, program=program))
    assert (code, said) == (0, "")
    assert tree(folder) == before


@pytest.mark.torture
@pytest.mark.parametrize("condition", ["limited", "forbidden"])
def test_a_plan_is_handed_out_without_room(unwritable, condition):
    program, _, _ = unwritable(condition)
    with forks.piped(program, ["share", "-q", "--minutes", "1"]) as child:
        assert child.stdout.readline().startswith(b"http://127.0.0.1:")
        child.send_signal(signal.SIGINT)
        assert child.wait(SECONDS) == 0


@pytest.mark.torture("read-only folders")
@pytest.mark.parametrize("name", ["file/locks", "/dev/null"])
def test_a_state_folder_that_cannot_be_made_keeps_no_plan_from_being_amended(
    plan, run, monkeypatch, name
):
    (plan.parent.parent / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(plan.parent.parent / name))
    shown = run(*avoiding("mine", plan))
    assert (shown.code, shown.err) == (0, "")
    assert reasons(plan) == ["mine"]


@pytest.mark.torture("read-only folders")
def test_a_folder_that_may_not_be_written_has_its_lock_in_the_state_folder(
    plan, folder, forbidden, monkeypatch
):
    program, cause = forbidden
    before, state = plan.read_bytes(), plan.parent.parent / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    folder.chmod(0o500)
    code, said = ended(start(*avoiding("mine", plan), program=program))
    assert (code, said) == (9, f"microplan: {plan} can't be written: {cause}\n")
    assert names(state / "microplan" / "locks") == []
    state.chmod(0o500)
    shutil.rmtree(state / "microplan")
    told = f"microplan: the lock in {state}/microplan/locks can't be made: {cause}\n"
    assert ended(start(*avoiding("mine", plan), program=program)) == (9, told)
    state.chmod(0o700)
    assert plan.read_bytes() == before


@pytest.mark.torture
def test_a_clock_set_back_does_not_reorder_the_log(plan, run, monkeypatch, counted):
    clocks = [1795377600, 1795374000, 1795291200, 946684800, 1795377601, 0]
    for number, clock in enumerate(clocks):
        before = plan.read_bytes()
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(clock))
        assert run(*avoiding(f"p{number}", plan)).code == 0
        assert plan.read_bytes().startswith(before)
        assert run("show", "-q", "-p", plan).code == 0
    assert reasons(plan) == [f"p{number}" for number in range(len(clocks))]
    assert run("undo", "-p", plan).code == 0
    entries = plan_file.load(plan.read_text())[0].log
    assert entries[-1].entry == len(clocks), "the latest is the one told last"
    counted("clocks that went back", sum(later < clock for clock, later in pairwise(clocks)))


@pytest.mark.parametrize(
    ("name", "argv"),
    [
        pytest.param("plan.toml", avoiding("mine", "plan.toml"), id="amending"),
        pytest.param("plan.ics", ("export", "-p", "plan.toml", "-o", "plan.ics"), id="exporting"),
    ],
)
def test_a_file_that_is_mounted_by_itself_is_refused_with_the_reason(
    plan, tmp_path, monkeypatch, name, argv
):
    if not can_mount():
        pytest.skip("no file may be mounted over another here")
    monkeypatch.chdir(plan.parent)
    plan.with_name("plan.ics").write_bytes(b"old")
    shutil.copy(plan.with_name(name), tmp_path / "outside")
    before, outside = tree(plan.parent), (tmp_path / "outside").read_bytes()
    program = (sys.executable, TORTURE / "alone.py", tmp_path / "outside", name)
    code, said = ended(start(*argv, program=program))
    assert code == 9
    assert said.splitlines()[-1] == (
        f"microplan: {name} is a mount point, so it can't be replaced; mount its folder instead"
    )
    assert tree(plan.parent) == before
    assert (tmp_path / "outside").read_bytes() == outside


@pytest.mark.torture("full disks")
def test_a_full_stdout_is_reported_and_the_entry_is_recorded(plan, process):
    with Path("/dev/full").open("wb") as stdout:
        done = process(*avoiding("mine", plan), stdout=stdout.fileno())
    assert (done.code, done.err) == (
        9,
        "microplan: standard output can't be written: no space left on device\n",
    )
    assert reasons(plan) == ["mine"]


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        pytest.param("none/plan.ics", 9, "can't be written: no such file", id="no folder"),
        pytest.param("plan.toml", 4, 'already holds "Scalp session"', id="a plan that is kept"),
    ],
)
def test_a_reader_that_left_hides_no_file_that_was_not_written(plan, process, name, code, message):
    reading, writing = os.pipe()
    os.close(reading)
    buffered = {"PYTHONUNBUFFERED": None}
    done = process(*NEW, "-o", str(plan.parent / name), stdout=writing, env=buffered)
    os.close(writing)
    assert done.code == code
    assert message in done.err


# --- those who do not lock ------------------------------------------------------------------


def rewrites(path):
    path.write_bytes(b"# mine\n" + path.read_bytes())


def replaces(path):
    other = path.with_name("4913")
    other.write_bytes(b"# mine\n" + path.read_bytes())
    other.replace(path)


def empties(path):
    path.write_bytes(b"")


def removes(path):
    path.unlink()


def breaks(path):
    path.write_bytes(b"\xff\xfe")


def puts_a_folder(path):
    path.unlink()
    path.mkdir()


EDITORS = [rewrites, replaces, empties, removes, breaks]


def what_is_there(path):
    return path.read_bytes() if path.is_file() else None


@pytest.mark.torture("editors that wrote meanwhile")
@pytest.mark.parametrize("edit", [*EDITORS, puts_a_folder])
def test_an_edit_made_after_the_plan_was_read_is_kept(plan, edit):
    left = []

    def slow(read, stamp):
        edit(plan)
        left.append(what_is_there(plan))
        return avoid(read, stamp)

    with pytest.raises(ConflictError) as raised:
        plan_io.record(plan, slow, STAMP)
    assert str(raised.value) == (
        f"{plan} was changed by another program in the meantime and is left as it is; try again"
    )
    assert [what_is_there(plan)] == left
    assert names(plan.parent) in (["plan.toml"], [])


@pytest.mark.torture("editors that wrote meanwhile")
@pytest.mark.parametrize("edit", EDITORS)
def test_an_edit_made_during_a_write_is_kept(plan, run, monkeypatch, edit):
    left = []
    sync = os.fsync

    def slow(handle):
        sync(handle)
        edit(plan)
        left.append(what_is_there(plan))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", slow)
        shown = run(*avoiding("mine", plan))
    assert (shown.code, shown.out) == (7, "")
    assert "was changed by another program in the meantime and is left as it is" in shown.err
    assert [what_is_there(plan)] == left
    assert names(plan.parent) in (["plan.toml"], [])
    assert is_free(plan)


@pytest.mark.torture("editors that wrote meanwhile")
def test_a_plan_that_another_program_made_meanwhile_stays(folder, run, monkeypatch):
    path, sync = folder / "plan.toml", os.fsync

    def slow(handle):
        sync(handle)
        path.write_bytes(b"theirs")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", slow)
        shown = run(*NEW, "-o", path)
    assert shown.code == 7
    assert path.read_bytes() == b"theirs"
    assert names(folder) == ["plan.toml"]


def test_a_failed_replacement_keeps_the_older_backup(plan, run, monkeypatch):
    plan.with_name("plan.toml.bak").write_bytes(b"older")
    before = tree(plan.parent)

    def fail(_):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        shown = run(*NEW, "-o", plan, "--replace")
    assert (shown.code, tree(plan.parent)) == (9, before)


def test_rewriting_the_same_text_is_not_a_conflict(plan):
    def slow(read, stamp):
        plan.write_bytes(plan.read_bytes())
        return avoid(read, stamp)

    plan_io.record(plan, slow, STAMP)
    assert reasons(plan) == ["mine"]


def test_a_plan_never_grows_too_large_to_read(plan, run, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 1 << 20)
    with plan.open("ab") as file:
        file.write(b"#".ljust(files.MAX_BYTES - plan.stat().st_size - 20, b"x"))
    before = plan.read_bytes()
    shown = run(*avoiding("mine", plan))
    assert (shown.code, shown.err) == (
        RefusedError.exit_code,
        f"microplan: {plan} would be larger than 16 MiB, the limit for a plan\n",
    )
    assert plan.read_bytes() == before


# --- locks ----------------------------------------------------------------------------------


HOLDER = (
    "import sys, time; from pathlib import Path; from microplan.storage import locks\n"
    "with locks.hold(Path(sys.argv[1]), Path): print(flush=True); time.sleep(600)"
)


@pytest.fixture
def holder(plan):
    """Another process, which has the lock of the plan for long."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, plan], stdout=subprocess.PIPE) as child:
        assert child.stdout.readline() == b"\n"
        yield child
        child.kill()


@pytest.mark.torture("processes at once on one plan")
def test_a_second_process_waits_for_the_first(plan, holder):
    child = announced("fcntl.flock", *avoiding("mine", plan))
    assert child.poll() is None
    assert reasons(plan) == []
    holder.kill()
    assert ended(child) == (0, "")
    assert reasons(plan) == ["mine"]


@pytest.mark.usefixtures("holder")
def test_patience_ends_with_a_conflict(plan):
    with (
        pytest.raises(ConflictError) as raised,
        locks.hold(plan, environment.locks, patience=0.6),
    ):
        pass
    assert str(raised.value) == f"another process has been writing {plan} for 1 s; try again"
    assert raised.value.exit_code == 7


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_lock_of_a_dead_process_is_free(plan, holder, number):
    holder.send_signal(number)
    holder.wait(SECONDS)
    assert is_free(plan)


@pytest.mark.usefixtures("holder")
def test_a_stopped_process_keeps_its_lock_and_others_read_on(plan, holder, process):
    holder.send_signal(signal.SIGSTOP)
    with pytest.raises(ConflictError), locks.hold(plan, environment.locks, patience=0):
        pass
    assert process("show", "-p", str(plan)).code == 0


def test_every_path_to_a_file_uses_the_same_lock(plan, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(plan.parent)
    monkeypatch.chdir(plan.parent)
    paths = ["plan.toml", "./plan.toml", "../folder/plan.toml", "../link/plan.toml", plan]
    for path in paths:
        with locks.hold(Path(path), environment.locks, patience=0):
            assert names(plan.parent) == [".plan.toml.lock", "plan.toml"]
    assert names(plan.parent) == ["plan.toml"], "locks do not pile up"


def test_a_file_system_without_locks_is_a_fault_of_the_lock(plan, monkeypatch, run):
    def refuse(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    shown = run(*avoiding("mine", plan))
    assert (shown.code, shown.err) == (
        OutputError.exit_code,
        f"microplan: the lock in {environment.locks()} can't be made: no locks available\n",
    )
    assert reasons(plan) == []


# --- what stays -----------------------------------------------------------------------------


LAYOUTS = [
    pytest.param(lambda text: text, id="as it was written"),
    pytest.param(lambda text: text.rstrip(b"\n"), id="without a last line end"),
    pytest.param(lambda text: text + b"\n\n\n", id="with empty lines at its end"),
    pytest.param(lambda text: text + b"  \n\t", id="with blanks at its end"),
    pytest.param(lambda text: text + b"# the end", id="with a comment at its end"),
    pytest.param(lambda text: b"\xef\xbb\xbf" + text, id="with a byte order mark"),
    pytest.param(lambda text: text.replace(b"\n", b"\r\n"), id="with CRLF"),
    pytest.param(lambda text: text.replace(b"\n", b"\r\n").rstrip(), id="with CRLF, but the last"),
    pytest.param(
        lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n") + b"\r\n",
        id="as Windows has it",
    ),
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_amendment_only_appends_to_the_plan_file(plan, run, layout):
    plan.write_bytes(layout(plan.read_bytes()))
    for number in range(5):
        before = plan.read_bytes()
        assert run(*avoiding(f"p{number}", plan)).code == 0
        after = plan.read_bytes()
        assert after.startswith(before)
        assert re.match(rb"(\s*\n)?\s*\[\[log]]\r?\n", after[len(before) :])
        if b"\r" in before:
            assert after[len(before) :].count(b"\n") == after[len(before) :].count(b"\r\n")
        assert reasons(plan) == [f"p{earlier}" for earlier in range(number + 1)]
    assert run("undo", "-p", plan).code == 0


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o400])
@pytest.mark.parametrize("flags", [("avoid", "2030-01-01", "-p"), (*NEW, "--replace", "-o")])
def test_a_chosen_file_mode_is_kept(plan, run, mode, flags):
    plan.chmod(mode)
    before = plan.read_bytes()
    assert run(*flags, plan).code == 0
    assert stat.S_IMODE(plan.stat().st_mode) == mode
    if "--replace" in flags:
        backup = plan.with_name("plan.toml.bak")
        assert (backup.read_bytes(), stat.S_IMODE(backup.stat().st_mode)) == (before, 0o600)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a file to somebody else")
def test_a_plan_that_root_amends_stays_its_owners(plan, run):
    os.chown(plan, 12345, 23456)
    assert run(*avoiding("mine", plan)).code == 0
    assert (plan.stat().st_uid, plan.stat().st_gid) == (12345, 23456)
    assert stat.S_IMODE(plan.stat().st_mode) == 0o600


# --- odd places -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a\nb.toml", id="a line break"),
        pytest.param(os.fsdecode(b"\xff.toml"), id="bytes that are no text"),
        pytest.param(f"{'😀' * 62}.toml", id="253 bytes in 67 characters"),
        pytest.param("-p.toml", id="a flag"),
        pytest.param(" .toml", id="a blank"),
    ],
)
def test_a_plan_of_any_name_is_amended(plan, process, name):
    path = plan.replace(plan.with_name(name))
    for number in range(2):
        done = process(*avoiding(f"p{number}", path))
        assert (done.code, done.err) == (0, "")
    assert reasons(path) == ["p0", "p1"]
    assert names(plan.parent) == [name]


def test_a_pipe_by_name_is_refused_before_it_is_read(plan, process):
    pipe = plan.with_name("pipe.toml")
    os.mkfifo(pipe)
    done = process(*avoiding("mine", pipe))
    assert (done.code, done.out, done.err) == (
        2,
        "",
        f"microplan: {pipe} isn't a plan file; -p - reads a plan and prints it amended\n",
    )
    done = process(*avoiding("mine", "/dev/stdin"), stdin=plan.read_bytes())
    assert (done.code, done.out) == (2, "")
    assert pipe.is_fifo()


def test_standard_input_that_is_a_file_is_that_file(plan):
    with plan.open("rb") as stdin:
        done = subprocess.run(
            [*PROGRAM, *avoiding("mine", "/dev/stdin")],
            stdin=stdin,
            capture_output=True,
            check=True,
        )
    assert done.stderr == b""
    assert reasons(plan) == ["mine"]
    assert names(plan.parent) == ["plan.toml"]


def test_without_a_home_nothing_is_kept_in_the_working_folder(run, monkeypatch):
    for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)  # whom no list of users has
    for place in (environment.saved_plan, environment.locks):
        with pytest.raises(UsageError) as raised:
            place()
        assert str(raised.value) == "can't find your home folder; set HOME to its path"
    assert run("today").code == 2


def test_an_unreadable_saved_plan_is_not_blamed_on_stdout(saved, forbidden):
    program, cause = forbidden
    saved.parent.mkdir(parents=True)
    saved.parent.chmod(0)
    code, said = ended(start("today", program=program))
    saved.parent.chmod(0o700)
    assert (code, said) == (3, f"microplan: {saved} can't be read: {cause}\n")
