"""A calendar server for one person, in memory: as much of CalDAV as the program and its tests ask.

The contract of ``calendars/test_sync.py`` holds it to what two real servers do.
"""

import base64
import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape

from defusedxml import ElementTree

DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
MULTISTATUS = '<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">{}</multistatus>'


class Collection:
    """A calendar: its name, and its events by theirs, each with its version and its text."""

    def __init__(self, name):
        self.name = name
        self.items = {}


class Handler(BaseHTTPRequestHandler):
    """Answers one client; ``server`` has the calendars."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def parse_request(self):
        if not super().parse_request():
            return False
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        if len(self.body) < length:  # the connection was lost, so the rest never comes
            self.close_connection = True
            return False
        self.where = unquote(urlsplit(self.path).path)
        if self.headers.get("Authorization") == self.server.token:
            return True
        self.say(401, WWW_Authenticate='Basic realm="calendars"')
        return False

    def say(self, status, text="", **headers):
        """Answer in one piece."""
        body = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self._headers_buffer.append(b"\r\n" + body)
        self.flush_headers()

    def log_message(self, *_):
        pass

    # --- what is where ----------------------------------------------------------------------

    def collection(self):
        """The calendar that an address is in, and the name of an event there."""
        folder, _, name = self.where.rpartition("/")
        return self.server.collections.get(f"{folder}/"), name

    def properties(self, where):
        """What is known of an address that has something; None of any other."""
        home, calendar = self.server.home, self.server.collections.get(where)
        principal = {f"{DAV}current-user-principal": f"<href>{home}</href>"}
        if calendar:
            kind = "<collection/><C:calendar/>"
            name = {f"{DAV}displayname": escape(calendar.name)}
            return {f"{DAV}resourcetype": kind} | principal | name
        if where == home:
            homes = {f"{CALDAV}calendar-home-set": f"<href>{home}</href>"}
            return {f"{DAV}resourcetype": "<collection/><principal/>"} | principal | homes
        return {f"{DAV}resourcetype": "<collection/>"} | principal if where == "/" else None

    # --- the methods ------------------------------------------------------------------------

    def do_PROPFIND(self):
        asked = [each.tag for each in ElementTree.fromstring(self.body).find(f"{DAV}prop")]
        known = {self.where: self.properties(self.where)}
        if known[self.where] is None:
            self.say(404)
            return
        if self.where == self.server.home and self.headers["Depth"] == "1":
            known |= {where: self.properties(where) for where in self.server.collections}
        self.tell((where, {tag: has.get(tag) for tag in asked}) for where, has in known.items())

    def tell(self, found):
        """Answer PROPFIND; missing properties are 404 (RFC 4918, section 9.1)."""
        told = "".join(
            f"<response><href>{quote(where)}</href>{''.join(map(propstat, has, has.values()))}</response>"
            for where, has in found
        )
        self.say(207, MULTISTATUS.format(told), Content_Type="text/xml; charset=utf-8")

    def do_REPORT(self):
        calendar, _ = self.collection()
        if calendar is None:
            self.say(404)
            return
        query = ElementTree.fromstring(self.body)
        asked = {each.tag for each in query.find(f"{DAV}prop")}
        named = {unquote(href.text).rpartition("/")[2] for href in query.iter(f"{DAV}href")}
        with self.server.lock:
            items = [*calendar.items.items()]
        self.tell(
            (f"{self.where}{name}", {tag: value for tag, value in said(item) if tag in asked})
            for name, item in items
            if not named or name in named
        )

    def do_MKCALENDAR(self):
        if self.where in self.server.collections:
            self.say(405)
            return
        name = next(ElementTree.fromstring(self.body).iter(f"{DAV}displayname"))
        self.server.collections[self.where] = Collection(name.text)
        self.say(201)

    def do_PROPPATCH(self):
        calendar, _ = self.collection()
        name = next(ElementTree.fromstring(self.body).iter(f"{DAV}displayname"))
        calendar.name = name.text
        self.tell([(self.where, {name.tag: ""})])

    def do_GET(self):
        calendar, name = self.collection()
        if calendar is None or name not in calendar.items:
            self.say(404)
            return
        self.say(200, calendar.items[name][1], Content_Type="text/calendar; charset=utf-8")

    def do_PUT(self):
        calendar, name = self.collection()
        with self.server.lock:
            status = 409 if calendar is None else self.may_change(calendar, name)
            if status < 300:
                etag = f'"{next(self.server.versions)}"'
                calendar.items[name] = (etag, self.body.decode())
        self.say(status)

    def do_DELETE(self):
        calendar, name = self.collection()
        with self.server.lock:
            if calendar is not None and not name:
                self.server.collections.pop(self.where)
                status = 204
            elif calendar is None or name not in calendar.items:
                status = 404
            elif (status := self.may_change(calendar, name)) < 300:
                calendar.items.pop(name)
        self.say(status)

    def may_change(self, calendar, name):
        """Whether the resource matches the client's preconditions (RFC 9110, section 13.1)."""
        there = calendar.items.get(name, (None,))[0]
        match, none_match = (self.headers.get(name) for name in ("If-Match", "If-None-Match"))
        if (none_match == "*" and there) or (
            match and match != there and (match != "*" or not there)
        ):
            return 412
        return 204 if there else 201


def said(item):
    """The properties of an event."""
    etag, text = map(escape, item)
    return ((f"{DAV}getetag", etag), (f"{CALDAV}calendar-data", text))


def propstat(tag, value):
    """Return the value of a property, or that it is missing."""
    space, name = tag[1:].split("}")
    status = "404 Not Found" if value is None else "200 OK"
    element = f'<x:{name} xmlns:x="{space}">{value or ""}</x:{name}>'
    return f"<propstat><prop>{element}</prop><status>HTTP/1.1 {status}</status></propstat>"


class Server(ThreadingHTTPServer):
    """The calendars of a person, at ``url``."""

    daemon_threads = True

    def __init__(self, user, password):
        super().__init__(("127.0.0.1", 0), Handler)
        self.token = f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
        self.home, self.url = f"/{user}/", f"http://127.0.0.1:{self.server_port}/"
        self.collections, self.versions, self.lock = {}, count(1), threading.Lock()

    def handle_error(self, *_):
        """Log nothing; in some tests a client hangs up on purpose."""


@contextlib.contextmanager
def served(server):
    """Have a server answer in a thread of its own until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.002})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def running(user, password):
    """Run a server until the block ends."""
    with Server(user, password) as server, served(server):
        yield server
