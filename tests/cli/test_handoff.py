"""What the server sends and refuses, over real loopback connections."""

import errno
import http.client
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from msgspec.structs import replace

from microplan.cli.handoff import addresses
from microplan.cli.handoff import server as handoff
from microplan.cli.handoff.offer import Item, Offer
from microplan.errors import UsageError
from tests.forks import SECONDS

SECRET = "A" * 22
PAGE = Item(name="", type="text/html; charset=utf-8", content="<p>näh</p>".encode())
FILE = Item(name="plan.ics", type="text/calendar; charset=utf-8", content=b"x\r\n" * 400_000,
            is_file=True)  # fmt: skip
HERE = f"/{SECRET}/"
ALWAYS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}


class Clock:
    """A clock that stands until it is set, so that no test waits for one."""

    now = 0.0

    def __call__(self):
        return self.now


class Serving:
    """A server in a thread, the items it sent, and functions to send requests."""

    def __init__(self, listener):
        self.clock, self.sent, self.chosen = Clock(), [], []
        self.place = handoff.netloc(listener)
        self.address = listener.getsockname()
        self.offer = Offer(secret=SECRET, netloc=self.place, items=(PAGE, FILE))
        server = handoff.HandoffServer(
            listener,
            lambda: self.offer,
            clock=self.clock,
            sent=lambda item, _program: self.sent.append(item),
            chosen=self.chosen.append,
        )
        self.thread = threading.Thread(target=server.run, args=[60.0])
        self.thread.start()

    def ask(self, path, method="GET", headers=None):
        connection = http.client.HTTPConnection(*self.address, timeout=20)
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, dict(response.getheaders()), body

    def raw(self, request):
        with socket.create_connection(self.address, timeout=20) as connection:
            connection.sendall(request)
            return read_all(connection)

    def end(self):
        self.clock.now = 60.0
        with suppress(OSError):  # so that it looks at the clock now, and not at its next tick
            socket.create_connection(self.address, timeout=20).close()
        self.thread.join(20)
        assert not self.thread.is_alive()


def read_all(connection):
    received = b""
    while more := connection.recv(65536):
        received += more
    return received


@pytest.fixture
def serving():
    with serve() as here:
        yield here


@contextmanager
def serve():
    with handoff.listen("127.0.0.1", 0) as listener:
        here = Serving(listener)
        try:
            yield here
        finally:
            here.end()


# --- what there is --------------------------------------------------------------------------


def test_the_page_and_the_file_are_handed_out_with_every_header(serving):
    status, headers, body = serving.ask(HERE)
    assert (status, body) == (200, PAGE.content)
    assert headers == ALWAYS | {"Content-Type": PAGE.type, "Content-Length": str(len(body))}
    status, headers, body = serving.ask(f"{HERE}plan.ics")
    assert (status, body) == (200, FILE.content)
    assert headers == ALWAYS | {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Length": str(len(body)),
        "Content-Disposition": 'inline; filename="plan.ics"',
    }
    serving.end()
    assert serving.sent == [PAGE, FILE]


@pytest.mark.parametrize("item", [PAGE, FILE], ids=["the page", "the file"])
def test_head_says_the_same_without_a_body_and_sends_nothing(serving, item):
    _, headers, _ = serving.ask(HERE + item.name)
    assert serving.ask(HERE + item.name, "HEAD") == (200, headers, b"")
    serving.end()
    assert serving.sent == [item]


# --- what there is not ----------------------------------------------------------------------

NOT_FOUND = (404, ALWAYS | {"Content-Length": "0"}, b"")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/", id="the root"),
        pytest.param("/favicon.ico", id="what browsers ask by themselves"),
        pytest.param(f"/{SECRET}", id="without the last slash"),
        pytest.param(f"/{SECRET}/plan.ICS", id="in other letters"),
        pytest.param(f"/{SECRET}/plan.ics/", id="below the file"),
        pytest.param(f"/{SECRET}//plan.ics", id="two slashes"),
        pytest.param(f"/{SECRET}/?", id="a query"),
        pytest.param(f"/{SECRET}/../{SECRET}/", id="up and down"),
        pytest.param(f"/%41{SECRET[1:]}/", id="percent-encoded"),
        pytest.param(f"/{SECRET[1:]}B/", id="a secret as long"),
        pytest.param(f"/{SECRET[:-1]}/", id="a secret too short"),
        pytest.param("//", id="no secret"),
        pytest.param("/etc/passwd", id="a file of the machine"),
    ],
)
def test_every_other_path_is_not_found(serving, path):
    assert serving.ask(path) == NOT_FOUND
    assert serving.ask(path, "HEAD") == NOT_FOUND
    assert serving.sent == []


