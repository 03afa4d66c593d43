"""Read calendars with libical: by name on standard input, their events on standard output.

The structures are those of libical 3 (``icaltime.h``, ``icalduration.h``, ``icaltypes.h``).
"""

import ctypes
import json
import sys
from ctypes import c_char_p, c_int, c_longlong, c_uint, c_void_p
from datetime import UTC, datetime

from tests.readers import LIBICAL

LIBRARY = ctypes.CDLL(LIBICAL)


class Time(ctypes.Structure):
    _fields_ = (
        *((name, c_int) for name in ("year", "month", "day", "hour", "minute", "second")),
        ("is_date", c_int),
        ("is_daylight", c_int),
        ("zone", c_void_p),
    )


class Duration(ctypes.Structure):
    _fields_ = (
        ("is_neg", c_int),
        *((name, c_uint) for name in ("days", "weeks", "hours", "minutes", "seconds")),
    )


class Trigger(ctypes.Structure):
    _fields_ = (("time", Time), ("duration", Duration))


def function(name, result, *arguments):
    found = LIBRARY[name]
    found.restype, found.argtypes = result, arguments
    return found


parse = function("icalparser_parse_string", c_void_p, c_char_p)
errors = function("icalcomponent_count_errors", c_int, c_void_p)
component_kind = function("icalcomponent_string_to_kind", c_int, c_char_p)
property_kind = function("icalproperty_string_to_kind", c_int, c_char_p)
first_component = function("icalcomponent_get_first_component", c_void_p, c_void_p, c_int)
next_component = function("icalcomponent_get_next_component", c_void_p, c_void_p, c_int)
first_property = function("icalcomponent_get_first_property", c_void_p, c_void_p, c_int)
trigger = function("icalproperty_get_trigger", Trigger, c_void_p)
seconds = function("icaldurationtype_as_int", c_int, Duration)
start = function("icalcomponent_get_dtstart", Time, c_void_p)
end = function("icalcomponent_get_dtend", Time, c_void_p)
instant = function("icaltime_as_timet_with_zone", c_longlong, Time, c_void_p)
uid = function("icalcomponent_get_uid", c_char_p, c_void_p)
value = function("icalproperty_get_value", c_void_p, c_void_p)
text_of = function("icalvalue_get_text", c_char_p, c_void_p)
written = function("icalproperty_get_value_as_string", c_char_p, c_void_p)

EVENT, ALARM = component_kind(b"VEVENT"), component_kind(b"VALARM")


def each(component, kind):
    found = first_component(component, kind)
    while found:
        yield found
        found = next_component(component, kind)


def moment(time):
    if time.is_date:
        return f"{time.year:04}-{time.month:02}-{time.day:02}"
    return f"{datetime.fromtimestamp(instant(time, time.zone), UTC):%Y-%m-%dT%H:%M:%SZ}"


def text(event, name, say=lambda found: text_of(value(found))):
    found = first_property(event, property_kind(name))
    return say(found).decode() if found else ""


def alarm(component):
    return seconds(trigger(first_property(component, property_kind(b"TRIGGER"))).duration)


def entry(event):
    return (
        uid(event).decode(),
        moment(start(event)),
        moment(end(event)),
        *(text(event, name) for name in (b"SUMMARY", b"DESCRIPTION", b"LOCATION")),
        text(event, b"STATUS", written),
        sorted(alarm(found) for found in each(event, ALARM)),
    )


def read(source):
    calendar = parse(source.encode())
    assert not errors(calendar), f"libical found {errors(calendar)} errors"
    return [entry(event) for event in each(calendar, EVENT)]


if __name__ == "__main__":
    calendars = json.load(sys.stdin)
    json.dump({name: read(source) for name, source in calendars.items()}, sys.stdout)
