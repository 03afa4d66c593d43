"""Draw the pictures of the README from real runs of the program: `make pictures`.

Each is what a terminal of that width shows. The frame names no font that would have to be fetched.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

FOLDER = Path(__file__).with_name("pictures")
PLAN = [
    "--start",
    "2026-11-08",
    "--every",
    "4x1w,4x2w~3d",
    "--on",
    "sun",
    "--at",
    "20:00",
    "--tz",
    "Europe/Paris",
    "--avoid",
    "2026-12-24..2027-01-03",
    "--pause",
    "minoxidil=-0d+1d",
    "--title",
]
TITLE = "Scalp session"
HELD = {"1": "2026-11-08", "2": "2026-11-17"}
TODAY = "2026-11-22"
PICTURES = {"table": 80, "calendar": 80, "timeline": 80}
"""Formats to draw, each in a terminal of so many columns."""

THEME = TerminalTheme(
    (250, 250, 248),
    (40, 42, 46),
    [
        (40, 42, 46),
        (176, 42, 48),
        (34, 120, 60),
        (150, 104, 0),
        (38, 96, 168),
        (128, 60, 140),
        (20, 116, 124),
        (120, 120, 120),
    ],
)
FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>NAME</title>
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
<rect fill="#fafaf8" stroke="#d8d8d4" x="0.5" y="0.5" width="{width}" height="{height}" rx="6"/>
<g transform="translate(9, 9)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def pictures() -> Iterator[tuple[Path, str]]:
    """Yield the path of each picture, and what it is now."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run(folder, 80, "new", *PLAN, TITLE, "--save", "-q")
        for number, day in HELD.items():
            _run(folder, 80, "done", number, "--on", day)
        for shown, width in PICTURES.items():
            drawn = _run(folder, width, "show", "-q", "--format", shown)
            yield FOLDER / f"{shown}.svg", _framed(drawn, width, shown)


def _run(home: Path, width: int, *argv: str) -> str:
    """Run the program as at a terminal with colours, and return what it prints."""
    command = [sys.executable, "-m", "microplan", *argv]
    env = environment(home, width) | {"FORCE_COLOR": "1"}
    return subprocess.run(command, env=env, capture_output=True, check=True, text=True).stdout


def environment(home: Path, width: int, today: str = TODAY) -> dict[str, str]:
    """Fix what a run may see."""
    return {
        "HOME": str(home),
        "COLUMNS": str(width),
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "MICROPLAN_AS_OF": today,
        "SOURCE_DATE_EPOCH": "1795377600",
        "PATH": os.environ["PATH"],
    }


def _framed(drawn: str, width: int, name: str) -> str:
    console = Console(record=True, width=width, file=io.StringIO(), color_system="truecolor")
    console.print(Text.from_ansi(drawn.rstrip("\n")), soft_wrap=True)
    return console.export_svg(
        theme=THEME,
        code_format=FRAME.replace("NAME", f"microplan show --format {name}"),
        unique_id=f"microplan-{name}",
    )


if __name__ == "__main__":
    for path, picture in pictures():
        path.write_text(picture, encoding="utf-8")
