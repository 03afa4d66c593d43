"""Print a plan as a calendar file, as one would write it with Typer, dateutil and ics."""

from datetime import timedelta

import typer
from ics import Calendar, DisplayAlarm, Event
from planning import ALL_DAYS, At, Avoid, Count, On, Remind, Start, Tz, Weeks, before, sessions

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
    remind: Remind = [],  # noqa: B006 - the same
) -> None:
    """Plan sessions some weeks apart and print them as a calendar with reminders."""
    calendar = Calendar()
    for number, session in enumerate(sessions(start, weeks, count, on, avoid, at, tz), 1):
        event = Event(
            name=f"Session {number}",
            begin=session,
            duration=timedelta(minutes=30),
            description=f"Session {number} of {count}",
            alarms=[DisplayAlarm(trigger=before(text)) for text in remind],
        )
        calendar.events.add(event)
    typer.echo(calendar.serialize())


if __name__ == "__main__":
    app()
