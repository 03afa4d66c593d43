"""Blind comparison of photos: its questions, its pages, and what is recorded."""

import io
import json
import re
import signal
from http.client import HTTPConnection
from pathlib import Path
from random import Random

import pytest

from microplan.cli.handoff.offer import END, answer
from microplan.cli.photos import compare, thumbnails
from microplan.storage import locks
from tests import forks
from tests.forks import PROGRAM, SECONDS

NEW = ("new", "--start", "2026-08-02", "--every", "4x4w", "--tz", "UTC", "-q", "-o", "plan.toml")
DAYS = {"one.jpg": "2026-08-02", "two.png": "2026-09-06", "three.jpg": "2026-10-04"}
image = pytest.importorskip("PIL.Image")


def picture(shade, kind="JPEG", **more):
    written = io.BytesIO()
    image.new("RGB", (40, 30), (shade, 80, 60)).save(written, kind, **more)
    return written.getvalue()


@pytest.fixture
def plan(run, once):
    """A plan with three photos of the crown, and a function that runs a command on it."""
    once(lambda: photographed(run))
    return lambda *argv: run(*argv, "-p", "plan.toml")


def photographed(run):
    assert run(*NEW).code == 0
    for shade, (name, day) in enumerate(DAYS.items()):
        kind = "PNG" if name.endswith("png") else "JPEG"
        more = {"comment": b"2 August", "exif": image.Exif()} if kind == "JPEG" else {}
        Path(name).write_bytes(picture(90 * shade, kind, **more))
        added = run("photo", "add", name, "--view", "crown", "--on", day, "-p", "plan.toml")
        assert added.code == 0, added.err


class Visitor:
    """A person who makes a choice for each pair by what it shows, without a network."""

    def __init__(self, choose):
        self.choose, self.seen, self.pages = choose, [], []

    def __call__(self, pages, *, in_json):
        self.source, self.in_json = pages, in_json
        page = self.ask("")
        while "<form" in page:
            number = int(re.search(r"pair (\d+) of", page)[1])
            self.seen.append(number)
            chosen = self.choose(number, pages.questions[number - 1])
            if chosen is None:
                return
            page = self.ask(chosen if chosen == "finish" else f"{number}/{chosen}", "POST")

    def ask(self, name, method="GET"):
        offer = self.source.offer("s" * 22, "127.0.0.1:1")
        request = f"{method} {offer.path(name)} HTTP/1.1\r\nHost: 127.0.0.1:1"
        response, item = answer(request.encode(), offer)
        head, _, body = response.partition(END)
        if item.is_choice:
            self.source.chosen(item)
        self.source.sent(item)
        if b" 303 " in head:
            return self.ask(re.search(rb"Location: /s+/(.*)\r", head)[1].decode())
        self.pages.append(body.decode("latin-1"))
        return self.pages[-1]


@pytest.fixture
def visited(monkeypatch):
    """Let a visitor answer, with chance from a seed."""

    def _visited(choose):
        visitor = Visitor(choose)
        monkeypatch.setattr(compare, "serve", visitor)
        monkeypatch.setattr(compare, "CHANCE", Random(7))  # noqa: S311 - a seed
        return visitor

    return _visited


def as_seen(question, fuller):
    """The choice of who finds the later photo so much fuller, whichever side it is on."""
    return fuller if question.a.on < question.b.on else -fuller


def answers(plan):
    (told,) = json.loads(plan("log", "-f", "json").out)["plans"]
    return [each["step"] for each in told["log"][-1]["answers"]]


@pytest.mark.parametrize("fuller", range(-3, 4))
def test_an_answer_is_kept_by_the_order_of_the_days_whatever_the_sides(plan, visited, fuller):
    visitor = visited(lambda _, question: as_seen(question, fuller))
    done = plan("photo", "compare", "--view", "CROWN")
    assert (done.code, visitor.seen) == (0, [1, 2, 3])
    assert answers(plan) == [fuller] * 3
    flips = {question.a.on < question.b.on for question in visitor.source.questions}
    assert flips == {True, False}


def test_answers_are_printed_listed_and_undone(plan, visited):
    steps = {1: 2, 2: 0, 3: -1}
    visited(lambda number, question: as_seen(question, steps[number]))
    before = Path("plan.toml").read_text()
    said = plan("photo", "compare").out
    assert said.startswith(
        "Compared 3 pairs of crown: the later photo looked fuller in 1 (+2), "
        "less full in 1 (-1), no different in 1.\n"
    )
    assert plan("log").out.endswith("photo compare --view crown  (+2, 0, -1)\n")
    assert Path("plan.toml").read_text().startswith(before)
    assert plan("undo").out.startswith("Undone: photo compare --view crown.\n")
    assert "(+2, 0, -1)  (undone)" in plan("log").out


