"""Fuzz each target for a while: ``python -m fuzz [--seconds N] [TARGET…]``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SEEDS, FOUND = HERE / "corpus", HERE.parent / ".fuzz"
LIMITS = ("-timeout=10", "-rss_limit_mb=1024", "-max_len=4096")
"""Seconds an input may take, memory it may need in MiB, and its longest length in bytes."""


def main() -> int:
    """Run the targets one after the other; the code is that of the first that broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help="which to run [all of them]")
    parser.add_argument("--seconds", type=int, default=30, help="time for each target [30]")
    asked = parser.parse_args()
    names = asked.targets or [path.name for path in sorted(SEEDS.iterdir()) if path.is_dir()]
    for name in names:
        found = FOUND / name
        found.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "fuzz.one", name, str(found), str(SEEDS / name), *LIMITS]
        print(f"{name}: {asked.seconds} s", flush=True)
        done = subprocess.run(
            [
                *command,
                f"-max_total_time={asked.seconds}",
                f"-artifact_prefix={FOUND}/{name}-",
                "-print_final_stats=1",
                "-verbosity=0",
            ],
            check=False,
            cwd=HERE.parent,
        )
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
