"""The README and the pages of docs/ run: their blocks print what they show, and all there is to know is mentioned.

`make golden` writes what the blocks print anew; read the difference before committing it.
"""

import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest

from microplan.cli.app import COMMANDS
from microplan.formats import FORMATS
from microplan.rules.words import WORDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)
WRITE = bool(os.environ.get("MICROPLAN_WRITE_GOLDEN"))
BLOCKS = [
    pytest.param(page, block, id=f"{page.stem}: {block.split(chr(10))[0][2:60]}")
    for page in PAGES
    for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
]


def examples(block: str):
    """Split a block into commands and what each of them prints."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def at_terminal(command: str, folder: Path) -> str:
    """Run a command as a person would, in a terminal of 80 columns, and return what it shows."""
    master, slave = pty.openpty()
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "COLUMNS": "80",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
        "TZ": "Europe/Paris",
        "MICROPLAN_AS_OF": "2026-11-22",
    }
    with subprocess.Popen(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    ) as process:
        os.close(slave)
        shown = b""
        while select.select([master], [], [], 60)[0]:
            try:
                shown += os.read(master, 65536)
            except OSError:  # the other end is closed
                break
        process.wait()
    os.close(master)
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(("page", "block"), BLOCKS)
def test_a_block_prints_what_it_shows(page, block, tmp_path):
    shown = [(command, at_terminal(command, tmp_path)) for command, _ in examples(block)]
    if WRITE:
        assert not os.environ.get("CI"), "pages are not written in CI"
        anew = "".join(f"$ {command}\n{printed}" for command, printed in shown)
        text = page.read_text(encoding="utf-8")
        page.write_text(
            text.replace(f"```console\n{block}", f"```console\n{anew}"), encoding="utf-8"
        )
    else:
        assert shown == list(examples(block))


def test_there_are_blocks_to_run():
    assert sum(str(block.id).startswith("README") for block in BLOCKS) >= 3
    assert len(BLOCKS) >= 12


@pytest.mark.parametrize("name", [*WORDS, *FORMATS, *COMMANDS])
def test_every_word_format_and_command_is_mentioned(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130, 141])
def test_every_exit_code_is_explained(code):
    assert re.search(rf"^\| .*\b{code}\b.* \|", README, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_a_page_points_at_pages_that_are_there(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert (page.parent / target).exists(), target
