"""No row can name a file outside the folder that was meant, or one that hides."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.batch import file_names
from microplan.errors import UsageError

NAMES = [
    pytest.param("P-001", "P-001", id="a plain id stays"),
    pytest.param("Zoë Ångström", "Zoë Ångström", id="letters of any script stay"),
    pytest.param("../../etc/passwd", "_.._etc_passwd", id="no way out of the folder"),
    pytest.param("..", "_", id="no folder above"),
    pytest.param("/root", "_root", id="no folder of another"),
    pytest.param("C:\\x", "C__x", id="no drive"),
    pytest.param(".hidden", "hidden", id="nothing hides"),
    pytest.param("a\x1b[31m\u202eb", "a_[31m_b", id="nothing steers a terminal"),
    pytest.param("a\u00a0b", "a b", id="one blank looks like another"),
    pytest.param("nul.txt", "_nul.txt", id="no device"),
    pytest.param("COM¹", "_COM¹", id="no device that is written with a superscript"),
    pytest.param("-rf", "_-rf", id="no flag"),
    pytest.param("~root", "_~root", id="no home"),
    pytest.param("", "_", id="nothing is a name as well"),
    pytest.param("é" * 90, "é" * 50, id="a name fits"),
    pytest.param("{id}", "{id}", id="braces are filled in once"),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_a_name_is_made_safe(text, name):
    assert file_names.safe(text) == name


@given(st.text())
def test_a_name_stays_in_its_folder(text):
    path = file_names.fill("plans/{id}.toml", {"id": text})
    assert path.parent == Path("plans")
    assert path.suffix == ".toml"
    assert not path.name.startswith((".", "-", "~"))
    assert len(path.name.encode()) <= 110
    assert str(path).isprintable()


@given(st.text(), st.text(), st.sampled_from(["{id}{title}", "{title}.{id}", "{id}-{line}.toml"]))
def test_a_name_is_read_as_a_name_everywhere(one, other, template):
    path = file_names.fill(f"plans/{template}", {"id": one, "title": other, "line": 1})
    assert path.parent == Path("plans")
    assert len(path.name.encode()) <= 255
    assert not path.name.endswith((" ", "."))
    assert path.name.partition(".")[0].strip().casefold() not in file_names.RESERVED


def test_two_fields_together_name_no_device():
    path = file_names.fill("plans/{id}{title}.toml", {"id": "co", "title": "n"})
    assert path == Path("plans/_con.toml")


@pytest.mark.parametrize("template", ["{}", "{nom}.toml", "{id.real}", "{id!r}", "{id:>9}", "{"])
def test_a_template_has_only_its_three_fields(template):
    with pytest.raises(UsageError):
        file_names.check(template)


def test_a_name_without_a_field_is_that_of_all_rows():
    assert file_names.is_of_all("out/{{all}}.ics")
    assert not file_names.is_of_all("out/{line}.ics")
