"""Where a calendar that was handed out no longer matches the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from microplan.amendments import agenda
from microplan.model import dates
from microplan.model.plan import Plan, Session, Status
from microplan.scheduling import schedule
from microplan.storage.handed_out import Copy, HandedOut, Way
from microplan.wording import phrases

SUBSCRIBED, PUBLISHED = "subscribed", "published"


class Latest(Struct, frozen=True, kw_only=True):
    """How a calendar was last handed out, and its copies; ``name`` is that of a file."""

    way: str
    copies: tuple[Copy, ...]
    name: str = ""

    @property
    def at(self) -> datetime:
        """When it was last handed out."""
        return max(copy.at for copy in self.copies)


def latest(known: HandedOut) -> Latest | None:
    """Find how a calendar was last handed out: that is the one a person looks at.

    A subscriber tells more than a published file. Of several files, the most outdated one tells
    most.
    """
    ways = [Latest(way=way, copies=(copy,)) for way, copy in known.copies.items()]
    written = [(target.copy, target.path) for target in known.targets if target.copy]
    if known.subscribers:
        ways.append(Latest(way=SUBSCRIBED, copies=tuple(known.subscribers.values())))
    elif written:
        copy, path = min(written, key=lambda pair: pair[0].entries)
        ways.append(Latest(way=PUBLISHED, copies=(copy,), name=path))
    return max(ways, key=lambda way: way.at, default=None)


# --- what differs ---------------------------------------------------------------------------


class Wrong(Struct, frozen=True, kw_only=True):
    """The first session that is wrong or missing in a calendar."""

    session: Session
    is_shown: bool

    def __str__(self) -> str:
        number = self.session.number
        if self.is_shown:
            return f"still shows session {number} on {agenda.moment(self.session, year=False)}"
        return f"lacks session {number}, {agenda.moment(self.session)}"


def wrong(plan: Plan, sessions: Sequence[Session], copy: Copy) -> Wrong | None:
    """Find what is out of date in a calendar of an earlier state; None if nothing is.

    Nothing is known if the log is shorter now, as in a plan that was made again.
    """
    if copy.entries > len(plan.log) or (copy.entries == len(plan.log) and not copy.left):
        return None
    shown = _shown(plan, copy)
    now = {session.number: session for session in sessions}
    for number, before in shown.items():
        if not _holds(before, now.get(number)):
            return Wrong(session=before, is_shown=True)
    added = (s for s in sessions if s.status is Status.PLANNED and s.number not in shown)
    session = next(added, None)
    return Wrong(session=session, is_shown=False) if session else None


def _shown(plan: Plan, copy: Copy) -> dict[int, Session]:
    """Find the sessions that a calendar shows as planned, by number."""
    shown = _planned(plan, copy.entries)
    states = {left.entries for left in copy.left if left.entries is not None}
    then = {entries: _planned(plan, entries) for entries in states}
    for left in copy.left:
        shown.pop(left.session, None)
        was = then.get(left.entries, {}) if left.entries is not None else {}
        if left.session in was:
            shown[left.session] = was[left.session]
    return dict(sorted(shown.items()))


def _planned(plan: Plan, entries: int) -> dict[int, Session]:
    """Find the sessions that were planned after some entries of the log, by number."""
    then = schedule.schedule(replace(plan, log=plan.log[:entries]))
    return {session.number: session for session in then if session.status is Status.PLANNED}


def _holds(before: Session, now: Session | None) -> bool:
    """Whether a session is where a calendar shows it; one that is over by now is history."""
    if now is None or now.status is Status.PLANNED:
        return now is not None and dates.start_and_end(now) == dates.start_and_end(before)
    return now.status in {Status.DONE, Status.MISSED}


class Standing(Struct, frozen=True, kw_only=True):
    """The state of the calendar handed out last: its copies, and what is wrong in each."""

    latest: Latest
    wrong: dict[Copy, Wrong]

    @property
    def copy(self) -> Copy:
        """The copy to report: the one out of date for longest, or else the newest."""
        if self.wrong:
            return min(self.wrong, key=lambda copy: copy.at)
        return max(self.latest.copies, key=lambda copy: copy.at)


def standing(known: HandedOut, plan: Plan, sessions: Sequence[Session]) -> Standing | None:
    """Compare the calendar handed out last with the plan; None if there is none."""
    last = latest(known)
    if last is None:
        return None
    faults = ((copy, wrong(plan, sessions, copy)) for copy in last.copies)
    return Standing(latest=last, wrong={copy: fault for copy, fault in faults if fault is not None})


# --- in words -------------------------------------------------------------------------------

WAYS = {
    Way.EXPORTED: ("Calendar", "The calendar file you exported", "export"),
    Way.SHARED: ("Phone", "Your phone", "share"),
    Way.PUSHED: ("Calendar", "The calendar on the server", "push"),
    PUBLISHED: ("Calendar", "", "publish"),
    SUBSCRIBED: ("Phone", "Your phone", ""),
}
"""Of each way: the label of its line, how a sentence names it, and the command that updates it."""


def after_change(
    known: HandedOut, plan: Plan, sessions: Sequence[Session], today: date, flag: str
) -> str:
    """Say after a change what the calendar handed out last still shows, if anything.

    A published file was written just now; if that failed, it is reported as an error.
    """
    last = latest(known)
    if last is None or last.way == PUBLISHED:
        return ""
    copy = min(last.copies, key=lambda copy: copy.entries)
    shown = wrong(plan, sessions, copy)
    _, name, command = WAYS[last.way]
    if shown is None:
        return ""
    if command:
        return f"{name} {shown}. Update it: microplan {command}{flag}"
    return f"{name} {shown} until it looks again; it last looked {_when(copy, plan, today)}."


def of_today(
    known: HandedOut, plan: Plan, sessions: Sequence[Session], today: date, flag: str
) -> list[str]:
    """Say what a subscriber has; of any other calendar, only what is wrong with it."""
    stands = standing(known, plan, sessions)
    if stands is None:
        return []
    last, copy = stands.latest, stands.copy
    label, _, command = WAYS[last.way]
    if last.way == SUBSCRIBED:
        status = _subscribed(stands, plan, today)
    elif stands.wrong:
        name = last.name or f"the copy {last.way} {_when(copy, plan, today)}"
        status = f"{name} {stands.wrong[copy]}; update it: microplan {command}{flag}"
    else:
        return []
    return [f"{label:<11} {status}"]


def _subscribed(stands: Standing, plan: Plan, today: date) -> str:
    """Say when subscribers looked, and what the one that did so longest ago still shows."""
    count, behind = len(stands.latest.copies), len(stands.wrong)
    looked = _when(stands.copy, plan, today)
    if not behind:
        return (
            f"all {count} have this plan; the last looked {looked}"
            if count > 1
            else f"has this plan; it last looked {looked}"
        )
    which = f"{behind} of {count} behind: one " if count > 1 else ""
    return f"{which}last looked {looked}; it {stands.wrong[stands.copy]}"


def _when(copy: Copy, plan: Plan, today: date) -> str:
    """``at 14:02``, or ``on Tue 8 Dec`` on another day; in the zone of the plan."""
    here = copy.at.astimezone(dates.zone(plan.rules.tz))
    if here.date() == today:
        return f"at {here:%H:%M}"
    return f"on {(phrases.short if here.year == today.year else phrases.day)(here)}"
