"""A separate environment for every test, and three ways to run the program in it."""

import contextlib
import fcntl
import gc
import io
import itertools
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import Phase, settings

from microplan.calendars import busy_process, lookup
from microplan.cli import main
from tests import caldav_server, forks, remotes
from tests.counted import counted, pytest_itemcollected, pytest_terminal_summary
from tests.forks import PROGRAM, SECONDS
from tests.reports import pytest_runtest_protocol

__all__ = [
    "counted",
    "pytest_itemcollected",
    "pytest_runtest_protocol",
    "pytest_terminal_summary",
]
settings.register_profile("tests", deadline=None, max_examples=30)
settings.register_profile("quick", deadline=None, max_examples=10)
# For mutants: the same few examples each time, and the first that fails is enough.
settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=12,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)
settings.load_profile("tests")

FIRST_DAY = "2026-11-22"
PATIENCE = 5
"""How long a person waits, in seconds, before they press Ctrl-C again."""

FIXED = {
    "LC_ALL": "C.UTF-8",
    "TZ": "Europe/Paris",
    "TERM": "xterm-256color",
    "COLUMNS": "80",
    "SOURCE_DATE_EPOCH": "1795377600",  # 2026-11-22T20:00:00Z
    "MICROPLAN_AS_OF": FIRST_DAY,
}
UNSET = ("MICROPLAN_", "XDG_", "LC_", "PYTHONIO", "NO_COLOR", "FORCE_COLOR", "LANG", "LINES")
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder there that nobody else may enter
"""Where Linux keeps files in memory."""
ROOM = 2 << 30
"""Bytes that must be free there: four times as much as all tests write."""


def pytest_configure(config):
    """Collect no garbage among what is imported, and keep files in memory, where there is room.

    A disk takes milliseconds for each file, and nearly all that is collected here stays. Workers
    share a server of forks, which takes a second to load.
    """
    gc.disable()
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK):
        space = os.statvfs(MEMORY)
        if space.f_bavail * space.f_frsize > ROOM:
            os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        os.environ[forks.SHARED] = str(forks.server())


def pytest_collection_finish():
    """Exclude what was imported and collected from later garbage collections."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 50, 100)


@pytest.fixture(scope="session", autouse=True)
def _fixed(tmp_path_factory):
    """Paris, a day in November, an empty home, and none of the person's own settings."""
    nobody = tmp_path_factory.mktemp("nobody")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(UNSET)]:
            patch.delenv(name)
        for name, value in FIXED.items():
            patch.setenv(name, value)
        _live_in(nobody, patch)
        patch.chdir(nobody)
        time.tzset()
        yield
    time.tzset()
    assert not list(nobody.iterdir()), "a test that has no home of its own wrote there"


def _live_in(home, patch):
    for name, folder in {"DATA": "data", "CONFIG": "config", "STATE": "state"}.items():
        patch.setenv(f"XDG_{name}_HOME", str(home / folder))
    patch.setenv("HOME", str(home))


@pytest.fixture(scope="session")
def folder_numbers():
    """Count the folders of this process."""
    return itertools.count()


@pytest.fixture
def tmp_path(request, tmp_path_factory, folder_numbers):
    """Make a folder for a test, to work and to be at home in; its environment is put back.

    The folder of pytest looks through all others for a free number.
    """
    name = re.sub(r"\W", "_", request.node.name)[:30]
    path = tmp_path_factory.getbasetemp() / f"{name}-{next(folder_numbers)}"
    path.mkdir(mode=0o700)
    (path / "home").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        _live_in(path / "home", patch)
        patch.chdir(path)
        yield path
    time.tzset()


@pytest.fixture
def environment(tmp_path):
    """Name the home of a test, which is empty."""
    return tmp_path / "home"


@pytest.fixture
def monkeypatch(tmp_path, monkeypatch):  # noqa: ARG001 - what is changed is that of the test alone
    """Change a test's environment; it is restored before the test's folder is left."""
    return monkeypatch


@pytest.fixture
def saved(environment):
    """Where the saved plan is, or would be."""
    return environment / "data" / "microplan" / "plan.toml"


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
    words = ("--start", "2026-12-01", "--every", "6x4w", "--tz", "Europe/Paris")
    assert run("new", *words, "-q", "-f", "json", "-o", path).code == 0
    return path


@pytest.fixture(scope="session")
def copies(tmp_path_factory):
    """Where ``once`` keeps folders, for all the tests of a process."""
    return tmp_path_factory.mktemp("copies")


@pytest.fixture
def once(tmp_path, copies):
    """Make what takes many commands once in a process; later tests have a copy of it.

    What is made must not name the folder that it was made in.
    """

    def _once(make):
        copy = copies / f"{make.__module__}.{make.__qualname__}"
        if copy.exists():
            shutil.copytree(copy, tmp_path, dirs_exist_ok=True)
            return
        make()
        for path in filter(Path.is_file, tmp_path.rglob("*")):
            assert bytes(tmp_path) not in path.read_bytes(), path
        shutil.copytree(tmp_path, copy)

    return _once


@pytest.fixture(scope="session")
def calendar_server():
    """Run a calendar server for all the tests of a process."""
    with caldav_server.running(remotes.USER, remotes.PASSWORD) as running:
        yield running


