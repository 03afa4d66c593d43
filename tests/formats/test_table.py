"""The table: its rows, each reason once, and nothing wider than the screen."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from microplan.formats import Canvas, Subject, render
from microplan.model.care import Checkpoint, Cue, Pause
from microplan.model.plan import (
    DoneEarly,
    Follows,
    OffWeekday,
    OnClosedDay,
    OutsideWindow,
    PastUntil,
    PinLapsed,
    Plan,
    Preferred,
    Session,
    SetByHand,
    Status,
    TooSoon,
)
from microplan.model.rules import Rules
from microplan.model.values import (
    ClosedDays,
    Hours,
    Pace,
    Span,
    Step,
    Weekdays,
)
from microplan.wording import phrases, reasons
from tests.strategies import between

TODAY = date(2026, 11, 22)
RULES = Rules(
    start=date(2026, 12, 1),
    every=Pace(steps=(Step(count=5, span=Span(days=28)),)),
    at=Hours(usual=time(18)),
    tz="Europe/Paris",
)
HOLIDAYS = ClosedDays(first=date(2026, 12, 24), last=date(2027, 1, 3))
VACATION = OnClosedDay(day=date(2026, 12, 29), days=HOLIDAYS, reason="vacation")


def plan(title: str = "Scalp session", care=()) -> Plan:
    created = datetime(2026, 11, 22, tzinfo=UTC)
    return Plan(id="a", title=title, created=created, rules=RULES, care=care)


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
FROM_2 = Follows(session=2, day=date(2027, 1, 4))
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
    session(3, "2027-02-02", "2027-02-01", because=(FROM_2, Preferred(weekday=1))),
    session(4, "2027-03-02", "2027-03-01", because=(FROM_2, Preferred(weekday=1)), gap_days=28),
    session(5, "2027-03-30", status="dropped"),
)


def shown(sessions=QUIET, title="Scalp session", today=TODAY, care=(), with_care=None, **canvas):
    subject = Subject(
        plan=plan(title, care),
        sessions=tuple(sessions),
        today=today,
        canvas=Canvas(**canvas),
        with_care=with_care,
    )
    return "".join(render("table", subject))


def below_the_sentence(text: str) -> str:
    return text.split("\n\n", 1)[1]


# --- the table as people see it -------------------------------------------------------------

AT_80 = """\
    #   Date              Time        Gap   Window         Status
───────────────────────────────────────────────────────────────────
    1   Thu  3 Dec 2026   18:00             1–4 Dec        done
    2   Mon  4 Jan 2027   18:00   32 days   29 Dec–1 Jan   missed
▶   3   Tue  2 Feb        18:00   28 days   1–4 Feb        next
    4   Tue  2 Mar        18:00   28 days   1–4 Mar        planned
    5   Tue 30 Mar        18:00   28 days   30 Mar–2 Apr   left out
  1    due Tue 1 Dec
  2    due Tue 29 Dec, closed 24 Dec–3 Jan (vacation); 3 days after its window
  3–4  counted from session 2, on Tuesdays
  5    since you changed the plan

4 sessions in 12 weeks and 5 days · next Tue 2 Feb 2027, in 72 days
"""

AT_60 = """\
  # Date            Time      Gap Window       Status
───────────────────────────────────────────────────────
  1 Thu  3 Dec 2026 18:00         1–4 Dec      done
  2 Mon  4 Jan 2027 18:00 32 days 29 Dec–1 Jan missed
▶ 3 Tue  2 Feb      18:00 28 days 1–4 Feb      next
  4 Tue  2 Mar      18:00 28 days 1–4 Mar      planned
  5 Tue 30 Mar      18:00 28 days 30 Mar–2 Apr left out
  1    due Tue 1 Dec
  2    due Tue 29 Dec, closed 24 Dec–3 Jan (vacation); 3
       days after its window
  3–4  counted from session 2, on Tuesdays
  5    since you changed the plan

