"""The page of a plan: its content, and that user text is always escaped."""

import html as standard
import re
from datetime import date
from functools import partial
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from microplan import formats
from microplan.cli.app import COMMANDS
from microplan.courses import notices, safety
from microplan.formats import Canvas
from microplan.formats.html.elements import Markup, element, enclosed, escape, own
from microplan.formats.html.page import POLICY, html, page, pages
from microplan.formats.html.safety import LISTS
from microplan.model.care import Checkpoint, Cue, Pause
from microplan.model.entries import Closed, Closure, Done, Skipped
from microplan.model.values import Span
from microplan.rules import grammar
from microplan.wording import phrases
from tests import build
from tests.build import CREATED, TODAY, subject_of

plan_of = partial(build.plan_of, every="4x4w", tz="Europe/Paris")
LOG = (
    Done(session=1, on=date(2026, 12, 3), recorded=CREATED),
    Skipped(session=2, recorded=CREATED),
    Closed(
        closures=(
            Closure(days=grammar.closed("2027-02-10..2027-02-20", "avoid"), reason="vacation"),
        ),
        recorded=CREATED,
    ),
)


@given(st.text() | st.text(alphabet="&<>\"'amp;"))
def test_text_is_escaped_as_the_standard_library_does(plain):
    assert escape(plain) == standard.escape(plain, quote=True)


def page_of(today=TODAY, **settings):
    return "".join(page(subject_of(plan_of(**settings), today)))


class Reading(HTMLParser):
    """The elements of a page in their order, with their attributes, and the text in each."""

    VOID = ("meta",)

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "title"):
            self.text.append(data)

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self):
        return " ".join("".join(self.text).split())

    @property
    def shape(self):
        return [(tag, tuple(attributes)) for tag, attributes in self.elements]


# --- elements -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (element("p", "a < b & c"), "<p>a &lt; b &amp; c</p>"),
        (element("p", element("b", "x"), "<i>"), "<p><b>x</b>&lt;i&gt;</p>"),
        (element("a", "x", href="\"'><script>"), '<a href="&quot;&#x27;&gt;&lt;script&gt;">x</a>'),
        (element("td", "x", class_="late", aria_label="a\nb"),
         '<td class="late" aria-label="a\\nb">x</td>'),
        (element("td", "x", class_=None), "<td>x</td>"),
        (element("meta", name="x"), '<meta name="x">'),
        (own("a\u202eb"), "<bdi>a\\u202eb</bdi>"),
        (Markup("").join(enclosed("ul", [element("li", "x"), "<"])),
         "<ul>\n<li>x</li>\n&lt;\n</ul>\n"),
    ],
    ids=[
        "text is escaped",
        "markup in it is not escaped twice",
        "an attribute cannot be left",
        "Python's own words, dashes and control characters",
        "an attribute that is None is left out",
        "an element without an end",
        "what turns the writing round is shown",
        "chunk by chunk",
    ],
)  # fmt: skip
def test_elements(made, expected):
    assert made == expected
    assert isinstance(made, str)


# --- what a page says -----------------------------------------------------------------------


