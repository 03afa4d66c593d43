"""Text to days that are counted from another day: back from today, or from a session's own day."""

from __future__ import annotations

from datetime import date, timedelta

from microplan.model import dates
from microplan.model.values import WEEKDAYS
from microplan.rules import grammar, pace
from microplan.rules.scanner import Scanner

BACK = ("today", "yesterday")


def past(text: str, word: str, today: date) -> date:
    """Read a day that has come: a date, ``today``, ``yesterday``, or a weekday.

    A weekday is the latest one, and today counts.
    """
    scanner = Scanner(text, word)
    name = scanner.text.lower()
    if name in BACK:
        return today - timedelta(days=BACK.index(name))
    if name in WEEKDAYS:
        return today - timedelta(days=(today.weekday() - WEEKDAYS.index(name)) % 7)
    if name.isalpha():
        raise scanner.fault("a day that has come is written like 2026-12-01, yesterday or sun")
    return grammar.day(text, word)


def target(text: str, word: str, today: date, present: date) -> date:
    """Read where a session is to go: a day, or a span counted from its ``present`` day.

    ``+1w`` and ``-2d`` count from ``present``; ``today``, ``tomorrow`` and weekdays (the next
    one) from ``today``.
    """
    scanner = Scanner(text, word)
    if not scanner.text.startswith(("+", "-")):
        return grammar.start(text, word, today)
    times = -1 if scanner.text[0] == "-" else 1
    scanner.place = 1
    expected = "a span is written like +1w or -2d"
    span = pace.span(scanner, scanner.integer(expected), 1)
    return scanner.finish(dates.add(present, span, times), expected)
