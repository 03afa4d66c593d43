"""The main commands without what only POSIX has, as on Windows; what this can't show is said below.

Every Python process of a test is started without the modules and functions in ``WITHOUT``. What
cannot be had here: drive letters, a console of Windows, files that are locked while they are open,
and the locks of Windows themselves, for which ``filelock`` uses its own kind here.
"""

import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

from tests.conftest import PROGRAM, SECONDS

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
"""What Windows lacks, of what a program might use. The tests run where it is all there."""

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
def elsewhere(process, tmp_path):
    """Run the program where POSIX is not; warnings of libraries are not shown there either."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WITHOUT)
    surroundings = {"PYTHONPATH": str(tmp_path / "site"), "PYTHONWARNINGS": "ignore"}

    def _elsewhere(*argv, **options):
        done = process(*map(str, argv), env=surroundings | options.pop("env", {}), **options)
        assert "Traceback" not in done.err
        return done

    _elsewhere.surroundings = surroundings
    return _elsewhere


def test_the_process_really_lacks_what_it_should(elsewhere):
    look = "import os, signal; print(hasattr(os, 'link'), hasattr(signal, 'SIGALRM')); import fcntl"
    done = subprocess.run(
        [sys.executable, "-c", look],
        env=os.environ | elsewhere.surroundings,
        capture_output=True,
        check=False,
    )
    assert done.stdout == b"False False\n"
    assert b"ModuleNotFoundError" in done.stderr


def test_a_plan_is_drawn_up_lived_and_exported(elsewhere, saved, tmp_path):
    files = ("-o", "plan.ics", "-o", "plan.html", "-o", "copy.toml")
    done = elsewhere(*NEW, "--save", *files, "-f", "json")
    assert (done.code, saved.exists()) == (0, True)
    again = elsewhere(*NEW, "--save", "-o", "copy.toml")
    assert (again.code, "already holds" in again.err) == (4, True), "a plan is not written over"
    assert elsewhere(*NEW, "--save", "--replace").code == 0
    assert saved.with_name("plan.toml.bak").exists()
    for command in (
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
    ):
        done = elsewhere(*command)
        assert done.code == 0, (command, done.err)
    assert b"BEGIN:VTIMEZONE" in (tmp_path / "again.ics").read_bytes()
    assert sorted(path.name for path in saved.parent.iterdir()) == ["plan.toml", "plan.toml.bak"]


def test_rows_become_files(elsewhere, tmp_path):
    rows = "id,start,every,tz\nanna,2026-12-01,6x4w,UTC\nbela,2026-12-02,3x2w,UTC\n"
    (tmp_path / "rows.csv").write_text(rows)
    for _ in range(2):  # the second finds the plans of the first
        done = elsewhere("batch", "rows.csv", "-o", "out/{id}.toml", "-o", "out/{id}.ics")
        assert (done.code, "2 planned" in done.err) == (0, True)
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_a_busy_calendar_closes_days(elsewhere, tmp_path):
    (tmp_path / "busy.ics").write_text(BUSY)
    done = elsewhere(*NEW, "--busy", "busy.ics", "-f", "tsv")
    assert done.code == 0
    assert "2026-12-30" in done.out


@pytest.mark.slow
def test_a_busy_calendar_without_an_end_is_given_up(elsewhere, tmp_path):
    (tmp_path / "busy.ics").write_text(ENDLESS)
    done = elsewhere(*NEW, "--busy", "busy.ics", "-f", "tsv")
    assert (done.code, done.out) == (3, "")
    assert "busy.ics can't be read: " in done.err


@pytest.mark.usefixtures("interruptible")
def test_a_plan_is_handed_out_on_loopback(elsewhere, run):
    assert run(*NEW, "--save", "-q").code == 0
    with subprocess.Popen(
        [*PROGRAM, "share", "-q", "--minutes", "1"],
        stdout=subprocess.PIPE,
        env=os.environ | elsewhere.surroundings,
    ) as child:
        url = child.stdout.readline().decode().strip()
        assert re.match(r"http://127\.0\.0\.1:[0-9]+/", url)
        with urllib.request.urlopen(url, timeout=SECONDS) as page:  # noqa: S310 - ours
            assert page.read().startswith(b"<!DOCTYPE html>")
        child.send_signal(signal.SIGINT)
        assert child.wait(SECONDS) == 0


def test_a_server_that_is_not_there_is_one_sentence(elsewhere, run):
    assert run(*NEW, "--save", "-q").code == 0
    password = {"MICROPLAN_CALDAV_PASSWORD": "x"}
    done = elsewhere("push", "--url", "http://127.0.0.1:9/", "--user", "anna", env=password)
    assert done.code == 8
    assert "can't reach" in done.err
