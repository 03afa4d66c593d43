"""The safety statements on a page.

A page may be given to somebody who doesn't have microplan, so it mentions no commands.
"""

from __future__ import annotations

from collections.abc import Iterator

from microplan.courses import notices, safety
from microplan.courses.marks import MEANINGS, Item, Mark
from microplan.courses.safety import Part
from microplan.formats.html.elements import Markup, element, joined
from microplan.model import log
from microplan.model.care import Pause, Supply
from microplan.model.plan import Plan
from microplan.model.rules import Rules

LISTS = (safety.STOP, safety.POSTPONE, safety.ASK_FIRST, safety.ISOTRETINOIN, safety.EXPECTED)
"""The lists, in the order a person may need them."""


def advice(plan: Plan, rules: Rules, *, discreet: bool) -> Iterator[Markup]:
    """Yield the notices for a plan with these rules, one paragraph each."""
    if discreet:
        yield joined(_flowing(notices.DISCREET))
        return
    for notice in notices.of(rules):
        yield joined(_flowing(notice.replace(notices.LISTS_OF_PROGRAM, notices.LISTS_OF_PAGE)))
    if any(isinstance(care, Pause) for care in log.care_in_force(plan)):
        yield joined(_flowing(notices.PAUSE))
    if any(isinstance(care, Supply) for care in log.care_in_force(plan)):
        yield joined(_flowing(notices.SUPPLY))
    if plan.protocol:
        yield joined(
            "Started from ", element("bdi", plan.protocol), f". {notices.COURSE} ", DIFFERS
        )


DIFFERS = "This plan may differ from it."


def _flowing(block: str) -> str:
    """Unwrap a block of lines, because a page isn't 80 columns wide."""
    return " ".join(block.split())


def lists() -> Iterator[tuple[str, Iterator[Markup]]]:
    """Yield the title and items of each list, and finally the meaning of the marks."""
    for part in LISTS:
        yield part.title, _items(part)
    yield "How each was found out", _meanings()


def _items(part: Part) -> Iterator[Markup]:
    return (element("li", item.text, " ", _tag(item)) for item in part.items)


def _tag(item: Item) -> Markup:
    """Format a mark and its sources: ``[V1: S48, S98]``."""
    sources = f": {', '.join(item.sources)}" if item.sources else ""
    return element("small", f"[{item.mark}{sources}]")


def _meanings() -> Iterator[Markup]:
    for mark in Mark:
        yield element("li", element("b", mark), f" {MEANINGS[mark]}")
    yield element("li", SOURCES)


SOURCES = (
    "S48 and similar marks are the numbers of sources. They aren't listed here; whoever made this "
    "page with microplan can list them, with their addresses"
)
