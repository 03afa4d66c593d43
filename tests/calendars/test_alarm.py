"""A limit on time ends what takes too long, by a clock of the process or by a thread."""

import signal
import subprocess
import sys
import time

import pytest

from microplan.calendars import alarm


class LateError(Exception):
    pass


def ring():
    raise LateError


def spin(seconds):
    """Work, and never ask the system for anything."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


@pytest.fixture(params=["clock", "thread"])
def kind(request, monkeypatch):
    if request.param == "thread":
        monkeypatch.delattr(signal, "setitimer")
    return request.param


@pytest.mark.usefixtures("kind", "interruptible")
@pytest.mark.parametrize("limit", [alarm.real, alarm.busy])
def test_what_takes_too_long_is_ended_and_what_does_not_is_left(limit):
    with limit(30, ring):
        spin(0.01)
    with pytest.raises(LateError), limit(0.02, ring):
        spin(30)
    spin(0.05)


@pytest.mark.usefixtures("kind", "interruptible")
def test_an_interruption_is_told_from_the_end_of_the_time():
    with pytest.raises(KeyboardInterrupt), alarm.real(30, ring):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.usefixtures("kind", "interruptible")
def test_the_handlers_of_before_are_there_again():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)
    with alarm.real(30, ring):
        pass
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)) == before


def test_a_process_that_takes_too_much_memory_ends_itself():
    greedy = (
        "from microplan.calendars import busy_process\nbusy_process._watch(1)\nwhile True: pass"
    )
    assert subprocess.run([sys.executable, "-c", greedy], timeout=30, check=False).returncode == 0
