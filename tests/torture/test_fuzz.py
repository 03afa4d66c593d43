"""The seeds of the fuzzer, run without it, and its oracles, each seen to fail."""

import itertools
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace

from fuzz import calendars, dictionary, living, many, oracles, phone
from fuzz.targets import TARGETS
from microplan.amendments import amend
from microplan.amendments.amended import Stamp
from microplan.batch.table import Row
from microplan.calendars import busy_query
from microplan.errors import CalendarError
from microplan.formats import FORMATS
from microplan.model import ids
from microplan.rules import words as rules
from microplan.scheduling import schedule

ROOT = Path(__file__).parents[2]
SEEDS = sorted(path for path in (ROOT / "fuzz" / "corpus").glob("*/*") if path.is_file())


SLOW = ("endless.ics", "never.ics")
"""Calendars that are read until their time is up."""
EACH = [
    pytest.param(
        seed,
        id=f"{seed.parent.name}-{seed.name}",
        marks=[pytest.mark.slow] if seed.name in SLOW else [],
    )
    for seed in SEEDS
]


@pytest.mark.parametrize("seed", EACH)
def test_a_seed_breaks_nothing(seed):
    TARGETS[seed.parent.name](seed.read_bytes())


def test_every_target_has_seeds():
    assert {seed.parent.name for seed in SEEDS} == set(TARGETS)


EVENT = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
BREACHES = [
    (oracles.calm, "a\x1b[31mb", "an escape"),
    (oracles.calm, "a\u202eb", "an override of direction"),
    (lambda text: oracles.separated(text, ","), "a,b\r\n1,=2\r\n", "a formula"),
    (lambda text: oracles.separated(text, ","), "a,b\r\n1,＝2\r\n", "a formula of wide signs"),
    (lambda text: oracles.separated(text, "\t"), "a\tb\n1\n", "a missing cell"),
    (oracles.calendar, EVENT.format("ATTENDEE:mailto:a"), "a property nobody wrote"),
    (oracles.calendar, EVENT.format("SUMMARY:" + "a" * 70), "a line of 78 octets"),
    (oracles.calendar, EVENT.format("SUMMARY:a\nb"), "a bare line feed"),
    (oracles.calendar, EVENT.format("END:VEVENT"), "an end too many"),
    (oracles.calendar, EVENT.format("SUMMARY:a")[:-2], "no last line end"),
    (oracles.page, "<p>a<script>b</script></p>", "an element"),
    (oracles.page, '<p onclick="a">b</p>', "an attribute"),
    (oracles.page, "<p>a<!-- b --></p>", "a comment"),
    (oracles.document, '{"a": "é"}', "a character that is not ASCII"),
    (oracles.sentence, "", "a fault without words"),
    (oracles.sentence, " is not a word", "a fault that begins with nothing"),
    (lambda text: oracles.kept_secret("dentist", text), "at the dentist", "a title that is told"),
    (oracles.one_line, b'{"a": 1}', "a line that is not ended"),
    (oracles.one_line, b'{"a": 1}\n{"a": 1}\n', "two lines for one"),
    (oracles.one_line, '{"a": "é"}\n'.encode(), "a line that is not ASCII"),
    (oracles.file_name, "..", "a way out of the folder"),
    (oracles.file_name, "a/b", "a folder within a name"),
    (oracles.file_name, ".a", "a hidden file"),
    (oracles.file_name, "-rf", "a flag for a name"),
    (oracles.file_name, "CON.toml", "a device"),
    (oracles.file_name, "lpt². ", "a device with a superscript, or an end that is cut off"),
    (oracles.file_name, "a\x1bb", "an escape in a name"),
    (oracles.file_name, "é" * 128, "a name of 256 bytes"),
    (calendars.plain_moment, date(9999, 1, 1), "a day far from every plan"),
    (calendars.plain_moment, datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1))), "a zone"),
    (calendars.plain_moment, "2026-12-01", "a moment that is a text"),
]


@pytest.mark.parametrize(
    ("promise", "text"), [row[:2] for row in BREACHES], ids=[row[2] for row in BREACHES]
)
def test_an_oracle_sees(promise, text):
    with pytest.raises(oracles.BrokenPromiseError):
        promise(text)


ENDS = [
    pytest.param((1, "", "a defect"), id="a defect"),
    pytest.param((0, "", "Traceback (most recent call last):"), id="a traceback"),
    pytest.param((2, "", "microplan: \x1b[31m is no word"), id="an escape on stderr"),
    pytest.param((0, "a\x1b]0;b\x07", ""), id="an escape on stdout"),
    pytest.param((4, "", ""), id="a refusal without a word"),
]


