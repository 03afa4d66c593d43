"""``push`` and ``pull`` as a person runs them: on a server in memory, real ones, and one that fails."""

import base64
import re
import shlex
import signal
import sys
from datetime import date, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from microplan.amendments import entry_commands
from microplan.calendars import caldav_client, http
from microplan.cli.server import password as server_password
from microplan.errors import ServerError
from microplan.model import ids
from microplan.scheduling import schedule, sequence
from tests import remotes
from tests.build import days, plan_at
from tests.faults import ended, start

PLAN = """
microplan = 1
id = "{}"
title = "{}"
created = 2026-11-22T20:00:00Z
[rules]
start = "2026-12-01"
every = "6x4w"
at = "18:00"
tz = "Europe/Paris"
"""


@pytest.fixture
def title():
    """A name that no other test has, for a plan and so for its calendar."""
    return f"Needles {uuid4().hex[:8]}"


@pytest.fixture
def path(tmp_path, title):
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.format(uuid4(), title))
    return path


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    """The password, in the environment."""
    monkeypatch.setenv("MICROPLAN_CALDAV_PASSWORD", remotes.PASSWORD)


@pytest.fixture
def there(server, path):
    """The flags that name the plan and the server."""
    return ("-p", path, "--url", server, "--user", remotes.USER)


def in_calendar(server, path, name=""):
    """The calendar of a plan, as another client sees it."""
    plan = plan_at(path)
    own = ids.uid(plan, f"calendar/{name}")
    return remotes.OnServer(None, f"{server}{remotes.USER}/{own}/")


def name_of(path, number):
    return f"{ids.uid(plan_at(path), f'session/{number}')}.ics"


def days_there(server, path):
    found = remotes.events(in_calendar(server, path))
    return sorted(event["DTSTART"].dt.date() for event in found.values())


def move_there(server, path, number, days=0, hour=None):
    calendar, name = in_calendar(server, path), name_of(path, number)
    calendar.put(name, remotes.moved(calendar.get(name), days, hour))


# --- push -----------------------------------------------------------------------------------


def test_push_makes_the_calendar_and_says_what_it_put(run, server, there, path, title):
    done = run("push", *there)
    assert done.code == 0
    assert done.out.splitlines()[0] == f"put     {title} 1  Tue 1 Dec 2026 18:00"
    assert done.err == f'made the calendar "{title}"\n{title}: 6 put\n'
    assert days_there(server, path) == days(plan_at(path))


def test_push_amend_push_has_each_session_once_at_its_new_time(run, server, there, path):
    assert run("push", *there).code == 0
    calendar = in_calendar(server, path)
    calendar.put("dentist.ics", remotes.OTHERS)
    before = calendar.get("dentist.ics")
    assert run("move", 3, "+4d", "-p", path).code == 0
    done = run("push", *there)
    assert done.code == 0
    assert done.err.endswith(": 4 put, 2 unchanged\n")
    calendar_days = days_there(server, path)
    assert calendar_days == sorted([*days(plan_at(path)), date(2027, 1, 5)])
    assert calendar.get("dentist.ics") == before


def test_a_second_push_does_nothing(run, there, title):
    run("push", *there)
    done = run("push", *there)
    assert (done.code, done.out, done.err) == (0, "", f"{title}: 0 put, 6 unchanged\n")


def test_push_says_that_it_put_what_was_missing(run, server, there, path):
    run("push", *there)
    in_calendar(server, path).delete(name_of(path, 2))
    done = run("push", *there)
    assert done.code == 0
    assert done.err.endswith(
        ": 1 put, 5 unchanged\n1 event was missing there and put back; to be asked first, run microplan pull\n"
    )


def test_of_an_emptied_calendar_nothing_is_asked(run, server, there, path):
    run("push", *there)
    for number in range(1, 7):
        in_calendar(server, path).delete(name_of(path, number))
    done = run("pull", *there, "--apply")
    assert (done.code, "push adds them" in done.err) == (3, True)
    assert plan_at(path).log == ()
    assert run("push", *there).code == 0
    assert len(days_there(server, path)) == 6


def test_a_dry_run_changes_nothing(run, server, there, path):
    done = run("push", *there, "--dry-run")
    assert done.code == 0
    assert len(done.out.splitlines()) == 6
    assert done.err.startswith("would make the calendar")
    assert done.err.endswith(": 6 put\nNothing sent (dry run).\n")
    assert run("pull", *there).code == 3
    run("push", *there)
    run("skip", 6, "-p", path)
    assert run("push", *there, "--dry-run").out.startswith("remove")
    assert len(days_there(server, path)) == 6


def test_quiet_says_nothing_on_stderr(run, there):
    assert run("push", *there, "-q").err == ""


def test_an_event_moved_on_the_server_is_named_and_left_alone(run, server, there, path, title):
    run("push", *there)
    move_there(server, path, 3, days=2)
    done = run("push", *there)
    assert done.code == 7
    assert done.out == (
        f"left    {title} 3  Tue 26 Jan 2027 18:00, moved there to Thu 28 Jan 2027 18:00\n"
    )
    assert done.err.endswith(
        "microplan: 1 event was moved on the server and left there; pull accepts that, push "
        "--overwrite puts it back\n"
    )
    tried = run("push", *there, "--dry-run")
    assert (tried.code, tried.out) == (7, done.out)
    assert tried.err.endswith(done.err.partition("\n")[2])
    assert run("push", *there, "--overwrite", "--dry-run").code == 0
    assert run("push", *there, "--overwrite").code == 0
    assert days_there(server, path) == days(plan_at(path))


def test_push_refuses_to_empty_a_calendar(run, server, there, path):
    run("push", *there)
    for number in range(1, 7):
        run("skip", number, "-p", path)
    done = run("push", *there)
    assert done.code == 4
    assert done.err == (
        "microplan: nothing of the plan would be left in the calendar (6 to remove); push "
        "--overwrite removes them anyway\n"
    )
    assert len(days_there(server, path)) == 6
    assert run("push", *there, "--overwrite").code == 0
    assert days_there(server, path) == []


def test_a_discreet_push_says_nothing_of_what_it_is(run, server, there, path, title):
    done = run("push", *there, "--discreet")
    assert title not in done.out + done.err
    text = "".join(in_calendar(server, path).texts())
    assert title not in text
    assert "appointment 1" in text


