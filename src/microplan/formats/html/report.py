"""A report to bring to a dermatologist: what was planned, what was done, and photos.

It shows and counts what was recorded, and infers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from microplan.amendments import photos
from microplan.amendments.photos import SeenPair
from microplan.courses import safety
from microplan.formats import Subject
from microplan.formats.html import report_sessions
from microplan.formats.html.elements import Markup, element, enclosed, own
from microplan.formats.html.model import HtmlModel, day, new_plan
from microplan.formats.html.page import POLICY, document
from microplan.model import log
from microplan.model.care import Pause
from microplan.model.entries import Photo
from microplan.scheduling import care
from microplan.wording import phrases, summary

MANY = "Reports"
REPORT_STYLE = Path(__file__).with_name("report.css")
WITH_PICTURES = f"{POLICY}; img-src data: file:"
"""The content security policy of a report, which also allows pictures."""


class ReportDetails(Struct, frozen=True, kw_only=True):
    """What a report has besides the plan.

    ``pictures`` maps the digest of a photo to the address of its picture, where there is one to
    show; ``departures`` say how the plan differs from its course.
    """

    questions: Sequence[str] = ()
    pictures: Mapping[str, str] = {}
    departures: Sequence[str] = ()


def report(subject: Subject, details: ReportDetails) -> Iterator[str]:
    """Write the report of a plan as a separate page."""
    sheet = new_plan(subject)
    return _page(f"Report: {sheet.title}", _article(sheet, details))


def reports(of: Iterable[tuple[Subject, ReportDetails]]) -> Iterator[str]:
    """Write the reports of several plans as one page, which prints each on a new sheet."""
    return _page(MANY, _articles(of))


def _page(title: str, content: Iterator[Markup]) -> Iterator[str]:
    style = REPORT_STYLE.read_text(encoding="utf-8")
    return document(title, content, more_style=style, policy=WITH_PICTURES)


def _articles(of: Iterable[tuple[Subject, ReportDetails]]) -> Iterator[Markup]:
    yield element("h1", MANY, class_="screen")
    for subject, details in of:
        yield from _article(new_plan(subject, level=2), details)


def _article(sheet: HtmlModel, details: ReportDetails) -> Iterator[Markup]:
    return enclosed("article", _parts(sheet, details), class_="report")


def _parts(sheet: HtmlModel, details: ReportDetails) -> Iterator[Markup]:
    mark = f" ({sheet.mark})" if sheet.mark else ""
    yield element(f"h{sheet.level}", "Report: ", own(sheet.title), mark)
    yield element("p", summary.sentence(sheet.plan, sheet.sessions))
    yield from report_sessions.in_short(sheet, details.departures)
    sections = (
        ("Questions", _questions(details)),
        ("Sessions", report_sessions.table(sheet)),
        ("Changes on the way", report_sessions.changes(sheet)),
        ("Pauses and use", _care(sheet)),
        ("Photos", _photos(sheet, details)),
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


def _questions(details: ReportDetails) -> Iterator[Markup]:
    if details.questions:
        items = (element("li", own(question)) for question in details.questions)
        yield from enclosed("ol", items, class_="questions")


# --- care, photos, warnings -----------------------------------------------------------------


def _care(sheet: HtmlModel) -> Iterator[Markup]:
    """List the uses, the pauses and the other care."""
    rows = [element("li", element("b", own(name)), " ", own(text)) for name, text in sheet.undated]
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


def _photos(sheet: HtmlModel, details: ReportDetails) -> Iterator[Markup]:
    """Put the photos of each view side by side, by day."""
    for view, taken in photos.by_view(sheet.plan).items():
        yield element(f"h{sheet.level + 2}", own(view))
        figures = (_figure(photo, details) for photo in taken)
        yield from enclosed("div", figures, class_="photos")
        yield from _compared(photos.compared(sheet.plan, view))


def _compared(seen: Sequence[SeenPair]) -> Iterator[Markup]:
    """Count the answers about pairs of photos, and list them by day."""
    if steps := [step for comparison in seen for step in comparison.steps]:
        number = phrases.count(len(steps), "comparison")
        yield element("p", f"{number} with the dates hidden: {photos.steps_in_words(steps)}.")
        yield element("p", " · ".join(map(_pair, seen)), f" ({STEPS})", class_="note")


def _pair(seen: SeenPair) -> str:
    days = f"{phrases.day(seen.pair.earlier.on)} and {phrases.day(seen.pair.later.on)}"
    return f"{days}: {', '.join(map(photos.signed, seen.steps))}"


STEPS = "1 slightly, 2 moderately, 3 greatly"


def _figure(photo: Photo, details: ReportDetails) -> Markup:
    address = details.pictures.get(photo.digest)
    alt = f"{photo.view}, {phrases.day(photo.on)}"
    shown = element("img", src=address, alt=alt) if address else element("p", own(photo.path))
    note = [" · ", own(photo.note)] if photo.note else []
    return element("figure", shown, element("figcaption", day(photo.on), *note))


def _warned() -> Iterator[Markup]:
    yield element("p", safety.STOP.title)
    yield element("ul", *(element("li", item.text) for item in safety.STOP.items))
