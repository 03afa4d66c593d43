"""Skip a session, close days or open them again, revise the rules, and undo.

Each function here, in ``recording`` and in ``moving`` takes a plan and a request. It returns the
plan with one more entry in its log, or the same plan if the entry would change nothing. No
function reads the clock: the day and the instant are arguments. A refusal is a RefusedError that
says what is in the way and suggests a command that works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec.structs import replace

from microplan.amendments import agenda, recording, refusals
from microplan.amendments.amended import Amended, Stamp, extended, unchanged
from microplan.errors import RefusedError
from microplan.model import log
from microplan.model.care import Care, Ended, Stock
from microplan.model.entries import (
    Closed,
    Closure,
    Lookup,
    Opened,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.log import LateOpening
from microplan.model.plan import Plan
from microplan.model.values import ClosedDays, ClosedRange
from microplan.rules import care_words, revision
from microplan.scheduling import schedule
from microplan.scheduling.availability import Availability
from microplan.scheduling.schedule import Scheduled
from microplan.wording import phrases

# --- skipped, closed ------------------------------------------------------------------------


def no_show(plan: Plan, number: int, today: date, stamp: Stamp, *, extend: bool = False) -> Amended:
    """Skip a session that nobody came to; raises RefusedError before its day."""
    session = agenda.session(schedule.schedule(plan), number)
    if session.date > today:
        raise RefusedError(
            f"session {number} is on {phrases.day(session.date)}, so nobody has missed it "
            "yet. To skip it",
            f"skip {number}",
        )
    return skip(plan, number, stamp, extend=extend, is_no_show=True)


def skip(
    plan: Plan, number: int, stamp: Stamp, *, extend: bool = False, is_no_show: bool = False
) -> Amended:
    """Skip a session; with ``extend``, add one at the end."""
    before = schedule.scheduled(plan)
    session = agenda.session(before.sessions, number)
    recording.refuse_if_done(before, session, stamp)
    in_force = before.state.skips.get(number)
    entry = Skipped(
        session=number,
        extend=extend,
        no_show=is_no_show,
        recorded=stamp.recorded,
        note=stamp.note,
    )
    if in_force is not None and _says_the_same(in_force, entry):
        what = "a no-show" if is_no_show else "skipped"
        return unchanged(before, f"Session {number} is already {what}")
    return extended(before, entry)


def _says_the_same(one: Skipped, other: Skipped) -> bool:
    return (one.extend, one.no_show) == (other.extend, other.no_show)


def avoid(plan: Plan, ranges: Sequence[ClosedRange], stamp: Stamp, reason: str = "") -> Amended:
    """Close days; sessions on them are placed again."""
    return close(plan, [Closure(days=days, reason=reason) for days in ranges], (), stamp)


def close(
    plan: Plan,
    closures: Sequence[Closure],
    lookups: Sequence[Lookup],
    stamp: Stamp,
    looked_up: Sequence[Closure] = (),
) -> Amended:
    """Close days, given or looked up, in a single entry, so that one undo reopens them all.

    A person who gives days that were opened closes them again; a lookup that finds them anew doesn't.
    """
    before = schedule.scheduled(plan)
    known, opened = _known(before)
    found = [closure for closure in looked_up if closure not in opened]
    entry = Closed(
        closures=tuple(
            closure for closure in dict.fromkeys((*closures, *found)) if closure not in known
        ),
        lookups=tuple(lookup for lookup in dict.fromkeys(lookups) if lookup not in before.lookups),
        recorded=stamp.recorded,
        note=stamp.note,
    )
    says_more = entry.closures or entry.lookups
    return (
        extended(before, entry) if says_more else unchanged(before, "Those days are already closed")
    )


def _known(scheduled: Scheduled) -> tuple[set[Closure], set[Closure]]:
    """Separate the closures in force from those that were opened since, if only for a day."""
    known, opened = set(scheduled.plan.closed), set[Closure]()
    for change in scheduled.state.closures:
        if isinstance(change, LateOpening):
            again = {shut for shut in known if _overlap(shut.days, change.days)}
            known, opened = known - again, opened | again
        else:
            closure = Closure(days=change.days, reason=change.reason)
            known.add(closure)
            opened.discard(closure)
    return known, opened


def _overlap(closed: ClosedRange, opened: ClosedDays) -> bool:
    return not all(closed.admits(day) for day in opened.each_day())


def open_days(plan: Plan, ranges: Sequence[ClosedDays], stamp: Stamp) -> Amended:
    """Open closed days again; sessions due on them come back, unless their day has passed."""
    before = schedule.scheduled(plan)
    _, rules = before.state.rules_in_force(plan.rules)
    days = Availability.of(plan, rules, before.state.avoid_revision)
    days = days.with_closures(before.state.closures)
    closed = [
        opened
        for opened in dict.fromkeys(ranges)
        if any(days.closed_by(day) is not None for day in opened.each_day())
    ]
    if not closed:
        named = phrases.listing([phrases.closed_days(opened) for opened in ranges])
        verb = "isn't" if len(ranges) == 1 and ranges[0].first == ranges[0].last else "aren't"
        return unchanged(before, f"{named} {verb} closed")
    entry = Opened(days=tuple(closed), recorded=stamp.recorded, note=stamp.note)
    return extended(before, entry)


# --- revised, undone ------------------------------------------------------------------------


def revise(
    plan: Plan,
    words: Mapping[str, object],
    stamp: Stamp,
    care: Sequence[Care | Ended] = (),
    title: str = "",
) -> Amended:
    """Change the rules, the care or the title from the next open session on.

    ``words`` holds the rule words to change; ``none`` or ``any`` resets one to its default.
    ``sessions`` is the new total; a pace without a count keeps the number to go. Words that aren't
    about days move no session. Each piece of ``care`` replaces the one of the same kind and name.
    """
    before = schedule.scheduled(plan)
    begin, rules = before.state.rules_in_force(plan.rules)
    first, last = agenda.first_open(before.sessions), agenda.highest(before.sessions)
    if first is None and not title and not {"every", "sessions"} & words.keys():
        raise refusals.over(before.sessions)
    turn = revision.TurningPoint(begin=begin, first=first.number if first else last + 1, last=last)
    revised = revision.revised(rules, words, turn)
    entry = Revised(
        session=turn.first,
        words=revised.words,
        rules=revised.rules,
        asked=revised.asked,
        care=tuple(_changed(before, care)),
        title="" if title == log.title_in_force(plan) else title,
        recorded=stamp.recorded,
        note=stamp.note,
    )
    is_change = entry.words or entry.care or entry.title
    return (
        extended(before, entry) if is_change else unchanged(before, "Your plan already says that")
    )


def _changed(before: Scheduled, care: Sequence[Care | Ended]) -> Iterator[Care | Ended]:
    """Yield the care that changes; keep the plan's capitals in names.

    A stock counted again after a session is a change, even if the number is the same.
    """
    known = {periods[-1].care.key: periods[-1] for periods in log.care_history(before.plan)}
    care_words.refuse_stock_without_supply(care, (period.care for period in known.values()))
    for piece in care:
        was = known.get(piece.key)
        if was is None and isinstance(piece, Ended):
            raise refusals.nothing_to_end(before.plan, piece)
        now = piece if was is None else replace(piece, name=was.care.name)
        is_recounted = isinstance(now, Stock) and was and before.state.last_done >= was.since
        if was is None or now != was.care or is_recounted:
            yield now


def undo(plan: Plan, stamp: Stamp, number: int | None = None) -> Amended:
    """Take back the latest entry in force that isn't itself an undo.

    Days closed or opened can be taken back in any order, by the ``number`` of their entry, because
    no later entry depends on them.
    """
    in_force = set(map(id, log.in_force(plan.log)))
    numbers = [number for number, entry in enumerate(plan.log, 1) if id(entry) in in_force]
    if not numbers:
        raise RefusedError("there's nothing to undo")
    undone = numbers[-1] if number is None else number
    if undone != numbers[-1]:
        refusals.refuse_out_of_turn(plan, undone)
    before = schedule.scheduled(plan)
    if undone not in numbers:
        return unchanged(before, f"Entry {undone} is already undone")
    return extended(before, Undone(entry=undone, recorded=stamp.recorded, note=stamp.note))
