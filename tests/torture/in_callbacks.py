"""Interrupt the program where Python would lose that: in a callback of its import system.

``in_callbacks.py MOST ARGUMENT...`` runs the program up to MOST times; in run ``n`` SIGINT arrives
in the ``n``-th callback by which an import gives back a lock. An exception there goes nowhere,
Python only says that it was ignored. Prints the exit codes.
"""

import os
import signal
import sys

IMPORTS = "<frozen importlib._bootstrap>"


def main(most, argv):
    for number in range(1, most + 1):
        child = os.fork()
        if not child:
            interrupted_run(number, argv)
        _, status = os.waitpid(child, 0)
        os.write(1, f"{os.waitstatus_to_exitcode(status)}\n".encode())


def interrupted_run(number, argv):
    left = number

    def entered(frame, _event, _argument):
        nonlocal left
        if (frame.f_code.co_filename, frame.f_code.co_name) == (IMPORTS, "cb"):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGINT)

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.argv = ["microplan", *argv]
    from microplan.__main__ import run

    sys.settrace(entered)
    run()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
