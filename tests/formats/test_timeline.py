"""The timeline: each session in its column, early and late signs, nothing too wide."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from microplan.formats import Canvas, Subject, render, screen
from microplan.formats import timeline as phase_line
from microplan.formats.timeline import Axis, labels
from microplan.model.entries import Done, Revised
from microplan.model.plan import Status
from microplan.rules import words as rules
from microplan.scheduling import schedule
from microplan.wording import phrases
from tests.build import CREATED, TODAY, plan_of
from tests.strategies import between, plans_with_sessions

SIGNS = (
    *screen.OF_STATUS.values(),
    screen.LATE,
    phase_line.EARLY,
    phase_line.BELATED,
    phase_line.OUTSIDE,
)
OF_SESSIONS = {sign.drawn for sign in SIGNS}


def shown(plan, sessions=None, today=TODAY, *, with_care=None, **canvas) -> str:
    found = schedule.schedule(plan) if sessions is None else tuple(sessions)
    subject = Subject(
        plan=plan, sessions=found, today=today, canvas=Canvas(**canvas), with_care=with_care
    )
    return "".join(render("timeline", subject))


NAME = re.compile(
    r"#\d+(?:[–-]\d+)? +(?:by a rule|\d+ \w+(?: (?:and|less) \d+ \w+)?)(?: +\d+/\d+ done)?"
)


def lines_of(text: str) -> list[tuple[str, str]]:
    """Parse the lines of a wide canvas: the name of each phase, and the rest of its line."""
    rows = [line for line in text.splitlines() if NAME.match(line)]
    indent = max(NAME.match(row).end() for row in rows) + 2
    return [(NAME.match(row)[0], row[indent:]) for row in rows]


def bars(text: str) -> str:
    return "".join(bar for _, bar in lines_of(text))


def key_of(text: str) -> list[str]:
    block = text.rstrip("\n").split("\n\n")[-2]
    return [entry.strip() for line in block.splitlines() for entry in re.split("  +", line)]


# --- laws -----------------------------------------------------------------------------------


def stands_for(sign: str) -> int:
    """How many sessions a sign stands for."""
    return int(sign) if sign.isdigit() else sign in OF_SESSIONS


@given(
    plans_with_sessions(),
    between(date(1999, 1, 1), date(2045, 1, 1)),
    st.integers(20, 200),
    st.sampled_from(["utf-8", "ascii"]),
)
def test_a_timeline_has_every_session_fits_the_canvas_and_says_the_same_without_colour(
    drawn, today, width, encoding
):
    wide = shown(*drawn, today, width=1000)
    phases = [session.phase for session in drawn[1]]
    counted = [sum(map(stands_for, bar)) for _, bar in lines_of(wide)]
    if phase_line.MANY.drawn not in bars(wide):
        assert counted == [phases.count(phase) for phase in sorted(set(phases))]
    text = shown(*drawn, width=width, encoding=encoding)
    assert max(map(cell_len, text.splitlines())) <= width
    assert encoding == "utf-8" or text.isascii()
    coloured = shown(*drawn, width=width, encoding=encoding, colour=True)
    plain = re.sub(r"\x1b\[[\d;]*m", "", coloured)
    assert re.sub(" +$", "", plain, flags=re.MULTILINE) == text


@pytest.mark.parametrize("form", ["drawn", "plain"])
def test_no_two_signs_look_alike_and_each_is_one_cell(form):
    signs = [getattr(sign, form) for sign in (*phase_line.SIGNS, *phase_line.COUNTS)]
    assert len(set(signs)) == len(signs)
    assert {cell_len(sign) for sign in signs} == {1}


# --- what a line says -----------------------------------------------------------------------


def test_each_phase_has_a_line_with_its_numbers_and_interval():
    text = shown(plan_of(every="4x1w,4x2w,2x1mo"))
    assert [name for name, _ in lines_of(text)] == [
        *("#1–4   1 week", "#5–8   2 weeks", "#9–10  1 month")
    ]


def test_a_recurrence_is_described_by_its_rule():
    text = shown(plan_of(every="RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=3"))
    assert [name for name, _ in lines_of(text)] == ["#1–3  by a rule"]


def test_a_revision_begins_a_line_at_its_own_interval():
    words = {"start": "2026-12-01", "every": "2x1w,4x2w", "tz": "UTC"}
    other = rules.parse({**words, "every": "3x3w"})
    log = (
        Done(session=1, on=date(2026, 12, 1), recorded=CREATED),
        Revised(session=2, words={"every": "3x3w"}, rules=other, recorded=CREATED),
    )
    text = shown(plan_of(log=log, **words), today=date(2026, 12, 2))
    assert [name for name, _ in lines_of(text)] == [
        "#1    1 week   1/1 done",
        "#2–4  3 weeks  0/3 done",
    ]


def test_done_sessions_are_labelled_on_time_early_or_late():
    first, second, third = schedule.schedule(plan_of(every="3x4w~3d"))
    sessions = [
        replace(first, status=Status.DONE),
        replace(second, status=Status.DONE, date=date(2026, 12, 20)),
        replace(third, status=Status.DONE, date=date(2027, 2, 5)),
    ]
    text = shown(plan_of(every="3x4w~3d"), sessions, date(2027, 3, 1))
    assert re.sub("[═ ]+", " ", bars(text)).split() == ["✓", "‹", "›"]
    assert {"✓ done", "‹ done early", "› done late", "═ window"} <= set(key_of(text))


def test_a_session_planned_outside_its_window_is_labelled():
    text = shown(plan_of(avoid=["2026-12-20..2027-01-10"]))
    assert "○" in bars(text)
    assert "○ outside its window" in key_of(text)


def test_an_unrecorded_session_is_late():
    assert bars(shown(plan_of(), today=date(2027, 1, 20))).replace("═", "").split()[:2] == [
        "?",
        "?",
    ]


@pytest.mark.parametrize(
    ("today", "is_shown"),
    [
        pytest.param("2026-12-20", True, id="between two sessions"),
        pytest.param("2026-11-30", False, id="before the line"),
        pytest.param("2027-05-30", False, id="after the line"),
    ],
)
def test_today_is_marked_at_its_place_on_the_line(today, is_shown):
    text = shown(plan_of(), today=date.fromisoformat(today))
    assert ("│" in bars(text)) is is_shown
    assert ("│ today" in key_of(text)) is is_shown


def test_sessions_in_one_column_are_counted_and_the_key_says_so():
    text = shown(plan_of(every="100x1w"))
    assert set(bars(text)) == {"2", "●"}
    assert "2 number of sessions in one place" in key_of(text)
    assert "↔ a column is about 11 days" in key_of(text)


def test_ten_or_more_have_a_sign_of_their_own():
    text = shown(plan_of(every="9999x1d"))
    assert set(bars(text)) == {"#"}
    assert key_of(text)[:1] == ["# ten or more sessions in one place"]


def test_a_short_plan_does_not_fill_the_width():
    assert len(bars(shown(plan_of(every="3x3d")))) < 7 * phase_line.WIDEST


AT_20 = """\
2026     2027
Dec      Jan
#1–2  4 weeks
●       ●═
#3    1 month
                  ●═

