"""Whole sessions at the command line: a plan is made, amended and exported to a calendar."""

import json
import os
import re
import shlex
import shutil
import subprocess
from datetime import UTC, date, datetime, time

import icalendar
import pytest

NOT_SAVED = " · nothing saved (dry run)\n"


@pytest.fixture
def on(run, monkeypatch):
    """Run a command line at noon (UTC) of a day."""

    def _on(day, command, **given):
        noon = datetime.combine(date.fromisoformat(day), time(12), UTC)
        monkeypatch.setenv("MICROPLAN_AS_OF", day)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(noon.timestamp())))
        return run(*shlex.split(command), **given)

    return _on


def steps(transcript):
    """Split a transcript into days, commands and their output."""
    parts = re.split(r"^(\S+) \$ microplan ?(.*)\n", transcript, flags=re.MULTILINE)[1:]
    return zip(parts[::3], parts[1::3], parts[2::3], strict=True)


def walk(on, transcript):
    """Run each step on its day, and compare its output word for word."""
    for day, command, printed in steps(transcript):
        heard = on(day, command)
        assert (heard.out, heard.code, heard.err) == (printed, 0, ""), command


def days(on, day="2026-12-06"):
    sessions = json.loads(on(day, "show -q -f json").out)["sessions"]
    return [session["date"] for session in sessions]


# --- five weeks in --------------------------------------------------------------------------

SUNDAYS = "new --start 2026-11-01 --every 12x1w --on sun --tz Europe/Berlin --save -q"
TODAY = "2026-12-06"
FIVE_WEEKS_IN = """\
2026-11-01 $ microplan done 1
Session 1 done Sun 1 Nov. 11 to go.
next: session 2 of 12, Sun 8 Nov, in 7 days · undo: microplan undo
2026-11-15 $ microplan done 3
Session 3 done Sun 15 Nov. 9 to go.
#2 (8 Nov) now counts as missed. Did it? microplan done 2 --on 2026-11-08
next: session 4 of 12, Sun 22 Nov, in 7 days · undo: microplan undo
2026-12-06 $ microplan
Sun 6 Dec 2026 · session 6 of 12 is planned for today
Open: #2 (8 Nov), #4 (22 Nov), #5 (29 Nov)
Did #2?         microplan done 2 --on 2026-11-08
Missed it?      microplan skip 2
Were you away?  microplan avoid 2026-11-22..2026-11-29
All at once:    microplan catch-up
2026-12-06 $ microplan avoid 2026-11-20..2026-11-30 --reason vacation
Away 20–30 Nov (vacation).
#4      Sun 22 Nov → Sun 6 Dec (today)
#5–#12  two weeks later, the last Sun 17 Jan → Sun 31 Jan
next: session 4 of 12, today · undo: microplan undo
2026-12-06 $ microplan revise --every 3w --dry-run
From session 4: every 3 weeks, counted from session 3 (done Sun 15 Nov), on Sundays, at least 18 days apart.
#5 13 Dec → 27 Dec   #6 20 Dec → 17 Jan 2027   #7 27 Dec → 7 Feb 2027   …   #12 31 Jan 2027 → 23 May
Still 9 to go; the plan ends 16 weeks later. For fewer: microplan revise --every 5x3w
next: session 4 of 12, today · nothing saved (dry run)
2026-12-06 $ microplan revise --every 3w
From session 4: every 3 weeks, counted from session 3 (done Sun 15 Nov), on Sundays, at least 18 days apart.
#5 13 Dec → 27 Dec   #6 20 Dec → 17 Jan 2027   #7 27 Dec → 7 Feb 2027   …   #12 31 Jan 2027 → 23 May
Still 9 to go; the plan ends 16 weeks later. For fewer: microplan revise --every 5x3w
next: session 4 of 12, today · undo: microplan undo
2026-12-06 $ microplan move 5 2027-01-03 --only --dry-run
Session 5 moved from Sun 27 Dec to Sun 3 Jan 2027, 28 days after session 4.
#6      Sun 17 Jan → Sun 24 Jan   17 Jan is only 14 days later; your plan keeps at least 18
#7–#12  one week later, the last Sun 23 May → Sun 30 May
next: session 4 of 12, today · nothing saved (dry run)
2026-12-06 $ microplan move 5 2027-01-03
Session 5 moved from Sun 27 Dec to Sun 3 Jan 2027, 28 days after session 4.
#6      Sun 17 Jan → Sun 24 Jan   17 Jan is only 14 days later; your plan keeps at least 18
#7–#12  one week later, the last Sun 23 May → Sun 30 May
With --only, #6 and later stay, as far as the gap allows.
next: session 4 of 12, today · undo: microplan undo
"""


