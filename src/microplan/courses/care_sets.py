"""Named sets of care that people follow, each with its sources and how far they disagree.

Each span is one choice from the range found, regardless of the session's time. None of them is
advice, and most sources are about the face. What no source gives is called our suggestion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from microplan.courses.marks import Mark, Source
from microplan.courses.notices import PAUSE, SUPPLY
from microplan.errors import UsageError
from microplan.model.care import Care, Ended, Pause, Supply
from microplan.rules import care_words, nearest
from microplan.rules.care_words import NONE, Own
from microplan.rules.scanner import listing


class CareSet(Struct, frozen=True, kw_only=True):
    """Care under one name: its pieces by kind, what the sources say, and the sources."""

    care: tuple[tuple[str, str], ...]
    found: str
    mark: Mark
    sources: tuple[str, ...]


SETS: dict[str, CareSet] = {
    "minoxidil": CareSet(
        care=(("pause", "minoxidil=-0d+1d"),),
        found="trial texts leave it out on the needling day, one also on the next; other pages say "
        "from no wait to 48 h; its label says not to use it on a red, inflamed or irritated scalp",
        mark=Mark.V2,
        sources=("S5", "S10", "S36", "S73", "S74", "S138"),
    ),
    "aftercare": CareSet(
        care=(
            ("pause", "hair washing=-0d+1d"),
            ("pause", "hard exercise=-0d+2d"),
            ("pause", "swimming and sauna=-0d+2d"),
            ("pause", "strong sun=-0d+6d"),
        ),
        found="washing after 8 to 48 h, most often 24 h; exercise after 48 or 72 h; swimming and "
        "sauna after 48 h to 5 days; sun after 48 h or a week; none of these pages is a trial or a "
        "guideline, and some speak of the face",
        mark=Mark.V2,
        sources=("S61", "S76", "S84", "S85", "S86", "S87"),
    ),
    "serums": CareSet(
        care=(("pause", "serums=-0d+2d"),),
        found="no paper says when a serum may go on again; pages say from at once, with hyaluronic acid only, to "
        "48 h; a scalp's water loss was still slightly raised at 48 h, when measuring ended; of "
        "five reported cases of lumps (granuloma) the product went on before the session in four "
        "and after it in one, so the pause covers the day's hours before it too; a review warns of "
        "products not approved for use in the skin; the FDA has approved no needling device to "
        "bring products into the skin",
        mark=Mark.V2,
        sources=("S73", "S81", "S89", "S90", "S97", "S103", "S133", "S146", "S149"),
    ),
    "retinoids": CareSet(
        care=(("pause", "retinoids and acids=-5d+2d"),),
        found="left out from 3 to 7 days before; back after 24 h to 2 weeks; mostly pages about "
        "the face; ask before changing a prescribed one",
        mark=Mark.V2,
        sources=("S62", "S75", "S76", "S78", "S80"),
    ),
    "hygiene": CareSet(
        care=(("cue", "clean device, new cartridge=0d"),),
        found="pen cartridges are for one use and devices are not shared; a device is cleaned "
        "before it is disinfected; for rollers no number of uses is agreed on: pages say from 1 to 15",
        mark=Mark.V2,
        sources=("S91", "S92", "S93", "S94", "S103", "S140", "S148"),
    ),
    "photos": CareSet(
        care=(("checkpoint", "photos=every 4w"),),
        found="every 4 weeks is our suggestion; no medical society's schedule was found, and pages "
        "say from weekly to every 12 weeks: same room, light, angle and dry hair",
        mark=Mark.OURS,
        sources=("S106", "S108", "S109", "S110"),
    ),
    "reviews": CareSet(
        care=(("checkpoint", "review=12w"), ("checkpoint", "review with a clinician=24w")),
        found="weeks 12 and 24 are our suggestion, after the weeks at which trials read their "
        "results; no medical society's schedule was found",
        mark=Mark.OURS,
        sources=("S1", "S11", "S38", "S54"),
    ),
}

SOURCES: dict[str, Source] = {
    "S36": Source("NCT02154503", "registry"),
    "S54": Source("karger.com/sad/article/9/6/397/868340", "network meta-analysis, 27 trials"),
    "S61": Source(
        "necolebitchie.com/how-long-should-you-wait-to-apply-minoxidil-after-microneedling; "
        "necolebitchie.com/?p=261647",
        "content site, on minoxidil and washing",
    ),
    "S73": Source(
        "ca.feau.com/question/when-to-apply-minoxidil-after-microneedling", "questions and answers"
    ),
    "S74": Source("no openable address found", "questions and answers of a clinic"),
    "S84": Source(
        "yourbestselves.com/how-soon-can-i-wash-my-hair-after-microneedling",
        "on washing, contradicts itself",
    ),
    "S85": Source(
        "ca.feau.com/question/when-can-i-wash-my-hair-after-microneedling-in-bathurst",
        "questions and answers, on washing",
    ),
    "S86": Source(
        "wellaholic.com/blog/the-top-5-things-to-avoid-after-your-hair-loss-treatment-session-in-singapore-2/",
        "hair clinic, on its treatments in general",
    ),
    "S87": Source("timelessbeautydermaspa.com/aftercare", "clinic"),
    "S91": Source(
        "jm.feau.com/article/reddit-dermarolling-what-you-should-know-before-you-roll",
        "content site, on patch tests and sharing",
    ),
    "S92": Source(
        "en.ruli.com/article/cleaning-secrets-revealed-unlocking-the-best-techniques-to-maintain",
        "on cleaning and replacing a roller",
    ),
    "S93": Source(
        "necolebitchie.com/how-often-should-2-5-microneedling-rollers-be-replaced",
        "on rollers of 2.5 mm",
    ),
    "S94": Source("biologyinsights.com/how-to-properly-sterilize-a-dermaroller", "on cleaning"),
    "S108": Source(
        "balding.app/blog/hair-loss-photo-lighting-calibration-checklist", "tracker, on photos"
    ),
    "S109": Source("myhairline.ai/blog/hair-loss-tracking-monthly-ritual", "tracker, on photos"),
    "S110": Source("no openable address found (hairlosstracker.app/blog)", "tracker, on photos"),
    "S133": Source("DOI 10.1093/asjof/ojz017; PMC7671250", "how long needled skin stays open"),
    "S140": Source("510k.innolitics.com/search/DEN160029", "copy of the FDA's text on a pen"),
    "S148": Source(
        "facefirma.co.uk/pages/derma-roller-dos-and-do-nots; "
        "levintel.com/the-best-dermaroller/how-long-do-derma-rollers-last",
        "sellers and pages, on rollers",
    ),
    "S149": Source(
        "necolebitchie.com/how-long-after-microneedling-can-i-use-hyaluronic-acid; "
        "harleystreetskinclinic.com/articles/how-often-should-i-apply-hyaluronic-acid-after-microneedling-uk-guide",
        "on hyaluronic acid",
    ),
}
"""The sources that only care sets name, not ``safety`` or a course."""


def chosen(text: str) -> list[str]:
    """Parse a comma-separated list of set names."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = next((name for name in names if name not in SETS), None)
    if unknown is not None:
        advice = nearest.question(unknown, SETS, f"Write {listing(list(SETS))}.")
        raise UsageError(f"there's no care set {unknown!r}. {advice}")
    return list(dict.fromkeys(names))


