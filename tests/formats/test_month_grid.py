"""The months to look at: every session's day with its sign, in any width, encoding and week."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from microplan.formats import Canvas, Subject, month_grid, page, render
from microplan.model.plan import Closed, Closure, Status
from microplan.model.values import Pause
from microplan.rules import grammar
from microplan.scheduling import care, schedule
from microplan.wording import phrases
from tests.build import CREATED, TODAY, plan_of
from tests.strategies import plans_with_sessions

SESSION_SIGNS = {sign.drawn for sign in (*page.OF_STATUS.values(), page.LATE)}


def shown(plan, sessions=None, today=TODAY, *, with_care=None, **canvas) -> str:
    found = schedule.schedule(plan) if sessions is None else tuple(sessions)
    subject = Subject(
        plan=plan, sessions=found, today=today, canvas=Canvas(**canvas), with_care=with_care
    )
    return "".join(render("calendar", subject))


def days_of(text: str) -> dict[date, str]:
    """Read grids that stand one below the other: the sign of every day, a blank for none."""
    found, month = {}, None
    for line in text.splitlines():
        title = re.fullmatch(r" *(?:… )?([A-Z][a-z]{2}) (\d{4})", line)
        if title:
            month = (int(title[2]), phrases.MONTHS.index(title[1]) + 1)
        elif not line:
            month = None
        elif month and not line.startswith(" Mo"):
            for start in range(0, len(line), month_grid.CELL):
                sign, number = re.fullmatch(r"(\D*)(\d*)", line[start : start + 3]).groups()
                if number:
                    found[date(*month, int(number))] = sign.strip()
    return found


def key_of(text: str) -> list[str]:
    """Read what the key explains, a sign and its meaning each."""
    block = text.rstrip("\n").split("\n\n")[-2]
    return [entry.strip() for line in block.splitlines() for entry in line.split("   ")]


# --- laws -----------------------------------------------------------------------------------


@given(plans_with_sessions(), st.dates(date(1999, 1, 1), date(2045, 1, 1)))
def test_every_session_is_on_its_day_and_on_no_other(drawn, today):
    plan, sessions = drawn
    days = days_of(shown(plan, sessions, today, width=24))
    marked = {day for day, sign in days.items() if sign in SESSION_SIGNS}
    assert marked == {session.date for session in sessions} - {today}
    assert [day for day, sign in days.items() if sign == ">"] == [today] * (today in days)


@given(plans_with_sessions(), st.integers(20, 200), st.sampled_from(["utf-8", "ascii"]))
def test_no_line_is_wider_than_the_canvas(drawn, width, encoding):
    text = shown(*drawn, width=width, encoding=encoding)
    assert max(map(cell_len, text.splitlines())) <= width
    assert encoding == "utf-8" or text.isascii()


@given(plans_with_sessions(), st.integers(20, 200))
def test_colour_says_nothing_that_the_signs_do_not(drawn, width):
    coloured = shown(*drawn, width=width, colour=True)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == shown(*drawn, width=width)


@pytest.mark.parametrize("form", ["drawn", "plain"])
def test_no_two_signs_look_alike_and_each_of_a_day_is_one_cell(form):
    signs = [getattr(sign, form) for sign in month_grid.ORDER]
    assert len(set(signs)) == len(signs)
    assert {cell_len(sign) for sign in signs if sign != "..."} == {1}


@pytest.mark.parametrize("first", range(7))
def test_a_week_begins_on_the_day_that_was_asked_for(first):
    text = shown(plan_of(), width=24, first_weekday=first)
    names = next(line for line in text.splitlines() if set(line.split()) >= {"Mo", "Su"})
    order = [phrases.WEEKDAYS[(first + offset) % 7][:2] for offset in range(7)]
    assert names.split() == order
    row = next(line for line in text.splitlines() if re.search(r"●1\b", line))
    column = row.index("●1") // month_grid.CELL
    assert order[column] == "Tu"


@pytest.mark.parametrize(
    ("width", "beside"), [(21, 1), (44, 1), (45, 2), (69, 3), (80, 3), (150, 6)]
)
def test_as_many_months_stand_side_by_side_as_the_width_holds(width, beside):
    text = shown(plan_of(every="9x4w"), width=width)
    titles = [line.split() for line in text.splitlines() if re.match(r" +Dec 2026", line)]
    assert len(titles[0]) == 2 * beside


# --- what a day says ------------------------------------------------------------------------

AWAY = Closed(
    closures=(Closure(days=grammar.closed("2026-12-10..2026-12-12", "avoid"), reason="ski"),),
    recorded=CREATED,
)


def test_a_day_has_the_sign_of_what_matters_most_on_it():
    plan = plan_of(care=["pause minoxidil=-0d+2d", "cue wash=+1d"], log=(AWAY,))
    days = days_of(shown(plan, width=24))
    assert [days[date(2026, 12, day)] for day in range(1, 5)] == ["●", "°", "·", ""]
    assert [days[date(2026, 12, day)] for day in range(9, 14)] == ["", "×", "×", "×", ""]


def test_every_state_of_a_session_has_its_sign():
    sessions = schedule.schedule(plan_of())
    states = (Status.DONE, Status.SKIPPED, Status.MISSED, *[Status.PLANNED] * 2, Status.DROPPED)
    lived = [replace(s, status=state) for s, state in zip(sessions, states, strict=True)]
    text = shown(plan_of(), lived, date(2027, 3, 6), width=24)
    assert [days_of(text).get(session.date) for session in lived] == [*"✓_!?●", None]


def test_the_key_lists_what_occurs_and_nothing_else():
    assert key_of(shown(plan_of(), width=200)) == ["● session", month_grid.BEFORE]
    plan = plan_of(care=["pause minoxidil=-0d+1d", "checkpoint photos=5w"], log=(AWAY,))
    assert key_of(shown(plan, today=date(2026, 12, 20), width=200)) == [
        "● session, minoxidil paused",
        "? late",
        "° photos",
        "· minoxidil paused",
        "× closed",
        "> today",
        month_grid.BEFORE,
    ]


@pytest.mark.parametrize(
    ("today", "says"),
    [
        pytest.param("2026-12-29", "> today: session 2; minoxidil paused", id="a session"),
        pytest.param("2026-12-30", "> today: wash; minoxidil paused", id="care"),
        pytest.param("2026-12-11", "> today: closed", id="a closed day"),
        pytest.param("2026-12-24", "> today", id="nothing"),
    ],
)
def test_the_key_says_what_is_on_the_day_that_is_today(today, says):
    plan = plan_of(care=["pause minoxidil=-0d+1d", "cue wash=+1d"], log=(AWAY,))
    assert says in key_of(shown(plan, today=date.fromisoformat(today), width=200))


def test_a_session_that_was_done_today_says_so():
    sessions = [replace(s, status=Status.DONE) for s in schedule.schedule(plan_of())]
    text = shown(plan_of(), sessions, date(2026, 12, 29), width=200)
    assert "> today: session 2, done" in key_of(text)


def test_where_two_stand_on_one_day_the_one_that_takes_place_is_shown():
    first, second, *rest = schedule.schedule(plan_of())
    skipped = replace(second, status=Status.SKIPPED)
    moved = replace(rest[0], date=second.date)
    days = days_of(shown(plan_of(), [first, moved, skipped], width=24))
    assert days[second.date] == "●"


def test_care_can_be_left_out_and_is_listed_when_asked_for():
    plan = plan_of(care=["pause minoxidil=-0d+1d"])
    assert "·" not in shown(plan, with_care=False, width=24).partition("\n\n6 sessions")[0]
    told = care.told(care.care(plan, schedule.schedule(plan)))
    assert all(f" {when}" in shown(plan, with_care=True) for when, _ in told)


def test_a_name_is_shown_and_never_obeyed():
    plan = replace(plan_of(), care=(Pause(name="[red]\x1b[2J", before=0, after=1),))
    assert r"· [red]\x1b[2J paused" in key_of(shown(plan, colour=True, width=200))


# --- which months ---------------------------------------------------------------------------


def months_of(text: str) -> list[str]:
    return re.findall(r"((?:… |\.\.\. )?[A-Z][a-z]{2} \d{4})\b(?=   |\n)", text.split("\n\n", 1)[1])


def test_a_month_or_two_with_nothing_on_them_are_shown():
    assert months_of(shown(plan_of(every="2x3mo"))) == [
        *("Dec 2026", "Jan 2027", "Feb 2027", "Mar 2027")
    ]


def test_more_of_them_are_left_out_which_the_next_title_and_the_key_say():
    text = shown(plan_of(every="3x1y"))
    assert months_of(text) == ["Dec 2026", "… Dec 2027", "… Dec 2028"]
    assert "… months with nothing on them are left out" in key_of(text)
    assert months_of(shown(plan_of(every="2x1y"), encoding="ascii")) == ["Dec 2026", "... Dec 2027"]


def test_the_month_of_today_is_never_left_out():
    text = shown(plan_of(every="2x1y"), today=date(2027, 7, 1))
    assert months_of(text) == ["Dec 2026", "… Jul 2027", "… Dec 2027"]


# --- small and large ------------------------------------------------------------------------

AT_20 = """\
Scalp session
2 sessions, 4 weeks
apart, Tue 1 Dec
2026 to Tue 29 Dec
2026, at least 25
days apart.

