"""Servers for the tests, all on loopback: a calendar in memory, two real ones, one that fails."""

import base64
import contextlib
import select
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.request
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import icalendar
from defusedxml import ElementTree

from microplan.calendars import caldav_calendar, remote_event
from microplan.calendars.sync import Delete, Put
from tests.caldav_server import served

USER, PASSWORD = "anna", "s3cret-word"
OTHERS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//somebody//else//EN\r\nBEGIN:VEVENT\r\n"
    "UID:dentist\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:20270105T090000Z\r\n"
    "DTEND:20270105T100000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


class InMemory:
    """A calendar on a server, and the changes that another client can make to it."""

    def __init__(self):
        self.items = {}
        self.version = 0

    def listing(self, uids):
        found = (
            remote_event.read(f"/{name}", etag, text, uids)
            for name, (etag, text) in self.items.items()
        )
        return [each for each in found if each]

    def perform(self, action):
        name = action.remote.href[1:] if action.remote else f"{action.event.uid}.ics"
        there = self.items.get(name)
        if there is None and isinstance(action, Delete):
            return True
        if (there and there[0]) != (action.remote and action.remote.etag):
            return False
        if isinstance(action, Put):
            self.put(name, action.wanted.text)
        else:
            self.delete(name)
        return True

    def put(self, name, text):
        self.version += 1
        self.items[name] = (f'"{self.version}"', text)

    def get(self, name):
        return self.items[name][1]

    def delete(self, name):
        del self.items[name]

    def texts(self):
        return [text for _, text in self.items.values()]


class OnServer(caldav_calendar.Calendar):
    """A calendar on a real server, with the changes another client can make by plain HTTP."""

    def put(self, name, text):
        ask("PUT", f"{self.url}{name}", text)

    def get(self, name):
        return ask("GET", f"{self.url}{name}")

    def delete(self, name):
        ask("DELETE", f"{self.url}{name}")

    def texts(self):
        answer = ask(
            "REPORT", self.url, caldav_calendar.EVENTS, {"Content-Type": XML, "Depth": "1"}
        )
        data = ElementTree.fromstring(answer).iter("{urn:ietf:params:xml:ns:caldav}calendar-data")
        return [each.text for each in data]


