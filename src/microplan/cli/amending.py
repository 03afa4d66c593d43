"""Carries out an amendment: changes the plan, saves it, and reports what moved.

All commands that amend share these options.
"""

from datetime import date
from pathlib import Path
from typing import Annotated

from msgspec import Struct

from microplan.amendments import check, report
from microplan.amendments.amended import Amended, Stamp
from microplan.amendments.report import ReportOptions
from microplan.cli import environment, options, plan_io, terminal
from microplan.errors import RefusedError
from microplan.rules import grammar
from microplan.storage import files

DryRun = Annotated[bool, options.option("show what would change and save nothing", "--dry-run")]
Note = Annotated[str, options.option("a note to keep with it", form="TEXT")]


class AmendOptions(Struct, frozen=True, kw_only=True):
    """The options of an amendment: the plan, the day, whether to save, and text or JSON."""

    plan: str | None
    today: date
    note: str
    dry_run: bool
    form: str


amending = options.add_options(
    "way",
    [
        options.flag("plan", options.PlanName),
        options.flag("note", Note, default=""),
        options.flag("dry_run", DryRun, default=False),
        options.flag("form", options.TextOrJson, default="text"),
        options.flag("as_of", options.AsOf),
    ],
    lambda given: AmendOptions(today=environment.today(given.pop("as_of")), **given),
)
"""Gives a command the flags of every amendment, collected in its parameter ``way``."""


def carry_out(way: AmendOptions, act: plan_io.Act) -> Amended:
    """Amend the plan and report what changed; a refusal names the plan in its commands."""
    try:
        return _carried_out(way, act)
    except RefusedError as error:
        raise error.for_plan(plan_io.plan_flag(way.plan)) from None


def _carried_out(way: AmendOptions, act: plan_io.Act) -> Amended:
    options.text_or_json(way.form)
    stamp = Stamp(environment.now(), grammar.free_text(way.note, "note"))
    today = way.today
    if way.plan == terminal.STDIO:
        return _to_stdout(way, act, stamp, today)
    path = environment.plan_path(way.plan)
    if way.dry_run:
        amended = act(plan_io.amendable(files.read(path), str(path)), stamp)
    else:
        amended = plan_io.record(path, act, stamp)
    _tell(amended, way, today)
    if not way.dry_run:
        _say_what_is_behind(path, amended, way)
    return amended


def _say_what_is_behind(path: Path, amended: Amended, way: AmendOptions) -> None:
    """Update what was published, and name what still shows the old days."""
    if not environment.has_handed_out():
        return
    from microplan.cli.publishing import upkeep

    behind = upkeep.after_change(path, amended, way.today, plan_io.plan_flag(way.plan))
    if way.form != "json":
        terminal.print_lines(behind)


def _to_stdout(way: AmendOptions, act: plan_io.Act, stamp: Stamp, today: date) -> Amended:
    """Amend a plan that came from a pipe: the file goes to stdout, the report to stderr."""
    text = plan_io.standard_input()
    amended = act(plan_io.amendable(text, plan_io.STANDARD_INPUT), stamp)
    # No command can undo a change in a pipe, so the report doesn't suggest one.
    for line in report.lines(amended, today, ReportOptions(dry_run=way.dry_run, flag=None)):
        terminal.say(line)
    _warn(amended)
    after = text if way.dry_run else plan_io.appended(text, amended, plan_io.STANDARD_INPUT)
    terminal.out([after], text=False)
    return amended


def _tell(amended: Amended, way: AmendOptions, today: date) -> None:
    how = ReportOptions(dry_run=way.dry_run, flag=plan_io.plan_flag(way.plan))
    if way.form == "json":
        of = {"plan": amended.plan.id, "file": str(environment.plan_path(way.plan))}
        terminal.document(of | report.as_data(amended, today, how))
        _warn(amended)
        return
    terminal.print_lines(report.lines(amended, today, how))
    _warn(amended)


def _warn(amended: Amended) -> None:
    for warning in check.outgrown_lookups(amended):
        terminal.say(warning)
