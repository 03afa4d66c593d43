"""What may be said about a plan once it exists, and what is refused.

Each function takes a plan and a request and returns the plan with one more entry in its log, or
the same plan if the entry would say what is in force already. None looks at a clock: the day and
the instant are arguments. Refusals are RefusedError: what is in the way, and a way out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from microplan.amendments import agenda
from microplan.errors import RefusedError
from microplan.model import dates, log
from microplan.model.dates import MAX_YEARS
from microplan.model.plan import (
    COUNTS,
    MOST_ENTRIES,
    Amendment,
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
from microplan.model.values import Care, ClosedRange, Ended
from microplan.rules import revision
from microplan.scheduling import schedule
from microplan.scheduling.schedule import Scheduled
from microplan.wording import phrases


class Stamp(Struct, frozen=True):
    """When something is recorded, and the note that goes with it."""

    recorded: datetime
    note: str = ""


class Change(Struct, frozen=True):
    """A session that stands on another day than before; None where it did not or does not exist."""

    number: int
    before: date | None
    after: date | None


class CareChange(Struct, frozen=True):
    """Care of one kind and name that is other than before; None where there was, or is, none."""

    before: Care | None
    after: Care | None


class Amended(Struct, frozen=True):
    """A plan as it was and as it is now, each with what follows from it."""

    was: Scheduled
    now: Scheduled
    already: str = ""
    """What is said where nothing was added."""

    @property
    def before(self) -> Plan:
        """The plan as it was."""
        return self.was.plan

    @property
    def plan(self) -> Plan:
        """The plan as it is now."""
        return self.now.plan

    @property
    def sessions_before(self) -> tuple[Session, ...]:
        """The sessions as they were."""
        return self.was.sessions

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions as they are now."""
        return self.now.sessions

    @property
    def entries(self) -> tuple[Amendment, ...]:
        """What was added to the log; nothing if it was in force already."""
        return self.plan.log[len(self.before.log) :]

    def changes(self) -> tuple[Change, ...]:
        """List the sessions that stand on another day, in the order of their numbers."""
        was, now = _days(self.sessions_before), _days(self.sessions)
        numbers = sorted(was.keys() | now.keys())
        pairs = (Change(number, was.get(number), now.get(number)) for number in numbers)
        return tuple(change for change in pairs if change.before != change.after)

    def care_changes(self) -> tuple[CareChange, ...]:
        """List the care that is other than before, what there was first."""
        was, now = _pieces(self.before), _pieces(self.plan)
        pairs = (CareChange(was.get(key), now.get(key)) for key in was | now)
        return tuple(change for change in pairs if change.before != change.after)


def _days(sessions: Sequence[Session]) -> dict[int, date]:
    """Map numbers to days, of the sessions that are part of the plan."""
    return {s.number: s.date for s in sessions if s.status is not Status.DROPPED}


def _pieces(plan: Plan) -> dict[tuple[str, str], Care]:
    return {each.key: each for each in log.care_in_force(plan)}


def _amended(before: Scheduled, entry: Amendment) -> Amended:
    if len(before.plan.log) >= MOST_ENTRIES:
        raise RefusedError(
            f"the log of a plan has at most {MOST_ENTRIES} entries; draw up a new one from here on"
        )
    return Amended(before, schedule.amended(before, entry))


def unchanged(
    before: Scheduled, already: str = "That is in force already; nothing changed."
) -> Amended:
    """Add nothing: what was asked for is in force already."""
    return Amended(before, before, already)


# --- done -----------------------------------------------------------------------------------


def done(plan: Plan, number: int | None, on: date, today: date, stamp: Stamp) -> Amended:
    """Record that a session took place; without a number, the one that ``on`` is the day of.

    If no session stands there, it is the next one that is open.
    """
    before = schedule.scheduled(plan)
    if on > today:
        raise RefusedError(f"{phrases.day(on)} is still to come; record a session once it is done")
    session = _next(before, on) if number is None else _session(before.sessions, number)
    _refuse_out_of_order(session.number, on, before.state.done)
    if (session.status, session.date) == (Status.DONE, on):
        day = phrases.short(on)
        return unchanged(before, f"Session {session.number} was recorded for {day} already.")
    recorded, note = stamp.recorded, stamp.note
    return _amended(before, Done(session=session.number, on=on, recorded=recorded, note=note))


