"""Plan the rows of a file on every core with Dask, which hands blocks of lines to `microplan batch`.

    python batch_dask.py rows.ndjson plans/

Each block is one process that reads and writes lines, so any engine that moves lines would do. The
files of `plans/`, by name, are in the order of the rows; a row that could not be planned says so
in its place, with its number in the file. An id that two blocks use is a fault of the second.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import dask
import dask.bag

BLOCK = "4MiB"
FAULTS = 3
"""Exit code of a batch in which some rows could not be planned; the others were."""
BATCH = ("microplan", "batch", "-", "--quiet", "--errors", "-")


def count(lines: Iterable[str]) -> list[int]:
    """Count the lines of one block."""
    return [sum(1 for _ in lines)]


@dask.delayed
def plan(lines: Iterable[str], first_line: int, ids: Path) -> Iterator[str]:
    """Plan one block of lines."""
    done = subprocess.run(
        [*BATCH, "--ids", str(ids), "--first-line", str(first_line)],
        input="".join(lines).encode(),
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode not in (0, FAULTS):
        raise SystemExit(done.returncode)
    return iter(done.stdout.decode().splitlines())


def main(path: Path, folder: Path, block: str = BLOCK) -> None:
    """Plan a file block by block, and write the plans of each to a file of its own."""
    lines = dask.bag.read_text(str(path), blocksize=block)
    with (
        TemporaryDirectory() as ids,
        dask.config.set(scheduler="threads"),  # the work is done by the processes they wait for
    ):
        first_lines = accumulate(lines.map_partitions(count).compute(), initial=1)
        blocks = zip(lines.to_delayed(), first_lines, strict=False)
        plans = [plan(block, first_line, Path(ids, "ids")) for block, first_line in blocks]
        dask.bag.from_delayed(plans).to_textfiles(str(folder / "*.ndjson"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
