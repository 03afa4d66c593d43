"""Writes the description of a session's event: care, when to postpone, how to record it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time

from msgspec import Struct

from microplan.model.care import Use
from microplan.model.log import CarePeriod
from microplan.model.plan import ACTIVE, Session, Status
from microplan.model.values import Pace
from microplan.scheduling import care_text
from microplan.scheduling.care import Checked, Cued, Item, Paused, Reordered, Supplied
from microplan.scheduling.care_text import Merged
from microplan.wording import phrases

FIRST = "microplan keeps dates and gives no medical advice; see microplan safety."
"""The extra line in the first session of a calendar."""
Needs = Mapping[int, tuple[str, ...]]
"""Sentences about care on the day of a session, by session number."""
CareHistory = Sequence[Sequence[CarePeriod]]


def description(session: Session, needs: Sequence[str]) -> str:
    """Describe a session: what an open one needs on its day, or how a done one went."""
    window = phrases.span_of_days(session.earliest, session.latest)
    is_open = session.status is Status.PLANNED
    lines = (
        f"Window {window}{_phase(session)}.",
        phrases.place_and_device(session.rules),
        *(needs if is_open else ()),
        phrases.POSTPONE_IF if is_open else "",
        phrases.outcome(session.record),
        f"Record it: microplan done {session.number}" if is_open else "",
        FIRST if session.number == 1 else "",
    )
    return "\n".join(line for line in lines if line)


def _phase(session: Session) -> str:
    """Name the phase of a session, if there are several."""
    every = session.rules.every
    phases = len(every.steps) if isinstance(every, Pace) else 1
    return f", phase {session.phase}" if max(phases, session.phase) > 1 else ""


# --- care on the day ------------------------------------------------------------------------


class _CareIndex(Struct, frozen=True):
    """Care indexed for lookup: pauses by name in order, cues and checkpoints by day, and uses."""

    pauses: Mapping[str, Sequence[Merged]]
    others: Mapping[date, Sequence[Cued | Checked]]
    uses: CareHistory


def needs(history: CareHistory, items: Sequence[Item], sessions: Sequence[Session]) -> Needs:
    """Write the care sentences of each session that takes place.

    Each session uses the care in force for it, so a change of care doesn't affect earlier ones.
    """
    if not history:
        return {}
    around = _by_day(history, items)
    taking_place = (session for session in sessions if session.status in ACTIVE)
    return {session.number: tuple(_sentences(session, around)) for session in taking_place}


def _by_day(history: CareHistory, items: Sequence[Item]) -> _CareIndex:
    pauses: dict[str, list[Merged]] = {}
    for run in care_text.merged(items):
        pauses.setdefault(run.name, []).append(run)
    others: dict[date, list[Cued | Checked]] = {}
    for item in items:
        if not isinstance(item, Paused):
            others.setdefault(item.day, []).append(item)
    uses = [periods for periods in history if periods[0].care.key[0] == "use"]
    return _CareIndex(pauses, others, uses)


def _sentences(session: Session, around: _CareIndex) -> Iterator[str]:
    """Yield what's paused (grouped by end), how things are used, and what there is to do."""
    ends: dict[tuple[date, str], list[str]] = {}
    for name, runs in around.pauses.items():
        if run := _on(session.date, runs):
            ends.setdefault((run.last, _until(run, session)), []).append(name)
    for (_, until), names in sorted(ends.items()):
        yield phrases.as_sentence((f"{phrases.listing(names)} paused until {until}",))
    if uses := [f"{use.name} {use.how.rstrip('.')}" for use in _uses(session, around.uses)]:
        yield f"On ordinary days: {'; '.join(uses)}."
    others = sorted(around.others.get(session.date, ()), key=lambda item: item.at or time.min)
    if others:
        yield f"On the day: {'; '.join(_to_do(item, session) for item in others)}."


def _on(day: date, runs: Sequence[Merged]) -> Merged | None:
    """Find the pause that covers a day, among sorted pauses of one name."""
    index = bisect_right(runs, day, key=lambda run: run.first)
    return runs[index - 1] if index and day <= runs[index - 1].last else None


def _until(run: Merged, session: Session) -> str:
    """Word the end of a pause; add the hours since the session if it's this one's pause."""
    part = run.parts[-1]
    is_own = part.session == session.number
    return care_text.until(part) if is_own else care_text.end(part)


def _uses(session: Session, history: CareHistory) -> Iterator[Use]:
    """Yield the uses in force for a session."""
    for periods in history:
        latest = next((p.care for p in reversed(periods) if p.since <= session.number), None)
        if isinstance(latest, Use):
            yield latest


def _to_do(item: Cued | Checked, session: Session) -> str:
    """Word a task: ``new cartridge at 19:30``; name its session if it isn't this one."""
    match item:
        case Reordered() | Supplied():
            return ", ".join(filter(None, (item.name, item.means)))
        case Cued() if item.session != session.number:
            return care_text.other(item)
        case _:
            return f"{item.name} at {item.at:%H:%M}" if item.at else item.name
