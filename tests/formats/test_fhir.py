"""The FHIR bundle, read by those who know R4: its models, its JSON schema, its definitions."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from jsonschema import Draft6Validator

from microplan.formats import fhir, render, render_all
from microplan.scheduling.schedule import schedule
from tests.build import plan_of, subject_of
from tests.formats.test_golden import PLANS, subject
from tests.strategies import rules_

READERS = Path(__file__).parents[1] / "readers"
MODULES = READERS / "node_modules"
SCHEMA = MODULES / "@asymmetrik" / "fhir-json-schema-validator" / "fhir.schema.json"
LIVED = ("done 1 2026-12-01", "skip 2", "move 4 2027-02-25", "done 5 2027-03-25")


def bundle(plan):
    return json.loads("".join(render("fhir", subject_of(plan))))


def resources(plan, kind):
    entries = (entry["resource"] for entry in bundle(plan)["entry"])
    return [entry for entry in entries if entry["resourceType"] == kind]


@cache
def definitions():
    return json.loads(SCHEMA.read_text(encoding="utf-8"))["definitions"]


def faults(told):
    """What the models and the JSON schema of R4 find wrong."""
    Bundle.model_validate(told)
    if not SCHEMA.exists():
        return []
    alone = told | {"entry": [{"fullUrl": entry["fullUrl"]} for entry in told["entry"]]}
    return [
        fault.message
        for resource in (alone, *(entry["resource"] for entry in told["entry"]))
        for fault in Draft6Validator(
            {"$ref": f"#/definitions/{resource['resourceType']}", "definitions": definitions()}
        ).iter_errors(resource)
    ]


RICH = [pytest.param(subject(name).plan, id=f"the rich plan, {name}") for name in PLANS] + [
    pytest.param(plan_of(*LIVED, at="18:00", tz="Europe/Paris"), id="a plan that was lived"),
    pytest.param(plan_of(*LIVED), id="without an hour"),
    pytest.param(plan_of(every="2x4w-4d,3x1y,2x10d"), id="phases in days, weeks and years"),
    pytest.param(plan_of(every="3x1mo+3d"), id="a span that FHIR has no unit for"),
    pytest.param(plan_of(every="RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=3"), id="a recurrence"),
    pytest.param(plan_of(every="4w", until="2027-06-01"), id="a pace without a count"),
    pytest.param(plan_of("skip 1", every="1x4w"), id="nothing takes place"),
    pytest.param(plan_of("revise every=2x2w", at="09:00"), id="sessions left out"),
    pytest.param(plan_of(title="<b>\x07 é ", location=" "), id="odd words"),
    pytest.param(plan_of(start="1900-01-01", at="12:00", tz="Africa/Monrovia"), id="odd offsets"),
]


@pytest.mark.parametrize("plan", RICH)
def test_a_bundle_is_as_r4_says(plan):
    assert faults(bundle(plan)) == []


@settings(max_examples=10)
@given(rules_())
def test_any_plan_is(rules):
    assert faults(bundle(plan_of(rules=rules))) == []


@pytest.mark.skipif(
    not (shutil.which("node") and (MODULES / "fhir").exists()), reason="needs node and fhir"
)
def test_the_official_definitions_find_nothing():
    told = [subject_of(parameter.values[0]) for parameter in RICH]
    whole = "".join(render_all("fhir", told)).encode()
    done = subprocess.run(
        ["node", READERS / "by_fhir.cjs"], input=whole, capture_output=True, check=True
    )
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize(
    ("typed", "words", "status"),
    [
        pytest.param([], {"at": "18:00"}, "booked", id="planned, with an hour"),
        pytest.param([], {}, "proposed", id="planned, on a day"),
        pytest.param(["done 1 2026-12-01"], {}, "fulfilled", id="done"),
        pytest.param(["skip 1"], {}, "cancelled", id="skipped"),
        pytest.param(["done 2 2026-12-29"], {}, "cancelled", id="missed"),
    ],
)
def test_the_status_of_an_appointment_follows_its_session(typed, words, status):
    first = resources(plan_of(*typed, **words), "Appointment")[0]
    assert first["status"] == status
    assert ("start" in first) == (status != "proposed")
    assert first["requestedPeriod"] == [{"start": "2026-12-01", "end": "2026-12-04"}]


def test_a_no_show_has_the_status_noshow(run, plan):
    assert run("skip", "1", "--no-show", "-p", plan, "--as-of", "2026-12-01").code == 0
    told = json.loads(run("show", plan, "-q", "-f", "fhir").out)
    assert told["entry"][1]["resource"]["status"] == "noshow"


@pytest.mark.parametrize(
    ("every", "repeat"),
    [
        ("6x4w", [(6, 4, "wk")]),
        ("4x1w,2x10d", [(4, 1, "wk"), (2, 10, "d")]),
        ("2x1mo,2x1y", [(2, 1, "mo"), (2, 1, "a")]),
    ],
)
def test_a_pace_is_a_timing(every, repeat):
    (plan,) = resources(plan_of(every=every, at="18:00", on="tue"), "CarePlan")
    timings = [each["detail"]["scheduledTiming"] for each in plan["activity"] if "detail" in each]
    told = [each["repeat"] for each in timings]
    assert [(each["count"], each["period"], each["periodUnit"]) for each in told] == repeat
    assert {(*each["timeOfDay"], *each["dayOfWeek"]) for each in told} == {("18:00:00", "tue")}


def test_a_pace_without_a_fhir_unit_lists_its_days():
    plan = plan_of(every="3x1mo+3d")
    (told,) = resources(plan, "CarePlan")
    days = [session.due.isoformat() for session in schedule(plan)]
    assert told["activity"][0]["detail"]["scheduledTiming"] == {"event": days}


def test_a_plan_names_its_appointments_and_they_name_it():
    told = bundle(plan_of(every="2x4w"))
    plan, *appointments = [entry["resource"] for entry in told["entry"]]
    urls = [entry["fullUrl"] for entry in told["entry"]]
    named = [each["reference"]["reference"] for each in plan["activity"] if "reference" in each]
    assert named == urls[1:]
    assert {each["supportingInformation"][0]["reference"] for each in appointments} == {urls[0]}


def test_a_discreet_plan_has_none_of_its_own_words():
    own = plan_of("skip 2", title="Secret", location="Room 9", discreet="yes", at="18:00")
    text = "".join(fhir.bundle(subject_of(own)))
    assert not any(word in text for word in ("Secret", "Room 9", "skipped", "weeks"))
    assert "appointment 1" in text
