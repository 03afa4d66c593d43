"""A plan as one page to look at or print, without scripts or anything to load.

In order: next session, notices, table, months, care, safety lists. A discreet plan says
"appointment" and "reminder", and none of the person's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path

from msgspec import Struct

from microplan.amendments import agenda
from microplan.amendments.agenda import Standing
from microplan.formats import Subject
from microplan.formats.html.calendar_ways import ways_in
from microplan.formats.html.elements import Markup, element, enclosed, joined, line, own
from microplan.formats.html.model import HtmlModel, day, moment, new_plan
from microplan.formats.html.months import grids
from microplan.formats.html.safety import advice, lists
from microplan.model.plan import Session, Status
from microplan.scheduling import care, care_text
from microplan.wording import phrases, reasons, summary

STYLE = Path(__file__).with_name("page.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""The content security policy: the browser may only draw the page."""
MANY = "Plans"
"""The title of a page that holds more than one."""


def _head(policy: str) -> list[Markup]:
    return [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="robots", content="noindex"),
    ]


def html(subject: Subject) -> Iterator[str]:
    """Write a plan as a separate page."""
    return page(subject)


def page(subject: Subject, *, calendar: str = "", address: str = "") -> Iterator[str]:
    """Write a plan as a page; ``calendar`` is a relative link to its calendar file.

    ``address`` is the host and folder of a page that is served; its calendar updates itself, so
    programs can subscribe to it.
    """
    sheet = new_plan(subject)
    content = chain(_parts(sheet, calendar, address), [] if sheet.discreet else [_lists(2)])
    return document(sheet.title, enclosed("article", content))


def pages(subjects: Iterable[Subject]) -> Iterator[str]:
    """Write many plans as one page, which prints each plan on a new sheet.

    The safety lists are the same for all, so they come once, after the last plan. Each plan has its
    notices, because its sheets may be given out separately.
    """
    return document(MANY, _articles(subjects))


def _articles(subjects: Iterable[Subject]) -> Iterator[Markup]:
    yield element("h1", MANY, class_="screen")
    are_due = False
    for subject in subjects:
        sheet = new_plan(subject, level=2)
        are_due |= not sheet.discreet
        yield from enclosed("article", _parts(sheet))
    if are_due:
        yield _lists(2)


def document(
    title: str, content: Iterable[Markup], *, more_style: str = "", policy: str = POLICY
) -> Iterator[str]:
    """Write a page around its content."""
    yield Markup("<!DOCTYPE html>\n")
    yield Markup('<html lang="en">\n')
    style = Markup(STYLE.read_text(encoding="utf-8") + more_style)
    yield from enclosed("head", [*_head(policy), element("title", title), element("style", style)])
    yield from enclosed("body", enclosed("main", content))
    yield Markup("</html>\n")


# --- one plan -------------------------------------------------------------------------------


def _parts(sheet: HtmlModel, calendar: str = "", address: str = "") -> Iterator[Markup]:
    """Yield the parts of one plan, in reading order."""
    mark = f" ({sheet.mark})" if sheet.mark else ""
    yield element(f"h{sheet.level}", joined(own(sheet.title), mark))
    if not sheet.discreet:
        yield element("p", summary.sentence(sheet.plan, sheet.sessions))
    if calendar:
        yield from _section(ways_in(sheet, calendar, address), class_="add screen")
    yield from _section(_next(sheet), class_="next")
    yield from _section(_advice(sheet), class_="advice")
    yield from _section(_table(sheet))
    yield from _section(_months(sheet))
    if sheet.items or (sheet.undated and not sheet.discreet):
        yield from _section(_care(sheet), class_="around")


def _section(content: Iterable[str], class_: str | None = None) -> Iterator[Markup]:
    return enclosed("section", content, class_=class_)


# --- the next session -----------------------------------------------------------------------


def _next(sheet: HtmlModel) -> Iterator[Markup]:
    yield sheet.heading(f"Next {sheet.noun}")
    coming, as_of = sheet.coming, joined("as of ", day(sheet.today))
    overdue = [s for s in sheet.sessions if s.status is Status.PLANNED and s.date < sheet.today]
    if coming is None and not overdue:
        done = sum(session.status is Status.DONE for session in sheet.sessions)
        of = phrases.count(agenda.highest(sheet.sessions), sheet.noun)
        yield element("p", f"Nothing left: {done} of {of} done, ", as_of, ".")
        return
    if overdue:
        yield element("p", _still_open(sheet, overdue))
    if coming is None:
        yield element("p", "No later session is planned, ", as_of, ".")
        return
    yield element("p", moment(coming), class_="day")
    number = f"{sheet.noun} {coming.number} of {agenda.highest(sheet.sessions)}"
    yield element("p", f"{number} · {phrases.distance((coming.date - sheet.today).days)}, ", as_of)
    window = phrases.span_of_days(coming.earliest, coming.latest)
    zone = f" · times {coming.rules.tz}" if coming.at is not None else ""
    yield element("p", f"fine on {window}{zone}")
    if coming.rules.location and not sheet.discreet:
        yield element("p", own(coming.rules.location))


def _still_open(sheet: HtmlModel, overdue: Sequence[Session]) -> str:
    """Word the open sessions: ``session 1 (Tue 1 Dec) is still open``, or several by number."""
    if len(overdue) == 1:
        return f"{sheet.noun} {overdue[0].number} ({phrases.short(overdue[0].date)}) is still open"
    numbers = phrases.numbers([session.number for session in overdue])
    return f"{sheet.noun}s {numbers} are still open"


