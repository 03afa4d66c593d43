"""Independent programs that read calendar files, and what each can report.

A reader takes calendars by name and gives their events by the same names, all in one go, since
some are processes of their own. ``READERS`` is the table; whatever a reader cannot tell stands
in its row with the reason.
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from tests.readers.entry import Entry

HERE = Path(__file__).parent
ICAL_JS = HERE / "node_modules" / "ical.js" / "package.json"

LIBICAL = "libical.so.3"
"""The release whose structures ``libical.py`` describes."""


class Reader(NamedTuple):
    """One reader: its adapter, whether it is installed, and what it can't report."""

    module: str
    is_here: Callable[[], bool] = lambda: True
    silent: Mapping[str, str] = {}
    """Fields of ``Entry`` that this reader says nothing about, each with the reason."""
    is_slow: bool = False

    def read(self, calendars: Mapping[str, str]) -> dict[str, list[Entry]]:
        """Read calendars, by name, each to its events in no particular order."""
        found = import_module(f"tests.readers.{self.module}").read(calendars)
        return {name: [Entry(*fields) for fields in events] for name, events in found.items()}

    def is_missing(self) -> bool:
        """Whether to leave this reader out; in CI none is."""
        return not self.is_here() and not os.environ.get("CI")


@cache
def has_libical() -> bool:
    """Whether the loader finds the library; asking it starts a process."""
    return ctypes.util.find_library("ical") == LIBICAL


READERS = {
    "icalendar": Reader("by_icalendar"),
    "recurring-ical-events": Reader("by_occurrences"),
    "vobject": Reader("by_vobject"),
    "Radicale": Reader("by_radicale", is_slow=True),
    "ical.js": Reader("by_icaljs", lambda: bool(shutil.which("node")) and ICAL_JS.exists()),
    "libical": Reader("by_libical", has_libical),
    "khal": Reader(
        "by_khal",
        lambda: bool(shutil.which("khal")),
        {"alarms": "its list says that there is one, not when"},
        is_slow=True,
    ),
}
