"""Looks up closed days from public holidays and busy calendars.

The libraries for this are loaded only here and in ``busy_process``, on first use.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import msgspec

from microplan.calendars.busy_query import (
    TOO_MUCH,
    BusyProgress,
    BusyQuery,
    BusyReply,
    BusyTimeQuery,
    BusyTimeReply,
    Fault,
    Query,
    Reply,
)
from microplan.calendars.holiday_regions import Region
from microplan.errors import CalendarError
from microplan.model.entries import Closure
from microplan.model.values import ClosedDays
from microplan.rules import grammar

BUSY = "busy calendar"
"""The name of a lookup in a plan; never the path or title of the calendar."""
PROCESS = "microplan.calendars.busy_process"
PATIENCE = 120
"""Most seconds to wait for the process, even on a busy machine."""


# --- holidays -------------------------------------------------------------------------------


def _calendar(where: Region, years: Any) -> Any:  # noqa: ANN401 - the library's
    """Get public holidays from the library, in English if possible."""
    import holidays

    given = {"subdiv": where.part or None, "years": years}
    languages = holidays.country_holidays(where.country, **given).supported_languages
    english = [name for name in languages if name.startswith("en")]
    language = "en_US" if "en_US" in english else next(iter(english), None)
    return holidays.country_holidays(where.country, language=language, **given)


def holidays_of(where: Region, first: date, last: date) -> tuple[tuple[Closure, ...], date]:
    """List the public holidays between two days, and the last day for which all are known."""
    last = min(last, _known_until(where, first.year, last.year))
    names = _calendar(where, range(first.year, last.year + 1))
    closures = (
        Closure(
            days=ClosedDays(first=day, last=day),
            reason=grammar.free_text(f"{name.replace('; ', ', ')} ({where})", "reason"),
        )
        for day, name in sorted(names.items())
        if first <= day <= last
    )
    return tuple(closures), last


def _known_until(where: Region, first: int, last: int) -> date:
    """Find the last day before a year that the library doesn't cover or warns about."""
    last = min(last, _calendar(where, ()).end_year)
    for year in range(first, last + 1):
        with warnings.catch_warnings(record=True) as doubts:
            warnings.simplefilter("always")
            _calendar(where, year)
        if doubts:
            return date(year - 1, 12, 31)
    return date(last, 12, 31)


def has_parts(where: Region) -> bool:
    """Whether parts of the region have their own holidays."""
    return not where.part and bool(_calendar(where, ()).subdivisions)


# --- busy calendars -------------------------------------------------------------------------

OnProgress = Callable[[int, int], object]
"""A progress callback: events read so far, and events in all."""


def busy_days(content: bytes, question: BusyQuery, on_progress: OnProgress) -> BusyReply:
    """Find the days that a busy calendar closes; raises CalendarError if it can't be read."""
    reply = _asked(content, question, on_progress)
    assert isinstance(reply, BusyReply)  # noqa: S101 - to a BusyQuery there is no other
    return reply


def taken(content: bytes, question: BusyTimeQuery, on_progress: OnProgress) -> BusyTimeReply:
    """Find the busy time of a calendar, for any plan; raises CalendarError as ``busy_days`` does."""
    reply = _asked(content, question, on_progress)
    assert isinstance(reply, BusyTimeReply)  # noqa: S101 - to a BusyTimeQuery there is no other
    return reply


def _asked(content: bytes, question: Query, on_progress: OnProgress) -> BusyReply | BusyTimeReply:
    """Read a calendar in a separate process.

    Recurrence libraries can search forever, and only a process can be limited from outside.
    """
    command = [sys.executable, "-P", "-W", "ignore", "-m", PROCESS]
    with subprocess.Popen(  # noqa: S603 - this interpreter and a module of this package
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        late = threading.Timer(PATIENCE, process.kill)
        late.start()
        try:
            reply = _answer(_replies(process, msgspec.json.encode(question), content), on_progress)
            if reply is None and process.wait() > 0:
                raise CalendarError(
                    "the process that reads calendars doesn't start. Reinstall microplan"
                )
            if reply is None:  # the system killed it
                raise CalendarError(TOO_MUCH)
            return reply
        finally:
            late.cancel()
            process.kill()


def _replies(process: subprocess.Popen[bytes], question: bytes, content: bytes) -> Iterator[Reply]:
    """Send the query and the calendar, and yield the replies."""
    assert process.stdin and process.stdout  # noqa: S101, PT018 - both are pipes
    with contextlib.suppress(BrokenPipeError):  # it gave up early; its reply says why
        process.stdin.write(question + b"\n" + content)
        process.stdin.close()
    decoder = msgspec.json.Decoder(Reply)
    for line in process.stdout:
        yield decoder.decode(line)


def _answer(replies: Iterator[Reply], on_progress: OnProgress) -> BusyReply | BusyTimeReply | None:
    """Return the final reply; None if the process ended without one. Raises CalendarError for a Fault."""
    for reply in replies:
        match reply:
            case BusyProgress():
                on_progress(reply.done, reply.of)
            case Fault():
                raise CalendarError(reply.text)
            case BusyReply() | BusyTimeReply():
                return reply
    return None
