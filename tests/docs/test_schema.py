"""`docs/schemas/plan.schema.json` matches the document of a plan exactly."""

import copy
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec import structs

from microplan.formats import Subject, json_document, records
from microplan.model import plan
from microplan.model.entries import Answer, Closed, Closure, Compared, Done, Moved, Photo, Skipped
from microplan.model.plan import Plan
from microplan.rules import care_words, grammar
from microplan.rules.words import WORDS
from microplan.scheduling import schedule
from tests import build
from tests.build import CREATED
from tests.docs.test_schemas import strict
from tests.formats.test_golden import PLANS, subject
from tests.strategies import rules_

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "schemas" / "plan.schema.json").read_text("utf-8")
)


STRICT = Draft202012Validator(
    strict(copy.deepcopy(SCHEMA)), format_checker=Draft202012Validator.FORMAT_CHECKER
)


def documents():
    for name in PLANS:
        yield json_document.content(subject(name))


def test_it_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


def test_it_names_every_field_and_no_other():
    named = {
        name: list(part["properties"])
        for name, part in SCHEMA["$defs"].items()
        if "properties" in part
    }
    assert named["session"] == list(records.FIELDS)
    assert named["care"] == list(records.CARE_FIELDS)
    assert list(SCHEMA["properties"]) == [*next(documents()), "plan_file", "revisions"]
    assert list(SCHEMA["properties"]["rules"]["properties"]) == list(WORDS)


def test_it_names_every_reason():
    codes = {kind.code for kind in plan.Reason.__args__}
    assert set(SCHEMA["$defs"]["reason"]["properties"]["code"]["enum"]) == codes


@pytest.mark.parametrize("name", PLANS)
def test_a_rich_plan_is_as_it_says(name):
    assert [
        error.message for error in STRICT.iter_errors(json_document.content(subject(name)))
    ] == []


def amended(rules):
    """A plan with these rules, care around it, and a log with an entry of most kinds."""
    plan = build.plan_of(rules=rules)
    first, *rest = [session.date for session in schedule.schedule(plan)]
    said = {"recorded": CREATED}
    silvester = Closure(days=grammar.closed("12-31", "avoid"))
    log = [Done(session=1, on=first, **said), Closed(closures=(silvester,), **said)]
    if rest:
        log.append(Skipped(session=len(rest) + 1, extend=True, **said))
        log.append(Moved(session=2, to=rest[0] + timedelta(days=1), **said))
    one, other = "0" * 64, "f" * 64
    log.append(Photo(path="a.jpg", view="crown", on=first, digest=one, **said))
    log.append(Compared(view="crown", answers=(Answer(earlier=one, later=other, step=0),), **said))
    care = (
        care_words.pause("minoxidil=-0d+1d", "pause"),
        care_words.cue("new cartridge=0d@19:30", "cue"),
        care_words.checkpoint("photos=every 4w", "checkpoint"),
    )
    return structs.replace(plan, care=care, log=tuple(log))


def told(plan: Plan, today=date(2026, 11, 22)):
    sessions = schedule.schedule(plan)
    return json_document.content(Subject(plan=plan, sessions=sessions, today=today))


@given(rules_())
def test_an_amended_plan_matches_the_schema(rules):
    assert [error.message for error in STRICT.iter_errors(told(amended(rules)))] == []


def places(value, path=()):
    """Every place in a document, with the way to it."""
    if path:
        yield path
    steps = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, below in steps:
        yield from places(below, (*path, key))


RICH = told(amended(subject("timed").plan.rules))


@given(
    st.sampled_from(sorted(places(RICH), key=str)),
    st.sampled_from(["gone", "a list of lists", "a boolean"]),
)
def test_a_document_that_is_anything_else_is_not(path, fault):
    broken = copy.deepcopy(RICH)
    *way, last = path
    parent = broken
    for key in way:
        parent = parent[key]
    optional = way == ["rules"] and last not in ("start", "every", "tz")
    optional |= path == ("plan_file",)  # only a plan that says more than its rules has it
    if fault == "gone" and (isinstance(last, int) or optional):
        return
    if fault == "a boolean" and isinstance(parent[last], bool):
        return
    if fault == "gone":
        del parent[last]
    else:
        parent[last] = [[]] if fault == "a list of lists" else False
    assert not STRICT.is_valid(broken)
