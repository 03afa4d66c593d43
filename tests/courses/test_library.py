"""Published courses against a second transcription of the evidence, and personal course files.

The tables here were typed from the evidence, never from the files: two readers, one text.
"""

import re
import tomllib
from datetime import date, timedelta
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.courses import course as courses
from microplan.courses import library, safety
from microplan.courses.course import FIELDS, Course
from microplan.courses.marks import Mark
from microplan.errors import PlanFileError, UsageError
from microplan.model import dates
from microplan.model.care import Use
from microplan.rules import words as rules

START = date(2026, 1, 31)

# id, variant, days after the first session, mark of the pace
DAYS = [
    ("abdallah-aa", "", range(0, 85, 28), "V1"),
    ("aboeldahab-aa", "", range(0, 71, 14), "V1"),
    ("arora-aa-2022", "", (0, 21, 42), "V1"),
    ("burns-fphl", "", (0, 14, 28, 42, 56, 70), "I"),
    ("dhurat-2013", "", range(0, 78, 7), "V2"),
    ("dhurat-2015", "", (0, 7, 14, 21, *range(35, 176, 14)), "I"),
    ("faghihi-2021", "0.6mm", (0, 14, 28, 42, 56, 70), "I"),
    ("faghihi-2021", "1.2mm", (0, 14, 28, 42, 56, 70), "I"),
    ("fphl-cn-2022", "", range(0, 162, 7), "I"),
    ("ijced-cohort", "", (0, 21, 42, 63), "I"),
    ("indonesia-rct", "", (0, 28, 56), "I"),
    ("jha-2018", "", (0, 21, 42), "V2"),
    ("jishuitan-2022", "", range(0, 190, 7), "I"),
    ("khalid-jpad", "", (0, 28, 56, 84, 112), "V1"),
    ("kumar-2018", "weekly", range(0, 78, 7), "I"),
    ("kumar-2018", "stepped", (0, 7, 14, 21, 35, 49, 63, 77), "I"),
    ("li-2026", "mild", range(0, 50, 7), "I"),
    ("li-2026", "moderate", range(0, 78, 7), "I"),
    ("li-2026", "severe", range(0, 106, 7), "I"),
    ("liang-2022", "", range(0, 155, 14), "V1"),
    ("ro-2016", "0.3mm", (0, 14, 28, 42, 56, 70), "V1"),
    ("ro-2016", "0.5mm", (0, 14, 28, 42, 56, 70), "V1"),
    ("ro-gfc-0.5", "", (0, 14, 28, 42, 56, 70), "V1"),
    ("ro-gfc-0.8", "", (0, 14, 28, 42, 56, 70), "V1"),
    ("ro-gfc-1.2", "", (0, 14, 28, 42, 56, 70), "V1"),
    ("sanchez-meza", "", (0, 28, 56), "V2"),
    ("serum-mn", "", (0, 14, 28, 42, 56, 70, 84), "I"),
    ("yepuri-2021", "4-sessions", (0, 28, 56, 84), "V1"),
    ("yepuri-2021", "5-sessions", (0, 28, 56, 84, 112), "V1"),
    ("yepuri-2021", "6-sessions", (0, 28, 56, 84, 112, 140), "V1"),
    ("yu-2018", "", (0, 28, 56, 84, 112), "V2"),
]
# The courses called monthly, from a day that most months lack.
MONTHLY = [
    ("aggarwal-2020", "2026-01-31 2026-02-28 2026-03-31 2026-04-30"),
    ("khan-2023", "2026-01-31 2026-02-28 2026-03-31 2026-04-30"),
    ("ragab-aa", "2026-01-31 2026-02-28 2026-03-31"),
    ("shah-2017", "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31 2026-06-30"),
]
TWICE_A_WEEK = "homeuse-kr-2020"
SHIPPED = sorted({row[0] for row in (*DAYS, *MONTHLY)} | {TWICE_A_WEEK})

STAY_OUT = (
    *("parajuli", "malhotra", "bao", "yu-2020", "nada", "jcc", "peterson", "nct02154503"),
    *("starace", "shin", "farid", "lee", "ramadan", "gowda", "singh", "chandrashekar", "dth"),
    *("ijbr", "ctri", "finasteride", "monotherapy"),
)
"""Do not ship, or no interval, or none of its own in the library's table."""

