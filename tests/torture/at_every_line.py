"""Run a command, look at the disk before each line that writes, and send signals at such lines.

``at_every_line.py STEP PLAN ARGUMENT...`` works in the current folder. First the command runs in a folder
``seen``, with a copy of PLAN; ARGUMENT may name the folder as ``{folder}``. Where the folder holds
something else than before the line above, it is copied to ``seen.LINE``: SIGKILL at that line would
leave just this, since the process does nothing more. Then each signal is sent in processes of their
own, which work in ``SIGNAL.LINE``: SIGKILL at each of those lines, SIGINT at the lines before them
too and at each STEP-th; both at every line if STEP is 1.

Prints how the first run ended and how many lines it had; then, for each other run, its folder and
how it ended: an exit code, or the signal as a negative number.
"""

import contextlib
import importlib
import os
import shutil
import signal
import sys
from pathlib import Path

MODULES = (
    "batch.archive",
    "batch.database",
    "cli",
    "cli.amending",
    "cli.batch.output",
    "cli.batch.run",
    "cli.batch.stores",
    "cli.commands.amend",
    "cli.commands.batch",
    "cli.commands.pull",
    "cli.commands.push",
    "cli.output",
    "cli.plan_io",
    "cli.saving",
    "storage.disk",
    "storage.files",
    "storage.locks",
    "storage.siblings",
)


def main(step, plan, *argv):
    modules = {name: importlib.import_module(f"microplan.{name}") for name in MODULES}
    traced = {module.__file__ for module in modules.values()}
    report = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    modules["cli"].main(prepared("loading", plan, argv))  # loads all that the command needs, once
    look, command = Look("seen"), prepared("seen", plan, argv)
    with calling(look, traced):
        code = modules["cli"].main(command)
    os.write(report, f"{code} {look.last}\n".encode())
    for number, line in look.met(step):
        folder = f"{number.name}.{line}"
        code = forked(traced, signalling(number, line), prepared(folder, plan, argv))
        os.write(report, f"{folder} {code}\n".encode())


def prepared(name, plan, argv):
    Path(name).mkdir()
    shutil.copy(plan, name)
    return [argument.replace("{folder}", name) for argument in argv]


class Look:
    """Called before each line; saves the folder's content if it is new."""

    def __init__(self, folder):
        self.folder, self.held, self.last, self.changed = folder, None, 0, []

    def __call__(self, line):
        self.last, before = line, self.held
        self.held = {
            path: (path.stat().st_mode, path.read_bytes()) for path in Path(self.folder).iterdir()
        }
        if self.held != before:
            self.changed.append(line)
            shutil.copytree(self.folder, f"{self.folder}.{line}")

    def met(self, step):
        """Choose the lines for each signal."""
        some, changed = {*range(step, self.last + 1, step)}, {*self.changed}
        near = changed | {line - 1 for line in changed - {1}}
        yield from (
            (signal.SIGKILL, line) for line in sorted(changed | (some if step == 1 else set()))
        )
        yield from ((signal.SIGINT, line) for line in sorted(near | some))


def signalling(number, chosen):
    def act(line):
        if line == chosen:
            os.kill(os.getpid(), number)

    return act


def forked(traced, act, command):
    child = os.fork()
    if not child:
        from microplan.__main__ import run

        sys.argv = ["microplan", *command]
        with calling(act, traced):
            run()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


@contextlib.contextmanager
def calling(act, traced):
    """Call a function with the number of each line of some files, as Python comes to it."""
    line = 0

    def entered(frame, _event, _argument):
        return at_line if frame.f_code.co_filename in traced else None

    def at_line(_frame, event, _argument):
        nonlocal line
        if event == "line":
            line += 1
            act(line)
        return at_line

    sys.settrace(entered)
    try:
        yield
    finally:
        sys.settrace(None)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
