"""The calendar events of a plan: their text, their alarms and their SEQUENCE."""

from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from msgspec.structs import replace

from microplan.errors import ScheduleError
from microplan.model import ids, log
from microplan.model.care import Pause
from microplan.model.entries import Done, Moved, Revised, Skipped, Undone
from microplan.rules import care_words
from microplan.rules import words as rules
from microplan.scheduling import events, sequence
from microplan.scheduling.events import Alarm
from microplan.scheduling.schedule import schedule
from microplan.wording import phrases
from tests import build
from tests.build import CREATED
from tests.strategies import FEWER, rules_

WEEKLY = {"start": "2026-12-01", "every": "4x1w", "tz": "Europe/Paris"}
TIMED = WEEKLY | {"at": "18:00"}
HOUR = timedelta(hours=1)
plan_of = partial(build.plan_of, title="Laser", **WEEKLY)


def in_turn(*entries):
    """Record entries an hour apart."""
    return [replace(entry, recorded=at(place)) for place, entry in enumerate(entries, 1)]


def at(place):
    return CREATED + place * HOUR


def done(session, on):
    return Done(session=session, on=date.fromisoformat(on), recorded=CREATED)


def moved(session, to):
    return Moved(session=session, to=date.fromisoformat(to), recorded=CREATED)


def skipped(session, *, extend=False):
    return Skipped(session=session, extend=extend, recorded=CREATED)


def revised(session, words):
    return Revised(session=session, words=words, rules=rules.parse(words), recorded=CREATED)


def undone(entry):
    return Undone(entry=entry, recorded=CREATED)


def of(plan, **asked):
    return list(sequence.events(plan, schedule(plan), **asked))


def session(plan, number):
    """The event of a session, which may no longer be in the plan."""
    (found,) = (each for each in of(plan) if each.uid == ids.uid(plan, f"session/{number}"))
    return found


# --- when -----------------------------------------------------------------------------------


def test_an_all_day_session_lasts_one_day():
    first = session(plan_of(), 1)
    assert (first.start, first.end) == (date(2026, 12, 1), date(2026, 12, 2))
    assert (first.is_regular, first.transparent) == (True, True)


def test_a_timed_session_lasts_its_duration():
    first = session(plan_of(**TIMED | {"duration": "45m"}), 1)
    assert first.end - first.start == timedelta(minutes=45)
    assert (first.is_regular, first.transparent) == (True, False)


@pytest.mark.parametrize(
    ("start", "hour", "is_regular"),
    [
        pytest.param("2027-03-28", "02:30", False, id="it begins in a skipped hour"),
        pytest.param("2027-10-31", "02:45", False, id="it begins in a doubled hour"),
        pytest.param("2027-10-31", "01:45", False, id="it ends in a doubled hour"),
        pytest.param("2027-03-28", "01:30", True, id="it ends when the skipped hour is over"),
        pytest.param("2027-10-31", "03:00", True, id="it begins after the doubled hour"),
    ],
)
def test_times_are_regular_if_both_ends_exist_once(start, hour, is_regular):
    plan = plan_of(**TIMED | {"start": start, "every": "1x1w", "at": hour})
    assert session(plan, 1).is_regular is is_regular


CUES = [
    pytest.param("cue", "wash=+1d", date(2026, 12, 2), date(2026, 12, 3), id="a day"),
    pytest.param("pause", "mask=-1d+2d", date(2026, 11, 30), date(2026, 12, 4), id="some days"),
    pytest.param("checkpoint", "r=12w", date(2027, 2, 23), date(2027, 2, 24), id="a look"),
]


@pytest.mark.parametrize(("kind", "text", "start", "end"), CUES)
def test_care_without_a_time_is_all_day(kind, text, start, end):
    plan = plan_of(care=[f"{kind} {text}"], every="1x1w")
    (found,) = (event for event in of(plan) if event.category == "Care")
    assert (found.start, found.end, found.is_regular) == (start, end, True)
    assert (found.sequence, found.stamp, found.location) == (0, CREATED, "")


