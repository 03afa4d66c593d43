"""The command line: data on stdout, messages on stderr, and exit codes."""

import errno
import json
import os
import sys
import unicodedata
from pathlib import Path

import pytest

from microplan.cli import app, usage
from microplan.cli.app import COMMANDS
from microplan.formats import FORMATS, SUFFIXES
from tests import forks
from tests.faults import names
from tests.forks import PROGRAM

PLAN = ("new", "--start", "2026-12-01", "--every", "6x4w", "--tz", "Europe/Paris")
JOB = (
    *("new", "--start", "2026-12-01", "--every", "6x4w~3d", "--on", "mon..fri"),
    *("--prefer", "tue", "--gap", "21d", "--avoid", "2026-12-24..2027-01-03"),
    *("--at", "18:00", "--tz", "Europe/Paris", "--remind", "1d", "--remind", "2h"),
)
LOOKED_AT = [name for name, row in FORMATS.items() if row.text]
SENTENCE = "6 sessions every 4 weeks, Tue 1 Dec 2026 to Tue 20 Apr 2027, at least 25 days apart.\n"
CALENDARS = (
    "import this into a separate calendar: a second import updates it in GNOME and CalDAV "
    "calendars, but Thunderbird skips it, Outlook adds everything twice, and Google drops its reminders\n"
)
TABLE = """\
Scalp session
6 sessions every 4 weeks, Tue 1 Dec 2026 to Tue 20 Apr 2027, at least 25 days
apart.
"""


def shell(after="", before=""):
    """The program with redirections and pipes around it."""
    return ("bash", "-c", f'{before} "$0" -m microplan "$@" {after}', sys.executable)


@pytest.mark.parametrize("name", ["table", "json", "ndjson", "toml", "ics"])
def test_a_discreet_title_is_in_own_data_but_not_in_calendars(run, name):
    shown = run(*PLAN, "--title", "Hair growth", "--discreet", "-q", "-f", name)
    assert ("Hair growth" in shown.out) is (name != "ics")


UNMET = (
    "Saturday is preferred, but no session can move there within its window; a wider window, or "
    "another first day, would help\n"
)


@pytest.mark.parametrize(
    ("flags", "note"),
    [
        pytest.param(("--prefer", "sat"), UNMET, id="four days from a Tuesday, window of three"),
        pytest.param(("--prefer", "sat", "--window", "4d"), "", id="a wider window"),
        pytest.param(("--prefer", "sat", "--avoid", "2026-12-26..2027-01-01"), "", id="one does"),
        pytest.param(("--prefer", "fri"), "", id="within the window"),
        pytest.param((), "", id="no preference"),
    ],
)
def test_a_preference_that_no_session_can_meet_is_noted(run, flags, note):
    shown = run(*PLAN, *flags)
    assert shown.code == 0
    assert shown.err.partition("\n")[2] == note
    assert run(*PLAN, *flags, "-q").err == ""


# --- the job --------------------------------------------------------------------------------


def test_the_job_gives_these_days_and_hours(run):
    shown = run(*JOB)
    lines = [line.split("\t") for line in shown.out.splitlines()]
    start = lines[0].index("start")
    assert [line[start] for line in lines[1:]] == [
        "2026-12-01T18:00:00+01:00",
        "2027-01-04T18:00:00+01:00",
        "2027-02-02T18:00:00+01:00",
        "2027-03-02T18:00:00+01:00",
        "2027-03-30T18:00:00+02:00",
        "2027-04-27T18:00:00+02:00",
    ]
    assert shown.code == 0


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_plan_is_the_same_bytes(run, name):
    assert run(*JOB, "-f", name).out == run(*JOB, "-f", name).out


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_plan_is_the_same_in_the_far_east_and_the_far_west(process, zone):
    where = shell(before='"$0" -c "import time; print(time.strftime(\'%z\'))";')
    done = process(*JOB, "-f", "json", program=where, env={"TZ": zone})
    offset, _, document = done.out.partition("\n")
    assert offset == {"Pacific/Kiritimati": "+1400", "Pacific/Pago_Pago": "-1100"}[zone]
    assert json.loads(document)["sessions"][0]["start"] == "2026-12-01T18:00:00+01:00"


def test_without_a_zone_a_plan_is_in_that_of_the_machine(process):
    flags = ("new", "--start", "2026-12-01", "--every", "2x4w", "-q", "-f", "json")
    done = process(*flags, env={"TZ": "Pacific/Kiritimati"})
    assert json.loads(done.out)["tz"] == "Pacific/Kiritimati"


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ('"Europe/Berlin"', "Did you mean Europe/Berlin?"),
        ("Europe/paris", "Did you mean Europe/Paris?"),
        ("Europe/Paris ", "Did you mean Europe/Paris?"),
        (":Europe/Pari", "Did you mean Europe/Paris?"),
        ("Nowhere/City", "Set it to one like Europe/Paris."),
    ],
)
def test_an_invalid_zone_in_tz_is_reported_and_not_read_as_utc(process, name, advice):
    flags = ("new", "--start", "2026-12-01", "--every", "2x4w", "-q")
    done = process(*flags, env={"TZ": name})
    assert (done.code, done.out) == (2, "")
    told = f'microplan: TZ "{name.removeprefix(":")}" isn\'t a time zone. {advice} Or pass --tz.'
    assert " ".join(done.err.split()) == " ".join(told.split())
    assert process(*flags, "--tz", "UTC", env={"TZ": name}).code == 0


