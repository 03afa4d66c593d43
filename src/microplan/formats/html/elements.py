"""Makes HTML elements; escapes everything that isn't already markup, so callers can't forget it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape

from microplan.wording.phrases import visible


class Markup(str):
    """Text that is already HTML, made by this module; it passes through unchanged."""

    __slots__ = ()


DISTINCT = 1_024
"""Size of the cache of tags and texts, most of which the pages of a batch share."""
VOID = frozenset({"img", "meta"})
"""The elements without an end tag that we use (HTML Standard, section 13.1.2)."""


def element(name: str, /, *content: str, **attributes: str | None) -> Markup:
    """Make an element; escape its text, and leave out attributes that are None.

    Attribute names use underscores: ``class_``, ``http_equiv``, ``aria_label``.
    """
    start = opening(name, **attributes)
    return start if name in VOID else Markup(f"{start}{''.join(map(text, content))}</{name}>")


def enclosed(name: str, content: Iterable[str], /, **attributes: str | None) -> Iterator[Markup]:
    """Make an element in chunks, each on its own line."""
    yield Markup(f"{opening(name, **attributes)}\n")
    for chunk in content:
        yield chunk if isinstance(chunk, Markup) and chunk[-1:] == "\n" else line(chunk)
    yield Markup(f"</{name}>\n")


def line(chunk: str) -> Markup:
    """End a chunk with a line break, which keeps the source of a page readable."""
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
    """Escape text and its control characters; return markup unchanged."""
    return part if isinstance(part, Markup) else _escaped(part)


@lru_cache(DISTINCT)
def _escaped(part: str) -> Markup:
    return Markup(escape(visible(part)))


def joined(*parts: str) -> Markup:
    """Join text and markup."""
    return Markup("".join(map(text, parts)))


def own(words: str) -> Markup:
    """Isolate a person's words, so they can't reverse the direction of the text around them."""
    return element("bdi", words)
