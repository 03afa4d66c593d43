"""``microplan safety`` as text and as data: the lists, their marks and their sources."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from microplan.courses.marks import MEANINGS, Item
from microplan.courses.safety import ABOUT, DATES_ONLY, PARTS, SOURCES

MORE = "Where each statement comes from: microplan safety --sources"


def render(width: int = 79, *, sources: bool = False) -> Iterator[str]:
    """Yield the lines of ``microplan safety``, at most ``width`` wide unless a word is longer."""
    yield from _wrap(DATES_ONLY, width)
    yield from _wrap(ABOUT, width)
    for part in PARTS:
        yield ""
        yield from _wrap(part.title, width)
        for item in part.items:
            yield from _wrap(f"- {item.text} {_tag(item, sources=sources)}", width, indent=2)
    yield from _table("What the marks mean", MEANINGS.items(), width)
    if sources:
        rows = ((name, f"{source.address} ({source.what})") for name, source in SOURCES.items())
        yield from _table("Sources", rows, width)
    else:
        yield from ("", *_wrap(MORE, width))


def _table(title: str, rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    yield ""
    yield title
    for name, text in rows:
        yield from _wrap(f"{name:<5} {text}", width, indent=6)


def _tag(item: Item, *, sources: bool) -> str:
    """Format a mark: ``[V1: S48, S98]``, with no-break spaces until the lines are broken."""
    named = f": {', '.join(item.sources)}" if item.sources and sources else ""
    return f"[{item.mark}{named}]".replace(" ", "\N{NO-BREAK SPACE}")


def _wrap(text: str, width: int, indent: int = 0) -> Iterator[str]:
    lines = textwrap.wrap(
        text,
        max(width, indent + 1),
        subsequent_indent=" " * indent,
        break_long_words=False,  # an address in two pieces leads nowhere
        break_on_hyphens=False,
    )
    return (line.replace("\N{NO-BREAK SPACE}", " ") for line in lines)


def as_data() -> dict[str, object]:
    """Convert the lists to plain values for JSON."""
    return {
        "about": f"{DATES_ONLY} {ABOUT}",
        "lists": [
            {"id": part.id, "title": part.title, "items": [_item(item) for item in part.items]}
            for part in PARTS
        ],
        "marks": {str(mark): meaning for mark, meaning in MEANINGS.items()},
        "sources": {
            name: {"address": source.address, "what": source.what}
            for name, source in SOURCES.items()
        },
    }


def _item(item: Item) -> dict[str, object]:
    return {"text": item.text, "mark": str(item.mark), "sources": list(item.sources)}
