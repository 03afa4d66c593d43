"""Plan the rows of a file on every core, or every machine, with Spark.

    python batch_spark.py rows.ndjson plans/ [file of ids]

Each partition is one process of `microplan batch` that reads and writes lines. The files of `plans/`,
by name, are in the order of the rows; a row that could not be planned says so in its place, with its
number in the file. An id that two partitions use is a fault of the second; that takes a file of ids
that all of them reach, as those of one machine do.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from pyspark.sql import SparkSession

FAULTS = 3
"""Exit code of a batch in which some rows could not be planned; the others were."""
BATCH = ("microplan", "batch", "-", "--quiet", "--errors", "-")


def count(lines: Iterable[str]) -> Iterator[int]:
    """Count the lines of one partition."""
    yield sum(1 for _ in lines)


def planner(first_lines: Sequence[int], ids: str) -> Callable[[int, Iterable[str]], Iterator[str]]:
    """Make what plans the lines of one partition, given its place among them."""

    def plan(place: int, lines: Iterable[str]) -> Iterator[str]:
        shared = ("--ids", ids) if ids else ()
        done = subprocess.run(
            [*BATCH, *shared, "--first-line", str(first_lines[place])],
            input="".join(f"{line}\n" for line in lines).encode(),
            stdout=subprocess.PIPE,
            check=False,
        )
        if done.returncode not in (0, FAULTS):
            raise SystemExit(done.returncode)
        return iter(done.stdout.decode().splitlines())

    return plan


def main(path: str, folder: str, ids: str = "") -> None:
    """Plan a file partition by partition, and write the plans of each to a file of its own."""
    with SparkSession.builder.appName("microplan batch").getOrCreate() as spark:
        lines = spark.sparkContext.textFile(path)
        first_lines = [*accumulate(lines.mapPartitions(count).collect(), initial=1)]
        lines.mapPartitionsWithIndex(planner(first_lines, ids)).saveAsTextFile(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
