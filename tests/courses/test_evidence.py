"""What was read again in the sources, row by row: typed from the page, never from the files."""

import re

import pytest

from microplan.courses import care_sets, library, safety, spacing
from microplan.courses.marks import Mark

COURSES = {name: library.load(name) for name in library.ids()}

# course, field, words that stand there, mark, sources
FIELDS = [
    ("shah-2017", "control", "minoxidil 5 % alone", "V1", "S124"),
    ("shah-2017", "citation", "Int J Trichology 2017;9(1):14–18. DOI 10.4103/ijt.ijt_75_16", "V1", "S124"),
    ("shah-2017", "design", "open, prospective: 50 men in two arms of 25", "V1", "S124"),
    ("shah-2017", "interval", "monthly", "V2", "S2"),
    ("shah-2017", "depth", "1.5mm", "V2", "S2"),
    ("shah-2017", "sessions", "6", "V2", "S2"),
    ("abdallah-aa", "citation", "PMID 32643454", "V1", "S125"),
    ("abdallah-aa", "design", "20 patients with 100 patches, each patch assigned by chance", "V1", "S125"),
    ("abdallah-aa", "control", "injected (triamcinolone; minoxidil 5 %; both)", "V1", "S125"),
    ("homeuse-kr-2020", "adverse", "one mild, transient itch", "V1", "S32"),
    ("ragab-aa", "control", "fractional CO₂ laser with topical PRP", "V1", "S126"),
    ("ragab-aa", "interval", "monthly", "V1", "S126"),
    ("ragab-aa", "sessions", "3", "V1", "S126"),
    ("fphl-cn-2022", "companion", "minoxidil 2 %, daily", "V1", "S39"),
    ("ro-gfc-0.8", "control", "the left half of the scalp", "V1", "S30"),
    ("ro-gfc-0.8", "design", "11 men and 9 women", "V1", "S30"),
    ("ro-gfc-0.5", "interval", "every 14 days", "V1", "S129"),
    ("ro-gfc-0.5", "sessions", "6", "V1", "S129"),
    ("ro-gfc-1.2", "control", "with 2.5 ml of saline", "V1", "S130"),
    ("ro-gfc-1.2", "depth", "1.2mm", "V1", "S130"),
    ("ro-gfc-1.2", "length", "12 weeks", "V1", "S130"),
    ("serum-mn", "design", "4 men and 16 women", "V1", "S31"),
    ("indonesia-rct", "citation", "Dermatology Reports 2024", "V1", "S131 S14"),
    ("kumar-2018", "interval", "weekly", "V1", "S8 S127"),
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
    ("shah-2017", "condition", "III–V vertex, ages 18–50"),
    ("abdallah-aa", "citation", "authors and journal were not seen"),
    ("homeuse-kr-2020", "citation", "authors, title and needle length were not seen"),
    ("homeuse-kr-2020", "use", "each treatment was given twice a week"),
    ("homeuse-kr-2020", "use", "its label says twice a day"),
    ("yu-2018", "citation", "neither journal nor authors"),
    ("jha-2018", "citation", "the journal was not seen"),
    ("aboeldahab-aa", "sessions", "at most six, says the registry"),
    ("serum-mn", "companion", "men took finasteride, women spironolactone or Diane-35"),
    ("serum-mn", "companion", "the serum ends after session 7, the drugs go on"),
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
    ("abdallah-aa", "with minoxidil hair came sooner", "V1"),
    ("shah-2017", "clinical rating: 100 %, the other arm 88 %", "V2"),
    ("shah-2017", "own rating: 100 %, the other arm 92 %", "V2"),
    ("homeuse-kr-2020", "the combined arm's rose by month 6", "V1"),
    ("jha-2018", "no control group to compare with in the text we hold", "V2"),
    ("fphl-cn-2022", "one Sinclair grade or more", "V1"),
    ("ro-gfc-0.5", "on the half needled with saline, significant", "V1"),
    ("aboeldahab-aa", "SALT by more with needling", "V2"),
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
    ("ro-gfc-0.8", "2 weeks after the last session", "V1"),
    ("serum-mn", "1 month after the course", "V1"),
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
# course, way of following it, how its topicals were used on ordinary days, mark
USE_OF_A_WAY = [
    ("li-2026", "moderate", "minoxidil; times not stated", "V1"),
    ("li-2026", "severe", "minoxidil and finasteride mix; times not stated", "V1"),
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
    ("superficial dermabrasion may be safe in trained hands", "V1", "S157"),
    (
        "delay superficial peels and non-ablative lasers during the course or soon after",
        "V1",
        "S157",
    ),
    ("32 papers and 1,485 procedures", "V1", "S158"),
    (
        "delay manual dermabrasion, superficial peels, skin surgery or fractional lasers",
        "V1",
        "S158",
    ),
    ("advise against mechanical dermabrasion and full ablation", "V2", "S157 S158"),
    ("has needling on its list of procedures", "V1", "S159"),
    ("the old advice rests on insufficient evidence", "V1", "S160"),
    ("183 people, 504 procedures", "V1", "S161"),
    ("27 of them needling or other work with cold steel; 2 keloids", "V1", "S161"),
    ("tinted sunscreen", "V1", "S89 S90 S97 S146"),
    ("which can resist treatment", "V1", "S89 S90 S97 S146"),
    ("darkening (which can also last)", "V1", "S97"),
    ("chest pain, a rapid heartbeat, faintness", "V2", "S138"),
    ("a red or irritated scalp, unwanted facial hair", "V2", "S138"),
    (
        "acne scars and wrinkles of the face and for scars of the abdomen, from the age of 22",
        "V1",
        "S103",
    ),
    ("the FDA's page on needling doesn't speak of use at home", "V2", "S103"),
    ("in October 2025 the FDA reported", "V2", "S139"),
    ("some of which needed surgery or medical care", "V2", "S139"),
    ("a trained, licensed provider, to know the risks and to report harm", "V2", "S139"),
    ("the FDA wrote that of treatments for the look of the skin", "I", ""),
]
# set of care, words of what was found, a source that says it
CARE = [
    ("serums", "no paper says when a serum may go on again", "S133"),
    ("serums", "from at once, with hyaluronic acid only", "S149"),
    ("serums", "to 48 h; a scalp's water loss", "S73"),
    ("serums", "slightly raised at 48 h, when measuring ended", "S133"),
    ("serums", "before the session in four", "S89"),
    ("serums", "after it in one", "S146"),
    ("serums", "not approved for use in the skin", "S97"),
    ("serums", "the FDA has approved no needling device", "S103"),
    ("hygiene", "pen cartridges are for one use", "S103"),
    ("hygiene", "no number of uses is agreed on: pages say from 1 to 15", "S148"),
    ("minoxidil", "one also on the next", "S5"),
    ("minoxidil", "not to use it on a red, inflamed or irritated scalp", "S138"),
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
def test_a_note_names_second_hand_facts(name, field, words):
    assert words in COURSES[name].stated()[field].note


@pytest.mark.parametrize(("name", "words", "mark"), RESULTS)
def test_a_result_matches_its_source(name, words, mark):
    told = [item for item in COURSES[name].results if words in item.value]
    assert {item.mark for item in told} == {mark}


@pytest.mark.parametrize(("name", "words", "mark"), READ_OUTS)
def test_a_readout_date_matches_its_source(name, words, mark):
    assert the(COURSES[name].readouts, words).mark == mark


@pytest.mark.parametrize(("name", "use", "mark"), USE)
def test_use_on_ordinary_days_is_that_of_the_source(name, use, mark):
    fact = COURSES[name].stated()["use"]
    assert (fact.value, fact.mark) == (use, mark)


@pytest.mark.parametrize(("name", "way", "use", "mark"), USE_OF_A_WAY)
def test_a_way_of_following_a_course_has_its_own_use(name, way, use, mark):
    fact = COURSES[name].stated(way)["use"]
    assert (fact.value, fact.mark) == (use, mark)


@pytest.mark.parametrize("name", NO_USE)
def test_no_use_is_invented_if_none_is_stated(name):
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


@pytest.mark.parametrize(("name", "words", "source"), CARE)
def test_a_set_of_care_says_what_was_read_again(name, words, source):
    shown = care_sets.SETS[name]
    assert words in shown.found
    assert (shown.mark, source in shown.sources) == (Mark.V2, True)


def test_a_pause_of_serums_begins_before_the_session():
    assert care_sets.SETS["serums"].care == (("pause", "serums=-0d+2d"),)


def test_all_of_a_course_known_from_a_reprint_is_second_hand():
    marks = {field: fact.mark for field, fact in facts(COURSES["yu-2018"])}
    assert marks.pop("setting") is Mark.OURS
    assert len(marks) >= 11
    assert set(marks.values()) == {Mark.V2}


def test_the_pace_in_the_abstract_comes_before_the_one_in_a_review():
    assert COURSES["kumar-2018"].ways() == ("weekly", "stepped")


def test_the_unseen_fda_notice_has_no_address():
    source = safety.SOURCES["S139"]
    assert "fda.gov" not in source.address
    assert "which itself was not seen" in source.what


def test_nothing_is_claimed_that_the_sources_do_not_state():
    told = " ".join(item.text for part in safety.PARTS for item in part.items)
    assert "weeks later" not in told
    assert "garbled" not in str(COURSES["shah-2017"])


def test_nothing_is_first_hand_that_rests_on_a_reprint():
    first_hand = [
        (name, field)
        for name, course in COURSES.items()
        for field, fact in facts(course)
        if fact.mark is Mark.V1 and set(fact.sources) <= REPRINTS
    ]
    assert first_hand == []


EVERY_SOURCE = {**spacing.SOURCES, **safety.SOURCES, **care_sets.SOURCES, **library.sources()}


def test_no_source_is_in_two_lists():
    lists = (spacing.SOURCES, safety.SOURCES, care_sets.SOURCES)
    assert sum(map(len, lists)) == len({name for each in lists for name in each})
    assert not spacing.SOURCES.keys() & library.sources().keys()


@pytest.mark.parametrize("name", EVERY_SOURCE)
def test_every_source_can_be_opened_or_says_that_no_address_was_found(name):
    address = EVERY_SOURCE[name].address
    assert OPENABLE.match(address)
    assert "…" not in address
    assert "third-party note" not in address
