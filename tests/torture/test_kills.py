"""Killed or interrupted at any moment, a command leaves the old file or the new one, and whole."""

import json
import re
import shutil
import signal
import subprocess
import sys

import pytest

from microplan.cli import INTERRUPTED, plan_io
from microplan.cli import environment as surroundings
from microplan.formats import ical
from microplan.model import ids
from microplan.scheduling import schedule, sequence
from microplan.storage import files, locks, plan_file
from tests import remotes
from tests.faults import (
    LATER,
    NEW,
    NOT_BEGUN,
    STAMP,
    TIMES,
    TORTURE,
    announced,
    at_every_line,
    avoid,
    avoiding,
    check_backup,
    ended,
    is_free,
    kill,
    lock_file,
    moments,
    names,
    reasons,
    seeded,
    start,
    sweep,
    timed,
)

pytestmark = [pytest.mark.slow, pytest.mark.torture, pytest.mark.usefixtures("interruptible")]

KILLS = "kills at random moments"
INTERRUPTIONS = "interruptions at random moments"


# --- kill -9 at random moments --------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2 * TIMES))
def test_kills_at_random_moments_keep_every_acknowledged_entry(plan, seed, counted):
    whole = timed(*avoiding("first", plan))
    killed = 0
    for number, moment in enumerate(moments(seed, 15, whole)):
        before, known = plan.read_bytes(), reasons(plan)
        code, said = kill(start(*avoiding(f"p{number}", plan)), moment, plan.parent)
        assert (code, said) in ((0, ""), (-signal.SIGKILL, ""))
        after = reasons(plan)
        assert after == [*known, f"p{number}"] or (code != 0 and after == known)
        assert plan.read_bytes().startswith(before)
        assert is_free(plan)
        sweep(plan.parent, "plan.toml")
        assert names(plan.parent) == ["plan.toml"]
        killed += code != 0
    counted(KILLS, killed)
    assert killed
    timed(*avoiding("next", plan))
    assert reasons(plan)[-1] == "next"


CREATED = [
    pytest.param("data/microplan/plan.toml", ("--save",), False, id="new --save"),
    pytest.param("data/microplan/plan.toml", ("--save", "--replace"), True, id="--replace"),
    pytest.param("out/plan.toml", ("-o", "out/plan.toml"), False, id="-o plan.toml"),
    pytest.param("out/plan.ics", ("-o", "out/plan.ics"), True, id="-o plan.ics"),
]


@pytest.mark.parametrize("seed", range(TIMES))
@pytest.mark.parametrize(("name", "flags", "is_there"), CREATED)
def test_kills_leave_a_new_file_complete_or_absent(  # noqa: PLR0913, PLR0917 - a table's columns
    environment, run, monkeypatch, counted, seed, name, flags, is_there
):
    monkeypatch.chdir(environment)
    path = environment / name
    path.parent.mkdir(parents=True)
    assert run(*NEW, *flags, "-f", "json").code == 0
    old = path.read_bytes()
    path.unlink()
    whole = timed("new", *LATER, *flags, "-f", "json")
    new = path.read_bytes()
    killed = 0
    for moment in moments(f"{name} {seed}", 8, whole):
        path.unlink()
        if is_there:
            files.write(path, [old.decode()])
        code, said = kill(start("new", *LATER, *flags), moment, path.parent)
        first, more = said.partition(";")[::2]
        assert first.rstrip("\n") in ("", f"wrote {path}")
        assert not more or more.startswith(" the previous one is kept as plan.toml.bak")
        held = path.read_bytes() if path.exists() else None
        assert held == new or (code != 0 and held == (old if is_there else None))
        sweep(path.parent, path.name)
        path.touch()
        check_backup(path, old)
        assert names(path.parent) == [path.name]
        assert code in (0, -signal.SIGKILL)
        killed += code != 0
    counted(KILLS, killed)
    assert killed


def rows(folder, *days):
    """Write a table of a plan for each name, ``days`` being their starts."""
    path = folder.parent / f"{days[0]}.ndjson"
    words = {"every": "60x1w", "tz": "Europe/Paris"}
    lines = [json.dumps({"id": f"p{n:02}", "start": day} | words) for n, day in enumerate(days)]
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("seed", range(TIMES))
def test_a_killed_batch_leaves_complete_files(run, folder, seed, counted):
    count, template = 30, f"{folder}/{{id}}.toml"
    every = {f"p{number:02}.toml" for number in range(count)}
    command = ("batch", rows(folder, *["2027-12-01"] * count), "-q", "-o", template, "--replace")
    assert run("batch", rows(folder, *["2026-12-01"] * count), "-q", "-o", template).code == 0
    old = {name: (folder / name).read_bytes() for name in names(folder)}
    whole = timed(*command)
    new = {name: (folder / name).read_bytes() for name in every}
    killed = 0
    for moment in moments(seed, 6, whole):
        for name in names(folder):
            (folder / name).unlink()
        for name, content in old.items():
            files.write(folder / name, [content.decode()])
        code, _ = kill(start(*command), moment, folder)
        for name in every:
            path = folder / name
            held = path.read_bytes()
            sweep(folder, name)
            assert held == new[name] or (code != 0 and held == old[name])
            backup = path.with_name(f"{name}.bak")
            assert backup.exists() or held == old[name], "what was replaced is kept"
            check_backup(path, old[name])
        assert set(names(folder)) == every
        killed += code != 0
    counted(KILLS, killed)
    assert killed


