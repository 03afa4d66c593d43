"""The main commands without POSIX-only features, as on Windows; the limits of this are below.

Every Python process of a test is started without the modules and functions in ``WITHOUT``. What
cannot be had here: drive letters, a console of Windows, files that are locked while they are open,
and the locks of Windows themselves, for which ``filelock`` uses its own kind here.
"""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from datetime import date, time
from types import SimpleNamespace

import msgspec
import pytest

from microplan.calendars.busy_query import BusyQuery, Fault, Reply
from tests.forks import IN_TURN, PROGRAM, SECONDS

WITHOUT = """
import os, signal, sys
for name in ("fcntl", "resource", "termios", "tty", "pty", "pwd", "grp", "readline", "syslog"):
    sys.modules[name] = None
for name in ("link", "fchown", "chown", "lchown", "fork", "forkpty", "mkfifo", "setsid",
             "getpgid", "killpg", "uname", "wait4", "statvfs", "getxattr", "setxattr", "removexattr",
             "listxattr", "sched_getaffinity", "O_NOFOLLOW", "O_DIRECTORY"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGALRM", "SIGPROF", "SIGVTALRM", "SIGHUP", "SIGUSR1", "SIGUSR2", "setitimer",
             "getitimer", "alarm", "pause", "pthread_sigmask", "siginterrupt"):
    if hasattr(signal, name):
        delattr(signal, name)

has = os.fchmod  # which filelock uses wherever it does not find itself on Windows
def fchmod(*arguments):
    if sys._getframe(1).f_globals["__name__"].startswith("microplan"):
        raise AttributeError("fchmod")
    has(*arguments)
os.fchmod = fchmod
"""
"""Names that Windows lacks and a program might use; the tests run where all exist."""

NEW = ("new", "--start", "2026-12-01", "--every", "6x4w", "--at", "18:00", "--tz", "Europe/Paris")
BUSY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1
DTSTART;TZID=Europe/Paris:20261229T173000
DURATION:PT2H
END:VEVENT
END:VCALENDAR
"""
ENDLESS = BUSY.replace("DURATION", "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\nDURATION")


@pytest.fixture
def surroundings(tmp_path):
    """The variables of a process where POSIX is not; warnings of libraries are not shown there."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WITHOUT)
    return {"PYTHONPATH": str(tmp_path / "site"), "PYTHONWARNINGS": "ignore"}


@pytest.fixture
def elsewhere(process, surroundings):
    """Run command lines one after another in a process that is started where POSIX is not."""

    def _elsewhere(*commands, env=None):
        done = process(json.dumps(commands), program=IN_TURN, env=surroundings | (env or {}))
        assert (done.code, done.err) == (0, "")
        assert "Traceback" not in done.out
        return [SimpleNamespace(code=c, out=out, err=err) for c, out, err in json.loads(done.out)]

    return _elsewhere


def test_the_process_really_lacks_what_it_should(surroundings):
    look = "import os, signal; print(hasattr(os, 'link'), hasattr(signal, 'SIGALRM')); import fcntl"
    done = subprocess.run(
        [sys.executable, "-c", look],
        env=os.environ | surroundings,
        capture_output=True,
        check=False,
    )
    assert done.stdout == b"False False\n"
    assert b"ModuleNotFoundError" in done.stderr


LIFE = (
    ("done", "1", "--on", "2026-12-01", "--as-of", "2026-12-01"),
    ("move", "2", "2027-01-05", "--as-of", "2026-12-02"),
    ("skip", "3", "--as-of", "2026-12-02"),
    ("avoid", "2027-03-01..2027-03-09", "--as-of", "2026-12-02"),
    ("revise", "--at", "19:00", "--as-of", "2026-12-02"),
    ("undo",),
    ("log",),
    ("next", "--as-of", "2026-12-02"),
    ("show", "-f", "table"),
    ("show", "-f", "timeline"),
    ("export", "-o", "again.ics"),
    ("export", "--split", "events"),
)


def test_a_plan_is_made_amended_and_exported(elsewhere, saved, tmp_path):
    files = ("-o", "plan.ics", "-o", "plan.html", "-o", "copy.toml")
    drawn, again, replaced, *lived = elsewhere(
        (*NEW, "--save", *files, "-f", "json"),
        (*NEW, "--save", "-o", "copy.toml"),
        (*NEW, "--save", "--replace"),
        *LIFE,
    )
    assert (drawn.code, replaced.code) == (0, 0)
    assert (again.code, "already holds" in again.err) == (4, True), "a plan is not written over"
    for command, done in zip(LIFE, lived, strict=True):
        assert done.code == 0, (command, done.err)
    assert b"BEGIN:VTIMEZONE" in (tmp_path / "again.ics").read_bytes()
    assert sorted(path.name for path in saved.parent.iterdir()) == ["plan.toml", "plan.toml.bak"]


def test_rows_become_files(elsewhere, tmp_path):
    rows = "id,start,every,tz\nanna,2026-12-01,6x4w,UTC\nbela,2026-12-02,3x2w,UTC\n"
    (tmp_path / "rows.csv").write_text(rows)
    batch = ("batch", "rows.csv", "-o", "out/{id}.toml", "-o", "out/{id}.ics")
    for done in elsewhere(batch, batch):  # the second finds the plans of the first
        assert (done.code, "2 planned" in done.err) == (0, True)
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_a_busy_calendar_closes_days(elsewhere, tmp_path):
    (tmp_path / "busy.ics").write_text(BUSY)
    (done,) = elsewhere((*NEW, "--busy", "busy.ics", "-f", "tsv"))
    assert done.code == 0
    assert "2026-12-30" in done.out


def test_a_busy_calendar_without_an_end_is_given_up(surroundings):
    """By a thread, where no clock can interrupt a process; here after a tenth of the usual time."""
    year = {"first": date(2026, 12, 1), "last": date(2027, 12, 1)}
    query = BusyQuery(**year, at=time(18), minutes=60, tz="Europe/Paris", at_once=0.3)
    done = subprocess.run(
        [sys.executable, "-m", "microplan.calendars.busy_process"],
        input=msgspec.json.encode(query) + b"\n" + ENDLESS.encode(),
        env=os.environ | surroundings,
        capture_output=True,
        check=True,
    )
    *_, reply = done.stdout.splitlines()
    assert isinstance(msgspec.json.decode(reply, type=Reply), Fault)


@pytest.mark.usefixtures("interruptible")
def test_a_plan_is_handed_out_on_loopback(surroundings, run):
    assert run(*NEW, "--save", "-q").code == 0
    with subprocess.Popen(
        [*PROGRAM, "share", "-q", "--minutes", "1"],
        stdout=subprocess.PIPE,
        env=os.environ | surroundings,
    ) as child:
        url = child.stdout.readline().decode().strip()
        assert re.match(r"http://127\.0\.0\.1:[0-9]+/", url)
        with urllib.request.urlopen(url, timeout=SECONDS) as page:  # noqa: S310 - ours
            assert page.read().startswith(b"<!DOCTYPE html>")
        child.send_signal(signal.SIGINT)
        assert child.wait(SECONDS) == 0


@pytest.mark.slow
def test_a_server_that_is_not_there_is_one_sentence(elsewhere, run):
    assert run(*NEW, "--save", "-q").code == 0
    password = {"MICROPLAN_CALDAV_PASSWORD": "x"}
    push = ("push", "--url", "http://127.0.0.1:9/", "--user", "anna")
    (done,) = elsewhere(push, env=password)
    assert done.code == 8
    assert "can't reach" in done.err
