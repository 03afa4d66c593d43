"""The manual page and the reference are up to date with `make man`."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from microplan.cli.app import COMMANDS

DOCS = Path(__file__).parents[2] / "docs"
spec = importlib.util.spec_from_file_location("commands", DOCS / "commands.py")
commands = importlib.util.module_from_spec(spec)
spec.loader.exec_module(commands)
PAGES = {commands.MANUAL: commands.manual(), commands.REFERENCE: commands.reference()}
MANUAL, REFERENCE = PAGES.values()


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_the_page_on_file_is_that_of_the_commands(path):
    assert path.read_text(encoding="utf-8") == PAGES[path], "make man writes it anew"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_section(name):
    assert f'.SS "microplan {name}"' in MANUAL
    assert f"\n## {name}\n" in REFERENCE


@pytest.mark.parametrize("title", ["EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "FILES", "SEE ALSO"])
def test_the_manual_has_the_sections_that_people_look_for(title):
    assert f'.SH "{title}"' in MANUAL


@pytest.mark.parametrize("line", commands.EXAMPLES)
def test_an_example_of_the_manual_names_a_command_and_flags_that_are_there(line):
    _, *rest = shlex.split(line)
    name = rest[0] if rest else ""
    flags = [word for word in rest if re.match(r"--?[a-z]", word)]
    assert not name or name in COMMANDS
    help_of = MANUAL.partition(f'"microplan {name}"')[2].partition(".SS")[0]
    assert [flag for flag in flags if commands.roff(flag) not in help_of] == []


@pytest.mark.skipif(
    shutil.which("groff") is None and not os.environ.get("CI"), reason="groff is not installed"
)
def test_roff_reads_the_page_without_warnings():
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", commands.MANUAL],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stderr == ""
    shown = " ".join(done.stdout.split())
    assert "MICROPLAN_AS_OF" in shown
    assert "microplan move 3 +1w --dry-run" in shown


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (".TH is no order", r"\&.TH is no order"),
        ("it's `so` - and \\ so", r"it\(aqs \(gaso\(ga \- and \e so"),
        ("1–4 Dec", r"1\[u2013]4 Dec"),
    ],
    ids=["a point in front", "quotes, a hyphen and a backslash", "a dash"],
)
def test_no_text_is_an_order_to_roff(text, written):
    assert commands.roff(text) == written


def test_no_text_is_markup_in_the_reference():
    assert commands.markdown("a|b *c* <d> \\e") == r"a\|b \*c\* \<d\> \\e"
