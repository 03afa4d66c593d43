"""What was read again in the sources, row by row: typed from the page, never from the files."""

import re

import pytest

from microplan.courses import care_sets, library, safety, spacing
from microplan.courses.safety import Mark

COURSES = {name: library.load(name) for name in library.ids()}

# course, field, words that stand there, mark, sources
FIELDS = [
    ("shah-2017", "control", "minoxidil 5 % alone", "V1", "S124"),
    ("shah-2017", "citation", "Int J Trichology 2017;9(1):14–18. DOI 10.4103/ijt.ijt_75_16", "V1", "S124"),
    ("shah-2017", "design", "open, prospective: 50 men in two arms of 25", "V1", "S124"),
    ("shah-2017", "interval", "monthly", "V2", "S2"),
    ("abdallah-aa", "control", "one left untreated", "V1", "S125"),
    ("abdallah-aa", "sessions", "4", "V1", "S125"),
    ("abdallah-aa", "interval", "every 4 weeks", "V1", "S125"),
    ("abdallah-aa", "length", "16 weeks", "I", "S125"),
    ("abdallah-aa", "companion", "none", "I", "S3 S125"),
    ("homeuse-kr-2020", "design", "block randomised", "V1", "S32"),
    ("homeuse-kr-2020", "control", "device alone; device and minoxidil 5 %; minoxidil 5 % alone", "V1", "S32"),
    ("homeuse-kr-2020", "use", "twice a week", "I", "S32"),
    ("homeuse-kr-2020", "adverse", "in the arm with the device alone", "V1", "S32"),
    ("yu-2018", "design", "randomised, controlled, split scalp", "V2", "S13"),
    ("yu-2018", "citation", "in treating male pattern hair loss", "V2", "S13"),
    ("ragab-aa", "adverse", "than with PRP injections", "V1", "S126"),
    ("ragab-aa", "citation", "DOI 10.15570/actaapa.2020.35, PMID 33348935", "V1", "S126"),
    ("ragab-aa", "design", "three equal arms, assigned by chance", "V1", "S126"),
    ("ragab-aa", "depth", "1.5mm", "V2", "S3"),
    ("ragab-aa", "device", "roller", "V2", "S3"),
    ("ragab-aa", "endpoint", "mild erythema", "V2", "S3"),
    ("jha-2018", "control", "the texts disagree", "V2", "S23 S2"),
    ("jha-2018", "companion", "PRP injections", "V2", "S23 S2"),
    ("jha-2018", "citation", "Platelet-rich plasma with microneedling", "V2", "S23"),
    ("fphl-cn-2022", "depth", "0.26mm", "V2", "S128"),
    ("fphl-cn-2022", "control", "minoxidil 2 % alone", "V1", "S39"),
    ("fphl-cn-2022", "design", "randomised, 20 women", "V1", "S39 S128"),
    ("ro-gfc-0.8", "control", "needled too, at 0.8 mm, with saline", "V1", "S30"),
    ("ro-gfc-0.5", "design", "9 men and 9 women", "V1", "S129"),
    ("ro-gfc-0.5", "control", "needled too, with saline", "V1", "S129"),
    ("ro-gfc-0.5", "citation", "DOI 10.15761/GOD.1000200", "V1", "S129"),
    ("ro-gfc-1.2", "design", "22 people", "V1", "S130"),
    ("ro-gfc-1.2", "citation", "DOI 10.15761/GOD.1000231", "V1", "S130"),
    ("serum-mn", "companion", "a scalp repair serum needled in at each session", "V1", "S31"),
    ("serum-mn", "design", "August to December 2022", "V1", "S31"),
    ("khan-2023", "design", "randomised, controlled, 30 men in each of two arms", "V1", "S26"),
    ("khan-2023", "companion", "PRP injected into the skin", "V1", "S26"),
    ("aboeldahab-aa", "companion", "none", "I", "S3 S42"),
    ("aboeldahab-aa", "design", "80 patients", "V2", "S3"),
    ("aboeldahab-aa", "device", "Dermapen", "V1", "S42"),
    ("aggarwal-2020", "companion", "none on one half", "I", "S24"),
    ("burns-fphl", "citation", "Int J Womens Dermatol", "V2", "S21 S10"),
    ("indonesia-rct", "citation", "Adistri K, Sirait SP, Rihatmadja R, Legiawati L, Indriatmi W, Saldi SRF", "V1", "S131 S14"),
]  # fmt: skip
# course, words of a note
NOTES = [
    ("shah-2017", "control", "twice daily only in the review table"),
    ("jha-2018", "companion", "existing finasteride and minoxidil"),
    ("jha-2018", "length", "3 sessions at 3 weeks take 6 weeks"),
    ("fphl-cn-2022", "control", "1 ml twice a day in this arm (V2, S128)"),
    ("fphl-cn-2022", "use", "for 12 weeks after the course (V2, S128)"),
    ("fphl-cn-2022", "design", "one centre (V2, S128)"),
    ("aboeldahab-aa", "design", "the registry planned 100, 50 in each arm"),
    ("aboeldahab-aa", "companion", "3 months without treatment before"),
    ("kumar-2018", "design", "area of 1 cm with two blinded raters"),
    ("burns-fphl", "companion", "two women stayed on oral spironolactone"),
    ("yu-2018", "device", "hair is not mentioned"),
]
# course, words of a result, mark
RESULTS = [
    ("abdallah-aa", "scores fell in all four treated patches", "V2"),
    ("abdallah-aa", "adding the steroid gained nothing", "V1"),
    ("homeuse-kr-2020", "did not differ significantly", "V1"),
    ("homeuse-kr-2020", "no statistically significant difference, within any arm or between", "V1"),
    (
        "ragab-aa",
        "no significant difference between the three arms by SALT or by satisfaction",
        "V1",
    ),
    ("ro-gfc-0.8", "no change on the half needled with saline", "V1"),
    (
        "ro-gfc-0.5",
        "+27.1 on the half with the cocktail, +5.4 on the half needled with saline",
        "V1",
    ),
    ("ro-gfc-0.5", "+2.7 µm on the half with the cocktail, −0.6 µm", "V1"),
    ("serum-mn", "no part can be told from the others", "V1"),
    ("yepuri-2021", "excellent 2, very good 26, good 21, fair 7, none 4", "V1"),
    ("yepuri-2021", "excellent 2, very good 24, good 22, fair 6, none 6", "V1"),
    ("aboeldahab-aa", "both arms improved in every measure", "V2"),
    ("burns-fphl", "6 slightly, 3 moderately, 1 significantly better", "V2"),
]
# course, words of a read-out, mark
READ_OUTS = [
    ("shah-2017", "before the course, and at the end of 6 months", "V1"),
    ("abdallah-aa", "before the course, and 1 month after treatment ended", "V1"),
    ("ragab-aa", "2 weeks after the last session", "V1"),
    ("ragab-aa", "3 months later", "V1"),
    ("ro-gfc-1.2", "2 weeks after the sixth session", "V1"),
    ("kumar-2018", "week 12", "V2"),
    ("fphl-cn-2022", "visits every 4 weeks, to week 36", "I"),
]
# course, how its topicals were used on ordinary days, mark
USE = [
    ("dhurat-2013", "minoxidil 5 % lotion, twice daily", "V1"),
    ("dhurat-2015", "finasteride and minoxidil 5 % as before; times not stated", "V1"),
    ("kumar-2018", "minoxidil 5 %, twice daily", "V1"),
    ("ijced-cohort", "minoxidil 5 %, twice daily", "V1"),
    ("shah-2017", "minoxidil 5 %, twice daily", "V2"),
    ("faghihi-2021", "minoxidil 5 %; times not stated", "V1"),
    ("indonesia-rct", "minoxidil 5 %; times not stated", "V1"),
    ("liang-2022", "minoxidil 5 %, once daily", "V1"),
    ("fphl-cn-2022", "minoxidil 2 %, daily", "V1"),
    ("burns-fphl", "minoxidil 5 % foam, nightly", "V2"),
    ("homeuse-kr-2020", "minoxidil 5 %, twice a week", "I"),
    ("yu-2018", "minoxidil 5 %, twice daily", "V2"),
    (
        "jishuitan-2022",
        "oral drug and minoxidil, 5 % for men, 2 % for women; times not stated",
        "V1",
    ),
    ("serum-mn", "oral drug and minoxidil, 5 % for men, 2 % for women; times not stated", "V1"),
    ("jha-2018", "their existing finasteride and minoxidil", "V2"),
]
NO_RESULT = ("khan-2023", "liang-2022", "ro-gfc-1.2")
NO_USE = ("ro-2016", "ro-gfc-0.5", "ro-gfc-0.8", "ro-gfc-1.2", "sanchez-meza", "khan-2023")
# words of a list of `microplan safety`, mark, sources
SAFETY = [
    ("that aren't approved for use in the skin", "V1", "S89 S90 S97 S146"),
    ("darker skin: a higher risk of side effects", "V1", "S97"),
    ("dryness, peeling", "V1", "S97"),
    ("swollen lymph nodes", "V1", "S97"),
    ("within days (granuloma)", "V1", "S89 S146"),
    ("hair loss is not among these uses", "V2", "S103"),
    ("some side effects may be permanent", "V2", "S103"),
    ("dizziness, sudden weight gain, swollen hands or feet", "V2", "S138"),
    ("burns, scarring, fat loss, disfigurement and nerve damage", "V2", "S139"),
    ("a medical procedure, not one for home", "V2", "S139"),
    ("doesn't mention hair", "I", ""),
    ("the product label: no cosmetic smoothing", "V2", "S104"),
    ("would agree to needling for a very motivated patient", "V2", "S104"),
    ("a review of 1,485 procedures (2017)", "V1", "S157 S158"),
    ("has needling on its list of procedures", "V1", "S159"),
    ("the old advice rests on insufficient evidence", "V1", "S160"),
    ("183 people, 504 procedures", "V1", "S161"),
]
REPRINTS = {"S13", "S23"}
"""Abstracts on pages that name neither journal nor authors."""
OPENABLE = re.compile(
    r"(?:DOI |PMID |PMC\d|NCT\d|no openable address found|[^ ]+\.[a-z]{2,}(?:/|$| )|.* \d{4};\d+)"
)


