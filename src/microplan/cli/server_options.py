"""Which calendar, and as whom: what ``push`` and ``pull`` are told about a server."""

from __future__ import annotations

import inspect
import ipaddress
import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated
from urllib.parse import SplitResult, urlsplit

import typer
from msgspec import Struct
from msgspec.structs import replace

from microplan.calendars.sync import Wanted
from microplan.cli import environment, options, terminal
from microplan.errors import UsageError
from microplan.model import ids, log
from microplan.model.plan import Plan
from microplan.scheduling import events, schedule

if TYPE_CHECKING:
    from microplan.calendars.caldav_client import CalendarServer

SERVER = "The server"
PASSWORD = "MICROPLAN_CALDAV_PASSWORD"  # noqa: S105 - the name of a variable
PATIENCE = 120
"""Seconds that a password command may take: a person may have to unlock something."""


class ServerOptions(Struct, frozen=True, kw_only=True):
    """Which plan goes to which calendar, how much of it, and whether it is only tried."""

    plan: str | None
    url: str | None
    user: str | None
    password_command: str | None
    calendar: str | None
    dry_run: bool
    no_care: bool
    discreet: bool
    quiet: bool


def _option(name: str, metavar: str, text: str) -> object:
    said = typer.Option(
        name, metavar=metavar, help=text, show_default=False, rich_help_panel=SERVER
    )
    return Annotated[str | None, said]


def _switch(name: str, text: str) -> object:
    return Annotated[bool, typer.Option(name, help=text, show_default=False)]


reaching = options.add_options(
    "reach",
    [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, kind, default in (
            ("plan", options.PlanName, None),
            ("url", _option("--url", "URL", "address of the server, or of one calendar"), None),
            ("user", _option("--user", "NAME", "your name on the server"), None),
            (
                "password_command",
                _option(
                    "--password-command",
                    "COMMAND",
                    f"a program whose first line is the password [${PASSWORD}, else it is asked]",
                ),
                None,
            ),
            (
                "calendar",
                _option("--calendar", "NAME", "name of the calendar there [the plan's title]"),
                None,
            ),
            ("dry_run", _switch("--dry-run", "say what would change and change nothing"), False),
            ("no_care", _switch("--no-care", "leave out pauses, cues and checkpoints"), False),
            ("discreet", _switch("--discreet", "neutral titles, no descriptions"), False),
            ("quiet", options.Quiet, False),
        )
    ],
    lambda given: ServerOptions(**given),
    last=True,
)
"""Give a command the flags that name a calendar, gathered as its ``reach``."""


# --- the address ----------------------------------------------------------------------------


@contextmanager
def connected(reach: ServerOptions) -> Iterator[CalendarServer]:
    """Reach the server that was named, with the password of the one who was named.

    Nobody is asked for a password that could not be used.
    """
    from microplan.calendars import caldav_client

    url, user = named(reach)
    caldav_client.require()
    with caldav_client.connected(url, user, password(reach, user, url) if user else "") as server:
        yield server


def named(reach: ServerOptions) -> tuple[str, str]:
    """Tell the address of the server and the name there, empty for a server that asks none.

    What no flag says is taken from ``config.toml``; the name there goes with the address there.
    """
    own = environment.config().caldav
    if not reach.url and not own.url:
        raise UsageError(
            "no CalDAV address is known; give one with --url https://..., or under [caldav] in "
            "config.toml"
        )
    url = reach.url or own.url
    _check(url, "--url" if reach.url else "caldav.url in config.toml")
    return url, reach.user or (own.user if url == own.url else "")


def _check(url: str, flag: str) -> None:
    """Refuse an address that cannot be one, or that would let others read what is sent."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or not _is_plain(url):
        raise UsageError(f"{flag} is not the address of a server; write it as https://host/path")
    if "@" in parts.netloc:
        raise UsageError(
            f"{flag} holds a name or a password; give the name as --user, and the password by "
            f"--password-command or ${PASSWORD}"
        )
    if parts.scheme == "http" and not _is_here(parts):
        raise UsageError(
            f"with http everybody on the way to {host} could read the plan and the password; "
            "use https"
        )


def _is_plain(url: str) -> bool:
    """Whether an address has only characters that one may have (RFC 3986, section 2)."""
    return url.isascii() and url.isprintable() and " " not in url


def _is_here(parts: SplitResult) -> bool:
    """Whether an address is that of this very machine."""
    host = parts.hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# --- the password ---------------------------------------------------------------------------


def password(reach: ServerOptions, user: str, url: str) -> str:
    """Take the password from its command, the environment, or a person; never from a flag."""
    word = _password(reach, user, url)
    try:
        word.encode()
    except UnicodeEncodeError:
        raise UsageError(
            "the password is not UTF-8 text; no server could tell what it is"
        ) from None
    return word


def _password(reach: ServerOptions, user: str, url: str) -> str:
    if reach.password_command is not None:
        return _commanded(reach.password_command)
    known = os.environ.get(PASSWORD)
    if known:
        return known
    if not terminal.can_ask():
        raise UsageError(
            f"no password is known for {user}; set ${PASSWORD} or give --password-command"
        )
    return _asked(f"Password of {user} at {urlsplit(url).hostname} > ")


def _asked(prompt: str) -> str:
    import getpass

    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise KeyboardInterrupt from None


def _commanded(command: str) -> str:
    """Run a command without a shell and take the first line of what it prints."""
    try:
        done = subprocess.run(  # noqa: S603 - the person's own command, and no shell
            shlex.split(command), stdout=subprocess.PIPE, timeout=PATIENCE, check=False
        )
    except (OSError, ValueError, IndexError):
        raise UsageError(
            "the password command cannot be run; write a program and its arguments"
        ) from None
    except subprocess.TimeoutExpired:
        raise UsageError(
            f"the password command took longer than {PATIENCE} s; try it by itself"
        ) from None
    lines = done.stdout.splitlines()
    if done.returncode or not lines or not lines[0]:
        raise UsageError(
            f"the password command ended with {done.returncode} and "
            f"{'a' if lines and lines[0] else 'no'} password; try it by itself"
        )
    return lines[0].decode(errors="surrogateescape")


# --- the calendar ---------------------------------------------------------------------------


def calendar_name(plan: Plan, reach: ServerOptions) -> str:
    """Name the calendar as asked for, else by the plan's title, or neutrally."""
    return reach.calendar or events.calendar_name(plan)


def calendar_id(plan: Plan, reach: ServerOptions) -> str:
    """Derive the last part of the address of a calendar that is made for a plan."""
    return ids.uid(plan, f"calendar/{reach.calendar or ''}")


def said(plan: Plan, reach: ServerOptions) -> Plan:
    """Make the plan as discreet as asked for."""
    return events.discreetly(plan) if reach.discreet else plan


def wanted(plan: Plan, reach: ServerOptions) -> list[Wanted]:
    """List the events of a plan as they are to stand; care that is left out is cancelled."""
    from microplan.formats import ical

    _, rules = log.rules_in_force(plan)
    sessions = schedule.schedule(plan)
    every = events.events(plan, sessions)
    kept = {each.uid for each in events.events(plan, sessions, with_care=not reach.no_care)}
    found = []
    for each in every:
        event = each if each.uid in kept else replace(each, cancelled=True)
        mark, text = ical.caldav_resource(plan, event)
        found.append(Wanted(event=event, tz=rules.tz, mark=mark, text=text))
    return found