def test_the_address_of_a_calendar_will_do(run, server, path):
    url = f"{server}{remotes.USER}/{uuid4()}/"
    remotes.make_calendar(url, "mine")
    assert run("push", "-p", path, "--url", url, "--user", remotes.USER).code == 0
    assert len(remotes.events(remotes.OnServer(None, url))) == 6


def test_a_calendar_is_found_by_its_name(run, server, there, title):
    url = f"{server}{remotes.USER}/{uuid4()}/"
    remotes.make_calendar(url, title)
    assert "made the calendar" not in run("push", *there).err
    assert len(remotes.events(remotes.OnServer(None, url))) == 6


def test_a_calendar_that_was_renamed_is_found_again(run, server, there, path):
    run("push", *there)
    url = in_calendar(server, path).url
    rename = (
        '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>Another</D:displayname>'
        "</D:prop></D:set></D:propertyupdate>"
    )
    remotes.ask("PROPPATCH", url, rename, {"Content-Type": "text/xml"})
    assert run("push", *there).err.endswith("6 unchanged\n")


def test_two_calendars_of_one_name_are_asked_about(run, server, there, title):
    for _ in range(2):
        remotes.make_calendar(f"{server}{remotes.USER}/{uuid4()}/", title)
    done = run("push", *there)
    assert done.code == 2
    assert "2 calendars on" in done.err


def test_another_name_is_another_calendar(run, server, there, path, title):
    name = f"{title} ✂ <&>"
    assert f'made the calendar "{name}"' in run("push", *there, "--calendar", name).err
    assert len(remotes.events(in_calendar(server, path, name))) == 6
    assert "made" not in run("push", *there, "--calendar", name).err


# --- real servers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("real", "home"),
    [
        pytest.param("radicale", "anna", id="Radicale"),
        pytest.param("xandikos", "anna/calendars", marks=pytest.mark.slow, id="xandikos"),
    ],
)
def test_a_walk_there_and_back_on_a_real_server(run, request, path, real, home):
    url = request.getfixturevalue(real)
    there = ("-p", path, "--url", url, "--user", remotes.USER)
    assert run("push", *there).err.endswith("6 put\n")
    calendar = remotes.OnServer(None, f"{url}{home}/{ids.uid(plan_at(path), 'calendar/')}/")
    calendar.put(name_of(path, 3), remotes.moved(calendar.get(name_of(path, 3)), days=9))
    assert run("push", *there).code == 7
    assert run("pull", *there, "--apply").code == 0
    assert days(plan_at(path))[2].isoformat() == "2027-02-04"
    assert run("skip", 6, "-p", path).code == 0
    assert run("push", *there).err.endswith("1 removed, 5 unchanged\n")
    starts = [event["DTSTART"].dt.date() for event in remotes.events(calendar).values()]
    assert sorted(starts) == days(plan_at(path))[:5]


# --- pull -----------------------------------------------------------------------------------


def test_a_session_moved_there_comes_back_and_the_rest_follows(run, server, there, path):
    run("push", *there)
    before = days(plan_at(path))
    move_there(server, path, 3, days=9)
    done = run("pull", *there, "--apply")
    assert done.code == 0, done.err
    assert "Session 3 moved from Tue 26 Jan to Thu 4 Feb" in done.out
    assert days(plan_at(path)) == before[:2] + [day + timedelta(days=9) for day in before[2:]]
    assert days_there(server, path) == days(plan_at(path))
    assert run("push", *there).err.endswith(": 0 put, 6 unchanged\n")
    assert run("pull", *there).code == 0


def test_pulled_moves_update_published_files(run, server, there, path, folder):
    calendar = folder / "kept.ics"
    assert run("publish", calendar, "-q", "-p", path).code == 0
    run("push", *there)
    move_there(server, path, 3, days=9)
    assert run("pull", *there, "--apply").code == 0
    assert "20270204T180000" in calendar.read_text()
    calendar.unlink()
    calendar.mkdir()
    move_there(server, path, 3, days=1)
    done = run("pull", *there, "--apply")
    assert done.code == 9
    assert "the change is recorded, but" in done.err
    assert days(plan_at(path))[2].isoformat() == "2027-02-05"
    assert run("push", *there).code == 0  # what the plan says by now


def test_sessions_moved_there_together_are_taken_over_together(run, server, there, path):
    run("push", *there)
    before = days(plan_at(path))
    for number in (3, 4):
        move_there(server, path, number, days=9)
    done = run("pull", *there, "--apply")
    assert done.code == 0, done.err
    assert len(plan_at(path).log) == 1  # the fourth follows the third to where it was put
    assert days(plan_at(path)) == before[:2] + [day + timedelta(days=9) for day in before[2:]]
    assert days_there(server, path) == days(plan_at(path))


def test_without_a_terminal_moves_are_listed_only(run, server, there, path, title):
    run("push", *there)
    move_there(server, path, 3, days=2)
    before = path.read_bytes()
    done = run("pull", *there)
    assert done.code == 7
    assert done.out == f"{title} 3  Tue 26 Jan 2027 18:00 → Thu 28 Jan 2027 18:00\n"
    assert run("pull", *there, "--dry-run", "--apply").code == 0
    assert path.read_bytes() == before


def test_each_move_is_asked_about_at_a_terminal(terminal, run, server, there, path):
    run("push", *there)
    move_there(server, path, 3, days=2)
    move_there(server, path, 5, days=1)
    shown = terminal("pull", *map(str, there), answers=["", "n"])
    assert shown.code == 7
    assert "Move session 3 to Thu 28 Jan 2027? [Y/n] >" in shown.screen
    assert shown.screen.endswith(
        "microplan: 1 change on the server is still open; pull asks again, push\n"
        "--overwrite puts back what the plan says\n"
    )
    assert days(plan_at(path))[2].isoformat() == "2027-01-28"
    assert days_there(server, path)[4].isoformat() == "2027-03-24"


@pytest.mark.parametrize("answer", ["?", "maybe", "yse"])
def test_an_unclear_answer_to_a_move_is_asked_again(  # noqa: PLR0913, PLR0917 - a row of the table
    terminal, run, server, there, path, answer
):
    run("push", *there)
    move_there(server, path, 3, days=2)
    shown = terminal("pull", *map(str, there), answers=[answer, "y"])
    assert shown.code == 0, shown.screen
    assert shown.screen.count("Move session 3 to Thu 28 Jan 2027? [Y/n] >") == 2
    told = "yes records the move in the plan" if answer == "?" else "write yes or no"
    assert told in shown.screen
    assert days(plan_at(path))[2].isoformat() == "2027-01-28"