def test_a_machine_whose_zone_has_no_name_asks_for_one(process):
    flags = ("new", "--start", "2026-12-01", "--every", "2x4w", "-q")
    done = process(*flags, env={"TZ": "XYZ-7:13"})
    assert (done.code, done.out) == (2, "")
    assert (
        done.err
        == "microplan: this machine's time zone has no IANA name; give one with --tz, or set TZ\n"
    )
    assert process(*flags, "--tz", "UTC", env={"TZ": "XYZ-7:13"}).code == 0


# --- stdout and stderr ----------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in (*LOOKED_AT, "ics")])
def test_data_is_on_stdout_and_the_sentence_on_stderr(run, name):
    shown = run(*PLAN, "-f", name)
    assert (shown.code, shown.err) == (0, SENTENCE)
    assert shown.out
    assert shown.out.count(SENTENCE.strip()) == (name in ("json", "fhir", "html"))


@pytest.mark.parametrize("name", LOOKED_AT)
def test_the_sentence_of_what_is_looked_at_is_in_it_and_nowhere_else(run, name):
    shown = run(*PLAN, "-f", name)
    assert shown.out.startswith(TABLE)
    assert shown.err == ""


def test_a_calendar_comes_with_what_calendars_do(run):
    assert run(*PLAN, "-f", "ics").err == SENTENCE + CALENDARS


def test_more_reminders_than_phones_support_get_a_notice(run):
    reminders = ("--remind", "1d", "--remind", "2d", "--remind", "3d")
    told = run(*PLAN, *reminders, "-f", "ics").err.splitlines()
    assert told[1] == "each session has 3 reminders; most phones keep two at most"


@pytest.mark.parametrize("name", FORMATS)
def test_quiet_says_nothing(run, tmp_path, name):
    shown = run(*PLAN, "-q", "-f", name, "-o", "plan.ics")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out
    assert names(tmp_path) == ["home", "plan.ics"]


def test_quiet_still_tells_faults(run):
    shown = run("new", "--start", "2026-12-01", "-q")
    assert (shown.code, shown.err) == (2, "microplan: every is missing. Write one like 6x4w\n")


def test_a_pipe_gets_tsv_and_a_terminal_the_table(run, terminal):
    assert run(*PLAN).out == run(*PLAN, "-f", "tsv").out
    shown = terminal(*PLAN, "-q", "--no-color")
    assert (shown.code, shown.screen) == (0, run(*PLAN, "-f", "table").out)


def test_stdout_in_a_pipe_at_a_terminal_is_tsv(run, terminal):
    shown = terminal(*PLAN, "-q", stdout="pipe")
    assert (shown.code, shown.screen, shown.out) == (0, "", run(*PLAN, "-f", "tsv").out)


# --- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "name"), SUFFIXES.items())
def test_a_file_has_the_format_of_its_suffix(run, tmp_path, suffix, name):
    shown = run(*JOB, "-f", "json", "-o", f"plan{suffix}")
    assert shown.code == 0
    assert (tmp_path / f"plan{suffix}").read_bytes().decode() == run(*JOB, "-f", name).out
    assert f"wrote plan{suffix}\n" in shown.err


def test_a_suffix_in_capitals_is_the_same_suffix(run, tmp_path):
    assert run(*PLAN, "-o", "PLAN.ICS").code == 0
    assert (tmp_path / "PLAN.ICS").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_several_files_are_written_and_stdout_keeps_its_format(run, tmp_path):
    shown = run(*PLAN, "-o", "a.ics", "-o", "b.json", "-f", "ndjson")
    assert shown.out == run(*PLAN, "-f", "ndjson").out
    assert shown.err == f"{SENTENCE}wrote a.ics\nwrote b.json\n{CALENDARS}"
    assert names(tmp_path) == ["a.ics", "b.json", "home"]


