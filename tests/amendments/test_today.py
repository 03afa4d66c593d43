"""The lines about a day, and the commands in them, which can be pasted."""

from datetime import date

import pytest

from microplan.amendments import today as day_report
from microplan.scheduling import surroundings
from microplan.scheduling.schedule import schedule
from tests.build import plan_of

WEEKLY = {"every": "4x1w"}
TIMED = WEEKLY | {"at": "20:00"}

TODAY = [
    ("the day before", TIMED, [], "11-30", False,
     ["Mon 30 Nov 2026 · no session today",
      "Next        session 1 of 4, Tue 1 Dec 20:00, tomorrow"]),
    ("before the first", TIMED, [], "11-29", False,
     ["Sun 29 Nov 2026 · no session today",
      "Next        session 1 of 4, Tue 1 Dec 20:00, in 2 days"]),
    ("on a session's day", TIMED, [], "12-01", True,
     ["Tue 1 Dec 2026 · session 1 of 4 today at 20:00"]),
    ("on an all-day session's day", WEEKLY, [], "12-01", True,
     ["Tue 1 Dec 2026 · session 1 of 4 today"]),
    ("once it is done", WEEKLY, ["done 1 2026-12-01"], "12-01", False,
     ["Tue 1 Dec 2026 · session 1 of 4 done today",
      "Next        session 2 of 4, Tue 8 Dec, in 7 days"]),
    ("once it is done, late as it was", WEEKLY, ["done 1 2026-12-05"], "12-05", False,
     ["Sat 5 Dec 2026 · session 1 of 4 done today",
      "Next        session 2 of 4, Sat 12 Dec, in 7 days"]),
    ("over New Year", WEEKLY | {"start": "2027-01-02"}, [], "12-31", False,
     ["Thu 31 Dec 2026 · no session today",
      "Next        session 1 of 4, Sat 2 Jan 2027, in 2 days"]),
    ("within the window of one that is open", WEEKLY, [], "12-02", False,
     ["Wed 2 Dec 2026 · no session today",
      "Due         session 1 of 4, Tue 1 Dec, yesterday; fine until today"]),
    ("when one is late", WEEKLY, [], "12-03", False,
     ["Thu 3 Dec 2026 · no session today",
      "Open: #1 (1 Dec)",
      "Did #1?         microplan done 1 --on 2026-12-01",
      "Missed it?      microplan skip 1",
      "Were you away?  microplan avoid 2026-12-01",
      "Next        session 2 of 4, Tue 8 Dec, in 5 days"]),
    ("when all are late", WEEKLY | {"every": "1x1w"}, [], "12-03", False,
     ["Thu 3 Dec 2026 · no session today",
      "Open: #1 (1 Dec)",
      "Did #1?         microplan done 1 --on 2026-12-01",
      "Missed it?      microplan skip 1",
      "Were you away?  microplan avoid 2026-12-01"]),
    ("when two are late on another's day", WEEKLY, [], "12-15", False,
     ["Tue 15 Dec 2026 · session 3 of 4 is planned for today",
      "Open: #1 (1 Dec), #2 (8 Dec)",
      "Did #1?         microplan done 1 --on 2026-12-01",
      "Missed it?      microplan skip 1",
      "Were you away?  microplan avoid 2026-12-01..2026-12-08",
      "All at once:    microplan catch-up"]),
    ("when some were missed", WEEKLY, ["done 3 2026-12-15"], "12-16", False,
     ["Wed 16 Dec 2026 · no session today",
      "Open: #1 (1 Dec), #2 (8 Dec)",
      "Did #1?       microplan done 1 --on 2026-12-01",
      "Missed it?    microplan skip 1",
      "All at once:  microplan catch-up",
      "Next        session 4 of 4, Tue 22 Dec, in 6 days"]),
    ("when one was missed and one is late", WEEKLY, ["done 2 2026-12-08"], "12-20", False,
     ["Sun 20 Dec 2026 · no session today",
      "Open: #1 (1 Dec), #3 (15 Dec)",
      "Did #1?         microplan done 1 --on 2026-12-01",
      "Missed it?      microplan skip 1",
      "Were you away?  microplan avoid 2026-12-15",
      "All at once:    microplan catch-up",
      "Next        session 4 of 4, Tue 22 Dec, in 2 days"]),
    ("when one was missed before today's", WEEKLY, ["done 2 2026-12-08"], "12-15", True,
     ["Tue 15 Dec 2026 · session 3 of 4 today",
      "Open: #1 (1 Dec)",
      "Did #1?     microplan done 1 --on 2026-12-01",
      "Missed it?  microplan skip 1"]),
    ("on the day of one that was skipped", WEEKLY, ["skip 1"], "12-01", False,
     ["Tue 1 Dec 2026 · no session today", "Next        session 2 of 4, Tue 8 Dec, in 7 days"]),
    ("when nothing is left", WEEKLY,
     ["done 1 2026-12-01", "done 2 2026-12-08", "done 4 2026-12-22", "skip 3"], "12-23", False,
     ["Wed 23 Dec 2026 · no session today", "No session is left: 3 of 4 done."]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said", "today", "has_session", "lines"), [
    pytest.param(*rest, id=name) for name, *rest in TODAY
])  # fmt: skip
def test_the_lines_of_today(words, said, today, has_session, lines):
    sessions = schedule(plan_of(*said, **words))
    report = day_report.report(sessions, date.fromisoformat(f"2026-{today}"))
    assert (list(report.lines), report.has_session) == (lines, has_session)


def test_suggested_commands_select_the_plan():
    report = day_report.report(
        schedule(plan_of(**WEEKLY)), date(2026, 12, 15), flag=" -p anna.toml"
    )
    commands = [line for line in report.lines if "microplan" in line]
    assert len(commands) == 4
    assert all(command.endswith(" -p anna.toml") for command in commands)


def test_at_most_six_open_sessions_are_named():
    report = day_report.report(schedule(plan_of(every="40x1d")), date(2027, 6, 1))
    assert report.lines[1].endswith("#6 (6 Dec), 34 more")


@pytest.mark.parametrize(("words", "said", "away"), [
    pytest.param({}, ["avoid 2026-11-20..2026-11-30"], "20–30 Nov", id="as was recorded"),
    pytest.param({"avoid": ["11-20..12-03"]}, [], "20 Nov–3 Dec every year", id="as the rules have it"),
    pytest.param({}, ["avoid 2026-11-30", "avoid 2026-11-20..2026-12-02"], "30 Nov, 20 Nov–2 Dec",
                 id="twice"),
    pytest.param({}, ["avoid 2026-11-30", "avoid 2026-11-30"], "30 Nov", id="the same again"),
    pytest.param({}, ["avoid 2026-11-20..2026-11-29"], "", id="over since yesterday"),
    pytest.param({}, ["avoid 2026-11-30", "undo"], "", id="taken back"),
    pytest.param({"avoid": ["11-20..12-03"]}, ["avoid --not 2026-11-30"], "", id="open again"),
    pytest.param({}, ["avoid 2026-11-30", "avoid --not 2026-11-30", "revise avoid=11-30"],
                 "30 Nov every year", id="open again, then closed by the rules"),
])  # fmt: skip
def test_today_names_the_days_away_around_it(words, said, away):
    plan, today = plan_of(*said, **WEEKLY, **words), date(2026, 11, 30)
    sessions = schedule(plan)
    lines = day_report.report(sessions, today, surroundings.of(plan, sessions)).lines
    assert [line for line in lines if line.startswith("Away")] == (
        [f"Away        {away}"] if away else []
    )
