"""Runs the program as another user who can read all files: ``person.py USER GROUP ARGUMENT...``."""

import sys

from microplan.__main__ import run
from tests.torture import linux

if __name__ == "__main__":
    linux.become(int(sys.argv.pop(1)), int(sys.argv.pop(1)))
    run()