def _next(before: Scheduled, on: date) -> Session:
    """Find the session of a day, or else the first open one, which must be due by then."""
    counting = (session for session in before.sessions if session.status in COUNTS)
    here = next((session for session in counting if session.date == on), None)
    session = here or agenda.first_open(before.sessions)
    if session is None:
        raise _over(before.sessions)
    if session is not here and on < min(session.earliest, session.date):
        number, first = session.number, phrases.short(min(session.earliest, session.date))
        _refuse_out_of_order(number, on, before.state.done)
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
        raise _over(sessions)
    return session.number


def _over(sessions: Sequence[Session]) -> RefusedError:
    last = agenda.highest(sessions)
    return RefusedError(
        f"no session of {last} is open any more; to add one", f"revise --sessions {last + 1}"
    )


def done_each(plan: Plan, numbers: Iterable[int], today: date, stamp: Stamp) -> Amended:
    """Record several sessions at once, each on the day it was planned for."""
    before = now = schedule.scheduled(plan)
    sessions = [_session(before.sessions, number) for number in sorted(set(numbers))]
    for session in sessions:
        if session.status is Status.DONE:
            continue
        if session.date > today:
            raise _still_to_come(session, sessions, today)
        _refuse_out_of_order(session.number, session.date, now.state.done)
        recorded, note = stamp.recorded, stamp.note
        entry = Done(session=session.number, on=session.date, recorded=recorded, note=note)
        now = _amended(now, entry).now
    return Amended(before, now) if now is not before else unchanged(before)


def _still_to_come(session: Session, asked: Sequence[Session], today: date) -> RefusedError:
    """Refuse a session whose day is still to come, and offer the others."""
    message = (
        f"session {session.number} is on {phrases.short(session.date)}, which is still to come"
    )
    open_ones = (each for each in asked if each.status is not Status.DONE)
    past = [str(each.number) for each in open_ones if each.date <= today]
    if not past:
        return RefusedError(message)
    return RefusedError(f"{message}; to record the others", f"done {' '.join(past)}")


def _session(sessions: Sequence[Session], number: int) -> Session:
    for session in sessions:
        if session.number == number and session.status is not Status.DROPPED:
            return session
    last = agenda.highest(sessions)
    raise RefusedError(f"there is no session {number}; the plan has sessions 1 to {last}")


def _refuse_out_of_order(number: int, on: date, held: Mapping[int, date]) -> None:
    earlier = max((n for n in held if n < number), default=None)
    later = min((n for n in held if n > number), default=None)
    if earlier is not None and on <= held[earlier]:
        raise _out_of_order(number, "after", earlier, held[earlier])
    if later is not None and on >= held[later]:
        raise _out_of_order(number, "before", later, held[later])


def _out_of_order(number: int, side: str, other: int, on: date) -> RefusedError:
    return RefusedError(
        f"session {number} comes {side} session {other}, done {phrases.short(on)}; give a day "
        f"{side} that with --on"
    )


# --- moved, skipped, closed -----------------------------------------------------------------


def day_of(plan: Plan, number: int) -> date:
    """Find the day a session stands on at present."""
    return _session(schedule.schedule(plan), number).date


def move(
    plan: Plan,
    number: int,
    to: date | Callable[[date], date],
    stamp: Stamp,
    *,
    only: bool = False,
) -> Amended:
    """Put a session on a day, or on the one found from its present day.

    The ones after it follow, unless ``only`` it is moved.
    """
    before = schedule.scheduled(plan)
    session = _session(before.sessions, number)
    if not isinstance(to, date):
        to = to(session.date)
    _refuse_if_done(before, session, "moved", stamp, to)
    if number < before.state.last_done:
        raise _passed(before, session, stamp)
    if to.year - plan.rules.start.year > MAX_YEARS:
        raise RefusedError(f"a plan spans at most {MAX_YEARS} years; give an earlier day")
    pin = before.state.pins.get(number)
    in_force = pin is not None and (pin.to, pin.only) == (to, only)
    if in_force and session.status is Status.PLANNED and session.date == to:
        return unchanged(before)
    entry = Moved(session=number, to=to, only=only, recorded=stamp.recorded, note=stamp.note)
    amended = _amended(before, entry)
    _refuse_if_it_lapses(amended, entry)
    return amended


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
    before: Scheduled, session: Session, verb: str, stamp: Stamp, to: date | None = None
) -> None:
    """Refuse to change a session that is done; offer to correct its day, or to undo it."""
    if session.status is not Status.DONE:
        return
    day = phrases.short(session.date)
    message = f"session {session.number} is done ({day}) and can't be {verb}"
    if to not in (None, session.date) and (commands := _recording(before, session, to, stamp)):
        raise RefusedError(f"{message}; to correct its day", *commands)
    *_, latest = log.in_force(before.plan.log)
    if isinstance(latest, Done) and latest.session == session.number:
        raise RefusedError(f"{message}; to take that back", "undo")
    raise RefusedError(message)