def test_five_weeks_in(on):
    on("2026-10-25", SUNDAYS)
    walk(on, FIVE_WEEKS_IN)


def test_five_weeks_in_the_days_are_these(on):
    on("2026-10-25", SUNDAYS)
    for day, command, _ in list(steps(FIVE_WEEKS_IN))[:4]:
        on(day, command)
    assert days(on)[3:5] + days(on)[-1:] == ["2026-12-06", "2026-12-13", "2027-01-31"]
    on(TODAY, "revise --every 3w --dry-run")
    assert days(on)[-1] == "2027-01-31"
    on(TODAY, "revise --every 3w")
    assert days(on)[3:6] + days(on)[-1:] == ["2026-12-06", "2026-12-27", "2027-01-17", "2027-05-23"]
    on(TODAY, "move 5 2027-01-03")
    assert days(on)[4:7] + days(on)[-1:] == ["2027-01-03", "2027-01-24", "2027-02-14", "2027-05-30"]
    for _ in range(5):
        on(TODAY, "undo")
    assert days(on) == days_of_the_start(on)


def days_of_the_start(on):
    return [row.split("\t")[4] for row in on(TODAY, f"{SUNDAYS} --replace").out.splitlines()[1:]]


# --- at home, Sundays at 20:00 --------------------------------------------------------------


AT_HOME = """\
2026-11-29 $ microplan done
Session 1 done Sun 29 Nov. 11 to go.
next: session 2 of 12, Sun 6 Dec 20:00, in 7 days · undo: microplan undo
2026-11-30 $ microplan today
Mon 30 Nov 2026 · no session today
Next        session 2 of 12, Sun 6 Dec 20:00, in 6 days
2026-12-08 $ microplan done
Session 2 done Tue 8 Dec, 2 days late. 10 to go.
#3      Sun 13 Dec → Sun 20 Dec   13 Dec is only 5 days later; your plan keeps at least 6
#4–#12  one week later, the last Sun 14 Feb → Sun 21 Feb
next: session 3 of 12, Sun 20 Dec 20:00, in 12 days · undo: microplan undo
2026-12-08 $ microplan done --on 2026-12-20 3 --dry-run --as-of 2026-12-21
Session 3 done Sun 20 Dec. 9 to go.
next: session 4 of 12, Sun 27 Dec 20:00, in 6 days · nothing saved (dry run)
2026-12-08 $ microplan today
Tue 8 Dec 2026 · session 2 of 12 done today
Next        session 3 of 12, Sun 20 Dec 20:00, in 12 days
"""


def test_done_two_days_late_at_home(on):
    on("2026-11-22", "new --start 2026-11-29 --every 12x1w --on sun --at 20:00 --tz Europe/Berlin "
       "--setting home --remind 2h --save -q")  # fmt: skip
    walk(on, AT_HOME)


def test_a_session_day_says_when_to_postpone_unless_told_to_be_quiet(on):
    on("2026-11-22", SUNDAYS)
    said = on("2026-11-01", "today").out.splitlines()
    assert said[0] == "Sun 1 Nov 2026 · session 1 of 12 today"
    assert said[1].startswith("Postpone if you have ")
    assert on("2026-11-01", "today -q").out == f"{said[0]}\n"


# --- from an empty home ---------------------------------------------------------------------

JOB = (
    "new --start 2026-12-01 --every 6x4w~3d --on mon..fri --prefer tue --gap 21d --at 18:00 "
    "--tz Europe/Paris --avoid 2026-12-24..2027-01-03 --remind 1d --location 'Rue 5' --save -q"
)


