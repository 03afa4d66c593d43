"""What a shell offers at Tab, asked as a shell asks."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from microplan.cli import COMPLETE, app
from microplan.cli.commands import completion
from tests import forks

PLAN = ("new", "--start", "2026-12-01", "--every", "3x4w", "--tz", "UTC", "-q")


@pytest.fixture
def offered(run, monkeypatch):
    """Ask as bash does, with the line so far; its last word is being typed."""

    def _offered(line):
        words = line.split(" ")
        with monkeypatch.context() as asked:
            asked.setenv("COMP_WORDS", line)
            asked.setenv("COMP_CWORD", str(len(words) - 1))
            asked.setenv(COMPLETE, "complete_bash")
            done = run()
        assert (done.code, done.err) == (0, "")
        return done.out.split()

    return _offered


TABLE = [
    ("microplan d", ["done", "day"]),
    ("microplan ", list(app.COMMANDS)),
    ("microplan new --pro", ["--protocol"]),
    ("microplan new --protocol dhurat-2", ["dhurat-2013", "dhurat-2015"]),
    ("microplan protocols dhurat-2013 --format ", ["text", "json"]),
    (
        "microplan batch rows.csv -o plans",
        ["plans/{id}.toml", "plans.zip/{id}.ics", "plans.sqlite"],
    ),
    ("microplan protocols spa", ["spacing"]),
    ("microplan new --on mon,t", ["mon,tue", "mon,thu"]),
    ("microplan new --tz Europe/Pari", ["Europe/Paris"]),
    ("microplan new --holidays D", ["DZ", "DK", "DJ", "DM", "DO", "DE"]),
    ("microplan new --care minoxidil,ph", ["minoxidil,photos"]),
    ("microplan show --format nd", ["ndjson"]),
    ("microplan done 2 --format j", ["json"]),
    ("microplan completion ", ["bash", "zsh", "fish"]),
    ("microplan safety ", []),
    ("microplan today -f ", ["text", "json"]),
    ("microplan check --format j", ["json"]),
    ("microplan day --format t", ["text", "tsv"]),
    ("microplan batch --dates ", ["iso", "dmy", "mdy"]),
    ("microplan new --tz = Europe/Pari", ["Europe/Paris"]),
    ("microplan new --at = 18:00 --tz = Europe/Pari", ["Europe/Paris"]),
    ("microplan new --follow =", ["window", "actual", "plan"]),
    ("microplan --", ["--version", "--help"]),
]


@pytest.mark.parametrize(("line", "candidates"), TABLE, ids=[line for line, _ in TABLE])
def test_a_line_is_completed_with(line, candidates, offered):
    assert offered(line) == candidates


@pytest.mark.parametrize(
    ("shell", "shown"),
    [
        ("zsh", "compset -P '*='; _arguments '*: :((\"Europe/Paris\"))'"),
        ("fish", "--tz=Europe/Paris"),
    ],
)
def test_a_value_after_an_equals_sign_is_offered(run, monkeypatch, shell, shown):
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "microplan new --tz=Europe/Pari")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    monkeypatch.setenv(COMPLETE, f"complete_{shell}")
    assert run().out.split("\n")[0].rstrip() == shown


FISH = shutil.which("fish")


OFFERED = {
    "microplan safe": ["safety"],
    "microplan new --tz=Europe/Pari": ["--tz=Europe/Paris"],
    "microplan show --format nd": ["ndjson"],
}


@pytest.mark.skipif(not FISH, reason="fish is not on this machine")
def test_fish_completes_as_the_help_says(tmp_path):
    asked = "".join(f"; echo; complete -C '{line}'" for line in OFFERED)
    done = subprocess.run(
        [FISH, "-c", f"microplan completion fish | source{asked}"],
        capture_output=True,
        text=True,
        check=True,
        **forks.stand_in(tmp_path, os.environ),
    )
    lines = [line.partition("\t")[0] for line in done.stdout.splitlines()]
    assert lines == [line for candidates in OFFERED.values() for line in ("", *candidates)]


def test_sessions_that_are_open_are_offered_of_the_plan_that_is_named(offered, run):
    run(*PLAN, "-o", "own.toml")
    run("done", "1", "-p", "own.toml", "--on", "2026-12-01", "--as-of", "2026-12-01")
    assert offered("microplan move -p own.toml ") == ["2", "3"]
    assert offered("microplan done ") == [], "no plan is kept, and that is not said at Tab"
    run(*PLAN, "--save")
    assert offered("microplan done ") == ["1", "2", "3"]


def test_views_of_the_plan_are_offered_plus_the_usual_ones_for_a_new_photo(offered, run):
    run(*PLAN, "-o", "own.toml")
    for view in ("crown", "left side", "nape"):
        Path(view).write_bytes(b"\x89PNG\r\n\x1a\n")
        assert run("photo", "add", view, "--view", view, "-p", "own.toml").code == 0
    assert offered("microplan photo compare -p own.toml --view ") == ["crown", "nape"]
    usual = ["front", "temples", "part"]
    assert offered("microplan photo add -p own.toml --view ") == ["crown", "nape", *usual]
    assert offered("microplan photo add --view ") == ["crown", *usual], "no plan is kept"
    assert offered("microplan photo co") == ["compare"]


def test_a_plan_that_cannot_be_read_offers_nothing(offered, tmp_path):
    (tmp_path / "broken.toml").write_text("microplan = [", encoding="utf-8")
    assert offered("microplan done -p broken.toml ") == []


def test_zsh_and_fish_show_the_day_of_a_session(process, run):
    run(*PLAN, "-o", "own.toml")
    for shell in ("zsh", "fish"):
        asked = {
            "_TYPER_COMPLETE_ARGS": "microplan skip -p own.toml ",
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            COMPLETE: f"complete_{shell}",
        }
        assert "Tue 29 Dec 2026, planned" in process(env=asked).out


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_the_script_of_a_shell_is_one_that_it_reads(shell, run, tmp_path):
    done = run("completion", shell)
    assert done.code == 0
    assert COMPLETE in done.out
    program = shutil.which(shell)
    if program is None and not os.environ.get("CI"):
        pytest.skip(f"{shell} is not on this machine")
    script = tmp_path / "script"
    script.write_text(done.out, encoding="utf-8")
    subprocess.run([program, "-n", script], check=True)


def test_bash_completes_with_the_script(run, tmp_path):
    (tmp_path / "script").write_text(run("completion", "bash").out, encoding="utf-8")
    script = (
        "source ./script; COMP_WORDS=(microplan saf); COMP_CWORD=1; "
        "_microplan_completion microplan; echo ${COMPREPLY[*]}"
    )
    said = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        **forks.stand_in(tmp_path, os.environ),
    )
    assert (said.stdout, said.stderr) == ("safety\n", "")


def test_a_shell_that_is_not_known_is_answered_with_those_that_are(run):
    done = run("completion", "tcsh")
    assert (done.code, done.out) == (2, "")
    assert 'there\'s no completion for "tcsh".' in done.err


def test_every_offer_is_of_a_parameter_that_there_is():
    group = app.Commands(name="microplan")
    known = {
        (place, parameter.name)
        for name in app.COMMANDS
        for parameter in group.get_command(None, name).params
        for place in (name, "")
    }
    assert completion.OFFERS.keys() <= known


HALF_SET = [
    pytest.param({COMPLETE: "complete_bash"}, id="bash without a line"),
    pytest.param({COMPLETE: "complete_bash", "COMP_WORDS": "microplan d"}, id="without a word"),
    pytest.param(
        {COMPLETE: "complete_bash", "COMP_WORDS": "microplan d", "COMP_CWORD": "x"},
        id="a word that is no number",
    ),
    pytest.param({COMPLETE: "complete_tcsh"}, id="another shell"),
    pytest.param({COMPLETE: "1"}, id="no question"),
]


@pytest.mark.parametrize("asked", HALF_SET)
def test_an_invalid_completion_request_gives_an_error(process, asked):
    done = process(*PLAN, env={"COMP_WORDS": None, "COMP_CWORD": None} | asked)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "microplan: _MICROPLAN_COMPLETE is set, but not what a shell sets with it; unset "
        "_MICROPLAN_COMPLETE\n"
    )


def test_an_empty_completion_variable_is_ignored(process):
    assert process(*PLAN, env={COMPLETE: ""}).code == 0