@pytest.mark.parametrize(
    ("suffix", "message"),
    [
        pytest.param("plan.pdf", "plan.pdf", id="another suffix"),
        pytest.param("plan", "plan", id="no suffix"),
        pytest.param(".ics", ".ics", id="a suffix and no name"),
        pytest.param("", ".", id="nothing"),
    ],
)
def test_an_unknown_suffix_is_refused_before_anything_is_written(run, tmp_path, suffix, message):
    shown = run(*PLAN, "-o", "plan.json", "-o", suffix)
    assert (shown.code, shown.out) == (2, "")
    assert shown.err == (
        f'microplan: can\'t tell the format of "{message}" by its name. '
        "Use one of .txt .tsv .csv .json .ndjson .jsonl .toml .ics .fhir .html .htm.\n"
    )
    assert names(tmp_path) == ["home"]


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1"])
def test_a_dash_is_stdout_and_so_is_its_device(run, tmp_path, name):
    assert run(*PLAN, "-o", name).out == run(*PLAN).out
    assert run(*PLAN, "-o", name, "-f", "json").out == run(*PLAN, "-f", "json").out
    row = b'{"start": "2026-12-01", "every": "6x4w"}\n'
    assert run("batch", "-", "-o", name, stdin=row).out == run("batch", "-", stdin=row).out
    assert names(tmp_path) == ["home"]


def test_export_writes_the_calendar_to_stdout_or_to_files(run, tmp_path):
    plan = run(*PLAN, "-f", "toml").out.encode()
    calendar = run(*PLAN, "-f", "ics").out
    assert run("export", "-p", "-", stdin=plan).out == calendar
    assert run("export", "-p", "-", "-o", "-", stdin=plan).out == calendar
    assert run("export", "-p", "-", "-o", "/dev/stdout", stdin=plan).out == calendar
    assert run("export", "-p", "-", "-o", "a.ics", stdin=plan).out == ""
    assert run("export", "-p", "-", "-o", "b.ics", "-o", "-", stdin=plan).out == calendar
    for name in ("a.ics", "b.ics"):
        assert (tmp_path / name).read_bytes().decode() == calendar


@pytest.mark.parametrize("name", FORMATS)
def test_a_plan_goes_through_a_pipe_unchanged(run, name):
    plan = run(*JOB, "-f", "toml").out.encode()
    assert run("show", "-p", "-", "-f", name, stdin=plan).out == run(*JOB, "-f", name).out


def test_two_programs_make_a_calendar_through_a_pipe(run, process, tmp_path):
    pipe = ("bash", "-c", 'microplan "$@" -q -f toml | microplan export -q -p -', "bash")
    done = process(*JOB, program=pipe, **forks.stand_in(tmp_path, os.environ))
    assert (done.code, done.err) == (0, "")
    assert done.out == run(*JOB, "-f", "ics").out


UNWRITABLE = [
    pytest.param("none/plan{}", "no such file or directory", id="a folder that is not there"),
    pytest.param("file/plan{}", "not a directory", id="a path through a file"),
    pytest.param("n" * 300 + "{}", "file name too long", id="a name that is too long"),
]


@pytest.mark.parametrize("suffix", [".json", ".toml", ".ics", ".txt"])
@pytest.mark.parametrize(("path", "cause"), UNWRITABLE)
def test_a_file_that_cannot_be_written_ends_with_9(run, tmp_path, path, cause, suffix):
    (tmp_path / "file").touch()
    target = path.format(suffix)
    shown = run(*PLAN, "-q", "-o", target)
    assert (shown.code, shown.err) == (9, f"microplan: {target} can't be written: {cause}\n")
    assert shown.out == run(*PLAN).out
    assert names(tmp_path) == ["file", "home"]


def test_a_disk_that_is_full_ends_with_9(process):
    with Path("/dev/full").open("wb") as full:
        for argv in (PLAN, (*PLAN, "-f", "ics"), ("--help",), ("--version",), ("safety",)):
            done = process(*argv, stdout=full.fileno())
            assert done.code == 9
            assert done.err.splitlines()[-1] == (
                "microplan: standard output can't be written: no space left on device"
            )


def test_a_full_stdout_loses_no_file(process, tmp_path):
    with Path("/dev/full").open("wb") as full:
        assert process(*PLAN, "-o", "plan.json", stdout=full.fileno()).code == 9
    assert names(tmp_path) == ["home", "plan.json"]


def test_a_stdout_that_is_closed_ends_with_9(process):
    done = process(*PLAN, "-q", program=shell(">&-"))
    assert (done.code, done.err) == (
        9,
        "microplan: standard output can't be written: bad file descriptor\n",
    )


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_a_failing_stderr_loses_no_data(process, run, redirection):
    done = process(*PLAN, program=shell(redirection))
    assert (done.code, done.out) == (0, run(*PLAN).out)


def test_a_stdin_that_is_closed_is_empty(process):
    assert process("show", "-p", "-", program=shell("<&-")).code == 3


# --- the saved plan -------------------------------------------------------------------------


WHAT_NEXT = "record one: microplan done · to your phone: microplan share"


