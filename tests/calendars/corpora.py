"""Compares the days closed by calendars from other projects with those found by ical.js.

The calendars come with the packages icalendar and recurring-ical-events. ical.js has its own parser
and recurrences; `python -m tests.calendars.corpora` lists the differences.
"""

import json
import subprocess
from datetime import UTC, date, datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from microplan.calendars import busy, busy_process, ics_reader
from microplan.calendars.busy_query import BusyQuery, BusyReply
from microplan.calendars.taken_time import TakenDays
from microplan.errors import CalendarError
from microplan.model.values import Hours

SCRIPT = Path(__file__).parent.parent / "readers" / "occurrences.mjs"
NOON = time(12, 20)
PARIS = ZoneInfo("Europe/Paris")
QUESTION = BusyQuery(
    first=date(2004, 1, 1), last=date(2031, 12, 31), at=None, minutes=30, tz="Europe/Paris"
)


def files():
    """The files of both packages, by name."""
    for package in ("icalendar", "recurring_ical_events"):
        folder = Path(find_spec(package).origin).parent
        for path in sorted(folder.rglob("*.ics")):
            yield f"{package}/{path.name}", path.read_bytes()


def reply(content, question):
    """Read a calendar, with three seconds for each event; an error message if it can't be read."""
    try:
        *_, last = busy.answer(content, question, busy_process.timed(3))
    except CalendarError as error:
        return str(error)
    assert isinstance(last, BusyReply)
    return last


def expanded(text):
    """The occurrences that ical.js finds; an error message if it fails or doesn't end."""
    command = ["node", SCRIPT, str(QUESTION.last.year + 1)]
    asked = json.dumps({"calendar": text}).encode()
    try:
        done = subprocess.run(command, input=asked, stdout=subprocess.PIPE, check=True, timeout=3)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return "it fails, or takes too long"
    return json.loads(done.stdout)["calendar"]


def instant(text, zone):
    """The instant of a local time; days and floating times are in the plan's zone."""
    if len(text) == len("2026-12-01"):
        return datetime.combine(date.fromisoformat(text), time(), PARIS).timestamp()
    tz = {"floating": PARIS, "UTC": UTC}.get(zone) or ZoneInfo(zone)
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=tz).timestamp()


def closed_by(occurrences, at):
    """The days closed by the occurrences that ical.js lists."""
    hours = None if at is None else Hours(usual=at)
    days = TakenDays(QUESTION.first, QUESTION.last, PARIS, hours, timedelta(minutes=30))
    for start, start_zone, end, end_zone in occurrences:
        first, last = instant(start, start_zone), instant(end, end_zone)
        if len(start) == len("2026-12-01") and last <= first:
            last = instant(f"{date.fromisoformat(start) + timedelta(days=1)}", "")
        days.take(first, last)
    return days.closed()


def compare(content):
    """Compare the days of one calendar: "same", "different", or why it can't be compared."""
    ours = {at: reply(content, replace(QUESTION, at=at)) for at in (None, NOON)}
    if isinstance(ours[None], str):
        return "not read by microplan"
    occurrences = expanded(ics_reader.decode(content))
    if isinstance(occurrences, str):
        return f"not read by ical.js: {occurrences[:60]}"
    try:
        is_same = all(found.days == closed_by(occurrences, at) for at, found in ours.items())
    except (ZoneInfoNotFoundError, ValueError):
        return "a zone of its own"
    return "same" if is_same else "different"


if __name__ == "__main__":
    for name, content in files():
        print(f"{compare(content)}\t{name}", flush=True)  # noqa: T201 - its output
