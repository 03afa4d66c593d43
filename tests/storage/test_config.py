"""``config.toml``: a person's defaults, which flags and courses override."""

import json
import os
import pwd
import shlex
import sys
from pathlib import Path

import pytest
from hypothesis import given

from microplan.cli import environment as surroundings
from microplan.errors import PlanFileError
from microplan.storage import config
from microplan.storage.config import CalDAV, Config
from tests.strategies import rule_words

PLAN = ("new", "--start", "2026-12-01", "--every", "3x4w")
NEVER = (
    "a password never goes into this file; take it out, and give it by --password-command, "
    "$MICROPLAN_CALDAV_PASSWORD or when you are asked"
)
MINE = """\
tz = "Europe/Berlin"
at = "18:00"
remind = ["1d", "2h"]
discreet = true

[caldav]
url = "https://calendar.example.org/anna/"
user = "anna"
"""
SPELLED = (
    *("--tz", "Europe/Berlin", "--at", "18:00", "--remind", "1d", "--remind", "2h", "--discreet"),
)

SAY_WHETHER_TOML_IS_READ = (
    "import sys; from microplan.cli import main; main(sys.argv[1:]); "
    "print('tomllib' in sys.modules)"
)


@pytest.fixture
def configured(environment):
    """Write ``config.toml`` where the program looks for it."""

    def _configured(text=MINE):
        path = environment / "config" / "microplan" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return _configured


# --- the text of the file -------------------------------------------------------------------

TEXTS = [
    pytest.param("", Config(), id="an empty file says nothing"),
    pytest.param(
        MINE,
        Config(
            words={
                "tz": "Europe/Berlin",
                "at": "18:00",
                "remind": ["1d", "2h"],
                "discreet": True,
            },
            caldav=CalDAV(url="https://calendar.example.org/anna/", user="anna"),
        ),
        id="all there is",
    ),
    pytest.param('remind = "1d"', Config(words={"remind": ["1d"]}), id="one reminder as a text"),
    pytest.param("at = 18:00:00", Config(words={"at": "18:00"}), id="a time of TOML's own"),
    pytest.param('at = " 8:30 "', Config(words={"at": "08:30"}), id="spelled as plans are"),
    pytest.param("discreet = false", Config(words={"discreet": False}), id="a plain no"),
    pytest.param('at = ""\nremind = []', Config(), id="an empty value is none"),
    pytest.param(
        '[caldav]\nurl = "http://localhost:5232/"',
        Config(caldav=CalDAV(url="http://localhost:5232/")),
        id="an address without a name",
    ),
]


@pytest.mark.parametrize(("text", "values"), TEXTS)
def test_a_config_text_parses_to_values(text, values):
    assert config.read(text) == (values, ())


@given(rule_words())
def test_a_default_is_stored_in_canonical_form(words):
    mine = {name: words[name] for name in config.CONFIG_WORDS if name in words}
    text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in mine.items())
    assert config.read(text) == (Config(words=mine), ())


FAULTS = [
    pytest.param('tz = "Mars"', ['tz "Mars": '], id="an unknown zone"),
    pytest.param(
        'remind = "1d"\nat = ["18:00", "19:00"]',
        ["at \"['18:00', '19:00']\": give one value, not several"],
        id="two times of day",
    ),
    pytest.param("caldav = 1", ["caldav: write a table, [caldav]"], id="no table"),
    pytest.param(
        'password = "x"\n[caldav]\npassword = "y"',
        [f"caldav.password: {NEVER}", f"password: {NEVER}"],
        id="a password anywhere",
    ),
    pytest.param(
        '[caldav]\nPassword = "x"\nPASS = "x"\ntoken = "x"\napp-password = "x"\nSecret = {a = 1}',
        [
            f"caldav.{key}: {NEVER}"
            for key in ("Password", "PASS", "token", "app-password", "Secret")
        ],
        id="a password by other names",
    ),
    pytest.param(
        '[caldav]\nproxy = "http://anna:x@proxy:8080"',
        [f"caldav.proxy: {NEVER}"],
        id="a password in the address of a proxy",
    ),
    pytest.param(
        "[caldav]\nproxy = 8080",
        ['caldav.proxy: write an address, as in proxy = "http://proxy.example.org:8080"'],
        id="a proxy that is a number",
    ),
    pytest.param(
        '[caldav]\nurl = "https://anna@example.org:secret@example.org/"',
        [f"caldav.url: {NEVER}"],
        id="a password after a name that is an address",
    ),
    pytest.param(
        '[caldav]\nurl = "https://anna:secret@example.org/"',
        [f"caldav.url: {NEVER}"],
        id="a password in the address",
    ),
    pytest.param(
        '[caldav]\nurl = "https://anna:sec/ret@example.org/"',
        [f"caldav.url: {NEVER}"],
        id="a password with a slash in the address",
    ),
    pytest.param(
        '[caldav]\nurl = "calendar.example.org"\nuser = 3',
        [
            'caldav.user: write a text, as in user = "text"',
            'caldav.url: write an address, as in url = "https://calendar.example.org/"',
        ],
        id="no address, no name",
    ),
]


