"""What pooled analyses say about the interval, number and depth of sessions.

This repeats the statements of each text and draws no conclusions. Numbers are only valid within
their own analysis, because no two analyses count the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from microplan.courses.marks import MEANINGS, Item, Mark, Source

NAME = "spacing"
"""Its name in `microplan protocols`; no course or care set has this name."""
ASKED = ("interval", "number", "depth")
"""The topics we read each text for; ``number`` includes the length of a course."""
FIELDS = ("citation", "pooled", *ASKED, "also")
"""The fields of an analysis, in order."""
NOTHING = "nothing"
ABOUT = (
    "What pooled analyses and reviews say about how far apart sessions are, how many there are, and "
    "how deep the needles go. None of it is a recommendation."
)
LEGEND = (
    "nothing: not in the abstract as far as we read it; those of abdi-2023 and pei-2024 are cut off "
    "near the end. SMD: standardised mean difference. RR: risk ratio. β: coefficient of a regression. "
    "Never compare numbers of two analyses."
)


class Analysis(Struct, frozen=True, kw_only=True):
    """One pooled analysis or review, with one source and one mark for everything.

    An empty text means that our source doesn't state it.
    """

    id: str
    source: str
    citation: str
    pooled: str = ""
    interval: str = NOTHING
    number: str = NOTHING
    depth: str = NOTHING
    also: str = ""
    mark: Mark = Mark.V1

    def statements(self) -> Iterator[tuple[str, Item]]:
        """Yield each stated field, with its mark and source."""
        for field in FIELDS:
            if text := getattr(self, field):
                yield field, Item(text, self.mark, (self.source,))


ANALYSES = (
    Analysis(
        id="abdi-2023",
        source="S162",
        citation="Abdi 2023, read as a preprint. DOI 10.21203/rs.3.rs-2641721/v1",
        pooled="8 of 10 trials",
        also="hair count SMD 1.76; diameter not up",
    ),
    Analysis(
        id="ahmed-2025",
        source="S51",
        citation="Ahmed 2025. DOI 10.1007/s00403-025-04032-1, PMID 40056230",
        pooled="11 of 12 trials",
        number="12 weeks or less against more than 12: no significant effect",
        depth="1 mm or less against more than 1 mm: no significant effect",
        also="pen against roller: no significant effect; diameter SMD 0.34 in 6 trials",
    ),
    Analysis(
        id="english-2022",
        source="S49",
        citation="English 2022. DOI 10.1007/s13555-021-00653-2, PMID 34854067",
        pooled="22 studies, 1,127 people",
        interval="weekly to monthly: a range, not compared",
        number="",
        depth="0.50 to 2.50 mm: a range, not compared",
        also="the studies are of low quality and differ from one another",
    ),
    Analysis(
        id="gupta-2022",
        source="S50",
        citation="Gupta 2022, regression. DOI 10.1111/jocd.14525, PMID 34714971",
        interval="fewer sessions in the same time may raise the hair count",
        number="a longer course in all may raise the hair count",
        also="needling alone above minoxidil (β 12.29); with minoxidil above needling alone (β 7.63)",
    ),
    Analysis(
        id="gupta-nma",
        source="S54",
        citation="Gupta, network meta-analysis. Karger, SAD 9(6)",
        pooled="27 trials, 1,110 people",
        number="results at 24 weeks",
        also="rank: minoxidil with needling 95.8, minoxidil 53.9, needling alone 27.8, PRP with "
        "needling 22.9",
    ),
    Analysis(
        id="kim-2020",
        source="S163",
        citation="Kim 2020. J Acupunct Res 37(4):203–208. DOI 10.13045/jar.2020.00234",
        pooled="9 clinical trials",
        interval="asks for a study of it",
        number="",
        depth="usually 1.5 mm; asks for a study of it",
    ),
    Analysis(
        id="pei-2024",
        source="S53",
        citation="Pei 2024. DOI 10.1111/jocd.16186, PMID 38239003",
        pooled="13 randomised trials, 696 people",
        also="doctors' rating RR 2.03; the patients' own not significant",
    ),
    Analysis(
        id="xu-2024",
        source="S52",
        citation="Xu 2024. Chinese Medicine and Natural Products, e8–e17. DOI "
        "10.1055/s-0044-1782181",
        pooled="8 studies, 472 people",
        number="12 weeks SMD 1.08, 21 to 24 weeks SMD 0.64; no test between the two is given",
        depth="under 1 mm SMD 1.16, over 1 mm SMD 0.52; no test between the two is given",
        also="diameter not up overall",
    ),
)
"""Sorted by id, never by result."""

FOUND = (
    Item(
        "no consensus on the spacing of scalp needling and no trial of two intervals at one needle "
        "length was found, in eight searches, English and Chinese",
        Mark.OURS,
    ),
    Item("a review of 2020 says that no standard protocol exists", Mark.V1, ("S55",)),
    Item(
        "only gupta-2022 draws a conclusion on the interval, and puts a may before it",
        Mark.OURS,
        ("S50",),
    ),
    Item(
        "the two Gupta papers disagree: one has needling alone above minoxidil, the other below it",
        Mark.V1,
        ("S50", "S54"),
    ),
    Item(
        "a Chinese guideline on androgenetic alopecia (2023), a Chinese consensus on women (2022) "
        "and an Indian consensus (2019) exist; what they say on needling couldn't be read",
        Mark.V2,
        ("S150", "S151", "S152"),
    ),
    Item(
        "for PRP, not for needling, an Indian task force advises 3 to 5 sessions a month apart",
        Mark.V1,
        ("S153",),
    ),
)
"""What else we searched for, and what we found."""

SOURCES: dict[str, Source] = {
    "S49": Source("DOI 10.1007/s13555-021-00653-2; PMC8776974", "English 2022, review"),
    "S50": Source("DOI 10.1111/jocd.14525; PMID 34714971", "Gupta 2022, regression"),
    "S51": Source("DOI 10.1007/s00403-025-04032-1; PMID 40056230", "Ahmed 2025, meta-analysis"),
    "S52": Source("DOI 10.1055/s-0044-1782181", "Xu 2024, meta-analysis"),
    "S53": Source("DOI 10.1111/jocd.16186; PMID 38239003", "Pei 2024, meta-analysis"),
    "S55": Source("DOI 10.1111/dth.14267", "Ocampo-Garza 2020, review"),
    "S150": Source("woundworld.com (item 1984-2023)", "Chinese guideline, 2023"),
    "S151": Source(
        "woundworld.com (item 1927-2024-07-05-08-38-02); Zhonghua Zhengxing Waike Zazhi "
        "38(5):481–492",
        "Chinese consensus on women, 2022",
    ),
    "S152": Source("ijtrichology.com 2019;11(3):101", "Indian consensus, 2019"),
    "S153": Source(
        "mendeley.com/catalogue/f47b33a9-91bc-36f5-941e-0777dc5deb0d",
        "abstract of an Indian task force on PRP",
    ),
    "S162": Source(
        "DOI 10.21203/rs.3.rs-2641721/v1; PMID 37665358", "Abdi 2023, preprint of a meta-analysis"
    ),
    "S163": Source("DOI 10.13045/jar.2020.00234", "Kim 2020, review"),
}
"""The sources that only this module names; S54 is in ``care_sets``."""


def statements() -> Iterator[Item]:
    """Yield every statement, those of the analyses first."""
    for analysis in ANALYSES:
        yield from (item for _, item in analysis.statements())
    yield from FOUND


def not_stated(analysis: Analysis) -> Iterator[str]:
    """Yield the topics that the text we have doesn't cover."""
    return (field for field in ASKED if not getattr(analysis, field))


def as_data(sources: Mapping[str, Source]) -> dict[str, object]:
    """Convert the analyses to plain values for JSON; ``sources`` are all known sources."""
    named = {source for item in statements() for source in item.sources}
    return {
        "about": f"{ABOUT} {LEGEND}",
        "analyses": [
            {
                "id": analysis.id,
                "facts": {field: _fact(item) for field, item in analysis.statements()},
                "not_stated": list(not_stated(analysis)),
            }
            for analysis in ANALYSES
        ],
        "found": [_fact(item) for item in FOUND],
        "marks": {str(mark): meaning for mark, meaning in MEANINGS.items()},
        "sources": {
            name: {"address": source.address, "what": source.what}
            for name, source in sources.items()
            if name in named
        },
    }


def _fact(item: Item) -> dict[str, object]:
    return {"value": item.text, "mark": str(item.mark), "sources": list(item.sources)}
