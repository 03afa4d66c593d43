"""Codes of countries and their parts whose holidays are known; a name is answered with its code.

The library is loaded here when a code is read, and its 250 countries only when one cannot be.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from msgspec import Struct

from microplan.errors import UsageError

MOST = 3
"""Codes that are offered for one that is none."""
OWN_NAMES = {
    "DE": ("Deutschland", "Allemagne", "Alemania"),
    "AT": ("Österreich", "Oesterreich"),
    "CH": ("Schweiz", "Suisse", "Svizzera", "Svizra"),
    "NL": ("Nederland", "Holland"),
    "BE": ("België", "Belgique", "Belgien"),
    "LU": ("Luxemburg", "Lëtzebuerg"),
    "FR": ("Frankreich", "Francia"),
    "ES": ("España", "Spanien", "Espagne"),
    "IT": ("Italia", "Italien", "Italie"),
    "GB": ("UK", "Great Britain", "Britain", "Großbritannien"),
    "IE": ("Éire", "Irland"),
    "DK": ("Danmark", "Dänemark"),
    "SE": ("Sverige", "Schweden"),
    "NO": ("Norge", "Noreg", "Norwegen"),
    "FI": ("Suomi", "Finnland"),
    "IS": ("Ísland", "Island"),
    "PL": ("Polska", "Polen"),
    "CZ": ("Česko", "Czech Republic", "Tschechien"),
    "SK": ("Slovensko", "Slowakei"),
    "SI": ("Slovenija", "Slowenien"),
    "HR": ("Hrvatska", "Kroatien"),
    "HU": ("Magyarország", "Ungarn"),
    "RO": ("România", "Rumänien"),
    "BG": ("България", "Bulgarien"),
    "GR": ("Ελλάδα", "Griechenland"),
    "TR": ("Türkiye", "Türkei"),
    "UA": ("Україна",),
    "BR": ("Brasil", "Brasilien"),
    "MX": ("México", "Mexiko"),
    "US": ("America", "United States of America"),
    "JP": ("日本",),
    "KR": ("한국",),
    "CN": ("中国",),
}
"""What people call their country or a neighbour; the library has the English names."""


class Region(Struct, frozen=True, kw_only=True):
    """A country, or a part of one, as the library knows it."""

    country: str
    part: str = ""

    def __str__(self) -> str:
        return f"{self.country}-{self.part}" if self.part else self.country


def parse(text: str) -> Region:
    """Read a code such as ``FR`` or ``DE-BY``; raises UsageError with the nearest ones."""
    name, _, part = text.strip().partition("-")
    country = _codes().get(name.upper())
    if country is None:
        raise UsageError(
            f'holidays "{text}": no country has that code here; {_nearest_countries(text.strip())}'
        )
    if not part:
        return Region(country=country)
    parts = _parts(country)
    if part.casefold() not in parts:
        raise UsageError(
            f'holidays "{text}": {country} has no part of that name here; '
            f"{_nearest_parts(country, part, parts)}"
        )
    return Region(country=country, part=parts[part.casefold()])


def countries() -> Iterator[tuple[str, str]]:
    """Yield the code and the English name of each country."""
    from holidays.registry import COUNTRIES

    return ((known[1], name.replace("_", " ").title()) for name, known in COUNTRIES.items())


def _codes() -> dict[str, str]:
    """Map the codes of two and of three letters to those of two."""
    from holidays.registry import COUNTRIES

    return {code: known[1] for known in COUNTRIES.values() for code in known[1:3]}


def _parts(country: str) -> dict[str, str]:
    """Map the codes and names of a country's parts, without their case, to the codes."""
    import holidays

    known = holidays.country_holidays(country)
    names = {name: name for name in known.subdivisions} | known.subdivisions_aliases
    return {name.casefold(): code for name, code in names.items()}


# --- what would do --------------------------------------------------------------------------


def _nearest_countries(text: str) -> str:
    """Say which codes may be meant: by a name as it is, then by one like it."""
    from difflib import get_close_matches

    named = _named()
    near = get_close_matches(_plain(text), named, n=1, cutoff=0.8)  # itself, if it is one
    if not near:
        known = [*_codes(), *(name for _, name in countries())]
        head = _plain(text.partition("-")[0])
        near = get_close_matches(head, map(_plain, known), n=6, cutoff=0.5)
    codes = [code for name in near for code in named[name]]
    found = list(dict.fromkeys(codes))[:MOST]
    return f"{_choice(found)} would do" if found else "write FR, DE or DE-BY, as ISO 3166 has it"


def _named() -> dict[str, list[str]]:
    """Map codes and names of countries, and names of their parts, to the codes that have them."""
    named: dict[str, list[str]] = {}
    for name, code in _names():
        named.setdefault(_plain(name), []).append(code)
    return named


def _names() -> Iterator[tuple[str, str]]:
    """Yield names with their codes, countries first."""
    yield from _codes().items()
    yield from ((name, code) for code, name in countries())
    yield from ((name, code) for code, names in OWN_NAMES.items() for name in names)
    for code, _ in countries():
        for name, part in _parts(code).items():
            if len(name) > MOST:  # no code, which many countries share
                yield name, f"{code}-{part}"


def _plain(name: str) -> str:
    """Leave out case and accents, as people do."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def _nearest_parts(country: str, text: str, parts: dict[str, str]) -> str:
    from difflib import get_close_matches

    if not parts:
        return f"{country} alone would do"
    near = get_close_matches(text.casefold(), parts, n=6, cutoff=0.3) or list(parts)
    codes = list(dict.fromkeys(f"{country}-{parts[name]}" for name in near))[:MOST]
    return f"{_choice(codes)} would do"


def _choice(codes: list[str]) -> str:
    *most, last = codes
    return f"{', '.join(most)} or {last}" if most else last
