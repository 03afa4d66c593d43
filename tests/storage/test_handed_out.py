"""What microplan remembers about copies of a plan's calendar, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from microplan.errors import PlanFileError
from microplan.storage import handed_out
from microplan.storage.handed_out import Copy, CopyKind, Feed, HandedOut, Target
from tests.build import plan_of

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECRET = "A" * 22


def copy(minutes=0, entries=0):
    return Copy(at=NOON + timedelta(minutes=minutes), entries=entries)


def test_what_was_written_is_read_back(folder):
    targets = (Target(path="/tmp/a.ics", discreet=True, copy=copy()), Target(path="/b.ics"))  # noqa: S108
    handed_out.save_copy(folder, CopyKind.SHARED, copy(entries=2))
    handed_out.save_targets(folder, targets)
    handed_out.save_feed(folder, Feed(secret=SECRET, host="192.168.1.23", port=8765))
    handed_out.save_subscriber(folder, "phone", copy(1))
    assert handed_out.read(folder) == HandedOut(
        copies={CopyKind.SHARED: copy(entries=2)},
        targets=targets,
        feed=Feed(secret=SECRET, host="192.168.1.23", port=8765),
        subscribers={"phone": copy(1)},
    )


def test_without_a_folder_there_are_no_copies(folder):
    assert handed_out.read(folder / "none") == handed_out.NOTHING
    assert not (folder / "none").exists()


def test_what_ends_leaves_no_file_behind(folder):
    handed_out.save_targets(folder, (Target(path="/b.ics"),))
    handed_out.save_feed(folder, Feed(secret=SECRET))
    handed_out.save_subscriber(folder, "phone", copy())
    handed_out.save_targets(folder, ())
    handed_out.save_feed(folder, None)
    handed_out.save_feed(folder, None)
    assert list(folder.iterdir()) == []


def test_only_its_owner_can_read_the_secret(folder):
    handed_out.save_feed(folder / "own", Feed(secret=SECRET))
    assert (folder / "own").stat().st_mode & 0o777 == 0o700
    assert (folder / "own" / handed_out.FEED).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("minutes", "entries", "is_noted"),
    [
        pytest.param(0.5, 1, False, id="the same state within a minute is not written again"),
        pytest.param(1, 1, True, id="a minute later it is"),
        pytest.param(0.5, 2, True, id="another state at once"),
        pytest.param(-60, 1, True, id="also where the clock was put back"),
    ],
)
def test_a_fetch_is_stored_as_an_instant_and_a_number(folder, minutes, entries, is_noted):
    handed_out.save_subscriber(folder, "phone", copy(0, 1))
    handed_out.save_subscriber(folder, "phone", copy(minutes, entries))
    kept = copy(minutes, entries) if is_noted else copy(0, 1)
    assert handed_out.subscribers(folder) == {"phone": kept}


def test_the_subscriber_with_the_oldest_fetch_is_forgotten_first(folder):
    for number in range(handed_out.MOST + 2):
        handed_out.save_subscriber(folder, f"{number}", copy(number))
    kept = handed_out.subscribers(folder)
    assert kept.keys() == {f"{number}" for number in range(2, handed_out.MOST + 2)}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"secret": "short"}', b"null"])
def test_an_unreadable_state_file_is_named(folder, content):
    path = folder / handed_out.FEED
    path.write_bytes(content)
    with pytest.raises(PlanFileError, match=f"{path} can't be read. Remove it"):
        handed_out.feed(folder)


@pytest.mark.parametrize("name", handed_out.UNSYNCED)
def test_a_record_that_a_crash_emptied_is_none(folder, name):
    for way in handed_out.CopyKind:
        handed_out.save_copy(folder, way, copy(0, 1))
    handed_out.save_subscriber(folder, "phone", copy(0, 1))
    (folder / name).write_bytes(b"")
    known = handed_out.read(folder)
    assert known.unread == {}
    assert len(known.copies) + len(known.subscribers) == len(handed_out.UNSYNCED) - 1


RECORDS = [*(f"{way}.json" for way in handed_out.CopyKind), handed_out.TARGETS, handed_out.FEED,
           handed_out.SUBSCRIBERS]  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_an_unreadable_record_hides_no_other(folder, name):
    for way in handed_out.CopyKind:
        handed_out.save_copy(folder, way, copy(0, 1))
    handed_out.save_targets(folder, (handed_out.Target(path="/x.ics"),))
    handed_out.save_feed(folder, handed_out.Feed(secret="A" * 22))
    handed_out.save_subscriber(folder, "phone", copy(0, 1))
    (folder / name).unlink()
    without = handed_out.read(folder)
    (folder / name).write_text("{")
    known = handed_out.read(folder)
    assert known.unread.keys() == {name}
    assert replace(known, unread={}) == without


def test_every_id_has_a_valid_folder_name(folder):
    ids = ("../../etc", "a/b", "", "x" * 5000, "Anna", "anna")
    folders = {handed_out.folder(folder, replace(plan_of(), id=each)) for each in ids}
    assert len(folders) == len(ids)
    assert {path.parent for path in folders} == {folder}
