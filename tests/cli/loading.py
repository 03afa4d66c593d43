"""Say which modules command lines load, each in a fork of a process that has loaded the shell.

Each line on standard input is a command line, with its environment and its working folder; the
answer is a line with its modules and what it wrote to stderr. The process has loaded what ``--help``
loads and nothing else, which every command needs, so that a fork loads only what is its own. It has
no library of its own for that reason: a request is a literal of Python.
"""

import os
import sys

from microplan.cli import main

MARK = "\n-- modules --\n"


def serve():
    answers = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    assert main(["--help"]) == 0
    for line in sys.stdin:
        said, writing = os.pipe()
        if not os.fork():
            os.dup2(writing, 2)
            _load(*eval(line))  # noqa: S307 - from the test
        os.close(writing)
        with open(said, "rb") as shown:  # noqa: PTH123 - a handle, not a path
            text = shown.read().decode()
        os.wait()
        text, _, modules = text.partition(MARK)
        os.write(answers, f"{(modules.split(), text)!r}\n".encode())


def _load(argv, environment, folder):
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    main(argv)
    sys.stdout.flush()
    os.write(2, (MARK + "\n".join(sys.modules)).encode())
    os._exit(0)


if __name__ == "__main__":
    serve()
