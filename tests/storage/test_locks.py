"""A lock is beside its file, open to whoever can write there, and leaves nothing behind."""

import os
import stat
from pathlib import Path

import pytest

from microplan.errors import OutputError
from microplan.storage import locks

FOLDERS = [
    pytest.param(0o700, 0o600, id="of one person"),
    pytest.param(0o755, 0o600, id="that others may read"),
    pytest.param(0o770, 0o660, id="of a group"),
    pytest.param(0o2775, 0o660, id="of a group, that others may read"),
    pytest.param(0o777, 0o666, id="of everybody"),
]


def nowhere():
    raise AssertionError("another folder than that of the file is asked for")


@pytest.mark.parametrize("mask", [0o022, 0o077])
@pytest.mark.parametrize(("mode", "expected"), FOLDERS)
def test_write_access_to_a_folder_is_enough_to_lock_in_it(folder, mode, expected, mask):
    folder.chmod(mode)
    before = os.umask(mask)
    try:
        with locks.hold(folder / "plan.toml", nowhere):
            found = (folder / ".plan.toml.lock").stat()
    finally:
        os.umask(before)
    assert stat.S_IMODE(found.st_mode) == expected
    assert found.st_size == 0
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a file to somebody else")
def test_a_lock_made_by_root_belongs_to_the_folders_owner(folder):
    os.chown(folder, 12345, 23456)
    with locks.hold(folder / "plan.toml", nowhere):
        found = (folder / ".plan.toml.lock").stat()
    assert (found.st_uid, found.st_gid) == (12345, 23456)


@pytest.mark.parametrize("name", ["x" * 255, "😀" * 60, ".lock", " "])
def test_a_file_with_any_name_can_be_locked(folder, name):
    with locks.hold(folder / name, nowhere):
        assert [path.name[0] for path in folder.iterdir()] == ["."]
    assert list(folder.iterdir()) == []


def test_locking_does_not_make_a_missing_folder(folder):
    with locks.hold(folder / "none" / "plan.toml", lambda: folder / "state"):
        assert not (folder / "none").exists()
    assert list((folder / "state").iterdir()) == []


@pytest.mark.parametrize("make", ["mkdir", "symlink_to"])
def test_a_folder_or_link_in_place_of_the_lock_is_reported(folder, make):
    place = folder / ".plan.toml.lock"
    place.symlink_to("elsewhere") if make == "symlink_to" else place.mkdir()
    with (
        pytest.raises(OutputError, match=r"^the lock in .* can't be made: "),
        locks.hold(folder / "plan.toml", nowhere, patience=0.1),
    ):
        pass
    assert os.path.lexists(place)


def test_without_file_locks_the_state_folder_is_used(folder, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    flock = fcntl.flock

    def here_only(handle, operation):
        if Path(f"/proc/self/fd/{handle}").readlink().is_relative_to(folder):
            raise OSError(38, "Function not implemented")
        flock(handle, operation)

    monkeypatch.setattr(fcntl, "flock", here_only)
    state = folder.parent / "state"
    with locks.hold(folder / "plan.toml", lambda: state):
        assert len(list(state.iterdir())) == 1
    assert list(state.iterdir()) == []
    assert [path.name for path in folder.iterdir()] == [".plan.toml.lock"], "one, and empty"
