from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from microplan.amendments import agenda
from microplan.formats import Canvas
from microplan.formats.columns import wrap
from microplan.formats.draw import painted
from microplan.formats.session_table import PlanTable
from microplan.model.plan import Plan, Rules, Session, Status
from microplan.model.reasons import (
    DoneEarly,
    Follows,
    OffWeekday,
    OnClosedDay,
    OutsideWindow,
    PastUntil,
    PinLapsed,
    Preferred,
    SetByHand,
    TooSoon,
)
from microplan.model.values import ClosedDays, Pace, Span, Step, Weekdays
from microplan.wording import phrases

TODAY = date(2026, 11, 22)
SENTENCE = "5 sessions, 4 weeks apart, Tue 1 Dec 2026 to Tue 13 Apr 2027, at 18:00 Europe/Paris."
RULES = Rules(
    start=date(2026, 12, 1),
    every=Pace(steps=(Step(count=5, span=Span(days=28)),)),
    at=time(18),
    tz="Europe/Paris",
)
HOLIDAYS = ClosedDays(first=date(2026, 12, 24), last=date(2027, 1, 3))
VACATION = OnClosedDay(day=date(2026, 12, 29), days=HOLIDAYS, reason="vacation")


def plan(title: str = "Scalp session") -> Plan:
    return Plan(id="a", title=title, created=datetime(2026, 11, 22, tzinfo=UTC), rules=RULES)


def session(number=1, day="2026-12-01", due=None, status="planned", **changes) -> Session:
    due = date.fromisoformat(due or day)
    values = {
        "number": number,
        "phase": 1,
        "status": Status(status),
        "date": date.fromisoformat(day),
        "due": due,
        "floor": due,
        "earliest": due,
        "latest": due + timedelta(3),
        "gap_days": 28 if number > 1 else None,
        "because": (),
        "rules": RULES,
    }
    return Session(**(values | changes))


QUIET = tuple(
    session(number, day)
    for number, day in enumerate(("2026-12-01", "2026-12-29", "2027-01-26"), start=1)
)

LIVED = (
    session(1, "2026-12-03", "2026-12-01", "done"),
    session(
        2,
        "2027-01-04",
        "2026-12-29",
        "missed",
        gap_days=32,
        because=(VACATION, OutsideWindow(days=3)),
    ),
    session(3, "2027-02-01", because=(Follows(session=2, day=date(2027, 1, 4)),)),
    session(4, "2027-03-02", "2027-03-01", because=(Preferred(weekday=1),), gap_days=29),
    session(5, "2027-03-30", status="dropped"),
)


def shown(table: PlanTable, width: int = 80, **console) -> str:
    file = StringIO()
    Console(file=file, width=width, **console).print(table)
    return file.getvalue()


def table(sessions=QUIET, title="Scalp session", sentence=SENTENCE, today=TODAY) -> PlanTable:
    return PlanTable(plan=plan(title), sessions=tuple(sessions), sentence=sentence, today=today)


def note(text: str) -> str:
    """What a wide table says about session 2 in its last column."""
    header, _, second = text.splitlines()[3:6]
    return second[header.index("note") :] if "note" in header else ""


def squeezed(text: str) -> str:
    return "".join(text.split())


# --- the table as people see it -------------------------------------------------------------

AT_40 = """\
Scalp session
5 sessions, 4 weeks apart, Tue 1 Dec
2026 to Tue 13 Apr 2027, at 18:00
Europe/Paris.

 #  date             time   status
 1  Thu  3 Dec 2026  18:00  ✓ done
    window 1–4 Dec; was due Tue 1 Dec
 2  Mon  4 Jan 2027  18:00  ! missed
    since 32 days; window 29 Dec–1 Jan
    was due Tue 29 Dec, closed (24 Dec–3
    Jan: vacation); 3 days after its
    window
 3  Mon  1 Feb       18:00    planned
    since 28 days; window 1–4 Feb
    follows session 2
 4  Tue  2 Mar       18:00    planned
    since 29 days; window 1–4 Mar
    Tuesday is preferred
 5  Tue 30 Mar       18:00  – left out
    since 28 days; window 30 Mar–2 Apr
    since you changed the plan

4 sessions over 89 days
next: Mon 1 Feb 2027 (in 71 days)
times Europe/Paris
"""

