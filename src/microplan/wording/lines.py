"""Breaks lines between words, but no command that can be copied, and not under a label."""

from __future__ import annotations

import re
import textwrap

NAMES = (
    "new|today|done|move|share|show|revise|skip|avoid|catch-up|photo|undo|log|next|check|report|"
    "export|publish|push|pull|day|batch|protocols|safety|completion"
)
COMMAND = rf"microplan (?:{NAMES})\b(?:[^·?`\n.,;:]|[.,;:](?=\S))*(?<=\S)"
"""A command with its arguments in a sentence, up to what ends it there."""
LABEL = r" *\S(?: ?\S)* {2,}(?=\S)(?!.* {2})"
"""What stands before the text of a line in two columns."""
DOT = " · "
NO_BREAK = "\0"
"""What stands for a blank in a command while a line is broken; no text that is shown has it."""


def broken(line: str, width: int, hanging: str = "") -> str:
    """Break a line that is too long, if it can be after a dot between two parts.

    The rest begins under the text of a line with a label, else as far in as the line itself and
    ``hanging``.
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
    """Keep what is said of each session whole where a line lists several."""
    return re.sub(r"(?<=\S) (?=\S)", NO_BREAK, line) if re.search(r" {3}#\d", line) else line


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Break a text between words into lines; a command that fits on one stays whole."""

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
