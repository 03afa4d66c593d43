"""Words days, spans, numbers and other values in plain English.

There is no markup, no colour and no locale: the same plan reads the same everywhere. Text that a
person wrote is unchanged; callers that show it use ``visible``.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import date, datetime
from typing import assert_never
from unicodedata import category

from microplan.model.entries import Record
from microplan.model.plan import Session
from microplan.model.rules import Rules
from microplan.model.values import ClosedDays, ClosedRange, ClosedYearly, Setting, Span, Weekdays

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


NEARLY_A_YEAR = 330
"""Length in days from which a range needs its years to be clear."""


# --- days -----------------------------------------------------------------------------------
POSTPONE_IF = (
    "Postpone if you have a fever or a cold, sunburn, a sore, rash or spot there, leftover "
    "redness, or a new medicine."
)
"""Reasons to postpone a session that is planned for today."""


def day(value: date) -> str:
    """Format a date with its year: ``Tue 1 Dec 2026``."""
    return f"{short(value)} {value.year}"


def short(value: date) -> str:
    """Format a date without its year: ``Tue 1 Dec``."""
    return f"{WEEKDAYS[value.weekday()][:3]} {_day(value.month, value.day)}"


def near(value: date, other: date) -> str:
    """Format a date near another one, ``Tue 1 Dec``; with its year if that is a different one."""
    return short(value) if value.year == other.year else day(value)


def day_of(value: date) -> str:
    """Format a date as day and month: ``1 Dec``."""
    return _day(value.month, value.day)


def clock(start: datetime, day: date) -> str:
    """Format a time: ``18:00``, or ``Sun 00:30`` if a DST change moved it to another day.

    In Nuuk, clocks go from 23:00 on Saturday to 00:00 on Sunday.
    """
    hour = f"{start.hour:02}:{start.minute:02}"
    return hour if start.date() == day else f"{WEEKDAYS[start.weekday()][:3]} {hour}"


def span_of_days(first: date, last: date) -> str:
    """Format a range of days: ``29–30 Nov``, ``26 Dec–1 Jan``; with years if it's a year or so."""
    if first == last:
        return _day(first.month, first.day)
    if (last - first).days > NEARLY_A_YEAR:
        return (
            f"{_day(first.month, first.day)} {first.year}–{_day(last.month, last.day)} {last.year}"
        )
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last.month, last.day)}"
    return f"{_day(first.month, first.day)}–{_day(last.month, last.day)}"


def hours(minutes: int) -> str:
    """Format minutes as hours: ``28 h``, ``28 h 30 min``."""
    full, rest = divmod(minutes, 60)
    return f"{full} h {rest} min" if rest else f"{full} h"


def closed_days(days: ClosedRange) -> str:
    """Format closed days: ``24 Dec–3 Jan``, ``24 Dec–3 Jan every year``."""
    match days:
        case ClosedDays():
            return span_of_days(days.first, days.last)
        case ClosedYearly():
            first, last = _day(*days.first), _day(*days.last)
            return f"{first if first == last else f'{first}–{last}'} every year"
        case _:
            assert_never(days)


def dated(days: ClosedRange) -> str:
    """Format closed days in full: ``Thu 24 Dec 2026 to Sun 3 Jan 2027``."""
    if not isinstance(days, ClosedDays):
        return closed_days(days)
    first, last = day(days.first), day(days.last)
    return first if first == last else f"{first} to {last}"


def _day(month: int, of_month: int) -> str:
    return f"{of_month} {MONTHS[month - 1]}"


def weekdays(days: Weekdays, joiner: str = "and") -> str:
    """Format days of the week: ``weekdays``, ``Tuesdays``, ``Mondays and Thursdays``."""
    if days.days == (0, 1, 2, 3, 4):
        return "weekdays"
    if days.days == (5, 6):
        return "weekends"
    return listing([f"{WEEKDAYS[number]}s" for number in days.days], joiner)


def listing(items: Sequence[str], joiner: str = "and") -> str:
    """Join items: ``a``, ``a and b``, ``a, b and c``."""
    *most, last = items
    return f"{', '.join(most)} {joiner} {last}" if most else last


