"""The program, run by somebody else, who may read whatever root may: ``person.py USER GROUP ARGUMENT...``."""

import sys

from microplan.__main__ import run
from tests.torture import linux

if __name__ == "__main__":
    linux.become(int(sys.argv.pop(1)), int(sys.argv.pop(1)))
    run()
