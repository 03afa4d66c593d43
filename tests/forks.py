"""Processes of the program, forked from one that has loaded it.

To start Python and to import what a command needs takes ten times as long as the command. So the
tests share a server that loads the program once and forks a child for each command.
The child takes over the arguments, environment, folder and descriptors it is given, and runs
``microplan.__main__``, or a script of the tests. A real start is for what Python itself reads when
it starts, such as ``PYTHONIOENCODING``, and for a program that another program starts.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import io
import marshal
import os
import pkgutil
import runpy
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import microplan
from microplan import cli

LIBRARIES = (
    "caldav.davclient",
    "caldav.elements.dav",
    "dateutil.rrule",
    "encodings.ascii",
    "filelock",
    "h11",
    "holidays",
    "icalendar",
    "ics",
    "importlib.readers",
    "lxml.etree",
    "niquests",
    "niquests.packages.urllib3.contrib.hface.protocols.http1",
    "platformdirs.unix",
    "pydoc",
    "rapidfuzz.process",
    "recurring_ical_events",
    "rich.console",
    "rich.table",
    "tomllib",
    "typer._click.decorators",
    "typer.main",
    "tzlocal",
    "wassima",
)
"""What commands load when they come to need it."""
PLAN = ("new", "--start", "2026-12-01", "--every", "6x4w", "--tz", "UTC")
"""A plan that has nothing of the machine in it, not its zone either."""
MOST = 1_000_000
"""Bytes of the longest request."""
PROGRAM = (sys.executable, "-m", "microplan")
IN_TURN = (sys.executable, Path(__file__).with_name("in_turn.py"))
"""Runs a list of command lines in one process, and prints the result of each."""
SHARED = "TESTS_FORKS"
"""The variable that tells the workers of a run where their server is."""
MOST_AT_ONCE = 100
"""Requests that wait."""
SECONDS = 30
"""How long a process may stay silent before a test gives up on it."""
READ_BY_PYTHON = ("PYTHON", "LC_", "LANG")
"""Variables that matter when Python starts begin like this."""
ABOVE = 100
"""Descriptors from here on don't collide with others."""


# --- for the tests --------------------------------------------------------------------------


def can_stand_for(program, changes=()):
    """Whether a fork can stand for a start of the program or a script, with that environment."""
    python, *rest = map(str, program)
    known = rest == ["-m", "microplan"] or (rest and rest[0].endswith(".py"))
    return (
        python == sys.executable
        and known
        and not any(name.startswith(READ_BY_PYTHON) for name in changes)
    )


@contextlib.contextmanager
def piped(program, argv, *, stdout=None, env=None):
    """Run a program with pipes as its streams, or with a descriptor as its stdout, until the block ends."""
    (takes, feeds), (out, into_out), (err, into_err) = (os.pipe() for _ in range(3))
    given = {0: takes, 1: into_out if stdout is None else stdout, 2: into_err}
    child = Child(program, argv, given, env=env)
    for each in takes, into_out, into_err:
        os.close(each)
    with (
        os.fdopen(feeds, "wb") as child.stdin,
        os.fdopen(out, "rb") as child.stdout,
        os.fdopen(err, "rb") as child.stderr,
    ):
        try:
            yield child
        finally:
            child.kill()
            child.wait(SECONDS)


def stand_in(folder, environ):
    """Write a ``microplan`` into a folder that starts as a fork, and put it first on the PATH.

    Returns what ``subprocess`` needs for a shell that finds it there.
    """
    python = f"#!{sys.executable} -IS\n"
    path = folder / "microplan"
    path.write_text(python + Path(__file__).with_name("stand_in.py").read_text("utf-8"), "utf-8")
    path.chmod(0o755)
    places = (folder, Path(sys.executable).parent, os.environ["PATH"])
    own = {"PATH": os.pathsep.join(map(str, places)), "MICROPLAN_FORKS": str(server())}
    return {"env": environ | own}


def completed(program, argv, *, stdin=b"", seconds=SECONDS, **options):
    """Run a program to its end; return its code, stdout and stderr."""
    with piped(program, argv, **options) as child, ThreadPoolExecutor(3) as pool:
        pool.submit(_feed, child.stdin, stdin)
        out, err = pool.submit(child.stdout.read), pool.submit(child.stderr.read)
        try:
            return child.wait(seconds), out.result(), err.result()
        finally:
            child.kill()


