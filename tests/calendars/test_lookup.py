"""Holidays and busy calendars close days of a plan; they're looked up once and stored."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from microplan.calendars import holiday_regions, lookup
from microplan.calendars.busy_query import Misread
from microplan.cli import lookups
from microplan.cli.lookups import about_misread
from microplan.errors import UsageError
from microplan.storage import plan_file
from tests.build import plan_at, plan_of

pytestmark = pytest.mark.usefixtures("forked_reader")
NEW = ("new", "--start", "2026-12-01", "--every", "6x4w~3d", "--on", "mon..fri", "--at", "18:00",
       "--tz", "Europe/Paris", "-f", "tsv")  # fmt: skip
BUSY = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
SUMMARY:secret appointment
LOCATION:secret place
ATTENDEE;CN=secret:mailto:secret@example.org
DESCRIPTION:secret
DTSTART;TZID=Europe/Paris:20261229T173000
DURATION:PT1H
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def calendar(tmp_path):
    path = tmp_path / "busy.ics"
    path.write_text(BUSY)
    return "busy.ics"


def days_of(out):
    return [line.split("\t")[4] for line in out.splitlines()[1:]]


# --- a new plan -----------------------------------------------------------------------------


def test_public_holidays_move_a_session_and_are_stored_with_their_names(run, saved):
    start = ("--start", "2026-12-25", "--every", "3x1w")
    done = run("new", *start, "--tz", "Europe/Berlin", "--holidays", "DE-BY", "--save", "-f", "tsv")
    assert done.code == 0
    assert days_of(done.out) == ["2026-12-27", "2027-01-03", "2027-01-10"]
    plan = plan_at(saved)
    assert [f"{shut.days} {shut.reason}" for shut in plan.closed][:4] == [
        "2026-12-25 Christmas Day (DE-BY)",
        "2026-12-26 Second Day of Christmas (DE-BY)",
        "2027-01-01 New Year's Day (DE-BY)",
        "2027-01-06 Epiphany (DE-BY)",
    ]
    assert [(look.of, str(look.days)) for look in plan.lookups] == [
        ("holidays DE-BY", "2026-12-25..2028-01-09")
    ]


def test_the_holidays_on_the_plans_days_are_listed(run):
    said = run(*NEW, "--holidays", "DE-BY").err
    assert said.startswith(
        "5 public holidays (DE-BY) fall on your days: Fri 25 Dec Christmas Day; Fri 1 Jan New "
        "Year's Day; Wed 6 Jan Epiphany; Fri 26 Mar Good Friday; Mon 29 Mar Easter Monday. Not "
        "included: 24 and 31 Dec, bridge days, days kept only in some towns.\n"
    )


@pytest.mark.parametrize(
    ("code", "left_out"),
    [
        pytest.param("FR", "24 and 31 Dec, bridge days, days kept only in some regions", id="FR"),
        pytest.param("CZ", "31 Dec, bridge days, days kept only in some towns", id="24 Dec in CZ"),
        pytest.param("LV", "bridge days, days kept only in some towns", id="both in LV"),
        pytest.param("JP", "24 and 31 Dec, days kept only in some towns", id="shifted in JP"),
    ],
)
def test_the_days_listed_as_not_included_are_not_holidays(run, code, left_out):
    assert f"Not included: {left_out}." in run(*NEW, "--holidays", code).err


def test_a_busy_calendar_is_not_overwritten(run, calendar):
    path = Path(calendar)
    before = path.read_bytes()
    shown = run("new", "--start", "2026-12-01", "--every", "6x4w", "--busy", path, "-o", path)
    assert (shown.code, shown.out, path.read_bytes()) == (2, "", before)
    assert "is read here. Write to another file." in shown.err


def test_a_busy_time_moves_a_session_and_only_the_day_is_stored(run, saved, calendar):
    done = run(*NEW, "--busy", calendar, "--save")
    assert days_of(done.out)[1] == "2026-12-30"
    text = saved.read_text()
    assert tomllib.loads(text)["closed"] == [{"days": "2026-12-29", "reason": "busy"}]
    assert tomllib.loads(text)["lookup"] == [
        {"of": "busy calendar", "days": "2026-12-01..2028-04-20"}
    ]
    shown = run("show", "-f", "json").out + run("export").out + text + done.out + done.err
    assert "secret" not in shown
    assert "busy.ics" not in text


def test_days_closed_by_a_calendar_are_counted_and_quiet_is_quiet(run, calendar):
    assert "busy.ics closes 1 day up to 20 Apr 2028\n" in run(*NEW, "--busy", calendar).err
    assert run(*NEW, "--busy", calendar, "--holidays", "FR", "-q").err == ""


def test_unreadable_parts_of_a_calendar_are_reported_even_with_quiet(run, tmp_path):
    text = BUSY.replace("Europe/Paris", "Mars/Base")
    broken = "BEGIN:VEVENT\nUID:2\nDTSTART:20261399\nEND:VEVENT\nEND:VCALENDAR\n"
    (tmp_path / "odd.ics").write_text(text.replace("END:VCALENDAR\n", broken))
    assert run(*NEW, "--busy", "odd.ics", "-q").err == (
        "odd.ics: event 2 has no readable start, so it closes nothing\n"
        'odd.ics: the zone "Mars/Base" isn\'t known here; its times were read as Europe/Paris\n'
    )


MISREAD = [
    pytest.param(
        Misread(number=3, day=date(2026, 12, 4), lines=("DTEND", "DURATION")),
        "event 3 (Fri 4 Dec 2026): its end can't be read, so it counts as an hour",
        id="an end",
    ),
    pytest.param(
        Misread(number=7, day=date(2026, 12, 4), lines=("DTEND",), is_whole_day=True),
        "event 7 (Fri 4 Dec 2026): its end can't be read, so it counts as one day",
        id="the end of a whole day",
    ),
    pytest.param(
        Misread(number=1, day=None, lines=("EXDATE", "RDATE")),
        "event 1: one of its exceptions can't be read, so that day stays closed; "
        "one of its extra dates can't be read and closes nothing",
        id="two lines",
    ),
]


@pytest.mark.parametrize(("misread", "sentence"), MISREAD)
def test_an_event_that_is_misread_is_named_by_its_number_and_day(misread, sentence):
    assert about_misread(misread) == sentence


def test_many_unknown_zones_are_one_sentence(run, tmp_path):
    two = "BEGIN:VEVENT\nUID:2\nDTSTART;TZID=Venus:20261204T180000\nEND:VEVENT\nEND:VCALENDAR\n"
    text = BUSY.replace("Europe/Paris", "Mars/Base").replace("END:VCALENDAR\n", two)
    (tmp_path / "odd.ics").write_text(text)
    assert run(*NEW, "--busy", "odd.ics", "-q").err == (
        'odd.ics: the zones "Mars/Base" and "Venus" aren\'t known here; '
        "its times were read as Europe/Paris\n"
    )


def test_a_calendar_can_come_from_standard_input(run):
    done = run(*NEW, "--busy", "-", "-q", stdin=BUSY.encode())
    assert days_of(done.out)[1] == "2026-12-30"


def test_the_plans_own_session_closes_no_day(run, tmp_path, saved):
    assert run(*NEW, "--save", "-o", "own.ics", "-q").code == 0
    own = (tmp_path / "own.ics").read_text()
    (tmp_path / "own.ics").write_text(own.replace("X-MICROPLAN-START", "X-LOST"))
    assert run("check", "--busy", "own.ics").out == "nothing to fix\n"
    assert "closes 0 days" in run("avoid", "--busy", "own.ics").err
    assert plan_at(saved).log[0].closures == ()


@pytest.mark.slow
def test_progress_is_shown_at_a_terminal_and_removed(terminal, tmp_path):
    """Uses the process that reads users' calendars."""
    event = BUSY[BUSY.index("BEGIN:VEVENT") : BUSY.index("END:VCALENDAR")]
    over = event.replace("20261229", "20251229")  # this takes no time
    many = "".join(over.replace("UID:1", f"UID:{n}") for n in range(1_000))
    (tmp_path / "many.ics").write_text(f"BEGIN:VCALENDAR\n{many}END:VCALENDAR\n")
    screen = terminal(*NEW, "--busy", "many.ics", "-o", "plan.toml").screen
    assert re.search(r"many\.ics: [0-9]+ of 1,000 events read", screen)
    assert screen.rindex("\x1b[2K") > screen.rindex("events read"), "the line is gone at the end"
    assert "many.ics: 200" not in terminal(*NEW, "--busy", "many.ics", "-q").screen


