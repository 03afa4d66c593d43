"""A calendar on a server comes to say what the plan says: in memory and on real servers alike."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from microplan.amendments import amend, moving
from microplan.amendments.amended import Stamp
from microplan.calendars import caldav_calendar, caldav_client, http, remote_event, sync
from microplan.calendars.sync import Delete, Kept, MovedRemotely, Put, Remote, Wanted
from microplan.cli.commands import push as pushing
from microplan.cli.server.options import ServerOptions, wanted
from microplan.errors import EventRefusedError, ServerError
from microplan.formats import ical
from microplan.model import ids
from microplan.scheduling import events, schedule
from microplan.storage import plan_file
from tests import remotes

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
PLAN = """
microplan = 1
id = "{}"
title = "Scalp session"
created = 2026-11-22T20:00:00Z
[rules]
start = "2026-12-01"
every = "6x4w"
at = "18:00"
tz = "Europe/Paris"
remind = ["2h"]
[[care]]
pause = "minoxidil"
span = "-0d+1d"
"""
REACH = ServerOptions(
    plan=None,
    url=None,
    user=None,
    password_command=None,
    proxy=None,
    calendar=None,
    dry_run=False,
    no_care=True,
    discreet=False,
    quiet=True,
)


@pytest.fixture
def plan():
    return plan_file.load(PLAN.format(uuid4()), zone=lambda: "UTC")[0]


def later(hours):
    return Stamp(NOW + timedelta(hours=hours))


def push(calendar, plan, *, overwrite=False, no_care=True):
    """Push a plan to a calendar, and return what was done."""
    everything = wanted(plan, replace(REACH, no_care=no_care))
    listing = calendar.listing({each.event.uid for each in everything})
    actions = sync.difference(everything, listing, overwrite=overwrite)
    pushing.carry_out(calendar, actions)
    return actions


def kinds(actions):
    return [type(action).__name__ for action in actions]


def starts(calendar, plan):
    """The days on which the sessions of a plan are in a calendar, by their numbers."""
    there = remotes.events(calendar)
    return {
        session.number: there[uid]["DTSTART"].dt.date()
        for session in schedule.schedule(plan)
        if (uid := ids.uid(plan, f"session/{session.number}")) in there
    }


def day_of_each(plan):
    return {session.number: session.date for session in schedule.schedule(plan)}


def name_of(plan, number):
    return f"{ids.uid(plan, f'session/{number}')}.ics"


# --- the contract ---------------------------------------------------------------------------


MEMORY, RADICALE, XANDIKOS = (
    pytest.param("memory", id="in memory"),
    pytest.param("server", id="on Radicale"),
    pytest.param("xandikos", id="on xandikos"),
)
ours_alone = pytest.mark.parametrize("calendar", [MEMORY, RADICALE], indirect=True)
"""What we decide of what a server has kept; that it keeps it, the other rows show of each."""


@pytest.fixture(params=[MEMORY, RADICALE, XANDIKOS])
def calendar(request):
    if request.param == "memory":
        yield remotes.InMemory()
        return
    url = request.getfixturevalue(request.param)
    with caldav_client.connected(url, remotes.USER, remotes.PASSWORD) as server:
        made = server.create("plan", str(uuid4()))
        yield remotes.OnServer(made.client, made.url)


class TestACalendar:
    def test_each_session_is_there_once(self, calendar, plan):
        push(calendar, plan)
        assert starts(calendar, plan) == day_of_each(plan)
        assert len(remotes.events(calendar)) == 6

    def test_a_second_push_does_nothing(self, calendar, plan):
        push(calendar, plan, no_care=False)
        assert set(kinds(push(calendar, plan, no_care=False))) == {"Kept"}

    def test_events_that_a_query_only_names_are_fetched(self, calendar, plan, monkeypatch):
        push(calendar, plan)
        only_named = caldav_calendar.EVENTS.replace("<C:calendar-data/>", "")
        monkeypatch.setattr(caldav_calendar, "EVENTS", only_named)
        assert set(kinds(push(calendar, plan))) == {"Kept"}

    def test_an_amended_plan_has_its_new_days_there(self, calendar, plan):
        push(calendar, plan)
        after = moving.move(plan, 3, date(2027, 1, 30), later(1)).plan
        assert kinds(push(calendar, after)) == ["Kept"] * 2 + ["Put"] * 4
        assert starts(calendar, after) == day_of_each(after) != day_of_each(plan)
        event = remotes.events(calendar)[ids.uid(plan, "session/3")]
        assert (event["DTSTART"].dt.hour, event["SEQUENCE"]) == (18, 1)

    def test_what_is_not_of_the_plan_is_not_touched(self, calendar, plan):
        calendar.put("dentist.ics", remotes.OTHERS)
        before = calendar.get("dentist.ics")
        push(calendar, plan)
        push(calendar, amend.skip(plan, 2, later(1)).plan, overwrite=True)
        assert calendar.get("dentist.ics") == before

    def test_a_session_left_out_is_removed(self, calendar, plan):
        push(calendar, plan)
        push(calendar, amend.skip(plan, 2, later(1)).plan)
        assert starts(calendar, plan).keys() == {1, 3, 4, 5, 6}

    @ours_alone
    def test_care_is_removed_once_it_is_left_out(self, calendar, plan):
        push(calendar, plan, no_care=False)
        assert len(remotes.events(calendar)) == 12
        push(calendar, plan, no_care=True)
        assert len(remotes.events(calendar)) == 6

    def test_what_a_person_moved_is_left(self, calendar, plan):
        push(calendar, plan)
        name = name_of(plan, 3)
        calendar.put(name, remotes.moved(calendar.get(name), days=2))
        actions = push(calendar, amend.skip(plan, 6, later(1)).plan)
        assert kinds(actions) == ["Kept", "Kept", "MovedRemotely", "Kept", "Kept", "Delete"]
        assert starts(calendar, plan)[3] == day_of_each(plan)[3] + timedelta(days=2)

    @ours_alone
    def test_what_a_person_moved_is_put_back_if_so_wanted(self, calendar, plan):
        push(calendar, plan)
        name = name_of(plan, 3)
        calendar.put(name, remotes.moved(calendar.get(name), hour=19))
        assert kinds(push(calendar, plan, overwrite=True)) == ["Kept"] * 2 + ["Put"] + ["Kept"] * 3
        assert remotes.events(calendar)[name[:-4]]["DTSTART"].dt.hour == 18

    @ours_alone
    def test_a_move_that_the_plan_took_over_is_nobodys_any_more(self, calendar, plan):
        push(calendar, plan)
        name, day = name_of(plan, 3), day_of_each(plan)[3] + timedelta(days=2)
        calendar.put(name, remotes.moved(calendar.get(name), days=2))
        after = moving.move(plan, 3, day, later(1)).plan
        assert kinds(push(calendar, after))[2] == "Put"
        assert set(kinds(push(calendar, after))) == {"Kept"}

    @ours_alone
    def test_what_a_person_wrote_stays_until_the_session_changes(self, calendar, plan):
        push(calendar, plan)
        name = name_of(plan, 3)
        calendar.put(name, calendar.get(name).replace("Scalp session 3", "Needles!"))
        assert set(kinds(push(calendar, plan))) == {"Kept"}
        push(calendar, moving.move(plan, 3, date(2027, 1, 30), later(1)).plan)
        assert "Needles!" not in calendar.get(name)

    @ours_alone
    def test_what_was_deleted_there_is_told_from_what_was_never_put(self, calendar, plan):
        push(calendar, plan)
        calendar.delete(name_of(plan, 2))
        after = amend.skip(plan, 6, later(1), extend=True).plan  # session 7 is new
        everything = wanted(after, REACH)
        listing = calendar.listing({each.event.uid for each in everything})
        gone = [each.event.uid for each in sync.deleted(everything, listing)]
        assert gone == [ids.uid(plan, "session/2")]
        push(calendar, after)
        assert starts(calendar, after).keys() == {1, 2, 3, 4, 5, 7}

    def test_what_somebody_changes_meanwhile_is_left(self, calendar, plan):
        push(calendar, plan)
        after = moving.move(plan, 6, date(2027, 4, 24), later(1)).plan
        everything = wanted(after, REACH)
        listing = calendar.listing({each.event.uid for each in everything})
        name = name_of(plan, 6)
        theirs = remotes.moved(calendar.get(name), days=1)
        calendar.put(name, theirs)
        (put,) = (a for a in sync.difference(everything, listing) if isinstance(a, Put))
        assert pushing.carry_out(calendar, [put]) == [put]
        assert starts(calendar, plan)[6] == day_of_each(plan)[6] + timedelta(days=1)

    def test_what_somebody_makes_meanwhile_is_left(self, calendar, plan):
        everything = wanted(plan, REACH)
        actions = sync.difference(everything, calendar.listing(set()))
        calendar.put(name_of(plan, 1), remotes.moved(text_of(plan).text, days=1))
        assert pushing.carry_out(calendar, actions) == [actions[0]]
        assert starts(calendar, plan)[1] == day_of_each(plan)[1] + timedelta(days=1)

    def test_what_somebody_removes_meanwhile_is_removed(self, calendar, plan):
        push(calendar, plan)
        after = amend.skip(plan, 6, later(1)).plan
        everything = wanted(after, REACH)
        listing = calendar.listing({each.event.uid for each in everything})
        calendar.delete(name_of(plan, 6))
        changed = pushing.carry_out(calendar, sync.difference(everything, listing))
        assert not changed
        assert 6 not in starts(calendar, plan)

    def test_an_interrupted_push_is_finished_by_the_next(self, calendar, plan):
        interrupt_and_finish(calendar, plan, taken=3)


def interrupt_and_finish(calendar, plan, taken):
    class Interrupted:
        left = taken

        def perform(self, action):
            if not self.left:
                raise ServerError("the server is gone")
            self.left -= 1
            return calendar.perform(action)

    actions = sync.difference(wanted(plan, REACH), [])
    if taken < 6:
        with pytest.raises(ServerError, match=f"gone; {taken} of 6 changes made, push again"):
            pushing.carry_out(Interrupted(), actions)
    else:
        pushing.carry_out(Interrupted(), actions)
    assert len(starts(calendar, plan)) == taken
    assert kinds(push(calendar, plan)) == ["Kept"] * taken + ["Put"] * (6 - taken)
    assert starts(calendar, plan) == day_of_each(plan)


@pytest.mark.parametrize("taken", range(7))
def test_a_push_may_be_interrupted_after_each_change(plan, taken):
    interrupt_and_finish(remotes.InMemory(), plan, taken)


# --- what is there --------------------------------------------------------------------------


def text_of(plan, number=1):
    uid = ids.uid(plan, f"session/{number}")
    return next(each for each in wanted(plan, REACH) if each.event.uid == uid)


def listed(plan, text, number=1):
    each = text_of(plan, number)
    return remote_event.read("/1.ics", '"1"', text, {each.event.uid})


STARTS = [
    pytest.param("DTSTART:20261201T170000Z", None, id="rewritten in UTC"),
    pytest.param(
        "DTSTART;TZID=Europe/Berlin:20261201T180000", None, id="the same hour of another zone"
    ),
    pytest.param("DTSTART:20261201T180000", None, id="rewritten without its zone"),
    pytest.param("DTSTART;TZID=Europe/Paris:20261201T190000", "19:00", id="an hour later"),
    pytest.param("DTSTART;TZID=Asia/Tokyo:20261201T180000", "10:00", id="in another zone"),
    pytest.param("DTSTART;VALUE=DATE:20261201", "2026-12-01", id="all day"),
    pytest.param("DTSTART;VALUE=DATE:20261203", "2026-12-03", id="all day, two days later"),
]


@pytest.mark.parametrize(("start", "there"), STARTS)
def test_only_another_moment_is_a_move(plan, start, there):
    each = text_of(plan)
    text = re.sub(r"(?m)^DTSTART;TZID=Europe/Paris:\d+T\d+(?=\r$)", start, each.text)
    assert start in text
    found = sync.moved_to(each, listed(plan, text))
    assert there is None if found is None else there in f"{found} {found:%H:%M}"


@pytest.mark.parametrize(
    ("hour", "there"),
    [
        pytest.param("20261201T120000", None, id="the same hour"),
        pytest.param("20261201T140000", "2026-12-01 20:00", id="two hours later"),
    ],
)
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_zone_of_one_offset_is_known_from_the_event_alone(plan, hour, there, quote):
    """As Apple writes an event that was moved by a clock at a fixed distance from Greenwich."""
    each = text_of(plan)
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:GMT-0500\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    start = f"DTSTART;TZID={quote}GMT-0500{quote}:{hour}"
    text = re.sub(r"(?m)^DTSTART;TZID=Europe/Paris:\d+T\d+(?=\r$)", start, each.text)
    text = text.replace("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT")
    found = sync.moved_to(each, listed(plan, text))
    assert (found and f"{found:%Y-%m-%d %H:%M}") == there


ALL_DAY = [
    pytest.param(
        "DTSTART:20261230T200000Z", "2026-12-31 09:00", id="in UTC, where it is a day less"
    ),
    pytest.param(
        "DTSTART;TZID=Pacific/Auckland:20261231T090000", "2026-12-31 09:00", id="in its own zone"
    ),
    pytest.param("DTSTART:20261231T000000", "2026-12-31 00:00", id="without a zone"),
    pytest.param("DTSTART;VALUE=DATE:20261231", "2026-12-31 00:00", id="all day"),
]


@pytest.mark.parametrize(("start", "there"), ALL_DAY)
def test_an_hour_given_to_a_day_falls_on_the_day_it_has_in_the_zone_of_the_plan(start, there):
    source = PLAN.format(uuid4()).replace('at = "18:00"\n', "").replace('remind = ["2h"]\n', "")
    source = source.replace("Europe/Paris", "Pacific/Auckland")
    each = text_of(plan_file.load(source, zone=lambda: "UTC")[0])
    text = re.sub(r"(?m)^DTSTART;VALUE=DATE:\d+(?=\r$)", start, each.text)
    assert start in text
    found = sync.moved_to(each, remote_event.read("/1.ics", "", text, {each.event.uid}))
    assert f"{found:%Y-%m-%d %H:%M}" == there


def test_of_an_event_that_is_there_twice_each_copy_is_held_to_the_plan(plan):
    each = text_of(plan)
    texts = (each.text, remotes.moved(each.text, days=1), each.text.replace("MARK:", "MARK:old"))
    copies = [listed(plan, text) for text in texts]
    assert kinds(sync.difference([each], copies)) == ["Kept", "MovedRemotely", "Put"]
    gone = replace(each, event=replace(each.event, cancelled=True))
    assert kinds(sync.difference([gone], copies)) == ["Delete", "MovedRemotely", "Delete"]


def test_a_picture_attached_to_an_event_does_not_hide_where_it_was_moved(plan):
    each = text_of(plan)
    picture = f"ATTACH;ENCODING=BASE64;VALUE=BINARY:{'A' * remote_event.MAX_EVENT}\r\nEND:VEVENT"
    text = remotes.moved(each.text, days=1).replace("END:VEVENT", picture)
    assert kinds(sync.difference([each], [listed(plan, text)])) == ["MovedRemotely"]


def test_zones_that_never_end_are_passed_over_at_once(plan):
    """A search for the end of each would take the square of their number."""
    each = text_of(plan)
    text = each.text.replace("END:VEVENT", "BEGIN:VTIMEZONE\r\n" * 14000 + "END:VEVENT")
    with http.within(5):
        found = listed(plan, text)
    assert found is None or found.start is None


def without_our_lines(text):
    """The text of an event as a client writes it that drops what it doesn't know."""
    bare = re.sub(r"X-MICROPLAN-.*\r\n(?: .*\r\n)*", "", text)
    assert "X-MICROPLAN" not in bare
    return bare