AT_60 = """\
Scalp session
5 sessions, 4 weeks apart, Tue 1 Dec 2026 to Tue 13 Apr
2027, at 18:00 Europe/Paris.

# date            time  since   window       status
1 Thu  3 Dec 2026 18:00  –      1–4 Dec      ✓ done
  was due Tue 1 Dec
2 Mon  4 Jan 2027 18:00 32 days 29 Dec–1 Jan ! missed
  was due Tue 29 Dec, closed (24 Dec–3 Jan: vacation); 3
  days after its window
3 Mon  1 Feb      18:00 28 days 1–4 Feb        planned
  follows session 2
4 Tue  2 Mar      18:00 29 days 1–4 Mar        planned
  Tuesday is preferred
5 Tue 30 Mar      18:00 28 days 30 Mar–2 Apr – left out
  since you changed the plan

4 sessions over 89 days · next: Mon 1 Feb 2027 (in 71 days)
times Europe/Paris
"""

AT_80 = """\
Scalp session
5 sessions, 4 weeks apart, Tue 1 Dec 2026 to Tue 13 Apr 2027, at 18:00
Europe/Paris.

 #  date             time   since    window        status
 1  Thu  3 Dec 2026  18:00   –       1–4 Dec       ✓ done
    was due Tue 1 Dec
 2  Mon  4 Jan 2027  18:00  32 days  29 Dec–1 Jan  ! missed
    was due Tue 29 Dec, closed (24 Dec–3 Jan: vacation); 3 days after its window
 3  Mon  1 Feb       18:00  28 days  1–4 Feb         planned
    follows session 2
 4  Tue  2 Mar       18:00  29 days  1–4 Mar         planned
    Tuesday is preferred
 5  Tue 30 Mar       18:00  28 days  30 Mar–2 Apr  – left out
    since you changed the plan

4 sessions over 89 days · next: Mon 1 Feb 2027 (in 71 days) · times Europe/Paris
"""

AT_150 = """\
Scalp session
5 sessions, 4 weeks apart, Tue 1 Dec 2026 to Tue 13 Apr 2027, at 18:00 Europe/Paris.

 #  date             time   since    window        status      note
 1  Thu  3 Dec 2026  18:00   –       1–4 Dec       ✓ done      was due Tue 1 Dec
 2  Mon  4 Jan 2027  18:00  32 days  29 Dec–1 Jan  ! missed    was due Tue 29 Dec, closed (24 Dec–3 Jan: vacation); 3 days after its window
 3  Mon  1 Feb       18:00  28 days  1–4 Feb         planned   follows session 2
 4  Tue  2 Mar       18:00  29 days  1–4 Mar         planned   Tuesday is preferred
 5  Tue 30 Mar       18:00  28 days  30 Mar–2 Apr  – left out  since you changed the plan

4 sessions over 89 days · next: Mon 1 Feb 2027 (in 71 days) · times Europe/Paris
"""


@pytest.mark.parametrize(("width", "text"), [(40, AT_40), (60, AT_60), (80, AT_80), (150, AT_150)])
def test_a_plan_that_was_lived_reads_well_at_any_width(width, text):
    assert shown(table(LIVED), width) == text


QUIET_AT_60 = """\
Scalp session
5 sessions, 4 weeks apart, Tue 1 Dec 2026 to Tue 13 Apr
2027, at 18:00 Europe/Paris.

 #  date             time   since    window        status
 1  Tue  1 Dec 2026  18:00   –       1–4 Dec       planned
 2  Tue 29 Dec       18:00  28 days  29 Dec–1 Jan  planned
 3  Tue 26 Jan 2027  18:00  28 days  26–29 Jan     planned

3 sessions over 8 weeks · next: Tue 1 Dec (in 9 days)
times Europe/Paris
"""


def test_a_plan_without_notes_has_all_its_columns_at_60():
    assert shown(table(), 60) == QUIET_AT_60


def test_a_narrow_row_gives_up_its_columns_one_after_another():
    headers = [shown(table(), width).splitlines() for width in (58, 48, 40, 33, 25, 21)]
    found = [next((line for line in lines if "#" in line), "") for lines in headers]
    assert [line.split() for line in found] == [
        ["#", "date", "time", "since", "window", "status"],
        ["#", "date", "time", "since", "status"],
        ["#", "date", "time", "since", "status"],
        ["#", "date", "time", "status"],
        ["#", "date", "time"],
        ["#", "date"],
    ]


def test_an_all_day_plan_says_no_time_and_no_zone():
    all_day = [replace(one, rules=replace(RULES, at=None)) for one in QUIET]
    text = shown(table(all_day))
    assert " #  date             since    window        status\n" in text
    assert "times" not in text