# id: depth and companion, each with its mark, as the library's table has them
AT_A_GLANCE = {
    "abdallah-aa": (None, "none I"),
    "aboeldahab-aa": ("1.0–2.0mm V2", "none I"),
    "aggarwal-2020": (None, "none on one half, PRP on the other I"),
    "arora-aa-2022": (None, "triamcinolone V1"),
    "burns-fphl": (None, "minoxidil 5 % foam, nightly V2"),
    "dhurat-2013": ("1.5mm V2", "minoxidil 5 % lotion, twice daily V1"),
    "dhurat-2015": ("1.5mm V2", "their existing finasteride and minoxidil 5 % V1"),
    "faghihi-2021": ("0.6mm V1", "minoxidil 5 % V1"),
    "fphl-cn-2022": ("0.26mm V2", "minoxidil 2 %, daily V1"),
    "homeuse-kr-2020": (None, "minoxidil 5 % V1"),
    "ijced-cohort": (None, "minoxidil 5 %, twice daily V1"),
    "indonesia-rct": (None, "minoxidil 5 % V1"),
    "jha-2018": ("1.5mm V2", "PRP injections V2"),
    "jishuitan-2022": (None, "oral drug and minoxidil, 5 % for men, 2 % for women V1"),
    "khalid-jpad": (None, None),
    "khan-2023": (None, "PRP injected into the skin at each session V1"),
    "kumar-2018": ("1.5mm V2", "minoxidil 5 %, twice daily V1"),
    "li-2026": ("1±0.5mm V1", "none: needling alone V1"),
    "liang-2022": (None, "minoxidil 5 %, once daily V1"),
    "ragab-aa": ("1.5mm V2", "topical PRP V2"),
    "ro-2016": ("0.3mm V1", "growth-factor cocktail V1"),
    "ro-gfc-0.5": ("0.5mm V1", "growth-factor cocktail V1"),
    "ro-gfc-0.8": ("0.8mm V1", "growth-factor cocktail V1"),
    "ro-gfc-1.2": ("1.2mm V1", "growth-factor cocktail V1"),
    "sanchez-meza": (None, "dutasteride 0.01 % solution V2"),
    "serum-mn": (
        None,
        (
            "oral drug and minoxidil, 5 % for men, 2 % for women; a scalp repair serum needled in at "
            "each session V1"
        ),
    ),
    "shah-2017": ("1.5mm V2", "PRP and minoxidil 5 % twice daily V2"),
    "yepuri-2021": (None, "PRP V1"),
    "yu-2018": (None, "minoxidil 5 %, twice daily V2"),
}

# id: when the result was looked at, and how a plan takes it over; both as the table has them
READ_OUT = {
    "abdallah-aa": "read-out=16w",
    "aboeldahab-aa": "read-out=12w, late read-out=last+3mo",
    "aggarwal-2020": "read-out=last+3mo",
    "arora-aa-2022": "read-out=9w",
    "burns-fphl": "minoxidil=-0d+0d, read-out=4mo",
    "dhurat-2013": "minoxidil=-0d+1d, read-out=12w",
    "dhurat-2015": "read-out=6mo, late read-out=18mo",
    "faghihi-2021": "read-out=12w",
    "fphl-cn-2022": "read-out=24w",
    "homeuse-kr-2020": "read-out=6mo",
    "ijced-cohort": "read-out=12w",
    "indonesia-rct": "read-out 1=4w, read-out 2=8w, read-out 3=12w",
    "jha-2018": "",
    "jishuitan-2022": "read-out=12w, count 1=16w, count 2=20w, count 3=24w",
    "khalid-jpad": "read-out=last+1mo",
    "khan-2023": "read-out=last+2mo",
    "kumar-2018": "read-out=12w",
    "li-2026": "",
    "liang-2022": "read-out=24w",
    "ragab-aa": "read-out=last+2w",
    "ro-2016": "read-out=3mo",
    "ro-gfc-0.5": "",
    "ro-gfc-0.8": "read-out=last+2w",
    "ro-gfc-1.2": "read-out=last+2w",
    "sanchez-meza": "read-out 1=16w, read-out 2=20w",
    "serum-mn": "read-out=last+1mo",
    "shah-2017": "read-out=6mo",
    "yepuri-2021": "read-out 1=last+4w, read-out 2=last+3mo, read-out 3=last+6mo",
    "yu-2018": "read-out=5mo",
}


def texts():
    folder = files("microplan").joinpath("courses/data")
    return {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}


