"""Plan the rows of a file on every core with Dask, which hands blocks of lines to `microplan batch`.

    python batch_dask.py rows.ndjson plans/

Each block is one process that reads and writes lines, so any engine that moves lines would do. The
files of `plans/`, by name, are in the order of the rows; a row that could not be planned says so
in its place, with its number in its block.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import dask
import dask.bag

BLOCK = "4MiB"
FAULTS = 3
"""Exit code of a batch in which some rows could not be planned; the others were."""


def plan(lines: Iterable[str]) -> Iterator[str]:
    """Plan one block of lines."""
    done = subprocess.run(
        ["microplan", "batch", "-", "--quiet", "--errors", "-"],
        input="".join(lines).encode(),
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode not in (0, FAULTS):
        raise SystemExit(done.returncode)
    return iter(done.stdout.decode().splitlines())


def main(path: Path, folder: Path, block: str = BLOCK) -> None:
    """Plan a file block by block, and write the plans of each to a file of its own."""
    blocks = dask.bag.read_text(str(path), blocksize=block)
    with dask.config.set(scheduler="threads"):  # the work is done by the processes they wait for
        blocks.map_partitions(plan).to_textfiles(str(folder / "*.ndjson"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
