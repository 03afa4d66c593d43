"""Time limits interrupt what takes too long, by a timer or by a thread."""

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
    """Work without any system call."""
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
def test_only_a_call_that_takes_too_long_is_interrupted(limit):
    with limit(30, ring):
        spin(0.01)
    with pytest.raises(LateError), limit(0.02, ring):
        spin(30)
    spin(0.05)


@pytest.mark.usefixtures("kind", "interruptible")
def test_ctrl_c_is_not_mistaken_for_a_timeout():
    with pytest.raises(KeyboardInterrupt), alarm.real(30, ring):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.usefixtures("kind", "interruptible")
def test_the_earlier_signal_handlers_are_restored():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)
    with alarm.real(30, ring):
        pass
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)) == before


def test_a_process_that_uses_too_much_memory_exits():
    greedy = (
        "from microplan.calendars import busy_process\nbusy_process._watch(1)\nwhile True: pass"
    )
    assert subprocess.run([sys.executable, "-c", greedy], timeout=30, check=False).returncode == 0
