"""Chooses the newer zone data: the machine's or the ``tzdata`` package's."""

from __future__ import annotations

import re
import zoneinfo
from functools import cache
from pathlib import Path

import tzdata

MARKERS = ("tzdata.zi", "+VERSION")
"""Files that name the release of the zone data: its source, and the one macOS adds."""
RELEASE = r"(?:# version )?((?:19|20)\d\d[a-z]{0,2})\s*$"
MACHINE = zoneinfo.TZPATH


@cache
def use_newest() -> None:
    """Make ``zoneinfo`` read the package's data if its release is newer than the machine's.

    Zone rules change several times a year, and a system that no longer gets updates would put
    appointments an hour off. If the machine's release is unknown, keep its data; if it has none,
    ``zoneinfo`` uses the package anyway.
    """
    own = machine_release()
    if own and own < tzdata.IANA_VERSION:
        zoneinfo.reset_tzpath([str(Path(tzdata.__file__).parent / "zoneinfo")])
        zoneinfo.ZoneInfo.clear_cache()


def machine_release() -> str:
    """Find the release of the machine's zone data, such as ``2025b``; empty if unknown."""
    for folder in MACHINE:
        for name in MARKERS:
            try:
                with (Path(folder) / name).open(encoding="utf-8") as file:
                    match = re.match(RELEASE, file.readline())
            except (OSError, UnicodeDecodeError):
                continue
            if match:
                return match[1]
    return ""


def machine_zone(name: str) -> zoneinfo.ZoneInfo | None:
    """Read a zone from the machine's own data, which its clock follows; None if it's missing."""
    for folder in MACHINE:
        try:
            with (Path(folder) / name).open("rb") as file:
                return zoneinfo.ZoneInfo.from_file(file, key=name)
        except (OSError, ValueError):
            continue
    return None
