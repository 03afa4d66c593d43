"""Which sessions stand on other days after an amendment, told in runs of one shift, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from microplan.amendments import agenda
from microplan.amendments.amend import Amended, Change
from microplan.model.plan import Amendment, Done, Moved, Rules, Session, Skipped, Status
from microplan.model.values import Span
from microplan.scheduling import schedule
from microplan.wording import phrases, summary

FEW = 4
"""So many sessions that move by different lengths are told one by one; of more, the ends."""


def lines(amended: Amended) -> Iterator[str]:
    """Tell the first session that moved by itself and why, the others in runs of one shift."""
    told = {_told(amended, entry) for entry in amended.entries}
    moved = [change for change in amended.changes() if change.number not in told]
    runs = [
        [change for _, change in run]
        for _, run in groupby(enumerate(moved), lambda item: _run(*item))
    ]
    if len(runs) > FEW:
        yield "  ".join(_short(change) for change in moved[:3]) + f"  …  {_short(moved[-1])}"
        return
    for place, changes in enumerate(runs):
        if place == 0 or len(changes) == 1:
            yield _one(amended, changes[0], explain=place == 0)
            del changes[0]
        if changes:
            yield _several(amended, changes)


def _told(amended: Amended, entry: Amendment) -> int:
    """Find the session whose day the headline of an entry tells already; 0 if it tells none."""
    match entry:
        case Done() | Moved():
            return entry.session
        case Skipped(extend=True):
            return agenda.highest(amended.sessions)
        case _:
            return 0


def _short(change: Change) -> str:
    before = "new" if change.before is None else phrases.day_of(change.before)
    return f"#{change.number} {before} → {_day(change.after, change.before)}"


def _run(place: int, change: Change) -> tuple[int, int | None]:
    return change.number - place, _shift(change)


def _shift(change: Change) -> int | None:
    if change.before is None or change.after is None:
        return None
    return (change.after - change.before).days


def _one(amended: Amended, change: Change, *, explain: bool) -> str:
    if change.after is None:
        return f"#{change.number}  {_day(change.before)} → no longer in the plan"
    session = of(amended.sessions, change.number)
    why = f"   ({_why(amended, change, session)})" if explain and session.because else ""
    if change.before is None:
        return f"#{change.number}  added on {phrases.day(change.after)}{why}"
    return f"#{change.number}  {_day(change.before)} → {_day(change.after, change.before)}{why}"


def _why(amended: Amended, change: Change, session: Session) -> str:
    """Say why a session could not stay, if the gap forbids it, else why it is where it is now."""
    first = schedule.first_day(amended.plan, session.number)
    if change.before is None or change.before >= first or session.gap_days is None:
        return phrases.why(session)
    days = (change.before - session.date).days + session.gap_days
    if days < 1:
        return phrases.why(session)
    apart = f"{phrases.count(days, 'day')} after {before(amended, session)}"
    return f"{phrases.short(change.before)} is {apart}; {kept(session.rules)}"


def _several(amended: Amended, changes: Sequence[Change]) -> str:
    first, last = changes[0], changes[-1]
    name = f"#{first.number}" if first is last else f"#{first.number}–#{last.number}"
    shift = _shift(first)
    if shift is None:
        return f"{name}  {'added' if first.before is None else 'no longer in the plan'}"
    said = f"{name}  {by(shift)}"
    if last.number == agenda.highest(amended.sessions):
        said += f"; the last moves {_day(last.before)} → {_day(last.after, last.before)}"
    return said


def _day(value: date | None, since: date | None = None) -> str:
    """Tell a day, with its year where it is another one than that of ``since``."""
    if value is None:
        return "none"
    return phrases.day(value) if since and since.year != value.year else phrases.short(value)


def of(sessions: Sequence[Session], number: int) -> Session:
    """Find a session by its number."""
    return sessions[number - 1]


def before(amended: Amended, session: Session) -> str:
    """Name the last session before one that counts."""
    counting = (Status.DONE, Status.PLANNED)
    earlier = [s for s in amended.sessions[: session.number - 1] if s.status in counting]
    return f"session {earlier[-1].number}"


def kept(rules: Rules) -> str:
    """Tell what every session keeps to: ``only on Sundays, at least 6 days apart``."""
    days = "any day" if rules.on is None else f"only on {phrases.weekdays(rules.on)}"
    return f"{days}, {summary.gaps(rules)}"


def by(days: int) -> str:
    """Tell a shift: ``2 weeks later``."""
    return f"{phrases.span(Span(days=abs(days)))} {'later' if days > 0 else 'earlier'}"