@pytest.fixture
def server(calendar_server):
    """Where the calendar server is, without a calendar."""
    calendar_server.collections.clear()
    return calendar_server.url


@pytest.fixture(scope="session")
def radicale(tmp_path_factory):
    """A real one, which takes ten times as long to answer."""
    with remotes.radicale(tmp_path_factory.mktemp("radicale")) as url:
        yield url


@pytest.fixture(scope="session")
def xandikos(tmp_path_factory):
    """A second, independent server, whose behaviour may differ."""
    with remotes.xandikos(tmp_path_factory.mktemp("xandikos")) as url:
        yield url


@pytest.fixture
def forked_reader(monkeypatch):
    """Read busy calendars in a fork that has already imported the slowest libraries."""

    @contextlib.contextmanager
    def forked(_command, **_streams):
        with forks.piped((sys.executable, busy_process.__file__), ()) as child:
            yield child

    streams = {"PIPE": subprocess.PIPE, "DEVNULL": subprocess.DEVNULL}
    monkeypatch.setattr(lookup, "subprocess", SimpleNamespace(Popen=forked, **streams))


@pytest.fixture
def interruptible():
    """Let children be interrupted, in a job that runs in the background too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def run(monkeypatch):
    """Run a command line in this process, its streams caught as bytes."""

    def _run(*argv, stdin=b""):
        streams = {"stdin": io.BytesIO(stdin), "stdout": io.BytesIO(), "stderr": io.BytesIO()}
        with monkeypatch.context() as patch:
            wrapped = {
                name: io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
                for name, stream in streams.items()
            }
            for name, stream in wrapped.items():
                patch.setattr(sys, name, stream)
            code = main([str(argument) for argument in argv])
            for stream in wrapped.values():
                stream.flush()
        out, err = (streams[name].getvalue().decode() for name in ("stdout", "stderr"))
        return SimpleNamespace(code=code, out=out, err=err)

    return _run


@pytest.fixture
def process(tmp_path):  # noqa: ARG001 - it is where the process runs
    """Run a separate process; ``env`` is added to the environment, None removes a name.

    It is a fork where that is equivalent.
    """

    def _process(*argv, env=None, stdin=b"", stdout=None, program=PROGRAM):
        if forks.can_stand_for(program, env or ()):
            whole = forks.completed(program, argv, stdin=stdin, stdout=stdout, env=_environ(env))
        else:
            whole = _started(program, argv, stdin, stdout, _environ(env))
        code, out, err = whole
        out, err = ((text or b"").decode(errors="replace") for text in (out, err))
        return SimpleNamespace(code=code, out=out, err=err)

    return _process


def _started(program, argv, stdin, stdout, env):
    done = subprocess.run(
        [*program, *argv],
        env=env,
        input=stdin,
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def terminal(tmp_path):
    """Run a process at a terminal, and answer each of its prompts (``> ``) in turn.

    ``screen`` is all that the terminal got; a ``stdout`` of "pipe" or a ``stderr`` of "pipe"
    leaves the terminal and comes back as ``out`` or ``err``. A Ctrl-C that had no effect is pressed
    again: a signal that comes just before Python waits for a line is seen after that line only.
    """

    def _terminal(*argv, answers=(), columns=80, env=None, stdout="", stderr=""):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
        aside = {name: (tmp_path / f"{name}.pipe") for name in ("out", "err")}
        with aside["out"].open("wb") as out, aside["err"].open("wb") as err:
            fds = {
                0: slave,
                1: out.fileno() if stdout == "pipe" else slave,
                2: err.fileno() if stderr == "pipe" else slave,
            }
            plain = {"TERM": "dumb"} if answers else {}  # questions in plain lines
            environ = _environ(
                {"COLUMNS": None, "NO_COLOR": "1", "PAGER": "cat"} | plain | (env or {})
            )
            child = forks.Child(PROGRAM, argv, fds, env=environ, terminal=os.ttyname(slave))
        os.close(slave)
        try:
            screen = _converse(master, list(answers))
            code = child.wait(SECONDS)
        finally:  # one that waits for more answers is not left waiting
            child.kill()
            os.close(master)
        texts = {name: path.read_bytes().decode() for name, path in aside.items()}
        return SimpleNamespace(code=code, screen=screen, **texts)

    return _terminal


def _environ(changes):
    merged = os.environ | (changes or {})
    return {name: value for name, value in merged.items() if value is not None}


def _converse(master, answers):
    shown, key = b"", b""
    while True:
        if not select.select([master], [], [], PATIENCE if key else SECONDS)[0]:
            if not key:
                break
            os.write(master, key)
            key = b""
            continue
        try:
            read = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not read:
            break
        shown += read
        if answers and shown.endswith(b"> "):
            answer = answers.pop(0)
            answer = answer if isinstance(answer, bytes) else f"{answer}\n".encode()
            key = answer if answer == b"\x03" else b""
            os.write(master, answer)
    assert not answers, f"answers were left over: {answers}\n{shown.decode(errors='replace')}"
    return shown.decode(errors="replace").replace("\r\n", "\n")
