"""The safety statements, in fixed words with marks and sources."""

from __future__ import annotations

from msgspec import Struct

from microplan.courses.marks import Item, Mark, Source


class Part(Struct, frozen=True):
    """A list of statements under one title; ``id`` is its stable name for other programs."""

    id: str
    title: str
    items: tuple[Item, ...]


# --- the lists ------------------------------------------------------------------------------

ASK_FIRST = Part(
    "ask-first",
    "Do not start, or ask a clinician first, with",
    (
        Item("an active infection where the needles go", Mark.V1, ("S42", "S48", "S97")),
        Item("a scalp that is inflamed at present", Mark.V1, ("S42", "S98")),
        Item("a bleeding disorder, or a medicine against clotting", Mark.V1, ("S48", "S98")),
        Item("a tendency to keloids (scars that grow thick)", Mark.V1, ("S48",)),
        Item(
            "psoriasis or lichen planus, which can break out where skin is hurt (Koebner)",
            Mark.V1,
            ("S48",),
        ),
        Item("pregnancy or breastfeeding", Mark.V1, ("S42", "S98")),
        Item("a weakened immune system", Mark.V1, ("S98",)),
        Item("an allergy to metal", Mark.V1, ("S97",)),
        Item("darker skin: a higher risk of side effects", Mark.V1, ("S97",)),
        Item(
            "products on the needled skin that aren't approved for use in the skin, such as serums, "
            "vitamin C and tinted sunscreen: lumps (granulomas) followed in the cases reported, which "
            "can resist treatment",
            Mark.V1,
            ("S89", "S90", "S97", "S146"),
        ),
        Item("diabetes that is not under control", Mark.V2, ("S99",)),
        Item("chemotherapy or radiotherapy at present", Mark.V2, ("S99",)),
        Item("steroids at a high dose", Mark.V2, ("S99",)),
        Item(
            "skin cancer or a suspicious spot in the area, a herpes outbreak, an open wound",
            Mark.V2,
            ("S99", "S100"),
        ),
        Item(
            "hair loss that leaves scars: no benefit and more bleeding in one small trial (S34), "
            "only under supervision on one page (S101)",
            Mark.V2,
            ("S34", "S101"),
        ),
        Item(
            "dandruff or seborrhoeic dermatitis that is flaring up (a weak source)",
            Mark.V2,
            ("S102",),
        ),
        Item("an age under 22, where the FDA's authorisations begin", Mark.V1, ("S103",)),
        Item(
            "a recent hair transplant: one app leaves it to the surgeon and begins on day 30 "
            "(a weak source)",
            Mark.V2,
            ("S69",),
        ),
    ),
)

ISOTRETINOIN = Part(
    "isotretinoin",
    "Isotretinoin: the sources disagree",
    (
        Item(
            "the product label: no cosmetic smoothing of the skin during the course "
            "and for 6 months after it",
            Mark.V2,
            ("S104",),
        ),
        Item("some clinics wait 6 months, or ask about that time", Mark.V2, ("S75", "S76", "S78")),
        Item(
            "other clinics wait 3 months, or ask about that time", Mark.V2, ("S80", "S81", "S105")
        ),
        Item(
            "a dermatologist's commentary: newer evidence shows little risk of scars from needling, "
            "and the 6 months are now kept mainly for ablative work; he prefers to wait until the "
            "course ends, but would agree to needling for a very motivated patient in experienced "
            "hands",
            Mark.V2,
            ("S104",),
        ),
        Item(
            "a US task force (2017): too little evidence to delay superficial peels and non-ablative "
            "lasers during the course or soon after; superficial dermabrasion may be safe in trained "
            "hands; needling isn't named",
            Mark.V1,
            ("S157",),
        ),
        Item(
            "a review of 32 papers and 1,485 procedures (2017): too little evidence to delay manual "
            "dermabrasion, superficial peels, skin surgery or fractional lasers; needling isn't named",
            Mark.V1,
            ("S158",),
        ),
        Item(
            "texts about these two papers advise against mechanical dermabrasion and full ablation; "
            "one says to wait 6 months before the whole face is treated so",
            Mark.V2,
            ("S157", "S158"),
        ),
        Item(
            "an Indian association (2017) wants the rule of waiting to end and has needling on its "
            "list of procedures; the abstract is cut off before it says how it judges them",
            Mark.V1,
            ("S159",),
        ),
        Item(
            "a second Indian paper (2019): the old advice rests on insufficient evidence; it "
            "doesn't name needling",
            Mark.V1,
            ("S160",),
        ),
        Item(
            "a count over several clinics: 183 people, 504 procedures, 27 of them needling or other "
            "work with cold steel; 2 keloids in all",
            Mark.V1,
            ("S161",),
        ),
        Item(
            "where they differ, this list keeps the longest, 6 months; your dermatologist decides",
            Mark.OURS,
        ),
    ),
)

