"""The shell: arguments in, an exit code out; the one place that turns errors into words."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Sequence

from microplan import __version__
from microplan.errors import MicroplanError, OutputError, cause

INTERRUPTED = 130
PIPE_CLOSED = 141
DEFECT = 1
COMPLETE = "_MICROPLAN_COMPLETE"
"""The variable in which a shell says what it wants to know when somebody presses Tab."""


def main(argv: Sequence[str]) -> int:
    """Carry out a command line and return its exit code."""
    _open()
    _speak_utf8()
    try:
        try:
            return _dispatch(argv)
        except MicroplanError as error:
            return _say(error)
        finally:
            _flush()
    except BrokenPipeError:
        _discard_output()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return _interrupted()
    except Exception as error:  # noqa: BLE001 - whatever is left is a defect and is reported as one
        if _lacks_memory(error):
            return _say_memory()
        return _say(_unwritten(error)) if isinstance(error, OSError) else _report(error)


def _dispatch(argv: Sequence[str]) -> int:
    if list(argv) in (
        ["--version"],
        ["-V"],
        ["version"],
    ):  # answered before anything else is loaded
        sys.stdout.write(f"microplan {__version__}\n")
        return 0
    if os.environ.get(COMPLETE):
        from microplan.cli.commands import completion

        return completion.answer()
    from microplan.cli import app

    return app.run(argv)


def _open() -> None:
    """Stand in for standard streams that are closed: nothing to read, nowhere to write."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Data that nobody gets is a fault, so that writing to stdout fails; words are not.
            access = os.O_WRONLY if name == "stderr" else os.O_RDONLY
            setattr(sys, name, open(os.open(os.devnull, access), mode))  # noqa: PTH123, SIM115


def _speak_utf8() -> None:
    """Have streams on Windows be what files are: UTF-8, lines ending in a line feed.

    Left alone, a pipe there has the code page of the machine; elsewhere the locale decides.
    """
    if os.name != "nt" or os.environ.get("PYTHONIOENCODING"):
        return
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=stream.errors, newline="\n")


def _flush() -> None:
    sys.stdout.flush()
    with contextlib.suppress(OSError):
        sys.stderr.flush()


def _say(error: MicroplanError) -> int:
    """Say an error and return its code; one that says all by its code leaves stdout to decide.

    A reported fault outweighs a reader who has left, because a file may not be written.
    """
    from microplan.cli import terminal

    if str(error):
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        terminal.fault(error)
        _discard_output()
    return error.exit_code


def _discard_output() -> None:
    """Point standard output at nothing, so that what is left in it cannot fail again."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):  # no descriptor behind it, as under a test
        pass


def _unwritten(error: OSError) -> OutputError:
    return OutputError(f"standard output can't be written: {cause(error)}")


def _lacks_memory(error: Exception) -> bool:
    """Whether there was too little memory: for values, for the system, or to load a library.

    Python itself raises SystemError where it has no memory left for the error that it means.
    """
    if isinstance(error, ImportError):
        return "failed to map segment" in str(error)
    is_system = isinstance(error, OSError) and error.errno == errno.ENOMEM
    return isinstance(error, MemoryError | SystemError) or is_system


def _say_memory() -> int:
    """Say so without loading or making anything more than the sentence."""
    with contextlib.suppress(OSError):
        os.write(2, b"microplan: there is too little memory; close other programs, or plan less\n")
    return OutputError.exit_code


def _interrupted() -> int:
    with contextlib.suppress(OSError):
        sys.stderr.write("\n")
    return INTERRUPTED


def _report(error: Exception) -> int:
    if isinstance(error.__cause__, KeyboardInterrupt):  # as Python 3.11 has it in a class body
        return _interrupted()
    import traceback

    traceback.print_exc()
    sys.stderr.write("this is a defect of microplan; please report it with the lines above\n")
    return DEFECT
