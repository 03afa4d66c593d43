"""A plan as one page to bring to a dermatologist: what was planned, what was done, and photos.

It says what was recorded and counts it; it infers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from microplan.amendments import agenda, comparisons, entry_text, photos
from microplan.amendments.comparisons import SeenPair
from microplan.courses import safety
from microplan.formats import Subject
from microplan.formats.html.elements import Markup, element, enclosed, joined, own
from microplan.formats.html.model import HtmlModel, day, draw_up
from microplan.formats.html.page import MARKS, POLICY, document
from microplan.model import log
from microplan.model.care import Pause
from microplan.model.entries import Closed, Photo, Revised, Skipped
from microplan.model.plan import Session, Status
from microplan.scheduling import care
from microplan.wording import phrases, summary

REPORT_STYLE = Path(__file__).with_name("report.css")
WITH_PICTURES = f"{POLICY}; img-src data: file:"
"""What a browser may do for a report: show pictures too, and reach nothing."""
NEVER_DONE = (Status.SKIPPED, Status.MISSED)


class Told(Struct, frozen=True, kw_only=True):
    """What a report has besides the plan.

    ``pictures`` maps the digest of a photo to the address of its picture, where there is one to
    show; ``departures`` say how the plan differs from its course.
    """

    questions: Sequence[str] = ()
    pictures: Mapping[str, str] = {}
    departures: Sequence[str] = ()


def report(subject: Subject, told: Told) -> Iterator[str]:
    """Write the report of a plan as a page of its own."""
    sheet = draw_up(subject)
    style = REPORT_STYLE.read_text(encoding="utf-8")
    content = enclosed("article", _parts(sheet, told), class_="report")
    return document(f"Report: {sheet.title}", content, more_style=style, policy=WITH_PICTURES)


def _parts(sheet: HtmlModel, told: Told) -> Iterator[Markup]:
    yield element("h1", "Report: ", own(sheet.title))
    yield element("p", summary.sentence(sheet.plan, sheet.sessions))
    yield from _facts(sheet, told)
    sections = (
        ("Questions", _questions(told)),
        ("Sessions", _sessions(sheet)),
        ("Changes on the way", _changes(sheet)),
        ("Pauses and use", _care(sheet)),
        ("Photos", _photos(sheet, told)),
        ("What the plan's owner was told", _warned()),
    )
    for title, content in sections:
        if parts := list(content):
            yield from enclosed("section", [sheet.heading(title), *parts])
    yield element("p", NO_JUDGEMENT, class_="note")


NO_JUDGEMENT = (
    "Recorded by the plan's owner with microplan, which keeps dates. It measures nothing, infers "
    "nothing and gives no medical advice."
)

# --- in short -------------------------------------------------------------------------------


def _facts(sheet: HtmlModel, told: Told) -> Iterator[Markup]:
    rows = (
        (element("dt", name), element("dd", said)) for name, said in _in_short(sheet, told) if said
    )
    yield from enclosed("dl", (part for row in rows for part in row), class_="facts")


def _in_short(sheet: HtmlModel, told: Told) -> Iterator[tuple[str, str]]:
    done = [session for session in sheet.sessions if session.status is Status.DONE]
    yield "As of", day(sheet.today)
    yield "Sessions", _counted(sheet.sessions)
    yield "Gaps", _gaps(done)
    yield "Needle length", _each(s.record.depth if s.record else "" for s in done)
    yield "Device", _each(s.record.device if s.record else "" for s in done)
    if sheet.plan.protocol:
        differs = f"; differs in {'; '.join(told.departures)}" if told.departures else ""
        yield "Started from", joined(own(sheet.plan.protocol), differs)
    if sheet.coming is not None:
        number = f"session {sheet.coming.number} of {agenda.highest(sheet.sessions)}, "
        yield "Next", joined(number, day(sheet.coming.date))


def _counted(sessions: Sequence[Session]) -> str:
    """Count sessions by what became of them: ``4 of 12 done; 1 late; 1 missed``."""
    done = [session for session in sessions if session.status is Status.DONE]
    late = sum(agenda.standing(session, session.date) is agenda.Standing.LATE for session in done)
    early = sum(agenda.standing(session, session.date) is agenda.Standing.EARLY for session in done)
    counts = {"late": late, "early": early}
    counts |= {each.value: sum(s.status is each for s in sessions) for each in NEVER_DONE}
    rest = [f"{number} {word}" for word, number in counts.items() if number]
    return "; ".join([f"{len(done)} of {agenda.highest(sessions)} done", *rest])


def _gaps(done: Sequence[Session]) -> str:
    """Say how far apart the sessions were that are done."""
    gaps = [(b.date - a.date).days for a, b in pairwise(done)]
    if not gaps:
        return ""
    least, most = min(gaps), max(gaps)
    span = phrases.count(most, "day") if least == most else f"{least} to {most} days"
    return f"{span} between sessions done ({', '.join(map(str, gaps))})"


def _each(texts: Iterator[str]) -> Markup:
    """List each text once, in the order of the sessions."""
    kept = dict.fromkeys(text for text in texts if text)
    parts = [part for text in kept for part in (", ", own(text))]
    return joined(*parts[1:])


def _questions(told: Told) -> Iterator[Markup]:
    if told.questions:
        items = (element("li", own(question)) for question in told.questions)
        yield from enclosed("ol", items, class_="questions")


# --- planned and done -----------------------------------------------------------------------

COLUMNS = ("#", "Due", "Done", "Gap", "Depth", "Status")


def _sessions(sheet: HtmlModel) -> Iterator[Markup]:
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
    rows = (_row(session, sheet, notes.get(session.number, "")) for session in past)
    yield from enclosed("table", [element("thead", heads), *rows], class_="dates")
    left = sum(session.status is Status.PLANNED for session in sheet.sessions)
    yield element("p", f"{phrases.count(left, 'session')} to go.")


def _has_come(session: Session, sheet: HtmlModel) -> bool:
    if session.status is Status.DROPPED:
        return False
    return session.status is not Status.PLANNED or session.date < sheet.today


def _row(session: Session, sheet: HtmlModel, note: str) -> Markup:
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
        element("td", day(session.due)),
        element("td", day(session.date) if is_done else "–"),
        element("td", _gap(session) if is_done else "–"),
        element("td", own(depth) if depth else "–"),
        element("td", f"done, {word}" if is_done else word, class_=None if is_done else "late"),
    )
    return element("tbody", element("tr", *row), *below)


def _depth(session: Session) -> str:
    """Say the needle length that was recorded, or else the one that was planned."""
    if session.record and session.record.depth:
        return session.record.depth
    return f"{session.rules.needle} planned" if session.rules.needle else ""


def _gap(session: Session) -> str:
    return "–" if session.gap_days is None else phrases.count(session.gap_days, "day")


def _changes(sheet: HtmlModel) -> Iterator[Markup]:
    """List the days that were closed and the rules that were changed, each as its command."""
    in_force = set(map(id, log.in_force(sheet.plan.log)))
    items = [
        element("li", day(entry.recorded.date()), ": ", element("code", text))
        for entry, (_, _, text) in zip(sheet.plan.log, entry_text.table(sheet.plan), strict=True)
        if id(entry) in in_force and isinstance(entry, Closed | Revised)
    ]
    if items:
        yield element("ul", *items)


# --- care, photos, warnings -----------------------------------------------------------------


def _care(sheet: HtmlModel) -> Iterator[Markup]:
    """List how things are used on ordinary days, what is paused, and what is asked for."""
    rows = [element("li", element("b", own(name)), " ", own(said)) for name, said in sheet.undated]
    for piece in log.care_in_force(sheet.plan):
        if isinstance(piece, Pause):
            means = f" paused {summary.around(piece)}"
            rows.append(
                element("li", element("b", own(f"{piece.name[:1].upper()}{piece.name[1:]}")), means)
            )
    asked = [
        item for item in sheet.items if isinstance(item, care.Checked) and item.day <= sheet.today
    ]
    kept = photos.ticked(sheet.items, sheet.plan)
    for item in asked:
        tick = " ✓ photo taken" if (item.name, item.number) in kept else ""
        rows.append(element("li", day(item.day), " ", own(item.name), tick))
    if rows:
        yield element("ul", *rows)


def _photos(sheet: HtmlModel, told: Told) -> Iterator[Markup]:
    """Put the photos of each view side by side, by day."""
    for view, taken in photos.by_view(sheet.plan).items():
        yield element(f"h{sheet.level + 2}", own(view))
        figures = (_figure(photo, told) for photo in taken)
        yield from enclosed("div", figures, class_="photos")
        yield from _compared(comparisons.of_view(sheet.plan, view))


def _compared(seen: Sequence[SeenPair]) -> Iterator[Markup]:
    """Count what was seen in pairs of photos, and list it by their days."""
    if steps := [step for each in seen for step in each.steps]:
        number = phrases.count(len(steps), "comparison")
        yield element("p", f"{number} with the dates hidden: {comparisons.in_words(steps)}.")
        yield element("p", " · ".join(map(_pair, seen)), f" ({STEPS})", class_="note")


def _pair(seen: SeenPair) -> str:
    days = f"{phrases.day(seen.pair.earlier.on)} and {phrases.day(seen.pair.later.on)}"
    return f"{days}: {', '.join(map(comparisons.signed, seen.steps))}"


STEPS = "1 slightly, 2 moderately, 3 greatly"


def _figure(photo: Photo, told: Told) -> Markup:
    address = told.pictures.get(photo.digest)
    alt = f"{photo.view}, {phrases.day(photo.on)}"
    shown = element("img", src=address, alt=alt) if address else element("p", own(photo.path))
    note = [" ", own(photo.note)] if photo.note else []
    return element("figure", shown, element("figcaption", day(photo.on), *note))


def _warned() -> Iterator[Markup]:
    yield element("p", safety.STOP.title)
    yield element("ul", *(element("li", item.text) for item in safety.STOP.items))
