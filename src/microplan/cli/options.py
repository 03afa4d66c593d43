"""Flags that commands share; those of the rule words derive from ``rules.WORDS``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from microplan.errors import UsageError
from microplan.formats import FORMATS, SUFFIXES
from microplan.rules import nearest
from microplan.rules.words import WORDS

OUTPUT = "Output"

Output = Annotated[
    list[str] | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help=f"write a file, its format by its suffix: {' '.join(SUFFIXES)}",
        show_default=False,
        rich_help_panel=OUTPUT,
    ),
]
FormatName = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="NAME",
        help=f"what stdout gets: {', '.join(FORMATS)} [table at a terminal, tsv in a pipe]",
        show_default=False,
        rich_help_panel=OUTPUT,
    ),
]
Replace = Annotated[
    bool,
    typer.Option(
        "--replace",
        help="replace a plan file that is there, keeping it as .bak",
        show_default=False,
        rich_help_panel=OUTPUT,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        help="say nothing on stderr but faults",
        show_default=False,
        rich_help_panel=OUTPUT,
    ),
]
NoColor = Annotated[
    bool,
    typer.Option("--no-color", help="no colours", show_default=False, rich_help_panel=OUTPUT),
]
FirstWeekday = Annotated[
    str | None,
    typer.Option(
        "--first-weekday",
        metavar="DAY",
        help="how weeks begin in month grids: mon, sat, sun [as the locale has it]",
        show_default=False,
        rich_help_panel=OUTPUT,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="the day to take for today [$MICROPLAN_AS_OF]",
        show_default=False,
        rich_help_panel=OUTPUT,
    ),
]
PlanNames = Annotated[
    list[str] | None,
    typer.Option(
        "-p",
        "--plan",
        metavar="FILE",
        help="a plan file (repeatable) [$MICROPLAN_PLAN, else the saved plan]",
        show_default=False,
    ),
]
PlanName = Annotated[
    str | None,
    typer.Option(
        "-p",
        "--plan",
        metavar="FILE",
        help="the plan file, - for standard input [$MICROPLAN_PLAN, else the saved plan]",
        show_default=False,
    ),
]


CARE = "Care"
Pause = Annotated[
    list[str] | None,
    typer.Option(
        "--pause",
        metavar="NAME=SPAN",
        help="leave something out around each session: minoxidil=-0d+1d is that day and the next "
        "(repeatable)",
        show_default=False,
        rich_help_panel=CARE,
    ),
]
Cue = Annotated[
    list[str] | None,
    typer.Option(
        "--cue",
        metavar="NAME=WHEN",
        help='be reminded near each session: "new cartridge=0d@19:30" or "wash gently=+1d" '
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
        help='look at the result: "photos=every 4w", "review=12w" or "last photo=last+4w" '
        "(repeatable)",
        show_default=False,
        rich_help_panel=CARE,
    ),
]
CareSets = Annotated[
    str,
    typer.Option(
        "--care",
        metavar="NAMES",
        help="named sets of care: minoxidil,aftercare,retinoids,hygiene,photos,reviews",
        show_default=False,
        rich_help_panel=CARE,
    ),
]
Protocol = Annotated[
    str,
    typer.Option(
        "--protocol",
        metavar="NAME|FILE",
        help="start from a published course, or one in a .toml file; flags override its words",
        show_default=False,
        rich_help_panel="The plan",
    ),
]
Holidays = Annotated[
    list[str] | None,
    typer.Option(
        "--holidays",
        metavar="CODE",
        help="public holidays of FR, DE-BY, … as closed days (repeatable)",
        show_default=False,
        rich_help_panel="The plan",
    ),
]
Busy = Annotated[
    list[str] | None,
    typer.Option(
        "--busy",
        metavar="FILE",
        help="days on which an .ics calendar has taken the session's time, or for sessions without "
        "a time the whole day, as closed days; - is standard input (repeatable)",
        show_default=False,
        rich_help_panel="The plan",
    ),
]
WithCare = Annotated[
    bool,
    typer.Option(
        "--care",
        help="show pauses, cues and checkpoints",
        show_default=False,
        rich_help_panel=OUTPUT,
    ),
]
NoCare = Annotated[
    bool,
    typer.Option(
        "--no-care",
        help="leave out pauses, cues and checkpoints",
        show_default=False,
        rich_help_panel=OUTPUT,
    ),
]
Discreet = Annotated[
    bool,
    typer.Option(
        "--discreet",
        help="neutral titles, no descriptions",
        show_default=False,
        rich_help_panel=OUTPUT,
    ),
]


TEXT_OR_JSON = ("text", "json")
Gather = Callable[[dict[str, Any]], Any]
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def add_options(
    name: str, flags: Sequence[inspect.Parameter], gather: Gather, *, last: bool
) -> Decorator:
    """Give a command more flags, whose values it receives gathered as its parameter ``name``.

    Help shows them after the command's own flags, or before them unless ``last``.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def command(**given: Any) -> Any:  # noqa: ANN401 - what Typer hands over
            taken = {flag.name: given.pop(flag.name) for flag in flags}
            return function(**{name: gather(taken)}, **given)

        own = inspect.signature(function, eval_str=True).parameters.values()
        rest = [parameter for parameter in own if parameter.name != name]
        order = [*rest, *flags] if last else [*flags, *rest]
        command.__signature__ = inspect.Signature(order)  # type: ignore[attr-defined]
        command.__doc__ = function.__doc__
        command.__annotations__ = {}
        return command

    return decorate


