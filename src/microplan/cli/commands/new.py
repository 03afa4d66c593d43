"""``microplan new``: makes a plan from flags, or from answers at a terminal."""

import shlex
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from microplan.cli import environment, options, plan_sources, terminal
from microplan.cli import output as deliver
from microplan.cli.plan_options import CareOptions, with_care, with_words
from microplan.errors import UsageError
from microplan.model.plan import TITLE, Plan
from microplan.model.rules import as_flags
from microplan.rules import grammar
from microplan.rules import words as rules
from microplan.scheduling import filed_plans, schedule
from microplan.storage import files
from microplan.wording import phrases, remarks, summary

WHAT_NEXT = "record one: microplan done · to your phone: microplan share"


@with_words(rules.WORDS)
@with_care
def new(  # noqa: PLR0913 - one parameter for each flag
    *,
    words: dict[str, Any],
    title: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="what to call the sessions", rich_help_panel=options.SESSION
        ),
    ] = TITLE,
    own_id: Annotated[
        str,
        options.option(
            "an id of your own [made from title and rules]",
            "--id",
            form="TEXT",
            panel=options.SESSION,
        ),
    ] = "",
    protocol: options.Protocol = "",
    holidays: options.Holidays = None,
    busy: options.Busy = None,
    care: CareOptions,
    output: options.Output = None,
    format_: options.FormatName = None,
    save: Annotated[
        bool,
        options.option(
            "keep it as your plan, which other commands use", "--save", panel=options.OUTPUT
        ),
    ] = False,
    replace: options.Replace = False,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
    first_weekday: options.FirstWeekday = None,
    no_color: options.NoColor = False,
) -> None:
    """Make a plan and print it. Without options it asks; `--save` saves it, `-o` writes files.

    Example: `microplan new --start 2026-12-01 --every 6x4w --at 18:00 -o plan.ics`

    Defaults for tz, at, remind and discreet come from config.toml in your settings folder. An option
    overrides them, and `--at none` clears one.
    """
    title = _title(title)
    today = environment.today(as_of)
    name = deliver.stdout_format(format_)
    begins = environment.first_weekday(first_weekday)
    targets = _targets(output, [protocol, *(busy or [])], save=save, replace=replace)
    given = plan_sources.gather(words, protocol, care, today, tells=not quiet)
    plan = plan_sources.new_plan(given, title, own_id, tells=not quiet)
    plan = plan if own_id else _apart(plan, deliver.plan_files(targets))
    if holidays or busy:
        from microplan.cli import lookups

        plan = lookups.with_closed_days(plan, holidays or [], busy or [], quiet=quiet)
    if terminal.at_terminal() and not quiet:
        _notices(plan, care.sets, given.protocol)
    deliver.deliver(
        deliver.OutputOptions(
            plans=filed_plans.filed([("", schedule.scheduled(plan))]),
            today=today,
            stdout=name,
            targets=targets,
            quiet=quiet,
            no_color=no_color,
            first_weekday=begins,
            replace=replace,
        )
    )
    if not quiet:
        _note(plan)
    if save and not quiet:
        terminal.say(WHAT_NEXT)
    if given.is_asked and not save:
        looked_up = as_flags({"holidays": holidays or [], "busy": busy or []})
        _keep(plan, given.configured, looked_up)


def _targets(
    output: list[str] | None, sources: Iterable[str], *, save: bool, replace: bool
) -> list[tuple[Path, str]]:
    """Return the files to write with their formats; raise RefusedError if one already exists."""
    targets = options.targets(output)
    files.refuse_sources([path for path, _ in targets], map(terminal.source, sources))
    deliver.refuse(targets, replace=replace)
    if not save:
        return targets
    saved = environment.saved_plan()
    if not replace:
        from microplan.cli import saving

        saving.refuse([saved], instead="write -o FILE in place of --save")
    return [*targets, (saved, "toml")]


def _apart(plan: Plan, files_of_plans: Sequence[Path]) -> Plan:
    """Give the plan another id if one of these files has a plan with the same rules."""
    if not files_of_plans:
        return plan
    from microplan.cli import saving

    return saving.apart(plan, files_of_plans)


def _note(plan: Plan) -> None:
    """Print notes that aren't faults: a preference without effect, or a distant session."""
    sessions = schedule.schedule(plan)
    left_out = remarks.skipped_months(plan.rules)
    for remark in (remarks.unmet_preference(sessions), remarks.longest_wait(sessions), left_out):
        if remark:
            terminal.say(remark)


def _title(given: str) -> str:
    """Read the title; refuse an empty one, which is a slip such as an unset shell variable."""
    title = grammar.free_text(given, "title")
    if not title:
        raise UsageError("--title is empty; give it a value or leave it out")
    return title


def _notices(plan: Plan, sets: str, course: str) -> None:
    """Print the risks, a description of the course, and the source of the care."""
    from microplan.courses import care_sets, notices, records

    texts = [
        *notices.of(plan.rules),
        *records.beyond(plan.rules),
        *care_sets.notices(plan.care, sets),
    ]
    if course:
        from microplan.cli.courses import chosen

        texts += [chosen.origin(course), *chosen.departure(plan, course)]
    for notice in texts:
        terminal.say(f"{notice}\n")


def _keep(plan: Plan, configured: plan_sources.Words, looked_up: list[str]) -> None:
    """Offer to save the plan just shown, and print the command that makes it."""
    from microplan.cli import saving
    from microplan.cli.console import prompts

    path = environment.saved_plan()
    kept = saving.kept(path)
    _say_again(plan)
    if kept:
        terminal.say(f"You already have a plan: {kept}. Replacing it keeps it as .bak.")
        save = prompts.yes("Replace it? [y/N] > ", "no")
    else:
        save = prompts.yes("Keep this plan? [Y/n] > ", "yes")
    if save:
        previous = saving.save(plan, path, replace=bool(kept))
        where = environment.from_home(path)
        terminal.say(f"saved in {where}{previous} · each day: {terminal.NAME} today")
        terminal.verbatim(WHAT_NEXT)
    else:
        terminal.say("nothing was saved")
    flags = [*plan_sources.flags(plan, configured), *looked_up]
    if save:
        flags.append("--save")
    again = shlex.join(flags)
    terminal.verbatim(f"Same again: {terminal.NAME} new {again}")


AROUND = 16
"""Screen lines used besides the sessions: the sentence, the table's header, care, the question."""


def _say_again(plan: Plan) -> None:
    """Repeat the sentence that sums up the plan if the table has scrolled it off the screen."""
    sessions = schedule.schedule(plan)
    if len(sessions) + AROUND > shutil.get_terminal_size().lines:
        terminal.say(phrases.visible(summary.sentence(plan, sessions)))
