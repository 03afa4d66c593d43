"""The months to look at: every session's day with its sign, in any width, encoding and week."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from microplan.formats import Canvas, Subject, month_grid, render, screen
from microplan.model.care import Pause
from microplan.model.entries import Closed, Closure
from microplan.model.plan import Status
from microplan.rules import grammar
from microplan.scheduling import care, care_text, schedule
from microplan.wording import phrases
from tests.build import CREATED, TODAY, plan_of
from tests.strategies import plans_with_sessions

SESSION_SIGNS = {sign.drawn for sign in (*screen.OF_STATUS.values(), screen.LATE)}


def shown(plan, sessions=None, today=TODAY, *, with_care=None, **canvas) -> str:
    found = schedule.schedule(plan) if sessions is None else tuple(sessions)
    subject = Subject(
        plan=plan, sessions=found, today=today, canvas=Canvas(**canvas), with_care=with_care
    )
    return "".join(render("calendar", subject))


def days_of(text: str) -> dict[date, tuple[str, str]]:
    """Read grids that stand one below the other: the sign of every day, and its letters."""
    found, month = {}, None
    for line in text.splitlines():
        title = re.fullmatch(r" *(?:… )?([A-Z][a-z]{2}) (\d{4})", line)
        if title:
            month = (int(title[2]), phrases.MONTHS.index(title[1]) + 1)
        elif not line:
            month = None
        elif month and not line.startswith(" Mo"):
            for sign, number, letters in re.findall(r"([^\w ]|_)?(\d+)([a-zA-Z]*)", line):
                found[date(*month, int(number))] = (sign, letters)
    return found


def signs_of(text: str) -> dict[date, str]:
    return {day: sign for day, (sign, _) in days_of(text).items()}


def letters_of(text: str) -> dict[date, str]:
    return {day: letters for day, (_, letters) in days_of(text).items() if letters}


def key_of(text: str) -> list[str]:
    """Parse the key into pairs of a sign and its meaning."""
    block = next(part for part in text.split("\n\n") if re.match("[●✓] ", part))
    return [entry.strip() for line in block.splitlines() for entry in re.split("  +", line)]


# --- laws -----------------------------------------------------------------------------------


@given(
    plans_with_sessions(),
    st.integers(-400, 1200),
    st.integers(28, 200),
    st.sampled_from(["utf-8", "ascii"]),
)
def test_a_grid_has_every_session_fits_the_canvas_and_says_the_same_without_colour(
    drawn, since_the_first, width, encoding
):
    plan, sessions = drawn
    today = sessions[0].date + timedelta(days=since_the_first)
    days = signs_of(shown(plan, sessions, today, width=24))
    marked = {day for day, sign in days.items() if sign in SESSION_SIGNS}
    assert marked == {session.date for session in sessions} - {today}
    assert [day for day, sign in days.items() if sign == ">"] == [today] * (today in days)
    text = shown(*drawn, width=width, encoding=encoding)
    assert max(map(cell_len, text.splitlines())) <= width
    assert encoding == "utf-8" or text.isascii()
    coloured = shown(*drawn, width=width, encoding=encoding, colour=True)
    plain = re.sub(r"\x1b\[[\d;]*m", "", coloured)
    assert re.sub(" +$", "", plain, flags=re.MULTILINE) == text


NAMES = st.sampled_from(["minoxidil", "Minoxidil", "retinoid", "photos", "皮膚", "new cartridge"])
PIECES = st.one_of(
    st.builds(lambda name: f"pause {name}=-0d+1d", NAMES),
    st.builds(lambda name: f"cue {name}=+1d", NAMES),
    st.builds(lambda name: f"checkpoint {name}=every 4w", NAMES),
)


@given(st.lists(PIECES, max_size=4, unique=True), st.integers(70, 120))
def test_each_kind_of_care_has_a_letter_and_is_on_each_of_its_days(pieces, width):
    plan = plan_of(care=pieces, every="6x1w")
    text = shown(plan, width=width if len(pieces) > 1 else 60)
    items = care.care(plan, schedule.schedule(plan))
    kinds = {(item.name, isinstance(item, care.Paused)) for item in items}
    letters = dict(
        re.findall(r"(?<![^ \n])([A-Za-z+]) (\S.*?)(?=   |\n)", text.split("\n\n", 1)[1])
    )
    means = {f"{name} paused" if paused else name for name, paused in kinds}
    assert means <= set(letters.values())
    assert len(set(letters)) == len(letters)


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
def test_as_many_months_are_side_by_side_as_fit(width, beside):
    text = shown(plan_of(every="9x4w"), width=width)
    titles = [line.split() for line in text.splitlines() if re.match(r" +Dec 2026", line)]
    assert len(titles[0]) == 2 * beside


# --- what a day says ------------------------------------------------------------------------

AWAY = Closed(
    closures=(Closure(days=grammar.closed("2026-12-10..2026-12-12", "avoid"), reason="ski"),),
    recorded=CREATED,
)


def test_a_day_has_the_sign_of_its_session_or_closure_and_a_letter_for_all_its_care():
    plan = plan_of(care=["pause minoxidil=-0d+2d", "cue wash=+1d"], log=(AWAY,))
    text = shown(plan, width=40)
    days, letters = signs_of(text), letters_of(text)
    assert [days[date(2026, 12, day)] for day in range(1, 5)] == ["●", "", "", ""]
    assert [letters.get(date(2026, 12, day)) for day in range(1, 5)] == ["m", "mW", "m", None]
    assert [days[date(2026, 12, day)] for day in range(9, 14)] == ["", "×", "×", "×", ""]


def test_no_pause_is_hidden_by_a_cue_or_by_another_pause():
    pieces = (
        "pause minoxidil=-0d+1d",
        "pause melatonin=-1d+1d",
        "cue massage=0d",
        "checkpoint photos=every 4w",
    )
    text = shown(plan_of(care=pieces), width=60)
    assert letters_of(text)[date(2026, 12, 29)] == "miMP"
    assert {"m melatonin paused", "i minoxidil paused", "M massage", "P photos"} <= set(
        key_of(text)
    )


def test_every_state_of_a_session_has_its_sign():
    sessions = schedule.schedule(plan_of())
    states = (Status.DONE, Status.SKIPPED, Status.MISSED, *[Status.PLANNED] * 2, Status.DROPPED)
    lived = [replace(s, status=state) for s, state in zip(sessions, states, strict=True)]
    text = shown(plan_of(), lived, date(2027, 3, 6), width=24)
    assert [signs_of(text).get(session.date) for session in lived] == [*"✓_!?●", None]


def test_the_key_lists_what_occurs_and_nothing_else():
    assert key_of(shown(plan_of(), width=200)) == ["● session"]
    plan = plan_of(care=["pause minoxidil=-0d+1d", "checkpoint photos=5w"], log=(AWAY,))
    assert key_of(shown(plan, today=date(2026, 12, 20), width=200)) == [
        "● session",
        "? late",
        "× closed",
        "> today",
        "m minoxidil paused",
        "P photos",
    ]


@pytest.mark.parametrize(
    ("today", "says"),
    [
        pytest.param("2026-12-29", "> today: session 2", id="a session"),
        pytest.param("2026-12-11", "> today: closed", id="a closed day"),
        pytest.param("2026-12-24", "> today", id="nothing"),
    ],
)
def test_the_key_says_what_the_sign_of_today_hides(today, says):
    plan = plan_of(care=["pause minoxidil=-0d+1d", "cue wash=+1d"], log=(AWAY,))
    assert says in key_of(shown(plan, today=date.fromisoformat(today), width=200))


def test_a_session_that_was_done_today_says_so():
    sessions = [replace(s, status=Status.DONE) for s in schedule.schedule(plan_of())]
    text = shown(plan_of(), sessions, date(2026, 12, 29), width=200)
    assert "> today: session 2, done" in key_of(text)


def test_of_two_sessions_on_a_day_the_active_one_is_shown():
    first, second, *rest = schedule.schedule(plan_of())
    skipped = replace(second, status=Status.SKIPPED)
    moved = replace(rest[0], date=second.date)
    days = signs_of(shown(plan_of(), [first, moved, skipped], width=24))
    assert days[second.date] == "●"


def test_care_is_listed_below_and_can_be_left_out():
    plan = plan_of(care=["pause minoxidil=-0d+1d"])
    assert "Minoxidil paused  1–2 Dec, 29–30 Dec" in shown(plan)
    assert letters_of(shown(plan, with_care=False, width=24)) == {}
    told = care_text.rows(care.care(plan, schedule.schedule(plan)))
    assert all(f"\n{when}" in shown(plan, with_care=True) for when, _ in told)


def test_control_characters_in_a_name_are_escaped():
    plan = replace(plan_of(), care=(Pause(name="[red]\x1b[2J", before=0, after=1),))
    text = re.sub(r"\x1b\[[\d;]+m", "", shown(plan, colour=True, width=200))
    assert r"r [red]\x1b[2J paused" in text


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
Dec 2026 ●1 ×24 ×25
×26 ●29
● session   × closed

2 sessions in 4
weeks
next Tue 1 Dec, in 9
days
"""


def test_days_are_listed_if_a_month_does_not_fit():
    text = shown(plan_of(every="2x4w", avoid=["2026-12-24..2026-12-26"]), width=20)
    assert text.split("\n\n", 1)[1] == AT_20


def test_a_title_of_wide_characters_moves_no_column():
    wide, narrow = (shown(plan_of(title=title)) for title in ("頭皮" * 30, "x"))
    assert wide.split("\n\n", 1)[1] == narrow.split("\n\n", 1)[1]
    assert max(map(cell_len, wide.splitlines())) <= 80


@pytest.mark.slow
def test_thirty_years_of_sessions_are_all_there():
    days = signs_of(shown(plan_of(every="3650x3d"), width=24))
    assert sum(sign == "●" for sign in days.values()) == 3_650


def test_plain_encodings_get_plain_signs():
    plan = plan_of(care=["pause minoxidil=-0d+1d", "checkpoint photos=5w"], log=(AWAY,))
    text = shown(plan, encoding="ascii", today=date(2026, 12, 20))
    assert "x10 x11 x12  13" in text
    assert "?1m  2m  3" in text
    assert " 5P " in text
    assert text.isascii()