@pytest.mark.parametrize(("text", "findings"), FAULTS)
def test_every_fault_is_reported_at_once(text, findings):
    with pytest.raises(PlanFileError) as caught:
        config.read(text)
    told = sorted(caught.value.findings)
    assert len(told) == len(findings)
    for said, expected in zip(told, sorted(findings), strict=True):
        assert said.startswith(expected)


def test_unknown_keys_are_named_and_ignored():
    values, warnings = config.read('every = "4w"\nat = "9:00"\n[caldav]\nport = 1\n')
    assert values == Config(words={"at": "09:00"})
    assert warnings == (
        "caldav.port isn't known and is ignored",
        "every isn't known and is ignored",
    )


# --- where it is ----------------------------------------------------------------------------


PLACES = [
    pytest.param("DATA", ".local/share", surroundings.saved_plan, id="the plan"),
    pytest.param("CONFIG", ".config", surroundings.config_path, id="settings"),
    pytest.param("STATE", ".local/state", surroundings.locks, id="locks"),
]
NO_FOLDER = [
    pytest.param(None, id="not set"),
    pytest.param("", id="empty"),
    pytest.param("  ", id="blank"),
    pytest.param("here/and/now", id="relative, which the XDG specification calls invalid"),
]


@pytest.mark.parametrize(("kind", "_default", "find"), PLACES)
def test_a_chosen_folder_is_used(monkeypatch, kind, _default, find):
    monkeypatch.setenv(f"XDG_{kind}_HOME", "/somewhere/else")
    assert find().parent == Path("/somewhere/else/microplan")


@pytest.mark.skipif(sys.platform == "win32", reason="XDG folders are of POSIX systems")
@pytest.mark.parametrize("given", NO_FOLDER)
@pytest.mark.parametrize(("kind", "default", "find"), PLACES)
def test_an_invalid_folder_is_ignored(  # noqa: PLR0913, PLR0917 - a table's columns
    monkeypatch, environment, given, kind, default, find
):
    monkeypatch.setenv(f"XDG_{kind}_HOME", given) if given is not None else monkeypatch.delenv(
        f"XDG_{kind}_HOME"
    )
    assert find().parent == environment / default / "microplan"


@pytest.mark.skipif(sys.platform == "win32", reason="XDG folders are of POSIX systems")
@pytest.mark.parametrize("home", ["", "relative"])
def test_without_home_in_the_environment_the_system_is_asked(monkeypatch, home):
    for kind in ("DATA", "CONFIG", "STATE"):
        monkeypatch.delenv(f"XDG_{kind}_HOME")
    monkeypatch.setenv("HOME", home)
    known = Path(pwd.getpwuid(os.getuid()).pw_dir)
    assert surroundings.saved_plan().parent == known / ".local/share/microplan"


def test_the_calendar_server_is_available_from_config(configured):
    configured()
    assert surroundings.config().caldav == CalDAV(
        url="https://calendar.example.org/anna/", user="anna"
    )


def test_a_pipe_in_place_of_the_file_is_refused_without_waiting(run, configured):
    path = configured()
    path.unlink()
    os.mkfifo(path)
    assert run(*PLAN).err == (
        f"microplan: {path} is a pipe or a device, not a file; remove it, or write a file\n"
    )


def test_a_start_without_a_config_file_loads_no_toml(process):
    shown = process(
        *PLAN,
        program=(
            *(sys.executable, "-c"),
            SAY_WHETHER_TOML_IS_READ,
        ),
    )
    assert shown.out.splitlines()[-1] == "False"


# --- a new plan -----------------------------------------------------------------------------


def test_a_plan_is_the_same_from_flags_and_from_config(run, configured):
    path = configured()
    supplied = run(*PLAN, "--format", "toml")
    path.unlink()
    assert run(*PLAN, *SPELLED, "--format", "toml").out == supplied.out


def test_words_from_the_config_are_echoed_as_flags(run, configured):
    configured('at = "18:00"\nremind = "1d"\n')
    assert run(*PLAN).err.splitlines()[0] == "from config.toml: --at 18:00 --remind 1d"
    assert run(*PLAN, "-q").err == ""


def test_a_given_word_is_not_echoed(run, configured):
    configured('at = "18:00"\nremind = "1d"\n')
    shown = run(*PLAN, "--at", "9:00", "-f", "toml")
    assert shown.err.splitlines()[0] == "from config.toml: --remind 1d"
    assert 'at = "09:00"' in shown.out
    assert not run(*PLAN, "--at", "9:00", "--remind", "2h").err.startswith("from")


SET_BACK = [
    pytest.param(("--at", "none", "--remind", "1d"), "at", id="all day"),
    pytest.param(("--remind", "none"), "remind", id="no reminder"),
    pytest.param(("--no-discreet",), "discreet", id="titles that say what it is"),
]