def facts(course):
    yield from course.facts.items()
    for variant in course.variants:
        yield from variant.facts.items()
    yield from (("readout", fact) for fact in course.readouts)
    yield from (("result", fact) for fact in course.results)


def the(items, words):
    found = [item for item in items if words in item.value]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(("name", "field", "words", "mark", "sources"), FIELDS)
def test_a_field_says_what_was_read_again(name, field, words, mark, sources):
    fact = COURSES[name].stated()[field]
    assert words in fact.value
    assert (fact.mark, " ".join(fact.sources)) == (mark, sources)


@pytest.mark.parametrize(("name", "field", "words"), NOTES)
def test_a_note_says_what_is_second_hand(name, field, words):
    assert words in COURSES[name].stated()[field].note


@pytest.mark.parametrize(("name", "words", "mark"), RESULTS)
def test_a_result_is_told_as_the_source_has_it(name, words, mark):
    assert the(COURSES[name].results, words).mark == mark


@pytest.mark.parametrize(("name", "words", "mark"), READ_OUTS)
def test_a_read_out_is_dated_as_the_source_has_it(name, words, mark):
    assert the(COURSES[name].readouts, words).mark == mark


@pytest.mark.parametrize(("name", "use", "mark"), USE)
def test_use_on_ordinary_days_is_that_of_the_source(name, use, mark):
    fact = COURSES[name].stated()["use"]
    assert (fact.value, fact.mark) == (use, mark)


