"""Run microplan for each command line of a JSON file, all in this process, and say its zone.

The environment's TZ decides where the process is.
"""

import io
import json
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

from microplan.cli import main


def said(argv):
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")
    with redirect_stdout(out):
        code = main(argv)
        out.flush()
    assert code == 0, argv
    return out.buffer.getvalue().decode()


if __name__ == "__main__":
    texts = [said(argv) for argv in json.loads(Path(sys.argv[1]).read_text())]
    json.dump({"zone": time.strftime("%z"), "said": texts}, sys.stdout)
