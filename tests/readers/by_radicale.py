"""Radicale, the server itself without its socket: a calendar is put, and asked for again.

``read`` tells what the server gives to a client; asked for some hours, it works out for itself
which events fall into them.
"""

from __future__ import annotations

import io
from base64 import b64encode
from functools import wraps
from tempfile import TemporaryDirectory
from wsgiref.util import setup_testing_defaults

import vobject
from defusedxml import ElementTree
from radicale import Application, config

from tests.readers.by_icalendar import read as read_texts

QUERY = """<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">
<d:prop><c:calendar-data/></d:prop>
<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">{}</c:comp-filter>
</c:comp-filter></c:filter></c:calendar-query>"""
HOURS = '<c:time-range start="{}" end="{}"/>'
DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"


def remembering(transition):
    """Find each change of a zone's clocks once: with every event, vobject looks for thirty years of them."""
    known = {}

    @wraps(transition)
    def remembered(to, year, zone):
        key = to, year, id(zone)
        if key not in known:  # beside its zone, whose id stays its own
            known[key] = zone, transition(to, year, zone)
        return known[key][1]

    return remembered


vobject.icalendar.getTransition = remembering(vobject.icalendar.getTransition)


class Server:
    """Calendars of one person in a folder that goes away."""

    def __init__(self, folder):
        settings = config.load()
        settings.update(
            {
                "auth": {"type": "none"},
                "storage": {"filesystem_folder": folder, "_filesystem_fsync": "False"},
            },
            "the tests",
            privileged=True,
        )
        self.application = Application(settings)

    def ask(self, method, path, body, kind):
        said = []
        octets = body.encode()
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/anna/{path}",
            "CONTENT_TYPE": f"{kind}; charset=utf-8",
            "CONTENT_LENGTH": str(len(octets)),
            "HTTP_AUTHORIZATION": f"Basic {b64encode(b'anna:anna').decode()}",
            "HTTP_DEPTH": "1",
            "wsgi.input": io.BytesIO(octets),
            "wsgi.errors": io.StringIO(),
        }
        setup_testing_defaults(environ)
        answer = self.application(environ, lambda status, _headers: said.append(status))
        text = b"".join(answer).decode()
        assert said[0][0] == "2", (said, text)
        return text

    def put(self, name, text):
        self.ask("PUT", f"{name}/", text, "text/calendar")

    def events(self, name, hours=""):
        """Texts of the events of a calendar, or of those in some hours."""
        answer = self.ask("REPORT", f"{name}/", QUERY.format(hours), "text/xml")
        return [data.text for data in ElementTree.fromstring(answer).iter(DATA)]


def read(calendars):
    with TemporaryDirectory() as folder:
        server = Server(folder)
        for number, text in enumerate(calendars.values()):
            server.put(f"{number}", text)
        return {name: served(server, f"{number}") for number, name in enumerate(calendars)}


def served(server, name, hours=""):
    texts = dict(enumerate(server.events(name, hours)))
    return [event for events in read_texts(texts).values() for event in events]
