"""Lists, puts and deletes the events of one calendar on a CalDAV server.

Nothing here decides what to do, and nothing is kept about events that aren't the plan's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from microplan.calendars import remote_event
from microplan.calendars.http import asking, nonsense, origin, refused
from microplan.calendars.sync import Delete, Put, Remote
from microplan.errors import EventRefusedError

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
        """Ask for the events whose addresses alone a query named (RFC 4791, section 7.9)."""
        named = "".join(f"<D:href>{escape(quote(href, safe=SAFE))}</D:href>" for href in hrefs)
        response = self.client.report(self.url, THESE.format(named), depth=0)
        fetched = results(response, response.parse_calendar_query, self.host)
        return (entry for entry in fetched if self._holds(entry.href))

    def perform(self, action: Put | Delete) -> bool:
        """Carry out an action; False if the event has changed since it was listed, and is left alone."""
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
        """Find the address of an action's event, existing or new."""
        if action.remote is None:
            return f"{self.url}{action.event.uid}.ics"
        return address_of(self.url, action.remote.href)

    def _holds(self, href: str) -> bool:
        """Whether that is the address of something in this calendar, which is not a folder."""
        url = address_of(self.url, href)
        path, own = (unquote(urlsplit(address).path) for address in (url, self.url))
        is_inside = path.startswith(own) and not path.endswith("/") and ".." not in path.split("/")
        return is_inside and origin(url) == origin(self.url)


def batched(hrefs: Sequence[str]) -> Iterator[Sequence[str]]:
    """Split addresses into batches that fit one query."""
    return (hrefs[start : start + AT_ONCE] for start in range(0, len(hrefs), AT_ONCE))


def _condition(action: Put | Delete) -> dict[str, str]:
    """Make a request fail where somebody else was first (RFC 9110, section 13.1).

    A weak ETag matches nothing there; with one, it is only asked that something is there.
    """
    if action.remote is None:
        return {"If-None-Match": "*"}
    etag = action.remote.etag
    return {"If-Match": etag if etag and not etag.startswith("W/") else "*"}


# --- what a server says ---------------------------------------------------------------------


def results(response: Any, parse: Any, host: str) -> Any:  # noqa: ANN401 - the library's own
    """Read a multi-status answer; anything else is an error, not an empty answer."""
    if response.status not in (200, 207):
        raise refused(host, response.status)
    if response.tree is None or not str(response.tree.tag).endswith("}multistatus"):
        raise nonsense(host)
    return parse()


def address_of(base: str, href: str) -> str:
    """Write the address of a path that the library has decoded."""
    return urljoin(base, quote(href, safe=SAFE))