@pytest.mark.parametrize("command", ["today", "next", "done", "skip 1", "undo", "log", "check"])
def test_without_a_plan_every_command_says_how_to_get_one(on, command):
    said = on("2026-11-22", command)
    assert (said.code, said.out) == (3, "")
    assert said.err == (
        "microplan: there's no saved plan yet; make one with `microplan new --save`, or name "
        "one with -p FILE\n"
    )


def test_without_a_plan_the_bare_name_says_what_it_is_and_how_to_begin(on):
    what, begin = on("2026-11-22", "").out.splitlines()
    assert what.startswith("microplan plans")
    assert "`microplan new`" in begin


FROM_AN_EMPTY_HOME = """\
2026-12-01 $ microplan done
Session 1 done Tue 1 Dec. 5 to go.
next: session 2 of 6, Mon 4 Jan 2027 18:00, in 34 days · undo: microplan undo
2026-12-03 $ microplan move 3 +1w --dry-run
Session 3 moved from Tue 2 Feb to Tue 9 Feb, 36 days after session 2.
#4     Tue 2 Mar → Tue 9 Mar
#5–#6  one week later, the last Tue 27 Apr → Tue 4 May
With --only, #4 and later stay, as far as the gap allows.
next: session 2 of 6, Mon 4 Jan 2027 18:00, in 32 days · nothing saved (dry run)
2026-12-03 $ microplan move 3 +1w
Session 3 moved from Tue 2 Feb to Tue 9 Feb, 36 days after session 2.
#4     Tue 2 Mar → Tue 9 Mar
#5–#6  one week later, the last Tue 27 Apr → Tue 4 May
With --only, #4 and later stay, as far as the gap allows.
next: session 2 of 6, Mon 4 Jan 2027 18:00, in 32 days · undo: microplan undo
2026-12-03 $ microplan skip 5 --extend
Session 5 skipped; session 7 added at the end, on Tue 1 Jun 2027.
next: session 2 of 7, Mon 4 Jan 2027 18:00, in 32 days · undo: microplan undo
2026-12-03 $ microplan avoid 2027-02-10..2027-02-20 --reason "ski trip"
Away 10–20 Feb (ski trip). No session moves.
next: session 2 of 7, Mon 4 Jan 2027 18:00, in 32 days · undo: microplan undo
2026-12-03 $ microplan avoid 2027-02-10..2027-02-20 --reason "ski trip"
Those days are already closed; nothing changed.
2026-12-03 $ microplan undo --note 'not going'
Undone: avoid 2027-02-10..2027-02-20 --reason 'ski trip'.
next: session 2 of 7, Mon 4 Jan 2027 18:00, in 32 days
2026-12-03 $ microplan next
session 2 of 7 · Mon 4 Jan 2027 18:00 · in 32 days
2026-12-03 $ microplan today
Thu 3 Dec 2026 · no session today
Next        session 2 of 7, Mon 4 Jan 2027 18:00, in 32 days
2026-12-03 $ microplan check
nothing to fix
2026-12-03 $ microplan log
  1  2026-12-01 12:00  done 1 --on 2026-12-01
  2  2026-12-03 12:00  move 3 2027-02-09
  3  2026-12-03 12:00  skip 5 --extend
  4  2026-12-03 12:00  avoid 2027-02-10..2027-02-20 --reason 'ski trip'  (undone)
  5  2026-12-03 12:00  undo (entry 4) --note 'not going'
"""


def test_from_an_empty_home(on, saved):
    assert on("2026-11-22", JOB).code == 0
    walk(on, FROM_AN_EMPTY_HOME)
    assert saved.stat().st_mode & 0o777 == 0o600
    exported = on("2026-12-03", "export -o plan.ics -q")
    assert (exported.code, exported.out, exported.err) == (0, "", "")


def test_a_dry_run_writes_nothing(on, saved):
    on("2026-11-22", JOB)
    before = saved.read_bytes(), saved.stat().st_mtime_ns
    for command in ("done 1 --as-of 2026-12-01", "move 3 +1w", "skip 5", "avoid 2027-02-10",
                    "revise --every 5w"):  # fmt: skip
        assert on("2026-12-03", f"{command} --dry-run").code == 0
    assert (saved.read_bytes(), saved.stat().st_mtime_ns) == before


