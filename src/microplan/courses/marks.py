"""How a statement came to be known: its mark, and the sources that make it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Mark(StrEnum):
    """How a statement came to be known."""

    V1 = "V1"
    V2 = "V2"
    OURS = "I"


MEANINGS: dict[Mark, str] = {
    Mark.V1: "read in a paper's own abstract or first page, in a trial registry or at the FDA",
    Mark.V2: "second hand: a text about a study, or a page that gives advice",
    Mark.OURS: "our own conclusion from the sources here; none of them says it",
}


class Item(Struct, frozen=True):
    """One statement, how it is known, and the ids of the sources that make it."""

    text: str
    mark: Mark
    sources: tuple[str, ...] = ()


class Source(Struct, frozen=True):
    """Where something was read: the address as it was read, and what stands there."""

    address: str
    what: str