@pytest.mark.parametrize(("flags", "word"), SET_BACK)
def test_a_flag_resets_a_configured_word(run, configured, flags, word):
    path = configured()
    shown = run(*PLAN, *flags, "-f", "toml")
    assert f"\n{word} = " not in shown.out
    assert f"--{word}" not in shown.err
    path.unlink()
    assert run(*PLAN, *flags, "-f", "toml").code == 0


def test_the_zone_can_be_reset_to_the_machines(run, configured):
    configured()
    assert 'tz = "Europe/Paris"' in run(*PLAN, "--tz", "none", "-f", "toml").out


def test_a_required_word_cannot_be_reset(run):
    shown = run("new", "--start", "2026-12-01", "--every", "none")
    assert (shown.code, shown.err) == (
        2,
        "microplan: every is missing. Write one like 6x4w\n",
    )


def test_config_fills_in_what_a_course_leaves_open_and_flags_reset_it(run, configured):
    configured('at = "18:00"\n')
    shown = run("new", "--start", "2026-12-01", "--protocol", "dhurat-2013", "-f", "toml")
    assert 'at = "18:00"' in shown.out
    plain = run(
        *("new", "--start", "2026-12-01", "--protocol", "dhurat-2013"),
        *("--setting", "none", "-f", "toml"),
    )
    assert "setting" not in plain.out


def test_an_unreadable_config_exits_with_3(run, configured):
    path = configured('at = "25:00"\ntz = "Mars"\n')
    shown = run(*PLAN)
    assert (shown.code, shown.out) == (3, "")
    first, *rest = shown.err.splitlines()
    assert first == f"microplan: {path}: it has 2 faults"
    assert len(rest) == 2
    path.write_bytes(b"\xff")
    assert run(*PLAN).err == f"microplan: {path} isn't UTF-8 text (byte 1)\n"
    path.unlink()
    path.mkdir()
    assert run(*PLAN).err == f"microplan: {path} can't be read: is a directory\n"


def test_an_unknown_key_gives_a_warning(run, configured):
    path = configured("colour = 1\n")
    assert run(*PLAN).err.startswith(f"{path}: colour isn't known and is ignored\n")


def test_plan_files_ignore_the_config(run, configured, tmp_path):
    made = run(*PLAN, "--tz", "UTC", "-q", "-o", tmp_path / "plan.toml")
    assert made.code == 0
    before = run("show", "-p", "plan.toml", "-f", "json").out
    configured()
    assert run("show", "-p", "plan.toml", "-f", "json").out == before
    configured("broken =")
    assert run("show", "-p", "plan.toml", "-f", "json").out == before


# --- the questions --------------------------------------------------------------------------

ANSWERS = ["", "", "", "2026-12-01", "4w", "3", ""]
"""Answers up to the time of day; days away, pauses, reminders and the title come after it."""


def same_again(shown):
    """The command that the dialogue ends with, as its arguments."""
    said = shown.screen.partition("Same again: microplan ")[2]
    return shlex.split(said)


def test_enter_accepts_the_configured_value(terminal, run, configured):
    path = configured()
    shown = terminal("new", answers=[*ANSWERS, "", "", "", "", "", "", "n"])
    assert "What time, Europe/Berlin? [18:00]" in shown.screen
    assert "→ 18:00 Europe/Berlin" in shown.screen
    assert "Reminders? 1d, 2h [1d, 2h]" in shown.screen
    assert "Hide what it's about in the calendar? [Y/n]" in shown.screen
    again = same_again(shown)
    path.unlink()
    assert run(*again, "-f", "toml").out == run(*PLAN, *SPELLED, "-f", "toml").out


def test_a_declined_default_is_left_out_of_the_command(terminal, run, configured):
    path = configured()
    shown = terminal("new", answers=[*ANSWERS, "all day", "", "", "", "none", "n", "n"])
    again = same_again(shown)
    plain = run(*PLAN, "--tz", "Europe/Berlin", "-f", "toml", "--at", "none", "--no-discreet")
    assert 'remind = ["1d", "2h"]' not in run(*again, "-f", "toml").out
    with_file = run(*again, "-f", "toml").out
    path.unlink()
    assert run(*again, "-f", "toml").out == with_file
    assert plain.code == 2  # the configured reminders contradict an all-day plan


def test_a_configured_no_is_the_default_answer(terminal, configured):
    configured("discreet = false\n")
    shown = terminal("new", answers=[*ANSWERS, "", "", "", "", "", "", "n"])
    assert "Hide what it's about in the calendar? [y/N]" in shown.screen
    assert "--discreet" not in shown.screen


# --- a calendar on a server -----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(MINE, id="its address is known"),
        pytest.param('[caldav]\nuser = "anna"\n', id="no address is known"),
        pytest.param("no TOML", id="a file that can't be read ends nothing"),
    ],
)
def test_a_change_does_not_mention_a_phone_without_the_plan(run, configured, text):
    run(*PLAN, "--save", "-q")
    configured(text)
    done = run("move", 2, "+1d")
    assert (done.code, done.err) == (0, "")
    assert "phone" not in done.out
    assert "calendar" not in done.out