def test_a_start_without_ours_beside_it_is_moved_if_the_plan_never_had_it(plan):
    first = text_of(plan, 3)
    bare = without_our_lines(first.text)
    after = text_of(moving.move(plan, 3, date(2027, 1, 30), later(1)).plan, 3)
    person = remotes.moved(bare, days=1)
    assert kinds(sync.difference([first], [listed(plan, bare, 3)])) == ["Kept"]
    assert kinds(sync.difference([after], [listed(plan, bare, 3)])) == ["Put"]
    assert kinds(sync.difference([after], [listed(plan, person, 3)])) == ["MovedRemotely"]


def test_what_a_person_wrote_stays_where_their_client_dropped_our_mark(plan):
    each = text_of(plan)
    titled = without_our_lines(each.text).replace("Scalp session 1", "Needles!")
    assert kinds(sync.difference([each], [listed(plan, titled)])) == ["Kept"]
    assert kinds(sync.difference([each], [listed(plan, titled)], overwrite=True)) == ["Put"]
    newer = replace(each, event=replace(each.event, sequence=1))
    assert kinds(sync.difference([newer], [listed(plan, titled)])) == ["Put"]


def test_an_event_that_a_server_refuses_keeps_no_other_from_it(plan):
    class Refusing(remotes.InMemory):
        def perform(self, action):
            if action.event.summary.endswith(("2", "5")):
                raise EventRefusedError("h does not take that (400)", 400)
            return super().perform(action)

    calendar = Refusing()
    with pytest.raises(ServerError, match=r"\(400\); 2 of 6 changes not made: .* 2 .* and .* 5 "):
        push(calendar, plan)
    assert starts(calendar, plan).keys() == {1, 3, 4, 6}