def test_a_page_can_load_and_run_nothing():
    said = page_of(care=PIECES, log=LOG, location="Praxis", setting="home", depth="0.5mm")
    reading = Reading(said)
    assert {"http-equiv": "Content-Security-Policy", "content": POLICY} in reading.of("meta")
    tags = {tag for tag, _ in reading.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base", "svg", "video"}
    assert not {"src", "href", "style", "srcset"} & {
        name for _, attributes in reading.elements for name in attributes
    }
    assert not re.search(r"url\(|@import|https?:", said)


def test_language_title_and_viewport_are_named():
    said = page_of()
    reading = Reading(said)
    assert said.startswith("<!DOCTYPE html>\n")
    assert reading.of("html") == [{"lang": "en"}]
    assert "<title>Scalp session</title>" in said
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in reading.of(
        "meta"
    )


PIECES = (
    "pause minoxidil=-0d+1d",
    "cue new cartridge=0d@17:30",
    "checkpoint photos=every 4w",
)
RICH = {"care": PIECES, "log": LOG, "at": "18:00", "location": "Praxis", "setting": "home"}


@pytest.mark.parametrize("many", [False, True], ids=["one plan", "many plans"])
def test_there_is_one_first_heading_and_no_level_is_left_out(many):
    plan = subject_of(plan_of(**RICH))
    reading = Reading("".join(pages([plan, plan]) if many else page(plan)))
    levels = [int(tag[1]) for tag, _ in reading.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_every_head_a_scope():
    reading = Reading(page_of(**RICH))
    assert len(reading.of("caption")) == len(reading.of("table"))
    heads = reading.of("th")
    assert heads
    assert {head["scope"] for head in heads} <= {"col", "row", "rowgroup"}


def test_the_table_has_every_session_with_its_time_and_offset():
    reading = Reading(page_of(at="18:00", every="6x4w"))
    starts = [each["datetime"] for each in reading.of("time") if "T" in each["datetime"]]
    assert starts[0] == "2026-12-01T18:00:00+01:00"  # next
    assert starts[1:] == [
        *(f"{day}T18:00:00+01:00" for day in ("2026-12-01", "2026-12-29")),
        *(f"{day}T18:00:00+01:00" for day in ("2027-01-26", "2027-02-23", "2027-03-23")),
        "2027-04-20T18:00:00+02:00",
    ]


@pytest.mark.parametrize(
    ("today", "log", "said"),
    [
        ("2026-11-22", (), "session 1 of 4 · in 9 days, as of Sun 22 Nov 2026"),
        ("2026-12-01", (), "session 1 of 4 · today, as of Tue 1 Dec 2026"),
        ("2026-12-04", (), "session 2 of 4 · in 25 days, as of Fri 4 Dec 2026"),
        ("2026-12-04", (), "session 1 (Tue 1 Dec) is still open"),
        ("2027-03-01", (), "No later session is planned, as of Mon 1 Mar 2027"),
        ("2026-12-04", LOG[:1], "session 2 of 4 · in 25 days, as of Fri 4 Dec 2026"),
        (
            "2027-03-01",
            tuple(
                Done(session=number, on=date(2026, 12, number), recorded=CREATED)
                for number in range(1, 5)
            ),
            "Nothing left: 4 of 4 sessions done, as of Mon 1 Mar 2027",
        ),
    ],
    ids=[
        "ahead",
        "today",
        "the one after a day gone by",
        "what is still open",
        "none to come",
        "one is done",
        "over",
    ],
)
def test_the_next_session_is_given_with_the_day_the_page_was_made(today, log, said):
    day = date.fromisoformat(today)
    assert said in Reading(page_of(day, log=log)).words


def test_a_window_that_is_over_is_not_called_right():
    assert "fine on 1–4 Dec" not in Reading(page_of(date(2026, 12, 5))).words


def test_a_status_has_a_sign_and_a_word():
    words = Reading(page_of(date(2027, 2, 10), log=LOG[:2])).words
    assert "✓ done" in words
    assert "– skipped" in words
    assert "! late" in words


def test_days_in_the_grids_are_described_in_words():
    closed = (Closure(days=grammar.closed("2027-04-05", "avoid"), reason="Easter Monday"),)
    reading = Reading(
        page_of(TODAY, **RICH | {"log": LOG[:1], "closed": closed, "every": "6x4w", "on": "tue"})
    )
    told = {each["aria-label"] for each in reading.of("td") if "aria-label" in each}
    assert "Thu 3 Dec: session 1, 18:00, done; minoxidil paused; new cartridge; photos" in told
    assert "Tue 29 Dec: session 2, 18:00; minoxidil paused; new cartridge" in told
    assert "Mon 5 Apr: closed: Easter Monday" in told
    assert "Closed: 5 Apr (Easter Monday)." in reading.words


def test_weeks_begin_as_they_are_asked_to():
    said = "".join(html(subject_of(plan_of(), canvas=Canvas(first_weekday=6))))
    month = re.search('<table class="month">.*?</table>', said)[0]
    assert [each["abbr"] for each in Reading(month).of("th")][::6] == ["Sunday", "Saturday"]
    assert Reading(month).words.startswith("Dec 2026")
    assert "<tr><td></td><td></td><td" in month  # 1 December is a Tuesday


def test_the_legend_explains_the_signs_that_are_there_and_no_others():
    legend = re.compile('<ul class="legend">(.*)</ul>')
    assert Reading(legend.search(page_of())[1]).words == "● session planned"
    rich = Reading(legend.search(page_of(date(2026, 12, 3), **RICH))[1]).words
    assert rich == ("● session planned✓ done– skipped‖ paused+ reminder× closed3 Thu 3 Dec 2026")


@pytest.mark.parametrize("with_care", [None, True, False])
def test_care_is_on_the_page_unless_it_is_not_wanted(with_care):
    said = "".join(html(subject_of(plan_of(**RICH), with_care=with_care)))
    assert ("<bdi>pause minoxidil" in said) is (with_care is not False)
    assert ("new cartridge" in said) is (with_care is not False)


# --- what a page says about safety ----------------------------------------------------------


def flowing(text):
    return " ".join(text.replace(notices.LISTS_OF_PROGRAM, notices.LISTS_OF_PAGE).split())


DEEP = notices.DEEP_AT_HOME.format("0.5mm", 0.25)
NOTICES = [
    ({}, [notices.GENERAL], [notices.AT_HOME, DEEP, notices.PAUSE, notices.COURSE]),
    ({"setting": "clinic", "depth": "1.5mm"}, [notices.GENERAL], [notices.AT_HOME]),
    ({"setting": "home"}, [notices.GENERAL, notices.AT_HOME], [DEEP]),
    ({"setting": "home", "depth": "0.5mm"}, [notices.AT_HOME, DEEP], []),
    ({"care": PIECES}, [notices.PAUSE], [notices.AT_HOME]),
    ({"protocol": "dhurat-2013"}, ["Started from dhurat-2013.", notices.COURSE], []),
]


@pytest.mark.parametrize(
    ("settings", "told", "untold"),
    NOTICES,
    ids=["any plan", "a clinic", "at home", "deep at home", "a pause", "a course"],
)
def test_a_page_has_only_the_notices_for_its_plan(settings, told, untold):
    words = Reading(page_of(**settings)).words
    assert all(flowing(notice) in words for notice in told)
    assert not any(flowing(notice) in words for notice in untold)


@pytest.mark.parametrize("part", [safety.STOP, safety.POSTPONE, safety.ASK_FIRST])
def test_the_page_has_the_complete_lists(part):
    words = Reading(page_of()).words
    assert part.title in words
    for item in part.items:
        assert f"{item.text} [{item.mark}" in words


COMMAND = re.compile(rf"<code>|\bmicroplan (?:{'|'.join(COMMANDS)})\b")


@pytest.mark.parametrize(
    "settings", [settings for settings, _, _ in NOTICES] + [{"discreet": True}]
)
def test_a_page_for_others_names_no_command(settings):
    assert not COMMAND.search(page_of(**settings))


# --- a discreet plan ------------------------------------------------------------------------


def test_a_discreet_page_says_nothing_of_what_it_is_about():
    closed = (Closure(days=grammar.closed("2027-01-26", "avoid"), reason="after chemo"),)
    said = page_of(
        title="Needling", discreet=True, closed=closed, device="roller", depth="0.5mm",
        **RICH | {"location": "Hautpraxis"},
    )  # fmt: skip
    body = said[said.index("<body>") :].lower() + said[: said.index("<style>")].lower()
    for word in ("needl", "roller", "0.5", "hautpraxis", "home", "minoxidil", "cartridge", "photo",
                 "chemo", "vacation", "session", "scalp", "hair", "dermatolog", "skin"):  # fmt: skip
        assert word not in body
    words = Reading(said).words
    assert "appointment 3 of 4" in words
    assert flowing(notices.DISCREET) in words
    assert "Closed: 26 Jan" in words


def test_a_discreet_page_names_a_day_with_two_reminders_once():
    said = page_of(discreet=True, care=["cue a=+1d", "cue b=+1d", "cue c=+2d"])
    care = re.search('<section class="around">.*?</section>', said, re.DOTALL)[0]
    assert care.count("<span>") == 8
    assert "<span>Wed 2 Dec 2026</span>, <span>Thu 3 Dec</span>" in care


# --- the calendar link, many plans ----------------------------------------------------------


def test_a_calendar_link_comes_first_with_instructions():
    said = "".join(page(subject_of(plan_of()), calendar='plan.ics?a="b"'))
    assert '<a class="button" href="plan.ics?a=&quot;b&quot;">Add to calendar</a>' in said
    assert said.index("Add to calendar") < said.index("Next session")
    words = Reading(said).words
    assert "It must be Safari." in words
    assert "Android:" in words


def test_many_plans_are_written_one_after_the_other():
    taken = []

    def subjects():
        for number in range(3):
            taken.append(number)
            yield subject_of(plan_of(title=f"Plan {number}"))

    chunks = pages(subjects())
    for chunk in chunks:
        if "Plan 0" in chunk:
            break
    assert taken == [0]
    rest = "".join(chunks)
    assert rest.count("<article>") == 2
    assert rest.index("Plan 1") < rest.index("Plan 2")


def test_the_lists_come_once_after_many_plans_and_each_keeps_its_notices():
    plans = [subject_of(plan_of(title=title)) for title in ("Anna", "Bert")]
    words = Reading("".join(pages(plans))).words
    assert words.count(flowing(notices.GENERAL)) == 2
    assert words.count("the lists at the end, after the last plan") == 2
    before, title, after = words.partition("When to stop, to postpone, to ask first")
    assert ("Bert" in before, bool(title), title in after) == (True, True, False)
    assert all(item.text in after for part in LISTS for item in part.items)


def test_many_discreet_plans_have_no_lists():
    words = Reading("".join(pages([subject_of(plan_of(discreet=True))]))).words
    assert LISTS[0].title not in words
    assert "the lists at the end" not in words


def test_the_page_explains_its_marks():
    words = Reading(page_of()).words
    assert "[V1: S48]" in words
    assert words.endswith(
        "S48 and similar marks are the numbers of sources. They aren't listed here; whoever "
        "made this page with microplan can list them, with their addresses"
    )


def test_a_page_without_plans_is_valid():
    assert Reading("".join(pages([]))).words == "Plans"


def test_a_long_plan_is_written_in_pieces():
    subject = subject_of(plan_of(every="500x1w"))
    chunks = list(html(subject))
    assert len(chunks) > 500
    assert max(map(len, chunks)) < 10_000


def test_the_suffixes_of_a_page():
    assert formats.SUFFIXES[".html"] == formats.SUFFIXES[".htm"] == "html"


# --- words of a person ----------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title></style>", "&lt;b&gt;",
    "a\u202eb", "\x1b[31m", "`code`", "' onload='x", "<!--", "]]>", "{{7*7}}", "\u2067\u05d0",
)  # fmt: skip
ANY = st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=20)


