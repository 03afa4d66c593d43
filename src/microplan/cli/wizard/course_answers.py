"""The answers that a published course or a pace gives to later questions."""

from __future__ import annotations

from microplan.cli.wizard import answers
from microplan.cli.wizard.answers import Answer, Known
from microplan.courses import library
from microplan.courses.course import Course
from microplan.errors import PlanFileError, RuleError, UsageError
from microplan.model.care import Pause
from microplan.model.values import Pace, Recurrence
from microplan.rules import pace as paces
from microplan.rules import words as rules
from microplan.wording import phrases

_OWN = ("n", "no", "none", "own")
_FROM_COURSE = "from the course"
MEANS = library.RECORDED_WORDS


def course(text: str, known: Known) -> Answer:
    """Parse the name of a published course, whose words apply unless an answer overrides them."""
    name = text.lower()
    if name in _OWN:
        return Answer(words={})
    try:
        record, variant = _find(name)
        words = library.words(record, variant)
    except (PlanFileError, UsageError) as error:
        span = (0, len(text))
        raise RuleError(str(error), word="protocol", text=text, span=span) from None
    protocol = f"{record.id}:{variant}" if variant else record.id
    own = {word: known.words[word] for word in words if word in known.words}
    means = [words[word] for word in MEANS if word in words and word not in known.words]
    taken = [f"{', '.join(means)} {_FROM_COURSE}"] if means else []
    echo = " · ".join([*filter(None, [_studied(record, variant)]), *taken])
    return Answer(words={"protocol": protocol, **words, **own}, echo=echo)


def _find(name: str) -> tuple[Course, str]:
    """Find a published course, and the variant named after a colon."""
    own, _, variant = name.partition(":")
    return library.load(own), variant


def _studied(record: Course, variant: str) -> str:
    """Describe who a course was for, how it was studied, and which variant is used."""
    stated = record.stated(variant)
    facts = [stated[field].value for field in ("condition", "design") if field in stated]
    ways = record.ways()
    if not variant and len(ways) > 1:
        facts.append(f"{ways[0] or 'as first described'}, not {phrases.listing(ways[1:], 'or')}")
    return " · ".join(facts)


def courses() -> list[str]:
    """List every published course and variant by name, those on androgenetic alopecia first."""
    records = sorted(map(library.load, library.ids()), key=_first_androgenetic)
    return [f"{one.id}:{way}" if way else one.id for one in records for way in one.ways()]


def course_lines() -> list[str]:
    """Describe each course in one line: its place, depth, interval and patients."""
    lines = []
    for name in courses():
        stated = _find(name)[0].stated(name.partition(":")[2])
        fields = ("setting", "depth", "pace", "condition")
        setting, depth, pace, condition = (
            stated[field].value if field in stated else "–" for field in fields
        )
        pace = "rule" if pace.startswith("RRULE") else pace
        whom = condition.replace("androgenetic alopecia", "androgenetic")
        lines.append(f"{name:<23}{setting:<7}{depth:<10}{pace:<9}{whom}")
    return lines


def _first_androgenetic(course: Course) -> tuple[bool, str]:
    stated = course.stated(course.ways()[0])
    return "androgenetic" not in stated["condition"].value, course.id


# --- what is not asked then, or asked otherwise ---------------------------------------------


def _taken(known: Known, *words: str) -> list[str]:
    """Return those of ``words`` that come from a course."""
    if "protocol" not in known.words:
        return []
    return [str(known.words[word]) for word in words if word in known.words]


def pace(known: Known) -> str:
    """Return the pace of the chosen course, the default for Enter."""
    return "".join(_taken(known, "every"))


def pace_begun(known: Known) -> str:
    """Describe the pace of the chosen course."""
    readings = [answers.every(text, known).echo or text for text in _taken(known, "every")]
    return ", ".join([*readings, f"{_FROM_COURSE}; Enter takes it"]) if readings else ""


def number(known: Known) -> str:
    """Return the number of sessions of the chosen course, the default for Enter."""
    count = _count(known)
    return str(count) if count and _taken(known, "every") else ""


def pause_begun(known: Known) -> str:
    """Describe what the chosen course paused."""
    pauses = [
        piece
        for name in _taken(known, "protocol")
        for piece in library.care(*_find(name))
        if isinstance(piece, Pause)
    ]
    return ", ".join([*map(answers.paused, pauses), _FROM_COURSE]) if pauses else ""


def counted(known: Known) -> str:
    """Describe the end that the person's own pace sets; empty for a course's, which may be changed."""
    if _taken(known, "every"):
        return ""
    pace = rules.every(str(known.words["every"]), "every")
    until = None if isinstance(pace, Pace) else pace.until
    count = _count(known)
    ends = [phrases.count(count, "session")] if count else []
    ends += [f"until {phrases.day(until)}"] if until else []
    return ", ".join([*ends, "from the pace"]) if ends else ""


def _count(known: Known) -> int | None:
    """Return the pace's number of sessions, if it has one."""
    pace = rules.every(str(known.words["every"]), "every")
    return pace.count if isinstance(pace, Recurrence) else paces.count(pace)
