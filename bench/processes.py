"""Whole processes in interleaved rounds: A B C … A B C …, a bare interpreter before each."""

from __future__ import annotations

import os
import pty
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench import others

Clock = Callable[[], float]

REF = Path(__file__).parent / "ref"
VENV = Path(sys.prefix).parent
NEWEST = VENV / "newest" / "bin" / "python"
"""An environment with the newest libraries, like a script written today."""
OTHERS = VENV / "others" / "bin"
"""The folder of other programs, on the same Python; `make others` installs them."""

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
"""The plan of ``JOB`` as ``new`` writes it; each run starts from it, with an empty log."""


@dataclass(frozen=True, slots=True)
class Run:
    """A command line, its program (the interpreter unless named), and its expected exit code.

    Each run has a state folder of its own, in which the command line ``after`` ran once.
    """

    line: str
    code: int = 0
    program: str = sys.executable
    at_terminal: bool = False
    after: str = ""


EXPORTED = "microplan export -q -p plan.toml -o exported.ics"
"""What makes later commands look whether the calendar is still right."""
RUNS = {
    "bare": Run("-I -c pass"),
    "version": Run("microplan --version"),
    "help": Run("microplan --help"),
    "help-new": Run("microplan new --help"),
    "help-terminal": Run("microplan --help", at_terminal=True),
    "usage": Run("microplan new --no-such-flag", code=2),
    "json": Run(f"microplan {JOB} --format json"),
    "tsv": Run(f"microplan {JOB} --format tsv"),
    "html": Run(f"microplan {JOB} --format html"),
    "table": Run(f"microplan {JOB} --format table"),
    "calendar": Run(f"microplan {JOB} --format calendar"),
    "timeline": Run(f"microplan {JOB} --format timeline"),
    "ics": Run(f"microplan {JOB} --format ics"),
    "ics-file": Run(f"microplan {JOB} -o plan.ics"),
    "export": Run("microplan export -p plan.toml"),
    "show": Run("microplan show -p plan.toml --format table"),
    "next": Run("microplan next -p plan.toml"),
    "today": Run("microplan today -p plan.toml"),
    "today-exported": Run("microplan today -p plan.toml", after=EXPORTED),
    "done": Run("microplan done 1 -p plan.toml --on 2026-12-01 --as-of 2026-12-02"),
    "done-exported": Run(
        "microplan done 1 -p plan.toml --on 2026-12-01 --as-of 2026-12-02", after=EXPORTED
    ),
    "move": Run("microplan move 2 2027-01-06 -p plan.toml"),
    "script json": Run(f"script {SCRIPT_JOB} --format json"),
    "script table": Run(f"script {SCRIPT_JOB} --format table"),
    "script ics": Run(f"script {SCRIPT_JOB} --format ics"),
    "newest json": Run(f"script {SCRIPT_JOB} --format json", program=str(NEWEST)),
    "khal": Run(others.KHAL, program=str(OTHERS / "khal")),
    "todoman": Run(others.TODOMAN, program=str(OTHERS / "todo")),
    "khal of the system": Run(others.KHAL, program="khal"),
}

OURS = "import sys\nfrom microplan.__main__ import run\nif __name__ == '__main__':\n    sys.exit(run())\n"
"""The console script that current installers write; older ones also import ``re``."""
SCRIPT = "import sys\nsys.path.insert(0, {ref!r})\nfrom plan import app\napp()\n"
"""A launcher for the script in ``bench/ref``, so that it has bytecode too."""


def is_installed(name: str) -> bool:
    """Whether the program of a run is installed."""
    return name not in RUNS or shutil.which(RUNS[name].program) is not None


