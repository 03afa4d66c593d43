"""Pushing makes a server's calendar match the plan, in memory and on real servers alike."""

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
    """Push a plan to a calendar, and return the actions performed."""
    everything = wanted(plan, replace(REACH, no_care=no_care))
    listing = calendar.listing({each.event.uid for each in everything})
    actions = sync.difference(everything, listing, overwrite=overwrite)
    pushing.carry_out(calendar, actions)
    return actions


def kinds(actions):
    return [type(action).__name__ for action in actions]


def starts(calendar, plan):
    """The days of a plan's sessions in a calendar, by number."""
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


MEMORY, SERVER, RADICALE, XANDIKOS = (
    pytest.param("memory", id="in memory"),
    pytest.param("server", id="on a server in memory"),
    pytest.param("radicale", marks=pytest.mark.slow, id="on Radicale"),
    pytest.param("xandikos", marks=pytest.mark.slow, id="on xandikos"),
)
ours_alone = pytest.mark.parametrize("calendar", [MEMORY, SERVER], indirect=True)
"""Runs a test of our own decisions without xandikos; other tests show that it stores events."""


@pytest.fixture(params=[MEMORY, SERVER, RADICALE, XANDIKOS])
def calendar(request):
    if request.param == "memory":
        yield remotes.InMemory()
        return
    url = request.getfixturevalue(request.param)
    with caldav_client.connected(url, remotes.USER, remotes.PASSWORD) as server:
        made = server.create("plan", str(uuid4()))
        yield remotes.OnServer(made.client, made.url)


class TestACalendar:
    def test_each_session_is_on_the_server_once(self, calendar, plan):
        push(calendar, plan)
        assert starts(calendar, plan) == day_of_each(plan)
        assert len(remotes.events(calendar)) == 6

    def test_a_second_push_does_nothing(self, calendar, plan):
        push(calendar, plan, no_care=False)
        assert set(kinds(push(calendar, plan, no_care=False))) == {"Kept"}

    def test_events_listed_only_by_address_are_fetched(self, calendar, plan, monkeypatch):
        push(calendar, plan)
        only_named = caldav_calendar.EVENTS.replace("<C:calendar-data/>", "")
        monkeypatch.setattr(caldav_calendar, "EVENTS", only_named)
        assert set(kinds(push(calendar, plan))) == {"Kept"}

    def test_pushing_an_amended_plan_updates_its_days(self, calendar, plan):
        push(calendar, plan)
        after = moving.move(plan, 3, date(2027, 1, 30), later(1)).plan
        assert kinds(push(calendar, after)) == ["Kept"] * 2 + ["Put"] * 4
        assert starts(calendar, after) == day_of_each(after) != day_of_each(plan)
        event = remotes.events(calendar)[ids.uid(plan, "session/3")]
        assert (event["DTSTART"].dt.hour, event["SEQUENCE"]) == (18, 1)

    def test_other_events_are_not_touched(self, calendar, plan):
        calendar.put("dentist.ics", remotes.OTHERS)
        before = calendar.get("dentist.ics")
        push(calendar, plan)
        push(calendar, amend.skip(plan, 2, later(1)).plan, overwrite=True)
        assert calendar.get("dentist.ics") == before

    def test_a_skipped_session_is_removed(self, calendar, plan):
        push(calendar, plan)
        push(calendar, amend.skip(plan, 2, later(1)).plan)
        assert starts(calendar, plan).keys() == {1, 3, 4, 5, 6}

    @ours_alone
    def test_care_is_removed_with_no_care(self, calendar, plan):
        push(calendar, plan, no_care=False)
        assert len(remotes.events(calendar)) == 12
        push(calendar, plan, no_care=True)
        assert len(remotes.events(calendar)) == 6

    def test_an_event_that_a_person_moved_is_left(self, calendar, plan):
        push(calendar, plan)
        name = name_of(plan, 3)
        calendar.put(name, remotes.moved(calendar.get(name), days=2))
        actions = push(calendar, amend.skip(plan, 6, later(1)).plan)
        assert kinds(actions) == ["Kept", "Kept", "MovedRemotely", "Kept", "Kept", "Delete"]
        assert starts(calendar, plan)[3] == day_of_each(plan)[3] + timedelta(days=2)

    @ours_alone
    def test_overwriting_puts_a_moved_event_back(self, calendar, plan):
        push(calendar, plan)
        name = name_of(plan, 3)
        calendar.put(name, remotes.moved(calendar.get(name), hour=19))
        assert kinds(push(calendar, plan, overwrite=True)) == ["Kept"] * 2 + ["Put"] + ["Kept"] * 3
        assert remotes.events(calendar)[name[:-4]]["DTSTART"].dt.hour == 18

    @ours_alone
    def test_a_recorded_move_is_no_longer_a_difference(self, calendar, plan):
        push(calendar, plan)
        name, day = name_of(plan, 3), day_of_each(plan)[3] + timedelta(days=2)
        calendar.put(name, remotes.moved(calendar.get(name), days=2))
        after = moving.move(plan, 3, day, later(1)).plan
        assert kinds(push(calendar, after))[2] == "Put"
        assert set(kinds(push(calendar, after))) == {"Kept"}

    @ours_alone
    def test_a_persons_text_stays_until_the_session_changes(self, calendar, plan):
        push(calendar, plan)
        name = name_of(plan, 3)
        calendar.put(name, calendar.get(name).replace("Scalp session 3", "Needles!"))
        assert set(kinds(push(calendar, plan))) == {"Kept"}
        push(calendar, moving.move(plan, 3, date(2027, 1, 30), later(1)).plan)
        assert "Needles!" not in calendar.get(name)

    @ours_alone
    def test_a_deleted_event_differs_from_one_never_pushed(self, calendar, plan):
        push(calendar, plan)
        calendar.delete(name_of(plan, 2))
        after = amend.skip(plan, 6, later(1), extend=True).plan  # session 7 is new
        everything = wanted(after, REACH)
        listing = calendar.listing({each.event.uid for each in everything})
        gone = [each.event.uid for each in sync.deleted(everything, listing)]
        assert gone == [ids.uid(plan, "session/2")]
        push(calendar, after)
        assert starts(calendar, after).keys() == {1, 2, 3, 4, 5, 7}

    def test_an_event_changed_meanwhile_is_left(self, calendar, plan):
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

    def test_an_event_made_meanwhile_is_left(self, calendar, plan):
        everything = wanted(plan, REACH)
        actions = sync.difference(everything, calendar.listing(set()))
        calendar.put(name_of(plan, 1), remotes.moved(text_of(plan).text, days=1))
        assert pushing.carry_out(calendar, actions) == [actions[0]]
        assert starts(calendar, plan)[1] == day_of_each(plan)[1] + timedelta(days=1)

    def test_an_event_removed_meanwhile_stays_removed(self, calendar, plan):
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
def test_a_push_can_be_interrupted_after_each_change(plan, taken):
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
def test_only_a_different_moment_is_a_move(plan, start, there):
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
def test_a_fixed_offset_zone_is_read_from_its_description(plan, hour, there, quote):
    """Apple writes a fixed-offset zone when an event is moved on a device that uses one."""
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


