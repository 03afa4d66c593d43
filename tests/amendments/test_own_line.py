"""The next session in a person's own template."""

from datetime import date
from functools import partial

import pytest

from microplan.amendments import own_line
from microplan.errors import UsageError
from microplan.scheduling.schedule import schedule
from tests import build

WEEKLY = {"start": "2026-12-01", "every": "4x1w"}
TIMED = WEEKLY | {"at": "20:00", "tz": "Europe/Berlin"}
plan_of = partial(build.plan_of, title="Laser", **WEEKLY)


def day(text):
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("{number}/{of} {weekday} {time}", "2/4 Tue 20:00"),
        ("{date} {day} {days}", "2026-12-08 Tue 8 Dec -1"),
        ("{status} {standing} {title}", "planned due Laser"),
        ("{{{number}}}", "{2}"),
        ("{days:>3}|{number:02}|{title:.3}", " -1|02|Las"),
        ("{start:%d.%m. %H:%M} {date:%a}", "08.12. 20:00 Tue"),
        ("{start}", "2026-12-08T20:00:00+01:00"),
        ("as it is", "as it is"),
        ("", ""),
    ],
)
def test_a_template_is_filled(form, line):
    plan = plan_of("done 1 2026-12-01", **TIMED)
    assert own_line.format_line(form, plan, schedule(plan), day("12-09")) == line


@pytest.mark.parametrize("name", own_line.FIELDS)
def test_without_a_next_session_every_field_is_empty(name):
    plan = plan_of("skip 1", "skip 2", "skip 3", "skip 4", **TIMED)
    assert own_line.format_line(f"[{{{name}:%d}}]", plan, schedule(plan), day("12-09")) == "[]"
    assert own_line.format_line(f"[{{{name}}}]", plan, schedule(plan), day("12-09")) == "[]"


def test_a_discreet_plan_has_no_title_in_a_line():
    plan = plan_of(discreet="yes")
    assert own_line.format_line("{title}", plan, schedule(plan), day("12-01")) == "appointment"


@pytest.mark.parametrize(
    ("form", "message"),
    [
        *(
            pytest.param(
                f"a {form} b",
                f'the line "a {form} b" names {{{name}}}; number, of, date, weekday, day, time, '
                "days, status, standing, title, id, file, start, tz are known",
                id=form,
            )
            for form, name in [
                ("{hour}", "hour"),
                ("{}", ""),
                ("{number.real}", "number.real"),
                ("{number!r}", "number"),
            ]
        ),
        ("{number:>9999999}", 'can\'t use the format ">9999999" for {number}'),
        ("{days:{number}}", 'can\'t use the format "{number}" for {days}'),
        ("{days:nonsense}", 'can\'t use the format "nonsense" for {days}'),
        ("a { b", 'the line "a { b" has an unmatched brace. Write {{ for a literal brace'),
        ("a } b", 'the line "a } b" has an unmatched brace. Write {{ for a literal brace'),
    ],
)
def test_an_invalid_template_is_refused(form, message):
    plan = plan_of()
    with pytest.raises(UsageError) as caught:
        own_line.format_line(form, plan, schedule(plan), day("12-01"))
    assert str(caught.value) == message
