"""Ids and UIDs are derived, so a calendar recognises an event."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.model import ids
from microplan.rules import words
from tests.strategies import texts

CREATED = datetime(2026, 11, 22, 20, tzinfo=UTC)
RULES = words.parse({"start": "2026-12-01", "every": "6x4w"})


def test_the_id_of_a_title_and_rules_never_changes():
    assert ids.new_plan("Laser", RULES, CREATED).id == "db9622ef-040a-53fc-a666-f9e9eb9500cd"


@given(texts())
def test_a_derived_id_is_a_uuid_of_title_and_rules(title):
    found = uuid5(ids.NAMESPACE, f"{title}\n{RULES}")
    assert ids.plan_id(title, RULES) == str(found)


def test_an_id_that_a_person_chose_is_kept():
    assert ids.new_plan("Laser", RULES, CREATED, "anna").id == "anna"


@given(own_id=st.uuids(), key=texts())
def test_a_uid_depends_on_the_plan_and_its_key(own_id, key):
    plan = ids.new_plan("Laser", RULES, CREATED, str(own_id))
    assert ids.uid(plan, key) == str(uuid5(own_id, key))


NAMES = [
    pytest.param("anna", id="a short one"),
    pytest.param("a woman of thirty, not in a hurry", id="one as long as a UUID"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_hashed_to_the_namespace_of_its_uids(name):
    plan = ids.new_plan("Laser", RULES, CREATED, name)
    of_name = uuid5(ids.NAMESPACE, name)
    assert ids.uid(plan, "session/1") == str(uuid5(of_name, "session/1"))


def test_every_spelling_of_a_uuid_gives_the_same_uids():
    own_id = UUID("2f5a0000-0000-4000-8000-00000000000d")
    for spelled in (str(own_id), str(own_id).upper(), own_id.hex, f"{{{own_id}}}", own_id.urn):
        plan = ids.new_plan("Laser", RULES, CREATED, spelled)
        assert ids.uid(plan, "session/1") == str(uuid5(own_id, "session/1"))
