"""Care around sessions: laws for any plan, care and log, and days worked out by hand."""

import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise, zip_longest

import icalendar
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from microplan.amendments import agenda, amend, moving, recording
from microplan.amendments import today as day_report
from microplan.amendments.amended import Stamp
from microplan.amendments.check import Finding, against_course
from microplan.errors import PlanFileError, RefusedError, ScheduleError
from microplan.formats import Subject, ical
from microplan.model import dates, ids, log
from microplan.model.care import Checkpoint, Cue, Ended, Pause
from microplan.model.entries import Done, Revised
from microplan.model.plan import Status
from microplan.rules import care_words, hours
from microplan.scheduling import care, care_text, events, sequence, surroundings
from microplan.scheduling.care import Checked, Cued, Paused
from microplan.scheduling.schedule import schedule
from microplan.storage import plan_file
from microplan.wording import summary
from tests import build
from tests.strategies import FEWER, clocks, rules_, spans, texts

CREATED = datetime(2023, 11, 22, 20, tzinfo=UTC)
DAY = timedelta(days=1)
ACTIVE = (Status.PLANNED, Status.DONE)
plan_of = partial(build.plan_of, title="Laser", every="6x1w", tz="Europe/Paris")

# --- plans with care, and what was recorded of them -----------------------------------------

names = texts().filter(bool) | st.sampled_from(("minoxidil", "a=b", "🧴", '"x", y'))
pauses = st.builds(Pause, name=names, before=st.integers(0, 9), after=st.integers(0, 9))
pauses_in_hours = st.builds(Pause, name=names, before=st.integers(0, 9), hours=st.integers(1, 99))
cues = st.builds(
    Cue,
    name=names,
    days=st.integers(-9, 9),
    at=st.none() | clocks().map(lambda text: hours.clock(text, "at")),
)
HOURS = st.none() | clocks().map(lambda text: hours.clock(text, "at"))
checkpoints = st.builds(
    Checkpoint, name=names, span=spans(), repeats=st.just(False), from_last=st.booleans(), at=HOURS
) | st.builds(Checkpoint, name=names, span=spans(), repeats=st.just(True), at=HOURS).filter(
    lambda each: each.span.shortest > 6
)
some_care = st.lists(
    pauses | pauses_in_hours | cues | checkpoints,
    min_size=1,
    max_size=4,
    unique_by=lambda each: each.key,
)


@st.composite
def plans(draw, kinds=some_care):
    """Draw a plan with care and up to three log entries."""
    plan = plan_of(rules=draw(rules_()), care=draw(kinds), created=CREATED)
    try:
        sessions = schedule(plan)
    except ScheduleError:
        assume(False)
    for place in range(draw(st.integers(0, 3))):
        number = draw(st.integers(1, len(sessions)))
        verb, days = draw(st.sampled_from(("done", "move", "skip"))), draw(st.integers(-9, 30))
        plan = said(plan, verb, number, days, place)
    return plan


def said(plan, verb, number, days, place=0):
    """Amend one session; a refused amendment leaves the plan unchanged."""
    stamp = Stamp(CREATED + (place + 1) * DAY)
    try:
        on = moving.day_of(plan, number) + days * DAY
        match verb:
            case "done":
                return recording.done(plan, number, on, on, stamp).plan
            case "move":
                return moving.move(plan, number, on, stamp).plan
            case _:
                return amend.skip(plan, number, stamp).plan
    except (RefusedError, ScheduleError):
        return plan


def items_of(plan, kind=Paused):
    return [item for item in care.care(plan, schedule(plan)) if isinstance(item, kind)]


def held(plan):
    return [session for session in schedule(plan) if session.status in ACTIVE]


def still_planned(plan, place):
    """List the number of a session that is still planned, if there is any."""
    open_ = [session.number for session in schedule(plan) if session.status is Status.PLANNED]
    return open_[place % len(open_) :][:1] if open_ else []


def events_of(plan, **asked):
    return {event.uid: event for event in sequence.events(plan, schedule(plan), **asked)}


def days_of(first, last):
    return {first + n * DAY for n in range((last - first).days + 1)}


# --- pauses ---------------------------------------------------------------------------------


@FEWER
@given(
    plan=plans(
        st.lists(pauses | pauses_in_hours, min_size=1, max_size=3, unique_by=lambda each: each.key)
    )
)
def test_pauses_of_one_name_never_overlap_in_the_calendar(plan):
    for each in plan.care:
        own = [ids.uid(plan, f"pause/{each.name}/{n + 1}") for n in range(50)]
        shown = [e for e in events_of(plan).values() if e.uid in own and not e.cancelled]
        shown.sort(key=lambda event: event.start)
        assert all(one.end <= other.start for one, other in pairwise(shown))
        assert all(event.start < event.end for event in shown)


def each_active_session_has_its_care_once_and_no_other_has_any(plan):
    expected = [session.number for session in held(plan)]
    items = care.care(plan, schedule(plan))
    for each in plan.care:
        kind = {Pause: Paused, Cue: Cued, Checkpoint: Checked}[type(each)]
        own = [item for item in items if isinstance(item, kind) and item.name == each.name]
        if kind is not Checked:
            assert sorted(item.session for item in own) == expected
    assert [care.first_day(item) for item in items] == sorted(map(care.first_day, items))


def pauses_cover_exactly_their_days_around_the_sessions(plan):
    for each in plan.care:
        asked = set()
        for session in held(plan):
            asked |= days_of(session.date - each.before * DAY, session.date + each.after * DAY)
        own = [item for item in items_of(plan) if item.name == each.name]
        assert set().union(*(days_of(item.first, item.last) for item in own)) == asked


def a_pause_ends_on_its_last_day_or_before_the_next_pause(plan):
    days = {session.number: session.date for session in held(plan)}
    for each in plan.care:
        found = [item for item in items_of(plan) if item.name == each.name]
        for item, following in zip_longest(found, found[1:]):
            assert item.first == days[item.session] - each.before * DAY
            asked = days[item.session] + each.after * DAY
            assert item.last == (min(asked, following.first - DAY) if following else asked)


