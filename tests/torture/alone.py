"""The program, where a file is mounted over another, as a container may be given it.

``alone.py SOURCE TARGET ARGUMENT...``
"""

import sys

from microplan.__main__ import run
from tests.torture import linux

if __name__ == "__main__":
    linux.leave_mounts()
    linux.bind(sys.argv.pop(1), sys.argv.pop(1))
    run()
