"""The styles of the program, the console that knows them, and lines of text in colour."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from io import StringIO
from typing import ClassVar

from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.text import Text
from rich.theme import Theme

from microplan.wording import lines

THEME = Theme(
    {
        "title": "bold",
        "head": "bold color(30)",
        "next": "bold",
        "mark": "bold color(130)",
        "planned": "none",
        "done": "color(28)",
        "due": "color(130)",
        "late": "color(160)",
        "missed": "color(160)",
        "skipped": "dim",
        "closed": "dim",
        "line": "dim",
        "today": "reverse",
    },
    inherit=False,
)
"""All styles of the program. The four colours have a contrast of about 4:1 on black and white."""

WIDEST = 10_000
"""Wide enough that Rich never breaks a line."""
HEIGHT = 24
"""Unused by our output; set so that Rich doesn't query the terminal."""


def console(width: int, *, colour: bool) -> Console:
    """Make a console that ignores the environment and markup."""
    return Console(
        file=StringIO(),
        width=width,
        height=HEIGHT,
        color_system="256" if colour else None,
        no_color=False,
        force_terminal=colour,
        theme=THEME,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )


NOT_A_RULE = r"(?<!early or )(?<!up to \d day )(?<!up to \d days )(?<!up to \d\d days )"
"""Before "late": a plan that allows "up to 3 days late" has nothing late."""


class _Words(RegexHighlighter):
    """Colours parts of a line: labels, commands, and words such as done, due and late."""

    highlights: ClassVar = [
        r"^(?P<late>microplan:)",
        r"^(?P<head>(?:Next|Due|Today|Open)\b:?)",
        rf"\b(?P<late>{NOT_A_RULE}late|missed(?! it)|still open)\b",
        r"\b(?P<due>paused|today)\b",
        r"\b(?P<done>done(?! \d| --))\b",
        rf"(?P<head>{lines.COMMAND})",
    ]


def coloured(plain: Iterable[str], heads: Container[str] = ()) -> Iterator[str]:
    """Colour lines that are already broken; those in ``heads`` are headings."""
    wide, words = console(WIDEST, colour=True), _Words()
    for line in plain:
        text = Text(line, "head" if line in heads else "", no_wrap=True)
        words.highlight(text)
        with wide.capture() as captured:
            wide.print(text, soft_wrap=True)
        yield captured.get()
