"""The report: shows and counts what was recorded, with photos, and infers nothing."""

import io
import re
from pathlib import Path

import pytest

from microplan.cli.photos import thumbnails
from microplan.courses import safety
from microplan.storage import pictures

NEW = ("new", "--start", "2026-11-01", "--every", "6x1w", "--tz", "UTC", "-q")
CARE = ("--pause", "minoxidil=-0d+1d", "--checkpoint", "photos=every 2w")
PNG = b"\x89PNG\r\n\x1a\n"


A, B, C = (pictures.digest(PNG + rest) for rest in (b"", b"b", b"c"))
COMPARED = (
    "".join(
        f'\n[[log]]\nphoto = "{name}"\nview = "crown"\non = {day}\ndigest = "{digest}"\n'
        "recorded = 2026-11-22T20:00:00Z\n"
        for name, day, digest in (("b.png", "2026-11-15", B), ("c.png", "2026-11-20", C))
    )
    + f"""
[[log]]
compared = "crown"
answers = [
  {{ earlier = "{A}", later = "{B}", step = 1 }},
  {{ earlier = "{A}", later = "{C}", step = 2 }},
]
recorded = 2026-11-22T20:00:00Z

[[log]]
compared = "crown"
answers = [{{ earlier = "{A}", later = "{B}", step = 0 }}]
recorded = 2026-11-22T20:00:00Z
"""
)


@pytest.fixture
def lived(run, once):
    """A plan of some weeks, and a function that reports it."""
    once(lambda: live(run))

    def report(*argv):
        done = run("report", "-p", "plan.toml", "--as-of", "2026-11-22", *argv)
        assert done.code == 0, done.err
        return done

    return report


def live(run):
    assert run(*NEW, *CARE, "--title", "<b>Mine</b>", "-o", "plan.toml").code == 0
    Path("a.png").write_bytes(PNG)
    steps = (
        (
            "done",
            "1",
            "--on",
            "2026-11-01",
            "--depth",
            "0.25mm",
            "--reaction",
            "red <i>until</i> Monday",
        ),
        ("photo", "add", "a.png", "--view", "crown", "--on", "2026-11-01"),
        ("done", "2", "--on", "2026-11-08", "--device", "roller"),
        ("skip", "3", "--note", "a cold"),
        ("avoid", "2026-12-20..2026-12-26", "--reason", "away"),
        ("done", "4"),
        ("undo",),
    )
    for step in steps:
        assert run(*step, "-p", "plan.toml", "--as-of", "2026-11-22").code == 0


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("2 of 6 done", id="sessions counted"),
        pytest.param("1 skipped", id="what was skipped"),
        pytest.param("7 days between sessions done", id="gaps of the sessions done"),
        pytest.param("red &lt;i&gt;until&lt;/i&gt; Monday", id="reactions, escaped"),
        pytest.param("a cold", id="why one was skipped"),
        pytest.param("0.25mm", id="needle length"),
        pytest.param("roller", id="device"),
        pytest.param("Away 20–26 Dec (away)", id="days away"),
        pytest.param("paused on the day and the next", id="pauses"),
        pytest.param("✓ photo taken", id="checkpoints ticked"),
        pytest.param("&lt;b&gt;Mine&lt;/b&gt;", id="the title, escaped"),
        *(pytest.param(item.text, id=item.text) for item in safety.STOP.items),
    ],
)
def test_a_report_has(lived, words):
    page = re.sub(r"</?bdi>", "", lived().out)
    assert words in page.replace("&#x27;", "'")


def test_a_report_leaves_out_undone_entries(lived):
    assert "3 of 6 done" not in lived().out


def test_questions_are_in_the_report_but_not_in_the_plan(lived):
    before = Path("plan.toml").read_bytes()
    page = lived("--question", "is <this> normal?", "--question", "how deep?").out
    assert (
        page.index("is &lt;this&gt; normal?")
        < page.index("how deep?")
        < page.index("<h2>Sessions<")
    )
    assert Path("plan.toml").read_bytes() == before


def test_without_pillow_photos_are_linked_with_a_notice(lived, monkeypatch):
    monkeypatch.setattr(thumbnails, "can_scale", lambda: False)
    shown = lived()
    assert f'src="{Path("a.png").absolute().as_uri()}"' in shown.out
    assert "microplan[photos]" in shown.err
    assert lived("-q").err == ""


