"""Whatever happens while a plan is written, it is the old one or the new one, and whole."""

import contextlib
import os
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import PROGRAM, SECONDS

from microplan import amend, files, grammar, locks, planfile
from microplan.amend import Stamp
from microplan.cli import amending, surroundings
from microplan.errors import ConflictError, OutputError, RefusedError, UsageError

pytestmark = pytest.mark.slow

NEW = ("new", "--start", "2026-12-01", "--every", "6x4w", "--tz", "Europe/Paris", "-q")
LATER = ("--start", "2027-12-01", "--every", "9x2w", "--tz", "Europe/Paris", "-q")
MANY_DAYS = [
    word for year in range(2027, 2099) for word in ("--avoid", f"{year}-01-01..{year}-01-04")
]
NOT_BEGUN = 131
BEGIN = f"""
import os, sys
from microplan.__main__ import run
try:
    os.write(int(sys.argv.pop(1)), b".")
    run()
except KeyboardInterrupt:
    os._exit({NOT_BEGUN})
"""
ANNOUNCED = (sys.executable, "-c", BEGIN)
"""The program, which writes a byte to the descriptor named first once it is about to run."""
AT_EVERY_LINE = Path(__file__).parent / "torture" / "at_every_line.py"
STAMP = Stamp(datetime(2026, 11, 22, 20, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path):
    """A folder with nothing in it."""
    path = tmp_path / "folder"
    path.mkdir()
    return path


@pytest.fixture
def plan(folder, run):
    """A plan file, alone in its folder."""
    path = folder / "plan.toml"
    assert run(*NEW, "-f", "json", "-o", path).code == 0
    return path


@pytest.fixture(autouse=True)
def interruptible():
    """Let children be interrupted, in a job that runs in the background too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(*argv, program=PROGRAM, **options):
    return subprocess.Popen(
        [*map(str, (*program, *argv))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        **options,
    )


def ended(child):
    """Wait for a process; return its exit code, or the signal as a negative number, and stderr."""
    _, said = child.communicate(timeout=4 * SECONDS)
    return child.returncode, said.decode()


def avoiding(reason, path):
    return ("avoid", "2030-01-01", "--reason", reason, "-p", str(path))


def avoid(plan, stamp):
    return amend.avoid(plan, [grammar.closed("2030-01-01", "avoid")], stamp, "mine")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def tree(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def reasons(path):
    plan, warnings = planfile.load(files.read(path))
    assert warnings == ()
    return [shut.reason for entry in plan.log for shut in entry.closures]


def lock_files():
    return names(surroundings.locks())


def is_free(path):
    """Whether the lock of a file can be had at once."""
    with locks.hold(path, surroundings.locks(), patience=0):
        return True


# --- many at once ---------------------------------------------------------------------------


def test_a_hundred_processes_at_once_lose_no_entry(plan):
    before = plan.read_bytes()
    children = [start(*avoiding(f"p{number}", plan)) for number in range(100)]
    assert [ended(child) for child in children] == [(0, "")] * 100
    assert sorted(reasons(plan)) == sorted(f"p{number}" for number in range(100))
    assert plan.read_bytes().startswith(before)
    assert names(plan.parent) == ["plan.toml"]
    assert len(lock_files()) == 1


def test_all_names_of_a_file_share_one_lock_and_a_link_stays_a_link(plan, tmp_path):
    link, relative = tmp_path / "link.toml", plan.parent / "other.toml"
    link.symlink_to(relative)
    relative.symlink_to("plan.toml")
    paths = [plan, link, relative] * 8
    children = [start(*avoiding(f"p{number}", path)) for number, path in enumerate(paths)]
    assert [ended(child) for child in children] == [(0, "")] * 24
    assert sorted(reasons(plan)) == sorted(f"p{number}" for number in range(24))
    assert link.readlink() == relative
    assert relative.readlink() == Path("plan.toml")
    assert not plan.is_symlink()
    assert names(plan.parent) == ["other.toml", "plan.toml"]
    assert len(lock_files()) == 1


# --- kill -9 --------------------------------------------------------------------------------


def seeded(seed):
    return random.Random(seed)  # noqa: S311 - moments, not secrets


def kill(child, moments, folder):
    """Kill a process at a moment of its first quarter second, or while it writes."""
    if moments.random() < 0.5:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(moments.uniform(0, 0.25))
    else:
        before = len(names(folder))
        until = time.monotonic() + SECONDS
        while child.poll() is None and len(names(folder)) == before and time.monotonic() < until:
            time.sleep(0.0002)
        time.sleep(moments.uniform(0, 0.002))
    child.kill()
    return ended(child)


def is_left_over(name, of):
    """Whether a file is the unfinished sibling of a write, hidden, and never taken for a plan."""
    return re.fullmatch(rf"\.{re.escape(of)}\.[0-9a-f]{{16}}", name) is not None


def sweep(folder, of):
    """Remove what a killed write left, each for its owner's eyes only, and count it."""
    left = [folder / name for name in names(folder) if is_left_over(name, of)]
    for path in left:
        assert stat.S_IMODE(path.stat().st_mode) == files.PRIVATE
        path.unlink()
    return len(left)


def check_backup(path, old):
    """See that a backup, if there is one, holds what was there before, and take it away."""
    backup = path.with_name(f"{path.name}.bak")
    sweep(path.parent, backup.name)
    if backup.exists():
        assert backup.read_bytes() == old
        backup.unlink()


@pytest.mark.parametrize("seed", range(8))
def test_two_hundred_kills_at_random_moments_keep_every_acknowledged_entry(plan, seed, process):
    moments = seeded(seed)
    killed = 0
    for number in range(25):
        before, known = plan.read_bytes(), reasons(plan)
        code, said = kill(start(*avoiding(f"p{number}", plan)), moments, plan.parent)
        assert (code, said) in ((0, ""), (-signal.SIGKILL, ""))
        after = reasons(plan)
        assert after == [*known, f"p{number}"] or (code != 0 and after == known)
        assert plan.read_bytes().startswith(before)
        assert is_free(plan)
        sweep(plan.parent, "plan.toml")
        assert names(plan.parent) == ["plan.toml"]
        killed += code != 0
    assert killed
    assert process(*avoiding("next", plan)).code == 0
    assert reasons(plan)[-1] == "next"


CREATED = [
    pytest.param("data/microplan/plan.toml", ("--save",), False, id="new --save"),
    pytest.param("data/microplan/plan.toml", ("--save", "--replace"), True, id="--replace"),
    pytest.param("out/plan.toml", ("-o", "out/plan.toml"), False, id="-o plan.toml"),
    pytest.param("out/plan.ics", ("-o", "out/plan.ics"), True, id="-o plan.ics"),
]


@pytest.mark.parametrize(("name", "flags", "is_there"), CREATED)
def test_twenty_kills_leave_a_new_file_whole_or_not_there(  # noqa: PLR0913, PLR0917 - a table's columns
    environment, run, monkeypatch, name, flags, is_there
):
    monkeypatch.chdir(environment)
    path, moments = environment / name, seeded(name)
    path.parent.mkdir(parents=True)
    assert run(*NEW, *flags, "-f", "json").code == 0
    old = path.read_bytes()
    path.unlink()
    assert run("new", *LATER, *flags, "-f", "json").code == 0
    new = path.read_bytes()
    codes = set()
    for _ in range(20):
        path.unlink()
        if is_there:
            files.write(path, [old.decode()])
        code, said = kill(start("new", *LATER, *flags), moments, path.parent)
        assert said in ("", f"wrote {path}\n")
        held = path.read_bytes() if path.exists() else None
        assert held == new or (code != 0 and held == (old if is_there else None))
        sweep(path.parent, path.name)
        path.touch()
        check_backup(path, old)
        assert names(path.parent) == [path.name]
        codes.add(code)
    assert codes == {0, -signal.SIGKILL}


def runs_at_every_line(number, plan, *argv):
    done = subprocess.run(
        [sys.executable, AT_EVERY_LINE, number, plan, *argv],
        cwd=plan.parent.parent,
        capture_output=True,
        text=True,
        timeout=4 * SECONDS,
        check=True,
    )
    assert "Traceback" not in done.stderr
    *codes, last = map(int, done.stdout.split())
    assert last == 0, "the run that nothing met"
    assert len(codes) > 40
    return codes


WRITING = [
    pytest.param("plan.toml", ("avoid", "2030-01-01", "-p", "{folder}/plan.toml"), id="amending"),
    pytest.param(
        "plan.toml", ("new", *LATER, "-o", "{folder}/plan.toml", "--replace"), id="replacing"
    ),
    pytest.param(
        "plan.ics", ("export", "-p", "plan.toml", "-o", "{folder}/plan.ics"), id="exporting"
    ),
]


@pytest.mark.parametrize(("name", "argv"), WRITING)
@pytest.mark.parametrize("number", ["SIGKILL", "SIGINT"])
def test_a_signal_at_any_line_leaves_the_old_file_or_the_new_one(
    plan, tmp_path, number, name, argv
):
    shutil.copy(plan, tmp_path)
    if name == "plan.ics":
        files.write(plan.parent / name, ["old"])
    before = (plan.parent / name).read_bytes()
    codes = runs_at_every_line(number, plan.parent / name, *argv)
    ways = {"SIGKILL": {-signal.SIGKILL}, "SIGINT": {130}}
    assert set(codes) == ways[number]
    after = (tmp_path / str(len(codes) + 1) / name).read_bytes()
    assert after != before
    held = []
    for run_number in range(1, len(codes) + 1):
        folder = tmp_path / str(run_number)
        held.append((folder / name).read_bytes())
        if number == "SIGKILL":
            sweep(folder, name)
        check_backup(folder / name, before)
        assert names(folder) == [name], f"line {run_number}"
    changed = held.index(after)
    assert held == [before] * changed + [after] * (len(held) - changed)


# --- interruption ---------------------------------------------------------------------------


def test_forty_interruptions_end_with_130_and_leave_no_sibling(plan):
    moments = seeded(0)
    codes = []
    for number in range(40):
        known = reasons(plan)
        reading, writing = os.pipe()
        child = start(writing, *avoiding(f"p{number}", plan), program=ANNOUNCED, pass_fds=[writing])
        os.close(writing)
        assert os.read(reading, 1) == b"."
        os.close(reading)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(moments.uniform(0, 0.1))
        child.send_signal(signal.SIGINT)
        code, said = ended(child)
        assert (code in (0, 130, NOT_BEGUN), "Traceback" in said) == (True, False), said
        after = reasons(plan)
        assert after == [*known, f"p{number}"] or (code != 0 and after == known)
        assert names(plan.parent) == ["plan.toml"]
        codes.append(code)
    assert codes.count(130) > codes.count(NOT_BEGUN)


def test_an_interruption_ends_the_wait_for_a_lock(plan):
    before = plan.read_bytes()
    with locks.hold(plan, surroundings.locks()):
        child = start(*avoiding("mine", plan))
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(1)
        child.send_signal(signal.SIGINT)
        assert ended(child) == (130, "\n")
    assert plan.read_bytes() == before


def test_a_replacement_waits_for_an_entry_that_is_being_written(plan):
    with locks.hold(plan, surroundings.locks()):
        child = start(*NEW, "--replace", "-o", plan)
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(1)
        after = amending.appended(
            plan.read_text(), avoid(planfile.load(plan.read_text())[0], STAMP), ""
        )
        files.update(plan, plan.read_text(), after)
    assert ended(child) == (0, "")
    assert reasons(plan.with_name("plan.toml.bak")) == ["mine"]


# --- no room, no leave ----------------------------------------------------------------------


FULL = """
set -e
folder=$1 aside=$1.full
shift
mkdir "$aside"
mount -t tmpfs -o size=256k tmpfs "$aside"
cp -a "$folder/." "$aside"
cat /dev/zero > "$aside/filler" 2> /dev/null || :
mount --bind "$aside" "$folder"
cd "$PWD"
"$@" && code=0 || code=$?
cd /
umount "$folder"
rm -r "$folder"/* "$aside/filler"
cp -a "$aside/." "$folder"
exit "$code"
"""
"""Run a program where a folder is on a full disk of its own, which nobody else sees."""
UNSHARED = ("unshare", "--map-root-user", "--mount")
UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def can_mount():
    try_it = (*UNSHARED, "mount", "-t", "tmpfs", "tmpfs", "/mnt")
    return bool(shutil.which("unshare")) and not subprocess.run(try_it, check=False).returncode


@pytest.fixture
def limited():
    """No file may be longer than a block."""
    return ("sh", "-c", 'ulimit -f 1; exec "$@"', "sh", *PROGRAM), "file too large"


@pytest.fixture
def full(folder):
    """Nothing is left on the disk of the folder."""
    if not can_mount():
        pytest.skip("a disk that is full: no file system may be mounted here")
    return (*UNSHARED, "sh", "-c", FULL, "sh", folder, *PROGRAM), "no space left on device"


@pytest.fixture
def forbidden(folder):
    """The folder, which may not be written from now on, by root neither."""
    if not os.getuid() and not shutil.which("setpriv"):
        pytest.skip("a folder that is read-only: root may write it, and setpriv is not here")
    program = PROGRAM if os.getuid() else (*UNPRIVILEGED, *PROGRAM)
    yield program, "permission denied"
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o700)