COURSES = {name: library.load(name) for name in SHIPPED}
WAYS = [(name, way) for name, course in COURSES.items() for way in course.ways()]


def plan(every, **words):
    return rules.parse({"start": str(START), "every": every, **words})


def days(course, way, start=START):
    given = rules.parse({"start": str(start), **library.words(course, way)})
    return [day for _, day in dates.pace_days(given)]


def every_fact(course):
    for facts in (course.facts, *(variant.facts for variant in course.variants)):
        yield from facts.values()
    yield from course.readouts
    yield from course.results


# --- the published courses ------------------------------------------------------------------


def test_the_published_courses_are_these_sorted_by_id():
    assert library.ids() == tuple(SHIPPED)
    assert len(SHIPPED) == 29


@pytest.mark.parametrize("word", STAY_OUT)
def test_unreliable_sources_are_left_out(word):
    assert not [name for name in library.ids() if word in name]


@pytest.mark.parametrize(("name", "way", "after", "mark"), DAYS)
def test_a_course_has_the_days_of_the_evidence(name, way, after, mark):
    assert days(COURSES[name], way) == [START + timedelta(days=each) for each in after]
    assert COURSES[name].stated(way)["pace"].mark == mark


@pytest.mark.parametrize(("name", "expected"), MONTHLY)
def test_a_monthly_course_follows_the_calendar(name, expected):
    assert " ".join(map(str, days(COURSES[name], ""))) == expected
    assert COURSES[name].facts["pace"].mark is Mark.OURS
    assert "calendar month" in COURSES[name].facts["pace"].note


@pytest.mark.parametrize("start", ["2026-02-02", "2026-02-05"])
def test_twice_a_week_is_three_and_four_days_apart_for_half_a_year(start):
    found = days(COURSES[TWICE_A_WEEK], "", date.fromisoformat(start))
    apart = {(after - before).days for before, after in pairwise(found)}
    assert (found[0], len(found), apart) == (date.fromisoformat(start), 52, {3, 4})
    assert COURSES[TWICE_A_WEEK].facts["pace"].mark is Mark.OURS


def test_every_way_of_every_course_is_in_the_transcription():
    typed = {(name, way) for name, way, _, _ in DAYS} | {(name, "") for name, _ in MONTHLY}
    assert set(WAYS) == typed | {(TWICE_A_WEEK, "")}


