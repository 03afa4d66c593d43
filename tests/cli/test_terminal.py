"""Messages, questions and output on a real terminal."""

import re
import shlex

import pytest
from rich.cells import cell_len

PLAN = ("new", "--start", "2026-12-01", "--every", "6x4w", "--tz", "Europe/Paris")
JOB = (
    *("new", "--start", "2026-12-01", "--every", "6x4w~3d", "--on", "mon..fri"),
    *("--prefer", "tue", "--gap", "21d", "--avoid", "2026-12-24..2027-01-03"),
    *("--at", "18:00", "--tz", "Europe/Paris", "--remind", "1d", "--remind", "2h"),
)
GENERAL = """\
microplan keeps dates. It doesn't give medical advice, and needling may not
help: people respond differently.
See a dermatologist first. Don't start with anything on the list of
`microplan safety`.
Stop and get help for spreading redness, swelling, pus, fever, new lumps, or,
with minoxidil, chest pain or fainting.

"""
AT_HOME = """\
At home: nearly every course here took place in a clinic; the one home trial
found no significant difference.

"""
DEEP_AT_HOME = """\
0.5mm at home: the two sources here that limit home use say 0.25 mm (second
hand).

"""
DIALOGUE = """\
Thirteen questions; ? explains, < goes back, Ctrl-C saves nothing.
 1 Where? home / clinic [leave out]                  > home
 2 Device and needle length [leave out]              > roller 0.5 mm
   roller 0.5 mm → device roller, needle length 0.5mm
 3 Follow a published course? (? lists) [your own]   > no
 4 First session? 2026-11-29, today, sun (the next)  > sun
   sun → Sun 29 Nov 2026
 5 How far apart? 10d, 1w, 3w, 4w, 1mo (not advice)  > 1w
   1w → 1 week apart
 6 How many, or until which day? 6, 12, 2027-03-01   > 12
 7 Weekdays? only sun / rather sun / any [any]       > only sun
   only sun → only on Sundays
 8 What time, Europe/Paris? [all day]                > 20:00
   20:00 → 20:00 Europe/Paris
 9 Any days away? 2026-12-24..2027-01-03 [none]      > 12-24..01-03
   12-24..01-03 → 24 Dec–3 Jan every year
10 Pause anything? minoxidil -0d+1d [nothing]        > soap -0d+1d
   soap -0d+1d → soap paused on the day and the next
11 Photos? every 4w / no [no]                        > no
12 Reminders? 1d, 2h [none]                          > 2h
   2h → 2 hours before
13 Hide what it's about in the calendar? [y/N]       > y
"""
PAUSE = """\
This reminds you of your own decision. Trials that say anything skip minoxidil
on the day, one also the next day (second hand); the label says not to use it on
irritated skin. Ask before changing a prescribed medicine.

"""
ANSWERS = (
    *("home", "roller 0.5 mm", "no", "sun", "1w", "12", "only sun", "20:00", "12-24..01-03"),
    *("soap -0d+1d", "no", "2h", "y"),
)
FOLLOWED = (
    *("", "", "kumar-2018:stepped", "sun", "", "", "", "20:00", ""),
    *("soap -0d+1d", "", "", "y"),
)
READ_OUT = ("", "", "dhurat-2013", "sun", *[""] * 5, "Minoxidil -0d+0d", "", "", "y")
IN_PART = ("", "pen", "dhurat-2015", "sun", *[""] * 8, "n")
KEPT = "saved in ~/data/microplan/plan.toml · each day: microplan today"
WHAT_NEXT = "record one: microplan done · to your phone: microplan share"
AGAIN = (
    "Same again: microplan new --start 2026-11-29 --every 12x1w --at 20:00 "
    "--tz Europe/Paris --on sun --avoid 12-24..01-03 --remind 2h --setting home --device roller "
    "--depth 0.5mm --discreet --pause soap=-0d+1d"
)
DUMB = {"TERM": "dumb"}


def home(saved):
    """List the files of the home folder, except locks, which are empty."""
    found = (path for path in saved.parents[2].rglob("*") if path.is_file())
    return sorted(path.name for path in found if path.suffix != ".lock")


