"""Tables with a rule under the head and no frame."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD, Box
from rich.table import Table

from microplan.formats.screen import Screen

PLAIN_HEAD = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
"""``SIMPLE_HEAD`` in ASCII; Rich's own replacement has a frame."""


def table(screen: Screen, *heads: str, space: int) -> Table:
    """Start a table with ``space`` cells between columns."""
    begun = Table(
        box=PLAIN_HEAD if screen.is_plain else SIMPLE_HEAD,
        padding=(0, space - 1, 0, 0),  # the box adds one
        show_edge=False,
        pad_edge=False,
        header_style="head",
        border_style="line",
    )
    for head in heads:
        begun.add_column(head, overflow="fold")
    return begun
