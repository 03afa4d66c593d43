"""Reads a busy calendar in a separate process, with limits on time and memory.

Recurrence libraries can search forever for a day that never comes. ``main`` reads a query and a
calendar from standard input, and writes one reply a line to standard output. ``lookup`` starts it.
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
"""Average bytes of an object, with the overhead of the allocator."""
EVERY_LOOK = 0.05
"""Seconds between two checks of the memory in use."""


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
        _reply(Fault("its time zones take too long to read"))
    except MemoryError:
        _reply(Fault(TOO_MUCH))


def _reply(reply: Reply) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(reply) + b"\n")
    sys.stdout.buffer.flush()


def _bounded(question: Query) -> Bound:
    """Limit the memory and time of this process; return a context manager that limits one event.

    If the system can't limit them, the parent process limits the time and a thread the memory.
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
        with contextlib.suppress(ValueError, OSError):  # some systems lack one of them
            resource.setrlimit(limit, (most, most))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (question.memory, question.memory))
    except (ValueError, OSError):  # macOS
        _watch(question.memory)
    return timed(question.at_once)


def _watch(memory: int) -> None:
    """Exit without an answer soon after Python's small objects exceed ``memory`` bytes.

    Only small objects can grow without limit: dates and their containers. Texts are no longer than
    the calendar.
    """
    import threading
    from time import sleep

    def look() -> None:
        while sys.getallocatedblocks() * A_BLOCK < memory:
            sleep(EVERY_LOOK)
        os._exit(0)

    threading.Thread(target=look, daemon=True).start()


def timed(seconds: float) -> Bound:
    """Return a context manager that raises TooLong after ``seconds`` of processor time."""

    def stop() -> None:
        raise TooLong

    return lambda: alarm.busy(seconds, stop)


if __name__ == "__main__":
    main()
