"""What pooled analyses say on spacing: typed from the page where they were read, never from the module."""

import pytest

from microplan.courses import care_sets, library, spacing

# analysis, identifier, interval, number or length, depth; all of them V1
ANALYSES = [
    ("gupta-2022", "10.1111/jocd.14525, PMID 34714971", "fewer sessions in the same time may raise", "longer course in all may raise", "nothing"),
    ("ahmed-2025", "10.1007/s00403-025-04032-1, PMID 40056230", "nothing", "12 weeks or less against more than 12: no significant effect", "1 mm or less against more than 1 mm: no significant effect"),
    ("xu-2024", "10.1055/s-0044-1782181", "nothing", "12 weeks SMD 1.08, 21 to 24 weeks SMD 0.64", "under 1 mm SMD 1.16, over 1 mm SMD 0.52"),
    ("pei-2024", "10.1111/jocd.16186, PMID 38239003", "nothing", "nothing", "nothing"),
    ("abdi-2023", "preprint. DOI 10.21203/rs.3.rs-2641721/v1", "nothing", "nothing", "nothing"),
    ("english-2022", "PMID 34854067", "weekly to monthly: a range", None, "0.50 to 2.50 mm: a range"),
    ("gupta-nma", "Karger, SAD 9(6)", "nothing", "24 weeks", "nothing"),
    ("kim-2020", "J Acupunct Res 37(4):203–208. DOI 10.13045/jar.2020.00234", "asks for a study", None, "usually 1.5 mm; asks for a study"),
]  # fmt: skip
# analysis, field, words that stand there
FURTHER = [
    ("gupta-2022", "also", "needling alone above minoxidil (β 12.29)"),
    ("gupta-2022", "also", "with minoxidil above needling alone (β 7.63)"),
    ("ahmed-2025", "also", "pen against roller: no significant effect"),
    ("ahmed-2025", "also", "diameter SMD 0.34 in 6 trials"),
    ("ahmed-2025", "pooled", "11 of 12 trials"),
    ("xu-2024", "citation", "Chinese Medicine and Natural Products, e8–e17"),
    ("xu-2024", "number", "no test between the two is given"),
    ("xu-2024", "depth", "no test between the two is given"),
    ("xu-2024", "also", "diameter not up"),
    ("pei-2024", "also", "doctors' rating RR 2.03; the patients' own not significant"),
    ("abdi-2023", "pooled", "8 of 10 trials"),
    ("abdi-2023", "also", "SMD 1.76; diameter not up"),
    (
        "gupta-nma",
        "also",
        "minoxidil with needling 95.8, minoxidil 53.9, needling alone 27.8, PRP with needling 22.9",
    ),
    ("kim-2020", "pooled", "9 clinical trials"),
]
# words of what was looked for, mark, sources
FOUND = [
    ("no trial of two intervals at one needle length was found", "I", ""),
    ("eight searches, English and Chinese", "I", ""),
    ("no standard protocol exists", "V1", "S55"),
    ("only gupta-2022 draws a conclusion on the interval", "I", "S50"),
    ("the two Gupta papers disagree", "V1", "S50 S54"),
    ("what they say on needling couldn't be read", "V2", "S150 S151 S152"),
    ("3 to 5 sessions a month apart", "V1", "S153"),
]
BY_ID = {analysis.id: dict(analysis.statements()) for analysis in spacing.ANALYSES}


@pytest.mark.parametrize(
    ("name", "identifier", "interval", "number", "depth"),
    ANALYSES,
    ids=[row[0] for row in ANALYSES],
)
def test_an_analysis_says_what_was_read_in_it(name, identifier, interval, number, depth):
    facts = BY_ID[name]
    assert identifier in facts["citation"].text
    for field, words in (("interval", interval), ("number", number), ("depth", depth)):
        assert (field in facts) == (words is not None)
        assert words is None or words in facts[field].text
    assert {item.mark for item in facts.values()} == {"V1"}


@pytest.mark.parametrize(("name", "field", "words"), FURTHER)
def test_the_text_includes_the_other_findings(name, field, words):
    assert words in BY_ID[name][field].text


@pytest.mark.parametrize(("words", "mark", "sources"), FOUND)
def test_every_search_is_listed_with_its_outcome(words, mark, sources):
    (item,) = [item for item in spacing.FOUND if words in item.text]
    assert (item.mark, " ".join(item.sources)) == (mark, sources)


def test_every_analysis_of_the_page_is_there_by_id_and_no_other():
    assert list(BY_ID) == sorted(name for name, *_ in ANALYSES)


def test_a_mean_interval_missing_from_the_abstracts_is_left_out():
    assert "3.46" not in str(spacing.ANALYSES + spacing.FOUND)
    assert "droracle" not in str(spacing.SOURCES)


def test_the_word_is_neither_a_course_nor_a_set_of_care():
    assert spacing.NAME not in {*library.ids(), *care_sets.SETS}


def test_spacing_is_shown_by_name_and_named_at_the_end_of_the_list(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    told = run("protocols", "spacing", "--sources").out
    assert "interval     weekly to monthly: a range, not compared [V1: S49]\n" in told
    assert "not stated in the source we hold: number\n" in told
    assert "S163 DOI 10.13045/jar.2020.00234 (Kim 2020, review)\n" in told
    assert "S163 " not in run("protocols", "spacing").out
    assert run("protocols").out.endswith("microplan protocols spacing\n")


def test_a_course_file_of_that_name_is_still_a_course(run, tmp_path):
    (tmp_path / "spacing.toml").write_text(
        'course = 1\n[pace]\nvalue = "3x2w"\nmark = "I"\nsources = ["our own"]\n'
    )
    assert "3x2w" in run("protocols", str(tmp_path / "spacing.toml")).out


def test_a_slip_of_the_pen_is_answered_with_it(run):
    shown = run("protocols", "spacng")
    assert (shown.code, shown.out) == (3, "")
    assert "Did you mean spacing?" in shown.err
