"""Targets for what other programs and servers write: busy calendars and remote events."""

from __future__ import annotations

import logging
import re
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import pairwise
from typing import Any

import msgspec

from fuzz.oracles import expected, holds, kept_secret
from microplan.calendars import busy as room
from microplan.calendars import busy_process, caldav_calendar, caldav_client, remote_event, sync
from microplan.calendars.busy_query import BusyQuery, BusyReply
from microplan.calendars.http import Wire
from microplan.calendars.sync import Wanted
from microplan.cli.server import changes as server_changes
from microplan.cli.server import options as server_options
from microplan.errors import CalendarError
from microplan.model.plan import Plan
from microplan.rules.grammar import YEARS
from microplan.storage import plan_file

PLANTED = "zyx-the-title"
"""Planted in every title, so that a leak can be recognised."""
_PRIVATE = re.compile(
    rb"^(SUMMARY|DESCRIPTION|LOCATION|COMMENT|CONTACT|ATTENDEE|ORGANIZER|CATEGORIES)"
    rb"(;[^:\r\n]*)?:",
    re.MULTILINE | re.IGNORECASE,
)
"""Matches the properties of a calendar that are private."""
AT_ONCE = 0.5
"""Seconds of processor time for one event; the process has more."""
QUESTION = BusyQuery(
    first=date(2026, 12, 1),
    last=date(2027, 4, 30),
    at=time(18),
    minutes=30,
    tz="Europe/Paris",
    own=("ours",),
)


# --- a busy calendar ------------------------------------------------------------------------


def busy(data: bytes) -> None:
    """Read a busy calendar; its days must be in range and in order, and no title may leak."""
    content = _PRIVATE.sub(rb"\g<0>" + PLANTED.encode(), data)
    bound = busy_process.timed(AT_ONCE)

    def read() -> BusyReply | None:
        try:
            *_, last = room.answer(content, QUESTION, bound)
        except room.TooLong:  # the separate process reports this as an error
            return None
        return last if isinstance(last, BusyReply) else None

    found = expected(lambda: _telling(read))
    if isinstance(found, BusyReply):
        kept_secret(PLANTED, msgspec.json.encode(found).decode())
        days_in_order(found)


def _telling(read: Any) -> object:  # noqa: ANN401 - a function without arguments
    """Call ``read``, and assert that an error doesn't leak a secret."""
    try:
        return read()
    except CalendarError as error:
        kept_secret(PLANTED, str(error))
        raise


def days_in_order(found: BusyReply) -> None:
    """Assert that closed ranges are within the query, in order, and not adjacent."""
    for first, last in found.days:
        holds(QUESTION.first <= first <= last <= QUESTION.last, "a closed day nobody asked for")
    for (_, last), (first, _) in pairwise(found.days):
        holds((first - last).days > 1, "closed ranges that touch, or are out of order")


# --- an event on a server -------------------------------------------------------------------

PLAN = """\
microplan = 1
id = "f"
title = "Scalp session"
created = 2026-11-22T20:00:00Z
[rules]
start = "2026-12-01"
every = "3x4w"
at = "18:00"
tz = "Europe/Paris"
"""
REACH = server_options.ServerOptions(
    plan=None,
    url=None,
    user=None,
    password_command=None,
    proxy=None,
    calendar=None,
    dry_run=False,
    no_care=True,
    discreet=False,
    quiet=True,
)
URL = "https://calendar.example.org/anna/sessions/"


@cache
def _wanted() -> tuple[Plan, list[Wanted]]:
    """Make the plan whose first session has the UID in the seeds."""
    plan, _ = plan_file.load(PLAN)
    return plan, server_options.wanted(plan, REACH)


def remote(data: bytes) -> None:
    """Read an event from a server, or its whole answer; only our own events may be touched."""
    plan, wanted = _wanted()
    uids = {each.event.uid for each in wanted}
    if data.lstrip()[:1] == b"<":
        found = expected(lambda: _calendar(data).listing(uids))
        listing = found if isinstance(found, list) else []
    else:
        one = remote_event.read("/a.ics", '"1"', data.decode("utf-8", "replace"), uids)
        listing = [] if one is None else [one]
    for each in listing:
        holds(each.uid in uids, "the event of somebody else is read")
        for moment in (each.start, each.own_start):
            plain_moment(moment)
    for overwrite in (False, True):
        settled(sync.difference(wanted, listing, overwrite=overwrite), uids)
    for change in server_changes.find(plan, wanted, listing):
        holds("\n" not in server_changes.line(change), "a change is told in several lines")


def settled(actions: tuple[sync.Action, ...], uids: set[str]) -> None:
    """Assert that each event has at most one action, and other people's events have none."""
    touched = [action.event.uid for action in actions]
    holds(len(touched) == len(set(touched)), "an event is written twice")
    holds(uids.issuperset(touched), "the event of somebody else is touched")


def plain_moment(moment: object) -> None:
    """Assert that a moment is a day, or a time in UTC or without a zone, in a plausible year."""
    if moment is None:
        return
    holds(isinstance(moment, date) and moment.year in YEARS, f"{moment!r} is no moment")
    if isinstance(moment, datetime):
        holds(moment.tzinfo in (None, UTC), f"{moment!r} is not in UTC")


class _Reply:
    """One answer of a server, shaped like the library's."""

    status_code, reason = 207, "Multi-Status"

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.headers = {"Content-Type": "text/xml; charset=utf-8"}

    def iter_content(self, _size: int) -> list[bytes]:
        return [self.content]

    def close(self) -> None:
        pass


class _Session:
    """A session with one answer to every request."""

    reply = _Reply(b"")

    def request(self, _method: str, _url: str, **_asked: object) -> _Reply:
        return self.reply


@cache
def _client() -> tuple[Any, _Session]:
    """Make a client without a network, with logging off as in `caldav_client.connected`."""
    session = _Session()
    client = caldav_client._client(URL, "anna", "", "")  # noqa: SLF001 - `connected` would close it
    client.session = Wire(session, URL)
    logging.getLogger("caldav").disabled = True  # the library sets its level as it is imported
    return client, session


def _calendar(data: bytes) -> caldav_calendar.Calendar:
    client, session = _client()
    session.reply = _Reply(data)
    return caldav_calendar.Calendar(client, URL)
