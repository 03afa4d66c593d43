"""Finds plan files with the same id, which a calendar would treat as one plan."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

_ID = r"""(?m:^\s*id\s*=\s*["']([^"']+)["']\s*(?:#.*)?$)"""
_HEAD = 4096
"""Bytes at the start of a plan file to search for its id."""
_MOST = 500
"""Most files of a folder to search."""


def find(path: Path, own_id: str) -> list[Path]:
    """Find other plan files in the same folder with this id."""
    beside = (other for other in path.parent.glob("*.toml") if other.name != path.name)
    return sorted(other for other in islice(beside, _MOST) if _id(other) == own_id)


def beside(path: Path, own_id: str) -> list[Path]:
    """Find other files with the id of a plan file; empty for a JSON document, which shares its plan's id."""
    return find(path, own_id) if _id(path) == own_id else []


def _id(path: Path) -> str:
    """Read the id at the start of a plan file; empty if there is none."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            match = re.search(_ID, file.read(_HEAD).decode(errors="replace"))
    except OSError:
        return ""
    return match[1] if match else ""
