"""Photos: recorded with their day and digest, listed, checked, matched to days, and taken back."""

import json
import os
import struct
from datetime import date
from pathlib import Path

import pytest

from microplan.storage import pictures

PNG = b"\x89PNG\r\n\x1a\n"
HEIC = b"\0\0\0\x18ftypheic"
NEW = ("new", "--start", "2026-11-01", "--every", "4x4w", "--tz", "UTC", "-q")
CARE = ("--checkpoint", "photos=every 4w")
TODAY = ("--as-of", "2026-11-29")


def exif(day, order="<"):
    """Exif data of one directory within another, which has the instant of a picture."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    main = struct.pack(f"{order}HHHII", 1, 0x8769, 4, 1, 26) + bytes(4)
    inner = struct.pack(f"{order}HHHII", 1, 0x9003, 2, 20, 44) + bytes(4)
    return mark + struct.pack(f"{order}I", 8) + main + inner + f"{day} 10:11:12\0".encode()


def jpeg(day, order="<"):
    return b"\xff\xd8\xff\xe1\0\0Exif\0\0" + exif(day, order)


@pytest.fixture
def plan(run):
    assert run(*NEW, *CARE, "-o", "plan.toml").code == 0
    Path("a.png").write_bytes(PNG + b"a")
    Path("b.jpg").write_bytes(jpeg("2026:11:28"))
    Path("c.heic").write_bytes(HEIC + b"c")
    Path("words.txt").write_text("words")
    return lambda *argv: run(*argv, "-p", "plan.toml", *TODAY)


@pytest.mark.parametrize(
    ("content", "taken"),
    [
        pytest.param(jpeg("2026:11:28"), date(2026, 11, 28), id="the day in a JPEG"),
        pytest.param(jpeg("2026:11:28", ">"), date(2026, 11, 28), id="the other order of bytes"),
        pytest.param(PNG + b"\0\0\0\0eXIf" + exif("2026:11:28"), date(2026, 11, 28), id="in a PNG"),
        pytest.param(jpeg("0000:00:00"), None, id="a camera whose clock was never set"),
        pytest.param(jpeg("2026:11:28")[:40], None, id="cut off"),
        pytest.param(PNG, None, id="no day"),
        pytest.param(
            b"\xff\xd8\xffExif\0\0II*\0\xff\xff\xff\xff", None, id="points beyond its end"
        ),
    ],
)
def test_a_picture_says_when_it_was_taken_or_nothing(tmp_path, content, taken):
    file = tmp_path / "picture"
    file.write_bytes(content)
    assert pictures.read(file).taken == taken


@pytest.mark.parametrize(
    ("argv", "day", "said"),
    [
        pytest.param(("a.png",), "2026-11-29", "", id="today, if nothing says another day"),
        pytest.param(
            ("b.jpg",), "2026-11-28", "according to the file", id="the day in the file, told"
        ),
        pytest.param(("b.jpg", "--on", "2026-11-01"), "2026-11-01", "", id="the day that is given"),
        pytest.param(
            ("c.heic",), "2026-11-29", "add a copy of it as JPEG", id="a HEIC is recorded"
        ),
    ],
)
def test_a_photo_is_recorded_with_its_day(plan, argv, day, said):
    added = plan("photo", "add", *argv, "--view", "crown")
    assert (added.code, said in added.err) == (0, True)
    (photo,) = json.loads(plan("photo", "list", "-f", "json").out)["photos"]
    assert (photo["on"], photo["path"], photo["view"]) == (day, argv[0], "crown")
    assert photo["digest"] == pictures.digest(Path(argv[0]).read_bytes())
    assert photo["missing"] is False


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        pytest.param(("add", "a.png"), 2, "--view crown", id="without a view"),
        pytest.param(("add", "--view", "crown"), 2, "needs a file", id="without a file"),
        pytest.param(("add", "none.png", "--view", "x"), 3, "can't be read", id="no such file"),
        pytest.param(("add", "words.txt", "--view", "x"), 3, "isn't a JPEG, PNG", id="no picture"),
        pytest.param(("add", "a.png", "--view", "x", "--on", "2027-01-01"), 4, "is in the future",
                     id="a day to come"),
        pytest.param(("list", "--on", "sun"), 2, "--on is for photo add", id="a day for the list"),
        pytest.param(("lst",), 2, "list", id="a wrong action"),
        pytest.param(("list", "a.png"), 2, "takes no files", id="list takes no files"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_a_photo_is_refused(plan, argv, code, said):
    before = Path("plan.toml").read_bytes()
    refused = plan("photo", *argv)
    assert refused.code == code
    assert said in refused.err
    assert Path("plan.toml").read_bytes() == before


def test_a_photo_recorded_twice_is_listed_once_and_undo_removes_it(plan):
    assert plan("photo", "add", "a.png", "--view", "crown").code == 0
    assert "already recorded" in plan("photo", "add", "a.png", "--view", "Crown").out
    assert "a.png" in plan("photo").out
    assert "photo add a.png --view crown" in plan("undo").out
    assert plan("photo").out == "no photo is recorded yet\n"


def test_a_path_too_long_for_the_system_is_a_missing_photo(plan):
    assert plan("photo", "add", "a.png", "--view", "crown").code == 0
    long = Path("plan.toml").read_text().replace("a.png", "a" * 900)
    Path("plan.toml").write_text(long)
    listed = plan("photo", "list")
    assert (listed.code, listed.out.endswith("a  (missing)\n")) == (0, True)
    assert "can't be read" in plan("check").out


def test_a_list_without_photos_says_which_views_there_are(plan):
    for view in ("crown", "front"):
        assert plan("photo", "add", "a.png", "--view", view).code == 0
    assert plan("photo", "list", "--view", "crwn").out == (
        'no photo of "crwn" is recorded; this plan has crown and front\n'
    )


def test_a_decomposed_accent_is_saved_composed_if_it_names_the_same_file(plan):
    Path("cafe\u0301.png").write_bytes(PNG + b"e")
    refused = plan("photo", "add", "cafe\u0301.png", "--view", "crown")
    assert (refused.code, "rename the file" in refused.err) == (2, True)
    Path("caf\xe9.png").hardlink_to("cafe\u0301.png")  # as both name one file on a Mac
    assert plan("photo", "add", "cafe\u0301.png", "--view", "crown").code == 0
    assert "caf\xe9.png" in plan("photo").out


def test_another_day_corrects_a_photo_and_other_views_are_added(plan):
    for argv in (("--view", "crown"), ("--view", "front"), ("--view", "crown", "--on", "20 Nov")):
        assert plan("photo", "add", "a.png", *argv).code == 0
    rows = json.loads(plan("photo", "-f", "json").out)["photos"]
    assert [(r["view"], r["on"]) for r in rows] == [
        ("crown", "2026-11-20"),
        ("front", "2026-11-29"),
    ]
    assert plan("photo", "list", "--view", "FRONT").out.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="devices have no paths here")
def test_nothing_waits_for_what_a_device_may_say(plan):
    assert plan("photo", "add", "a.png", "--view", "crown").code == 0
    Path("a.png").unlink()
    Path("a.png").symlink_to(os.devnull)
    refused = plan("photo", "add", "a.png", "--view", "crown")
    assert (refused.code, "a.png can't be read: it's a pipe or a device" in refused.err) == (
        3,
        True,
    )
    assert "photo a.png (crown): the file is missing or can't be read" in plan("check").out
    assert "<bdi>a.png</bdi>" in plan("report").out


def test_check_names_photos_whose_files_are_gone_or_changed(plan):
    assert plan("photo", "add", "a.png", "c.heic", "--view", "crown").code == 0
    Path("a.png").unlink()
    Path("c.heic").write_bytes(HEIC)
    out = plan("check").out
    assert "photo a.png (crown): the file is missing" in out
    assert "photo c.heic (crown): the file changed" in out
    assert "(missing)" in plan("photo").out


def test_a_photo_ticks_the_day_that_asks_for_one(plan):
    assert "photos, number 2\n" in plan("today").out
    assert plan("photo", "add", "a.png", "--view", "crown", "--on", "2026-11-25").code == 0
    assert "photos, number 2 ✓ done\n" in plan("today").out


def test_calendars_have_nothing_about_photos(plan):
    before = plan("export").out
    assert plan("photo", "add", "a.png", "--view", "crown").code == 0
    assert plan("export").out == before
    assert plan("show", "-f", "html").out.count("a.png") == 0