UNWRITTEN = [
    pytest.param("plan.toml", avoiding("mine", "plan.toml"), id="amending"),
    pytest.param(
        "plan.toml", (*NEW, *MANY_DAYS, "-o", "plan.toml", "--replace"), id="-o plan.toml"
    ),
    pytest.param("plan.toml", (*NEW, *MANY_DAYS, "--save", "--replace"), id="new --save"),
    pytest.param("plan.ics", ("export", "-q", "-o", "plan.ics"), id="onto a calendar"),
    pytest.param("new.ics", ("export", "-q", "-o", "new.ics"), id="a calendar of a new name"),
    pytest.param("new.toml", (*NEW, *MANY_DAYS, "-o", "new.toml"), id="a plan of a new name"),
]


@pytest.mark.parametrize(("name", "argv"), UNWRITTEN)
@pytest.mark.parametrize("condition", ["limited", "full", "forbidden"])
def test_what_cannot_be_written_is_said_in_a_sentence_and_changes_nothing(  # noqa: PLR0913, PLR0917 - a table's columns
    request, folder, run, monkeypatch, condition, name, argv
):
    program, cause = request.getfixturevalue(condition)
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    saved = folder / "microplan" / "plan.toml"
    assert run(*NEW, *MANY_DAYS, "--save").code == 0
    saved.with_name("plan.ics").write_bytes(b"old")
    monkeypatch.chdir(saved.parent)
    if condition == "forbidden":
        saved.parent.chmod(0o500)
    before = tree(folder)
    code, said = ended(start(*argv, program=program))
    shown = saved if "--save" in argv else name
    assert (code, said) == (9, f"microplan: {shown} cannot be written: {cause}\n")
    assert tree(folder) == before


