"""A replaced file keeps its permissions."""

import os
import stat
import struct

import pytest

from microplan.storage import files, siblings

USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
NOBODY = 0xFFFFFFFF
DEFAULT = "system.posix_acl_default"


def acl(*entries):
    """Write an ACL as Linux keeps it: a version, then a tag, bits and an id for each entry."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


OF_BOB = acl(
    (USER_OBJ, 6, NOBODY), (USER, 6, 12345), (GROUP_OBJ, 0, NOBODY), (MASK, 6, NOBODY),
    (OTHER, 0, NOBODY),
)  # fmt: skip


def given(path, name, value):
    try:
        os.setxattr(path, name, value)
    except (OSError, AttributeError):
        pytest.skip("no ACL can be set here")


@pytest.fixture
def plan(folder):
    path = folder / "plan.toml"
    path.write_text("old")
    return path


def test_an_acl_is_kept(plan):
    given(plan, siblings.ACL, OF_BOB)
    before = stat.S_IMODE(plan.stat().st_mode)
    files.write(plan, ["new"])
    assert os.getxattr(plan, siblings.ACL) == OF_BOB
    assert (stat.S_IMODE(plan.stat().st_mode), plan.read_text()) == (before, "new")


def test_if_an_acl_cannot_be_copied_its_mask_grants_nothing(plan, monkeypatch):
    given(plan, siblings.ACL, OF_BOB)
    assert stat.S_IMODE(plan.stat().st_mode) == 0o660, "the mask stands where the group's bits are"

    def refuse(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "setxattr", refuse)
    files.write(plan, ["new"])
    assert stat.S_IMODE(plan.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_default_acl_does_not_open_a_replaced_file(plan, mode):
    plan.chmod(mode)
    given(plan.parent, DEFAULT, OF_BOB)
    files.write(plan, ["new"])
    with pytest.raises(OSError, match="No data available"):
        os.getxattr(plan, siblings.ACL)
    assert stat.S_IMODE(plan.stat().st_mode) == mode


def test_a_new_file_is_private_despite_a_default_acl(folder):
    given(folder, DEFAULT, OF_BOB)
    files.write(folder / "plan.toml", ["new"])
    assert stat.S_IMODE((folder / "plan.toml").stat().st_mode) == 0o600


def test_without_acls_the_mode_is_kept(plan, monkeypatch):
    for name in ("getxattr", "setxattr", "removexattr"):
        monkeypatch.delattr(os, name)
    plan.chmod(0o640)
    files.write(plan, ["new"])
    assert stat.S_IMODE(plan.stat().st_mode) == 0o640
