"""What a shell offers at Tab: the script that asks for it, and the candidates themselves.

Typer speaks the protocols of the shells. Candidates are attached here, by the name of a
parameter, and only when a shell asks: no other start of the program pays for them.
"""

import contextlib
import copy
import functools
import inspect
import io
import os
import re
import sys
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Annotated, Any, get_args

import typer

from microplan.amendments import agenda, photos
from microplan.batch.cells import ORDERS
from microplan.calendars import holiday_regions
from microplan.cli import COMPLETE, app, environment, options, terminal
from microplan.cli.commands import photo
from microplan.courses import care_sets, library, spacing
from microplan.errors import MicroplanError, UsageError
from microplan.formats import FORMATS
from microplan.formats.day.sheet import FORMATS as DAY_FORMATS
from microplan.model.entries import Photo
from microplan.model.plan import Plan
from microplan.rules import nearest
from microplan.rules.scanner import listing
from microplan.scheduling import schedule
from microplan.storage import files, plan_file
from microplan.wording import phrases

SHELLS = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/config.fish"}

Candidate = tuple[str, str]
"""A text to insert, and what it means."""
Offer = Callable[[typer.Context], Iterable[Candidate]]
"""What makes the candidates of a parameter, from what is on the command line before it."""


def completion(
    shell: Annotated[str, options.argument(", ".join(SHELLS), form="SHELL")],
) -> None:
    """Print a script that lets Tab complete commands, options, courses and session numbers.

    In ~/.bashrc: eval "$(microplan completion bash)"; in fish: microplan completion fish | source
    """
    if shell not in SHELLS:
        advice = nearest.question(shell, SHELLS, f"Write {listing(list(SHELLS))}.")
        raise UsageError(f'there\'s no completion for "{shell}". {advice}')
    os.environ[COMPLETE] = f"source_{shell}"
    answer()


class Offering(app.Commands):
    """The commands, their parameters with the candidates that a shell may offer."""

    def load(self, name: str) -> Callable[..., Any]:
        """Load the function that does a command, with the candidates of its parameters."""
        return _offering(name, super().load(name))


def answer() -> int:
    """Tell a shell what it asks for, which Typer finds in the environment."""
    if not _is_whole(os.environ):
        raise UsageError(f"{COMPLETE} is set, but not what a shell sets with it; unset {COMPLETE}")
    try:
        return _answered(os.environ)
    finally:
        del os.environ[COMPLETE]


def _answered(environ: MutableMapping[str, str]) -> int:
    """Answer a shell, also where a value follows its option after an equals sign: ``--tz=Eur``."""
    shell = environ[COMPLETE].partition("_")[2]
    if shell == "bash" and "COMP_WORDS" in environ:
        _drop_equals_signs(environ)
    glued = GLUED.search(environ.get("_TYPER_COMPLETE_ARGS", ""))
    if glued is None or shell == "bash":
        return _offer()
    with contextlib.redirect_stdout(io.StringIO()) as caught:
        code = _offer()
    sys.stdout.write("".join(_behind(glued[1], shell, caught.getvalue())))
    return code


GLUED = re.compile(r"(?:^| )(--[a-z-]+=)\S*$")
"""An option and the beginning of its value, in one word at the end."""
UNKNOWN = ("install_completion", "show_completion")
"""Options that Typer adds here and the program refuses."""


def _offer() -> int:
    """Have Typer write the candidates."""
    program = app.group(Offering, add_completion=True)
    program.params = [param for param in program.params if param.name not in UNKNOWN]
    try:
        program.main([], prog_name=terminal.NAME)
    except SystemExit as done:
        return int(done.code or 0)
    return 0


def _drop_equals_signs(environ: MutableMapping[str, str]) -> None:
    """Leave out the equals sign that Bash hands over as a word between an option and its value."""
    words, cursor = environ["COMP_WORDS"].split(" "), int(environ["COMP_CWORD"])
    signs = [
        index
        for index, word in enumerate(words)
        if index and word == "=" and words[index - 1].startswith("--")
    ]
    environ["COMP_WORDS"] = " ".join(w for index, w in enumerate(words) if index not in signs)
    environ["COMP_CWORD"] = str(cursor - sum(index < cursor for index in signs))


def _behind(option: str, shell: str, offered: str) -> Iterator[str]:
    """Offer values for a word that begins with an option, as the shell wants them."""
    if shell == "zsh":
        yield f"compset -P '*='; {offered}"
        return
    for line in offered.splitlines(keepends=True):
        yield f"{option}{line}" if line.strip() else line


def _is_whole(environ: Mapping[str, str]) -> bool:
    """Whether the environment holds a question that one of the shells asks."""
    verb, _, shell = environ[COMPLETE].partition("_")
    if shell not in SHELLS or verb not in ("complete", "source"):
        return False
    from_bash = "COMP_WORDS" in environ and environ.get("COMP_CWORD", "").isdecimal()
    return verb == "source" or shell != "bash" or from_bash


