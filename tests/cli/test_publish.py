"""``publish``: files kept up to date, a lasting address, and what ``today`` says about a phone."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zlib
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import icalendar
import pytest

from microplan.cli import plan_io
from microplan.cli.handoff import offer
from microplan.cli.publishing import feed, invitation
from microplan.cli.publishing import handed_out as handing_out
from microplan.storage import handed_out
from tests import forks
from tests.forks import PROGRAM, SECONDS

JOB = ("--start", "2026-12-01", "--every", "6x4w", "--at", "18:00", "--tz", "Europe/Paris")
IPHONE = "iOS/17.1 (21B74) dataaccessd/1.0"
URL = re.compile(r"http://([0-9.]+:[0-9]+)(/[\w-]{22}/)\n")


@pytest.fixture
def plan(run, folder):
    path = folder / "plan.toml"
    assert run("new", *JOB, "-q", "-o", path).code == 0
    return path


@pytest.fixture
def calendar(run, plan, folder):
    """A calendar file that is published."""
    path = folder / "sync" / "plan.ics"
    path.parent.mkdir()
    assert run("publish", path, "-p", plan).code == 0
    return path


def days(text):
    """The day of each event by its title."""
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return {str(event["SUMMARY"]): f"{event.decoded('DTSTART'):%Y-%m-%d}" for event in events}


def state(plan, environment):
    return handed_out.folder(
        environment / "state" / "microplan" / "handed-out", plan_io.read(str(plan))
    )


# --- a file that keeps up -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pipe.ics", "pipe.html"])
def test_a_pipe_is_not_published_to(run, plan, folder, name):
    os.mkfifo(folder / name)  # writing to it would wait for a reader after each change
    refused = run("publish", folder / "pipe.ics", "-p", plan)
    assert refused.code == 2
    assert f"{name} is a pipe or a device, which keeps nothing; name a file" in refused.err


def test_a_file_and_its_page_follow_every_command_that_changes_the_plan(run, plan, calendar):
    page = calendar.with_suffix(".html")
    assert 'href="plan.ics"' in page.read_text()
    for argv in (
        ("done", "1", "--on", "2026-11-22"),
        ("move", "2", "2027-01-05"),
        ("skip", "3"),
        ("avoid", "2027-03-01..2027-03-20"),
        ("revise", "--at", "19:00"),
        ("undo",),
    ):
        before = (calendar.read_bytes(), page.read_bytes())
        done = run(*argv, "-p", plan)
        assert (done.code, done.err) == (0, ""), argv
        assert calendar.read_bytes() != before[0], argv
        assert page.read_bytes() != before[1] or argv[0] == "undo", argv
    assert "Scalp session 2" in days(calendar.read_bytes())


def test_a_file_that_keeps_up_has_no_cancelled_event(run, plan, calendar):
    assert run("skip", "3", "-p", plan).code == 0
    assert "Cancelled" not in calendar.read_text()
    assert "Scalp session 3" not in days(calendar.read_bytes())
    assert "Cancelled: Scalp session 3" in days(run("export", "-q", "-p", plan).out)


def test_a_dry_run_or_a_repeated_amendment_writes_nothing(run, plan, calendar):
    before = calendar.stat().st_mtime_ns
    assert run("move", "2", "+1w", "--dry-run", "-p", plan).code == 0
    assert run("skip", "2", "-p", plan).code == 0
    after = calendar.stat().st_mtime_ns
    assert after != before
    assert run("skip", "2", "-p", plan).code == 0
    assert calendar.stat().st_mtime_ns == after


@pytest.mark.parametrize(
    "again", [("move", "2", "2027-01-05"), ("done", "1", "--on", "2026-11-22")]
)
def test_the_next_change_updates_what_a_killed_one_left(run, plan, calendar, environment, again):
    """The same again as well, which changes nothing of the plan."""
    published = state(plan, environment) / handed_out.TARGETS
    kept = {path: path.read_bytes() for path in (calendar, published)}
    assert run("move", "2", "2027-01-05", "-p", plan).code == 0
    for path, content in kept.items():
        path.write_bytes(content)
    assert f"{calendar} still shows session 2 on Tue 29 Dec" in run("today", "-p", plan).out
    assert run(*again, "-p", plan).code == 0
    assert days(calendar.read_bytes())["Scalp session 2"] == "2027-01-05"
    assert "still shows" not in run("today", "-p", plan).out


def test_a_file_can_be_discreet_and_without_care_for_good(run, plan, folder):
    path = folder / "x.ics"
    assert run("publish", path, "--discreet", "--no-care", "-p", plan).code == 0
    run("revise", "--pause", "minoxidil=-0d+1d", "-p", plan)
    run("move", "2", "+1w", "-p", plan)
    assert next(iter(days(path.read_bytes()))) == "appointment 1"
    assert len(days(path.read_bytes())) == 6
    assert "Scalp" not in path.read_text() + path.with_suffix(".html").read_text()


def test_an_unreadable_record_loses_only_what_it_describes(run, plan, calendar, environment):
    records = state(plan, environment)
    run("export", "-q", "-p", plan)
    (records / "exported.json").write_text("{")
    fault = f"{records / 'exported.json'} can't be read. Remove it"
    today = run("today", "-p", plan)
    assert (today.code, today.err.startswith(fault)) == (0, True)
    assert "Next        session 1 of 6" in today.out
    moved = run("move", "2", "2027-01-05", "-p", plan)
    assert (moved.code, moved.err.startswith(fault)) == (0, True)
    assert days(calendar.read_bytes())["Scalp session 2"] == "2027-01-05"


def test_a_list_of_published_files_that_cannot_be_read_loses_no_change_and_can_be_ended(
    run, plan, calendar, environment
):
    records = state(plan, environment)
    (records / handed_out.TARGETS).write_text("{")
    moved = run("move", "2", "2027-01-05", "-p", plan)
    assert (moved.code, "Session 2 moved" in moved.out) == (9, True)
    assert "the change is recorded, but " in moved.err
    assert "moved = 2" in plan.read_text()
    assert run("publish", "-p", plan).code == 3
    assert "Next " in run("today", "-p", plan).out
    (told,) = json.loads(run("today", "-f", "json", "-p", plan).out)["plans"]
    assert told["calendar"] is None
    stopped = run("publish", "--stop", "-p", plan)
    assert (stopped.code, (records / handed_out.TARGETS).exists()) == (0, False)
    assert "has been removed" in stopped.err
    assert calendar.exists()


KEPT = [
    pytest.param((), (True, False), id="nothing more"),
    pytest.param(("--no-discreet",), (False, False), id="with titles again"),
    pytest.param(("--care",), (True, True), id="with care again"),
    pytest.param(("--no-discreet", "--no-care"), (False, False), id="with one of them"),
]


@pytest.mark.parametrize(("given", "manner"), KEPT)
def test_publishing_again_keeps_the_options(run, plan, environment, given, manner):
    """Leaving out ``--discreet`` the second time must not reveal the plan's words."""
    assert run("publish", "x.ics", "--discreet", "--no-care", "-p", plan).code == 0
    again = run("publish", "x.ics", *given, "-p", plan)
    (target,) = handed_out.targets(state(plan, environment))
    assert (target.discreet, target.with_care) == manner
    assert ("as before: discreet (--no-discreet" in again.err) == ("--no-discreet" not in given)