UNITED_STATES = Part(
    "united-states",
    "In the United States",
    (
        Item(
            "the FDA has authorised needling devices for acne scars and wrinkles of the face and "
            "for scars of the abdomen, from the age of 22",
            Mark.V1,
            ("S103",),
        ),
        Item("hair loss is not among these uses", Mark.V2, ("S103",)),
        Item("some side effects may be permanent", Mark.V2, ("S103",)),
        Item("the FDA's page on needling doesn't speak of use at home", Mark.V2, ("S103",)),
        Item(
            "radiofrequency needling: in October 2025 the FDA reported burns, scarring, fat loss, "
            "disfigurement and nerve damage, some of which needed surgery or medical care; it calls "
            "this a medical procedure, not one for home, and asks people to see a trained, licensed "
            "provider, to know the risks and to report harm",
            Mark.V2,
            ("S139",),
        ),
        Item(
            "the FDA wrote that of treatments for the look of the skin and doesn't mention hair: "
            "that it matters for hair too is our conclusion",
            Mark.OURS,
        ),
    ),
)

POSTPONE = Part(
    "postpone",
    "Postpone this session if there is",
    (
        Item("a fever, a cold or the flu", Mark.V2, ("S78",)),
        Item("a cold sore, a rash or a spot in the area", Mark.V2, ("S78",)),
        Item("sunburn", Mark.V2, ("S75",)),
        Item(
            "redness that is still there after 48 hours; the source then lengthens the interval",
            Mark.V2,
            ("S62",),
        ),
        Item("a scalp that has not calmed down since the last session", Mark.OURS),
        Item("a new medicine that one of the lists above names", Mark.OURS),
        Item("no way to keep the area clean and dry afterwards", Mark.OURS),
    ),
)

STOP = Part(
    "stop",
    "Stop and get help for",
    (
        Item("growing redness, swelling, pain or discharge", Mark.V2, ("S80",)),
        Item("pus, a bad smell or fever", Mark.V2, ("S69",)),
        Item("lumps or raised patches that come within days (granuloma)", Mark.V1, ("S89", "S146")),
        Item(
            "with minoxidil: chest pain, a rapid heartbeat, faintness, dizziness, sudden weight "
            "gain, swollen hands or feet, a red or irritated scalp, unwanted facial hair",
            Mark.V2,
            ("S138",),
        ),
        Item("rows of marks like tram tracks, or dark marks, that stay", Mark.V1, ("S97",)),
        Item("sudden or patchy shedding", Mark.V2, ("S106",)),
    ),
)

EXPECTED = Part(
    "expected",
    "Expected, and gone by itself within about 7 days",
    (
        Item("redness, swelling, soreness, dryness, peeling", Mark.V1, ("S97",)),
        Item(
            "swollen lymph nodes, irritated skin, darkening (which can also last)",
            Mark.V1,
            ("S97",),
        ),
    ),
)

PARTS = (ASK_FIRST, ISOTRETINOIN, UNITED_STATES, POSTPONE, STOP, EXPECTED)

