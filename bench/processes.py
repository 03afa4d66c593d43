"""Whole processes in interleaved rounds: A B C … A B C …, a bare interpreter before each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

REF = Path(__file__).parent / "ref"
THEIRS_AT = Path(sys.prefix).with_name("ref")
"""An environment with the newest libraries, as a script of today would find them."""
THEIR_PYTHON = THEIRS_AT / "bin" / "python"

JOB = (
    "new --start 2026-12-01 --every 6x4w~3d --on mon..fri --prefer tue --gap 21d "
    "--avoid 2026-12-24..2027-01-03 --at 18:00 --tz Europe/Paris --remind 1d --remind 2h"
)
SCRIPT_JOB = (
    "--start 2026-12-01 --weeks 4 --count 6 --on mon,tue,wed,thu,fri "
    "--avoid 2026-12-24..2027-01-03 --at 18:00 --tz Europe/Paris --remind 1d --remind 2h"
)


PLAN = """\
microplan = 1
id = "9aaefdfb-7f7b-5329-ad79-a18b69f3cc3e"
title = "Scalp session"
created = 2026-11-18T12:00:00Z
[rules]
start = "2026-12-01"
every = "6x4w~3d"
at = "18:00"
tz = "Europe/Paris"
on = "mon..fri"
prefer = "tue"
avoid = ["2026-12-24..2027-01-03"]
gap = "3w"
remind = ["1d", "2h"]
"""
"""The plan of ``JOB`` as ``new`` writes it, which each run finds: nothing is recorded yet."""


@dataclass(frozen=True, slots=True)
class Run:
    """A command line of the interpreter, and the exit code it is to end with."""

    line: str
    code: int = 0
    theirs: bool = False


RUNS = {
    "bare": Run("-I -c pass"),
    "version": Run("microplan --version"),
    "help": Run("microplan --help"),
    "help-new": Run("microplan new --help"),
    "usage": Run("microplan new --no-such-flag", code=2),
    "json": Run(f"microplan {JOB} --format json"),
    "tsv": Run(f"microplan {JOB} --format tsv"),
    "table": Run(f"microplan {JOB} --format table"),
    "ics": Run(f"microplan {JOB} --format ics"),
    "ics-file": Run(f"microplan {JOB} -o plan.ics"),
    "calendar": Run(f"microplan {JOB} --format calendar"),
    "timeline": Run(f"microplan {JOB} --format timeline"),
    "html": Run(f"microplan {JOB} --format html"),
    "next": Run("microplan next -p plan.toml"),
    "today": Run("microplan today -p plan.toml"),
    "done": Run("microplan done 1 -p plan.toml"),
    "plan_json": Run(f"plan {SCRIPT_JOB} --format json", theirs=True),
    "plan_table": Run(f"plan {SCRIPT_JOB} --format table", theirs=True),
    "plan_ics": Run(f"plan {SCRIPT_JOB} --format ics", theirs=True),
}

OURS = "import sys\nfrom microplan.__main__ import run\nif __name__ == '__main__':\n    sys.exit(run())\n"
"""What installers of today write as the console script; older ones import ``re`` as well."""
THEIRS = "import sys\nsys.path.insert(0, {ref!r})\nfrom plan import app\napp()\n"
"""The same for the script of ``bench/ref``, which so has its bytecode too."""


def measure(names: Sequence[str], rounds: int) -> tuple[dict[str, list[float]], list[str]]:
    """Time each run once a round, after a warm-up that leaves out those that fail.

    The time of ``bare`` in a round is the median of its many runs in that round. Return the
    seconds of each round by name, and a line about each run that was left out.
    """
    with TemporaryDirectory(prefix="microplan-bench-") as folder:
        _launchers(Path(folder))
        faults = {name: fault for name in names if (fault := _fault(name, folder))}
        working = [name for name in names if name not in faults and name != "bare"]
        seconds: dict[str, list[float]] = {name: [] for name in ("bare", *working)}
        for _ in range(rounds):
            bare = []
            for name in working:
                bare.append(_seconds("bare", folder))
                seconds[name].append(_seconds(name, folder))
            bare.append(_seconds("bare", folder))
            seconds["bare"].append(median(bare))
    return seconds, [f"{name} was left out: {fault}" for name, fault in faults.items()]


def _launchers(folder: Path) -> None:
    (folder / "microplan").write_text(OURS)
    (folder / "plan").write_text(THEIRS.format(ref=str(REF)))


def environment(home: str) -> dict[str, str]:
    """Fix what a run may see: no settings, one zone, one clock for what is recorded."""
    return {
        "HOME": home,
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": "Europe/Paris",
        "SOURCE_DATE_EPOCH": "1795000000",
    }


def _arguments(name: str) -> list[str]:
    run = RUNS[name]
    python = THEIR_PYTHON if run.theirs and THEIR_PYTHON.exists() else sys.executable
    return [str(python), *run.line.split()]


def _fault(name: str, folder: str) -> str:
    """Run once and say what is wrong with it: the last line of stderr, or its exit code."""
    _plan(folder)
    done = subprocess.run(
        _arguments(name),
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode == RUNS[name].code:
        return ""
    errors = [line for line in done.stderr.splitlines() if "Error" in line]
    return (errors or [f"it ended with {done.returncode}"])[-1]


def _plan(folder: str) -> None:
    (Path(folder) / "plan.toml").write_text(PLAN)


def _seconds(name: str, folder: str) -> float:
    _plan(folder)
    arguments, env = _arguments(name), environment(folder)
    begin = perf_counter()
    code = subprocess.call(
        arguments,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    taken = perf_counter() - begin
    if code != RUNS[name].code:
        raise SystemExit(f"bench: {name} ended with {code} after it had gone well once")
    return taken


# --- what spoils ratios ---------------------------------------------------------------------


def spoilers(site: Path, compiled: Iterable[Path]) -> list[str]:
    """Compile what has no bytecode yet, and name what both sides of every ratio pay for.

    ``site`` is the site-packages folder of the interpreter, ``compiled`` the folders of sources.
    """
    theirs = THEIRS_AT.glob("lib/python*/site-packages")
    at_start = [path for folder in (site, *theirs) for path in sorted(folder.glob("*.pth"))]
    warnings = [f"{path} runs at every start; make bench goes without" for path in at_start]
    warnings += [_bytecode(folder) for folder in compiled]
    script = Path(sys.executable).with_name("microplan")
    if script.exists() and "import re\n" in script.read_text():
        warnings.append("the installed script imports re, about 0.5 ×B that are not measured here")
    if not THEIR_PYTHON.exists():
        warnings.append("the script has no environment of its own; make bench makes one")
    return [line for line in warnings if line]


def _bytecode(folder: Path) -> str:
    """Compile a folder; say how many modules have no bytecode even so."""
    from compileall import compile_dir
    from importlib.util import cache_from_source

    compile_dir(folder, quiet=2, workers=1)
    sources = [path for path in folder.rglob("*.py") if "tests" not in path.parts]
    lacking = sum(not Path(cache_from_source(str(path))).exists() for path in sources)
    return f"{lacking} modules in {folder.name} have no bytecode" if lacking else ""
