"""Remembers which copies of a plan's calendar are out: exported, shared, pushed or subscribed.

Each plan has a folder in the state directory, with one file for each kind of copy. No two kinds of
process write the same file, so they need no lock. A copy is stored as an instant and the number of
log entries at that time, never an address or text of the plan; that is enough to derive what the
calendar shows.
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
from microplan.storage import files, siblings

Kept = TypeVar("Kept")
MOST = 16
"""Most subscribers to remember; the one that hasn't fetched for longest goes first."""


A_MINUTE = timedelta(minutes=1)


class CopyKind(StrEnum):
    """How a one-off copy went out; it doesn't update itself."""

    EXPORTED = "exported"
    SHARED = "shared"
    PUSHED = "pushed"


Entries = Annotated[int, Meta(ge=0)]
"""The number of log entries, which identifies a state of the plan."""


class StaleSession(Struct, frozen=True, kw_only=True):
    """A session that a copy has in an older state (``entries``), or doesn't have (None)."""

    session: Annotated[int, Meta(ge=1)]
    entries: Entries | None = None


class Copy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A copy of the plan's calendar: when it was made, and after how many log entries.

    ``left`` holds the sessions that weren't updated at that time.
    """

    at: Annotated[datetime, Meta(tz=True)]
    entries: Entries
    left: tuple[StaleSession, ...] = ()

    def state_of(self, session: int) -> StaleSession:
        """Return the state in which this copy has a session."""
        own = StaleSession(session=session, entries=self.entries)
        return next((left for left in self.left if left.session == session), own)


FirstWeekday = Annotated[int, Meta(ge=0, le=6)]
"""The first day of the week on a page; 0 is Monday."""


class CopyOptions(Struct, frozen=True, kw_only=True):
    """How a copy is written: with or without care, discreet or not, and its first weekday.

    If ``first_weekday`` is None, the locale of the writing process decides.
    """

    with_care: bool = True
    discreet: bool = False
    first_weekday: FirstWeekday | None = None


class Target(CopyOptions, frozen=True, kw_only=True):
    """A published file that microplan keeps up to date, and the copy it holds now."""

    path: str
    copy: Copy | None = None


class Feed(CopyOptions, frozen=True, kw_only=True):
    """The permanent secret in a feed's URL, and how and where it was served last."""

    secret: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{22}$")]
    host: str = ""
    port: int = 0


class HandedOut(Struct, frozen=True, kw_only=True):
    """All known copies of a plan; ``subscribers`` is keyed by a hash of the calendar program.

    ``unread`` holds the records that can't be read, by the name of their file, each with its fault.
    """

    copies: Mapping[CopyKind, Copy] = {}
    targets: tuple[Target, ...] = ()
    feed: Feed | None = None
    subscribers: Mapping[str, Copy] = {}
    unread: Mapping[str, str] = {}


NOTHING = HandedOut()
TARGETS, FEED, SUBSCRIBERS = "published.json", "feed.json", "subscribers.json"


def folder(all_plans: Path, plan: Plan) -> Path:
    """Return the state folder of a plan; its name is a UUID, because a plan id can be any text."""
    return all_plans / ids.uid(plan, "handed-out")


def read(folder: Path) -> HandedOut:
    """Read all known copies; without the folder, there are none. A faulty record hides no other."""
    if not files.exists(folder):
        return NOTHING
    unread: dict[str, str] = {}

    def known(name: str, kind: type[Kept]) -> Kept | None:
        try:
            return _known(folder / name, kind)
        except PlanFileError as error:
            unread[name] = str(error)
            return None

    copies = ((way, known(f"{way}.json", Copy)) for way in CopyKind)
    return HandedOut(
        copies={way: copy for way, copy in copies if copy is not None},
        targets=known(TARGETS, tuple[Target, ...]) or (),
        feed=known(FEED, Feed),
        subscribers=known(SUBSCRIBERS, dict[str, Copy]) or {},
        unread=unread,
    )


def save_copy(folder: Path, way: CopyKind, now: Copy) -> None:
    """Remember a one-off copy."""
    _write(folder / f"{way}.json", now)


def targets(folder: Path) -> tuple[Target, ...]:
    """Read the published files to keep up to date."""
    return _known(folder / TARGETS, tuple[Target, ...]) or ()


def save_targets(folder: Path, kept: tuple[Target, ...]) -> None:
    """Remember the published files; an empty tuple removes the record."""
    if kept:
        _write(folder / TARGETS, kept)
    else:
        _forget(folder / TARGETS)


def feed(folder: Path) -> Feed | None:
    """Read the feed of the plan, if it has one."""
    return _known(folder / FEED, Feed)


def save_feed(folder: Path, kept: Feed | None) -> None:
    """Remember the feed; None removes it and its subscribers."""
    if kept is None:
        _forget(folder / FEED)
        _forget(folder / SUBSCRIBERS)
    else:
        _write(folder / FEED, kept)


def subscribers(folder: Path) -> dict[str, Copy]:
    """Read the copy that each subscriber fetched last."""
    return _known(folder / SUBSCRIBERS, dict[str, Copy]) or {}


def save_subscriber(folder: Path, mark: str, now: Copy) -> None:
    """Remember what a subscriber fetched; skip a repeat within a minute to spare the disk."""
    known = subscribers(folder)
    last = known.get(mark)
    if last and last.entries == now.entries and abs(now.at - last.at) < A_MINUTE:
        return
    latest = sorted((known | {mark: now}).items(), key=lambda pair: pair[1].at)[-MOST:]
    _write(folder / SUBSCRIBERS, dict(latest))


def forget_subscribers(folder: Path) -> None:
    """Forget all subscribers, such as when the feed's URL changes."""
    _forget(folder / SUBSCRIBERS)


UNSYNCED = (SUBSCRIBERS, *(f"{way}.json" for way in CopyKind))
"""Records that nobody waits for: the next copy replaces one that a crash has emptied."""


def _known(path: Path, kind: type[Kept]) -> Kept | None:
    """Read a record; None if there is none."""
    if not files.exists(path):
        return None
    content = files.content(path)
    if not content and path.name in UNSYNCED:
        return None
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise PlanFileError(
            f"{path} can't be read. Remove it; what it remembered is lost, the plan isn't"
        ) from None


def _write(path: Path, value: object) -> None:
    files.make_folder(path.parent)
    sync = siblings.not_at_all if path.name in UNSYNCED else siblings.at_once
    files.write(path, [msgspec.json.encode(value).decode()], sync=sync)


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} can't be removed: {cause(error)}") from error