def test_a_saved_plan_is_what_other_commands_use(run, saved):
    said = run(*PLAN, "--save").err
    assert said == f"{SENTENCE}wrote {saved}\n{WHAT_NEXT}\n"
    assert saved.read_text() == run(*PLAN, "-f", "toml").out
    assert run("show", "-f", "json").out == run(*PLAN, "-f", "json").out
    assert run("export").out == run(*PLAN, "-f", "ics").out


@pytest.mark.parametrize("title", ["", "  ", "\n"])
def test_an_empty_title_is_refused(run, title):
    shown = run(*PLAN, "--title", title)
    assert (shown.code, shown.out) == (2, "")
    assert shown.err == "microplan: --title is empty; give it a value or leave it out\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "kumar-2018",
            "kumar-2018 is followed in its variant weekly; other variants: kumar-2018:stepped\n",
        ),
        ("kumar-2018:stepped", ""),
        ("dhurat-2013", ""),
    ],
)
def test_a_course_of_several_variants_says_which_it_takes(run, name, said):
    line = ("new", "--protocol", name, "--start", "2026-12-01")
    told = run(*line).err
    assert told.startswith(said)
    assert ("variant" in told) is bool(said)
    assert run(*line, "-q").err == ""


def test_without_a_saved_plan_the_error_says_how_to_make_one(run):
    shown = run("show")
    assert (shown.code, shown.out) == (3, "")
    assert shown.err == (
        "microplan: there's no saved plan yet; make one with `microplan new --save`, or name "
        "one with -p FILE\n"
    )


@pytest.mark.parametrize("where", ["saved", "named"])
def test_a_plan_that_is_kept_already_is_not_replaced(run, saved, tmp_path, where):
    path = saved if where == "saved" else tmp_path / "plan.toml"
    flags = ("--save",) if where == "saved" else ("-o", str(path))
    assert run(*PLAN, *flags).code == 0
    before = path.read_bytes()
    shown = run(*JOB, *flags, "-q")
    assert (shown.code, shown.out, path.read_bytes()) == (4, "", before)
    instead = "write -o FILE in place of --save" if where == "saved" else "choose another name"
    assert shown.err == (
        f'microplan: {path} already holds "Scalp session", 6 sessions in 20 weeks, 0 done. '
        f"Add --replace to keep that one as plan.toml.bak, or {instead}\n"
    )
    replaced = run(*JOB, *flags, "--replace")
    assert replaced.code == 0
    assert f"wrote {path}; the previous one is kept as plan.toml.bak\n" in replaced.err
    assert path.read_text() == run(*JOB, "-f", "toml").out
    assert path.with_name("plan.toml.bak").read_bytes() == before
    assert set(names(path.parent)) - {"home"} == {"plan.toml", "plan.toml.bak"}


def test_a_refused_output_prints_nothing_and_writes_no_other_file(run, tmp_path):
    assert run(*PLAN, "-o", "plan.toml").code == 0
    shown = run("show", "-p", "plan.toml", "-o", "plan.ics", "-o", "plan.toml")
    assert (shown.code, shown.out) == (4, "")
    assert names(tmp_path) == ["home", "plan.toml"]


def test_a_file_that_is_not_a_plan_is_not_replaced(run, tmp_path):
    (tmp_path / "plan.toml").write_text("my notes")
    shown = run(*PLAN, "-q", "-o", "plan.toml")
    assert shown.code == 4
    assert shown.err == (
        "microplan: plan.toml already holds something that isn't a plan. Add --replace to "
        "keep that one as plan.toml.bak, or choose another name\n"
    )


def test_the_plan_is_that_of_the_flag_then_the_environment_then_the_saved(
    run, monkeypatch, tmp_path
):
    for title, flags in (
        ("kept", ("--save",)),
        ("env", ("-o", "e.toml")),
        ("flag", ("-o", "f.toml")),
    ):
        run(*PLAN, "--title", title, *flags)

    def shown(*flags):
        return json.loads(run("show", *flags, "-f", "json").out)["title"]

    assert shown() == "kept"
    monkeypatch.setenv("MICROPLAN_PLAN", str(tmp_path / "e.toml"))
    assert (shown(), shown("-p", "f.toml")) == ("env", "flag")
    monkeypatch.setenv("MICROPLAN_PLAN", "")
    assert shown() == "kept"


def test_a_plan_that_is_not_there_is_named(run):
    shown = run("show", "-p", "none.toml")
    assert (shown.code, shown.out) == (3, "")
    assert shown.err == "microplan: none.toml can't be read: no such file or directory\n"


# --- today and now --------------------------------------------------------------------------


def test_today_is_the_flag_or_the_environment(run, monkeypatch):
    flags = ("new", "--start", "tomorrow", "--every", "1x4w", "--tz", "UTC", "-f", "json")

    def start(*more):
        return json.loads(run(*flags, *more).out)["rules"]["start"]

    assert start("--as-of", "2027-02-28") == "2027-03-01"
    assert start() == "2026-11-23"
    monkeypatch.setenv("MICROPLAN_AS_OF", "2030-12-31")
    assert start() == "2031-01-01"


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in (*LOOKED_AT, "html")])
def test_no_format_knows_today_but_those_to_look_at(run, name):
    assert run(*JOB, "-f", name, "--as-of", "2031-01-01").out == run(*JOB, "-f", name).out