def processor_time() -> float:
    """Return the processor time of all child processes so far, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(
    names: Sequence[str], rounds: int, clock: Clock = perf_counter
) -> tuple[dict[str, list[float]], list[str]]:
    """Time each run once a round, after a warm-up that drops the runs that fail.

    The time of ``bare`` is the median of its many runs in a round. Returns the seconds of each
    round by name, and a line about each dropped run.
    """
    with TemporaryDirectory(prefix="microplan-bench-") as folder:
        _furnish(Path(folder))
        faults = {name: fault for name in names if (fault := _fault(name, folder))}
        working = [name for name in names if name not in faults and name != "bare"]
        seconds: dict[str, list[float]] = {name: [] for name in ("bare", *working)}
        for _ in range(rounds):
            bare = []
            for name in working:
                bare.append(_seconds("bare", folder, clock))
                seconds[name].append(_seconds(name, folder, clock))
            bare.append(_seconds("bare", folder, clock))
            seconds["bare"].append(median(bare))
    return seconds, [f"{name} was left out: {fault}" for name, fault in faults.items()]


def _furnish(folder: Path) -> None:
    """Write the files of the runs: both launchers, the plan, and the sessions for other programs."""
    (folder / "microplan").write_text(OURS)
    (folder / "script").write_text(SCRIPT.format(ref=str(REF)))
    _plan(folder)
    lines = {name: run.after for name, run in RUNS.items() if run.after}
    lines["split"] = "microplan export -q -p plan.toml --split events"
    for name, line in lines.items():
        env = environment(str(folder), name)
        subprocess.run([sys.executable, *line.split()], cwd=folder, env=env, check=True)
    others.furnish(folder, folder / "events")


def environment(home: str, run: str) -> dict[str, str]:
    """Build the environment of a run: no settings, one zone, one clock, and its own state."""
    return {
        "HOME": home,
        "XDG_STATE_HOME": f"{home}/state/{run}",
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": "Europe/Paris",
        "TERM": "xterm-256color",
        "SOURCE_DATE_EPOCH": "1795000000",
        "MICROPLAN_AS_OF": "2026-12-01",
        "TODOMAN_CONFIG": f"{home}/{others.TODOMAN_CONFIG}",
    }


def _arguments(name: str) -> list[str]:
    return [RUNS[name].program, *RUNS[name].line.split()]


def _fault(name: str, folder: str) -> str:
    """Run once; return the last line of stderr or the exit code if it fails, otherwise empty."""
    _plan(Path(folder))
    done = subprocess.run(
        _arguments(name),
        cwd=folder,
        env=environment(folder, name),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode == RUNS[name].code:
        return ""
    errors = [line for line in done.stderr.splitlines() if "Error" in line]
    return (errors or [f"it ended with {done.returncode}"])[-1]


def _plan(folder: Path) -> None:
    (folder / "plan.toml").write_text(PLAN)


def _seconds(name: str, folder: str, clock: Clock) -> float:
    _plan(Path(folder))
    arguments, env = _arguments(name), environment(folder, name)
    call = _call_at_terminal if RUNS[name].at_terminal else _call
    begin = clock()
    code = call(arguments, folder, env)
    taken = clock() - begin
    if code != RUNS[name].code:
        raise SystemExit(f"bench: {name} ended with {code} after it had gone well once")
    return taken


def _call(arguments: Sequence[str], folder: str, env: dict[str, str]) -> int:
    nowhere = subprocess.DEVNULL
    return subprocess.call(
        arguments, cwd=folder, env=env, stdin=nowhere, stdout=nowhere, stderr=nowhere
    )


def _call_at_terminal(arguments: Sequence[str], folder: str, env: dict[str, str]) -> int:
    """Run in a pseudo-terminal, and read its output."""
    ours, theirs = pty.openpty()
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    with subprocess.Popen(arguments, cwd=folder, env=env, **streams) as process:
        os.close(theirs)
        try:
            while os.read(ours, 1 << 16):
                pass
        except OSError:  # the other end is closed
            os.close(ours)
    return process.returncode


# --- what spoils ratios ---------------------------------------------------------------------


def run_at_start(site: Path) -> list[Path]:
    """List the ``.pth`` files that run code at every start of Python.

    They add the same time to both sides, so ratios look better than they are. A ``.pth`` file that
    only names folders, such as that of an editable installation, runs no code.
    """
    newest = NEWEST.parents[1].glob("lib/python*/site-packages")
    found = [path for folder in (site, *newest) for path in sorted(folder.glob("*.pth"))]
    return [path for path in found if _RUNS.search(path.read_text(encoding="utf-8"))]


_RUNS = re.compile(r"^import[ \t]", re.MULTILINE)
"""Matches lines that ``site`` executes instead of treating them as folders."""


def spoilers(compiled: Iterable[Path]) -> list[str]:
    """Compile modules without bytecode; list whatever makes ratios look better than they are."""
    warnings = [_bytecode(folder) for folder in compiled]
    script = Path(sys.executable).with_name("microplan")
    if script.exists() and "import re\n" in script.read_text():
        warnings.append("the installed script imports re, about 0.5 ×B that are not measured here")
    return [line for line in warnings if line]


def _bytecode(folder: Path) -> str:
    """Compile a folder; say how many modules still have no bytecode."""
    from compileall import compile_dir
    from importlib.util import cache_from_source

    compile_dir(folder, quiet=2, workers=1)
    sources = [path for path in folder.rglob("*.py") if "tests" not in path.parts]
    lacking = sum(not Path(cache_from_source(str(path))).exists() for path in sources)
    return f"{lacking} modules in {folder.name} have no bytecode" if lacking else ""
