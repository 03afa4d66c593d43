"""The JSON document of a plan is read wherever a plan file is, but never changed."""

import json

import pytest
from hypothesis import given

from microplan.formats import render
from microplan.storage import plan_file
from tests.build import plan_of, subject_of
from tests.formats.test_golden import PLANS, subject
from tests.strategies import rules_

RICH = [pytest.param(subject(name).plan, id=name) for name in PLANS] + [
    pytest.param(plan_of("done 1 2026-12-01", "move 2 2026-12-30", "undo"), id="with a log"),
    pytest.param(plan_of(protocol="dhurat-2013"), id="from a course"),
]


def read_back(plan):
    return plan_file.load("".join(render("json", subject_of(plan))))


@pytest.mark.parametrize("plan", RICH)
def test_a_document_reads_back_as_its_plan(plan):
    assert read_back(plan) == (plan, ())


@given(rules_())
def test_a_document_of_any_rules_reads_back(rules):
    plan = plan_of(rules=rules)
    assert read_back(plan)[0] == plan


def test_a_document_is_read_by_name_and_from_a_pipe(run, plan):
    assert run("done", "1", "--on", "2026-11-20", "-p", plan).code == 0
    document = run("show", plan, "-q", "-f", "json").out
    piped = run("show", "-p", "-", "-q", "-f", "toml", stdin=document.encode()).out
    assert piped == run("show", plan, "-q", "-f", "toml").out
    own = plan.with_suffix(".json")
    own.write_text(document)
    assert run("next", own).out == run("next", plan).out


AMENDING = ["done", "done 2", "done 9", "move 3 +1w", "skip 1", "skip 1 --dry-run", "undo",
            "revise --every 4w", "avoid 2027-02-01"]  # fmt: skip


@pytest.mark.parametrize("command", AMENDING)
def test_a_document_is_not_amended(run, plan, command):
    """Nor is another command offered for it than one that makes a plan file."""
    own = plan.with_suffix(".json")
    own.write_text(run("show", plan, "-q", "-f", "json").out)
    plan.unlink()
    before = own.read_bytes()
    done = run(*command.split(), "-p", own)
    assert (done.code, done.out, own.read_bytes()) == (3, "", before)
    assert done.err == (
        f"microplan: {own} is a JSON document, which can't be changed. Make a plan file from it: "
        f"microplan show -p {own} -o {plan}\n"
    )
    assert run(*done.err.rpartition(" microplan ")[2].split()).code == 0
    assert run("skip", "1", "-p", plan).code == 0


@pytest.mark.parametrize("command", ["today", "check"])
def test_commands_that_a_document_cannot_take_come_with_the_way_to_a_plan_file(run, plan, command):
    own = plan.with_suffix(".json")
    own.write_text(run("show", plan, "-q", "-f", "json").out)
    late = run(command, own, "--as-of", "2026-12-20")
    assert f"microplan skip 1 -p {own}" in late.out
    assert late.err.endswith(f"microplan show -p {own} -o {plan}\n")
    assert run(command, own, "--as-of", "2026-11-20").err == ""
    assert run(command, plan, "--as-of", "2026-12-20").err == ""


def test_a_document_from_a_pipe_is_not_amended(run, plan):
    document = run("show", plan, "-q", "-f", "json").out.encode()
    done = run("done", "-p", "-", stdin=document)
    assert (done.code, done.out) == (3, "")
    assert done.err.endswith("microplan show -p - --format toml\n")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"rules": []}, id="rules that are none"),
        pytest.param({"rules": {"start": "2026-12-01"}}, id="rules without a pace"),
        pytest.param({"created": 5}, id="an instant that is none"),
        pytest.param({"created": "2026-11-22"}, id="a day for an instant"),
        pytest.param({"plan_file": "{"}, id="a plan file that is none"),
        pytest.param({"microplan": 2}, id="another version"),
        pytest.param({"title": 5}, id="a title that is a number"),
    ],
)
def test_a_document_that_is_not_a_plan_is_refused(run, change):
    document = json.loads("".join(render("json", subject_of(plan_of())))) | change
    done = run("next", "-p", "-", stdin=json.dumps(document).encode())
    assert (done.code, done.out) == (3, "")
    assert "Traceback" not in done.err
