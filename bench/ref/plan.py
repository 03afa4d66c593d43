"""A planner as one would write it in an afternoon: Typer, dateutil, Rich and ics, all at the top.

It does the simple thing: if a day isn't allowed, the session moves to the next one.
"""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from enum import Enum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from dateutil.relativedelta import relativedelta
from dateutil.rrule import WEEKLY, rrule
from ics import Calendar, DisplayAlarm, Event
from rich.console import Console
from rich.table import Table

app = typer.Typer()

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
UNITS = {"d": "days", "h": "hours", "m": "minutes"}
LENGTH = timedelta(minutes=30)


class Form(str, Enum):  # noqa: UP042 - as Typer's tutorial has it
    """The output format."""

    json = "json"
    table = "table"
    ics = "ics"


def sessions(  # noqa: PLR0913, PLR0917 - one parameter for each flag
    start: datetime, weeks: int, count: int, on: str, avoid: list[str], at: str, tz: str
) -> Iterator[datetime]:
    """Yield the start of each session, on the next allowed day."""
    weekdays = {WEEKDAYS.index(name) for name in on.split(",")}
    ranges = [[datetime.fromisoformat(day) for day in text.split("..")] for text in avoid]
    clock = time.fromisoformat(at)
    for due in rrule(WEEKLY, interval=weeks, count=count, dtstart=start):
        day = due
        while day.weekday() not in weekdays or any(r[0] <= day <= r[-1] for r in ranges):
            day += relativedelta(days=1)
        yield datetime.combine(day, clock, ZoneInfo(tz))


def as_json(found: list[datetime]) -> str:
    """Write the sessions as JSON."""
    rows = [
        {"number": n, "start": s.isoformat(), "end": (s + LENGTH).isoformat()}
        for n, s in enumerate(found, 1)
    ]
    return json.dumps({"sessions": rows}, indent=2)


def as_table(found: list[datetime]) -> Table:
    """Lay the sessions out as a table."""
    table = Table("#", "Date", "Time", "Since", title=f"{len(found)} sessions")
    before = None
    for number, session in enumerate(found, 1):
        since = f"{(session.date() - before.date()).days} days" if before else "–"
        table.add_row(str(number), f"{session:%a %d %b %Y}", f"{session:%H:%M}", since)
        before = session
    return table


def as_calendar(found: list[datetime], remind: list[str]) -> str:
    """Write the sessions as a calendar with reminders."""
    calendar = Calendar()
    for number, session in enumerate(found, 1):
        event = Event(
            name=f"Session {number}",
            begin=session,
            duration=LENGTH,
            description=f"Session {number} of {len(found)}",
            alarms=[
                DisplayAlarm(trigger=-timedelta(**{UNITS[text[-1]]: int(text[:-1])}))
                for text in remind
            ],
        )
        calendar.events.add(event)
    return calendar.serialize()


@app.command()
def plan(  # noqa: PLR0913 - one parameter for each flag
    *,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")],
    weeks: Annotated[int, typer.Option(help="Weeks between sessions.")] = 4,
    count: Annotated[int, typer.Option(help="How many sessions.")] = 6,
    on: Annotated[str, typer.Option(help="Weekdays that are allowed.")] = ",".join(WEEKDAYS),
    avoid: Annotated[list[str], typer.Option(help="Days to avoid, FIRST..LAST.")] = [],  # noqa: B006
    at: Annotated[str, typer.Option(help="Time of day.")] = "18:00",
    tz: Annotated[str, typer.Option(help="Time zone.")] = "UTC",
    remind: Annotated[list[str], typer.Option(help="Reminder, such as 1d or 2h.")] = [],  # noqa: B006
    form: Annotated[Form, typer.Option("--format", help="What to print.")] = Form.table,
) -> None:
    """Plan sessions some weeks apart."""
    found = list(sessions(start, weeks, count, on, avoid, at, tz))
    match form:
        case Form.json:
            typer.echo(as_json(found))
        case Form.table:
            Console().print(as_table(found))
        case Form.ics:
            typer.echo(as_calendar(found, remind))


if __name__ == "__main__":
    app()
