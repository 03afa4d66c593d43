"""The needle length of each session: one for all, one for each phase, or a revised one."""

import pytest

from microplan.errors import UsageError
from microplan.scheduling.schedule import schedule
from microplan.wording import summary
from tests.build import plan_of, say

BY_PHASE = {"every": "2x1w,4x2w", "depth": "0.5mm,1.0mm"}
ONE_DONE = ["done 1 2026-12-01"]


def lengths(plan):
    """The needle length of each session, and a dash for none."""
    return " ".join(session.rules.needle or "-" for session in schedule(plan))


@pytest.mark.parametrize(
    ("words", "typed", "found"),
    [
        pytest.param({}, [], "- - - - - -", id="none is given"),
        pytest.param({"depth": "0.5mm"}, [], " ".join(["0.5mm"] * 6), id="one for all"),
        pytest.param(BY_PHASE, [], "0.5mm 0.5mm 1.0mm 1.0mm 1.0mm 1.0mm", id="one for each phase"),
        pytest.param(
            BY_PHASE,
            [*ONE_DONE, "revise depth=0.75mm"],
            "0.5mm 0.75mm 0.75mm 0.75mm 0.75mm 0.75mm",
            id="another from the next session on",
        ),
        pytest.param(
            BY_PHASE,
            [*ONE_DONE, "revise depth=0.75mm,1.5mm"],
            "0.5mm 0.75mm 1.5mm 1.5mm 1.5mm 1.5mm",
            id="others for the phases from the next session on",
        ),
        pytest.param(
            BY_PHASE,
            [*ONE_DONE, "revise depth=none"],
            "0.5mm - - - - -",
            id="none from the next session on",
        ),
        pytest.param(
            BY_PHASE,
            ["done 3 2026-12-22", "revise every=3w"],
            "0.5mm 0.5mm 1.0mm 1.0mm 1.0mm 1.0mm",
            id="a new pace keeps the length of the phase it begins in",
        ),
        pytest.param(
            BY_PHASE,
            [*ONE_DONE, "revise sessions=2"],
            "0.5mm 0.5mm 1.0mm 1.0mm 1.0mm 1.0mm",
            id="fewer sessions take the length of a phase along",
        ),
        pytest.param(
            BY_PHASE,
            [*ONE_DONE, "revise on=tue"],
            "0.5mm 0.5mm 1.0mm 1.0mm 1.0mm 1.0mm",
            id="other weekdays keep the length of each phase",
        ),
        pytest.param(
            BY_PHASE,
            [*ONE_DONE, "revise depth=0.75mm", "undo"],
            "0.5mm 0.5mm 1.0mm 1.0mm 1.0mm 1.0mm",
            id="taken back",
        ),
    ],
)
def test_each_session_has_its_needle_length(words, typed, found):
    assert lengths(plan_of(*typed, **words)) == found


def test_a_new_needle_length_moves_nothing():
    plan = plan_of("done 1 2026-12-03", "move 3 2026-12-24 only", **BY_PHASE)
    assert not say(plan, "revise depth=0.75mm").changes()


def test_a_new_pace_before_the_second_phase_needs_its_needle_lengths():
    plan = plan_of(*ONE_DONE, **BY_PHASE)
    with pytest.raises(UsageError, match="the pace has one phase"):
        say(plan, "revise every=3w")
    revised = say(plan, "revise every=3w depth=0.5mm").plan
    assert lengths(revised) == " ".join(["0.5mm"] * 6)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"every": "6x1w", "depth": "0.5mm,1mm"}, "the pace has one phase"),
        ({"every": "2x1w,4x2w", "depth": "0.5mm,1mm,2mm"}, "the pace has 2 phases"),
        (
            {"every": "RRULE:FREQ=WEEKLY;COUNT=3", "depth": "0.5mm,1mm"},
            "the pace has one phase",
        ),
    ],
)
def test_there_is_one_length_or_one_for_each_phase(words, message):
    with pytest.raises(UsageError, match=message):
        plan_of(**words)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param([], "Needle length 0.5mm, from session 3 on 1.0mm.", id="by phase"),
        pytest.param(
            [*ONE_DONE, "revise depth=0.75mm"],
            "Needle length 0.5mm, from session 2 on 0.75mm.",
            id="changed",
        ),
    ],
)
def test_the_sentence_says_from_which_session_each_length_is_used(typed, said):
    plan = plan_of(*typed, **BY_PHASE)
    assert summary.sentence(plan, schedule(plan)).endswith(said)
