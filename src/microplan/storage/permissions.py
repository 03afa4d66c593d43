"""Who may read and write a file that takes the place of another: whoever might before."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

ACL = "system.posix_acl_access"
"""Where Linux keeps whom a file lets in beside its owner and its group (acl(5))."""


def take_after(old: Path, handle: int) -> None:
    """Give a new file the group, mode, ACL and owner of the one it replaces, as far as may be.

    The mode only with the group, which it lets in; without them the file stays its owner's.
    """
    with contextlib.suppress(OSError, AttributeError):  # Windows has neither owners nor modes
        was = old.stat()
        acl = _acl(old)
        # With an ACL the bits of the group are a mask over all it names, and not the group's own.
        bits = 0o707 if acl else 0o777
        os.fchown(handle, -1, was.st_gid)
        os.fchmod(handle, stat.S_IMODE(was.st_mode) & bits)
        _let_in(handle, acl)
        os.fchown(handle, was.st_uid, -1)


def _acl(path: Path) -> bytes:
    """Read the ACL of a file; nothing if it has none."""
    try:
        return os.getxattr(path, ACL)
    except (OSError, AttributeError):  # macOS has other ones
        return b""


def _let_in(handle: int, acl: bytes) -> None:
    """Set an ACL, or take away the one that a folder gives to every new file."""
    with contextlib.suppress(OSError, AttributeError):
        if acl:
            os.setxattr(handle, ACL, acl)
        else:
            os.removexattr(handle, ACL)
