"""The standard streams: data goes to stdout, messages to stderr."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Container, Iterable, Mapping
from pathlib import Path
from typing import TextIO

from microplan.errors import MicroplanError, PlanFileError, RuleError
from microplan.formats import Canvas
from microplan.model.plan import VERSION
from microplan.wording import phrases
from microplan.wording.lines import broken

NAME = "microplan"
STDIO = "-"
"""The name of a standard stream in place of a file."""
STDIN_FILE = Path("/dev/stdin")
"""The path that links to the file of standard input on some systems."""


WIDEST = 1000
"""Most columns to draw on, whatever ``COLUMNS`` says."""


def source(name: str) -> Path:
    """Return the file behind a name, even if it's standard input."""
    return STDIN_FILE if name == STDIO else Path(name)


def width() -> int:
    """Count the columns of the terminal."""
    return min(shutil.get_terminal_size().columns, WIDEST)


def at_terminal() -> bool:
    """Whether stderr is a terminal."""
    return sys.stderr.isatty()


def prints_to_terminal() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout.isatty()


def can_ask() -> bool:
    """Whether a person can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(prompt: str) -> str:
    """Read a line from the terminal, its prompt on stderr; the end of input interrupts."""
    sys.stderr.write(_printable(prompt))
    sys.stderr.flush()
    line = sys.stdin.buffer.readline()
    if not line:
        raise KeyboardInterrupt
    return line.decode(sys.stdin.encoding or "utf-8", "replace").strip()


def yes(
    question: str, default: str, meaning: str = "", asks: Callable[[str], str] | None = None
) -> bool:
    """Ask until the answer is yes or no; ``?`` explains."""
    while True:
        answer = (asks or ask)(question).lower() or default
        if answer in ("y", "yes", "n", "no"):
            return answer.startswith("y")
        say(f"   {meaning if meaning and answer == '?' else 'write yes or no'}")


def out(chunks: Iterable[str], *, text: bool) -> None:
    """Write data: text in the encoding of the stream, anything else in UTF-8."""
    if text:
        sys.stdout.writelines(chunks)
        return
    sys.stdout.flush()
    sys.stdout.buffer.writelines(chunk.encode() for chunk in chunks)


def document(content: Mapping[str, object]) -> None:
    """Write JSON for programs, with its version.

    The JSON is ASCII, so no encoding can change it; its schemas are in ``docs/schemas``.
    """
    import json

    out([json.dumps({"microplan": VERSION, **content}, indent=2), "\n"], text=False)


def print_lines(plain: Iterable[str]) -> None:
    """Print lines for a person."""
    out(lines(plain), text=True)


def lines(plain: Iterable[str], heads: Container[str] = ()) -> Iterable[str]:
    """Prepare lines for stdout: escape control characters and what its encoding lacks.

    At a terminal, also break long lines between words and add colours; those in ``heads`` are
    headings.
    """
    shown = (drawable(phrases.visible(line)) for line in plain)
    if sys.stdout.isatty():
        shown = (broken(line, _columns(sys.stdout), HANGING) for line in shown)
    return _coloured(shown, sys.stdout, heads)


def page(chunks: Iterable[str]) -> None:
    """Print a long text, at a terminal through the person's pager if it doesn't fit."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        out(chunks, text=True)
        return
    text = "".join(chunks)
    if text.count("\n") < shutil.get_terminal_size().lines:
        out([text], text=True)
        return
    import pydoc

    os.environ.setdefault("LESS", "FRX")  # as git has it: colours, and no clearing at the end
    sys.stdout.flush()
    pydoc.pager(text)


def say(text: str) -> None:
    """Print a message on stderr, broken into lines for a terminal."""
    wrapped = text.split("\n")
    if at_terminal():
        wrapped = [broken(line, _columns(sys.stderr)) for line in wrapped]
    _say(_coloured((_printable(line) for line in wrapped), sys.stderr))


def verbatim(text: str) -> None:
    """Print a message on stderr without breaking its lines, so it can be copied."""
    _say([f"{_printable(text)}\n"])


def _say(texts: Iterable[str]) -> None:
    """Write messages to stderr; ignore errors, because there's nowhere to report them."""
    with contextlib.suppress(OSError):
        sys.stderr.writelines(texts)


def _coloured(plain: Iterable[str], stream: TextIO, heads: Container[str] = ()) -> Iterable[str]:
    """Add line ends, and colours if wanted."""
    if not _colour(stream):
        return (f"{line}\n" for line in plain)
    from microplan.formats import styles

    return styles.coloured(plain, heads)


HANGING = "    "
"""The indent of the continuation of a broken line."""


def _columns(stream: TextIO) -> int:
    """Count the columns of a stream's terminal."""
    own = 0
    if not os.environ.get("COLUMNS"):
        with contextlib.suppress(OSError, ValueError):  # no descriptor behind it
            own = os.get_terminal_size(stream.fileno()).columns
    return own or shutil.get_terminal_size().columns


def fault(error: MicroplanError) -> None:
    """Print an error: its message and, for a rule, the text with carets."""
    say(f"{NAME}: {phrases.visible(str(error))}")
    if isinstance(error, RuleError):
        verbatim(caret(error.excerpt))
    if isinstance(error, PlanFileError):
        for finding in error.findings:
            say(f"  {phrases.visible(finding)}")


def caret(error: RuleError, indent: str = "  ") -> str:
    """Draw the text of a rule with carets under its fault."""
    start, end = error.span
    before = len(phrases.visible(error.text[:start]))
    marked = max(len(phrases.visible(error.text[start:end])), 1)
    return f"{indent}{phrases.visible(error.text)}\n{indent}{' ' * before}{'^' * marked}"


def _printable(text: str) -> str:
    """Escape control characters except line breaks, and what the stream's encoding lacks."""
    shown = "\n".join(phrases.visible(line) for line in text.split("\n"))
    encoding = sys.stderr.encoding or "utf-8"
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def drawable(text: str) -> str:
    """Escape what stdout's encoding lacks."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def canvas(*, no_color: bool) -> Canvas:
    """Describe the medium of stdout: width in columns, colours, characters."""
    return Canvas(
        width=width(),
        colour=_colour(sys.stdout) and not no_color,
        encoding=sys.stdout.encoding or "utf-8",
    )


def draws() -> bool:
    """Whether stdout is a terminal that can show Rich's drawings."""
    encoding = (sys.stdout.encoding or "").lower()
    is_dumb = os.environ.get("TERM", "") in ("", "dumb")
    return sys.stdout.isatty() and encoding.startswith("utf") and not is_dumb


def _colour(stream: TextIO) -> bool:
    """Whether to use colours, by the usual conventions of terminals."""
    environ = os.environ
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM", "") not in ("", "dumb")
