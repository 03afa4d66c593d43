"""The builder of plans for tests: from rule words, with care, and with a log that may be typed."""

from datetime import UTC, date, datetime

from msgspec.structs import replace

from microplan.amendments import amend, moving, recording
from microplan.amendments.amended import Stamp
from microplan.formats import Subject
from microplan.model import ids
from microplan.rules import care_words, grammar, suggestions, words
from microplan.rules.day_spellings import Direction, View
from microplan.scheduling.schedule import schedule
from microplan.storage import plan_file

CREATED = datetime(2026, 11, 22, 20, tzinfo=UTC)
TODAY = CREATED.date()
STAMP = Stamp(datetime(2026, 11, 23, 9, tzinfo=UTC))
"""The time at which entries are recorded."""
LATER = date(2027, 12, 31)
"""The day on which it is typed, after every day that the tests name."""
WORDS = {"start": "2026-12-01", "every": "6x4w", "tz": "UTC"}


def plan_of(  # noqa: PLR0913 - a plan has that many parts
    *typed,
    title="Scalp session",
    created=CREATED,
    rules=None,
    care=(),
    log=(),
    closed=(),
    protocol="",
    **changed,
):
    """Make a plan from these rules, or from ``WORDS`` with some of them changed.

    A piece of care is a value, or text as it is typed. What is typed about the plan itself is
    added to its log: ``plan_of("done 1 2026-12-02", care=["cue wash=+1d"], every="4x1w")``.
    """
    read = rules or words.parse(WORDS | changed)
    plan = replace(
        ids.new_plan(title, read, created),
        care=tuple(_piece(each) if isinstance(each, str) else each for each in care),
        log=tuple(log),
        closed=closed,
        protocol=protocol,
    )
    for command in typed:
        plan = say(plan, command).plan
    return plan


def _piece(text):
    kind, _, piece = text.partition(" ")
    return care_words.parse(kind, piece)


def say(plan, command, today=LATER):  # noqa: PLR0911 - one return for each command
    """Carry out a command given as text with no flag but ``--not``: ``done 2 2026-12-09``."""
    match command.split():
        case ["done", *given, on]:
            number = int(given[0]) if given else None
            return recording.done(
                plan,
                number,
                suggestions.day(on, "on", View(today=today, direction=Direction.PAST)),
                today,
                STAMP,
            )
        case ["move", number, to, *only]:
            day = suggestions.target(to, "to", View(today=today), moving.day_of(plan, int(number)))
            return moving.move(plan, int(number), day, STAMP, only=bool(only))
        case ["skip", number, *extend]:
            return amend.skip(plan, int(number), STAMP, extend=bool(extend))
        case ["avoid", "--not", *ranges]:
            return amend.open_days(plan, [grammar.opened(text, "--not") for text in ranges], STAMP)
        case ["avoid", *ranges]:
            return amend.avoid(plan, [grammar.closed(text, "avoid") for text in ranges], STAMP)
        case ["revise", *changes]:
            return amend.revise(plan, dict(word.split("=", 1) for word in changes), STAMP)
        case ["undo"]:
            return amend.undo(plan, STAMP)
    raise AssertionError(command)


def subject_of(plan, today=TODAY, **more):
    """Return what a format needs to render a plan."""
    return Subject(plan=plan, sessions=schedule(plan), today=today, **more)


def plan_at(path):
    """Load a plan file."""
    return plan_file.load(path.read_text(encoding="utf-8"), zone=lambda: "UTC")[0]


def days(plan):
    """Give the days of the sessions, as dates."""
    return [session.date for session in schedule(plan)]
