"""The sentence that says how a plan was read."""

import pytest

from microplan.scheduling.schedule import schedule
from microplan.wording import summary
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
def test_the_sentence_says_how_a_plan_was_read(words, sentence):
    plan = plan_of(**words)
    assert summary.sentence(plan, schedule(plan)) == sentence


def test_a_new_pace_is_named_with_the_session_from_which_it_holds():
    plan = plan_of("done 1 2026-12-01", "revise every=2w at=17:00", every="4x4w", at="18:00")
    assert summary.sentence(plan, schedule(plan)) == (
        "4 sessions, Tue 1 Dec 2026 to Tue 12 Jan 2027, from session 2 every 2 weeks at 18:00 UTC, "
        "from session 2 at 17:00 UTC, at least 12 days apart."
    )
