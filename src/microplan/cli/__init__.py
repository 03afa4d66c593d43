"""The command line: arguments in, an exit code out. The only place that turns errors into messages."""

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
"""The variable that a shell sets to ask for completions."""


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
    """Replace closed standard streams: stdin is empty, stdout fails, stderr is discarded."""
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Losing data is an error, so writing to stdout fails; losing messages isn't.
            access = os.O_WRONLY if name == "stderr" else os.O_RDONLY
            setattr(sys, name, open(os.open(os.devnull, access), mode))  # noqa: PTH123, SIM115


def _speak_utf8() -> None:
    """Make streams on Windows UTF-8 with line feeds, like our files.

    By default, a pipe there uses the machine's code page. On other systems, the locale decides.
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
    """Print an error and return its exit code; some errors are only an exit code.

    A reported error takes priority over a reader that has closed stdout, because a file may be
    missing.
    """
    from microplan.cli import terminal

    if str(error):
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        terminal.fault(error)
        _discard_output()
    return error.exit_code


def _discard_output() -> None:
    """Redirect stdout to nothing, so that flushing its buffer can't fail again."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):  # no descriptor behind it, as under a test
        pass


def _unwritten(error: OSError) -> OutputError:
    return OutputError(f"standard output can't be written: {cause(error)}")


def _lacks_memory(error: Exception) -> bool:
    """Whether an error means too little memory: for values, the system, or loading a library.

    Python raises SystemError if it has no memory left for the real error.
    """
    if isinstance(error, ImportError):
        return "failed to map segment" in str(error)
    is_system = isinstance(error, OSError) and error.errno == errno.ENOMEM
    return isinstance(error, MemoryError | SystemError) or is_system


def _say_memory() -> int:
    """Report the lack of memory without loading or building anything else."""
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
