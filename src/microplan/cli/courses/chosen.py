"""The course that a person chose: one of the library, or one in a file of their own."""

from __future__ import annotations

from pathlib import Path

from microplan.courses import library, notices
from microplan.courses.course import SEPARATOR, Course
from microplan.errors import PlanFileError
from microplan.model.plan import Plan
from microplan.storage import files

SUFFIX = ".toml"


def find(name: str) -> tuple[Course, str]:
    """Find a course by its id, or by a file of one's own, and the variant named after a colon."""
    own, colon, variant = name.rpartition(SEPARATOR)
    if not colon or name.endswith(SUFFIX):
        own, variant = name, ""
    course = _file(own) if own.endswith(SUFFIX) else library.load(own)
    course.stated(variant)  # names the variants there are, if this is none of them
    return course, variant


def _file(name: str) -> Course:
    """Read a course file; a fault names the file."""
    try:
        return library.read(files.read(Path(name)), Path(name).stem)
    except PlanFileError as error:
        message = str(error) if str(error).startswith(name) else f"{name}: {error}"
        raise PlanFileError(message, findings=error.findings) from None


def reference(name: str) -> str:
    """Name a course as a plan remembers it: by its id, even if it came from a file.

    A plan file can come from anywhere, so it never names a file that would then be opened.
    """
    if SUFFIX not in name:
        return name
    course, variant = find(name)
    return course.named(variant)


def origin(name: str) -> str:
    """Say what a course is: a record of a trial, or whatever a person's own file states."""
    return notices.OWN_COURSE if SUFFIX in name else notices.COURSE


def variants(name: str) -> list[str]:
    """Say which variant of a course is used if none is named, and which others there are."""
    course, variant = find(name)
    first, *others = course.ways()
    if variant or not others:
        return []
    own = name.removesuffix(SEPARATOR)
    taken = f"in its variant {first}" if first else "as first described"
    named = ", ".join(f"{own}{SEPARATOR}{other}" for other in others)
    return [f"{own} is followed {taken}; other variants: {named}"]


def departure(plan: Plan, name: str) -> list[str]:
    """Say how a plan differs from the course ``name`` it was started from, if it does."""
    course, variant = find(name)
    differences = library.departures(course, variant, plan.rules)
    if not differences:
        return []
    return [f"started from {name}, but yours differs: {'; '.join(differences)}"]
