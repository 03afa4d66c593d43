"""What may be said about a plan once it exists, and what is refused.

Each function takes a plan and a request and returns the plan with one more entry in its log, or
the same plan if the entry would say what is in force already. None looks at a clock: the day and
the instant are arguments. Refusals are RefusedError: what is in the way, and a way out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, time

from msgspec.structs import replace

from microplan.amendments import agenda, entry_text, refusals
from microplan.amendments.amended import Amended, Stamp, extended, unchanged
from microplan.errors import RefusedError
from microplan.model import dates, log
from microplan.model.dates import MAX_YEARS
from microplan.model.plan import (
    COUNTS,
    NO_RECORD,
    Closed,
    Closure,
    Done,
    Lookup,
    Moved,
    Plan,
    Revised,
    Session,
    Skipped,
    Status,
    Undone,
)
from microplan.model.reasons import PinLapsed
from microplan.model.values import Care, ClosedRange, Ended, Stock
from microplan.rules import care_words, revision
from microplan.scheduling import schedule
from microplan.scheduling.schedule import Scheduled
from microplan.wording import phrases

# --- done -----------------------------------------------------------------------------------


def done(  # noqa: PLR0913 - what is recorded, and when
    plan: Plan,
    number: int | None,
    on: date | None,
    today: date,
    stamp: Stamp,
    *,
    at: time | None = None,
) -> Amended:
    """Record that a session took place, and how it went.

    Without a number it is the one that the day is the day of, or else the next one that is open.
    The day is today unless given; a session that is done already keeps its own where a record or a
    note is added to it, or its hour is.
    """
    before = schedule.scheduled(plan)
    day = on or today
    if day > today:
        raise RefusedError(f"{phrases.day(day)} is still to come; record a session once it is done")
    session = _next(before, day) if number is None else _session(before.sessions, number)
    refusals.refuse_hour(session, at, f"done {session.number} --on {day}")
    entry = replace(_entry(session, day, stamp), at=at)
    if on is None and session.status is Status.DONE and (at or entry.record != NO_RECORD):
        entry = replace(entry, on=session.date)
    refusals.refuse_out_of_order(session.number, entry.on, before.state.done)
    if _is_known(session, entry):
        told = phrases.short(entry.on)
        return unchanged(before, f"Session {session.number} was recorded for {told} already.")
    return extended(before, entry)


def _is_known(session: Session, entry: Done) -> bool:
    """Whether a session is done on that day, and all that is said about it was written down."""
    known = session.record or NO_RECORD
    is_done = (session.status, session.date) == (Status.DONE, entry.on)
    same_hour = entry.at in (None, session.at)
    return is_done and same_hour and known.extended(entry.record) == known


def _entry(session: Session, on: date, stamp: Stamp) -> Done:
    went = stamp.went
    return Done(
        session=session.number,
        on=on,
        depth=went.depth,
        device=went.device,
        reaction=went.reaction,
        note=stamp.note,
        recorded=stamp.recorded,
    )


def _next(before: Scheduled, on: date) -> Session:
    """Find the session of a day, or else the first open one, which must be due by then."""
    counting = (session for session in before.sessions if session.status in COUNTS)
    here = next((session for session in counting if session.date == on), None)
    session = here or agenda.first_open(before.sessions)
    if session is None:
        raise refusals.over(before.sessions)
    if session is not here and on < min(session.earliest, session.date):
        number, first = session.number, phrases.short(min(session.earliest, session.date))
        refusals.refuse_out_of_order(number, on, before.state.done)
        raise RefusedError(
            f"session {number} isn't due before {first}; to record it anyway",
            f"done {number} --on {on}",
        )
    return session


def next_number(plan: Plan) -> int:
    """Find the number of the next session that is open."""
    sessions = schedule.schedule(plan)
    session = agenda.first_open(sessions)
    if session is None:
        raise refusals.over(sessions)
    return session.number


def done_each(plan: Plan, numbers: Iterable[int], today: date, stamp: Stamp) -> Amended:
    """Record several sessions at once, each on the day it was planned for or done on."""
    before = now = schedule.scheduled(plan)
    sessions = [_session(before.sessions, number) for number in sorted(set(numbers))]
    for session in sessions:
        entry = _entry(session, session.date, stamp)
        if _is_known(session, entry):
            continue
        if session.date > today:
            raise refusals.still_to_come(session, sessions, today)
        refusals.refuse_out_of_order(session.number, session.date, now.state.done)
        now = extended(now, entry).now
    return Amended(before, now) if now is not before else unchanged(before)


def _session(sessions: Sequence[Session], number: int) -> Session:
    for session in sessions:
        if session.number == number and session.status is not Status.DROPPED:
            return session
    last = agenda.highest(sessions)
    raise RefusedError(f"there is no session {number}; the plan has sessions 1 to {last}")


# --- moved, skipped, closed -----------------------------------------------------------------


def day_of(plan: Plan, number: int) -> date:
    """Find the day a session stands on at present."""
    return _session(schedule.schedule(plan), number).date


def move(  # noqa: PLR0913 - where to, at which hour, and how
    plan: Plan,
    number: int,
    to: date | Callable[[date], date] | None,
    stamp: Stamp,
    *,
    at: time | None = None,
    only: bool = False,
) -> Amended:
    """Put a session on a day, or on the one found from its present day, or at an hour of its own.

    The ones after it follow, unless ``only`` it is moved; an hour alone moves no day.
    """
    before = schedule.scheduled(plan)
    session = _session(before.sessions, number)
    if callable(to):
        to = to(session.date)
    entry = Moved(
        session=number,
        to=to,
        at=at,
        only=only and to is not None,
        recorded=stamp.recorded,
        note=stamp.note,
    )
    _refuse_if_done(before, session, stamp, entry)
    if number < before.state.last_done:
        raise _passed(before, session, stamp)
    refusals.refuse_hour(session, at, f"revise --at {at:%H:%M}" if at else "")
    if to is not None and to.year - plan.rules.start.year > MAX_YEARS:
        raise RefusedError(f"a plan spans at most {MAX_YEARS} years; give an earlier day")
    if session.status is Status.PLANNED and _stands(before, session, entry):
        return unchanged(before)
    amended = extended(before, entry)
    _refuse_if_it_lapses(amended, entry)
    return amended


def _stands(before: Scheduled, session: Session, entry: Moved) -> bool:
    """Whether a session was put there already, at that hour."""
    pin = before.state.pins.get(session.number)
    is_pinned = pin is not None and (pin.to, pin.only) == (entry.to, entry.only)
    same_day = entry.to is None or (is_pinned and session.date == entry.to)
    return same_day and entry.at in (None, session.at)


def _passed(before: Scheduled, session: Session, stamp: Stamp) -> RefusedError:
    """Refuse to move a session that a later one has passed; offer to record it, or to skip it."""
    number, status = session.number, session.status
    message = f"session {number} was {status}: session {before.state.last_done} is done"
    ways = {"record it": _recording(before, session, session.date, stamp)}
    if status is Status.MISSED:
        ways["leave it out"] = (f"skip {number}",)
    named = " or ".join(way for way, commands in ways.items() if commands)
    offered = [command for commands in ways.values() for command in commands]
    return RefusedError(f"{message}; to {named}" if named else message, *offered)


def _refuse_if_done(
    before: Scheduled, session: Session, stamp: Stamp, entry: Moved | None = None
) -> None:
    """Refuse to change a session that is done; offer to correct its day or hour, or to undo it."""
    if session.status is not Status.DONE:
        return
    day = phrases.short(session.date)
    verb, to, at = ("moved", entry.to, entry.at) if entry else ("skipped", None, None)
    message = f"session {session.number} is done ({day}) and can't be {verb}"
    is_other = to not in (None, session.date) or at not in (None, session.at)
    if is_other and (commands := _recording(before, session, to or session.date, stamp, at)):
        raise RefusedError(f"{message}; to correct its {'day' if to else 'hour'}", *commands)
    *_, latest = log.in_force(before.plan.log)
    if isinstance(latest, Done) and latest.session == session.number:
        raise RefusedError(f"{message}; to take that back", "undo")
    raise RefusedError(message)


def _recording(
    before: Scheduled, session: Session, on: date, stamp: Stamp, at: time | None = None
) -> tuple[str, ...]:
    """Spell the command that records a session on a day, if it would be taken."""
    zone = dates.zone(session.rules.tz)
    try:
        done(before.plan, session.number, on, dates.local_date(stamp.recorded, zone), stamp, at=at)
    except RefusedError:
        return ()
    return (f"done {session.number} --on {on}{f' --at {at:%H:%M}' if at else ''}",)


def _refuse_if_it_lapses(amended: Amended, entry: Moved) -> None:
    """Refuse a move that the gap does not allow, or that takes the day from a later one."""
    number, to = entry.session, entry.to
    if to is None:
        return
    for session in amended.sessions[number - 1 :]:
        if not any(isinstance(reason, PinLapsed) for reason in session.because):
            continue
        if session.number == number:
            raise RefusedError(
                f"{phrases.day(to)} is too soon after the session before; the first day the gap "
                f"allows is {phrases.short(session.floor)}",
                *moving(amended.before, replace(entry, to=session.floor)),
            )
        if not _lapsed_before(amended, session.number):
            raise RefusedError(
                f"session {session.number}, which you moved yourself, would then be too soon after "
                "the one before; move it first",
                *moving(amended.before, replace(entry, session=session.number, to=session.floor)),
            )


def moving(plan: Plan, entry: Moved) -> tuple[str, ...]:
    """Spell the command of a move, if it would be taken."""
    try:
        move(plan, entry.session, entry.to, Stamp(entry.recorded), at=entry.at, only=entry.only)
    except RefusedError:
        return ()
    return (entry_text.spell(entry),)


def _lapsed_before(amended: Amended, number: int) -> bool:
    because = amended.sessions_before[number - 1].because
    return any(isinstance(reason, PinLapsed) for reason in because)


def no_show(plan: Plan, number: int, today: date, stamp: Stamp, *, extend: bool = False) -> Amended:
    """Leave out a session to which nobody came; raises RefusedError before its day."""
    session = _session(schedule.schedule(plan), number)
    if session.date > today:
        raise RefusedError(
            f"session {number} is on {phrases.day(session.date)}, so nobody missed it yet. "
            "To leave it out",
            f"skip {number}",
        )
    return skip(plan, number, stamp, extend=extend, is_no_show=True)


def skip(
    plan: Plan, number: int, stamp: Stamp, *, extend: bool = False, is_no_show: bool = False
) -> Amended:
    """Leave a session out; with ``extend``, add one at the end."""
    before = schedule.scheduled(plan)
    session = _session(before.sessions, number)
    _refuse_if_done(before, session, stamp)
    in_force = before.state.skips.get(number)
    entry = Skipped(
        session=number,
        extend=extend,
        no_show=is_no_show,
        recorded=stamp.recorded,
        note=stamp.note,
    )
    if in_force is not None and _says_the_same(in_force, entry):
        return unchanged(before)
    return extended(before, entry)


def _says_the_same(one: Skipped, other: Skipped) -> bool:
    return (one.extend, one.no_show) == (other.extend, other.no_show)


def avoid(plan: Plan, ranges: Sequence[ClosedRange], stamp: Stamp, reason: str = "") -> Amended:
    """Close days; sessions that stand on them are placed anew."""
    return close(plan, [Closure(days=days, reason=reason) for days in ranges], (), stamp)


def close(
    plan: Plan, closures: Sequence[Closure], lookups: Sequence[Lookup], stamp: Stamp
) -> Amended:
    """Close days that were told or looked up, all in one entry, which undo takes back whole."""
    before = schedule.scheduled(plan)
    known = {(shut.days, shut.reason) for shut in plan.closed}
    known |= {(shut.days, shut.reason) for shut in before.state.closures}
    entry = Closed(
        closures=tuple(
            shut for shut in dict.fromkeys(closures) if (shut.days, shut.reason) not in known
        ),
        lookups=tuple(look for look in dict.fromkeys(lookups) if look not in before.lookups),
        recorded=stamp.recorded,
        note=stamp.note,
    )
    says_more = entry.closures or entry.lookups
    return extended(before, entry) if says_more else unchanged(before)


# --- revised, undone ------------------------------------------------------------------------


def revise(
    plan: Plan,
    words: Mapping[str, object],
    stamp: Stamp,
    care: Sequence[Care | Ended] = (),
    title: str = "",
) -> Amended:
    """Let other rules, other care or another title hold from the first open session after the last done one.

    ``words`` are those that change; one that is ``none`` or ``any`` goes back to its default.
    ``sessions`` is the number in all; a pace without a count keeps the number still to go. Words
    that say nothing about days move no session. Each piece of ``care`` takes the place of the one
    of its kind and name.
    """
    before = schedule.scheduled(plan)
    begin, rules = before.state.rules_in_force(plan.rules)
    first, last = agenda.first_open(before.sessions), agenda.highest(before.sessions)
    if first is None and not title and not {"every", "sessions"} & words.keys():
        raise refusals.over(before.sessions)
    place = revision.Place(begin=begin, first=first.number if first else last + 1, last=last)
    revised = revision.revised(rules, words, place)
    entry = Revised(
        session=place.first,
        words=revised.words,
        rules=revised.rules,
        asked=revised.asked,
        care=tuple(_changed(before, care)),
        title="" if title == log.title_in_force(plan) else title,
        recorded=stamp.recorded,
        note=stamp.note,
    )
    return (
        extended(before, entry) if entry.words or entry.care or entry.title else unchanged(before)
    )


def _changed(before: Scheduled, care: Sequence[Care | Ended]) -> Iterator[Care | Ended]:
    """Leave out care that is so already; a name keeps the capitals that a plan has it in.

    A stock that was counted again after a session is another one, even of the same number.
    """
    known = {spells[-1].care.key: spells[-1] for spells in log.spells(before.plan)}
    care_words.refuse_uncounted(care, (spell.care for spell in known.values()))
    for each in care:
        was = known.get(each.key)
        if was is None and isinstance(each, Ended):
            raise refusals.nothing_to_end(before.plan, each)
        now = each if was is None else replace(each, name=was.care.name)
        is_recounted = isinstance(now, Stock) and was and before.state.last_done >= was.since
        if was is None or now != was.care or is_recounted:
            yield now


def undo(plan: Plan, stamp: Stamp, number: int | None = None) -> Amended:
    """Take back the latest entry in force that is not itself an undoing.

    Days away may be taken back out of turn, by the ``number`` of their entry: nothing that was
    told later is said of them.
    """
    in_force = set(map(id, log.in_force(plan.log)))
    places = [place for place, entry in enumerate(plan.log, 1) if id(entry) in in_force]
    if not places:
        raise RefusedError("nothing is recorded that could be undone")
    place = places[-1] if number is None else number
    if place != places[-1]:
        refusals.refuse_out_of_turn(plan, place)
    before = schedule.scheduled(plan)
    if place not in places:
        return unchanged(before)
    return extended(before, Undone(entry=place, recorded=stamp.recorded, note=stamp.note))