def test_the_table_counts_from_today(run):
    assert "next Tue 1 Dec, in 9 days" in run(*PLAN, "-f", "table").out
    assert "next Tue 1 Dec, today" in run(*PLAN, "-f", "table", "--as-of", "2026-12-01").out


@pytest.mark.parametrize("way", ["flag", "environment"])
def test_an_invalid_day_is_refused(run, monkeypatch, way):
    monkeypatch.setenv("MICROPLAN_AS_OF", "soon" if way == "environment" else "")
    shown = run(*PLAN, *(("--as-of", "soon") if way == "flag" else ()))
    assert (shown.code, shown.out) == (2, "")
    assert shown.err == (
        "microplan: can't read as-of \"soon\": that isn't a date. Write it like 2026-12-01.\n  soon\n  ^^^^\n"
    )


def test_created_is_the_clock_unless_it_is_fixed(run, monkeypatch):
    def created():
        return json.loads(run(*PLAN, "-f", "json").out)["created"]

    assert created() == "2026-11-22T20:00:00Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert created() == "1970-01-01T00:00:00Z"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert created() > "2026"


@pytest.mark.parametrize("epoch", ["", "soon", "1.5", "9" * 30, "9" * 5000])
def test_an_invalid_fixed_clock_is_refused(run, monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    shown = run(*PLAN)
    assert (shown.code, shown.out) == (2, "")
    assert shown.err == (
        f'microplan: SOURCE_DATE_EPOCH "{epoch}" is not a number of seconds; unset it or write '
        "one\n"
    )


# --- faults ---------------------------------------------------------------------------------

FAULTS = [
    pytest.param(
        ("new",),
        2,
        "a plan needs a start and a pace, such as --start 2026-12-01 --every 6x4w",
        "",
        id="new without flags and without a terminal says what is missing",
    ),
    pytest.param(
        ("new", "--every", "6x4w"),
        2,
        "start is missing. Write one like 2026-12-01",
        "",
        id="no start",
    ),
    pytest.param(
        ("new", "--start", "01/02/2026", "--every", "6x4w"),
        2,
        "can't read start \"01/02/2026\": it could mean 2026-01-02 or 2026-02-01. "
        "Write one of these.",
        "  01/02/2026\n  ^^^^^^^^^^\n",
        id="a date that could be read either way",
    ),
    pytest.param(
        ("new", "--start", "2026-12-01", "--every", "6x4m"),
        2,
        "can't read every \"6x4m\": m could mean minutes or months. "
        "Write 6x4mo (months) or 6x4w (weeks).",
        "  6x4m\n     ^\n",
        id="the caret stands under the m",
    ),
    pytest.param(
        (*PLAN, "--avoid", "\x1b[31m\u202e"),
        2,
        "can't read avoid \"\\x1b[31m\\u202e\": that isn't a date. Write it like 2026-12-01.",
        "  \\x1b[31m\\u202e\n  ^^^^^^^^^^^^^^\n",
        id="control characters in a fault are shown",
    ),
    pytest.param(
        (*PLAN, "--on", "mon\nfun"),
        2,
        "can't read on \"mon\\nfun\": '\\nfun' doesn't belong here. "
        "Write days like mon..fri or tue,thu.",
        "  mon\\nfun\n     ^^^^^\n",
        id="a line break in a fault does not break the sentence",
    ),
    pytest.param(
        (*PLAN, "--avoid", "01-01..12-31"),
        4,
        "session 1 has no open day in the two years from Tue 1 Dec 2026, all closed by avoid "
        "01-01..12-31; open some of them",
        "",
        id="a plan without a possible day names what closes it",
    ),
    pytest.param(
        (*PLAN, "-f", "pdf"),
        2,
        'there\'s no format "pdf". Write one of table, calendar, timeline, tsv, csv, json, ndjson, toml, ics, fhir, html.',
        "",
        id="an unknown format",
    ),
    *(
        pytest.param(
            ("protocols", "dhurat-2013", *flag),
            2,
            "--home, --depth and --for choose from the list. Leave out either them or the name.",
            "",
            id=f"{flag[0]} beside the course it would choose",
        )
        for flag in (("--home",), ("--depth", "1.5mm"), ("--for", "aga-men"))
    ),
    pytest.param(
        ("protocols", "--sources"),
        2,
        "--sources is for one course. Name it: microplan protocols NAME --sources",
        "",
        id="the sources of no course",
    ),
    pytest.param(
        ("batch", "-", "-o", "all.ndjson"),
        2,
        '"all.ndjson" is one name for all rows. Write one like plans/{id}.ndjson, or print all rows, '
        "which is NDJSON: microplan batch FILE > all.ndjson",
        "",
        id="one file for the lines of all rows",
    ),
    pytest.param(
        ("safety", "-f", "ics"),
        2,
        'there\'s no format "ics" here. Write text or json.',
        "",
        id="an unknown format of the safety page",
    ),
    pytest.param(
        ("xyzzy",), 2, "there's no command 'xyzzy'. See microplan --help", "", id="command"
    ),
    pytest.param(
        ("new", "--xyzzy"), 2, "there's no option '--xyzzy'. See microplan new --help", "", id="flag"
    ),
    pytest.param(
        (*PLAN, "then"),
        2,
        "unexpected argument: then. See microplan new --help",
        "",
        id="one argument too many",
    ),
    pytest.param(
        ("new", "--start"),
        2,
        "--start needs a value: --start DATE, day of session 1: 2026-12-01, tomorrow, tue (the next one, never "
        "today) or +10d. See microplan new --help",
        "",
        id="a flag without its value",
    ),
]  # fmt: skip


def test_an_error_in_a_long_text_shows_the_part_near_the_fault(run):
    title = f"{'a' * 990}{'b' * 510}"
    refused = run("new", "--start", "2026-12-01", "--every", "6x4w", "--title", title)
    *_, text, carets = refused.err.splitlines()
    assert refused.code == 2
    assert text == f"  {'a' * 90}{'b' * 110}"
    assert carets == f"  {' ' * 100}{'^' * 100}"
    assert len(refused.err) < 800


@pytest.mark.parametrize(("argv", "code", "message", "caret"), FAULTS)
def test_a_fault_is_one_line_on_stderr(run, argv, code, message, caret):
    shown = run(*argv)
    assert (shown.code, shown.out) == (code, "")
    assert shown.err == f"microplan: {message}\n{caret}"
    assert not message[0].isupper()


def test_aliases_are_unique_and_are_not_commands():
    assert {name.split()[0] for name in usage.OTHER_NAMES} <= {*COMMANDS, "help"}
    others = " ".join(usage.OTHER_NAMES.values()).split()
    assert len(others) == len(set(others))
    assert not set(others) & set(COMMANDS)


def test_a_defect_says_so_and_ends_with_1(run, monkeypatch):
    def broken(_):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(app, "run", broken)
    shown = run(*PLAN)
    assert (shown.code, shown.out) == (1, "")
    first, *_, last, report = shown.err.splitlines()
    assert first == "Traceback (most recent call last):"
    assert last == "ZeroDivisionError: division by zero"
    assert report == "this is a defect of microplan; please report it with the lines above"


AMENDMENTS = [
    ("done", "1", "--on", "2026-11-22"),
    ("skip", "2"),
    ("move", "2", "+1d"),
    ("avoid", "2026-12-05"),
    ("revise", "--remind", "1d"),
    ("undo",),
]


@pytest.mark.parametrize("argv", AMENDMENTS, ids=" ".join)
@pytest.mark.parametrize(
    ("flags", "env"),
    [
        (("--as-of", "nonsense"), {}),
        ((), {"MICROPLAN_AS_OF": "2026-02-30"}),
        ((), {"SOURCE_DATE_EPOCH": "x"}),
        (("--format", "xml"), {}),
    ],
    ids=["a day", "a day in the environment", "a time", "a format"],
)
def test_a_failed_command_has_recorded_nothing(  # noqa: PLR0913, PLR0917 - a row of the table
    run, plan, monkeypatch, argv, flags, env
):
    assert run("avoid", "2026-12-06", "-p", plan).code == 0
    before = plan.read_bytes()
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert run(*argv, "-p", plan, *flags).code == 2
    assert plan.read_bytes() == before


@pytest.mark.parametrize("argv", AMENDMENTS, ids=" ".join)
@pytest.mark.parametrize(
    "text",
    [
        "at = [",
        f"at = 0x{'f' * 5000}",
        f"[caldav]\nurl = 0x{'f' * 5000}",
        '[caldav]\npassword = "x"',
        "x" * (17 << 20),
        "a.b" * 5000,
    ],
    ids=["no TOML", "a number", "a number for an address", "a password", "too long", "dots"],
)
def test_settings_that_cannot_be_read_do_not_matter_to_an_entry(run, plan, environment, argv, text):
    assert run("avoid", "2026-12-06", "-p", plan).code == 0
    config = environment / "config" / "microplan" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(text, encoding="utf-8")
    before = plan.read_text().count("[[log]]")
    done = run(*argv, "-p", plan)
    assert (done.code, done.err) == (0, "")
    assert plan.read_text().count("[[log]]") == before + 1


SHORT = [
    pytest.param(MemoryError(), id="for values"),
    pytest.param(OSError(errno.ENOMEM, "Cannot allocate memory"), id="for the system"),
    pytest.param(SystemError("error return without exception set"), id="for Python's own error"),
    pytest.param(ImportError("x.so: failed to map segment from shared object"), id="for a library"),
]


@pytest.mark.parametrize("fault", SHORT)
def test_too_little_memory_is_a_sentence(run, monkeypatch, capfd, fault):
    def short(_):
        raise fault

    monkeypatch.setattr(app, "run", short)
    shown = run(*PLAN)
    assert (shown.code, shown.out, shown.err) == (9, "", "")
    assert capfd.readouterr().err == (
        "microplan: there is too little memory; close other programs, or plan less\n"
    )


@pytest.mark.slow
@pytest.mark.torture("processes with little memory")
@pytest.mark.parametrize("mebibytes", range(20, 44, 4))
def test_little_memory_gives_the_plan_or_one_sentence(process, run, tmp_path, mebibytes):
    run(*PLAN, "-q", "-o", tmp_path / "plan.toml")
    limited = ("sh", "-c", f'ulimit -v {mebibytes * 1024}; exec "$@"', "sh", *PROGRAM)
    done = process("show", "-q", "-p", "plan.toml", program=limited)
    if "microplan" not in done.err and done.code == 1:
        pytest.skip("Python itself needs more")
    assert done.code in (0, 9)
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "columns", [1, 2, 5, 999, 10**6, 10**12, 10**19, 10**30, "9" * 5000, -5, ""]
)
@pytest.mark.parametrize(
    "argv",
    [(*PLAN, "-q", "-f", name) for name in ("table", "calendar", "timeline")]
    + [("--help",), ("safety",), ("protocols",), ("protocols", "dhurat-2013")],
    ids=" ".join,
)
def test_a_terminal_of_any_width_works(run, monkeypatch, columns, argv):
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = run(*argv)
    assert (shown.code, shown.err) == (0, "")
    assert max(map(len, shown.out.splitlines())) <= 1000


