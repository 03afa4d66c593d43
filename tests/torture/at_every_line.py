"""Run a command once for each line of the modules that write, with a signal at that line.

``at_every_line.py SIGNAL STEP PLAN ARGUMENT...`` works in the current folder: the run for line
``n`` has its own folder ``n`` with a copy of PLAN, and ARGUMENT may name it as ``{folder}``. A STEP
above 1 takes only each second line, or third. Each run prints its line and how it ended: an exit
code, or the signal as a negative number. The last is the one that no signal met.
"""

import importlib
import os
import shutil
import signal
import sys
from pathlib import Path

MODULES = (
    "cli",
    "cli.amending",
    "cli.commands.amend",
    "cli.plan_io",
    "cli.commands.batch",
    "cli.output",
    "cli.commands.pull",
    "cli.commands.push",
    "cli.batch.output",
    "storage.files",
    "storage.siblings",
    "storage.locks",
)


def main(number, step, plan, *argv):
    modules = [importlib.import_module(f"microplan.{name}") for name in MODULES]
    traced = {module.__file__ for module in modules}
    report = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    modules[0].main(prepared("loading", plan, argv))  # loads all that the command needs, once
    line, met = 1 - step, True
    while met:
        line += step
        met, status = forked(traced, line, number, prepared(line, plan, argv))
        os.write(report, f"{line} {status}\n".encode())


def prepared(name, plan, argv):
    folder = Path(str(name))
    folder.mkdir()
    shutil.copy(plan, folder)
    return [argument.replace("{folder}", str(folder)) for argument in argv]


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
    main(signal.Signals[sys.argv[1]], int(sys.argv[2]), *sys.argv[3:])