# --- alarms ---------------------------------------------------------------------------------

ALL_DAY = WEEKLY | {"every": "1x1w"}
AT_SIX = ALL_DAY | {"at": "18:00"}
SUMMER = AT_SIX | {"start": "2027-03-28"}
ALARMS = [
    pytest.param(AT_SIX, ["2h"], [Alarm(minutes=-120)], id="hours before"),
    pytest.param(AT_SIX, ["1d"], [Alarm(days=-1)], id="days before, at its own hour"),
    pytest.param(AT_SIX, ["1d@20:00"], [Alarm(minutes=-1320)], id="at an hour of the day before"),
    pytest.param(SUMMER, ["1d@20:00"], [Alarm(minutes=-1260)], id="in a night that loses an hour"),
    pytest.param(ALL_DAY, ["1d"], [Alarm(minutes=-900)], id="at 9:00 for a whole day"),
    pytest.param(ALL_DAY, ["0d@08:00"], [Alarm(minutes=480)], id="in the morning of a whole day"),
    pytest.param(AT_SIX, ["1h", "2h"], [Alarm(minutes=-120), Alarm(minutes=-60)],
                 id="the earliest first"),
    pytest.param(AT_SIX, ["2h", "1d"], [Alarm(days=-1), Alarm(minutes=-120)],
                 id="a day before hours"),
    pytest.param(AT_SIX, ["1d", "1d@18:00"], [Alarm(minutes=-1440)], id="once at one time"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "remind", "alarms"), ALARMS)
def test_a_reminder_rings(words, remind, alarms):
    assert list(session(plan_of(**words | {"remind": remind}), 1).alarms) == alarms


# --- what it says ---------------------------------------------------------------------------

FULL = TIMED | {
    "every": "2x2w,2x4w", "remind": ["2h"], "location": "Paris", "setting": "clinic",
}  # fmt: skip
FIRST = (
    f"Window 1–3 Dec, phase 1.\nAt a clinic.\n{phrases.POSTPONE_IF}\nRecord it: microplan done 1\n"
    "microplan keeps dates and gives no medical advice; see microplan safety."
)
POSTPONE = f"{phrases.POSTPONE_IF}\n"
DESCRIPTIONS = [
    pytest.param(plan_of(**FULL), 1, FIRST, id="at first, that it is no advice"),
    pytest.param(
        plan_of(**FULL), 3, f"Window 12–15 Jan, phase 2.\nAt a clinic.\n{POSTPONE}Record it: microplan done 3",
        id="its window, its phase and what it is done with",
    ),
    pytest.param(
        plan_of(**TIMED), 2, f"Window 8–9 Dec.\n{POSTPONE}Record it: microplan done 2",
        id="no phase where there is one",
    ),
    pytest.param(
        plan_of(**TIMED | {"every": "RRULE:FREQ=WEEKLY;COUNT=4"}), 2,
        f"Window 8 Dec.\n{POSTPONE}Record it: microplan done 2", id="no phase of a recurrence",
    ),
    pytest.param(
        plan_of(log=[revised(2, TIMED | {"every": "3x2w"})], **TIMED), 2,
        f"Window 15–17 Dec, phase 2.\n{POSTPONE}Record it: microplan done 2", id="a phase since a revision",
    ),
    pytest.param(
        plan_of(log=[moved(2, "2026-12-10")], **TIMED), 2,
        f"Window 8–9 Dec.\n{POSTPONE}Record it: microplan done 2",
        id="what is needed on the day, not why it is that day",
    ),
    pytest.param(
        plan_of(log=[done(1, "2026-12-01"), done(2, "2026-12-08")], **TIMED), 2, "Window 8–9 Dec.",
        id="nothing to record once it is done",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "number", "text"), DESCRIPTIONS)
def test_the_description_of_a_session(plan, number, text):
    assert session(plan, number).description == text


