"""Sessions as lines of values: tab-separated for pipes, comma-separated for spreadsheets.

Of a person's words the names of care come here, and how sessions went unless the plan is discreet;
no cell begins a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from microplan.formats import Subject
from microplan.formats.records import CARE_FIELDS, FIELDS, care_records, records
from microplan.model.plan import Plan, Session
from microplan.scheduling import events
from microplan.wording.phrases import visible

WENT = ("depth", "device", "reaction", "note")
"""What was written down about a session that is done."""
COLUMNS = (*(field for field in FIELDS if field != "done"), *(f"done_{field}" for field in WENT))
"""The columns of sessions; they are only ever added at the end."""


def tsv(subject: Subject) -> Iterator[str]:
    """Write a header and a line for each session."""
    return _lines(subject, "\t", "\n")


def csv(subject: Subject) -> Iterator[str]:
    """Write the same with commas, its lines ended as RFC 4180 has it."""
    return _lines(subject, ",", "\r\n")


def _lines(subject: Subject, separator: str, end: str) -> Iterator[str]:
    fields, say = (CARE_FIELDS, care_records) if subject.with_care else (COLUMNS, _sessions)
    yield separator.join(fields) + end
    for record in say(subject.plan, subject.sessions):
        yield separator.join(cell(record[field], separator) for field in fields) + end


def _sessions(plan: Plan, sessions: Sequence[Session]) -> Iterator[dict[str, object]]:
    """Yield the record of each session, what was written down about it in cells of their own."""
    hidden = events.is_discreet(plan)
    for record in records(plan, sessions):
        done = record["done"]
        went = done if isinstance(done, dict) and not hidden else {}
        depth = {"depth": None} if hidden else {}
        yield record | depth | {f"done_{field}": went.get(field) for field in WENT}


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