# --- what the cells say ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "because", "expected"),
    [
        ("2027-01-04", (), ""),
        ("2027-01-03", (), "was due Sun 3 Jan"),
        ("2027-01-03", (Preferred(weekday=0),), "Monday is preferred"),
        ("2027-01-04", (Follows(session=1, day=date(2026, 12, 7)),), "follows session 1"),
        (
            "2027-01-03",
            (Follows(session=1, day=date(2026, 12, 6)), Preferred(weekday=0)),
            "follows session 1; Monday is preferred",
        ),
        (
            "2027-01-03",
            (Follows(session=1, day=date(2026, 12, 6)),),
            "was due Sun 3 Jan; follows session 1",
        ),
        (
            "2026-12-29",
            (VACATION, OutsideWindow(days=3)),
            "was due Tue 29 Dec, closed (24 Dec–3 Jan: vacation); 3 days after its window",
        ),
        (
            "2027-01-03",
            (OffWeekday(day=date(2027, 1, 3), allowed=Weekdays(days=(0, 1, 2, 3, 4))),),
            "was due Sun 3 Jan, not a weekday",
        ),
        (
            "2026-12-26",
            (TooSoon(days=25, after=1), VACATION),
            "was due Sat 26 Dec; at least 25 days after session 1; Tue 29 Dec is closed (24 Dec–3 Jan: vacation)",
        ),
        ("2026-12-29", (SetByHand(),), "was due Tue 29 Dec; set by you"),
        ("2027-01-06", (DoneEarly(days=2),), "was due Wed 6 Jan; done 2 days early"),
        (
            "2027-01-04",
            (PinLapsed(day=date(2026, 12, 20)), PastUntil(until=date(2027, 1, 1))),
            "your Sun 20 Dec is now too soon after the session before; past Fri 1 Jan 2027, the last day asked for",
        ),
    ],
)
def test_a_note_says_where_the_pace_had_put_a_session_and_each_date_once(due, because, expected):
    moved = session(2, "2027-01-04", due, because=because)
    assert note(shown(table([QUIET[0], moved]), 300)) == expected


def test_the_year_stands_where_it_changes():
    days = ("2026-12-30", "2026-12-31", "2027-01-02", "2027-01-09")
    text = shown(table([session(number, day) for number, day in enumerate(days, start=1)]))
    assert re.findall(r"^ +\d  (.{15})", text, re.MULTILINE) == [
        "Wed 30 Dec 2026",
        "Thu 31 Dec     ",
        "Sat  2 Jan 2027",
        "Sat  9 Jan     ",
    ]


def test_every_status_has_a_word_and_all_but_planned_a_sign():
    rows = [session(number, status=status) for number, status in enumerate(Status, start=1)]
    text = shown(table(rows))
    assert re.findall(r"1–4 Dec +([✓–!]? ?[a-z ]+?) *$", text, re.MULTILINE) == [
        "planned",
        "✓ done",
        "– skipped",
        "! missed",
        "– left out",
    ]


def test_an_hour_that_dst_skips_is_shown_as_it_will_be():
    rules = replace(RULES, at=time(2, 30))
    assert "Sun 28 Mar 2027  03:30" in shown(table([session(day="2027-03-28", rules=rules)]))


def test_a_revision_of_the_hour_shows_in_its_sessions_only():
    all_day, berlin = replace(RULES, at=None), replace(RULES, at=time(9), tz="Europe/Berlin")
    first, second, third = QUIET
    text = shown(table([replace(first, rules=all_day), second, replace(third, rules=berlin)]))
    assert re.findall(r"(–|\d\d:\d\d)  +(?:–|\d+ days)", text) == ["–", "18:00", "09:00"]
    assert text.endswith("times Europe/Paris, then Europe/Berlin\n")


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2026-11-22", "next: Tue 1 Dec (in 9 days)"),
        ("2026-12-01", "next: Tue 1 Dec (today)"),
        ("2027-01-27", "not recorded: Tue 1 Dec 2026 (57 days ago)"),
    ],
)
def test_next_is_the_first_open_session_however_late(today, said):
    assert f" · {said}" in shown(table(today=date.fromisoformat(today)), 75)


def test_next_is_left_out_when_nothing_is_planned():
    text = shown(table([replace(one, status=Status.DONE) for one in QUIET]))
    assert text.endswith("\n3 sessions over 8 weeks · times Europe/Paris\n")


