"""Options that commands share; ``plan_options`` has those of a plan."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import Struct
from msgspec.structs import fields

from microplan.errors import UsageError
from microplan.formats import FORMATS, SUFFIXES
from microplan.rules import nearest
from microplan.rules.scanner import listing

ESSENTIALS, DAYS, SESSION = "The essentials", "Which days", "The session"
CARE, FINE, OUTPUT = "Care", "Fine control", "Output"
PANELS = (ESSENTIALS, DAYS, SESSION, CARE, FINE, OUTPUT)
"""The groups of options, in the order of the help."""


def option(
    says: str,
    *names: str,
    form: str | None = None,
    panel: str | None = None,
    least: int | None = None,
) -> Any:  # noqa: ANN401 - Typer's own
    """Make an option; help shows what it ``says``, its ``form`` as the placeholder, and no default.

    Without ``names``, the flag is named after the parameter.
    """
    return typer.Option(
        *names, metavar=form, help=says, show_default=False, rich_help_panel=panel, min=least
    )


def argument(says: str, *, form: str) -> Any:  # noqa: ANN401 - Typer's own
    """Make an argument; help shows it like an option."""
    return typer.Argument(metavar=form, help=says, show_default=False)


def output(suffixes: Iterable[str]) -> Any:  # noqa: ANN401 - Typer's own
    """Make the option that names files to write, whose suffixes say the format."""
    return option(
        f"write a file; its suffix says the format: {' '.join(suffixes)} (repeatable)",
        "-o",
        "--output",
        form="FILE",
        panel=OUTPUT,
    )


def printed(what: str) -> Any:  # noqa: ANN401 - Typer's own
    """Make the option that names the format of what is printed."""
    return option(f"what to print: {what}", "--format", "-f", form="NAME", panel=OUTPUT)


Output = Annotated[list[str] | None, output(SUFFIXES)]
FormatName = Annotated[
    str | None, printed(f"{', '.join(FORMATS)} [table at a terminal, tsv in a pipe]")
]
Replace = Annotated[
    bool,
    option("replace an existing plan file and keep the old one as .bak", "--replace", panel=OUTPUT),
]
Quiet = Annotated[bool, option("print no notices, only errors", "--quiet", "-q", panel=OUTPUT)]
NoColor = Annotated[bool, option("print no colors", "--no-color", panel=OUTPUT)]
FirstWeekday = Annotated[
    str | None,
    option(
        "first day of the week in month grids: mon, sat or sun [your locale's]",
        "--first-weekday",
        form="DAY",
        panel=OUTPUT,
    ),
]
AsOf = Annotated[
    str | None,
    option("use this day as today [$MICROPLAN_AS_OF]", "--as-of", form="DATE", panel=OUTPUT),
]
TextOrJson = Annotated[str, option("text or json [text]", "--format", "-f", form="NAME")]
PlanNames = Annotated[
    list[str] | None,
    option(
        "a plan file, or a folder of them; - is standard input (repeatable) [$MICROPLAN_PLAN, else your saved plan]",
        "-p",
        "--plan",
        form="FILE",
    ),
]
PlanFiles = Annotated[
    list[str] | None, argument("plan files, or folders of them; as with -p", form="[PLAN|DIR...]")
]
PlanName = Annotated[
    str | None,
    option(
        "the plan file; - is standard input [$MICROPLAN_PLAN, else your saved plan]",
        "-p",
        "--plan",
        form="FILE",
    ),
]


Protocol = Annotated[
    str,
    option(
        "start from a published course, or one in a .toml file; your options override it",
        "--protocol",
        form="NAME|FILE",
        panel=SESSION,
    ),
]
Holidays = Annotated[
    list[str] | None,
    option(
        "close public holidays, by country or region: FR, DE-BY (repeatable)",
        "--holidays",
        form="CODE",
        panel=DAYS,
    ),
]
Busy = Annotated[
    list[str] | None,
    option(
        "close days on which this .ics calendar is busy at the session's time, or all day for "
        "sessions without a time; - is standard input (repeatable)",
        "--busy",
        form="FILE",
        panel=DAYS,
    ),
]
Capacity = Annotated[
    int, option("how many sessions may take place at once [1]", "--capacity", form="N", least=1)
]
WithCare = Annotated[
    bool, option("list every pause, reminder and checkpoint by day", "--care", panel=OUTPUT)
]
WithNotes = Annotated[
    bool,
    option(
        "list how each session went below the table: depth, device, reaction, note",
        "--notes",
        panel=OUTPUT,
    ),
]
NoCare = Annotated[
    bool, option("leave out pauses, reminders and checkpoints", "--no-care", panel=OUTPUT)
]
Discreet = Annotated[bool, option("neutral titles and no descriptions", "--discreet", panel=OUTPUT)]


TEXT_OR_JSON = ("text", "json")
Gather = Callable[[dict[str, Any]], Any]
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def add_options(name: str, flags: Sequence[inspect.Parameter], gather: Gather) -> Decorator:
    """Replace a command's parameter ``name`` by flags; it receives them collected by ``gather``."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def command(**given: Any) -> Any:  # noqa: ANN401 - what Typer hands over
            taken = {flag.name: given.pop(flag.name) for flag in flags}
            return function(**{name: gather(taken)}, **given)

        own = inspect.signature(function, eval_str=True).parameters.values()
        order = (flags if parameter.name == name else [parameter] for parameter in own)
        command.__signature__ = inspect.Signature([*chain.from_iterable(order)])  # type: ignore[attr-defined]
        command.__doc__ = function.__doc__
        command.__annotations__ = {}
        return command

    return decorate


