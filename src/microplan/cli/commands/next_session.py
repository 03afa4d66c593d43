"""``microplan next``: the next session in one line."""

from datetime import date
from typing import Annotated

from microplan.amendments import agenda, own_line
from microplan.cli import environment, many_plans, options, terminal
from microplan.errors import NothingLeftError, UsageError
from microplan.scheduling.filed_plans import FiledPlan


def next_(  # noqa: PLR0913 - one parameter for each flag
    plans: options.PlanFiles = None,
    *,
    plan: options.PlanNames = None,
    line: Annotated[
        str | None,
        options.option(
            f"print this line instead, with {{{'} {'.join(own_line.FIELDS)}}} filled in",
            form="TEXT",
        ),
    ] = None,
    exit_code: Annotated[
        bool, options.option("exit with 5 if no session is left", "--exit-code")
    ] = False,
    format_: options.TextOrJson = "text",
    as_of: options.AsOf = None,
) -> None:
    """Print the next session in one line.

    Examples: `microplan next --line '{number}/{of} {weekday} {time}'`, or
    `microplan next plans/ --line '{days:>3} {start:%a %H:%M} {title}'`
    """
    options.text_or_json(format_)
    if line is not None and format_ == "json":
        raise UsageError("--line prints text, not JSON; leave out --line or --format json")
    day = environment.today(as_of)
    read = many_plans.read([*(plan or []), *(plans or [])])
    if format_ == "json":
        from microplan.formats.today_json import following

        nearest = [following(filed, day) for filed in read.plans]
        terminal.document({"date": day.isoformat(), "plans": nearest})
    else:
        several = read.are_several
        terminal.print_lines(_next(filed, day, line, several=several) for filed in read.plans)
    read.finish()
    if exit_code and all(
        agenda.first_open(filed.scheduled.sessions) is None for filed in read.plans
    ):
        raise NothingLeftError


def _next(filed: FiledPlan, day: date, line: str | None, *, several: bool) -> str:
    """Format the next session of a plan with the given template, or with the default one."""
    sessions = filed.scheduled.sessions
    if line is not None:
        return own_line.format_line(line, filed.scheduled.plan, sessions, day, filed.file)
    text = agenda.next_line(sessions, day)
    return f"{filed.name} · {text}" if several else text