# --- notices --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "notices"),
    [
        pytest.param((), GENERAL, id="every plan has the general ones"),
        pytest.param(("--setting", "clinic"), GENERAL, id="a clinic has no more"),
        pytest.param(("--setting", "home"), GENERAL + AT_HOME, id="at home there is one more"),
        pytest.param(
            ("--setting", "home", "--depth", "0.25mm"), GENERAL + AT_HOME, id="as with 0.25 mm"
        ),
        pytest.param(
            ("--setting", "home", "--depth", "0.5mm"),
            GENERAL + AT_HOME + DEEP_AT_HOME,
            id="and with a needle longer than that another",
        ),
    ],
)
def test_notices_come_on_stderr_before_the_table(run, terminal, flags, notices):
    shown = terminal(*PLAN, *flags, stdout="pipe")
    assert (shown.code, shown.out) == (0, run(*PLAN, *flags, "-f", "tsv").out)
    assert shown.screen.startswith(notices + "6 sessions every 4 weeks, ")
    table = run(*PLAN, *flags, "-f", "table").out
    assert terminal(*PLAN, *flags, env=DUMB).screen == notices + table


def test_quiet_or_a_redirected_stderr_has_no_notices(terminal):
    assert terminal(*PLAN, "--quiet", stdout="pipe").screen == ""
    shown = terminal(*PLAN, stderr="pipe", env=DUMB)
    assert shown.screen.startswith("Scalp session\n")
    assert shown.err == ""


def test_showing_a_plan_has_no_notices(run, terminal):
    assert run(*PLAN, "--save", "-q").code == 0
    assert terminal("show", env=DUMB).screen == run("show", "-f", "table").out


# --- the wizard -----------------------------------------------------------------------------


def test_the_wizard_asks_shows_keeps_and_says_the_command(run, terminal, saved):
    shown = terminal("new", answers=[*ANSWERS, ""], env=DUMB)
    assert shown.code == 0
    command = shlex.split(AGAIN.removeprefix("Same again: microplan "))
    table = run(*command, "-f", "table").out
    sentence = table.partition("\n")[2].partition("\n\n")[0]  # again, where a screen is this low
    assert sentence.startswith("12 sessions every week, Sun 29 Nov 2026")
    assert shown.screen == (
        f"{DIALOGUE}{GENERAL}{AT_HOME}{DEEP_AT_HOME}{PAUSE}{table}"
        f"{sentence}\nKeep this plan? [Y/n] > \n{KEPT}\n{WHAT_NEXT}\n{AGAIN} --save\n"
    )
    assert home(saved) == ["plan.toml"]


WORDS_OF_CARE = ("--care", "minoxidil,hygiene", "--pause", "Soap=1d", "--cue", "wash=+1d")


@pytest.mark.parametrize(
    ("answers", "flags"),
    [
        pytest.param(ANSWERS, (), id="a plan of one's own"),
        pytest.param(FOLLOWED, (), id="a course"),
        pytest.param(READ_OUT, (), id="a course whose pause is another"),
        pytest.param(IN_PART, (), id="a course with a device of one's own"),
        pytest.param(ANSWERS, ("--title", 'It\'s a "plan"', "--id", "mine"), id="with a title"),
        pytest.param(ANSWERS, WORDS_OF_CARE, id="with care"),
        pytest.param(READ_OUT, WORDS_OF_CARE, id="with care beside that of a course"),
    ],
)
def test_the_printed_command_draws_up_the_same_plan(run, terminal, saved, answers, flags):
    shown = terminal("new", *flags, answers=[*answers, "y"], env={"SOURCE_DATE_EPOCH": "0"})
    kept = saved.read_text()
    saved.unlink()
    printed = shown.screen.splitlines()[-1].removeprefix("Same again: microplan ")
    assert run(*shlex.split(printed)).code == 0
    created = re.compile("^created = .*$", re.MULTILINE)
    assert created.findall(kept) != created.findall(saved.read_text())
    assert created.sub("", kept) == created.sub("", saved.read_text())


def test_the_printed_command_leaves_to_the_course_what_it_states(terminal, saved):
    shown = terminal("new", answers=[*FOLLOWED, "y"], env=DUMB)
    assert shown.screen.splitlines()[-1] == (
        "Same again: microplan new --protocol kumar-2018:stepped --start 2026-11-29 --at 20:00 "
        "--tz Europe/Paris --discreet --pause soap=-0d+1d --save"
    )
    kept = saved.read_text()
    assert 'protocol = "kumar-2018:stepped"' in kept
    assert 'depth = "1.5mm"' in kept


