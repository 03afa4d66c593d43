"""Text in columns and paragraphs of a given width; knows no plan, no style and no terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from rich.cells import cell_len, chop_cells

NOTE_WIDTH = 24
"""Fewest cells in which a long note is still good to read beside its row."""

NOTHING = ("", "–", "-")
"""Cells that need not be said outside their column."""


# --- paragraphs -----------------------------------------------------------------------------


def wrap(text: str, width: int) -> list[str]:
    """Break text at spaces into lines of at most ``width`` cells; a longer word breaks inside."""
    if cell_len(text) <= width:
        return [text]
    first, *words = text.split(" ")
    *lines, line = _chop(first, width)
    for word in words:
        if cell_len(f"{line} {word}") <= width:
            line = f"{line} {word}"
        else:
            *full, rest = _chop(word, width)
            lines += [line, *full]
            line = rest
    return [*lines, line]


def _chop(word: str, width: int) -> list[str]:
    if cell_len(word) <= width:
        return [word]
    return [piece for piece in chop_cells(word, width) if piece]


def flow(parts: Sequence[str], joiner: str, width: int) -> list[str]:
    """Join parts in as few lines as hold them; a line ends without the joiner."""
    lines = [*parts[:1]]
    for part in parts[1:]:
        joined = f"{lines[-1]}{joiner}{part}"
        if cell_len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(part)
    return [broken for line in lines for broken in wrap(line, width)]


# --- columns --------------------------------------------------------------------------------


class Grid(Struct, frozen=True, kw_only=True):
    """Rows in columns: the line of each, and the lines of its note that go below it.

    ``starts`` tells in which cell a column begins; the columns it lacks stand in the notes.
    Where no column is left the header and the lines of the rows are empty.
    """

    header: str
    rows: list[tuple[str, list[str]]]
    starts: Mapping[str, int]


def grid(
    columns: Mapping[str, Sequence[str]], notes: Sequence[str], width: int, yielding: Sequence[str]
) -> Grid:
    """Lay out columns whose characters are one cell wide, with a note for each row.

    Notes take the rest of the width; where that is too little they go below their rows, under
    the second column. Columns that do not fit first move together, then those of ``yielding``
    go down to the notes one after another. Nothing is ever cut.
    """
    sizes = {name: max(map(len, (name, *cells))) for name, cells in columns.items()}
    shown, gap = _fit(sizes, width, yielding)
    starts, end = {}, gap - 1
    for name in shown:
        starts[name] = end
        end += sizes[name] + gap
    header, *lines = _lines({name: columns[name] for name in shown}, sizes, gap) or [""] * (
        len(notes) + 1
    )
    if len(shown) == len(columns) and width - end >= min(NOTE_WIDTH, _longest(notes)):
        rows = _beside(lines, notes, end, width)
        head = f"{header:<{end}}note" if any(notes) else header
        return Grid(header=head.rstrip(), rows=rows, starts=starts)
    hidden = {name: cells for name, cells in columns.items() if name not in starts}
    indent = starts[shown[1]] if len(shown) > 1 else 0
    rows = _below(lines, hidden, notes, indent, width)
    return Grid(header=header, rows=rows, starts=starts)


def _longest(notes: Sequence[str]) -> int:
    """Cells of the longest note, but no less than the header over them."""
    return max(map(cell_len, ("note", *set(notes))))


def _fit(sizes: Mapping[str, int], width: int, yielding: Sequence[str]) -> tuple[list[str], int]:
    """Choose the columns to show and the cells between them; before the first is one less."""
    for gone in range(len(yielding) + 1):
        shown = [name for name in sizes if name not in yielding[:gone]]
        for gap in (2, 1):
            if sum(sizes[name] + gap for name in shown) - 1 <= width:
                return shown, gap
    return [], 1


def _lines(columns: Mapping[str, Sequence[str]], sizes: Mapping[str, int], gap: int) -> list[str]:
    """Join the header and the cells of each row, padded to their columns."""
    padded = [
        [f"{cell:<{sizes[name]}}" for cell in (name, *cells)] for name, cells in columns.items()
    ]
    lead, between = " " * (gap - 1), " " * gap
    return [f"{lead}{between.join(row)}".rstrip() for row in zip(*padded, strict=True)]


def _beside(
    lines: Sequence[str], notes: Sequence[str], start: int, width: int
) -> list[tuple[str, list[str]]]:
    """Put each note after its row; what does not fit there continues below, under its start."""
    indent, rows = " " * start, []
    for line, note in zip(lines, notes, strict=True):
        first, *more = wrap(note, width - start)
        beside = f"{line:<{start}}{first}" if first else line
        rows.append((beside, [f"{indent}{rest}" for rest in more]))
    return rows


def _below(
    lines: Sequence[str],
    hidden: Mapping[str, Sequence[str]],
    notes: Sequence[str],
    indent: int,
    width: int,
) -> list[tuple[str, list[str]]]:
    """Put each note on lines of its own, after the cells of hidden columns with their names."""
    lead, rows = " " * indent, []
    named = [[_named(name, cell) for cell in cells] for name, cells in hidden.items()]
    for line, *parts in zip(lines, *named, notes, strict=True):
        texts = flow([part for part in parts if part], "; ", width - indent)
        rows.append((line, [f"{lead}{text}" for text in texts]))
    return rows


def _named(name: str, cell: str) -> str:
    words = " ".join(cell.split())
    return f"{name.strip()} {words}" if words not in NOTHING else ""
