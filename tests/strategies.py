"""Values of the rule language for property tests, and the anatomy of a refusal.

A pace is drawn first, and its window and gap in the room it leaves, so that nearly every draw
is valid: windows do not overlap, a gap fits its step, a preferred day is allowed. Plans are
short, at most ``MOST`` sessions, so that whole schedules are quick.

A strategy is made once: hypothesis looks each new one through before it draws from it, which
takes longer than the drawing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import cache

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from msgspec.structs import replace

from microplan.errors import RuleError
from microplan.model.plan import Plan, Session, Status
from microplan.model.values import (
    ClosedDays,
    ClosedYearly,
    Length,
    Pace,
    Recurrence,
    Reminder,
    Span,
    Step,
    Weekdays,
    Window,
)
from microplan.rules import words as rules
from microplan.scheduling.schedule import schedule
from tests import build


def times(factor: float) -> settings:
    """Settings for so many times the examples that the other laws have."""
    return settings(max_examples=max(1, round(factor * settings().max_examples)))


FEWER = times(1 / 2)
"""For laws whose examples are slow."""

MOST = 15
"""The most sessions of a generated plan."""
FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)
ZONES = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Africa/Casablanca",
)
RECURRENCES = (
    "FREQ=DAILY;INTERVAL=10",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=TU,FR",
    "FREQ=WEEKLY;INTERVAL=3;WKST=SU;BYDAY=MO,SU",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=2TU,4TU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1",
    "FREQ=YEARLY;BYWEEKNO=10,30;BYDAY=TH",
    "FREQ=YEARLY;BYYEARDAY=1,-1",
)
COIN, SELDOM = st.booleans(), st.sampled_from((False, False, False, True))
MINUTES = 24 * 60
LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


# --- the pace -------------------------------------------------------------------------------


def between(first: date, last: date) -> st.SearchStrategy[date]:
    """Draw a day in one number, where ``st.dates`` draws a year, a month and a day."""
    return st.integers(first.toordinal(), last.toordinal()).map(date.fromordinal)


@cache
def days() -> st.SearchStrategy[date]:
    """Draw a day of ordinary years, ends of months rather often."""
    any_day = between(FIRST, LAST)
    return any_day | any_day.map(lambda day: day.replace(day=1) - timedelta(days=1))


ENDS = between(date(2036, 1, 1), date(2040, 1, 1))


@cache
@st.composite
def spans(draw: st.DrawFn, most_months: int = 4, most_days: int = 70) -> Span:
    """Draw a step's span: days, weeks, months, years, or both kinds, as in 1mo-3d."""
    kind = draw(st.sampled_from(("days", "weeks", "months", "both", "years")))
    match kind:
        case "days":
            return Span(days=draw(st.integers(1, most_days)))
        case "weeks":
            return Span(days=7 * draw(st.integers(1, max(most_days // 7, 1))))
        case "months":
            return Span(months=draw(st.integers(1, most_months)))
        case "both":
            months = draw(st.integers(1, most_months))
            least = 1 - 28 * months
            return Span(months=months, days=draw(st.integers(least, most_days)))
        case _:
            return Span(months=12)


@cache
@st.composite
def windows(draw: st.DrawFn, room: int = 28) -> Window:
    """Draw a window of at most ``room`` days from its first to its last, ``-2d+5d`` has 7."""
    after = draw(st.integers(0, min(room, 20)))
    before = draw(st.integers(0, min(room - after, 20)))
    return Window(before=before, after=after)


def step(draw: st.DrawFn, count: st.SearchStrategy[int | None], span: Span) -> Step:
    """Draw a step of this span, whose window leaves half of it free.

    So that the windows of two steps never overlap: the room after one session and before the
    next is less than either span.
    """
    room = (span.shortest - 1) // 2
    return Step(count=draw(count), span=span, window=draw(windows(room)) if draw(COIN) else None)


@cache
@st.composite
def paces(draw: st.DrawFn, *, counted: bool | None = None, most: int = MOST) -> Pace:
    """Draw a pace of 1 to 3 phases, mostly of spans that are alike, as published courses are."""
    phases = draw(st.integers(1, 3))
    first = draw(spans())
    found = []
    for phase in range(phases):
        span = draw(spans()) if phase and draw(COIN) else first
        is_open = phase == phases - 1 and (not counted if counted is not None else draw(COIN))
        count = st.none() if is_open else st.integers(1, most // phases)
        found.append(step(draw, count, span))
    least = min(step.span.shortest for step in found)
    fitting = [step if _fits(step, least) else replace(step, window=Window()) for step in found]
    return Pace(steps=tuple(fitting))


def _fits(step: Step, least: int) -> bool:
    """Whether a step's window, or the default, is free of the shortest step beside it."""
    window = step.window or Window(after=min(step.span.shortest // 7, 3))
    return window.before + window.after < (least + 1) // 2


@cache
@st.composite
def recurrences(draw: st.DrawFn, *, ended: bool | None = None) -> Recurrence:
    """Draw a recurrence rule, with its own end or without."""
    rule = draw(st.sampled_from(RECURRENCES))
    has_end = draw(COIN) if ended is None else ended
    count = draw(st.integers(1, MOST)) if has_end else None
    until = draw(ENDS) if has_end and draw(COIN) else None
    return Recurrence(rule=rule, count=count, until=until)


# --- days and hours -------------------------------------------------------------------------


@cache
def weekdays(among: tuple[int, ...] = tuple(range(7))) -> st.SearchStrategy[Weekdays]:
    """Draw some of these weekdays, at least one: a bit of a number says whether each is there."""

    def some(bits: int) -> Weekdays:
        return Weekdays(days=tuple(day for place, day in enumerate(among) if bits >> place & 1))

    return st.integers(1, 2 ** len(among) - 1).map(some)


@cache
@st.composite
def closed_days(draw: st.DrawFn, most: int = 40) -> ClosedDays:
    """Draw a day or a range of days."""
    first = draw(days())
    return ClosedDays(first=first, last=first + timedelta(days=draw(st.integers(0, most))))


@cache
@st.composite
def closed_yearly(draw: st.DrawFn, most: int = 40) -> ClosedYearly:
    """Draw days of every year, over New Year and on the leap day too."""
    first = draw(between(date(2024, 1, 1), date(2024, 12, 31)))
    last = first + timedelta(days=draw(st.integers(0, most)))
    return ClosedYearly(first=(first.month, first.day), last=(last.month, last.day))


@cache
def closed_ranges(most: int = 40) -> st.SearchStrategy[ClosedDays | ClosedYearly]:
    """Draw closed days of one year or of every year, at most ``most`` + 1 days long."""
    return closed_days(most) | closed_yearly(most)


@cache
def lengths() -> st.SearchStrategy[Length]:
    """Draw how long a session takes."""
    return st.integers(1, MINUTES).map(lambda some: Length(minutes=some))


@cache
def minutes() -> st.SearchStrategy[time]:
    """Draw a time of day, to the minute."""
    return st.integers(0, MINUTES - 1).map(lambda minute: time(*divmod(minute, 60)))


@cache
def clocks() -> st.SearchStrategy[str]:
    """Draw a time of day as text; hours that DST changes touch are among them."""
    return minutes().map("{:%H:%M}".format) | st.sampled_from(("00:00", "02:00", "02:30", "23:59"))


@cache
def reminders(*, timed: bool) -> st.SearchStrategy[Reminder]:
    """Draw a reminder for sessions with an hour of their own, or for all-day ones."""
    in_days = st.builds(Reminder, days=st.integers(1, 30), at=st.none() | minutes())
    if timed:
        before = st.integers(0, 3 * MINUTES).map(lambda some: Reminder(length=Length(minutes=some)))
        return in_days | st.just(Reminder()) | before
    return in_days | minutes().map(lambda at: Reminder(at=at))


@cache
def texts() -> st.SearchStrategy[str]:
    """Draw free text of one line, as it is after reading: composed, without blanks around it."""
    characters = st.characters(exclude_categories=("Cs",), exclude_characters=LINE_BREAKS)
    written = st.text(characters, max_size=20)
    return written.map(lambda text: rules.grammar.free_text(text, "location"))


# --- whole rules ----------------------------------------------------------------------------


def ends(draw: st.DrawFn, every: Pace | Recurrence, start: date) -> dict[str, str]:
    """Draw ``sessions`` or ``until`` or both, as far as a pace needs or allows them."""
    found = {}
    if isinstance(every, Recurrence):
        open_ended = every.count is None
        before = 0
    else:
        open_ended = every.steps[-1].count is None
        before = sum(step.count or 0 for step in every.steps[:-1])
    if open_ended:
        found["sessions"] = str(draw(st.integers(before + 1, MOST)))
    if draw(SELDOM):
        # A recurrence may have its first day a year after its start.
        least = 400 if isinstance(every, Recurrence) else 0
        last = start + timedelta(days=draw(st.integers(least, least + 1500)))
        found["until"] = last.isoformat()
    return found


def spacing(draw: st.DrawFn, every: Pace) -> dict[str, str]:
    """Draw ``gap`` and ``window`` in the room that the pace leaves."""
    least = min(step.span.shortest for step in every.steps)
    found = {}
    if draw(COIN):
        found["window"] = str(draw(windows((least - 1) // 2)))
    if draw(COIN):
        found["gap"] = str(Span(days=draw(st.integers(1, least))))
    return found


@cache
@st.composite
def rule_words(
    draw: st.DrawFn,
    *,
    constrained: bool = True,
    follow: str | None = None,
    recurring: bool | None = None,
) -> dict[str, str | list[str] | bool]:
    """Draw words that ``rules.parse`` accepts, spelled as they would be spelled back.

    Without ``constrained`` there is no ``on``, ``prefer``, ``avoid`` or ``gap``. ``follow`` and
    ``recurring`` fix what is drawn otherwise: a recurrence only ever follows the plan.
    """
    start = draw(days())
    if recurring is None:
        recurring = follow in (None, "plan") and draw(st.integers(0, 5)) == 0
    every = draw(recurrences() if recurring else paces())
    found: dict[str, str | list[str] | bool] = {"start": start.isoformat(), "every": str(every)}
    found.update(ends(draw, every, start))
    timed = draw(COIN)
    if timed:
        found["at"] = draw(clocks())
        found["duration"] = str(draw(lengths()))
    if draw(COIN):
        found["tz"] = draw(st.sampled_from(ZONES))
    if isinstance(every, Pace):
        found.update(spacing(draw, every))
        found["follow"] = follow or draw(st.sampled_from(("window", "actual", "plan")))
    if constrained:
        found.update(draw(constraints()))
    else:
        found.pop("gap", None)
    if draw(COIN):
        some = draw(st.lists(reminders(timed=timed), min_size=1, max_size=3, unique=True))
        found["remind"] = [str(reminder) for reminder in some]
    found.update(draw(notes()))
    return found


@cache
@st.composite
def constraints(draw: st.DrawFn) -> dict[str, str | list[str] | bool]:
    """Draw ``on``, ``prefer`` and ``avoid``; every week has open days again after 41 days."""
    found: dict[str, str | list[str] | bool] = {}
    allowed = tuple(range(7))
    if draw(COIN):
        on = draw(weekdays())
        allowed = on.days
        found["on"] = str(on)
    if draw(COIN):
        found["prefer"] = str(draw(weekdays(allowed)))
    ranges = draw(st.lists(closed_ranges(), max_size=3, unique=True))
    if ranges:
        found["avoid"] = [str(part) for part in ranges]
    return found


@cache
@st.composite
def notes(draw: st.DrawFn) -> dict[str, str | list[str] | bool]:
    """Draw the words that are recorded and shown, never computed with."""
    found: dict[str, str | list[str] | bool] = {}
    for word in ("location", "device"):
        if draw(SELDOM) and (text := draw(texts())):
            found[word] = text
    if draw(SELDOM):
        found["depth"] = draw(st.sampled_from(("0.5mm", "0.25mm", "1.0–2.0mm", "1±0.5mm")))
    if draw(SELDOM):
        found["setting"] = draw(st.sampled_from(("home", "clinic")))
    if draw(SELDOM):
        found["discreet"] = True
    return found


@cache
def rules_(**fixed: bool | str | None) -> st.SearchStrategy[rules.Rules]:
    """Draw whole rules; ``fixed`` is handed on to ``rule_words``."""
    return rule_words(**fixed).map(rules.parse)


@cache
@st.composite
def plans_with_sessions(draw: st.DrawFn) -> tuple[Plan, tuple[Session, ...]]:
    """Draw a plan whose sessions have been through something."""
    plan = build.plan_of(rules=draw(rules_()))
    sessions = schedule(plan)
    kinds = [status for status in Status if status is not Status.DROPPED]
    digits = draw(st.integers(0, len(kinds) ** len(sessions) - 1))  # one for each session
    return plan, tuple(
        replace(each, status=kinds[digits // len(kinds) ** place % len(kinds)])
        for place, each in enumerate(sessions)
    )


# --- refusals -------------------------------------------------------------------------------


def refusal(read: Callable[[], object]) -> RuleError:
    """Expect a RuleError, and check what must be true of every one."""
    with pytest.raises(RuleError) as caught:
        read()
    error = caught.value
    start, end = error.span
    assert 0 <= start <= len(error.text)
    assert start < end <= max(len(error.text), start + 1)
    assert is_a_sentence(error.message)
    assert str(error).removesuffix(".").endswith(error.located.removesuffix("."))
    return error


def marked(error: RuleError) -> str:
    """The text above the carets; a fault at the very end has none."""
    return error.text[slice(*error.span)]


NAMES = re.compile(f"(?:{'|'.join(rules.grammar.MONTHS)}|[A-Z-]+) ")
"""What a message may begin with that has capitals of its own."""


def is_a_sentence(message: str) -> bool:
    """Whether a message says what is wrong on one line, in a sentence that may go on."""
    first = message[:1]
    begins = first.islower() or first in ("'", '"') or NAMES.match(message) is not None
    return begins and not message.endswith("!") and "\n" not in message


def fixes(message: str) -> list[str]:
    """Pick from a message the texts it says to write, as far as they are whole values."""
    _, found, advice = re.sub("Write", "write", message).rpartition("write ")
    advice = re.sub(r"^(?:it|one|an? [\w ]+|days) like ", "", advice)
    pieces = re.split(r", or | or |, |; |\. ", advice)
    words = [piece.split()[0] for piece in pieces if piece.strip()]
    return [word for word in words if re.search("[0-9]", word)] if found else []