@pytest.mark.parametrize("end", ENDS)
def test_a_command_that_ends_badly_is_seen(end):
    with pytest.raises(oracles.BrokenPromiseError):
        oracles.ended_well(*end)


# --- answers to strangers -------------------------------------------------------------------

HERE = f"Host: {phone.OFFER.netloc}"
RIGHT = f"GET {phone.OFFER.path('')} HTTP/1.1\r\n{HERE}".encode()
PAGE, *_ = phone.OFFER.items
ANSWERS = [
    pytest.param(b"GET / HTTP/1.1", (phone.NOTHING[0], PAGE), id="a page that is told to be sent"),
    pytest.param(b"PUT / HTTP/1.1", (b"HTTP/1.1 405 \r\n\r\n", None), id="another refusal"),
    pytest.param(RIGHT, phone.NOTHING, id="a right request that is refused"),
    pytest.param(RIGHT, (b"HTTP/1.1 200 OK\r\n\r\nx", PAGE), id="another page"),
    pytest.param(
        RIGHT.replace(b"GET", b"HEAD"),
        (b"HTTP/1.1 200 OK\r\n\r\n<p>the page</p>", None),
        id="a body that nobody asked for",
    ),
]


@pytest.mark.parametrize(("head", "answer"), ANSWERS)
def test_a_wrong_answer_is_seen(head, answer):
    with pytest.raises(oracles.BrokenPromiseError):
        phone.answered(head, *answer)


@pytest.mark.parametrize("item", phone.OFFER.items, ids=[i.name for i in phone.OFFER.items])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_the_right_requests_are_answered(method, item):
    phone.request(f"{method} {phone.OFFER.path(item.name)} HTTP/1.1\r\n{HERE}".encode())


def test_one_wrong_byte_is_one_too_many():
    for place in range(len(RIGHT)):
        for byte in range(256):
            phone.request(RIGHT[:place] + bytes([byte]) + RIGHT[place + 1 :])


# --- calendars ------------------------------------------------------------------------------

FIRST = calendars.QUESTION.first
DAYS = [
    pytest.param([(FIRST - timedelta(1), FIRST)], id="a day before the span"),
    pytest.param([(FIRST, FIRST), (FIRST + timedelta(1), FIRST + timedelta(1))], id="they touch"),
    pytest.param([(FIRST + timedelta(1), FIRST)], id="a range that ends before it begins"),
]


@pytest.mark.parametrize("days", DAYS)
def test_closed_days_in_disorder_are_seen(days):
    with pytest.raises(oracles.BrokenPromiseError):
        calendars.days_in_order(busy_query.BusyReply(days=tuple(days)))


@pytest.mark.parametrize(("uids", "times"), [((), 1), (("a",), 2)], ids=["of others", "twice"])
def test_an_event_that_must_not_be_touched_is_seen(uids, times):
    event = next(iter(SHOWN.values()))
    kept = calendars.sync.Kept(event=replace(event, uid="a"))
    with pytest.raises(oracles.BrokenPromiseError):
        calendars.settled((kept,) * times, set(uids))


