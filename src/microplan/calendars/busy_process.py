"""The process that reads a busy calendar, bounded in time and memory by the system.

Libraries for recurrences can search for a day until the end of time. ``main`` reads a BusyQuery and
a calendar from standard input and writes Replies to standard output, a line each; ``lookup`` is on
the other side.
"""

from __future__ import annotations

import contextlib
import os
import sys

import msgspec

from microplan.calendars import alarm, busy
from microplan.calendars.busy import Bound, TooLong
from microplan.calendars.busy_query import TOO_MUCH, Fault, Query, Reply
from microplan.errors import CalendarError

A_BLOCK = 128
"""Bytes that an object takes, on the whole, with what the system adds."""
EVERY_LOOK = 0.05
"""Seconds between two looks at the memory in use."""


def main() -> None:
    """Answer the question on standard input, about the calendar that follows it."""
    question = msgspec.json.decode(sys.stdin.buffer.readline(), type=Query)
    bound = _bounded(question)
    try:
        for reply in busy.answer(sys.stdin.buffer.read(), question, bound):
            _reply(reply)
    except CalendarError as error:
        _reply(Fault(str(error)))
    except TooLong:
        _reply(Fault("its time zones can't be worked out"))
    except MemoryError:
        _reply(Fault(TOO_MUCH))


def _reply(reply: Reply) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(reply) + b"\n")
    sys.stdout.buffer.flush()


def _bounded(question: Query) -> Bound:
    """Bound this process in memory and time, and return what bounds a part of its work.

    Where the system sets no limit, whoever started the process ends it after some time, and it
    watches its memory itself.
    """
    try:
        import resource
    except ImportError:
        _watch(question.memory)
        return timed(question.at_once)
    for limit, most in (
        (resource.RLIMIT_CPU, question.seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # not every system has each
            resource.setrlimit(limit, (most, most))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (question.memory, question.memory))
    except (ValueError, OSError):  # as on macOS
        _watch(question.memory)
    return timed(question.at_once)


def _watch(memory: int) -> None:
    """End this process, without an answer, soon after Python has that many bytes in small objects.

    Texts are no longer than the calendar; what grows without end are dates and their containers.
    """
    import threading
    from time import sleep

    def look() -> None:
        while sys.getallocatedblocks() * A_BLOCK < memory:
            sleep(EVERY_LOOK)
        os._exit(0)

    threading.Thread(target=look, daemon=True).start()


def timed(seconds: float) -> Bound:
    """Make what bounds a part of the work in processor time; past that it raises TooLong."""

    def stop() -> None:
        raise TooLong

    return lambda: alarm.busy(seconds, stop)


if __name__ == "__main__":
    main()