def _feed(pipe, content):
    with contextlib.suppress(BrokenPipeError), pipe:
        pipe.write(content)


class Child:
    """A forked process, with the methods of ``subprocess.Popen`` that the tests use."""

    def __init__(self, program, argv, fds, *, env=None, terminal=None):
        """Start it: ``fds`` are its descriptors, each with the one of this process it stands for.

        At a ``terminal``, given by its path, it leads a session of its own.
        """
        self.returncode = None
        script, *first = program[1:] if program != PROGRAM else [None]
        request = {
            "argv": ["microplan", *map(str, (*first, *argv))],
            "script": script and str(script),
            "env": dict(os.environ) if env is None else env,
            "folder": str(Path.cwd()),
            "terminal": terminal,
            "fds": [*fds],
        }
        self._status = _socket()
        self._status.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST)
        self._status.connect(str(server()))
        socket.send_fds(self._status, [marshal.dumps(request)], [*fds.values()])
        self.pid = int(self._status.recv(16))

    def poll(self):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout=None):
        if self.returncode is None:
            self._status.settimeout(timeout)
            try:
                self.returncode = int(self._status.recv(16))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired("microplan", timeout) from None
            self._status.close()
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)


def _socket():
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)


@functools.cache
def server():
    """Return where the server is asked; it is started, and ends with this process, if none is shared."""
    if SHARED in os.environ:
        return Path(os.environ[SHARED])
    place = Path(tempfile.mkdtemp(prefix="forks-"), "socket")
    with _socket() as asked:
        asked.bind(str(place))
        asked.listen(MOST_AT_ONCE)
        started = subprocess.Popen(  # its streams are pipes, as those of most children are
            [sys.executable, "-m", __name__, str(asked.fileno())],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[asked.fileno()],
        )
    atexit.register(started.communicate)  # which closes its standard input
    return place


# --- the server -----------------------------------------------------------------------------


def serve(asked):
    """Fork a child for each request, and tell who asked for it how it ended.

    The end of its standard input, which is that of the process that started it, ends it as well.
    """
    waiting = {}
    waking, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as ready:
        for each in asked, waking, sys.stdin:
            ready.register(each, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is sys.stdin:
                    return
                if key.fileobj is asked:
                    _begin(asked, waiting)
                else:
                    os.read(waking, 1024)
                    _tell_ends(waiting)


def _begin(asked, waiting):
    status, _ = asked.accept()
    content, fds, _, _ = socket.recv_fds(status, MOST, 16)
    if not content:  # who asked is gone
        status.close()
        return
    child = os.fork()
    if not child:
        _become(marshal.loads(content), fds)  # noqa: S302 - from the tests
    with contextlib.suppress(BrokenPipeError):
        status.send(str(child).encode())
    waiting[child] = status
    for each in fds:
        os.close(each)


def _tell_ends(waiting):
    while waiting:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            return
        with waiting.pop(child) as told, contextlib.suppress(BrokenPipeError):
            told.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request, fds):
    """Be the process that was asked for; this does not return."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    if request["terminal"]:
        os.setsid()
        fds[request["fds"].index(0)] = os.open(request["terminal"], os.O_RDWR)
    _take_over(dict(zip(request["fds"], fds, strict=True)))
    sys.stdout.reconfigure(line_buffering=os.isatty(1))
    sys.argv = request["argv"]
    _run(request["script"])


def _take_over(fds):
    """Give descriptors the numbers that they are to have, and close all others."""
    high = {number: ABOVE + place for place, number in enumerate(fds)}
    for number, place in high.items():
        os.dup2(fds[number], place)
    os.closerange(0, ABOVE)
    for number, place in high.items():
        os.dup2(place, number)
    os.closerange(max(high) + 1, 2 * ABOVE)


def _run(script):
    """Run a script or the program, and end the process."""
    if not script:
        from microplan.__main__ import run

        run()
    code = 1
    try:
        sys.argv[0] = script
        runpy.run_path(script, run_name="__main__")
        code = 0
    finally:
        if code:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(code)


def load():
    """Import all that commands need and print a plan, so that children share these caches."""
    for name in LIBRARIES:
        importlib.import_module(name)
    for each in pkgutil.walk_packages(microplan.__path__, "microplan."):
        importlib.import_module(each.name)
    with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")):
        assert cli.main([*PLAN, "-q", "-f", "table"]) == 0
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    load()
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        serve(requests)
        shutil.rmtree(Path(requests.getsockname()).parent)