def test_with_pillow_photos_are_embedded_scaled_down_and_without_exif(lived, run):
    image = pytest.importorskip("PIL.Image")
    picture = io.BytesIO()
    image.new("RGB", (1200, 900), "brown").save(picture, "JPEG")
    Path("b.jpg").write_bytes(picture.getvalue())
    added = run(
        "photo", "add", "b.jpg", "--view", "crown", "-p", "plan.toml", "--as-of", "2026-11-22"
    )
    assert added.code == 0
    page = lived().out
    assert page.count("data:image/jpeg;base64,") == 1  # a.png is no whole picture
    assert "<p><bdi>a.png</bdi></p>" in page
    assert "file:///" not in page


def test_blind_comparisons_are_counted_with_their_number(lived):
    assert "comparison" not in lived().out
    Path("plan.toml").write_text(Path("plan.toml").read_text() + COMPARED)
    page = lived().out
    assert (
        "<p>3 comparisons with the dates hidden: the later photo looked fuller in 2 (+1, +2), "
        "no different in 1.</p>" in page
    )
    assert (
        "Sun 1 Nov 2026 and Sun 15 Nov 2026: +1, 0 · Sun 1 Nov 2026 and Fri 20 Nov 2026: +2 ("
        in page
    )


def test_a_corrected_day_reverses_answers_and_undo_restores_them(lived, run):
    Path("plan.toml").write_text(Path("plan.toml").read_text() + COMPARED)
    Path("b.png").write_bytes(PNG + b"b")
    again = ("photo", "add", "b.png", "--view", "crown", "-p", "plan.toml", "--as-of", "2026-11-22")
    assert run(*again, "--on", "2026-10-01").code == 0
    assert "fuller in 1 (+2), less full in 1 (-1), no different in 1." in lived().out
    compared = [
        line for line in run("log", "-p", "plan.toml").out.splitlines() if "compare" in line
    ]
    assert [line.partition("  (")[2] for line in compared] == ["-1, +2)", "0)"]
    for _ in range(3):
        assert run("undo", "-p", "plan.toml").code == 0
    assert "comparison" not in lived().out


def test_a_picture_whose_exif_data_make_the_reader_fail_is_named():
    image = pytest.importorskip("PIL.Image")
    exif = image.Exif()
    exif[0x0112], exif[0x9003], exif[0x011A] = 6, "2026:08:09 10:00:00", 1.5
    data = bytearray(exif.tobytes())
    for place in range(6, len(data)):
        for value in (0, 1, 3, 0x80, 0xFF):
            broken, written = data.copy(), io.BytesIO()
            broken[place] = value
            image.new("RGB", (6, 4)).save(written, "JPEG", exif=bytes(broken))
            assert isinstance(thumbnails.scaled(written.getvalue(), 8), bytes)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "RGBA", "I;16"])
def test_a_picture_is_made_small_before_it_is_turned_upright(mode, monkeypatch):
    image, image_ops = pytest.importorskip("PIL.Image"), pytest.importorskip("PIL.ImageOps")
    exif, written, turned = image.Exif(), io.BytesIO(), []
    exif[0x0112] = 6
    image.new(mode, (120, 80)).save(written, "PNG", exif=exif)
    upright = image_ops.exif_transpose
    monkeypatch.setattr(
        image_ops, "exif_transpose", lambda small: turned.append(small.size) or upright(small)
    )
    made = image.open(io.BytesIO(thumbnails.scaled(written.getvalue(), 12)))
    assert (turned, made.size) == ([(12, 8)], (8, 12))


def test_a_missing_photo_is_named(lived):
    Path("a.png").unlink()
    assert "<p><bdi>a.png</bdi></p>" in lived().out


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        pytest.param(("-o", "report.pdf"), 2, "report.html", id="another format"),
        pytest.param(("-p", "none.toml"), 3, "none.toml", id="no plan"),
    ],
)
def test_a_report_is_refused(run, argv, code, said):
    refused = run("report", *argv)
    assert refused.code == code
    assert said in refused.err


def test_a_file_and_a_pipe_get_the_same_report(lived):
    assert lived("-o", "out.html").out == ""
    assert Path("out.html").read_text(encoding="utf-8") == lived("-o", "-").out


# --- several plans, and one that is discreet ------------------------------------------------


@pytest.fixture
def twins(run):
    """Two plans of one title in a folder."""
    Path("plans").mkdir()
    for name, start in (("a", "2026-11-01"), ("b", "2026-11-08")):
        argv = ("new", "--start", start, "--every", "3x1w", "--tz", "UTC", "-q", "--id", name)
        assert run(*argv, "--title", "Kaya <B>", "-o", f"plans/{name}.toml").code == 0
        done = run("done", "1", "--on", start, "-p", f"plans/{name}.toml", "--as-of", "2026-11-20")
        assert done.code == 0


