"""The server options of ``push`` and ``pull``: the calendar, the user and the proxy."""

import ipaddress
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from microplan.calendars.sync import Wanted
from microplan.cli import environment, options
from microplan.cli.server import password as server_password
from microplan.errors import UsageError
from microplan.model import ids, log
from microplan.model.plan import Plan
from microplan.scheduling import events, schedule, sequence
from microplan.storage.config import CalDAV

if TYPE_CHECKING:
    from microplan.calendars.caldav_client import CalendarServer

SERVER = "The server"


def _option(name: str, metavar: str, text: str) -> Any:  # noqa: ANN401 - Typer's own
    return options.option(text, name, form=metavar, panel=SERVER)


def _switch(name: str, text: str) -> Any:  # noqa: ANN401 - Typer's own
    return options.option(text, name)


class ServerOptions(Struct, frozen=True, kw_only=True):
    """The server options as given on the command line."""

    plan: options.PlanName = None
    url: Annotated[
        str | None, _option("--url", "URL", "address of the server, or of one calendar")
    ] = None
    user: Annotated[str | None, _option("--user", "NAME", "your name on the server")] = None
    password_command: Annotated[
        str | None,
        _option(
            "--password-command",
            "COMMAND",
            "a program whose first line is the password "
            f"[${server_password.VARIABLE}, else it is asked]",
        ),
    ] = None
    proxy: Annotated[
        str | None,
        _option("--proxy", "URL", "a proxy for https; those in the environment are ignored"),
    ] = None
    calendar: Annotated[
        str | None, _option("--calendar", "NAME", "name of the calendar there [the plan's title]")
    ] = None
    dry_run: Annotated[bool, _switch("--dry-run", "show what would change, and change nothing")] = (
        False
    )
    no_care: Annotated[bool, _switch("--no-care", "leave out pauses, cues and checkpoints")] = False
    discreet: Annotated[bool, _switch("--discreet", "neutral titles, no descriptions")] = False
    quiet: options.Quiet = False


reaching = options.options_of("reach", ServerOptions)
"""Give a command the server options, collected in its parameter ``reach``."""


# --- the address ----------------------------------------------------------------------------


@contextmanager
def connected(reach: ServerOptions) -> Iterator["CalendarServer"]:
    """Connect to the server that the options or ``config.toml`` name.

    Everything else is checked before asking for a password.
    """
    from microplan.calendars import caldav_client

    url, user = named(reach)
    proxy = _proxy(reach, url)
    _clear_library_variables()
    caldav_client.require()
    word = server_password.find(reach.password_command, user, url) if user else ""
    with caldav_client.connected(url, user, word, proxy) as server:
        yield server


def _clear_library_variables() -> None:
    """Remove environment variables that make libraries leak the traffic with a server.

    ``PYTHON_CALDAV_COMMDUMP`` dumps it into files, and ``NIQUESTS_DNS_URL`` sets another
    resolver. The libraries read both when they are imported.
    """
    for name in [name for name in os.environ if name.startswith(("NIQUESTS_", "PYTHON_CALDAV_"))]:
        del os.environ[name]


def named(reach: ServerOptions) -> tuple[str, str]:
    """Return the server's address and the user name, which is empty if none is needed.

    Without flags, both come from ``config.toml``; its user name applies only to its own address.
    """
    own = _configured()
    if not reach.url and not own.url:
        raise UsageError(
            "no CalDAV address is known; give one with --url https://..., or under [caldav] in "
            "config.toml"
        )
    url = reach.url or own.url
    _check(url, "--url" if reach.url else "caldav.url in config.toml")
    return url, reach.user or (own.user if url == own.url else "")


def _configured(*, warns: bool = True) -> CalDAV:
    """Read the server settings from ``config.toml``; empty if there are none."""
    config = environment.config(warns=warns)
    return config.caldav if config else CalDAV()


def _check(url: str, flag: str) -> None:
    """Refuse an invalid address, or one that would send data unencrypted."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or not _is_plain(url):
        raise UsageError(f"{flag} is not the address of a server. Write it as https://host/path")
    if "@" in parts.netloc:
        raise UsageError(
            f"{flag} contains a name or a password; give the name with --user and the password with "
            f"--password-command or ${server_password.VARIABLE}"
        )
    if parts.scheme == "http" and not _is_local(parts):
        raise UsageError(
            f"over http, anyone between here and {parts.netloc} could read the plan and the "
            "password; use https"
        )


def _proxy(reach: ServerOptions, url: str) -> str:
    """Return the proxy to use for a server, "" for none; a server on this machine needs none.

    Proxies in the environment are ignored: they were set for other programs, and an http proxy
    would see the password.
    """
    proxy = reach.proxy or _configured(warns=False).proxy
    if proxy and not _is_proxy_address(proxy):
        flag = "--proxy" if reach.proxy else "caldav.proxy in config.toml"
        raise UsageError(
            f"{flag} is not the address of a proxy. Write it as http://host:port, without a name "
            "or a password"
        )
    return "" if _is_local(urlsplit(url)) else proxy


def _is_proxy_address(proxy: str) -> bool:
    """Whether a proxy address has a scheme, a host, a port and nothing else."""
    try:
        parts = urlsplit(proxy)
        is_whole = parts.scheme == "http" and bool(parts.hostname and parts.port)
    except ValueError:
        return False
    return (
        is_whole
        and _is_plain(proxy)
        and proxy.rstrip("/") == f"http://{parts.netloc}"
        and "@" not in proxy
    )


def _is_plain(url: str) -> bool:
    """Whether an address has only characters that a URI allows (RFC 3986, section 2)."""
    return url.isascii() and url.isprintable() and " " not in url


def _is_local(parts: SplitResult) -> bool:
    """Whether an address is on this machine."""
    host = parts.hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# --- the calendar ---------------------------------------------------------------------------


def calendar_name(plan: Plan, reach: ServerOptions) -> str:
    """Return the calendar's name: the one given, else the plan's title, or a neutral name."""
    return reach.calendar or log.public_title(plan, log.NEUTRAL_CALENDAR)


def calendar_id(plan: Plan, reach: ServerOptions) -> str:
    """Derive the last path segment of the address of a new calendar for a plan."""
    return ids.uid(plan, f"calendar/{reach.calendar or ''}")


def discreet_if_asked(plan: Plan, reach: ServerOptions) -> Plan:
    """Return the plan, discreet if the options ask for it."""
    return events.as_discreet(plan) if reach.discreet else plan


def wanted(plan: Plan, reach: ServerOptions) -> list[Wanted]:
    """List the events that the calendar should have; care that is left out is cancelled."""
    from microplan.formats import ical

    _, rules = log.rules_in_force(plan)
    sessions = schedule.schedule(plan)
    every = sequence.events(plan, sessions)
    kept = {event.uid for event in sequence.events(plan, sessions, with_care=not reach.no_care)}
    earlier = sequence.earlier_starts(plan)
    events_wanted = []
    for derived in every:
        event = derived if derived.uid in kept else replace(derived, cancelled=True)
        mark, text = ical.caldav_resource(plan, event)
        before = earlier.get(event.uid, ())
        events_wanted.append(Wanted(event=event, tz=rules.tz, mark=mark, text=text, earlier=before))
    return events_wanted