def adjacent_pauses_are_merged_and_cover_the_same_days(plan):
    items = items_of(plan)
    merged = care_text.merged(items)
    assert Counter(map(id, items)) == Counter(id(part) for run in merged for part in run.parts)
    for run in merged:
        assert all(b.first == a.last + DAY for a, b in pairwise(run.parts))
        covered = set().union(*(days_of(part.first, part.last) for part in run.parts))
        assert covered == days_of(run.first, run.last)
    for name in {run.name for run in merged}:
        own = [run for run in merged if run.name == name]
        assert all(b.first > a.last + DAY for a, b in pairwise(own))


def a_pause_lasts_from_its_session_to_the_end_of_its_last_day(plan):
    sessions = {session.number: session for session in held(plan)}
    for item in items_of(plan):
        session = sessions[item.session]
        at = session.rules.at
        if at is None or item.last < session.date:
            assert (item.hours, item.at) == (None, None)
            continue
        start, _ = dates.start_and_end(session)
        zone = dates.zone(session.rules.tz)
        end = datetime.combine(item.last + DAY, time(), zone)
        assert item.hours == dates.elapsed(start, end) // timedelta(hours=1)
        if start.utcoffset() == end.utcoffset():
            days = (item.last - session.date).days + 1
            assert item.hours == (days * 24 * 60 - start.hour * 60 - start.minute) // 60


OF_PAUSES = (
    pauses_cover_exactly_their_days_around_the_sessions,
    a_pause_ends_on_its_last_day_or_before_the_next_pause,
    adjacent_pauses_are_merged_and_cover_the_same_days,
    a_pause_lasts_from_its_session_to_the_end_of_its_last_day,
)


@given(plan=plans(st.lists(pauses, min_size=1, max_size=3, unique_by=lambda each: each.key)))
def test_pauses_of_any_plan(plan):
    for law in OF_PAUSES:
        law(plan)


HOURS = [
    pytest.param("2026-12-01", "20:00", "-0d+1d", 28, id="an evening and the next day"),
    pytest.param("2026-12-01", "00:00", "-0d+0d", 24, id="a whole day"),
    pytest.param("2026-12-01", "20:40", "-0d+1d", 27, id="full hours only"),
    pytest.param("2026-12-01", "23:59", "-0d+0d", 0, id="less than an hour"),
    pytest.param("2027-03-27", "20:00", "-0d+1d", 27, id="over the night that loses an hour"),
    pytest.param("2027-10-30", "20:00", "-0d+1d", 29, id="over the night that gains an hour"),
    pytest.param("2027-03-28", "02:30", "-0d+0d", 20, id="from an hour that is skipped"),
    pytest.param("2027-10-31", "02:30", "-0d+0d", 22, id="from the first of a doubled hour"),
]


@pytest.mark.parametrize(("start", "at", "span", "expected"), HOURS)
def test_hours_of_a_pause_in_paris(start, at, span, expected):
    (item,) = items_of(plan_of(care=[f"pause minoxidil={span}"], start=start, every="1x1w", at=at))
    assert item.hours == expected


def test_a_pause_that_ends_before_its_session_has_no_hours():
    one, two = items_of(plan_of(care=["pause m=-9d+0d"], every="2x1w", at="20:00"))
    assert (one.last, one.hours, one.at) == (date(2026, 11, 28), None, None)
    assert (two.last, two.hours, two.at) == (date(2026, 12, 8), 4, time(20))


def test_a_pause_ends_on_a_day_that_does_not_begin_at_midnight():
    plan = plan_of(
        care=["pause m=-0d+0d"], start="2024-03-30", every="1x1w", at="20:00", tz="Asia/Beirut"
    )
    assert [item.hours for item in items_of(plan)] == [4]


@given(at=clocks(), pause=pauses)
def test_the_sentence_gives_the_hours_of_the_first_pause(at, pause):
    plan = plan_of(care=[pause], every="1x1w", at=at, tz="UTC")
    (item,) = items_of(plan)
    told = summary.sentence(plan, schedule(plan))
    minutes = f" {item.minutes % 60} min" * bool(item.minutes % 60)
    assert f"({item.hours} h{minutes} from {at})." in told


def test_a_pause_around_an_all_day_session_has_no_minutes():
    assert next(
        (item.minutes, item.hours) for item in items_of(plan_of(care=["pause m=-0d+1d"]))
    ) == (0, None)


def test_the_sentence_names_the_other_care():
    pieces = (care_words.cue("wash=+1d", "cue"), care_words.checkpoint("photos=12w", "checkpoint"))
    plan = replace(plan_of(), care=pieces)
    assert summary.sentence(plan, schedule(plan)).endswith(" With wash and photos.")
    ended = revised(plan, [Ended(kind="cue", name="wash")], date(2026, 11, 1)).plan
    assert summary.sentence(ended, schedule(ended)).endswith(" With photos.")


# --- moving, skipping -----------------------------------------------------------------------


def moving_a_session_moves_its_care_and_changes_no_uid(plan, number, days):
    after = said(plan, "move", number, days, 5)
    if after == plan:
        return
    moved = moving.day_of(after, number) - moving.day_of(plan, number)
    before, now = (
        {care.key(item): item for item in care.care(each, schedule(each))} for each in (plan, after)
    )
    for each in plan.care:
        if isinstance(each, Pause | Cue):
            key = f"{each.kind}/{each.name}/{number}"
            assert care.first_day(now[key]) == care.first_day(before[key]) + moved
    own = {ids.uid(plan, key) for key in before if not key.startswith("checkpoint/")}
    was, shown = events_of(plan), events_of(after)
    assert own <= shown.keys()
    assert not any(shown[uid].cancelled for uid in own)
    changed = {uid for uid in own if shown[uid].start != was[uid].start}
    assert all(shown[uid].sequence > was[uid].sequence for uid in changed)


