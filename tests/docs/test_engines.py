"""The examples of many rows run: a clinic's fifty, and engines that move lines to the batch."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import forks

EXAMPLES = Path(__file__).parents[2] / "examples"
ROW = {"every": "6x4w", "at": "18:00", "tz": "Europe/Paris"}

TWINS = {0, 300}
"""Rows that have the same id, in pieces far apart."""


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.ndjson"
    days = (1 + number % 28 for number in range(300))
    made = (ROW | {"id": f"P-{n}", "start": f"2026-12-{day:02}"} for n, day in enumerate(days))
    lines = [json.dumps(row) for row in made]
    lines[150] = "broken"
    lines.append(json.dumps(ROW | {"id": "P-0", "start": "2027-01-01"}))
    path.write_text("\n".join(lines))
    return path


def example(*argv, codes=(0,), stdin=b""):
    done = subprocess.run(
        argv,
        **forks.stand_in(Path.cwd(), os.environ),
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in codes, done.stderr.decode()
    return done.stdout.decode()


def assert_same(written, alone):
    """Check that workers give the same results as one process, with the same line numbers.

    Of two rows with one id that is a fault which comes second, whoever reads it.
    """
    assert len(written) == len(alone) == 301
    assert json.loads(alone[150])["line"] == 151
    assert json.loads(alone[300])["error"].startswith("id P-0 is already used by line 1; ")
    faults = [number for number in TWINS if "error" in json.loads(written[number])]
    (other,) = TWINS - set(faults)
    (fault,) = (json.loads(written[number]) for number in faults)
    assert fault["error"].startswith(f"id P-0 is already used by line {other + 1}; ")
    assert fault["line"] == faults[0] + 1
    assert written[1:300] == alone[1:300]


@pytest.mark.slow
def test_dask_gives_what_one_process_gives(run, rows, tmp_path):
    example(sys.executable, EXAMPLES / "batch_dask.py", rows, tmp_path / "plans", "10kB")
    parts = sorted((tmp_path / "plans").iterdir())
    assert len(parts) > 1
    written = "\n".join(part.read_text().rstrip("\n") for part in parts)
    assert_same(written.splitlines(), run("batch", rows, "-q", "--errors", "-").out.splitlines())


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("parallel") is None, reason="GNU parallel is not installed")
def test_gnu_parallel_gives_what_one_process_gives(run, rows):
    written = example("sh", EXAMPLES / "batch-parallel.sh", rows, "100")
    assert_same(written.splitlines(), run("batch", rows, "-q", "--errors", "-").out.splitlines())


PAGE = (EXAMPLES.parent / "docs" / "batch.md").read_text()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("parallel") is None, reason="GNU parallel is not installed")
def test_the_command_for_gnu_parallel_runs_as_it_is_written(run, rows, tmp_path):
    (command,) = re.findall(r"^```\n(parallel .*?)```", PAGE, re.DOTALL | re.MULTILINE)
    example("sh", "-c", command.replace("10000", "100"), codes=range(4))  # jobs that had a fault
    written = (tmp_path / "plans.ndjson").read_text().splitlines()
    assert_same(written, run("batch", rows, "-q", "--errors", "-").out.splitlines())


def test_the_command_for_the_pipe_of_spark_runs_as_it_is_written(run, rows):
    (command,) = re.findall(r'lines\.pipe\(\s*"(.*?)"', PAGE)
    content = rows.read_bytes()
    written = example(*shlex.split(command), stdin=content)
    assert written == run("batch", "-", "-q", "--errors", "-", stdin=content).out
    example(*shlex.split(command.replace("-q", "--quick")), codes=[1])


SPARK = """
class SparkSession:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def appName(self, _):
        return self

    def getOrCreate(self):
        return self

    def textFile(self, path):
        lines = open(path).read().split("\\n")
        return Lines([lines[:40], lines[40:200], [], lines[200:]])


SparkSession.builder = SparkSession.sparkContext = SparkSession()


class Lines:
    def __init__(self, parts):
        self.parts = parts

    def mapPartitions(self, function):
        return Lines([list(function(part)) for part in self.parts])

    def mapPartitionsWithIndex(self, function):
        return Lines([list(function(place, part)) for place, part in enumerate(self.parts)])

    def collect(self):
        return [line for part in self.parts for line in part]

    def saveAsTextFile(self, path):
        with open(path, "w") as file:
            file.writelines(f"{line}\\n" for line in self.collect())
"""
"""What the example uses of Spark, which takes a Java and 20 s; with the real one it is tried by hand."""


def test_the_example_for_spark_gives_what_one_process_gives(run, rows, tmp_path):
    module = tmp_path / "pyspark" / "sql.py"
    module.parent.mkdir()
    module.write_text(SPARK)
    shutil.copy(EXAMPLES / "batch_spark.py", tmp_path)  # a script finds what lies beside it
    example(sys.executable, tmp_path / "batch_spark.py", rows, "plans", "ids")
    written = (tmp_path / "plans").read_text().splitlines()
    assert_same(written, run("batch", rows, "-q", "--errors", "-").out.splitlines())


def test_a_clinic_plans_fifty_patients_from_its_spreadsheet(run, tmp_path):
    line = ("batch", EXAMPLES / "clinic-fifty.csv", "--dates", "dmy", "-o", "plans/{id}.toml")
    done = run(*line, "-o", "calendars/{id}.ics")
    assert done.code == 0
    assert done.err.startswith("50 rows: 50 planned\n")
    assert len(list(tmp_path.glob("plans/P-0*.toml"))) == 50
    assert len(list(tmp_path.glob("calendars/P-0*.ics"))) == 50
    assert run("today", "-p", "plans/P-007.toml").code == 0