NONSENSE = [
    pytest.param(lambda text: text.replace("DTSTART", "X-START"), id="no start"),
    pytest.param(
        lambda text: text.replace("VALUE=DATE-TIME", "VALUE=X").replace("T180000", "Tx"),
        id="no hour",
    ),
    pytest.param(lambda text: text.replace("BEGIN:VEVENT", "BEGIN:VTODO"), id="no event"),
    pytest.param(lambda text: text[: len(text) // 2 + 400], id="cut off"),
    pytest.param(lambda text: f"{text}{' ' * remote_event.MAX_EVENT}", id="larger than it may be"),
    pytest.param(
        lambda text: text.replace("TZID=Europe/Paris:", "TZID=Nowhere/Else:"), id="no zone"
    ),
]


@pytest.mark.parametrize("mangle", NONSENSE)
def test_an_event_of_ours_that_makes_no_sense_is_put_anew_or_left(plan, mangle):
    each = text_of(plan)
    found = listed(plan, mangle(each.text))
    assert found is None or kinds(sync.difference([each], [found]))[0] in (
        "Put",
        "MovedRemotely",
        "Kept",
    )


@given(st.text() | st.binary().map(lambda content: content.decode("latin-1")))
def test_no_text_of_a_stranger_raises_anything(text):
    uid = "8a6f2e2e-0000-4000-8000-000000000000"
    for part in (
        text,
        f"UID:{uid}\r\n{text}",
        f"BEGIN:VCALENDAR\r\nUID:{uid}\r\n{text}\r\nEND:VCALENDAR",
    ):
        found = remote_event.read("/x", None, part, {uid})
        assert found is None or found.uid == uid


ODD = [
    pytest.param("DTSTART:00010101T000000", id="the first day there is"),
    pytest.param("DTSTART:00010101T000000Z", id="the first day there is, in UTC"),
    pytest.param("DTSTART;TZID=Asia/Tokyo:00010101T000000", id="a day before that"),
    pytest.param("DTSTART;TZID=Pacific/Honolulu:99991231T235959", id="a day after the last"),
    pytest.param("DTSTART;VALUE=DATE:99991231", id="the last day"),
    pytest.param("DTSTART:120000", id="an hour without a day"),
    pytest.param("DTSTART:P1D", id="a length"),
    pytest.param("DTSTART:20261201T180000Z/20261201T190000Z", id="a period"),
    pytest.param("DTSTART:", id="nothing"),
    pytest.param("DTSTART;TZID=Europe/Paris:20260329T023000", id="an hour that summer time skips"),
    pytest.param('DTSTART;TZID="../../etc/passwd":20270101T120000', id="a zone that is a path"),
]


@pytest.mark.parametrize("name", ["DTSTART", "X-MICROPLAN-START"])
@pytest.mark.parametrize("start", ODD)
def test_no_start_is_too_odd_to_be_told(plan, name, start):
    each = text_of(plan)
    odd = start.replace("DTSTART", name)
    text = re.sub(rf"(?m)^{name};[^\r]*TZID=Europe/Paris:\d+T\d+(?=\r$)", lambda _: odd, each.text)
    if name == "DTSTART":
        text = re.sub(r"(?m)^DTSTART;TZID=Europe/Paris:\d+T\d+(?=\r$)", lambda _: odd, text)
    assert odd in text
    for overwrite in (False, True):
        (action,) = sync.difference([each], [listed(plan, text)], overwrite=overwrite)
        assert isinstance(action, Kept) or pushing.line(action)


@pytest.mark.parametrize("end", ["END:VTIMEZONE", "end:vtimezone ", "END:VTIMEZ\r\n ONE"])
@pytest.mark.parametrize(
    "begin", ["BEGIN:VTIMEZONE", "begin:vtimezone", "BEGIN:VTIMEZ\r\n ONE", "BEGIN;X=1:VTIMEZONE"]
)
def test_no_rule_of_a_zone_is_expanded(plan, begin, end):
    """One change every second since 1601 would be thirteen thousand million."""
    each = text_of(plan)
    change = (
        "DTSTART:16010101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=SECONDLY"
    )
    parts = (f"BEGIN:{name}\r\n{change}\r\nEND:{name}\r\n" for name in ("STANDARD", "DAYLIGHT"))
    zone = f"{begin}\r\nTZID:Own\r\n{''.join(parts)}{end}\r\n"
    text = each.text.replace("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT")
    text = text.replace("DTSTART;TZID=Europe/Paris", "DTSTART;TZID=Own")
    assert "TZID=Own" in text
    assert listed(plan, text).uid == each.event.uid


def test_a_start_of_ours_that_was_spoilt_does_not_hide_a_move(plan):
    each = text_of(plan)
    text = re.sub(
        r"X-MICROPLAN-START.*", "X-MICROPLAN-START:spoilt\r", remotes.moved(each.text, days=2)
    )
    assert kinds(sync.difference([each], [listed(plan, text)])) == ["MovedRemotely"]


def test_a_folded_uid_is_read(plan):
    each = text_of(plan)
    uid = each.event.uid
    text = each.text.replace(f"UID:{uid}", f"UID;X-A=b:{uid[:9]}\r\n {uid[9:]}")
    assert listed(plan, text).uid == uid


def test_but_for_its_mark_an_event_is_written_as_into_a_folder(plan):
    sessions = schedule.schedule(plan)
    files = dict(ical.one_file_per_event(plan, sessions, with_care=True))
    for each in wanted(plan, replace(REACH, no_care=False)):
        mark = f"X-MICROPLAN-MARK:{each.mark}\r\n"
        assert each.text.replace(mark, "") == files[f"{each.event.uid}.ics"] != each.text


def test_a_mark_tells_every_word_and_nothing_else(plan):
    def marks(plan, **changes):
        return {each.event.uid: each.mark for each in wanted(plan, replace(REACH, **changes))}

    assert marks(plan) == marks(plan)
    noted = replace(plan, rules=replace(plan.rules, device="roller"))
    quieter = replace(plan, rules=replace(plan.rules, remind=()))
    for other in (noted, quieter, events.discreetly(plan)):
        uids = [ids.uid(plan, f"session/{number}") for number in range(1, 7)]
        assert all(marks(plan)[uid] != marks(other)[uid] for uid in uids)


# --- laws -----------------------------------------------------------------------------------

MOMENTS = st.datetimes(
    datetime(2026, 1, 1),
    datetime(2028, 1, 1),
    timezones=st.sampled_from([UTC, ZoneInfo("Asia/Tokyo")]),
)
FREE = plan_file.load(PLAN.format("one"), zone=lambda: "UTC")[0]


@cache
def wanted_of(*, no_care):
    return wanted(FREE, replace(REACH, no_care=no_care))


@st.composite
def pairs(draw):
    """Some of what a plan wants, and some of what a server may have."""
    wants = [
        replace(each, event=replace(each.event, cancelled=draw(st.booleans())))
        for each in wanted_of(no_care=draw(st.booleans()))
    ]
    remotes_ = [
        Remote(
            uid=each.event.uid,
            href=f"/{place}",
            etag='"1"',
            start=draw(st.sampled_from([each.event.start, None]) | MOMENTS),
            own_start=draw(st.sampled_from([each.event.start, None]) | MOMENTS),
            mark=draw(st.sampled_from([each.mark, "", "x"])),
        )
        for place, each in enumerate(wants)
        if draw(st.booleans())
    ]
    strange = [replace(remotes_[0], uid="another")] if remotes_ else []
    return wants, remotes_ + strange


@given(pairs(), st.booleans())
def test_only_uids_of_the_plan_are_in_an_action(pair, overwrite):
    wants, listing = pair
    uids = {each.event.uid for each in wants}
    actions = sync.difference(wants, listing, overwrite=overwrite)
    assert all(action.event.uid in uids for action in actions)
    touched = {a.remote.uid for a in actions if not isinstance(a, Kept) and a.remote}
    assert touched <= uids


@given(pairs())
def test_overwriting_leaves_nothing_where_a_person_put_it(pair):
    assert not any(isinstance(a, MovedRemotely) for a in sync.difference(*pair, overwrite=True))


@given(pairs(), st.booleans())
def test_once_carried_out_only_what_was_left_is_left_to_do(pair, overwrite):
    wants, listing = pair
    there = {each.uid: each for each in listing}
    for action in sync.difference(wants, listing, overwrite=overwrite):
        event = action.event
        if isinstance(action, Put):
            there[event.uid] = Remote(
                uid=event.uid,
                href="/1",
                etag="",
                start=event.start,
                own_start=event.start,
                mark=action.wanted.mark,
            )
        if isinstance(action, Delete):
            del there[event.uid]
    again = sync.difference(wants, there.values(), overwrite=overwrite)
    assert not any(isinstance(action, Put | Delete) for action in again)


def test_a_calendar_is_emptied_only_by_removing_all():
    (first, second, *_) = wanted(FREE, REACH)
    there = Remote(uid=first.event.uid, href="/1", etag="", start=None, own_start=None, mark="")
    gone = Wanted(event=replace(first.event, cancelled=True), mark="", text="")
    assert sync.empties(sync.difference([gone], [there]))
    assert not sync.empties(sync.difference([gone, second], [there]))
    assert not sync.empties(sync.difference([gone], []))


# --- moments and marks, far from the zone of this process --------------------------------------

TOKYO = ZoneInfo("Asia/Tokyo")
SIX = datetime(2026, 12, 1, 18, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("wanted_", "there", "expected"),
    [
        pytest.param(SIX, datetime(2026, 12, 1, 18), None, id="the hour of the plan's zone"),
        pytest.param(SIX, SIX.astimezone(UTC), None, id="the same instant"),
        pytest.param(SIX, datetime(2026, 12, 1, 10, tzinfo=UTC), "2026-12-01T19:00:00+09:00",
                     id="told by the clock of the plan"),
        pytest.param(SIX, datetime(2026, 12, 1, 19), "2026-12-01T19:00:00", id="an hour later"),
        pytest.param(SIX.date(), date(2026, 12, 1), None, id="the same day"),
        pytest.param(SIX.date(), date(2026, 12, 3), "2026-12-03", id="another day"),
    ],
)  # fmt: skip
def test_a_move_is_told_by_the_clock_of_the_plan(wanted_, there, expected):
    first = wanted(FREE, REACH)[0]
    each = replace(first, event=replace(first.event, start=wanted_))
    remote = Remote(uid=first.event.uid, href="/1", etag="", start=there, own_start=None, mark="")
    found = sync.moved_to(each, remote)
    assert (found and found.isoformat()) == expected


def test_of_an_empty_calendar_nobody_removed_anything():
    assert not list(sync.deleted(wanted(FREE, REACH), []))


def test_the_stamp_of_a_mark_is_what_it_begins_with():
    assert sync.stamp("20261122T200000Z-a-b") == "20261122T200000Z"