def test_an_address_stays_discreet_and_without_care(run, plan, environment):
    run("revise", "--pause", "minoxidil=-0d+1d", "-p", plan)
    with serving(plan, "--port", "0", "--discreet", "--no-care"):
        pass
    with serving(plan) as (place, path):
        body = ask(place, f"{path}calendar.ics")[2].decode()
    assert ("Scalp" in body, body.count("BEGIN:VEVENT")) == (False, 6)
    with serving(plan, "--no-discreet") as (place, path):
        assert "Scalp" in ask(place, f"{path}calendar.ics")[2].decode()
    feed = handed_out.feed(state(plan, environment))
    assert (feed.discreet, feed.with_care) == (False, False)


WEEKS = re.compile(r"<tr[^>]*><th[^>]*>(?:<abbr[^>]*>)?(Mo|Sa|Su)")


def week_begins(page):
    """The weekday on which the weeks of a page begin."""
    (day,) = set(WEEKS.findall(page))
    return day


@pytest.mark.parametrize(
    ("given", "day"), [((), "Su"), (("--first-weekday", "sat"), "Sa")], ids=["not given", "given"]
)
def test_the_weeks_of_a_page_begin_the_same_day_for_good(  # noqa: PLR0913, PLR0917 - a row
    run, plan, folder, monkeypatch, given, day
):
    """Also where cron writes it, in no locale."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert run("publish", folder / "x.ics", *given, "-q", "-p", plan).code == 0
    assert week_begins((folder / "x.html").read_text()) == day
    monkeypatch.setenv("LC_ALL", "C")
    assert run("publish", "-q", "-p", plan).code == 0
    assert run("move", "2", "+1w", "-p", plan).code == 0
    assert week_begins((folder / "x.html").read_text()) == day


@pytest.mark.parametrize("gone", ["folder", "read-only"])
def test_a_change_is_recorded_even_if_a_published_file_cannot_be_written(run, plan, calendar, gone):
    moved_to = calendar.parent.with_name("gone")
    calendar.parent.rename(moved_to)
    if gone == "read-only":
        calendar.parent.write_text("a file in place of the folder")
    done = run("move", "2", "2027-01-05", "-p", plan)
    assert done.code == 9
    assert "Session 2 moved" in done.out
    fault = "not a directory" if gone == "read-only" else "no such file or directory"
    assert done.err == (
        f"microplan: the change is recorded, but {calendar} can't be written: {fault}; microplan "
        f"publish -p {plan} tries again\n"
    )
    assert "moved = 2" in plan.read_text()
    assert f"{calendar} still shows session 2 on Tue 29 Dec" in run("today", "-p", plan).out
    assert run("publish", "-p", plan).code == 9
    calendar.parent.unlink() if gone == "read-only" else None
    moved_to.rename(calendar.parent)
    assert run("publish", "-p", plan).code == 0
    assert days(calendar.read_bytes())["Scalp session 2"] == "2027-01-05"
    assert "still shows" not in run("today", "-p", plan).out


def test_other_files_are_written_if_one_cannot_be(run, plan, calendar, folder):
    other = folder / "other.ics"
    assert run("publish", other, "-p", plan).code == 0
    calendar.unlink()
    calendar.mkdir()
    assert run("move", "2", "2027-01-05", "-p", plan).code == 9
    assert days(other.read_bytes())["Scalp session 2"] == "2027-01-05"


REFUSED = [
    pytest.param(
        ("plan.txt",), 2, '"plan.txt" isn\'t a calendar file; name one like plan.ics', id="x"
    ),
    pytest.param((), 2, "nothing is published yet. Name a file", id="nothing to write again"),
    pytest.param(("a.ics", "--serve"), 2, "one after the other", id="a file and an address"),
    pytest.param(
        ("a.ics", "--stop"), 2, "--stop ends everything that is published", id="begin and end"
    ),
    pytest.param(("--port", "1"), 2, "--host and --port say where to --serve", id="where, and no"),
    pytest.param(("--serve", "--port", "65536"), 2, "--port 65536", id="no port"),
    pytest.param(("--serve", "--host", "home"), 2, '--host "home"', id="no address"),
    pytest.param(("a.ics", "--first-weekday", "x"), 2, 'first-weekday "x"', id="no weekday"),
    pytest.param(
        ("--first-weekday", "sat"), 2, "name the file again, or add --serve", id="of what"
    ),
    pytest.param(("--stop", "--no-care"), 2, "name the file again, or add --serve", id="of none"),
    pytest.param(("no/where/a.ics",), 9, "can't be written", id="no folder"),
]


@pytest.mark.parametrize(("argv", "code", "said"), REFUSED)
def test_invalid_options_are_refused_and_nothing_is_recorded(  # noqa: PLR0913, PLR0917 - a row
    run, plan, environment, argv, code, said
):
    done = run("publish", *argv, "-p", plan)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert not state(plan, environment).exists()


def test_a_plan_from_a_pipe_can_t_be_followed(run, plan):
    done = run("publish", "a.ics", "-p", "-", stdin=plan.read_bytes())
    assert (done.code, done.err) == (
        2,
        "microplan: publish needs a plan file; name one with -p\n",
    )


def test_a_page_that_is_not_ours_is_not_overwritten(run, plan, folder):
    page = folder / "hair.html"
    page.write_text("mine")
    assert run("publish", folder / "hair.ics", "-p", plan).code == 4
    assert page.read_text() == "mine"
    assert run("publish", folder / "hair.ics", "--replace", "-p", plan).code == 0
    assert run("publish", folder / "hair.ics", "-p", plan).code == 0


def test_stop_leaves_the_file_as_it_is(run, plan, calendar):
    done = run("publish", "--stop", "-p", plan)
    assert (done.code, done.err) == (0, f"{calendar} is no longer updated\n")
    before = calendar.read_bytes()
    done = run("move", "2", "2027-01-05", "-p", plan)
    assert (done.code, done.err) == (0, "")
    assert calendar.read_bytes() == before
    assert run("publish", "--stop", "-p", plan).err == "nothing is published\n"


# --- what went out once ---------------------------------------------------------------------


def test_a_change_says_what_the_exported_file_still_shows_or_nothing(run, plan, folder):
    moved = run("move", "2", "2027-01-05", "-p", plan).out
    assert "still" not in moved
    assert run("export", "-q", "-p", plan, "-o", folder / "x.ics").code == 0
    assert "exported still shows" not in run("done", "1", "--on", "2026-11-22", "-p", plan).out
    said = " ".join(run("move", "2", "2027-01-07", "-p", plan).out.split())
    assert "The calendar file you exported still shows session 2 on Tue 5 Jan 18:00." in said
    assert "exported" not in run("move", "2", "2027-01-05", "-p", plan).out


EXPORTED = {"way": "exported", "file": None, "at": "2026-11-22T20:00:00Z", "copies": 1}
STANDING = [
    pytest.param([], None, id="nothing went out"),
    pytest.param(
        [("export", "-q")], EXPORTED | {"behind": 0, "session": None, "shows": None}, id="it has it"
    ),
    pytest.param(
        [("export", "-q"), ("move", "2", "2027-01-05")],
        EXPORTED | {"behind": 1, "session": 2, "shows": "2026-12-29T18:00:00+01:00"},
        id="it shows an old day",
    ),
    pytest.param(
        [("export", "-q"), ("skip", "6", "--extend"), ("undo",)],
        EXPORTED | {"behind": 0, "session": None, "shows": None},
        id="all is as it was",
    ),
    pytest.param(
        [("skip", "6"), ("export", "-q"), ("undo",)],
        EXPORTED | {"behind": 1, "session": 6, "shows": None},
        id="it lacks one",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "calendar"), STANDING)
def test_json_has_the_state_of_the_calendar(run, plan, typed, calendar):
    for argv in typed:
        assert run(*argv, "-p", plan).code == 0
    (told,) = json.loads(run("today", "-f", "json", "-p", plan).out)["plans"]
    assert told["calendar"] == calendar


def test_the_sentence_is_not_part_of_a_document(run, plan):
    assert run("export", "-q", "-p", plan).code == 0
    done = run("move", "2", "2027-01-05", "--format", "json", "-p", plan)
    assert json.loads(done.out)["changes"]
    assert done.err == ""


def test_an_export_is_the_same_whatever_was_handed_out(run, plan, folder):
    run("skip", "3", "-p", plan)
    first = run("export", "-q", "-p", plan).out
    run("publish", folder / "x.ics", "-p", plan)
    assert run("export", "-q", "-p", plan).out == first
    assert "STATUS:CANCELLED" in first


# --- an address that lasts ------------------------------------------------------------------


@contextmanager
def serving(plan, *flags):
    """Serve in a separate process; yield its address and path, and end it with Ctrl-C."""
    with forks.piped(PROGRAM, ["publish", "--serve", "-p", plan, *flags]) as child:
        place, path = URL.fullmatch(child.stdout.readline().decode()).groups()
        yield place, path
        child.send_signal(signal.SIGINT)
        assert child.wait(SECONDS) == 0


def ask(place, path, tag="", program=IPHONE):
    """Fetch as a subscriber does; the server records the fetch before its next answer."""
    answer = asked_once(place, path, tag, program)
    assert asked_once(place, "/")[0] == 404
    return answer


def asked_once(place, path, tag="", program=IPHONE):
    connection = http.client.HTTPConnection(place, timeout=SECONDS)
    connection.request("GET", path, headers={"If-None-Match": tag, "User-Agent": program})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response.headers.get("ETag", ""), body


def phone(run, plan):
    return [line for line in run("today", "-p", plan).out.splitlines() if "Phone" in line]


def test_a_subscriber_sees_a_moved_session_by_itself_and_today_says_so(run, plan):
    with serving(plan, "--port", "0", "--first-weekday", "sat") as (place, path):
        file = f"{path}calendar.ics"
        assert week_begins(ask(place, path)[2].decode()) == "Sa"
        status, tag, body = ask(place, file)
        assert (status, days(body)["Scalp session 2"]) == (200, "2026-12-29")
        assert ask(place, file, tag)[0] == 304
        assert phone(run, plan) == ["Phone       is up to date; it last checked at 21:00"]
        run("move", "2", "2027-01-05", "-p", plan)
        assert phone(run, plan) == [
            "Phone       last checked at 21:00; it still shows session 2 on Tue 29 Dec 18:00"
        ]
        (told,) = json.loads(run("today", "-f", "json", "-p", plan).out)["plans"]
        assert (told["calendar"]["way"], told["calendar"]["session"]) == ("subscribed", 2)
        status, tag, body = ask(place, file, tag)
        assert (status, days(body)["Scalp session 2"]) == (200, "2027-01-05")
        assert phone(run, plan) == ["Phone       is up to date; it last checked at 21:00"]
    run("skip", "4", "-p", plan)
    assert "still shows session 4" in phone(run, plan)[0]
    with serving(plan) as (again, same):
        assert (again, same) == (place, path)
        assert week_begins(ask(place, path)[2].decode()) == "Sa"
        status, _, body = ask(place, file, tag)
        assert status == 200
        assert "Scalp session 4" not in days(body)
        assert b"CANCELLED" not in body
        assert phone(run, plan) == ["Phone       is up to date; it last checked at 21:00"]


def test_stop_ends_a_server_that_runs(run, plan):
    with forks.piped(PROGRAM, ["publish", "--serve", "--port", "0", "-p", plan]) as child:
        place, _ = URL.fullmatch(child.stdout.readline().decode()).groups()
        assert run("publish", "--stop", "-p", plan).code == 0
        with suppress(OSError):  # unless it has ended already, so that it looks now
            asked_once(place, "/")
        assert child.wait(SECONDS) == 0
        assert child.stderr.read().decode().endswith("stopped; nothing is published any more\n")


@pytest.fixture
def live(plan, environment):
    """A feed without a server, and a way to ask it."""
    folder = state(plan, environment)
    handed_out.save_feed(folder, handed_out.Feed(secret="A" * 22))
    said = []
    source = feed.Source(
        path=plan,
        plan_id=plan_io.read(str(plan)).id,
        folder=folder,
        netloc="127.0.0.1:8765",
        today=lambda: plan_io.environment.today(None),
    )
    made = feed.LiveFeed(source, said.append)
    made.said = said
    return made


def asked(live, path, *fields):
    head = "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1:8765", *fields]).encode()
    response, item = offer.answer(head, live.offer())
    if item is not None:
        live.sent(item, offer.program(head))
    return response


HERE = f"/{'A' * 22}/"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param((), b"200", id="without a tag"),
        pytest.param(("If-None-Match: {tag}",), b"304", id="the same"),
        pytest.param(("if-none-match:W/{tag}",), b"304", id="weak is the same too"),
        pytest.param(('If-None-Match: "x", {tag}',), b"304", id="among others"),
        pytest.param(('If-None-Match: "x"', "If-None-Match: {tag}"), b"304", id="in two fields"),
        pytest.param(("If-None-Match: *",), b"304", id="any"),
        pytest.param(('If-None-Match: "x"',), b"200", id="another"),
        pytest.param(("If-None-Match: nonsense",), b"200", id="what is no tag"),
    ],
)
def test_who_has_the_state_already_is_not_sent_it_again(live, fields, status):
    tag = f'"{live.offer().items[1].tag}"'
    response = asked(live, f"{HERE}calendar.ics", *(field.format(tag=tag) for field in fields))
    assert response.split()[1] == status
    assert (b"BEGIN:VCALENDAR" in response) == (status == b"200")
    assert f"ETag: {tag}".encode() in response


@pytest.mark.parametrize(
    ("program", "counts"),
    [
        (IPHONE, True),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.0", True),
        ("Mozilla/5.0 (compatible; Google-Calendar-Importer)", True),
        ("", True),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36", False),
    ],
)
def test_a_browser_that_fetches_a_copy_is_not_a_subscriber(live, run, plan, program, counts):
    asked(live, f"{HERE}calendar.ics", f"User-Agent: {program}")
    asked(live, HERE, f"User-Agent: {IPHONE}")
    assert len(phone(run, plan)) == counts


def test_of_a_subscriber_an_instant_and_a_number_are_kept_and_no_name(live, plan, environment):
    asked(live, f"{HERE}calendar.ics", f"User-Agent: {IPHONE}")
    asked(live, f"{HERE}calendar.ics", f"User-Agent: {IPHONE.replace('17.1', '18.0')}")
    kept = json.loads((state(plan, environment) / "subscribers.json").read_text())
    name = f"{zlib.crc32(b'iOS B dataaccessd '):08x}"
    assert kept == {name: {"at": "2026-11-22T20:00:00Z", "entries": 0}}


def test_a_head_request_does_not_count_as_a_fetch(live):
    response, item = offer.answer(
        f"HEAD {HERE}calendar.ics HTTP/1.1\r\nHost: 127.0.0.1:8765\r\nIf-None-Match: *".encode(),
        live.offer(),
    )
    assert response.startswith(b"HTTP/1.1 304")
    assert item is None


def test_the_address_stays_when_a_plan_becomes_discreet(live, run, plan):
    assert run("revise", "--discreet", "-p", plan).code == 0
    response = asked(live, f"{HERE}calendar.ics")
    assert b"SUMMARY:appointment 1" in response
    assert b"Scalp" not in response + asked(live, HERE)


def test_the_page_offers_to_subscribe(live):
    page = asked(live, HERE).decode()
    assert f'href="webcal://127.0.0.1:8765{HERE}calendar.ics"' in page
    assert "<script" not in page


@pytest.mark.parametrize("content", ["", "microplan = 1\n", None])
def test_a_plan_file_that_can_t_be_read_for_a_while_leaves_what_was_served(live, plan, content):
    before = asked(live, f"{HERE}calendar.ics")
    text = plan.read_text()
    plan.write_text(content) if content is not None else plan.unlink()
    assert asked(live, f"{HERE}calendar.ics") == before
    assert asked(live, f"{HERE}calendar.ics") == before
    assert len(live.said) == 1
    plan.write_text(text.replace("18:00", "19:00"))
    assert asked(live, f"{HERE}calendar.ics") != before


def test_another_plan_in_the_file_is_not_served_behind_the_old_secret(live, plan, run):
    before = asked(live, f"{HERE}calendar.ics")
    assert run("new", *JOB, "--title", "Other", "-q", "-o", plan, "--replace").code == 0
    assert asked(live, f"{HERE}calendar.ics") == before
    assert "holds another plan now" in live.said[0]


def test_a_new_secret_applies_at_once_and_forgets_subscribers(live, plan, run):
    asked(live, f"{HERE}calendar.ics")
    done = run("publish", "--renew", "-p", plan)
    assert done.code == 0
    assert done.out == f"http://127.0.0.1:8765/{live.offer().secret}/\n"
    assert asked(live, f"{HERE}calendar.ics").startswith(b"HTTP/1.1 404")
    assert phone(run, plan) == []
    assert asked(live, f"/{live.offer().secret}/calendar.ics").startswith(b"HTTP/1.1 200")
    assert live.goes_on
    assert run("publish", "--stop", "-p", plan).code == 0
    assert not live.goes_on
    assert asked(live, f"/{live.offer().secret}/").startswith(b"HTTP/1.1 404")


def test_the_secret_is_shown_on_request_and_stored_nowhere_else(live, plan, run, environment):
    asked(live, f"{HERE}calendar.ics")
    quiet = run("publish", "-q", "-p", plan)
    assert (quiet.out, quiet.err) == ("", "")
    assert f"at http://127.0.0.1:8765{HERE}" in run("publish", "-p", plan).err
    assert "A" * 22 not in plan.read_text()
    holding = [
        path.name
        for path in Path(environment).rglob("*")
        if path.is_file() and "A" * 22 in path.read_text()
    ]
    assert holding == ["feed.json"]


# --- what share takes back ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "cancels"),
    [
        pytest.param([], False, id="no calendar went out"),
        pytest.param([("export", "-q")], True, id="one was exported"),
        pytest.param([("publish", "x.ics", "-q")], True, id="one was published"),
    ],
)
def test_share_cancels_only_events_in_earlier_copies(run, plan, before, cancels):
    for argv in before:
        assert run(*argv, "-p", plan).code == 0
    assert run("skip", "3", "-p", plan).code == 0
    read = plan_io.read(str(plan))
    own = handing_out.subject(read, date(2026, 12, 1), handed_out.CopyOptions())
    _, calendar = invitation.items(own, handing_out.cancels(read))
    assert (b"STATUS:CANCELLED" in calendar.content) == cancels


def test_an_event_that_was_gone_before_a_calendar_went_out_is_not_taken_back(run, plan):
    run("skip", "3", "-p", plan)
    run("publish", "x.ics", "-q", "-p", plan)
    run("skip", "4", "-p", plan)
    read = plan_io.read(str(plan))
    own = handing_out.subject(read, date(2026, 12, 1), handed_out.CopyOptions())
    _, calendar = invitation.items(own, handing_out.cancels(read))
    assert "Cancelled: Scalp session 4" in days(calendar.content)


# --- the unit and the line of the guide -----------------------------------------------------

GUIDE = (Path(__file__).parents[2] / "docs" / "phone.md").read_text(encoding="utf-8")
UNIT = re.search(r"```ini\n(.*?)```", GUIDE, re.DOTALL)[1]
CRON = re.search(r"```\n(5 5 \* \* \* .*)\n```", GUIDE)[1]


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None and not os.environ.get("CI"), reason="no systemd here"
)
def test_systemd_reads_the_unit(tmp_path):
    unit = tmp_path / "microplan.service"
    unit.write_text(UNIT.replace("%h/.local/bin/microplan", sys.executable))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", unit],
        capture_output=True, text=True, check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    assert str(unit.name) not in done.stderr, done.stderr


def test_the_unit_serves_the_saved_plan_at_the_address_of_last_time(run, saved, environment):
    assert run("new", *JOB, "-q", "--save").code == 0
    command = re.search(r"^ExecStart=%h/.local/bin/microplan (.*)$", UNIT, re.MULTILINE)[1].split()
    state_of_plan = state(saved, environment)
    handed_out.save_feed(state_of_plan, handed_out.Feed(secret="A" * 22, first_weekday=5))
    with forks.piped(PROGRAM, [*command, "--port", "0"]) as child:
        url = child.stdout.readline().decode()
        child.send_signal(signal.SIGTERM)
        child.wait(SECONDS)
    assert url.endswith(f"/{'A' * 22}/\n")
    kept = handed_out.feed(state_of_plan)
    assert f":{kept.port}/" in url
    assert kept.first_weekday == 5


def test_the_line_of_cron_writes_the_page_anew(run, saved, folder):
    assert run("new", *JOB, "-q", "--save").code == 0
    path = folder / "a.ics"
    assert run("publish", path, "-q").code == 0
    path.with_suffix(".html").unlink()
    *_, program, command, flag = CRON.split()
    assert program == "$HOME/.local/bin/microplan"
    assert run(command, flag).err == ""
    assert path.with_suffix(".html").exists()
    assert saved.exists()