def worded(title, location, device, name, reason):
    """A plan in which everything that a person may word is worded so."""
    plan = plan_of(at="18:00", setting="clinic", location="x", device="x", depth="0.5mm")
    said = replace(plan.rules, location=location, device=device)
    return replace(
        plan,
        title=title,
        rules=said,
        care=(
            Pause(name=f"1{name}", after=1),
            Cue(name=f"2{name}"),
            Checkpoint(name=f"3{name}", span=Span(days=28)),
        ),
        closed=(Closure(days=grammar.closed("2026-12-29", "avoid"), reason=reason),),
        log=(
            Done(
                session=1,
                on=date(2026, 12, 1),
                device=device,
                reaction=reason,
                note=name,
                recorded=CREATED,
            ),
            Closed(
                closures=(Closure(days=grammar.closed("2027-01-26", "avoid"), reason=reason),),
                recorded=CREATED,
            ),
        ),
        protocol=name,
    )


PLAIN = Reading("".join(page(subject_of(worded("x", "x", "x", "x", "x")))))


@given(ANY, ANY, ANY, ANY, ANY)
def test_words_of_a_person_are_nothing_but_words(title, location, device, name, reason):
    said = "".join(page(subject_of(worded(title, location, device, name, reason))))
    said.encode()
    assert Reading(said).shape == PLAIN.shape
    assert all(line == phrases.visible(line) for line in said.split("\n"))


