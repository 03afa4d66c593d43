"""``microplan log``: what was recorded."""

from microplan.amendments import entry_commands
from microplan.cli import many_plans, options, terminal


def log(
    plans: options.PlanFiles = None,
    *,
    plan: options.PlanNames = None,
    format_: options.TextOrJson = "text",
) -> None:
    """List what was recorded, oldest first.

    Example: `microplan log`
    """
    options.text_or_json(format_)
    read = many_plans.read([*(plan or []), *(plans or [])])
    if format_ == "json":
        from microplan.formats import log_json

        terminal.document(log_json.document(read.plans))
    else:
        for index, filed in enumerate(read.plans):
            if read.are_several:
                terminal.print_lines(["", filed.name] if index else [filed.name])
            rows = entry_commands.table(filed.scheduled.plan)
            terminal.print_lines(
                [f"{n:>3}  {when}  {text}" for n, when, text in rows] or ["nothing is recorded yet"]
            )
    read.finish()