def the_care_of_a_skipped_session_is_cancelled_with_a_higher_sequence(plan, number):
    after = said(plan, "skip", number, 0, 5)
    if after == plan:
        return
    before, now = events_of(plan), events_of(after)
    for each in plan.care:
        if isinstance(each, Pause | Cue):
            uid = ids.uid(plan, f"{each.kind}/{each.name}/{number}")
            assert now[uid].cancelled
            assert now[uid].summary == f"Cancelled: {before[uid].summary}"
            assert now[uid].sequence == before[uid].sequence + 1
            assert (now[uid].start, now[uid].alarms) == (before[uid].start, ())


def test_moving_session_3_by_hand_moves_its_care():
    plan = plan_of(care=["pause minoxidil=-0d+1d"], every="4x2w")
    plan = replace(plan, care=(*plan.care, care_words.cue("mask=-1d@19:30", "cue")))
    after = said(plan, "move", 3, 2)
    assert [str(item.first) for item in items_of(plan)][2] == "2026-12-29"
    assert [str(item.first) for item in items_of(after)][2] == "2026-12-31"
    assert [str(item.day) for item in items_of(after, Cued)][2] == "2026-12-30"
    assert events_of(plan).keys() == events_of(after).keys()


# --- checkpoints ----------------------------------------------------------------------------


@FEWER
@given(plan=plans(st.lists(checkpoints, min_size=1, max_size=1)))
def test_checkpoints_count_from_the_first_session_or_the_last(plan):
    (each,) = plan.care
    sessions, found = held(plan), [item.day for item in items_of(plan, Checked)]
    if not sessions:
        assert found == []
        return
    first, last = sessions[0].date, sessions[-1].date
    if each.repeats:
        assert found[0] == first
        assert found == [dates.add(first, each.span, n) for n in range(len(found))]
        assert found[-1] <= last < dates.add(first, each.span, len(found))
    else:
        assert found == [dates.add(last if each.from_last else first, each.span)]


CHECKED = [
    pytest.param("photos=every 4w", "2026-12-01 2026-12-29", id="every 4 weeks, to the last"),
    pytest.param("photos=every 5w", "2026-12-01 2027-01-05", id="on the last day too"),
    pytest.param("photos=every 1y", "2026-12-01", id="seldom, and on the first day"),
    pytest.param("review=12w", "2027-02-23", id="after the end"),
    pytest.param("end=last+0d", "2027-01-05", id="on the last day"),
    pytest.param("photo=last+1mo", "2027-02-05", id="a month after the last"),
]


@pytest.mark.parametrize(("text", "expected"), CHECKED)
def test_checkpoints_of_six_weeks(text, expected):
    found = items_of(plan_of(care=[f"checkpoint {text}"]), Checked)
    assert " ".join(str(item.day) for item in found) == expected


# --- the calendar ---------------------------------------------------------------------------


def care_has_its_own_kind_of_event(plan):
    keys = {ids.uid(plan, care.key(item)): item for item in care.care(plan, schedule(plan))}
    shown = events_of(plan)
    assert keys.keys() <= shown.keys()
    for uid, item in keys.items():
        event = shown[uid]
        timed = isinstance(item, Cued | Checked) and item.at is not None
        rings = isinstance(item, Checked) and item.rings
        untimed = (events.Alarm(minutes=9 * 60),) if rings else ()
        assert isinstance(event.start, datetime) is timed
        assert event.transparent
        assert event.alarms == ((events.Alarm(),) if timed else untimed)
        assert rings == (isinstance(item, Checked) and bool(plan.rules.remind))
        if plan.rules.discreet:
            assert (event.summary, event.description, event.category) == ("reminder", "", "")
            assert event.private
        else:
            assert (event.summary, event.category) == (care_text.title(item), "Care")


def without_care_its_events_go_but_sessions_still_describe_it(plan):
    sessions = {ids.uid(plan, f"session/{each.number}") for each in schedule(plan)}
    of_sessions = {uid: event for uid, event in events_of(plan).items() if uid in sessions}
    assert events_of(plan, with_care=False) == of_sessions


def care_changes_only_the_text_of_a_session(plan):
    bare = events_of(replace(plan, care=()))
    sessions = events_of(plan, with_care=False)
    said = {"description": "", "sequence": 0, "stamp": CREATED}
    assert {uid: replace(event, **said) for uid, event in sessions.items()} == {
        uid: replace(event, **said) for uid, event in bare.items()
    }


def test_a_second_reader_finds_the_care():
    plan = plan_of(care=["pause minoxidil=-0d+1d"], every="2x1w", at="20:00")
    plan = replace(plan, care=(*plan.care, care_words.cue('=1+1, "x"; 🧴=0d@19:30', "cue")))
    text = "".join(
        ical.calendar(Subject(plan=plan, sessions=schedule(plan), today=date(2026, 1, 1)))
    )
    found = [
        event
        for event in icalendar.Calendar.from_ical(text).walk("VEVENT")
        if event["CATEGORIES"].to_ical() == b"Care"
    ]
    cue, pause = sorted(found[:2], key=lambda event: str(event["SUMMARY"]))
    assert str(cue["SUMMARY"]) == '=1+1, "x"; 🧴'
    assert [alarm["TRIGGER"].dt for alarm in cue.walk("VALARM")] == [timedelta(0)]
    assert (pause["DTSTART"].dt, pause["DTEND"].dt) == (date(2026, 12, 1), date(2026, 12, 3))
    assert str(pause["DESCRIPTION"]) == (
        "Around session 1, until the end of Wed 2 Dec, 28 h after the 20:00 session. "
        "Its label: not on a scalp that is red, inflamed, infected, irritated or painful."
    )
    assert [str(event["TRANSP"]) for event in found] == ["TRANSPARENT"] * 4