@pytest.mark.usefixtures("twins")
def test_several_plans_are_one_page_with_separate_headings(run):
    page = re.sub(r"</?bdi>", "", run("report", "plans", "--as-of", "2026-11-20").out)
    assert re.findall(r"<h2>(Report: .*?)</h2>", page) == [
        "Report: Kaya &lt;B&gt; (a)",
        "Report: Kaya &lt;B&gt; (b)",
    ]
    assert page.count('<article class="report">') == 2
    assert page.count("<!DOCTYPE html>") == page.count("<title>Reports</title>") == 1
    assert page.count("1 of 3 done") == 2


@pytest.mark.usefixtures("twins")
@pytest.mark.parametrize(
    "argv", [("-p", "plans/a.toml", "-p", "plans/b.toml"), ("plans/a.toml", "plans/b.toml")]
)
def test_plans_are_named_as_elsewhere_and_written_to_one_file(run, argv):
    assert run("report", *argv, "-o", "all.html", "--as-of", "2026-11-20").code == 0
    assert Path("all.html").read_text(encoding="utf-8").count("<article") == 2


@pytest.mark.usefixtures("twins")
def test_a_folder_with_one_plan_gives_the_same_report_as_the_plan(run):
    Path("plans/b.toml").unlink()
    page = run("report", "plans").out
    assert page == run("report", "-p", "plans/a.toml").out
    assert "<h1>Report: " in page


@pytest.mark.usefixtures("twins")
def test_a_question_is_about_one_plan(run):
    asked = run("report", "plans", "--question", "is it normal?", "-o", "all.html")
    assert (asked.code, asked.out, Path("all.html").exists()) == (2, "", False)
    assert "Name one with -p" in asked.err


def test_no_report_is_written_if_no_plan_can_be_read(run):
    Path("bad.toml").write_text("nonsense")
    Path("worse.toml").write_text("nonsense")
    asked = run("report", "bad.toml", "worse.toml", "-o", "all.html")
    assert (asked.code, Path("all.html").exists()) == (3, False)


def test_the_photos_of_each_plan_are_found_beside_it(run):
    for name in ("a", "b"):
        Path(name).mkdir()
        Path(name, "front.png").write_bytes(PNG + name.encode())
        plan = f"{name}/plan.toml"
        assert run(*NEW, "-o", plan, "--title", name).code == 0
        added = run("photo", "add", f"{name}/front.png", "--view", "front", "-p", plan)
        assert added.code == 0, added.err
    with pytest.MonkeyPatch.context() as without:
        without.setattr(thumbnails, "can_scale", lambda: False)
        page = run("report", "a/plan.toml", "b/plan.toml", "-q").out
    assert [Path(name).absolute().as_uri() in page for name in ("a/front.png", "b/front.png")] == [
        True,
        True,
    ]


def test_the_report_of_a_discreet_plan_has_a_neutral_title_and_names_what_was_done(run):
    argv = ("--title", "Scalp", "--discreet", "--pause", "minoxidil=-0d+1d", "-o", "plan.toml")
    assert run(*NEW, *argv).code == 0
    assert run("done", "1", "--on", "2026-11-01", "--reaction", "red", "-p", "plan.toml").code == 0
    shown = run("report", "-p", "plan.toml", "--as-of", "2026-11-20")
    page = re.sub(r"</?bdi>", "", shown.out)
    assert "<title>Report: Appointments</title>" in page
    assert "<h1>Report: Appointments</h1>" in page
    assert all(words in page for words in ("reaction: red", "Minoxidil"))
    assert "Only its title stays neutral." in shown.err
    assert run("report", "-p", "plan.toml", "-q").err == ""


@pytest.mark.parametrize(
    ("on", "counted", "row"),
    [
        pytest.param("2026-12-06", "2 of 4 done", "Sun 15 Nov → Sun 6 Dec", id="on its new day"),
        pytest.param("2026-12-09", "2 of 4 done; 1 late", "Sun 15 Nov → Sun 6 Dec", id="later"),
    ],
)
def test_a_session_put_off_by_days_away_is_late_after_its_new_day_only(run, on, counted, row):
    assert run(*NEW[:1], "--start", "2026-11-08", "--every", "4x1w", "--on", "sun", "--tz", "UTC",
               "-q", "-o", "away.toml").code == 0  # fmt: skip
    run("done", "1", "--on", "2026-11-08", "-p", "away.toml", "--as-of", "2026-11-08")
    run("avoid", "2026-11-10..2026-12-05", "-p", "away.toml", "--as-of", "2026-11-08")
    assert run("done", "2", "--on", on, "-p", "away.toml", "--as-of", on).code == 0
    page = run("report", "-p", "away.toml", "--as-of", "2026-12-10").out
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    assert f"Sessions {counted} Gaps" in text
    assert row in text