def test_an_amendment_already_in_force_leaves_the_file_alone(on, saved):
    on("2026-11-22", JOB)
    on("2026-12-03", "skip 5")
    before = saved.stat().st_mtime_ns
    assert on("2026-12-03", "skip 5").code == 0
    assert saved.stat().st_mtime_ns == before


def test_comments_and_layout_of_the_file_stay(on, saved):
    on("2026-11-22", JOB)
    text = f"# my own plan\n{saved.read_text()}\n# asked Dr. A first\n"
    saved.write_text(text)
    on("2026-12-03", "skip 5")
    assert saved.read_text() == (f"{text}\n[[log]]\nskipped = 5\nrecorded = 2026-12-03T12:00:00Z\n")


def test_a_plan_that_cannot_take_an_entry_at_its_end_stays_as_it_is(on, saved):
    on("2026-11-22", JOB)
    text = f"log = []\n{saved.read_text()}"
    saved.write_text(text)
    said = on("2026-12-03", "skip 5")
    assert (said.code, saved.read_text()) == (3, text)
    assert said.err == (
        f"microplan: {saved}: nothing can be added at its end. Write its log as [[log]]\n"
    )


# --- what a script needs --------------------------------------------------------------------


def test_a_status_bar_says_the_next_session_its_own_way(on):
    on("2026-11-22", JOB)
    line = "next --line '{date} {number}/{of}'"
    assert on("2026-11-22", line).out == "2026-12-01 1/6\n"


def test_several_plans_each_have_their_line(on):
    on("2026-11-22", f"{JOB.replace(' --save', '')} -o a.toml")
    on("2026-11-22", "new --start 2026-11-29 --every 2x1w --title Laser -o b.toml -q")
    assert on("2026-11-22", "next -p a.toml -p b.toml").out == (
        "Scalp session · session 1 of 6 · Tue 1 Dec 2026 18:00 · in 9 days\n"
        "Laser · session 1 of 2 · Sun 29 Nov 2026 · in 7 days\n"
    )
    assert on("2026-11-22", "next -p a.toml -p b.toml --line '{title} {days}'").out == (
        "Scalp session 9\nLaser 7\n"
    )


def test_next_ends_with_5_when_nothing_is_left(on):
    on("2026-11-22", "new --start 2026-11-22 --every 1x1w --save -q")
    assert on("2026-11-22", "next --exit-code").code == 0
    on("2026-11-22", "done")
    assert (on("2026-11-22", "next").code, on("2026-11-22", "next --exit-code").code) == (0, 5)
    said = on("2026-11-22", "next --exit-code")
    assert (said.out, said.err) == ("no session is left\n", "")
    assert (
        on("2026-11-22", "done").out
        == "Session 1 is already recorded for Sun 22 Nov; nothing changed.\n"
    )
    refused = on("2026-11-23", "done")
    assert (refused.code, refused.err) == (
        4,
        "microplan: no session is left; to add one: microplan revise --sessions 2\n",
    )


def test_check_ends_with_6_when_it_finds_something(on):
    on("2026-11-22", SUNDAYS)
    on("2026-11-22", "done 3 --on 2026-11-15")
    on("2026-11-22", "done 1 --on 2026-11-01")
    said = on("2026-11-30", "check")
    assert (said.code, said.out, said.err) == (
        6,
        (
            "#2  Sun 8 Nov is still open. Did it? microplan done 2 --on 2026-11-08 · missed it? microplan skip 2\n"
            "#4  Sun 22 Nov was 8 days ago. Did it? microplan done 4 --on 2026-11-22 · missed it? microplan skip 4\n"
        ),
        "",
    )
    found = json.loads(on("2026-11-30", "check --format json").out)["findings"]
    assert [(each["code"], each["session"]) for each in found] == [("missed", 2), ("late", 4)]


