"""``microplan share``: a plan's calendar to a phone on the same network, for some minutes."""

import shutil
import socket
import sys
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address
from typing import Annotated

import typer

from microplan.cli import environment, options, plan_io, terminal
from microplan.cli.handoff import addresses, qr
from microplan.cli.handoff import server as handoff
from microplan.cli.handoff.server import Item, Offer
from microplan.errors import UsageError
from microplan.formats import Canvas, Subject, render
from microplan.scheduling import events, schedule
from microplan.wording import phrases

LOOPBACK = "127.0.0.1"
MINUTES = range(1, 61)
PORTS = range(65536)
CALENDAR = "text/calendar; charset=utf-8"
PAGE = "text/html; charset=utf-8"


def share(  # noqa: PLR0913 - one parameter for each flag
    *,
    plan: options.PlanName = None,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="the IPv4 address to serve at [asks; in a script, this machine only]",
            show_default=False,
        ),
    ] = "",
    port: Annotated[
        int, typer.Option(metavar="N", help="the port to serve at [a free one]", show_default=False)
    ] = 0,
    minutes: Annotated[
        int, typer.Option(metavar="N", help=f"for how long, at most {MINUTES[-1]}")
    ] = 10,
    no_care: options.NoCare = False,
    discreet: options.Discreet = False,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
    no_color: options.NoColor = False,
) -> None:
    """Get a plan onto a phone on the same Wi-Fi: point its camera at the code.

    Example: `microplan share`
    """
    _check(host, port, minutes)
    read = plan_io.read_for_calendar(plan)
    named = events.discreetly(read) if discreet else read
    items = _items(
        Subject(
            plan=named,
            sessions=schedule.schedule(named),
            today=environment.today(as_of),
            with_care=not no_care,
        )
    )
    address = host or _address(minutes)
    if not address:
        terminal.say("nothing was shared")
        return
    with handoff.listen(address, port) as listener:
        offer = Offer(secret=_secret(), place=handoff.place(listener), items=items)
        say = (lambda _: None) if quiet else terminal.say
        try:
            can_reach = not IPv4Address(address).is_loopback
            hint = _show(offer.url, terminal.canvas(no_color=no_color), is_for_phones=can_reach)
            _serve(listener, offer, minutes, say, hint)
        except KeyboardInterrupt:  # after the ^C that the terminal shows
            begin = "\n" if terminal.at_terminal() else ""
            say(f"{begin}ended; nothing is shared any more")


def _check(host: str, port: int, minutes: int) -> None:
    """Refuse what cannot be meant."""
    if minutes not in MINUTES:
        raise UsageError(f"--minutes {minutes}: {MINUTES[0]} to {MINUTES[-1]} would do")
    if port not in PORTS:
        raise UsageError(f"--port {port}: 1024 to {PORTS[-1]} would do, or leave it out")
    if not host:
        return
    try:
        address = IPv4Address(host)
    except ValueError:
        raise UsageError(
            f'--host "{host}" is not an IPv4 address; one such as 192.168.1.23 would do'
        ) from None
    if address.is_unspecified or address.is_multicast or address == IPv4Address("255.255.255.255"):
        raise UsageError(f"--host {host} is not the address of one network; name that of your own")


def _items(subject: Subject) -> tuple[Item, ...]:
    """Render the page and the calendar once; a phone gets them as they were at the start."""
    from microplan.formats.html import page as html

    name = "appointments.ics" if events.is_discreet(subject.plan) else "plan.ics"
    page = "".join(html.page(subject, calendar=name))
    calendar = "".join(render("ics", subject))
    return (
        Item(name="", type=PAGE, content=page.encode("utf-8", "replace")),
        Item(name=name, type=CALENDAR, content=calendar.encode(), is_file=True),
    )


def _secret() -> str:
    """Draw 128 bits, which nobody guesses in the minutes there are."""
    import secrets

    return secrets.token_urlsafe(16)


# --- where ----------------------------------------------------------------------------------


def _address(minutes: int) -> str:
    """Let a person choose the address to serve at, nothing for none; in a script, this machine."""
    return choose(addresses.addresses(), minutes) if terminal.can_ask() else LOOPBACK


def choose(found: Sequence[addresses.Address], minutes: int) -> str:
    """Ask at which of the addresses to serve; nothing is served at one that nobody chose."""
    wifi, span = "Your phone must be on the same Wi-Fi.", phrases.count(minutes, "minute")
    match found:
        case []:
            raise UsageError(
                "this machine is on no network that was found; join the Wi-Fi of your phone, or "
                "name an address with --host"
            )
        case [only]:
            agreed = terminal.yes(f"{wifi} Serve at {only.text} for {span}? [Y/n] > ", "yes")
            return only.text if agreed else ""
        case _:
            terminal.say(f"{wifi} This machine is on several networks:")
            for number, address in enumerate(found, start=1):
                terminal.verbatim(f"  {number}  {address.text:<15}  {address.interface}".rstrip())
            return _numbered(found, f"Serve at which, for {span}? 1-{len(found)} [none] > ")


def _numbered(found: Sequence[addresses.Address], question: str) -> str:
    """Ask for a number until it is one of them, or Enter for none."""
    numbered = {str(number): address.text for number, address in enumerate(found, start=1)}
    while answer := terminal.ask(question):
        if answer in numbered:
            return numbered[answer]
        terminal.say(f"   a number from 1 to {len(found)} would do, or Enter for none")
    return ""


# --- what is said ---------------------------------------------------------------------------


def _show(url: str, canvas: Canvas, *, is_for_phones: bool) -> str:
    """Print the address, at a terminal under its code; return what a person does with it."""
    draws = is_for_phones and sys.stdout.isatty()
    lines, hint = _drawn(url, canvas) if draws else ([], OPEN)
    terminal.out((f"{line}\n" for line in [*lines, url]), text=True)
    sys.stdout.flush()
    return hint if is_for_phones else HERE


OPEN = "Open the address on your phone."
HERE = "Only this machine can reach that; for a phone name its address in the Wi-Fi with --host."


def _drawn(url: str, canvas: Canvas) -> tuple[list[str], str]:
    """Draw the code in what the terminal has, or no line; and say what to do."""
    if not canvas.colour:
        return [], f"No code is drawn without colours. {OPEN}"
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


def _serve(
    listener: socket.socket, offer: Offer, minutes: int, say: Callable[[str], None], hint: str
) -> None:
    """Serve until the minutes are over, and say what went to a phone."""

    def sent(item: Item) -> None:
        if item.is_file:
            say("sent to a phone")

    server = handoff.HandoffServer(listener, offer, clock=_seconds, sent=sent)
    span = phrases.count(minutes, "minute")
    say(f"{hint} It stays for {span}; Ctrl-C ends it.")
    server.run(until=_seconds() + 60 * minutes)
    say(f"after {span} nothing is shared any more")


def _seconds() -> float:
    """Count seconds also while the machine sleeps: a closed lid does not stop the minutes."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