# --- what cannot be looked up ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("XX", "there's no country with that code. Write "),
        ("Germany", "there's no country with that code. Write DE."),
        ("DE-XX", "DE has no part with that code. Write one of DE-BB, DE-BE, "),
        ("US-", "no part of US follows the hyphen. Write US alone, or US-AK for a part."),
        ("SG-", "no part of SG follows the hyphen. Write SG alone."),
        ("DE-Bayer", "DE has no part with that code. Write DE-BY."),
        ("SG-A", "SG has no part with that code. Write SG alone."),
        ("1234", "there's no country with that code. Write FR, DE or DE-BY, as ISO 3166 has it."),
    ],
)
def test_an_unknown_code_gets_the_nearest_ones(run, code, sentence):
    done = run(*NEW, "--holidays", code)
    assert done.code == 2
    assert done.err.startswith(f'microplan: holidays "{code}": {sentence}')
    assert done.err.count("\n") == 1


NAMES = [
    ("Bayern", "Write DE-BY."),
    ("bayern", "Write DE-BY."),
    ("Österreich", "Write AT."),
    ("Osterreich", "Write AT."),
    ("Austria", "Write AT."),
    ("Wien", "Write AT-9."),
    ("Genève", "Write CH-GE."),
    ("Baden-Württemberg", "Write DE-BW."),
    ("South Korea", "Write KR."),
    ("UK", "Write GB."),
    ("Switzerlnd", "Write CH."),
]


