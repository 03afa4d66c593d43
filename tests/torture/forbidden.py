"""The program, which may do no more with files than their modes say, though root started it."""

from microplan.__main__ import run
from tests.torture import linux

if __name__ == "__main__":
    linux.obey_modes()
    run()