def test_an_amendment_in_json(on):
    on("2026-11-22", SUNDAYS)
    said = on("2026-11-22", "move 3 +1w --format json --dry-run")
    told = json.loads(said.out)
    all_day = {"from_at": None, "to_at": None}
    assert told["changes"][:2] == [
        {"number": 3, "from": "2026-11-15", "to": "2026-11-22"} | all_day,
        {"number": 4, "from": "2026-11-22", "to": "2026-11-29"} | all_day,
    ]
    assert (told["dry_run"], told["recorded"]) == (True, ["move 3 2026-11-22"])
    assert told["next"] == {"number": 1, "date": "2026-11-01"}
    assert told["lines"][-1].endswith("nothing saved (dry run)")
    assert (said.code, said.err) == (0, "")


def test_an_amendment_already_in_force_as_json(on):
    on("2026-11-22", SUNDAYS)
    on("2026-11-22", "skip 3")
    told = json.loads(on("2026-11-22", "skip 3 -f json").out)
    assert (told["recorded"], told["changes"]) == ([], [])


def test_the_log_in_json(on):
    on("2026-11-22", SUNDAYS)
    on("2026-11-22", "skip 3 --note 'a cold'")
    told = json.loads(on("2026-11-22", "log -f json").out)
    assert told["plans"][0]["log"] == [
        {
            "entry": 1,
            "recorded": "2026-11-22T12:00:00Z",
            "undone": False,
            "command": "skip 3",
            "note": "a cold",
            "kind": "skipped",
            "session": 3,
            "extend": False,
            "no_show": False,
        }
    ]


def test_a_plan_from_a_pipe_comes_out_amended(on):
    text = on("2026-11-22", "new --start 2026-11-01 --every 4x1w --tz UTC -f toml -q").out
    said = on("2026-11-22", "done 1 -p - --on 2026-11-01", stdin=text.encode())
    entry = "\n[[log]]\ndone = 1\non = 2026-11-01\nrecorded = 2026-11-22T12:00:00Z\n"
    assert (said.code, said.out) == (0, f"{text}{entry}")
    assert said.err == (
        "Session 1 done Sun 1 Nov. 3 to go.\nstill open: session 2 of 4, Sun 8 Nov, 14 days ago\n"
    )
    again = on("2026-11-22", "skip 2 -p -", stdin=said.out.encode())
    assert again.out.startswith(said.out)
    assert on("2026-11-22", "next -p -", stdin=again.out.encode()).out == (
        "session 3 of 4 · Sun 15 Nov 2026 · 7 days ago\n"
    )


def test_a_dry_run_of_a_plan_from_a_pipe_gives_it_back_as_it_was(on):
    text = on("2026-11-22", "new --start 2026-11-01 --every 4x1w --tz UTC -f toml -q").out
    said = on("2026-11-22", "skip 2 -p - --dry-run", stdin=text.encode())
    assert (said.code, said.out) == (0, text)
    assert said.err.endswith(NOT_SAVED)


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        ("done 7", 4, "there is no session 7; the plan has sessions 1 to 6"),
        ("done --on 2026-11-30", 4,
         "session 1 isn't due before Tue 1 Dec; to record it anyway: microplan done 1 --on 2026-11-30"),
        ("move 2 2026-12-10", 4,
         ("Thu 10 Dec 2026 is too soon after the previous session; the first day the gap allows is "
         "Tue 22 Dec: microplan move 2 2026-12-22")),
        ("undo", 4, "there's nothing to undo"),
        ("revise", 2, "revise needs something to change, such as --every 3w; see revise --help"),
        ("skip 5 -f yaml", 2, 'there\'s no format "yaml" here. Write text or json.'),
        ("next --line '{x}'", 2,
         ('the line "{x}" names {x}; number, of, date, weekday, day, time, days, status, standing, '
         "title, id, file, start, tz are known")),
        ("catch-up", 2, "catch-up asks at a terminal; in a script use done, skip and avoid"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 25 else "",
)  # fmt: skip
def test_a_refusal_has_an_exit_code_and_one_sentence(on, command, code, message):
    on("2026-11-22", JOB)
    said = on("2026-12-01", command)
    assert (said.code, said.out, said.err) == (code, "", f"microplan: {message}\n")


def test_minus_a_week_needs_no_double_dash(on):
    on("2026-11-22", JOB)
    assert on("2026-11-22", "move 4 -1d").code == 0
    assert on("2026-11-22", "move 4 -1d --only --dry-run").code == 0
    assert on("2026-11-22", "move 4 -- -1d").code == 0


