"""Help: in panels at a terminal and plain in a pipe, with the same words in both."""

import io
import re
import sys

import pytest

from microplan.cli import app, options
from microplan.cli import terminal as streams
from microplan.cli.app import COMMANDS
from microplan.formats import FORMATS, SUFFIXES
from microplan.rules.words import WORDS

EVERY = [("--help",), *((name, "--help") for name in COMMANDS)]


def words_of(text: str) -> str:
    """The words of a help text, without the frames that Rich draws and the colours."""
    plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", text)
    return " ".join(re.sub("[╭╮╰╯│─]", " ", plain).split())


@pytest.mark.parametrize("argv", [*EVERY, ("-h",), ("help",), ("help", "new")], ids=" ".join)
def test_help_in_a_pipe_is_plain_data_of_80_columns(run, argv):
    shown = run(*argv)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("Usage: microplan ")
    assert max(map(len, shown.out.splitlines())) <= 80


@pytest.mark.parametrize("argv", EVERY, ids=" ".join)
def test_help_at_a_terminal_says_the_same_in_panels(terminal, run, argv):
    shown = terminal(*argv, columns=80)
    assert shown.code == 0
    assert "╭" in shown.screen
    assert "show this help" in words_of(shown.screen)
    said = set(words_of(shown.screen).split())
    words = set(run(*argv).out.replace("`", "").split())
    assert {word for word in words if word.strip(":-[],") not in " ".join(said)} <= {
        "/",
        "Options:",
    }


class Terminal(io.TextIOWrapper):
    def isatty(self):
        return True


@pytest.mark.parametrize(("encoding", "draws"), [("utf-8", True), ("ascii", False)])
def test_panels_are_for_a_terminal_that_has_their_characters(monkeypatch, encoding, draws):
    monkeypatch.setattr(sys, "stdout", Terminal(io.BytesIO(), encoding=encoding))
    assert streams.draws() is draws


def test_the_help_of_the_program_has_every_command_in_its_group(run):
    out = run("--help").out
    assert re.findall(r"^(\S.*):$", out, re.MULTILINE)[1:] == list(app.PANELS)
    assert all(f"\n  {name} " in out for name in COMMANDS)
    first = [name for name, (panel, *_) in COMMANDS.items() if panel == app.BEGIN]
    assert first == ["new", "today", "done", "move", "share"]


def test_the_help_of_new_lists_required_options_first_and_fine_control_last(run):
    out = run("new", "--help").out
    assert re.findall(r"^([A-Z][^:\n]*):$", out, re.MULTILINE) == list(options.PANELS)
    assert re.search(r"The essentials:\n  --start .*\n(.*\n)*?  --every .*\n(.*\n)*?  --at ", out)
    fine = out[out.index("Fine control:") : out.index("Output:")]
    assert [name for name in WORDS if f"--{name} " in fine] == ["gap", "window", "follow"]


def test_the_help_of_new_mentions_every_word_format_and_suffix(run):
    out = run("new", "--help").out
    said = " ".join(out.split())
    assert all(f"\n  --{name} " in out for name in WORDS)
    assert all(word.help in said for word in WORDS.values())
    assert all(name in said for name in [*FORMATS, *SUFFIXES])


def test_the_example_of_new_works(run):
    out = " ".join(run("new", "--help").out.split())
    (example,) = re.findall("Example: `microplan (new [^`]+)`", out)
    assert run(*example.split()).code == 0


def test_without_a_plan_it_says_in_two_lines_what_it_is_and_how_to_begin(run):
    shown = run()
    assert (shown.code, shown.err, shown.out.count("\n")) == (0, "", 2)
    assert "microplan new" in shown.out


@pytest.mark.parametrize("argv", [("--version",), ("-V",), ("version",)])
def test_version_is_one_line(run, argv):
    from microplan import __version__

    assert run(*argv).out == f"microplan {__version__}\n"