● session   ═ window
↔ a column is about
3 days

3 sessions in 8
weeks and 3 days
next Tue 1 Dec, in 9
days
"""


def test_a_line_without_room_beside_its_name_goes_below_it():
    text = shown(plan_of(every="2x4w,1x1mo"), width=20)
    assert text.split("\n\n", 1)[1] == AT_20


def test_a_hundred_years_are_one_line():
    text = shown(plan_of(every="10000x3d"), width=150)
    assert len([line for line in text.splitlines() if line.startswith("#1")]) == 1


def test_plain_encodings_get_plain_signs():
    text = shown(plan_of(every="6x4w~3d", avoid=["2026-12-20..2027-01-10"]), encoding="ascii")
    assert set(bars(text)) == set("*=o ")
    assert "#1-6  4 weeks" in text


# --- the axis -------------------------------------------------------------------------------


@st.composite
def axes(draw):
    first = draw(between(date(1950, 1, 1), date(2100, 1, 1)))
    days = draw(st.integers(1, 400) | st.integers(1, 36_525))
    last = first + timedelta(days=days - 1)
    return Axis(first=first, last=last, columns=draw(st.integers(1, 200)))


@given(axes(), st.data())
def test_days_are_in_order_on_the_line(axis, data):
    some = st.integers(0, axis.days - 1).map(lambda days: axis.first + timedelta(days=days))
    early, late = sorted([data.draw(some), data.draw(some)])
    assert 0 <= axis.column(early) <= axis.column(late) < axis.columns


@given(axes())
def test_labels_stay_within_the_line_and_apart(axis):
    for line in labels(axis):
        assert len(line) <= axis.columns
        assert all(len(word) == (4 if word.isdigit() else 3) for word in line.split())


@given(axes())
def test_labels_are_at_the_start_of_their_month_or_year(axis):
    *_, line = labels(axis)
    starts = {}
    for offset in range(axis.days):
        day = axis.first + timedelta(days=offset)
        for label in (phrases.MONTHS[day.month - 1], str(day.year)):
            if day == axis.first or (day.day == 1 and (label.isalpha() or day.month == 1)):
                starts.setdefault(label, set()).add(axis.column(day))
    for place in range(len(line)):
        word = line[place:].split(" ")[0]
        if word and (place == 0 or line[place - 1] == " "):
            assert place in starts[word]


@pytest.mark.parametrize(
    ("first", "last", "columns", "said"),
    [
        pytest.param(
            *("2026-12-01", "2027-03-01", 46),
            ("2026           2027", "Dec            Jan             Feb"),
            id="months, and the year where it begins",
        ),
        pytest.param(
            *("2026-12-28", "2027-02-28", 40),
            ("  2027", "  Jan                 Feb"),
            id="the first gives way to one that comes too soon",
        ),
        pytest.param(
            *("2026-12-01", "2028-12-01", 40),
            (" 2027                2028", " Jan  Apr  Jul  Oct  Jan  Apr  Jul  Oct"),
            id="every third month",
        ),
        pytest.param(
            *("2026-12-01", "2066-12-01", 60),
            ("    2030    2035   2040    2045   2050    2055   2060",),
            id="years alone",
        ),
        pytest.param("2026-12-01", "2026-12-05", 5, ("2026", "Dec"), id="a few days"),
        pytest.param("2026-12-01", "2026-12-01", 1, ("", ""), id="no room for any"),
    ],
)
def test_as_much_is_written_as_has_room(first, last, columns, said):
    axis = Axis(first=date.fromisoformat(first), last=date.fromisoformat(last), columns=columns)
    assert labels(axis) == said