def test_an_interruption_ends_with_130(run, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "run", interrupted)
    shown = run(*PLAN)
    assert (shown.code, shown.out, shown.err) == (130, "", "\n")


@pytest.mark.parametrize("argv", [(*PLAN, "-f", name) for name in FORMATS]
    + [("--help",), ("new", "--help"), ("--version",), ("safety",)])  # fmt: skip
def test_a_reader_that_left_ends_with_141_in_silence(process, argv):
    reading, writing = os.pipe()
    os.close(reading)
    quiet = ("-q",) if argv[0] == "new" and "-f" in argv else ()
    done = process(*argv, *quiet, stdout=writing)
    os.close(writing)
    assert (done.code, done.err) == (141, "")


def test_a_pipe_closed_after_a_line_loses_no_file(process, tmp_path):
    many = ("new", "--start", "2026-12-01", "--every", "5000x1d", "--tz", "UTC", "-q")
    done = process(*many, program=shell("-o plan.json | head -1; echo ${PIPESTATUS[0]}"))
    assert done.out.split("\n")[0].startswith("number\tof\tphase")
    assert done.out.split("\n")[1:] == ["141", ""]
    assert done.err == ""
    assert len(json.loads((tmp_path / "plan.json").read_bytes())["sessions"]) == 5000


