"""A calendar on a CalDAV server, found, listed and changed through the ``caldav`` package.

``sync`` decides what is to be done. A server is held to one origin, and its answers to a size and a
time.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from html import escape
from typing import Any, cast
from urllib.parse import quote, unquote, urljoin, urlsplit

from microplan.calendars import remote_event
from microplan.calendars.http import (
    Wire,
    asking,
    has_same_origin,
    nonsense,
    origin,
    points_to,
    refused,
    session,
)
from microplan.calendars.sync import Delete, Put, Remote
from microplan.errors import EventRefusedError, RedirectedError, ServerError, UsageError

INSTALL = "pipx inject microplan caldav, or uv tool install 'microplan[caldav]'"
TIMEOUT = 30.0
"""Seconds that a server may stay silent."""

CALENDAR = "{urn:ietf:params:xml:ns:caldav}calendar"
RESOURCE_TYPE = "{DAV:}resourcetype"
DISPLAY_NAME = "{DAV:}displayname"
EVENTS = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter>'
    "</C:filter></C:calendar-query>"
)
"""Asks for the events of a calendar (RFC 4791, section 7.8), since only its answer names UIDs."""

THESE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:prop><D:getetag/><C:calendar-data/></D:prop>{}</C:calendar-multiget>"
)
AT_ONCE = 100
"""Events that are asked for at once where a query doesn't hand out their data."""
SAFE = "/@:!$&'()*+,;=~"
"""What may stand in a path as it is (RFC 3986, section 3.3)."""
OF_ONE_EVENT = {400, 403, 409, 413, 415, 422}
"""Answers that refuse one event, and say nothing of the others."""
NO_CALENDARS = {403, 405, 501}
"""Answers of a server that makes no calendars."""
SPEAKS_DAV = {207, 401}
"""Answers to PROPFIND of a server that knows it; with 401 it wants another name or password."""
WELL_KNOWN = "/.well-known/caldav"


# --- the server -----------------------------------------------------------------------------


@contextmanager
def connected(url: str, user: str, password: str, proxy: str = "") -> Iterator[CalendarServer]:
    """Reach the server at an address, over https through a proxy if one is given.

    The library logs what servers say, on stderr too, and warns of it as it stands there; while it
    is in use nothing is logged, and nobody warned.
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
    """Raise UsageError where the library is missing."""
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
        for result in _results(response, response.parse_propfind, self.host):
            kinds, name = (result.properties.get(key) for key in (RESOURCE_TYPE, DISPLAY_NAME))
            yield _address(self.url, result.href), CALENDAR in (kinds or ()), name or ""

    def create(self, name: str, own_id: str) -> Calendar:
        """Make a calendar; its address follows from ``own_id``, so that it is never made twice."""
        with asking(self.host), _offering_another(self.host):
            made = self.client.principal().make_calendar(
                name=name, cal_id=own_id, supported_calendar_component_set=["VEVENT"]
            )
            return Calendar(self.client, str(made.url))


def _address(base: str, href: str) -> str:
    """Write the address of a path that the library has decoded."""
    return urljoin(base, quote(href, safe=SAFE))


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


def batched(hrefs: Sequence[str]) -> Iterator[Sequence[str]]:
    """Split addresses into as many as one question may hold."""
    return (hrefs[start : start + AT_ONCE] for start in range(0, len(hrefs), AT_ONCE))


class Calendar:
    """One calendar of a server."""

    def __init__(self, client: Any, url: str) -> None:  # noqa: ANN401 - the library's own
        self.client = client
        self.url = url if url.endswith("/") else f"{url}/"
        self.host = urlsplit(url).netloc

    def listing(self, uids: AbstractSet[str]) -> list[Remote]:
        """List the events that have one of these UIDs; of others nothing is kept.

        An event that is said to be anywhere but in the calendar is left.
        """
        with asking(self.host):
            response = self.client.report(self.url, EVENTS, depth=1)
            results = _results(response, response.parse_calendar_query, self.host)
            resources = [entry for entry in results if self._holds(entry.href)]
            bare = [entry.href for entry in resources if not entry.calendar_data]
            resources += [entry for hrefs in batched(bare) for entry in self._fetched(hrefs)]
            entries = (
                remote_event.read(entry.href, entry.etag, entry.calendar_data, uids)
                for entry in resources
                if entry.calendar_data
            )
            return [entry for entry in entries if entry is not None]

    def _fetched(self, hrefs: Sequence[str]) -> Iterator[Any]:
        """Ask for the events whose addresses alone a query named (RFC 4791, section 7.9)."""
        listed = "".join(f"<D:href>{escape(quote(href, safe=SAFE))}</D:href>" for href in hrefs)
        response = self.client.report(self.url, THESE.format(listed), depth=0)
        results = _results(response, response.parse_calendar_query, self.host)
        return (entry for entry in results if self._holds(entry.href))

    def perform(self, action: Put | Delete) -> bool:
        """Carry out an action; False if the event is not as it was listed, and is left so."""
        url = self.address(action)
        with asking(self.host):
            if isinstance(action, Put):
                headers = {"Content-Type": "text/calendar; charset=utf-8", **_condition(action)}
                response = self.client.put(url, action.wanted.text, headers)
            else:
                response = self.client.delete(url, _condition(action))
        status = int(response.status)
        if status in (404, 410) and isinstance(action, Delete):
            return True  # it is gone, as it should be
        if status in OF_ONE_EVENT:
            raise EventRefusedError(str(refused(self.host, status)), status)
        if status != 412 and not 200 <= status < 300:  # noqa: PLR2004 - HTTP's own
            raise refused(self.host, status)
        return status != 412  # noqa: PLR2004

    def address(self, action: Put | Delete) -> str:
        """Tell where the event of an action is, or is to be."""
        if action.remote is None:
            return f"{self.url}{action.event.uid}.ics"
        return _address(self.url, action.remote.href)

    def _holds(self, href: str) -> bool:
        """Whether that is the address of something in this calendar, which is not a folder."""
        url = _address(self.url, href)
        path, own = (unquote(urlsplit(address).path) for address in (url, self.url))
        is_inside = path.startswith(own) and not path.endswith("/") and ".." not in path.split("/")
        return is_inside and origin(url) == origin(self.url)


def _condition(action: Put | Delete) -> dict[str, str]:
    """Make a request fail where somebody else was first (RFC 9110, section 13.1).

    A weak ETag matches nothing there; with one, it is only asked that something is there.
    """
    if action.remote is None:
        return {"If-None-Match": "*"}
    etag = action.remote.etag
    return {"If-Match": etag if etag and not etag.startswith("W/") else "*"}


# --- what it says ---------------------------------------------------------------------------


def _results(response: Any, parse: Any, host: str) -> Any:  # noqa: ANN401 - the library's own
    """Read a multi-status answer; anything else is not taken for one that is empty."""
    if response.status not in (200, 207):
        raise refused(host, response.status)
    if response.tree is None or not str(response.tree.tag).endswith("}multistatus"):
        raise nonsense(host)
    return parse()
