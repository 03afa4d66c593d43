"""Paces, windows, gaps and numbers of sessions parse as the manual spells them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.errors import RuleError
from microplan.model.values import Pace, Span, Step, Window
from microplan.rules import pace as language
from tests.strategies import FEWER, fixes, marked, paces, refusal, spans, windows
from tests.tables import ids

BIWEEKLY = "it could be every two weeks or twice a week. Write 2w, or twice a week on tue and fri"


def pace(text):
    return language.pace(text, "every")


def window(text):
    return language.window(text, "window")


def gap(text):
    return language.gap(text, "gap")


def number(text):
    return language.number(text, "sessions")


# --- becomes and stays ----------------------------------------------------------------------

STAYS = [
    "6x4w",
    "10d",
    "1mo",
    "4x1mo~3d",
    "2x8w~-4d+14d",
    "4x1w,2w",
    "4x1w,4x2w,1mo",
    "1mo+3d",
    "1mo-1w",
    "1mo-27d",
    "6x1y",
    "1y+6d",
    "18mo",
    "100y",
    "36525d",
    "10000x1d",
    "2w~0d",
    "1x1d",
]


@pytest.mark.parametrize("text", STAYS)
def test_a_canonical_pace_is_unchanged(text):
    assert str(pace(text)) == text


BECOMES = [
    ("28d", "4w", "whole weeks are weeks"),
    ("4w-4d", "24d", "days and weeks are added up"),
    ("1w+1w", "2w", "weeks are added up"),
    ("12mo", "1y", "whole years are years"),
    ("1y+6mo", "18mo", "months and years are added up"),
    ("3d+1mo", "1mo+3d", "months come before days"),
    ("1d-1mo+1mo", "1d", "what is taken off may be added again"),
    ("0w+3d", "3d", "a part of a span may be nothing"),
    ("6X4W~1W", "6x4w~7d", "capitals are read too"),
    ("6×4w", "6x4w", "the sign of multiplication is a count's"),
    ("6x4w~-3d+3d", "6x4w~3d", "an even window is one number"),
    ("6x4w~-0d+1w", "6x4w~-0d+7d", "windows are written in days"),
    ("  6x4w ", "6x4w", "blanks around it are left out"),
    ("4x1w, 2w", "4x1w,2w", "blanks after a comma are left out"),
    ("06x04w", "6x4w", "zeros in front are left out"),
]


@pytest.mark.parametrize(("text", "canonical", "_name"), BECOMES, ids=ids(BECOMES))
def test_another_spelling_becomes_the_canonical_one(text, canonical, _name):
    assert str(pace(text)) == canonical


def test_a_pace_parses_to_steps_with_counts_spans_and_windows():
    assert pace("2x8w~-4d+14d,1mo-3d") == Pace(
        steps=(
            Step(count=2, span=Span(days=56), window=Window(before=4, after=14)),
            Step(count=None, span=Span(months=1, days=-3), window=None),
        )
    )


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (window, "3d", Window(before=3, after=3)),
        (window, "1w", Window(before=7, after=7)),
        (window, "-4d+14d", Window(before=4, after=14)),
        (window, "-0d+1w", Window(before=0, after=7)),
        (window, "0d", Window()),
        (window, "36525d", Window(before=36525, after=36525)),
        (gap, "21d", Span(days=21)),
        (gap, "3w", Span(days=21)),
        (gap, "1d", Span(days=1)),
        (gap, "36525d", Span(days=36525)),
        (number, "6", 6),
        (number, "1", 1),
        (number, "10000", 10_000),
    ],
)
def test_windows_gaps_and_numbers_parse_to_values(read, text, value):
    assert read(text) == value


# --- refused --------------------------------------------------------------------------------

A_STEP = "Write a step like 6x4w, 10d, 1mo or 2w~3d"
NO_NUMBER = f"a number is missing. {A_STEP}"
BEYOND = "that number is too large. Write a smaller one"
A_WINDOW = "Write a window like 3d, 1w or -4d+14d"
A_GAP = "Write a gap like 21d or 3w"
A_NUMBER = "Write a number of sessions like 6"
NO_STEP = "a step is at least one day long. Write 1d or more"
WEEKS = BIWEEKLY
MONTHS = "it could be every two months or twice a month. Write 2mo or 2w"
A_PHASE = "a phase has 1 to 10000 sessions"
UNITS = "Write d, w, mo or y"
TOO_LONG = "a span is at most 100 years long. Write 100y or less"

A_WIDTH = "a window is at most 36525 days on either side. Write fewer"

REFUSED_PACES = [
    ("", "", NO_NUMBER, "no text"),
    (" \t ", "", NO_NUMBER, "only blanks"),
    (
        "6x4m",
        "m",
        "m could mean minutes or months. Write 6x4mo (months) or 6x4w (weeks)",
        "a bare m",
    ),
    ("1M", "M", "m could mean minutes or months. Write 1mo (months) or 1w (weeks)", "a bare M"),
    ("6x4months", "6x4months", "a pace is written in numbers. Write 6x4mo", "a unit spelled out"),
    ("6x4h", "h", f"'h' isn't a unit here. {UNITS}", "hours between sessions"),
    ("6x4", "", f"the unit is missing. {UNITS}", "a span without a unit"),
    ("6 x 4w", "6 x 4w", "a pace is written in numbers. Write 6x4w", "blanks within"),
    ("6 ×4 weeks", "6 ×4 weeks", "a pace is written in numbers. Write 6x4w", "blanks and a name"),
    ("6 4w", " ", f"the unit is missing. {UNITS}", "a blank alone"),
    ("biweekly", "biweekly", WEEKS, "a word of two meanings"),
    ("Bi-Weekly", "Bi-Weekly", WEEKS, "the same with a hyphen"),
    ("bimonthly", "bimonthly", MONTHS, "a word of two meanings, in months"),
    ("weekly", "weekly", "a pace is written in numbers. Write 1w", "a pace in a word"),
    ("fortnightly", "fortnightly", "a pace is written in numbers. Write 2w", "another word"),
    ("monthly", "monthly", "a pace is written in numbers. Write 1mo", "one in months"),
    (
        "every 4 weeks",
        "every 4 weeks",
        "a pace is written in numbers. Write 4w",
        "a pace in a sentence",
    ),
    (
        "4w,1mo",
        "4w",
        "only the last step can leave out its count. Write 4x4w if it has four sessions",
        "a step that never ends before another",
    ),
    (
        "4x1w,2w~3d,1mo",
        "2w~3d",
        "only the last step can leave out its count. Write 4x2w~3d if it has four sessions",
        "the same in the middle",
    ),
    ("4x1w,", "", NO_NUMBER, "nothing after a comma"),
    ("4x1w,,2w", ",", NO_NUMBER, "nothing between commas"),
    ("4x1w;2w", ";2w", f"';2w' doesn't belong here. {A_STEP}", "a semicolon"),
    ("6x4w 18:00", " 18:00", f"' 18:00' doesn't belong here. {A_STEP}", "a time after it"),
    ("x4w", "x", NO_NUMBER, "a count without a number"),
    ("6x", "", NO_NUMBER, "a count without a step"),
    ("-6x4w", "-", NO_NUMBER, "a count less than nothing"),
    ("0x4w", "0", A_PHASE, "no session"),
    ("10001x1d", "10001", A_PHASE, "too many sessions in a phase"),
    ("6x0d", "0d", NO_STEP, "a step of no day"),
    ("0w", "0w", NO_STEP, "a step of no week"),
    ("6x1w-7d", "1w-7d", NO_STEP, "a step that comes out as nothing"),
    ("6x1w-8d", "1w-8d", NO_STEP, "a step that goes back"),
    ("6x1mo-28d", "1mo-28d", NO_STEP, "a step of no day in February"),
    ("6x40d-1mo", "40d-1mo", NO_STEP, "months taken off days"),
    ("6x4w+", "", "a number is missing. Write a span like 4w, 10d or 1mo+3d", "a bare +"),
    ("2x101y", "101y", TOO_LONG, "a step of more than 100 years"),
    ("2x100y+1d", "100y+1d", TOO_LONG, "a day more than 100 years"),
    ("2x36526d", "36526d", TOO_LONG, "the same in days"),
    ("2x1d-101y", "1d-101y", TOO_LONG, "more than a century back"),
    ("2x101y-400d", "101y-400d", TOO_LONG, "months of more than a century, less some days"),
    ("101y,1w", "101y", TOO_LONG, "more than a century before another step"),
    ("2x0d,1w", "0d", NO_STEP, "a step of no day before another"),
    ("6x4w~5219w,1w", "5219w", A_WIDTH, "a tolerance of a century before another step"),
    (
        "4 Weeks,1mo",
        " Weeks",
        "put the unit right after the number. Write w",
        "a unit after a blank",
    ),
    ("999999d", "999999", BEYOND, "a huge number"),
    ("6x" + "9" * 5000 + "d", "9" * 5000, BEYOND, "a number of thousands of digits"),
    ("9" * 5000 + "x1d", "9" * 5000, BEYOND, "a count of thousands of digits"),
    ("6x\N{ARABIC-INDIC DIGIT FOUR}w", "\N{ARABIC-INDIC DIGIT FOUR}", NO_NUMBER, "another script"),
    ("6x\N{SUPERSCRIPT TWO}w", "\N{SUPERSCRIPT TWO}", NO_NUMBER, "a superscript digit"),
    (
        "4\N{FULLWIDTH DIGIT TWO}w",
        "\N{FULLWIDTH DIGIT TWO}",
        f"the unit is missing. {UNITS}",
        "a wide digit",
    ),
    ("6x1.5mo", ".", f"the unit is missing. {UNITS}", "a fraction"),
    ("6x4w~", "", f"a number is missing. {A_WINDOW}", "a tolerance without a number"),
    ("6x4w~3", "", "the unit is missing. Write d or w", "a tolerance without a unit"),
    ("6x4w~1mo", "mo", "'mo' isn't a unit here. Write d or w", "a tolerance in months"),
    ("6x4w~3m", "m", "'m' isn't a unit here. Write d or w", "a tolerance in minutes"),
    ("6x4w~+3d", "+", f"a number is missing. {A_WINDOW}", "a tolerance after only"),
    ("6x4w~-3d", "-3d", f"the days after are missing. {A_WINDOW}", "a tolerance before only"),
    (
        "6x4w~99999w",
        "99999w",
        A_WIDTH,
        "a tolerance of centuries",
    ),
    ("6x4w~3d+5d", "+5d", f"'+5d' doesn't belong here. {A_STEP}", "two tolerances"),
]


@pytest.mark.parametrize(
    ("text", "fault", "message", "_name"),
    REFUSED_PACES,
    ids=[row[-1] for row in REFUSED_PACES],
)
def test_a_pace_is_refused_with_its_fault_marked_and_a_fix(text, fault, message, _name):
    error = refusal(lambda: pace(text))
    assert (error.word, error.text) == ("every", text.strip())
    assert (marked(error), error.message) == (fault, message)


REFUSED = [
    (window, "", "", f"a number is missing. {A_WINDOW}", "no window"),
    (window, "3", "", "the unit is missing. Write d or w", "a window without a unit"),
    (window, "-4d", "-4d", f"the days after are missing. {A_WINDOW}", "one side of a window"),
    (window, "-4d-3d", "-4d", f"the days after are missing. {A_WINDOW}", "days after, taken off"),
    (window, "3d or so", " or so", f"' or so' doesn't belong here. {A_WINDOW}", "more words"),
    (window, "1mo", "mo", "'mo' isn't a unit here. Write d or w", "a window in months"),
    (gap, "", "", f"a number is missing. {A_GAP}", "no gap"),
    (gap, "0d", "0d", "a gap is at least one day. Write 1d or more", "a gap of no day"),
    (gap, "0w", "0w", "a gap is at least one day. Write 1d or more", "a gap of no week"),
    (gap, "36526d", "36526d", "a gap is at most 36525 days. Write fewer", "a gap of centuries"),
    (gap, "1mo", "mo", "'mo' isn't a unit here. Write d or w", "a gap in months"),
    (gap, "21", "", "the unit is missing. Write d or w", "a gap without a unit"),
    (gap, "3w-1d", "-1d", f"'-1d' doesn't belong here. {A_GAP}", "a gap of two parts"),
    (number, "", "", f"a number is missing. {A_NUMBER}", "no number"),
    (number, "0", "0", "a plan has 1 to 10000 sessions", "no session"),
    (number, "10001", "10001", "a plan has 1 to 10000 sessions", "too many sessions"),
    (number, "-1", "-", f"a number is missing. {A_NUMBER}", "a number less than nothing"),
    (number, "6.0", ".0", f"'.0' doesn't belong here. {A_NUMBER}", "a fraction"),
    (
        number,
        "6 sessions",
        "6 sessions",
        "only the number goes here. Write 6",
        "a number and what of",
    ),
    (number, "six", "s", f"a number is missing. {A_NUMBER}", "a number in a word"),
    (number, "9" * 5000, "9" * 5000, BEYOND, "a number of thousands of digits"),
    (
        number,
        "\N{ARABIC-INDIC DIGIT SIX}",
        "\N{ARABIC-INDIC DIGIT SIX}",
        f"a number is missing. {A_NUMBER}",
        "a number in another script",
    ),
]


@pytest.mark.parametrize(
    ("read", "text", "fault", "message", "_name"), REFUSED, ids=[row[-1] for row in REFUSED]
)
def test_a_window_gap_or_number_is_refused_with_its_fault_marked(read, text, fault, message, _name):
    error = refusal(lambda: read(text))
    assert (marked(error), error.message) == (fault, message)


def test_the_fix_in_an_error_can_be_read():
    rows = [(pace, row[2]) for row in REFUSED_PACES] + [(row[0], row[3]) for row in REFUSED]
    advised = {(read, fix) for read, message in rows for fix in fixes(message)}
    assert len(advised) > 15
    for read, fix in advised:
        if fix in fixes(A_WINDOW):
            window(fix)
        else:
            read(fix)


@pytest.mark.parametrize("text", sorted(language.AMBIGUOUS))
def test_an_ambiguous_word_is_never_suggested(text):
    message = refusal(lambda: pace(text)).message
    assert "bi" not in message
    assert "semi" not in message


# --- laws -----------------------------------------------------------------------------------


@given(paces())
def test_a_pace_reads_back(value):
    assert pace(str(value)) == value


@given(spans(most_months=1200, most_days=2000).filter(lambda span: span.months < 1000))
def test_a_span_reads_back(span):
    assert pace(str(span)) == Pace(steps=(Step(count=None, span=span),))


@given(windows(room=5000))
def test_a_window_reads_back(value):
    assert window(str(value)) == value


SNIPPETS = st.lists(
    st.sampled_from([*"0123456789xdwmoy~+-,.: ×", "mo", "99999", "\N{SUPERSCRIPT TWO}", "RRULE:"])
    | st.characters(),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("read", [pace, window, gap, number])
@FEWER
@given(text=SNIPPETS | st.text())
def test_any_text_parses_or_is_refused(read, text):
    try:
        value = read(text)
    except RuleError:
        refusal(lambda: read(text))
    else:
        assert read(str(value)) == value
