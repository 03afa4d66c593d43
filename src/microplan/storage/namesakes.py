"""Find plan files that have the same id: a calendar would take them for one plan."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

_ID = r"""(?m:^\s*id\s*=\s*["']([^"']+)["']\s*(?:#.*)?$)"""
_HEAD = 4096
"""Bytes at the beginning of a plan file that hold its id."""
_MOST = 500
"""Files of one folder that are looked at."""


def find(path: Path, own_id: str) -> list[Path]:
    """Find other plan files in the folder of a plan that have its id."""
    beside = (other for other in path.parent.glob("*.toml") if other.name != path.name)
    return sorted(other for other in islice(beside, _MOST) if _id(other) == own_id)


def beside(path: Path, own_id: str) -> list[Path]:
    """Find other plan files beside a plan that is kept; a JSON document of one has its id by right."""
    return find(path, own_id) if _id(path) == own_id else []


def _id(path: Path) -> str:
    """Read the id at the head of a plan file; nothing if there is none."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            match = re.search(_ID, file.read(_HEAD).decode(errors="replace"))
    except OSError:
        return ""
    return match[1] if match else ""
