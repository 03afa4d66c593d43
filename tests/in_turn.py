"""Run command lines of the program one after another in one process, which is loaded once.

``in_turn.py LINES`` takes a JSON list of them. It prints a list of the same length: of each its exit
code, and what it wrote to stdout and stderr.
"""

import contextlib
import io
import json
import sys

from microplan.cli import main


def run(command):
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(command)
    return code, *(stream.buffer.getvalue().decode() for stream in (out, err))


if __name__ == "__main__":
    json.dump([run(command) for command in json.loads(sys.argv[1])], sys.stdout)
