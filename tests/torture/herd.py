"""Runs many command lines of the program at once, each in a separate process.

``herd.py`` reads a JSON list of them on standard input. The program is loaded once and forked, so
that all begin in the same moment, at a gate which opens when the last of them is there. It prints a
list of pairs in the same order: the exit code, or the signal as a negative number, and stderr.
"""

import importlib
import json
import os
import sys
import tempfile

LOADED = (
    "amendments.report",
    "cli.app",
    "cli.amending",
    "cli.commands.amend",
    "cli.plan_io",
    "cli.commands.new",
    "cli.commands.show",
    "cli.output",
    "cli.saving",
    "formats",
)


def main(commands):
    for name in LOADED:
        importlib.import_module(f"microplan.{name}")
    gate, opener = os.pipe()
    herd = [begin(command, gate, opener) for command in commands]
    os.close(opener)
    for child, said in herd:
        _, status = os.waitpid(child, 0)
        said.seek(0)
        yield os.waitstatus_to_exitcode(status), said.read().decode()


def begin(command, gate, opener):
    said = tempfile.TemporaryFile()  # noqa: SIM115 - read when the process has ended
    child = os.fork()
    if not child:
        os.close(opener)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(said.fileno(), 2)
        sys.argv = ["microplan", *command]
        os.read(gate, 1)  # nothing is ever written: it ends when nobody could any more
        from microplan.__main__ import run

        run()
    return child, said


if __name__ == "__main__":
    json.dump([*main(json.load(sys.stdin))], sys.stdout)
