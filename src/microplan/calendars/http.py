"""HTTP session limited to one origin, with size and time limits; maps every failure to ServerError."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from microplan.calendars import alarm
from microplan.errors import MicroplanError, RedirectedError, ServerError

PATIENCE = 120.0
"""Most seconds for an answer, including all requests it takes and reading them."""
AGAIN = 0.5
"""Seconds until we interrupt the library again, if it swallowed the first interruption."""
MAX_BYTES = 64 * 1024 * 1024
"""Largest answer in bytes: a calendar of about fifty thousand events."""


# --- what goes wrong ------------------------------------------------------------------------


@contextmanager
def asking(host: str) -> Iterator[None]:
    """Turn whatever the library raises into a ServerError, whose text never contains a password."""
    try:
        with within(PATIENCE):
            yield
    except (MicroplanError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - a server's answer can make the parser raise anything
        raise _failure(error, host) from None


def _failure(error: Exception, host: str) -> ServerError:  # noqa: PLR0911 - one case for each kind of failure
    """Build the error for an exception of the library."""
    from caldav.lib.error import DAVError, NotFoundError
    from caldav.lib.http_sync import requests

    match error:
        case NotFoundError():  # also for a 404 inside a multi-status answer (RFC 4918, 13)
            return refused(host, 404)
        case DAVError() if error.status:
            return refused(host, error.status)
        case requests.exceptions.Timeout() | TimeoutError():
            return too_slow(host)
        case requests.exceptions.ProxyError():
            advice = "check --proxy (one that needs a name and a password isn't supported)"
            return ServerError(f"the proxy doesn't reach {host}; {advice}")
        case requests.exceptions.SSLError():
            advice = "check the address and its certificate"
            return ServerError(f"can't connect safely to {host}; {advice}")
        case OSError():
            advice = "check the address and the network, and give --proxy if you're behind one"
            return ServerError(f"can't reach {host}, or the connection broke off; {advice}")
        case _:
            return invalid_answer(host)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError if the block takes longer than ``seconds`` in total.

    A socket's own timeout starts again with every byte, and a server can send bytes forever, in a
    header or as interim responses.
    """
    is_late = False

    def ring() -> None:
        nonlocal is_late
        is_late = True
        raise TimeoutError

    try:
        with alarm.real(seconds, ring, again=AGAIN):
            yield
    except Exception:  # the library may have wrapped the TimeoutError
        if is_late:
            raise TimeoutError from None
        raise


def too_slow(host: str) -> ServerError:
    """Build the error for a server that takes too long."""
    return ServerError(f"{host} takes too long to answer; try again later")


def invalid_answer(host: str) -> ServerError:
    """Build the error for an answer that isn't valid CalDAV."""
    return ServerError(
        f"{host} doesn't answer as a CalDAV server; check that --url is the address of a calendar server"
    )


REFUSALS = {
    400: "doesn't accept that; if its trash still holds the event, empty the trash, then push again",
    401: "doesn't accept this name and password; check --user and the password",
    403: "doesn't allow that; check that the calendar is yours to write to",
    404: "has nothing at that address; check --url",
    405: "doesn't support that at this address; check --url",
    409: "already has something there; look at the calendar, then try again",
    429: "wants fewer requests; try again later",
    503: "is busy; try again later",
    507: "has no space left; free some, then try again",
}


KNOWN = {"basic", "digest"}
"""Authentication schemes with a name and a password (RFC 7617, RFC 7616)."""
_QUOTED = re.compile(r'"[^"]*"')
_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]{0,30})(?=\s+[^\s=]|\s*,|\s*$)")
"""Matches an authentication scheme (RFC 9110, section 11.6.1); parameters have a ``=``."""


def unsupported_sign_in(host: str, offered: str) -> ServerError | None:
    """Build the error for a server without name-and-password sign-in; None if it offers that."""
    schemes = list(dict.fromkeys(_SCHEME.findall(_QUOTED.sub("", offered))))
    if not schemes or KNOWN & {scheme.lower() for scheme in schemes}:
        return None
    return ServerError(
        f"{host} only offers {' or '.join(schemes[:3])} sign-in, not a name and password; "
        "look there for another address, or for how other programs sign in"
    )


