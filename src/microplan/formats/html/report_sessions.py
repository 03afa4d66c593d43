"""The sessions in a report: a summary, a row for each, and the changes along the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from msgspec.structs import replace

from microplan.amendments import agenda, entry_text
from microplan.formats.html.elements import Markup, element, enclosed, joined, own
from microplan.formats.html.model import HtmlModel, day
from microplan.formats.html.page import MARKS
from microplan.model import log
from microplan.model.entries import Closed, Opened, Revised, Skipped
from microplan.model.plan import Session, Status
from microplan.wording import phrases

NEVER_DONE = (Status.SKIPPED, Status.MISSED)

# --- in short -------------------------------------------------------------------------------


def in_short(sheet: HtmlModel, departures: Sequence[str]) -> Iterator[Markup]:
    """List the main facts; ``departures`` says how the plan differs from its course."""
    facts = _facts(sheet, departures)
    rows = ((element("dt", name), element("dd", text)) for name, text in facts if text)
    yield from enclosed("dl", (part for row in rows for part in row), class_="facts")


def _facts(sheet: HtmlModel, departures: Sequence[str]) -> Iterator[tuple[str, str]]:
    done = [session for session in sheet.sessions if session.status is Status.DONE]
    yield "As of", day(sheet.today)
    yield "Sessions", _counted(sheet.sessions)
    yield "Gaps", _gaps(done)
    yield "Needle length", _each(s.record.depth if s.record else "" for s in done)
    yield "Device", _each(s.record.device if s.record else "" for s in done)
    if sheet.plan.protocol:
        differs = f"; differs in {'; '.join(departures)}" if departures else ""
        yield "Started from", joined(own(sheet.plan.protocol), differs)
    if sheet.coming is not None:
        number = f"session {sheet.coming.number} of {agenda.highest(sheet.sessions)}, "
        yield "Next", joined(number, day(sheet.coming.date))


def _counted(sessions: Sequence[Session]) -> str:
    """Count sessions by status: ``4 of 12 done; 1 late; 1 missed``."""
    done = [session for session in sessions if session.status is Status.DONE]
    late = sum(agenda.standing(session, session.date) is agenda.Standing.LATE for session in done)
    early = sum(agenda.standing(session, session.date) is agenda.Standing.EARLY for session in done)
    counts = {"late": late, "early": early}
    counts |= {status.value: sum(s.status is status for s in sessions) for status in NEVER_DONE}
    rest = [f"{number} {word}" for word, number in counts.items() if number]
    return "; ".join([f"{len(done)} of {agenda.highest(sessions)} done", *rest])


def _gaps(done: Sequence[Session]) -> str:
    """Word the gaps between done sessions."""
    gaps = [(b.date - a.date).days for a, b in pairwise(done)]
    if not gaps:
        return ""
    least, most = min(gaps), max(gaps)
    if least == most:
        return f"{phrases.count(most, 'day')} between sessions done"
    return f"{least} to {most} days between sessions done ({', '.join(map(str, gaps))})"


def _each(texts: Iterator[str]) -> Markup:
    """List each text once, in session order."""
    kept = dict.fromkeys(text for text in texts if text)
    parts = [part for text in kept for part in (", ", own(text))]
    return joined(*parts[1:])


# --- planned and done -----------------------------------------------------------------------

COLUMNS = ("#", "Due", "Done", "Gap, days", "Depth", "Status")


def table(sheet: HtmlModel) -> Iterator[Markup]:
    """Make a row for each past session: when it was due, when it was done, and how it went."""
    past = [s for s in sheet.sessions if _has_come(s, sheet)]
    if not past:
        yield element("p", "No session has come yet.")
        return
    heads = element("tr", *(element("th", name, scope="col") for name in COLUMNS))
    notes = {
        entry.session: entry.note
        for entry in log.in_force(sheet.plan.log)
        if isinstance(entry, Skipped)
    }
    rows = (
        _row(session, sheet, notes.get(session.number, ""), with_year=_is_new_year(before, session))
        for before, session in pairwise([None, *past])
        if session is not None
    )
    yield from enclosed("table", [element("thead", heads), *rows], class_="dates")
    left = sum(session.status is Status.PLANNED for session in sheet.sessions)
    yield element("p", f"{phrases.count(left, 'session')} to go.")


def _has_come(session: Session, sheet: HtmlModel) -> bool:
    if session.status is Status.DROPPED:
        return False
    return session.status is not Status.PLANNED or session.date < sheet.today


def _is_new_year(before: Session | None, session: Session) -> bool:
    """Whether the years of a row differ from the row above."""
    if before is None:
        return True
    return (before.due.year, before.date.year) != (session.due.year, session.date.year)


def _row(session: Session, sheet: HtmlModel, note: str, *, with_year: bool) -> Markup:
    """Make the row of a session, and below it how it went."""
    is_done = session.status is Status.DONE
    standing = agenda.standing(session, session.date if is_done else sheet.today)
    word = MARKS[session.status].word if not standing else standing.value
    went = phrases.record(replace(session.record, depth="")) if session.record else ""
    went = went or note
    below = [element("tr", element("td", own(went), colspan="5", class_="note"))] if went else []
    depth = _depth(session) if is_done else ""
    row = (
        element("th", str(session.number), scope="rowgroup", rowspan=str(1 + len(below))),
        element("td", *_due(session, with_year=with_year)),
        element("td", _day(session.date, with_year=with_year) if is_done else "–"),
        element("td", _gap(session) if is_done else "–"),
        element("td", own(depth) if depth else "–"),
        element("td", f"done, {word}" if is_done else word, class_=None if is_done else "late"),
    )
    return element("tbody", element("tr", *row), *below)


def _day(value: date, *, with_year: bool) -> Markup:
    """Say a day, whose year may stand on a line of its own where there is no room beside it."""
    name = element("span", phrases.short(value), class_="date")
    return element("time", name, f" {value.year}" if with_year else "", datetime=value.isoformat())


def _due(session: Session, *, with_year: bool) -> Iterator[Markup | str]:
    """Yield the due day, and the day that closed days or a move gave instead."""
    yield _day(session.due, with_year=with_year)
    if session.planned_for not in (None, session.due):
        yield " → "
        yield _day(session.planned_for, with_year=False)


def _depth(session: Session) -> str:
    """Return the recorded needle length, or else the planned one."""
    if session.record and session.record.depth:
        return session.record.depth
    return f"{session.rules.needle} planned" if session.rules.needle else ""


def _gap(session: Session) -> str:
    return "–" if session.gap_days is None else str(session.gap_days)


def changes(sheet: HtmlModel) -> Iterator[Markup]:
    """List the days closed and opened again and the rules revised, in words."""
    items = [
        element("li", day(entry.recorded.date()), " · ", own(entry_text.on_its_own(entry)))
        for entry in log.in_force(sheet.plan.log)
        if isinstance(entry, Closed | Opened | Revised)
    ]
    if items:
        yield element("ul", *items)