@pytest.mark.parametrize("name", SHIPPED)
def test_depth_and_companion_are_those_of_the_evidence(name):
    stated = COURSES[name].stated()
    facts = [stated.get(field) for field in ("depth", "companion")]
    assert (
        tuple(f"{fact.value} {fact.mark}" if fact else None for fact in facts)
        == (AT_A_GLANCE[name])
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_read_outs_and_pauses_are_those_of_the_evidence(name):
    dated = [each for each in library.care(COURSES[name]) if not isinstance(each, Use)]
    assert ", ".join(map(str, dated)) == READ_OUT[name]


USES = {
    "dhurat-2013": "5 % lotion twice daily (dhurat-2013, V1: S1)",
    "kumar-2018": "5 % twice daily (kumar-2018, V1: S8)",
    "ijced-cohort": "5 % twice daily (ijced-cohort, V1: S17)",
    "shah-2017": "5 % twice daily (shah-2017, V2: S124, S2)",
    "faghihi-2021": "5 %, times not stated (faghihi-2021, V1: S11)",
    "indonesia-rct": "5 %, times not stated (indonesia-rct, V1: S14)",
    "liang-2022": "5 % once daily (liang-2022, V1: S38)",
    "fphl-cn-2022": "2 % daily (fphl-cn-2022, V1: S39)",
    "burns-fphl": "5 % foam nightly (burns-fphl, V2: S10)",
    "dhurat-2015": "5 % as before, times not stated (dhurat-2015, V1: S7)",
    "jha-2018": "as before, strength and times not stated (jha-2018, V2: S2)",
    "homeuse-kr-2020": "5 % twice a week (homeuse-kr-2020, I: S32)",
    "yu-2018": "5 % twice daily (yu-2018, V2: S13)",
    "jishuitan-2022": "5 % for men, 2 % for women, times not stated (jishuitan-2022, V1: S16)",
    "serum-mn": "5 % for men, 2 % for women, times not stated (serum-mn, V1: S31)",
}
"""How minoxidil was used on ordinary days, typed from the table of the evidence."""


@pytest.mark.parametrize("name", SHIPPED)
def test_a_plan_takes_a_courses_minoxidil_pause_with_its_source(name):
    uses = [each for each in library.care(COURSES[name]) if isinstance(each, Use)]
    told = [(each.name, f"{each.how} ({each.source})") for each in uses]
    assert told == ([("minoxidil", USES[name])] if name in USES else [])


@pytest.mark.parametrize(
    ("way", "used"),
    [
        ("mild", []),
        ("moderate", ["strength and times not stated"]),
        ("severe", ["mixed with finasteride, strength and times not stated"]),
    ],
)
def test_each_way_of_a_course_hands_over_its_own_topicals(way, used):
    uses = [each for each in library.care(COURSES["li-2026"], way) if isinstance(each, Use)]
    assert [(each.name, each.how) for each in uses] == [("minoxidil", how) for how in used]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_fact_has_a_mark_and_sources_that_exist(name):
    for fact in every_fact(COURSES[name]):
        assert fact.mark in (Mark.V1, Mark.V2, Mark.OURS)
        assert fact.value
        assert fact.sources
        assert set(fact.sources) <= set(library.sources())


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_no_pace_is_better_known_than_what_it_is_made_of(name, way):
    order = [Mark.V1, Mark.V2, Mark.OURS]
    stated = COURSES[name].stated(way)
    made_of = [stated[field].mark for field in ("interval", "sessions") if field in stated]
    assert order.index(stated["pace"].mark) >= max(map(order.index, made_of))


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_our_own_reading_of_a_pace_is_labelled(name, way):
    pace = COURSES[name].stated(way)["pace"]
    assert pace.note or pace.mark is not Mark.OURS


def test_every_source_of_the_index_is_listed_once():
    index = tomllib.loads(texts()["sources.toml"])
    named = {
        name for course in COURSES.values() for fact in every_fact(course) for name in fact.sources
    }
    assert set(index) <= named
    assert not set(index) & set(safety.SOURCES)
    numbers = [int(name[1:]) for name in library.sources()]
    assert numbers == sorted(set(numbers))
    assert all(source.address and source.what for source in library.sources().values())


RECALLED = (
    *("1 ml per application", "2017;9:14", "Sohng", "Clin Exp Dermatol", "Exp Derm", "Chin Med J"),
    *("24 h", "2018;17", "Follica pilot"),
)


@pytest.mark.parametrize(
    "words",
    [
        *("biweekly", "bi-weekly", "non-invasive", "no downtime", "removes toxins"),
        *("best results", "400 %", *map(str.lower, RECALLED)),
    ],
)
def test_no_file_has_ambiguous_advertised_or_recalled_facts(words):
    held = {name: text for name, text in texts().items() if name != "sources.toml"}
    assert not [name for name, text in held.items() if words in " ".join(text.lower().split())]


def test_no_file_has_the_mark_for_recalled_facts():
    found = {mark for text in texts().values() for mark in re.findall(r'mark = "(.*)"', text)}
    assert found == {"V1", "V2", "I"}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_file_is_named_by_its_id_and_has_only_known_keys(name):
    table = tomllib.loads(texts()[f"{name}.toml"])
    assert table["id"] == COURSES[name].id == name
    assert set(table) <= {"course", "id", *FIELDS, "variant", "readout", "result"}


@pytest.mark.parametrize("name", [name for name in SHIPPED if COURSES[name].results])
def test_results_are_given_with_their_control(name):
    course = COURSES[name]
    assert "control" in course.facts
    if "none" in course.facts["control"].value:
        said = " ".join(f"{fact.value} {fact.note}" for fact in course.results)
        assert re.search(r"no control|no side without|cannot be compared", said)


def test_the_one_home_course_says_what_it_did_not_find():
    home = [name for name, way in WAYS if library.words(COURSES[name], way)["setting"] == "home"]
    assert home == [TWICE_A_WEEK]
    assert "no statistically significant difference" in COURSES[TWICE_A_WEEK].results[0].value


def test_the_setting_is_our_reading_everywhere():
    assert {course.facts["setting"].mark for course in COURSES.values()} == {Mark.OURS}


def test_courses_of_alopecia_areata_are_called_that_and_the_others_are_not():
    areata = [
        name for name in SHIPPED if COURSES[name].facts["condition"].value == "alopecia areata"
    ]
    assert areata == ["abdallah-aa", "aboeldahab-aa", "arora-aa-2022", "ragab-aa"]
    assert all(COURSES[name].facts["setting"].value == "clinic" for name in areata)


def test_conflicting_sources_become_variants():
    kumar = COURSES["kumar-2018"]
    assert kumar.ways() == ("weekly", "stepped")
    assert [kumar.stated(way)["interval"].mark for way in kumar.ways()] == ["V1", "V2"]
    assert kumar.stated() == kumar.stated("weekly")


def test_an_unknown_course_error_suggests_a_known_one():
    with pytest.raises(PlanFileError) as near:
        library.load("dhurrat-2013")
    assert str(near.value) == "there's no course 'dhurrat-2013'. Did you mean dhurat-2013?"
    with pytest.raises(PlanFileError) as far:
        library.load("../pyproject")
    assert str(far.value) == (
        "there's no course '../pyproject'. "
        "`microplan protocols` lists them; a file of your own ends in .toml"
    )


@pytest.mark.parametrize("name", ["sources", "sources.toml", "", "dhurat-2013.toml"])
def test_other_files_of_the_folder_are_no_courses(name):
    with pytest.raises(PlanFileError):
        library.load(name)


# --- what a plan takes from a course --------------------------------------------------------


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_the_words_of_a_course_are_read_as_rules(name, way):
    words = library.words(COURSES[name], way)
    read = plan(words.pop("every"), **words)
    assert read.words() == {
        "start": str(START),
        "tz": "UTC",
        **library.words(COURSES[name], way),
    } | ({"follow": "plan"} if name == TWICE_A_WEEK else {})


@pytest.mark.parametrize(
    ("name", "way", "expected"),
    [
        pytest.param(
            "dhurat-2013",
            "",
            {"every": "12x1w", "setting": "clinic", "device": "dermaroller", "depth": "1.5mm"},
            id="a course gives the words it states",
        ),
        pytest.param("liang-2022", "", {"every": "12x2w", "setting": "clinic"}, id="and no others"),
        pytest.param(
            "faghihi-2021",
            "1.2mm",
            {"every": "6x2w", "setting": "clinic", "depth": "1.2mm"},
            id="a variant adds its own",
        ),
        pytest.param(
            "kumar-2018",
            "",
            {"every": "12x1w", "setting": "clinic", "device": "roller", "depth": "1.5mm"},
            id="without a name the first variant is meant",
        ),
    ],
)
def test_words_of_a_plan(name, way, expected):
    assert library.words(COURSES[name], way) == expected


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("kumar-2018", "kumar-2018 has no variant 'daily'. It has weekly or stepped."),
        ("liang-2022", "liang-2022 has no variant 'daily'. Leave the variant out."),
    ],
)
def test_an_unknown_variant_error_lists_the_known_ones(name, message):
    with pytest.raises(UsageError) as caught:
        library.words(COURSES[name], "daily")
    assert str(caught.value) == message


