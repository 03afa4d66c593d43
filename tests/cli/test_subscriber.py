"""A program that subscribes, and knows nothing of microplan, keeps up with a published plan."""

import subprocess
import sys

import pytest

from tests.cli.test_publish import days, phone, serving

CONFIG = """
[general]
status_path = "{folder}/status"

[pair phone]
a = "feed"
b = "copy"
collections = null
conflict_resolution = "a wins"

[storage feed]
type = "http"
url = "http://{place}{path}calendar.ics"

[storage copy]
type = "filesystem"
path = "{folder}/copy"
fileext = ".ics"
"""


LOOKING = """
import sys
from vdirsyncer.cli import app

for command in sys.stdin:
    app(["--config", sys.argv[1], command.strip()], standalone_mode=False)
    print("looked", flush=True)
"""


@pytest.fixture
def subscriber(tmp_path):
    """vdirsyncer, which fetches an address on request and keeps the events found there."""
    (tmp_path / "copy").mkdir()
    config = tmp_path / "vdirsyncer.conf"
    program = [sys.executable, "-c", LOOKING, config]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(program, **pipes, text=True) as running:

        def _look(place, path):
            config.write_text(CONFIG.format(folder=tmp_path, place=place, path=path))
            for command in ["sync"] if (tmp_path / "status").exists() else ["discover", "sync"]:
                print(command, file=running.stdin, flush=True)
                assert running.stdout.readline() == "looked\n"
            texts = [file.read_text() for file in (tmp_path / "copy").iterdir()]
            return {title: day for text in texts for title, day in days(text).items()}

        yield _look


@pytest.mark.slow
def test_vdirsyncer_syncs_moved_and_skipped_sessions(run, plan, subscriber):
    with serving(plan, "--port", "0") as (place, path):
        first = subscriber(place, path)
        assert (len(first), first["Scalp session 2"]) == (6, "2026-12-29")
        run("move", "2", "2027-01-05", "-p", plan)
        assert "still shows session 2" in phone(run, plan)[0]
        assert subscriber(place, path)["Scalp session 2"] == "2027-01-05"
    run("skip", "4", "-p", plan)
    with serving(plan) as again:
        assert again == (place, path)
        later = subscriber(*again)
    assert "Scalp session 4" not in later
    assert later["Scalp session 2"] == "2027-01-05"
