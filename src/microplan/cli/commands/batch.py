"""``microplan batch``: makes a plan from each row of a table, with one line of output per row."""

import gc
import os
from collections.abc import Iterable
from datetime import date
from typing import Any

from microplan.batch.planner import Planner
from microplan.cli import environment, everyday, options, terminal
from microplan.cli.batch import output as batch_output
from microplan.cli.batch import run as batch_run
from microplan.cli.batch import stores as batch_stores
from microplan.cli.batch.busy_calendars import BusyCalendars
from microplan.cli.batch.options import PlansOptions, TableOptions, with_plans, with_table
from microplan.cli.batch.run import Job
from microplan.cli.plan_options import CareOptions, with_care, with_words
from microplan.errors import UsageError
from microplan.rules import words as rules
from microplan.storage import files

OF_ALL_ROWS = tuple(name for name in rules.WORDS if name != "start")
"""Words that may be given for all rows; only the first day must come from the row."""


@with_words(OF_ALL_ROWS)
@with_care
@with_table
@with_plans
def batch(  # noqa: PLR0913 - one parameter for each group of flags
    *,
    words: dict[str, Any],
    table: TableOptions,
    protocol: options.Protocol = "",
    holidays: options.Holidays = None,
    busy: options.Busy = None,
    care: CareOptions,
    plans: PlansOptions,
    as_of: options.AsOf = None,
) -> None:
    """Make a plan for each row of a table, in the same order.

    The columns are the words of a plan, and optionally id, title, protocol, care and holidays. Options
    apply to all rows, and a cell overrides them. For example:
    microplan batch patients.csv --dates dmy -o 'plans/{id}.toml'
    """
    date_order, rows = table.date_order, table.rows()
    sources = [name for name in (table.source or terminal.STDIO, protocol, *(busy or ())) if name]
    job = _job(table, plans, sources, environment.today(as_of))
    words |= {"holidays": holidays, "busy": busy, **care.pieces}
    spelled = everyday.words(words, job.today, tells=not plans.quiet)
    of_all = {"protocol": protocol, "care": care.sets, **spelled}
    given = {name: word for name, word in of_all.items() if word and not rules.is_default(word)}
    planner = Planner(environment.now(), date_order, given, job.busy)
    gc.freeze()
    gc.enable()  # an error and the frames it passed hold each other; here there may be many
    with table.opened() as stream:
        batch_run.run(job, planner, stream, rows)


def _job(table: TableOptions, plans: PlansOptions, sources: Iterable[str], today: date) -> Job:
    """Check the outputs, which may not overwrite a source, and describe the work to do."""
    stdout = plans.stdout
    alone, stores = batch_stores.parted(plans.output or (), replace=plans.replace)
    job = Job(
        today=today,
        targets=batch_output.targets(alone),
        stores=stores,
        pages=batch_output.pages_path(plans.pages, replace=plans.replace),
        replace=plans.replace,
        quiet=plans.quiet,
        stdout=stdout,
        dry=plans.dry_run,
        busy=BusyCalendars(has_stdin=table.source not in (None, terminal.STDIO)),
        sources=[path for path in map(terminal.source, sources) if files.is_file(path)],
        ids=table.ids_file,
        shard=table.shard,
        errors=plans.errors_file,
        tells_errors=plans.prints_errors,
        moved=plans.moved_file,
    )
    _refuse_clashes(job)
    return job


def _refuse_clashes(job: Job) -> None:
    """Refuse a file that is given for two outputs, or for an output and an input."""
    paths = [path for path in (*job.of_all, job.ids, job.errors, job.moved) if path is not None]
    places = [os.path.realpath(path) for path in paths]
    for path, place in zip(paths, places, strict=True):
        if places.count(place) > 1:
            raise UsageError(f"{path} is named twice; give each its own file")
    files.refuse_sources(paths, job.sources)
    job.busy.outputs = paths
