import json
from datetime import date

import pytest

from microplan.courses import notices, safety, safety_page
from microplan.courses.marks import MEANINGS, Mark
from microplan.model.rules import Rules
from microplan.model.values import Pace, Setting, Span, Step
from microplan.rules import needle

EVERY_ITEM = [item for part in safety.PARTS for item in part.items]

GENERAL = (
    "microplan keeps dates. It doesn't give medical advice, and needling may not help: people "
    "respond differently. See a dermatologist first. Don't start with anything on the list of "
    "`microplan safety`. Stop and get help for spreading redness, swelling, pus, fever, new lumps, "
    "or, with minoxidil, chest pain or fainting."
)
AT_HOME = (
    "At home: nearly every course here took place in a clinic; the one home trial found no "
    "significant difference."
)
DEEP = " at home: the two sources here that limit home use say 0.25 mm (second hand)."


def rules(setting=None, depth=""):
    week = Pace(steps=(Step(count=6, span=Span(days=7)),))
    return Rules(
        start=date(2026, 12, 1),
        every=week,
        setting=setting,
        depth=needle.depth(depth, "depth") if depth else None,
    )


def told(given):
    return [" ".join(block.split()) for block in notices.of(given)]


def page(width=79, *, sources=True):
    return "\n".join(safety_page.render(width, sources=sources))


# --- notices --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "depth", "expected"),
    [
        pytest.param(None, "", [GENERAL], id="every plan is told the general notice"),
        pytest.param(None, "1.5mm", [GENERAL], id="a depth without a place adds nothing"),
        pytest.param(Setting.CLINIC, "1.5mm", [GENERAL], id="a clinic adds nothing"),
        pytest.param(Setting.HOME, "", [GENERAL, AT_HOME], id="home adds where courses took place"),
        pytest.param(
            Setting.HOME, "0.5mm", [GENERAL, AT_HOME, f"0.5mm{DEEP}"], id="so does a depth at home"
        ),
    ],
)
def test_notices_are_these_words(setting, depth, expected):
    assert told(rules(setting, depth)) == expected


@pytest.mark.parametrize(
    ("depth", "deepest"),
    [
        *((same, same) for same in ("0.5mm", "1-1.5mm", "0.2–0.3mm", "0.26mm", "3mm", "1±0.5mm")),
        pytest.param("0.2mm,1.5mm", "1.5mm", id="in the second phase"),
        pytest.param("1mm,0.2mm", "1mm", id="in the first phase"),
    ],
)
def test_a_needle_over_a_quarter_millimetre_at_home_gets_a_notice(depth, deepest):
    assert told(rules(Setting.HOME, depth))[2:] == [f"{deepest}{DEEP}"]


@pytest.mark.parametrize("depth", ["", "0.25mm", "0.2mm", "0.20-0.25mm", "0.1mm,0.25mm"])
def test_a_shorter_needle_or_none_gets_no_notice(depth):
    assert told(rules(Setting.HOME, depth))[2:] == []


def test_a_new_plan_prints_three_notices_and_one_for_each_own_number():
    assert len(notices.GENERAL.splitlines()) == 3
    assert len("\n".join(notices.of(rules(Setting.HOME, "0.5mm"))).splitlines()) == 5


# --- the lists ------------------------------------------------------------------------------


@pytest.mark.parametrize("item", EVERY_ITEM, ids=lambda item: item.text)
def test_each_statement_names_its_source_or_is_called_ours(item):
    assert item.mark in (Mark.V1, Mark.V2, Mark.OURS)
    assert bool(item.sources) is (item.mark is not Mark.OURS)


def test_every_source_named_has_an_address_and_every_address_is_named():
    assert {name for item in EVERY_ITEM for name in item.sources} == set(safety.SOURCES)


def test_sources_are_sorted_by_number():
    numbers = [int(name.removeprefix("S")) for name in safety.SOURCES]
    assert numbers == sorted(numbers)


