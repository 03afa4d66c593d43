"""Sessions as lines of values: tab-separated for pipes, comma-separated for spreadsheets.

Of a person's words only the names of care come here; no cell begins a formula.
"""

from __future__ import annotations

from collections.abc import Iterator

from microplan.formats import Subject
from microplan.formats.records import CARE_FIELDS, FIELDS, care_records, records
from microplan.wording.phrases import visible

COLUMNS = tuple(field for field in FIELDS if field not in ("depth", "done"))


def tsv(subject: Subject) -> Iterator[str]:
    """Write a header and a line for each session."""
    return _lines(subject, "\t", "\n")


def csv(subject: Subject) -> Iterator[str]:
    """Write the same with commas, its lines ended as RFC 4180 has it."""
    return _lines(subject, ",", "\r\n")


def _lines(subject: Subject, separator: str, end: str) -> Iterator[str]:
    fields, say = (CARE_FIELDS, care_records) if subject.with_care else (COLUMNS, records)
    yield separator.join(fields) + end
    for record in say(subject.plan, subject.sessions):
        yield separator.join(cell(record[field], separator) for field in fields) + end


def cell(value: object, separator: str) -> str:
    """Write a value: a list of reasons by their codes, one of texts with semicolons."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            codes = [item["code"] for item in value if isinstance(item, dict)]
            return " ".join(codes) or _text("; ".join(map(str, value)), separator)
        case str():
            return _text(value, separator)
        case _:
            return str(value)


def _text(text: str, separator: str) -> str:
    """Show control characters, keep a spreadsheet from running a cell, and quote where CSV must."""
    shown = visible(text)
    if shown.startswith(FORMULA):
        shown = f"'{shown}"
    if separator == "," and any(sign in shown for sign in ',"'):
        return '"' + shown.replace('"', '""') + '"'
    return shown


FORMULA = tuple("=+-@＝＋－＠")
"""How a cell begins that a spreadsheet would run; some take the wide signs for the others."""