def lookup_flag(of: str) -> str:
    """Spell the flag that repeats a lookup: ``--holidays DE-BY``, ``--busy FILE``."""
    kind, _, code = of.partition(" ")
    return f"--holidays {shlex.quote(code)}" if kind == "holidays" else "--busy FILE"


# --- numbers --------------------------------------------------------------------------------


def count(number: int, unit: str) -> str:
    """Format a number with its unit: ``1 day``, ``3 days``."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def span(value: Span) -> str:
    """Format a span: ``4 weeks``, ``10 days``, ``1 month and 3 days``, ``1 month less 3 days``."""
    days = abs(value.days)
    in_days = count(days // 7, "week") if days and days % 7 == 0 else count(days, "day")
    if not value.months:
        return in_days
    months = value.months
    in_months = count(months // 12, "year") if months % 12 == 0 else count(months, "month")
    if not days:
        return in_months
    return f"{in_months} {'and' if value.days > 0 else 'less'} {in_days}"


NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}
"""Days that have a name of their own, by their distance from today."""


def distance(days: int) -> str:
    """Format days from today: ``today``, ``tomorrow``, ``in 7 days``, ``3 days ago``."""
    if days in NEAR:
        return NEAR[days]
    return f"in {count(days, 'day')}" if days > 0 else f"{count(-days, 'day')} ago"


def total(sessions: Sequence[Session], noun: str = "session") -> str:
    """Format the number of sessions and the time from first to last: ``12 sessions in 11 weeks``."""
    first, last = first_and_last(sessions)
    days = (last - first).days
    if not days:
        return count(len(sessions), noun)
    return f"{count(len(sessions), noun)} in {weeks(days)}"


def first_and_last(sessions: Sequence[Session]) -> tuple[date, date]:
    """Find the first and the last day; one done early can be before a missed one of lower number."""
    days = [session.date for session in sessions]
    return min(days), max(days)


def weeks(days: int) -> str:
    """Format days as weeks: ``11 weeks and 6 days``; but ``10 days`` if under two weeks."""
    full, rest = divmod(days, 7)
    if rest and full < 2:  # noqa: PLR2004 - weeks
        return count(days, "day")
    in_weeks = count(full, "week")
    return f"{in_weeks} and {count(rest, 'day')}" if rest else in_weeks


WHERE = {Setting.HOME: "at home", Setting.CLINIC: "at a clinic", None: ""}
"""The words for each setting."""


def place_and_device(rules: Rules) -> str:
    """Say where and with what sessions take place: ``At home, roller, 0.5mm.``; may be empty."""
    return as_sentence((WHERE[rules.setting], rules.device, rules.needle))


def record(value: Record) -> str:
    """Format how a session went: ``0.5mm · roller · reaction: red until Tuesday``."""
    reaction = f"reaction: {value.reaction}" if value.reaction else ""
    note = f"note: {value.note}" if value.note else ""
    return " · ".join(filter(None, [value.depth, value.device, reaction, note]))


def outcome(value: Record | None) -> str:
    """Say how a session went in a sentence; empty without a record."""
    return "" if value is None else f"How it went: {record(value)}."


def as_sentence(parts: Sequence[str]) -> str:
    """Join the parts that aren't empty into a sentence: ``At home, roller, 0.5mm``."""
    text = ", ".join(part for part in parts if part)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def numbers(sorted_numbers: Sequence[int]) -> str:
    """Format sorted numbers, with runs joined: ``2, 4–6``."""
    runs: list[list[int]] = []
    for number in sorted_numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


# --- text that a person wrote ---------------------------------------------------------------

_JOINERS = "\u200c\u200d"
_TAGS = range(0xE0020, 0xE0080)


def visible(text: str) -> str:
    r"""Escape control and bidirectional characters, as in ``\x1b`` and ``\u202e``.

    This keeps a title from controlling the terminal or looking like another one. Joiners and flag
    tags stay, because letters and emoji need them.
    """
    if text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    seen = character in _JOINERS or ord(character) in _TAGS
    if seen or category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character
    return character.encode("unicode_escape").decode()
