"""Explains errors in a command line to people who don't program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from microplan.cli import terminal
from microplan.rules import nearest

OTHER_NAMES = {
    "avoid": "away vacation holiday holidays closed close block busy travel",
    "avoid --not": "reopen unblock",
    "done": "record held did do complete completed finish finished tick log-session",
    "move": "reschedule postpone postponed delay shift swap",
    "skip": "cancel cancelled miss missed no-show",
    "skip for a session, or undo for the last change": "delete remove rm drop",
    "revise": "edit change update modify adjust set",
    "revise --sessions": "add-session add-sessions extend more fewer",
    "revise --remind": "remind reminder reminders alarm alarms",
    "revise --title": "rename title",
    "revise --pause": "pause pauses",
    "done --note": "note notes comment",
    "undo": "revert rollback back restore",
    "show": "list ls view print display open table sessions",
    "new": "add create plan init start make",
    "new --save": "save",
    "export": "ics calendar ical",
    "share": "phone qr send",
    "publish": "subscribe serve feed webcal",
    "push or pull": "sync caldav",
    "push": "upload",
    "pull": "download fetch",
    "log": "history journal",
    "check": "verify validate conflicts",
    "catch-up": "late overdue open-sessions",
    "today": "now status agenda due",
    "day --week": "week",
    "report": "pdf doctor dermatologist summary statistics stats",
    "photo": "photos picture pictures image",
    "batch for a table of people, or new --busy for a calendar": "import csv",
    "protocols": "courses course protocol studies trials evidence",
    "safety": "risks warnings contraindications risk",
    "help": "manual docs man usage",
}
"""Other names that people use for our commands and options."""
_MEANT = {other: name for name, others in OTHER_NAMES.items() for other in others.split()}

BEHIND_A_COMMAND = ("--as-of", "--plan", "-p")
"""Command options that people often write before the command."""


def no_command(name: str, known: Iterable[str], program: str) -> str:
    """Word the error for an unknown command, with the nearest name and where to find help."""
    meant = _MEANT.get(nearest.fold(name))
    advice = f"Did you mean {meant}?" if meant else nearest.question(name, known)
    return _with_help(f"there's no command {name!r}. {advice}".rstrip(), program)


def sentence(error: Exception) -> str:
    """Word an error in a command line, with the nearest name and where to find help."""
    context: Any = getattr(error, "ctx", None)
    option = getattr(error, "option_name", "")
    match type(error).__name__:
        case "NoSuchOption" if option:
            message = _no_option(option, context)
        case "BadOptionUsage" if "requires an argument" in str(error):
            message = f"{option} needs a value{_taken(option, context)}"
        case "MissingParameter" if getattr(error, "param", None):
            message = f"{context.command.name} needs {_plain_help(error.param)}"  # type: ignore[attr-defined]
        case _:
            message = _plain(error)
    return _with_help(f"{message.rstrip('.')}.", context.command_path if context else terminal.NAME)


def _with_help(message: str, path: str) -> str:
    return f"{message.replace('?.', '?')} See {path} --help"


def _no_option(option: str, context: Any) -> str:  # noqa: ANN401 - Typer's own
    if context and context.info_name == terminal.NAME and option in BEHIND_A_COMMAND:
        return f"{option} goes after a command, as in: {terminal.NAME} today {option}"
    params = context.command.get_params(context) if context else []
    known = [name for param in params for name in param.opts if name.startswith("--")]
    return f"there's no option {option!r}. {nearest.question(option, known)}".rstrip()


def _taken(option: str, context: Any) -> str:  # noqa: ANN401 - Typer's own
    """Describe an option's value: ``: --note TEXT, how it went``."""
    params = context.command.get_params(context) if context else []
    for param in params:
        if option in param.opts:
            return f": {option} {param.metavar or 'TEXT'}, {_plain_help(param)}"
    return ""


def _plain_help(param: Any) -> str:  # noqa: ANN401 - Typer's own
    """Return the first part of a parameter's help, without its default."""
    first, _, _ = (param.help or param.metavar or param.name).partition("; ")
    return re.sub(r" ?(?:\[[^]]*\]|\(repeatable\))$", "", first)


_PLAIN = {
    r"invalid value for '(.+)': '(.*)' is not a valid int(?:eger)?": 'can\'t read \\1 "\\2": write a number, such as 3',
    r"got unexpected extra arguments? ?(?:\(s\) )?\((.+)\)": r"unexpected argument: \1",
    r"option '(.+)' requires an argument": r"\1 needs a value",
    r"option '(.+)' does not take a value": r"\1 takes no value",
}
"""Typer's messages, and plainer ones to replace them."""


def _plain(error: Exception) -> str:
    """Reword Typer's message for people who don't program."""
    message = str(getattr(error, "format_message", lambda: error)()).strip().rstrip(".")
    message = message[:1].lower() + message[1:]
    for pattern, plain in _PLAIN.items():
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return match.expand(plain)
    return message