# --- told -----------------------------------------------------------------------------------

TOLD = [
    pytest.param(
        "pause",
        ["minoxidil=-0d+1d"],
        {"every": "2x1w", "at": "20:00"},
        [
            ("1–2 Dec 2026", "pause minoxidil around session 1 (28 h from 20:00)"),
            ("8–9 Dec", "pause minoxidil around session 2 (28 h from 20:00)"),
        ],
        id="each pause with its hours, and the year once",
    ),
    pytest.param(
        "pause",
        ["serum=-5d+5d"],
        {"every": "3x1w", "at": "20:00"},
        [
            (
                "26 Nov–20 Dec 2026",
                "pause serum around sessions 1, 2 and 3 (124 h from 20:00 of session 3)",
            )
        ],
        id="pauses that meet are one",
    ),
    pytest.param(
        "pause",
        ["serum=-1d+0d"],
        {"every": "1x1w"},
        [("30 Nov–1 Dec 2026", "pause serum around session 1")],
        id="no hours without an hour",
    ),
    pytest.param(
        "cue",
        ["new cartridge=0d@19:30", "wash=+1d"],
        {"every": "1x1w"},
        [
            ("Tue 1 Dec 2026", "new cartridge at 19:30, for session 1"),
            ("Wed 2 Dec", "wash, for session 1"),
        ],
        id="cues with their time",
    ),
    pytest.param(
        "checkpoint",
        ["photos=every 4w", "review=12w"],
        {},
        [
            ("Tue 1 Dec 2026", "photos, number 1"),
            ("Tue 29 Dec", "photos, number 2"),
            ("Tue 23 Feb 2027", "review"),
        ],
        id="what repeats is numbered",
    ),
]


@pytest.mark.parametrize(("kind", "texts_", "words", "expected"), TOLD)
def test_care_is_listed_by_day(kind, texts_, words, expected):
    plan = plan_of(care=[f"{kind} {text}" for text in texts_], **words)
    assert care_text.rows(care.care(plan, schedule(plan))) == expected


BY_KIND = [
    pytest.param(
        ["checkpoint photos=every 4w@09:00", "cue wash=+1d", "pause m=-0d+1d"],
        {"at": "18:00"},
        [
            ("pause m (30 h from 18:00)", ["1–2 Dec 2026", "29–30 Dec"]),
            ("wash", ["Wed 2 Dec 2026", "Wed 30 Dec"]),
            ("photos at 09:00", ["Tue 1 Dec 2026", "Tue 29 Dec"]),
        ],
        id="pauses, cues, checkpoints, whatever comes first",
    ),
    pytest.param(
        ["cue a=+1d", "cue b=0d"],
        {"every": "2x5w"},
        [
            ("b", ["Tue 1 Dec 2026", "Tue 5 Jan 2027"]),
            ("a", ["Wed 2 Dec 2026", "Wed 6 Jan 2027"]),
        ],
        id="of one kind by day, the year where it changes",
    ),
    pytest.param(
        ["pause m=-0d+1d"],
        {"every": "2x4d", "at": "18:00,sat=10:00"},
        [
            ("pause m (30 h from 18:00)", ["1–2 Dec 2026"]),
            ("pause m (38 h from 10:00)", ["5–6 Dec 2026"]),
        ],
        id="pauses of another length have a line of their own",
    ),
    pytest.param(
        ["pause m=-3d+3d"],
        {"every": "3x1w", "at": "18:00"},
        [("pause m", ["28 Nov–18 Dec 2026"])],
        id="pauses that meet are one",
    ),
]


@pytest.mark.parametrize(("pieces", "words", "expected"), BY_KIND)
def test_care_is_listed_by_kind(pieces, words, expected):
    plan = plan_of(care=pieces, **({"every": "2x4w"} | words))
    assert care_text.by_kind(care.care(plan, schedule(plan))) == expected


DETAILS = [
    pytest.param(
        "pause", "m=-0d+1d", "Around session 1, until the end of Wed 2 Dec, 24 h 1 min after the "
        "23:59 session.", id="the hours of a pause",
    ),
    pytest.param(
        "pause", "m=-1d+0d", "Around session 1, until the end of Tue 1 Dec, 0 h 1 min after the "
        "23:59 session.", id="the last minute of a day",
    ),
    pytest.param("cue", "m=+1d", "For session 1.", id="the session of a cue"),
    pytest.param("checkpoint", "m=every 1w", "Number 1.", id="the number of a checkpoint"),
    pytest.param("checkpoint", "m=1w", "", id="no number where there is but one"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "expected"), DETAILS)
def test_the_title_and_description_of_a_care_event(kind, text, expected):
    item = items_of(plan_of(care=[f"{kind} {text}"], at="23:59"), object)[0]
    assert care_text.details(item) == expected


# hours, hour of the session (empty: none), last day, until, minutes, as said; the session is on 1 Dec
IN_HOURS = [
    pytest.param(24, "20:00", "2026-12-02", "20:00", "Wed 2 Dec 20:00, 24 h after the 20:00 session", id="a day on"),
    pytest.param(12, "08:00", "2026-12-01", "20:00", "Tue 1 Dec 20:00, 12 h after the 08:00 session", id="the same day"),
    pytest.param(28, "20:00", "2026-12-02", "", "the end of Wed 2 Dec, 28 h after the 20:00 session", id="to the end of a day"),
    pytest.param(24, "", "2026-12-02", "", "the end of Wed 2 Dec", id="without an hour a day more"),
    pytest.param(25, "", "2026-12-03", "", "the end of Thu 3 Dec", id="without an hour days are rounded up"),
]  # fmt: skip


