"""Run a command once for each line of the modules that write, with a signal at that line.

``at_every_line.py SIGNAL PLAN ARGUMENT...`` works in the current folder: run ``n`` has its own
folder ``n`` with a copy of PLAN, and ARGUMENT may name it as ``{folder}``. Each run prints how it
ended: an exit code, or the signal as a negative number. The last is the one that no signal met.
"""

import importlib
import os
import shutil
import signal
import sys
from pathlib import Path

MODULES = ("cli", "cli.amending", "cli.deliver", "files", "locks")


def main(number, plan, *argv):
    modules = [importlib.import_module(f"microplan.{name}") for name in MODULES]
    traced = {module.__file__ for module in modules}
    report = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    modules[0].main(prepared(0, plan, argv))  # loads all that the command needs, once
    line, met = 0, True
    while met:
        line += 1
        met, status = forked(traced, line, number, prepared(line, plan, argv))
        os.write(report, f"{status}\n".encode())


def prepared(line, plan, argv):
    folder = Path(str(line))
    folder.mkdir()
    shutil.copy(plan, folder)
    return [argument.format(folder=folder) for argument in argv]


def forked(traced, line, number, command):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        interrupted_run(
            traced, line, lambda: (os.write(writing, b"."), signal_self(number)), command
        )
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with open(reading, "rb") as met:  # noqa: PTH123 - a handle, not a path
        return bool(met.read()), os.waitstatus_to_exitcode(status)


def signal_self(number):
    os.kill(os.getpid(), number)


def interrupted_run(traced, line, act, command):
    left = line

    def entered(frame, _event, _argument):
        return at_line if frame.f_code.co_filename in traced else None

    def at_line(_frame, event, _argument):
        nonlocal left
        if event == "line":
            left -= 1
            if not left:
                act()
        return at_line

    from microplan.__main__ import run

    sys.argv = ["microplan", *command]
    sys.settrace(entered)
    run()


if __name__ == "__main__":
    main(signal.Signals[sys.argv[1]], *sys.argv[2:])
