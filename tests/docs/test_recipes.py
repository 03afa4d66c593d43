"""The four recipes of CONTRIBUTING, followed in a copy of the source, have the promised effect."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.forks import IN_TURN

ROOT = Path(__file__).parents[2]
RECIPES = (
    (ROOT / "CONTRIBUTING.md")
    .read_text(encoding="utf-8")
    .partition("## Recipes")[2]
    .partition("\n## ")[0]
)
PLAN = ("new", "--start", "2026-12-01", "--every", "6x4w", "--tz", "UTC", "-q")

FIELD = '    music: str = ""\n'
ROW_OF_WORDS = '    "music": Word(read=grammar.music, form="TEXT", help="what to play"),\n'
READER = '''

def music(text: str, word: str) -> str:
    """Read what to play."""
    from microplan.errors import RuleError

    if text not in {"calm", "loud"}:
        raise RuleError("write calm or loud", word=word, text=text, span=(0, len(text)))
    return text
'''
SHOWN = '    if rules.music:\n        bounds.append(f"to {rules.music} music")\n'

ROW_OF_FORMATS = '    "count": Format(by="count:count", suffixes=(".count",), help="how many"),\n'
FORMAT = '''\
"""How many sessions a plan has."""

from collections.abc import Iterator

from microplan.formats import Subject


def count(subject: Subject) -> Iterator[str]:
    """Write the number of sessions."""
    yield f"{len(subject.sessions)}\\n"
'''

COURSE = """\
course = 1
id = "ours-2026"

[pace]
value = "3x2w"
mark = "V1"
sources = ["S8"]
"""

ROW_OF_COMMANDS = '    "hello": (READ, "hello:hello", "greet a newcomer"),\n'
COMMAND = '''\
"""``microplan hello``: greet a newcomer."""

import typer


def hello() -> None:
    """Greet a newcomer."""
    typer.echo("hello")
'''


class Copy:
    """A copy of the source in a folder, to be edited and run there."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.source = folder / "src" / "microplan"
        # With times and bytecode, so that only what is edited is compiled again.
        shutil.copytree(ROOT / "src" / "microplan", self.source)

    def add(self, path: str, text: str) -> None:
        """Add a file, or text to the end of one."""
        with (self.source / path).open("a", encoding="utf-8") as file:
            file.write(text)

    def insert(self, path: str, text: str, *, before: str) -> None:
        """Insert text before the first line that begins so."""
        place = self.source / path
        lines = place.read_text(encoding="utf-8").splitlines(keepends=True)
        at = next(number for number, line in enumerate(lines) if line.startswith(before))
        place.write_text("".join([*lines[:at], text, *lines[at:]]), encoding="utf-8")

    def run(self, *commands: Sequence[str]):
        """Run command lines one after another, and return the result of each."""
        done = self.python(*IN_TURN, json.dumps(commands))
        return [SimpleNamespace(code=c, out=out, err=err) for c, out, err in json.loads(done)]

    def manual(self) -> str:
        script = (
            f"import runpy; print(runpy.run_path({str(ROOT / 'docs/commands.py')!r})['manual']())"
        )
        return self.python(sys.executable, "-c", script)

    def python(self, *argv: str) -> str:
        done = subprocess.run(
            argv,
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.source.parent), "COLUMNS": "200"},
            capture_output=True,
            check=False,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path / "copy")


def test_the_copy_runs_and_not_the_source(copy):
    copy.add("__init__.py", '\n__version__ = "of the copy"\n')
    (version,) = copy.run(["--version"])
    assert version.out == "microplan of the copy\n"