@pytest.mark.parametrize(("hours", "at", "last", "until", "said"), IN_HOURS)
def test_a_pause_in_hours_ends_at_a_time(hours, at, last, until, said):
    plan = plan_of(care=[f"pause m=-0d+{hours}h"], **({"at": at} if at else {}))
    item = items_of(plan)[0]
    assert (str(item.last), f"{item.until:%H:%M}" if item.until else "") == (last, until)
    assert item.minutes == (60 * hours if at else 0)
    assert care_text.until(item) == said


def test_hours_count_from_the_time_a_session_was_done():
    held = Done(session=1, on=date(2026, 12, 1), at=time(9, 30), recorded=CREATED)
    plan = plan_of(care=["pause m=-0d+24h"], at="20:00", log=(held,))
    assert care_text.end(items_of(plan)[0]) == "Wed 2 Dec 09:30"


def test_hours_of_a_pause_cross_a_clock_change():
    plan = plan_of(care=["pause m=-0d+24h"], start="2027-03-27", at="20:00", tz="Europe/Paris")
    assert care_text.end(items_of(plan)[0]) == "Sun 28 Mar 21:00"


def test_a_pause_in_hours_ends_where_the_next_one_begins():
    plan = plan_of(care=["pause m=-1d+60h"], every="3x2d", at="20:00")
    assert [(str(i.first), str(i.last), i.until is None) for i in items_of(plan)] == [
        ("2026-11-30", "2026-12-01", True),
        ("2026-12-02", "2026-12-03", True),
        ("2026-12-04", "2026-12-08", False),
    ]


def test_an_evening_between_two_pauses_keeps_them_apart():
    plan = plan_of(care=["pause m=-0d+24h"], every="2x2d", at="20:00")
    assert [(str(run.first), str(run.last)) for run in care_text.merged(items_of(plan))] == [
        ("2026-12-01", "2026-12-02"),
        ("2026-12-03", "2026-12-04"),
    ]


@pytest.mark.parametrize(
    ("today", "line"),
    [
        ("2026-12-01", "Minoxidil   paused until tomorrow 20:00 (24 h after the 20:00 session)"),
        ("2026-12-02", "Minoxidil   paused until today 20:00 (24 h after the 20:00 session)"),
        ("2026-12-03", None),
    ],
)
def test_today_gives_the_time_a_pause_ends(today, line):
    plan = plan_of(care=["pause minoxidil=-0d+24h"], at="20:00")
    sessions = schedule(plan)
    told = day_report.report(sessions, date.fromisoformat(today), surroundings.of(plan, sessions))
    assert [text for text in told.lines if text.startswith("Minoxidil")] == ([line] if line else [])


def test_today_names_the_last_session_of_merged_pauses():
    plan = plan_of(care=["pause strong sun=-0d+6d"], every="3x1w", at="20:00")
    sessions = schedule(plan)
    told = day_report.report(sessions, date(2026, 12, 2), surroundings.of(plan, sessions))
    assert "\n".join(text for text in told.lines if text.startswith("Strong sun")) == (
        "Strong sun  paused until the end of Mon 21 Dec (148 h after session 3 at 20:00), "
        "resume Tue 22 Dec"
    )


TODAY = [
    pytest.param(
        "2026-12-09",
        "Minoxidil   paused until tonight (28 h after the 20:00 session), resume Thu 10 Dec",
        id="the day after a session",
    ),
    pytest.param(
        "2026-12-08",
        "Minoxidil   paused until the end of Wed 9 Dec (28 h after the 20:00 session), resume Thu 10 Dec",
        id="the day of a session",
    ),
    pytest.param("2026-12-10", "Minoxidil   resume today", id="the day it goes on"),
    pytest.param("2026-12-11", None, id="nothing when it is over"),
]


@pytest.mark.parametrize(("today", "line"), TODAY)
def test_today_shows_pauses_and_when_they_end(today, line):
    plan = plan_of(care=["pause minoxidil=-0d+1d"], at="20:00")
    sessions = schedule(plan)
    told = day_report.report(sessions, date.fromisoformat(today), surroundings.of(plan, sessions))
    assert [text for text in told.lines if text.startswith("Minoxidil")] == ([line] if line else [])


LABEL = (
    "            its label: not on a scalp that is red, inflamed, infected, irritated or painful"
)


@pytest.mark.parametrize("name", ["minoxidil", "Minoxidil 5 %"])
@pytest.mark.parametrize(
    ("today", "said"),
    [
        pytest.param("2026-12-08", False, id="not on the first day of a pause"),
        pytest.param("2026-12-09", True, id="on its last day"),
        pytest.param("2026-12-10", True, id="on the day it goes on"),
        pytest.param("2026-12-11", False, id="and then no more"),
    ],
)
def test_the_label_advice_is_shown_where_a_pause_ends(name, today, said):
    plan = plan_of(care=[f"pause {name}=-0d+1d"])
    around = surroundings.of(plan, schedule(plan))
    told = day_report.report(schedule(plan), date.fromisoformat(today), around)
    assert (LABEL in told.lines) is said


@pytest.mark.parametrize(
    ("today", "line"),
    [
        pytest.param("2026-12-05", "Minoxidil   5 % twice daily", id="on an ordinary day"),
        pytest.param(
            "2026-12-09",
            "Minoxidil   5 % twice daily; paused until tonight (28 h after the 20:00 session), resume Thu 10 Dec",
            id="while it is paused",
        ),
        pytest.param(
            "2026-12-10", "Minoxidil   5 % twice daily; resume today", id="where it goes on"
        ),
        pytest.param("2027-09-01", None, id="not when the course is over"),
    ],
)
def test_today_says_how_something_is_used_beside_its_pause(today, line):
    done = ["done 6 2027-01-05"] if line is None else []
    care_told = ["pause Minoxidil=-0d+1d", "use minoxidil=5 % twice daily"]
    plan = plan_of(*done, care=care_told, at="20:00")
    sessions = schedule(plan)
    told = day_report.report(sessions, date.fromisoformat(today), surroundings.of(plan, sessions))
    assert [text for text in told.lines if text.startswith("Minoxidil")] == ([line] if line else [])