# --- colour ---------------------------------------------------------------------------------

COLOURS = [
    pytest.param({}, (), True, id="a terminal has colours"),
    pytest.param({"NO_COLOR": "1"}, (), False, id="NO_COLOR"),
    pytest.param({"NO_COLOR": ""}, (), True, id="an empty NO_COLOR does not count"),
    pytest.param({"TERM": "dumb"}, (), False, id="TERM=dumb"),
    pytest.param({"TERM": None}, (), False, id="no TERM"),
    pytest.param({}, ("--no-color",), False, id="--no-color"),
    pytest.param({"TERM": "dumb", "FORCE_COLOR": "1"}, (), True, id="FORCE_COLOR"),
    pytest.param({"NO_COLOR": "1", "FORCE_COLOR": "1"}, (), False, id="NO_COLOR wins"),
    pytest.param({"FORCE_COLOR": "1"}, ("--no-color",), False, id="--no-color wins"),
]


@pytest.mark.parametrize(("env", "flags", "coloured"), COLOURS)
def test_a_terminal_has_colours_unless_they_are_unwanted(terminal, env, flags, coloured):
    shown = terminal(*PLAN, "-q", *flags, env={"NO_COLOR": None} | env)
    assert shown.code == 0
    assert ("\x1b[" in shown.screen) is coloured


@pytest.mark.parametrize(("force", "coloured"), [(None, False), ("1", True)])
def test_a_pipe_has_no_colours_unless_forced(run, monkeypatch, force, coloured):
    if force:
        monkeypatch.setenv("FORCE_COLOR", force)
    assert ("\x1b[" in run(*PLAN, "-f", "table").out) is coloured