def ask(method, url, text=None, headers=()):
    """Be another client of the same person."""
    token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - loopback
        url,
        method=method,
        data=None if text is None else text.encode(),
        headers={
            "Authorization": f"Basic {token}",
            "Content-Type": "text/calendar",
            **dict(headers),
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return answer.read().decode()


def make_calendar(url, name):
    """Make a calendar as another client would."""
    ask(
        "MKCALENDAR",
        url,
        '<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
        f"<D:displayname>{name}</D:displayname></D:prop></D:set></C:mkcalendar>",
        {"Content-Type": "text/xml"},
    )


def events(calendar):
    """The events of a calendar by UID, which must be unique."""
    found = [
        event
        for text in calendar.texts()
        for event in icalendar.Calendar.from_ical(text).walk("VEVENT")
    ]
    by_uid = {str(event["UID"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def moved(text, days=0, hour=None):
    """The text of an event that a person moved, as their program would write it."""
    calendar = icalendar.Calendar.from_ical(text)
    event = calendar.walk("VEVENT")[0]
    for name in ("DTSTART", "DTEND"):
        when = event[name].dt + timedelta(days=days)
        if hour is not None:
            when = when.replace(hour=hour)
        event[name].dt = when
    event["SEQUENCE"] = int(event.get("SEQUENCE", 0)) + 1
    return calendar.to_ical().decode()


# --- real servers ---------------------------------------------------------------------------


def radicale(folder):
    """Run Radicale for one person, whose calendars are at the address that the block gets."""
    users = folder / "htpasswd"
    users.write_text(f"{USER}:{PASSWORD}\n")
    settings = {
        "--config": "",
        "--server-hosts": "127.0.0.1:{port}",
        "--auth-type": "htpasswd",
        "--auth-htpasswd-filename": str(users),
        "--auth-htpasswd-encryption": "plain",
        "--auth-delay": "0",
        "--storage-filesystem-folder": str(folder / "store"),
    }
    return _served("radicale", settings, "server ready")


def xandikos(folder):
    """Run xandikos, which has no authentication and keeps calendars one folder deeper."""
    settings = {
        "--directory": str(folder),
        "--current-user-principal": f"/{USER}/",
        "--listen-address": "127.0.0.1",
        "--port": "{port}",
    }
    return _served("xandikos", settings, "Listening on", "serve", "--defaults")


@contextlib.contextmanager
def _served(module, settings, is_ready, *words):
    """Run a server's module on a free port until the block ends; yield its address."""
    for _ in range(5):  # another process may take the port before the server does
        port = _free_port()
        options = (part.format(port=port) for pair in settings.items() for part in pair)
        command = [sys.executable, "-m", module, *words, *options]
        server = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if any(is_ready in line for line in server.stdout):
            break
        server.wait()
    drain = threading.Thread(target=server.stdout.read, daemon=True)
    drain.start()
    within(30, lambda: _listens(port))  # xandikos says that it does just before
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()
        drain.join()
        server.stdout.close()


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- a server that fails --------------------------------------------------------------------

MULTISTATUS = '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">{}</D:multistatus>'
IS_CALENDAR = MULTISTATUS.format(
    "<D:response><D:href>/c/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/>"
    "<C:calendar/></D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
    "</D:response>"
)


def principal(properties):
    """Tell properties of a place that is no calendar."""
    return IS_CALENDAR.replace("<C:calendar/></D:resourcetype>", f"</D:resourcetype>{properties}")


XML = "text/xml; charset=utf-8"


def item(text, href="/c/1.ics"):
    """One event in an answer to a REPORT."""
    return items([(href, text)])


def items(resources):
    """Tell events in an answer to a REPORT, each under its address."""
    return MULTISTATUS.format(
        "".join(
            f'<D:response><D:href>{href}</D:href><D:propstat><D:prop><D:getetag>"1"</D:getetag>'
            f"<C:calendar-data><![CDATA[{text}]]></C:calendar-data></D:prop>"
            "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
            for href, text in resources
        )
    )


@contextlib.contextmanager
def failing(*, tls=None, **answers):
    """Serve a calendar with a fixed answer per method: (status, headers, body), or a function.

    What is not told goes well, and the calendar is empty. With the context of a certificate the
    server speaks TLS.
    """
    usual = {
        "PROPFIND": (207, {"Content-Type": XML}, IS_CALENDAR),
        "REPORT": (207, {"Content-Type": XML}, MULTISTATUS.format("")),
        "PUT": (201, {}, ""),
        "DELETE": (204, {}, ""),
    }
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # a body waits for no acknowledgement of its head

        def answer(self):
            length = int(self.headers.get("Content-Length") or 0)
            server.bodies.append((self.command, self.rfile.read(length).decode(errors="replace")))
            server.asked.append((self.command, self.path, dict(self.headers)))
            told = server.answers[self.command]
            if callable(told):
                told(self, ended)
                self.close_connection = True
                return
            status, headers, body = told
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_PROPFIND = do_REPORT = do_PUT = do_DELETE = do_MKCALENDAR = do_PROPPATCH = answer  # noqa: N815
        do_CONNECT = do_GET = answer  # noqa: N815

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            pass  # a client that hangs up is what some of these tests are about

    with Server(("127.0.0.1", 0), Handler) as server:
        server.asked, server.bodies, server.answers = [], [], usual | answers
        server.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/c/"
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        with served(server):
            try:
                yield server
            finally:
                ended.set()


def within(seconds, happens):
    """Look until something happens, without waiting longer than that."""
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until
        time.sleep(0.002)  # to look again at once would take what it waits for its processor


# --- a connection that is lost --------------------------------------------------------------


class Cutting(socketserver.ThreadingTCPServer):
    """A way to a server that is cut for good once so many bytes went over it, both ways.

    ``turns`` says how many had gone each time one side began to speak.
    """

    daemon_threads = True

    def __init__(self, url, left):
        self.behind, self.left, self.passed, self.turns = urlsplit(url), left, 0, []
        super().__init__(("127.0.0.1", 0), _Pump)
        self.url = f"http://127.0.0.1:{self.server_address[1]}{self.behind.path}"

    def handle_error(self, *_):
        """Log nothing; clients hang up here on purpose."""


class _Pump(socketserver.BaseRequestHandler):
    def handle(self):
        way = self.server
        with socket.create_connection((way.behind.hostname, way.behind.port)) as there:
            speaks = None
            while way.left > 0:
                source = select.select([self.request, there], [], [], 30)[0][0]
                data = source.recv(65536)[: way.left]
                if not data:
                    return
                if source is not speaks:
                    way.turns.append(way.passed)
                way.left, way.passed, speaks = way.left - len(data), way.passed + len(data), source
                (there if source is self.request else self.request).sendall(data)


@contextlib.contextmanager
def cutting(url, left=1 << 30):
    """Lead to a server by a way that is cut after so many bytes."""
    with Cutting(url, left) as way, served(way):
        yield way