def pieces(name: str) -> tuple[Care, ...]:
    """Read the care of one set."""
    return tuple(care_words.parse(kind, text) for kind, text in SETS[name].care)


def given(sets: str, own: Own) -> tuple[Care, ...]:
    """Combine the care of named sets with a person's own, without duplicates."""
    return (*_pieces(sets), *care_words.given(own))


def changed(before: Sequence[Care], sets: str, own: Own) -> tuple[Care | Ended, ...]:
    """Combine care like ``given`` for a plan that has care ``before``, some of which may end.

    ``none`` among the sets ends all of it, ``none`` for a kind ends that kind, and ``none`` in place
    of the days of one piece ends that piece.
    """
    all_ends, rest = _apart(sets)
    ends = {kind for kind, text in care_words.texts(own) if text == NONE}
    over = [
        Ended(kind=piece.kind, name=piece.name)
        for piece in before
        if all_ends or piece.kind in ends
    ]
    changes = [
        care_words.change(kind, text) for kind, text in care_words.texts(own) if text != NONE
    ]
    return care_words.last_of_each([*over, *_pieces(rest), *care_words.once(changes)])


def _apart(sets: str) -> tuple[bool, str]:
    """Split ``none`` from the set names; return whether it was there, and the other names."""
    names = [name.strip() for name in sets.split(",")]
    return NONE in names, ",".join(name for name in names if name != NONE)


def _pieces(sets: str) -> Iterator[Care]:
    return (piece for name in chosen(sets) for piece in pieces(name))


def note(name: str) -> str:
    """Word what the sources say about a set, with its mark and the sources."""
    care_set = SETS[name]
    return f"{name}: {care_set.found} [{care_set.mark}: {', '.join(care_set.sources)}]"


def notices(care: Sequence[Care | Ended], sets: str) -> Iterator[str]:
    """Yield what to ask before pausing something, and the sources of named sets."""
    if any(isinstance(piece, Pause) for piece in care):
        yield PAUSE
    if any(isinstance(piece, Supply) for piece in care):
        yield SUPPLY
    names = chosen(_apart(sets)[1])
    yield from map(note, names)
    if names:
        where = " · ".join(f"microplan protocols {name} --sources" for name in names)
        yield f"Sources: {where}"


def as_data(name: str) -> dict[str, object]:
    """Convert a set to plain values for JSON."""
    care_set = SETS[name]
    care = [{"kind": kind, "care": text} for kind, text in care_set.care]
    marked = {"mark": str(care_set.mark), "sources": list(care_set.sources)}
    return {"name": name, "care": care, "found": care_set.found, **marked}
