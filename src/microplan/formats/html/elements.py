"""Makes HTML elements from text: anything that isn't markup yet is escaped, so none is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape

from microplan.wording.phrases import visible


class Markup(str):
    """Text that is HTML already; it is made here and passes through unchanged."""

    __slots__ = ()


DISTINCT = 1_024
"""Tags and texts that are remembered: a batch has few that are on one of its pages alone."""
VOID = frozenset({"img", "meta"})
"""Elements without an end tag (HTML Standard, section 13.1.2), as far as we use them."""


def element(name: str, /, *content: str, **attributes: str | None) -> Markup:
    """Make an element; text is escaped in it, and an attribute that is None is left out.

    Python's own words are spelled with an underscore: ``class_``, ``http_equiv``, ``aria_label``.
    """
    start = opening(name, **attributes)
    return start if name in VOID else Markup(f"{start}{''.join(map(text, content))}</{name}>")


def enclosed(name: str, content: Iterable[str], /, **attributes: str | None) -> Iterator[Markup]:
    """Make an element chunk by chunk, each on a line of its own."""
    yield Markup(f"{opening(name, **attributes)}\n")
    for chunk in content:
        yield chunk if isinstance(chunk, Markup) and chunk[-1:] == "\n" else line(chunk)
    yield Markup(f"</{name}>\n")


def line(chunk: str) -> Markup:
    """End a chunk, so that a page can be read as it is written."""
    return Markup(f"{text(chunk)}\n")


@lru_cache(DISTINCT)
def opening(name: str, /, **attributes: str | None) -> Markup:
    """Make the start tag of an element."""
    if not attributes:
        return Markup(f"<{name}>")
    given = (
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{''.join(given)}>")


def text(part: str) -> Markup:
    """Escape text, and show the control characters in it; markup stays as it is."""
    return part if isinstance(part, Markup) else _escaped(part)


@lru_cache(DISTINCT)
def _escaped(part: str) -> Markup:
    return Markup(escape(visible(part)))


def joined(*parts: str) -> Markup:
    """Put text and markup one after another."""
    return Markup("".join(map(text, parts)))


def own(words: str) -> Markup:
    """Isolate a person's words, so they can't reverse the direction of the text around them."""
    return element("bdi", words)
