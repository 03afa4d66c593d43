"""A target for whole command lines, in this process and a temporary folder."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

from fuzz.oracles import ended_well
from microplan.cli import main

REACHING_OUT = frozenset({"share", "push", "pull"})
"""Commands that serve or connect."""
FORKING = "--bu"
"""The start of the flag that runs another process, which has its own target."""
ZONES = frozenset({"Europe/Paris", "America/New_York", "Asia/Kathmandu"})
"""Arguments that may have a slash; any other could name a file outside the folder."""
ENVIRON = {
    "TZ": "Europe/Paris",  # as in the tests, for the library that finds it remembers
    "TERM": "dumb",
    "COLUMNS": "80",
    "SOURCE_DATE_EPOCH": "1795377600",
    "MICROPLAN_AS_OF": "2026-11-22",
    "MICROPLAN_PLAN": "plan.toml",
}
PLAN = """\
microplan = 1
id = "f"
title = "Scalp session"
created = 2026-11-22T20:00:00Z
[rules]
start = "2026-11-03"
every = "6x4w~3d"
at = "18:00"
tz = "Europe/Paris"
[[log]]
done = 1
on = 2026-11-03
recorded = 2026-11-03T18:40:00Z
"""


def argv(data: bytes) -> None:
    """Run the first line as a command, with the rest as standard input."""
    line, _, stdin = data.partition(b"\n")
    arguments = _arguments(line)
    if arguments is not None:
        ended_well(*_run(arguments, stdin))


def _arguments(line: bytes) -> Sequence[str] | None:
    """Split a line like a shell; drop anything that leaves the folder, serves, connects or forks."""
    try:
        words = shlex.split(os.fsdecode(line.replace(b"\0", b"")))
    except ValueError:
        return None
    kept = [word if word in ZONES else word.replace("/", "") for word in words]
    if not REACHING_OUT.isdisjoint(kept) or any(word.startswith(FORKING) for word in kept):
        return None
    return kept


def _run(arguments: Sequence[str], stdin: bytes) -> tuple[int, str, str]:
    """Run a command line; return its exit code, stdout and stderr."""
    caught = {"stdin": io.BytesIO(stdin), "stdout": io.BytesIO(), "stderr": io.BytesIO()}
    with contextlib.ExitStack() as around:
        around.enter_context(_home())
        for name, stream in caught.items():
            wrapped = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
            around.enter_context(mock.patch.object(sys, name, wrapped))
        code = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        said = [caught[name].getvalue().decode("utf-8") for name in ("stdout", "stderr")]
    gc.unfreeze()  # batch, sure to be the last thing its process does, freezes all there is
    return code, *said


@contextlib.contextmanager
def _home() -> Iterator[None]:
    """Change to a temporary home folder that has one plan."""
    with tempfile.TemporaryDirectory(prefix="microplan-fuzz-") as folder:
        Path(folder, "plan.toml").write_text(PLAN)
        own = ENVIRON | {"HOME": folder}
        with contextlib.ExitStack() as around:
            around.callback(time.tzset)  # after the environment is what it was
            around.enter_context(mock.patch.dict(os.environ, own, clear=True))
            around.enter_context(contextlib.chdir(folder))
            time.tzset()
            yield