PAUSED = "paused until the end of Wed"
ON_THE_DAY = [
    pytest.param(
        ["pause minoxidil=1d", "pause hair washing=1d"], TIMED,
        [f"Hair washing and minoxidil {PAUSED} 9 Dec, 30 h after the 18:00 session."],
        id="what is paused until when, with all that ends then",
    ),
    pytest.param(["pause sun=2d", "pause minoxidil=1d"], WEEKLY,
                 [f"Minoxidil {PAUSED} 9 Dec.", "Sun paused until the end of Thu 10 Dec."],
                 id="what ends first before what ends later, without hours where there is none"),
    pytest.param(["pause sun=2w"], TIMED, [f"Sun {PAUSED} 5 Jan.".replace("Wed", "Tue")],
                 id="when a pause ends that goes on around the sessions that follow"),
    pytest.param(["pause sun=-2d+0d"], TIMED,
                 ["Sun paused until the end of Tue 8 Dec, 6 h after the 18:00 session."],
                 id="a pause that ends with the day"),
    pytest.param(["pause minoxidil=1d", "use minoxidil=5 % twice daily.", "use azelaic acid=nightly"],
                 WEEKLY, [f"Minoxidil {PAUSED} 9 Dec.",
                          "On ordinary days: minoxidil 5 % twice daily; azelaic acid nightly."],
                 id="what is used on ordinary days"),
    pytest.param(["checkpoint photos=1w@09:00", "cue numbing=0d@17:15", "cue clean roller=0d"], TIMED,
                 ["On the day: clean roller; photos at 09:00; numbing at 17:15."],
                 id="what is to be done, by the hour"),
    pytest.param(["cue wash=+1d", "cue mask=-1d", "checkpoint photos=8w"], TIMED, [],
                 id="nothing that is to be done on another day"),
    pytest.param(["cue wash=+7d"], TIMED, ["On the day: wash, for session 1."],
                 id="of another session, which that is"),
    pytest.param(["supply roller=1", "stock roller=2"], TIMED,
                 [("On the day: new roller, then 0 in stock; "
                  "reorder roller, none is left for session 3, Tue 15 Dec 2026.")],
                 id="a supply that is new, and when to reorder it"),
]  # fmt: skip


@pytest.mark.parametrize(("care", "words", "lines"), ON_THE_DAY)
def test_the_description_of_a_sessions_care(care, words, lines):
    said = session(plan_of(care=care, **words), 2).description.splitlines()
    assert said[1:-2] == lines
    discreet = plan_of(care=care, **words | {"discreet": True})
    assert session(discreet, 2).description == ""


@pytest.mark.parametrize("verb", ["done", "skip"])
def test_a_past_session_does_not_describe_care(verb):
    plan = plan_of(care=["pause minoxidil=1d", "cue numbing=0d"], **TIMED)
    entry = done(2, "2026-12-08") if verb == "done" else skipped(2)
    assert session(replace(plan, log=(entry,)), 2).description == "Window 8–9 Dec."


GONE = ("Cancelled: Laser 2", True, True, 0)
STANDING = [
    pytest.param(plan_of(**FULL), ("Laser 2", False, False, 1), id="to come"),
    pytest.param(
        plan_of(log=[done(2, "2026-12-15")], **FULL), ("✓ Laser 2", False, False, 0), id="done"
    ),
    pytest.param(plan_of(log=[skipped(2)], **FULL), GONE, id="skipped"),
    pytest.param(plan_of(log=[done(3, "2027-01-12")], **FULL), GONE, id="missed"),
    pytest.param(plan_of(log=[revised(1, FULL | {"every": "1x2w"})], **FULL), GONE, id="dropped"),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "shown"), STANDING)
def test_the_title_shows_the_status_of_a_session(plan, shown):
    found = session(plan, 2)
    assert (found.summary, found.cancelled, found.transparent, len(found.alarms)) == shown
    assert (found.location, found.category, found.private) == ("Paris", "Session", False)


