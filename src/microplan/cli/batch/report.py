"""Reports on the rows of a batch: how many became plans, which didn't, and what moved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct, field

from microplan.batch.planned import Failed, Planned
from microplan.cli import terminal
from microplan.cli.batch.output import Outcome
from microplan.formats import json_document
from microplan.model.plan import Plan, Session, Status
from microplan.scheduling import schedule
from microplan.wording import phrases, reasons, remarks

MOST_FAULTS, MOST_NOTES = 20, 10
"""Most errors and notes to list; the others are only counted."""
ALIKE = 3
"""Number of rows with the same error from which to sum them up in one line."""


class Fault(Struct, kw_only=True):
    """An error that several rows share: the first of them, and their lines."""

    text: str
    first: int
    last: int
    rows: int = 1


class Notes(Struct):
    """Lines about rows; the first ones are printed."""

    heading: str
    lines: list[str] = []
    count: int = 0

    def add(self, line: str) -> None:
        """Add a line."""
        self.count += 1
        if len(self.lines) < MOST_NOTES:
            self.lines.append(line)

    def to_print(self) -> Iterator[str]:
        """Return the lines to print, and how many more there are."""
        yield from self.lines
        if self.count > len(self.lines):
            yield f"and {self.count - len(self.lines):,} more {self.heading}"


class Account(Struct, kw_only=True):
    """The results of the rows, for the summary at the end."""

    today: date
    planned: int = 0
    standing: int = 0
    failed: int = 0
    faults: dict[str, Fault] = {}
    moved: Notes = field(default_factory=lambda: Notes("with sessions that moved"))
    past: Notes = field(default_factory=lambda: Notes("that start in the past"))
    remarks: Notes = field(default_factory=lambda: Notes("that were revised"))

    @property
    def rows(self) -> int:
        """The number of rows so far."""
        return self.planned + self.failed

    def count(self, outcome: Outcome) -> None:
        """Count a row."""
        result = outcome.result
        if isinstance(result, Failed):
            self.failed += 1
            self._fault(result)
            return
        self.planned += 1
        self.standing += result.stands
        name = phrases.visible(result.plan.id)[:100]
        if outcome.remark:
            self.remarks.add(f"{name}: {outcome.remark}")
        if result.stands:
            return
        if moved := _moved(result, outcome.before):
            self.moved.add(f"{name}: {moved}")
        if result.plan.rules.start < self.today and outcome.before is None:
            start = result.plan.rules.start
            day = f"{phrases.short(start)} {start.year}"
            self.past.add(f"{name}: starts in the past, {day} (line {result.line})")

    def _fault(self, result: Failed) -> None:
        """Add an error; one that a whole column shares counts once."""
        kind = re.sub(r'"[^"]*"|[0-9]+', "", result.error)
        known = self.faults.get(kind)
        if known:
            known.rows += 1
            known.last = result.line
        elif len(self.faults) < MOST_FAULTS * 5:
            named = f" ({phrases.visible(result.id)[:100]})" if result.id else ""
            text = f"line {result.line}{named}: {result.error}"
            self.faults[kind] = Fault(text=text, first=result.line, last=result.line)

    def told_faults(self) -> Iterator[str]:
        """Return a line for each kind of error."""
        shown = [*self.faults.values()][:MOST_FAULTS]
        for fault in shown:
            yield f"{terminal.NAME}: {fault.text}"
            if fault.rows > 1:
                again = f"the same in {phrases.count(fault.rows - 1, 'more row')}"
                yield f"  {again}, up to line {fault.last}"
        rest = self.failed - sum(fault.rows for fault in shown)
        if rest:
            yield f"  and {rest:,} more; --errors FILE writes all of them"


def tell(account: Account, without_a_row: Sequence[Path], *, quiet: bool, faults: bool) -> None:
    """Report on the rows: how many there are, which aren't planned, and what had to move."""
    if not quiet:
        total = account.rows
        standing = f" ({account.standing:,} unchanged)" if account.standing else ""
        missing = f", {account.failed:,} not" if account.failed else ""
        planned = f"{account.planned:,} planned{standing}{missing}"
        terminal.say(f"{total:,} row{'' if total == 1 else 's'}: {planned}")
    for line in account.told_faults() if faults else ():
        terminal.say(line)
    if quiet:
        return
    for notes in (account.remarks, account.moved, account.past):
        for line in notes.to_print():
            terminal.say(line)
    if without_a_row:
        names = [path.name for path in without_a_row[:MOST_NOTES]]
        more = len(without_a_row) - len(names)
        listed = ", ".join(names) + (f" and {more:,} more" if more else "")
        have = "plan file has" if len(without_a_row) == 1 else "plan files have"
        terminal.say(f"{len(without_a_row):,} {have} no row: {phrases.visible(listed)}")


# --- sessions that moved --------------------------------------------------------------------


class Move(Struct, frozen=True):
    """A session on another day than its due day, or than in the existing plan."""

    session: Session
    since: date


def moves(result: Planned, before: Plan | None) -> Iterator[Move]:
    """List the sessions of a plan that moved."""
    old = {session.number: session.date for session in schedule.schedule(before)} if before else {}
    for session in result.outline.sessions:
        since = old.get(session.number, session.due)
        if session.date != since and session.status is Status.PLANNED:
            yield Move(session, since)


def _moved(result: Planned, before: Plan | None) -> str:
    """Word the moved sessions in one line."""
    if before is None:
        return remarks.moved(result.outline.sessions)
    moved = list(moves(result, before))
    if not moved:
        return ""
    first = moved[0]
    days = f"{phrases.short(first.since)} → {phrases.short(first.session.date)}"
    more = f", and {phrases.count(len(moved) - 1, 'more session')}" if moved[1:] else ""
    return f"session {first.session.number} {days}{more}"


def move_line(result: Planned, move: Move) -> bytes:
    """Write a moved session and the reason as a line of JSON."""
    session = move.session
    record = {
        "id": result.plan.id,
        "title": result.plan.title,
        "number": session.number,
        "from": move.since.isoformat(),
        "to": session.date.isoformat(),
        "reasons": [reasons.reason(reason) for reason in session.because],
    }
    return json_document.line(record)
