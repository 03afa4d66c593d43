"""``microplan share``: serves a plan's calendar to phones on the same network for a few minutes."""

import socket
from collections.abc import Callable
from typing import Annotated

import typer

from microplan.cli import environment, options, plan_io, terminal
from microplan.cli.handoff import server as handoff
from microplan.cli.handoff.offer import Item, Offer
from microplan.cli.publishing import handed_out, invitation
from microplan.errors import UsageError
from microplan.model.plan import Plan
from microplan.storage.handed_out import CopyKind, CopyOptions
from microplan.wording import phrases

MINUTES = range(1, 61)


def share(  # noqa: PLR0913 - one parameter for each flag
    *,
    plan: options.PlanName = None,
    host: Annotated[
        str,
        options.option(
            "the IPv4 address to serve at [asks; in a script, this machine only]", form="ADDRESS"
        ),
    ] = "",
    port: Annotated[int, options.option("the port to serve at [a free one]", form="N")] = 0,
    minutes: Annotated[
        int, typer.Option(metavar="N", help=f"for how long, at most {MINUTES[-1]}")
    ] = 10,
    no_care: options.NoCare = False,
    discreet: options.Discreet = False,
    first_weekday: options.FirstWeekday = None,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
    no_color: options.NoColor = False,
) -> None:
    """Get a plan onto a phone on the same Wi-Fi: point its camera at the code.

    Example: `microplan share`
    """
    _check(host, port, minutes)
    read = plan_io.read_for_calendar(plan)
    subject = handed_out.subject(
        read,
        environment.today(as_of),
        CopyOptions(
            with_care=not no_care,
            discreet=discreet,
            first_weekday=environment.first_weekday(first_weekday),
        ),
    )
    items = invitation.items(subject, handed_out.cancels(read))
    address = host or invitation.address(f"for {phrases.count(minutes, 'minute')}")
    if not address:
        terminal.say("nothing was shared")
        return
    say = (lambda _: None) if quiet else terminal.say
    with (
        handoff.listen(address, port) as listener,
        invitation.until_ctrl_c(say, "ended; nothing is shared any more"),
    ):
        offer = Offer(secret=invitation.secret(), netloc=handoff.netloc(listener), items=items)
        can_reach = not invitation.is_loopback(address)
        hint = invitation.show(
            offer.url, terminal.canvas(no_color=no_color), is_for_phones=can_reach
        )
        _serve(listener, offer, minutes, say, hint, read)


def _check(host: str, port: int, minutes: int) -> None:
    """Refuse an invalid address, port or number of minutes."""
    if minutes not in MINUTES:
        raise UsageError(f"--minutes {minutes}: write {MINUTES[0]} to {MINUTES[-1]}")
    invitation.check(host, port)


def _serve(  # noqa: PLR0913, PLR0917 - each is served or printed
    listener: socket.socket,
    offer: Offer,
    minutes: int,
    say: Callable[[str], None],
    hint: str,
    plan: Plan,
) -> None:
    """Serve for the given minutes, and print what a phone fetched."""

    def sent(item: Item, _program: bytes) -> None:
        if item.is_file:
            handed_out.remember(plan, CopyKind.SHARED)
            say("sent to a phone")

    server = handoff.HandoffServer(listener, lambda: offer, clock=invitation.seconds, sent=sent)
    span = phrases.count(minutes, "minute")
    say(f"{hint} It stays for {span}; Ctrl-C ends it.")
    server.run(until=invitation.seconds() + 60 * minutes)
    say(f"after {span} nothing is shared any more")
