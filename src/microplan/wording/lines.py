"""Breaks lines between words, but never inside a command, and indents the rest under the text."""

from __future__ import annotations

import re
import textwrap

NAMES = (
    "new|today|done|move|share|show|revise|skip|avoid|catch-up|photo|undo|log|next|check|report|"
    "export|publish|push|pull|day|batch|protocols|safety|config|completion"
)
COMMAND = rf"microplan (?:{NAMES})\b(?:[^·?`\n.,;:]|[.,;:](?=\S))*(?<=\S)"
"""Matches a command with its arguments inside a sentence."""
LABEL = r" *\S(?: ?\S)* {2,}(?=\S)(?!.* {2})"
"""Matches the label before the text in a line of two columns."""
DOT = " · "
NO_BREAK = "\0"
"""Replaces spaces in commands while lines are broken; visible text never has it."""


def broken(line: str, width: int, hanging: str = "") -> str:
    """Break a line that is too long, if possible at a ``·`` between two parts.

    The rest is indented to the text after the label, or else like the line itself plus ``hanging``.
    """
    if len(line) <= width:
        return line
    label = re.match(LABEL, line)
    if label and label.end() <= width // 3:
        indent = " " * label.end()
    else:
        indent = line[: len(line) - len(line.lstrip())] + hanging
    first, *parts = line.split(DOT)
    lines = [first]
    for part in parts:
        if len(f"{lines[-1]}{DOT}{part}") <= width:
            lines[-1] += f"{DOT}{part}"
        else:
            lines.append(f"{indent}{part}")
    return "\n".join(row for line in lines for row in wrapped(_whole(line), width, indent))


def _whole(line: str) -> str:
    """Keep the text about each session unbroken in a line that lists several."""
    return re.sub(r"(?<=\S) (?=\S)", NO_BREAK, line) if re.search(r" {3}#\d", line) else line


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Break a text into lines between words; keep a command that fits on one line whole."""

    def whole(command: re.Match[str]) -> str:
        fits = len(indent) + len(command[0]) <= width
        return command[0].replace(" ", NO_BREAK) if fits else command[0]

    lines = textwrap.wrap(
        re.sub(COMMAND, whole, text),
        width,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(NO_BREAK, " ") for line in lines]
