"""vobject: zones from the file's own VTIMEZONE, from pytz if that is always at +0000."""

import vobject
from vobject.icalendar import registerTzid, utc

from tests.readers.entry import alarms, moment

ZONES = vars(vobject.icalendar)["__tzidMap"]


def read(calendars):
    return {name: [entry(event) for event in events(text)] for name, text in calendars.items()}


def events(text):
    """Read as a new process would: it keeps the first description of a zone it meets."""
    ZONES.clear()
    registerTzid("UTC", utc)
    return vobject.readOne(text).contents.get("vevent", [])


def entry(event):
    return (
        event.uid.value,
        moment(event.dtstart.value),
        moment(event.dtend.value),
        *(text(event, name) for name in ("summary", "description", "location", "status")),
        alarms([alarm.trigger.value for alarm in event.contents.get("valarm", [])]),
    )


def text(event, name):
    return event.getChildValue(name, "")
