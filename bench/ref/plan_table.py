"""Print a plan as a table, as one would write it with Typer, dateutil and Rich."""

import typer
from planning import ALL_DAYS, At, Avoid, Count, On, Start, Tz, Weeks, sessions
from rich.console import Console
from rich.table import Table

app = typer.Typer()


@app.command()
def plan(  # noqa: PLR0913 - one parameter for each flag
    *,
    start: Start,
    weeks: Weeks = 4,
    count: Count = 6,
    on: On = ALL_DAYS,
    avoid: Avoid = [],  # noqa: B006 - Typer's idiom, and nothing changes it
    at: At = "18:00",
    tz: Tz = "UTC",
) -> None:
    """Plan sessions some weeks apart and print them as a table."""
    table = Table(title=f"{count} sessions, {weeks} weeks apart")
    table.add_column("#", justify="right")
    table.add_column("Date")
    table.add_column("Time")
    table.add_column("Since", justify="right")
    before = None
    for number, session in enumerate(sessions(start, weeks, count, on, avoid, at, tz), 1):
        since = f"{(session.date() - before.date()).days} days" if before else "–"
        table.add_row(str(number), f"{session:%a %d %b %Y}", f"{session:%H:%M}", since)
        before = session
    Console().print(table)


if __name__ == "__main__":
    app()
