"""Finds and makes calendars on a CalDAV server, through the ``caldav`` package.

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
NO_CALENDARS = {403, 405, 501}
"""Answers of a server that makes no calendars."""
SPEAKS_DAV = {207, 401}
"""Answers to PROPFIND of a server that knows it; with 401 it wants another name or password."""
WELL_KNOWN = "/.well-known/caldav"


@contextmanager
def connected(url: str, user: str, password: str, proxy: str = "") -> Iterator[CalendarServer]:
    """Reach the server at an address, over https through a proxy if one is given.

    The library logs what servers say, also to stderr, and warns about it verbatim. While it is in
    use, logging and warnings are off.
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
        password=password.encode() or None,  # as text it would be sent in Latin-1
        timeout=TIMEOUT,
        enable_rfc6764=False,  # the address is where the person says, and nowhere else
    )
    client.session = Wire(session(proxy), url)
    return client


class CalendarServer:
    """What is found at an address: a calendar, or a server with calendars."""

    def __init__(self, client: Any, url: str) -> None:  # noqa: ANN401 - the library's own
        self.client = client
        self.url = url
        self.host = urlsplit(url).netloc

    def find(self, name: str, own_id: str) -> Calendar | None:
        """Find the calendar that the address is of, or else the one of that id or name there."""
        with asking(self.host):
            self._discover()
            if any(is_calendar for _, is_calendar, _ in self.collections(self.url, depth=0)):
                return Calendar(self.client, self.url)
            home = self._home()
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

    def _discover(self) -> None:
        """Go from the root of a server to where its calendars are (RFC 6764, section 5).

        A root that is no part of CalDAV may answer anything: a page, a way to one, a refusal.
        """
        if urlsplit(self.url).path.strip("/") or self._root_status() in SPEAKS_DAV:
            return
        to = self.client.session.target(WELL_KNOWN)
        if to and not has_same_origin(self.url, to):
            raise points_to(self.url, to)
        if to:
            self.url = to
            self.client.url = type(self.client.url)(to)

    def _root_status(self) -> int:
        """Ask the root of a server for its kind; 0 where it leads elsewhere."""
        from caldav.lib.error import DAVError

        try:
            return int(self.client.propfind(self.url, ["resourcetype"], depth=0).status)
        except RedirectedError:
            return 0
        except DAVError as error:
            return int(error.status or 0)

    def _home(self) -> str:
        """Find the address under which a person's calendars are (RFC 4791, section 6.2.1)."""
        from caldav.elements.cdav import CalendarHomeSet

        principal = self.client.principal()
        home = str(principal.get_property(CalendarHomeSet()) or "")
        if urlsplit(home).netloc and not has_same_origin(self.url, home):
            raise points_to(self.url, home)
        return str(principal.calendar_home_set.url)

    def collections(self, url: str, depth: int = 1) -> Iterator[tuple[str, bool, str]]:
        """List what is at an address: where, whether it is a calendar, and how it is called."""
        response = self.client.propfind(url, ["resourcetype", "displayname"], depth=depth)
        for result in results(response, response.parse_propfind, self.host):
            kinds, name = (result.properties.get(key) for key in (RESOURCE_TYPE, DISPLAY_NAME))
            yield address_of(self.url, result.href), CALENDAR in (kinds or ()), name or ""

    def create(self, name: str, own_id: str) -> Calendar:
        """Make a calendar; its address follows from ``own_id``, so that it is never made twice."""
        with asking(self.host), _offering_another(self.host):
            made = self.client.principal().make_calendar(
                name=name, cal_id=own_id, supported_calendar_component_set=["VEVENT"]
            )
            return Calendar(self.client, str(made.url))


@contextmanager
def _offering_another(host: str) -> Iterator[None]:
    """Say what to do where a server makes no calendars, as it may (RFC 4791, section 5.3.1)."""
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
