"""The defaults of a person: the text of ``config.toml`` to values, every fault with its path.

Where the file is and when it is read is the shell's to say; nothing here looks at a disk.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from microplan.errors import RuleError
from microplan.model.rules import spell
from microplan.rules import words as rules
from microplan.storage import toml
from microplan.storage.tables import TableReader, joined

Words = dict[str, str | list[str] | bool]

CONFIG_WORDS = ("tz", "at", "remind", "discreet")
"""The rule words that may have a default of one's own."""

_GIVEN_AWAY = r"[^/]*//([^/?#]*:[^/?#]*@|[^/@\[]*:(?![0-9]*(/|$))[^@]*@)"
"""A name, a colon and a password before an @; a password may hold a slash, against all rules."""
_UNWANTED = r"(.*[-_. ])?(pass|passwd|password|passphrase|pwd|secret|token)"
"""Keys under which other programs keep a password: ``Password``, ``app-password``, ``token``."""
NEVER_HERE = (
    "a password never goes into this file; take it out, and give it by --password-command, "
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
    tables = toml.read(text)
    reader = ConfigReader()
    words = reader.words(tables)
    caldav = reader.caldav(tables.get("caldav", {}))
    reader.known("", tables, (*CONFIG_WORDS, "caldav"))
    if reader.faults:
        raise toml.with_findings(reader.faults)
    return Config(words=words, caldav=caldav), tuple(reader.warnings)


class ConfigReader(TableReader):
    """Reads the defaults of a person, which never hold a password."""

    def words(self, table: dict[str, Any]) -> Words:
        """Read the rule words, and spell each as a plan file does."""
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
        """Read the table of the calendar server, which never holds a password."""
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
        """Read an address of the web, in which no password stands."""
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
        """Refuse a password, and warn about other keys that nothing here reads."""
        secret = [key for key in table if re.fullmatch(_UNWANTED, key, re.IGNORECASE)]
        for key in secret:
            self.note(joined(path, key), NEVER_HERE)
        for where, meant in self.unknown(path, table, (*known, *secret)):
            self.warn(where, f"isn't known and is ignored. {meant}".rstrip(" ."))