@pytest.mark.parametrize("seed", range(TIMES))
def test_published_files_after_a_killed_change_are_old_or_new_until_the_next_updates_them(
    plan, run, seed, counted
):
    calendar = plan.parent.parent / "published" / "plan.ics"
    calendar.parent.mkdir()
    assert run("publish", calendar, "-q", "-p", plan).code == 0
    whole, killed = timed(*avoiding("first", plan)), 0
    for number, moment in enumerate(moments(seed, 6, whole)):
        before, text = published(calendar), plan.read_bytes()
        command = ("move", "2", f"2027-01-{number + 4:02}", "--note", f"p{number}", "-p", plan)
        code, _ = kill(start(*command), moment, calendar.parent)
        held = published(calendar)
        assert plan.read_bytes().startswith(text)
        assert run(*command).code == 0
        after = published(calendar)
        assert all(now in (was, new) for was, now, new in zip(before, held, after, strict=True))
        assert f"202701{number + 4:02}" in calendar.read_text()
        assert len(plan_file.load(plan.read_text())[0].log) == number + 2, "recorded once"
        for path in (plan, calendar, calendar.with_suffix(".html")):
            sweep(path.parent, path.name)
        assert names(calendar.parent) == ["plan.html", "plan.ics"]
        assert "Calendar" not in run("today", "-p", plan).out
        killed += code != 0
    counted(KILLS, killed)
    assert killed


def published(calendar):
    return calendar.read_bytes(), calendar.with_suffix(".html").read_bytes()


@pytest.mark.parametrize("seed", range(TIMES))
@pytest.mark.parametrize("output", ["all.zip/{id}.toml", "all.sqlite"])
def test_a_killed_batch_leaves_the_old_archive_or_the_new_one(run, folder, seed, output, counted):
    name = output.partition("/")[0]
    path = folder / name
    old, new = (rows(folder, *[day] * 30) for day in ("2026-12-01", "2027-12-01"))
    command = ("batch", new, "-q", "-o", f"{folder}/{output}", "--replace")
    assert run("batch", old, "-q", "-o", f"{folder}/{output}").code == 0
    before = path.read_bytes()
    whole = timed(*command)
    after = path.read_bytes()
    killed = 0
    for moment in moments(f"{name} {seed}", 6, whole):
        path.write_bytes(before)
        code, _ = kill(start(*command), moment, folder)
        held = path.read_bytes()
        assert held == after or (code != 0 and held == before)
        sweep(folder, name)
        assert names(folder) == [name], "nothing else is beside it"
        killed += code != 0
    counted(KILLS, killed)
    assert killed


# --- at every line --------------------------------------------------------------------------


WRITING = [
    pytest.param("plan.toml", ("avoid", "2030-01-01", "-p", "{folder}/plan.toml"), id="amending"),
    pytest.param(
        "plan.toml", ("new", *LATER, "-o", "{folder}/plan.toml", "--replace"), id="replacing"
    ),
    pytest.param(
        "plan.ics", ("export", "-p", "plan.toml", "-o", "{folder}/plan.ics"), id="exporting"
    ),
    pytest.param(
        "plan.toml",
        ("batch", "row.ndjson", "-q", "-o", "{folder}/{id}.toml", "--replace"),
        id="in bulk",
    ),
    pytest.param(
        "plan.zip",
        ("batch", "row.ndjson", "-q", "-o", "{folder}/plan.zip/{id}.ics", "--replace"),
        id="into an archive",
    ),
    pytest.param(
        "plan.sqlite",
        ("batch", "row.ndjson", "-q", "-o", "{folder}/plan.sqlite", "--replace"),
        id="into a database",
    ),
]
ROW = {"id": "plan", "start": "2027-12-01", "every": "9x2w", "tz": "Europe/Paris"}


def see(runs, name, before):
    """Check what a command left line after line; return the new file.

    What is on the disk before a line is what SIGKILL leaves there: all lines are looked at, and where
    the disk changes, a process is killed to see that it leaves the same.
    """
    after = (runs.folder / name).read_bytes()
    assert after != before
    assert len(runs.killed) >= len(runs.seen) > 3
    for line, (folder, code) in runs.killed.items():
        assert code == -signal.SIGKILL
        last = max(seen for seen in runs.seen if seen <= line)
        assert unnumbered(folder) == unnumbered(runs.seen[last]), f"line {line}"
    for folder in runs.seen.values():
        sweep(folder, name)
    see_old_or_new(runs.seen.values(), name, before, after)
    assert {code for _, code in runs.interrupted.values()} == {INTERRUPTED}
    see_old_or_new([folder for folder, _ in runs.interrupted.values()], name, before, after)
    return after


