"""Instructions on a page for adding its calendar to a program: once, or as a subscription."""

from __future__ import annotations

from collections.abc import Iterator

from microplan.formats.html.elements import Markup, element
from microplan.formats.html.model import HtmlModel


def ways_in(sheet: HtmlModel, calendar: str, address: str) -> Iterator[Markup]:
    """Link the calendar file or, with an ``address``, the calendar to subscribe to."""
    yield sheet.heading("To your calendar")
    yield from _subscribe(f"{address}{calendar}") if address else _add(calendar)


def _add(calendar: str) -> Iterator[Markup]:
    """Explain how to add the calendar file to a phone; this comes first on the page."""
    yield element("p", element("a", "Add to calendar", class_="button", href=calendar))
    for phone, how in PHONES:
        yield element("p", element("b", phone), f" {how}")


PHONES = (
    ("iPhone:", "open this page in Safari, tap Add to calendar, then Add All. It must be Safari."),
    (
        "Android:",
        "tap Add to calendar, open the file that is downloaded, and choose your calendar app.",
    ),
    ("No app is offered:", "import the file at a computer."),
    (
        "Either:",
        "choose a separate calendar. When dates change, delete it and add the new file.",
    ),
)


def _subscribe(address: str) -> Iterator[Markup]:
    """Explain how to subscribe a calendar program to the plan."""
    yield element("p", element("a", "Subscribe", class_="button", href=f"webcal://{address}"))
    for program, how in SUBSCRIBERS:
        yield element("p", element("b", program), f" {how}")
    yield element("p", element("code", f"http://{address}"))


SUBSCRIBERS = (
    ("iPhone, Mac:", "tap Subscribe. The calendar app looks for changes by itself."),
    ("Android:", "an app such as ICSx⁵ subscribes; the calendar app alone can't."),
    ("Thunderbird and others:", "add a calendar on the network, with this address:"),
)
