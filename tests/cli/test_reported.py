"""Defects reported in calendars, planners and command lines, and the right behaviour here.

Each case is typed in an empty folder on Sun 22 Nov 2026; ``days`` shows the sessions as
``2 planned 2026-12-01``. What is said must match every line of ``there`` and none of ``gone``.
"""

import csv
import re
import shlex

import pytest

CASES = {
    "months from the 31st come back to it, also counted from the actual day": {
        "typed": ["new --start 2026-12-31 --every 6x1mo --follow actual --save -q", "days"],
        "there": ["4 planned 2027-03-31"],
        "gone": ["4 planned 2027-03-28"],
    },
    "another hour moves no session and keeps the day that was set by hand": {
        "typed": [
            "new --start 2026-11-03 --every 6x4w~7d --at 18:00 --tz Europe/Paris --save -q",
            "done 1 --on 2026-11-06 --as-of 2026-11-06",
            "move 4 +1w --only --as-of 2026-11-07",
            "revise --at 19:00 --as-of 2026-11-07",
            "days",
        ],
        "there": ["2 planned 2026-12-01", "4 planned 2027-02-02"],
        "gone": ["no longer holds", "Fewer"],
    },
    "done twice on a day is told, and counts once": {
        "typed": [
            "new --start 2026-12-01 --every 4x30d --follow actual --save -q",
            "done --as-of 2026-12-01",
            "done --as-of 2026-12-01",
            "days",
        ],
        "there": ["\nSession 1 is already recorded for Tue 1 Dec", "2 planned 2026-12-31"],
        "gone": ["code [1-9]", "microplan done 2"],
    },
    "weeks that went by are recorded at once, each on its day": {
        "typed": ["new --start 2026-09-06 --every 12x1w --save -q", "done 1..11", "days"],
        "there": ["\nSessions 1–11 done, each on its day. 1 to go", "11 done 2026-11-15"],
        "gone": ["code [1-9]"],
    },
    "what is done on the day a session was moved to is that session": {
        "typed": [
            "new --start 2026-11-03 --every 6x2w --save -q",
            "move 2 2026-11-22 --only",
            "done",
            "days",
        ],
        "there": ["Session 2 done Sun 22 Nov", "1 missed 2026-11-03", "2 done 2026-11-22"],
        "gone": ["code [1-9]"],
    },
    "numbers that run backwards are refused": {
        "typed": ["new --start 2026-11-01 --every 6x1w --save -q", "done 3..1", "days"],
        "there": ["write 1[.][.]3", "code 2"],
        "gone": ["[0-9] done"],
    },
    "a refusal offers a command for the same plan": {
        "typed": [
            "new --start 2026-12-01 --every 4x4w -o ben.toml -q",
            "done -p ben.toml",
            "done 1 --on 2026-11-22 -p ben.toml",
        ],
        "there": ["to record it anyway: microplan done 1 --on 2026-11-22 -p ben.toml"],
        "gone": ["isn't due before.*\n(.*\n)*.*code 4\n.*code 4"],
    },
    "a monthly rule from the 31st tells the months that it leaves out": {
        "typed": ["new --start 2026-12-31 --every RRULE:FREQ=MONTHLY;COUNT=6 --save"],
        "there": ["skips Feb, Apr and Jun", "BYMONTHDAY=-1", "6x1mo"],
    },
    "a monthly rule that skips no month has nothing to tell": {
        "typed": ["new --start 2026-12-31 --every RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=6 --save"],
        "gone": ["skips"],
    },
    "a recurrence keeps the gap of a pace as long": {
        "typed": [
            "new --start 2026-12-01 --every RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=6 --save -q",
            "avoid 2027-01-01..2027-02-01",
            "days",
            "undo",
            "done 1 --on 2027-01-03 --as-of 2027-01-03",
            "check --as-of 2027-01-03",
        ],
        "there": ["2 planned 2026-12-31", "3 planned 2027-02-02"],
        "gone": ["planned 2027-02-03", "in 2 days"],
    },
    "what is over is no finding, so that check is well again": {
        "typed": [
            "new --start 2026-11-01 --every 4x4w --save -q",
            "done 1 --on 2026-11-01",
            "done 2 --on 2026-11-20",
            "done 3 --on 2026-12-18 --as-of 2026-12-18",
            "done 4 --on 2027-01-15 --as-of 2027-01-15",
            "check --as-of 2027-02-01",
        ],
        "there": ["nothing to fix\ncode 0"],
    },
    "two plans that share an hour clash": {
        "typed": [
            "new --start 2026-12-01 --every 3x1w --at 18:00 --title Anna -o anna.toml -q",
            "new --start 2026-12-01 --every 3x1w --at 18:15 --title Ben -o ben.toml -q",
            "export -p anna.toml -o anna.ics -q",
            "check -p ben.toml --busy anna.ics",
        ],
        "there": ["#1  Tue 1 Dec: taken in anna.ics", "code 6"],
    },
    "a plan does not clash with itself": {
        "typed": [
            "new --start 2026-12-01 --every 3x1w --at 18:00 --title Anna -o anna.toml -q",
            "export -p anna.toml -o anna.ics -q",
            "check -p anna.toml --busy anna.ics",
        ],
        "there": ["nothing to fix\ncode 0"],
    },
    "sessions on the weekdays that were asked for need no excuse": {
        "typed": [
            "new --start 2026-12-01 --every 8x3d --on tue,fri -f table",
            "new --start 2026-12-01 --every 6x10d --on tue -f table",
        ],
        "there": ["in fact every 3 or 4 days", "in fact every 14 days"],
        "gone": ["its window", "not on Tuesdays", "counted from"],
    },
    "an hour that changes is told with the session it holds from": {
        "typed": [
            "new --start 2026-12-01 --every 6x4w --at 18:00 --depth 0.5mm --save -q",
            "done 1 --on 2026-12-01 --as-of 2026-12-01",
            "revise --at 19:00 --depth 0.75mm --as-of 2026-12-02",
            "show -f table",
        ],
        "there": [
            "at 18:00\\s+Europe/Paris, from session 2 on at\\s+19:00 Europe/Paris",
            "0.5mm, from\\s+session 2 on 0.75mm",
            "6 sessions every\\s+4 weeks",
        ],
    },
    "a course that is over goes on, with its history before it": {
        "typed": [
            "new --start 2026-10-01 --every 3x1w --save -q",
            "done 1 --on 2026-10-01",
            "done 2 --on 2026-10-08",
            "done 3 --on 2026-10-15",
            "revise --sessions 6",
            "days",
        ],
        "there": ["3 done 2026-10-15", "6 planned 2026-11-05", "6 sessions in all", "3 to go"],
        "gone": ["code [1-9]"],
    },
    "a pace that is revised after months without plans nothing in the past": {
        "typed": [
            "new --start 2026-07-05 --every 4x1w,6x2w --save -q",
            "done 3 --on 2026-07-19",
            "revise --every 4x1w,6x2w",
            "days",
        ],
        "there": ["4 planned 2026-11-22", "5 planned 2026-11-29"],
        "gone": ["planned 2026-(0|10)"],
    },
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_known_defects_of_other_programs_are_absent_here(run, case):
    told = "".join(typed(run, line) for line in case["typed"])
    missing = [line for line in case.get("there", ()) if not re.search(line, told)]
    unwanted = [line for line in case.get("gone", ()) if re.search(line, told)]
    assert (missing, unwanted) == ([], []), told


def typed(run, line):
    if line == "days":
        return shown(run("show", "-q", "-f", "csv").out)
    done = run(*shlex.split(line))
    return f"$ {line}\n{done.out}{done.err}code {done.code}\n"


def shown(text):
    rows = csv.DictReader(text.splitlines())
    return "".join(f"{row['number']} {row['status']} {row['date']}\n" for row in rows)
