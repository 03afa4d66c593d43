"""How lines break: between words, around commands, under the text beside a label."""

import re

import pytest

from microplan.cli.app import COMMANDS
from microplan.formats import styles
from microplan.wording import lines


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        pytest.param("nothing to fix", "nothing to fix", id="what fits stays as it is"),
        pytest.param(
            "#1  Tue 1 Dec was 19 days ago. Did it? microplan done 1 -p a.toml",
            "#1  Tue 1 Dec was 19 days ago. Did it?\n    microplan done 1 -p a.toml",
            id="a command stays whole",
        ),
        pytest.param(
            "Don't start with anything on the list of `microplan safety`.",
            "Don't start with anything on the list of\n  `microplan safety`.",
            id="with its quotes",
        ),
        pytest.param(
            "microplan done 1 --on 2026-12-01 -p plans/of/somebody.toml",
            "microplan done 1 --on 2026-12-01 -p\n  plans/of/somebody.toml",
            id="unless it is longer than a line",
        ),
        pytest.param(
            "Retinol     paused until the end of Thu 24 Dec, resume Fri 25 Dec",
            "Retinol     paused until the end of Thu\n            24 Dec, resume Fri 25 Dec",
            id="the text beside a label stays beside it",
        ),
        pytest.param(
            "#6 20 Dec → 3 Jan   #7 7 Dec → 10 Jan   #8 3 Jan → 17 Jan",
            "#6 20 Dec → 3 Jan   #7 7 Dec → 10 Jan\n  #8 3 Jan → 17 Jan",
            id="what is said of each session stays whole",
        ),
        pytest.param(
            "Tue 5 Jan 2027 · no session today · 3 are open",
            "Tue 5 Jan 2027 · no session today\n  3 are open",
            id="a dot is a better place than a blank",
        ),
    ],
)
def test_a_line_breaks_where_it_reads_best(line, broken):
    assert lines.broken(line, 40, "  ") == broken


@pytest.mark.parametrize(
    ("sentence", "command"),
    [
        ("Run `microplan share` to update it.", "microplan share"),
        ("undo: microplan undo -p a.toml", "microplan undo -p a.toml"),
        ("To see one: microplan protocols NAME. To start", "microplan protocols NAME"),
        ("Did it? microplan done 2 · missed it?", "microplan done 2"),
        ("microplan revise --every 3w, or microplan undo", "microplan revise --every 3w"),
        ("microplan avoid 2026-11-20..2026-11-30 --at 18:00", None),
        ("microplan keeps dates.", ""),
    ],
)
def test_a_command_ends_where_its_sentence_goes_on(sentence, command):
    found = re.search(lines.COMMAND, sentence)
    assert (found[0] if found else "") == (sentence if command is None else command)


def test_every_command_is_known_and_has_a_colour():
    assert lines.NAMES.split("|") == list(COMMANDS)
    assert "\x1b" in "".join(styles.coloured(["see microplan report"]))


@pytest.mark.parametrize(
    ("line", "has_colour"),
    [
        ("up to 3 days early or late, then up to 1 day late", False),
        ("on weekdays, up to 10 days late, at least 21 days apart", False),
        ("Session 2 done Tue 8 Dec, 2 days late", True),
        ("late: #4", True),
    ],
)
def test_only_what_is_late_has_the_colour_of_it(line, has_colour):
    (coloured,) = styles.coloured([line])
    assert ("\x1b[38;5;160mlate" in coloured) is has_colour
