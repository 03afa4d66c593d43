"""Days on a line: in order, within it, and named where there is room."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.formats.axis import Axis, labels
from microplan.wording import phrases


@st.composite
def axes(draw):
    first = draw(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
    days = draw(st.integers(1, 400) | st.integers(1, 36_525))
    last = first + timedelta(days=days - 1)
    return Axis(first=first, last=last, columns=draw(st.integers(1, 200)))


@given(axes(), st.data())
def test_days_stand_on_the_line_in_their_order(axis, data):
    some = st.integers(0, axis.days - 1).map(lambda days: axis.first + timedelta(days=days))
    early, late = sorted([data.draw(some), data.draw(some)])
    assert 0 <= axis.column(early) <= axis.column(late) < axis.columns


@given(axes())
def test_labels_stay_within_the_line_and_apart(axis):
    for line in labels(axis):
        assert len(line) <= axis.columns
        assert all(len(word) == (4 if word.isdigit() else 3) for word in line.split())


@given(axes())
def test_a_label_stands_where_its_month_or_year_begins(axis):
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