# --- all sessions ---------------------------------------------------------------------------


class Mark(Struct, frozen=True):
    """The status in a row: a sign, a word, and a class for the style."""

    sign: str
    word: str
    style: str | None = None


MARKS: dict[Status | Standing, Mark] = {
    Standing.UPCOMING: Mark("", "planned"),
    Standing.DUE: Mark("", "due"),
    Standing.LATE: Mark("!", "late", "late"),
    Status.DONE: Mark("✓", "done", "done"),
    Status.SKIPPED: Mark("–", "skipped", "past"),
    Status.MISSED: Mark("!", "missed", "late"),
    Status.DROPPED: Mark("–", "left out", "past"),
}
COLUMNS = ("#", "Date", "Gap", "Window", "Status")


def _table(sheet: HtmlModel) -> Iterator[Markup]:
    yield sheet.heading(f"{sheet.noun.capitalize()}s")
    yield from enclosed("table", _rows(sheet), class_="dates")


def _rows(sheet: HtmlModel) -> Iterator[Markup]:
    """Yield the caption, the head, and a group of rows for each session."""
    kept = [session for session in sheet.sessions if session.status is not Status.DROPPED]
    zones = dict.fromkeys(session.rules.tz for session in kept if session.at is not None)
    times = f" · times {', then '.join(zones)}" if zones else ""
    yield element("caption", f"{phrases.total(kept, sheet.noun) if kept else ''}{times}")
    names = [*COLUMNS[:-1], *(["Depth"] if sheet.has_depths else []), COLUMNS[-1]]
    heads = (element("th", name, scope="col") for name in names)
    yield element("thead", element("tr", *heads))
    for session in sheet.sessions:
        yield _group(sheet, session)


def _group(sheet: HtmlModel, session: Session) -> Markup:
    """Make the row of a session, and below it the reasons for its day and how it went."""
    notes = [] if sheet.discreet else [reasons.explain(session), phrases.outcome(session.record)]
    notes = list(filter(None, notes))
    below, scope = (str(1 + len(notes)), "rowgroup") if notes else (None, "row")
    mark = MARKS[_becomes(session, sheet.today)]
    row = (
        element("th", str(session.number), scope=scope, rowspan=below),
        element("td", moment(session)),
        element("td", _since(session.gap_days)),
        element("td", phrases.span_of_days(session.earliest, session.latest)),
        *([element("td", session.rules.needle or "–")] if sheet.has_depths else []),
        element("td", f"{mark.sign} {mark.word}".strip(), class_=mark.style),
    )
    across = str(len(row) - 1)
    below_it = (element("td", note, colspan=across, class_="note") for note in notes)
    rows = [element("tr", *row), *(element("tr", cell) for cell in below_it)]
    return element("tbody", *rows, class_="coming" if session is sheet.coming else None)


def _since(days: int | None) -> str:
    return "–" if days is None else phrases.count(days, "day")


def _becomes(session: Session, today: date) -> Status | Standing:
    """Return the status of a session or, if it's planned, its standing."""
    if session.status is not Status.PLANNED:
        return session.status
    return agenda.standing(session, today) or Standing.UPCOMING


# --- months, care, and what to know ---------------------------------------------------------


def _months(sheet: HtmlModel) -> Iterator[Markup]:
    yield sheet.heading("Months")
    yield from grids(sheet)


def _care(sheet: HtmlModel) -> Iterator[Markup]:
    yield sheet.heading("Reminders" if sheet.discreet else "Care")
    if sheet.discreet:
        yield element("p", "Reminders on: ", _days(_spans(sheet.items)))
        return
    if sheet.items:
        yield from enclosed("table", _cared(sheet), class_="care")
    for name, text in sheet.undated:
        yield element("p", element("b", own(name)), " ", own(text))


def _cared(sheet: HtmlModel) -> Iterator[Markup]:
    """Yield the caption, the head, and a row for each piece of care with all its days."""
    yield element("caption", AROUND)
    yield element("thead", element("tr", *(element("th", name, scope="col") for name in CARE)))
    rows = (
        element("tr", element("th", own(what), scope="row"), element("td", _days(days)))
        for what, days in care_text.by_kind(sheet.items)
    )
    yield from enclosed("tbody", rows)


def _days(days: Iterable[str]) -> Markup:
    """Join days, without line breaks inside a day."""
    return Markup(", ".join(element("span", day) for day in days))


def _spans(items: Iterable[care.Item]) -> list[str]:
    """List the days of care, each day or range once."""
    spans = ((care.first_day(item), care.last_day(item)) for item in items)
    return care_text.days_of(dict.fromkeys(spans))


CARE = ("What", "When")
AROUND = "Care around the sessions; it moves with them"


def _advice(sheet: HtmlModel) -> Iterator[Markup]:
    yield sheet.heading("What to know")
    for paragraph in advice(sheet.plan, sheet.rules, discreet=sheet.discreet):
        yield element("p", paragraph)
    if sheet.level > 1 and not sheet.discreet:
        yield element("p", AT_THE_END)


AT_THE_END = (
    "When to stop, to postpone and to ask first: the lists at the end, after the last plan."
)


@cache
def _lists(level: int) -> Markup:
    """Make the safety lists under a heading of ``level``; cached, because all plans share them."""
    parts = [element(f"h{level}", "When to stop, to postpone, to ask first")]
    for title, rows in lists():
        parts += [line(element(f"h{level + 1}", title)), *enclosed("ul", rows)]
    return joined(*enclosed("section", parts, class_="lists"))
