"""Helpers that cause faults and check what they leave behind."""

import contextlib
import json
import os
import random
import re
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from microplan.amendments import amend
from microplan.amendments.amended import Stamp
from microplan.cli import environment
from microplan.rules import grammar
from microplan.storage import files, locks, plan_file, siblings
from tests import forks
from tests.forks import PROGRAM, SECONDS

TIMES = int(os.environ.get("MICROPLAN_TORTURE", "1"))
"""How many times the usual number of faults; `make torture` sets more."""
TORTURE = Path(__file__).parent / "torture"
LONG = 4 * SECONDS
NEW = ("new", "--start", "2026-12-01", "--every", "6x4w", "--tz", "Europe/Paris", "-q")
LATER = ("--start", "2027-12-01", "--every", "9x2w", "--tz", "Europe/Paris", "-q")
STAMP = Stamp(datetime(2026, 11, 22, 20, tzinfo=UTC))
ANNOUNCED = (sys.executable, TORTURE / "announced.py")
"""The program, which writes a byte to a descriptor once it is at some point; both are named first."""
NOT_BEGUN = 131
"""How that ends where it was interrupted before the program was at work."""


def start(*argv, program=PROGRAM, pass_fds=()):
    """Start a program and keep only its stderr, in a fork if that is equivalent."""
    if not forks.can_stand_for(program):
        return subprocess.Popen(
            [*map(str, (*program, *argv))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    reading, writing = os.pipe()
    with Path(os.devnull).open("r+b") as nowhere, os.fdopen(writing, "wb") as err:
        fds = {0: nowhere.fileno(), 1: nowhere.fileno(), 2: err.fileno()}
        child = forks.Child(program, argv, fds | {each: each for each in pass_fds})
    child.stderr = os.fdopen(reading, "rb")  # `ended` reads and closes it
    return child


def announced(point, *argv):
    """Start the program; return it once it has come to a point."""
    reading, writing = os.pipe()
    child = start(writing, point, *argv, program=ANNOUNCED, pass_fds=[writing])
    os.close(writing)
    assert os.read(reading, 1) == b"."
    os.close(reading)
    return child


def ended(child):
    """Wait for a process; return its exit code, or the signal as a negative number, and stderr."""
    code = child.wait(LONG)
    with child.stderr as said:
        return code, said.read().decode()


def avoiding(reason, path):
    return ("avoid", "2030-01-01", "--reason", reason, "-p", str(path))


def avoid(plan, stamp):
    return amend.avoid(plan, [grammar.closed("2030-01-01", "avoid")], stamp, "mine")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def tree(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def reasons(path):
    plan, warnings = plan_file.load(files.read(path))
    assert warnings == ()
    return [shut.reason for entry in plan.log for shut in entry.closures]


def lock_file(path):
    """Name the file that is there while a plan is locked, and after a kill or an interruption."""
    return path.with_name(f".{path.name}.lock")


def is_free(path):
    """Whether the lock of a file can be had at once."""
    with locks.hold(path, environment.locks, patience=0):
        return True


# --- kill -9 --------------------------------------------------------------------------------


def seeded(seed):
    return random.Random(seed)  # noqa: S311 - moments, not secrets


def timed(*argv):
    """Run a command that nothing happens to; return how long that takes, here and now."""
    begun = time.monotonic()
    assert ended(start(*argv))[0] == 0
    return time.monotonic() - begun


def moments(seed, number, whole):
    """Yield moments to kill runs of some length at: the very first, others, and while it writes.

    None stands for the last. The length is that of a run which was measured just before, so that
    moments fall all over it on a machine of any speed, and under any load.
    """
    chance = seeded(seed)
    yield 0.0
    for _ in range(number - 1):
        yield None if chance.random() < 0.5 else chance.uniform(0, whole)


def kill(child, moment, folder):
    """Kill a process at a moment of its life, or soon after it began to write into a folder."""
    if moment is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(moment)
    else:
        until = time.monotonic() + SECONDS
        while child.poll() is None and not is_written(folder) and time.monotonic() < until:
            time.sleep(0.0002)
    child.kill()
    return ended(child)


def is_written(folder):
    """Whether a file of a folder is being written, which then has a sibling."""
    return any(re.fullmatch(siblings.SIBLING, name) for name in names(folder))


def is_left_over(name, of):
    """Whether a file is the unfinished sibling of a write, hidden, and never taken for a plan."""
    return re.fullmatch(rf"\.{re.escape(of)}\.[0-9a-f]{{16}}", name) is not None


def sweep(folder, of):
    """Remove and count the files left by a killed write, checking that only the owner can read them."""
    lock_file(folder / of).unlink(missing_ok=True)
    left = [folder / name for name in names(folder) if is_left_over(name, of)]
    for path in left:
        assert stat.S_IMODE(path.stat().st_mode) == siblings.PRIVATE
        path.unlink()
    return len(left)


def check_backup(path, old):
    """Check that the backup, if any, has the earlier content, and remove it."""
    backup = path.with_name(f"{path.name}.bak")
    sweep(path.parent, backup.name)
    if backup.exists():
        assert backup.read_bytes() == old
        backup.unlink()


# --- at every line, and many at once --------------------------------------------------------


class AtLines(NamedTuple):
    """The folders of a command: what was seen before its lines, and what signals at lines left.

    ``folder`` is that of the run that nothing met. A folder that was seen stands for its line and
    those after it, until something changed. With the others is how the process ended.
    """

    folder: Path
    lines: int
    seen: dict[int, Path]
    killed: dict[int, tuple[Path, int]]
    interrupted: dict[int, tuple[Path, int]]


def at_every_line(plan, *argv):
    """Run a command, watched, and again with signals at lines that write.

    They come right before and after each change of the disk, SIGINT at some lines between as well,
    and both at all lines where faults are to be many. Each run has a copy of the plan.
    """
    program, here = (sys.executable, TORTURE / "at_every_line.py"), plan.parent.parent
    with contextlib.chdir(here):
        argv = [64 if TIMES == 1 else 1, plan, *argv]
        code, shown, said = forks.completed(program, argv, seconds=10 * LONG)
    assert (code, b"Traceback" in said) == (0, False), said
    (whole, lines), *runs = (line.split() for line in shown.decode().splitlines())
    assert whole == "0", "the run that nothing met"
    met = {"SIGKILL": {}, "SIGINT": {}}
    for folder, code in runs:
        number, line = folder.split(".")
        met[number][int(line)] = here / folder, int(code)
    seen = {int(path.suffix[1:]): path for path in here.glob("seen.*")}
    return AtLines(
        here / "seen", int(lines), dict(sorted(seen.items())), met["SIGKILL"], met["SIGINT"]
    )


def at_once(commands):
    """Run commands at the same time, one process each; return their codes and output."""
    lines = json.dumps([[*map(str, command)] for command in commands])
    program = (sys.executable, TORTURE / "herd.py")
    code, shown, said = forks.completed(program, [], stdin=lines.encode(), seconds=LONG)
    assert (code, said) == (0, b"")
    return [(code, said) for code, said in json.loads(shown)]