def _offering(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function like that of a command, whose parameters have candidates."""
    signature = inspect.signature(function, eval_str=True)
    parameters = [_with_candidates(name, each) for each in signature.parameters.values()]

    @functools.wraps(function)
    def offering(*given: object, **named: object) -> object:
        return function(*given, **named)

    offering.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    offering.__annotations__ = {}
    return offering


def _with_candidates(name: str, parameter: inspect.Parameter) -> inspect.Parameter:
    offer = OFFERS.get((name, parameter.name)) or OFFERS.get(("", parameter.name))
    if offer is None:
        return parameter
    kind, *declared = get_args(parameter.annotation)
    flags = [copy.copy(flag) for flag in declared]
    for flag in flags:
        flag.autocompletion = _completing(offer)
    return parameter.replace(annotation=Annotated[kind, *flags])


def _completing(offer: Offer) -> Callable[[typer.Context, str], list[Candidate]]:
    """Make the completion of a parameter; what cannot be offered is passed over in silence."""

    def complete(ctx: typer.Context, incomplete: str) -> list[Candidate]:
        head, comma, _ = incomplete.rpartition(",")
        try:  # after a comma the next of several begins
            return [(f"{head}{comma}{text}", meaning) for text, meaning in offer(ctx)]
        except MicroplanError:
            return []

    complete.__annotations__ = {"ctx": typer.Context, "incomplete": str}
    return complete


# --- what is offered ------------------------------------------------------------------------


def _plain(*texts: str) -> Offer:
    return lambda _: [(text, "") for text in texts]


def _formats(_: object) -> Iterator[Candidate]:
    return ((name, row.help) for name, row in FORMATS.items())


def _courses(_: object) -> Iterator[Candidate]:
    return ((name, "a published course") for name in library.ids())


def _care_sets(_: object) -> Iterator[Candidate]:
    return ((name, "a care set") for name in care_sets.SETS)


def _zones(_: object) -> Iterator[Candidate]:
    return ((name, "") for name in sorted(zoneinfo.available_timezones()))


def _countries(_: object) -> Iterator[Candidate]:
    return holiday_regions.countries()


def _plan(context: typer.Context) -> Plan:
    """Read the plan that the line names so far, or the saved one."""
    path = environment.plan_path(context.params.get("plan"))
    plan, _ = plan_file.load(files.read(path))
    return plan


def _views(context: typer.Context) -> Iterator[Candidate]:
    """Offer the views of the plan, each with its number of photos; for a new photo the usual ones too.

    Shells take a name with a blank for two.
    """
    own: Mapping[str, list[Photo]] = {}
    with contextlib.suppress(MicroplanError):
        own = photos.by_view(_plan(context))
    for view, taken in own.items():
        if not re.search(r"\s", view):
            yield phrases.visible(view), phrases.count(len(taken), "photo")
    if context.args[:1] not in (["list"], ["compare"]):
        yield from ((view, "") for view in photos.VIEWS if view not in own)


def _open_sessions(context: typer.Context) -> Iterator[Candidate]:
    """Offer the sessions that are still open, each with its day."""
    for session in schedule.schedule(_plan(context)):
        if session.status in OPEN:
            yield str(session.number), f"{agenda.moment(session)}, {session.status.value}"


OPEN = ("planned", "missed", "skipped")
"""What can still become of a session that was not held."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPACING = (spacing.NAME, "what pooled analyses say about it")
TEXT_OR_JSON = _plain("text", "json")

OUTPUTS = {
    "plans/{id}.toml": "a plan file each",
    "calendars/{id}.ics": "a calendar each",
    "pages/{id}.html": "a page each",
    "plans.zip/{id}.ics": "calendars in one archive",
    "plans.sqlite": "a database",
    "all.ics": "one calendar",
    "all.csv": "one table of sessions",
}
"""Names that a batch may write to."""
OFFERS: dict[tuple[str, str], Offer] = {
    ("", "format_"): TEXT_OR_JSON,
    ("new", "format_"): _formats,
    ("show", "format_"): _formats,
    ("", "form"): TEXT_OR_JSON,
    ("day", "format_"): lambda _: [(name, "") for name in DAY_FORMATS],
    ("protocols", "name"): lambda _: [*_courses(_), *_care_sets(_), SPACING],
    ("", "protocol"): _courses,
    ("", "care"): _care_sets,
    ("", "tz"): _zones,
    ("", "holidays"): _countries,
    ("", "on"): _plain("mon..fri", *WEEKDAYS),
    ("", "prefer"): _plain(*WEEKDAYS),
    ("", "first_weekday"): _plain(*WEEKDAYS),
    ("batch", "dates"): _plain(*ORDERS),
    ("batch", "output"): lambda _: OUTPUTS.items(),
    ("", "follow"): _plain("window", "actual", "plan"),
    ("", "setting"): _plain("home", "clinic"),
    ("", "start"): _plain("today", "tomorrow", *WEEKDAYS),
    ("done", "on"): _plain("today", "yesterday", *WEEKDAYS),
    ("done", "numbers"): _open_sessions,
    ("move", "number"): _open_sessions,
    ("skip", "number"): _open_sessions,
    ("photo", "action"): _plain(*photo.ACTIONS),
    ("photo", "view"): _views,
    ("completion", "shell"): lambda _: [(name, f"for {file}") for name, file in SHELLS.items()],
}
"""Candidates by command and parameter; an empty command stands for all the others."""
