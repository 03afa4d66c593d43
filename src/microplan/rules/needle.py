"""Needle lengths: ``0.5mm``, a range ``1.0-2.0mm``, a spread ``1±0.5mm``, or one for each phase."""

from __future__ import annotations

import re

from microplan.model.values import Depth
from microplan.rules.scanner import Scanner

A_LENGTH = "Write a needle length like 0.5mm"
A_DEPTH = f"{A_LENGTH}, or one for each phase like 0.5mm,0.75mm"
LONGEST = 10.0
"""Millimetres of a needle at most; a longer one is a slip of the pen."""
_NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,3})?"
_LENGTH = rf"{_NUMBER}(?:([-–±]){_NUMBER})? ?mm(?![0-9a-z])"


def length(text: str, word: str) -> str:
    """Read one needle length, in millimetres; its digits stay as they were written."""
    scanner = Scanner(text, word)
    return scanner.finish(_take(scanner, A_LENGTH), A_LENGTH)


def depth(text: str, word: str) -> Depth:
    """Read one needle length, or one for each phase."""
    scanner = Scanner(text, word)
    lengths = [_take(scanner, A_DEPTH)]
    while scanner.take(" *, *"):
        lengths.append(_take(scanner, A_DEPTH))
    return scanner.finish(Depth(lengths=tuple(lengths)), A_DEPTH)


def _take(scanner: Scanner, expected: str) -> str:
    match = scanner.take(_LENGTH)
    if not match:
        raise scanner.fault(f"that isn't a needle length. {expected}")
    found = match[0].replace(" ", "")
    numbers = [float(number) for number in re.findall(_NUMBER, found)]
    if not 0 < max(numbers) <= LONGEST:
        message = f"a needle is more than 0 and at most {LONGEST:g} mm long. {A_LENGTH}"
        raise scanner.fault(message, *match.span())
    if match[1] in ("-", "–") and numbers[0] >= numbers[1]:
        raise scanner.fault("that range ends before it begins. Turn it round", *match.span())
    return found


def everyday(text: str) -> str:
    """Spell needle lengths as people write them: ``0.5``, ``0,5 mm``, ``.5mm``, ``500 µm``."""
    said = re.sub(r"\bmillimet(?:er|re)s?\b", "mm", text.strip().lower())
    said = re.sub(r"\s*([-–±])\s*", r"\1", said)
    if micro := re.fullmatch(r"([0-9]{2,4}) ?(?:µm|μm|um|microns?)", said):
        return f"{int(micro[1]) / 1000:g}mm"
    parts = re.split(r"\s*(?:[,;&/]|\band\b|\bthen\b)\s*", said)
    if re.fullmatch(r"[0-9]*,[0-9]+ ?(?:mm)?", said):
        decimal = _with_unit(said.replace(",", "."))
        return decimal if said[0] in "0," else f"{decimal} or {','.join(map(_with_unit, parts))}"
    return ",".join(map(_with_unit, parts))


def _with_unit(text: str) -> str:
    text = re.sub(r"(?<![0-9])\.(?=[0-9])", "0.", text)
    return text if text.endswith("mm") else f"{text}mm"
