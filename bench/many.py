"""Many rows: a batch compared with the json module alone, its peak memory, and long runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench import processes
from microplan.batch import planned, rows
from microplan.batch import planner as batch

Row = dict[str, object]

COUNT = 10_000
ROWS = 5_000
"""Rows of a batch that writes files."""
ROUNDS = 3
FIRST = date(2026, 12, 1)
CREATED = datetime(2026, 11, 1, tzinfo=UTC)
WORDS: Row = {
    "every": "6x4w~3d",
    "on": "mon..fri",
    "prefer": "tue",
    "avoid": ["2026-12-24..2027-01-03"],
    "at": "18:00",
    "tz": "Europe/Paris",
    "remind": ["1d", "2h"],
}
LAUNCHER = (
    "import os, subprocess, sys; child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL);"
    "print(os.wait4(child.pid, 0)[2].ru_maxrss)"
)
"""A process inherits the peak memory of its parent, so a small one launches it."""


def clinic(count: int) -> Iterator[Row]:
    """Yield rows that differ in their name and in their start, one of 365 days."""
    for number in range(count):
        start = FIRST + timedelta(days=number % 365)
        yield WORDS | {"id": f"P-{number:06}", "start": start.isoformat()}


def unlike(count: int) -> Iterator[Row]:
    """Yield rows that also differ in their time, to the minute."""
    for number, row in enumerate(clinic(count)):
        yield row | {"at": f"{8 + number // 365 % 11:02}:{number % 60:02}"}


def _lines(make: Callable[[int], Iterator[Row]], count: int) -> list[bytes]:
    return [f"{json.dumps(row)}\n".encode() for row in make(count)]


def _planned(lines: Sequence[bytes]) -> Iterator[bytes]:
    planner = batch.Planner(CREATED)
    source = rows.Source(columns=batch.COLUMNS, name="rows.ndjson", say=print)
    table = rows.read(lines, source)
    return (planned.line(planner.plan(row)) for row in table)


def ours(make: Callable[[int], Iterator[Row]]) -> Callable[[], object]:
    """Plan new rows from bytes to bytes, discarding the output."""
    lines = _lines(make, COUNT)
    return lambda: deque(_planned(lines), maxlen=0)


def json_alone(make: Callable[[int], Iterator[Row]]) -> Callable[[], object]:
    """Read the same rows and write the same documents, made beforehand."""
    lines = _lines(make, COUNT)
    documents = [json.loads(line) for line in _planned(lines)]

    def both() -> None:
        for line, document in zip(lines, documents, strict=True):
            json.loads(line)
            json.dumps(document)

    return both


AN_ID = 150
"""Bytes of an id in a dict, which is all that a batch remembers about a row."""


def peaks(names: Sequence[str]) -> dict[str, list[float]]:
    """Measure the peak bytes of a batch process of each size, minus its dict of ids."""
    with TemporaryDirectory(prefix="microplan-bench-") as folder:
        return {name: [_peak(int(name.split()[-1]), Path(folder))] for name in names}


def _peak(count: int, folder: Path) -> float:
    command = [sys.executable, "-m", "microplan", "batch", str(_file(count, folder)), "-q"]
    launched = [sys.executable, "-I", "-c", LAUNCHER, *command]
    said = subprocess.run(
        launched, env=_environment(folder), stdout=subprocess.PIPE, check=True
    ).stdout
    return float(said) * 1024 - count * AN_ID


def _file(count: int, folder: Path) -> Path:
    path = folder / f"{count}.ndjson"
    path.write_bytes(b"".join(_lines(clinic, count)))
    return path


def runs(names: Sequence[str]) -> dict[str, list[float]]:
    """Measure the seconds of long runs, and of one second, their yardstick."""
    if not names:
        return {}
    with TemporaryDirectory(prefix="microplan-bench-") as folder:
        found = {name: LONG[name](Path(folder)) for name in names if name in LONG}
    rounds = max(map(len, found.values()))
    return found | {"a second": [1.0] * rounds}


def _a_file(folder: Path) -> list[float]:
    """Measure the seconds per file of a batch that writes two files a row, synced once at the end."""
    return _files(folder, "calendars/{id}.ics", "records/{id}.json")


def _a_plan_file(folder: Path) -> list[float]:
    """Measure the seconds per plan file of a batch, which syncs each of them."""
    return _files(folder, "plans/{id}.toml")


def _files(folder: Path, *templates: str) -> list[float]:
    path = folder / "rows.ndjson"
    path.write_bytes(b"".join(_lines(clinic, ROWS)))
    outputs = [word for template in templates for word in ("-o", template)]
    return [_seconds(["batch", str(path), "-q", *outputs], folder) / (len(templates) * ROWS)]


def _an_amendment(folder: Path) -> list[float]:
    """Measure the seconds to add an entry to a plan with 999, including the start."""
    path = folder / "lived.toml"
    begun = ["new", "--start=2026-12-01", "--every=1100x1w", "--tz=UTC", "-q", "-o", str(path)]
    _seconds([*begun, "--format", "json"], folder)
    days = [FIRST + timedelta(weeks=number) for number in range(1000)]
    lived = "".join(
        f"\n[[log]]\ndone = {number}\non = {day}\nrecorded = {day}T12:00:00Z\n"
        for number, day in enumerate(days[:-1], 1)
    )
    text = path.read_text(encoding="utf-8") + lived
    found = []
    for _ in range(ROUNDS):
        path.write_text(text, encoding="utf-8")
        found.append(_seconds(["done", "1000", "-p", str(path), f"--as-of={days[-1]}"], folder))
    return found


LONG = {"a file": _a_file, "a plan file": _a_plan_file, "an amendment": _an_amendment}


def _seconds(arguments: Sequence[str], folder: Path) -> float:
    command = [sys.executable, "-m", "microplan", *arguments]
    begin = perf_counter()
    subprocess.run(
        command, cwd=folder, env=_environment(folder), stdout=subprocess.DEVNULL, check=True
    )
    return perf_counter() - begin


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | processes.environment(str(folder), "many")
