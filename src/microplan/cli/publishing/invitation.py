"""Prepares a plan for serving: its files, the address to serve at, and the QR code to print."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from ipaddress import IPv4Address

from microplan.cli import terminal
from microplan.cli.handoff import addresses, qr
from microplan.cli.handoff.offer import Item
from microplan.errors import UsageError
from microplan.formats import Canvas, Subject
from microplan.model import log

LOOPBACK = "127.0.0.1"
PORTS = range(65536)
CALENDAR = "text/calendar; charset=utf-8"
PAGE = "text/html; charset=utf-8"


LASTING = "calendar.ics"
"""The file name of a subscribed calendar, which stays the same if the plan becomes discreet."""


def items(subject: Subject, cancels: AbstractSet[str], address: str = "") -> tuple[Item, Item]:
    """Render the page and the calendar, which includes the events in ``cancels`` as cancelled.

    With an ``address``, the page offers to subscribe to the calendar there.
    """
    from microplan.formats import ical
    from microplan.formats.html import page as html

    once = "appointments.ics" if log.is_discreet(subject.plan) else "plan.ics"
    name = LASTING if address else once
    page = "".join(html.page(subject, calendar=name, address=address))
    calendar = "".join(ical.calendar(subject, cancels))
    return (
        Item(name="", type=PAGE, content=page.encode("utf-8", "replace")),
        Item(name=name, type=CALENDAR, content=calendar.encode(), is_file=True),
    )


def secret() -> str:
    """Return 128 random bits as text, too many to guess."""
    import secrets

    return secrets.token_urlsafe(16)


# --- where ----------------------------------------------------------------------------------


def check(host: str, port: int) -> None:
    """Refuse an invalid address or port."""
    if port not in PORTS:
        raise UsageError(f"--port {port}: 1024 to {PORTS[-1]} is allowed, or leave it out")
    if not host:
        return
    try:
        address = IPv4Address(host)
    except ValueError:
        raise UsageError(
            f'--host "{host}" isn\'t an IPv4 address; write one like 192.168.1.23'
        ) from None
    if address.is_unspecified or address.is_multicast or address == IPv4Address("255.255.255.255"):
        raise UsageError(f"--host {host} isn't an address of one machine; give this machine's own")


def is_loopback(host: str) -> bool:
    """Whether an address can be reached only from this machine."""
    return IPv4Address(host).is_loopback


def address(span: str) -> str:
    """Ask for the address to serve at, empty for none; in a script, use this machine only.

    ``span`` says how long it will be served, such as ``for 10 minutes``.
    """
    return choose(addresses.addresses(), span) if terminal.can_ask() else LOOPBACK


def choose(candidates: Sequence[addresses.Address], span: str) -> str:
    """Ask which address to serve at; none is served unless the person chose it."""
    wifi = "Your phone must be on the same Wi-Fi."
    match candidates:
        case []:
            raise UsageError(
                "no network found; join your phone's Wi-Fi, or give an address with --host"
            )
        case [only]:
            agreed = terminal.yes(f"{wifi} Serve at {only.text} {span}? [Y/n] > ", "yes")
            return only.text if agreed else ""
        case _:
            terminal.say(f"{wifi} This machine is on several networks:")
            for number, address in enumerate(candidates, start=1):
                terminal.verbatim(f"  {number}  {address.text:<15}  {address.interface}".rstrip())
            return _numbered(candidates, f"Serve at which, {span}? 1-{len(candidates)} [none] > ")


def _numbered(candidates: Sequence[addresses.Address], question: str) -> str:
    """Ask until the answer is a listed number, or Enter for none."""
    numbered = {str(number): address.text for number, address in enumerate(candidates, start=1)}
    while answer := terminal.ask(question):
        if answer in numbered:
            return numbered[answer]
        terminal.say(f"   a number from 1 to {len(candidates)}, or Enter for none")
    return ""


@contextmanager
def until_ctrl_c(say: Callable[[str], None], ended: str) -> Iterator[None]:
    """End serving on Ctrl-C, and print ``ended`` on its own line below the terminal's ^C."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"\n{ended}" if terminal.at_terminal() else ended)


# --- what is said ---------------------------------------------------------------------------


def show(url: str, canvas: Canvas, *, is_for_phones: bool) -> str:
    """Print the address, at a terminal with its QR code above it; return the instruction for it."""
    draws = is_for_phones and sys.stdout.isatty()
    lines, hint = _qr_code(url, canvas) if draws else ([], OPEN)
    terminal.out((f"{line}\n" for line in [*lines, url]), text=True)
    sys.stdout.flush()
    return hint if is_for_phones else HERE


OPEN = "Open the address on your phone."
HERE = (
    "Only this machine can reach that; for a phone, give this machine's Wi-Fi address with --host."
)


def _qr_code(url: str, canvas: Canvas) -> tuple[list[str], str]:
    """Draw the QR code if it fits the terminal; return its lines, if any, and what to do."""
    if not canvas.colour:
        return [], f"The code needs colours. {OPEN}"
    code = qr.modules(url)
    if _has_halves(canvas.encoding):
        lines, width = list(qr.in_halves(code)), len(code[0])
    else:
        lines, width = list(qr.in_blanks(code)), 2 * len(code[0])
    height = len(lines) + 2  # the address and the cursor's line
    if width > canvas.width or height > shutil.get_terminal_size().lines:
        return [], f"The code needs a terminal of {width} columns and {height} lines. {OPEN}"
    return lines, "Point your phone's camera at the code."


def _has_halves(encoding: str) -> bool:
    try:
        "".join(qr.HALVES.values()).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def seconds() -> float:
    """Return a clock in seconds that keeps running while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