def test_sessions_left_out_do_not_count():
    gone = session(4, "2027-02-23", status="dropped")
    assert "\n3 sessions over 8 weeks · " in shown(table([*QUIET, gone]))
    assert shown(table([gone])).endswith("since you changed the plan\n\n")


# --- laws -----------------------------------------------------------------------------------

ANY = st.characters(exclude_categories=())
JOINED = st.sampled_from("a \u200d\ufe0f\u0301\u231a\u2764👩💉針")
WILD = st.text(ANY, max_size=60) | st.text(JOINED, max_size=200)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
REASONS = st.one_of(
    st.builds(OnClosedDay, day=DAYS, days=st.just(HOLIDAYS), reason=WILD),
    st.builds(TooSoon, days=st.integers(1, 400), after=st.integers(1, 9999)),
    st.builds(OutsideWindow, days=st.integers(-99, 99)),
    st.just(SetByHand()),
)


@st.composite
def sessions(draw):
    rules = replace(RULES, at=draw(st.sampled_from([None, time(18)])))
    return [
        Session(
            number=number,
            phase=1,
            status=draw(st.sampled_from(Status)),
            date=draw(DAYS),
            due=draw(DAYS),
            floor=draw(DAYS),
            earliest=draw(DAYS),
            latest=draw(DAYS),
            gap_days=draw(st.integers(1, 999)),
            because=tuple(draw(st.lists(REASONS, max_size=3))),
            rules=rules,
        )
        for number in range(1, draw(st.integers(1, 12)) + 1)
    ]


WIDTHS = st.integers(40, 160)


@given(sessions(), WILD, WILD, WIDTHS)
def test_no_line_is_wider_than_the_console(rows, title, sentence, width):
    text = shown(table(rows, title, sentence), width)
    assert max(map(cell_len, text.split("\n"))) <= width


def word_of(one) -> str:
    """What a row calls the session: a planned one by how it stands."""
    stands = agenda.standing(one, TODAY) if one.status is Status.PLANNED else None
    return str(stands) if stands in ("due", "late") else str(one.status)


@given(sessions(), WILD, st.integers(2, 160))
def test_nothing_is_cut(rows, title, width):
    text = squeezed(shown(table(rows, title), width))
    said = [drawn(title)]
    for one in rows:
        said += [phrases.short(one.date), phrases.span_of_days(one.earliest, one.latest)]
        said += [f"{one.gap_days} day", "18:00" if one.rules.at else ""]
        if one.status is Status.DROPPED:
            said.append("left out")
        else:
            said += [word_of(one), *(why(reason) for reason in one.because)]
    assert [words for words in said if squeezed(words) not in text] == []


def why(reason) -> str:
    """A reason without the day that the note may have said before it."""
    return drawn(re.sub(r"^.{9,10} is ", "", phrases.reason(reason)))


def drawn(text: str) -> str:
    return phrases.visible(text).encode("utf-8", "backslashreplace").decode()


@given(sessions(), WILD, WIDTHS)
def test_colour_says_nothing_that_the_text_does_not(rows, title, width):
    colours = shown(table(rows, title), width, force_terminal=True, color_system="truecolor")
    assert re.sub(r"\x1b\[[\d;]*m", "", colours) == shown(table(rows, title), width)


@given(WILD, WIDTHS, st.sampled_from(["ascii", "latin-1", "cp1252", "cp437", "utf-8", "utf-16"]))
def test_every_encoding_can_say_it(title, width, encoding):
    file = TextIOWrapper(BytesIO(), encoding=encoding, newline="\n")
    Console(file=file, width=width).print(table(LIVED, title))
    file.flush()
    text = file.buffer.getvalue().decode(encoding)
    assert "done" in text
    assert max(map(cell_len, text.split("\n"))) <= width


@given(sessions(), WILD, WIDTHS, st.booleans(), st.sampled_from(["ascii", "cp1252", "UTF-8"]))
def test_a_console_of_rich_prints_what_we_draw_without_one(rows, title, width, colour, encoding):
    file = TextIOWrapper(BytesIO(), encoding=encoding, newline="\n")
    system = "standard" if colour else None
    console = Console(file=file, width=width, color_system=system, force_terminal=colour)
    console.print(table(rows, title))
    file.flush()
    canvas = Canvas(width=width, colour=colour, encoding=encoding)
    drawn = "".join(painted(table(rows, title), canvas))
    assert drawn.encode(encoding) == file.buffer.getvalue()