def _recording(before: Scheduled, session: Session, on: date, stamp: Stamp) -> tuple[str, ...]:
    """Spell the command that records a session on a day, if it would be taken."""
    zone = dates.zone(session.rules.tz)
    try:
        done(before.plan, session.number, on, dates.local_date(stamp.recorded, zone), stamp)
    except RefusedError:
        return ()
    return (f"done {session.number} --on {on}",)


def _refuse_if_it_lapses(amended: Amended, entry: Moved) -> None:
    """Refuse a move that the gap does not allow, or that takes the day from a later one."""
    number, to = entry.session, entry.to
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
        move(plan, entry.session, entry.to, Stamp(entry.recorded), only=entry.only)
    except RefusedError:
        return ()
    return (f"move {entry.session} {entry.to}{' --only' if entry.only else ''}",)


def _lapsed_before(amended: Amended, number: int) -> bool:
    because = amended.sessions_before[number - 1].because
    return any(isinstance(reason, PinLapsed) for reason in because)


def skip(plan: Plan, number: int, stamp: Stamp, *, extend: bool = False) -> Amended:
    """Leave a session out; with ``extend``, add one at the end."""
    before = schedule.scheduled(plan)
    session = _session(before.sessions, number)
    _refuse_if_done(before, session, "skipped", stamp)
    in_force = before.state.skips.get(number)
    if in_force is not None and in_force.extend == extend:
        return unchanged(before)
    recorded, note = stamp.recorded, stamp.note
    return _amended(before, Skipped(session=number, extend=extend, recorded=recorded, note=note))


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
    return _amended(before, entry) if says_more else unchanged(before)


# --- revised, undone ------------------------------------------------------------------------


def revise(
    plan: Plan, words: Mapping[str, object], stamp: Stamp, care: Sequence[Care | Ended] = ()
) -> Amended:
    """Let other rules, or other care, hold from the first open session after the last done one.

    ``words`` are those that change; one that is ``none`` or ``any`` goes back to its default.
    ``sessions`` is the number in all; a pace without a count keeps the number still to go. Words
    that say nothing about days move no session. Each piece of ``care`` takes the place of the one
    of its kind and name.
    """
    before = schedule.scheduled(plan)
    begin, rules = before.state.rules_in_force(plan.rules)
    first, last = agenda.first_open(before.sessions), agenda.highest(before.sessions)
    if first is None and not {"every", "sessions"} & words.keys():
        raise _over(before.sessions)
    place = revision.Place(begin=begin, first=first.number if first else last + 1, last=last)
    revised = revision.revised(rules, words, place)
    entry = Revised(
        session=place.first,
        words=revised.words,
        rules=revised.rules,
        asked=revised.asked,
        care=tuple(_changed(plan, care)),
        recorded=stamp.recorded,
        note=stamp.note,
    )
    return _amended(before, entry) if entry.words or entry.care else unchanged(before)


def _changed(plan: Plan, care: Iterable[Care | Ended]) -> Iterator[Care | Ended]:
    """Leave out care that is so already; a name keeps the capitals that a plan has it in."""
    known = {spells[-1].care.key: spells[-1].care for spells in log.spells(plan)}
    for each in care:
        was = known.get(each.key)
        if was is None and isinstance(each, Ended):
            raise _nothing_to_end(plan, each)
        now = each if was is None else replace(each, name=was.name)
        if now != was:
            yield now


def _nothing_to_end(plan: Plan, ended: Ended) -> RefusedError:
    names = [care.name for care in log.care_in_force(plan) if care.kind == ended.kind]
    rest = phrases.listing(names) if names else f"no {ended.kind}"
    return RefusedError(f'there is no {ended.kind} "{ended.name}" to end; the plan has {rest}')


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
        _refuse_out_of_turn(plan, place)
    before = schedule.scheduled(plan)
    if place not in places:
        return unchanged(before)
    return _amended(before, Undone(entry=place, recorded=stamp.recorded, note=stamp.note))


def _refuse_out_of_turn(plan: Plan, place: int) -> None:
    """Refuse to take back what later entries may have been told for."""
    if not 1 <= place <= len(plan.log):
        raise RefusedError(f"the log has no entry {place}; it has entries 1 to {len(plan.log)}")
    if not isinstance(plan.log[place - 1], Closed):
        raise RefusedError(
            f"entry {place} is not the last, and not days away; done, move, skip and revise "
            "say what holds instead"
        )
