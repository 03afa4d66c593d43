"""The options of care, which `new`, `batch` and `revise` share."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import Struct

from microplan.cli import options
from microplan.cli.options import CARE

Pause = Annotated[
    list[str] | None,
    typer.Option(
        "--pause",
        metavar="NAME=SPAN",
        help="pause something around each session: minoxidil=-0d+1d is that day and the next, "
        "minoxidil=-0d+24h ends 24 h after the session (repeatable)",
        show_default=False,
        rich_help_panel=CARE,
    ),
]
Cue = Annotated[
    list[str] | None,
    typer.Option(
        "--cue",
        metavar="NAME=WHEN",
        help='a reminder near each session: "new cartridge=0d@19:30" or "wash gently=+1d" '
        "(repeatable)",
        show_default=False,
        rich_help_panel=CARE,
    ),
]
Checkpoint = Annotated[
    list[str] | None,
    typer.Option(
        "--checkpoint",
        metavar="NAME=WHEN",
        help='a day to look at results: "photos=every 4w@09:00", "review=12w" or "last photo=last+4w" '
        "(repeatable)",
        show_default=False,
        rich_help_panel=CARE,
    ),
]
Use = Annotated[
    list[str] | None,
    typer.Option(
        "--use",
        metavar="NAME=TEXT",
        help='how something is used on ordinary days: "minoxidil=5 % twice daily" (repeatable)',
        show_default=False,
        rich_help_panel=CARE,
    ),
]
Supply = Annotated[
    list[str] | None,
    typer.Option(
        "--supply",
        metavar="NAME=N",
        help="what wears out: cartridge=1 is a new one each session, roller=12 is good for 12 "
        "(repeatable)",
        show_default=False,
        rich_help_panel=CARE,
    ),
]
Stock = Annotated[
    list[str] | None,
    typer.Option(
        "--stock",
        metavar="NAME=N",
        help="how many unused ones of a supply you have: cartridge=3 (repeatable)",
        show_default=False,
        rich_help_panel=CARE,
    ),
]
CareSets = Annotated[
    str,
    typer.Option(
        "--care",
        metavar="NAMES",
        help="ready-made sets, joined by commas: minoxidil, aftercare, serums, retinoids, hygiene, photos, reviews",
        show_default=False,
        rich_help_panel=CARE,
    ),
]


class CareOptions(Struct, frozen=True):
    """The care on a command line: the names of ready-made sets, and pieces by their kind."""

    sets: str
    pieces: dict[str, list[str] | None]


with_care = options.add_options(
    "care",
    [
        options.flag("care", CareSets, default=""),
        options.flag("pause", Pause),
        options.flag("cue", Cue),
        options.flag("checkpoint", Checkpoint),
        options.flag("use", Use),
        options.flag("supply", Supply),
        options.flag("stock", Stock),
    ],
    lambda given: CareOptions(given.pop("care"), given),
)
"""Give a command the options of care, gathered as its ``care``."""