def test_a_discreet_event_has_no_details():
    plan = plan_of(care=["cue wash=+1d"], **FULL | {"discreet": True})
    first, wash, *_ = of(plan)
    assert (first.summary, wash.summary) == ("appointment 1", "reminder")
    for event in first, wash:
        assert (event.description, event.location, event.category) == ("", "", "")
        assert event.private
    assert first.alarms == (Alarm(minutes=-120),)


def test_a_calendar_is_named_after_its_plan_unless_discreet():
    plan = plan_of(**TIMED)
    assert log.public_title(plan, "appointments") == "Laser"
    assert log.public_title(events.as_discreet(plan), "appointments") == "appointments"
    assert log.public_title(events.as_discreet(plan), "Appointments") == "Appointments"


def test_making_a_plan_discreet_applies_to_its_whole_log():
    """An event cancelled before the plan became discreet must not show the title either."""
    plan = plan_of(log=[skipped(2), revised(3, FULL | {"every": "1x4w"}), undone(2)], **FULL)
    found, open_ = of(events.as_discreet(plan)), of(plan)
    assert all(event.private and "Laser" not in event.summary for event in found)
    assert [(event.uid, event.sequence) for event in found] == [
        (event.uid, event.sequence) for event in open_
    ]


def test_discreet_rules_that_were_revised_stay_discreet():
    plan = plan_of(log=[revised(2, FULL)], **FULL)
    assert not log.is_discreet(plan)
    assert log.is_discreet(events.as_discreet(plan))


# --- what changed ---------------------------------------------------------------------------

TWO, TWO_WEEKS = TIMED | {"every": "2x1w"}, TIMED | {"every": "1x2w"}
SEQUENCES = [
    pytest.param(plan_of(**TIMED), [0, 0, 0, 0], [0, 0, 0, 0], id="nothing at first"),
    pytest.param(plan_of(log=in_turn(done(1, "2026-12-01")), **TIMED), [1, 0, 0, 0], [1, 0, 0, 0],
                 id="that a session is done"),
    pytest.param(plan_of(log=in_turn(moved(3, "2026-12-18")), **TIMED), [0, 0, 1, 1], [0, 0, 1, 1],
                 id="a day, and those that follow it"),
    pytest.param(plan_of(log=in_turn(skipped(2), moved(4, "2026-12-24")), **TIMED), [0, 1, 0, 1], [0, 1, 0, 2],
                 id="each when it last changed"),
    pytest.param(plan_of(log=in_turn(skipped(2), undone(1)), **TIMED), [0, 2, 0, 0], [0, 2, 0, 0],
                 id="what was taken back"),
    pytest.param(plan_of(log=in_turn(skipped(2, extend=True)), **TIMED), [0, 1, 0, 0, 1], [0, 1, 0, 0, 1],
                 id="a session that is new"),
    pytest.param(plan_of(log=in_turn(skipped(2, extend=True), undone(1)), **TIMED),
                 [0, 2, 0, 0, 2], [0, 2, 0, 0, 2], id="a new one that is gone"),
    pytest.param(plan_of(log=in_turn(skipped(2, extend=True), undone(1), skipped(2, extend=True)), **TIMED),
                 [0, 3, 0, 0, 3], [0, 3, 0, 0, 3], id="and is there again"),
    pytest.param(plan_of(log=in_turn(revised(1, TWO)), **TIMED), [0, 0, 1, 1], [0, 0, 1, 1],
                 id="what a revision leaves out"),
    pytest.param(plan_of(log=in_turn(revised(1, TWO), revised(2, TWO_WEEKS)), **TIMED),
                 [0, 1, 1, 1], [0, 2, 1, 1], id="but not that the next knows nothing of it"),
    pytest.param(plan_of(log=in_turn(revised(1, TWO), revised(2, TWO_WEEKS), undone(2)), **TIMED),
                 [0, 2, 1, 1], [0, 3, 1, 1], id="nor that it is left out once more"),
    pytest.param(plan_of(log=in_turn(revised(1, TWO), revised(2, TWO_WEEKS), undone(2), undone(1)), **TIMED),
                 [0, 2, 2, 2], [0, 3, 4, 4], id="but that it is back"),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "counts", "places"), SEQUENCES)
