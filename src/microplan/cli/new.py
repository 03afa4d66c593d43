"""``microplan new``: flags, or answers at a terminal, become a plan."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from microplan import events, grammar, model, rules
from microplan.cli import deliver, flags, streams, surroundings
from microplan.errors import UsageError
from microplan.model import Plan

WHAT_NEXT = "record one: microplan done · for your phone: microplan export -o plan.ics"
NEEDED = "a plan needs a start and a pace, such as --start 2026-12-01 --every 6x4w"


@flags.with_words(rules.WORDS)
def new(  # noqa: PLR0913 - one parameter for each flag
    *,
    words: dict[str, Any],
    title: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="what the sessions are called", rich_help_panel="The plan"
        ),
    ] = model.TITLE,
    own_id: Annotated[
        str,
        typer.Option(
            "--id",
            metavar="TEXT",
            help="an id of your own [made from title and rules]",
            show_default=False,
            rich_help_panel="The plan",
        ),
    ] = "",
    output: flags.Output = None,
    format_: flags.FormatName = None,
    save: Annotated[
        bool,
        typer.Option(
            "--save",
            help="keep it as the plan that other commands use",
            show_default=False,
            rich_help_panel=flags.OUTPUT,
        ),
    ] = False,
    replace: flags.Replace = False,
    quiet: flags.Quiet = False,
    as_of: flags.AsOf = None,
    no_color: flags.NoColor = False,
) -> None:
    """Draw up a plan, print it, and write it to files.

    For example: microplan new --start 2026-12-01 --every 6x4w --at 18:00 -o plan.ics
    """
    today = surroundings.today(as_of)
    name = deliver.stdout_format(format_)
    targets = flags.targets(output)
    asked = not words
    plan = _plan(_ask(today) if asked else words, title, own_id, today)
    if save:
        targets.append((_place(), "toml"))
    if streams.at_terminal() and not quiet:
        _notices(plan)
    deliver.deliver(
        deliver.Delivery(
            plan=plan,
            today=today,
            stdout=name,
            targets=targets,
            quiet=quiet,
            no_color=no_color,
            replace=replace,
        )
    )
    if save and not quiet:
        streams.say(WHAT_NEXT)
    if asked and not save:
        _keep(plan)


def _place() -> Path:
    """Make the folder of the saved plan, if need be; it may be the first thing kept there."""
    from microplan import files

    path = surroundings.saved_plan()
    files.make_folder(path.parent)
    return path


def _notices(plan: Plan) -> None:
    from microplan import safety

    for notice in safety.notices(plan.rules):
        streams.say(f"{notice}\n")


def _plan(words: dict[str, Any], title: str, own_id: str, today: date) -> Plan:
    """Read the words and draw up the plan."""
    zone = "" if "tz" in words else surroundings.zone()
    read = rules.parse(words, today=today, zone=zone)
    name = grammar.words(title, "title") or model.TITLE
    return events.draw_up(name, read, surroundings.now(), grammar.words(own_id, "id"))


def _ask(today: date) -> dict[str, Any]:
    """Ask for the words at a terminal; elsewhere say what is missing."""
    if not streams.can_ask():
        raise UsageError(NEEDED)
    from microplan import wizard

    return dict(wizard.run(streams.ask, streams.say, today=today, zone=surroundings.zone()))


def _keep(plan: Plan) -> None:
    """Offer to save the plan that was just shown, and print the command that draws it up."""
    path = surroundings.saved_plan()
    kept = deliver.kept(path)
    if kept:
        streams.say(f"a plan is kept already: {kept}; it would stay beside the new one as .bak")
    question = "Replace it? [y/N] > " if kept else "Keep this plan? [Y/n] > "
    answer = streams.ask(question).lower()
    save = answer in ("y", "yes") or (not answer and not kept)
    if save:
        deliver.save(plan, _place(), replace=bool(kept))
        streams.verbatim(WHAT_NEXT)
    again = model.flags(plan.rules.words())
    again += ["--title", plan.title] * (plan.title != model.TITLE)
    again += ["--id", plan.id] * (plan.id != events.identity(plan.title, plan.rules))
    again += ["--save"] * save
    streams.verbatim(f"Same again: {streams.NAME} new {shlex.join(again)}")