SOURCES: dict[str, Source] = {
    "S34": Source(
        "tressless.com/research/open-label-trial-microneedling-in-hair-loss-p6MV",
        "small open trial",
    ),
    "S42": Source("NCT04680234", "registry, alopecia areata"),
    "S48": Source(
        "ctri.nic.in/Clinicaltrials/pmaindet2.php?EncHid=NTM0ODk%3D (CTRI/2021/03/031963)",
        "registry, alopecia areata",
    ),
    "S62": Source("diaminy.com/home-microneedling-how-often", "seller, on skin"),
    "S69": Source(
        "github.com/GiovanniPinnacle/regimen src/lib/protocols/fue-recovery-90.ts",
        "app for the time after a transplant",
    ),
    "S75": Source("filtered-skin.com/pages/pre-care-advice-micro-needling-treatment", "clinic"),
    "S76": Source("amberandoakaesthetics.com/services/microneedling", "clinic"),
    "S78": Source("theinfusionspa.com/about-1", "clinic"),
    "S80": Source("youthfulglowaesthetics.com/post/microneedling-pre-post-care", "clinic"),
    "S81": Source(
        "fsdev.info/facials/microneedling/microneedling-pre-and-post-care-instructions/", "clinic"
    ),
    "S89": Source("DOI 10.1001/jamadermatol.2013.6955", "granuloma cases, on the face"),
    "S90": Source("ouci.dntb.gov.ua/works/l16LrMY9", "review of granulomas after needling"),
    "S97": Source(
        "DOI 10.1097/01.dss.0000790428.70373.f6; PMID 34448760",
        "review of needling's safety, Dermatol Surg 2021",
    ),
    "S98": Source("NCT04147845", "registry, alopecia areata"),
    "S99": Source("balancedayspa.com/pages/microneedling-contraindications", "list of a clinic"),
    "S100": Source("allure.com/story/fda-at-home-microneedling", "dermatologists quoted"),
    "S101": Source("regrowprotocol.com/microneedling-hair-loss", "blog that holds errors"),
    "S102": Source("necolebitchie.com/?p=442449", "content site, on dandruff"),
    "S103": Source(
        "fda.gov/medical-devices/aesthetic-cosmetic-devices/microneedling-devices", "the FDA"
    ),
    "S104": Source(
        "projectlead.health/clinical-corner/what-do-you-tell-your-patients-about-microneedling-while-on-isotretinoin/",
        "commentary on isotretinoin",
    ),
    "S105": Source("beautyandthebroworlando.com/before-your-microneedling-appointment", "clinic"),
    "S106": Source(
        "no openable address found (balding.app/track and blog)", "maker of a hair tracker"
    ),
    "S138": Source(
        "drugs.com/otc/1284305/5-minoxidil-topical-solution.html; openFDA set_id "
        "15d7cdd7-6d37-477c-bce7-a459ea960a53 (2 %)",
        "labels of minoxidil, 5 % for men and 2 %",
    ),
    "S139": Source(
        "aestheticsjournal.com/news/fda-warning-on-rf-microneedling-complications; "
        "prime-journal.com/rf-microneedling-safety-comes-into-question; "
        "aestheticmedguide.com/blog/rf-microneedling-adverse-event-workflow",
        "pages about the FDA's notice, which itself was not seen",
    ),
    "S146": Source("PMC8008152; discovery.researcher.life", "granuloma cases after needling"),
    "S157": Source(
        "DOI 10.1097/dss.0000000000001166; PMID 28498204", "task force, isotretinoin and procedures"
    ),
    "S158": Source(
        "DOI 10.1001/jamadermatol.2017.2077; PMID 28658462", "review, isotretinoin and procedures"
    ),
    "S159": Source(
        "DOI 10.4103/JCAS.JCAS_110_17", "Association of Cutaneous Surgeons, isotretinoin"
    ),
    "S160": Source(
        "Indian J Dermatol Venereol Leprol 2019;85:18–23", "isotretinoin and procedures"
    ),
    "S161": Source("PMC4924407", "procedures during isotretinoin, counted"),
}


# --- about the lists ------------------------------------------------------------------------

DATES_ONLY = (
    "microplan keeps dates. It doesn't give medical advice and can't tell whether needling suits "
    "you."
)
ABOUT = (
    "The lists say what our sources say, in our words, and aren't complete. Much of it comes from "
    "trials of alopecia areata and from pages about the face."
)