# --- how a plan and a course differ ---------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "words", "expected"),
    [
        pytest.param("12x1w", {}, (), id="the course itself is none"),
        pytest.param("12x7d", {}, (), id="nor is the same pace in other words"),
        pytest.param("1w", {"sessions": "12"}, (), id="nor with its count apart"),
        pytest.param("4x1w,8x1w", {}, (), id="nor in two steps"),
        pytest.param("12x1w", {"depth": "1.5 mm", "setting": "clinic"}, (), id="nor its depth"),
        pytest.param("12x1w", {"gap": "7d"}, (), id="a longer gap is none"),
        pytest.param("6x4w", {}, ("every 6x4w (record: 12x1w)",), id="another pace"),
        pytest.param("8x1w", {}, ("every 8x1w (record: 12x1w)",), id="fewer sessions"),
        pytest.param("12x3d", {}, ("every 12x3d (record: 12x1w)",), id="a shorter pace"),
        pytest.param(
            "1w",
            {"sessions": "6"},
            ("every 1w, sessions 6 (record: 12x1w)",),
            id="fewer sessions by their number",
        ),
        pytest.param(
            "1w",
            {"until": "2026-02-10"},
            ("every 1w, until 2026-02-10 (record: 12x1w)",),
            id="an earlier end",
        ),
        pytest.param("12x1w", {"gap": "3d"}, ("gap 3d (record: 12x1w)",), id="a shorter gap"),
        pytest.param("12x1w~2d", {}, ("gap 4d (record: 12x1w)",), id="a window makes one too"),
        pytest.param(
            "RRULE:FREQ=WEEKLY;COUNT=12", {}, (), id="a recurrence on the same days keeps its gap"
        ),
        pytest.param(
            "6x4w",
            {"depth": "0.5mm", "setting": "home", "device": "pen"},
            (
                "every 6x4w (record: 12x1w)",
                "setting home (record: clinic)",
                "device pen (record: dermaroller)",
                "depth 0.5mm (record: 1.5mm)",
            ),
            id="everything at once",
        ),
    ],
)
def test_departures_are_described_briefly(every, words, expected):
    assert library.departures(COURSES["dhurat-2013"], "", plan(every, **words)) == expected