@pytest.mark.slow
def test_a_rule_word_becomes_a_flag_a_key_a_column_and_help(copy):
    copy.insert("model/rules.py", FIELD, before="    depth:")
    copy.insert("rules/words.py", ROW_OF_WORDS, before='    "depth":')
    copy.add("rules/grammar.py", READER)
    copy.insert("wording/summary.py", SHOWN, before="    when = ")
    (copy.folder / "rows.csv").write_text("id,start,every,music\nP-1,2026-12-01,6x4w,calm\n")

    assert r"\-\-music" in copy.manual()
    *helps, made, shown, revised, refused, batch = copy.run(
        ["new", "--help"],
        ["revise", "--help"],
        [*PLAN, "--music", "calm", "-f", "table", "-o", "plan.toml"],
        ["show", "-p", "plan.toml", "-f", "json"],
        ["revise", "-p", "plan.toml", "--music", "loud"],
        [*PLAN, "--music", "shrill"],
        ["batch", "rows.csv", "-q"],
    )
    assert all(re.search(r"--music TEXT +what to play", each.out) for each in helps)
    assert "calm music" in " ".join(made.out.split())
    assert json.loads(shown.out)["rules"]["music"] == "calm"
    assert revised.code == 0
    written = (copy.folder / "plan.toml").read_text(encoding="utf-8")
    assert ('music = "calm"' in written, 'music = "loud"' in written) == (True, True)
    assert (refused.code, "write calm or loud" in refused.err) == (2, True)
    assert json.loads(batch.out)["rules"]["music"] == "calm"


@pytest.mark.slow
def test_a_format_becomes_a_name_a_suffix_and_help(copy):
    copy.insert("formats/__init__.py", ROW_OF_FORMATS, before='    "toml": Format')
    copy.add("formats/count.py", FORMAT)
    (copy.folder / "rows.csv").write_text("id,start,every\nP-1,2026-12-01,6x4w\n")

    assert re.search(r"fBcount\\fR\n\\?&?how many", copy.manual())
    help_, made, shown, batch = copy.run(
        ["new", "--help"],
        [*PLAN, "-f", "count", "-o", "plan.count", "-o", "plan.toml"],
        ["show", "-p", "plan.toml", "-f", "count"],
        ["batch", "rows.csv", "-q", "-o", "{id}.count"],
    )
    assert "csv, json, ndjson, count, toml" in " ".join(help_.out.split())
    assert ".count .toml" in " ".join(help_.out.split())
    assert (made.out, shown.out, batch.code) == ("6\n", "6\n", 0)
    assert (copy.folder / "plan.count").read_text() == "6\n"
    assert (copy.folder / "P-1.count").read_text() == "6\n"


def test_a_course_is_listed_shown_and_planned_from(copy):
    copy.add("courses/data/ours-2026.toml", COURSE)

    listed, shown, made = copy.run(
        ["protocols"],
        ["protocols", "ours-2026"],
        ["new", "--protocol", "ours-2026", "--start", "2026-12-01", "-q", "-f", "tsv"],
    )
    assert "ours-2026" in listed.out
    assert "3x2w" in shown.out
    assert [line.split("\t")[4] for line in made.out.splitlines()[1:]] == [
        "2026-12-01",
        "2026-12-15",
        "2026-12-29",
    ]


@pytest.mark.slow
def test_a_command_becomes_a_line_of_help_and_a_section_of_the_manual(copy):
    copy.insert("cli/app.py", ROW_OF_COMMANDS, before='    "show": (')
    copy.add("cli/commands/hello.py", COMMAND)

    assert '.SS "microplan hello"' in copy.manual()
    listed, explained, said, near = copy.run(["--help"], ["hello", "--help"], ["hello"], ["helo"])
    assert re.search(r"Learn more:\n(  .*\n)*  hello +greet a newcomer", listed.out)
    assert "Greet a newcomer." in explained.out
    assert said.out == "hello\n"
    assert "hello" in near.err


def test_contributing_has_a_recipe_for_each_of_the_four():
    assert re.findall(r"^\*\*(.+?)\*\*:", RECIPES, re.MULTILINE) == [
        "A rule word",
        "A format",
        "A course",
        "A command",
    ]


@pytest.mark.parametrize("name", re.findall(r"`([a-z_.]+\.[A-Za-z_]+)`", RECIPES))
def test_a_recipe_names_existing_modules(name):
    module, _, attribute = f"microplan.{name}".rpartition(".")
    try:
        import_module(f"{module}.{attribute}")
    except ModuleNotFoundError:
        assert hasattr(import_module(module), attribute)


@pytest.mark.parametrize("folder", re.findall(r"`([a-z]+/[a-z]+)`", RECIPES))
def test_a_recipe_names_existing_folders(folder):
    assert (ROOT / "src" / "microplan" / folder).is_dir()