@pytest.mark.parametrize("word", ["avoid", "remind"])
def test_a_word_that_repeats_is_taken_back_with_none(on, word):
    on("2026-11-22", JOB)
    assert on("2026-11-22", f"revise --{word} none").code == 0
    assert f'{word} = "none"' in on("2026-11-22", "show -f toml -q").out


def test_no_preferred_day_is_written_any(on):
    on("2026-11-22", JOB)
    said = on("2026-11-22", "revise --on any --dry-run").out.splitlines()
    assert said[0] == (
        "From session 1: same pace, counted from the start, on any day, at least 21 days apart."
    )


# --- the calendar ---------------------------------------------------------------------------


def calendar(text):
    """Read a calendar file back by UID."""
    return {str(event["UID"]): event for event in icalendar.Calendar.from_ical(text).walk("VEVENT")}


def tell(event):
    """Describe an event as a person sees it: its day, its title, whether it is cancelled."""
    start = icalendar.vDDDTypes.from_ical(event["DTSTART"].to_ical().decode())
    return f"{start:%m-%d} {event['SUMMARY']} {event['STATUS']} {event['SEQUENCE']}"


def test_an_amended_plan_exports_the_same_events_anew(on):
    on("2026-11-22", JOB)
    before = calendar(on("2026-11-22", "export -q").out)
    for command in ("done 1 --on 2026-12-01", "move 3 +1w", "skip 5 --extend"):
        assert on("2026-12-03", command).code == 0
    after = calendar(on("2026-12-03", "export -q").out)
    assert before.keys() < after.keys()
    assert [tell(event) for event in after.values()] == [
        "12-01 ✓ Scalp session 1 CONFIRMED 1",
        "01-04 Scalp session 2 CONFIRMED 0",
        "02-09 Scalp session 3 CONFIRMED 1",
        "03-09 Scalp session 4 CONFIRMED 1",
        "04-06 Cancelled: Scalp session 5 CANCELLED 2",
        "05-04 Scalp session 6 CONFIRMED 1",
        "06-01 Scalp session 7 CONFIRMED 1",
    ]
    assert [uid for uid in after if uid in before] == list(before)
    on("2026-12-04", "undo")
    last = calendar(on("2026-12-04", "export -q").out)
    assert last.keys() == after.keys()
    assert [tell(event) for event in last.values()][4:] == [
        "04-06 Scalp session 5 CONFIRMED 3",
        "05-04 Scalp session 6 CONFIRMED 1",
        "06-01 Cancelled: Scalp session 7 CANCELLED 2",
    ]


def test_past_and_cancelled_sessions_have_no_alarm(on):
    on("2026-11-22", JOB)
    on("2026-12-03", "done 1 --on 2026-12-01")
    on("2026-12-03", "skip 5")
    events = list(calendar(on("2026-12-03", "export -q").out).values())
    assert [len(event.walk("VALARM")) for event in events] == [0, 1, 1, 1, 0, 1]


def test_a_folder_of_events_gets_only_what_changed(on, tmp_path):
    on("2026-11-22", JOB)
    folder = tmp_path / "vdir"
    assert on("2026-11-22", "export --split vdir").err == "vdir: 6 written, 0 removed\n"
    (folder / "mine.ics").write_text("not ours")
    before = stamps(folder)
    assert on("2026-11-22", "export --split vdir").err == "vdir: 0 written, 0 removed\n"
    assert stamps(folder) == before
    on("2026-12-03", "move 6 +1d")
    on("2026-12-03", "skip 5")
    assert on("2026-12-03", "export --split vdir").err == "vdir: 1 written, 1 removed\n"
    after = stamps(folder)
    assert len(before.keys() - after.keys()) == 1
    assert sum(before[name] != after[name] for name in after) == 1
    assert (folder / "mine.ics").read_text() == "not ours"
    on("2026-12-03", "undo")
    assert on("2026-12-03", "export --split vdir -q").err == ""
    assert stamps(folder).keys() == before.keys()


