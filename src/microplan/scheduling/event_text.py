"""Says in the event of a session what its day needs: care, when to postpone, how to record it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time

from msgspec import Struct

from microplan.model.care import Use
from microplan.model.log import CarePeriod
from microplan.model.plan import COUNTS, Session, Status
from microplan.model.values import Pace
from microplan.scheduling import care_text
from microplan.scheduling.care import Checked, Cued, Item, Paused, Reordered, Supplied
from microplan.scheduling.care_text import Merged
from microplan.wording import phrases

FIRST = "microplan keeps dates and gives no medical advice; see microplan safety."
"""What the first session of a calendar says besides."""
Needs = Mapping[int, tuple[str, ...]]
"""Sentences about care on the day of a session, by its number."""
Spells = Sequence[Sequence[CarePeriod]]


def description(session: Session, needs: Sequence[str]) -> str:
    """Say of an open session what its day needs, and of one that is done how it went."""
    window = phrases.span_of_days(session.earliest, session.latest)
    is_open = session.status is Status.PLANNED
    lines = (
        f"Window {window}{_phase(session)}.",
        phrases.means(session.rules),
        *(needs if is_open else ()),
        phrases.POSTPONE_IF if is_open else "",
        phrases.went(session.record),
        f"Record it: microplan done {session.number}" if is_open else "",
        FIRST if session.number == 1 else "",
    )
    return "\n".join(line for line in lines if line)


def _phase(session: Session) -> str:
    """Name the phase of a session, where there is more than one."""
    every = session.rules.every
    phases = len(every.steps) if isinstance(every, Pace) else 1
    return f", phase {session.phase}" if max(phases, session.phase) > 1 else ""


# --- care on the day ------------------------------------------------------------------------


class _Around(Struct, frozen=True):
    """Care by day: the runs of each pause in order, what there is to do, and how things are used."""

    pauses: Mapping[str, Sequence[Merged]]
    others: Mapping[date, Sequence[Cued | Checked]]
    uses: Spells


def needs(spells: Spells, items: Sequence[Item], sessions: Sequence[Session]) -> Needs:
    """Say what is paused, used and to be done on the day of each session that takes place.

    A session names only the care that holds for it: a change of care leaves earlier ones as they were.
    """
    if not spells:
        return {}
    around = _by_day(spells, items)
    taking_place = (session for session in sessions if session.status in COUNTS)
    return {session.number: tuple(_sentences(session, around)) for session in taking_place}


def _by_day(spells: Spells, items: Sequence[Item]) -> _Around:
    pauses: dict[str, list[Merged]] = {}
    for run in care_text.merged(items):
        pauses.setdefault(run.name, []).append(run)
    others: dict[date, list[Cued | Checked]] = {}
    for item in items:
        if not isinstance(item, Paused):
            others.setdefault(item.day, []).append(item)
    uses = [periods for periods in spells if periods[0].care.key[0] == "use"]
    return _Around(pauses, others, uses)


def _sentences(session: Session, around: _Around) -> Iterator[str]:
    """Say what is paused, those together that end together, how things are used, and what to do."""
    ends: dict[tuple[date, str], list[str]] = {}
    for name, runs in around.pauses.items():
        if run := _on(session.date, runs):
            ends.setdefault((run.last, _until(run, session)), []).append(name)
    for (_, until), names in sorted(ends.items()):
        yield phrases.listed((f"{phrases.listing(names)} paused until {until}",))
    if uses := [f"{use.name} {use.how.rstrip('.')}" for use in _uses(session, around.uses)]:
        yield f"On ordinary days: {'; '.join(uses)}."
    others = sorted(around.others.get(session.date, ()), key=lambda item: item.at or time.min)
    if others:
        yield f"On the day: {'; '.join(_to_do(item, session) for item in others)}."


def _on(day: date, runs: Sequence[Merged]) -> Merged | None:
    """Find the pause that holds on a day, among those of one name in order."""
    index = bisect_right(runs, day, key=lambda run: run.first)
    return runs[index - 1] if index and day <= runs[index - 1].last else None


def _until(run: Merged, session: Session) -> str:
    """Say when a pause ends; the hours since a session, where it is that of this session."""
    part = run.parts[-1]
    is_own = part.session == session.number
    return care_text.until(part) if is_own else care_text.end(part)


def _uses(session: Session, spells: Spells) -> Iterator[Use]:
    """Yield how things are used, by the latest word that holds for a session."""
    for periods in spells:
        latest = next((p.care for p in reversed(periods) if p.since <= session.number), None)
        if isinstance(latest, Use):
            yield latest


def _to_do(item: Cued | Checked, session: Session) -> str:
    """Say what there is to do: ``new cartridge at 19:30``; another session is named if it is of that."""
    match item:
        case Reordered() | Supplied():
            return ", ".join(filter(None, (item.name, item.means)))
        case Cued() if item.session != session.number:
            return care_text.other(item)
        case _:
            return f"{item.name} at {item.at:%H:%M}" if item.at else item.name