def test_a_field_the_course_does_not_state_is_not_a_departure():
    assert library.departures(COURSES["liang-2022"], "", plan("12x2w", depth="0.5mm")) == ()


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_a_plan_started_from_a_course_does_not_depart_from_it(name, way):
    words = library.words(COURSES[name], way)
    assert library.departures(COURSES[name], way, plan(words.pop("every"), **words)) == ()


# --- what else there is to say --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dhurat-2013", "procedure"),
        ("liang-2022", "device depth pause procedure endpoint adverse result"),
        (
            "ragab-aa",
            "completers use pause procedure",
        ),
        ("yepuri-2021", "completers device depth length use pause procedure endpoint"),
    ],
)
def test_unstated_fields_are_named(name, expected):
    assert " ".join(library.not_stated(COURSES[name])) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(
            "dhurat-2013",
            "dhurat-2015 4x1w,11x2w; jha-2018 3x3w; kumar-2018:weekly 12x1w; kumar-2018:stepped 4x1w,4x2w; "
            "ragab-aa 3x1mo; shah-2017 6x1mo",
            id="at 1.5 mm paces run from a week to a month",
        ),
        pytest.param("faghihi-2021", "ro-gfc-1.2 6x2w", id="one other course has 1.2 mm"),
        pytest.param("liang-2022", "", id="without a depth there is nothing to compare"),
    ],
)
def test_others_at_the_same_depth_are_sorted_by_id(name, expected):
    found = library.others_at(COURSES[name])
    assert "; ".join(" ".join(each) for each in found) == expected
    ids = [name.partition(":")[0] for name, _ in found]
    assert ids == sorted(ids)


# --- a file of one's own --------------------------------------------------------------------

OWN = """\
course = 1

[pace]
value = "6x2w"
mark = "I"
sources = ["our own practice"]
"""


def stating(value):
    return f'value = "{value}"\nmark = "I"\nsources = ["our own practice"]\n'


A_FACT = stating("so")


def test_a_clinic_writes_its_own_course():
    course = library.read(OWN, "ours")
    assert course.id == "ours"
    assert library.words(course) == {"every": "6x2w"}
    assert course.facts["pace"].sources == ("our own practice",)
    assert library.not_stated(course) == tuple(
        field for field in (*FIELDS, "readout", "result") if field != "pace"
    )


def test_a_file_may_hold_several_paces_and_its_own_is_the_usual_one():
    more = '[[variant]]\nname = "gentle"\n[variant.pace]\n' + stating("6x4w")
    course = library.read(f"{OWN}{more}[depth]\n{stating('0,8 mm')}", "ours")
    assert course.ways() == ("", "gentle")
    assert library.words(course) == {"every": "6x2w", "depth": "0,8 mm"}
    assert library.words(course, "gentle") == {"every": "6x4w", "depth": "0,8 mm"}
    assert list(course.stated("gentle")) == ["depth", "pace"]


def test_a_file_names_itself_if_it_likes():
    assert library.read(OWN.replace("1\n", '1\nid = "our-2w"\n', 1), "file").id == "our-2w"


def test_a_personal_course_is_compared_with_published_ones():
    course = library.read(f"{OWN}[depth]\n{stating('0.8 mm')}", "ours")
    assert library.others_at(course) == (("ro-gfc-0.8", "6x2w"),)


TEN_FAULTS = """\
course = 1
id = "Our Course"
colour = "blue"

[depht]
value = "1mm"

[setting]
value = "office"
mark = "I"
sources = ["our own practice"]

[depth]
value = 1.5
mark = "R"
sources = ["S1"]

[pause]
value = "none that day"
mark = "I"
sources = ["S999"]
care = "minoxidil=all day"

[pace]
value = "6x4m"
mark = "V1"
sources = []

[[result]]
value = "fine"
sources = "S1"
"""


