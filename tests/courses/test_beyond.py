"""What a new plan is compared with: the deepest and the most frequent needling on record."""

import pytest

from microplan.courses import library, records
from microplan.model.values import millimetres
from tests.build import plan_of

NOTICES = {
    "a pace and a length that a course has": ({"every": "12x1w", "depth": "1.5mm"}, ""),
    "a length between those of courses": ({"every": "12x1w", "depth": "1.3mm"}, ""),
    "no length and a pace that a course has": ({"every": "26x4d"}, ""),
    "months": ({"every": "6x1mo", "depth": "2mm"}, ""),
    "a single session has no pace": ({"every": "1x1d", "depth": "1.5mm"}, ""),
    "a pace shorter than any": (
        {"every": "10x2d"},
        "Every 2 days: no course here needles more often than every 3 days.",
    ),
    "a recurrence": (
        {"every": "RRULE:FREQ=DAILY;COUNT=3"},
        "Every day: no course here needles more often than every 3 days.",
    ),
    "a pace shorter than any at that depth": (
        {"every": "10x2d", "depth": "1.5mm"},
        "Every 2 days at 1.5 mm: no course here needles more often than once a week at that depth.",
    ),
    "longer needles than any": (
        {"every": "6x2w", "depth": "2.5mm"},
        "2.5 mm: no course here needles deeper than 2 mm.",
    ),
    "both": (
        {"every": "30x1d", "depth": "3mm"},
        (
            "Every day at 3 mm: no course here needles deeper than 2 mm or more often than every "
            "2 weeks at that depth."
        ),
    ),
    "at home the length has a notice of its own": (
        {"every": "6x2w", "depth": "3mm", "setting": "home"},
        "",
    ),
    "each phase with its own length": (
        {"every": "4x1d,4x2w", "depth": "0.5mm,1.5mm"},
        "Every day at 0.5 mm: no course here needles more often than once a week at that depth.",
    ),
}


@pytest.mark.parametrize(("words", "notice"), NOTICES.values(), ids=NOTICES)
def test_a_plan_beyond_every_record_is_named_with_its_own_number(words, notice):
    assert records.beyond(plan_of(**words).rules) == ((notice,) if notice else ())


@pytest.mark.parametrize("name", library.ids())
def test_no_course_is_beyond_the_records(name):
    course = library.load(name)
    for way in course.ways():
        assert records.beyond(plan_of(**library.words(course, way)).rules) == ()


def test_the_deepest_needle_is_that_of_a_course():
    stated = [
        course.stated(way)["depth"].value
        for course in map(library.load, library.ids())
        for way in course.ways()
        if "depth" in course.stated(way)
    ]
    (notice,) = records.beyond(plan_of(every="6x4w", depth="9mm").rules)
    assert notice.endswith(f"deeper than {max(map(millimetres, stated)):g} mm.")
