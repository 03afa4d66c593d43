"""Runs the command line, flushes its output, and exits without cleanup."""

from __future__ import annotations

import gc
import os
import sys

INTERRUPTED = 130


def run() -> None:
    """Run ``microplan`` and end the process with its exit code.

    A plan is a few values and the process is short: collecting garbage, and tearing the
    interpreter down afterwards, would take a fifth of the time. So neither is done.
    """
    sys.unraisablehook = _unraisable
    try:
        gc.disable()
        from microplan.cli import main

        code = main(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line was at work, or after
        code = INTERRUPTED
    os._exit(code)


def _unraisable(lost: sys.UnraisableHookArgs) -> None:
    """End the process where Python would drop Ctrl-C: in a callback, as of its import system."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        os.write(2, b"\n")
        os._exit(INTERRUPTED)
    sys.__unraisablehook__(lost)


if __name__ == "__main__":
    run()