@pytest.mark.parametrize(
    ("text", "message", "findings"),
    [
        pytest.param(
            TEN_FAULTS,
            "it has 12 faults",
            (
                "colour: there's no such key here. Leave it out.",
                "depht: there's no such key here. Did you mean depth?",
                "id: use small letters, digits, points and hyphens, as in our-weekly",
                'setting.value "office": write home or clinic',
                'depth.value: that isn\'t text. Write one, as in "text"',
                "depth.mark: write V1, V2 or I",
                'pace.value "6x4m": m could mean minutes or months. Write 6x4mo (months) or 6x4w (weeks)',
                'pace.sources: sources are missing. Name them, as in sources = ["our own practice"].',
                "pause.sources: no source here is called S999; name it in words",
                'pause.care "minoxidil=all day": a number is missing. Write a window like 3d, 1w or -4d+14d',
                "result[1].mark: write V1, V2 or I",
                'result[1].sources: sources are missing. Name them, as in sources = ["our own practice"].',
            ),
            id="many faults make one report",
        ),
        pytest.param(
            "course = 2\n",
            "it has one fault",
            ("course: 2 is newer than 1, the format read here. Update microplan.",),
            id="a newer version is refused before anything else",
        ),
        pytest.param(
            "course = true\n",
            "it has one fault",
            ("course: a course file begins with course = 1",),
            id="a version is a number",
        ),
        pytest.param(
            'title = "text"\n',
            "it has one fault",
            ("course: a course file begins with course = 1",),
            id="a file without a version is none of ours",
        ),
        pytest.param(
            "course = 1\n",
            "it has one fault",
            ("pace: the pace is missing. Write one like 12x1w, with mark and sources.",),
            id="a course has a pace",
        ),
        pytest.param(
            'course = 1\npace = "12x1w"\n',
            "it has one fault",
            ("pace: a field is a table with value, mark and sources",),
            id="a bare value has no source",
        ),
        pytest.param(
            OWN.replace("6x2w", "2w"),
            "it has one fault",
            ('pace.value "2w": the pace has no end. Write 6x2w',),
            id="a pace has its end",
        ),
        pytest.param(
            OWN.replace("6x2w", "4x1w,2w"),
            "it has one fault",
            ('pace.value "4x1w,2w": the pace has no end. Write 4x1w,6x2w',),
            id="its last step too",
        ),
        pytest.param(
            OWN.replace("6x2w", "RRULE:FREQ=WEEKLY;UNTIL=20270101"),
            "it has one fault",
            (
                'pace.value "RRULE:FREQ=WEEKLY;UNTIL=20270101": a course has no dates. Write COUNT in place of UNTIL',
            ),
            id="a date belongs to a plan",
        ),
        pytest.param(
            OWN.replace("6x2w", "biweekly"),
            "it has one fault",
            (
                'pace.value "biweekly": it could be every two weeks or twice a week. Write 2w, or twice a week on tue and fri',
            ),
            id="a pace is written in numbers",
        ),
        pytest.param(
            OWN.replace("6x2w", "6x1w~4d"),
            "it has one fault",
            (
                'pace.value "6x1w~4d": the windows of two sessions 7d apart overlap: 4d after one and 4d before the next. Make the two 6d or less together',
            ),
            id="a pace is examined as a plan's is",
        ),
        pytest.param(
            f"{OWN}note = 1\nvalve = 2\n",
            "it has 2 faults",
            (
                "pace.valve: there's no such key here. Did you mean value?",
                'pace.note: that isn\'t text. Write one, as in "text"',
            ),
            id="a field has no other keys",
        ),
        pytest.param(
            f'{OWN}care = "minoxidil=-0d+1d"\n',
            "it has one fault",
            ("pace.care: there's no such key here. Leave it out.",),
            id="care is spelled where there is some",
        ),
        pytest.param(
            f"{OWN}[[readout]]\n{A_FACT}care = 3\n",
            "it has one fault",
            ('readout[1].care: that isn\'t text. Write one, as in "text"',),
            id="care is a text",
        ),
        pytest.param(
            OWN.replace('"our own practice"', '"", 3'),
            "it has 2 faults",
            (
                'pace.sources: a text is missing here. Write one, as in "text"',
                'pace.sources: that isn\'t text. Write one, as in "text"',
            ),
            id="a source has a name",
        ),
        pytest.param(
            f"{OWN}[result]\n{A_FACT}",
            "it has one fault",
            ("result: write each entry as a table, [[result]]",),
            id="there may be several results",
        ),
        pytest.param(
            "course = 1\nvariant = [1]\nreadout = [2]\n",
            "it has 2 faults",
            (
                "variant: write each entry as a table, [[variant]]",
                "readout: write each entry as a table, [[readout]]",
            ),
            id="an entry is a table",
        ),
        pytest.param(
            f'course = 1\n[[variant]]\nname = "a"\n[[variant]]\nname = "a"\n[variant.pace]\n{A_FACT}',
            "it has 3 faults",
            (
                "variant[2].name: another variant is called a",
                'variant[2].pace.value "so": a number is missing. Write a step like 6x4w, 10d, 1mo or 2w~3d',
                "variant[1].pace: the pace is missing. Write one like 12x1w, with mark and sources.",
            ),
            id="a variant has a name of its own and a pace",
        ),
        pytest.param(
            f"{OWN}[note]\n" + "".join(f"[[variant]]\nname = 'v{n}'\n" for n in range(101)),
            "it has 2 faults",
            (
                "note: there's no such key here. Leave it out.",
                "variant: there are at most 100 of these. Write fewer",
            ),
            id="a file ends somewhere",
        ),
        pytest.param(
            "course =", "it isn't valid TOML: invalid value (at end of document)", (), id="TOML"
        ),
        pytest.param(
            f"course = {'9' * 5000}",
            "it isn't valid TOML: a number is too large",
            (),
            id="a number ends somewhere",
        ),
        pytest.param(
            f"course = {'[' * 5000}",
            "it isn't valid TOML: its values are nested too deep",
            (),
            id="nesting ends somewhere",
        ),
        pytest.param(
            f"{'a.' * 200}b = 1",
            "its keys have too many dots to be a plan or a course",
            (),
            id="so do keys",
        ),
    ],
)
def test_every_fault_of_an_invalid_course_file_is_reported(text, message, findings):
    with pytest.raises(PlanFileError) as caught:
        library.read(text, "ours")
    assert (str(caught.value), caught.value.findings) == (message, findings)
    assert caught.value.exit_code == 3