@pytest.mark.parametrize(("name", "advice"), NAMES)
def test_a_country_name_is_read_as_its_code(name, advice):
    with pytest.raises(UsageError, match=f"there's no country with that code. {advice}"):
        holiday_regions.parse(name)


@pytest.mark.parametrize("code", holiday_regions.OWN_NAMES)
def test_every_code_with_names_of_our_own_is_valid(code):
    assert str(holiday_regions.parse(code)) == code


@pytest.mark.parametrize("code", ["de-by", "DE-Bayern", "deu-by", " DE-BY "])
def test_a_code_is_read_in_any_case(code):
    assert str(holiday_regions.parse(code)) == "DE-BY"


@pytest.mark.slow
def test_every_country_of_the_library_is_looked_up_by_its_code():
    from holidays.registry import COUNTRIES

    for known in COUNTRIES.values():
        where = holiday_regions.parse(known[1])
        lookup.holidays_of(where, date(2026, 1, 1), date(2027, 12, 31))


def test_holidays_of_unknown_years_are_not_looked_up():
    with pytest.raises(UsageError):
        lookups._Search(plan_of(), date(2101, 1, 1), date(2102, 1, 1)).run(["FR"], [])  # noqa: SLF001


def test_partly_known_years_do_not_count_as_known():
    found, last = lookup.holidays_of(
        holiday_regions.parse("IN"), date(2034, 6, 1), date(2037, 6, 1)
    )
    assert last == date(2035, 12, 31)
    assert all(shut.days.last <= last for shut in found)