@pytest.mark.parametrize(
    ("today", "ticked", "lines"),
    [
        pytest.param(
            "2026-12-23",
            set(),
            [
                "Next        photos, number 2, Tue 29 Dec, in 6 days",
                "Next        review, Tue 29 Dec, in 6 days",
            ],
            id="all of one day",
        ),
        pytest.param(
            "2026-12-23",
            {("photos", 2)},
            ["Next        review, Tue 29 Dec, in 6 days"],
            id="but for a photo that was taken",
        ),
        pytest.param(
            "2026-12-29",
            set(),
            ["Next        review with a clinician, Tue 9 Mar 2027, in 70 days"],
            id="in another year",
        ),
        pytest.param("2027-03-09", set(), [], id="none"),
    ],
)
def test_today_names_the_next_checkpoints_after_the_last_session(today, ticked, lines):
    checks = ("photos=every 4w", "review=4w", "review with a clinician=14w")
    plan = plan_of(
        *(f"done {number} 2026-12-{day:02}" for number, day in ((1, 1), (2, 8), (3, 29))),
        care=[f"checkpoint {check}" for check in checks],
        every="3x2w",
    )
    sessions = schedule(plan)
    around = surroundings.of(plan, sessions)
    told = day_report.report(sessions, date.fromisoformat(today), around, ticked=ticked)
    assert [text for text in told.lines if text.startswith("Next")] == lines


@pytest.mark.parametrize(
    ("today", "lines"),
    [
        pytest.param("2026-12-08", [], id="not yet"),
        pytest.param("2026-12-09", ["Today       wash gently, for session 2"], id="on its day"),
        pytest.param("2026-12-10", [], id="no more"),
    ],
)
def test_today_lists_what_to_do(today, lines):
    plan = plan_of(care=["cue wash gently=+1d"])
    sessions = schedule(plan)
    told = day_report.report(sessions, date.fromisoformat(today), surroundings.of(plan, sessions))
    assert [line for line in told.lines if line.startswith("Today")] == lines


def test_pauses_of_close_sessions_read_as_one_today():
    plan = plan_of(care=["pause serum=-5d+5d"], every="3x1w")
    sessions = schedule(plan)
    told = day_report.report(sessions, date(2026, 12, 7), surroundings.of(plan, sessions))
    assert [text for text in told.lines if "paused" in text] == [
        "Serum       paused until the end of Sun 20 Dec, resume Mon 21 Dec"
    ]


# --- against a course -----------------------------------------------------------------------

AGAINST = [
    pytest.param(
        [], [("no-pause", "minoxidil is not paused (record: minoxidil=-0d+1d)")], id="none"
    ),
    pytest.param(["Minoxidil=-0d+1d"], [], id="the same, whatever its capitals"),
    pytest.param(["minoxidil=-1d+2d"], [], id="a longer one"),
    pytest.param(["minoxidil=-0d+48h"], [], id="hours that last as long, whenever they begin"),
    pytest.param(
        ["minoxidil=-0d+24h"],
        [("short-pause", "pause minoxidil=-0d+24h (record: minoxidil=-0d+1d)")],
        id="hours that end before the evening of the next day",
    ),
    pytest.param(
        ["minoxidil=-1d+0d"],
        [("short-pause", "pause minoxidil=-1d+0d (record: minoxidil=-0d+1d)")],
        id="a shorter one",
    ),
]


@pytest.mark.parametrize(("own", "expected"), AGAINST)
def test_check_finds_a_missing_or_shorter_pause_of_the_course(own, expected):
    recorded = (care_words.checkpoint("r=12w", "r"), care_words.pause("minoxidil=-0d+1d", "pause"))
    found = against_course(plan_of(care=[f"pause {text}" for text in own]), (), recorded)
    assert [(finding.code, finding.text) for finding in found] == expected
    assert all(finding.session == 0 for finding in found)


def test_a_departure_from_the_course_names_the_course():
    plan = replace(plan_of(), protocol="scalp-mild")
    assert against_course(plan, ["4 sessions, not 6"], ()) == (
        Finding("departs", 0, "4 sessions, not 6; see microplan protocols scalp-mild"),
    )


# --- the plan file --------------------------------------------------------------------------


def care_in_a_plan_file_reads_back(plan):
    read, warnings = plan_file.load(plan_file.dump(plan))
    assert (read.care, warnings) == (plan.care, ())


OF_ANY_PLAN = (
    each_active_session_has_its_care_once_and_no_other_has_any,
    care_has_its_own_kind_of_event,
    without_care_its_events_go_but_sessions_still_describe_it,
    care_changes_only_the_text_of_a_session,
    care_in_a_plan_file_reads_back,
)


@given(plan=plans(), place=st.integers(0, 14), days=st.integers(1, 20))
def test_care_of_any_plan(plan, place, days):
    for law in OF_ANY_PLAN:
        law(plan)
    for number in still_planned(plan, place):
        moving_a_session_moves_its_care_and_changes_no_uid(plan, number, days)
        the_care_of_a_skipped_session_is_cancelled_with_a_higher_sequence(plan, number)


HEAD = """\
microplan = 1
created = 2026-11-22T20:00:00Z
[rules]
start = "2026-12-01"
every = "6x4w"
tz = "UTC"
"""
KINDS = "care needs one of the keys pause, cue, checkpoint, use, supply, stock, a name"
FAULTY = """
[[care]]
pause = "minoxidil"
span = "24h"
[[care]]
cue = "mask"
[[care]]
pause = "a"
cue = "b"
[[care]]
checkpoint = "photos"
when = "every 0d"
[[care]]
pause = 3
[[care]]
pause = "serum"
span = "1d"
[[care]]
pause = "Serum"
span = "2d"
"""


