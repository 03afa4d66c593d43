"""The README and the pages of docs/ run: their blocks print what they show, and all there is to know is mentioned.

`make golden` writes what the blocks print anew; read the difference before committing it.
"""

import contextlib
import itertools
import os
import pty
import re
import select
import shlex
import subprocess
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from microplan.cli.app import COMMANDS, Commands
from microplan.courses.care_sets import SETS
from microplan.errors import MicroplanError
from microplan.formats import FORMATS
from microplan.rules.words import WORDS
from tests import forks

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)
WRITE = bool(os.environ.get("MICROPLAN_WRITE_GOLDEN"))
BLOCK = re.compile(r"(?:<!-- (.*?) -->\n)?```console\n(.*?)```", re.DOTALL)
"""A block, and a remark before it: `goes on` in the folder of the block before, `on DATE`."""
TODAY = "2026-11-22"
WRITTEN_BY_A_PROGRAM = {"reference.md"}


def stories(page: Path):
    """Group the blocks of a page by the folder they run in: each with its day."""
    found: list[list[tuple[str, str]]] = []
    for remark, block in BLOCK.findall(page.read_text(encoding="utf-8")):
        day = re.search(r"on (\d{4}-\d\d-\d\d)", remark)
        if "goes on" not in remark:
            found.append([])
        found[-1].append((day[1] if day else TODAY, block))
    return found


BLOCKS = [
    pytest.param(page, story, id=f"{page.stem}: {story[0][1].split(chr(10))[0][2:60]}")
    for page in PAGES
    for story in stories(page)
]


def examples(block: str):
    """Split a block into commands, which a backslash continues, and their output."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        yield re.fullmatch(r"((?:[^\n]*\\\n)*[^\n]*)\n(.*)", part, re.DOTALL).groups()


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    return partial(forks.stand_in, tmp_path_factory.mktemp("bin"))


PLAIN = r"""microplan( +([\w,.:+/@=~#-]+|'[^']*'|"[^"$`\\]*"))*"""
"""A command in which a shell has nothing to do but to take quotes away."""


def at_terminal(command: str, folder: Path, today: str, stand_in) -> str:
    """Run a command in a terminal of 80 columns, and return its output."""
    master, slave = pty.openpty()
    noon = datetime.fromisoformat(f"{today}T12:00+00:00")
    environment = {
        "HOME": str(folder),
        "COLUMNS": "80",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
        "TZ": "Europe/Paris",
        "MICROPLAN_AS_OF": today,
        "SOURCE_DATE_EPOCH": str(int(noon.timestamp())),
    }
    process = started(command.replace("\\\n", ""), folder, slave, environment, stand_in)
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


def started(command: str, folder: Path, terminal: int, environment: dict[str, str], stand_in):
    """Start a command in a shell, or the program alone where a shell would do no more than that."""
    streams = dict.fromkeys(range(3), terminal)
    if re.fullmatch(PLAIN, command):
        with contextlib.chdir(folder):
            return forks.Child(forks.PROGRAM, shlex.split(command)[1:], streams, env=environment)
    shell = ["bash", "-c", command]
    options = {"stdin": terminal, "stdout": terminal, "stderr": terminal, **stand_in(environment)}
    return subprocess.Popen(shell, cwd=folder, **options)


@pytest.mark.parametrize(("page", "story"), BLOCKS)
def test_a_block_prints_what_it_shows(page, story, tmp_path, stand_in):
    for today, block in story:
        commands = [command for command, _ in examples(block)]
        shown = [(each, at_terminal(each, tmp_path, today, stand_in)) for each in commands]
        if WRITE:
            write(page, block, "".join(f"$ {command}\n{printed}" for command, printed in shown))
        else:
            assert shown == list(examples(block))


def write(page: Path, block: str, anew: str) -> None:
    assert not os.environ.get("CI"), "pages are not written in CI"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace(f"```console\n{block}", f"```console\n{anew}"), encoding="utf-8")


def test_there_are_blocks_to_run():
    assert sum(str(block.id).startswith("README") for block in BLOCKS) >= 3
    assert len(BLOCKS) >= 12


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


GUIDES = "".join(
    page.read_text(encoding="utf-8") for page in PAGES if page.name not in WRITTEN_BY_A_PROGRAM
)


@pytest.mark.parametrize("name", WORDS)
def test_every_word_is_explained(name):
    assert f"`{name}`" in text_of("rule-language.md")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_explained(name):
    assert f"`{name}`" in text_of("scripts.md")


@pytest.mark.parametrize("name", SETS)
def test_every_set_of_care_is_explained(name):
    assert f"| `{name}` |" in text_of("care.md")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_mentioned_in_a_guide(name):
    assert re.search(rf"`(microplan )?{name}\b", GUIDES)


@pytest.mark.parametrize("error", [MicroplanError, *MicroplanError.__subclasses__()])
def test_every_exit_code_is_listed(error):
    assert re.search(rf"^\| `{error.exit_code}` \|", text_of("reference.md"), re.MULTILINE)


def test_the_readme_is_short():
    prose = re.sub(r"```.*?```|!\[.*?\)|<!--.*?-->", "", README, flags=re.DOTALL)
    assert 300 < len(prose.split()) <= 600


def test_the_site_has_every_page_and_no_other():
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    assert sorted(re.findall(r"[\w/-]+\.md", site)) == sorted(pages)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_a_page_points_at_pages_that_are_there(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        is_elsewhere = target.startswith("https://")  # on the web, where no test looks
        assert is_elsewhere or (page.parent / target).exists(), target


def command_lines():
    """Find the command lines of all pages, in spans and in blocks: each with its page."""
    names = "|".join(COMMANDS)
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        spans = re.findall(rf"`(?:microplan )?((?:{names}) [^`]+)`", text)
        fences = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        fenced = "".join(block for kind, block in fences if kind in {"", "sh", "console"})
        blocks = re.findall(r"^(?:\$ )?microplan (\w\S* .*)$", fenced, re.MULTILINE)
        for line in dict.fromkeys([*spans, *blocks]):
            yield pytest.param(page, line, id=f"{page.stem}: {line[:60]}")


@pytest.fixture(scope="module")
def group():
    return Commands(name="microplan")


@pytest.mark.parametrize(("page", "line"), [*command_lines()])
def test_a_command_line_has_flags_that_are_there(page, line, group):
    words = first_command(line)
    command = group.get_command(None, words[0])
    assert command is not None, page
    known = {"--help", "-h", *(flag for one in command.params for flag in flags_of(one))}
    asked = [word.partition("=")[0] for word in words[1:] if re.match(r"--?[a-z]", word)]
    assert [flag for flag in asked if flag not in known] == []


def first_command(line: str) -> list[str]:
    """Split a command line as a shell does, up to a pipe, a redirection or a comment."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return [*itertools.takewhile(lambda word: word not in {"|", ">", "2", ";", "&&"}, lexer)]


def flags_of(parameter) -> list[str]:
    return [*parameter.opts, *parameter.secondary_opts]


def test_there_are_command_lines_in_the_pages():
    assert len([*command_lines()]) > 60
