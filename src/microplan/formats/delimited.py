"""Sessions as lines of values: tab-separated for pipes, comma-separated for spreadsheets.

No cell can be run as a formula, whatever a person wrote. A discreet plan leaves out how sessions
went.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from microplan.formats import Subject
from microplan.formats.records import CARE_FIELDS, FIELDS, care_records, records
from microplan.model import log
from microplan.model.plan import Plan, Session
from microplan.wording.phrases import visible

WENT = ("depth", "device", "reaction", "note")
"""The columns about how a done session went."""
PLAN = ("id", "title")
"""The last columns, which name the plan of a line."""
COLUMNS = (
    *(field for field in FIELDS if field != "done"),
    *(f"done_{field}" for field in WENT),
    *PLAN,
)
CARE_COLUMNS = (*CARE_FIELDS, *PLAN)
"""The columns of sessions and of care; new ones are only ever added at the end."""


class TabsInTurn:
    """Tab-separated lines of many plans under one header; with care if the first plan asks for it."""

    separator, line_end = "\t", "\n"

    def __init__(self, *, with_care: bool = False) -> None:
        self.columns, self.say = (CARE_COLUMNS, care_records) if with_care else (COLUMNS, _sessions)

    def head(self) -> Iterator[str]:
        """Write the header."""
        yield self.separator.join(self.columns) + self.line_end

    def add(self, subject: Subject) -> Iterator[str]:
        """Write a line for each session of one more plan."""
        title = log.public_title(subject.plan)
        plan = [cell(subject.plan.id, self.separator), cell(title, self.separator)]
        for record in self.say(subject.plan, subject.sessions):
            cells = [cell(record[column], self.separator) for column in self.columns[: -len(PLAN)]]
            yield self.separator.join(cells + plan) + self.line_end

    def end(self) -> str:
        """Return the empty end of the document."""
        return ""


class CommasInTurn(TabsInTurn):
    """The same with commas and the line ends of RFC 4180."""

    separator, line_end = ",", "\r\n"


def tsv(subject: Subject) -> Iterator[str]:
    """Write a header and a line for each session."""
    return tsv_of_all([subject])


def csv(subject: Subject) -> Iterator[str]:
    """Write the same with commas."""
    return csv_of_all([subject])


def tsv_of_all(subjects: Sequence[Subject]) -> Iterator[str]:
    """Write the lines of several plans under one header."""
    return _lines(TabsInTurn(with_care=bool(subjects[0].with_care)), subjects)


def csv_of_all(subjects: Sequence[Subject]) -> Iterator[str]:
    """Write the same with commas."""
    return _lines(CommasInTurn(with_care=bool(subjects[0].with_care)), subjects)


def _lines(table: TabsInTurn, subjects: Iterable[Subject]) -> Iterator[str]:
    yield from table.head()
    for subject in subjects:
        yield from table.add(subject)


def _sessions(plan: Plan, sessions: Sequence[Session]) -> Iterator[dict[str, object]]:
    """Yield the record of each session, with a separate cell for each note about how it went."""
    hidden = log.is_discreet(plan)
    for record in records(plan, sessions):
        done = record["done"]
        went = done if isinstance(done, dict) and not hidden else {}
        depth = {"depth": None} if hidden else {}
        yield record | depth | {f"done_{field}": went.get(field) for field in WENT}


def cell(value: object, separator: str) -> str:
    """Write a value; a list of reasons becomes codes, a list of texts is joined by semicolons."""
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
    """Escape control characters, defuse formulas, and quote a cell if needed.

    Between tabs, only a quotation mark at the start could be mistaken for one around the cell.
    """
    shown = visible(text)
    if shown.startswith(FORMULA):
        shown = f"'{shown}"
    if shown.startswith('"') or (separator == "," and ("," in shown or '"' in shown)):
        return '"' + shown.replace('"', '""') + '"'
    return shown


FORMULA = tuple("=+-@＝＋－＠")
"""First characters of a formula; some spreadsheets also accept the full-width ones."""