def test_sessions_past_the_known_holidays_are_reported_even_with_quiet(run):
    years = ("--start", "2034-12-01", "--every", "24x4w", "--tz", "UTC")
    done = run("new", *years, "--holidays", "IN", "-q")
    assert (done.code, done.err) == (
        0,
        "holidays of IN after 31 Dec 2035 are not known here\n",
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nope.ics", "nope.ics can't be read: no such file or directory"),
        (".", ". can't be read: is a directory"),
        ("/dev/zero", "/dev/zero is larger than 16 MiB, the limit for a file"),
        ("/dev/null", ("/dev/null can't be read: it isn't a calendar. Give a file that begins "
                       "with BEGIN:VCALENDAR")),
    ],
)  # fmt: skip
def test_an_unreadable_calendar_gives_an_error(run, saved, name, sentence):
    done = run(*NEW, "--busy", name, "--save")
    assert (done.code, done.err) == (3, f"microplan: {sentence}\n")
    assert not saved.exists()


def test_a_plan_and_a_calendar_cannot_share_standard_input(run):
    for command in ("avoid", "check"):
        done = run(command, "-p", "-", "--busy", "-", stdin=b"")
        assert done.code == 2
        assert "can't both come from standard input" in done.err


# --- a running plan -------------------------------------------------------------------------


def test_one_avoid_is_one_entry_and_undo_reverts_all_of_it(run, saved, calendar):
    run(*NEW, "--save", "-q")
    before = days_of(run("show", "-q").out)
    done = run("avoid", "2027-01-26", "2027-01-27", "--holidays", "DE-BY", "--busy", calendar,
               "--reason", "away")  # fmt: skip
    assert done.code == 0
    assert days_of(run("show", "-q").out)[1:3] == ["2026-12-30", "2027-01-25"]
    plan = plan_at(saved)
    assert len(plan.log) == 1
    assert [look.of for look in plan.log[0].lookups] == ["holidays DE-BY", "busy calendar"]
    assert run("log").out.endswith("avoid --holidays DE-BY --busy FILE (21 closures)\n")
    run("undo")
    assert days_of(run("show", "-q").out) == before


def test_looking_again_adds_only_what_is_new(run, saved):
    run(*NEW, "--save", "-q", "--holidays", "FR")
    again = run("avoid", "--holidays", "fr", "--as-of", "2026-12-01")
    assert again.out == "Those days are already closed; nothing changed.\n"
    run("avoid", "--holidays", "FR", "--as-of", "2026-12-20")
    assert plan_at(saved).log[0].closures == ()


def test_a_holiday_on_which_the_clinic_works_is_opened(run, saved):
    run("new", "--start", "2026-12-25", *NEW[3:], "--save", "-q", "--holidays", "FR")
    shown = run("avoid", "--not", "2026-12-25", "--as-of", "2026-12-01").out
    assert shown.startswith("Open again: 25 Dec.\n#1  Mon 28 Dec → Fri 25 Dec\n")
    assert 'opened = "2026-12-25"\n' in saved.read_text()
    run("avoid", "--holidays", "FR", "--as-of", "2026-12-20")
    assert "2026-12-25" in run("show", "-q", "-f", "tsv").out


@pytest.mark.parametrize("more", [
    pytest.param(("2026-12-26",), id="days"),
    pytest.param(("--reason", "x"), id="a reason"),
    pytest.param(("--holidays", "FR"), id="holidays"),
    pytest.param(("--busy", "busy.ics"), id="a calendar"),
])  # fmt: skip
def test_opening_and_closing_are_two_commands(run, saved, more):
    run(*NEW, "--save", "-q")
    before = saved.read_bytes()
    done = run("avoid", "--not", "2026-12-25", *more)
    assert (done.code, done.err) == (
        2,
        "microplan: --not opens days again; close other days in a command of its own\n",
    )
    assert saved.read_bytes() == before


def test_avoid_needs_something_to_avoid(run):
    run(*NEW, "--save", "-q")
    done = run("avoid")
    assert (done.code, done.err) == (
        2,
        "microplan: avoid needs days, --holidays CODE, --busy FILE or --not DATE\n",
    )


