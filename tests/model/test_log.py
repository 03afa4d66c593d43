"""The state of a log, after all of its entries and after each one."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from microplan.model import log
from microplan.model.entries import (
    Answer,
    Closed,
    Closure,
    Compared,
    Done,
    Moved,
    Opened,
    Photo,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.rules import Rules
from microplan.model.values import ClosedDays, Pace, Span, Step

START = date(2026, 12, 1)
RULES = Rules(start=START, every=Pace(steps=(Step(span=Span(days=7), count=9),)))
RECORDED = datetime(2026, 12, 1, 9, tzinfo=UTC)
NUMBERS = st.integers(1, 9)
DAYS = st.integers(0, 90).map(lambda days: START + timedelta(days=days))


def done(number, day):
    return Done(session=number, on=day, recorded=RECORDED)


def moved(number, day, only):
    return Moved(session=number, to=day, only=only, recorded=RECORDED)


def skipped(number, extend):
    return Skipped(session=number, extend=extend, recorded=RECORDED)


def closed(first, length):
    days = ClosedDays(first=first, last=first + timedelta(days=length))
    return Closed(closures=(Closure(days=days),), recorded=RECORDED)


def opened(first, length):
    days = ClosedDays(first=first, last=first + timedelta(days=length))
    return Opened(days=(days,), recorded=RECORDED)


def revised(number, words):
    return Revised(session=number, words=words, rules=RULES, recorded=RECORDED)


def undone(entry):
    return Undone(entry=entry, recorded=RECORDED)


PHOTO = Photo(path="a.jpg", view="crown", on=START, digest="a", recorded=RECORDED)
COMPARED = Compared(
    view="crown", answers=(Answer(earlier="a", later="b", step=1),), recorded=RECORDED
)
ENTRIES = st.one_of(
    st.sampled_from([PHOTO, COMPARED]),
    st.builds(done, NUMBERS, DAYS),
    st.builds(moved, NUMBERS, DAYS, st.booleans()),
    st.builds(skipped, NUMBERS, st.booleans()),
    st.builds(closed, DAYS, st.integers(0, 9)),
    st.builds(opened, DAYS, st.integers(0, 9)),
    st.builds(revised, NUMBERS, st.sampled_from([{}, {"every": "1w"}])),
    st.builds(undone, st.integers(1, 12)),
)


def readable(entries):
    """Drop entries that no file can have: an undo must name an earlier entry."""
    kept = []
    for entry in entries:
        if not isinstance(entry, Undone) or entry.entry <= len(kept):
            kept.append(entry)
    return kept


LOGS = st.lists(ENTRIES, max_size=14).map(readable)


@given(LOGS)
def test_one_pass_yields_the_state_after_each_entry(entries):
    beginnings = [log.fold(entries[:size]) for size in range(len(entries) + 1)]
    assert list(log.states(entries)) == beginnings


@given(LOGS)
def test_the_latest_rules_are_those_of_the_last_revision_in_force(entries):
    revisions = log.fold(entries).revisions
    expected = (revisions[-1].session, revisions[-1].rules) if revisions else (1, RULES)
    assert log.latest_rules(RULES, entries) == expected


def test_undoing_twice_or_undoing_an_undo_changes_nothing():
    entries = [done(1, START), undone(1)]
    assert log.fold([*entries, undone(1), undone(2)]) == log.fold(entries) == log.NOTHING