def test_in_json_stdout_has_what_was_recorded_and_the_note_is_kept(plan, visited):
    visitor = visited(lambda *_: "0")
    told = json.loads(plan("photo", "compare", "-f", "json", "--note", "by a friend").out)
    assert visitor.in_json
    assert told["recorded"] == ["photo compare --view crown"]
    assert told["lines"][0].endswith("no different in 3.")
    assert plan("log").out.endswith("--note 'by a friend'  (0, 0, 0)\n")


def test_a_key_that_is_not_known_is_named_once(plan, visited):
    visited(lambda *_: "0")
    Path("plan.toml").write_text(f"nonsense = 1\n{Path('plan.toml').read_text()}")
    assert plan("photo", "compare").err.count("nonsense") == 1


def test_calendars_have_nothing_about_comparisons(plan, visited):
    visited(lambda *_: "3")
    before = plan("export").out
    assert plan("photo", "compare").code == 0
    assert plan("export").out == before


def test_pages_tell_neither_day_nor_name_nor_side(plan, visited):
    visitor = visited(lambda *_: "0")
    plan("photo", "compare")
    pages = "".join(visitor.pages)
    assert not re.search(
        r"20\d\d|Aug|Sep|Oct|one|two|three\.|earlier\.jpg|<script", pages.split("</style>")[-1]
    )
    for digest in {photo.digest for q in visitor.source.questions for photo in (q.a, q.b)}:
        assert digest not in pages
    shown = [
        image.open(io.BytesIO(item.content))
        for item in visitor.source.offer("s", "h").items
        if item.type == "image/jpeg"
    ]
    assert len(shown) == 6
    assert all(not set(copy.info) & {"exif", "comment"} for copy in shown)


def test_a_pair_left_out_has_no_answer_and_finishing_keeps_the_others(plan, visited):
    visited(lambda number, _: {1: "skip", 2: "1", 3: "finish"}[number])
    assert "Compared 1 pair of crown" in plan("photo", "compare").out
    assert len(answers(plan)) == 1


@pytest.mark.parametrize(
    "choose",
    [
        pytest.param(lambda *_: None, id="gone before the first answer"),
        pytest.param(lambda *_: "skip", id="all left out"),
        pytest.param(lambda *_: "finish", id="finished at once"),
    ],
)
def test_without_an_answer_nothing_is_recorded(plan, visited, choose):
    visited(choose)
    before = Path("plan.toml").read_bytes()
    done = plan("photo", "compare")
    assert (done.code, done.out) == (0, "")
    assert done.err.endswith("no pair was answered; nothing is recorded\n")
    assert Path("plan.toml").read_bytes() == before


def test_a_choice_can_be_made_again_on_the_page_before(plan, visited):
    visitor = visited(lambda number, _: 1 if number < 3 else None)
    plan("photo", "compare")
    assert 'aria-pressed="true"' in visitor.ask("1")
    assert "pair 3 of 3" in visitor.ask("1/-2", "POST")
    assert len(visitor.source.answers()) == 2
    assert "Thank you" in visitor.ask("3/0", "POST")
    assert visitor.source.is_over


def test_a_dry_run_asks_and_saves_nothing(plan, visited):
    visited(lambda *_: "1")
    before = Path("plan.toml").read_bytes()
    assert "nothing saved (dry run)" in plan("photo", "compare", "--dry-run").out
    assert Path("plan.toml").read_bytes() == before


def test_pairs_compared_least_often_come_first(plan, visited, monkeypatch):
    monkeypatch.setattr(compare, "MOST_PAIRS", 1)
    seen = set()
    for _ in range(3):
        visitor = visited(lambda *_: "0")
        assert plan("photo", "compare").code == 0
        seen |= {frozenset((q.a.path, q.b.path)) for q in visitor.source.questions}
    assert len(seen) == 3


# --- what can't be compared -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("prepare", "argv", "code", "said"),
    [
        pytest.param((), ("--view", "crwn"), 4, "Did you mean crown?", id="a view mistyped"),
        pytest.param((), ("--view", "temples"), 4, "has photos of crown", id="a view without photos"),
        pytest.param((), ("one.jpg",), 2, "takes no files", id="files"),
        pytest.param((), ("-f", "yaml"), 2, "yaml", id="a format there is not"),
        pytest.param((("photo", "add", "one.jpg", "--view", "front"),), (), 2,
                     "crown and front", id="two views and none named"),
        pytest.param((("photo", "add", "one.jpg", "--view", "front"),), ("--view", "front"), 4,
                     "only one so far", id="one photo"),
        pytest.param(("undo",) * 3, (), 4,
                     "no photos yet: microplan photo add FILE --view crown -p plan.toml",
                     id="no photo"),
    ],
)  # fmt: skip
def test_an_impossible_comparison_is_refused_in_one_sentence(plan, prepare, argv, code, said):
    for step in prepare:
        assert plan(*([step] if isinstance(step, str) else step)).code == 0
    done = plan("photo", "compare", *argv)
    assert (done.code, done.out) == (code, "")
    assert said in done.err


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(None, "the file is missing or can't be read", id="missing"),
        pytest.param(b"\xff\xd8\xff", "the file changed since it was recorded", id="changed"),
    ],
)
def test_a_photo_that_cannot_be_shown_is_left_out(plan, visited, content, why):
    visitor = visited(lambda *_: "0")
    Path("two.png").unlink()
    if content:
        Path("two.png").write_bytes(content)
    done = plan("photo", "compare")
    assert f"left out two.png: {why}\n" in done.err
    assert len(visitor.source.questions) == 1


