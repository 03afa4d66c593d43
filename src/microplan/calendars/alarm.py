"""Time limits that can interrupt any library call, by a system timer or a thread."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Ring = Callable[[], object]
"""A function to call in the main thread when time is up; it must raise."""


@contextmanager
def real(seconds: float, ring: Ring, *, again: float = 0) -> Iterator[None]:
    """Call ``ring`` after ``seconds``, then every ``again`` seconds on systems that can."""
    clock = ("SIGALRM", "ITIMER_REAL")
    with _by_clock(clock, seconds, ring, again) if _has(clock) else _by_thread(seconds, ring):
        yield


@contextmanager
def busy(seconds: float, ring: Ring) -> Iterator[None]:
    """Call ``ring`` after ``seconds`` of processor time, or of real time if there's no such timer."""
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
    """Let a thread interrupt the main one like Ctrl-C, which works on every system."""
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