YES = Item(name="1/yes", type="", content=b"", is_choice=True, leads_to="2")
LAST = Item(name="2/yes", type=PAGE.type, content=b"<p>bye</p>", is_choice=True)


def test_a_choice_is_posted_and_leads_to_a_page_or_has_one(serving):
    policy = "default-src 'none'; img-src 'self'"
    serving.offer = replace(serving.offer, items=(PAGE, YES, LAST), policy=policy)
    always = ALWAYS | {"Content-Security-Policy": policy}
    led = {"Location": f"{HERE}2", "Content-Length": "0"}
    assert serving.ask(f"{HERE}1/yes", "POST") == (303, always | led, b"")
    status, _, body = serving.ask(f"{HERE}2/yes", "POST")
    assert (status, body) == (200, LAST.content)
    for method, name in (("GET", "1/yes"), ("HEAD", "2/yes"), ("POST", ""), ("POST", "3/yes")):
        assert serving.ask(HERE + name, method)[0] == 404
    serving.end()
    assert serving.sent == serving.chosen == [YES, LAST]


METHODS = ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "GETT")


@pytest.mark.parametrize("method", METHODS)
def test_every_other_method_is_not_found(serving, method):
    assert serving.ask(HERE, method) == NOT_FOUND


def test_every_other_host_is_not_found(serving):
    port = serving.address[1]
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", f"localhost:{port}", ""):
        assert serving.ask(HERE, headers={"Host": host}) == NOT_FOUND
    assert serving.ask(HERE, headers={"Host": serving.place})[0] == 200


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param("GET {path} HTTP/1.1\r\n\r\n", id="no host"),
        pytest.param("GET {path} HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n", id="two hosts"),
        pytest.param("GET {path} HTTP/1.1\r\nHost : {host}\r\n\r\n", id="a blank in a name"),
        pytest.param("GET {path} HTTP/1.1\r\n Host: {host}\r\n\r\n", id="a folded line"),
        pytest.param("GET http://{host}{path} HTTP/1.1\r\nHost: {host}\r\n\r\n", id="as a proxy"),
        pytest.param("GET  {path} HTTP/1.1\r\nHost: {host}\r\n\r\n", id="two blanks"),
        pytest.param("GET {path}\r\nHost: {host}\r\n\r\n", id="HTTP 0.9"),
        pytest.param("GET {path} HTTP/2.0\r\nHost: {host}\r\n\r\n", id="HTTP 2"),
        pytest.param("GET {path} HTTP/1.1\nHost: {host}\r\n\r\n", id="a bare line feed"),
        pytest.param("GET {path}\0 HTTP/1.1\r\nHost: {host}\r\n\r\n", id="a control character"),
        pytest.param("GET {path}é HTTP/1.1\r\nHost: {host}\r\n\r\n", id="beyond ASCII"),
        pytest.param("\r\n\r\n", id="nothing"),
        pytest.param("GET {path} HTTP/1.1\r\nHost: {host}\r\nX: " + "y" * 9000, id="a long head"),
        pytest.param("y" * 9000, id="no head at all"),
    ],
)
def test_what_is_not_a_plain_request_is_not_found(serving, request_):
    answered = serving.raw(request_.format(path=HERE, host=serving.place).encode())
    assert answered.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert answered.endswith(b"\r\n\r\n")
    assert SECRET.encode() not in answered


def test_a_second_request_on_a_connection_is_never_answered(serving):
    """Bodies aren't read, so no request can be smuggled in one (RFC 9112, section 11.2)."""
    one = f"HEAD {HERE} HTTP/1.1\r\nHost: {serving.place}\r\nContent-Length: 300\r\n\r\n"
    assert serving.raw(one.encode() * 2).count(b"HTTP/1.1") == 1


# --- who is slow, and who is many -----------------------------------------------------------


@pytest.mark.torture("clients that are slow or gone")
def test_a_slow_client_does_not_block_others(serving):
    with socket.create_connection(serving.address, timeout=20) as slow:
        slow.sendall(b"GET / HT")
        assert serving.ask(HERE)[0] == 200
        slow.sendall(b"TP/1.1\r\n\r\n")
        assert read_all(slow).startswith(b"HTTP/1.1 404")


@pytest.mark.torture("clients that are slow or gone")
def test_a_client_that_reads_nothing_does_not_block_others(serving):
    with socket.create_connection(serving.address, timeout=20) as deaf:
        deaf.sendall(f"GET {HERE}plan.ics HTTP/1.1\r\nHost: {serving.place}\r\n\r\n".encode())
        assert serving.ask(HERE)[0] == 200


