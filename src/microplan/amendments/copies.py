"""Finds copies of a plan's calendar that no longer match the plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from microplan.amendments import agenda
from microplan.model import dates
from microplan.model.plan import Plan, Session, Status
from microplan.scheduling import schedule
from microplan.storage.handed_out import Copy, CopyKind, HandedOut
from microplan.wording import phrases

SUBSCRIBED, PUBLISHED = "subscribed", "published"


class Latest(Struct, frozen=True, kw_only=True):
    """The latest kind of copy: how it went out, all its copies, and the file name of a published one."""

    way: str
    copies: tuple[Copy, ...]
    name: str = ""

    @property
    def at(self) -> datetime:
        """When the newest copy was made."""
        return max(copy.at for copy in self.copies)


def latest(known: HandedOut) -> Latest | None:
    """Find the latest kind of copy, which is the one the person probably looks at.

    Subscribers take the place of published files. Of several files, use the most outdated one.
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
    """The first session that is wrong or missing in a copy."""

    session: Session
    is_shown: bool

    def __str__(self) -> str:
        number = self.session.number
        if self.is_shown:
            return f"still shows session {number} on {agenda.moment(self.session, year=False)}"
        return f"is missing session {number}, {agenda.moment(self.session)}"


def wrong(plan: Plan, sessions: Sequence[Session], copy: Copy) -> Wrong | None:
    """Find the first session that is out of date in a copy; None if there is none.

    Also None if the log is now shorter than the copy's, as in a plan that was made again.
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
    """Find the sessions that a copy shows as planned, by number."""
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
    """Find the sessions that were planned after the first ``entries`` log entries, by number."""
    then = schedule.schedule(replace(plan, log=plan.log[:entries]))
    return {session.number: session for session in then if session.status is Status.PLANNED}


def _holds(before: Session, now: Session | None) -> bool:
    """Whether a copy still shows a session correctly; where a past session was doesn't matter."""
    if now is None or now.status is Status.PLANNED:
        return now is not None and dates.start_and_end(now) == dates.start_and_end(before)
    return now.status in {Status.DONE, Status.MISSED}


class CopyState(Struct, frozen=True, kw_only=True):
    """The state of the latest kind of copy: the copies, and what is wrong in each."""

    latest: Latest
    wrong: dict[Copy, Wrong]

    @property
    def copy(self) -> Copy:
        """The copy to report: the one out of date for longest, or else the newest."""
        if self.wrong:
            return min(self.wrong, key=lambda copy: copy.at)
        return max(self.latest.copies, key=lambda copy: copy.at)


def state(known: HandedOut, plan: Plan, sessions: Sequence[Session]) -> CopyState | None:
    """Compare the latest kind of copy with the plan; None if there are no copies."""
    last = latest(known)
    if last is None:
        return None
    faults = ((copy, wrong(plan, sessions, copy)) for copy in last.copies)
    return CopyState(
        latest=last, wrong={copy: fault for copy, fault in faults if fault is not None}
    )


# --- in words -------------------------------------------------------------------------------

WAYS = {
    CopyKind.EXPORTED: ("Calendar", "The calendar file you exported", "export"),
    CopyKind.SHARED: ("Phone", "Your phone", "share"),
    CopyKind.PUSHED: ("Calendar", "The calendar on the server", "push"),
    PUBLISHED: ("Calendar", "", "publish"),
    SUBSCRIBED: ("Phone", "Your phone", ""),
}
"""The label, the subject of a sentence, and the command to update, for each kind of copy."""


def after_change(
    known: HandedOut, plan: Plan, sessions: Sequence[Session], today: date, flag: str
) -> str:
    """Say what the latest kind of copy shows wrongly after a change; empty if nothing.

    Published files are never mentioned: they have just been updated, or that failed with an error.
    """
    last = latest(known)
    if last is None or last.way == PUBLISHED:
        return ""
    copy = min(last.copies, key=lambda copy: copy.entries)
    shown = wrong(plan, sessions, copy)
    _, name, _ = WAYS[last.way]
    if shown is None:
        return ""
    if command := _update(last.way, flag):
        return f"{name} {shown}. Update it: {command}"
    return f"{name} {shown} until it checks again; it last checked {_when(copy, plan, today)}."


def _update(way: str, flag: str) -> str:
    """Return the command that updates a kind of copy; empty if it updates itself."""
    _, _, command = WAYS[way]
    target = " -o plan.ics" if way == CopyKind.EXPORTED else ""
    return f"microplan {command}{flag}{target}" if command else ""


def of_today(
    known: HandedOut, plan: Plan, sessions: Sequence[Session], today: date, flag: str
) -> list[str]:
    """Report the state of subscribers; for other copies, only what is wrong with them."""
    copied = state(known, plan, sessions)
    if copied is None:
        return []
    last, copy = copied.latest, copied.copy
    label, _, _ = WAYS[last.way]
    if last.way == SUBSCRIBED:
        status = _subscribed(copied, plan, today)
    elif copied.wrong:
        name = last.name or f"the copy {last.way} {_when(copy, plan, today)}"
        status = f"{name} {copied.wrong[copy]}; update it: {_update(last.way, flag)}"
    else:
        return []
    return [f"{label:<11} {status}"]


def _subscribed(copied: CopyState, plan: Plan, today: date) -> str:
    """Say when subscribers last checked, and what the one behind for longest still shows."""
    count, behind = len(copied.latest.copies), len(copied.wrong)
    looked = _when(copied.copy, plan, today)
    if not behind:
        return (
            f"all {count} are up to date; the last one checked {looked}"
            if count > 1
            else f"is up to date; it last checked {looked}"
        )
    which = f"{behind} of {count} behind: one " if count > 1 else ""
    return f"{which}last checked {looked}; it {copied.wrong[copied.copy]}"


def _when(copy: Copy, plan: Plan, today: date) -> str:
    """Format when a copy was made, in the plan's zone: ``at 14:02``, ``on Tue 8 Dec``."""
    here = copy.at.astimezone(dates.zone(plan.rules.tz))
    if here.date() == today:
        return f"at {here:%H:%M}"
    return f"on {phrases.near(here, today)}"