def test_faults_of_care_are_in_one_report_with_their_paths():
    with pytest.raises(PlanFileError) as caught:
        plan_file.load(HEAD + FAULTY)
    assert str(caught.value) == "it has 6 faults"
    assert list(caught.value.findings) == [
        'care[1].pause "minoxidil=24h": a pause in hours ends after the session. Write -0d+24h',
        "care[2].when: a value is missing. Write it as text.",
        f"care[3]: {KINDS}",
        'care[4].checkpoint "photos=every 0d": it would never advance. Write every 1d or more',
        f"care[5]: {KINDS}",
        "care[7].pause: another pause is called Serum",
    ]


def test_an_unknown_key_of_care_is_kept_with_a_warning():
    text = f'{HEAD}\n[[care]]\npause = "m"\nspan = "1d"\ncolour = "red"\n'
    plan, warnings = plan_file.load(text)
    assert plan.care == (Pause(name="m", before=1, after=1),)
    assert warnings == ("care[1].colour isn't known and is left as it is",)


def test_care_that_is_not_a_table_is_refused():
    with pytest.raises(PlanFileError) as caught:
        plan_file.load(f'care = "minoxidil"\n{HEAD}')
    assert caught.value.findings == ("care: write each entry as a table, [[care]]",)


def test_a_plan_spells_care_as_its_file_does():
    plan = plan_of(care=["pause minoxidil=-0d+1d"])
    assert re.search(r'\[\[care\]\]\npause = "minoxidil"\nspan = "-0d\+1d"\n', plan_file.dump(plan))


# --- care that changes on the way -----------------------------------------------------------


@st.composite
def revisions(draw):
    """Draw a plan, revised care, the first session it applies to, the day, and the plan then."""
    plan, other = draw(plans()), draw(some_care)
    first = agenda.first_open(schedule(plan))
    assume(first is not None)
    on = draw(st.dates(date(2023, 12, 10), date(2025, 1, 1)))
    return plan, other, first.number, on, revised(plan, other, on).plan


def revised(plan, other, on):
    return amend.revise(plan, {}, Stamp(datetime.combine(on, time(12), UTC)), other)


def told(item):
    """Reduce an item to what doesn't depend on its number or on the item before it."""
    match item:
        case Paused():
            return "pause", item.name.casefold(), item.session, item.last
        case Cued():
            return "cue", item.name.casefold(), item.session, item.day, item.at
        case _:
            return "checkpoint", item.name.casefold(), item.day


def of_key(item):
    return care.key(item).partition("/")[0], item.name.casefold()


def is_past(item, first, on):
    return item.day <= on if isinstance(item, Checked) else item.session < first


def is_to_come(item, first, on):
    """Whether an item belongs to future sessions, or is after ``on`` in every zone."""
    return item.day > on + DAY if isinstance(item, Checked) else item.session >= first


def revised_care_moves_no_session_and_names_nothing_twice(drawn):
    plan, _, _, _, after = drawn
    assert schedule(after) == schedule(plan)
    counts = Counter(map(care.key, items_of(after, object)))
    assert set(counts.values()) <= {1}


def past_sessions_keep_their_care(drawn):
    plan, _, first, on, after = drawn
    was, now = items_of(plan, object), items_of(after, object)
    pauses = (
        [i for i in items if isinstance(i, Paused) and i.session < first] for items in (was, now)
    )
    assert next(pauses) == next(pauses)
    past = ({told(i) for i in items if is_past(i, first, on)} for items in (was, now))
    assert next(past) == next(past)


def a_revision_keeps_the_care_it_does_not_name(drawn):
    plan, other, _, _, after = drawn
    named = {each.key for each in other}
    was, now = items_of(plan, object), items_of(after, object)
    assert [i for i in was if of_key(i) not in named] == [i for i in now if of_key(i) not in named]


def future_sessions_have_the_revised_care(drawn):
    plan, other, first, on, after = drawn
    always = replace(plan, care=care_words.last_of_each([*plan.care, *other]))
    before = [s.date for s in held(plan) if s.number < first]
    since = max([on, *before])
    now, then = (
        {told(item) for item in items_of(each, object) if is_to_come(item, first, since)}
        for each in (after, always)
    )
    assert now == then


def ending_care_keeps_it_for_past_sessions(drawn):
    plan, _, first, on, _ = drawn
    ended = [Ended(kind=each.kind, name=each.name) for each in plan.care]
    after = revised(plan, ended, on).plan
    assert log.care_in_force(after) == ()
    before = [s.date for s in held(plan) if s.number < first]
    assert not [i for i in items_of(after, object) if is_to_come(i, first, max([on, *before]))]


def undoing_a_change_of_care_restores_it(drawn):
    plan, _, _, _, after = drawn
    if after != plan:
        undone = amend.undo(after, Stamp(CREATED)).plan
        assert items_of(undone, object) == items_of(plan, object)


def test_changed_care_is_shown_with_its_old_value():
    plan = plan_of(care=["pause a=1d", "pause b=1d", "pause c=1d"])
    changes = [care_words.change("pause", text) for text in ("a=1d", "b=2d", "c=none", "d=1d")]
    told_ = revised(plan, changes, date(2026, 11, 22)).care_changes()
    pairs = [tuple(each and str(each) for each in (one.before, one.after)) for one in told_]
    assert pairs == [("b=-1d+1d", "b=-2d+2d"), ("c=-1d+1d", None), (None, "d=-1d+1d")]


def care_of(plan, *changes, on):
    """Revise the care of a plan by flags, and list its items as days and names."""
    pieces = [care_words.change(kind, text) for kind, text in changes]
    return shown(revised(plan, pieces, on).plan)


def shown(plan):
    items = items_of(plan, object)
    return [f"{care.first_day(item):%d %b} {care_text.title(item)}" for item in items]


def photos(text):
    return [care_words.checkpoint(f"photos={text}", "checkpoint")]


