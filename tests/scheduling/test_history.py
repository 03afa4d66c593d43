"""The sessions after each entry of a log, found without scheduling from scratch."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from microplan.errors import ScheduleError
from microplan.model import log
from microplan.model.entries import (
    Closed,
    Closure,
    Done,
    Moved,
    Opened,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.log import care_history, latest_rules
from microplan.model.values import ClosedDays, Hours
from microplan.rules import care_words, words
from microplan.scheduling import event_text, events, sequence
from microplan.scheduling.care import care as care_of
from microplan.scheduling.history import history
from microplan.scheduling.schedule import schedule
from tests.build import plan_of
from tests.strategies import times

RECORDED = datetime(2026, 12, 1, 9, tzinfo=UTC)
PACES = (
    {"every": "9x1w"},
    {"every": "9x1mo~2d", "start": "2027-01-31"},
    {"every": "3x1w,2x3d,4x2w~1d", "prefer": "wed"},
    {"every": "9x10d", "on": "tue,thu", "follow": "actual"},
    {"every": "1w", "until": "2027-02-01", "avoid": ["12-24..01-03"]},
    {"every": "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;COUNT=9", "follow": "plan"},
    {"every": "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=5", "follow": "plan"},
)
READ = [words.parse({"start": "2026-12-01", "tz": "UTC"} | pace) for pace in PACES]
CARE = (
    "pause minoxidil=-1d+2d",
    "cue wash=+1d",
    "checkpoint photos=every 4w",
    "pause minoxidil=-3d+0d",
    "pause minoxidil=none",
    "cue wash=none",
    "checkpoint photos=last+2w",
    "use minoxidil=5 % twice daily",
    "use minoxidil=none",
)
NUMBERS = st.integers(1, 12)
DAYS = st.integers(-5, 120).map(lambda days: RECORDED.date() + timedelta(days=days))


def recorded(days, **facts):
    return {"recorded": RECORDED + timedelta(days=days), **facts}


def entries():
    when = st.integers(0, 90)
    return st.one_of(
        st.builds(
            lambda n, on, at, reaction: Done(session=n, on=on, reaction=reaction, **recorded(at)),
            NUMBERS,
            DAYS,
            when,
            st.sampled_from(["", "red"]),
        ),
        st.builds(
            lambda n, to, only, at: Moved(session=n, to=to, only=only, **recorded(at)),
            NUMBERS,
            DAYS,
            st.booleans(),
            when,
        ),
        st.builds(
            lambda n, extend, at: Skipped(session=n, extend=extend, **recorded(at)),
            NUMBERS,
            st.booleans(),
            when,
        ),
        st.builds(
            lambda first, length, at: Closed(
                closures=(
                    Closure(days=ClosedDays(first=first, last=first + timedelta(days=length))),
                ),
                **recorded(at),
            ),
            DAYS,
            st.integers(0, 20),
            when,
        ),
        st.builds(
            lambda first, length, at: Opened(
                days=(ClosedDays(first=first, last=first + timedelta(days=length)),),
                **recorded(at),
            ),
            DAYS,
            st.integers(0, 20),
            when,
        ),
        st.builds(
            lambda n, rules, discreet, at: Revised(
                session=n,
                words={"every": str(rules.every), "discreet": discreet},
                rules=replace(rules, discreet=discreet),
                **recorded(at),
            ),
            NUMBERS,
            st.sampled_from(READ),
            st.booleans(),
            when,
        ),
        st.builds(
            lambda n, piece, at: Revised(
                session=n,
                words={},
                rules=READ[0],
                care=(care_words.change(*piece.split(" ", 1)),),
                **recorded(at),
            ),
            NUMBERS,
            st.sampled_from(CARE),
            when,
        ),
        st.builds(
            lambda n, at: Revised(session=n, words={"at": "18:00"}, rules=READ[0], **recorded(at)),
            NUMBERS,
            when,
        ),
        st.builds(lambda n, at: Undone(entry=n, **recorded(at)), st.integers(1, 9), when),
    )


def read(rules, log):
    """Build a log that a file can have: an undo names an earlier entry, a new time moves no day."""
    kept = []
    for entry in log:
        if isinstance(entry, Revised) and "at" in entry.words:
            kept.append(
                replace(
                    entry, rules=replace(latest_rules(rules, kept)[1], at=Hours(usual=time(18)))
                )
            )
        elif not isinstance(entry, Undone) or entry.entry <= len(kept):
            kept.append(entry)
    return kept


def told(produce):
    """List the items up to an error, and the error."""
    values = []
    try:
        values.extend(produce)
    except ScheduleError as error:
        values.append(str(error))
    return values


@given(
    st.sampled_from(READ),
    st.lists(st.sampled_from(CARE[:3]), unique=True),
    st.lists(entries(), max_size=12),
)
@times(2)
def test_history_and_events_equal_those_of_plans_scheduled_from_scratch(rules, care, log):
    plan = plan_of(rules=rules, care=care, log=read(rules, log))
    beginnings = (schedule(replace(plan, log=plan.log[:size])) for size in range(len(plan.log) + 1))
    after_each = told(history(plan))
    assert after_each == told(beginnings)
    if not isinstance(after_each[-1], str):
        the_events_equal_those_of_a_plan_scheduled_from_scratch(plan, after_each[-1])


def the_events_equal_those_of_a_plan_scheduled_from_scratch(plan, sessions):
    found = {event.uid: event for event in sequence.events(plan, sessions)}
    assert found == slowly(plan)
    for with_care in (True, False):
        numbers = sequence.numbers(plan, with_care=with_care)
        assert numbers.items() <= {(uid, event.sequence) for uid, event in found.items()}


def slowly(plan):
    """Count the entries that changed each event, by the definition of SEQUENCE."""
    said, stamps = {}, {}
    for size in range(len(plan.log) + 1):
        then = replace(plan, log=plan.log[:size])
        sessions = schedule(then)
        about = (*sessions, *care_of(then, sessions))
        needs = event_text.needs(care_history(then), about[len(sessions) :], sessions)
        present = {event.uid: event for event in events.build(then, about, needs)}
        hidden = log.is_discreet(then)
        absent = {
            uid: events.cancelled(said[uid], discreet=hidden) for uid in said.keys() - present
        }
        for uid, event in (present | absent).items():
            if said.get(uid) != event:
                said[uid] = event
                stamps.setdefault(uid, []).extend(entry.recorded for entry in then.log[-1:])
    return {
        uid: replace(event, sequence=len(stamps[uid]), stamp=[plan.created, *stamps[uid]][-1])
        for uid, event in said.items()
    }


def test_an_unchanged_session_is_the_same_object():
    plan = plan_of("done 1 2026-12-01", "move 5 2027-03-25 --only", every="12x4w")
    created, done, moved = history(plan)
    assert [was is now for was, now in zip(created, done, strict=True)] == [False] + [True] * 11
    changed = [number for number in range(1, 13) if done[number - 1] is not moved[number - 1]]
    assert changed == [5, 6]
