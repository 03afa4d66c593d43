"""Loads published courses, starts plans from them, and compares plans with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from msgspec.structs import replace

from microplan.courses.course import FIELDS, LISTS, Course, CourseReader, Fact
from microplan.courses.marks import Source
from microplan.courses.safety import SOURCES
from microplan.errors import PlanFileError
from microplan.model import dates
from microplan.model.care import Care, Use
from microplan.model.rules import Rules
from microplan.rules import nearest
from microplan.rules import pace as paces
from microplan.rules import words as rules
from microplan.storage import toml

FOLDER, SUFFIX = "courses/data", ".toml"
INDEX = f"sources{SUFFIX}"
"""The file of sources that only courses name; those of ``safety`` aren't repeated in it."""
RECORDED_WORDS = ("setting", "device", "depth")
"""Fields that a plan takes as rule words of the same name, besides the pace."""


# --- the files ------------------------------------------------------------------------------


def ids() -> tuple[str, ...]:
    """List the ids of published courses, sorted by id, never by result."""
    from importlib.resources import files

    names = [file.name for file in files("microplan").joinpath(FOLDER).iterdir()]
    stems = (name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX))
    return tuple(sorted(name for name in stems if name != INDEX.removesuffix(SUFFIX)))


@cache
def load(name: str) -> Course:
    """Load a published course (cached); raises PlanFileError for an unknown name."""
    known = ids()
    if name not in known:
        listed = f"`microplan protocols` lists them; a file of your own ends in {SUFFIX}"
        raise PlanFileError(f"there's no course {name!r}. {nearest.question(name, known, listed)}")
    return read(_text(f"{name}{SUFFIX}"), name)


def read(text: str, name: str) -> Course:
    """Read a person's own course file; ``name`` is its id unless it has one.

    Raises PlanFileError with every fault of the file, each with its dotted path.
    """
    reader = CourseReader(sources())
    course = reader.course(toml.read(text), name)
    if course is None:
        raise reader.refusal()
    return course


@cache
def sources() -> Mapping[str, Source]:
    """Return all numbered sources, in order."""
    index = toml.read(_text(INDEX))
    index = SOURCES | {
        name: Source(table["address"], table["what"]) for name, table in index.items()
    }
    return MappingProxyType(dict(sorted(index.items(), key=lambda item: int(item[0][1:]))))


def _text(name: str) -> str:
    from importlib.resources import files

    return files("microplan").joinpath(FOLDER, name).read_text(encoding="utf-8")


# --- what a plan takes from a course --------------------------------------------------------


def words(course: Course, variant: str = "") -> dict[str, str]:
    """Spell the rule words that a plan takes from a course: the pace, and ``RECORDED_WORDS``."""
    stated = course.stated(variant)
    means = {word: stated[word].value for word in RECORDED_WORDS if word in stated}
    return {"every": stated["pace"].value, **means}


def beginning(
    course: Course, variant: str, own: Mapping[str, object]
) -> tuple[dict[str, str], tuple[Care, ...]]:
    """Return the words and care a plan starts with; the person's own number of sessions wins."""
    stated = words(course, variant)
    if "sessions" in own and "every" not in own:
        pace = rules.every(stated["every"], "every")
        number = paces.number(str(own["sessions"]), "sessions")
        stated["every"] = str(paces.remaining(pace, 0, number))
    return stated, care(course, variant)


def care(course: Course, variant: str = "") -> tuple[Care, ...]:
    """Return the care in a course: its pause, and the checkpoints of its results."""
    stated = course.stated(variant)
    facts = (*(stated[kind] for kind in ("use", "pause") if kind in stated), *course.readouts)
    return tuple(_sourced(course, fact) for fact in facts if fact.care is not None)


def _sourced(course: Course, fact: Fact) -> Care:
    """Add the course, the mark and the sources to a use, because a plan shows it every day."""
    assert fact.care is not None  # noqa: S101 - the caller asked
    if not isinstance(fact.care, Use):
        return fact.care
    return replace(fact.care, source=f"{course.id}, {fact.mark}: {', '.join(fact.sources)}")


# --- how a plan and a course differ ---------------------------------------------------------


def departures(course: Course, variant: str, plan: Rules) -> tuple[str, ...]:
    """List where a plan's rules differ from the course: ``every 6x4w (record: 12x1w)``.

    A word that is missing in either doesn't count.
    """
    stated = words(course, variant)
    recorded = Rules(start=plan.start, every=rules.every(stated["every"], "every"))
    own = {word: str(getattr(plan, word) or "") for word in RECORDED_WORDS}
    differences = [
        f"{word} {own[word]} (record: {stated[word]})"
        for word in RECORDED_WORDS
        if own[word] and word in stated and _plain(own[word]) != _plain(stated[word])
    ]
    return (*_other_days(plan, recorded), *differences)


def _other_days(plan: Rules, recorded: Rules) -> Iterator[str]:
    """Yield how two paces differ in their days or, if those agree, in their gaps."""
    if _days(plan) != _days(recorded):
        ends = {"sessions": plan.sessions, "until": plan.until}
        end = "".join(f", {word} {value}" for word, value in ends.items() if value is not None)
        yield f"every {plan.every}{end} (record: {recorded.every})"
    elif _closest(plan) < _closest(recorded):
        yield f"gap {_closest(plan)}d (record: {recorded.every})"


def _days(plan: Rules) -> list[date]:
    return [day for _, day in dates.pace_days(plan)]


def _closest(plan: Rules) -> int:
    return min(plan.gap_of(step) for step in dates.steps(plan))


def _plain(text: str) -> str:
    return "".join(text.split()).lower().replace(",", ".")


# --- what else there is to say of a course --------------------------------------------------


def not_stated(course: Course) -> tuple[str, ...]:
    """List the fields that our sources don't state."""
    stated = set(course.facts).union(*(variant.facts for variant in course.variants))
    lists = dict(zip(LISTS, (course.readouts, course.results), strict=True))
    absent = [field for field in FIELDS if field not in stated]
    return (*absent, *(name for name, facts in lists.items() if not facts))


def others_at(course: Course) -> tuple[tuple[str, str], ...]:
    """List the other published courses at the same depth with their paces, sorted by id.

    Each has the name that starts a plan from it, including its variant if it has several.
    """
    depths = set(_depths(course))
    if not depths:
        return ()
    others = (load(name) for name in ids() if name != course.id)
    return tuple(
        (other.named(way), other.stated(way)["pace"].value)
        for other in others
        for way in other.ways()
        if not depths.isdisjoint(_depths(other, way))
    )


def _depths(course: Course, *ways: str) -> Iterator[str]:
    for way in ways or course.ways():
        if "depth" in (stated := course.stated(way)):
            yield _plain(stated["depth"].value)
