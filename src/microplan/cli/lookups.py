"""Looks up holidays and busy calendars for a plan, and reports what it found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from microplan.calendars import holiday_regions
from microplan.calendars import lookup as closures
from microplan.calendars.busy_query import BusyQuery, BusyReply, BusyTimeReply, Misread
from microplan.calendars.holiday_regions import Region
from microplan.cli import terminal
from microplan.cli.console.progress import Bar
from microplan.errors import CalendarError, UsageError
from microplan.model import dates, log
from microplan.model.entries import Closure, Lookup
from microplan.model.plan import Plan, Status
from microplan.model.values import ClosedDays
from microplan.scheduling import schedule, sequence
from microplan.storage import files
from microplan.wording import phrases

MORE = timedelta(days=366)
"""How long after the last session to look up closed days, because sessions can slip."""
MOST = timedelta(days=3653)
"""The longest lookup, ten years: nobody knows holidays or appointments further ahead."""
FEW = 6
"""Most holidays to name."""
MANY = 1_000
"""Number of events from which to show progress."""
UNREAD = {
    "DTEND": "its end can't be read, so it counts as an hour",
    "DURATION": "its end can't be read, so it counts as an hour",
    "RRULE": "its repetition can't be read as written, so check its days yourself",
    "RDATE": "one of its extra dates can't be read and closes nothing",
    "EXDATE": "one of its exceptions can't be read, so that day stays closed",
    "EXRULE": "its exception rule can't be read, so those days stay closed",
    "RECURRENCE-ID": "it isn't clear which one it replaces, so both close their days",
    "FREEBUSY": "one of its periods can't be read as written",
}
"""The consequence of leaving out a property of an event."""
UNREAD_OF_DAYS = dict.fromkeys(
    ("DTEND", "DURATION"), "its end can't be read, so it counts as one day"
)
"""The consequences that differ for an all-day event."""
BRIDGES = ("substitut", "bridge", "additional day off", "in lieu", "day off")
"""Parts of the library's names for bridge days and substitute days."""


class LookedUp(Struct, frozen=True, kw_only=True):
    """The closed days found, the lookups, and the messages about them."""

    closures: tuple[Closure, ...]
    lookups: tuple[Lookup, ...] = ()
    lines: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def with_closed_days(
    plan: Plan, holidays: Sequence[str], busy: Sequence[str], *, quiet: bool
) -> Plan:
    """Look up closed days for a new plan, from its start to a year after its last session."""
    last = schedule.schedule(plan)[-1].date
    looked_up = _Search(plan, plan.rules.start, last, quiet=quiet).run(holidays, busy)
    _say(looked_up, quiet=quiet)
    return replace(plan, closed=looked_up.closures, lookups=looked_up.lookups)


def ahead(plan: Plan, today: date, holidays: Sequence[str], busy: Sequence[str]) -> LookedUp:
    """Look up the days of a running plan, from today to a year after its last session."""
    last = max(today, schedule.schedule(plan)[-1].date)
    looked_up = _Search(plan, today, last).run(holidays, busy)
    _say(looked_up, quiet=False)
    return looked_up


def now(
    plan: Plan, today: date, holidays: Sequence[str], busy: Sequence[str]
) -> tuple[Closure, ...]:
    """Look up closed days for future sessions; the reasons name the calendar."""
    sessions = schedule.schedule(plan)
    days = [
        session.date
        for session in sessions
        if session.status is Status.PLANNED and session.date >= today
    ]
    if not days:
        return ()
    looked_up = _Search(plan, min(days), max(days), named=True).run(holidays, busy)
    _say(looked_up, quiet=True)
    return looked_up.closures


def _say(looked_up: LookedUp, *, quiet: bool) -> None:
    """Report what was found; report what couldn't be read even with ``quiet``."""
    for line in (*(() if quiet else looked_up.lines), *looked_up.doubts):
        terminal.say(line)


def refuse_both(plan: str | None, calendars: Sequence[str] | None) -> None:
    """Refuse to read both a plan and a calendar from standard input."""
    if plan == terminal.STDIO and terminal.STDIO in (calendars or ()):
        raise UsageError("a plan and a calendar can't both come from standard input")


