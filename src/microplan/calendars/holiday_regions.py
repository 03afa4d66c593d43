"""Parses codes of countries and their parts, and suggests a code for a name or a typo.

The ``holidays`` library is loaded only when a code is parsed; its 250 countries only if that fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from microplan.errors import UsageError
from microplan.rules import nearest
from microplan.rules.scanner import listing

MOST = 3
"""Most codes to suggest."""
LISTED = 60
"""Most parts of a country to list if none is near."""
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
"""What people call their own country or a neighbouring one; the library has the English names."""


class Region(Struct, frozen=True, kw_only=True):
    """A country or a part of one, by the library's codes."""

    country: str
    part: str = ""

    def __str__(self) -> str:
        return f"{self.country}-{self.part}" if self.part else self.country


def parse(text: str) -> Region:
    """Parse a code such as ``FR`` or ``DE-BY``; raises UsageError with the nearest codes."""
    name, dash, part = text.strip().partition("-")
    country = _codes().get(name.upper())
    if country is None:
        raise UsageError(
            f'holidays "{text}": there\'s no country with that code. {_nearest_countries(text.strip())}'
        )
    if not dash:
        return Region(country=country)
    parts = _parts(country)
    if not part:
        raise UsageError(
            f'holidays "{text}": no part of {country} follows the hyphen. Write {country} alone'
            + (f", or {country}-{min(parts.values())} for a part." if parts else ".")
        )
    if part.casefold() not in parts:
        raise UsageError(
            f'holidays "{text}": {country} has no part with that code. '
            f"{_nearest_parts(country, part, parts)}"
        )
    return Region(country=country, part=parts[part.casefold()])


def countries() -> Iterator[tuple[str, str]]:
    """Yield the code and the English name of each country."""
    from holidays.registry import COUNTRIES

    return ((known[1], name.replace("_", " ").title()) for name, known in COUNTRIES.items())


def _codes() -> dict[str, str]:
    """Map two-letter and three-letter codes to the two-letter ones."""
    from holidays.registry import COUNTRIES

    return {code: known[1] for known in COUNTRIES.values() for code in known[1:3]}


def _parts(country: str) -> dict[str, str]:
    """Map the case-folded codes and names of a country's parts to their codes."""
    import holidays

    known = holidays.country_holidays(country)
    names = {name: name for name in known.subdivisions} | known.subdivisions_aliases
    return {name.casefold(): code for name, code in names.items()}


# --- which code may be meant ----------------------------------------------------------------


def _nearest_countries(text: str) -> str:
    """Suggest codes by the name of a country, or else of a part of one."""
    codes = _codes_by_name(text, _country_names()) or _codes_by_name(text, _part_names())
    head = text.partition("-")[0]
    if not codes and head != text:
        codes = _codes_by_name(head, _country_names())
    if not codes:
        codes = nearest.nearest(text, _codes().values())
    return f"Write {listing(codes)}." if codes else "Write FR, DE or DE-BY, as ISO 3166 has it."


def _codes_by_name(text: str, named: Iterable[tuple[str, str]]) -> list[str]:
    """Find the codes of the names nearest to a text; match one as short as a code only exactly."""
    codes: dict[str, list[str]] = {}
    for name, code in named:
        codes.setdefault(name, []).append(code)
    if nearest.fold(text) in map(nearest.fold, codes):
        near = [name for name in codes if nearest.fold(name) == nearest.fold(text)]
    else:
        near = nearest.nearest(text, codes) if len(text) > MOST else []
    return list(dict.fromkeys(code for name in near for code in codes[name]))[:MOST]


def _country_names() -> Iterator[tuple[str, str]]:
    """Yield the names of countries, in English and in the languages of people there and nearby."""
    yield from ((name, code) for code, name in countries())
    yield from ((name, code) for code, names in OWN_NAMES.items() for name in names)


def _part_names() -> Iterator[tuple[str, str]]:
    """Yield the names of parts of countries, except short ones that many countries share."""
    for code, _ in countries():
        for name, part in _parts(code).items():
            if len(name) > MOST:
                yield name, f"{code}-{part}"


def _nearest_parts(country: str, text: str, parts: dict[str, str]) -> str:
    if not parts:
        return f"Write {country} alone."
    near = nearest.nearest(text, parts)
    if near:
        return f"Write {listing(list(dict.fromkeys(f'{country}-{parts[name]}' for name in near)))}."
    codes = [f"{country}-{code}" for code in dict.fromkeys(parts.values())]
    return (
        f"Write one of {', '.join(codes)}."
        if len(codes) <= LISTED
        else f"Write {codes[0]} or another."
    )