def stamps(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


SECRETS = ("Hair", "Rue 5", "Dermaroller", "0.5mm", "Session", "clinic", "a cold", "ski", "Scalp")


def test_a_discreet_calendar_gives_nothing_away(on, tmp_path):
    on("2026-11-22", f"{JOB} --title 'Hair growth' --device Dermaroller --depth 0.5mm "
       "--setting clinic")  # fmt: skip
    on("2026-12-03", "done 1 --on 2026-12-01 --note 'a cold'")
    on("2026-12-03", "skip 5 --extend")
    on("2026-12-03", "revise --location 'Rue 5, Paris' --at 19:00")
    on("2026-12-03", "avoid 2027-02-01..2027-02-10 --reason ski")
    assert "Hair" in on("2026-12-03", "export -q").out
    on("2026-12-03", "export --discreet -q -o plan.ics --split vdir")
    texts = [path.read_text() for path in [tmp_path / "plan.ics", *(tmp_path / "vdir").iterdir()]]
    texts.append(on("2026-12-03", "export --discreet -q").out)
    assert len(texts) == 2 + 6
    for text in texts:
        assert not [secret for secret in SECRETS if secret.lower() in text.lower()]
        assert not {"DESCRIPTION", "LOCATION", "CATEGORIES"} & set(names(text))
    titles = [str(event["SUMMARY"]) for event in calendar(texts[0]).values()]
    assert titles[:2] == ["✓ appointment 1", "appointment 2"]
    assert "X-WR-CALNAME:appointments" in texts[0]


def names(text):
    """List the properties of a calendar's events, without those of alarms."""
    return [name for event in calendar(text).values() for name in event]


@pytest.mark.skipif(
    shutil.which("khal") is None and not os.environ.get("CI"), reason="khal is not installed"
)
def test_khal_shows_each_session_once_at_its_new_time(on, tmp_path):
    on("2026-11-22", JOB)
    on("2026-11-22", "export --split vdir -q")
    for command in ("done 1 --on 2026-12-01", "move 3 +1w", "skip 5 --extend"):
        on("2026-12-03", command)
    on("2026-12-03", "export --split vdir -q")
    config = tmp_path / "khal.conf"
    config.write_text(
        f"[calendars]\n[[plan]]\npath = {tmp_path / 'vdir'}\n"
        f"[sqlite]\npath = {tmp_path / 'khal.db'}\n"
        "[locale]\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        "local_timezone = Europe/Paris\ndefault_timezone = Europe/Paris\n"
    )
    listed = subprocess.run(
        ["khal", "-c", config, "list", "--day-format", "", "--format", "{start} {title}",
         "2026-11-01", "300d"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert listed.stdout.split("\n")[:-1] == [
        "2026-12-01 18:00 ✓ Scalp session 1",
        "2027-01-04 18:00 Scalp session 2",
        "2027-02-09 18:00 Scalp session 3",
        "2027-03-09 18:00 Scalp session 4",
        "2027-05-04 18:00 Scalp session 6",
        "2027-06-01 18:00 Scalp session 7",
    ]


STANDS = [
    pytest.param(
        "2026-12-24",
        ["Thu 24 Dec is closed (24 Dec–3 Jan); session 2 stays there anyway."],
        id="a closed day",
    ),
    pytest.param(
        "2027-01-09",
        ["Sat 9 Jan is not a weekday; session 2 stays there anyway."],
        id="a weekday that is not allowed",
    ),
    pytest.param(
        "2026-12-23",
        ["Wed 23 Dec has passed. Did it? microplan done 2 --on 2026-12-23 -p plan.toml"],
        id="a day that has passed",
    ),
    pytest.param("2027-01-08", [], id="an open day to come"),
]


@pytest.mark.parametrize(("day", "notes"), STANDS)
def test_a_move_to_an_odd_day_is_noted_and_made(on, day, notes):
    on("2026-11-22", f"{JOB} -o plan.toml")
    told = on("2026-12-24", f"move 2 {day} -p plan.toml")
    assert told.code == 0
    _, *rest = told.out.splitlines()
    assert rest[: len(notes)] == notes
    assert not any("all the same" in line or "has passed" in line for line in rest[len(notes) :])
