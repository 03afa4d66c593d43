"""Try whether the tests notice changes to the core: ``python -m mutation [ROOM…]``."""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents

from mutation.rooms import ROOMS

HERE = Path(__file__).parent.parent
WORK = HERE / ".mutation"
PACKAGE = WORK / "src" / "microplan"
TYPES = (
    "--config-file=", "--strict", "--no-warn-unused-ignores", "--follow-untyped-imports",
    "--enable-error-code=exhaustive-match", "--disable-error-code=no-redef", "--output=json",
)  # fmt: skip
"""What mypy refuses needs no test. Code it calls dead or needless does."""
TESTS = (
    "-q", "-s", "--basetemp=.mutation/tests", "-p", "mutation.trial",
    "-m", "not slow", "-k", "not real",
)  # fmt: skip


UNNOTICED = ("survived", "unreached")


def main() -> int:
    """Try the rooms one after the other; the code is 1 if a mutant survived."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", help="which to change [all of them]")
    parser.add_argument("--again", action="store_true", help="only those that survived last time")
    asked = parser.parse_args()
    named = {room: _write(room) for room in _copied(asked.rooms or list(ROOMS))}
    if asked.again:
        named = {room: _survivors(room, names) for room, names in named.items()}
    refused = _refused()
    total: Counter[str] = Counter()
    for room, names in named.items():
        fates = _tried(room, [name for name in names if name not in refused])
        counts = Counter(fates.values()) | Counter(refused=len(names) - len(fates))
        total += counts
        print(f"{room}: {len(names)} mutants, {_told(counts)}", flush=True)
        for name, fate in fates.items():
            if fate in UNNOTICED:
                print(f"  {name} {fate}\n{_change(room, name)}", flush=True)
    print(f"in all: {total.total()} mutants, {_told(total)}")
    return 1 if any(total[fate] for fate in UNNOTICED) else 0


def _copied(rooms: list[str]) -> list[str]:
    """Make a fresh copy of the source, to be changed."""
    shutil.rmtree(WORK / "src", ignore_errors=True)
    shutil.copytree(HERE / "src", WORK / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return rooms


def _write(room: str) -> list[str]:
    """Write all mutants of a room beside one another, and name them."""
    path = PACKAGE / f"{room.replace('.', '/')}.py"
    changed = mutate_file_contents(str(path), path.read_text("utf-8"))
    path.write_text(changed.code, "utf-8")
    return [f"microplan.{room}.{name}" for name in changed.mutant_names]


def _survivors(room: str, names: list[str]) -> list[str]:
    """Keep those that survived last time, as long as they are called the same."""
    last = json.loads((WORK / f"{room}.json").read_text())
    return [name for name in names if last.get(name) in UNNOTICED]


def _refused() -> set[str]:
    """Name the mutants that mypy refuses."""
    command = [sys.executable, "-m", "mypy", *TYPES, "src/microplan"]
    done = subprocess.run(command, cwd=WORK, capture_output=True, text=True, check=False)
    found: set[str] = set()
    for line in filter(str.strip, done.stdout.splitlines()):
        fault = json.loads(line)
        room = Path(fault["file"]).stem
        for name, (first, last) in _places(room).items():
            if first <= fault["line"] <= last:
                found.add(f"microplan.{room}.{name}")
    return found


_known: dict[str, dict[str, tuple[int, int]]] = {}


def _places(room: str) -> dict[str, tuple[int, int]]:
    """Find the first and last line of each function that was written for a mutant."""
    if room not in _known:
        tree = ast.parse((PACKAGE / f"{room.replace('.', '/')}.py").read_text("utf-8"))
        functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
        _known[room] = {
            each.name: (each.lineno, each.end_lineno or each.lineno)
            for each in functions
            if "__mutmut_" in each.name
        }
    return _known[room]


def _tried(room: str, names: list[str]) -> dict[str, str]:
    """Run the tests of a room over its mutants, and tell what became of each."""
    job = WORK / f"{room}.json"
    job.write_text(json.dumps(names))
    environment = os.environ | {
        "MUTATION_JOB": str(job),
        "PYTHONPATH": os.pathsep.join((str(WORK / "src"), str(HERE))),
    }
    tests = [f"tests/{name}.py" for name in ROOMS[room]]
    command = [sys.executable, "-m", "pytest", *TESTS, "--hypothesis-profile=mutants", *tests]
    subprocess.run(command, cwd=HERE, env=environment, check=True, stdout=subprocess.DEVNULL)
    return dict(sorted(json.loads(job.read_text()).items()))


def _change(room: str, name: str) -> str:
    """Show the lines of a mutant that differ from what they were."""
    lines = (PACKAGE / f"{room.replace('.', '/')}.py").read_text("utf-8").splitlines()
    own = name.rpartition(".")[2]
    original = f"{own.rpartition('__mutmut_')[0]}__mutmut_orig"
    (first, last), (begin, end) = (_places(room)[each] for each in (original, own))
    told = difflib.unified_diff(lines[first:last], lines[begin:end], n=0, lineterm="")
    return "\n".join(f"    {line}" for line in list(told)[3:] if not line.startswith("@@"))


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {fate}" for fate, count in sorted(counts.items()) if count)


if __name__ == "__main__":
    sys.exit(main())