# --- text that a person wrote ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("x [/nope]", "x [/nope]"),
        ("[done] :smile:", "[done] :smile:"),
        ("[bold]https://example.org 'a' 1.5[/bold]", "[bold]https://example.org 'a' 1.5[/bold]"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("two\nlines\tand\rmore", r"two\nlines\tand\rmore"),
        ("abc\u202edef\u2066", r"abc\u202edef\u2066"),
        ("half \ud800 a pair", r"half \ud800 a pair"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_user_text_is_shown_and_never_interpreted(written, expected):
    reason = replace(VACATION, reason=written)
    rows = [QUIET[0], session(2, "2027-01-04", "2026-12-29", because=(reason,))]
    text = shown(table(rows, written, written), 300, force_terminal=True, color_system="256")
    title, sentence, *_ = re.sub(r"\x1b\[[\d;]*m", "", text).split("\n")
    assert title == sentence == expected
    assert f"was due Tue 29 Dec, closed (24 Dec–3 Jan: {expected})" in text


def test_plain_encodings_get_plain_signs_and_escapes():
    file = TextIOWrapper(BytesIO(), encoding="ascii")
    Console(file=file, width=80).print(table(LIVED[:3], "Kur – für 💉"))
    file.flush()
    assert file.buffer.getvalue().decode().splitlines() == [
        r"Kur - f\xfcr \U0001f489",
        "5 sessions, 4 weeks apart, Tue 1 Dec 2026 to Tue 13 Apr 2027, at 18:00",
        "Europe/Paris.",
        "",
        " #  date             time   since    window        status",
        " 1  Thu  3 Dec 2026  18:00   -       1-4 Dec       + done",
        "    was due Tue 1 Dec",
        " 2  Mon  4 Jan 2027  18:00  32 days  29 Dec-1 Jan  ! missed",
        "    was due Tue 29 Dec, closed (24 Dec-3 Jan: vacation); 3 days after its window",
        " 3  Mon  1 Feb       18:00  28 days  1-4 Feb         planned",
        "    follows session 2",
        "",
        "3 sessions over 60 days | next: Mon 1 Feb 2027 (in 71 days) | times Europe/Paris",
    ]


# --- style ----------------------------------------------------------------------------------


def styled(rows, today=TODAY) -> str:
    return shown(table(rows, today=today), force_terminal=True, color_system="standard")


def test_the_next_session_is_bold_and_what_is_over_is_dim():
    rows = {line[:12]: line for line in styled(LIVED, date(2027, 1, 5)).split("\n")}
    assert any(line.startswith("\x1b[2m 1  Thu  3 Dec") for line in rows.values())
    assert any(line.startswith("\x1b[1m 3  Mon  1 Feb") for line in rows.values())
    assert any(line.startswith(" 4  Tue  2 Mar") for line in rows.values())


def test_only_signs_have_a_colour():
    assert re.findall(r"\x1b\[3\dm(.*?)\x1b", styled(LIVED)) == ["✓", "!"]


# --- wrapping -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("one two", 7, ["one two"]),
        ("one two", 6, ["one", "two"]),
        ("a  b", 4, ["a  b"]),
        ("abcdefgh ij", 5, ["abcde", "fgh", "ij"]),
        ("ab cdefghij k", 5, ["ab", "cdefg", "hij k"]),
        ("針 針針 針", 5, ["針", "針針", "針"]),
        ("針針針", 5, ["針針", "針"]),
        ("e\u0301" * 4, 3, ["e\u0301" * 3, "e\u0301"]),
    ],
)
def test_wrapping_breaks_between_words_and_inside_only_those_too_long(text, width, lines):
    assert wrap(text, width) == lines


def test_a_title_of_300_emoji_wraps():
    lines = shown(table(title="💉" * 300)).split("\n")
    assert lines[:8] == ["💉" * 40] * 7 + ["💉" * 20]


# --- cost -----------------------------------------------------------------------------------


def test_the_room_loads_no_table_text_or_console_of_rich():
    code = "import sys, microplan.formats.session_table; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert "rich.segment" in loaded
    assert not loaded & {"rich.table", "rich.text", "rich.console", "rich.markup"}


def test_ten_thousand_sessions_are_all_there():
    rows = [session(number) for number in range(1, 10_001)]
    text = shown(table(rows), 80)
    assert text.count("\n") == 10_000 + 7
    assert "\n 10000  Tue  1 Dec " in text