FORBIDDEN = (
    "session 3 can't be moved there: Wed 6 Jan 2027 is too soon after the previous session; "
    "the first day the gap allows is Sat 23 Jan: microplan move 3 2027-01-23\n"
    "microplan: 1 change on the server is still open; put it on a day there that the plan allows, or "
    "push --overwrite puts it back where it was\n"
)


def test_a_day_the_gap_forbids_is_refused_and_left(run, server, there, path):
    run("push", *there)
    move_there(server, path, 3, days=-20)
    done = run("pull", *there, "--apply")
    assert (done.code, done.err) == (7, FORBIDDEN)
    assert plan_at(path).log == ()


def test_a_terminal_is_not_advised_to_use_a_terminal(terminal, run, server, there, path):
    run("push", *there)
    move_there(server, path, 3, days=-20)
    in_calendar(server, path).delete(name_of(path, 1))
    asked = terminal("pull", *map(str, there), answers=["", "y"], columns=300)
    applied = terminal("pull", *map(str, there), "--apply", columns=300)
    assert (asked.code, applied.code) == (7, 7)
    assert "answer at a terminal" not in asked.screen + applied.screen
    assert "2 changes on the server are still open; pull asks again," in asked.screen
    assert "; put it on a day there that the plan allows," in asked.screen
    assert "pull without --apply asks about it" in applied.screen


@pytest.mark.parametrize(
    ("days", "recorded", "stands"),
    [
        pytest.param(0, "move 3 20:00", "2027-01-26 20:00", id="alone, which moves no day"),
        pytest.param(2, "move 3 2027-01-28 20:00", "2027-01-28 20:00", id="with its day"),
    ],
)
def test_an_hour_moved_on_the_phone_is_taken_over(  # noqa: PLR0913 - three are the server
    run, server, there, path, *, days, recorded, stands
):
    run("push", *there)
    move_there(server, path, 3, days=days, hour=20)
    done = run("pull", *there, "--apply")
    assert (done.code, done.err) == (0, "")
    assert re.search(r"18:00 to (Thu 28 Jan at )?20:00", done.out)
    (entry,) = plan_at(path).log
    assert entry_commands.spell(entry) == recorded
    there_now = remotes.events(in_calendar(server, path))[name_of(path, 3)[:-4]]["DTSTART"].dt
    assert f"{there_now:%Y-%m-%d %H:%M}" == stands
    assert run("pull", *there, "--apply").code == 0
    assert len(plan_at(path).log) == 1


def test_a_calendar_cannot_move_a_done_session(run, server, there, path):
    run("done", 1, "--on", "2026-12-01", "-p", path, "--as-of", "2026-12-02")
    run("push", *there)
    move_there(server, path, 1, days=2)
    done = run("pull", *there, "--apply")
    assert done.code == 7
    assert "session 1 is done" in done.out


DELETED = [
    pytest.param(["done", "2026-12-01"], 0, ["done"], 6, id="done"),
    pytest.param(["skip"], 0, ["skip"], 5, id="not made up"),
    pytest.param(["back"], 0, [], 6, id="put back"),
    pytest.param([""], 7, [], 5, id="left for later"),
    pytest.param(["nonsense", ""], 7, [], 5, id="no answer is asked again"),
    pytest.param(["?", "s"], 0, ["skip"], 5, id="explained first"),
    pytest.param(["done", "32 Nov", "b"], 0, [], 6, id="a day that is none is asked again"),
]


@pytest.mark.parametrize(("answers", "code", "recorded", "left"), DELETED)
def test_pull_asks_about_an_event_deleted_on_the_server(  # noqa: PLR0913, PLR0917 - a row of the table
    terminal, run, server, there, path, answers, code, recorded, left
):
    run("push", *there)
    in_calendar(server, path).delete(name_of(path, 1))
    shown = terminal("pull", *map(str, there), "--as-of", "2026-12-02", answers=answers)
    assert shown.code == code, shown.screen
    assert "missing there" in shown.screen
    assert [type(entry).__name__.lower()[:4] for entry in plan_at(path).log] == [
        name.replace("skip", "skipped")[:4] for name in recorded
    ]
    assert len(days_there(server, path)) == left


def test_a_deleted_event_is_never_skipped_silently(run, server, there, path):
    run("push", *there)
    in_calendar(server, path).delete(name_of(path, 1))
    done = run("pull", *there, "--apply")
    assert done.code == 7
    assert "missing there" in done.out
    assert plan_at(path).log == ()


def test_the_amendment_is_written_before_anything_is_put(run, path):
    text = _pushed_text(path, 3)
    moved = remotes.moved(text, days=2)
    xml = {"Content-Type": remotes.XML}
    with remotes.failing(
        REPORT=(207, xml, remotes.item(moved, "/c/3.ics")), PUT=(500, {}, "")
    ) as server:
        done = run("pull", "-p", path, "--url", server.url, "--user", "anna", "--apply")
    assert done.code == 8
    assert days(plan_at(path))[2].isoformat() == "2027-01-28"
    assert "push again to make the rest" in done.err


def _pushed_text(path, number):
    from microplan.formats import ical

    plan = plan_at(path)
    uid = ids.uid(plan, f"session/{number}")
    found = sequence.events(plan, schedule.schedule(plan))
    return ical.caldav_resource(plan, next(event for event in found if event.uid == uid))[1]


def test_pull_needs_a_plan_it_can_write(run, server, path):
    done = run("pull", "-p", "-", "--url", server, "--user", "anna", stdin=path.read_bytes())
    assert (done.code, "name a file with -p" in done.err) == (2, True)


# --- interrupted ----------------------------------------------------------------------------


