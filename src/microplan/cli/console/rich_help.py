"""Prints help at a terminal: Typer's panels in our colours, with brackets escaped."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from microplan.cli import terminal

STYLES = {
    "STYLE_OPTION": "bold color(30)",
    "STYLE_SWITCH": "bold color(30)",
    "STYLE_NEGATIVE_OPTION": "bold color(30)",
    "STYLE_TYPES": "color(130)",
    "STYLE_USAGE": "bold",
    "STYLE_HELPTEXT": "",
    "STYLE_COMMANDS_TABLE_FIRST_COLUMN": "bold color(30)",
}
"""The colours of ``formats.styles.THEME`` under Typer's style names."""
WIDEST = 100
"""The most columns of a help text, the same as in a pipe."""
CODE = re.compile("`([^`]+)`")


def show(command: Any, context: Any) -> None:  # noqa: ANN401 - Typer's own
    """Print the help of a command, with its options in panels."""
    for name, style in STYLES.items():
        setattr(rich_utils, name, style)
    rich_utils.MAX_WIDTH = min(terminal.width(), WIDEST)
    command.help = _markup(command.help or "")
    for parameter in command.params:
        parameter.help = _markup(parameter.help or "")
    rich_utils.rich_format_help(obj=command, ctx=context, markup_mode="rich")


def show_commands(
    group: Any,  # noqa: ANN401 - Typer's own
    context: Any,  # noqa: ANN401 - Typer's own
    panels: Mapping[str, Mapping[str, str]],
) -> None:
    """Print the program's help, with its commands in panels, without importing any command."""
    commands: dict[str, Any] = {
        name: TyperCommand(name, help=_markup(text), rich_help_panel=panel)
        for panel, rows in panels.items()
        for name, text in rows.items()
    }
    listing: Any = TyperGroup(
        name=group.name, commands=commands, params=group.params, help=group.help
    )
    listing.get_help_option = group.get_help_option
    show(listing, context)


def _markup(text: str) -> str:
    """Convert plain text to Rich markup: brackets escaped, code in bold, lines joined."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    joined = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    return CODE.sub(r"[bold]\1[/bold]", escape(joined))
