"""Lists, puts and deletes the events of one calendar on a CalDAV server.

``sync`` decides what to do. This module keeps nothing about events that aren't the plan's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from microplan.calendars import remote_event
from microplan.calendars.http import asking, invalid_answer, origin, refused
from microplan.calendars.sync import Delete, Put, Remote
from microplan.errors import EventRefusedError

EVENTS = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter>'
    "</C:filter></C:calendar-query>"
)
"""Asks for all events of a calendar (RFC 4791, section 7.8), because only the answer has UIDs."""

THESE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:prop><D:getetag/><C:calendar-data/></D:prop>{}</C:calendar-multiget>"
)
AT_ONCE = 100
"""Events to fetch in one request, if the query returns only their addresses."""
SAFE = "/@:!$&'()*+,;=~"
"""Characters that need no escape in a path (RFC 3986, section 3.3)."""
OF_ONE_EVENT = {400, 403, 409, 413, 415, 422}
"""Status codes that refuse one event; the server may still accept others."""


class Calendar:
    """One calendar of a server."""

    def __init__(self, client: Any, url: str) -> None:  # noqa: ANN401 - the library's own
        self.client = client
        self.url = url if url.endswith("/") else f"{url}/"
        self.host = urlsplit(url).netloc

    def listing(self, uids: AbstractSet[str]) -> list[Remote]:
        """List the events with one of these UIDs, and ignore all others.

        Also ignore events whose address is outside this calendar.
        """
        with asking(self.host):
            response = self.client.report(self.url, EVENTS, depth=1)
            listed = results(response, response.parse_calendar_query, self.host)
            resources = [entry for entry in listed if self._holds(entry.href)]
            bare = [entry.href for entry in resources if not entry.calendar_data]
            resources += [entry for hrefs in batched(bare) for entry in self._fetched(hrefs)]
            entries = (
                remote_event.read(entry.href, entry.etag, entry.calendar_data, uids)
                for entry in resources
                if entry.calendar_data
            )
            return [entry for entry in entries if entry is not None]

    def _fetched(self, hrefs: Sequence[str]) -> Iterator[Any]:
        """Fetch the events for which the query returned only addresses (RFC 4791, section 7.9)."""
        named = "".join(f"<D:href>{escape(quote(href, safe=SAFE))}</D:href>" for href in hrefs)
        response = self.client.report(self.url, THESE.format(named), depth=0)
        fetched = results(response, response.parse_calendar_query, self.host)
        return (entry for entry in fetched if self._holds(entry.href))

    def perform(self, action: Put | Delete) -> bool:
        """Carry out an action; return False if the event has changed since it was listed."""
        url = self.address(action)
        with asking(self.host):
            if isinstance(action, Put):
                headers = {"Content-Type": "text/calendar; charset=utf-8", **_condition(action)}
                response = self.client.put(url, action.wanted.text, headers)
            else:
                response = self.client.delete(url, _condition(action))
        status = int(response.status)
        if status in (404, 410) and isinstance(action, Delete):
            return True  # already gone
        if status in OF_ONE_EVENT:
            raise EventRefusedError(str(refused(self.host, status)), status)
        if status != 412 and not 200 <= status < 300:  # noqa: PLR2004 - HTTP's own
            raise refused(self.host, status)
        return status != 412  # noqa: PLR2004

    def address(self, action: Put | Delete) -> str:
        """Return the address of an action's event, existing or new."""
        if action.remote is None:
            return f"{self.url}{action.event.uid}.ics"
        return address_of(self.url, action.remote.href)

    def _holds(self, href: str) -> bool:
        """Whether an address is inside this calendar, and isn't a folder."""
        url = address_of(self.url, href)
        path, own = (unquote(urlsplit(address).path) for address in (url, self.url))
        is_inside = path.startswith(own) and not path.endswith("/") and ".." not in path.split("/")
        return is_inside and origin(url) == origin(self.url)


def batched(hrefs: Sequence[str]) -> Iterator[Sequence[str]]:
    """Split addresses into batches that fit one query."""
    return (hrefs[start : start + AT_ONCE] for start in range(0, len(hrefs), AT_ONCE))


def _condition(action: Put | Delete) -> dict[str, str]:
    """Make a request fail if somebody else changed the event first (RFC 9110, section 13.1).

    If-Match never matches a weak ETag, so with one, only require that the event exists.
    """
    if action.remote is None:
        return {"If-None-Match": "*"}
    etag = action.remote.etag
    return {"If-Match": etag if etag and not etag.startswith("W/") else "*"}


# --- what a server says ---------------------------------------------------------------------


def results(response: Any, parse: Any, host: str) -> Any:  # noqa: ANN401 - the library's own
    """Parse a multi-status answer; raises ServerError for any other, so none looks like an empty one."""
    if response.status not in (200, 207):
        raise refused(host, response.status)
    if response.tree is None or not str(response.tree.tag).endswith("}multistatus"):
        raise invalid_answer(host)
    return parse()


def address_of(base: str, href: str) -> str:
    """Build the address of a path that the library has decoded."""
    return urljoin(base, quote(href, safe=SAFE))
