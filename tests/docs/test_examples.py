"""The examples run and print what is in the file beside each of them.

`make golden` writes those files anew; read the difference before committing it.
"""

import os
import subprocess
from pathlib import Path

import pytest

from tests import forks

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPTS = sorted(path for path in EXAMPLES.glob("*.sh") if path.with_suffix(".out").exists())
WRITE = bool(os.environ.get("MICROPLAN_WRITE_GOLDEN"))


SLOW = ("clinic-week", "pipeline", "three-months")
RUN = [
    pytest.param(path, id=path.stem, marks=[pytest.mark.slow] if path.stem in SLOW else [])
    for path in SCRIPTS
]


@pytest.mark.parametrize("script", RUN)
def test_an_example_prints_the_output_shown_with_it(script, tmp_path, tmp_path_factory):
    environment = {
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "TZ": "Europe/Paris",
        "COLUMNS": "80",
        "MICROPLAN_AS_OF": "2026-11-22",
    }
    done = subprocess.run(
        ["bash", script],
        cwd=tmp_path,
        **forks.stand_in(tmp_path_factory.mktemp("bin"), environment),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    expected = script.with_suffix(".out")
    if WRITE:
        expected.write_bytes(done.stdout)
    assert done.stdout.decode() == expected.read_text(encoding="utf-8")


def test_the_page_about_the_examples_names_each_of_them():
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    files = [path.name for path in EXAMPLES.iterdir() if path.suffix not in (".out", ".md")]
    assert len(files) >= 4
    assert [name for name in files if f"`{name}`" not in page and name[0] not in "._"] == []


def test_a_personal_course_is_not_called_the_record_of_a_trial(run, terminal):
    course = str(EXAMPLES / "clinic-course.toml")
    drawn = terminal("new", "--protocol", course, "--start", "2027-01-12", "--tz", "UTC")
    for told in (run("protocols", course).out, drawn.screen):
        said = " ".join(told.split())
        assert "From a course file of your own" in said
        assert "A record of what one trial did" not in said
