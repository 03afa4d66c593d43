"""Draws a URL as a QR code in a terminal, black on white in any colour theme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

QUIET = 4
"""The width of the white margin in modules (ISO/IEC 18004)."""
INK = "\x1b[38;5;16;48;5;231m"
"""Black on white from the colour cube, which themes leave alone, unlike the first sixteen."""
BLACK, WHITE = "\x1b[48;5;16m", "\x1b[48;5;231m"
PLAIN = "\x1b[0m"
HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
"""Two modules, one above the other, in one character."""

Modules = Sequence[Sequence[int]]


def modules(text: str) -> Modules:
    """Encode a text as rows of 1 for black and 0 for white, including the margin."""
    import segno

    code = segno.make(text, micro=False, error="l")  # segno raises the level if the size allows
    return [list(row) for row in code.matrix_iter(border=QUIET)]


def in_halves(code: Modules) -> Iterator[str]:
    """Draw two rows of modules per line and one module per column."""
    rows = [*code, [0] * len(code[0])] if len(code) % 2 else [*code]
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        drawn = "".join(HALVES[pair] for pair in zip(upper, lower, strict=True))
        yield f"{INK}{drawn}{PLAIN}"


def in_blanks(code: Modules) -> Iterator[str]:
    """Draw one row of modules per line and two columns per module, without half blocks."""
    for row in code:
        yield "".join(f"{BLACK if module else WHITE}  " for module in row) + PLAIN