def test_sequence_counts_the_entries_that_changed_an_event_and_its_stamp_is_the_last(
    plan, counts, places
):
    found = [session(plan, number) for number in range(1, len(counts) + 1)]
    assert [event.sequence for event in found] == counts
    assert [event.stamp for event in found] == [at(place) for place in places]


def test_care_that_stays_keeps_its_sequence():
    plan = plan_of(log=[skipped(4)], care=["cue wash=+1d"], **TIMED)
    found = {event.uid: event.sequence for event in of(plan)}
    washes = [found[ids.uid(plan, f"cue/wash/{number}")] for number in range(1, 5)]
    assert washes == [0, 0, 0, 1]


def care_revised(session, *pieces):
    care = tuple(care_words.change(*piece.split(" ", 1)) for piece in pieces)
    return Revised(session=session, words={}, rules=plan_of().rules, care=care, recorded=CREATED)


MASK = ["pause mask=1d"]
REVISED_CARE = [
    pytest.param(MASK, [care_revised(3, "pause mask=2d")], [0, 0, 1, 1], id="told anew"),
    pytest.param([], [care_revised(3, "cue wash=0d")], [0, 0, 1, 1], id="new from a session on"),
    pytest.param([], [care_revised(1, "cue wash=0d"), undone(1)], [2, 2, 2, 2], id="taken back"),
    pytest.param(MASK, [care_revised(2, "pause mask=none")], [0, 1, 1, 1], id="that ends"),
    pytest.param(MASK, [care_revised(1, "use mask=daily")], [1, 1, 1, 1], id="used as well"),
    pytest.param(MASK, [care_revised(2, "cue wash=+1d")], [0, 0, 0, 0], id="of another day"),
    pytest.param(
        ["pause mask=-0d+3d"], [moved(3, "2026-12-14")], [0, 0, 1, 1], id="that stays apart"
    ),
    pytest.param(["pause mask=6d"], [skipped(4)], [1, 1, 1, 1], id="that goes on and ends earlier"),
]


@pytest.mark.parametrize(("care", "log", "counts"), REVISED_CARE)
def test_sequence_counts_a_change_of_care_in_a_sessions_text(care, log, counts):
    plan = plan_of(care=care, log=in_turn(*log), **TIMED)
    assert [session(plan, number).sequence for number in range(1, 5)] == counts


def test_a_removed_event_is_cancelled_with_its_last_content():
    plan = plan_of(log=[skipped(2, extend=True)], **FULL)
    was, now = session(plan, 5), session(replace(plan, log=(*plan.log, undone(1))), 5)
    assert now == replace(
        was,
        sequence=2,
        stamp=CREATED,
        summary="Cancelled: Laser 5",
        cancelled=True,
        transparent=True,
        alarms=(),
    )


@FEWER
@given(rules_())
def test_events_are_sorted_by_start(drawn):
    plan = plan_of(rules=drawn)
    try:
        found = of(plan)
    except ScheduleError:
        return
    assert [event.start for event in found] == sorted(event.start for event in found)


def test_cancelled_events_become_neutral_with_a_discreet_plan():
    later = (skipped(2, extend=True), undone(1), revised(1, FULL | {"discreet": "yes"}))
    found = of(plan_of(log=later, care=[Pause(name="serum", after=1)], **FULL))
    names = {event.summary for event in found if event.cancelled}
    assert names == {"Cancelled: appointment 5", "Cancelled: reminder"}
    assert all(event.private for event in found)
    assert {(each.description, each.location, each.category) for each in found} == {("", "", "")}
