"""``microplan publish``: a calendar that updates itself, as a file or at a lasting address."""

import gc
import math
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

from msgspec import Struct
from msgspec.structs import asdict
from msgspec.structs import replace as with_

from microplan.cli import environment, options, plan_io, terminal
from microplan.cli.handoff import addresses
from microplan.cli.handoff import server as handoff
from microplan.cli.handoff.offer import Offer
from microplan.cli.publishing import handed_out, invitation, upkeep
from microplan.cli.publishing.feed import LiveFeed, Source
from microplan.cli.publishing.handed_out import GivenOptions, as_before
from microplan.errors import OutputError, PlanFileError, RefusedError, UsageError
from microplan.formats import Canvas
from microplan.model.plan import Plan
from microplan.storage import files, locks
from microplan.storage import handed_out as state
from microplan.storage.handed_out import CopyOptions, Feed, Target

PORT = 8765
"""The port of a machine's first feed; a lasting address can't use a random free port."""
UNUSED = (
    "--[no-]care, --[no-]discreet and --first-weekday say how a file or an address is published; "
    "name the file again, or add --serve"
)

NoCare = Annotated[
    bool | None,
    options.option(
        "leave out pauses, reminders and checkpoints [as before]",
        "--no-care/--care",
        panel=options.OUTPUT,
    ),
]
Discreet = Annotated[
    bool | None,
    options.option(
        "neutral titles and no descriptions [as before]",
        "--discreet/--no-discreet",
        panel=options.OUTPUT,
    ),
]


class Published(Struct, frozen=True, kw_only=True):
    """A plan to publish: its file, the folder for its state, and the options given."""

    path: Path
    plan: Plan
    folder: Path
    flag: str
    today: Callable[[], date]
    asked: GivenOptions
    say: Callable[[str], None]


def publish(  # noqa: PLR0913 - one parameter for each flag
    path: Annotated[
        str | None,
        options.argument(
            "the calendar file to keep up to date [all that are published]", form="[FILE.ics]"
        ),
    ] = None,
    *,
    plan: options.PlanName = None,
    serve: Annotated[bool, options.option("serve the calendar until Ctrl-C", "--serve")] = False,
    host: Annotated[
        str,
        options.option("the IPv4 address to serve at [the one before, or asks]", form="ADDRESS"),
    ] = "",
    port: Annotated[
        int | None, options.option(f"the port to serve at [the one before, or {PORT}]", form="N")
    ] = None,
    renew: Annotated[bool, options.option("make a new secret address", "--renew")] = False,
    stop: Annotated[bool, options.option("stop publishing", "--stop")] = False,
    replace: Annotated[bool, options.option("replace an existing page", "--replace")] = False,
    no_care: NoCare = None,
    discreet: Discreet = None,
    first_weekday: options.FirstWeekday = None,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
    no_color: options.NoColor = False,
) -> None:
    """Publish a calendar that stays up to date with the plan: programs subscribe to it once.

    Examples: `microplan publish ~/Sync/plan.ics`, or `microplan publish --serve`
    """
    _refuse_together(path, serve=serve, renew=renew, stop=stop)
    if (host or port is not None) and not serve:
        raise UsageError("--host and --port say where to --serve; add that, or leave them out")
    if plan == terminal.STDIO:
        raise UsageError("publish needs a plan file; name one with -p")
    invitation.check(host, port or 0)
    environment.today(as_of)  # refused before anything else
    asked = GivenOptions(
        with_care=None if no_care is None else not no_care,
        discreet=discreet,
        first_weekday=environment.first_weekday(first_weekday),
    )
    if asked != GivenOptions() and path is None and not serve:
        raise UsageError(UNUSED)
    own = _published(plan, lambda: environment.today(as_of), asked, quiet=quiet)
    if stop:
        _stop(own)
    elif path is not None:
        _add(own, path, replace=replace)
    elif serve:
        _serve(own, _feed(own, renew=renew), host, port, terminal.canvas(no_color=no_color))
    elif renew:
        terminal.print_lines([_url(_feed(own, renew=True))])
    else:
        _again(own)


def _refuse_together(path: str | None, *, serve: bool, renew: bool, stop: bool) -> None:
    """Refuse options that exclude each other."""
    if stop and (path is not None or serve or renew):
        raise UsageError("--stop ends everything that is published; leave out the rest")
    if path is not None and (serve or renew):
        raise UsageError("publish a file and serve an address one after the other")


def _published(
    name: str | None,
    today: Callable[[], date],
    asked: GivenOptions,
    *,
    quiet: bool,
) -> Published:
    """Read the plan to publish, and find the folder for its state."""
    path = environment.plan_path(name)
    if files.is_special(path):
        raise UsageError(f"{path} isn't a plan file, so publish can't use it; name one with -p")
    plan = plan_io.read_for_calendar(name)
    folder = handed_out.folder(plan)
    if folder is None:
        raise UsageError("can't find your home folder; set HOME to its path")
    return Published(
        path=path,
        plan=plan,
        folder=folder,
        flag=plan_io.plan_flag(name),
        today=today,
        asked=asked,
        say=(lambda _: None) if quiet else terminal.say,
    )


# --- files ----------------------------------------------------------------------------------