@pytest.mark.torture("pushes killed at random moments")
@pytest.mark.slow
def test_a_killed_push_is_finished_by_the_next(run, radicale, tmp_path, title):
    path = tmp_path / "long.toml"
    run("new", "--start", "2026-12-01", "--every", "60x1w", "--title", title, "-q", "-o", path)
    command = ("push", "-p", str(path), "--url", radicale, "--user", remotes.USER)
    child = start(*command)
    calendar = in_calendar(radicale, path)

    def is_under_way():
        try:
            return calendar.get(name_of(path, 10)) and True
        except OSError:  # not there yet
            return False

    remotes.within(30, is_under_way)
    child.kill()
    assert ended(child)[0] == -signal.SIGKILL
    assert 10 <= len(remotes.events(calendar)) < 60
    assert run(*command).code == 0
    assert len(remotes.events(calendar)) == 60


# --- who and where --------------------------------------------------------------------------

ADDRESSES = [
    pytest.param((), "no CalDAV address is known", id="none"),
    pytest.param(
        ("--url", "https://anna:pw-in-url@h.example/"),
        "contains a name or a password",
        id="a password in it",
    ),
    pytest.param(
        ("--url", "https://anna@h.example/"), "contains a name or a password", id="a name in it"
    ),
    pytest.param(
        ("--url", "http://h.example/", "--user", "a"),
        "over http, anyone between here and",
        id="http elsewhere",
    ),
    pytest.param(
        ("--url", "http://127.0.0.1.h.example/"),
        "over http, anyone",
        id="http to a name like ours",
    ),
    pytest.param(
        ("--url", "ftp://h.example/"), "not the address of a server", id="another protocol"
    ),
    pytest.param(("--url", "h.example"), "not the address of a server", id="no protocol"),
    pytest.param(
        ("--url", "https://h.example/\r\nX: y"),
        "not the address of a server",
        id="a line break in it",
    ),
    pytest.param(
        ("--url", "https://h.example:x/"), "not the address of a server", id="a port that is none"
    ),
    pytest.param(("--url", "https://[::1/"), "not the address of a server", id="a bracket too few"),
    pytest.param(
        ("--url", "https://h.example/", "--user", "anna"),
        "no password is known for anna",
        id="no password",
    ),
]


PROXIES = [
    *("proxy:8080", "http://proxy", "https://proxy:8080", "socks5://proxy:1080", "http://:8080"),
    *("http://anna:x@proxy:8080", "http://proxy:8080/path", "http://proxy:8080?q", "http://[::1"),
    "http://pro xy:8080",
]


@pytest.mark.parametrize("proxy", PROXIES)
def test_a_proxy_that_will_not_do_is_refused(run, path, configured, proxy):
    done = run("push", "-p", path, "--url", "https://h.example/", "--proxy", proxy)
    assert (done.code, "--proxy is not the address of a proxy" in done.err) == (2, True)
    configured(proxy="http://proxy")
    done = run("push", "-p", path, "--url", "https://h.example/")
    assert (done.code, "caldav.proxy in config.toml is not" in done.err) == (2, True)


@pytest.mark.parametrize(("flags", "told"), ADDRESSES)
@pytest.mark.parametrize("command", ["push", "pull"])
def test_an_address_that_will_not_do_is_refused(  # noqa: PLR0913, PLR0917 - a row of the table
    run, path, monkeypatch, command, flags, told
):
    monkeypatch.delenv("MICROPLAN_CALDAV_PASSWORD")
    done = run(command, "-p", path, *flags)
    assert done.code == 2
    assert told in done.err
    assert done.err.count("\n") == 1
    assert "pw-in-url" not in done.err


@pytest.fixture
def configured(environment):
    """Write the [caldav] table of config.toml."""

    def _configured(**said):
        path = environment / "config" / "microplan" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f'{key} = "{value}"' for key, value in said.items()]
        path.write_text("\n".join(["[caldav]", *lines]), encoding="utf-8")

    return _configured


def test_config_toml_can_set_the_address_and_user_name(run, configured, server, path):
    configured(url=server, user=remotes.USER)
    assert run("push", "-p", path).code == 0
    assert days_there(server, path) == days(plan_at(path))


def test_the_user_name_in_config_toml_is_sent_to_no_other_server(run, configured, server, path):
    configured(url="https://h.example/", user="anna")
    done = run("push", "-p", path, "--url", server)
    assert done.code == 8, "nobody was named to it"
    assert "anna" not in done.err


def test_an_address_in_config_toml_that_will_not_do_is_named_as_such(run, configured, path):
    configured(url="http://h.example/", user="anna")
    assert "over http, anyone between here and" in run("push", "-p", path).err
    configured(url="https://h.example:x/", user="anna")
    done = run("push", "-p", path)
    assert (done.code, done.err) == (
        2,
        (
            "microplan: caldav.url in config.toml is not the address of a server. Write it as "
            "https://host/path\n"
        ),
    )


def printing(text, code=0):
    script = f"print({text!r}); raise SystemExit({code})"
    return shlex.join([sys.executable, "-IS", "-c", script])


COMMANDS = [
    pytest.param(printing(f"{remotes.PASSWORD}\nuser: anna"), 0, "", id="its first line"),
    pytest.param(
        printing("wrong"), 8, "doesn't accept this name and password (401)", id="a wrong one"
    ),
    pytest.param(
        printing(remotes.PASSWORD, 3), 2, "ended with 3 and a password", id="one that fails"
    ),
    pytest.param(printing(""), 2, "ended with 0 and no password", id="one that says nothing"),
    pytest.param(
        printing(f"{remotes.PASSWORD}\r\n{'x' * 60000}"),
        0,
        "",
        id="a line of Windows and much more",
    ),
    pytest.param("/no/such/program", 2, "can't be run", id="one that is not there"),
    pytest.param('"', 2, "can't be run", id="one that is cut off"),
    pytest.param("", 2, "can't be run", id="none"),
]


@pytest.mark.parametrize(("command", "code", "told"), COMMANDS)
def test_the_password_comes_from_a_command(  # noqa: PLR0913, PLR0917 - a row of the table
    run, server, path, command, code, told
):
    flags = ("--url", server, "--user", remotes.USER, "--password-command", command)
    done = run("push", "-p", path, *flags)
    assert done.code == code
    assert told in done.err
    assert remotes.PASSWORD not in done.err + done.out
    assert "wrong" not in done.err


def test_a_password_command_that_hangs_is_given_up(push_to, monkeypatch):
    monkeypatch.setattr(server_password, "PATIENCE", 0.05)
    done = push_to("https://h.example/", "--password-command", "sleep 20")
    assert (done.code, "took longer than" in done.err) == (2, True)