def test_a_file_never_has_colours_nor_the_width_of_the_terminal(run, terminal, tmp_path):
    terminal(*JOB, "-q", "-o", "wide.txt", columns=150, env={"FORCE_COLOR": "1"})
    assert (tmp_path / "wide.txt").read_text() == run(*JOB, "-f", "table").out


# --- hostile text ---------------------------------------------------------------------------

HOSTILE = {
    "markup that closes nothing": ("x [/nope]", "x [/nope]"),
    "markup and an emoji by name": ("[done] :smile:", "[done] :smile:"),
    "separators": ("a,b;c\n", "a,b;c"),
    "a line break in the middle is a blank": ("a\\b\nc", "a\\b c"),
    "escape sequences": ("\x1b]0;x\x07\x1b[2Jred", "\x1b]0;x\x07\x1b[2Jred"),
    "a control sequence of one character": ("\x9b2Jc1", "\x9b2Jc1"),
    "text turned round": ("\u202egro.live", "\u202egro.live"),
    "three hundred emoji": ("😀" * 300, "😀" * 300),
    "a byte of no meaning": ("a\udcffb", None),
}

EACH_TITLE_IN_EACH_FORMAT = """
import json, sys
from microplan.cli import main
titles, formats = map(json.loads, sys.argv[1:3])
for title in titles:
    for name in formats:
        code = main([*sys.argv[3:], "--title", title, "-f", name])
        if code:
            sys.exit(code)
        sys.stdout.flush()
        sys.stdout.buffer.write(b"\\0")
        sys.stdout.buffer.flush()
"""


@pytest.mark.parametrize(
    ("encoding", "formats"),
    [
        ("ascii", [*LOOKED_AT, "json"]),
        pytest.param("utf-8", [*FORMATS], marks=pytest.mark.slow),
    ],
)
def test_control_characters_in_titles_are_escaped(process, encoding, formats):
    """In ASCII those that people look at; the others are UTF-8 whatever the terminal has."""
    titles = json.dumps([title for title, _ in HOSTILE.values()])
    program = (sys.executable, "-c", EACH_TITLE_IN_EACH_FORMAT, titles, json.dumps(formats))
    done = process(*PLAN, "-q", program=program, env={"PYTHONIOENCODING": encoding})
    assert (done.code, done.err) == (0, "")
    texts = done.out.split("\x00")
    for what, (_, kept) in HOSTILE.items():
        outs, texts = dict(zip(formats, texts, strict=False)), texts[len(formats) :]
        see_nothing_obeyed(what, kept, outs)
        if encoding == "ascii":
            assert all(outs[name].isascii() for name in LOOKED_AT), what
    assert texts == [""]


def see_nothing_obeyed(what, kept, outs):
    for name in outs:
        controls = {char for char in outs[name] if unicodedata.category(char) == "Cc"}
        assert controls <= {"\n", "\r", "\t"}, (what, name)
        assert "\u202e" not in outs[name], (what, name)
        if name in LOOKED_AT and kept is not None and kept.isascii() and kept.isprintable():
            assert outs[name].startswith(f"{kept}\n"), (what, name)
    read = json.loads(outs["json"])["title"]
    assert read == (read if kept is None else kept), what
    assert not any("\ud800" <= char <= "\udfff" for char in read), what


def test_a_title_is_never_markup(run):
    shown = run(*PLAN, "--title", "[red]x[/red] :smile: [link=http://x]y", "-f", "table").out
    assert shown.startswith("[red]x[/red] :smile: [link=http://x]y\n")


SEVERAL = """
import json, sys
from microplan.cli import main
*lines, codes = json.loads(sys.argv[1])
sys.exit([main(argv) for argv in lines] != codes)
"""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_no_output_encoding_causes_a_traceback(process, encoding):
    lines, codes = [["--help"], ["new", "--help"], ["safety"], ["show"]], [0, 0, 0, 3]
    program = (sys.executable, "-c", SEVERAL, json.dumps([*lines, codes]))
    done = process(program=program, env={"PYTHONIOENCODING": encoding})
    assert done.code == 0
    assert "Traceback" not in done.err
    assert encoding != "ascii" or (done.out + done.err).isascii()


# --- safety and calendars ---------------------------------------------------------------------


def test_safety_is_a_page_and_a_document(run):
    assert "Sources" in run("safety", "--sources").out.splitlines()
    assert list(json.loads(run("safety", "-f", "json").out)) == [
        *("microplan", "about", "lists", "marks", "sources"),
    ]


def test_revised_reminders_are_counted(run):
    assert run(*PLAN, "--at", "18:00", "--save", "-q").code == 0
    reminders = ("--remind", "1d", "--remind", "2h", "--remind", "30m")
    assert run("revise", *reminders).code == 0
    said = run("export", "-o", "plan.ics").err
    assert "each session has 3 reminders; most phones keep two at most\n" in said