def test_the_words_of_a_person_are_on_the_page_as_they_were_written():
    words = HOSTILE[0]
    text = "".join(Reading("".join(page(subject_of(worded(*[words] * 5))))).text)
    assert text.count(words) >= 5


# --- how it looks ---------------------------------------------------------------------------

CSS = Path(formats.__file__).with_name("html").joinpath("page.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{[^}]*--page[^}]*\}", CSS)
)
PAIRS = [
    *(("text", below) for below in (
        "page", "raised", "planned", "done", "late", "paused", "closed",
    )),
    *(("quiet", below) for below in ("page", "raised")),
    *((above, below) for above in ("good", "bad", "link") for below in ("page", "raised")),
    ("on-link", "link"),
]  # fmt: skip
"""What is written on what."""


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("above", "below"), PAIRS)
def test_text_has_enough_contrast(scheme, above, below):
    darker, lighter = sorted((luminance(scheme[above]), luminance(scheme[below])))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5  # WCAG 2.2, 1.4.3, level AA


def test_both_schemes_name_the_same_colours_and_no_other_is_used():
    assert set(LIGHT) == set(DARK) == set(re.findall(r"var\(--([a-z-]+)\)", CSS))
    assert len(re.findall(r"#[0-9a-f]{3,8}\b", CSS)) == 2 * len(LIGHT)
