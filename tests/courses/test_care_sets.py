"""Named sets of care against the evidence: typed again from it, never read from the module."""

import re

import pytest

from microplan.courses import care_sets, library, safety
from microplan.courses.care_sets import SETS
from microplan.courses.marks import Mark
from microplan.errors import UsageError
from microplan.model.care import Pause
from microplan.model.ids import new_plan
from microplan.rules.words import parse
from microplan.scheduling.care import care
from microplan.scheduling.schedule import schedule

SAVED = "2026-11-22T20:00:00+00:00"
LATEST = "23:59"
"""The hour of a session after which a pause in whole days is shortest."""

# set, name of a pause: hours or days at least and at most, as the sources of the evidence range
BEFORE = {("retinoids", "retinoids and acids"): (3, 7)}
AFTER = {
    ("minoxidil", "minoxidil"): (0, 48),
    ("serums", "serums"): (0, 48),
    ("aftercare", "hair washing"): (8, 48),
    ("aftercare", "hard exercise"): (48, 72),
    ("aftercare", "swimming and sauna"): (48, 5 * 24),
    ("aftercare", "strong sun"): (48, 7 * 24),
    ("retinoids", "retinoids and acids"): (24, 14 * 24),
}
# set: mark, sources that the evidence names for what the set says
KNOWN = {
    "minoxidil": ("V2", "S5 S10 S36 S73 S74 S138"),
    "aftercare": ("V2", "S61 S76 S84 S85 S86 S87"),
    "serums": ("V2", "S73 S81 S89 S90 S97 S103 S133 S146 S149"),
    "retinoids": ("V2", "S62 S75 S76 S78 S80"),
    "hygiene": ("V2", "S91 S92 S93 S94 S103 S140 S148"),
    "photos": ("I", "S106 S108 S109 S110"),
    "reviews": ("I", "S1 S11 S38 S54"),
}
FORBIDDEN = ("non-invasive", "downtime", "toxins", "best results", "biweekly", "recommend", "safe")


def pauses(name):
    return [piece for piece in care_sets.pieces(name) if isinstance(piece, Pause)]


def hours_after(pause, at):
    rules = parse({"start": "2026-12-01", "every": "1x1w", "at": at, "tz": "UTC"})
    plan = new_plan("x", rules, SAVED)
    plan = type(plan)(id=plan.id, title="x", created=SAVED, rules=rules, care=(pause,))
    (item,) = care(plan, schedule(plan))
    return item.hours


def test_these_sets_are_there():
    assert list(SETS) == list(KNOWN)


@pytest.mark.parametrize("name", SETS)
def test_every_piece_of_a_care_set_is_canonical(name):
    assert [str(piece) for piece in care_sets.pieces(name)] == [text for _, text in SETS[name].care]
    assert [piece.kind for piece in care_sets.pieces(name)] == [kind for kind, _ in SETS[name].care]


@pytest.mark.parametrize("name", SETS)
def test_a_set_has_its_mark_and_its_sources(name):
    assert (SETS[name].mark, " ".join(SETS[name].sources)) == KNOWN[name]


def test_every_source_has_an_address_and_is_listed_once():
    named = {source for each in SETS.values() for source in each.sources}
    elsewhere = {**safety.SOURCES, **library.sources()}
    assert named <= elsewhere.keys() | care_sets.SOURCES.keys()
    assert set(care_sets.SOURCES) <= named
    assert not care_sets.SOURCES.keys() & elsewhere.keys()
    assert all(source.address and source.what for source in care_sets.SOURCES.values())


def test_sources_are_sorted_by_number():
    numbers = [int(name[1:]) for name in care_sets.SOURCES]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("name", SETS)
def test_text_without_a_source_is_called_our_suggestion(name):
    is_ours = SETS[name].mark is Mark.OURS
    assert ("our suggestion" in SETS[name].found) is is_ours
    assert ("no medical society's schedule was found" in SETS[name].found) is is_ours


@pytest.mark.parametrize(("name", "pause"), AFTER)
def test_a_pause_ends_within_what_was_found_whatever_the_hour(name, pause):
    shortest, longest = AFTER[name, pause]
    (piece,) = [each for each in pauses(name) if each.name == pause]
    assert hours_after(piece, LATEST) >= shortest
    assert hours_after(piece, "08:00") <= longest + 24


def test_every_pause_of_a_set_has_its_range_here():
    assert {(name, each.name) for name in SETS for each in pauses(name)} == set(AFTER)


@pytest.mark.parametrize("name", SETS)
def test_a_pause_begins_within_what_was_found(name):
    for each in pauses(name):
        shortest, longest = BEFORE.get((name, each.name), (0, 0))
        assert shortest <= each.before <= longest


def test_the_minoxidil_of_the_set_is_that_of_the_trial():
    assert pauses("minoxidil")[0] in library.care(library.load("dhurat-2013"))


def test_our_own_calendar_is_every_4_weeks_and_weeks_12_and_24():
    spans = [text for name in ("photos", "reviews") for _, text in SETS[name].care]
    assert spans == ["photos=every 4w", "review=12w", "review with a clinician=24w"]


@pytest.mark.parametrize("words", FORBIDDEN)
def test_care_texts_neither_advertise_nor_advise(words):
    said = " ".join([care_sets.__doc__, *map(care_sets.note, SETS)]).lower()
    assert not re.search(rf"\b{re.escape(words)}", said.replace("none of them is advice", ""))


NOTES = {
    "minoxidil": "minoxidil: trial texts leave it out on the needling day, one also on the next; "
    "other pages say from no wait to 48 h; its label says not to use it on a red, inflamed or "
    "irritated scalp [V2: S5, S10, S36, S73, S74, S138]",
    "photos": "photos: every 4 weeks is our suggestion; no medical society's schedule was found, "
    "and pages say from weekly to every 12 weeks: same room, light, angle and dry hair "
    "[I: S106, S108, S109, S110]",
}


@pytest.mark.parametrize("name", NOTES)
def test_a_note_says_what_was_found_with_mark_and_sources(name):
    assert care_sets.note(name) == NOTES[name]


CHOSEN = [
    pytest.param("photos", ["photos"], id="one"),
    pytest.param("photos, minoxidil", ["photos", "minoxidil"], id="two with a blank"),
    pytest.param("photos,photos,", ["photos"], id="twice is once"),
    pytest.param("", [], id="none"),
]


@pytest.mark.parametrize(("text", "names"), CHOSEN)
def test_sets_are_chosen_by_name(text, names):
    assert care_sets.chosen(text) == names


KNOWN_SETS = "Write minoxidil, aftercare, serums, retinoids, hygiene, photos or reviews."


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("nonsense", KNOWN_SETS),
        ("Photos", "Did you mean photos?"),
        ("minoxidil photos", KNOWN_SETS),
    ],
)
def test_an_unknown_care_set_error_lists_the_known_ones(name, advice):
    with pytest.raises(UsageError) as caught:
        care_sets.chosen(f"photos,{name}")
    assert str(caught.value) == (f"there's no care set {name!r}. {advice}")


def test_a_care_set_converts_to_plain_data():
    assert care_sets.as_data("minoxidil") == {
        "name": "minoxidil",
        "care": [{"kind": "pause", "care": "minoxidil=-0d+1d"}],
        "found": SETS["minoxidil"].found,
        "mark": "V2",
        "sources": ["S5", "S10", "S36", "S73", "S74", "S138"],
    }
