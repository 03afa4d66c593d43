"""Parses paces: spans, steps, windows, gaps and numbers of sessions."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from microplan.errors import RuleError
from microplan.model import dates
from microplan.model.values import WEEKDAYS, Pace, Recurrence, Span, Step, Window
from microplan.rules import pace_spellings, spellings
from microplan.rules.scanner import MAX_DAYS, NAME, Scanner, listing

UNITS = {"d": Span(days=1), "w": Span(days=7), "mo": Span(months=1), "y": Span(months=12)}

_WEEKS = "it could be every two weeks or twice a week. Write 2w, or twice a week on tue and fri"
_MONTHS = "it could be every two months or twice a month. Write 2mo or 2w"
AMBIGUOUS = {
    "biweekly": _WEEKS,
    "bi-weekly": _WEEKS,
    "semiweekly": _WEEKS,
    "bimonthly": _MONTHS,
    "bi-monthly": _MONTHS,
    "semimonthly": _MONTHS,
}
DAYS_A_YEAR = MAX_DAYS / dates.MAX_YEARS
A_STEP = "Write a step like 6x4w, 10d, 1mo or 2w~3d"


def pace(text: str, word: str) -> Pace:
    """Parse ``step { "," step }``; every step but the last needs a count."""
    scanner = Scanner(text, word)
    try:
        return _pace(scanner)
    except RuleError as error:
        raise _everyday(scanner.text, word) or error from None


def _everyday(text: str, word: str) -> RuleError | None:
    """Build the error for a pace in everyday words, with the spelling to use instead."""
    if len(text) > pace_spellings.LONGEST:
        return None
    lower, scanner = text.lower(), Scanner(text, word)
    if lower in AMBIGUOUS:
        return scanner.fault(AMBIGUOUS[lower])
    if (fix := pace_spellings.pace(text)) and fix != lower:
        return scanner.misspelt("a pace is written in numbers", fix)
    if count := pace_spellings.several(lower):
        return scanner.fault(_on_days(count))
    return None


def _pace(scanner: Scanner) -> Pace:
    steps: list[Step] = []
    while True:
        start = scanner.position
        steps.append(_step(scanner))
        if not scanner.skip(","):
            break
        if steps[-1].count is None:
            step = steps[-1]
            raise scanner.fault(
                f"only the last step can leave out its count. Write 4x{step} if it has four sessions",
                start,
                scanner.position - 1,
            )
        scanner.take(" +")
    return scanner.finish(Pace(steps=tuple(steps)), A_STEP)


def _on_days(count: int) -> str:
    """Explain how to write several sessions a week."""
    names = ("tue", "fri", "sun", "wed", "sat", "thu", "mon")[:count]
    days = listing(sorted(names, key=WEEKDAYS.index), "and")
    return (
        f"sessions that come {count} times a week need weekdays. Write {count} times a week on {days}, "
        f"or {7 // count}d for one every {7 // count} days"
    )


def _step(scanner: Scanner) -> Step:
    start = scanner.position
    number = scanner.integer(A_STEP)
    count = None
    if scanner.take("[xX×]"):
        count = number
        if not 1 <= count <= dates.MAX_SESSIONS:
            raise scanner.fault(
                f"a phase has 1 to {dates.MAX_SESSIONS} sessions", start, scanner.position - 1
            )
        start = scanner.position
        number = scanner.integer(A_STEP)
    length = span(scanner, number, start)
    if length.months < 0 or length.shortest < 1:
        raise scanner.fault(
            "a step is at least one day long. Write 1d or more", start, scanner.position
        )
    window = take_window(scanner) if scanner.skip("~") else None
    return Step(count=count, span=length, window=window)


def span(scanner: Scanner, number: int, start: int) -> Span:
    """Consume a span after its first number, which began at ``start``; the sum may be 0 days."""
    months, days, sign = 0, 0, 1
    while True:
        size = unit(scanner, UNITS)
        months += sign * number * size.months
        days += sign * number * size.days
        if not (scanner.skip("+") or scanner.skip("-")):
            break
        sign = 1 if scanner.text[scanner.position - 1] == "+" else -1
        number = scanner.integer("Write a span like 4w, 10d or 1mo+3d")
    length = Span(months=months, days=days)
    years = abs(months) / 12, abs(months / 12 + days / DAYS_A_YEAR)
    if max(years) > dates.MAX_YEARS:
        message = (
            f"a span is at most {dates.MAX_YEARS} years long. Write {dates.MAX_YEARS}y or less"
        )
        raise scanner.fault(message, start, scanner.position)
    return length


SHORT_UNITS = {name: UNITS[name] for name in ("d", "w")}
A_WINDOW = "Write a window like 3d, 1w or -4d+14d"


def take_window(scanner: Scanner) -> Window:
    """Consume a window."""
    start = scanner.position
    if scanner.skip("-"):
        before = scanner.integer(A_WINDOW) * unit(scanner, SHORT_UNITS).days
        if not scanner.skip("+"):
            raise scanner.fault(f"the days after are missing. {A_WINDOW}", start, scanner.position)
        after = scanner.integer(A_WINDOW) * unit(scanner, SHORT_UNITS).days
    else:
        before = after = scanner.integer(A_WINDOW) * unit(scanner, SHORT_UNITS).days
    if max(before, after) > MAX_DAYS:
        message = f"a window is at most {MAX_DAYS} days on either side. Write fewer"
        raise scanner.fault(message, start, scanner.position)
    return Window(before=before, after=after)


def window(text: str, word: str) -> Window:
    """Parse a window: ``3d`` either way, ``-4d+14d``, ``0d`` for none."""
    scanner = Scanner(text, word)
    return scanner.finish(take_window(scanner), A_WINDOW)


def gap(text: str, word: str) -> Span:
    """Parse the least days between two sessions, given in days or weeks."""
    scanner = Scanner(text, word)
    days = scanner.integer("Write a gap like 21d or 3w") * unit(scanner, SHORT_UNITS).days
    if days < 1:
        raise scanner.fault("a gap is at least one day. Write 1d or more", 0)
    if days > MAX_DAYS:
        raise scanner.fault(f"a gap is at most {MAX_DAYS} days. Write fewer", 0)
    return scanner.finish(Span(days=days), "Write a gap like 21d or 3w")


def number(text: str, word: str) -> int:
    """Parse a number of sessions."""
    scanner = Scanner(text, word)
    value = scanner.integer("Write a number of sessions like 6")
    if scanner.see(r"\s*(?:x|times|sessions?)$"):
        raise scanner.misspelt("only the number goes here", str(value), 0)
    if not 1 <= value <= dates.MAX_SESSIONS:
        raise scanner.fault(f"a plan has 1 to {dates.MAX_SESSIONS} sessions", 0)
    return scanner.finish(value, "Write a number of sessions like 6")


NEXT = "next"
"""The word for the next session, in place of its number."""


def session_numbers(texts: Sequence[str], word: str) -> tuple[int, ...]:
    """Parse session numbers: ``3``, ``1..11``, or several; ``next`` alone gives an empty tuple."""
    if list(texts) == [NEXT]:
        return ()
    return tuple(
        n
        for text in texts
        for part in text.removesuffix(",").split(",")
        for n in _range(part, word)
    )


def _range(text: str, word: str) -> range:
    first, dots, last = text.partition("..")
    begin = number(first, word)
    end = number(last, word) if dots else begin
    if end < begin:
        fault = f"that runs backwards; write {end}..{begin}"
        raise RuleError(fault, word=word, text=text, span=(0, len(text)))
    return range(begin, end + 1)


def unit(scanner: Scanner, units: dict[str, Span]) -> Span:
    """Consume one of ``units``."""
    match = scanner.take(NAME)
    if not match:
        if blank := scanner.see(rf" +({NAME})"):
            short = spellings.unit(blank[1].lower())
            if short in units:
                raise scanner.misspelt("put the unit right after the number", short, *blank.span())
        raise scanner.fault(
            f"the unit is missing. Write {listing(list(units))}", end=scanner.position
        )
    name = match[0].lower()
    if name == "m" and "mo" in units:
        start, end = match.span()
        around = scanner.text[:start], scanner.text[end:]
        months, weeks = (short.join(around) for short in ("mo", "w"))
        message = f"m could mean minutes or months. Write {months} (months) or {weeks} (weeks)"
        raise scanner.fault(message, start, end)
    if name not in units:
        if (short := spellings.unit(name)) in units:
            raise scanner.misspelt(f"{match[0]!r} isn't a unit here", short, *match.span())
        raise scanner.fault(
            f"{match[0]!r} isn't a unit here. Write {listing(list(units))}", *match.span()
        )
    return units[name]


def count(pace: Pace | Recurrence) -> int | None:
    """Return the number of sessions a pace itself sets; None if it is open-ended."""
    if isinstance(pace, Recurrence):
        return pace.count if pace.until is None else pace.count or dates.MAX_SESSIONS
    return None if pace.steps[-1].count is None else pace.stated()


def with_count(pace: Pace | Recurrence, number: int) -> str:
    """Spell an open-ended pace with a count added, to its last step if it has several."""
    if isinstance(pace, Recurrence):
        return f"{pace};COUNT={number}"
    *most, last = map(str, pace.steps)
    return ",".join([*most, f"{number}x{last}"])


def open_ended(pace: Pace | Recurrence, passed: int) -> Pace | Recurrence:
    """Drop the ``passed`` sessions from a pace and make it open-ended."""
    if isinstance(pace, Recurrence):
        return replace(pace, count=None, until=None)
    *most, last = pace.steps
    steps: list[Step] = []
    for step, count in ((step, step.count) for step in most if step.count):
        if count > passed:
            steps.append(replace(step, count=count - passed))
        passed = max(passed - count, 0)
    return Pace(steps=(*steps, replace(last, count=None)))


def remaining(pace: Pace | Recurrence, passed: int, left: int) -> Pace | Recurrence:
    """Drop the ``passed`` sessions from a pace and give it a count of ``left``."""
    if isinstance(pace, Recurrence):
        return replace(pace, count=left, until=None)
    steps: list[Step] = []
    rest = open_ended(pace, passed)
    assert isinstance(rest, Pace)  # noqa: S101 - a pace stays one
    for step in rest.steps:
        count = left if step.count is None else min(step.count, left)
        left -= count
        if count:
            steps.append(replace(step, count=count))
    return Pace(steps=tuple(steps))
