"""Makes file names from the text of rows, which are safe whatever a row contains."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from microplan.errors import UsageError

FIELDS = ("id", "title", "line")
TELL_APART = "tell its files apart by {id} or {line}"
"""The advice for rows with the same name."""
LONGEST = 100
"""Most bytes of a field in a name; file systems allow 255 in all."""
DEEPEST = 20
"""Most parts of a path, including the file name."""
APART = '/\\:*?"<>|'
"""Characters that separate folders, or that some file systems reserve."""
MISREAD = ("-", "~")
"""First characters of a name that shells or commands misread as a flag or a home folder."""
RESERVED = {
    *("con", "prn", "aux", "nul", "conin$", "conout$"),
    *(f"{name}{number}" for name in ("com", "lpt") for number in "123456789¹²³"),
}
"""Device names on Windows, reserved with any suffix."""


def check(template: str) -> str:
    """Check a template such as ``plans/{id}.toml``, which must give each row its own name."""
    if is_of_all(template):
        raise UsageError(f'"{template}" is one name for all rows. Write one like plans/{{id}}.toml')
    return template


def is_of_all(template: str) -> bool:
    """Whether a template is one name for all rows; raises UsageError for one that can't be filled in."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise UsageError(f'"{template}" can\'t be filled in: {str(error).lower()}') from None
    fields = [field for _, field, _, _ in parts if field is not None]
    plain = all(field in FIELDS for field in fields) and not any(s or c for _, _, s, c in parts)
    if not plain:
        raise UsageError(f'"{template}" can contain only {{id}}, {{title}} and {{line}}')
    if len(Path(template).parts) > DEEPEST:
        raise UsageError(f'"{template[:60]}…" may be at most {DEEPEST - 1} folders deep')
    return not fields


def root(template: str) -> Path:
    """Find the folder that contains all files of a template, whatever the rows."""
    return Path(template.partition("{")[0] + "_").parent


def fill(template: str, values: Mapping[str, object]) -> Path:
    """Fill in a template; no value can leave the folder, hide its file or name a device."""
    path = Path(template.format_map({name: safe(str(value)) for name, value in values.items()}))
    return path.with_name(f"_{path.name}") if _is_device(path.name) else path


def safe(text: str) -> str:
    """Turn any text into one part of a file name."""
    shown = "".join(map(_safe, unicodedata.normalize("NFC", text)))
    shown = shown.encode()[:LONGEST].decode(errors="ignore").strip(" .")
    return f"_{shown}" if not shown or shown.startswith(MISREAD) or _is_device(shown) else shown


def _is_device(name: str) -> bool:
    return name.partition(".")[0].strip().casefold() in RESERVED


def _safe(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    hidden = category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return "_" if hidden or character in APART else character
