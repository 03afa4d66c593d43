"""icalendar: the reader most Python programs use; zones by name, from the zone data."""

from icalendar import Calendar

from tests.readers.entry import alarms, moment


def read(calendars):
    return {name: [entry(e) for e in events(text)] for name, text in calendars.items()}


def events(text):
    calendar = Calendar.from_ical(text)
    assert not [error for part in calendar.walk() for error in part.errors]
    return calendar.walk("VEVENT")


def entry(event):
    return (
        str(event["UID"]),
        moment(event["DTSTART"].dt),
        moment(event["DTEND"].dt),
        *(str(event.get(name, "")) for name in ("SUMMARY", "DESCRIPTION", "LOCATION", "STATUS")),
        alarms([alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]),
    )
