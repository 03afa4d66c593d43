"""Run command lines of the program one after another in one process, which is loaded once.

``in_turn.py LINES`` takes a JSON list of them and prints the list of their exit codes.
"""

import io
import json
import sys

from microplan.cli import main


def run(command):
    sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    return main(command)


if __name__ == "__main__":
    codes = [run(command) for command in json.loads(sys.argv[1])]
    json.dump(codes, sys.__stdout__)
