"""What a published course answers in place of a person, and what a pace does."""

from __future__ import annotations

from microplan.cli.wizard import answers
from microplan.cli.wizard.answers import Answer, Known
from microplan.courses import library
from microplan.courses.course import Course
from microplan.errors import PlanFileError, RuleError, UsageError
from microplan.model.values import Pace, Pause, Recurrence
from microplan.rules import pace as paces
from microplan.rules import words as rules
from microplan.wording import phrases

_OWN = ("n", "no", "none", "own")
_FROM_COURSE = "from the course"


def course(text: str, _: Known) -> Answer:
    """Read the name of a published course, and take its words over."""
    name = text.lower()
    if name in _OWN:
        return Answer(words={})
    try:
        found, variant = _find(name)
        words = library.words(found, variant)
    except (PlanFileError, UsageError) as error:
        span = (0, len(text))
        raise RuleError(str(error), word="protocol", text=text, span=span) from None
    protocol = f"{found.id}:{variant}" if variant else found.id
    return Answer(words={"protocol": protocol, **words}, echo=_studied(found, variant))


def _find(name: str) -> tuple[Course, str]:
    """Find a published course, and the variant named after a colon."""
    own, _, variant = name.partition(":")
    return library.load(own), variant


def _studied(found: Course, variant: str) -> str:
    """Say whom a course was for, how it was studied, and which of its variants is taken."""
    stated = found.stated(variant)
    said = [stated[field].value for field in ("condition", "design") if field in stated]
    ways = found.ways()
    if not variant and len(ways) > 1:
        said.append(f"{ways[0] or 'as told first'}, not {phrases.listing(ways[1:], 'or')}")
    return " · ".join(said)


def courses() -> str:
    """Name every published course in each of its ways."""
    found = [library.load(name) for name in library.ids()]
    named = [f"{each.id}:{way}" if way else each.id for each in found for way in each.ways()]
    return ", ".join(named)


# --- what is not asked then, or asked otherwise ---------------------------------------------


def _taken(known: Known, *words: str) -> list[str]:
    """Give those of the words that a course stated."""
    if "protocol" not in known.words:
        return []
    return [str(known.words[word]) for word in words if word in known.words]


def setting_taken(known: Known) -> str:
    """Say where a course took place; a plan that follows it may take place elsewhere."""
    taken = _taken(known, "setting")
    return ", ".join([*taken, f"{_FROM_COURSE}; home if yours are at home"]) if taken else ""


def device_taken(known: Known) -> str:
    """Say the device and the needle length of a course that states both."""
    taken = _taken(known, "device", "depth")
    return ", ".join([*taken, _FROM_COURSE]) if len(taken) > 1 else ""


def device_begun(known: Known) -> str:
    """Say the device or the needle length of a course that states one of them."""
    taken = _taken(known, "device", "depth")
    return ", ".join([*taken, f"{_FROM_COURSE}; Enter adds nothing"]) if taken else ""


def every_taken(known: Known) -> str:
    """Say the pace of a course."""
    taken = [answers.every(text, known).echo or text for text in _taken(known, "every")]
    return ", ".join([*taken, _FROM_COURSE]) if taken else ""


def pause_begun(known: Known) -> str:
    """Say what a course paused."""
    pauses = [
        each
        for name in _taken(known, "protocol")
        for each in library.care(*_find(name))
        if isinstance(each, Pause)
    ]
    return ", ".join([*map(answers.paused, pauses), _FROM_COURSE]) if pauses else ""


def counted(known: Known) -> str:
    """Say the end that the pace itself has."""
    pace = rules.every(str(known.words["every"]), "every")
    until = None if isinstance(pace, Pace) else pace.until
    count = pace.count if isinstance(pace, Recurrence) else paces.count(pace)
    ends = [phrases.count(count, "session")] if count else []
    ends += [f"until {phrases.day(until)}"] if until else []
    origin = _FROM_COURSE if _taken(known, "every") else "from the pace"
    return ", ".join([*ends, origin]) if ends else ""