@pytest.mark.torture("clients that are slow or gone")
def test_a_request_that_does_not_come_is_not_waited_for(serving, monkeypatch):
    monkeypatch.setattr(handoff, "TICK", 0.02)
    with socket.create_connection(serving.address, timeout=20) as slow:
        slow.sendall(b"GET / HT")
        serving.ask(HERE)  # by now the slow one has been let in
        serving.clock.now = handoff.ASKING
        assert slow.recv(1) == b""


@pytest.mark.torture
def test_the_number_of_connections_is_limited(serving, counted):
    held = []
    for _ in range(4):
        held += [socket.create_connection(serving.address, timeout=20) for _ in range(10)]
        assert serving.ask(HERE)[0] == 200  # by now the others have been let in
    too_many = len(held) - handoff.MAX_VISITS
    assert too_many > 0
    for connection in held[:too_many]:
        assert connection.recv(1) == b""
    for connection in held:
        connection.close()
    counted("clients that are slow or gone", len(held))


@pytest.mark.torture
def test_one_who_hangs_up_is_forgotten(serving, counted):
    for request in (b"", b"GET / HT", f"GET {HERE} HTTP/1.1\r\n\r\n".encode()):
        with socket.create_connection(serving.address, timeout=20) as connection:
            connection.sendall(request)
        counted("clients that are slow or gone")
    assert serving.ask(HERE)[0] == 200


def test_when_the_time_is_up_it_ends_by_itself():
    with serve() as here, socket.create_connection(here.address, timeout=20) as waiting:
        here.ask(HERE)
        here.end()
        assert waiting.recv(1) == b""


# --- where ----------------------------------------------------------------------------------


def test_a_port_in_use_is_refused():
    with handoff.listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(UsageError) as refused:
            handoff.listen("127.0.0.1", port)
    said = f"port {port} of 127.0.0.1 is in use; leave --port out for a free one"
    assert str(refused.value) == said


def test_an_address_elsewhere_is_refused():
    with pytest.raises(UsageError) as refused:
        handoff.listen("198.51.100.7", 0)
    said = "198.51.100.7 is not an address of this machine; leave --host out to be asked"
    assert str(refused.value) == said


def test_port_80_is_left_out_of_the_url():
    class At80:
        def getsockname(self):
            return ("192.168.1.23", 80)

    assert handoff.netloc(At80()) == "192.168.1.23"


def test_every_address_found_is_one_of_this_machine():
    for address in addresses.addresses():
        assert not address.text.startswith("127.")
        handoff.listen(address.text, 0).close()


# --- too little of something ------------------------------------------------------------------


class Scarce:
    """A listener of a process that has no descriptor left for another connection."""

    def __init__(self, listener, fault, times):
        self.listener, self.fault, self.left, self.tries = listener, fault, times, 0

    def fileno(self):
        return self.listener.fileno()

    def accept(self):
        self.tries += 1
        if self.tries <= self.left:
            raise OSError(self.fault, "too little")
        return self.listener.accept()


@pytest.mark.parametrize("fault", handoff.SHORT, ids=errno.errorcode.get)
def test_without_descriptors_it_does_not_spin(fault):
    with handoff.listen("127.0.0.1", 0) as listener:
        scarce = Scarce(listener, fault, times=1 << 30)
        offer = Offer(secret=SECRET, netloc=handoff.netloc(listener), items=(PAGE,))
        server = handoff.HandoffServer(scarce, lambda: offer, clock=time.monotonic, sent=print)
        with socket.create_connection(listener.getsockname()):
            server.run(until=time.monotonic() + 0.05)
    assert scarce.tries == 1


def test_waiting_clients_are_accepted_once_descriptors_are_free(monkeypatch):
    monkeypatch.setattr(handoff, "TICK", 0.02)
    with handoff.listen("127.0.0.1", 0) as listener:
        scarce = Scarce(listener, errno.EMFILE, times=2)
        offer = Offer(secret=SECRET, netloc=handoff.netloc(listener), items=(PAGE,))
        server = handoff.HandoffServer(scarce, lambda: offer, clock=time.monotonic, sent=print)
        over = threading.Event()
        until = time.monotonic() + SECONDS
        thread = threading.Thread(target=server.run, args=[until, lambda: not over.is_set()])
        thread.start()
        connection = http.client.HTTPConnection(*listener.getsockname(), timeout=20)
        connection.request("GET", HERE)
        assert connection.getresponse().read() == PAGE.content
        connection.close()
        over.set()
        thread.join()