def refused(host: str, status: int) -> ServerError:
    """Build the error for a status code, with what to do about it."""
    failed = "failed; try again later" if status >= 500 else "refused; check --url"  # noqa: PLR2004
    what, _, hint = REFUSALS.get(status, failed).partition("; ")
    return ServerError(f"{host} {what} ({status}); {hint}")


# --- the wire -------------------------------------------------------------------------------


class _Answer(Struct, frozen=True, kw_only=True):
    """The parts of an answer that the library reads."""

    status_code: int
    reason: str
    headers: Any
    content: bytes
    url: str

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


def session(proxy: str) -> Any:  # noqa: ANN401 - niquests.Session
    """Make a session that talks only to the server, or to a proxy if one is given and it's https.

    By default, niquests takes passwords from ``.netrc`` and proxies from the environment, checks
    certificates with third parties over plain http (OCSP, CRL), and connects to other ports that a
    response offers for HTTP/3.
    """
    import niquests

    bare = niquests.Session(disable_http3=True, revocation_configuration=None)
    bare.trust_env = False
    bare.proxies = {"https": proxy} if proxy else {}
    return bare


class Wire:
    """A session that stays at one origin, follows no redirects, and reads a limited amount.

    The password goes only where the person said, and a server can neither fill the memory nor
    answer forever.
    """

    def __init__(self, session: Any, url: str) -> None:  # noqa: ANN401 - niquests' or requests'
        self.session = session
        self.url = url

    def request(self, method: str, url: str, **asked: Any) -> _Answer:  # noqa: ANN401 - handed on
        """Send a request, and read the whole answer within the size limit."""
        if origin(url) != origin(self.url):
            raise points_to(self.url, url)
        answer = self.session.request(
            method, url, **asked | {"allow_redirects": False, "stream": True}
        )
        try:
            if 300 <= answer.status_code < 400:  # noqa: PLR2004 - HTTP's own
                raise points_to(self.url, urljoin(url, answer.headers.get("Location", "")))
            if answer.status_code == 401:  # noqa: PLR2004
                self._check_sign_in(answer.headers.get("WWW-Authenticate", ""))
            return _Answer(
                status_code=answer.status_code,
                reason=answer.reason or "",
                headers=answer.headers,
                content=b"".join(self._content(answer)),
                url=url,
            )
        finally:
            answer.close()

    def target(self, path: str) -> str:
        """Find where a path of the origin redirects to; empty if nowhere. No credentials are sent.

        A path that asks for a password first counts as the target (RFC 6764, section 5).
        """
        url = urljoin(self.url, path)
        answer = self.session.request("GET", url, allow_redirects=False, stream=True)
        try:
            if answer.status_code == 401:  # noqa: PLR2004
                return url
            to = answer.headers.get("Location", "")
            is_away = 300 <= answer.status_code < 400  # noqa: PLR2004 - HTTP's own
            return urljoin(url, to) if is_away and to else ""
        finally:
            answer.close()

    def _check_sign_in(self, offered: str) -> None:
        fault = unsupported_sign_in(urlsplit(self.url).netloc, offered)
        if fault is not None:
            raise fault

    def _content(self, answer: Any) -> Iterator[bytes]:  # noqa: ANN401
        host, length = urlsplit(self.url).netloc, 0
        for chunk in answer.iter_content(65536):
            length += len(chunk)
            if length > MAX_BYTES:
                raise ServerError(
                    f"{host} answers with more than {MAX_BYTES >> 20} MiB; use a calendar that "
                    "holds only this plan"
                )
            yield chunk

    def close(self) -> None:
        """Close the connections."""
        self.session.close()


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Return the scheme, host and port of an address (RFC 6454)."""
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or usual


def has_same_origin(url: str, other: str) -> bool:
    """Whether two addresses have the same origin; False if a port is invalid."""
    try:
        return origin(url) == origin(other)
    except ValueError:
        return False


def points_to(url: str, to: str) -> RedirectedError:
    """Build the error for a redirect to another origin."""
    parts = urlsplit(to)
    target = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return RedirectedError(
        f"{urlsplit(url).netloc} points to {target[:200]}; if you trust that, give it as --url"
    )
