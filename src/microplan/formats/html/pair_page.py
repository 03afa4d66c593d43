"""The pages to compare photos: two photos and seven steps, without anything that reveals dates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from microplan.formats.html.elements import Markup, element, enclosed, own
from microplan.formats.html.page import document

STYLE = Path(__file__).with_name("pair_page.css")
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'"
)
"""The content security policy: the browser may show our photos and post choices back to us."""
QUESTION = "Which looks fuller?"
STEPS = {
    -3: ("A", "greatly"),
    -2: ("A", "moderately"),
    -1: ("A", "slightly"),
    0: ("No difference", ""),
    1: ("B", "slightly"),
    2: ("B", "moderately"),
    3: ("B", "greatly"),
}
"""The steps in words: how much fuller photo B looks than photo A."""
SIDES = ("A", "B")
LEFT_OUT = "skip"
"""The choice to leave out a pair."""
FINISH = "finish"
"""The choice to finish before the last pair."""


class PairPage(Struct, frozen=True, kw_only=True):
    """A pair to show: its number from 1, the number of pairs, and the step chosen before, if any."""

    view: str
    number: int
    of: int
    chosen: int | None = None
    can_finish: bool = False


def picture(number: int, side: str) -> str:
    """Name a picture; one photo has different names in two pairs, so they reveal nothing."""
    return f"{number}{side.lower()}.jpg"


def choice(number: int, step: str) -> str:
    """Name a choice about a pair."""
    return f"{number}/{step}"


def page(pair: PairPage) -> str:
    """Write the page of a pair."""
    return "".join(_document(QUESTION, enclosed("form", _parts(pair), method="post")))


def _document(title: str, content: Iterator[Markup]) -> Iterator[str]:
    style = STYLE.read_text(encoding="utf-8")
    article = enclosed("article", content, class_="comparison")
    return document(title, article, more_style=style, policy=POLICY)


def _parts(pair: PairPage) -> Iterator[Markup]:
    yield element("h1", QUESTION)
    yield element("p", own(pair.view), f" · pair {pair.number} of {pair.of}", class_="note")
    yield from enclosed("div", (_figure(pair.number, side) for side in SIDES), class_="pair")
    steps = _steps(pair)
    yield from enclosed("div", steps, class_="steps", role="group", aria_label=QUESTION)
    yield from enclosed("div", _others(pair), class_="others")
    yield element("p", BLIND, class_="note")


BLIND = "Pairs and sides are in random order, so you can't tell which photo is the earlier one."


def _figure(number: int, side: str) -> Markup:
    name = picture(number, side)
    shown = element("img", src=name, alt=f"Photo {side}")
    return element("figure", element("a", shown, href=name), element("figcaption", side))


def _steps(pair: PairPage) -> Iterator[Markup]:
    for step, (side, how) in STEPS.items():
        yield element(
            "button",
            *([element("b", side), " ", how] if how else [side]),
            formaction=choice(pair.number, str(step)),
            aria_pressed="true" if step == pair.chosen else None,
        )


def _others(pair: PairPage) -> Iterator[Markup]:
    if pair.number > 1:
        yield element("a", "Back", href=str(pair.number - 1))
    yield element("button", "Leave this pair out", formaction=choice(pair.number, LEFT_OUT))
    if pair.can_finish:
        yield element("button", "Finish here", formaction=FINISH)


def farewell() -> str:
    """Write the last page."""
    return "".join(_document(DONE, iter([element("h1", DONE), element("p", CLOSE)])))


DONE = "Thank you"
CLOSE = "You can close this page. microplan goes on where you started it."