class _Search:
    """One lookup, from a first day to a year after the last session (``until``).

    If ``named``, closures name their file; that's only for display, never stored in a plan.
    """

    def __init__(
        self, plan: Plan, first: date, until: date, *, quiet: bool = False, named: bool = False
    ) -> None:
        self.plan, self.quiet, self.named = plan, quiet, named
        _, self.rules = log.rules_in_force(plan)
        self.first, self.until = first, until
        self.last = min(until + MORE, first + MOST)

    def run(self, codes: Sequence[str], calendars: Sequence[str]) -> LookedUp:
        """Look up holidays, then calendars."""
        places = dict.fromkeys(holiday_regions.parse(code) for code in codes)
        parts = [self.holidays(where) for where in places]
        parts += [self.busy(name) for name in dict.fromkeys(calendars)]
        return LookedUp(
            closures=tuple(dict.fromkeys(shut for part in parts for shut in part.closures)),
            lookups=tuple(dict.fromkeys(look for part in parts for look in part.lookups)),
            lines=tuple(line for part in parts for line in part.lines),
            doubts=tuple(line for part in parts for line in part.doubts),
        )

    def possible(self, days: ClosedDays, until: date) -> list[date]:
        """List the days of a range on which a session could be, up to one day."""
        count = (min(days.last, until) - days.first).days + 1
        every = (days.first + offset * dates.DAY for offset in range(count))
        return [day for day in every if self.rules.on is None or self.rules.on.admits(day)]

    # --- holidays ---

    def holidays(self, where: Region) -> LookedUp:
        """Look up the public holidays of a country or a part of one."""
        closed, last = closures.holidays_of(where, self.first, self.last)
        if last < self.first:
            raise UsageError(f"no holidays of {where} are known after {last}; leave --holidays out")
        looked = Lookup(of=f"holidays {where}", days=ClosedDays(first=self.first, last=last))
        lines = (self.about_holidays(where, closed),)
        unknown = f"holidays of {where} after {phrases.day_of(last)} {last.year} are not known here"
        doubts = (unknown,) * (last < self.until)
        return LookedUp(closures=closed, lookups=(looked,), lines=lines, doubts=doubts)

    def about_holidays(self, where: Region, holidays: Sequence[Closure]) -> str:
        """Say which holidays fall on days of the plan, and what isn't included."""
        named = [
            f"{phrases.short(day)} {shut.reason.removesuffix(f' ({where})')}"
            for shut in holidays
            if isinstance(shut.days, ClosedDays)
            for day in self.possible(shut.days, self.until)
        ]
        others = [f"{len(named) - FEW} more"] if len(named) > FEW + 1 else named[FEW:]
        listed = f": {'; '.join([*named[:FEW], *others])}" if named else ""
        falls = "falls" if len(named) == 1 else "fall"
        count = phrases.count(len(named), "public holiday") if named else "no public holidays"
        return f"{count} ({where}) {falls} on your days{listed}. {_left_out(where, holidays)}"

    # --- busy calendars ---

    def busy(self, name: str) -> LookedUp:
        """Look up the days that a busy calendar closes."""
        answer = self.ask(name)
        ranges = [ClosedDays(first=first, last=last) for first, last in answer.days]
        reason = f"taken in {name}" if self.named else "busy"
        looked = Lookup(of=closures.BUSY, days=ClosedDays(first=self.first, last=self.last))
        count = sum(len(self.possible(days, self.last)) for days in ranges)
        until = f"{phrases.day_of(self.last)} {self.last.year}"
        return LookedUp(
            closures=tuple(Closure(days=days, reason=reason) for days in ranges),
            lookups=(looked,),
            lines=(f"{name} closes {phrases.count(count, 'day')} up to {until}",),
            doubts=tuple(doubts(name, answer, self.rules.tz)),
        )

    def ask(self, name: str) -> BusyReply:
        """Read one calendar in a separate process."""
        own = sequence.events(self.plan, schedule.schedule(self.plan))
        uids = [event.uid for event in own]
        question = BusyQuery.of(self.rules, self.first, self.last, uids)
        shown = terminal.at_terminal() and not self.quiet
        with Bar(shown=shown) as bar:
            try:
                return closures.busy_days(content(name), question, _teller(name, bar))
            except CalendarError as error:
                raise CalendarError(f"{name} can't be read: {error}") from None


def doubts(name: str, reply: BusyReply | BusyTimeReply, tz: str) -> Iterator[str]:
    """Yield what can't be read in a calendar, and the consequences for the closed days."""
    shown = reply.misread if len(reply.misread) <= FEW + 1 else reply.misread[:FEW]
    for misread in shown:
        yield f"{name}: {about_misread(misread)}"
    if more := len(reply.misread) - len(shown):
        yield f"{name}: {phrases.count(more, 'more event')} can't be read as written"
    if zones := [f'"{zone[:60]}"' for zone in reply.unknown_zones]:
        listed = phrases.listing([*zones[:FEW], f"{len(zones) - FEW} more"][: len(zones)])
        are = "the zone {} isn't" if len(zones) == 1 else "the zones {} aren't"
        yield f"{name}: {are.format(listed)} known here; its times were read as {tz}"


def about_misread(misread: Misread) -> str:
    """Word what can't be read in an event: ``event 3 (Fri 4 Dec 2026): its end can't be read, …``."""
    day = f" ({phrases.day(misread.day)})" if misread.day else ""
    event = f"event {misread.number}{day}"
    if "DTSTART" in misread.lines:
        return f"{event} has no readable start, so it closes nothing"
    meaning = UNREAD | UNREAD_OF_DAYS if misread.is_whole_day else UNREAD
    lines = dict.fromkeys(meaning[line] for line in misread.lines)
    return f"{event}: {'; '.join(lines)}"


def _left_out(where: Region, holidays: Sequence[Closure]) -> str:
    """List days that people may expect among a place's holidays but that aren't included."""
    days = [shut.days.first for shut in holidays if isinstance(shut.days, ClosedDays)]
    kept = {(day.month, day.day) for day in days}
    eves = [eve for eve in (24, 31) if (12, eve) not in kept]
    shifted = any(word in shut.reason.casefold() for shut in holidays for word in BRIDGES)
    left_out = [f"{' and '.join(map(str, eves))} Dec"] if eves else []
    if not shifted:
        left_out.append("bridge days")
    some = "regions" if closures.has_parts(where) else "towns"
    left_out.append(f"days kept only in some {some}")
    return f"Not included: {', '.join(left_out)}."


def content(name: str) -> bytes:
    """Read a calendar from a file or standard input."""
    if name == terminal.STDIO:
        return files.bounded(files.drain(sys.stdin.buffer), "standard input")
    return files.content(Path(name))


def _teller(name: str, bar: Bar) -> Callable[[int, int], None]:
    """Return a callback that shows the progress of reading, if there are many events."""
    shown = phrases.visible(name)

    def tell(done: int, of: int) -> None:
        if of >= MANY:
            bar.tell(done, of, f"{shown}: {done:,} of {of:,} events read")

    return tell
