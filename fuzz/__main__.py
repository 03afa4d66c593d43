"""Fuzz each target for a while: ``python -m fuzz [--seconds N] [TARGET…]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from fuzz import dictionary
from fuzz.targets import TARGETS

HERE = Path(__file__).parent
SEEDS, FOUND = HERE / "corpus", HERE.parent / ".fuzz"
LIMITS = ("-timeout=10", "-rss_limit_mb=1024", "-max_len=4096")
"""The limits of an input: seconds, memory in MiB, and length in bytes."""


def main() -> int:
    """Run the targets one after another; return the exit code of the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)} [all]"
    )
    parser.add_argument("--seconds", type=int, default=30, help="time for each target [30]")
    asked = parser.parse_args()
    for name in asked.targets or TARGETS:
        code = run(name, asked.seconds)
        if code:
            return code
    return 0


def run(name: str, seconds: int) -> int:
    """Fuzz one target, starting from its seeds and the inputs that earlier runs found."""
    found = FOUND / name
    found.mkdir(parents=True, exist_ok=True)
    words = FOUND / f"{name}.dict"
    words.write_text(dictionary.text(name))
    print(f"{name}: {seconds} s", flush=True)
    options = (
        *LIMITS,
        f"-max_total_time={seconds}",
        f"-artifact_prefix={FOUND}/{name}-",
        *[f"-dict={words}"] * bool(words.stat().st_size),
        "-print_final_stats=1",
        "-verbosity=0",
    )
    command = [sys.executable, "-m", "fuzz.one", name, str(found), str(SEEDS / name), *options]
    return subprocess.run(command, check=False, cwd=HERE.parent).returncode


if __name__ == "__main__":
    sys.exit(main())
