"""Serves a few pages to a phone over HTTP, behind a secret, without a log.

There is one thread, and one request per connection. Bodies are never read and no connection is
reused, so requests can't be smuggled.
"""

from __future__ import annotations

import errno
import selectors
import socket
from collections.abc import Callable

from microplan.cli.handoff.offer import END, Item, Offer, answer, program
from microplan.errors import UsageError, cause

Clock = Callable[[], float]
"""Returns seconds from an arbitrary start, never going backwards."""

MAX_HEAD = 8192
"""The most bytes of a request; browsers send about a tenth of it."""
MAX_VISITS = 16
"""The most concurrent connections; the oldest is closed for a new one."""
ASKING = 10.0
"""Seconds for a client to send its request."""
ANSWERING = 60.0
"""Seconds for a client to receive its answer."""
LEAVING = 2.0
"""Seconds to wait for the client to close, so that the end of the answer isn't lost."""
SHORT = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
"""Errors of ``accept`` when the system is short of files or memory."""
TICK = 1.0
"""The most seconds between two checks of the clock."""


# --- who asks -------------------------------------------------------------------------------


class _Visit:
    """One connection, with one request and one answer."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self.connection = connection
        self.until = until
        self.head = b""
        self.unsent = memoryview(b"")
        self.item: Item | None = None
        self.program = b""
        self.is_answered = False


class HandoffServer:
    """Answers connections to ``listener`` with the current offer.

    ``sent`` is called with each item that was sent completely and the program that received it;
    ``chosen`` with each choice, before it is answered.
    """

    def __init__(
        self,
        listener: socket.socket,
        offers: Callable[[], Offer],
        *,
        clock: Clock,
        sent: Callable[[Item, bytes], object],
        chosen: Callable[[Item], object] = lambda _: None,
    ) -> None:
        self._listener = listener
        self._offers = offers
        self._clock = clock
        self._sent = sent
        self._chosen = chosen
        self._visits: dict[socket.socket, _Visit] = {}
        self._selector = selectors.DefaultSelector()
        self._paused_until = 0.0

    def run(self, until: float, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Serve until the clock reaches ``until`` or ``goes_on`` returns False."""
        self._selector.register(self._listener, selectors.EVENT_READ)
        try:
            while (left := until - self._clock()) > 0 and goes_on():
                for key, _ in self._selector.select(min(left, TICK)):
                    self._handle(key.data)
                self._close_slow()
                self._listen_again()
        finally:
            for visit in list(self._visits.values()):
                self._close(visit)
            self._selector.close()

    def _handle(self, visit: _Visit | None) -> None:
        """Take the next step for a connection, or accept a new one for None."""
        if visit is None:
            self._accept()
        elif visit.connection in self._visits:  # it may have been closed for a new one
            try:
                (self._write if visit.unsent else self._read)(visit)
            except BlockingIOError:
                pass
            except OSError:  # the client hung up
                self._close(visit)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError as error:
            if error.errno in SHORT:
                self._pause()
            return  # or the client left before it was accepted
        connection.setblocking(False)  # noqa: FBT003 - its one parameter, and positional
        if len(self._visits) >= MAX_VISITS:
            self._close(next(iter(self._visits.values())))
        visit = _Visit(connection, self._clock() + ASKING)
        self._visits[connection] = visit
        self._selector.register(connection, selectors.EVENT_READ, visit)

    def _pause(self) -> None:
        """Stop accepting for a moment; otherwise a waiting client would make the loop spin."""
        self._selector.unregister(self._listener)
        self._paused_until = self._clock() + TICK

    def _listen_again(self) -> None:
        if self._paused_until and self._paused_until <= self._clock():
            self._paused_until = 0.0
            self._selector.register(self._listener, selectors.EVENT_READ)

    def _read(self, visit: _Visit) -> None:
        received = visit.connection.recv(MAX_HEAD)
        if not received:
            self._close(visit)
        elif not visit.is_answered:  # bytes after the request are ignored
            visit.head += received
            if END in visit.head or len(visit.head) > MAX_HEAD:
                self._answer(visit)

    def _answer(self, visit: _Visit) -> None:
        head, end, _ = visit.head.partition(END)
        fits = bool(end) and len(head) <= MAX_HEAD
        response, visit.item = answer(head if fits else b"", self._offers())
        visit.program = program(head)
        if visit.item is not None and visit.item.is_choice:
            self._chosen(visit.item)
        visit.unsent = memoryview(response)
        visit.is_answered = True
        self._await(visit, selectors.EVENT_WRITE, ANSWERING)

    def _write(self, visit: _Visit) -> None:
        visit.unsent = visit.unsent[visit.connection.send(visit.unsent) :]
        if not visit.unsent:
            visit.connection.shutdown(socket.SHUT_WR)
            self._await(visit, selectors.EVENT_READ, LEAVING)
            if visit.item is not None:
                self._sent(visit.item, visit.program)

    def _await(self, visit: _Visit, event: int, seconds: float) -> None:
        visit.until = self._clock() + seconds
        self._selector.modify(visit.connection, event, visit)

    def _close_slow(self) -> None:
        now = self._clock()
        for visit in [visit for visit in self._visits.values() if visit.until <= now]:
            self._close(visit)

    def _close(self, visit: _Visit) -> None:
        del self._visits[visit.connection]
        self._selector.unregister(visit.connection)
        visit.connection.close()


# --- where it listens -----------------------------------------------------------------------


def listen(address: str, port: int) -> socket.socket:
    """Listen at an IPv4 address of this machine; port 0 picks a free port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # On Windows REUSEADDR would let another program listen at the same address.
        own = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
        listener.setsockopt(socket.SOL_SOCKET, own, 1)
        listener.bind((address, port))
        listener.listen(MAX_VISITS)
    except OSError as error:
        listener.close()
        raise UsageError(_refusal(error, address, port)) from None
    listener.setblocking(False)  # noqa: FBT003 - its one parameter, and positional
    return listener


def netloc(listener: socket.socket) -> str:
    """Return the listener's host and port as in a URL, without the default port 80."""
    return spelled(*listener.getsockname())


def spelled(address: str, port: int) -> str:
    """Return an address and port as in a URL, without the default port 80."""
    return address if port == 80 else f"{address}:{port}"  # noqa: PLR2004 - the port of HTTP


def _refusal(error: OSError, address: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} of {address} is in use; leave --port out for a free one"
        case errno.EADDRNOTAVAIL:
            return f"{address} is not an address of this machine; leave --host out to be asked"
        case errno.EACCES | errno.EPERM:
            return f"port {port} can't be used without special rights; use 1024 or above"
        case _:
            return f"{address} can't be served: {cause(error)}"
