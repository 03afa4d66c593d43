"""Needle lengths: one for all sessions of a plan, or one for each phase of its pace."""

from __future__ import annotations

import re

from msgspec import Struct


def millimetres(length: str) -> float:
    """Measure a needle length; of a range, its end, of a spread, its middle."""
    return max(map(float, re.split("[-–±]", length.removesuffix("mm"))))


class Depth(Struct, frozen=True, kw_only=True):
    """Needle lengths as they were written: one for all sessions, or one for each phase."""

    lengths: tuple[str, ...]

    def of_phase(self, number: int) -> Depth:
        """Choose the length of a phase, counted from 0."""
        last = len(self.lengths) - 1
        return Depth(lengths=(self.lengths[min(number, last)],)) if last else self

    @property
    def deepest(self) -> str:
        """The longest of them."""
        return max(self.lengths, key=millimetres)

    def __str__(self) -> str:
        return ",".join(self.lengths)
