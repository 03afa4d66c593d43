"""The commands by name, each loaded only when it's called, and the help that lists them."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from microplan.cli import terminal
from microplan.errors import UsageError

BEGIN, PLAN, HAPPENED, NEXT = "Start here", "The plan", "What happened", "What's next"
CALENDARS, MANY, READ = "Phone and calendars", "Many plans", "Learn more"
PANELS = (BEGIN, PLAN, HAPPENED, NEXT, CALENDARS, MANY, READ)
"""The groups of commands, in the order of the help."""

# Name, its group, the function that does it, and what help says of it. Its module does not postpone
# annotations: Typer reads them as values, and would compile each of them at every start.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "new": (BEGIN, "new:new", "make a plan: answer questions, or pass options"),
    "today": (BEGIN, "today:today", "see what's on today; plain `microplan` does the same"),
    "done": (BEGIN, "amend:done", "record a session you did"),
    "move": (BEGIN, "amend:move", "move a session; later ones follow"),
    "share": (BEGIN, "share:share", "get the plan onto your phone over Wi-Fi"),
    "show": (PLAN, "show:show", "print the plan in any format"),
    "revise": (PLAN, "revise:revise", "change the rules or the care from the next session on"),
    "skip": (HAPPENED, "amend:skip", "skip a session you won't make up"),
    "avoid": (HAPPENED, "amend:avoid", "close days you're away"),
    "catch-up": (HAPPENED, "catch_up:catch_up", "go through late sessions one by one"),
    "photo": (HAPPENED, "photo:photo", "record photos, list them, compare them in pairs"),
    "undo": (HAPPENED, "amend:undo", "take back the last change"),
    "log": (HAPPENED, "log:log", "list what was recorded"),
    "next": (NEXT, "next_session:next_", "print the next session in one line"),
    "check": (NEXT, "check:check", "find late sessions, short gaps and clashes"),
    "report": (NEXT, "report:report", "write a page to bring to a dermatologist"),
    "export": (CALENDARS, "show:export", "write a calendar file (.ics)"),
    "publish": (CALENDARS, "publish:publish", "keep a calendar up to date by itself"),
    "push": (CALENDARS, "push:push", "update a calendar on a CalDAV server"),
    "pull": (CALENDARS, "pull:pull", "bring moves made in that calendar into the plan"),
    "day": (MANY, "day:day", "list a day's sessions across many plans"),
    "batch": (MANY, "batch:batch", "make a plan for each row of a table"),
    "protocols": (READ, "protocols:list_or_show", "browse published courses and their sources"),
    "safety": (READ, "safety:safety", "when not to start, when to postpone, when to stop"),
    "config": (READ, "config:config", "see where your settings are and what's in force"),
    "completion": (READ, "completion:completion", "set up Tab completion for your shell"),
}

ClickException: type[Exception] = typer.BadParameter.__mro__[2]
"""The base of Typer's errors about a command line, which it doesn't export."""


class Command(TyperCommand):
    """A command whose help shows its options in panels: drawn at a terminal, plain in a pipe."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer's own
        """Read the arguments; raises UsageError where an option that takes one value has two."""
        if not ctx.resilient_parsing:
            try:
                _, _, order = self.make_parser(ctx).parse_args(args=list(args))
            except ClickException as error:
                error.ctx = ctx  # type: ignore[attr-defined] # what lacks its value has none
                raise
            _refuse_repeated(ctx, [param for param in order if param.param_type_name == "option"])
        read: list[str] = super().parse_args(ctx, args)
        return read

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - Typer's own
        """Write the help in characters that stdout can encode."""
        return terminal.drawable(super().get_help(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer's own
        """Draw the help at a terminal, write it anywhere else."""
        from microplan.cli import options

        self.params.sort(key=options.group_order)
        about: Any = self.get_help_option(ctx)
        about.rich_help_panel, about.help = options.OUTPUT, HELP
        if terminal.draws():
            from microplan.cli.console import rich_help

            rich_help.show(self, ctx)
        else:
            super().format_help(ctx, formatter)

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


def _refuse_repeated(ctx: Any, options: list[Any]) -> None:  # noqa: ANN401 - Typer's own
    """Refuse a second value of an option that takes one."""
    single = [option for option in options if not (option.multiple or option.is_flag)]
    for index, option in enumerate(single):
        if option in single[:index]:
            raise UsageError(
                f"{option.opts[-1]} is given twice, and {ctx.command_path} takes one. "
                "Leave one of them out."
            )


class Commands(TyperGroup):
    """The commands of ``COMMANDS``; only the one that is called gets loaded."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - Typer's own
        """Name the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - Typer's own
        """Load a command by name; raises UsageError with the nearest name if there is none."""
        if cmd_name not in COMMANDS:
            from microplan.cli import usage

            raise UsageError(usage.no_command(cmd_name, COMMANDS, ctx.command_path))
        return build(cmd_name, self.load(cmd_name))

    def load(self, name: str) -> Callable[..., Any]:
        """Load the function that does a command."""
        return _load(name)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - Typer's own
        """Draw the help at a terminal, write it anywhere else."""
        about: Any = self.get_help_option(ctx)
        about.help = HELP
        if terminal.draws():
            from microplan.cli.console import rich_help

            rich_help.show_commands(self, ctx, _by_panel())
        else:
            super().format_help(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002
        """Write a section for each panel and a line for each command, without loading it."""
        for panel, rows in _by_panel().items():
            with formatter.section(panel):
                formatter.write_dl(list(rows.items()))


def _load(name: str) -> Callable[..., Any]:
    module, _, function = COMMANDS[name][1].partition(":")
    loaded: Callable[..., Any] = getattr(
        import_module(f"microplan.cli.commands.{module}"), function
    )
    return loaded


def _by_panel() -> dict[str, dict[str, str]]:
    """Return the help line of each command, by panel."""
    return {
        panel: {name: text for name, (own, _, text) in COMMANDS.items() if own == panel}
        for panel in PANELS
    }


HELP = "show this help"
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


MINUS = ("move",)
"""Commands with an argument that can start with a minus, as in ``move 3 -1w``."""


@cache
def build(name: str, function: Callable[..., Any]) -> Any:  # noqa: ANN401 - a Typer command
    """Make the command of one function, once."""
    one = _typer()
    settings = SETTINGS | {"ignore_unknown_options": name in MINUS}
    one.command(name, cls=Command, context_settings=settings)(function)
    return typer.main.get_command(one)


def _typer(**settings: Any) -> typer.Typer:  # noqa: ANN401 - handed on
    """Make an app without Rich, which would cost more than everything else in a help or an error."""
    usual = {"rich_markup_mode": None, "pretty_exceptions_enable": False, "add_completion": False}
    return typer.Typer(**usual | settings)


def run(argv: Sequence[str]) -> int:
    """Carry out a command line; raises UsageError if it can't be understood."""
    if argv[:1] == ["help"]:
        argv = [*argv[1:2], "--help"]
    command, path, arguments = _called(argv)
    try:  # not command.main(), which takes a closed pipe and Ctrl-C for itself
        with command.make_context(path, arguments) as context:
            command.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    except ClickException as error:
        from microplan.cli import usage

        raise UsageError(usage.sentence(error)) from None
    return 0


def _called(argv: Sequence[str]) -> tuple[Any, str, list[str]]:
    """Return the command of a line, what it's called as, and its arguments.

    A line that starts with the name of a command doesn't need the group that lists them all.
    """
    name, *rest = argv or [""]
    if name in COMMANDS:
        return build(name, _load(name)), f"{terminal.NAME} {name}", rest
    return group(Commands), terminal.NAME, [*argv]


@cache
def group(kind: type[Commands], **settings: Any) -> Any:  # noqa: ANN401 - a Typer command
    """Make the program: its commands, and what it does without one."""
    app = _typer(cls=kind, context_settings=SETTINGS, **settings)
    app.callback(invoke_without_command=True)(_bare)
    return typer.main.get_command(app)


Version = Annotated[
    bool, typer.Option("--version", "-V", help="print the version", show_default=False)
]

WELCOME = """\
microplan plans microneedling sessions and keeps their dates; it doesn't give medical advice.
Make your first plan with `microplan new`; see every command with `microplan --help`."""
"""The message without a command and without a plan."""


def _bare(ctx: typer.Context, *, version: Version = False) -> None:
    """Plan microneedling sessions: a start date and an interval become dates in a table and a calendar.

    Run `microplan new` to begin, `microplan COMMAND --help` for a command's options, and
    `microplan safety` before you start: microplan keeps dates and doesn't give medical advice.
    """
    if version:
        from microplan import __version__

        typer.echo(f"{terminal.NAME} {__version__}")
    elif ctx.invoked_subcommand is None:
        from microplan.cli.commands import today

        if not today.bare():
            terminal.print_lines(WELCOME.splitlines())
