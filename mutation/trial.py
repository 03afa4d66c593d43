"""A plugin of pytest that tries the mutants of one room, each in a copy of the process.

The tests run once, unchanged, to learn what they reach and how long they take. A copy for each
mutant then runs those that reach it, quick ones first, until one fails.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from itertools import zip_longest
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from mutmut.configuration import config
from mutmut.state import state

JOB = "MUTATION_JOB"
"""Names the file with the mutants; their fates are written into it."""
ACTIVE = "MUTANT_UNDER_TEST"
AT_ONCE = 2
PATIENCE, LEAST = 5, 10
"""Processor time a mutant has: this many times what its tests took, and seconds at least."""
MEMORY = 4 << 30


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try every mutant in place of running the tests."""
    job = Path(os.environ[JOB])
    names = json.loads(job.read_text())
    reach = _rehearse([item for item in session.items if _stays_here(item)])
    fates: dict[str, str] = {}
    running: dict[int, str] = {}
    for name in names:
        tests = reach.get(name.rpartition("__mutmut_")[0], [])
        if not tests:
            fates[name] = "unreached"
            continue
        if len(running) == AT_ONCE:
            _wait(running, fates)
        running[_fork(name, tests)] = name
    while running:
        _wait(running, fates)
    job.write_text(json.dumps(fates, indent=1))
    return True


def _stays_here(item: pytest.Item) -> bool:
    """Whether a test keeps to this process: a mutant is active in no other."""
    return not {"process", "terminal"} & set(getattr(item, "fixturenames", ()))


def _rehearse(items: list[pytest.Item]) -> dict[str, list[tuple[float, pytest.Item]]]:
    """Run each test as it is, and list the tests that reach a function with their seconds."""
    config()  # is found from here, and the tests go elsewhere
    os.environ[ACTIVE] = "stats"
    reach: dict[str, list[tuple[float, pytest.Item]]] = {}
    for item, following in zip_longest(items, items[1:]):
        begun = time.process_time()
        reports = runtestprotocol(item, log=False, nextitem=following)
        spent = time.process_time() - begun
        reached = state()._stats  # noqa: SLF001 - where mutmut keeps what was called
        if any(report.failed for report in reports):
            print(f"left out, for it fails as it is: {item.nodeid}", file=sys.stderr)
        else:
            for function in reached:
                reach.setdefault(function, []).append((spent, item))
        reached.clear()
    for tests in reach.values():
        tests.sort(key=lambda test: test[0])
    return reach


def _fork(name: str, tests: list[tuple[float, pytest.Item]]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        seconds = LEAST + PATIENCE * int(sum(spent for spent, _ in tests))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(silent, stream)
        os.environ[ACTIVE] = name
        _forget()
        survived = _passes([item for _, item in tests])
        os._exit(0 if survived else 1)
    finally:
        os._exit(1)


def _forget() -> None:
    """Empty what functions remembered while nothing was changed."""
    rooms = [room for name, room in sys.modules.items() if name.startswith("microplan")]
    for room in rooms:
        for value in list(vars(room).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def _passes(items: list[pytest.Item]) -> bool:
    return not any(
        report.failed
        for item, following in zip_longest(items, items[1:])
        for report in runtestprotocol(item, log=False, nextitem=following)
    )


def _wait(running: dict[int, str], fates: dict[str, str]) -> None:
    pid, status = os.wait()
    if pid in running:
        ended = os.waitstatus_to_exitcode(status)
        fates[running.pop(pid)] = "survived" if ended == 0 else "failed" if ended > 0 else "stopped"