def test_revised_checkpoints_have_no_past_days():
    """Every 3 weeks would give 22 December, the day before the revision."""
    plan = plan_of(every="3x4w")
    plan = replace(plan, care=(care_words.checkpoint("photos=every 4w", "checkpoint"),))
    assert care_of(plan, ("checkpoint", "photos=every 3w"), on=date(2026, 12, 23)) == [
        "01 Dec photos",
        "12 Jan photos",
    ]


@pytest.mark.parametrize(
    ("told_at", "days"),
    [
        pytest.param("22:59:59", ["01 Dec photos", "22 Dec photos", "12 Jan photos"], id="before"),
        pytest.param("23:00:00", ["01 Dec photos", "12 Jan photos"], id="no more once it begins"),
    ],
)
def test_revised_checkpoints_use_the_day_of_recording_in_the_plans_zone(told_at, days):
    plan = replace(plan_of(every="3x4w"), care=tuple(photos("every 4w")))
    stamp = Stamp(datetime.fromisoformat(f"2026-12-21T{told_at}+00:00"))
    assert shown(amend.revise(plan, {}, stamp, photos("every 3w")).plan) == days


def test_revised_checkpoints_apply_after_the_last_done_session():
    plan = replace(plan_of(every="3x4w"), care=tuple(photos("every 8w")))
    plan = said(said(plan, "done", 1, 0), "done", 2, 0)
    after = revised(plan, photos("every 10d"), date(2026, 12, 31)).plan
    assert shown(after) == ["01 Dec photos", "10 Jan photos", "20 Jan photos"]


def test_a_revised_checkpoint_survives_skipping_the_last_session():
    plan = replace(plan_of(every="3x4w"), care=tuple(photos("last+4w")))
    plan = said(said(plan, "done", 1, 0), "done", 2, 0)
    after = revised(plan, photos("last+6w"), date(2026, 12, 31)).plan
    assert shown(said(after, "skip", 3, 0)) == ["09 Feb photos"]


def test_a_done_session_corrected_to_a_later_day_keeps_its_care():
    plan = replace(plan_of(every="3x4w"), care=tuple(photos("every 4w")))
    after = revised(said(plan, "done", 1, 0), photos("6w"), date(2026, 12, 2)).plan
    assert shown(said(after, "done", 1, 4)) == ["05 Dec photos", "16 Jan photos"]


def test_a_longer_pause_begins_after_the_earlier_one_ends():
    plan = plan_of(care=["pause minoxidil=-0d+5d"], every="2x1w")
    plan = said(plan, "done", 1, 0)
    plan = revised(plan, [care_words.pause("minoxidil=-4d+0d", "pause")], date(2026, 12, 2)).plan
    spans = [(item.first.day, item.last.day) for item in items_of(plan)]
    assert spans == [(1, 6), (7, 8)]


def test_ending_a_pause_does_not_lengthen_the_one_before():
    plan = said(plan_of(care=["pause minoxidil=-0d+10d"], every="3x1w"), "done", 1, 0)
    before = items_of(plan)[0]
    after = revised(plan, [Ended(kind="pause", name="minoxidil")], date(2026, 12, 2)).plan
    assert items_of(after) == [before]


def pauses_of_one_name_are_listed_on_their_days(drawn):
    items = items_of(drawn[-1])
    each = Counter((item.name, day) for item in items for day in days_of(item.first, item.last))
    merged = Counter(
        (run.name, day) for run in care_text.merged(items) for day in days_of(run.first, run.last)
    )
    assert each == merged
    assert set(each.values()) <= {1}


def test_a_thousand_revisions_of_care_are_evaluated_once():
    """All days and sessions take one pass; one for each revision took minutes."""
    plan = plan_of(care=["checkpoint p=every 1d"], every="1000x1d")
    words = [care_words.change("checkpoint", f"p=every {1 + n % 2}d") for n in range(1000)]
    log_ = tuple(
        Revised(session=1 + n, words={}, rules=plan.rules, care=(word,), recorded=CREATED)
        for n, word in enumerate(words)
    )
    items = items_of(replace(plan, log=log_), Checked)
    assert [item.day for item in items] == [date(2026, 12, 1) + 2 * n * DAY for n in range(500)]


def test_care_keeps_its_capitals():
    plan = plan_of(care=["pause Minoxidil=-0d+1d"])
    (entry,) = revised(
        plan, [care_words.pause("MINOXIDIL=-0d+2d", "pause")], date(2026, 12, 2)
    ).entries
    assert [str(each) for each in entry.care] == ["Minoxidil=-0d+2d"]


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("pause", "serum", 'there is no pause "serum" to end; the plan has minoxidil'),
        ("cue", "mask", 'there is no cue "mask" to end; the plan has no cue'),
    ],
)
def test_only_existing_care_can_end(kind, name, expected):
    with pytest.raises(RefusedError) as raised:
        revised(
            plan_of(care=["pause minoxidil=-0d+1d"]),
            [Ended(kind=kind, name=name)],
            date(2026, 12, 2),
        )
    assert str(raised.value) == expected


def without_care_later_revisions_of_it_are_left_out_too(drawn):
    after = drawn[-1]
    bare = log.without_care(after)
    assert (items_of(bare, object), schedule(bare)) == ([], schedule(after))
    assert {e.category for e in events_of(after, with_care=False).values()} <= {"Session", ""}


REVISED = (
    revised_care_moves_no_session_and_names_nothing_twice,
    past_sessions_keep_their_care,
    a_revision_keeps_the_care_it_does_not_name,
    future_sessions_have_the_revised_care,
    ending_care_keeps_it_for_past_sessions,
    undoing_a_change_of_care_restores_it,
    pauses_of_one_name_are_listed_on_their_days,
    without_care_later_revisions_of_it_are_left_out_too,
)


@given(revisions())
def test_care_that_is_revised(drawn):
    for law in REVISED:
        law(drawn)
