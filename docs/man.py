"""Write the manual page, `docs/microplan.1`, from the commands themselves: `make man`.

The page is roff for man(7). Whatever a command says of itself in its help stands here as well;
only the first and the last sections are written by hand.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from microplan import __version__
from microplan.cli.app import COMMANDS, Commands
from microplan.formats import FORMATS

PAGE = Path(__file__).with_name("microplan.1")

DESCRIPTION = """\
microplan turns a start date and a pace into a plan of microneedling sessions, prints it, and
exports it as calendar reminders. A closed day moves a session and never deletes it, the days
between two sessions are kept, and every session says why it is where it is.

It keeps dates and gives no medical advice: ask a dermatologist first, and read
microplan safety."""

EXIT_CODES = {
    "0": "done",
    "1": "a defect of microplan",
    "2": "a command line or a rule that cannot be read",
    "3": "a plan, course, calendar or row that cannot be found or read",
    "4": "refused: no possible day, a gap in the way, a plan already kept, nothing to undo",
    "5": "no session is left (next --exit-code)",
    "6": "check has findings",
    "7": "the file or the remote calendar changed meanwhile",
    "8": "the server refused or cannot be reached",
    "9": "a file cannot be written",
    "130, 141": "interrupted; the reader of the pipe has left",
}
FILES = {
    "~/.local/share/microplan/plan.toml": "the plan that --save keeps and other commands use",
    "~/.config/microplan/config.toml": "defaults for new, and the address of a CalDAV calendar",
}
ENVIRONMENT = {
    "MICROPLAN_PLAN": "the plan file to use unless -p names one",
    "MICROPLAN_AS_OF": "the day to take for today",
    "SOURCE_DATE_EPOCH": "the time to record, in seconds of 1970, instead of the clock's",
    "NO_COLOR, FORCE_COLOR": "no colours, or colours also where no terminal is",
}


def page() -> str:
    """Write the whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f'.TH MICROPLAN 1 "" "microplan {__version__}" "User Commands"'
    yield from _section("NAME", [r"microplan \- plan microneedling sessions"])
    yield from _section("SYNOPSIS", [".B microplan", r"\fICOMMAND\fR [\fIOPTION\fR]..."])
    yield from _section("DESCRIPTION", _paragraphs(DESCRIPTION))
    yield ".SH COMMANDS"
    group = Commands(name="microplan")
    for name in COMMANDS:
        yield from _command(name, group.get_command(None, name))
    yield from _terms("FORMATS", {name: row.help for name, row in FORMATS.items()})
    yield from _terms("EXIT STATUS", EXIT_CODES)
    yield from _terms("FILES", FILES)
    yield from _terms("ENVIRONMENT", ENVIRONMENT)


def _section(title: str, lines: list[str]) -> Iterator[str]:
    yield f".SH {title}"
    yield from lines


def _terms(title: str, said: dict[str, str]) -> Iterator[str]:
    yield f'.SH "{title}"'
    for term, meaning in said.items():
        yield from (".TP", rf"\fB{roff(term)}\fR", roff(meaning))


def _command(name: str, command: Any) -> Iterator[str]:  # noqa: ANN401 - Typer's own
    yield f'.SS "microplan {name}"'
    yield from _paragraphs(inspect.cleandoc(command.help or ""))
    for parameter in command.params:
        record = parameter.get_help_record(command.make_context(name, [], resilient_parsing=True))
        if record and "--help" not in record[0]:
            flags, meaning = record
            yield from (".TP", rf"\fB{roff(flags)}\fR", roff(meaning))


def _paragraphs(text: str) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        lines += [".PP", roff(" ".join(paragraph.split()))]
    return lines


def roff(text: str) -> str:
    """Write a text so that roff takes none of it for an order, nor changes a hyphen or quote."""
    text = " ".join(text.split())
    for character, written in {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga"}.items():
        text = text.replace(character, written)
    text = re.sub(r"[^\x00-\x7f]", lambda found: rf"\[u{ord(found[0]):04X}]", text)
    return rf"\&{text}" if text.startswith(".") else text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
