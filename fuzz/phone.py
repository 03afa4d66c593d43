"""Targets for what a stranger sends to `share`, and a web page to `photo compare`."""

from __future__ import annotations

from fuzz.oracles import holds
from microplan.cli.handoff import offer
from microplan.cli.handoff.offer import Item, Offer

OFFER = Offer(
    secret="A" * 22,
    netloc="192.168.1.23:8000",
    items=(
        Item(name="", type="text/html; charset=utf-8", content=b"<p>the page</p>"),
        Item(name="plan.ics", type="text/calendar", content=b"the calendar", is_file=True),
        Item(name="1/0", type="", content=b"", is_choice=True, leads_to="2"),
        Item(name="end", type="text/html", content=b"<p>the end</p>", is_choice=True),
    ),
)
NOTHING = offer.answer(b"", OFFER)


def request(data: bytes) -> None:
    """Answer the head of a request: twelve are valid, and all others get the same answer."""
    answered(data, *offer.answer(data, OFFER))


def answered(head: bytes, response: bytes, item: Item | None) -> None:
    """Assert that a request got the right answer, as a client sees it."""
    first, *fields = head.split(b"\r\n")
    asked = [
        (each, method)
        for each in OFFER.items
        for method in (("POST",) if each.is_choice else ("GET", "HEAD"))
        for version in ("1.0", "1.1")
        if first == f"{method} {OFFER.path(each.name)} HTTP/{version}".encode()
    ]
    hosts = [
        field[5:].strip(b" \t") for field in fields if field[:5].lower() in (b"host:", b"host")
    ]
    if not asked or hosts != [OFFER.netloc.encode()]:
        holds((response, item) == NOTHING, "a wrong request gets an answer of its own")
        holds(OFFER.secret.encode() not in response, "the secret is in an answer")
        return
    ((right, method),) = asked
    lines, end, body = response.partition(offer.END)
    leads = right.is_choice and not right.content
    status = b"HTTP/1.1 303 " if leads else b"HTTP/1.1 200 "
    holds(lines.startswith(status) and end, "a right request is refused")
    holds(body == (b"" if method == "HEAD" else right.content), "another thing is handed over")
    holds(item == (None if method == "HEAD" else right), "another thing is told to be sent")