def _add(own: Published, name: str, *, replace: bool) -> None:
    """Write a calendar file and its page, and register both to be updated after each change."""
    path = Path(os.path.abspath(name))  # noqa: PTH100 - symlinks must stay, as they may change later
    if path.suffix.lower() != ".ics":
        raise UsageError(f'"{name}" isn\'t a calendar file; name one like plan.ics')
    page = upkeep.page_beside(path)
    if special := next(filter(files.is_special, (path, page)), None):
        raise UsageError(f"{special} is a pipe or a device, which keeps nothing; name a file")
    files.refuse_sources([path, page], [own.path])
    with locks.hold(own.path, environment.locks):
        known = {target.path: target for target in state.targets(own.folder)}
        before = known.pop(str(path), None)
        if files.exists(page) and not (before or replace):
            raise RefusedError(
                f"{page} already exists; choose another name, or --replace overwrites it"
            )
        target = Target(path=str(path), **asdict(own.asked.after(before)))
        target = upkeep.write(target, own.plan, own.today())
        state.save_targets(own.folder, (*known.values(), target))
    if kept := as_before(own.asked, before):
        own.say(kept)
    own.say(
        f"wrote {environment.from_home(path)} and {page.name}; each change of the plan writes both "
        f"again, until microplan publish --stop{own.flag}"
    )


def _again(own: Published) -> None:
    """Write all published files again, and print where the plan is published."""
    was = state.read(own.folder)
    for name in {state.TARGETS, state.FEED} & was.unread.keys():
        raise PlanFileError(was.unread[name])
    if not (was.targets or was.feed):
        raise UsageError(
            "nothing is published yet. Name a file, as in microplan publish ~/Sync/plan.ics"
            f"{own.flag}, or serve it: microplan publish --serve{own.flag}"
        )
    faults = upkeep.keep_up(own.path, own.folder, own.today()) if was.targets else []
    if faults:
        raise OutputError("; ".join(faults))
    for target in was.targets:
        own.say(f"wrote {environment.from_home(Path(target.path))}")
    if was.feed:
        own.say(f"microplan publish --serve{own.flag} serves the page at {_url(was.feed)}")


def _url(feed: Feed) -> str:
    """Return the URL of a feed's page."""
    address = handoff.spelled(feed.host or invitation.LOOPBACK, feed.port or PORT)
    return Offer(secret=feed.secret, netloc=address, items=()).url


def _stop(own: Published) -> None:
    """Stop publishing; files already written stay, because somebody may still use them."""
    was = state.read(own.folder)
    is_unread = {state.TARGETS, state.FEED} & was.unread.keys()
    if not (was.targets or was.feed or is_unread):
        own.say("nothing is published")
        return
    with locks.hold(own.path, environment.locks):
        state.save_targets(own.folder, ())
    state.save_feed(own.folder, None)
    for target in was.targets:
        own.say(f"{environment.from_home(Path(target.path))} is no longer updated")
    if is_unread:
        own.say("the record of what was published couldn't be read and has been removed")
    if was.feed:
        own.say("the address no longer works, and subscribers get nothing more")


# --- a lasting address ----------------------------------------------------------------------


def _feed(own: Published, *, renew: bool) -> Feed:
    """Return the plan's feed, with a new secret on ``renew``, which locks out all subscribers."""
    before = state.feed(own.folder)
    if before and not renew:
        return before
    feed = with_(before or Feed(secret=invitation.secret()), secret=invitation.secret())
    state.save_feed(own.folder, feed)
    state.forget_subscribers(own.folder)
    if before:
        own.say("The address is a new one; the old one no longer works.")
    return feed


def _serve(own: Published, feed: Feed, host: str, port: int | None, canvas: Canvas) -> None:
    """Serve until Ctrl-C, or until another process stops publishing."""
    address = host or _as_before(feed) or invitation.address("until you press Ctrl-C")
    if not address:
        own.say("nothing is served")
        return
    with handoff.listen(address, port if port is not None else feed.port or PORT) as listener:
        _, number = listener.getsockname()
        lasting = "" if invitation.is_loopback(address) else address
        manner = own.asked.after(feed)
        state.save_feed(own.folder, with_(feed, host=lasting, port=number, **asdict(manner)))
        if kept := as_before(own.asked, feed):
            own.say(kept)
        live = LiveFeed(_source(own, handoff.netloc(listener), manner), own.say)
        gc.enable()  # it may run for months
        with invitation.until_ctrl_c(own.say, "ended; the address is the same next time"):
            hint = invitation.show(live.offer().url, canvas, is_for_phones=bool(lasting))
            own.say(
                f"{hint} The calendar follows the plan until Ctrl-C; the address stays the same."
            )
            server = handoff.HandoffServer(
                listener, live.offer, clock=invitation.seconds, sent=live.sent
            )
            server.run(math.inf, lambda: live.goes_on)
            own.say("stopped; nothing is published any more")


def _as_before(feed: Feed) -> str:
    """Return the address used last time; if it is gone, let a person at a terminal choose another."""
    here = {address.text for address in addresses.addresses()}
    return feed.host if feed.host in here or not terminal.can_ask() else ""


def _source(own: Published, address: str, manner: CopyOptions) -> Source:
    return Source(
        path=own.path,
        plan_id=own.plan.id,
        folder=own.folder,
        netloc=address,
        today=own.today,
        manner=manner,
    )
