"""Write the pages made from the commands, `microplan.1` and `reference.md`: `make man`.

Whatever a command says about itself in its help appears here as well. Only the first and last
sections of the manual page are written by hand.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from microplan import __version__
from microplan.cli.app import COMMANDS, PANELS, Commands
from microplan.formats import FORMATS

MANUAL = Path(__file__).with_name("microplan.1")
REFERENCE = Path(__file__).with_name("reference.md")

DESCRIPTION = """\
microplan turns a start date and an interval into a plan of microneedling sessions, prints it, and
exports it as calendar events with reminders. A closed day moves a session and never removes it, the
plan keeps a minimum number of days between two sessions, and every session says why it is on its
day.

It keeps dates. It doesn't give medical advice: see a dermatologist first, and read
microplan safety."""

EXAMPLES = {
    "microplan new": "asks for everything, shows the plan, and keeps it",
    "microplan new --start 2026-12-01 --every 6x4w --at 18:00 --remind 1d --save": "six sessions, "
    "four weeks apart, at 18:00, with a reminder the day before; kept as your plan",
    "microplan": "shows what today holds",
    "microplan done": "records that today's session took place",
    "microplan move 3 +1w": "moves session 3 by a week; later sessions follow",
    "microplan avoid 2026-12-24..2027-01-03": "moves sessions out of the days you are away",
    "microplan undo": "takes back the last change",
    "microplan export -o plan.ics": "writes a calendar file",
    "microplan batch patients.csv -o 'plans/{id}.toml'": "makes a plan for each row of a table",
}
EXIT_CODES = {
    "0": "done",
    "1": "a defect of microplan",
    "2": "a command line or a rule that can't be read",
    "3": "a plan, course, calendar or row that can't be found or read",
    "4": "refused: no possible day, a gap in the way, a plan already kept, nothing to undo",
    "5": "no session is left (next --exit-code)",
    "6": "check has findings",
    "7": "the file or the remote calendar changed in the meantime, or another process holds it",
    "8": "the server refused or can't be reached",
    "9": "a file can't be written, or there is too little memory",
    "130, 141": "interrupted; the reader of the pipe has left",
}
FILES = {
    "~/.local/share/microplan/plan.toml": "the plan that --save keeps; other commands use it",
    "~/.config/microplan/config.toml": "defaults for new, and the address of a CalDAV calendar",
}
ENVIRONMENT = {
    "MICROPLAN_PLAN": "the plan file to use unless -p names one",
    "MICROPLAN_AS_OF": "the day to use as today",
    "MICROPLAN_CALDAV_PASSWORD": "the password for push and pull",
    "SOURCE_DATE_EPOCH": "the time to record instead of the clock's, in seconds since 1970",
    "NO_COLOR, FORCE_COLOR": "no colours; colours even without a terminal",
}
SEE_ALSO = ("khal(1)", "todo(1)", "remind(1)", "vdirsyncer(1)", "strftime(3)")


def manual() -> str:
    """Write the manual page, in roff for man(7)."""
    return "\n".join(_manual()) + "\n"


def reference() -> str:
    """Write the reference, in Markdown."""
    return "\n".join(_reference()) + "\n"


def _commands() -> Iterator[tuple[str, Any]]:
    group = Commands(name="microplan")
    for name in COMMANDS:
        yield name, group.get_command(None, name)


def _paragraphs(command: Any) -> list[str]:  # noqa: ANN401 - Typer's own
    text = inspect.cleandoc(command.help or "")
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def _usage(name: str, command: Any) -> str:  # noqa: ANN401
    context = command.make_context(name, [], resilient_parsing=True)
    return " ".join(["microplan", name, *command.collect_usage_pieces(context)])


def _options(name: str, command: Any) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401
    """Yield each option and argument: its panel, its spelling, its help."""
    context = command.make_context(name, [], resilient_parsing=True)
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record and "--help" not in record[0]:
            yield getattr(parameter, "rich_help_panel", None) or "Options", *record


# --- the manual page ------------------------------------------------------------------------


def _manual() -> Iterator[str]:
    yield f'.TH MICROPLAN 1 "" "microplan {__version__}" "User Commands"'
    yield from _section("NAME", [r"microplan \- plan microneedling sessions"])
    yield from _section("SYNOPSIS", [".B microplan", r"\fICOMMAND\fR [\fIOPTION\fR]..."])
    yield from _section("DESCRIPTION", _filled(DESCRIPTION.split("\n\n")))
    yield ".SH COMMANDS"
    for name, command in _commands():
        yield f'.SS "microplan {name}"'
        yield from _filled(_paragraphs(command))
        for _, flags, meaning in _options(name, command):
            yield from (".TP", rf"\fB{roff(flags)}\fR", roff(meaning))
    yield from _terms("FORMATS", {name: row.help for name, row in FORMATS.items()})
    yield from _terms("EXAMPLES", EXAMPLES)
    yield from _terms("EXIT STATUS", EXIT_CODES)
    yield from _terms("ENVIRONMENT", ENVIRONMENT)
    yield from _terms("FILES", FILES)
    yield from _section("SEE ALSO", [", ".join(map(roff, SEE_ALSO))])


def _section(title: str, lines: list[str]) -> Iterator[str]:
    yield f'.SH "{title}"'
    yield from lines


def _terms(title: str, terms: Mapping[str, str]) -> Iterator[str]:
    yield f'.SH "{title}"'
    for term, meaning in terms.items():
        yield from (".TP", rf"\fB{roff(term)}\fR", roff(meaning))


def _filled(paragraphs: list[str]) -> list[str]:
    return [line for paragraph in paragraphs for line in (".PP", roff(paragraph))]


def roff(text: str) -> str:
    """Escape a text so that roff reads no orders in it and keeps its hyphens and quotes."""
    text = " ".join(text.split())
    for character, written in {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga"}.items():
        text = text.replace(character, written)
    text = re.sub(r"[^\x00-\x7f]", lambda found: rf"\[u{ord(found[0]):04X}]", text)
    return rf"\&{text}" if text.startswith(".") else text


# --- the reference --------------------------------------------------------------------------


def _reference() -> Iterator[str]:
    yield from (
        "# Reference",
        "",
        "<!-- written by `make man` from the commands; don't edit -->",
        "",
    )
    yield "Every command takes `--help`. Brackets hold what applies if you leave an option out; you can"
    yield from ("give a repeatable option several times.", "")
    for group in PANELS:
        lines = {
            f"[`{name}`](#{name})": help_
            for name, (of, _, help_) in COMMANDS.items()
            if of == group
        }
        yield from _table(group, lines)
    for name, command in _commands():
        yield from (f"## {name}", "", "```", _usage(name, command), "```", "")
        for paragraph in _paragraphs(command):
            yield from (markdown(paragraph), "")
        panels: dict[str, dict[str, str]] = {}
        for panel, flags, meaning in _options(name, command):
            panels.setdefault(panel, {})[f"`{flags}`"] = meaning
        for panel, rows in panels.items():
            yield from _table(panel, rows)
    yield from ("## Formats", "")
    yield from _table("Format", {_suffixed(name): row.help for name, row in FORMATS.items()})
    for title, terms in {
        "Exit codes": EXIT_CODES,
        "Environment": ENVIRONMENT,
        "Files": FILES,
    }.items():
        yield from (f"## {title}", "")
        yield from _table(title, {f"`{term}`": meaning for term, meaning in terms.items()})


def _suffixed(name: str) -> str:
    suffixes = " ".join(f"`{suffix}`" for suffix in FORMATS[name].suffixes)
    return f"`{name}` {suffixes}".strip()


def _table(head: str, rows: Mapping[str, str]) -> Iterator[str]:
    yield from (f"| {head} | |", "|---|---|")
    for term, meaning in rows.items():
        cell = re.sub(r"(?<!\\)\|", r"\\|", term)
        yield f"| {cell} | {markdown(meaning)} |"
    yield ""


def markdown(text: str) -> str:
    """Escape a text so that Markdown shows it as it is."""
    return re.sub(r"([\\*<>|])", r"\\\1", " ".join(text.split()))


if __name__ == "__main__":
    MANUAL.write_text(manual(), encoding="utf-8")
    REFERENCE.write_text(reference(), encoding="utf-8")
