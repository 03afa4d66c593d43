"""What is served of a plan, at which address of this machine, and how a person gets there."""

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
"""The name of a calendar that is subscribed to: the same when a plan becomes discreet one day."""


def items(subject: Subject, cancels: AbstractSet[str], address: str = "") -> tuple[Item, Item]:
    """Render the page, and the calendar with those cancelled events that take something back.

    At a ``place`` programs subscribe to the calendar.
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
    """Draw 128 random bits, too many to guess."""
    import secrets

    return secrets.token_urlsafe(16)


# --- where ----------------------------------------------------------------------------------


def check(host: str, port: int) -> None:
    """Refuse an address or a port that can't be right, if one was given."""
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
    """Whether only this machine reaches an address."""
    return IPv4Address(host).is_loopback


def address(span: str) -> str:
    """Let a person choose the address to serve at, nothing for none; in a script, this machine.

    The ``span`` says for how long, as in ``for 10 minutes``.
    """
    return choose(addresses.addresses(), span) if terminal.can_ask() else LOOPBACK


def choose(candidates: Sequence[addresses.Address], span: str) -> str:
    """Ask at which of the addresses to serve; nothing is served at one that nobody chose."""
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
    """Ask for a number until it is one of them, or Enter for none."""
    numbered = {str(number): address.text for number, address in enumerate(candidates, start=1)}
    while answer := terminal.ask(question):
        if answer in numbered:
            return numbered[answer]
        terminal.say(f"   a number from 1 to {len(candidates)}, or Enter for none")
    return ""


@contextmanager
def until_ctrl_c(say: Callable[[str], None], ended: str) -> Iterator[None]:
    """Let Ctrl-C end what is served, and say so on a line of its own after the ^C of a terminal."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"\n{ended}" if terminal.at_terminal() else ended)


# --- what is said ---------------------------------------------------------------------------


def show(url: str, canvas: Canvas, *, is_for_phones: bool) -> str:
    """Print the address, at a terminal under its code; return what a person does with it."""
    draws = is_for_phones and sys.stdout.isatty()
    lines, hint = _drawn(url, canvas) if draws else ([], OPEN)
    terminal.out((f"{line}\n" for line in [*lines, url]), text=True)
    sys.stdout.flush()
    return hint if is_for_phones else HERE


OPEN = "Open the address on your phone."
HERE = (
    "Only this machine can reach that; for a phone, give this machine's Wi-Fi address with --host."
)


def _drawn(url: str, canvas: Canvas) -> tuple[list[str], str]:
    """Draw the code in what the terminal has, or no line; and say what to do."""
    if not canvas.colour:
        return [], f"The code needs colours. {OPEN}"
    code = qr.modules(url)
    if _has_halves(canvas.encoding):
        lines, width = list(qr.in_halves(code)), len(code[0])
    else:
        lines, width = list(qr.in_blanks(code)), 2 * len(code[0])
    height = len(lines) + 2  # the address, and the line of the cursor
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
    """Count seconds even while the machine sleeps: closing the lid doesn't stop the clock."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
