"""How weeks begin: as asked for, else as the locale of the environment has it."""

import re

import pytest

from microplan.cli import environment
from microplan.cli.environment import FRIDAY, MONDAY, SATURDAY, SUNDAY

PLAN = ("new", "--start", "2026-12-01", "--every", "2x4w", "--tz", "UTC", "-q")
LOCALES = ("LC_ALL", "LC_TIME", "LANG")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("en_US.UTF-8", SUNDAY),
        ("pt_BR.utf8", SUNDAY),
        ("ja_JP", SUNDAY),
        ("he_IL.UTF-8", SUNDAY),
        ("ar_EG.UTF-8", SATURDAY),
        ("fa_IR", SATURDAY),
        ("dv_MV.UTF-8", FRIDAY),
        ("de_DE.UTF-8", MONDAY),
        ("en_GB.UTF-8", MONDAY),
        ("en_DK.UTF-8@euro", MONDAY),
        ("zh_Hant_TW", SUNDAY),
        ("en-US", SUNDAY),
        ("en_us", SUNDAY),
        ("de", MONDAY),
        ("us", MONDAY),
        ("C", MONDAY),
        ("C.UTF-8", MONDAY),
        ("POSIX", MONDAY),
        ("", MONDAY),
        ("_US", MONDAY),
        ("..@_", MONDAY),
    ],
)
def test_a_locale_has_the_first_weekday_of_its_territory(name, first):
    assert environment.of_locale(name) == first


def test_no_territory_begins_its_week_twice():
    names = " ".join(environment.BEGINS.values()).split()
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[A-Z]{2}", name) for name in names)


def first_of(out: str) -> str:
    return next(line for line in out.splitlines() if {"Mo", "Su"} <= set(line.split())).split()[0]


@pytest.mark.parametrize(
    ("env", "first"),
    [
        pytest.param({"LANG": "en_US.UTF-8"}, "Su", id="LANG"),
        pytest.param({"LC_TIME": "de_DE", "LANG": "en_US"}, "Mo", id="LC_TIME goes before LANG"),
        pytest.param({"LC_ALL": "ar_EG", "LC_TIME": "de_DE"}, "Sa", id="LC_ALL before them all"),
        pytest.param({"LC_ALL": "", "LANG": "en_US"}, "Su", id="an empty one does not count"),
        pytest.param({}, "Mo", id="none"),
    ],
)
def test_the_environment_says_how_weeks_begin(run, monkeypatch, env, first):
    for name in LOCALES:
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert first_of(run(*PLAN, "-f", "calendar").out) == first


@pytest.mark.parametrize("given", ["sun", "sat", "mon", "Sunday"])
def test_a_flag_says_it_over_the_locale(run, monkeypatch, given):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    shown = run(*PLAN, "--first-weekday", given, "-f", "calendar", "--save")
    assert (shown.code, first_of(shown.out)) == (0, given[:2].capitalize())
    again = run("show", "-q", "--first-weekday", given, "-f", "calendar")
    assert again.out == shown.out


def test_a_page_begins_its_weeks_as_the_flag_says(run, tmp_path):
    pages = {day: tmp_path / f"{day}.html" for day in ("sun", "mon")}
    for day, path in pages.items():
        assert run(*PLAN, "--first-weekday", day, "-o", path).code == 0
    heads = {
        day: re.search(r"<th[^>]*>(?:<abbr[^>]*>)?(Su|Mo)", path.read_text())
        for day, path in pages.items()
    }
    assert {day: head[1] for day, head in heads.items()} == {"sun": "Su", "mon": "Mo"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("sat,sun", "{}: a week begins on one day. Write mon, sat or sun.\n  sat,sun\n  ^^^^^^^"),
        (
            "funday",
            "can't read {}: that isn't a weekday. Write mon, tue, wed, thu, fri, sat or sun.\n  funday\n  ^^^^^^",
        ),
    ],
)
@pytest.mark.parametrize("command", [PLAN, ("show",)])
def test_an_invalid_first_weekday_is_refused(run, command, given, message):
    assert run(*PLAN, "--save").code == 0
    shown = run(*command, "--first-weekday", given)
    assert (shown.code, shown.out) == (2, "")
    assert shown.err == f"microplan: {message.format(f'first-weekday {chr(34)}{given}{chr(34)}')}\n"


def test_a_page_in_a_file_begins_its_weeks_as_it_is_asked_to(run, tmp_path):
    pages = []
    for given in ("sun", "mon"):
        assert run(*PLAN, "--first-weekday", given, "-o", f"{given}.html").code == 0
        pages.append((tmp_path / f"{given}.html").read_text())
    assert pages[0] != pages[1]