ANSWER = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY file SYSTEM "{}">]>
<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response>
<D:href>/anna/sessions/a.ics</D:href><D:propstat><D:prop><D:getetag>1&file;</D:getetag><C:calendar-data>
BEGIN:VCALENDAR
BEGIN:VEVENT
UID:ours
DTSTART:20261201T170000Z
END:VEVENT
END:VCALENDAR
</C:calendar-data></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>
</D:multistatus>"""


def test_xml_entities_do_not_leak_local_files_to_a_server(tmp_path):
    path = tmp_path / "own.txt"
    path.write_text("dentist")
    calendar = calendars._calendar(ANSWER.format(path.as_uri()).encode())  # noqa: SLF001
    (found,) = calendar.listing({"ours"})
    assert "dentist" not in found.etag


# --- the living plan ------------------------------------------------------------------------

PLAN = ids.new_plan("Laser", rules.parse({"start": "2024-01-31", "every": "3x4w"}), living.CREATED)
SESSIONS = schedule.schedule(PLAN)
SHOWN = living.rendered(PLAN, SESSIONS)
RENAMED = {uid: replace(event, summary="x") for uid, event in SHOWN.items()}
LOWER = {uid: replace(event, sequence=-1) for uid, event in SHOWN.items()}
LATE = replace(SESSIONS[1], date=SESSIONS[2].date)
SOON = replace(SESSIONS[1], date=SESSIONS[0].date + timedelta(1), gap_days=1)
UNDONE = amend.skip(PLAN, 2, Stamp(living.CREATED))
LAWS = [
    pytest.param(living.spaced, [[LATE, SESSIONS[2]]], id="two sessions on one day"),
    pytest.param(living.spaced, [[SESSIONS[0], SOON]], id="a session within the gap"),
    pytest.param(
        living.spaced, [[SESSIONS[0], replace(SESSIONS[1], gap_days=1)]], id="a gap that is none"
    ),
    pytest.param(living.numbered, [SHOWN, RENAMED], id="an event that differs and is not counted"),
    pytest.param(living.numbered, [SHOWN, {}], id="an event that is gone"),
    pytest.param(living.numbered, [SHOWN, LOWER], id="a number that goes down"),
    pytest.param(living.reads_back, ["microplan = 2", PLAN], id="a file that is another plan"),
    pytest.param(
        living.restores,
        [
            replace(UNDONE, scheduled_before=replace(UNDONE.scheduled_before, sessions=())),
            Stamp(living.CREATED),
        ],
        id="an undo that leaves something",
    ),
    pytest.param(many.in_order, [[Row(line=2), Row(line=2)]], id="two rows on one line"),
]


@pytest.mark.parametrize(("law", "given"), LAWS)
def test_a_law_that_is_broken_is_seen(law, given):
    with pytest.raises((oracles.BrokenPromiseError, oracles.MicroplanError)):
        law(*given)


# --- rooms that are broken ------------------------------------------------------------------


def crashing(*_given, **_named):
    raise ZeroDivisionError


COUNT = itertools.count()


def quoting(content):
    raise CalendarError(content.decode())


BROKEN = [
    pytest.param(
        "batch/devices", "microplan.batch.file_names.safe", str, id="names as rows say them"
    ),
    pytest.param("batch/csv", "fuzz.many._chunks", lambda data: [data[:-9]], id="bytes get lost"),
    pytest.param(
        "batch/csv",
        "microplan.batch.planned.line",
        lambda _: b"%d\n" % next(COUNT),
        id="the same row says something else",
    ),
    pytest.param(
        "config/an-address-with-a-password",
        "microplan.storage.config._GIVEN_AWAY",
        "$^",
        id="passwords pass",
    ),
    pytest.param(
        "config/all",
        "microplan.storage.config.spell",
        lambda _: "1d",
        id="defaults that are not the same",
    ),
    pytest.param(
        "request/another-host",
        "microplan.cli.handoff.offer._hosts",
        lambda _: [phone.OFFER.netloc.encode()],
        id="any host is the right one",
    ),
    pytest.param(
        "amend/in-turn",
        "microplan.storage.plan_file.append",
        lambda text, _: text,
        id="entries get lost",
    ),
    pytest.param(
        "remote/of-somebody-else.ics",
        "fuzz.calendars.remote_event.read",
        lambda *_: calendars.sync.Remote(
            uid="dentist", href="", etag="", start=None, own_start=None, mark=""
        ),
        id="the event of somebody else is read",
    ),
    pytest.param(
        "busy/once.ics",
        "microplan.calendars.ics_reader.decode",
        quoting,
        id="a calendar that is quoted",
    ),
    pytest.param("argv/looking", "microplan.cli._dispatch", crashing, id="a command that breaks"),
]


@pytest.mark.parametrize(("seed", "room", "broken"), BROKEN)
def test_a_target_sees_a_broken_room(seed, room, broken, monkeypatch):
    target = TARGETS[seed.partition("/")[0]]
    content = (ROOT / "fuzz" / "corpus" / seed).read_bytes()
    target(content)
    monkeypatch.setattr(room, broken)
    with pytest.raises((oracles.BrokenPromiseError, AssertionError)):
        target(content)


# --- dictionaries ---------------------------------------------------------------------------


def test_dictionaries_are_of_targets_and_hold_every_word():
    words = dictionary.entries("words")
    assert set(rules.WORDS) <= set(words)
    assert {"new", "ics", "--every "} <= set(dictionary.entries("argv"))
    assert dictionary.entries("texts") == ()


@pytest.mark.parametrize("target", TARGETS)
def test_a_dictionary_is_written_as_the_fuzzer_reads_it(target):
    for line in dictionary.text(target).splitlines():
        assert line.isascii()
        assert bytes(line[1:-1], "ascii").decode("unicode_escape")
        assert line[0] == line[-1] == '"'


def test_every_format_has_a_promise():
    assert [name for name, _ in oracles.promises(None)] == list(FORMATS)
