"""Print a plan as JSON, as one would write it with Typer and dateutil in an afternoon."""

import json
from datetime import timedelta

import typer
from planning import ALL_DAYS, At, Avoid, Count, On, Start, Tz, Weeks, sessions

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
    """Plan sessions some weeks apart and print them as JSON."""
    found = sessions(start, weeks, count, on, avoid, at, tz)
    rows = [
        {
            "number": number,
            "start": session.isoformat(),
            "end": (session + timedelta(minutes=30)).isoformat(),
        }
        for number, session in enumerate(found, 1)
    ]
    typer.echo(json.dumps({"sessions": rows}, indent=2))


if __name__ == "__main__":
    app()
