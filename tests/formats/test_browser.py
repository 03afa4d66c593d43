"""The page in a real browser: on a phone, on a desk, and on paper."""

import os
import time
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from threading import Thread
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from microplan.cli.handoff import server
from microplan.cli.photos.pair_pages import PairPages, Question
from microplan.courses import notices
from microplan.courses.notices import LISTS_OF_PAGE, LISTS_OF_PROGRAM
from microplan.formats import months
from microplan.formats.html.page import page, pages
from microplan.formats.html.report import ReportDetails, report
from microplan.formats.html.safety import LISTS
from microplan.model.entries import Closed, Closure, Done, Photo
from microplan.rules import grammar
from microplan.wording import phrases
from tests.browser import PROGRAM, SECONDS, SHEETS, Browser
from tests.build import CREATED, subject_of
from tests.formats.test_html import LOG, PIECES, plan_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        PROGRAM is None and not os.environ.get("CI"), reason="chromium is not installed"
    ),
]
DEEP = notices.DEEP_AT_HOME.format("0.5mm", 0.25)
LONG = "Haarwurzelbehandlungstermin" * 4
PLANS = {
    "a plan": {"every": "6x4w"},
    "all there is": {
        "every": "12x2w",
        "at": "18:00",
        "setting": "home",
        "depth": "0.5mm",
        "care": PIECES,
        "log": LOG,
    },
    "long words": {
        "title": LONG,
        "location": LONG,
        "device": LONG,
        "at": "18:00",
        "closed": (Closure(days=grammar.closed("2026-12-29", "avoid"), reason=LONG),),
        "care": [f"pause {LONG[:70]}=-0d+1d", f"cue {LONG[:70]}=0d"],
    },
    "right to left": {"title": "טיפול \u202eבקרקפת", "location": "תל אביב"},
}
WIDTHS = {"a phone": (360, 800), "a desk": (1280, 900)}
WIDER = """
    [...document.querySelectorAll("body *")]
        .filter(each => each.getBoundingClientRect().right > innerWidth + 0.5
                     || each.scrollWidth > each.clientWidth + 1 && each.clientWidth)
        .map(each => each.outerHTML.slice(0, 120))
"""
"""What reaches beyond the window, or beyond the box that it stands in."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    started = Browser(tmp_path_factory.mktemp("browser"))
    yield started
    started.close()


@pytest.fixture
def write(tmp_path):
    """Write a page to a file."""

    def _write(chunks):
        path = tmp_path / "page.html"
        path.write_text("".join(chunks), encoding="utf-8")
        return path

    return _write


@contextmanager
def served(view):
    """Serve the pages of two pairs of photos, as ``photo compare`` does; yield their address."""
    image = pytest.importorskip("PIL.Image")
    photos, copies = [], {}
    for number, size in enumerate([(1200, 900), (900, 1200), (40, 30)]):
        written = BytesIO()
        image.new("RGB", size, "brown").save(written, "JPEG")
        photos.append(
            Photo(
                path="x",
                view=view,
                on=date(2026, 1, 1 + number),
                digest=f"{number}",
                recorded=CREATED,
            )
        )
        copies[photos[-1].digest] = written.getvalue()
    one, two, three = photos
    pages = PairPages(view, [Question(one, two), Question(three, two)], copies)
    with pytest.MonkeyPatch.context() as patch, server.listen("127.0.0.1", 0) as listener:
        patch.setattr(server, "TICK", 0.02)
        place = server.netloc(listener)
        serving = server.HandoffServer(
            listener,
            lambda: pages.offer("s" * 22, place),
            clock=time.monotonic,
            sent=lambda item, _: pages.sent(item),
            chosen=pages.chosen,
        )
        thread = Thread(
            target=serving.run, args=[time.monotonic() + SECONDS, lambda: not pages.is_over]
        )
        thread.start()
        try:
            yield pages, pages.offer("s" * 22, place).url
        finally:
            pages.is_over = True
            thread.join()


NOTE = "document.querySelector('.note').textContent"
LOADED = "[...document.images].every(each => each.naturalWidth)"


def chosen(name):
    return f"document.querySelector('[formaction=\"{name}\"]').click()"


def test_pairs_are_shown_chosen_and_gone_back_to(browser, write):
    width, height = WIDTHS["a phone"]
    with served("crown") as (pages, address):
        browser.open(write(["<!DOCTYPE html>"]), width=width, height=height)
        browser.visit(address)
        assert (browser.value(NOTE), browser.value(LOADED)) == ("crown · pair 1 of 2", True)
        browser.does(chosen("1/2"))
        assert (browser.value(NOTE), browser.value(LOADED)) == ("crown · pair 2 of 2", True)
        assert browser.value(WIDER) == []
        least = "Math.min(...[...document.querySelectorAll('button')].map(b => b.offsetHeight))"
        assert browser.value(least) >= 44
        browser.does("history.back()")
        assert (
            browser.value("document.querySelector('[aria-pressed]').textContent") == "B moderately"
        )
        browser.does(chosen("1/-1"))
        browser.does(chosen("2/0"))
        assert "Thank you" in browser.value("document.body.textContent")
    assert [each.step for each in pages.answers()] == [-1, 0]


def test_a_pair_fits_a_dark_desk(browser, write):
    width, height = WIDTHS["a desk"]
    with served("crown") as (_, address):
        browser.open(write(["<!DOCTYPE html>"]), width=width, height=height, dark=True)
        browser.visit(address)
        assert browser.value(LOADED)
        assert browser.value(WIDER) == []


@pytest.mark.parametrize("where", WIDTHS)
@pytest.mark.parametrize("plan", PLANS)
def test_nothing_is_wider_than_the_window(browser, write, plan, where):
    width, height = WIDTHS[where]
    shown = write(page(subject_of(plan_of(**PLANS[plan])), calendar="plan.ics"))
    browser.open(shown, width=width, height=height)
    assert browser.value("innerWidth") == width
    assert browser.value("document.documentElement.scrollWidth") == width
    assert browser.value(WIDER) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_page_is_as_light_as_the_screen(browser, write, tmp_path, dark):
    width, height = WIDTHS["a phone"]
    shown = write(page(subject_of(plan_of(**PLANS["all there is"])), calendar="plan.ics"))
    browser.open(shown, width=width, height=height, dark=dark)
    shot = browser.screenshot()
    (tmp_path / "page.png").write_bytes(shot)  # to be looked at, while the folder is there
    assert len(shot) > 20_000  # an empty window has a tenth of it
    background = browser.value("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(20, 23, 26)" if dark else "rgb(255, 255, 255)")


def test_the_next_session_is_seen_first_and_is_the_largest(browser, write):
    browser.open(write(page(subject_of(plan_of(at="18:00")))), width=360, height=800)
    assert browser.value("document.querySelector('.day').getBoundingClientRect().bottom < 800")
    sizes = browser.value(
        "[...document.querySelectorAll('body *')].map(each =>"
        " [parseFloat(getComputedStyle(each).fontSize), each.closest('.day') !== null])"
    )
    assert max(sizes)[1]


def test_tap_targets_are_large_enough(browser, write):
    browser.open(write(page(subject_of(plan_of()), calendar="plan.ics")), width=360)
    box = "document.querySelector('.button').getBoundingClientRect()"
    assert browser.value(f"{box}.height") >= 44
    assert browser.value(f"{box}.bottom") < 400


def test_a_page_that_is_served_offers_to_subscribe(browser, write):
    place = "192.168.100.123:8765/0ELB-IHDbRJfewjF2J9gwA/"
    shown = page(subject_of(plan_of()), calendar="calendar.ics", address=place)
    browser.open(write(shown), width=360)
    button = "document.querySelector('a.button')"
    assert browser.value(f"{button}.href") == f"webcal://{place}calendar.ics"
    assert browser.value(f"{button}.getBoundingClientRect().height") >= 44
    assert browser.value(WIDER) == []
    assert f"http://{place}calendar.ics" in browser.value("document.body.innerText")


def test_no_script_runs_even_if_one_were_there(browser, write):
    said = "".join(page(subject_of(plan_of())))
    hostile = said.replace("</main>", "<script>document.title = 'run'</script></main>")
    browser.open(write([hostile]), width=360)
    assert browser.value("document.title") == "Scalp session"


def test_a_reader_of_the_screen_hears_days_and_tables(browser, write):
    browser.open(write(page(subject_of(plan_of(**PLANS["all there is"])))), width=360)
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    heard = {(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes}
    roles = {role for role, _ in heard}
    assert {"main", "heading", "table", "row", "columnheader", "rowheader"} <= roles
    names = {name for role, name in heard if role in ("cell", "gridcell")}
    assert "Thu 3 Dec: session 1, 18:00, done; minoxidil paused; new cartridge; photos" in names


# --- the report -----------------------------------------------------------------------------

REPORT_LOG = (
    Done(
        session=1,
        on=date(2026, 12, 1),
        recorded=CREATED,
        depth="0.25mm", device=LONG, reaction=LONG,
    ),
    Closed(closures=(Closure(days=grammar.closed("2026-12-29", "avoid"), reason=LONG),), recorded=CREATED),
    *(
        Photo(path=f"{view}-{day}.jpg", view=view, on=date(2026, 12, day), digest=f"{view}{day}", recorded=CREATED)
        for view in ("crown", LONG)
        for day in (1, 8)
    ),
)  # fmt: skip
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="


def reported(questions=1):
    """A report with something of everything: long words, photos by view, questions."""
    plan = plan_of(title=LONG, every="12x2w", depth="0.5mm", care=PIECES, log=REPORT_LOG)
    told = ReportDetails(
        questions=[f"{number} {LONG}" for number in range(questions)],
        pictures={photo.digest: PIXEL for photo in REPORT_LOG[2:]},
    )
    return report(subject_of(plan, today=date(2027, 2, 1)), told)


@pytest.mark.parametrize("width", [360, 390, 1200])
def test_nothing_of_a_report_is_wider_than_the_window(browser, write, width):
    browser.open(write(reported()), width=width, dark=width == 390)
    assert browser.value("document.documentElement.scrollWidth") == width
    assert browser.value(WIDER) == []
    right = "document.querySelector('{}').getBoundingClientRect().right"
    assert browser.value(f"{right.format('.dates')} <= {right.format('main')} - 15")
    beside = "new Set([...document.querySelectorAll('.photos:first-of-type figure')].map(each => each.getBoundingClientRect().left)).size"
    assert browser.value(beside) >= 2


REPORT_HEADS = ("Questions", "Sessions", "Changes on the way", "Pauses and use", "Photos", "What the plan's owner was told", "Stop and get help for")  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "questions"), [("A4", (1, 9, 17)), ("Letter", (13, 22))], ids=["A4", "Letter"]
)
def test_no_heading_of_a_report_is_the_last_on_a_sheet(browser, write, sheet, questions):
    """So many questions would leave one there: each kind of heading on one of the two sheets."""
    for count in questions:
        (sheets,) = texts(browser, write(reported(count)), sheet)
        assert len(sheets) >= 2
        assert not [words for words in sheets if words.endswith((*REPORT_HEADS, "crown"))]


# --- on paper -------------------------------------------------------------------------------


def texts(browser, path, *sheets):
    """The words of each page, printed on each kind of sheet in turn."""
    browser.open(path, width=1280, dark=True)
    for sheet in sheets or SHEETS:
        printed = PdfReader(BytesIO(browser.printed(sheet)))
        width, height = (float(size) / 72 for size in printed.pages[0].mediabox[2:])
        assert (width, height) == pytest.approx(SHEETS[sheet], abs=0.02)
        yield [" ".join(each.extract_text().split()) for each in printed.pages]


def squeezed(text):
    """Remove spaces and ligatures, which printing changes; a page has its lists at the end."""
    return "".join(normalize("NFKC", text.replace(LISTS_OF_PROGRAM, LISTS_OF_PAGE)).split())


def test_print_has_every_session_and_notice(browser, write):
    subject = subject_of(plan_of(**PLANS["all there is"] | {"log": ()}))
    (sheets,) = texts(browser, write(page(subject, calendar="plan.ics")), "A4")
    words = " ".join(sheets)
    for session in subject.sessions[1:-1]:
        assert words.count(f"{phrases.day(session.date)} 18:00") == 1
    told = [notices.GENERAL, notices.AT_HOME, DEEP, notices.PAUSE]
    told += [item.text for part in LISTS for item in part.items]
    missing = [each for each in told if squeezed(each) not in squeezed(words)]
    assert missing == []
    assert "Add to calendar" not in words


def test_a_long_table_has_its_head_on_every_sheet_and_cuts_no_row(browser, write):
    log = (Done(session=1, on=date(2026, 12, 20), recorded=CREATED),)
    # With a line for the place, the first sheet ends between a row and its note.
    subject = subject_of(plan_of(every="30x1w", at="18:00", location="Room 2", log=log))
    days = [f"{phrases.day(session.date)} 18:00" for session in subject.sessions]
    for sheets in texts(browser, write(page(subject))):
        holding = [words for words in sheets if sum(day in words for day in days[2:]) > 1]
        assert len(holding) > 1
        assert all("# Date Gap Window Status" in words for words in holding)
        follows = "counted from session"
        for words in holding:  # each row stands where its note does
            assert sum(day in words for day in days) >= words.count(follows)


def test_a_month_is_never_split_across_sheets(browser, write):
    subject = subject_of(plan_of(every="20x4w"))
    laid = months.months(subject.plan, subject.sessions, first_weekday=0)
    for sheets in texts(browser, write(page(subject))):
        for words in sheets:
            parts = words.split("Mon Tue Wed Thu Fri Sat Sun")[1:]
            assert all("28" in part for part in parts)
        assert sum(words.count("Mon Tue Wed") for words in sheets) == len(laid)


def test_six_sessions_and_the_lists_are_the_two_sides_of_a_sheet(browser, write):
    care = ["pause minoxidil=-0d+1d", "pause retinoid=-2d+3d", "cue wash gently=+1d"]
    care += ["checkpoint photos=every 4w@09:00", "use minoxidil=5 % twice daily"]
    words = {"every": "6x4w", "at": "18:00", "location": "Room 2", "setting": "clinic"}
    subject = subject_of(plan_of(care=care, **words))
    for front, back in texts(browser, write(page(subject))):
        assert front.startswith("Scalp session 6 sessions every 4 weeks")
        assert back.startswith("When to stop, to postpone, to ask")


def test_every_plan_starts_on_a_new_sheet(browser, write):
    titles = ["Anna", "Bert", "Cleo"]
    plans = (subject_of(plan_of(title=title, every="6x1w")) for title in titles)
    (sheets,) = texts(browser, write(pages(plans)), "A4")
    assert [words.split()[0] for words in sheets if words.startswith(tuple(titles))] == titles
    for words in sheets:
        assert sum(title in words for title in titles) <= 1


def test_the_heading_of_the_months_is_kept_with_the_first_months(browser, write):
    subject = subject_of(
        plan_of(every="31x4w", at="18:00")
    )  # its table ends at the foot of a sheet
    for sheets in texts(browser, write(page(subject))):
        (holding,) = (words for words in sheets if "Months ● session planned" in words)
        assert "Mon Tue Wed Thu Fri Sat Sun" in holding.partition("Months ●")[2]


def test_the_note_of_a_session_is_smaller_than_its_day_on_paper(browser, write):
    subject = subject_of(plan_of(at="18:00", log=LOG))
    browser.open(write(page(subject)), width=1280, media="print")
    size = "parseFloat(getComputedStyle(document.querySelector('.dates {}')).fontSize)"
    assert browser.value(size.format(".note")) < browser.value(size.format(".date"))


def test_the_lists_for_many_plans_are_printed_once_at_the_end(browser, write):
    titles = ("Anna", "Bert", "Cleo")
    plans = [subject_of(plan_of(title=title)) for title in titles]
    (printed,) = texts(browser, write(pages(plans)), "Letter")
    sheets = [squeezed(words) for words in printed]
    title = squeezed("When to stop, to postpone, to ask first")
    (begin,) = (place for place, words in enumerate(sheets) if title in words)
    assert sheets[begin].startswith(title)
    assert not any(words.startswith(titles) for words in sheets[begin:])
    assert len(sheets) - begin <= 2


def test_paper_is_white_whatever_the_screen_is(browser, write):
    browser.open(write(page(subject_of(plan_of()))), width=1280, dark=True, media="print")
    assert browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.value("getComputedStyle(document.body).color") == "rgb(22, 25, 29)"
