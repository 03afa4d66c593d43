"""Busy calendars for many plans; each file is read once for the days that plans need."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from microplan.calendars import ics_reader, lookup, taken_time
from microplan.calendars.busy_query import BusyQuery, BusyTimeQuery, BusyTimeReply
from microplan.cli import lookups, terminal
from microplan.errors import CalendarError, MicroplanError, OutputError
from microplan.storage import files

MOST = 8
"""Size of the cache of calendars; the least recently used one is dropped."""
AHEAD = timedelta(days=366)
"""Extra time to read around a plan, for other plans that begin earlier or later."""


class BusyCalendars:
    """Busy calendars by file name; what can't be read in them is reported once.

    ``has_stdin`` means that ``-`` can be a calendar, because the rows aren't on standard input.
    """

    def __init__(self, *, has_stdin: bool) -> None:
        self.has_stdin = has_stdin
        self.outputs: Sequence[Path] = ()
        self.clash = ""
        self.read: set[tuple[int, int] | None] = set()
        self.files: OrderedDict[str, _File] = OrderedDict()
        self.doubts: dict[str, None] = {}

    def hold_plans(self, names: Sequence[str]) -> bool:
        """Whether one of them has events that could be a plan's own."""
        return any(self._file(name).holds_plans for name in names)

    def closed(self, name: str, query: BusyQuery) -> tuple[tuple[date, date], ...]:
        """List the days that a calendar closes for a plan; raises CalendarError if it can't be read."""
        return taken_time.closed(self._file(name).taken(query), query)

    def messages(self) -> Iterator[str]:
        """Return a line for each thing that can't be read."""
        while self.files:
            self._let_go()
        yield from self.doubts

    def _file(self, name: str) -> _File:
        if name not in self.files:
            self.files[name] = self._opened(name)
            if len(self.files) > MOST:
                self._let_go()
        self.files.move_to_end(name)
        return self.files[name]

    def _opened(self, name: str) -> _File:
        """Open a calendar; from then on, no output may replace it."""
        if name == terminal.STDIO:
            fault = (
                "" if self.has_stdin else "rows and a calendar can't both come from standard input"
            )
            return _File(name, fault)
        path = Path(name)
        if files.is_one_of(path, self.outputs):
            self.clash = self.clash or name
            return _File(name, f"{name} is written here. Look up another file.")
        self.read.add(files.identity(path))
        return _File(name)

    def has_read(self, path: Path) -> bool:
        """Whether a file, under any name, is a calendar that was read."""
        own = files.identity(path)
        return own is not None and own in self.read

    def refuse_overwriting(self) -> None:
        """Raise OutputError if a row's calendar is also one of the outputs."""
        if self.clash:
            raise OutputError(
                f"{self.clash} can't be written: a row names it as a busy calendar. "
                "Write to another file."
            )

    def _let_go(self) -> None:
        """Drop the least recently used file, but remember what couldn't be read in it."""
        _, file = self.files.popitem(last=False)
        self.doubts |= dict.fromkeys(file.doubts())


class _File:
    """One calendar: its content, and the results so far by zone."""

    def __init__(self, name: str, fault: str = "") -> None:
        self.name = name
        self.fault = fault
        self.content = b""
        self.holds_plans = False
        self.known: dict[str, tuple[BusyTimeQuery, BusyTimeReply | str]] = {}
        if fault:
            return
        try:
            self.content = lookups.content(name)
            text = ics_reader.decode(self.content)
            self.holds_plans = bool(taken_time.OF_A_PLAN.search(text))
        except MicroplanError as error:
            self.fault = str(error)

    def taken(self, query: BusyQuery) -> BusyTimeReply:
        """Find the busy time in the days of a plan; read the calendar again only for new days."""
        known = self.known.get(query.tz)
        if known is None or query.first < known[0].first or query.last > known[0].last:
            known = self.known[query.tz] = self._read(query, known and known[0])
        reply = known[1]
        if isinstance(reply, str):  # raised anew: an error keeps the frames that it passed
            raise CalendarError(reply)
        return reply

    def doubts(self) -> Iterator[str]:
        """Yield what can't be read."""
        for tz, (_, reply) in self.known.items():
            if not isinstance(reply, str):
                yield from lookups.doubts(self.name, reply, tz)

    def _read(
        self, query: BusyQuery, before: BusyTimeQuery | None
    ) -> tuple[BusyTimeQuery, BusyTimeReply | str]:
        first = max(query.first, date.min + 2 * AHEAD) - AHEAD
        last = min(query.last, date.max - 2 * AHEAD) + AHEAD
        if before is not None:
            first, last = min(first, before.first), max(last, before.last)
        wider = BusyTimeQuery(
            first=min(first, query.first), last=max(last, query.last), tz=query.tz
        )
        if self.fault:
            return wider, self.fault
        try:
            return wider, lookup.taken(self.content, wider, lambda *_: None)
        except CalendarError as error:
            return wider, f"{self.name} can't be read: {error}"
