"""The report of a change: the entry, the notes, and what to do next."""

import shlex
from datetime import UTC, date, datetime
from functools import partial

import pytest
from msgspec.structs import replace

from microplan.amendments import amend, check, entry_commands, moving, photos, recording, report
from microplan.amendments.amended import Stamp
from microplan.amendments.report import ReportOptions
from microplan.model.care import Ended
from microplan.model.entries import Revised
from microplan.rules import care_words, grammar
from microplan.scheduling.schedule import schedule
from microplan.wording import phrases
from tests import build

CREATED = datetime(2026, 11, 1, 12, tzinfo=UTC)
TODAY = date(2026, 11, 23)
STAMP = Stamp(datetime(2026, 11, 23, 12, tzinfo=UTC))
plan_of = partial(build.plan_of, title="Laser", created=CREATED, start="2026-11-01", every="6x1w")


def told(amended):
    return report.lines(amended, TODAY, ReportOptions())


def done(plan, number, on):
    return recording.done(plan, number, date.fromisoformat(on), TODAY, STAMP)


def revised(plan, *care, **words):
    return amend.revise(plan, words, STAMP, [care_words.change(*each) for each in care])


def closed(plan, *ranges, reason="", told=STAMP.recorded):
    away = [grammar.closed(text, "avoid") for text in ranges]
    return amend.avoid(plan, away, Stamp(told), reason)


# --- the entry ------------------------------------------------------------------------------

CLOSED = [
    (["2026-12-20..2026-12-22"], "Away 20–22 Dec. No session moves."),
    (["2028-01-01..2028-01-05"], "Away 1–5 Jan 2028. No session moves."),
    (["2020-01-01"], "Away 1 Jan 2020. No session moves."),
    (["12-24..12-26"], "Away 24 Dec–26 Dec every year. No session moves."),
    (["2027-12-30..2028-01-02"], "Away 30 Dec–2 Jan 2028. No session moves."),
    (
        ["2026-12-20", "2027-12-20"],
        "Away 20 Dec and 20 Dec 2027. No session moves.",
    ),
]


@pytest.mark.parametrize(("ranges", "expected"), CLOSED, ids=[row[0][0] for row in CLOSED])
def test_closed_days_name_a_year_that_is_not_the_next(ranges, expected):
    assert told(closed(plan_of(), *ranges))[0] == expected


def test_an_until_replaced_by_a_count_is_not_reported_as_lost():
    amended = revised(plan_of(every="1w", until="2026-12-20"), on="sun")
    assert told(amended)[0].startswith(
        "From session 1: same pace, counted from the start, on Sundays, "
    )


def test_a_revision_without_days_says_that_no_session_moves():
    assert (
        told(revised(plan_of(), at="19:00"))[0] == "From session 1 on: at 19:00. No session moves."
    )


@pytest.mark.parametrize(
    "words",
    [{"on": "sun"}, {"every": "2w"}, {"sessions": "9"}, {"remind": ["1d", "2d"]}],
    ids=["on", "every", "sessions", "remind"],
)
def test_the_log_shows_only_the_words_given(words):
    flags = [
        f"--{name} {text}"
        for name, told in words.items()
        for text in ([told] if isinstance(told, str) else told)
    ]
    entry = revised(plan_of(), **words).entries[0]
    assert entry_commands.spell(entry) == f"revise {' '.join(flags)}"


def test_a_switch_is_reported_by_its_name():
    amended = revised(plan_of(), discreet="yes")
    assert ": discreet. " in told(amended)[0]
    assert entry_commands.spell(amended.entries[0]) == "revise --discreet"


def test_the_log_shows_the_reason_for_days_away():
    plan = closed(plan_of(), "2026-12-20", reason="ski trip").plan
    assert [text for _, _, text in entry_commands.table(plan)] == [
        "avoid 2026-12-20 --reason 'ski trip'"
    ]


OPENED = [
    (["2026-12-25"], "Open again: 25 Dec. No session moves.", "avoid --not 2026-12-25"),
    (["2026-12-06"], "Open again: 6 Dec.\n#6  Mon 7 Dec → Sun 6 Dec", "avoid --not 2026-12-06"),
    (["2026-12-24..2026-12-26", "2028-01-01"], "Open again: 24–26 Dec and 1 Jan 2028. No session moves.",
     "avoid --not 2026-12-24..2026-12-26 --not 2028-01-01"),
]  # fmt: skip
NOT_CLOSED = [
    (["2026-12-27"], "27 Dec isn't closed; nothing changed."),
    (["2026-12-27..2026-12-28"], "27–28 Dec aren't closed; nothing changed."),
    (["2026-12-27", "2026-12-29"], "27 Dec and 29 Dec aren't closed; nothing changed."),
]


