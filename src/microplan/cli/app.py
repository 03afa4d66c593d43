"""The commands by name, each loaded when it is called, and the help that lists them."""

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from microplan.cli import terminal
from microplan.errors import UsageError

# Name, the function that does it, and what help says of it. Its module does not postpone
# annotations: Typer reads them as values, and would compile each of them at every start.
COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("new:new", "draw up a plan from a start date and a pace"),
    "today": ("status:today", "say what holds today: a session, what is late, what is next"),
    "next": ("status:next_", "say the next session in one line"),
    "done": ("amend:done", "record that a session was held"),
    "move": ("amend:move", "put a session on another day"),
    "skip": ("amend:skip", "missed, and not made up"),
    "avoid": ("amend:avoid", "close days you are away"),
    "revise": ("amend:revise", "change the rules, or the care, from the next session on"),
    "undo": ("amend:undo", "take back the latest entry"),
    "log": ("status:log", "list what was recorded"),
    "catch-up": ("catch_up:catch_up", "go through the sessions that are late"),
    "check": ("status:check", "look for what is late, unrecorded or against the rules"),
    "protocols": ("protocols:list_or_show", "published courses, each field with its source"),
    "show": ("show:show", "show a plan in any format"),
    "export": ("show:export", "write a plan's calendar file"),
    "share": ("share:share", "hand a plan to a phone on the same Wi-Fi"),
    "push": ("push:push", "make a calendar on a server say what the plan says"),
    "pull": ("pull:pull", "take over what was moved in that calendar"),
    "batch": ("batch:batch", "plan many rows at once, from CSV or JSON lines"),
    "completion": ("completion:completion", "print the script that completes words at Tab"),
    "safety": ("safety:safety", "when not to start, when to postpone, when to stop"),
}

ClickException: type[Exception] = typer.BadParameter.__mro__[2]
"""Base of what Typer raises about a command line, which it does not name in public."""


class Command(TyperCommand):
    """A command whose help stands in plain sections, in the order of its options."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - Typer's own
        """Write the help in characters that stdout has."""
        return terminal.drawable(super().get_help(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer's own
        """Write one section for each panel."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record:
                panel = getattr(param, "rich_help_panel", None) or "Options"
                panels.setdefault(panel, []).append(record)
        for panel, rows in panels.items():
            with formatter.section(panel):
                formatter.write_dl(rows)


class Commands(TyperGroup):
    """The commands of ``COMMANDS``, of which only the one that is called gets loaded."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - Typer's own
        """Name the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - Typer's own
        """Load the command of a name; raises UsageError with the nearest if there is none."""
        if cmd_name not in COMMANDS:
            raise UsageError(
                f"{_no_such('command', cmd_name, COMMANDS)} See {ctx.command_path} --help"
            )
        return build(cmd_name, self.load(cmd_name))

    def load(self, name: str) -> Callable[..., Any]:
        """Load the function that does a command."""
        module, _, function = COMMANDS[name][0].partition(":")
        loaded: Callable[..., Any] = getattr(
            import_module(f"microplan.cli.commands.{module}"), function
        )
        return loaded

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002
        """Write a line for each command, without loading it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


MINUS = ("move",)
"""Commands with an argument that may begin with a minus, as in ``move 3 -1w``."""


def build(name: str, function: Callable[..., Any]) -> Any:  # noqa: ANN401 - a Typer command
    """Make the command of one function."""
    one = _typer()
    settings = SETTINGS | {"ignore_unknown_options": name in MINUS}
    one.command(name, cls=Command, context_settings=settings)(function)
    return typer.main.get_command(one)


def _typer(**settings: Any) -> typer.Typer:  # noqa: ANN401 - handed on
    """Make an app without Rich, which would cost each help and error more than all the rest."""
    usual = {"rich_markup_mode": None, "pretty_exceptions_enable": False, "add_completion": False}
    return typer.Typer(**usual | settings)


def run(argv: Sequence[str]) -> int:
    """Carry out a command line; raises UsageError where it cannot be understood."""
    command = group(Commands)
    try:  # not command.main(), which takes a closed pipe and Ctrl-C for itself
        with command.make_context(terminal.NAME, list(argv)) as context:
            command.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    except ClickException as error:
        raise UsageError(_sentence(error)) from None
    return 0


def group(kind: type[Commands], **settings: Any) -> Any:  # noqa: ANN401 - a Typer command
    """Make the program: its commands, and what it does without one."""
    app = _typer(cls=kind, context_settings=SETTINGS, **settings)
    app.callback(invoke_without_command=True)(_bare)
    return typer.main.get_command(app)


Version = Annotated[bool, typer.Option("--version", help="show the version", show_default=False)]


def _bare(ctx: typer.Context, *, version: Version = False) -> None:
    """Plan microneedling sessions, print them, and put them into a calendar.

    It keeps dates and gives no medical advice: see `microplan safety`.
    """
    if version:
        from microplan import __version__

        typer.echo(f"{terminal.NAME} {__version__}")
    elif ctx.invoked_subcommand is None:
        from microplan.cli.commands import status

        if not status.bare():
            typer.echo(ctx.get_help())


def _sentence(error: Exception) -> str:
    """Say what a command line lacks, which name may be meant, and where the help is."""
    context = getattr(error, "ctx", None)
    option = getattr(error, "option_name", "")
    if option and type(error).__name__ == "NoSuchOption":
        message = _no_such("option", option, _options(context))
    else:
        message = str(getattr(error, "format_message", lambda: error)()).strip().rstrip(".")
        message = f"{message[:1].lower()}{message[1:]}."
    path = context.command_path if context else terminal.NAME
    return f"{message} See {path} --help"


def _no_such(kind: str, name: str, known: Iterable[str]) -> str:
    """Say that there is no command or option of a name, and which may be meant."""
    from microplan.rules import nearest

    return f"there's no {kind} {name!r}. {nearest.question(name, known)}".rstrip()


def _options(context: Any) -> list[str]:  # noqa: ANN401 - Typer's own
    """Name the options that help lists."""
    params = context.command.get_params(context) if context else []
    return [name for param in params for name in param.opts if name.startswith("--")]
