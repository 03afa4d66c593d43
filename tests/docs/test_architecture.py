"""The architecture page matches the source, and modules and functions stay short."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "microplan"
PAGE = (ROOT / "docs/development/architecture.md").read_text(encoding="utf-8")
TREE = PAGE.partition("## The tree")[2].split("```")[1]


def rows():
    """List the packages with their modules; an indented one is part of the one above."""
    room = ""
    for indent, name, modules in re.findall(r"^( *)(\w+)/ +(.+?)(?:  |$)", TREE, re.MULTILINE):
        room = room if indent else name
        yield (f"{room}/{name}" if indent else name), modules


ROWS = list(rows())


def test_the_tree_has_every_package():
    packages = {path.parent.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("__init__.py")}
    assert {name for name, _ in ROWS} == packages - {"."}


@pytest.mark.parametrize(("package", "modules"), ROWS, ids=[name for name, _ in ROWS])
def test_the_tree_names_modules_that_are_there(package, modules):
    folder = SOURCE / package
    for name in modules.replace("…", "").split():
        assert (folder / f"{name}.py").exists() or (folder / name).is_dir(), name


def test_the_layers_are_those_of_the_contract():
    contract, *_ = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    rows = re.findall(r"^\| [1-9] \| (.+?) \|", PAGE, re.MULTILINE)
    layers = [sorted(re.findall(r"\w+", row)) for row in rows]
    assert layers == [sorted(re.findall(r"\w+", row)) for row in contract["layers"]]


def test_the_places_it_names_exist():
    places = re.findall(r"`([a-z_]+/[a-z_/]+(?:\.py)?)`", PAGE.partition("## The contract")[2])
    assert len(places) >= 8
    for place in places:
        assert any((base / place).exists() for base in (SOURCE, ROOT)), place


def test_no_docstring_points_at_a_page_that_is_gone():
    for path in (*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")):
        for page in re.findall(r"docs/[\w./-]+\.md", path.read_text(encoding="utf-8")):
            assert (ROOT / page).exists(), f"{path}: {page}"


def test_a_numbered_section_is_one_of_a_standard():
    texts = [*SOURCE.rglob("*.py"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    lines = [line for path in texts for line in path.read_text(encoding="utf-8").splitlines()]
    numbered = [line for line in lines if re.search(r"\bsections? \d", line)]
    assert numbered
    assert [line for line in numbered if not re.search(r"RFC \d|UAX \d|Standard", line)] == []


MODULE, FUNCTION = 320, 40
"""Lines that nothing exceeds; most modules have under 300, nine of ten functions under 25."""
HEAD = r"^( *)def (\w+)\(.*?\)(?: -> [^\n]+)?:(?:  #[^\n]*)?\n(?: +\"\"\".*?\"\"\"\n)?"
"""The head of a function, with its docstring."""


def bodies(text):
    """List the functions of a module, each with the number of its lines without its head."""
    for head in re.finditer(HEAD, text, re.MULTILINE | re.DOTALL):
        body = re.compile(rf"(?:{head[1]} {{4}}[^\n]*\n|\n)*").match(text, head.end())
        yield head[2], body[0].rstrip("\n").count("\n") + 1


def test_no_module_or_function_is_too_long_to_be_read_at_once():
    functions = 0
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= MODULE, path
        for name, lines in bodies(text):
            assert lines <= FUNCTION, f"{path}: {name}"
            functions += 1
    assert functions > 2_000