def opened(plan, *ranges):
    return amend.open_days(plan, [grammar.opened(text, "--not") for text in ranges], STAMP)


@pytest.mark.parametrize(("ranges", "lines", "command"), OPENED, ids=[row[2] for row in OPENED])
def test_opened_days_are_reported_with_what_comes_back(ranges, lines, command):
    plan = plan_of(avoid=["12-06", "12-24..12-26", "2028-01-01"])
    amended = opened(plan, *ranges)
    assert "\n".join(told(amended)[:-1]) == lines
    assert entry_commands.spell(amended.entries[0]) == command


@pytest.mark.parametrize(("ranges", "line"), NOT_CLOSED)
def test_opening_days_that_are_not_closed_changes_nothing(ranges, line):
    amended = opened(plan_of(avoid=["12-24..12-26"]), *ranges)
    assert (told(amended), amended.entries) == ([line], ())


HOSTILE = "$(touch x); `y` 'z' \"!! # & | > ~\n#"
PASTED = [
    ({"every": "RRULE:FREQ=WEEKLY;BYDAY=TU"}, ["--every", "RRULE:FREQ=WEEKLY;BYDAY=TU"]),
    ({"device": HOSTILE}, ["--device", HOSTILE]),
    ({"location": "-x"}, ["--location", "-x"]),
    ({"remind": ["1d", "2d"]}, ["--remind", "1d", "--remind", "2d"]),
    ({"on": "none", "prefer": "none"}, ["--on", "any", "--prefer", "none"]),
    ({"every": "3x2w~2d"}, ["--every", "3x2w~2d"]),
]


@pytest.mark.parametrize(("words", "flags"), PASTED, ids=[str(row[1][1]) for row in PASTED])
def test_a_revision_in_the_log_can_be_pasted_into_a_shell(words, flags):
    entry = Revised(recorded=CREATED, session=1, words=words, rules=plan_of().rules, note=HOSTILE)
    plan = replace(plan_of(), log=(entry,))
    ((_, _, text),) = entry_commands.table(plan)
    assert shlex.split(text) == ["revise", *flags, "--note", HOSTILE]
    assert shlex.split(entry_commands.spell(entry)) == ["revise", *flags]


def test_days_away_and_notes_in_the_log_can_be_pasted_into_a_shell():
    plan = amend.avoid(
        plan_of(), [grammar.closed("2026-12-20", "avoid")], Stamp(CREATED, HOSTILE), HOSTILE
    ).plan
    ((_, _, text),) = entry_commands.table(plan)
    assert shlex.split(text) == ["avoid", "2026-12-20", "--reason", HOSTILE, "--note", HOSTILE]


def test_a_lookup_in_the_log_can_be_pasted_into_a_shell():
    assert phrases.lookup_flag("holidays DE;x") == "--holidays 'DE;x'"


# --- what deserves a word -------------------------------------------------------------------


def test_a_session_done_too_soon_is_reported_with_its_gap():
    plan = done(plan_of(), 1, "2026-11-01").plan
    said = ", 2 days after session 1, where the plan keeps at least 6. "
    assert said in told(done(plan, 2, "2026-11-03"))[0]
    assert "keeps at least" not in told(done(plan, 2, "2026-11-07"))[0]


def test_the_gap_counts_from_the_last_session_that_took_place():
    plan = amend.skip(done(plan_of(), 1, "2026-11-01").plan, 2, STAMP).plan
    amended = done(plan, 3, "2026-11-02")
    said = "1 day after session 1, where the plan keeps at least 6"
    assert said in told(amended)[0]
    assert all(finding.session != 3 for finding in check.check(amended.scheduled_after, TODAY))


def test_a_new_checkpoint_in_the_past_is_reported():
    amended = revised(plan_of(care=["checkpoint review=12w"]), ("checkpoint", "review=2w"))
    assert "No days are left for review=2w." in told(amended)
    coming = revised(plan_of(care=["checkpoint review=12w"]), ("checkpoint", "review=5w"))
    assert not any("still to come" in line for line in told(coming))


def test_a_window_lost_with_its_pace_is_reported():
    said = "The window belonged to the old pace and is gone; to keep it: microplan revise --every 3w~3d"
    assert said in told(revised(plan_of(every="6x2w~3d"), every="3w"))
    for plan, every in (("6x2w~3d", "3w~1d"), ("6x2w", "3w"), ("6x2w~3d", "2x1w,3w")):
        assert said not in told(revised(plan_of(every=plan), every=every))
    assert said not in told(revised(plan_of(every="6x2w~3d"), every="3w", window="2d"))
    assert said not in told(revised(plan_of(every="6x2w~3d"), at="18:00"))