def test_the_care_of_a_course_is_used_unless_given(terminal, saved):
    terminal("new", answers=[*READ_OUT, "y"], env=DUMB)
    kept = saved.read_text()
    assert 'protocol = "dhurat-2013"' in kept
    assert 'checkpoint = "read-out"\nwhen = "12w"' in kept
    assert 'pause = "Minoxidil"\nspan = "-0d+0d"' in kept
    assert kept.count("pause = ") == 1


@pytest.mark.parametrize("columns", [50, 110])
def test_messages_use_the_width_of_the_terminal_when_stdout_is_a_file(terminal, columns):
    shown = terminal(*PLAN, "--format", "ics", stdout="pipe", columns=columns)
    lines = shown.screen.splitlines()
    longest = max(map(len, lines))
    assert longest <= columns
    assert longest > min(columns - 20, 80)


def test_a_plan_file_that_is_there_is_refused_before_anything_is_asked(run, terminal):
    assert run("new", "--start", "2026-12-01", "--every", "6x4w", "-o", "plan.toml").code == 0
    shown = terminal("new", "-o", "plan.toml")
    assert shown.code == 4
    assert "plan.toml already holds" in " ".join(shown.screen.split())
    assert "questions" not in shown.screen


def test_invalid_flags_are_reported_before_any_question(terminal):
    shown = terminal("new", "--pause", "soap", env=DUMB)
    assert shown.code == 2
    assert "questions" not in shown.screen


def test_a_plan_that_is_not_kept_leaves_nothing(terminal, saved):
    shown = terminal("new", answers=[*ANSWERS, "n"], env=DUMB)
    assert (shown.code, home(saved)) == (0, [])
    assert shown.screen.endswith(f"Keep this plan? [Y/n] > n\nnothing was saved\n{AGAIN}\n")


@pytest.mark.parametrize(("answer", "replaced"), [("", False), ("n", False), ("y", True)])
def test_a_plan_kept_already_is_replaced_only_by_a_yes(run, terminal, saved, answer, replaced):
    assert run(*PLAN, "--save").code == 0
    before = saved.read_text()
    shown = terminal("new", answers=[*ANSWERS, answer], env=DUMB)
    assert shown.code == 0
    assert (
        'You already have a plan: "Scalp session", 6 sessions in 20 weeks, 0 done. Replacing '
        "it keeps it as .bak. Replace it? [y/N] > "
    ) in " ".join(shown.screen.split())
    assert (saved.read_text() != before) is replaced
    assert home(saved) == (["plan.toml", "plan.toml.bak"] if replaced else ["plan.toml"])
    assert ("; the previous one is kept as plan.toml.bak" in " ".join(shown.screen.split())) is (
        replaced
    )


def test_an_answer_at_the_wrong_question_is_taken_back(terminal, saved):
    wrong = (*ANSWERS[:1], "next sunday", "<", "roller 0.5 mm", *ANSWERS[2:])
    shown = terminal("new", answers=[*wrong, ""], env=DUMB)
    assert shown.code == 0
    assert 'device = "roller"' in saved.read_text()
    assert " 2 Device and needle length [next sunday]            > roller" in shown.screen


@pytest.mark.parametrize("number", [0, 4, len(ANSWERS)])
@pytest.mark.parametrize(("key", "echo"), [(b"\x03", "^C\n"), (b"\x04", "\n")])
def test_ctrl_c_and_ctrl_d_save_nothing(terminal, saved, number, key, echo):
    shown = terminal("new", answers=[*ANSWERS[:number], key], env=DUMB)
    assert (shown.code, home(saved)) == (130, [])
    assert f"> {echo}" in shown.screen
    assert ("Nothing saved." in shown.screen) is (number < len(ANSWERS))
    assert "Traceback" not in shown.screen


