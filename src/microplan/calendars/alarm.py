"""A limit on time that reaches into any library: by the clock of a process, or by a thread."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Ring = Callable[[], object]
"""What is called in the main thread when the time is up; it raises."""


@contextmanager
def real(seconds: float, ring: Ring, *, again: float = 0) -> Iterator[None]:
    """Call ``ring`` after so many seconds; every ``again`` seconds once more, where it can be."""
    clock = ("SIGALRM", "ITIMER_REAL")
    with _by_clock(clock, seconds, ring, again) if _has(clock) else _by_thread(seconds, ring):
        yield


@contextmanager
def busy(seconds: float, ring: Ring) -> Iterator[None]:
    """Call ``ring`` after so many seconds of processor time; of real time, where that isn't counted."""
    clock = ("SIGPROF", "ITIMER_PROF")
    with _by_clock(clock, seconds, ring, 0) if _has(clock) else _by_thread(seconds, ring):
        yield


def _has(clock: tuple[str, str]) -> bool:
    return hasattr(signal, "setitimer") and all(hasattr(signal, name) for name in clock)


@contextmanager
def _by_clock(clock: tuple[str, str], seconds: float, ring: Ring, again: float) -> Iterator[None]:
    number, timer = (getattr(signal, name) for name in clock)
    before = signal.signal(number, lambda _number, _frame: ring())
    signal.setitimer(timer, seconds, again)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)


@contextmanager
def _by_thread(seconds: float, ring: Ring) -> Iterator[None]:
    """Have a thread interrupt the main one as Ctrl-C would, which every system can."""
    is_late = threading.Event()

    def late() -> None:
        is_late.set()
        signal.raise_signal(signal.SIGINT)

    def interrupted(_number: int, _frame: object) -> None:
        if not is_late.is_set():
            raise KeyboardInterrupt
        ring()

    before = signal.signal(signal.SIGINT, interrupted)
    thread = threading.Timer(seconds, late)
    thread.daemon = True
    thread.start()
    try:
        yield
    finally:
        thread.cancel()
        signal.signal(signal.SIGINT, before)