@pytest.mark.parametrize("name", ["file/locks", "/dev/null"])
def test_without_a_place_for_the_lock_nothing_is_amended(plan, run, monkeypatch, name):
    (plan.parent.parent / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(plan.parent.parent / name))
    before = plan.read_bytes()
    shown = run(*avoiding("mine", plan))
    assert (shown.code, shown.out) == (9, "")
    assert re.fullmatch(
        "microplan: the lock in .*/microplan/locks cannot be made: not a directory\n", shown.err
    )
    assert plan.read_bytes() == before


def test_a_stdout_that_is_full_is_said_and_the_entry_is_recorded(plan, process):
    with Path("/dev/full").open("wb") as stdout:
        done = process(*avoiding("mine", plan), stdout=stdout)
    assert (done.code, done.err) == (
        9,
        "microplan: standard output cannot be written: no space left on device\n",
    )
    assert reasons(plan) == ["mine"]


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        pytest.param("none/plan.ics", 9, "cannot be written: no such file", id="no folder"),
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


@pytest.mark.parametrize("edit", [*EDITORS, puts_a_folder])
def test_what_an_editor_did_after_the_plan_was_read_stays(plan, edit):
    left = []

    def slow(read, stamp):
        edit(plan)
        left.append(what_is_there(plan))
        return avoid(read, stamp)

    with pytest.raises(ConflictError) as raised:
        amending.record(plan, slow, STAMP)
    assert str(raised.value) == (
        f"{plan} was changed by another program meanwhile and is left as it is; try again"
    )
    assert [what_is_there(plan)] == left
    assert names(plan.parent) in (["plan.toml"], [])


