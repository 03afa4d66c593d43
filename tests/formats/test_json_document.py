"""What other programs read: the JSON document, and sessions as lines of values."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from microplan.formats import json_document as written
from microplan.formats.delimited import COLUMNS
from microplan.formats.records import FIELDS
from tests.build import plan_of, subject_of
from tests.formats.test_golden import PLANS, subject

JOB = (
    *("--start", "2026-12-01", "--every", "6x4w~3d", "--on", "mon..fri", "--prefer", "tue"),
    *("--gap", "21d", "--avoid", "2026-12-24..2027-01-03", "--at", "18:00"),
    *("--tz", "Europe/Paris", "--remind", "1d", "--remind", "2h"),
)
ALL_DAY = ("--start", "2026-12-30", "--every", "3x4w", "--tz", "Europe/Paris")
SENTENCE = (
    "6 sessions every 4 weeks, Tue 1 Dec 2026 to Tue 27 Apr 2027, on weekdays (Tuesday preferred) "
    "at 18:00 Europe/Paris, up to 3 days early or late, at least 21 days apart."
)
FIRST = {
    "number": 1,
    "of": 6,
    "phase": 1,
    "status": "planned",
    "date": "2026-12-01",
    "start": "2026-12-01T18:00:00+01:00",
    "end": "2026-12-01T18:30:00+01:00",
    "due": "2026-12-01",
    "earliest": "2026-12-01",
    "latest": "2026-12-04",
    "gap_days": None,
    "reasons": [],
    "uid": "384ebb1a-b748-5e3f-82cd-d6087753c20e",
    "sequence": 0,
    "depth": None,
    "done": None,
}
SECOND = {
    "number": 2,
    "of": 6,
    "phase": 1,
    "status": "planned",
    "date": "2027-01-04",
    "start": "2027-01-04T18:00:00+01:00",
    "end": "2027-01-04T18:30:00+01:00",
    "due": "2026-12-29",
    "earliest": "2026-12-26",
    "latest": "2027-01-01",
    "gap_days": 34,
    "reasons": [
        {"code": "closed", "text": "Tue 29 Dec is closed (24 Dec–3 Jan)"},
        {"code": "window", "text": "3 days after its window"},
    ],
    "uid": "fd6cb11f-e740-5c5c-8a1a-d4f4affa9c78",
    "sequence": 0,
    "depth": None,
    "done": None,
}
PLAN_FILE = """\
microplan = 1
created = 2026-11-22T20:00:00Z
[rules]
start = "2026-12-01"
every = "4x4w"
tz = "Europe/Paris"
[[log]]
done = 1
on = 2026-12-01
recorded = 2026-12-01T19:00:00Z
[[log]]
skipped = 2
recorded = 2026-12-30T19:00:00Z
"""


@pytest.fixture
def document(run):
    """The document of a plan made from flags."""
    return lambda *flags: json.loads(run("new", *flags, "--format", "json").out)


# --- the document ---------------------------------------------------------------------------


def test_the_document_has_these_fields_and_no_others(document):
    made = document(*JOB)
    sessions = made.pop("sessions")
    assert made == {
        "microplan": 1,
        "id": "9aaefdfb-7f7b-5329-ad79-a18b69f3cc3e",
        "title": "Scalp session",
        "protocol": None,
        "care": [],
        "use": [],
        "supplies": [],
        "log": [],
        "photos": [],
        "created": "2026-11-22T20:00:00Z",
        "tz": "Europe/Paris",
        "rules": {
            "start": "2026-12-01",
            "every": "6x4w~3d",
            "at": "18:00",
            "tz": "Europe/Paris",
            "on": "mon..fri",
            "prefer": "tue",
            "avoid": ["2026-12-24..2027-01-03"],
            "gap": "3w",
            "remind": ["1d", "2h"],
        },
        "sentence": SENTENCE,
    }
    assert sessions[:2] == [FIRST, SECOND]
    assert [session["date"] for session in sessions] == [
        "2026-12-01",
        "2027-01-04",
        "2027-02-02",
        "2027-03-02",
        "2027-03-30",
        "2027-04-27",
    ]


def test_fields_come_in_the_order_of_the_manual(document):
    made = document(*JOB)
    assert list(made) == [
        *("microplan", "id", "title", "protocol", "created"),
        *("tz", "rules", "sentence", "sessions", "care", "use", "supplies", "log", "photos"),
    ]
    assert all(tuple(session) == FIELDS for session in made["sessions"])
    assert tuple(FIRST) == FIELDS


def test_numbers_are_integers_and_the_first_gap_is_null(document):
    sessions = document(*JOB)["sessions"]
    for session in sessions:
        for field in ("number", "of", "phase", "sequence"):
            assert type(session[field]) is int
    assert [type(session["gap_days"]) for session in sessions] == [type(None), *[int] * 5]


def test_the_offset_follows_summer_time(document):
    sessions = document(*JOB)["sessions"]
    assert [session["start"][10:] for session in sessions] == [
        *["T18:00:00+01:00"] * 4,
        *["T18:00:00+02:00"] * 2,
    ]
    assert [session["end"][10:] for session in sessions] == [
        *["T18:30:00+01:00"] * 4,
        *["T18:30:00+02:00"] * 2,
    ]


@pytest.mark.parametrize(
    ("flags", "start", "end"),
    [
        pytest.param(
            ("--start", "2027-03-28", "--at", "02:30"),
            "2027-03-28T03:30:00+02:00",
            "2027-03-28T04:00:00+02:00",
            id="an hour that summer time skips moves forward",
        ),
        pytest.param(
            ("--start", "2027-10-31", "--at", "02:30"),
            "2027-10-31T02:30:00+02:00",
            "2027-10-31T02:00:00+01:00",
            id="an hour that comes twice is the first, and time goes on",
        ),
        pytest.param(
            ("--start", "2027-03-28", "--at", "01:45", "--duration", "1h"),
            "2027-03-28T01:45:00+01:00",
            "2027-03-28T03:45:00+02:00",
            id="a session over the change lasts as long as any",
        ),
        pytest.param(
            ("--start", "2026-12-31", "--at", "23:45"),
            "2026-12-31T23:45:00+01:00",
            "2027-01-01T00:15:00+01:00",
            id="a session may end the next year",
        ),
        pytest.param(
            ("--start", "2026-12-01", "--at", "18:00", "--tz", "Asia/Kathmandu"),
            "2026-12-01T18:00:00+05:45",
            "2026-12-01T18:30:00+05:45",
            id="an offset of quarter hours",
        ),
        pytest.param(
            ("--start", "2026-12-01", "--at", "18:00", "--tz", "UTC"),
            "2026-12-01T18:00:00+00:00",
            "2026-12-01T18:30:00+00:00",
            id="UTC has an offset like any other",
        ),
    ],
)
def test_hours_are_local_with_their_offset(document, flags, start, end):
    session = document("--every", "1x4w", *flags)["sessions"][0]
    assert (session["start"], session["end"]) == (start, end)


def test_an_all_day_session_ends_the_day_after(document):
    sessions = document(*ALL_DAY)["sessions"]
    assert [(session["start"], session["end"]) for session in sessions] == [
        ("2026-12-30", "2026-12-31"),
        ("2027-01-27", "2027-01-28"),
        ("2027-02-24", "2027-02-25"),
    ]


def test_a_recorded_plan_counts_gaps_between_sessions_that_count(run):
    made = json.loads(run("show", "-p", "-", "-f", "json", stdin=PLAN_FILE.encode()).out)
    told = [
        (session["status"], session["date"], session["gap_days"]) for session in made["sessions"]
    ]
    assert told == [
        ("done", "2026-12-01", None),
        ("skipped", "2026-12-29", 28),
        ("planned", "2027-01-26", 56),
        ("planned", "2027-02-23", 28),
    ]


def test_a_done_session_has_its_record_with_null_for_missing_values(run):
    done = 'done = 1\non = 2026-12-01\nreaction = "red"\n'
    text = PLAN_FILE.replace("done = 1\non = 2026-12-01\n", done)
    made = json.loads(run("show", "-p", "-", "-f", "json", stdin=text.encode()).out)
    nothing = {"depth": None, "device": None, "note": None}
    assert [session["done"] for session in made["sessions"]] == [
        {"on": "2026-12-01", "reaction": "red", **nothing}, None, None, None
    ]  # fmt: skip


@given(st.sampled_from(sorted(PLANS)), st.text(st.characters(exclude_categories=["Cs"])))
def test_the_document_is_to_the_byte_what_the_json_module_writes(name, title):
    told = subject(name)
    told = replace(told, plan=replace(told.plan, title=title))
    text = json.dumps(written.content(told), indent=2)
    assert "".join(written.document(told)) == f"{text}\n"


def test_the_document_is_ascii(run):
    out = run("new", *ALL_DAY, "--title", "ü→😀", "--format", "json").out
    assert out.isascii()
    assert json.loads(out)["title"] == "ü→😀"


# --- lines ----------------------------------------------------------------------------------


def test_a_line_of_ndjson_is_a_session_with_the_plans_id_title_and_zone(run, document):
    lines = run("new", *JOB, "--title", "a\tb", "--format", "ndjson").out.split("\n")
    assert lines.pop() == ""
    made = document(*JOB, "--title", "a\tb")
    head = {name: made[name] for name in ("id", "title", "tz")}
    assert [json.loads(line) for line in lines] == [head | session for session in made["sessions"]]


@pytest.mark.parametrize(("name", "end"), [("tsv", "\n"), ("csv", "\r\n")])
def test_separated_lines_have_these_cells(run, name, end):
    out = run("new", *JOB, "--format", name).out
    separator = {"tsv": "\t", "csv": ","}[name]
    lines = out.split(end)
    assert lines.pop() == ""
    assert len(lines) == 7
    assert lines[0].split(separator) == list(COLUMNS)
    assert lines[1].split(separator) == [
        *("1", "6", "1", "planned", "2026-12-01"),
        *("2026-12-01T18:00:00+01:00", "2026-12-01T18:30:00+01:00"),
        *("2026-12-01", "2026-12-01", "2026-12-04", "", ""),
        *("384ebb1a-b748-5e3f-82cd-d6087753c20e", "0"),
        *[""] * 5,
        *("9aaefdfb-7f7b-5329-ad79-a18b69f3cc3e", "Scalp session"),
    ]
    assert lines[2].split(separator)[9:12] == ["2027-01-01", "34", "closed window"]


@pytest.mark.parametrize("name", ["tsv", "csv"])
@pytest.mark.parametrize("title", ["=1+1", "@cmd", "a,b\tc", '"'])
def test_no_cell_that_a_person_wrote_runs_or_breaks_a_row(run, name, title):
    own = ("--title", title, "--id", title, "--location", title, "--device", title)
    with_words = run("new", *ALL_DAY, *own, "--format", name).out
    rows = list(csv.reader(io.StringIO(with_words), delimiter={"tsv": "\t", "csv": ","}[name]))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert not any(cell.startswith(("=", "@", "+", "-")) for row in rows for cell in row)


def test_words_that_changed_on_the_way_have_the_session_they_hold_from():
    plan = plan_of("done 1 2026-12-01", "revise at=19:00", "revise every=3w", every="4x4w")
    assert written.content(subject_of(plan))["revisions"] == [
        {"from": 2, "rules": {"at": "19:00"}},
        {"from": 2, "rules": {"every": "3w"}},
    ]
    assert "revisions" not in written.content(subject_of(plan_of()))
