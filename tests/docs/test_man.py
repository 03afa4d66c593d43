"""The manual page is what `make man` makes of the commands, and roff has nothing to say about it."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from microplan.cli.app import COMMANDS

DOCS = Path(__file__).parents[2] / "docs"
spec = importlib.util.spec_from_file_location("man", DOCS / "man.py")
man = importlib.util.module_from_spec(spec)
spec.loader.exec_module(man)


def test_the_page_on_file_is_that_of_the_commands():
    assert man.PAGE.read_text(encoding="utf-8") == man.page(), "make man writes it anew"


def test_every_command_has_its_section():
    page = man.page()
    assert [name for name in COMMANDS if f'.SS "microplan {name}"' not in page] == []


@pytest.mark.skipif(
    shutil.which("groff") is None and not os.environ.get("CI"), reason="groff is not installed"
)
def test_roff_takes_the_page_without_a_warning():
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", man.PAGE], capture_output=True, check=True, text=True
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
    assert man.roff(text) == written