@pytest.mark.parametrize("edit", EDITORS)
def test_what_an_editor_did_while_the_new_text_went_to_the_disk_stays(plan, run, monkeypatch, edit):
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
    assert "was changed by another program meanwhile and is left as it is" in shown.err
    assert [what_is_there(plan)] == left
    assert names(plan.parent) in (["plan.toml"], [])
    assert is_free(plan)


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


def test_a_text_that_was_touched_and_is_the_same_is_no_conflict(plan):
    def slow(read, stamp):
        plan.write_bytes(plan.read_bytes())
        return avoid(read, stamp)

    amending.record(plan, slow, STAMP)
    assert reasons(plan) == ["mine"]


def test_a_plan_never_grows_beyond_what_can_be_read(plan, run):
    with plan.open("ab") as file:
        file.write(b"#".ljust(files.MAX_BYTES - plan.stat().st_size - 20, b"x"))
    before = plan.read_bytes()
    shown = run(*avoiding("mine", plan))
    assert (shown.code, shown.err) == (
        RefusedError.exit_code,
        f"microplan: {plan} would be larger than 16 MiB, the most a plan may have\n",
    )
    assert plan.read_bytes() == before


# --- locks ----------------------------------------------------------------------------------


HOLDER = (
    "import sys, time; from pathlib import Path; from microplan import locks\n"
    "with locks.hold(Path(sys.argv[1]), Path(sys.argv[2])): print(flush=True); time.sleep(600)"
)