def test_an_answer_that_cannot_be_read_is_asked_again(terminal):
    answers = [
        "",
        "",
        "",
        "someday",
        "2026-12-01",
        "?",
        "6x4w",
        "",
        "",
        "",
        "",
        "",
        "",
        b"\xff\n",
        "y",
        "n",
    ]
    shown = terminal("new", answers=answers, env=DUMB)
    assert shown.code == 0
    assert "   someday\n   ^^^^^^^\n" in shown.screen
    assert "Traceback" not in shown.screen


def test_no_question_is_asked_through_a_pipe(terminal, process):
    for shown in (terminal("new", stderr="pipe"), process("new")):
        assert shown.code == 2
        assert shown.err == (
            "microplan: a plan needs a start and a pace, such as --start 2026-12-01 --every 6x4w\n"
        )


# --- widths ---------------------------------------------------------------------------------

LONG = (
    *(*JOB, "--title", "Kopfhaut und Haaransatz, 頭皮と生え際 " * 4, "--setting", "home"),
    *("--depth", "0.5 mm", "--device", "a roller with titanium needles, rinsed and dried"),
)
SHOWN = [
    pytest.param(JOB, id="the job with its notices"),
    pytest.param((*JOB, "-o", "plan.ics", "--remind", "3d"), id="what is said about a calendar"),
    pytest.param(LONG, id="a long title"),
    pytest.param((), id="the bare name"),
    pytest.param(("--help",), id="help"),
    pytest.param(("new", "--help"), id="the help of new"),
    pytest.param(("safety",), id="safety"),
    pytest.param((*PLAN, "-f", "pdf"), id="a fault"),
]
UNBREAKABLE = re.compile(r"\S*[/.]\S*")
"""A wrapped address doesn't work, so it may be wider than the terminal."""


@pytest.mark.parametrize("columns", [60, 150])
@pytest.mark.parametrize("argv", SHOWN)
def test_nothing_is_wider_than_the_terminal(terminal, argv, columns):
    shown = terminal(*argv, columns=columns, env=DUMB)
    wide = [line for line in shown.screen.splitlines() if cell_len(line) > columns]
    assert not [line for line in wide if not UNBREAKABLE.fullmatch(line.split(maxsplit=1)[-1])]


def test_a_wide_terminal_is_used(terminal):
    lines = terminal(*JOB, "-q", columns=150, env=DUMB).screen.splitlines()
    assert 120 < max(map(len, lines)) <= 150


@pytest.mark.parametrize("columns", [80, 150])
def test_the_wizard_fits_into_eighty_columns(terminal, columns):
    screen = terminal("new", answers=[*ANSWERS, "n"], columns=columns, env=DUMB).screen
    ours = re.sub("> .*", "> ", screen[: screen.index("Same again")])
    assert max(map(cell_len, ours.splitlines())) <= columns


# --- characters -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["table", "toml", "json", "ndjson", "tsv", "csv", "ics"])
def test_no_control_character_of_a_title_reaches_the_terminal(terminal, name):
    title = "a\x1b[31m\x9b2J\x07\u202eb"
    flags = ("--title", title, "--location", title, "--device", title, "-o", "-")
    shown = terminal(*PLAN, *flags, "-f", name, env=DUMB)
    assert shown.code == 0
    assert not {char for char in shown.screen if char < " " or "\x7f" <= char < "\xa0"} - {
        *("\n", "\t", "\r"),
    }


PAGER = {"PAGER": "sed s/^/paged:/"}


@pytest.mark.parametrize("argv", [("safety",), ("protocols",), ("protocols", "dhurat-2013")])
def test_a_long_text_goes_through_the_pager_of_a_terminal(terminal, process, argv):
    screen = terminal(*argv, env=PAGER).screen
    plain = process(*argv).out
    assert screen.replace("paged:", "") == plain
    assert screen.startswith("paged:")


def test_a_short_text_needs_no_pager(terminal):
    assert "paged:" not in terminal("protocols", "--home", env=PAGER).screen


def test_export_at_a_terminal_says_where_it_would_write(terminal, run):
    assert run(*PLAN, "--save", "-q").code == 0
    assert terminal("export").screen == (
        "A calendar file is for a calendar app. Write it: microplan export -o plan.ics\n"
        "Print it here all the same: microplan export -o -\n"
    )
    assert "BEGIN:VCALENDAR" in terminal("export", "-o", "-").screen
    assert "BEGIN:VCALENDAR" in terminal("export", stdout="pipe").out
