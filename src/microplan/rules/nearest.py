"""The known name that a mistyped one is nearest to; nothing where none is near enough."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from microplan.rules.scanner import listing

CLOSE = 0.75
"""How alike two names are at least: one slip in four letters. ``Bavaria`` is not ``Navarra``."""
SLIPS_OF_THREE = 0.65
"""The same for names of three letters, where a single slip counts as a third: ``nwe``."""
LONGEST = 60
"""Characters of a name that is looked for; what is longer is no slip of the keyboard."""
MOST = 3
"""Names that are offered at once; where more are equally near, none is."""
PART = 0.9
"""What a likeness counts that is only to a part of a name: ``kumer`` to ``kumar-2018``."""
WHOLE_PART = 2.0
"""A part as it is, or the beginning of a name, comes before every likeness."""


def nearest(name: str, known: Iterable[str], most: int = MOST) -> list[str]:
    """Find the known names nearest to ``name``: one, or a few that are equally near."""
    plain = fold(name)
    if not plain or len(plain) > LONGEST:
        return []
    scores = {name: _score(plain, fold(name)) for name in known}
    best = max(scores.values(), default=0.0)
    near = [name for name, score in scores.items() if score == best]
    return near if best and len(near) <= most else []


def question(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Ask whether the nearest names are meant: ``Did you mean table?``; else ``otherwise``."""
    near = nearest(name, known)
    return f"Did you mean {listing(near)}?" if near else otherwise


def clause(name: str, known: Iterable[str], otherwise: str) -> str:
    """Ask the same after a colon or a semicolon: ``did you mean table?``."""
    asked = question(name, known, otherwise)
    return f"{asked[:1].lower()}{asked[1:]}"


def fold(text: str) -> str:
    """Leave out case and accents, as people do; an underscore is a blank."""
    text = " ".join(text.casefold().replace("_", " ").split())
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _score(name: str, known: str) -> float:
    """Say how alike two names are, 0 below the cutoff; a part that is the same is worth most."""
    parts = [part for part in re.split(r"[-/:.]+", known) if part and not part.isdecimal()]
    if name in parts or (len(name) > 2 and known.startswith(name)):  # noqa: PLR2004 - a beginning
        return WHOLE_PART
    return max([_likeness(name, known), *(PART * _likeness(name, part) for part in parts)])


def _likeness(one: str, other: str) -> float:
    """Compare by insertions, deletions, changes and swaps of neighbours."""
    from rapidfuzz.distance import OSA

    cutoff = CLOSE if max(len(one), len(other)) > 3 else SLIPS_OF_THREE  # noqa: PLR2004 - letters
    return OSA.normalized_similarity(one, other, score_cutoff=cutoff)