4 sessions in 12 weeks and 5 days
next Tue 2 Feb 2027, in 72 days
"""


@pytest.mark.parametrize(("width", "text"), [(60, AT_60), (80, AT_80)])
def test_an_amended_plan_fits_in_110_columns(width, text):
    assert below_the_sentence(shown(LIVED, width=width)) == text


def test_from_110_columns_on_a_row_says_why_itself():
    for width in (110, 150):
        text = below_the_sentence(shown(LIVED, width=width))
        head, _, *rows = text.splitlines()
        assert head.split() == ["#", "Date", "Time", "Gap", "Window", "Status", "Why"]
        assert rows[-1] == "4 sessions in 12 weeks and 5 days · next Tue 2 Feb 2027, in 72 days"
    said = "due Tue 29 Dec, closed 24 Dec–3 Jan (vacation); 3 days after its window"
    assert rows[1].endswith(f"missed     {said}")
    assert rows[2].endswith("counted from session 2; Tuesday preferred")


def test_twelve_sessions_fit_a_terminal_of_80_by_24():
    days = [date(2026, 12, 6) + timedelta(weeks=n) for n in range(12)]
    rows = [session(n, str(day)) for n, day in enumerate(days, start=1)]
    rows[3] = replace(rows[3], because=(VACATION, OutsideWindow(days=3)), due=date(2026, 12, 26))
    rows[4:] = [replace(row, because=(FROM_2,)) for row in rows[4:]]
    assert shown(rows).count("\n") < 24


def test_a_narrow_table_gives_up_its_columns_one_after_another():
    headers = [below_the_sentence(shown(width=width)).splitlines()[0] for width in (54, 48, 36, 30)]
    assert [header.split() for header in headers] == [
        ["#", "Date", "Time", "Gap", "Window", "Status"],
        ["#", "Date", "Time", "Gap", "Status"],
        ["#", "Date", "Time", "Status"],
        ["#", "Date", "Status"],
    ]


def test_the_narrowest_table_keeps_complete_numbers_and_its_mark():
    ten = [session(number, str(date(2027, 1, 2 * number))) for number in range(1, 11)]
    rows = below_the_sentence(shown(ten, width=11)).splitlines()
    assert rows[2:5] == ["▶  1 Sat  2", "     Jan", "     2027"]
    assert sum(row.startswith("  10 ") for row in rows) == 1


def test_an_all_day_plan_says_no_time():
    all_day = [replace(one, rules=replace(RULES, at=None)) for one in QUIET]
    assert "Time" not in shown(all_day)


def test_a_plain_encoding_gets_plain_signs_and_escapes():
    text = shown(LIVED[1:4], "Kur – für 💉", encoding="ascii")
    assert text.isascii()
    assert text.splitlines()[0] == r"Kur - f\xfcr \U0001f489"
    assert below_the_sentence(text).splitlines()[:4] == [
        "    #   Date              Time        Gap   Window         Status",
        "-" * 66,
        "    2   Mon  4 Jan 2027   18:00   32 days   29 Dec-1 Jan   missed",
        ">   3   Tue  2 Feb        18:00   28 days   1-4 Feb        next",
    ]


# --- what a row says ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "because", "expected"),
    [
        ("2027-01-04", (), ""),
        ("2027-01-03", (), "due Sun 3 Jan"),
        ("2027-01-03", (Preferred(weekday=0),), "Monday preferred"),
        ("2027-01-04", (Follows(session=1, day=date(2026, 12, 7)),), "counted from session 1"),
        (
            "2027-01-03",
            (Follows(session=1, day=date(2026, 12, 6)), Preferred(weekday=0)),
            "counted from session 1; Monday preferred",
        ),
        (
            "2027-01-03",
            (Follows(session=1, day=date(2026, 12, 6)),),
            "due Sun 3 Jan; counted from session 1",
        ),
        (
            "2026-12-29",
            (VACATION, OutsideWindow(days=3)),
            "due Tue 29 Dec, closed 24 Dec–3 Jan (vacation); 3 days after its window",
        ),
        (
            "2026-12-25",
            (
                OnClosedDay(
                    day=date(2026, 12, 25),
                    days=ClosedDays(first=date(2026, 12, 25), last=date(2026, 12, 25)),
                    reason="Christmas",
                ),
            ),
            "due Fri 25 Dec, closed: Christmas",
        ),
        (
            "2027-01-03",
            (OffWeekday(day=date(2027, 1, 3), allowed=Weekdays(days=(0, 1, 2, 3, 4))),),
            "due Sun 3 Jan, not a weekday",
        ),
        (
            "2026-12-26",
            (TooSoon(days=25, after=1), VACATION),
            "due Sat 26 Dec; at least 25 days after session 1; Tue 29 Dec is closed (24 Dec–3 Jan: vacation)",
        ),
        ("2026-12-29", (SetByHand(),), "due Tue 29 Dec; moved by you"),
        ("2027-01-06", (DoneEarly(days=2),), "due Wed 6 Jan; done 2 days early"),
        (
            "2027-01-04",
            (PinLapsed(day=date(2026, 12, 20)), PastUntil(until=date(2027, 1, 1))),
            "your Sun 20 Dec is now too soon after the session before; past Fri 1 Jan 2027, the last day asked for",
        ),
    ],
)
def test_a_row_has_the_due_day_and_each_date_once(due, because, expected):
    moved = session(2, "2027-01-04", due, because=because)
    row = below_the_sentence(shown([QUIET[0], moved], width=300)).splitlines()[3]
    assert row.partition("planned")[2].strip() == expected


@pytest.mark.parametrize(
    ("becauses", "notes"),
    [
        pytest.param([(), (), ()], [], id="none without a reason"),
        pytest.param(
            [(), (FROM_2,), (FROM_2,)],
            [("2–3", "counted from session 2, on Tuesdays")],
            id="one for all that follow, with their weekday",
        ),
        pytest.param(
            [(FROM_2,), (SetByHand(),), (FROM_2,)],
            [("1, 3", "counted from session 2, on Tuesdays"), ("2", "moved by you")],
            id="one for those that share it, also where another is between",
        ),
        pytest.param(
            [(), (Preferred(weekday=1),), (FROM_2, Preferred(weekday=1))],
            [("3", "counted from session 2")],
            id="none for a weekday that the sentence says is preferred",
        ),
    ],
)
def test_a_reason_is_printed_once_below_the_table(becauses, notes):
    rows = [replace(one, because=why) for one, why in zip(QUIET, becauses, strict=True)]
    assert reasons.explanations(rows) == notes
    text = shown(rows)
    assert [line for line in text.splitlines() if re.match(r"  \d[\d–, ]*  [a-z]", line)] == [
        f"  {numbers:<{max(len(n) for n, _ in notes)}}  {why}" for numbers, why in notes
    ]


def test_the_year_is_printed_where_it_changes():
    days = ("2026-12-30", "2026-12-31", "2027-01-02", "2027-01-09")
    text = shown([session(number, day) for number, day in enumerate(days, start=1)])
    assert re.findall(r"^[▶ ]+\d   (.{15})", text, re.MULTILINE) == [
        "Wed 30 Dec 2026",
        "Thu 31 Dec     ",
        "Sat  2 Jan 2027",
        "Sat  9 Jan     ",
    ]


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2026-11-22", ["next", "planned", "planned"]),
        ("2026-12-01", ["today", "planned", "planned"]),
        ("2026-12-02", ["due", "planned", "planned"]),
        ("2026-12-05", ["late", "planned", "planned"]),
        ("2026-12-29", ["late", "today", "planned"]),
    ],
)
def test_a_session_is_labelled_by_its_state_today(today, words):
    text = shown(today=date.fromisoformat(today))
    assert re.findall(r"^[▶ ]+\d .*?(\w+)$", text, re.MULTILINE) == words


def test_every_status_has_a_word():
    rows = [session(number, status=status) for number, status in enumerate(Status, start=1)]
    assert re.findall(r"1–4 Dec +([a-z ]+)$", shown(rows), re.MULTILINE) == [
        *("next", "done", "skipped", "missed", "left out")
    ]


def test_the_next_session_is_marked_and_no_other():
    marked = [line for line in shown(LIVED).splitlines() if line.startswith("▶")]
    assert [line.split()[1] for line in marked] == ["3"]


def test_an_hour_that_dst_skips_is_shown_as_it_will_be():
    rules = replace(RULES, at=Hours(usual=time(2, 30)))
    assert "Sun 28 Mar 2027   03:30" in shown([session(day="2027-03-28", rules=rules)])


def test_a_revised_time_zone_is_printed_with_the_total():
    berlin = replace(RULES, at=Hours(usual=time(9)), tz="Europe/Berlin")
    text = shown([QUIET[0], QUIET[1], replace(QUIET[2], rules=berlin)], width=100)
    assert text.endswith("times Europe/Paris, then Europe/Berlin\n")
    assert "times" not in shown()


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2026-11-22", "next Tue 1 Dec, in 9 days"),
        ("2026-12-01", "next Tue 1 Dec, today"),
        ("2027-01-20", "still open: #1–2 · next Tue 26 Jan, in 6 days"),
        ("2027-01-27", "still open: #1–3"),
    ],
)
def test_the_total_names_the_open_sessions_and_the_next(today, said):
    assert shown(today=date.fromisoformat(today)).endswith(f"3 sessions in 8 weeks · {said}\n")


def test_nothing_is_next_when_all_is_done():
    text = shown([replace(one, status=Status.DONE) for one in QUIET])
    assert text.endswith("\n3 sessions in 8 weeks\n")


# --- care -----------------------------------------------------------------------------------

CARE = (
    Pause(name="minoxidil", before=0, after=1),
    Cue(name="new cartridge", days=0, at=time(17, 30)),
    Checkpoint(name="photos", span=Span(days=28), repeats=True),
)


def test_care_dates_go_below_the_name_if_there_is_no_room_beside_it():
    text = shown(care=(Cue(name="numbing cream", days=0, at=time(17)),), width=30)
    assert "\nNumbing cream 17:00\n  1 Dec, 29 Dec, 26 Jan\n" in text


def test_care_is_below_the_table_with_its_dates():
    text = below_the_sentence(shown(care=CARE))
    assert text.split("\n\n")[1].splitlines() == [
        "Minoxidil paused     1–2 Dec, 29–30 Dec, 26–27 Jan",
        "New cartridge 17:30  1 Dec, 29 Dec, 26 Jan",
        "Photos               1 Dec, 29 Dec, 26 Jan",
    ]


def test_care_that_is_over_is_listed_only_when_all_of_it_is_asked_for():
    over = {"care": CARE, "today": date(2026, 12, 31)}
    assert "Photos               26 Jan" in shown(**over)
    assert "photos, number 1" in shown(**over, with_care=True)
    assert "Photos" not in shown(**over, with_care=False)


def test_the_dates_of_one_kind_break_between_days_and_stop_after_a_dozen():
    rows = [session(n, str(date(2026, 12, 1) + timedelta(days=7 * n))) for n in range(1, 31)]
    text = below_the_sentence(shown(rows, care=CARE[:1], width=60)).split("\n\n")[1]
    assert text.endswith("18 more")
    assert all(line.endswith((",", "more")) for line in text.splitlines())


# --- laws -----------------------------------------------------------------------------------

ANY = st.characters(exclude_categories=())
JOINED = st.sampled_from("a \u200d\ufe0f\u0301\u231a\u2764👩💉針")
WILD = st.text(ANY, max_size=60) | st.text(JOINED, max_size=200)
DAYS = between(date(2000, 1, 1), date(2100, 1, 1))
REASONS = st.one_of(
    st.builds(OnClosedDay, day=DAYS, days=st.just(HOLIDAYS), reason=WILD),
    st.builds(TooSoon, days=st.integers(1, 400), after=st.integers(1, 9999)),
    st.builds(OutsideWindow, days=st.integers(-99, 99)),
    st.just(SetByHand()),
)


@st.composite
def sessions(draw):
    rules = replace(RULES, at=draw(st.sampled_from([None, Hours(usual=time(18))])))
    kept = st.sampled_from([status for status in Status if status is not Status.DROPPED])
    return [
        Session(
            number=number,
            phase=1,
            status=draw(kept),
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


WIDE_ENOUGH = 75
"""Columns at which every cell of the table has its room."""
WIDTHS = st.integers(WIDE_ENOUGH, 160) | st.integers(40, WIDE_ENOUGH)


@given(sessions(), WILD, WIDTHS)
def test_a_table_fits_the_screen_and_is_the_same_without_colour(rows, title, width):
    text = shown(rows, title, width=width)
    assert max(map(cell_len, text.split("\n"))) <= width, "no line is wider than the screen"
    if width >= WIDE_ENOUGH:
        nothing_is_cut(text, rows, title, width)
    coloured = re.sub(r"\x1b\[[\d;]*m", "", shown(rows, title, width=width, colour=True))
    assert "\n".join(line.rstrip(" ") for line in coloured.split("\n")) == text


def nothing_is_cut(text, rows, title, width):
    said = [drawn(title)]
    for one in rows:
        said += [phrases.short(one.date), phrases.span_of_days(one.earliest, one.latest)]
        said += [f"{one.gap_days} day", "18:00" if one.rules.at else ""]
    if width < 110:
        said += [drawn(why) for _, why in reasons.explanations(rows)]
    whole = "".join(text.split())
    assert [words for words in said if "".join(words.split()) not in whole] == []


def drawn(text: str) -> str:
    return phrases.visible(text).encode("utf-8", "backslashreplace").decode()


@given(WILD, WIDTHS, st.sampled_from(["ascii", "latin-1", "cp1252", "cp437", "utf-8", "utf-16"]))
def test_every_encoding_can_print_the_table(title, width, encoding):
    text = shown(LIVED, title, width=width, encoding=encoding)
    assert text.encode(encoding).decode(encoding) == text
    assert "done" in text


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
        ("جلسة فروة الرأس", "جلسة فروة الرأس"),
    ],
)
@pytest.mark.parametrize("width", [100, 300], ids=["below the table", "in its row"])
def test_user_text_is_shown_and_never_interpreted(written, expected, width):
    reason = replace(VACATION, reason=written)
    rows = [QUIET[0], session(2, "2027-01-04", "2026-12-29", because=(reason,))]
    text = re.sub(r"\x1b\[[\d;]*m", "", shown(rows, written, width=width, colour=True))
    assert text.split("\n")[0].rstrip() == expected
    assert f"due Tue 29 Dec, closed 24 Dec–3 Jan ({expected})" in " ".join(text.split())


def test_a_title_of_300_emoji_wraps():
    lines = shown(title="💉" * 300).split("\n")
    assert lines[:8] == ["💉" * 40] * 7 + ["💉" * 20]


# --- style ----------------------------------------------------------------------------------


def test_the_next_row_is_bold_and_a_status_has_its_colour():
    rows = {line[:40]: line for line in shown(LIVED, colour=True).split("\n")}
    (bold,) = [line for line in rows.values() if "Tue  2 Feb" in line and "\x1b[1m" in line]
    assert "▶" in bold
    (done,) = [line for line in rows.values() if "done" in line]
    assert "\x1b[38;5;28mdone" in done
    (missed,) = [line for line in rows.values() if "missed" in line]
    assert "\x1b[38;5;160mmissed" in missed


@pytest.mark.slow
def test_a_thousand_sessions_are_all_there():
    rows = [session(number) for number in range(1, 1_001)]
    text = shown(rows)
    assert text.count("18:00") == 1_000 + 1  # in the sentence too
    assert re.search(r"^ +1000   Tue  1 Dec", text, re.MULTILINE)
