"""Formats the next session with a template: ``{number}/{of} {weekday} {time}``."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from datetime import date

from microplan.amendments import agenda
from microplan.errors import UsageError
from microplan.model import dates, log
from microplan.model.plan import Plan, Session
from microplan.wording import phrases

FIELDS = (
    *("number", "of", "date", "weekday", "day", "time", "days", "status", "standing", "title"),
    *("id", "file", "start", "tz"),
)
"""The fields of a template; ``days`` is the number of days until the session."""


def format_line(
    form: str, plan: Plan, sessions: Sequence[Session], today: date, file: str = ""
) -> str:
    """Fill a template such as ``{number}/{of} {weekday} {time}`` for the next session.

    A field can have a format, as in ``{days:>3}`` or ``{start:%H:%M}``. If no session is left, all
    fields are empty. Raises UsageError for an unknown field.
    """
    session = agenda.first_open(sessions)
    if session is None:
        return _filled(form, dict.fromkeys(FIELDS, ""))
    values = {
        "number": session.number,
        "of": agenda.highest(sessions),
        "date": session.date,
        "weekday": f"{phrases.WEEKDAYS[session.date.weekday()][:3]}",
        "day": phrases.short(session.date),
        "time": agenda.hour(session),
        "days": (session.date - today).days,
        "status": session.status.value,
        "standing": str(agenda.standing(session, today)),
        "title": log.public_title(plan),
        "id": plan.id,
        "file": file,
        "start": dates.start_and_end(session)[0],
        "tz": session.rules.tz,
    }
    return _filled(form, values)


MOST_DIGITS = 3
"""Most digits of a width in a format; a wider field could fill the memory."""


def _filled(form: str, values: Mapping[str, object]) -> str:
    """Fill fields in braces, without attributes or indexing; a doubled brace is a literal one."""
    try:
        parts = list(string.Formatter().parse(form))
    except ValueError:
        raise UsageError(
            f'the line "{form}" has an unmatched brace. Write {{{{ for a literal brace'
        ) from None
    line = ""
    for literal, name, spec, conversion in parts:
        line += literal
        if name is not None:
            if name not in values or conversion:
                known = ", ".join(FIELDS)
                raise UsageError(f'the line "{form}" names {{{name}}}; {known} are known')
            line += _formatted(values[name], name, spec or "")
    return line


def _formatted(value: object, name: str, spec: str) -> str:
    """Format a value by Python's format language; dates and times use strftime."""
    if not spec:
        return value.isoformat() if isinstance(value, date) else str(value)
    if "{" in spec or re.search(rf"\d{{{MOST_DIGITS + 1}}}", spec):
        raise UsageError(f'can\'t use the format "{spec}" for {{{name}}}')
    try:
        return format(value, spec)
    except ValueError:
        if value == "":  # no session is left
            return ""
        raise UsageError(f'can\'t use the format "{spec}" for {{{name}}}') from None