SUMMER = (
    "BEGIN:VTIMEZONE\r\nTZID:Own\r\nX-LIC-LOCATION:Nowhere/Own\r\n"
    "BEGIN:DAYLIGHT\r\nTZOFFSETFROM:{standard}\r\nTZOFFSETTO:{summer}\r\nTZNAME:S\r\n"
    "DTSTART:19700329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n"
    "BEGIN:STANDARD\r\nTZOFFSETFROM:{summer}\r\nTZOFFSETTO:{standard}\r\nTZNAME:W\r\n"
    "DTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\n"
    "END:VTIMEZONE\r\n"
)
IN_SUMMER = [
    pytest.param("20261201T120000", "-0500", "-0400", None, id="the same hour"),
    pytest.param("20261201T140000", "-0500", "-0400", "2026-12-01 20:00", id="in winter"),
    pytest.param("20270701T140000", "-0500", "-0400", "2027-07-01 20:00", id="in summer"),
    pytest.param("20270328T030000", "-0500", "-0400", "2027-03-28 09:00", id="after the jump"),
    pytest.param("19600101T140000", "-0500", "-0400", "1960-01-01 20:00", id="before any jump"),
    pytest.param("20270701T140000", "+0000", "+0130", "2027-07-01 14:30", id="an odd jump"),
]


@pytest.mark.parametrize(("hour", "standard", "summer", "there"), IN_SUMMER)
def test_a_zone_with_summer_time_is_read_from_its_description(hour, standard, summer, there):
    each = text_of(plan_file.load(PLAN.format(uuid4()), zone=lambda: "UTC")[0])
    start = f"DTSTART;TZID=Own:{hour}"
    text = re.sub(r"(?m)^DTSTART;TZID=Europe/Paris:\d+T\d+(?=\r$)", start, each.text)
    zone = SUMMER.format(standard=standard, summer=summer)
    text = text.replace("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT")
    found = sync.moved_to(each, remote_event.read("/1.ics", "", text, {each.event.uid}))
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
def test_a_time_given_to_an_all_day_session_is_in_the_plans_zone(start, there):
    source = PLAN.format(uuid4()).replace('at = "18:00"\n', "").replace('remind = ["2h"]\n', "")
    source = source.replace("Europe/Paris", "Pacific/Auckland")
    each = text_of(plan_file.load(source, zone=lambda: "UTC")[0])
    text = re.sub(r"(?m)^DTSTART;VALUE=DATE:\d+(?=\r$)", start, each.text)
    assert start in text
    found = sync.moved_to(each, remote_event.read("/1.ics", "", text, {each.event.uid}))
    assert f"{found:%Y-%m-%d %H:%M}" == there