def test_a_password_command_that_never_ends_is_stopped(push_to):
    done = push_to("https://h.example/", "--password-command", "yes")
    assert (done.code, "prints more than 64 KiB" in done.err) == (2, True), done.err


def test_a_prompt_escapes_control_characters(terminal, server, path):
    flags = ("-p", str(path), "--url", server, "--user", "a\x1b[2Jb\u202e")
    none = {"MICROPLAN_CALDAV_PASSWORD": None}
    shown = terminal("push", *flags, answers=["x"], env=none)
    assert "Password of a\\x1b[2Jb\\u202e at " in shown.screen


def test_the_password_is_asked_without_an_echo(terminal, server, path):
    flags = ("-p", str(path), "--url", server, "--user", remotes.USER)
    none = {"MICROPLAN_CALDAV_PASSWORD": None}
    shown = terminal("push", *flags, answers=[remotes.PASSWORD], env=none)
    assert shown.code == 0
    assert f"Password of anna at {urlsplit(server).netloc} >" in shown.screen
    assert remotes.PASSWORD not in shown.screen


def demands(scheme, accepts):
    """Answer a PROPFIND once who asks has said who they are."""

    def answer(handler, _):
        said = handler.headers.get("Authorization", "")
        status, body = (207, remotes.IS_CALENDAR) if accepts(said) else (401, "")
        handler.send_response(status)
        for name, value in {"WWW-Authenticate": scheme, "Content-Type": remotes.XML}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(body.encode())

    return answer


def test_digest_authentication_works(push_to):
    scheme = 'Digest realm="x", qop="auth", nonce="abc", algorithm=SHA-256'
    proved = demands(scheme, lambda said: said.startswith('Digest username="anna"'))
    with remotes.failing(PROPFIND=proved) as server:
        assert push_to(server.url).code == 0
    said = [headers.get("Authorization", "") for _, _, headers in server.asked]
    assert not any(each.startswith("Basic") for each in said)


@pytest.mark.parametrize(
    ("scheme", "told"),
    [
        ("Negotiate", "only offers Negotiate sign-in"),
        ('Bearer realm="a, Basic b", error="x"', "only offers Bearer sign-in"),
        ('Negotiate, NTLM , Bearer realm="x"', "only offers Negotiate or NTLM or Bearer sign-in"),
        ('Negotiate, Basic realm="x"', "doesn't accept this name and password (401)"),
        ("=;,", "doesn't answer as a CalDAV server"),
    ],
    ids=["a ticket", "a token", "several", "a password among them", "nonsense"],
)
def test_a_way_to_sign_in_that_is_not_known_is_named(push_to, scheme, told):
    with remotes.failing(PROPFIND=demands(scheme, lambda _: False)) as server:
        done = push_to(server.url)
    assert (done.code, done.err.count("\n")) == (8, 1)
    assert told in done.err, done.err


@pytest.mark.parametrize("word", ["pässwörd", "пароль ✓", "a:b c"])
def test_name_and_password_may_have_any_characters(push_to, monkeypatch, word):
    monkeypatch.setenv("MICROPLAN_CALDAV_PASSWORD", word)
    token = base64.b64encode(f"аня:{word}".encode()).decode()
    basic = demands('Basic realm="x"', lambda said: said == f"Basic {token}")
    with remotes.failing(PROPFIND=basic) as server:
        done = push_to(server.url, user="аня")
    assert done.code == 0, done.err


def test_a_password_that_is_not_text_is_refused(push_to, monkeypatch):
    monkeypatch.setenv("MICROPLAN_CALDAV_PASSWORD", "caf\udce9")
    done = push_to("https://h.example/")
    assert (done.code, "isn't UTF-8 text" in done.err) == (2, True)


def test_without_the_library_the_error_says_how_to_install_it(run, path, monkeypatch):
    monkeypatch.setitem(sys.modules, "caldav.davclient", None)
    monkeypatch.delenv("MICROPLAN_CALDAV_PASSWORD")
    done = run("push", "-p", path, "--url", "https://h.example/", "--user", "anna")
    assert done.code == 2  # before a password is asked
    assert done.err == (
        "microplan: push and pull need the caldav package: pipx inject microplan caldav, or uv tool "
        "install 'microplan[caldav]'\n"
    )


# --- a server that fails --------------------------------------------------------------------


@pytest.fixture
def push_to(run, path):
    """Push to a server, and check that a fault is one sentence without the password."""

    def _push_to(url, *flags, user="anna"):
        done = run("push", "-p", path, "--url", url, "--user", user, *flags)
        assert "Traceback" not in done.err
        assert remotes.PASSWORD not in done.err + done.out
        return done

    return _push_to


STATUSES = [
    pytest.param(401, 8, "doesn't accept this name and password (401)", id="401"),
    pytest.param(403, 8, "doesn't allow that (403)", id="403"),
    pytest.param(404, 8, "has nothing at that address (404)", id="404"),
    pytest.param(405, 8, "doesn't support that at this address (405)", id="405"),
    pytest.param(409, 8, "already has something there (409)", id="409"),
    pytest.param(412, 7, "changed on the server in the meantime and left", id="412"),
    pytest.param(418, 8, "refused (418)", id="418"),
    pytest.param(429, 8, "wants fewer requests (429)", id="429"),
    pytest.param(500, 8, "failed (500)", id="500"),
    pytest.param(503, 8, "is busy (503)", id="503"),
    pytest.param(507, 8, "has no space left (507)", id="507"),
]
FIRST = [row for row in STATUSES if row.values[0] != 412]


@pytest.mark.torture("servers that fail")
@pytest.mark.parametrize(("status", "code", "told"), STATUSES)
def test_a_server_that_refuses_every_event(push_to, status, code, told):
    with remotes.failing(PUT=(status, {}, "<html>no</html>")) as server:
        done = push_to(server.url)
    assert (done.code, told in done.err) == (code, True), done.err


@pytest.mark.torture("servers that fail")
@pytest.mark.parametrize(("status", "code", "told"), FIRST)
@pytest.mark.parametrize("method", ["PROPFIND", "REPORT"])
def test_a_server_that_lists_nothing(push_to, method, status, code, told):
    headers = {"WWW-Authenticate": 'Basic realm="x"'} if status == 401 else {}
    with remotes.failing(**{method: (status, headers, "")}) as server:
        done = push_to(server.url)
    assert (done.code, told in done.err) == (code, True), done.err
    assert done.err.count("\n") == 1
    assert "PUT" not in [asked[0] for asked in server.asked]


