"""Parses ``config.toml``, a person's defaults; reports every fault with its path.

Finding and reading the file is up to the command line; this module has no disk access.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from microplan.errors import RuleError
from microplan.model.rules import spell
from microplan.rules import words as rules
from microplan.storage import toml
from microplan.storage.toml import TableReader, joined

Words = dict[str, str | list[str] | bool]

CONFIG_WORDS = ("tz", "at", "remind", "discreet")
"""Rule words that a person can set a default for."""

_GIVEN_AWAY = r"[^/]*//([^/?#]*:[^/?#]*@|[^/@\[]*:(?![0-9]*(/|$))[^@]*@)"
"""Matches ``name:password@`` in a URL, even if the password has a slash, which it shouldn't."""
_UNWANTED = r"(.*[-_. ])?(pass|passwd|password|passphrase|pwd|secret|token)"
"""Matches keys where other programs keep a password: ``Password``, ``app-password``, ``token``."""
NEVER_HERE = (
    "a password never goes into this file; take it out, and give it by --password-command, "
    "$MICROPLAN_CALDAV_PASSWORD or when you are asked"
)


class CalDAV(Struct, frozen=True, kw_only=True):
    """The calendar server of ``push`` and ``pull``; an empty field isn't set."""

    url: str = ""
    user: str = ""
    proxy: str = ""


class Config(Struct, frozen=True, kw_only=True):
    """A person's defaults: rule words in canonical form, and a calendar server."""

    words: Words = {}
    caldav: CalDAV = CalDAV()


def read(text: str) -> tuple[Config, tuple[str, ...]]:
    """Parse the text of a config file; return its values, and a warning for each unknown key.

    Raises PlanFileError with every fault and its dotted path.
    """
    tables = toml.read(text)
    reader = ConfigReader()
    words = reader.words(tables)
    caldav = reader.caldav(tables.get("caldav", {}))
    reader.known("", tables, (*CONFIG_WORDS, "caldav"))
    if reader.faults:
        raise reader.refusal()
    return Config(words=words, caldav=caldav), tuple(reader.warnings)


class ConfigReader(TableReader):
    """Reads the tables of a config file, and refuses passwords."""

    def words(self, table: dict[str, Any]) -> Words:
        """Read the rule words, in canonical form."""
        read: dict[str, object] = {}
        for name in CONFIG_WORDS:
            if table.get(name) in rules.NOTHING:
                continue
            try:
                read[name] = rules.value(name, table[name])
            except RuleError as fault:
                self.note("", fault)
        return {name: spell(value) for name, value in read.items()}

    def caldav(self, table: object) -> CalDAV:
        """Read the table of the calendar server."""
        if not isinstance(table, dict):
            self.note("caldav", "write a table, [caldav]")
            return CalDAV()
        self.known("caldav", table, ("url", "user", "proxy"))
        return CalDAV(
            url=self.url(table, "url", "https://calendar.example.org/"),
            user=self.text(table, "user", "caldav"),
            proxy=self.url(table, "proxy", "http://proxy.example.org:8080"),
        )

    def url(self, table: dict[str, Any], key: str, example: str) -> str:
        """Read an http or https URL without a password; empty if it's missing or wrong."""
        value = table.get(key, "")
        if value == "":
            return ""
        if not isinstance(value, str) or not re.match(r"https?://[^/\s]", value):
            self.note(f"caldav.{key}", f'write an address, as in {key} = "{example}"')
        elif re.match(_GIVEN_AWAY, value):
            self.note(f"caldav.{key}", NEVER_HERE)
        else:
            return value
        return ""

    def known(self, path: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
        """Refuse keys that look like a password, and warn about other unknown keys."""
        secret = [key for key in table if re.fullmatch(_UNWANTED, key, re.IGNORECASE)]
        for key in secret:
            self.note(joined(path, key), NEVER_HERE)
        for where, meant in self.unknown(path, table, (*known, *secret)):
            self.warn(where, f"isn't known and is ignored. {meant}".rstrip(" ."))
