"""Commands that write one plan at once: no entry is lost, and the file can be read at any moment."""

import json
import os
import stat
import sys
import threading
from collections import Counter
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest

from microplan.storage import files, plan_file
from tests import forks
from tests.faults import (
    LONG,
    NEW,
    TIMES,
    TORTURE,
    announced,
    at_once,
    avoiding,
    ended,
    names,
    reasons,
    seeded,
    start,
)
from tests.forks import IN_TURN, PROGRAM

pytestmark = [pytest.mark.slow, pytest.mark.torture]

AT_ONCE = "processes at once on one plan"


class Reader(threading.Thread):
    """Reads a plan again and again while others write it, and counts."""

    def __init__(self, path):
        super().__init__()
        self.path, self.reads, self.fault, self.ended = path, 0, None, threading.Event()

    def run(self):
        while self.fault is None and not self.ended.wait(0.003):
            try:
                plan_file.load(files.read(self.path))
            except Exception as error:  # noqa: BLE001 - told by the test
                self.fault = error
            self.reads += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()
        assert self.fault is None


CROWD = 30 if TIMES == 1 else 100


@pytest.mark.parametrize("again", range(TIMES))
def test_a_crowd_of_processes_at_once_loses_no_entry(plan, again, counted):
    before = plan.read_bytes()
    reasoned = [f"{again} {number}" for number in range(CROWD)]
    with Reader(plan) as reader:
        ends = at_once([avoiding(reason, plan) for reason in reasoned])
    assert ends == [(0, "")] * CROWD
    assert sorted(reasons(plan)) == sorted(reasoned)
    assert plan.read_bytes().startswith(before)
    assert names(plan.parent) == ["plan.toml"]
    counted(AT_ONCE, CROWD)
    counted("reads while others wrote", reader.reads)


def test_all_names_of_a_file_share_one_lock_and_a_link_stays_a_link(plan, tmp_path, counted):
    link, relative = tmp_path / "link.toml", plan.parent / "other.toml"
    link.symlink_to(relative)
    relative.symlink_to("plan.toml")
    paths = [plan, link, relative] * 6
    assert at_once([avoiding(f"p{n}", path) for n, path in enumerate(paths)]) == [(0, "")] * 18
    assert sorted(reasons(plan)) == sorted(f"p{number}" for number in range(18))
    assert link.readlink() == relative
    assert relative.readlink() == Path("plan.toml")
    assert not plan.is_symlink()
    assert names(plan.parent) == ["other.toml", "plan.toml"]
    counted(AT_ONCE, 18)


def mixed(chance, plan, row, number):
    """Draw a command that writes the plan, with a unique note if it adds an entry."""
    note = ("--note", f"n{number}", "-p", plan)
    # Each another day: the same again adds nothing.
    held = date(2026, 12, 1) + timedelta(days=number)
    kinds = {
        "avoid": ("avoid", f"{2030 + number}-01-01", *note),
        "done": ("done", 1, "--on", held, "--as-of", "2027-12-31", *note),
        "move": ("move", 5, f"{2040 + number}-02-01", *note),
        "undo": ("undo", *note),
        "new": (*NEW, "--replace", "-f", "json", "-o", plan),
        "batch": ("batch", row, "-q", "--replace", "-o", f"{plan.parent}/{{id}}.toml"),
    }
    return kinds[chance.choices([*kinds], weights=[6, 4, 3, 3, 2, 1])[0]]


def noted(folder):
    """Collect the notes of all entries, in the plan and in those that it took the place of."""
    plans = [plan_file.load(files.read(folder / name))[0] for name in names(folder)]
    return Counter(entry.note for plan in plans for entry in plan.log)


@pytest.mark.parametrize("seed", range(TIMES))
def test_of_different_commands_at_once_no_entry_is_lost(plan, tmp_path, seed, counted):
    chance, row = seeded(seed), tmp_path / "row.ndjson"
    row.write_text('{"id": "plan", "start": "2026-12-01", "every": "6x4w", "tz": "Europe/Paris"}')
    commands = [mixed(chance, plan, row, number) for number in range(40)]
    with Reader(plan) as reader:
        ends = at_once(commands)
    for (code, said), command in zip(ends, commands, strict=True):
        is_batch = command[0] == "batch"  # which replaces nothing that has an entry, and says so
        assert code in ((0, 3) if is_batch else (0, 4)), (command, said)
        assert bool(said) == (code != 0), (command, said)
        assert said.count("\n") <= 1 or is_batch, (command, said)
    made = [command for (code, _), command in zip(ends, commands, strict=True) if code == 0]
    assert noted(plan.parent) == Counter(c[c.index("--note") + 1] for c in made if "--note" in c)
    new, batch = (sum(command[0] == name for command in made) for name in ("new", "batch"))
    assert new <= len(names(plan.parent)) - 1 <= new + batch, "a batch may find its own plan there"
    assert new
    counted("different commands at once on one plan", len(commands))
    counted("reads while others wrote", reader.reads)


