"""libical through its C interface, in a separate process so that a crash fails only one test."""

import json
import subprocess
import sys
from pathlib import Path


def read(calendars):
    done = subprocess.run(
        [sys.executable, "-m", "tests.readers.libical"],
        input=json.dumps(calendars).encode(),
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    found = json.loads(done.stdout)
    return {
        name: [(*texts, tuple(alarms)) for *texts, alarms in events]
        for name, events in found.items()
    }