def hangs_up(handler, _):
    handler.connection.close()


def is_silent(_, ended):
    ended.wait(20)


def drips(handler, ended):
    handler.send_response(207)
    handler.end_headers()
    while not ended.wait(0.01):
        handler.wfile.write(b" ")


def saying(beginning, again=b""):
    """Answer with that, and then drop by drop for ever."""

    def answer(handler, ended):
        handler.connection.sendall(beginning)
        while again and not ended.wait(0.02):
            handler.connection.sendall(again)

    return answer


def has_no_end(handler, ended):
    handler.send_response(207)
    handler.end_headers()
    while not ended.is_set():
        handler.wfile.write(b" " * 65536)


def breaks_off(handler, _):
    handler.send_response(207)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b"<D:multistatus")


XML = {"Content-Type": remotes.XML}
FAULTS = [
    pytest.param(hangs_up, "can't reach", id="hangs up"),
    pytest.param(is_silent, "takes too long to answer", id="is silent"),
    pytest.param(drips, "takes too long to answer", id="answers drop by drop"),
    pytest.param(
        saying(b"HTTP/1.1 207 OK\r\nX: ", b"a"), "takes too long", id="a head drop by drop"
    ),
    pytest.param(
        saying(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "takes too long", id="only interim answers"
    ),
    pytest.param(
        saying(b"HTTP/1.1 207 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"a"),
        "takes too long",
        id="a chunk that never begins",
    ),
    pytest.param(has_no_end, "answers with more than 1 MiB", id="answers without end"),
    pytest.param(breaks_off, "broke off", id="breaks off"),
    pytest.param(
        (200, {"Content-Type": "text/html"}, "<html>Log in</html>"),
        "doesn't answer as a CalDAV server",
        id="a page",
    ),
    pytest.param(
        (200, {"Content-Type": "text/html"}, "<p>Log in<br>"),
        "doesn't answer as a CalDAV server",
        id="a bad page",
    ),
    pytest.param(
        (207, XML, "<D:multistatus"), "doesn't answer as a CalDAV server", id="half of an element"
    ),
    pytest.param((207, XML, ""), "doesn't answer as a CalDAV server", id="nothing"),
    pytest.param((207, XML, "\x00\xff"), "doesn't answer as a CalDAV server", id="noise"),
    pytest.param(
        (
            207,
            XML,
            remotes.MULTISTATUS.format(
                "<D:response><D:status>HTTP/1.1 507 x</D:status></D:response>"
            ),
        ),
        "doesn't answer as a CalDAV server",
        id="half of a list",
    ),
    pytest.param(
        (302, {"Location": "https://elsewhere.example/\x1b[31m?q=1"}, ""),
        "points to https://elsewhere.example/",
        id="points elsewhere",
    ),
    pytest.param((301, {}, ""), "points to", id="points nowhere"),
]


@pytest.mark.torture("servers that fail")
@pytest.mark.parametrize(("answer", "told"), FAULTS)
@pytest.mark.parametrize("method", ["PROPFIND", "REPORT"])
def test_a_server_with_invalid_answers(push_to, monkeypatch, method, answer, told):
    patience = 0.05 if "takes too long" in told else 30
    monkeypatch.setattr(caldav_client, "TIMEOUT", patience)
    monkeypatch.setattr(http, "PATIENCE", patience)
    monkeypatch.setattr(http, "MAX_BYTES", 1 << 20)
    with remotes.failing(**{method: answer}) as server:
        done = push_to(server.url)
    assert (done.code, told in done.err) == (8, True), done.err
    assert done.err.count("\n") == 1
    assert "\x1b" not in done.err
    assert "PUT" not in [asked[0] for asked in server.asked]


@pytest.mark.torture("servers that fail")
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((407, {}, ""), "the proxy doesn't reach h.example"),
        ((403, {}, ""), "the proxy doesn't reach h.example"),
        (saying(b"nonsense\r\n\r\n"), "can't reach h.example"),
        (hangs_up, "can't reach h.example"),
    ],
    ids=["wants a password", "forbids it", "makes no sense", "hangs up"],
)
def test_a_proxy_that_leads_nowhere_is_a_sentence(push_to, answer, told):
    with remotes.failing(CONNECT=answer) as proxy:
        done = push_to("https://h.example/", "--proxy", proxy.url.removesuffix("/c/"))
    assert (done.code, told in done.err, done.err.count("\n")) == (8, True, 1), done.err
    gone = push_to("https://h.example/", "--proxy", proxy.url.removesuffix("/c/"))
    assert (gone.code, "the proxy doesn't reach h.example" in gone.err) == (8, True), gone.err


@pytest.mark.torture("servers that fail")
def test_a_server_that_stops_half_way(push_to):
    left = [3]

    def puts(handler, _):
        left[0] -= 1
        if left[0] < 0:
            handler.connection.close()
            return
        handler.send_response(201)
        handler.send_header("Content-Length", "0")
        handler.send_header("Connection", "close")
        handler.end_headers()

    with remotes.failing(PUT=puts) as server:
        done = push_to(server.url)
    assert done.code == 8
    assert "3 of 6 changes made, push again to make the rest" in done.err
    assert len(done.out.splitlines()) == 3


def takes(count, status=403):
    """Answer for a server that takes so many events, and refuses the others."""
    left = [count]

    def puts(handler, _):
        left[0] -= 1
        handler.send_response(201 if left[0] >= 0 else status)
        handler.send_header("Content-Length", "0")
        handler.send_header("Connection", "close")
        handler.end_headers()

    return puts


@pytest.mark.torture("servers that fail")
@pytest.mark.parametrize("status", [403, 500], ids=["refuses the rest", "fails half way"])
def test_today_says_what_a_server_did_not_take(push_to, run, path, status):
    lacking = "Calendar    the copy pushed at 21:00 is missing session 5, "
    with remotes.failing(PUT=takes(4, status)) as server:
        assert push_to(server.url).code == 8
    said = run("today", "-p", path).out
    assert lacking in said
    with remotes.failing(PUT=takes(0)) as server:
        assert push_to(server.url).code == 8
    assert run("today", "-p", path).out == said, "nothing was put, and what was known stays"
    with remotes.failing() as server:
        assert push_to(server.url).code == 0
    assert lacking not in run("today", "-p", path).out


