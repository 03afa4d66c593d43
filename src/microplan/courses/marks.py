"""Statements with a mark that says how they're known, and with their sources."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Mark(StrEnum):
    """How a statement is known."""

    V1 = "V1"
    V2 = "V2"
    OURS = "I"


MEANINGS: dict[Mark, str] = {
    Mark.V1: "read in a paper's own abstract or first page, in a trial registry or at the FDA",
    Mark.V2: "second hand: a text about a study, or a page that gives advice",
    Mark.OURS: "our own conclusion from the sources here; none of them says it",
}


class Item(Struct, frozen=True):
    """One statement, its mark, and the ids of its sources."""

    text: str
    mark: Mark
    sources: tuple[str, ...] = ()


class Source(Struct, frozen=True):
    """A source: its address when we read it, and what it is."""

    address: str
    what: str