@pytest.mark.parametrize("again", range(2 * TIMES))
def test_of_new_plans_made_at_once_under_one_name_one_is_kept(folder, again, counted):
    path = folder / "plan.toml"
    titles = [f"{again} {number}" for number in range(12)]
    ends = at_once([(*NEW, "--title", title, "-o", path) for title in titles])
    codes = [code for code, _ in ends]
    assert codes.count(0) == 1, "who was told that a plan is kept finds it"
    assert set(codes) <= {0, 4, 7}
    assert plan_file.load(files.read(path))[0].title == titles[codes.index(0)]
    assert names(folder) == ["plan.toml"]
    counted(AT_ONCE, 12)


HOMES, EACH, ENTRIES = 2, 3, 90 * TIMES
"""So many homes with so many processes each, and the entries they make in all."""


def at_home(home, commands):
    """Be a person who has a home of their own, in a process that runs commands in turn."""
    folders = {f"XDG_{name}_HOME": str(home / name) for name in ("DATA", "CONFIG", "STATE")}
    return forks.piped(
        IN_TURN,
        [json.dumps([[*map(str, command)] for command in commands])],
        env=os.environ | folders | {"HOME": str(home)},
    )


def codes_of(child):
    codes = [code for code, _, _ in json.load(child.stdout)]
    assert child.wait(LONG) == 0
    return codes


def test_six_processes_under_two_homes_lose_no_entry(plan, tmp_path, counted):
    """Without a pause between, by three processes under each home, on a plan that both share."""
    crowd = HOMES * EACH
    shares = [
        [avoiding(f"{who} {number}", plan) for number in range(who, ENTRIES, crowd)]
        for who in range(crowd)
    ]
    with ExitStack() as stack:
        homes = [tmp_path / f"home{who % HOMES}" for who in range(crowd)]
        herd = [stack.enter_context(child) for child in map(at_home, homes, shares)]
        codes = [codes_of(child) for child in herd]
    assert {code for each in codes for code in each} == {0}
    assert sorted(reasons(plan)) == sorted(command[3] for share in shares for command in share)
    assert names(plan.parent) == ["plan.toml"]
    counted("entries made at once under two homes", ENTRIES)


def test_an_entry_waits_for_another_persons_that_is_on_its_way(plan, run, monkeypatch, counted):
    """A process under another home starts while the first is about to rename its file."""
    sync, others = os.fsync, []

    def slow(handle):
        sync(handle)
        if not others:
            with monkeypatch.context() as patch:
                for name in ("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
                    patch.setenv(name, str(plan.parent.parent / "other"))
                others.append(announced("fcntl.flock", *avoiding("theirs", plan)))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", slow)
        assert run(*avoiding("mine", plan)).code == 0
    assert ended(others[0]) == (0, "")
    assert reasons(plan) == ["mine", "theirs"]
    counted(AT_ONCE, 2)


ALICE, BOB, CLINIC = 12_345, 12_346, 23_456
"""Numbers of two people and of the group they share, whom no system knows."""


ROUNDS = 4


def as_person(number):
    return (sys.executable, TORTURE / "person.py", number, CLINIC)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be several people")
def test_two_people_of_a_group_and_root_at_once_lose_no_entry(plan, counted):
    os.chown(plan.parent, 0, CLINIC)
    plan.parent.chmod(0o2770)
    os.chown(plan, ALICE, CLINIC)
    plan.chmod(0o660)
    people = [as_person(ALICE), as_person(BOB), PROGRAM]
    herd = [
        start(*avoiding(f"{number} {who}", plan), program=program)
        for number in range(ROUNDS)
        for who, program in enumerate(people)
    ]
    assert [ended(child) for child in herd] == [(0, "")] * len(herd)
    assert sorted(reasons(plan)) == sorted(f"{n} {who}" for n in range(ROUNDS) for who in range(3))
    assert stat.S_IMODE(plan.stat().st_mode) == 0o660, "and everybody may write it still"
    assert plan.stat().st_gid == CLINIC
    assert names(plan.parent) == ["plan.toml"]
    counted("entries of several people at once", len(herd))
