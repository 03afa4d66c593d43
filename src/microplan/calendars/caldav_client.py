"""Finds and makes calendars on a CalDAV server, with the ``caldav`` package.

Requests stay at one origin, and answers are limited in size and time.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import urlsplit

from microplan.calendars.caldav_calendar import Calendar, address_of, results
from microplan.calendars.http import Wire, asking, has_same_origin, points_to, session
from microplan.errors import RedirectedError, ServerError, UsageError

INSTALL = "pipx inject microplan caldav, or uv tool install 'microplan[caldav]'"
TIMEOUT = 30.0
"""Seconds that a server may stay silent."""

CALENDAR = "{urn:ietf:params:xml:ns:caldav}calendar"
RESOURCE_TYPE = "{DAV:}resourcetype"
DISPLAY_NAME = "{DAV:}displayname"
PRINCIPAL = "{DAV:}current-user-principal"
ASKED = ["resourcetype", "displayname", "current-user-principal"]
"""The properties that tell what an address is, and where a person's calendars are."""
NO_CALENDARS = {403, 405, 501}
"""Status codes of a server that doesn't let us make calendars."""
MULTI_STATUS, UNAUTHORIZED = 207, 401
WELL_KNOWN = "/.well-known/caldav"


@contextmanager
def connected(url: str, user: str, password: str, proxy: str = "") -> Iterator[CalendarServer]:
    """Connect to the server at an address, through a proxy if one is given and it's https.

    Logging and warnings are off meanwhile, because the library repeats what servers send verbatim,
    even to stderr.
    """
    was = logging.root.manager.disable
    logging.disable()
    try:
        client = _client(url, user, password, proxy)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield CalendarServer(client, url)
        finally:
            client.close()
    finally:
        logging.disable(was)


def require() -> None:
    """Raise UsageError if the library is missing."""
    try:
        import caldav.davclient  # noqa: F401 - whether it can be
    except ImportError:
        raise UsageError(f"push and pull need the caldav package: {INSTALL}") from None


def _client(url: str, user: str, password: str, proxy: str) -> Any:  # noqa: ANN401 - the library's own
    from caldav.davclient import DAVClient

    client = cast("Any", DAVClient)(
        url,
        username=user or None,
        password=password.encode() or None,  # the library encodes text as Latin-1
        timeout=TIMEOUT,
        enable_rfc6764=False,  # connect only to the address the person gave
    )
    client.session = Wire(session(proxy), url)
    return client


class CalendarServer:
    """The server at an address, which may be that of a single calendar."""

    def __init__(self, client: Any, url: str) -> None:  # noqa: ANN401 - the library's own
        self.client = client
        self.url = url
        self.host = urlsplit(url).netloc

    def find(self, name: str, own_id: str) -> Calendar | None:
        """Find the calendar at the address itself, or else the one on the server with that id or name."""
        with asking(self.host):
            found = self._discovered()
            if any(CALENDAR in (entry.properties.get(RESOURCE_TYPE) or ()) for entry in found):
                return Calendar(self.client, self.url)
            home = self._home(found)
            collections = [
                (url, called) for url, is_calendar, called in self.collections(home) if is_calendar
            ]
        matching = [url for url, _ in collections if url.rstrip("/").rpartition("/")[2] == own_id]
        matching = matching or [url for url, called in collections if called == name]
        if len(matching) > 1:
            raise UsageError(
                f'{len(matching)} calendars on {self.host} are called "{name}"; give the address '
                "of the one you mean as --url"
            )
        return Calendar(self.client, matching[0]) if matching else None

    def _discovered(self) -> list[Any]:
        """Query the address; from a bare host, follow its well-known URI.

        RFC 6764, section 5. A root that doesn't speak CalDAV can answer with a page, a redirect or an
        error.
        """
        is_root = not urlsplit(self.url).path.strip("/")
        response = self._asked_at_root() if is_root else None
        if response is None:
            if is_root:
                self._follow(self.client.session.target(WELL_KNOWN))
            response = self.client.propfind(self.url, ASKED, depth=0)
        return list(results(response, response.parse_propfind, self.host))

    def _asked_at_root(self) -> Any:  # noqa: ANN401 - the library's own
        """Ask what the root of a server is; None if it doesn't speak CalDAV."""
        from caldav.lib.error import DAVError

        try:
            response = self.client.propfind(self.url, ASKED, depth=0)
        except RedirectedError:
            return None
        except DAVError as error:
            if error.status == UNAUTHORIZED:  # the name or the password is wrong
                raise
            return None
        return response if response.status == MULTI_STATUS else None

    def _follow(self, to: str) -> None:
        """Continue at the address that a server redirects to, if any."""
        if to and not has_same_origin(self.url, to):
            raise points_to(self.url, to)
        if to:
            self.url = to
            self.client.url = type(self.client.url)(to)

    def _home(self, found: list[Any]) -> str:
        """Find the address of a person's calendars (RFC 4791, section 6.2.1).

        Ask the principal only once; the library alone would repeat the request.
        """
        from caldav.elements.cdav import CalendarHomeSet

        named = (entry.properties.get(PRINCIPAL) for entry in found)
        principal = self.client.principal(url=next(filter(None, named), None))
        home = str(principal.get_property(CalendarHomeSet()) or "")
        if urlsplit(home).netloc and not has_same_origin(self.url, home):
            raise points_to(self.url, home)
        name = home if urlsplit(home).netloc else home.replace("@", "%40")  # as ownCloud wants it
        principal.calendar_home_set = name or principal.url
        return str(principal.calendar_home_set.url)

    def collections(self, url: str, depth: int = 1) -> Iterator[tuple[str, bool, str]]:
        """Yield the address, whether it is a calendar, and the name of each collection at ``url``."""
        response = self.client.propfind(url, ["resourcetype", "displayname"], depth=depth)
        for result in results(response, response.parse_propfind, self.host):
            kinds, name = (result.properties.get(key) for key in (RESOURCE_TYPE, DISPLAY_NAME))
            yield address_of(self.url, result.href), CALENDAR in (kinds or ()), name or ""

    def create(self, name: str, own_id: str) -> Calendar:
        """Make a calendar; its address comes from ``own_id``, so it is never made twice."""
        with asking(self.host), _offering_another(self.host):
            made = self.client.principal().make_calendar(
                name=name, cal_id=own_id, supported_calendar_component_set=["VEVENT"]
            )
            return Calendar(self.client, str(made.url))


@contextmanager
def _offering_another(host: str) -> Iterator[None]:
    """Explain what to do if a server doesn't let us make calendars (RFC 4791, section 5.3.1)."""
    from caldav.lib.error import DAVError

    try:
        yield
    except DAVError as error:
        if error.status not in NO_CALENDARS:
            raise
        raise ServerError(
            f"{host} doesn't let other programs make calendars ({error.status}); make one there, "
            "then give its name: --calendar NAME"
        ) from None