def options_of(name: str, kind: type[Struct]) -> Decorator:
    """Give a command the options declared by the fields of ``kind``, collected in ``name``.

    Each field is annotated with its option and has the option's default.
    """
    flags = [flag(field.name, field.type, default=field.default) for field in fields(kind)]
    return add_options(name, flags, lambda given: kind(**given))


def flag(name: str, annotation: Any, *, default: object = None) -> inspect.Parameter:  # noqa: ANN401 - an alias of Annotated
    """Make the parameter of a flag that `add_options` gives to commands."""
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def group_order(parameter: Any) -> int:  # noqa: ANN401 - Typer's own
    """Find the place of an option's group in help; what has no group comes first."""
    panel = getattr(parameter, "rich_help_panel", None)
    return PANELS.index(panel) if panel in PANELS else -1


def format_name(given: str) -> str:
    """Check the name of a format."""
    if given not in FORMATS:
        advice = nearest.question(given, FORMATS, f"Write one of {', '.join(FORMATS)}.")
        raise UsageError(f'there\'s no format "{given}". {advice}')
    return given


def text_or_json(given: str) -> None:
    """Raise UsageError for a format other than text and JSON."""
    one_of(given, TEXT_OR_JSON)


def one_of(given: str, formats: Collection[str]) -> None:
    """Raise UsageError for a format that the command doesn't have."""
    if given not in formats:
        advice = nearest.question(given, formats, f"Write {listing([*formats])}.")
        raise UsageError(f'there\'s no format "{given}" here. {advice}')


STDOUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
"""Names of standard output; replacing it like a file would break the person's redirection."""


def names_stdout(given: Iterable[str] | None) -> bool:
    """Whether standard output is among the files to write."""
    return any(name in STDOUT for name in given or ())


def targets(given: Iterable[str] | None) -> list[tuple[Path, str]]:
    """List the files to write with the formats of their suffixes, without standard output."""
    paths = [Path(name) for name in given or () if name not in STDOUT]
    for path in paths:
        if path.suffix.lower() not in SUFFIXES:
            advice = f"Use one of {' '.join(SUFFIXES)}."
            suffix = path.suffix.lower()
            advice = nearest.question(suffix, SUFFIXES, advice) if suffix else advice
            raise UsageError(f'can\'t tell the format of "{path}" by its name. {advice}')
    return [(path, SUFFIXES[path.suffix.lower()]) for path in paths]
