"""A calendar feed: offers the current plan, and records what each subscriber last fetched."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from microplan.cli import environment
from microplan.cli.handoff.offer import Item, Offer
from microplan.cli.publishing import handed_out, invitation
from microplan.errors import MicroplanError, RefusedError
from microplan.model.plan import Plan
from microplan.storage import files, plan_file
from microplan.storage import handed_out as state

NOBODY = Offer(secret="", netloc="", items=())
"""The empty offer, for a plan that is no longer published."""


class Source(Struct, frozen=True, kw_only=True):
    """What a feed serves: a plan file, its plan, the folder for its state, and the copy's options."""

    path: Path
    plan_id: str
    folder: Path
    netloc: str
    today: Callable[[], date]
    manner: state.CopyOptions = state.CopyOptions()


class LiveFeed:
    """Offers the plan currently in its file, and records which state each subscriber got.

    While the file can't be read, such as during an editor's save, the last offer remains.
    """

    def __init__(self, source: Source, say: Callable[[str], object]) -> None:
        self._source = source
        self._say = say
        self._offer = NOBODY
        self._seen: object = None
        self._states: dict[str, int] = {}

    @property
    def goes_on(self) -> bool:
        """Whether the plan is still published."""
        return files.exists(self._source.folder / state.FEED)

    def offer(self) -> Offer:
        """Offer the plan in the file, which is read again only if it changed."""
        source = self._source
        seen = (_mark(source.path), _mark(source.folder / state.FEED), source.today())
        if seen != self._seen:
            self._seen = seen
            try:
                self._offer = self._build()
            except MicroplanError as error:
                self._say(f"{error}; what was read before stays")
        return self._offer

    def _build(self) -> Offer:
        source = self._source
        feed = state.feed(source.folder)
        if feed is None:
            return NOBODY
        plan, _ = plan_file.load(files.read(source.path), zone=environment.zone)
        if plan.id != source.plan_id:
            raise RefusedError(f"{source.path} holds another plan now; serve that one by itself")
        items = tuple(self._tagged(item, plan) for item in self._items(plan, feed))
        return Offer(secret=feed.secret, netloc=source.netloc, items=items)

    def _items(self, plan: Plan, feed: state.Feed) -> tuple[Item, ...]:
        source = self._source
        own = handed_out.subject(plan, source.today(), source.manner)
        return invitation.items(own, frozenset(), f"{source.netloc}/{feed.secret}/")

    def _tagged(self, item: Item, plan: Plan) -> Item:
        """Tag an item by its content, and remember which state of the plan the tag is for."""
        tag = sha256(item.content).hexdigest()[:32]
        if item.is_file:
            self._states[tag] = len(plan.log)
        return replace(item, tag=tag)

    def sent(self, item: Item, program: bytes) -> None:
        """Remember that a subscriber has an item; a browser doesn't count as a subscriber."""
        if not item.is_file or is_browser(program):
            return
        now = state.Copy(at=environment.now(), entries=self._states[item.tag])
        try:
            state.save_subscriber(self._source.folder, mark(program), now)
        except MicroplanError as error:
            self._say(str(error))


def _mark(path: Path) -> tuple[int, ...]:
    """Return a value that differs if the file was changed or replaced; empty if there is no file."""
    try:
        at = os.stat(path)  # noqa: PTH116 - only the stat is needed
    except OSError:
        return ()
    return at.st_mtime_ns, at.st_size, at.st_ino


PROGRAMS = re.compile(rb"thunderbird|calendar|compatible", re.IGNORECASE)
"""Matches programs that call themselves Mozilla but aren't browsers."""


def is_browser(program: bytes) -> bool:
    """Whether the program is a browser, which fetches a copy once and never checks again."""
    return program.startswith(b"Mozilla/") and not PROGRAMS.search(program)


def mark(program: bytes) -> str:
    """Return a short hash of a program's name without its version, so no name is stored."""
    return f"{zlib.crc32(re.sub(rb'[^A-Za-z]+', b' ', program)):08x}"
