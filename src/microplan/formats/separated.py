"""Sessions as lines of values: tab-separated for pipes, comma-separated for spreadsheets.

No cell holds a person's words, only codes, numbers and dates, so none can be run as a formula.
"""

from __future__ import annotations

from collections.abc import Iterator

from microplan.formats import Subject
from microplan.formats.records import FIELDS, records


def tsv(subject: Subject) -> Iterator[str]:
    """Write a header and a line for each session."""
    return _lines(subject, "\t", "\n")


def csv(subject: Subject) -> Iterator[str]:
    """Write the same with commas, its lines ended as RFC 4180 has it."""
    return _lines(subject, ",", "\r\n")


def _lines(subject: Subject, separator: str, end: str) -> Iterator[str]:
    yield separator.join(FIELDS) + end
    for record in records(subject.plan, subject.sessions):
        yield separator.join(map(_cell, record.values())) + end


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case list():
            return " ".join(reason["code"] for reason in value)
        case _:
            return str(value)
