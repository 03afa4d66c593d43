"""Phrases that the tests of tables and summaries don't cover."""

from datetime import date

import pytest

from microplan.amendments import shifts
from microplan.rules import words as rules
from microplan.wording import phrases, summary


@pytest.mark.parametrize(
    "text",
    ["\u061c", "\u00ad", "\u202e", "\x1b", "\ufeff", "\ud800", "\u2028"],
    ids=lambda text: text.encode("unicode_escape").decode(),
)
def test_control_and_bidirectional_characters_are_escaped(text):
    shown = phrases.visible(f"a{text}b")
    assert shown == f"a{text.encode('unicode_escape').decode()}b"


@pytest.mark.parametrize(
    "text", ["👩\u200d⚕️", "🏴\U000e0067\U000e0062\U000e007f", "Séance", "治療"]
)
def test_joiners_of_letters_and_emoji_stay(text):
    assert phrases.visible(text) == text


def test_a_span_of_about_a_year_names_its_years():
    assert phrases.span_of_days(date(2026, 12, 1), date(2027, 12, 1)) == "1 Dec 2026–1 Dec 2027"
    assert phrases.span_of_days(date(2026, 12, 24), date(2027, 1, 3)) == "24 Dec–3 Jan"


def test_a_step_of_one_session_has_no_gap():
    words = {"start": "2026-12-01", "every": "1x4w,6x1w"}
    assert summary.gaps(rules.parse(words)) == "at least 6 days apart"


@pytest.mark.parametrize(
    ("days", "text"),
    [(-2, "2 days ago"), (-1, "yesterday"), (0, "today"), (1, "tomorrow"), (2, "in 2 days")],
)
def test_a_day_near_today_has_a_name(days, text):
    assert phrases.distance(days) == text


@pytest.mark.parametrize(
    ("days", "text"),
    [(1, "1 day"), (10, "10 days"), (14, "2 weeks"), (15, "2 weeks and 1 day"), (83, "11 weeks and 6 days")],
)  # fmt: skip
def test_the_length_of_a_plan_and_a_shift_are_worded_alike(days, text):
    number, unit = text.split(" ", 1)
    word = {"1": "one", "2": "two"}.get(number, number)
    assert (phrases.weeks(days), shifts.by(days)) == (text, f"{word} {unit} later")
