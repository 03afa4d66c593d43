"""The course a person chose, from the library or from their own file."""

from __future__ import annotations

from pathlib import Path

from microplan.courses import library, notices
from microplan.courses.course import SEPARATOR, Course
from microplan.errors import PlanFileError
from microplan.model.plan import Plan
from microplan.storage import files

SUFFIX = ".toml"


def find(name: str) -> tuple[Course, str]:
    """Find a course by its id or file name, and the variant named after a colon."""
    own, colon, variant = name.rpartition(SEPARATOR)
    if not colon or name.endswith(SUFFIX):
        own, variant = name, ""
    course = _file(own) if own.endswith(SUFFIX) else library.load(own)
    course.stated(variant)  # raises an error that lists the variants if this isn't one
    return course, variant


def _file(name: str) -> Course:
    """Read a course file; errors name the file."""
    try:
        return library.read(files.read(Path(name)), Path(name).stem)
    except PlanFileError as error:
        message = str(error) if str(error).startswith(name) else f"{name}: {error}"
        raise PlanFileError(message, findings=error.findings) from None


def reference(name: str) -> str:
    """Return the id under which a plan records a course, even if it came from a file.

    A plan file can come from anywhere, so it never names a file that would then be opened.
    """
    if SUFFIX not in name:
        return name
    course, variant = find(name)
    return course.named(variant)


def origin(name: str) -> str:
    """Return the notice on where a course comes from: a published trial, or a person's own file."""
    return notices.OWN_COURSE if SUFFIX in name else notices.COURSE


def variants(name: str) -> list[str]:
    """Name the variant used by default, and the others of the course."""
    course, variant = find(name)
    first, *others = course.ways()
    if variant or not others:
        return []
    own = name.removesuffix(SEPARATOR)
    taken = f"in its variant {first}" if first else "as first described"
    named = ", ".join(f"{own}{SEPARATOR}{other}" for other in others)
    return [f"{own} is followed {taken}; other variants: {named}"]


def departure(plan: Plan, name: str) -> list[str]:
    """Describe how a plan differs from the course ``name`` it was started from, if at all."""
    course, variant = find(name)
    differences = library.departures(course, variant, plan.rules)
    if not differences:
        return []
    return [f"started from {name}, but yours differs: {'; '.join(differences)}"]
