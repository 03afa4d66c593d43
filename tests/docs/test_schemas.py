"""Every JSON document that is printed is as its schema in docs/schemas says, and has no other field."""

import copy
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from microplan.cli.handoff.offer import Item
from microplan.cli.photos import compare, thumbnails

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"
SCHEMAS = {
    path.name.partition(".")[0]: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.schema.json"))
}
REGISTRY = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()
)


def strict(schema):
    """The schema, made to refuse properties that neither it nor its references name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: value if key == "oneOf" else strict(value) for key, value in schema.items()}
    is_open = not isinstance(schema.get("properties"), dict) or schema.get("type") != "object"
    return closed if is_open else closed | {"unevaluatedProperties": False}


def validator(name):
    return Draft202012Validator(
        strict(copy.deepcopy(SCHEMAS[name])),
        registry=REGISTRY,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


WORDS = ("new", "--tz", "Europe/Paris", "-q", "-f", "toml", "--start", "2026-12-01")
CARE = ("--pause", "minoxidil=-0d+1d", "--checkpoint", "photos=every 4w")
LIVED = (
    ("done", "1", "--note", "fine", "--depth", "0.5mm", "--as-of", "2026-12-01"),
    ("skip", "2", "--no-show", "--as-of", "2027-01-02"),
    ("export", "-q"),
    ("move", "4", "+2d", "--only"),
    ("avoid", "2027-03-01..2027-03-20", "--reason", "away"),
    ("revise", "--every", "3w", "--title", "Other", "--cue", "wash=+1d"),
    ("photo", "add", "crown.png", "--view", "crown"),
    ("photo", "add", "later.png", "--view", "crown", "--on", "2026-11-20"),
    ("photo", "compare", "--view", "crown"),
    ("avoid", "2027-05-01"),
    ("avoid", "--not", "2027-05-01"),
    ("undo",),
)


@pytest.fixture
def lived(run, monkeypatch, once):
    """Two plans, one of them with an entry of every kind."""
    once(lambda: live(run, monkeypatch))


def live(run, monkeypatch):
    choice = Item(name="1/0", type="", content=b"", is_choice=True)
    monkeypatch.setattr(compare, "serve", lambda pages, **_: pages.chosen(choice))
    monkeypatch.setattr(thumbnails, "scaled", lambda *_: b"a copy")
    assert run(*WORDS, "--every", "6x4w", "--at", "18:00", *CARE, "-o", "a.toml").code == 0
    assert run(*WORDS, "--every", "3x1w", "--at", "18:10", "-o", "b.toml").code == 0
    for name in ("crown.png", "later.png"):
        Path(name).write_bytes(b"\x89PNG\r\n\x1a\n" + name.encode())
    for argv in LIVED:
        done = run(*argv, "-p", "a.toml")
        assert done.code == 0, done.err
    Path("bad.toml").write_text("nonsense")


PAIR = ("a.toml", "b.toml")
ALONE = ("-p", "a.toml")
DOCUMENTS = [
    ("plan", ("show", *ALONE)),
    ("plan", ("new", "--start", "2026-12-01", "--every", "2x4w")),
    ("plans", ("show", *PAIR)),
    *(("today", ("today", *PAIR, "--as-of", day)) for day in ("2026-12-01", "2027-02-01")),
    ("next", ("next", *PAIR)),
    ("next", ("next", *ALONE, "--as-of", "2028-01-01")),
    ("day", ("day", "2026-12-01", *PAIR)),
    ("day", ("day", "--week", "2027-02-22", "a.toml", "bad.toml")),
    ("check", ("check", *PAIR, "--as-of", "2026-12-01")),
    ("check", ("check", *PAIR, "--as-of", "2027-12-01")),
    ("log", ("log", *PAIR)),
    ("change", ("done", "3", *ALONE, "--as-of", "2027-02-01")),
    ("change", ("revise", "--sessions", "9", "--pause", "minoxidil=none", *ALONE)),
    ("change", ("skip", "2", "--no-show", *ALONE, "--as-of", "2027-01-02")),
    ("photos", ("photo", "list", *ALONE)),
    ("protocols", ("protocols",)),
    ("care-set", ("protocols", "minoxidil")),
    ("spacing", ("protocols", "spacing")),
    ("safety", ("safety",)),
    ("config", ("config",)),
]


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize(("name", "argv"), DOCUMENTS, ids=[" ".join(a) for _, a in DOCUMENTS])
def test_a_document_is_as_its_schema_says(run, name, argv):
    shown = run(*argv, "-f", "json")
    assert [fault.message for fault in validator(name).iter_errors(json.loads(shown.out))] == []


@pytest.mark.usefixtures("lived")
def test_each_line_of_ndjson_is_a_session(run):
    session = Draft202012Validator(
        {"$ref": "urn:microplan:plan:1#/$defs/session"}, registry=REGISTRY
    )
    for line in run("show", *PAIR, "-q", "-f", "ndjson").out.splitlines():
        assert [fault.message for fault in session.iter_errors(json.loads(line))] == []
        assert {"id", "title", "tz"} <= json.loads(line).keys()


@pytest.mark.usefixtures("lived")
def test_the_documents_have_something_of_everything(run):
    told = json.loads(run("log", *ALONE, "-f", "json").out)["plans"][0]["log"]
    kinds = SCHEMAS["plan"]["$defs"]["entry"]["oneOf"]
    assert {entry["kind"] for entry in told} == {
        kind["properties"]["kind"]["const"] for kind in kinds
    }


def test_every_schema_is_tried_and_listed():
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert {name for name, _ in DOCUMENTS} == SCHEMAS.keys()
    assert all(f"[{name}]({name}.schema.json)" in index for name in SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_has_a_name_a_version_and_a_word_on_each_field(name):
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:microplan:{name}:1"
    assert schema["properties"]["microplan"]["const"] == 1
    assert "microplan" in schema["required"]
    assert list(undescribed(schema)) == []


def undescribed(schema):
    for name, part in schema.get("properties", {}).items():
        if not part.get("description"):
            yield name
        yield from undescribed(part)
        yield from undescribed(part.get("items", {}))