def test_undoing_an_added_session_is_reported():
    plan = plan_of()
    longer = amend.skip(plan, 1, STAMP, extend=True).plan
    assert told(amend.undo(longer, STAMP))[:2] == [
        "Undone: skip 1 --extend.",
        "#7  Sun 13 Dec → no longer in the plan",
    ]


UNDONE = [
    pytest.param(
        ["done 1 2026-11-02"], "Undone: done 1 --on 2026-11-02.", id="a session that is open again"
    ),
    pytest.param(
        ["done 1 2026-11-02", "done 1 2026-11-01"],
        "Undone: done 1 --on 2026-11-01. #1 is still done Mon 2 Nov.",
        id="a corrected day",
    ),
    pytest.param(
        ["photo crown 2026-11-01"],
        "Undone: photo add crown.jpg --view crown --on 2026-11-01.",
        id="a photo",
    ),
    pytest.param(
        ["photo crown 2026-11-02", "photo crown 2026-11-01"],
        "Undone: photo add crown.jpg --view crown --on 2026-11-01. "
        "The photo is still recorded for Mon 2 Nov 2026.",
        id="the day of a photo that was corrected",
    ),
]


def recorded(plan, command):
    """Carry out a command: ``done 1 2026-11-01``, ``photo crown 2026-11-01``."""
    word, what, on = command.split()
    if word == "done":
        return done(plan, int(what), on)
    taken = photos.Taken(path=f"{what}.jpg", digest="a" * 64, on=date.fromisoformat(on))
    return photos.add(plan, what, [taken], TODAY, STAMP)


@pytest.mark.parametrize(("typed", "said"), UNDONE)
def test_undo_reports_what_earlier_entries_still_record(typed, said):
    plan = plan_of()
    for command in typed:
        plan = recorded(plan, command).plan
    assert told(amend.undo(plan, STAMP))[0] == said


def test_undo_shows_the_note_of_the_undone_entry():
    plan = done(plan_of(), 1, "2026-11-01").plan
    noted = recording.done(plan, 1, date(2026, 11, 1), TODAY, replace(STAMP, note="it's red")).plan
    assert told(amend.undo(noted, STAMP))[0] == (
        "Undone: done 1 --on 2026-11-01 --note 'it'\"'\"'s red'. #1 is still done Sun 1 Nov."
    )


def test_a_new_day_for_a_photo_is_a_correction():
    plan = recorded(plan_of(), "photo crown 2026-11-01").plan
    assert told(recorded(plan, "photo crown 2026-11-02"))[0] == (
        "Photo of crown corrected: Mon 2 Nov 2026, not Sun 1 Nov 2026."
    )


def test_care_that_ends_is_recorded_by_its_kind_and_name():
    amended = revised(plan_of(care=["pause serum=-0d+1d"]), ("pause", "serum=none"))
    assert amended.entries[0].care == (Ended(kind="pause", name="serum"),)


# --- what stays -----------------------------------------------------------------------------


def test_closing_days_later_does_not_move_a_missed_session():
    plan = done(plan_of(), 3, "2026-11-15").plan
    before = [session.date for session in schedule(plan)[:3]]
    away = closed(plan, "2026-11-01..2027-06-01")
    assert [session.date for session in away.sessions[:3]] == before
    assert min(session.date for session in away.sessions[3:]) > date(2027, 6, 1)


def test_a_missed_session_keeps_its_day():
    plan = closed(plan_of(follow="plan"), "2026-11-08..2026-11-09", told=CREATED).plan
    plan = closed(plan, "2026-11-15..2026-11-16", told=CREATED).plan
    before = [session.date for session in schedule(plan)[:3]]
    assert before[1:] == [date(2026, 11, 7), date(2026, 11, 14)]
    assert [session.date for session in done(plan, 4, "2026-11-23").sessions[:3]] == before


def test_closed_days_move_a_skipped_session_whose_pin_has_lapsed():
    plan = amend.skip(plan_of(), 2, STAMP).plan
    plan = moving.move(plan, 2, date(2026, 11, 9), STAMP).plan
    plan = done(plan, 1, "2026-11-07").plan
    stood = schedule(plan)[1].date
    assert stood > date(2026, 11, 9), "what was set by hand is too soon now"
    away = closed(plan, f"{stood}..2026-12-31")
    assert away.sessions[1].date > date(2026, 12, 31)


def test_a_revision_of_pace_and_hour_that_loses_its_window_takes_five_lines():
    plan = plan_of(every="6x1w~2d", at="18:00")
    lines = told(revised(plan, every="2w", at="19:00"))
    assert "18:00 → 19:00" in lines[-2]
    assert len(lines) == 5