def test_a_dry_run_looks_up_and_saves_nothing(run, saved, calendar):
    run(*NEW, "--save", "-q")
    before = saved.read_text()
    assert "#2  Tue 29 Dec → Wed 30 Dec" in run("avoid", "--busy", calendar, "--dry-run").out
    assert saved.read_text() == before


def test_a_plan_from_a_pipe_gets_its_closed_days(run, calendar):
    text = run(*NEW[:-1], "toml", "-q").out
    amended = run("avoid", "-p", "-", "--busy", calendar, stdin=text.encode()).out
    assert plan_file.load(amended)[0].log[0].closures[0].reason == "busy"


BEYOND = (
    "closed days are known until 20 Apr 2028; session 6 (Thu 1 Jun 2028) is later. Look again: microplan avoid "
    "--holidays FR"
)


def test_a_session_that_moves_past_the_lookup_is_reported_once_and_by_check(run):
    run(*NEW, "--save", "-q", "--holidays", "FR")
    assert run("move", "6", "2028-06-01").err == f"{BEYOND}\n"
    assert run("done", "1", "--on", "2026-12-01", "--as-of", "2026-12-01").err == ""
    checked = run("check")
    assert (checked.code, checked.out) == (6, f"#6  {BEYOND}\n")
    assert run("avoid", "--holidays", "FR", "--as-of", "2026-12-02").code == 0
    assert run("check").out == "nothing to fix\n"


def test_a_new_time_makes_a_busy_lookup_outdated(run, calendar):
    run(*NEW, "--save", "-q", "--busy", calendar)
    assert run("revise", "--at", "10:00").err == (
        "busy days were looked up for other times. Look again: microplan avoid --busy FILE\n"
    )
    assert run("revise", "--every", "4x4w").err == ""


# --- check ----------------------------------------------------------------------------------


def test_check_finds_clashes_and_writes_nothing(run, saved, calendar):
    run(*NEW, "--save", "-q")
    run("move", "5", "2027-03-29", "--only")
    before = saved.read_text()
    checked = run("check", "--holidays", "FR", "--busy", calendar)
    assert checked.code == 6
    assert checked.out == (
        "#2  Tue 29 Dec: taken in busy.ics. To move it: microplan avoid 2026-12-29\n"
        "#5  Mon 29 Mar: Easter Monday (FR), but you moved it there\n"
    )
    told = json.loads(run("check", "--busy", calendar, "--format", "json").out)
    assert [(each["code"], each["session"]) for each in told["findings"]] == [("clash", 2)]
    assert saved.read_text() == before


def test_past_sessions_do_not_clash(run, calendar):
    run(*NEW, "--save", "-q")
    run("done", "2", "--on", "2026-12-29", "--as-of", "2026-12-29")
    late = run("check", "--busy", calendar, "--as-of", "2026-12-30").out
    assert "taken" not in late


# --- the file -------------------------------------------------------------------------------


def test_a_lookup_needs_years(run, saved):
    run(*NEW, "--save", "-q")
    saved.write_text(
        saved.read_text() + '\n[[lookup]]\nof = "holidays FR"\ndays = "12-24..01-03"\n'
    )
    done = run("check")
    assert done.code == 3
    assert "lookup[1].days: a span needs years, as in 2026-12-01..2028-04-27" in done.err


def test_faults_in_closures_of_one_entry_have_their_paths(run, saved):
    run(*NEW, "--save", "-q")
    entry = 'closed = [{ days = "2026-13-01" }]\nlookup = 3\nrecorded = 2026-12-01T10:00:00Z\n'
    saved.write_text(f"{saved.read_text()}\n[[log]]\n{entry}")
    said = run("check").err
    assert 'log[1].closed[1].days "2026-13-01"' in said
    assert "log[1].lookup: write each entry as a table, lookup = [{ … }]" in said