@pytest.mark.parametrize("name", NO_USE)
def test_where_no_use_is_stated_none_is_invented(name):
    assert "use" not in COURSES[name].facts


def test_only_two_courses_state_use_and_pause():
    both = [name for name, course in COURSES.items() if {"use", "pause"} <= course.facts.keys()]
    assert both == ["burns-fphl", "dhurat-2013"]


@pytest.mark.parametrize("name", NO_RESULT)
def test_a_result_that_was_cut_off_stays_blank(name):
    assert not COURSES[name].results


def test_no_course_counts_forty_of_fifty_as_very_good():
    assert not [text for text in map(str, COURSES.values()) if "40 of" in text or "66 %" in text]


@pytest.mark.parametrize(("words", "mark", "sources"), SAFETY)
def test_safety_says_what_was_read_again(words, mark, sources):
    items = [item for part in safety.PARTS for item in part.items if words in item.text]
    assert [(item.mark, " ".join(item.sources)) for item in items] == [(mark, sources)]


def test_the_set_serums_says_what_is_known_before_and_after_the_session():
    found = care_sets.SETS["serums"].found
    assert "no paper says when a serum may go on again" in found
    assert "slightly raised at 48 h, when measuring ended" in found
    assert "before the session in four and after it in one" in found
    assert "the FDA has approved no needling device" in found


def test_nothing_is_first_hand_that_rests_on_a_reprint():
    first_hand = [
        (name, field)
        for name, course in COURSES.items()
        for field, fact in facts(course)
        if fact.mark is Mark.V1 and set(fact.sources) <= REPRINTS
    ]
    assert first_hand == []


EVERY_SOURCE = {**spacing.SOURCES, **safety.SOURCES, **care_sets.SOURCES, **library.sources()}


def test_no_source_stands_in_two_lists():
    lists = (spacing.SOURCES, safety.SOURCES, care_sets.SOURCES)
    assert sum(map(len, lists)) == len({name for each in lists for name in each})
    assert not spacing.SOURCES.keys() & library.sources().keys()


@pytest.mark.parametrize("name", EVERY_SOURCE)
def test_every_source_can_be_opened_or_says_that_no_address_was_found(name):
    address = EVERY_SOURCE[name].address
    assert OPENABLE.match(address)
    assert "…" not in address
    assert "third-party note" not in address
