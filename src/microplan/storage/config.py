"""The defaults of a person: the text of ``config.toml`` to values, every fault with its path.

Where the file is and when it is read is the shell's to say; nothing here looks at a disk.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from microplan.errors import RuleError
from microplan.model import plan
from microplan.rules import words as rules
from microplan.storage import toml

Words = dict[str, str | list[str] | bool]

CONFIG_WORDS = ("tz", "at", "remind", "discreet")
"""The rule words that may have a default of one's own."""

_GIVEN_AWAY = r"[^/]*//([^/?#]*:[^/?#]*@|[^/@\[]*:(?![0-9]*(/|$))[^@]*@)"
"""A name, a colon and a password before an @; a password may hold a slash, against all rules."""
_UNWANTED = r"(.*[-_. ])?(pass|passwd|password|passphrase|pwd|secret|token)"
"""Keys under which other programs keep a password: ``Password``, ``app-password``, ``token``."""
NEVER_HERE = (
    "a password never stands in this file; take it out, and give it by --password-command, "
    "$MICROPLAN_CALDAV_PASSWORD or when you are asked"
)


class CalDAV(Struct, frozen=True, kw_only=True):
    """The calendar server of ``push`` and ``pull``, as far as it is given."""

    url: str = ""
    user: str = ""
    proxy: str = ""


class Config(Struct, frozen=True, kw_only=True):
    """Defaults: rule words in their canonical spelling, and a calendar server."""

    words: Words = {}
    caldav: CalDAV = CalDAV()


def read(text: str) -> tuple[Config, tuple[str, ...]]:
    """Read the text of a file; return its values and a warning for each key that is not known.

    Raises PlanFileError with every fault under its dotted path.
    """
    found = toml.read(text)
    reading = _Reading()
    words = reading.words(found)
    caldav = reading.caldav(found.get("caldav", {}))
    reading.known("", found, (*CONFIG_WORDS, "caldav"))
    if reading.faults:
        raise toml.with_findings(reading.faults)
    return Config(words=words, caldav=caldav), tuple(reading.warnings)


class _Reading:
    """One reading of a file: the faults and warnings found on the way."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.warnings: list[str] = []

    def words(self, table: dict[str, Any]) -> Words:
        """Read the rule words, and spell each as a plan file does."""
        read: dict[str, object] = {}
        for name in CONFIG_WORDS:
            if table.get(name) in rules.NOTHING:
                continue
            try:
                read[name] = rules.value(name, table[name])
            except RuleError as fault:
                self.faults.append(str(fault))
        return {name: plan.spell(value) for name, value in read.items()}

    def caldav(self, table: object) -> CalDAV:
        """Read the table of the calendar server, which never holds a password."""
        if not isinstance(table, dict):
            self.faults.append("caldav: this is written as a table, [caldav]")
            return CalDAV()
        self.known("caldav.", table, ("url", "user", "proxy"))
        return CalDAV(
            url=self.url(table, "url", "https://calendar.example.org/"),
            user=self.text(table, "user"),
            proxy=self.url(table, "proxy", "http://proxy.example.org:8080"),
        )

    def url(self, table: dict[str, Any], key: str, example: str) -> str:
        """Read an address of the web, in which no password stands."""
        value = table.get(key, "")
        if value == "":
            return ""
        if not isinstance(value, str) or not re.match(r"https?://[^/\s]", value):
            self.faults.append(f'caldav.{key}: an address would do, as in "{example}"')
        elif re.match(_GIVEN_AWAY, value):
            self.faults.append(f"caldav.{key}: {NEVER_HERE}")
        else:
            return value
        return ""

    def text(self, table: dict[str, Any], key: str) -> str:
        """Read an optional text."""
        value = table.get(key, "")
        if isinstance(value, str):
            return value
        self.faults.append(f'caldav.{key}: a text would do, as in "so"')
        return ""

    def known(self, prefix: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
        """Refuse a password, and warn about other keys that nothing here reads."""
        secret = [key for key in table if re.fullmatch(_UNWANTED, key, re.IGNORECASE)]
        self.faults += [f"{prefix}{key}: {NEVER_HERE}" for key in secret]
        unread = [key for key in table if key not in (*known, *secret)]
        self.warnings += [f"{prefix}{key} is not known here and is ignored" for key in unread]