def see_old_or_new(folders, name, before, after):
    """Check that a file is the old one up to some line, and from there on the new one."""
    held = []
    for folder in folders:
        held.append((folder / name).read_bytes())
        check_backup(folder / name, before)
        lock_file(folder / name).unlink(missing_ok=True)
        assert names(folder) == [name], folder.name
    changed = held.index(after)
    assert held == [before] * changed + [after] * (len(held) - changed)


def unnumbered(folder):
    """Read a folder without the numbers that unfinished files drew."""
    return sorted(
        (re.sub(r"\.[0-9a-f]{16}$", "", path.name), path.stat().st_mode, path.read_bytes())
        for path in folder.iterdir()
    )


def count(counted, runs):
    counted("lines of the code that writes, the disk seen before each", runs.lines)
    counted("SIGKILL at a line of the code that writes", len(runs.killed))
    counted("SIGINT at a line of the code that writes", len(runs.interrupted))


@pytest.mark.parametrize(("name", "argv"), WRITING)
def test_a_signal_at_any_line_leaves_the_old_file_or_the_new_one(
    plan, tmp_path, name, argv, counted
):
    shutil.copy(plan, tmp_path)
    (tmp_path / "row.ndjson").write_text(json.dumps(ROW))
    if name != "plan.toml":
        files.write(plan.parent / name, ["old"])
    before = (plan.parent / name).read_bytes()
    runs = at_every_line(plan.parent / name, *argv)
    see(runs, name, before)
    count(counted, runs)


def listing(path):
    """A server's listing of a plan whose third session was moved two days later."""
    plan = plan_file.load(path.read_text())[0]
    third = ids.uid(plan, "session/3")
    for event in sequence.events(plan, schedule.schedule(plan)):
        name, text = ical.caldav_resource(plan, event)
        yield f"/c/{name}", remotes.moved(text, days=2) if event.uid == third else text


def test_a_signal_at_any_line_of_a_pull_leaves_the_move_recorded_or_not(
    plan, run, counted, monkeypatch
):
    monkeypatch.setenv("MICROPLAN_CALDAV_PASSWORD", remotes.PASSWORD)
    before = plan.read_bytes()
    moved = (207, {"Content-Type": remotes.XML}, remotes.items(listing(plan)))
    with remotes.failing(REPORT=moved) as server:
        pull = ("pull", "--apply", "--url", server.url, "--user", remotes.USER, "-p")
        runs = at_every_line(plan, *pull, "{folder}/plan.toml")
        after = see(runs, "plan.toml", before)
        *_, (again, _) = runs.interrupted.values()
        assert run(*pull, again / "plan.toml").code == 0
        assert (again / "plan.toml").read_bytes() == after, "what is recorded is not recorded twice"
    count(counted, runs)


# --- interruption ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(TIMES))
def test_interruptions_end_with_130_and_leave_no_sibling(plan, seed, counted):
    whole, chance = timed(*avoiding("first", plan)), seeded(seed)
    codes = []
    for number in range(16):
        known = reasons(plan)
        child = announced("begin", *avoiding(f"p{number}", plan))
        try:
            child.wait(chance.uniform(0, whole * number / 16))
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGINT)
        code, said = ended(child)
        assert (code, said) in ((0, ""), (130, "\n"), (130, ""), (NOT_BEGUN, ""))
        after = reasons(plan)
        assert after == [*known, f"p{number}"] or (code != 0 and after == known)
        lock_file(plan).unlink(missing_ok=True)
        assert names(plan.parent) == ["plan.toml"]
        codes.append(code)
    counted(INTERRUPTIONS, codes.count(130))


def test_an_interruption_that_meets_a_callback_of_an_import_is_not_lost(plan, counted):
    before = plan.read_bytes()
    done = subprocess.run(
        [sys.executable, TORTURE / "in_callbacks.py", str(12 * TIMES), *avoiding("mine", plan)],
        capture_output=True,
        text=True,
        check=True,
    )
    codes = [*map(int, done.stdout.split())]
    assert set(codes) == {130}
    assert set(done.stderr) <= {"\n"}
    assert plan.read_bytes() == before
    counted("interruptions while a module was loaded", len(codes))


def test_an_interruption_ends_the_wait_for_a_lock(plan, counted):
    before = plan.read_bytes()
    with locks.hold(plan, surroundings.locks):
        child = announced("fcntl.flock", *avoiding("mine", plan))
        child.send_signal(signal.SIGINT)
        assert ended(child) == (130, "\n")
    assert plan.read_bytes() == before
    counted(INTERRUPTIONS)


def test_a_replacement_waits_for_an_entry_that_is_being_written(plan, counted):
    with locks.hold(plan, surroundings.locks):
        child = announced("fcntl.flock", *NEW, "--replace", "-o", plan)
        after = plan_io.appended(
            plan.read_text(), avoid(plan_file.load(plan.read_text())[0], STAMP), ""
        )
        files.update(plan, plan.read_text(), after)
    assert ended(child) == (0, "")
    assert reasons(plan.with_name("plan.toml.bak")) == ["mine"]
    counted("processes at once on one plan", 2)