def test_thirty_thousand_unknown_keys_are_reported_quickly():
    with pytest.raises(PlanFileError) as caught:
        library.read("course = 1\n" + "".join(f"paces{n} = 1\n" for n in range(30_000)), "ours")
    assert len(caught.value.findings) == 30_001


FRAGMENTS = (
    *("[pace]", "[[variant]]", "[variant.pace]", "[[readout]]", "value = 3", "sources = [1]"),
    *("pace = 1", 'value = "12x1w"', 'care = "="', "variant = [[1]]", "course = 1", "id = 1"),
)
LINES = st.sampled_from(
    sorted({*FRAGMENTS, *(line for text in texts().values() for line in text.splitlines())})
)
VALUES = st.recursive(
    st.booleans() | st.integers() | st.sampled_from(["", "S1", "I", "12x1w", "home", "x=1w"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "mark", "sources", "note", "care", "name", "pace"]), inner
        )
    ),
    max_leaves=12,
)


@given(st.one_of(st.text(), st.lists(LINES).map("\n".join)))
def test_any_text_is_a_course_or_one_report(text):
    try:
        course = library.read(f"course = 1\n{text}", "any")
    except PlanFileError:
        return
    assert isinstance(course, Course)


@given(
    st.dictionaries(st.sampled_from([*FIELDS, "variant", "readout", "result", "id", "x"]), VALUES)
)
def test_any_tables_are_a_course_or_faults(tables):
    reading = courses.CourseReader({"S1"})
    course = reading.course({"course": 1, **tables}, "any")
    assert (course is None) is bool(reading.faults)
    if course is not None:
        for way in course.ways():
            assert rules.parse({"start": str(START), **library.words(course, way)})


@given(st.sampled_from(SHIPPED), st.data())
def test_removing_a_line_from_a_course_never_adds_facts(name, data):
    lines = texts()[f"{name}.toml"].splitlines()
    gone = data.draw(st.integers(0, len(lines) - 1))
    try:
        course = library.read("\n".join(lines[:gone] + lines[gone + 1 :]), name)
    except PlanFileError:
        return
    assert len(list(every_fact(course))) <= len(list(every_fact(COURSES[name])))
    assert all(fact.sources for fact in every_fact(course))