def test_no_pairs_are_shown_for_a_plan_that_cannot_be_written(plan, visited, monkeypatch):
    visitor = visited(lambda *_: "0")
    monkeypatch.setattr(locks, "is_writable", lambda _folder: False)
    refused = plan("photo", "compare")
    assert (refused.code, visitor.seen) == (9, [])
    assert "plan.toml can't be written" in refused.err
    assert plan("photo", "compare", "--dry-run").code == 0


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(
            b"\0\0\0\x18ftypheic", "HEIC can't be shown; add a copy of it as JPEG", id="HEIC"
        ),
        pytest.param(b"\xff\xd8\xffbroken", "it holds no picture that can be shown", id="broken"),
    ],
)
def test_without_two_that_can_be_shown_there_is_nothing_to_ask(plan, content, why):
    for name in ("one.jpg", "two.png"):
        Path(name).unlink()
    Path("x").write_bytes(content)
    assert plan("photo", "add", "x", "--view", "crown", "--on", "2026-10-10").code == 0
    done = plan("photo", "compare")
    assert done.code == 3
    assert f"left out x: {why}\n" in done.err
    assert "no two photos of crown from different days can be shown" in done.err


@pytest.mark.parametrize(("most", "count"), [(1000, 3), (500, 0)])
def test_a_very_large_picture_is_shown_or_left_out_without_a_word_of_pillow(
    plan, visited, monkeypatch, most, count
):
    visitor = visited(lambda *_: "0")
    monkeypatch.setattr(image, "MAX_IMAGE_PIXELS", most)  # of pictures that have 1200
    done = plan("photo", "compare")
    assert done.code == (0 if count else 3)
    assert len(visitor.seen) == count
    assert "Warning" not in done.err


def test_without_pillow_it_says_what_to_install(plan, monkeypatch):
    monkeypatch.setattr(thumbnails, "can_scale", lambda: False)
    done = plan("photo", "compare")
    assert done.code == 2
    assert "pip install 'microplan[photos]'" in done.err


def test_nothing_is_asked_that_could_not_be_recorded(plan, run):
    Path("plan.json").write_text(plan("show", "-f", "json").out)
    refused = run("photo", "compare", "-p", "plan.json")
    assert (refused.code, "can't be changed" in refused.err) == (3, True)
    piped = run("photo", "compare", "-p", "-")
    assert (piped.code, "name a plan file" in piped.err) == (2, True)


@pytest.mark.parametrize("in_json", [False, True])
def test_the_address_stays_out_of_the_json_and_serving_times_out(
    plan, visited, monkeypatch, capsys, in_json
):
    serve = compare.serve
    visitor = visited(lambda *_: None)
    plan("photo", "compare")
    monkeypatch.setattr(compare, "MINUTES", 0)
    serve(visitor.source, in_json=in_json)
    said = capsys.readouterr()
    assert ("http://127.0.0.1:" in said.err) == in_json
    assert ("http://127.0.0.1:" in said.out) != in_json
    assert said.err.endswith("after 0 minutes the pages are gone\n")


# --- over the network -----------------------------------------------------------------------


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_in_a_pipe_it_prints_the_address_and_any_end_keeps_the_answers(end):
    with forks.piped(PROGRAM, ["photo", "compare", "-p", "plan.toml"]) as child:
        url = child.stdout.readline().decode().rstrip()
        place, path = re.fullmatch(r"http://(127\.0\.0\.1:\d+)(/[\w-]{22}/)", url).groups()
        for method, name, status in (
            ("GET", "", 200),
            ("GET", "1a.jpg", 200),
            ("POST", "1/3", 303),
        ):
            connection = HTTPConnection(place, timeout=SECONDS)
            connection.request(method, path + name)
            assert connection.getresponse().status == status
            connection.close()
        child.send_signal(end)
        code = child.wait(SECONDS)
        said = child.stdout.read().decode()
    assert code == 0
    assert said.startswith("Compared 1 pair of crown: the later photo looked ")
