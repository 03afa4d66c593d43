"""Finds the known names that a mistyped one probably means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from microplan.rules.scanner import listing

CLOSE = 0.75
"""Least similarity of two names: one typo in four letters. ``Bavaria`` isn't ``Navarra``."""
SLIPS_OF_THREE = 0.65
"""Least similarity for names of up to three letters, where one typo costs a third: ``nwe``."""
LONGEST = 60
"""Longest name to compare; a longer one isn't a typo."""
MOST = 3
"""Most names to suggest; if more are equally near, suggest none."""
PART = 0.9
"""Weight of a similarity to a part of a name: ``kumer`` to ``kumar-2018``."""
WHOLE_PART = 2.0
"""Score of an exact part or prefix of a name; higher than any similarity."""


def nearest(name: str, known: Iterable[str], most: int = MOST) -> list[str]:
    """Find the known name nearest to ``name``, or all that are equally near, up to ``most``."""
    plain = fold(name)
    if not plain or len(plain) > LONGEST:
        return []
    scores = {name: _score(plain, fold(name)) for name in known}
    best = max(scores.values(), default=0.0)
    near = [name for name, score in scores.items() if score == best]
    return near if best and len(near) <= most else []


def question(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Suggest the nearest names: ``Did you mean table?``; if there are none, ``otherwise``."""
    near = nearest(name, known)
    return f"Did you mean {listing(near)}?" if near else otherwise


def clause(name: str, known: Iterable[str], otherwise: str) -> str:
    """Suggest like ``question``, in lower case for use after a colon: ``did you mean table?``."""
    asked = question(name, known, otherwise)
    return f"{asked[:1].lower()}{asked[1:]}"


def fold(text: str) -> str:
    """Fold case and accents, which people leave out; an underscore counts as a space."""
    text = " ".join(text.casefold().replace("_", " ").split())
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _score(name: str, known: str) -> float:
    """Score the similarity of two names, 0 below the cutoff; an exact part scores highest."""
    parts = [part for part in re.split(r"[-/:.]+", known) if part and not part.isdecimal()]
    if name in parts or (len(name) > 2 and known.startswith(name)):  # noqa: PLR2004 - a beginning
        return WHOLE_PART
    return max([_likeness(name, known), *(PART * _likeness(name, part) for part in parts)])


def _likeness(one: str, other: str) -> float:
    """Measure similarity by optimal string alignment: edits, and swaps of adjacent letters."""
    from rapidfuzz.distance import OSA

    cutoff = CLOSE if max(len(one), len(other)) > 3 else SLIPS_OF_THREE  # noqa: PLR2004 - letters
    return OSA.normalized_similarity(one, other, score_cutoff=cutoff)
