"""Record a few commands as one moving picture, `pictures/recording.svg`: `make pictures`.

Each scene is a real run; where nothing moves, the first one is shown. Two covers in the colour of the background, moved by CSS, make its command
look typed and let its output wait for that; there is no script in the picture.
"""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

import pictures
from rich.console import Console
from rich.text import Text

PATH = pictures.FOLDER / "recording.svg"
SCENES = {
    "new --start 2026-12-01 --every 6x4w --at 18:00 --tz UTC --save": "2026-11-22",
    "done": "2026-12-03",
    "move 3 +1w": "2026-12-03",
}
"""Commands, each with its day."""
WIDTH = 80
TYPED, SHOWN = 2.5, 6.5
"""Seconds in which a command is typed, and for which its output stays."""
SECONDS = (TYPED + SHOWN) * len(SCENES)

SEPARATOR = "\x1f"
PARTS = SEPARATOR.join(["{width}", "{height}", "{styles}", "{lines}", "{backgrounds}", "{matrix}"])
MOVIE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>microplan new, done, and move, one after another</title>
<style>
text {{
  font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: 20px; line-height: 24.4px; font-variant-east-asian: full-width;
}}
.scene {{ opacity: 0; animation: scene {seconds}s step-end infinite; }}
.scene:first-of-type {{ opacity: 1; }}
.wait {{ animation: wait {seconds}s step-end infinite; }}
.type, .wait {{ fill: #fafaf8; visibility: hidden; }}
@keyframes scene {{ 0% {{ opacity: 1; }} {scene}%, 100% {{ opacity: 0; }} }}
@keyframes wait {{ 0% {{ visibility: visible; }} {typed}%, 100% {{ visibility: hidden; }} }}
{styles}
@media (prefers-reduced-motion: reduce) {{
  .scene, .type, .wait {{ animation: none !important; }}
}}
</style>
<defs>
<clipPath id="frame"><rect x="-4" y="0" width="{inner_width}" height="{inner_height}"/></clipPath>
{lines}
</defs>
<rect fill="#fafaf8" stroke="#d8d8d4" x="0.5" y="0.5" width="{width}" height="{height}" rx="6"/>
<g transform="translate(9, 9)" clip-path="url(#frame)">
{scenes}
</g>
</svg>
"""
SCENE = """\
<g class="scene" style="animation-delay: {begin}s">
{backgrounds}
{matrix}
<rect class="type" style="animation: type{number} {seconds}s infinite {begin}s" x="{prompt}" y="0" width="{width}" height="30"/>
<rect class="wait" style="animation-delay: {begin}s" x="0" y="26" width="{width}" height="{height}"/>
</g>
"""
TYPE = """\
@keyframes type{number} {{
  0% {{ transform: none; visibility: visible; animation-timing-function: steps({letters}); }}
  {typed}%, 100% {{ transform: translateX({moved}px); visibility: hidden; }}
}}
"""
LETTER = 12.2
"""How wide a character is."""


def recording() -> str:
    """Run the commands and put their scenes one after another, without an end."""
    with tempfile.TemporaryDirectory() as home:
        shown = {
            command: _shown(command, pictures.environment(Path(home), WIDTH, today))
            for command, today in SCENES.items()
        }
    styles, lines, scenes, heights, widths = [], [], [], [], []
    for number, (command, output) in enumerate(shown.items()):
        width, height, style, line, backgrounds, matrix = _parts(
            f"$ microplan {command}\n{output}", number
        )
        letters = len(f"microplan {command}")
        typing = {"number": number, "letters": letters, "typed": _percent(TYPED)}
        styles.append(style + TYPE.format(**typing, moved=round(letters * LETTER, 1)))
        lines.append(line)
        placed = {"number": number, "begin": number * (TYPED + SHOWN), "seconds": SECONDS}
        scenes.append(
            SCENE.format(
                **placed,
                backgrounds=backgrounds,
                matrix=matrix,
                prompt=2 * LETTER,
                width=width,
                height=height,
            )
        )
        heights.append(float(height))
        widths.append(float(width))
    return MOVIE.format(
        width=max(widths),
        height=max(heights),
        inner_width=max(widths) - 10,
        inner_height=max(heights) - 12,
        seconds=SECONDS,
        scene=_percent(TYPED + SHOWN),
        typed=_percent(TYPED),
        styles="\n".join(styles),
        lines="\n".join(lines),
        scenes="".join(scenes),
    )


def _shown(command: str, env: dict[str, str]) -> str:
    """Run a command at a terminal and return what stdout shows; advice on stderr is left out."""
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-m", "microplan", *command.split()]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(argv, env=env, stdin=nowhere, stdout=theirs, stderr=nowhere) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 1 << 16):
                shown += piece
        except OSError:  # the other end is closed
            os.close(ours)
    if process.returncode:
        raise SystemExit(f"microplan {command} ended with {process.returncode}")
    return shown.decode().replace("\r\n", "\n")


def _percent(seconds: float) -> float:
    return round(100 * seconds / SECONDS, 2)


def _parts(text: str, number: int) -> list[str]:
    """Draw the text of a scene and take its picture apart."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), color_system="truecolor")
    console.print(Text.from_ansi(text.rstrip("\n")), soft_wrap=True)
    drawn = console.export_svg(theme=pictures.THEME, code_format=PARTS, unique_id=f"scene{number}")
    return drawn.split(SEPARATOR)


if __name__ == "__main__":
    PATH.write_text(recording(), encoding="utf-8")
