"""Calls of Linux that Python 3.11 does not have."""

import ctypes
import os
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000
_CAPABILITIES_VERSION = 0x20080522
_KEEP_CAPABILITIES = 8
_OVERRIDE, _READ_ANYTHING = 1 << 1, 1 << 2


def leave_mounts():
    """Enter a new mount namespace as root, so that mounts affect only this process."""
    user, group = os.geteuid(), os.getegid()
    _call(_LIBC.unshare, _NEW_MOUNTS | (_NEW_USER if user else 0))
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _mount("none", "/", None, _RECURSIVE | _PRIVATE, None)


def mount_memory(folder, size):
    """Mount an empty file system of some size, such as ``256k``, on a folder."""
    _mount("tmpfs", folder, "tmpfs", 0, f"size={size}")


def bind(source, target):
    """Show a file or folder at another place as well, which exists."""
    _mount(source, target, None, _BIND, None)


def unmount(folder):
    _call(_LIBC.umount2, os.fsencode(folder), 0)


def obey_modes():
    """Drop the capabilities that let root ignore file modes."""
    _set_effective(lambda allowed: allowed & ~(_OVERRIDE | _READ_ANYTHING))


def become(user, group):
    """Be another person, who may still read whatever root may."""
    os.setgroups([])
    os.setresgid(group, group, group)
    _call(_LIBC.prctl, _KEEP_CAPABILITIES, 1, 0, 0, 0)
    os.setresuid(user, user, user)
    _set_effective(lambda _: _READ_ANYTHING)


def _set_effective(change):
    header, sets = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0), (ctypes.c_uint32 * 6)()
    _call(_LIBC.capget, header, sets)
    sets[0] = change(sets[0])
    _call(_LIBC.capset, header, sets)


def _mount(source, target, kind, flags, options):
    texts = [text if text is None else os.fsencode(text) for text in (source, target, kind)]
    _call(_LIBC.mount, *texts, ctypes.c_ulong(flags), options and options.encode())


def _call(function, *arguments):
    if function(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{function.__name__}: {os.strerror(number)}")