@pytest.fixture
def holder(plan):
    """Another process, which has the lock of the plan for long."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, plan, surroundings.locks()], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline() == b"\n"
        yield child
        child.kill()


def test_a_second_process_waits_for_the_first(plan, holder):
    child = start(*avoiding("mine", plan))
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(1)
    assert reasons(plan) == []
    holder.kill()
    assert ended(child) == (0, "")
    assert reasons(plan) == ["mine"]


@pytest.mark.usefixtures("holder")
def test_patience_ends_with_a_conflict(plan):
    with (
        pytest.raises(ConflictError) as raised,
        locks.hold(plan, surroundings.locks(), patience=1),
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
    with pytest.raises(ConflictError), locks.hold(plan, surroundings.locks(), patience=0):
        pass
    assert process("show", "-p", str(plan)).code == 0


def test_a_lock_follows_the_file_that_a_name_stands_for(plan, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(plan.parent)
    monkeypatch.chdir(plan.parent)
    paths = ["plan.toml", "./plan.toml", "../folder/plan.toml", "../link/plan.toml", plan]
    for path in paths:
        with locks.hold(Path(path), surroundings.locks(), patience=0):
            pass
    assert len(lock_files()) == 1


def test_a_file_system_without_locks_is_a_fault_of_the_lock(plan, monkeypatch, run):
    def refuse(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(locks.fcntl, "flock", refuse)
    shown = run(*avoiding("mine", plan))
    assert (shown.code, shown.err) == (
        OutputError.exit_code,
        f"microplan: the lock in {surroundings.locks()} cannot be made: no locks available\n",
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
def test_every_byte_of_a_plan_stays_before_what_is_added(plan, run, layout):
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
def test_a_mode_that_somebody_chose_stays(plan, run, mode, flags):
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
        f"microplan: {pipe} keeps no plan; -p - reads one and prints it amended\n",
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
    for place in (surroundings.saved_plan, surroundings.locks):
        with pytest.raises(UsageError) as raised:
            place()
        assert str(raised.value) == "no home folder is known here; set HOME to the path of one"
    assert run("today").code == 2


def test_a_saved_plan_that_may_not_be_looked_at_is_no_fault_of_stdout(saved, forbidden):
    program, cause = forbidden
    saved.parent.mkdir(parents=True)
    saved.parent.chmod(0)
    code, said = ended(start("today", program=program))
    saved.parent.chmod(0o700)
    assert (code, said) == (3, f"microplan: {saved} cannot be read: {cause}\n")
