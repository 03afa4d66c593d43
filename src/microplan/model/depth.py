"""Needle lengths: one for all sessions of a plan, or one for each phase of its pace."""

from __future__ import annotations

import re

from msgspec import Struct


def millimetres(length: str) -> float:
    """Read a needle length in mm: the end of a range, the middle of a spread (``1±0.2``)."""
    return max(map(float, re.split("[-–±]", length.removesuffix("mm"))))


class Depth(Struct, frozen=True, kw_only=True):
    """Needle lengths as written: one for all sessions, or one for each phase."""

    lengths: tuple[str, ...]

    def of_phase(self, number: int) -> Depth:
        """Pick the length for one phase, counted from 0; later phases repeat the last length."""
        last = len(self.lengths) - 1
        return Depth(lengths=(self.lengths[min(number, last)],)) if last else self

    @property
    def deepest(self) -> str:
        """The longest needle length."""
        return max(self.lengths, key=millimetres)

    def __str__(self) -> str:
        return ",".join(self.lengths)
