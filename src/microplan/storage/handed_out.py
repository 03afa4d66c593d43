"""What was handed out of a plan: one folder of the state for each plan, one file for each way.

No two kinds of process write the same file, so none needs a lock and none undoes another's. There
are an instant and numbers in each, never an address or a word of the plan: a number counts the
entries of the plan's log, so what a calendar showed then can be derived again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from microplan.errors import OutputError, PlanFileError, cause
from microplan.model import ids
from microplan.model.plan import Plan
from microplan.storage import files

Kept = TypeVar("Kept")
MOST = 16
"""Most subscribers remembered; the one that looked longest ago is forgotten first."""


A_MINUTE = timedelta(minutes=1)


class Way(StrEnum):
    """How a calendar went out once, without keeping up by itself."""

    EXPORTED = "exported"
    SHARED = "shared"
    PUSHED = "pushed"


Entries = Annotated[int, Meta(ge=0)]
"""So many entries a log had: they say which state of a plan is meant."""


class Left(Struct, frozen=True, kw_only=True):
    """A session that a calendar has as it was after some entries, or not at all."""

    session: Annotated[int, Meta(ge=1)]
    entries: Entries | None = None


class Copy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A calendar somewhere else: when it went there, and after how many entries of the log.

    Sessions that it did not take then are in ``left``.
    """

    at: Annotated[datetime, Meta(tz=True)]
    entries: Entries
    left: tuple[Left, ...] = ()

    def of(self, session: int) -> Left:
        """Tell in which state it has a session."""
        own = Left(session=session, entries=self.entries)
        return next((left for left in self.left if left.session == session), own)


FirstWeekday = Annotated[int, Meta(ge=0, le=6)]
"""The day on which the weeks of a page begin, 0 for Monday."""


class Manner(Struct, frozen=True, kw_only=True):
    """How a plan goes out: with care or without, under its own name or none, in which weeks.

    Without a ``first_weekday`` weeks begin as in the locale of whoever writes them.
    """

    with_care: bool = True
    discreet: bool = False
    first_weekday: FirstWeekday | None = None


class Target(Manner, frozen=True, kw_only=True):
    """A calendar file that keeps up with its plan, how it is written, and what it shows."""

    path: str
    copy: Copy | None = None


class Feed(Struct, frozen=True, kw_only=True):
    """The lasting secret behind which a plan is served; where, and in which weeks, it was last."""

    secret: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{22}$")]
    host: str = ""
    port: int = 0
    first_weekday: FirstWeekday | None = None


class HandedOut(Struct, frozen=True, kw_only=True):
    """All that is known of where a plan went; ``subscribers`` by a mark of their program."""

    copies: Mapping[Way, Copy] = {}
    targets: tuple[Target, ...] = ()
    feed: Feed | None = None
    subscribers: Mapping[str, Copy] = {}


NOTHING = HandedOut()
TARGETS, FEED, SUBSCRIBERS = "published.json", "feed.json", "subscribers.json"


def folder(all_plans: Path, plan: Plan) -> Path:
    """Name the folder of a plan; it follows from the plan's id, which may be any text."""
    return all_plans / ids.uid(plan, "handed-out")


def read(folder: Path) -> HandedOut:
    """Read what was handed out; without the folder, nothing was."""
    if not files.exists(folder):
        return NOTHING
    copies = {way: folder / f"{way}.json" for way in Way}
    return HandedOut(
        copies={way: _read(path, Copy) for way, path in copies.items() if files.exists(path)},
        targets=targets(folder),
        feed=feed(folder),
        subscribers=subscribers(folder),
    )


def note(folder: Path, way: Way, now: Copy) -> None:
    """Remember that a calendar went out."""
    _write(folder / f"{way}.json", now)


def targets(folder: Path) -> tuple[Target, ...]:
    """Read which files keep up with the plan."""
    path = folder / TARGETS
    return _read(path, tuple[Target, ...]) if files.exists(path) else ()


def keep_targets(folder: Path, kept: tuple[Target, ...]) -> None:
    """Remember which files keep up with the plan; none are forgotten."""
    if kept:
        _write(folder / TARGETS, kept)
    else:
        _forget(folder / TARGETS)


def feed(folder: Path) -> Feed | None:
    """Read the secret behind which the plan is served, if it is."""
    path = folder / FEED
    return _read(path, Feed) if files.exists(path) else None


def keep_feed(folder: Path, kept: Feed | None) -> None:
    """Remember where the plan is served; without that, who subscribed is forgotten too."""
    if kept is None:
        _forget(folder / FEED)
        _forget(folder / SUBSCRIBERS)
    else:
        _write(folder / FEED, kept)


def subscribers(folder: Path) -> dict[str, Copy]:
    """Read what each subscriber got, and when."""
    path = folder / SUBSCRIBERS
    return _read(path, dict[str, Copy]) if files.exists(path) else {}


def note_subscriber(folder: Path, mark: str, now: Copy) -> None:
    """Remember what a subscriber got; the same again within a minute is not written down."""
    known = subscribers(folder)
    last = known.get(mark)
    if last and last.entries == now.entries and abs(now.at - last.at) < A_MINUTE:
        return
    latest = sorted((known | {mark: now}).items(), key=lambda pair: pair[1].at)[-MOST:]
    _write(folder / SUBSCRIBERS, dict(latest))


def forget_subscribers(folder: Path) -> None:
    """Forget who subscribed, as when the address is another."""
    _forget(folder / SUBSCRIBERS)


def _read(path: Path, kind: type[Kept]) -> Kept:
    try:
        return msgspec.json.decode(files.content(path), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise PlanFileError(
            f"{path} can't be read. Remove it; what it remembered is lost, the plan isn't"
        ) from None


def _write(path: Path, value: object) -> None:
    files.make_folder(path.parent)
    files.write(path, [msgspec.json.encode(value).decode()])


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} can't be removed: {cause(error)}") from error