@pytest.mark.torture("servers that fail")
def test_a_server_that_is_not_there(push_to):
    with remotes.failing() as server:
        url = server.url
    done = push_to(url)
    assert done.code == 8
    assert "can't reach" in done.err


@pytest.mark.torture("servers that fail")
def test_a_server_without_a_certificate(push_to):
    with remotes.failing() as server:
        done = push_to(server.url.replace("http:", "https:"))
    assert done.code == 8
    assert "can't connect safely" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    "text", ["", "nonsense", "BEGIN:VCALENDAR\r\nUID:x\r\n", remotes.OTHERS, "\u202eevil"]
)
def test_events_of_others_are_passed_over(push_to, text):
    with remotes.failing(REPORT=(207, XML, remotes.item(text))) as server:
        done = push_to(server.url)
    assert done.code == 0
    assert {asked[0] for asked in server.asked if asked[1] == "/c/1.ics"} == set()


ASTRAY = [
    *("", "/c/", "/c", "/", "/c/..", "/c/./", "/d/", "/d/3.ics", "/cc/3.ics", "3.ics/"),
    *("/c/../d/3.ics", "/c/%2e%2e/d/3.ics", "../3.ics", "//other.example/c/3.ics"),
    *("https://other.example/d/3.ics", "{origin}/c/../d/3.ics", "{origin}/c/%2E%2E/d/3.ics"),
]


@pytest.mark.parametrize("href", ASTRAY)
def test_an_event_listed_outside_the_calendar_is_left_alone(push_to, run, path, href):
    """Deleting whatever path a server gives for an event could delete another calendar."""
    text = _pushed_text(path, 3)
    run("skip", 3, "-p", path)
    with remotes.failing() as server:
        listed = remotes.item(text, href.format(origin=server.url[:-3]))
        server.answers["REPORT"] = (207, XML, listed)
        done = push_to(server.url, "--overwrite")
    assert done.code == 0, done.err
    assert "DELETE" not in [method for method, _, _ in server.asked]
    assert all(where.startswith("/c/") and ".." not in where for _, where, _ in server.asked)


INSIDE = [
    *("/c/3.ics", "3.ics", "/c/d%20e.ics", "/c/a/3.ics", "{origin}/c/3.ics", "/%63/3.ics"),
    "https://other.example/c/3.ics",  # of an address the path is read, and that alone
]


@pytest.mark.parametrize("href", INSIDE)
def test_an_event_listed_inside_the_calendar_is_deleted(push_to, run, path, href):
    text = _pushed_text(path, 3)
    run("skip", 3, "-p", path)
    with remotes.failing() as server:
        listed = remotes.item(text, href.format(origin=server.url[:-3]))
        server.answers["REPORT"] = (207, XML, listed)
        done = push_to(server.url, "--overwrite")
    assert done.code == 0, done.err
    assert [method for method, _, _ in server.asked].count("DELETE") == 1


def test_library_warnings_are_not_shown(process, path):
    """A separate process where warnings aren't errors, as they would show what a server sent."""
    text = _pushed_text(path, 3).replace(
        "DTSTART;TZID=Europe/Paris:", "DTSTART;TZID=/x.org/hostile/Europe/Paris:"
    )
    with remotes.failing(REPORT=(207, XML, remotes.item(text))) as server:
        done = process("push", "-p", str(path), "--url", server.url, "--user", "anna")
    assert done.code == 0
    assert "hostile" not in done.err


def test_a_password_is_sent_to_no_other_server(push_to):
    """If a listing gives a path outside the calendar, events are still put inside it."""
    with remotes.failing() as other:
        away = remotes.IS_CALENDAR.replace("<C:calendar/>", "").replace(
            "</D:resourcetype>",
            f"</D:resourcetype><D:current-user-principal><D:href>{other.url}</D:href>"
            "</D:current-user-principal>",
        )
        with remotes.failing(PROPFIND=(207, XML, away)) as server:
            done = push_to(server.url)
        assert done.code == 8
        assert other.asked == []


@pytest.mark.parametrize(
    ("to", "named"),
    [
        ("https://[2001:db8::1]:8443/dav/?q#f", "https://[2001:db8::1]:8443/dav/;"),
        ("//[::1]/dav/", "http://[::1]/dav/;"),
        ("https://eve:word@h.example/", "https://h.example/;"),
        ("https://h.example:x/", "https://h.example:x/;"),
    ],
    ids=["an address", "only an address", "a name and a password", "a port that is none"],
)
def test_a_place_that_a_server_points_to_is_named(push_to, to, named):
    with remotes.failing(PROPFIND=(301, {"Location": to}, "")) as server:
        done = push_to(server.url)
    assert (done.code, f"points to {named}" in done.err) == (8, True), done.err


def answering(answers):
    """Answer each request as its path has it: a status, headers, and a body."""

    def answer(handler, _):
        status, headers, body = answers(handler)
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body.encode())))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(body.encode())

    return answer


HTML = {"Content-Type": "text/html"}
ROOTS = [
    pytest.param((404, {}, ""), id="nothing there"),
    pytest.param((405, {}, ""), id="a method it does not have"),
    pytest.param((403, {}, ""), id="a refusal"),
    pytest.param((500, {}, ""), id="a fault"),
    pytest.param((501, {}, ""), id="a method it never heard of"),
    pytest.param((302, {"Location": "/index.php/login"}, ""), id="the way to a page"),
    pytest.param((302, {"Location": "https://login.example/"}, ""), id="the way elsewhere"),
    pytest.param((200, HTML, "<html>Welcome</html>"), id="a page"),
    pytest.param((200, HTML, "<p>Welcome<br>"), id="a page that is no XML"),
    pytest.param((200, {}, ""), id="nothing at all"),
]


