"""The sentence that describes a plan."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.model.care import Pause
from microplan.rules import pace_spellings, suggestions, words
from microplan.rules.day_spellings import View
from microplan.scheduling.schedule import schedule
from microplan.wording import phrases, summary
from tests.build import plan_of

SENTENCES = {
    "the pace and the gap that follows from it": (
        {"every": "6x4w"},
        "6 sessions every 4 weeks, Tue 1 Dec 2026 to Tue 20 Apr 2027, at least 25 days apart.",
    ),
    "days, preferred ones, an hour, a window": (
        {"every": "6x4w~3d", "on": "mon..fri", "prefer": "tue", "at": "18:00"},
        (
            "6 sessions every 4 weeks, Tue 1 Dec 2026 to Tue 20 Apr 2027, on weekdays (Tuesday "
            "preferred) at 18:00 UTC, up to 3 days early or late, at least 22 days apart."
        ),
    ),
    "preferred days alone": (
        {"every": "2x4w", "prefer": "mon,tue"},
        (
            "2 sessions every 4 weeks, Tue 1 Dec 2026 to Tue 29 Dec 2026, Monday or Tuesday preferred, "
            "at least 25 days apart."
        ),
    ),
    "an hour on any day": (
        {"every": "2x1w", "at": "09:30"},
        (
            "2 sessions every week, Tue 1 Dec 2026 to Tue 8 Dec 2026 at 09:30 UTC, "
            "at least 6 days apart."
        ),
    ),
    "a window that differs before and after": (
        {"every": "2x4w~-4d+14d"},
        (
            "2 sessions every 4 weeks, Tue 1 Dec 2026 to Tue 29 Dec 2026, up to 4 days early or "
            "14 days late, at least 14 days apart."
        ),
    ),
    "a window on one side": (
        {"every": "2x4w~-0d+1d"},
        (
            "2 sessions every 4 weeks, Tue 1 Dec 2026 to Tue 29 Dec 2026, up to 1 day late, "
            "at least 27 days apart."
        ),
    ),
    "no window": (
        {"every": "2x4w~0d"},
        (
            "2 sessions every 4 weeks, Tue 1 Dec 2026 to Tue 29 Dec 2026, never early or late, "
            "at least 28 days apart."
        ),
    ),
    "phases, with the window of each": (
        {"every": "2x1w~1d,2x2w~2d"},
        (
            "4 sessions: 2 every week, then 2 every 2 weeks, Tue 1 Dec 2026 to Tue 5 Jan 2027, "
            "up to 1 day early or late, then up to 2 days early or late, at least 5 then 10 days apart."
        ),
    ),
    "one session has neither pace nor gap": (
        {"every": "1x4w", "on": "tue"},
        "1 session, Tue 1 Dec 2026, on Tuesdays.",
    ),
}


@pytest.mark.parametrize(("words", "sentence"), SENTENCES.values(), ids=SENTENCES)
def test_the_sentence_describes_how_the_plan_was_understood(words, sentence):
    plan = plan_of(**words)
    assert summary.sentence(plan, schedule(plan)) == sentence


def test_a_session_done_long_before_an_earlier_one_begins_the_days():
    plan = plan_of("done 2 2025-12-20", every="3x4w")
    sessions = schedule(plan)
    assert "Sat 20 Dec 2025 to Tue 1 Dec 2026" in summary.sentence(plan, sessions)
    assert phrases.total(sessions) == "3 sessions in 49 weeks and 3 days"


def test_a_new_pace_is_named_with_its_first_session():
    plan = plan_of("done 1 2026-12-01", "revise every=2w at=17:00", every="4x4w", at="18:00")
    assert summary.sentence(plan, schedule(plan)) == (
        "4 sessions, Tue 1 Dec 2026 to Tue 12 Jan 2027, from session 2 on, every 2 weeks at 18:00 UTC, "
        "from session 2 on at 17:00 UTC, at least 12 days apart."
    )


# --- what is printed can be typed -----------------------------------------------------------

ANY_DAY = View(today=date(2026, 11, 22))


def typed(word, text):
    return words.value(word, suggestions.one(word, text, ANY_DAY))


@given(st.integers(0, 20), st.integers(0, 20))
def test_a_printed_window_can_be_typed(before, after):
    rules = plan_of(every="3x60d", window=f"-{before}d+{after}d").rules
    printed = list(summary.windows(rules))
    assert [typed("window", text) for text in printed] == [rules.window]


@given(st.integers(0, 30), st.integers(0, 30))
def test_the_printed_days_of_a_pause_can_be_typed(before, after):
    printed = summary.around(Pause(name="soap", before=before, after=after))
    assert pace_spellings.around(printed) == f"-{before}d+{after}d"


@given(st.integers(0, 30), st.integers(1, 200))
def test_the_printed_hours_of_a_pause_can_be_typed(before, hours):
    printed = summary.around(Pause(name="soap", before=before, hours=hours))
    assert pace_spellings.around(printed) == f"-{before}d+{hours}h"


@given(st.integers(1, 60), st.sampled_from(["d", "w", "mo"]), st.integers(1, 60))
def test_a_printed_pace_and_gap_can_be_typed(number, unit, gap):
    gap = min(gap, number)
    rules = plan_of(every=f"3x{number}{unit}", gap=f"{gap}d").rules
    assert typed("every", f"3 sessions {summary.pace_in_words(rules)}") == rules.every
    assert typed("gap", summary.gaps(rules)) == rules.gap
