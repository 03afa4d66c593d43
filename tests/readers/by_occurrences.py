"""recurring-ical-events: the occurrences from the first day to the last."""

from datetime import date

import recurring_ical_events
from icalendar import Calendar

from tests.readers.by_icalendar import entry

EVER = (date(1900, 1, 1), date(2900, 1, 1))


def read(calendars):
    return {name: [entry(event) for event in events(text)] for name, text in calendars.items()}


def events(text):
    return recurring_ical_events.of(Calendar.from_ical(text)).between(*EVER)
