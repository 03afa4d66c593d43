"""Which ids a batch has had and on which line each was first: a few bytes for every one."""

from __future__ import annotations

from array import array

FEWEST = 1 << 16
"""Places there are from the start; a power of two, as ever after."""
FULLEST = 0.8
"""Of so many places in use there are twice as many, before it takes long to find a free one."""


class Register:
    """Ids by their hash of 64 bits, in a table of two arrays: 12 bytes a place.

    A dictionary would take ten times as much. Two different ids have one hash once in many
    millions of batches of a million rows; one of them is then taken for the other.
    """

    def __init__(self, places: int = FEWEST) -> None:
        self.count = 0
        self._make(places)

    def first(self, name: str, line: int) -> int:
        """Find the line on which an id was first; that is ``line`` for one that is new."""
        mark = hash(name) & (1 << 64) - 1
        place = self._find(mark)
        known = self.lines[place]
        if known:
            return known
        self.marks[place], self.lines[place] = mark, line
        self.count += 1
        if self.count > self.most:
            self._grow()
        return line

    def _make(self, size: int) -> None:
        self.marks, self.lines = array("Q", bytes(8 * size)), array("I", bytes(4 * size))
        self.most = int(size * FULLEST)

    def _find(self, mark: int) -> int:
        """Find the place of a hash, or the free one where it would be."""
        last = len(self.lines) - 1
        place = mark & last
        while self.lines[place] and self.marks[place] != mark:
            place = place + 1 & last
        return place

    def _grow(self) -> None:
        """Double the places, and give each id its new one."""
        marks, lines = self.marks, self.lines
        self._make(2 * len(lines))
        for mark, known in zip(marks, lines, strict=True):
            if known:
                place = self._find(mark)
                self.marks[place], self.lines[place] = mark, known