@pytest.mark.parametrize("root", ROOTS)
def test_calendars_are_found_from_the_root_of_a_server(push_to, root):
    there = (207, XML, remotes.IS_CALENDAR)
    answer = answering(lambda handler: there if handler.path == "/c/" else root)
    with remotes.failing(PROPFIND=answer, GET=(301, {"Location": "/c/"}, "")) as server:
        done = push_to(server.url.removesuffix("c/"))
    assert (done.code, done.err.endswith("6 put\n")) == (0, True), done.err
    (asked,) = (each for each in server.asked if each[0] == "GET")
    assert asked[1] == "/.well-known/caldav"
    assert "Authorization" not in asked[2]


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_without_calendars_gives_one_line(push_to, root):
    with remotes.failing(PROPFIND=root, GET=(404, {}, "")) as server:
        done = push_to(server.url.removesuffix("c/"))
    assert (done.code, done.err.count("\n")) == (8, 1), done.err


def test_a_redirect_to_calendars_is_followed_with_the_password(push_to):
    there = (207, XML, remotes.IS_CALENDAR.replace("/c/", "/.well-known/caldav/"))
    nothing = (404, {}, "")
    answer = answering(lambda handler: there if "well-known" in handler.path else nothing)
    wants = {"WWW-Authenticate": 'Basic realm="x"'}
    with remotes.failing(PROPFIND=answer, GET=(401, wants, "")) as server:
        done = push_to(server.url.removesuffix("c/"))
    assert (done.code, done.err.endswith("6 put\n")) == (0, True), done.err


def test_a_root_that_leads_to_another_machine_is_named(push_to):
    away = {"Location": "https://other.example/dav/"}
    with remotes.failing(PROPFIND=(404, {}, ""), GET=(301, away, "")) as server:
        done = push_to(server.url.removesuffix("c/"))
    assert (done.code, "points to https://other.example/dav/;" in done.err) == (8, True), done.err


def test_a_successful_answer_may_report_a_missing_calendar(push_to):
    gone = (
        "<D:response><D:href>/c/</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>"
    )
    with remotes.failing(PROPFIND=(207, XML, remotes.MULTISTATUS.format(gone))) as server:
        done = push_to(server.url)
    assert (done.code, "has nothing at that address (404)" in done.err) == (8, True), done.err


@pytest.mark.parametrize("port", ["1", "70000"], ids=["a port", "a port that is none"])
def test_a_home_on_another_port_is_named(push_to, port):
    home = f"http://127.0.0.1:{port}/anna/"
    properties = "".join(
        (
            "<D:current-user-principal><D:href>/c/</D:href></D:current-user-principal>",
            f"<C:calendar-home-set><D:href>{home}</D:href></C:calendar-home-set>",
        )
    )
    body = remotes.principal(properties)
    with remotes.failing(PROPFIND=(207, {"Content-Type": remotes.XML}, body)) as server:
        done = push_to(server.url)
    assert (done.code, f"points to {home};" in done.err) == (8, True), done.err


@pytest.mark.parametrize("place", ["c/", ""], ids=["below the root", "at the root"])
def test_no_server_is_asked_twice_for_the_same(push_to, place):
    """What is there, where its calendars are, and which: on the way, each question is a wait."""
    home = "<C:calendar-home-set><D:href>/anna@h.example/</D:href></C:calendar-home-set>"
    principal = "<D:current-user-principal><D:href>/p/</D:href></D:current-user-principal>"
    body = remotes.principal(principal + home)
    with remotes.failing(PROPFIND=(207, XML, body), MKCALENDAR=(201, {}, "")) as server:
        push_to(server.url.removesuffix("c/") + place)
    asked = [where for method, where, _ in server.asked if method == "PROPFIND"]
    assert asked == [f"/{place}", "/p/", "/anna%40h.example/"]


@pytest.mark.parametrize("status", [403, 405, 501])
def test_a_server_that_cannot_create_calendars_needs_an_existing_one(push_to, status):
    body = remotes.principal("<C:calendar-home-set><D:href>/c/</D:href></C:calendar-home-set>")
    with remotes.failing(PROPFIND=(207, XML, body), MKCALENDAR=(status, {}, "")) as server:
        done = push_to(server.url)
    assert (done.code, "give its name: --calendar NAME" in done.err) == (8, True), done.err
    assert "PUT" not in [method for method, _, _ in server.asked]


def test_events_are_fetched_if_a_query_only_lists_their_paths(push_to, path):
    """A person's move is seen with this server too, and foreign events are left out."""
    moved = remotes.moved(_pushed_text(path, 3), days=2)
    named = remotes.items([("/c/1.ics", ""), ("/c/d%20e.ics", ""), ("/c/", "")])
    told = remotes.items([("/c/1.ics", remotes.OTHERS), ("/c/d%20e.ics", moved)])
    by_depth = {"1": (207, XML, named), "0": (207, XML, told)}
    answer = answering(lambda handler: by_depth[handler.headers["Depth"]])
    with remotes.failing(REPORT=answer) as server:
        done = push_to(server.url)
    assert (done.code, "moved there to Thu 28 Jan 2027" in done.out) == (7, True), done
    assert [text for method, text in server.bodies if method == "REPORT"][1].count("<D:href>") == 2
    assert [method for method, _, _ in server.asked].count("PUT") == 5


ELSEWHERE = [
    pytest.param("https://other.example/c/", id="another host"),
    pytest.param("https://h.example.other.example/c/", id="a host that begins alike"),
    pytest.param("http://h.example/c/", id="another scheme"),
    pytest.param("https://h.example:444/c/", id="another port"),
    pytest.param("https://h.example@other.example/c/", id="a host that looks like a name"),
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_a_wire_stays_at_its_origin(url):
    with pytest.raises(ServerError, match="points to"):
        http.Wire(None, "https://h.example/").request("PUT", url)


def test_a_new_event_is_put_only_if_none_exists(push_to):
    with remotes.failing() as server:
        assert push_to(server.url).code == 0
    puts = [headers for method, _, headers in server.asked if method == "PUT"]
    assert len(puts) == 6
    assert all(headers["If-None-Match"] == "*" for headers in puts)


def test_an_update_names_the_version_it_replaces(push_to, path):
    text = re.sub("X-MICROPLAN-MARK:.*", "X-MICROPLAN-MARK:old\r", _pushed_text(path, 3))
    with remotes.failing(REPORT=(207, XML, remotes.item(text, "/c/d%20e.ics"))) as server:
        assert push_to(server.url).code == 0
    (put,) = [h for method, where, h in server.asked if (method, where) == ("PUT", "/c/d%20e.ics")]
    assert put["If-Match"] == '"1"'