def test_both_copies_of_a_duplicated_event_follow_the_plan(plan):
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


def test_endless_zone_descriptions_are_skipped_at_once(plan):
    """Searching for the end of each zone would take quadratic time."""
    each = text_of(plan)
    text = each.text.replace("END:VEVENT", "BEGIN:VTIMEZONE\r\n" * 14000 + "END:VEVENT")
    with http.within(5):
        found = listed(plan, text)
    assert found is None or found.start is None


def without_our_lines(text):
    """The text of an event after a client has dropped the properties it doesn't know."""
    bare = re.sub(r"X-MICROPLAN-.*\r\n(?: .*\r\n)*", "", text)
    assert "X-MICROPLAN" not in bare
    return bare


def test_without_our_start_only_an_unknown_start_is_a_move(plan):
    first = text_of(plan, 3)
    bare = without_our_lines(first.text)
    after = text_of(moving.move(plan, 3, date(2027, 1, 30), later(1)).plan, 3)
    person = remotes.moved(bare, days=1)
    assert kinds(sync.difference([first], [listed(plan, bare, 3)])) == ["Kept"]
    assert kinds(sync.difference([after], [listed(plan, bare, 3)])) == ["Put"]
    assert kinds(sync.difference([after], [listed(plan, person, 3)])) == ["MovedRemotely"]


def test_a_persons_text_stays_if_their_client_dropped_our_mark(plan):
    each = text_of(plan)
    titled = without_our_lines(each.text).replace("Scalp session 1", "Needles!")
    assert kinds(sync.difference([each], [listed(plan, titled)])) == ["Kept"]
    assert kinds(sync.difference([each], [listed(plan, titled)], overwrite=True)) == ["Put"]
    newer = replace(each, event=replace(each.event, sequence=1))
    assert kinds(sync.difference([newer], [listed(plan, titled)])) == ["Put"]


def test_a_refused_event_does_not_stop_the_others(plan):
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
def test_an_unreadable_event_of_ours_is_rewritten_or_left(plan, mangle):
    each = text_of(plan)
    found = listed(plan, mangle(each.text))
    assert found is None or kinds(sync.difference([each], [found]))[0] in (
        "Put",
        "MovedRemotely",
        "Kept",
    )


@given(st.text() | st.binary().map(lambda content: content.decode("latin-1")))
def test_no_text_from_a_server_raises_anything(text):
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
def test_any_start_can_be_reported(plan, name, start):
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
    """A change every second since 1601 would be thirteen billion."""
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


def test_a_broken_own_start_does_not_hide_a_move(plan):
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


def test_except_for_its_mark_an_event_is_written_as_to_a_folder(plan):
    sessions = schedule.schedule(plan)
    files = dict(ical.one_file_per_event(plan, sessions, with_care=True))
    for each in wanted(plan, replace(REACH, no_care=False)):
        mark = f"X-MICROPLAN-MARK:{each.mark}\r\n"
        assert each.text.replace(mark, "") == files[f"{each.event.uid}.ics"] != each.text


def test_a_mark_changes_with_every_word_and_nothing_else(plan):
    def marks(plan, **changes):
        return {each.event.uid: each.mark for each in wanted(plan, replace(REACH, **changes))}

    assert marks(plan) == marks(plan)
    noted = replace(plan, rules=replace(plan.rules, device="roller"))
    quieter = replace(plan, rules=replace(plan.rules, remind=()))
    for other in (noted, quieter, events.as_discreet(plan)):
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
    """Draw some events that a plan wants, and some that a server can have."""
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
def test_overwriting_leaves_no_moved_event(pair):
    assert not any(isinstance(a, MovedRemotely) for a in sync.difference(*pair, overwrite=True))


@given(pairs(), st.booleans())
def test_after_the_actions_only_kept_events_remain_to_do(pair, overwrite):
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


def test_only_removing_every_event_empties_a_calendar():
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
def test_a_move_is_reported_in_the_plans_zone(wanted_, there, expected):
    first = wanted(FREE, REACH)[0]
    each = replace(first, event=replace(first.event, start=wanted_))
    remote = Remote(uid=first.event.uid, href="/1", etag="", start=there, own_start=None, mark="")
    found = sync.moved_to(each, remote)
    assert (found and found.isoformat()) == expected


def test_nothing_counts_as_removed_from_an_empty_calendar():
    assert not list(sync.deleted(wanted(FREE, REACH), []))


def test_a_mark_begins_with_its_stamp():
    assert sync.stamp("20261122T200000Z-a-b") == "20261122T200000Z"
