"""Parses needle lengths: ``0.5mm``, ``1.0-2.0mm``, ``1±0.5mm``, or one for each phase."""

from __future__ import annotations

import re

from microplan.model.values import Depth
from microplan.rules.scanner import Scanner

A_LENGTH = "Write a needle length like 0.5mm"
A_DEPTH = f"{A_LENGTH}, or one for each phase like 0.5mm,0.75mm"
LONGEST = 10.0
"""Longest needle in mm; a longer one is a typo."""
_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,3})?"
_LENGTH = rf"{_NUMBER}(?:([-–±]){_NUMBER})? ?mm(?![0-9a-z])"


def length(text: str, word: str) -> str:
    """Parse one needle length in mm; keep its digits as written."""
    scanner = _scanner(text, word)
    return scanner.finish(_take(scanner, A_LENGTH), A_LENGTH)


def depth(text: str, word: str) -> Depth:
    """Parse one needle length, or one for each phase."""
    scanner = _scanner(text, word)
    lengths = [_take(scanner, A_DEPTH)]
    while scanner.take(" *, *"):
        lengths.append(_take(scanner, A_DEPTH))
    return scanner.finish(Depth(lengths=tuple(lengths)), A_DEPTH)


def _scanner(text: str, word: str) -> Scanner:
    """Start parsing; a bare number, as in a spreadsheet cell, is in mm."""
    alone = re.fullmatch(_NUMBER, text.strip())
    return Scanner(f"{alone[0]}mm" if alone else text, word)


def _take(scanner: Scanner, expected: str) -> str:
    match = scanner.take(_LENGTH)
    if not match:
        raise scanner.fault(f"that isn't a needle length. {expected}")
    length = match[0].replace(" ", "")
    numbers = [float(number) for number in re.findall(_NUMBER, length)]
    if not 0 < max(numbers) <= LONGEST:
        message = f"a needle is more than 0 and at most {LONGEST:g} mm long. {A_LENGTH}"
        raise scanner.fault(message, *match.span())
    if match[1] in ("-", "–") and numbers[0] >= numbers[1]:
        raise scanner.fault("that range ends before it begins. Swap its ends", *match.span())
    return length


def everyday(text: str) -> str:
    """Spell an everyday needle length canonically: ``0,5 mm``, ``.5mm`` and ``500 µm`` are ``0.5mm``.

    Returns an empty text if it isn't a needle length, and ``a or b`` if it could mean either.
    """
    phrase = re.sub(r"\s*([-–±])\s*", r"\1", text.strip().lower())
    parts = re.split(r"\s*(?:[,;&/]|\band\b|\bthen\b)\s*(?:then\b\s*)?", phrase)
    lengths = ",".join(filter(None, map(_length, parts)))
    if lengths.count(",") < len(parts) - 1:
        lengths = ""
    if not re.fullmatch(rf"[0-9]*,[0-9]+{_UNIT}", phrase):
        return lengths
    decimal = _length(phrase.replace(",", "."))
    return f"{decimal} or {lengths}" if lengths and phrase[0] != "0" else decimal


_UNIT = r"\s*(?:mm|millimet(?:er|re)s?)?"
_MICRO = r"([0-9]{2,4})\s*(?:µm|μm|um|microns?)"


def _length(text: str) -> str:
    """Spell one needle length canonically; empty if it isn't one."""
    if micro := re.fullmatch(_MICRO, text):
        return f"{int(micro[1]) / 1000:g}mm"
    text = re.sub(r"(?<![0-9])\.(?=[0-9])", "0.", text)
    match = re.fullmatch(rf"({_NUMBER}(?:[-–±]{_NUMBER})?){_UNIT}", text)
    return f"{match[1]}mm" if match else ""
