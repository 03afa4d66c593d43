"""``config`` says where the settings are and what is in force."""

import json
import re

import pytest

CONFIG = """\
tz = "Europe/Paris"
at = "18:00"
remind = ["1d", "2h"]
discreet = true
[caldav]
url = "https://calendar.example.org/anna/"
"""


def settings(shown):
    return {row["name"]: (row["value"], row["from"]) for row in json.loads(shown.out)["settings"]}


@pytest.fixture
def config(environment):
    path = environment / "config" / "microplan" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def test_without_a_file_it_shows_what_a_plan_gets_anyway(run, monkeypatch):
    monkeypatch.delenv("MICROPLAN_AS_OF")
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert settings(run("config", "-f", "json")) == {
        "tz": ("Europe/Paris", "this machine"),
        "at": ("all day", "default"),
        "remind": ("none", "default"),
        "discreet": ("no", "default"),
    }
    assert "config.toml   (not there yet)\n" in run("config").out


def test_each_value_of_the_file_is_shown_as_it_is_read(run, config):
    config.write_text(CONFIG)
    found = settings(run("config", "-f", "json"))
    assert {name: value for name, (value, source) in found.items() if source == "config.toml"} == {
        "tz": "Europe/Paris",
        "at": "18:00",
        "remind": "1d, 2h",
        "discreet": "yes",
        "caldav.url": "https://calendar.example.org/anna/",
    }
    assert re.search(r"^at +18:00 +config.toml$", run("config").out, re.MULTILINE)


def test_variables_are_shown_and_a_password_is_not(run, monkeypatch, tmp_path):
    monkeypatch.setenv("MICROPLAN_PLAN", str(tmp_path / "own.toml"))
    monkeypatch.setenv("MICROPLAN_CALDAV_PASSWORD", "hunter2")
    shown = run("config")
    assert f"plan       {tmp_path / 'own.toml'}   (not there yet)" in shown.out
    assert "MICROPLAN_CALDAV_PASSWORD  (set)" in shown.out
    assert "hunter2" not in shown.out + run("config", "-f", "json").out


def test_a_file_that_cannot_be_read_is_named_with_its_fault(run, config):
    config.write_text("at = 25\n")
    shown = run("config")
    assert (shown.code, shown.out) == (3, "")
    assert f"{config}: it has one fault" in shown.err


def test_a_zone_that_is_not_known_says_what_to_pass(run, monkeypatch):
    monkeypatch.setenv("TZ", "Nowhere/City")
    assert "unknown; pass --tz" in run("config").out
    assert settings(run("config", "-f", "json"))["tz"] == (None, "this machine")


def test_nothing_hostile_of_a_variable_reaches_the_terminal(run, monkeypatch):
    monkeypatch.setenv("MICROPLAN_PLAN", "plan\x1b[2J.toml")
    assert "\x1b" not in run("config").out


def test_a_path_that_cannot_be_looked_up_is_shown_with_its_cause(run, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    for name, cause in (("n" * 300, "file name too long"), ("file/x.toml", "not a directory")):
        monkeypatch.setenv("MICROPLAN_PLAN", str(tmp_path / name))
        shown = run("config")
        assert shown.code == 0
        assert f"{name}   ({cause})" in shown.out
        assert json.loads(run("config", "-f", "json").out)["files"][1]["exists"] is False


def test_columns_stay_in_line_beside_a_control_character(run, monkeypatch):
    monkeypatch.setenv("MICROPLAN_PLAN", "a\x1b[31mb.toml")
    *_, lines = run("config").out.split("\n\n")
    shown = re.findall(r"^\S+ +(?:\S+ )*?\S+ {2,}(?=\S)", lines, re.MULTILINE)
    assert "a\\x1b[31mb.toml" in lines
    assert len({len(columns) for columns in shown}) == 1