def test_every_mark_is_explained():
    assert set(MEANINGS) == set(Mark)


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        pytest.param(
            "a bleeding disorder, or a medicine against clotting",
            "[V1: S48, S98]",
            id="blood thinners are a reason to ask",
        ),
        pytest.param("pregnancy or breastfeeding", "[V1: S42, S98]", id="pregnancy is another"),
        pytest.param("for 6 months after it", "[V2: S104]", id="the label says six months"),
        pytest.param("other clinics wait 3 months", "[V2: S80, S81, S105]", id="some say three"),
        pytest.param("your dermatologist decides", "[I]", id="the dermatologist decides"),
        pytest.param(
            "hair loss is not among these uses", "[V2: S103]", id="the FDA's uses are few"
        ),
        pytest.param(
            "redness, swelling, soreness, dryness, peeling", "[V1: S97]", id="some is expected"
        ),
        pytest.param(
            "chest pain, a rapid heartbeat", "[V2: S138]", id="minoxidil has signs to stop"
        ),
    ],
)
def test_the_page_says_it_with_its_mark_and_sources(words, tag):
    said = [item for item in " ".join(page().split()).split(" - ") if words in item]
    assert len(said) == 1
    assert tag in said[0]


# --- the page -------------------------------------------------------------------------------


def test_the_page_begins_with_what_microplan_does_not_do():
    assert " ".join(page().split()).startswith(
        "microplan keeps dates. It doesn't give medical advice and can't tell whether needling "
        "suits you."
    )


def test_the_page_has_every_item_with_its_tag_and_every_source():
    text = " ".join(page().split())
    for item in EVERY_ITEM:
        sources = f": {', '.join(item.sources)}" if item.sources else ""
        assert f"- {item.text} [{item.mark.value}{sources}]" in text
    for name, source in safety.SOURCES.items():
        assert f"{name} {source.address} ({source.what})" in text


def test_without_sources_the_page_has_every_item_with_its_mark():
    text = " ".join(page(sources=False).split())
    assert all(f"- {item.text} [{item.mark.value}]" in text for item in EVERY_ITEM)
    assert "S97" not in text
    assert text.endswith("microplan safety --sources")


def test_the_page_is_plain_text():
    assert page().replace("\n", "").isprintable()
    assert "\N{NO-BREAK SPACE}" not in page()


@pytest.mark.parametrize("width", [1, 30, 60, 200])
def test_the_width_changes_line_ends_and_no_word(width):
    assert page(width).split() == page().split()


@pytest.mark.parametrize("width", [79, 100])
def test_no_line_is_longer_than_a_terminal_is_wide(width):
    lines = [line for line in safety_page.render(width) if len(line.split()) > 1]
    assert max(map(len, lines)) <= width  # an address in two pieces leads nowhere


def test_the_json_matches_the_page():
    data = json.loads(json.dumps(safety_page.as_data()))
    items = [item for part in data["lists"] for item in part["items"]]
    assert [(item["text"], item["mark"], tuple(item["sources"])) for item in items] == [
        (item.text, item.mark.value, item.sources) for item in EVERY_ITEM
    ]
    assert [part["id"] for part in data["lists"]] == [
        "ask-first",
        "isotretinoin",
        "united-states",
        "postpone",
        "stop",
        "expected",
    ]
    assert set(data["marks"]) == {"V1", "V2", "I"}
    assert data["sources"]["S103"]["address"].startswith("fda.gov/")
    assert data["about"].startswith("microplan keeps dates.")


@pytest.mark.parametrize(
    "words", ["non-invasive", "no downtime", "removes toxins", "best results", "biweekly"]
)
def test_safety_texts_have_no_advertising_words(words):
    blocks = notices.of(rules(Setting.HOME, "0.5mm"))
    said = "\n".join([page(), json.dumps(safety_page.as_data()), *blocks])
    assert words not in " ".join(said.lower().split())
