"""Parses times of day, lengths of time and reminders."""

from __future__ import annotations

from datetime import time

from microplan.errors import RuleError
from microplan.model.values import Hours, Length, Reminder
from microplan.rules import grammar, pace, spellings
from microplan.rules.scanner import Scanner

_CLOCK = r"([0-9]{1,2}):([0-9]{2})(?::00)?"


def clock(text: str, word: str) -> time:
    """Parse a time of day, ``18:00``."""
    scanner = Scanner(text, word)
    return scanner.finish(take_clock(scanner), A_TIME)


def take_clock(scanner: Scanner) -> time:
    """Consume a time of day."""
    begin, written = scanner.position, scanner.rest
    match = scanner.take(_CLOCK)
    # The text after it can change its meaning, as in 6:30 pm.
    if scanner.rest and (fix := spellings.clock(written)):
        raise scanner.misspelt("that isn't a time", fix, begin)
    if not match:
        raise scanner.fault("that isn't a time. Write it like 18:00")
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:  # noqa: PLR2004 - hours and minutes
        raise scanner.fault("a day ends at 23:59. Write it like 18:00", *match.span())
    return time(hour, minute)


A_TIME = "Write a time like 18:00"


AN_HOUR = "Write 18:00, or 18:00,sat=10:00 for another time on Saturdays"


def parse(text: str, word: str) -> Hours:
    """Parse the time of sessions, with exceptions by weekday: ``18:00,sat..sun=10:00``."""
    scanner = Scanner(text, word)
    try:
        return _hours(scanner)
    except RuleError:
        if fix := spellings.hours(scanner.text):
            raise scanner.misspelt("that isn't a time", fix, 0) from None
        raise


def _hours(scanner: Scanner) -> Hours:
    usual = take_clock(scanner)
    by_weekday: dict[int, time] = {}
    while scanner.skip(","):
        scanner.take(" +")
        days = grammar.take_weekdays(scanner)
        if not scanner.skip("="):
            raise scanner.fault(f"a time is missing. {AN_HOUR}")
        by_weekday |= dict.fromkeys(days, take_clock(scanner))
    others = tuple(sorted((day, at) for day, at in by_weekday.items() if at != usual))
    return scanner.finish(Hours(usual=usual, others=others), AN_HOUR if by_weekday else A_TIME)


_LENGTH = r"(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?![0-9a-z])"


MAX_MINUTES = 24 * 60


def length(text: str, word: str) -> Length:
    """Parse a length of clock time, ``45m``, ``2h`` or ``1h30m``; here ``m`` means minutes."""
    scanner = Scanner(text, word)
    minutes = _minutes(scanner, "Write a length like 45m, 2h or 1h30m")
    if not 1 <= minutes <= MAX_MINUTES:
        raise scanner.fault("a session lasts from 1m to 24h", 0)
    return scanner.finish(Length(minutes=minutes), "Write a length like 45m, 2h or 1h30m")


def _minutes(scanner: Scanner, expected: str) -> int:
    match = scanner.take(_LENGTH)
    if not match or not match[0]:
        fix = spellings.length(scanner.text)
        if fix and (fix.endswith(("h", "m")) or expected == A_REMINDER):
            raise scanner.misspelt("that isn't a length of time", fix)
        raise scanner.fault(f"that isn't a length of time. {expected}")
    return int(match[1] or 0) * 60 + int(match[2] or 0)


A_REMINDER = "Write a reminder like 1d, 2h, 30m or 1d@20:00"


MAX_REMINDER = 366


_DAYS = r"([0-9]{1,6})([dw])"


def reminder(text: str, word: str) -> Reminder:
    """Parse a reminder: days before with an optional time of day, or hours and minutes before."""
    scanner = Scanner(text, word)
    if match := scanner.take(_DAYS):
        days = int(match[1]) * pace.UNITS[match[2]].days
        at = take_clock(scanner) if scanner.skip("@") else None
        value = Reminder(days=days, at=at)
    else:
        minutes = _minutes(scanner, A_REMINDER)
        value, days = Reminder(length=Length(minutes=minutes)), minutes // MAX_MINUTES
    if days > MAX_REMINDER:
        raise scanner.fault("a reminder comes at most a year before", 0)
    return scanner.finish(value, A_REMINDER)
