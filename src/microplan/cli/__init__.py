"""The shell: arguments in, an exit code out; the one place that turns errors into words."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from microplan import __version__
from microplan.errors import MicroplanError, OutputError

INTERRUPTED = 130
PIPE_CLOSED = 141
DEFECT = 1


def main(argv: Sequence[str]) -> int:
    """Carry out a command line and return its exit code (``docs/design.md``, section 8)."""
    try:
        try:
            return _dispatch(argv)
        finally:
            _flush()
    except BrokenPipeError:
        _discard_output()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return INTERRUPTED
    except MicroplanError as error:
        return _say(error)
    except OSError as error:
        return _say(OutputError(f"standard output cannot be written: {error.strerror or error}"))
    except Exception:  # noqa: BLE001 - whatever is left is a defect, and says so
        return _report()


def _dispatch(argv: Sequence[str]) -> int:
    if list(argv) == ["--version"]:  # answered before anything else is loaded
        sys.stdout.write(f"microplan {__version__}\n")
        return 0
    from microplan.cli import app

    return app.run(argv)


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


def _say(error: MicroplanError) -> int:
    from microplan.cli import streams

    streams.fault(error)
    _discard_output()
    return error.exit_code


def _discard_output() -> None:
    """Point standard output at nothing, so that what is left in it cannot fail again."""
    import os

    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):  # no descriptor behind it, as under a test
        pass


def _report() -> int:
    import traceback

    traceback.print_exc()
    sys.stderr.write("this is a defect of microplan; please report it with the lines above\n")
    return DEFECT
