from zoneinfo import available_timezones

import pytest

from microplan.courses import care_sets, library
from microplan.formats import FORMATS
from microplan.rules import nearest
from microplan.rules.words import WORDS

KNOWN = {
    "course": library.ids(),
    "format": list(FORMATS),
    "set": list(care_sets.SETS),
    "word": list(WORDS),
    "zone": sorted(available_timezones()),
}
SLIPS = [
    ("course", "kumer", ["kumar-2018"], "a letter of one part"),
    ("course", "dhurat", ["dhurat-2013", "dhurat-2015"], "the beginning of two"),
    ("course", "dhurat-2031", ["dhurat-2013"], "two figures swapped"),
    ("course", "Kumar", ["kumar-2018"], "a capital letter"),
    ("zone", "Pairs", ["Europe/Paris"], "two letters of a city swapped"),
    ("zone", "Europe/Pars", ["Europe/Paris"], "a letter left out"),
    ("zone", "new york", ["America/New_York"], "a blank for an underscore"),
    ("format", "tabel", ["table"], "two letters swapped at the end"),
    ("format", "jsn", ["json"], "a vowel left out"),
    ("set", "minoxidl", ["minoxidil"], "a letter left out of a long name"),
    ("word", "untill", ["until"], "a letter too many"),
    ("word", "evrey", ["every"], "two letters swapped in the middle"),
    ("zone", "Bavaria", [], "a place that is no zone"),
    ("zone", "Europe", [], "the beginning of sixty"),
    ("format", "docx", [], "another format"),
    ("word", "xyzzy", [], "no word at all"),
    ("course", "", [], "nothing"),
    ("course", "2018", [], "a year alone"),
    ("word", "x" * 10_000, [], "ten thousand letters"),
]


@pytest.mark.parametrize(
    ("kind", "typed", "expected"), [row[:-1] for row in SLIPS], ids=[row[-1] for row in SLIPS]
)
def test_a_mistyped_name_gets_the_nearest_names_or_none(kind, typed, expected):
    assert nearest.nearest(typed, KNOWN[kind]) == expected


@pytest.mark.parametrize("kind", KNOWN)
def test_a_known_name_is_its_own_nearest(kind):
    for name in KNOWN[kind][:: max(len(KNOWN[kind]) // 20, 1)]:
        assert name in nearest.nearest(name, KNOWN[kind], most=1_000)


NAMES_AT_THE_COMMAND_LINE = [
    (("tody",), "there's no command 'tody'. Did you mean today?"),
    (("new", "--evry", "6x4w"), "there's no option '--evry'. Did you mean --every?"),
    (("done", "--dryrun"), "there's no option '--dryrun'. Did you mean --dry-run?"),
    (("new", "--frobnicate"), "there's no option '--frobnicate'. See microplan new --help"),
    (("new", "--format", "tabel"), 'there\'s no format "tabel". Did you mean table?'),
    (("log", "--format", "jsn"), 'there\'s no format "jsn" here. Did you mean json?'),
    (("new", "-o", "plan.tmol"), "Did you mean .toml?"),
    (("protocols", "kumer"), "there's no course 'kumer'. Did you mean kumar-2018?"),
    (("protocols", "minoxidl"), "Did you mean minoxidil?"),
    (("completion", "bsh"), "Did you mean bash?"),
]


@pytest.mark.parametrize(("argv", "sentence"), NAMES_AT_THE_COMMAND_LINE)
def test_a_mistyped_name_on_the_command_line_gets_a_suggestion(run, argv, sentence):
    done = run(*argv)
    assert done.code in {2, 3}
    assert sentence in done.err


IN_A_PLAN = [
    (("--tz", "Pairs"), "Did you mean Europe/Paris?"),
    (("--setting", "hoem"), "did you mean home?"),
    (("--follow", "plam"), "did you mean plan?"),
    (("--care", "minoxidl"), "Did you mean minoxidil?"),
    (("--protocol", "kumer"), "Did you mean kumar-2018?"),
    (("--holidays", "Bavaria"), "Write FR, DE or DE-BY"),
    (("--holidays", "Germny"), "Write DE."),
]


@pytest.mark.parametrize(("flags", "sentence"), IN_A_PLAN)
def test_a_mistyped_name_in_a_new_plan_gets_a_suggestion(run, flags, sentence):
    done = run("new", "--start", "2026-12-01", "--every", "6x4w", *flags)
    assert done.code in {2, 3}
    assert sentence in done.err
