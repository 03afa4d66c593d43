"""Shell completion: the script for each shell, and the candidates it asks for.

Typer implements the shells' protocols. Candidates are attached here by parameter
name, and only when a shell asks, so that no other run of the program pays for them.
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
"""A text to insert, and its description."""
Offer = Callable[[typer.Context], Iterable[Candidate]]
"""Returns the candidates for a parameter, given the command line before it."""


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


class CompletingCommands(app.Commands):
    """The commands, with completion candidates attached to their parameters."""

    def load(self, name: str) -> Callable[..., Any]:
        """Load a command's function and attach completion candidates to its parameters."""
        return _offering(name, super().load(name))


def answer() -> int:
    """Answer a shell's completion request, which Typer reads from the environment."""
    if not _is_whole(os.environ):
        raise UsageError(f"{COMPLETE} is set, but not what a shell sets with it; unset {COMPLETE}")
    try:
        return _answer_request(os.environ)
    finally:
        del os.environ[COMPLETE]


def _answer_request(environ: MutableMapping[str, str]) -> int:
    """Answer a completion request, including for an option and value in one word: ``--tz=Eur``."""
    shell = environ[COMPLETE].partition("_")[2]
    if shell == "bash" and "COMP_WORDS" in environ:
        _drop_equals_signs(environ)
    glued = GLUED.search(environ.get("_TYPER_COMPLETE_ARGS", ""))
    if glued is None or shell == "bash":
        return _offer()
    with contextlib.redirect_stdout(io.StringIO()) as caught:
        code = _offer()
    sys.stdout.write("".join(_option_values(glued[1], shell, caught.getvalue())))
    return code


GLUED = re.compile(r"(?:^| )(--[a-z-]+=)\S*$")
"""Matches an option and the start of its value in one word at the end of the line."""
UNKNOWN = ("install_completion", "show_completion")
"""Options that Typer adds during completion but the program doesn't have."""


def _offer() -> int:
    """Have Typer write the candidates."""
    program = app.group(CompletingCommands, add_completion=True)
    program.params = [param for param in program.params if param.name not in UNKNOWN]
    try:
        program.main([], prog_name=terminal.NAME)
    except SystemExit as done:
        return int(done.code or 0)
    return 0


def _drop_equals_signs(environ: MutableMapping[str, str]) -> None:
    """Remove the equals sign that Bash passes as a word between an option and its value."""
    words, cursor = environ["COMP_WORDS"].split(" "), int(environ["COMP_CWORD"])
    signs = [
        index
        for index, word in enumerate(words)
        if index and word == "=" and words[index - 1].startswith("--")
    ]
    environ["COMP_WORDS"] = " ".join(w for index, w in enumerate(words) if index not in signs)
    environ["COMP_CWORD"] = str(cursor - sum(index < cursor for index in signs))


def _option_values(option: str, shell: str, offered: str) -> Iterator[str]:
    """Yield values for a word that starts with an option, in the form the shell expects."""
    if shell == "zsh":
        yield f"compset -P '*='; {offered}"
        return
    for line in offered.splitlines(keepends=True):
        yield f"{option}{line}" if line.strip() else line


def _is_whole(environ: Mapping[str, str]) -> bool:
    """Whether the environment holds a complete request from a supported shell."""
    verb, _, shell = environ[COMPLETE].partition("_")
    if shell not in SHELLS or verb not in ("complete", "source"):
        return False
    from_bash = "COMP_WORDS" in environ and environ.get("COMP_CWORD", "").isdecimal()
    return verb == "source" or shell != "bash" or from_bash


def _offering(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a command's function so that its parameters have completion candidates."""
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
        flag.autocompletion = _completion_of(offer)
    return parameter.replace(annotation=Annotated[kind, *flags])


def _completion_of(offer: Offer) -> Callable[[typer.Context, str], list[Candidate]]:
    """Return the completion function of a parameter; on an error it offers nothing."""

    def complete(ctx: typer.Context, incomplete: str) -> list[Candidate]:
        head, comma, _ = incomplete.rpartition(",")
        try:  # complete the last item of a comma-separated list
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
    """Read the plan named on the command line, else the saved one."""
    path = environment.plan_path(context.params.get("plan"))
    plan, _ = plan_file.load(files.read(path))
    return plan


def _views(context: typer.Context) -> Iterator[Candidate]:
    """Offer the plan's views with their number of photos; for a new photo the usual views too.

    A name with a space is left out, because shells would split it.
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
    """Offer the open sessions, each with its day."""
    for session in schedule.schedule(_plan(context)):
        if session.status in OPEN:
            yield str(session.number), f"{agenda.moment(session)}, {session.status.value}"


OPEN = ("planned", "missed", "skipped")
"""The statuses of sessions that a command can still change."""
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
"""Output names to offer for a batch."""
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
"""Candidates by command and parameter; an empty command matches all others."""