def with_words(names: Iterable[str], **says: str) -> Decorator:
    """Give a command a flag for each rule word; it receives those given, as ``words``.

    ``says`` is what a word is to this command, where that is not what its row says.
    """
    flags = [_flag(name, says.get(name, WORDS[name].help)) for name in names]
    return add_options("words", flags, _said, last=False)


def _said(given: dict[str, Any]) -> dict[str, Any]:
    """Keep the words that were given; an empty one is a slip, such as a variable never set."""
    said = {name: value for name, value in given.items() if value not in (None, [])}
    for name, value in said.items():
        if value == "":
            raise UsageError(f"--{name} is empty; give it a value or leave it out")
    return said


def _flag(name: str, says: str) -> inspect.Parameter:
    """Make the flag of a word; a switch can be set back."""
    word = WORDS[name]
    is_switch = word.form == "YES"
    option = typer.Option(
        f"--{name}/--no-{name}" if is_switch else f"--{name}",
        metavar=None if is_switch else word.form,
        help=f"{says}{' (repeatable)' if word.many else ''}",
        show_default=False,
        rich_help_panel="Fine control" if word.fine else "The plan",
    )
    kind = bool | None if is_switch else list[str] | None if word.many else str | None
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind, option],
    )


def format_name(given: str) -> str:
    """Check the name of a format."""
    if given not in FORMATS:
        advice = nearest.question(given, FORMATS, f"Write one of {', '.join(FORMATS)}.")
        raise UsageError(f'there\'s no format "{given}". {advice}')
    return given


def text_or_json(given: str) -> None:
    """Refuse a format that a command of text and JSON lacks."""
    if given not in TEXT_OR_JSON:
        advice = nearest.question(given, TEXT_OR_JSON, "Write text or json.")
        raise UsageError(f'there\'s no format "{given}" here. {advice}')


def targets(given: Iterable[str] | None) -> list[tuple[Path, str]]:
    """Files to write, each with the format of its suffix; ``-`` is stdout, which needs none."""
    paths = [Path(name) for name in given or () if name != "-"]
    for path in paths:
        if path.suffix.lower() not in SUFFIXES:
            advice = f"Use one of {' '.join(SUFFIXES)}."
            suffix = path.suffix.lower()
            advice = nearest.question(suffix, SUFFIXES, advice) if suffix else advice
            raise UsageError(f'can\'t tell the format of "{path}" by its name. {advice}')
    return [(path, SUFFIXES[path.suffix.lower()]) for path in paths]
