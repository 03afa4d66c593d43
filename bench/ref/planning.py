"""What the three scripts share: the days of a plan, and how their flags are read."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from dateutil.relativedelta import relativedelta
from dateutil.rrule import WEEKLY, rrule

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
UNITS = {"d": "days", "h": "hours", "m": "minutes"}

Start = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")]
Weeks = Annotated[int, typer.Option(help="Weeks between sessions.")]
Count = Annotated[int, typer.Option(help="How many sessions.")]
On = Annotated[str, typer.Option(help="Weekdays that are allowed.")]
Avoid = Annotated[list[str], typer.Option(help="Days to avoid, FIRST..LAST.")]
At = Annotated[str, typer.Option(help="Time of day.")]
Tz = Annotated[str, typer.Option(help="Time zone.")]
Remind = Annotated[list[str], typer.Option(help="Reminder before a session, such as 1d or 2h.")]

ALL_DAYS = ",".join(WEEKDAYS)


def sessions(  # noqa: PLR0913, PLR0917 - one parameter for each flag
    start: datetime, weeks: int, count: int, on: str, avoid: list[str], at: str, tz: str
) -> Iterator[datetime]:
    """Yield the start of each session, put off to the next day that is allowed."""
    weekdays = {WEEKDAYS.index(name) for name in on.split(",")}
    ranges = [[datetime.fromisoformat(day) for day in text.split("..")] for text in avoid]
    clock = time.fromisoformat(at)
    for due in rrule(WEEKLY, interval=weeks, count=count, dtstart=start):
        day = due
        while day.weekday() not in weekdays or any(r[0] <= day <= r[-1] for r in ranges):
            day += relativedelta(days=1)
        yield datetime.combine(day, clock, ZoneInfo(tz))


def before(text: str) -> timedelta:
    """Read a reminder such as ``1d`` or ``2h`` as the time from the start back to it."""
    return -timedelta(**{UNITS[text[-1]]: int(text[:-1])})