Dec 2026
●1 ×24 ×25 ×26 ●29

● session   × closed

2 sessions over 4
weeks
next: Tue 1 Dec (in
9 days)
"""


def test_where_a_month_has_no_room_its_days_are_listed():
    assert shown(plan_of(every="2x4w", avoid=["2026-12-24..2026-12-26"]), width=20) == AT_20


def test_a_title_of_wide_characters_moves_no_column():
    wide, narrow = (shown(plan_of(title=title)) for title in ("頭皮" * 30, "x"))
    assert wide.split("\n\n", 1)[1] == narrow.split("\n\n", 1)[1]
    assert max(map(cell_len, wide.splitlines())) <= 80


def test_a_hundred_years_of_sessions_are_all_there_and_come_in_pieces():
    plan = plan_of(every="10000x3d")
    sessions = schedule.schedule(plan)
    subject = Subject(plan=plan, sessions=sessions, today=TODAY, canvas=Canvas(width=24))
    pieces = list(render("calendar", subject))
    assert len(pieces) > 5
    days = days_of("".join(pieces))
    assert sum(sign == "●" for sign in days.values()) == 10_000


def test_plain_encodings_get_plain_signs():
    plan = plan_of(care=["pause minoxidil=-0d+1d", "checkpoint photos=5w"], log=(AWAY,))
    text = shown(plan, encoding="ascii", today=date(2026, 12, 20))
    assert "x10x11x12 13" in text
    assert "?1 p2  3" in text
    assert " o5 " in text
    assert "* session, minoxidil paused   ? late   o photos   p minoxidil paused" in text
